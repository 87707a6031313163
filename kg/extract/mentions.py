"""Doc -> mentions: what each reader of the text found, and the best choice where they overlap."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc, Span, Token

from kg.extract.acronyms import Abbreviation, abbreviations
from kg.extract.lexical import known_names
from kg.extract.phrases import is_generic, is_name, modifies, names, noun_phrases
from kg.extract.words import (
    DATA_NOUNS,
    EVALUATIVE,
    FUNCTION,
    GENERIC,
    HEADS,
    NAMING,
    PROPOSE,
    TASK_NOUNS,
    VERBS,
)
from kg.lexicon import match
from kg.model import Kind, Mention
from kg.text import singular

#: How sure each reader is; a longer span of the same sureness wins.
CONFIDENCE: Final = {
    "definition": 0.9,
    "lexicon": 0.85,
    "title": 0.8,
    "proposal": 0.7,
    "name": 0.6,
    "phrase": 0.45,
}


@dataclass(frozen=True, slots=True)
class Found:
    """A span that a reader took for a mention; `kind` is None where only context can tell."""

    span: Span
    kind: Kind | None
    reader: str


def find_mentions(doc: Doc) -> tuple[list[Mention], list[Abbreviation]]:
    """All mentions of a document, not overlapping, in order; and the abbreviations it defines."""
    defined = list(abbreviations(doc.text))
    found = [f for reader in READERS for f in reader(doc)]
    found += _defined(doc, defined)
    chosen = _select(_trim(f) for f in found)
    kinds = _kinds(chosen)
    mentions = [
        Mention(
            start=f.span.start_char,
            end=f.span.end_char,
            text=f.span.text,
            kind=kind,
            extractor=f.reader,
            confidence=CONFIDENCE[f.reader],
        )
        for f, kind in zip(chosen, kinds, strict=True)
    ]
    return mentions, defined


def _lexicon(doc: Doc) -> Iterator[Found]:
    for span, entry in known_names(doc):
        if entry.kind != "metric" or _is_measured(span):
            yield Found(span, entry.kind, "lexicon")


def _is_measured(span: Span) -> bool:
    """Whether a metric's word is meant as one: "we recall" is a verb, and most "parameters" are
    part of a model rather than its size."""
    before = [t.lower_ for t in span.doc[max(0, span.start - 3) : span.start]]
    if span.text.lower() in {"parameters", "parameter"}:
        return bool(_COUNTED & set(before)) or any(c.isdigit() for word in before for c in word)
    return not ({"we", "us", "they"} & set(before) or before[-1:] == ["to"]) or len(span) > 1


_COUNTED = frozenset(
    "fewer less number more many reduce reduces reducing amount size total".split()
)


def _names(doc: Doc) -> Iterator[Found]:
    for span in names(doc):
        yield Found(span, None, "name")


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
    """Whether "we", "this paper" or "is" stands within a few words before the verb."""
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
_STUDIES: Final = frozenset(
    """comparison study analysis survey evaluation overview review investigation experiments results
    way evidence view perspective report discussion understanding insight insights idea ideas theory
    problem theorem proof bound bounds guarantee guarantees assessment set steps""".split()
)


READERS: Final[tuple[Callable[[Doc], Iterable[Found]], ...]] = (
    _lexicon,
    _names,
    _phrases,
    _title,
    _proposals,
)


def _defined(doc: Doc, defined: Iterable[Abbreviation]) -> Iterator[Found]:
    for abbreviation in defined:
        long = doc.char_span(*abbreviation.long, alignment_mode="expand")
        short = doc.char_span(*abbreviation.short, alignment_mode="expand")
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


def _trim(found: Found) -> Found:
    """Without generic words at the end ("TransKD framework"), unless the rest would be nothing."""
    span = found.span
    if found.reader in ("lexicon", "definition"):
        return found
    end = span.end
    droppable = GENERIC | DATA_NOUNS | TASK_NOUNS
    while end - span.start > 1 and span.doc[end - 1].lower_ in droppable:
        end -= 1
    rest = span.doc[span.start : end]
    if len(rest) == 1 and _is_coined(rest[0]):
        return Found(rest, found.kind, found.reader)
    names_something = any(is_name(t) for t in rest) or match(rest.text) is not None
    if found.reader == "phrase":
        rest = _from_name(rest)
    if names_something or found.span[-1].lower_ in DATA_NOUNS | TASK_NOUNS:
        kind = "dataset" if found.span[-1].lower_ in DATA_NOUNS else found.kind
        if found.span[-1].lower_ in TASK_NOUNS:
            kind = "task"
        entry = match(rest.text)
        return Found(rest, entry.kind if entry else kind, found.reader)
    return found


def _is_coined(token: Token) -> bool:
    """Whether a capitalised word must be a name since no list of words has it ("Minitron models")."""
    return (
        token.text.istitle()
        and len(token) > 3
        and is_generic(token.text) is False
        and (token.lower_ not in VERBS and singular(token.lower_) not in HEADS)
    )


def _from_name(span: Span) -> Span:
    """The span from its proper name on, when only that name and plain modifiers are in it."""
    if len(span) > 1 and is_name(span[0]) and span[1:].text.islower():
        return span[:1]
    if len(span) > 1 and is_name(span[-1]):
        first = next(t.i for t in span if t.text[0].isupper() or is_name(t))
        return span.doc[first : span.end]
    return span


def _select(found: Iterable[Found]) -> list[Found]:
    """The best mentions that do not overlap: the text's own definitions, then longest first, then the surer reader."""
    ranked = sorted(
        (f for f in found if _is_mention(f)),
        key=lambda f: (
            f.reader != "definition",
            -len(f.span),
            -CONFIDENCE[f.reader],
            f.span.start,
            f.kind or "",
        ),
    )
    taken: set[int] = set()
    chosen = []
    for f in ranked:
        tokens = range(f.span.start, f.span.end)
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            chosen.append(f)
    return sorted(chosen, key=lambda f: f.span.start)


def _is_mention(found: Found) -> bool:
    if found.reader == "definition":
        return True
    if found.reader == "lexicon":
        return not _CODE.search(found.span.sent.text)
    return len(found.span) > 0 and not is_generic(found.span.text) and not _is_notice(found.span)


def _is_notice(span: Span) -> bool:
    """Whether the span stands in a sentence that only says where the code is."""
    sentence = span.sent.text
    return "http" in sentence or bool(_NOTICE.search(sentence))


def _kinds(chosen: list[Found]) -> list[Kind]:
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


def _lists(chosen: list[Found]) -> Iterator[tuple[int, int]]:
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


_CODE = re.compile(r"https?://|\bcodes?\b[^.]*\b(?:available|released|found)\b", re.I)
_NOTICE = re.compile(
    r"\b(?:codes?|demos?|models|project page|website|supplementary)\b[^.]{0,60}"
    r"\b(?:available|released|found|open-?sourced|public)\b",
    re.I,
)
_EVALUATION = re.compile(
    r"experiment|evaluat|accura|benchmark|dataset|achiev|state-of-the-art|outperform|result|"
    r"%|score|demonstrat|perform|speed",
    re.I,
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
    if before[-1:] == ["%"] and len(span) == 1 and after[:1] != ["layers"]:
        return "metric"
    if after[:1] == ["score"] or after[:1] == ["scores"]:
        return "metric"
    if head:
        return head
    on = before[-1:] == ["on"] or before[-2:] in (["on", "the"], ["on", "both"])
    if (
        on
        and not {"based", "builds", "build", "focus", "top"} & set(before)
        and span.text[0].isupper()
    ):
        if _EVALUATION.search(span.sent.text):
            return "dataset"
    if any(word in DATA_NOUNS for word in before[-3:]):
        return "dataset"
    return None
