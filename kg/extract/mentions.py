"""Doc -> mentions: what each reader of the text found, and the best choice where they overlap."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from spacy.tokens import Doc, Span

from kg.extract.acronyms import Abbreviation, abbreviations
from kg.extract.kinds import kinds_of
from kg.extract.nlp import sentence_around, text_of
from kg.extract.phrases import is_coined, is_generic, is_name
from kg.extract.readers import READERS, Found, defined_mentions
from kg.extract.words import DATA_NOUNS, GENERIC, TASK_NOUNS
from kg.lexicon import match
from kg.model import Mention

#: How sure each reader is; a longer span of the same sureness wins.
CONFIDENCE: Final = {
    "definition": 0.9,
    "lexicon": 0.85,
    "title": 0.8,
    "proposal": 0.7,
    "name": 0.6,
    "phrase": 0.45,
}
_CODE = re.compile(r"https?://|\bcodes?\b[^.]*\b(?:available|released|found)\b", re.I)
_NOTICE = re.compile(
    r"\b(?:codes?|demos?|models|project page|website|supplementary)\b[^.]{0,60}"
    r"\b(?:available|released|found|open-?sourced|public)\b",
    re.I,
)


def find_mentions(doc: Doc) -> tuple[list[Mention], list[Abbreviation]]:
    """All mentions of a document, not overlapping, in order; and the abbreviations it defines."""
    defined = list(abbreviations(text_of(doc)))
    found = [f for reader in READERS for f in reader(doc)]
    found += defined_mentions(doc, defined)
    chosen = _select(_trim(f) for f in found)
    kinds = kinds_of(chosen)
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
    if len(rest) == 1 and is_coined(rest[0]):
        return Found(rest, found.kind, found.reader)
    names_something = any(is_name(t) for t in rest) or match(rest.text) is not None
    if found.reader == "phrase":
        rest = _from_name(rest)
    described = found.span[-1].lower_ in DATA_NOUNS and rest.text.islower() and not names_something
    if described:
        return found
    if names_something or found.span[-1].lower_ in DATA_NOUNS | TASK_NOUNS:
        kind = "dataset" if found.span[-1].lower_ in DATA_NOUNS else found.kind
        if found.span[-1].lower_ in TASK_NOUNS:
            kind = "task"
        entry = match(rest.text)
        return Found(rest, entry.kind if entry else kind, found.reader)
    return found


def _from_name(span: Span) -> Span:
    """The span from its proper name on, when only that name and plain modifiers are in it."""
    if len(span) > 1 and is_name(span[0]) and span[1:].text.islower():
        return span[:1]
    if len(span) > 1 and is_name(span[-1]):
        first = next(t.i for t in span if t.text[0].isupper() or is_name(t))
        return span.doc[first : span.end]
    return span


def _select(found: Iterable[Found]) -> list[Found]:
    """The best mentions that do not overlap: what the text defines, the longer, the surer."""
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
        return not tells_of_code(found.span)
    if found.span and found.span[-1].lower_ in DATA_NOUNS and found.span.text.islower():
        return False
    return len(found.span) > 0 and not is_generic(found.span.text) and not _is_notice(found.span)


def tells_of_code(span: Span) -> bool:
    """Whether the span stands in a sentence that says where the code is.

    >>> from kg.extract.nlp import load
    >>> tells_of_code(load()("PyTorch code is available at https://example.org.")[:1])
    True
    """
    sentence = sentence_around(span)
    known: dict[int, bool] = span.doc.user_data.setdefault("code", {})
    if sentence.start not in known:
        known[sentence.start] = bool(_CODE.search(sentence.text))
    return known[sentence.start]


def _is_notice(span: Span) -> bool:
    """Whether the span stands in a sentence that only tells what is released, and where."""
    sentence = sentence_around(span).text
    return "http" in sentence or bool(_NOTICE.search(sentence))
