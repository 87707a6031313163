"""What finds mentions in a Doc: each reader yields the spans that it takes for one.

A reader is a generator over the Doc without state; `READERS` lists them. Overlaps are for
`kg.extract.mentions` to settle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc, Span, Token

from kg.extract.acronyms import Abbreviation
from kg.extract.lexical import known_names
from kg.extract.nlp import span_at
from kg.extract.phrases import is_coined, is_name, names, noun_phrases
from kg.extract.words import (
    DATA_NOUNS,
    EVALUATIVE,
    FUNCTION,
    GENERIC,
    HEADS,
    NAMING,
    PROPOSE,
    VERBS,
    words,
)
from kg.lexicon import match
from kg.model import Kind
from kg.text import fold, singular


@dataclass(frozen=True, slots=True)
class Found:
    """A span that a reader took for a mention; `kind` is None where only context can tell."""

    span: Span
    kind: Kind | None
    reader: str


def _lexicon(doc: Doc) -> Iterator[Found]:
    for span, entry in known_names(doc):
        if fold(span.text) in _IN_PASSING or (entry.kind == "metric" and not _is_measured(span)):
            continue
        yield Found(span, entry.kind, "lexicon")


def _is_measured(span: Span) -> bool:
    """Whether a metric's word is meant as one: "we recall" is a verb, and most "parameters" are
    part of a model rather than its size."""
    before = [t.lower_ for t in span.doc[max(0, span.start - 3) : span.start]]
    if span.text.lower() in {"parameters", "parameter"}:
        return bool(_COUNTED & set(before)) or any(c.isdigit() for word in before for c in word)
    return not ({"we", "us", "they"} & set(before) or before[-1:] == ["to"]) or len(span) > 1


_COUNTED = words("fewer less number more many reduce reduces reducing amount size total")
#: Names, folded, that are mostly said in passing, or in another sense: the model tells when not.
_IN_PASSING: Final = words("coherence encoderdecoder energy onlinelearning representationlearning")


def _names(doc: Doc) -> Iterator[Found]:
    for span in names(doc):
        yield Found(span, None, "name")
    for token in doc[:-1]:
        if is_coined(token) and token.nbor().lower_ in _FAMILIES:
            yield Found(doc[token.i : token.i + 1], "method", "name")


#: Nouns after which a capitalised word that no list knows is the name of models.
_FAMILIES = words("model models family families checkpoints transformer transformers")


def _phrases(doc: Doc) -> Iterator[Found]:
    datasets = [span for span, entry in known_names(doc) if entry.kind == "dataset"]
    closed = frozenset(i for span in datasets for i in range(span.start, span.end))
    for span, kind in noun_phrases(doc, closed):
        yield Found(span, kind, "phrase")


def _title(doc: Doc) -> Iterator[Found]:
    """The name before the colon of "NAME: what it is"."""
    for token in doc:
        if "\n" in token.text or token.i > 6:
            return
        if token.text == ":" and token.i:
            span = doc[: token.i]
            while len(span) > 1 and span[-1].lower_ in {"report", "technical", "card"}:
                span = span[:-1]
            if len(span) == 1 or (len(span) <= 3 and any(is_name(t) for t in span)):
                yield Found(span, None, "title")
            return


def _proposals(doc: Doc) -> Iterator[Found]:
    """The object of "we propose ...", and what follows "called" or "termed"."""
    for token in doc:
        if token.lower_ in NAMING or (token.lower_ in PROPOSE and _has_author(doc, token.i)):
            span = _object(doc, token.i + 1)
            if span is not None:
                yield Found(span, None, "proposal")


def _has_author(doc: Doc, verb: int) -> bool:
    """Whether "we", "this paper" or the like stands within a few words before the verb."""
    before = {t.lower_ for t in doc[max(0, verb - 6) : verb]}
    return bool(before & {"we", "paper", "work", "article", "study", "authors", "research"})


def _object(doc: Doc, start: int) -> Span | None:
    """The noun phrase that begins here, without determiner and praise; None if it says nothing."""
    while start < len(doc) and (
        doc[start].lower_
        in {"a", "an", "the", "as", "our", "two", "three", "its", "this", '"', "“"}
        or doc[start].lower_ in EVALUATIVE
        or doc[start].lower_.endswith("ly")
    ):
        start += 1
    if start < len(doc) and is_name(doc[start]):
        return doc[start : start + 1]
    start += start < len(doc) and doc[start].lower_ == "forward"
    while start < len(doc) and doc[start].lower_ in {"a", "an", "the"} | EVALUATIVE:
        start += 1
    end = start
    while end < len(doc) and end - start < 8 and not doc[end].is_sent_start:
        token = doc[end]
        ends = token.lower_ in FUNCTION or not (token.text[0].isalnum() or token.text == "-")
        if ends or (token.lower_ in VERBS and token.lower_ not in GENERIC):
            break
        end += 1
    while (
        end > start
        and doc[end - 1].lower_.endswith(("ed", "ly", "ing"))
        and not _keeps(doc[end - 1])
    ):
        end -= 1
    span = doc[start:end]
    if len(span) and span[-1].lower_ in _STUDIES:
        return None
    last_is_word = end > start and doc[end - 1].text[0].isalnum()
    if not last_is_word or (len(span) == 1 and not span.text[0].isupper()):
        return None
    return span


def _keeps(token: Token) -> bool:
    return singular(token.lower_) in HEADS or token.text[0].isupper()


#: What a paper presents that is no method.
_STUDIES: Final = words(
    """space comparison study analysis survey evaluation overview review investigation
    experiments results way evidence view perspective report discussion understanding insight
    insights idea ideas theory problem theorem proof bound bounds guarantee guarantees
    assessment set steps"""
)


READERS: Final[tuple[Callable[[Doc], Iterable[Found]], ...]] = (
    _lexicon,
    _names,
    _phrases,
    _title,
    _proposals,
)


def defined_mentions(doc: Doc, defined: Iterable[Abbreviation]) -> Iterator[Found]:
    """Yield the long and the short form of each abbreviation that the text defines."""
    for abbreviation in defined:
        long = span_at(doc, *abbreviation.long)
        short = span_at(doc, *abbreviation.short)
        kind = _kind_of_definition(long, short)
        yield Found(long, kind, "definition")
        yield Found(short, kind, "definition")


def _kind_of_definition(long: Span, short: Span) -> Kind | None:
    for text in (long.text, short.text):
        entry = match(text)
        if entry:
            return entry.kind
    head = long[-1].lower_
    if head in DATA_NOUNS:
        return "dataset"
    return HEADS.get(singular(head))
