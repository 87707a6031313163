"""Wordings: where a mention of the model begins and ends, and which names differ by a word only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from spacy.tokens import Span

from kg.extract.entities import Concept
from kg.extract.words import FUNCTION
from kg.lexicon import lookup
from kg.text import fold


def trimmed(span: Span) -> Span:
    """The span without what cannot stand at the edges of a name: function words at its end, signs,
    and a bracket whose partner is outside.

    >>> from kg.extract.nlp import load
    >>> doc = load()("loss and (MF) of")
    >>> [trimmed(doc[a:b]).text for a, b in ((0, 2), (3, 5), (2, 5), (5, 6))]
    ['loss', 'MF', '(MF)', '']
    """
    while len(span):
        words = [token.text for token in span]
        if (
            words[-1].lower() in FUNCTION
            or words[-1] in _SIGNS
            or words.count(")") > words.count("(")
        ):
            span = span[:-1]
        elif words[0] in _SIGNS or words.count("(") > words.count(")"):
            span = span[1:]
        else:
            break
    return span


_SIGNS: Final = frozenset(",;:.\"'“”‘’-")


def united(concepts: Sequence[Concept]) -> list[Concept]:
    """The concepts, those made one whose names of one kind differ by a single word more.

    That word may stand at the end ("ToyMix augmentation"), for metrics and tasks of one word
    also before it ("top-1 accuracy"): most such pairs in the annotated papers are one concept. The
    first of them lends its place, the longest its name.
    """
    kept: list[Concept] = []
    for concept in concepts:
        same = [c for c in kept if _is_wording(c, concept) or _is_wording(concept, c)]
        for other in same:
            concept = _joined(other, concept)
        place = kept.index(same[0]) if same else len(kept)
        kept = [c for c in kept if c not in same]
        kept.insert(place, concept)
    return kept


def _is_wording(short: Concept, long: Concept) -> bool:
    if short.kind != long.kind or short.kind == "dataset":
        return False
    if short.short and long.short and fold(short.short) != fold(long.short):
        return False
    known = {lookup(c.kind, name) for c in (short, long) for name in c.surface} - {None}
    if len(known) > 1:
        return False
    for one in (_folded(text) for text in short.surface):
        for two in (_folded(text) for text in long.surface):
            leads = two[:-1] == one
            heads = two[1:] == one and (
                short.kind == "metric" or (short.kind == "task" and len(one) == 1)
            )
            if one and (leads or heads):
                return True
    return False


def _folded(text: str) -> list[str]:
    return [fold(word) for word in text.split()]


def _joined(one: Concept, two: Concept) -> Concept:
    name = max(one.name, two.name, key=lambda text: (len(text.split()), text))
    return Concept(
        name=name,
        kind=one.kind,
        surface=tuple(dict.fromkeys(one.surface + two.surface)),
        mentions=tuple(sorted(one.mentions + two.mentions)),
        short=one.short or two.short,
        long=one.long or two.long,
    )
