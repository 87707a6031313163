"""Numbers in a sentence that could be reported outcomes: where they stand, and with which unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+"
_TIME = (
    r"ms(?:ec)?|µs|us|ns|s|sec|(?:micro|milli)?seconds?|minutes?|(?:[CGT]PU[-\s])?(?:hours?|days?)"
)
_MEASURE = (
    r"fps|FPS|frames\sper\ssecond|dB|GHz|MHz|mm|cm|km|meters?|kg|degrees?|bits(?:/\w+)?|"
    r"MB|GB|KB|kB|J|mJ|W|mW"
)
_UNIT = (
    r"\\?%p?|percent(?:age)?(?:\spoints?)?|(?:absolute\s)?(?:percentage\s)?points?|x(?![\w])|X(?![\w])|×(?!\s*\d)|"
    r"times(?![\w])|[-\s]?fold|orders?\sof\smagnitudes?|(?:million|billion|trillion|thousand)|[kKMBGT](?![\w])|"
    rf"(?:{_TIME}|{_MEASURE})(?![\w])|[MGTK]?FLOPs?(?![\w])|[MG]MACs?(?![\w])|°"
)
_SPREAD = rf"\s?(?:±|\+/-|\\pm|pm)\s?(?:{_NUMBER})"
_RANGE = (
    r"(?:\s?(?:-|–|−|~)\s?|(?<=[%xX×n])\sto\s(?=[\d.,]+\s?(?:x|×|times|million|billion)(?!\w))|"
    r"(?<=[%xX×])\s(?=[\d.,]+[%xX×]))"
    rf"(?:{_NUMBER})"
)
VALUE: Final = re.compile(
    r"(?P<sign>[<>≤≥~≈+±]\s?|(?<![^\s(])[-−](?=\d))?"
    rf"(?(sign)|(?<![\w.^\-]))(?<!(?<!%)/)(?<![GR]TX\s)(?P<number>{_NUMBER})(?:{_SPREAD})?"
    rf"(?P<unit>[-\s]?(?:{_UNIT}))?(?P<range>{_RANGE}(?:[-\s]?(?:{_UNIT}))?)?"
    r"(?(unit)(?![\w^])|(?(range)(?![\w^])|(?!\.?\w|\^|-[A-Za-z])))"
)
_INNER = r"[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
#: Asymptotic bounds ("O(n log n)") and magnitudes in words, which no digit begins.
_WORDED: Final = re.compile(
    rf"(?<!\w)(?:Õ|[OoΩΘ]|Omega|Theta)\((?:{_INNER}){{1,80}}\)|"
    r"(?<!\w)(?:an?|one|two|three|four|five|six|several)\sorders?\sof\smagnitudes?(?!\w)"
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
    >>> [n.text for n in numbers("O(n^2) regret, two orders of magnitude less")]
    ['O(n^2)', 'two orders of magnitude']
    """
    limit = len(text) if end is None else end
    worded = [Number(*m.span(), m[0], "") for m in _WORDED.finditer(text, start, limit)]
    free = [n for n in _written(text, start, limit) if not any(_within(n, w) for w in worded)]
    yield from sorted([*worded, *free], key=lambda n: n.start)


def _within(one: Number, other: Number) -> bool:
    return other.start <= one.start and one.end <= other.end


def _written(text: str, start: int, end: int) -> Iterator[Number]:
    """The numbers written in digits."""
    for match in VALUE.finditer(text, start, end):
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
