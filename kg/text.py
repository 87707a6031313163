"""Pure string functions: how names are compared, and what a reported value means.

Two names are of one thing when their `fold` is equal; node ids are made of it too, so it
must never depend on anything but the name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_NOT_WORD = re.compile(r"[^\w+]+")
_NOT_KEPT = re.compile(r"[^A-Za-z0-9+]+")
_IRREGULAR = {
    "analyses": "analysis",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
}
_NO_PLURAL = re.compile(r"(?:ss|us|is|eries|ias|[Ll]ens|[Cc]anvas|[Aa]tlas)$")


@lru_cache(maxsize=2**16)
def singular(word: str) -> str:
    """The word without an English plural ending; an acronym loses only a small "s".

    >>> [singular(w) for w in ("Transformers", "GRUs", "3DGS", "loss", "losses", "entropies")]
    ['Transformer', 'GRU', '3DGS', 'loss', 'loss', 'entropy']
    """
    if word.lower() in _IRREGULAR:
        return _IRREGULAR[word.lower()]
    if len(word) < 4 or not word.endswith("s") or _NO_PLURAL.search(word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ss|sh|ch|x|ias|us)es$", word):
        return word[:-2]
    return word[:-1]


def squash(text: str) -> str:
    """The text without case, accents, and everything that is no letter, digit or plus.

    >>> squash("Poincaré-Ball "), squash("C++")
    ('poincareball', 'c++')
    """
    if text.isascii():
        return _NOT_KEPT.sub("", text).lower()
    plain = unicodedata.normalize("NFKD", text)
    kept = (c for c in plain if c.isalnum() or c == "+")
    return "".join(kept).casefold()


@lru_cache(maxsize=2**17)
def fold(name: str) -> str:
    """The key under which spellings of one name meet: as `squash`, and no plural at the end.

    >>> fold("Vision Transformers"), fold("CIFAR-10"), fold("state-space models")
    ('visiontransformer', 'cifar10', 'statespacemodel')
    """
    words = _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", name)).split()
    return squash("".join([*words[:-1], singular(words[-1])])) if words else ""


@lru_cache(maxsize=2**16)
def is_acronym(name: str) -> bool:
    """Whether the name looks abbreviated: one short token with two capitals or more.

    >>> [is_acronym(n) for n in ("CCT", "mAP", "RLMHSA", "gMLP", "Transformer", "CIFAR-10", "LLMs")]
    [True, True, True, True, False, True, True]
    """
    core = singular(name)
    capitals = sum(c.isupper() for c in core)
    letters = sum(c.isalpha() for c in core)
    return " " not in name and 2 <= len(core) <= 10 and capitals >= 2 and capitals * 2 >= letters


_NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_VALUE = re.compile(
    rf"""^\s*(?P<sign>[<>≤≥~≈+±-]*)\s*
    (?P<low>{_NUMBER})
    (?:\s*(?:±|\+/-|\+-|\\pm|pm)\s*(?P<spread>{_NUMBER}))?
    (?P<lowunit>\s*(?:%|x|×|times))?
    (?:\s*(?:-|–|~|to)\s*(?P<high>{_NUMBER}))?
    \s*(?P<unit>.*?)\s*$""",
    re.X | re.I,
)
_UNITS = {"times": "x", "×": "x", "fold": "x", "-fold": "x", "percent": "%", "per cent": "%"}
_SCALE = {
    "k": 1e3,
    "m": 1e6,
    "b": 1e9,
    "g": 1e9,
    "t": 1e12,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
}
_SCALE["trillion"] = 1e12


@dataclass(frozen=True, slots=True)
class Value:
    """A parsed value: `number` to `high` (None when it is no range), in `unit`.

    Magnitudes are multiplied out ("22.8M" is 22,800,000.0 with no unit); `sign` is what
    stood before it, such as ">" or "+"; `spread` is what followed a ±.
    """

    number: float
    high: float | None = None
    unit: str = ""
    sign: str = ""
    spread: float | None = None


def parse_value(text: str) -> Value | None:
    r"""What the string of a reported value says, or None when it holds no number first.

    >>> parse_value("85.68%")
    Value(number=85.68, high=None, unit='%', sign='', spread=None)
    >>> parse_value("41-137times")
    Value(number=41.0, high=137.0, unit='x', sign='', spread=None)
    >>> parse_value(">85.0%").sign, parse_value("24.0M").number, parse_value("1.6 ms").unit
    ('>', 24000000.0, 'ms')
    >>> parse_value("0.642pm0.101").spread
    0.101
    >>> parse_value("many") is None
    True
    """
    match = _VALUE.match(text.replace("\\%", "%"))
    if not match:
        return None
    unit = match["unit"] or (match["lowunit"] or "").strip()
    unit = _UNITS.get(unit.casefold(), "x" if unit == "X" else unit)
    scale = 1.0
    head = re.match(r"([kKMBGT]|thousand|million|billion|trillion)(?![A-Za-z])\s*", unit)
    if head:
        scale = _SCALE[head[1].casefold()]
        unit = unit[head.end() :]
    return Value(
        number=_float(match["low"]) * scale,
        high=_float(match["high"]) * scale if match["high"] else None,
        unit=unit,
        sign=match["sign"],
        spread=_float(match["spread"]) * scale if match["spread"] else None,
    )


def _float(text: str) -> float:
    return float(text.replace(",", ""))
