"""What `kg evaluate --reliability` shows: the table, and the diagram as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kg.cli.blocks import Block, Table

if TYPE_CHECKING:
    from kg.reliability import Bin, Reliability

#: Pixels: the square in which accuracy stands over confidence, the counts below it, the margins.
_SIDE: Final = 160.0
_COUNTS: Final = 44.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 16.0, 46.0, 36.0
_BETWEEN: Final = 12.0
_WIDTH: Final = _LEFT + _SIDE + _RIGHT
_FLOOR: Final = _SIDE + _BETWEEN + _COUNTS
_HEIGHT: Final = _TOP + _FLOOR + _BOTTOM
_INK, _GREY, _LINE = "#1d4ed8", "#57606a", "#d0d7de"


def blocks(figures: Sequence[Reliability]) -> Iterator[Block]:
    """The figures of each sort of facts."""
    yield Table(
        ("", "facts", "confidence", "right", "ECE", "Brier", "best F1", "from"),
        tuple(
            (
                r.sort,
                f"{r.count:,}",
                *(f"{share:.3f}" for share in (r.confidence, r.accuracy, r.ece, r.brier)),
                f"{r.best_f1:.3f}",
                f"{r.threshold:.3f}",
            )
            for r in figures
        ),
        numeric=frozenset(range(1, 8)),
    )


def diagram(figures: Sequence[Reliability]) -> str:
    """The reliability diagrams, side by side, as an SVG file.

    Each bin is a point at its mean confidence and the share of it that is right; calibrated
    ones lie on the diagonal. The bars below are how many facts the bins hold.
    """
    width = len(figures) * _WIDTH
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:g} {_HEIGHT:g}")
    _add(root, "title", "Reliability of confidences")
    _add(root, "rect", width=width, height=_HEIGHT, fill="white")
    panels = _add(root, "g", font_family="sans-serif", font_size=11, fill=_GREY)
    for number, figure in enumerate(figures):
        place = f"translate({_LEFT + number * _WIDTH:g} {_TOP:g})"
        _panel(_add(panels, "g", transform=place), figure)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _panel(panel: Element, figure: Reliability) -> None:
    _text(panel, 0, -24, figure.sort, font_size=13, font_weight="bold", fill="black")
    _text(panel, 0, -8, f"{figure.count:,} facts, ECE {figure.ece:.3f}")
    _axes(panel)
    most = max(b.count for b in figure.bins)
    _text(panel, -6, _SIDE + _BETWEEN + 9, f"{most:,}", text_anchor="end")
    for b in figure.bins:
        if b.count:
            _bin(_add(panel, "g", fill=_INK, stroke=_INK), b, most)


def _axes(panel: Element) -> None:
    _add(panel, "rect", width=_SIDE, height=_SIDE, fill="none", stroke=_LINE)
    _add(panel, "path", d=f"M0 {_SIDE:g}L{_SIDE:g} 0", stroke=_GREY, stroke_dasharray="4 4")
    _add(panel, "path", d=f"M0 {_FLOOR:g}H{_SIDE:g}", stroke=_LINE)
    for tick in (0.0, 0.5, 1.0):
        _text(panel, -6, _SIDE * (1 - tick) + 4, f"{tick:g}", text_anchor="end")
        _text(panel, _SIDE * tick, _FLOOR + 14, f"{tick:g}", text_anchor="middle")
    _text(panel, _SIDE / 2, _FLOOR + 28, "confidence", text_anchor="middle")
    for y, words in ((_SIDE / 2, "share right"), (_FLOOR - _COUNTS / 2, "facts")):
        turned = f"rotate(-90 -28 {y:g})"
        _text(panel, -28, y, words, text_anchor="middle", transform=turned)


def _bin(group: Element, b: Bin, most: int) -> None:
    """The bin's point, its distance from the diagonal, and its bar; pointed at, its figures."""
    told = f"confidence {b.confidence:.3f}, right {b.accuracy:.3f}, facts {b.count:,}"
    x, y, tall = b.confidence * _SIDE, (1 - b.accuracy) * _SIDE, _COUNTS * b.count / most
    left, right = b.low * _SIDE, b.high * _SIDE
    _add(group, "title", told)
    _add(group, "path", d=f"M{x:.2f} {_SIDE - x:.2f}V{y:.2f}", stroke_opacity=0.4)
    _add(group, "circle", cx=x, cy=y, r=3.5)
    _add(group, "rect", x=left, y=_FLOOR - tall, width=right - left, height=tall, stroke="white")


def _text(parent: Element, x: float, y: float, words: str, **attributes: str | float) -> None:
    _add(parent, "text", words, x=x, y=y, **attributes)


def _add(parent: Element, tag: str, words: str = "", **attributes: str | float) -> Element:
    """A new element in the parent; its attributes have hyphens for underscores."""
    given = {
        name.replace("_", "-"): value if isinstance(value, str) else f"{round(value, 2):g}"
        for name, value in attributes.items()
    }
    child = SubElement(parent, tag, given)
    child.text = words or None
    return child
