"""Extraction <-> compact JSON, without what the paper's own text already says.

The object has five lists of rows:

- `readers`: extractor, confidence;
- `evidence`: start, end, reader, and where the sentence is not the text there (or the paper not
  this one): sentence, paper;
- `entities`: name, kind, role, surface, mentions, evidence, short, long; a mention is start, end,
  reader, and where they are not the text there and the entity's kind: text, kind;
- `relations`: head, relation, tail, evidence;
- `results`: method, dataset, metric, value, baseline, evidence, relative (0 or 1).

A reader is a position in `readers`, and the evidence of a fact a list of positions in `evidence`.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any, TypeVar

from kg.model import Entity, Evidence, Extraction, Mention, Paper, Relation, Result

_T = TypeVar("_T", bound=Hashable)


def encode(extraction: Extraction, paper: Paper) -> str:
    """The extraction as one line of JSON, to be read with the same paper.

    >>> paper = Paper(id="a-1", title="On CCT", abstract="We use it.")
    >>> seen = Evidence("a-1", 7, 17, "We use it.", "rules", 0.9)
    >>> facts = encode(Extraction("a-1", (), (Relation("CCT", "uses", "it", (seen,)),), ()), paper)
    >>> json.loads(facts)["readers"], json.loads(facts)["evidence"], json.loads(facts)["relations"]
    ([['rules', 0.9]], [[7, 17, 0]], [['CCT', 'uses', 'it', [0]]])
    """
    text = paper.text
    readers: dict[tuple[str, float], int] = {}
    evidence: dict[Evidence, int] = {}

    def mention_row(mention: Mention, entity: Entity) -> list[Any]:
        start, end = mention.start, mention.end
        row = [start, end, _place((mention.extractor, mention.confidence), readers)]
        plain = (mention.text, mention.kind) == (text[start:end], entity.kind)
        return row if plain else [*row, mention.text, mention.kind]

    def evidence_row(shown: Evidence) -> list[Any]:
        start, end = shown.start, shown.end
        row = [start, end, _place((shown.extractor, shown.confidence), readers)]
        plain = (shown.sentence, shown.paper) == (text[start:end], paper.id)
        return row if plain else [*row, shown.sentence, shown.paper]

    def places(shown: tuple[Evidence, ...]) -> list[int]:
        return [_place(e, evidence) for e in shown]

    entities = [
        [
            *(e.name, e.kind, e.role, e.surface, [mention_row(m, e) for m in e.mentions]),
            *(places(e.evidence), e.short, e.long),
        ]
        for e in extraction.entities
    ]
    relations = [[r.head, r.relation, r.tail, places(r.evidence)] for r in extraction.relations]
    results = [
        [
            *(r.method, r.dataset, r.metric, r.value, r.baseline),
            *(places(r.evidence), int(r.relative)),
        ]
        for r in extraction.results
    ]
    rows = {
        "evidence": [evidence_row(shown) for shown in evidence],
        "readers": list(readers),
        "entities": entities,
        "relations": relations,
        "results": results,
    }
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def decode(facts: str, paper: Paper) -> Extraction:
    """The extraction that `encode` wrote for this paper."""
    rows = json.loads(facts)
    readers, text = rows["readers"], paper.text
    evidence = [_evidence(row, readers, paper.id, text) for row in rows["evidence"]]

    def at(places: list[int]) -> tuple[Evidence, ...]:
        return tuple(evidence[place] for place in places)

    return Extraction(
        paper=paper.id,
        entities=tuple(
            Entity(
                *(name, kind, role, tuple(surface)),
                mentions=tuple(_mention(row, kind, readers, text) for row in mentions),
                evidence=at(places),
                short=short,
                long=long,
            )
            for name, kind, role, surface, mentions, places, short, long in rows["entities"]
        ),
        relations=tuple(Relation(h, r, t, at(places)) for h, r, t, places in rows["relations"]),
        results=tuple(
            Result(method, dataset, metric, value, baseline, at(places), bool(relative))
            for method, dataset, metric, value, baseline, places, relative in rows["results"]
        ),
    )


def _place(item: _T, pool: dict[_T, int]) -> int:
    """The position of the item in the pool, at whose end it is put if it is new."""
    return pool.setdefault(item, len(pool))


def _evidence(row: list[Any], readers: list[Any], paper: str, text: str) -> Evidence:
    start, end, reader, *other = row
    sentence, source = other or (text[start:end], paper)
    return Evidence(source, start, end, sentence, *readers[reader])


def _mention(row: list[Any], entity_kind: Any, readers: list[Any], text: str) -> Mention:
    start, end, reader, *other = row
    said, kind = other or (text[start:end], entity_kind)
    return Mention(start, end, said, kind, *readers[reader])
