"""Abbreviations that a text itself defines: "knowledge distillation (KD)" and the reverse.

After Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in
biomedical text" (PSB 2003): the letters of the short form must occur in the long form in
order, the first of them at the start of a word. Added here: plural short forms ("ViTs"), the
reversed order ("MoHD (Mixture of Hidden Dimensions)"), and a long form that stops at the
words that cannot start a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from kg.extract.words import FUNCTION, GENERIC, VERBS, words
from kg.text import singular

_BRACKET = re.compile(r"\(([^()]{2,90})\)")
_SHORT = re.compile(r"[A-Za-z0-9][\w.+/&$^\-]{0,14}")
_WORD = re.compile(r"[\w'’+/.](?:[\w'’+/.]|-(?!-))*")
_INNER = words("of in for on and to with via by from the a under over as at per")
#: How many characters before a bracket a long form may begin.
_REACH = 400
_STOPS = (FUNCTION | VERBS) - GENERIC - _INNER - {"process", "map", "test", "set", "distilled"}


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """Half-open character offsets of a short form and of the long form that it stands for."""

    short: tuple[int, int]
    long: tuple[int, int]


def abbreviations(text: str) -> Iterator[Abbreviation]:
    """Yield each definition in the text, in order.

    >>> text = "We use Vision Transformers (ViTs) and MoHD (Mixture of Hidden Dimensions)."
    >>> [(text[slice(*a.short)], text[slice(*a.long)]) for a in abbreviations(text)]
    [('ViTs', 'Vision Transformers'), ('MoHD', 'Mixture of Hidden Dimensions')]
    """
    for bracket in _BRACKET.finditer(text):
        start = bracket.start(1)
        inner = re.split(r"[,;:=]", bracket[1])[0].rstrip(" \"'”’")
        lead = len(inner) - len(inner.lstrip(" \"'“‘"))
        inner, start = inner[lead:], start + lead
        opening = max(0, bracket.start() - _REACH)
        before = text[opening : bracket.start()].rstrip(" \"'”’")
        if _is_short(inner):
            found = _long_before(inner, before)
            if found and before[slice(*found)].count('"') != 1:
                long = (opening + found[0], opening + found[1])
                yield Abbreviation((start, start + len(inner)), long)
        elif bracket[1].strip() == inner:
            word = re.search(r"[\w+/\-]+$", before)
            if word and _is_short(word[0]) and _spells(word[0], inner):
                short = (opening + word.start(), opening + word.end())
                yield Abbreviation(short, (start, start + len(inner)))


def _is_short(text: str) -> bool:
    capitals = sum(c.isupper() for c in singular(text))
    return bool(_SHORT.fullmatch(text)) and (capitals >= 2 or (capitals == 1 and len(text) <= 4))


def _long_before(short: str, before: str) -> tuple[int, int] | None:
    """The shortest stretch of words before the bracket that spells the short form, before others
    one that does so by its words' first letters ("proximal policy optimization (PPO)").

    Where none does, a run of capitalised words that stands before it is still what
    the short form was made for ("Compact Discriminative Representation (CFCD)").
    """
    letters = sum(c.isalnum() for c in singular(short))
    sentence = max(
        before.rfind(stop) for stop in (". ", ", ", "; ", ": ", "! ", "? ", "\n", "(", ")")
    )
    words = [m for m in _WORD.finditer(before) if m.start() > sentence]
    fitting = []
    for size in range(1, min(letters + 5, 2 * letters, len(words)) + 1):
        first = words[-size]
        long = before[first.start() :]
        if _spells(short, long) or _begins(short, long):
            fitting.append(first.start())
        if first[0] in _STOPS:
            break
    if fitting:
        initial = (start for start in fitting if _begins(short, before[start:]))
        return next(initial, fitting[0]), len(before)
    run = list(takewhile(lambda word: word[0][0].isupper(), reversed(words)))
    if len(run) < 2 or letters < 3:
        return None
    wider = words[: -len(run)][-1:]
    opens = wider and wider[0][0][0].casefold() == short[0].casefold()
    return (wider[0] if opens else run[-1]).start(), len(before)


def _begins(short: str, long: str) -> bool:
    """Whether the letters of `short` are the first letters of the words of `long`."""
    initials = "".join(re.findall(r"\b\w", long))
    return len(initials) > 1 and initials.casefold() == singular(short).casefold()


def _spells(short: str, long: str) -> bool:
    """Whether the letters of `short` occur in `long` in order, the first one opening it."""
    letters = [c for c in singular(short).casefold() if c.isalnum()]
    target = long.casefold()
    if len(long) <= len(short) or " " not in long.replace("-", " ").strip():
        return False
    position = len(target)
    for index in range(len(letters) - 1, -1, -1):
        position -= 1
        opens = index == 0
        while position >= 0 and (
            target[position] != letters[index]
            or (opens and position > 0 and target[position - 1].isalnum())
        ):
            position -= 1
        if position < 0:
            return False
    return not re.search(r"\s", target[:position])
