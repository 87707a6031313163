"""Annotated papers and public benchmarks -> training examples of words, tags and facts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from spacy.tokens import Doc
from tokenizers import Tokenizer

from kg import benchmark
from kg.evaluate import read_rows
from kg.extract.entities import Concept
from kg.extract.features import Encoded, Ints, encode
from kg.extract.neural import free_numbers
from kg.extract.nlp import load, span_at
from kg.extract.numbers import Number
from kg.extract.pairs import POINTERS, ROLES, Floats, Thing, number_features
from kg.model import KINDS, RELATIONS, Mention
from kg.sources.clean import clean
from kg.text import parse_value

#: What a result is of.
_POINTED: Final = tuple(name for name, _ in POINTERS)
#: The label sets that share the encoder; each has a tagger of its own.
LABELS: Final[dict[str, tuple[str, ...]]] = {"gold": KINDS, **benchmark.LABELS}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a gold paper: its concepts, and targets that index them.

    `roles` are indices into ROLES or -1; `relations` are (head, relation, tail);
    `reported[n]` lists for number `n` the targets of POINTERS of each of its results, -1 where
    a pointer points at nothing.
    """

    concepts: tuple[Thing, ...]
    roles: tuple[int, ...]
    relations: frozenset[tuple[int, str, int]]
    numbers: tuple[Thing, ...]
    number_features: Floats
    reported: tuple[tuple[tuple[int, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A text of one label set: BIO tag numbers of its words, and the facts where it is gold."""

    id: str
    source: str
    encoded: Encoded
    tags: Ints
    facts: Facts | None = field(default=None)


def gold_examples(path: str | Path, tokenizer: Tokenizer) -> Iterator[Example]:
    """Yield an example of each row of an annotation file."""
    nlp = load()
    for row in map(cleaned, read_rows(path)):
        doc = nlp(f"{row['title']}\n{row['abstract']}")
        spans = mention_places(row, doc)
        labels = [entity["type"].lower() for entity in row["entities"]]
        tags = bio(
            len(doc),
            [(s, e, label) for label, at in zip(labels, spans, strict=True) for s, e in at],
            KINDS,
        )
        yield Example(row["id"], "gold", encode(doc, tokenizer), tags, _facts(row, doc, spans))


def mention_places(row: Mapping[str, Any], doc: Doc) -> list[list[tuple[int, int]]]:
    """For each entity of a row the (start, end) words of its mentions in the row's Doc."""
    return _without_nested([_spans(doc, entity["surface"]) for entity in row["entities"]])


def cleaned(row: dict[str, Any]) -> dict[str, Any]:
    """An annotated row whose text, surface forms and values read as those of a paper read in.

    What it may leave out is there, and empty.
    """
    return {
        **row,
        "title": clean(row.get("title", "")),
        "abstract": clean(row.get("abstract", "")),
        "entities": [
            {"role": "", **e, "surface": [clean(form) for form in e.get("surface", [])]}
            for e in row.get("entities", [])
        ],
        "relations": row.get("relations", []),
        "results": [
            {**dict.fromkeys(_POINTED), **r, "value": clean(r["value"])}
            for r in row.get("results", [])
        ],
    }


def benchmark_examples(path: str | Path, source: str, tokenizer: Tokenizer) -> Iterator[Example]:
    """Yield an example of each row of a benchmark file, which gives tokens and spans of them."""
    for number, row in enumerate(benchmark.read_benchmark(path, source)):
        if row.tokens:
            tags = bio(len(row.tokens), row.spans, LABELS[source])
            encoded = encode(benchmark.doc_of(row), tokenizer)
            yield Example(f"{source}-{number}", source, encoded, tags)


def bio(words: int, spans: Iterable[tuple[int, int, str]], labels: Sequence[str]) -> Ints:
    """Tag numbers: 0 outside, 2k + 1 where a span of label k begins, 2k + 2 inside it.

    Of spans that overlap the longest counts.

    >>> bio(4, [(1, 3, "task"), (2, 3, "method")], KINDS).tolist()
    [0, 7, 8, 0]
    """
    tags = np.zeros(words, dtype=np.int64)
    for start, end, label in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        if not tags[start:end].any():
            tags[start:end] = 2 * labels.index(label) + 2
            tags[start] -= 1
    return tags


def _spans(doc: Doc, forms: Iterable[str]) -> list[tuple[int, int]]:
    """Where the surface forms stand as whole tokens, as (start, end) words."""
    found = set()
    for form in filter(None, forms):
        for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", doc.text):
            span = doc.char_span(*match.span())
            if span is not None:
                found.add((span.start, span.end))
    return sorted(found)


def _without_nested(spans: Sequence[Sequence[tuple[int, int]]]) -> list[list[tuple[int, int]]]:
    """The spans of each concept without those that overlap a longer one of any concept."""
    every = sorted(
        ((s, e) for concept in spans for s, e in concept), key=lambda p: (p[0] - p[1], p)
    )
    kept: set[tuple[int, int]] = set()
    for start, end in every:
        if not any(start < e and s < end for s, e in kept):
            kept.add((start, end))
    return [[span for span in concept if span in kept] for concept in spans]


def _facts(row: dict[str, Any], doc: Doc, spans: Sequence[Sequence[tuple[int, int]]]) -> Facts:
    placed = [i for i, at in enumerate(spans) if at]
    entities = [row["entities"][i] for i in placed]
    index = {entity["name"]: i for i, entity in enumerate(entities)}
    things = tuple(
        Thing(entity["type"].lower(), tuple(spans[i]))
        for i, entity in zip(placed, entities, strict=True)
    )
    found = [(n, span_at(doc, n.start, n.end)) for n in free_numbers(doc, _concepts(things, doc))]
    return Facts(
        concepts=things,
        roles=tuple(ROLES.index(e["role"]) if e["role"] in ROLES else -1 for e in entities),
        relations=frozenset(
            (index[h], r, index[t])
            for h, r, t in row["relations"]
            if h in index and t in index and r in RELATIONS
        ),
        numbers=tuple(Thing("", ((span.start, span.end),)) for _, span in found),
        number_features=number_features([n for n, _ in found]),
        reported=tuple(_reported([n for n, _ in found], row["results"], index)),
    )


def _concepts(things: Sequence[Thing], doc: Doc) -> Iterator[Concept]:
    """The things as what a text's mentions name."""
    for thing in things:
        spans = [doc[start:end] for start, end in thing.spans]
        forms = tuple(span.text for span in spans)
        kind: Any = thing.kind
        mentions = (Mention(s.start_char, s.end_char, s.text, kind, "gold", 1.0) for s in spans)
        yield Concept(forms[0], kind, forms, tuple(mentions))


def _reported(
    found: Sequence[Number], results: Sequence[dict[str, Any]], index: dict[str, int]
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """For each number its results, as pointer targets; where a value stands as often as it is
    reported, each place takes one of the results in order."""
    targets: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    places: dict[object, int] = defaultdict(int)
    for result in results:
        if result["metric"] in index:
            target = tuple(index.get(result.get(name) or "", -1) for name, _ in POINTERS)
            targets[_value(result["value"])].append(target)
    for number in found:
        places[_value(number.text)] += 1
    seen: dict[object, int] = defaultdict(int)
    for number in found:
        value = _value(number.text)
        mine = targets.get(value, [])
        if len(mine) > 1 and len(mine) == places[value]:
            yield (mine[seen[value]],)
        else:
            yield tuple(mine)
        seen[value] += 1


def _value(text: str) -> object:
    """What two spellings of a value share."""
    parsed = parse_value(text)
    return (parsed.number, parsed.high, parsed.unit) if parsed else text
