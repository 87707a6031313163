"""Numbers in a sentence that could be reported outcomes: where they stand, and with which unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+"
_UNIT = (
    r"\\?%|percent(?:age)?(?:\spoints?)?|(?:absolute\s)?points?|x(?![\w])|X(?![\w])|×(?!\s*\d)|times(?![\w])|"
    r"[-\s]?fold|orders?\sof\smagnitude|(?:million|billion|trillion|thousand)|[kKMBGT](?![\w])|"
    r"(?:ms|µs|us|ns|fps|FPS|dB|GHz|MHz|mm|cm|MB|GB|KB|kB|J|mJ|W|mW|s|sec|seconds?|minutes?|hours?|days?)(?![\w])|"
    r"[MGTK]?FLOPs?(?![\w])|[MG]MACs?(?![\w])|°"
)
_SPREAD = rf"\s?(?:±|\+/-|\\pm|pm)\s?(?:{_NUMBER})"
_RANGE = (
    r"(?:\s?(?:-|–|−|~)\s?|(?<=[%xX×n])\sto\s(?=[\d.,]+\s?(?:x|×|times|million|billion)\b))"
    rf"(?:{_NUMBER})"
)
VALUE: Final = re.compile(
    rf"(?P<sign>[<>≤≥~≈+±]\s?)?(?<![\w.^\-])(?<!(?<!%)/)(?P<number>{_NUMBER})(?:{_SPREAD})?"
    rf"(?P<unit>[-\s]?(?:{_UNIT}))?(?P<range>{_RANGE}(?:[-\s]?(?:{_UNIT}))?)?"
    r"(?(unit)(?![\w^])|(?(range)(?![\w^])|(?!\.?\w|\^|-[A-Za-z])))"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at half-open character offsets of the text, as it stands there."""

    start: int
    end: int
    text: str
    unit: str

    @property
    def multiplier(self) -> bool:
        """Whether it is a factor ("3.1x", "4.2 times")."""
        return self.unit.strip(" -").lower() in {"x", "×", "times", "fold"}

    @property
    def percent(self) -> bool:
        """Whether it is a percentage."""
        return "%" in self.unit or self.unit.strip().startswith("percent")


def numbers(text: str, start: int = 0, end: int | None = None) -> Iterator[Number]:
    """Yield the numbers between two offsets of the text that a unit or a fraction sets apart.

    Years and the numbers of a list's items ("2) attention scores") are left out. Counting
    numbers ("12 tasks") come out, without a unit; it is for the caller to see whether a metric
    stands by them.

    >>> [n.text for n in numbers("98% with 3.7M weights, 41-137times faster, 0.642pm0.101 Dice")]
    ['98%', '3.7M', '41-137times', '0.642pm0.101']
    """
    for match in VALUE.finditer(text, start, len(text) if end is None else end):
        if _YEAR.fullmatch(match["number"]) and not match["unit"]:
            continue
        if text[match.end() : match.end() + 1] == ")" and match[0].isdigit() and len(match[0]) == 1:
            continue
        unit = match["unit"] or re.sub(rf"^{_RANGE}", "", match["range"] or "")
        if match["range"] and not unit and not _decimal(match[0]):
            continue
        yield Number(match.start(), match.end(), match[0], unit or "")


def _decimal(text: str) -> bool:
    return "." in text
