"""Mentions of what the lexicon knows: the longest match at each place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc, Span

from kg.lexicon import Entry, keys, match
from kg.text import fold, squash

_LONGEST = 8


def known_names(doc: Doc) -> list[tuple[Span, Entry]]:
    """Each span that names a lexicon entry, left to right, longest first, not overlapping.

    They are looked up once and kept with the Doc, for several readers ask.

    >>> from kg.extract.nlp import load
    >>> doc = load()("Vision Transformers on CIFAR 10.")
    >>> [(span.text, entry.name) for span, entry in known_names(doc)]
    [('Vision Transformers', 'Vision Transformer'), ('CIFAR 10', 'CIFAR-10')]
    """
    if "known" not in doc.user_data:
        doc.user_data["known"] = list(_known_names(doc))
    known: list[tuple[Span, Entry]] = doc.user_data["known"]
    return known


def _known_names(doc: Doc) -> Iterator[tuple[Span, Entry]]:
    known = keys()
    folded = [fold(token.text) for token in doc]
    plain = [squash(token.text) for token in doc]
    ends = _sentence_ends(doc)
    start = 0
    while start < len(doc):
        found = (
            _longest_at(doc, start, ends[start], known, folded, plain) if folded[start] else None
        )
        if found:
            yield found
            start = found[0].end
        else:
            start += 1


def _sentence_ends(doc: Doc) -> list[int]:
    """For each token where its sentence ends."""
    return [sentence.end for sentence in doc.sents for _ in range(len(sentence))]


def _longest_at(
    doc: Doc,
    start: int,
    sentence_end: int,
    known: frozenset[str],
    folded: list[str],
    plain: list[str],
) -> tuple[Span, Entry] | None:
    """The longest span from this token whose fold the lexicon knows and whose case it accepts."""
    for end in range(min(sentence_end, start + _LONGEST), start, -1):
        if not folded[end - 1]:
            continue
        quick = "".join(plain[start : end - 1]) + folded[end - 1]
        if quick in known:
            span = doc[start:end]
            entry = match(span.text)
            if entry and not _is_negated(span):
                return span, entry
    return None


def _is_negated(span: Span) -> bool:
    """Whether "non-" or an apostrophe makes another word of it."""
    before = span.doc[span.start - 1].lower_ if span.start else ""
    return before in {"non", "non-"} or bool(re.search(r"['’]s\b", span.text))
