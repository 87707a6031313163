"""Where a mention could stand: what the model reads at several thresholds, what the rules read,
and every other place of the same words; and what speaks for each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from spacy.tokens import Doc, Span

from kg.extract.heads import viterbi
from kg.extract.mentions import tells_of_code
from kg.extract.neural import Prediction
from kg.extract.nlp import span_at, text_of, title_end
from kg.extract.odds import Chances, count, logit
from kg.extract.pairs import Floats
from kg.extract.wording import trimmed
from kg.extract.words import COMPANIES, DATA_NOUNS, FUNCTION, GENERIC, TASK_NOUNS
from kg.lexicon import lookup
from kg.model import KINDS, Kind, Mention
from kg.text import fold

#: What is taken off the log-chance of words to stand outside, for more and longer spans.
_OUTSIDE: Final = (0.0, 0.5, 2.0)
#: The readers of rules whose agreement counts, in the order of columns.
READERS: Final = ("definition", "lexicon", "title", "proposal", "name", "phrase")
MENTION: Final = (
    "model",
    "begins",
    "ends",
    "begins before",
    "other kind",
    *(f"read at {outside}" for outside in _OUTSIDE),
    *(f"rules {reader}" for reader in READERS),
    "rules otherwise",
    "crosses model",
    "crosses rules",
    "crossing",
    "places",
    "elsewhere",
    "known",
    "known otherwise",
    "words",
    "capitals",
    "digits",
    "lower",
    "generic end",
    "title",
    "after word",
    "before word",
    "before hyphen",
    "before bracket",
    "in bracket",
)
Key = tuple[int, int, Kind]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of words that could be a mention of a kind, and who reads it."""

    span: Span
    kind: Kind
    by_model: tuple[bool, ...]
    by_rules: str

    @property
    def extractors(self) -> tuple[str, ...]:
        """Who agrees."""
        return (*(("model",) if any(self.by_model) else ()), *filter(None, [self.by_rules]))


def candidates(prediction: Prediction, found: Iterable[Mention]) -> list[Candidate]:
    """All candidates, by place; `found` is what the rules read."""
    doc = prediction.doc
    read: dict[Key, list[bool]] = defaultdict(lambda: [False] * len(_OUTSIDE))
    starts = np.diff(prediction.encoded.sentence, prepend=-1)
    for column, spans in enumerate(viterbi(prediction.tags, starts, _OUTSIDE)):
        for start, end, label in spans:
            span = trimmed(doc[start:end])
            if _could_name(span) and not tells_of_code(span):
                read[span.start, span.end, KINDS[label]][column] = True
    ruled: dict[Key, str] = {}
    for mention in found:
        span = span_at(doc, mention.start, mention.end)
        if not _could_name(span):
            continue
        ruled[span.start, span.end, mention.kind] = mention.extractor
    again = _again(doc, {*read, *ruled})
    keys = sorted({*read, *ruled, *again})
    return [
        Candidate(
            doc[key[0] : key[1]],
            key[2],
            tuple(read[key]) if key in read else (False,) * len(_OUTSIDE),
            ruled.get(key, ""),
        )
        for key in keys
    ]


def _could_name(span: Span) -> bool:
    """Whether the words could name something of our kinds: they show, and are no company's."""
    return bool(span.text.strip()) and span.text not in COMPANIES


def _again(doc: Doc, keys: Iterable[Key]) -> Iterator[Key]:
    """The other places of the words of names, as whole words."""
    text = text_of(doc)
    for form, kind in sorted({(doc[start:end].text, kind) for start, end, kind in keys}):
        if " " not in form and form.islower():
            continue
        start = text.find(form)
        while start >= 0:
            end = start + len(form)
            alone = not (_goes_on(text[start - 1 : start]) or _goes_on(text[end : end + 1]))
            span = doc.char_span(start, end) if alone else None
            if span is not None and not tells_of_code(span):
                yield span.start, span.end, kind
            start = text.find(form, end)


def _goes_on(sign: str) -> bool:
    """Whether a name goes on with this sign."""
    return sign.isalnum() or sign in ("-", "_")


def mention_signs(prediction: Prediction, told: Sequence[Candidate]) -> Floats:
    """A row of MENTION for each candidate."""
    doc = prediction.doc
    title = title_end(doc)
    chances = np.exp(prediction.tags)
    certain = [_confidence(chances, c.span.start, c.span.end, KINDS.index(c.kind)) for c in told]
    folded = [fold(c.span.text) for c in told]
    places: dict[str, set[int]] = defaultdict(set)
    for candidate, text in zip(told, folded, strict=True):
        places[text].add(candidate.span.start)
    table = np.zeros((len(told), len(MENTION)), dtype=np.float32)
    for row, candidate in enumerate(told):
        span, kind = candidate.span, KINDS.index(candidate.kind)
        start, end = span.start, span.end
        crossing = [
            j
            for j, other in enumerate(told)
            if other.span.start < end
            and start < other.span.end
            and (other.span.start, other.span.end) != (start, end)
        ]
        same_place = [
            j
            for j, other in enumerate(told)
            if (other.span.start, other.span.end) == (start, end) and j != row
        ]
        elsewhere = [
            certain[j]
            for j, text in enumerate(folded)
            if text == folded[row]
            and told[j].kind == candidate.kind
            and told[j].span.start != start
        ]
        before, after = _word(doc, start - 1), _word(doc, end)
        words = span.text.split()
        table[row] = (
            logit(certain[row]),
            logit(float(chances[start, 2 * kind + 1])),
            logit(1 - float(chances[end, 2 * kind + 2]) if end < len(doc) else 1.0),
            logit(float(chances[start - 1, [2 * kind + 1, 2 * kind + 2]].sum()) if start else 0.0),
            logit(max(_confidence(chances, start, end, k) for k in range(len(KINDS)) if k != kind)),
            *candidate.by_model,
            *(reader == candidate.by_rules for reader in READERS),
            any(told[j].by_rules for j in same_place),
            any(any(told[j].by_model) for j in crossing),
            any(told[j].by_rules for j in crossing),
            logit(max((certain[j] for j in crossing), default=0.0)),
            count(len(places[folded[row]]) - 1),
            logit(max(elsewhere, default=0.0)),
            lookup(candidate.kind, span.text) is not None,
            any(lookup(k, span.text) for k in KINDS if k != candidate.kind),
            count(len(words)),
            any(c.isupper() for c in span.text[1:]),
            any(c.isdigit() for c in span.text),
            span.text.islower(),
            words[-1].lower() in _NOUNS,
            span.start_char < title,
            _is_word(before),
            _is_word(after),
            after[:1] == "-",
            after[:1] == "(",
            before[:1] == "(" and after[:1] == ")",
        )
    return table


_NOUNS: Final = GENERIC | DATA_NOUNS | TASK_NOUNS


def _word(doc: Doc, i: int) -> str:
    return doc[i].text if 0 <= i < len(doc) else ""


def _is_word(text: str) -> bool:
    """Whether it could be part of a name."""
    return text[:1].isalnum() and text.lower() not in FUNCTION


def _confidence(chances: Floats, start: int, end: int, label: int) -> float:
    """The geometric mean of the chances of a span's tags."""
    inner = chances[start + 1 : end, 2 * label + 2]
    logs = np.log(chances[start, 2 * label + 1]) + np.log(inner).sum()
    return float(np.exp(logs / (end - start)))


def chosen(told: Sequence[Candidate], sure: Chances, least: float) -> list[int]:
    """The surest candidates that do not overlap, of at least that chance, in order of place."""
    taken: set[int] = set()
    kept = []
    for row in sorted(range(len(told)), key=lambda i: (-sure[i], told[i].span.start, i)):
        words = range(told[row].span.start, told[row].span.end)
        if sure[row] >= least and taken.isdisjoint(words):
            taken.update(words)
            kept.append(row)
    return sorted(kept)
