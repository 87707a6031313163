"""Which kind an unknown name is of: what the words around it, or its list, make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from spacy.tokens import Span

from kg.extract.nlp import sentence_around
from kg.extract.readers import Found
from kg.extract.words import DATA_NOUNS, HEADS, words
from kg.model import Kind
from kg.text import singular

_PHRASE_ENDS = words("for of on to in with , . that which and ( :")
_EVALUATION = re.compile(
    r"experiment|evaluat|\btest(?:s|ed|ing)?\b|accura|benchmark|dataset|achiev|state-of-the-art|"
    r"outperform|result|%|score|demonstrat|perform|speed",
    re.I,
)


def _introduced_as_data(span: Span) -> bool:
    """Whether what follows says so: "TinyQA: A Benchmark", "TinyQA, a new dataset"."""
    following = [t.lower_ for t in span.doc[span.end : span.end + 7]]
    if following[:1] == [")"]:
        following = following[1:]
    if following[:1] not in ([":"], [","], ["is"]) or following[1:2] not in (
        ["a"],
        ["an"],
        ["the"],
    ):
        return False
    phrase = list(takewhile(lambda word: word not in _PHRASE_ENDS, following[2:]))
    return bool(phrase) and phrase[-1] in DATA_NOUNS


def kinds_of(chosen: Sequence[Found]) -> list[Kind]:
    """The kind of each mention: what it is known as, or what its surroundings make of it."""
    kinds = [f.kind or _kind_by_context(f.span) for f in chosen]
    for first, last in _lists(chosen):
        opening = chosen[first].span
        if [t.lower_ for t in opening.doc[max(0, opening.start - 2) : opening.start]] == [
            "based",
            "on",
        ]:
            continue
        members = range(first, last + 1)
        known = [chosen[i].kind for i in members if chosen[i].kind]
        guessed = [kinds[i] for i in members if kinds[i]]
        settled = "dataset" if "dataset" in known else (known or guessed or [None])[0]
        for i in members:
            if chosen[i].kind is None and chosen[i].reader == "name":
                kinds[i] = settled
    return [kind or "method" for kind in kinds]


def _lists(chosen: Sequence[Found]) -> Iterator[tuple[int, int]]:
    """Index ranges of mentions that are enumerated: "A, B, and C"."""
    first = 0
    for index in range(1, len(chosen) + 1):
        joined = index < len(chosen) and _enumerated(chosen[index - 1].span, chosen[index].span)
        if not joined:
            if index - first > 1:
                yield first, index - 1
            first = index


def _enumerated(left: Span, right: Span) -> bool:
    between = left.doc[left.end : right.start]
    return 0 < len(between) <= 3 and all(
        t.lower_ in {",", "and", "or", "/", "&", "the"} for t in between
    )


def _kind_by_context(span: Span) -> Kind | None:
    """What the words around an unknown name say of it, or None."""
    doc = span.doc
    after = [t.lower_ for t in doc[span.end : span.end + 3]]
    before = [t.lower_ for t in doc[max(0, span.start - 4) : span.start]]
    head = HEADS.get(singular(span[-1].lower_))
    if span[-1].lower_ in DATA_NOUNS:
        return "dataset"
    if any(word in DATA_NOUNS for word in after[:2]) and "," not in after[:1]:
        return "dataset"
    if _introduced_as_data(span):
        return "dataset"
    if before[-1:] == ["%"] and len(span) == 1 and after[:1] != ["layers"]:
        return "metric"
    if after[:1] == ["score"] or after[:1] == ["scores"]:
        return "metric"
    if head:
        return head
    on = before[-1:] == ["on"] or before[-2:] in (["on", "the"], ["on", "both"])
    built = {"based", "builds", "build", "focus", "top"} & set(before)
    if (
        on
        and not built
        and span.text[0].isupper()
        and _EVALUATION.search(sentence_around(span).text)
    ):
        return "dataset"
    if any(word in DATA_NOUNS for word in before[-3:]):
        return "dataset"
    return None
