"""Extraction <-> compact JSON, without what the paper's own text already says.

The object has four lists of rows:

- `evidence`: start, end, extractor, confidence, and where the sentence is not the text there
  (or the paper not this one): sentence, paper;
- `entities`: name, kind, role, surface, mentions, evidence, short, long; a mention is start,
  end, extractor, confidence, and where they are not the text there and the entity's kind:
  text, kind;
- `relations`: head, relation, tail, evidence;
- `results`: method, dataset, metric, value, baseline, evidence.

The evidence of a fact is a list of positions in the list `evidence`.
"""

from __future__ import annotations

import json
from typing import Any

from kg.model import Entity, Evidence, Extraction, Mention, Paper, Relation, Result


def encode(extraction: Extraction, paper: Paper) -> str:
    """The extraction as one line of JSON, to be read with the same paper.

    >>> paper = Paper(id="a-1", title="On CCT", abstract="We use it.")
    >>> seen = Evidence("a-1", 7, 17, "We use it.", "rules", 0.9)
    >>> encode(Extraction("a-1", (), (Relation("CCT", "uses", "it", (seen,)),), ()), paper)
    '{"evidence":[[7,17,"rules",0.9]],"entities":[],"relations":[["CCT","uses","it",[0]]],"results":[]}'
    """
    pool: dict[Evidence, int] = {}

    def places(evidence: tuple[Evidence, ...]) -> list[int]:
        return [pool.setdefault(e, len(pool)) for e in evidence]

    entities = [
        [
            *(e.name, e.kind, e.role, e.surface),
            [_mention_row(m, e, paper) for m in e.mentions],
            *(places(e.evidence), e.short, e.long),
        ]
        for e in extraction.entities
    ]
    relations = [[r.head, r.relation, r.tail, places(r.evidence)] for r in extraction.relations]
    results = [
        [r.method, r.dataset, r.metric, r.value, r.baseline, places(r.evidence)]
        for r in extraction.results
    ]
    rows = {
        "evidence": [_evidence_row(e, paper) for e in pool],
        "entities": entities,
        "relations": relations,
        "results": results,
    }
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def decode(facts: str, paper: Paper) -> Extraction:
    """The extraction that `encode` wrote for this paper."""
    rows = json.loads(facts)
    pool = [_evidence(row, paper) for row in rows["evidence"]]

    def at(places: list[int]) -> tuple[Evidence, ...]:
        return tuple(pool[place] for place in places)

    return Extraction(
        paper=paper.id,
        entities=tuple(_entity(row, pool, paper) for row in rows["entities"]),
        relations=tuple(Relation(h, r, t, at(places)) for h, r, t, places in rows["relations"]),
        results=tuple(
            Result(method, dataset, metric, value, baseline, at(places))
            for method, dataset, metric, value, baseline, places in rows["results"]
        ),
    )


def _evidence_row(evidence: Evidence, paper: Paper) -> list[Any]:
    start, end = evidence.start, evidence.end
    row = [start, end, evidence.extractor, evidence.confidence]
    if (evidence.sentence, evidence.paper) == (paper.text[start:end], paper.id):
        return row
    return [*row, evidence.sentence, evidence.paper]


def _evidence(row: list[Any], paper: Paper) -> Evidence:
    start, end, extractor, confidence, *other = row
    sentence, source = other or (paper.text[start:end], paper.id)
    return Evidence(source, start, end, sentence, extractor, confidence)


def _mention_row(mention: Mention, entity: Entity, paper: Paper) -> list[Any]:
    row = [mention.start, mention.end, mention.extractor, mention.confidence]
    if (mention.text, mention.kind) == (paper.text[mention.start : mention.end], entity.kind):
        return row
    return [*row, mention.text, mention.kind]


def _entity(row: list[Any], pool: list[Evidence], paper: Paper) -> Entity:
    name, kind, role, surface, mentions, places, short, long = row
    return Entity(
        name=name,
        kind=kind,
        role=role,
        surface=tuple(surface),
        mentions=tuple(_mention(mention, kind, paper) for mention in mentions),
        evidence=tuple(pool[place] for place in places),
        short=short,
        long=long,
    )


def _mention(row: list[Any], entity_kind: Any, paper: Paper) -> Mention:
    start, end, extractor, confidence, *other = row
    text, kind = other or (paper.text[start:end], entity_kind)
    return Mention(start, end, text, kind, extractor, confidence)
