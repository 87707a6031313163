"""A line chart as SVG: shapes and text, no script, no style sheet, nothing from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kg.export.flat import clean

WIDTH: Final = 960
HEIGHT: Final = 480

#: Where the drawing ends; to its right stand the names of the lines.
_LEFT, _TOP, _RIGHT, _BOTTOM = 56, 64, WIDTH - 240, HEIGHT - 40

#: Told apart by people who see colours otherwise too (Okabe and Ito, 2008).
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_GREY: Final = "#555555"
_YEAR_WIDTH: Final = 44


def line_chart(
    title: str, years: Sequence[int], lines: Sequence[tuple[str, Sequence[float]]], *, unit: str
) -> str:
    """An SVG document with a line for each (name, values); a value, not below 0, for each year.

    Title and names are text from papers: they are escaped, and cut to fit.

    >>> svg = line_chart("<b>", [2020, 2021], [("A & B", [1.0, 2.5])], unit="% of papers")
    >>> "&lt;b&gt;" in svg, "A &amp; B" in svg, "<script" in svg
    (True, True, False)
    """
    size = {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "width": str(WIDTH), "height": str(HEIGHT)}
    font = {"font-family": "sans-serif", "font-size": "13"}
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", **size, **font})
    SubElement(root, "title").text = clean(title)
    SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
    _text(root, _LEFT, 28, title, width=90)
    _text(root, _LEFT, 48, unit, fill=_GREY)
    highest = max((value for _, values in lines for value in values), default=0.0)
    step = tick(highest)
    ticks = max(math.ceil(highest / step), 1)
    _values_axis(root, step, ticks)
    _years_axis(root, years)
    for n, (name, values) in enumerate(lines):
        colour = _COLOURS[n % len(_COLOURS)]
        _line(root, values, step * ticks, colour)
        y = _TOP + 22 * n
        _stroke(root, [(_RIGHT + 24, y - 4), (_RIGHT + 44, y - 4)], colour)
        _text(root, _RIGHT + 52, y, name, width=26)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def tick(highest: float) -> float:
    """The distance of ticks: 1, 2 or 5 times a power of ten, at most five of them needed.

    >>> [tick(highest) for highest in (0, 0.75, 5, 12, 100)]
    [1.0, 0.2, 1.0, 5.0, 20.0]
    """
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest / 5))
    return next(n * power for n in (1, 2, 5, 10) if n * power * 5 >= highest * (1 - 1e-9))


def _values_axis(root: Element, step: float, ticks: int) -> None:
    for n in range(ticks + 1):
        y = _y(n, ticks)
        _stroke(root, [(_LEFT, y), (_RIGHT, y)], "#dddddd" if n else _GREY, width=1)
        _text(root, _LEFT - 8, y + 4, f"{step * n:g}", anchor="end", fill=_GREY)


def _years_axis(root: Element, years: Sequence[int]) -> None:
    room = (_RIGHT - _LEFT) // _YEAR_WIDTH
    every = max(math.ceil(len(years) / room), 1)
    for i in range(len(years) - 1, -1, -every):
        x = _x(i, len(years))
        _text(root, x, _BOTTOM + 22, str(years[i]), anchor="middle", fill=_GREY)


def _line(root: Element, values: Sequence[float], top: float, colour: str) -> None:
    points = [(_x(i, len(values)), _y(value, top)) for i, value in enumerate(values)]
    _stroke(root, points, colour)
    for x, y in points:
        SubElement(root, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "3", "fill": colour})


def _stroke(
    root: Element, points: Sequence[tuple[float, float]], colour: str, *, width: int = 2
) -> None:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    shape = {"points": places, "fill": "none", "stroke": colour, "stroke-width": str(width)}
    SubElement(root, "polyline", shape)


def _text(
    root: Element,
    x: float,
    y: float,
    text: str,
    *,
    width: int = 60,
    anchor: str = "start",
    fill: str = "#000000",
) -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "fill": fill}
    shown = text if len(text) <= width else f"{text[: width - 1]}…"
    SubElement(root, "text", place).text = clean(shown)


def _x(i: int, years: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (i / (years - 1) if years > 1 else 0.5)


def _y(value: float, top: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * value / top
