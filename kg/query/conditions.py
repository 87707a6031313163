"""Under which conditions a number was measured: "top-1", "val", "384 resolution", "5-shot".

Numbers can be ranked only where these agree, and a row says of them no more than its sentence
does. They are read near the number by the grammar of reporting: a condition belongs to the
numbers that it follows in the same breath ("81.2% and 82.0% on the val set"), else to those that
come after it ("on COCO val with 58.0% PQ and 44.0% AP"), and two lists of one length are read
pairwise ("87.1% and 88.1% ... with resolution 224 and 384, respectively").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

_PART: Final = (
    r"[\s-](?:sets?|splits?|data|dataset|partitions?|subsets?|accurac\w+|errors?|perplexity|loss|"
    r"scores?|images|mIoU|mAP|BLEU|F1)\b"
)
_OR: Final = r"(?:\s(?:and|or)\s|\s?/\s?|,\s)"
_SMALL: Final = {"0": "zero", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}


@dataclass(frozen=True, slots=True)
class _Sort:
    """One sort of condition: what it reads like, what it is called, of which metrics it tells.

    Of the `signs`, in lower case, every text has one in which the pattern is found.
    """

    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    name: Callable[[re.Match[str]], str]
    metrics: re.Pattern[str] = re.compile("")


@dataclass(frozen=True, slots=True)
class _Span:
    """A half-open span of a number or, when it has a name, of a condition."""

    start: int
    end: int
    name: str = ""


def _split(match: re.Match[str]) -> str:
    word = match[0].lower()
    if word.startswith(("val", "dev")):
        return "val"
    return "train" if word.startswith("train") else word


def _shots(match: re.Match[str]) -> str:
    word = match[1].lower()
    return f"{_SMALL.get(word, word)}-shot"


def _resolution(match: re.Match[str]) -> str:
    width, height, *alone = match.groups()
    if width:
        return f"{width if width == height else f'{width}x{height}'} resolution"
    return f"{next(filter(None, alone))} resolution"


_RESOLUTION: Final = (
    # Two sides of at least 64 are pixels, unless they are patches or windows.
    r"\b(?<![\d.])([1-9]\d{2,3}|6[4-9]|[7-9]\d)\s?(?:[x×*]|\\?times)\s?([1-9]\d{2,3}|6[4-9]|[7-9]\d)"
    r"(?!\d|\.\d|\s?[x×]\s?\d|[\s-](?:patch|window|kernel|token|grid|matri|conv))"
    r"|\b([1-9]\d{1,3})(?:\^\{?2\}?|²)(?!\s(?:patch|window|token))"
    r"|\b([1-9]\d{1,3})(?:\s?px|\s?pixels?)?[\s-](?:input\s|image\s)?resolutions?\b"
    r"|\bresolutions?\s(?:of\s|to\s|from\s)?([1-9]\d{1,3})(?!\d|\.\d|[\^²]|\s?(?:[a-z]?m|Hz)\b|\s?[x×])"
    r"|(?:(?<=resolution\s\d{3}\sand\s)|(?<=resolutions\s\d{3}\sand\s))(\d{3})\b"
    r"|(?<=[↑@])([1-9]\d{2,3})\b"
    r"|\b([1-9]\d{2,3}p)\b"
)

#: In the order in which a row tells them.
_SORTS: Final = (
    _Sort(
        ("top",),
        re.compile(r"\btop[\s-]?(\d+)\b", re.I),
        lambda match: f"top-{match[1]}",
        re.compile(r"accura|error|precision|recall|hit", re.I),
    ),
    _Sort(
        ("val", "test", "dev", "train"),
        re.compile(
            r"\bmini-?val\b|\bval(?:20\d\d)?\b|\btest-(?:dev|std|standard|clean|other|challenge)\b"
            rf"|\b(?:validation|test|dev(?:elopment)?)(?={_PART})"
            rf"|\b(?:validation|test|dev)(?={_OR}(?:the\s)?(?:test|val|validation){_PART})"
            r"|\btrain(?:ing)?(?=[\s-](?:accuracy|error|loss|perplexity)\b)",
            re.I,
        ),
        _split,
    ),
    _Sort(("-way",), re.compile(r"\b(\d{1,3})-way\b", re.I), lambda match: f"{match[1]}-way"),
    _Sort(
        ("shot",),
        re.compile(r"\b(zero|few|one|two|three|four|five|\d{1,3})[\s-]?shots?\b", re.I),
        _shots,
    ),
    _Sort(
        ("label", "annotat", "training"),
        re.compile(
            r"\b(\d{1,2}(?:\.\d+)?)\s?%\s(?:of\s)?(?:the\s)?"
            r"(?:labell?ed|labels?\b|annotat(?:ed|ions?)\b|training\sdata\b)",
            re.I,
        ),
        lambda match: f"{match[1]}% labels",
    ),
    _Sort(
        ("x", "×", "*", "times", "^", "²", "resolution", "↑", "@", "p"),
        re.compile(_RESOLUTION),
        _resolution,
    ),
    _Sort(
        ("linear",),
        re.compile(r"\blinear[\s-](?:prob(?:e|ing)|evaluation)\b", re.I),
        lambda _: "linear probe",
    ),
    _Sort(
        ("-scale",),
        re.compile(r"\b(single|multi)-scale(?=\s(?:test|infer|eval))", re.I),
        lambda match: f"{match[1].lower()}-scale",
    ),
)

_NUMBER: Final = re.compile(r"(?<![\w.^-])\d+(?:[.,]\d+)*(?:\s?%|[a-zA-Z]{1,7}\b)?")
#: Between two members of one list.
_LISTED: Final = re.compile(
    r"(?:\s?\(?(?!(?:on|in|at|for|with|to|from)\b)[\w@-]+\)?){0,2}"
    r"(?:\s?[,/&]\s?(?:and\s|or\s)?|\s(?:and|or|vs\.?|versus)\s)[({]?(?:[\w-]+\s)?",
    re.I,
)
#: What parts one statement from the next, for good or only as far as a breath goes.
_BREAK: Final = re.compile(r";|\.\s|\b(?:while|whereas|but|than|compared|versus|vs)\b", re.I)
_BREATH: Final = re.compile(rf"[,:]|\b(?:and|or)\s(?:[\w-]+\s)?$|{_BREAK.pattern}", re.I)
#: How many characters are one breath, and how many on either side of a number are read at all.
_NEAR: Final = 70
_FAR: Final = 500


@lru_cache(maxsize=1 << 16)
def conditions(
    sentence: str, value: str, *, metric: str = "", dataset: str = ""
) -> tuple[str, ...]:
    """The conditions of the value as the sentence prints it, in a fixed order, () for none.

    What the names of the metric and the dataset say is not said again.

    >>> conditions("It has 84.8% top-1 accuracy on the ImageNet val set at 384x384.", "84.8%")
    ('top-1', 'val', '384 resolution')
    >>> text = "It gets 87.1% and 88.1% with resolution 224^2 and 384^2, respectively."
    >>> conditions(text, "87.1%"), conditions(text, "88.1%"), conditions(text, "3%")
    (('224 resolution',), ('384 resolution',), ())
    """
    place = _place(sentence, value)
    if place is None:
        return ()
    start, end = max(place - _FAR, 0), place + len(value)
    sentence = sentence[start : end + _FAR]
    own = _Span(place - start, end - start)
    told = f"{metric} {dataset}".casefold()
    lower = sentence.lower()
    marks = [
        (sort, [_Span(*m.span(), sort.name(m)) for m in sort.pattern.finditer(sentence)])
        for sort in _SORTS
        if any(sign in lower for sign in sort.signs)
    ]
    taken = [own, *(mark for _, found in marks for mark in found)]
    others = (_Span(*match.span()) for match in _NUMBER.finditer(sentence))
    numbers = [own, *(n for n in others if not any(_overlap(n, t) for t in taken))]
    return tuple(
        name
        for sort, found in marks
        if found and sort.metrics.search(metric or "accuracy")
        for name in _names(sentence, own, numbers, found)
        if name.removesuffix(" resolution").casefold() not in told
    )


def _place(sentence: str, value: str) -> int | None:
    """Where the value first stands by itself: no part of a word or of a longer number.

    >>> _place("1.98% and 98%, not 98.5", "98%"), _place("98.5", "98"), _place("It.", "")
    (10, None, None)
    """
    place = sentence.find(value) if value else -1
    while place >= 0:
        before, after = sentence[place - 1 : place], sentence[place + len(value) :][:2]
        inside = before == "." or _is_word(before) or _is_word(after[:1])
        if not inside and not (after[:1] == "." and after[1:].isdecimal()):
            return place
        place = sentence.find(value, place + 1)
    return None


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _overlap(a: _Span, b: _Span) -> bool:
    return a.start < b.end and b.start < a.end


def _names(sentence: str, own: _Span, numbers: list[_Span], marks: list[_Span]) -> tuple[str, ...]:
    """The conditions of one sort that belong to the number, most often one or none."""
    lists = _lists(sentence, sorted([*numbers, *marks], key=lambda span: span.start))
    at = next(index for index, spans in enumerate(lists) if own in spans)
    gaps = [sentence[a[-1].end : b[0].start] for a, b in pairwise(lists)]

    def is_mark(index: int) -> bool:
        return 0 <= index < len(lists) and bool(lists[index][0].name)

    def in_one_breath(index: int) -> bool:
        return len(gaps[index]) <= _NEAR and not _BREATH.search(gaps[index])

    if is_mark(at + 1) and in_one_breath(at):
        return _paired(own, lists[at], lists[at + 1])
    for index in range(at - 1, -1, -1):
        if _BREAK.search(gaps[index]):
            break
        if is_mark(index):
            if index and not is_mark(index - 1) and in_one_breath(index - 1):
                break
            return _paired(own, lists[at], lists[index])
    if is_mark(at + 1) and not _BREAK.search(gaps[at]):
        is_last = at + 2 == len(lists) or bool(_BREAK.search(gaps[at + 1]))
        return _paired(own, lists[at], lists[at + 1]) if is_last else ()
    return ()


def _lists(sentence: str, spans: list[_Span]) -> list[list[_Span]]:
    """The spans in their order, those together that are members of one list."""
    lists: list[list[_Span]] = []
    for span in spans:
        last = lists[-1][-1] if lists else None
        gap = sentence[last.end : span.start] if last else ""
        alike = last and bool(last.name) == bool(span.name) and len(gap) <= _NEAR
        if alike and _LISTED.fullmatch(gap):
            lists[-1].append(span)
        else:
            lists.append([span])
    return lists


def _paired(own: _Span, numbers: list[_Span], marks: list[_Span]) -> tuple[str, ...]:
    """The mark at the number's place where both lists are of one length, else all marks."""
    if len(numbers) == len(marks):
        return (marks[numbers.index(own)].name,)
    return tuple(dict.fromkeys(mark.name for mark in marks))
