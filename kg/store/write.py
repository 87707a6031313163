"""The graph's tables, written anew from all live papers, one paper at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from kg.model import Evidence, Paper
from kg.resolve import Name, Node, Resolution
from kg.store import rows
from kg.store.connection import Connection
from kg.store.edges import Edge, Naming, Number, edges_of
from kg.store.schema import CLEAR_GRAPH
from kg.text import fold, squash

_UPSERT_EDGE: Final = """
    INSERT INTO edge (source, target, key, relation, stated, weight, confidence)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (source, target, key) DO UPDATE SET
        weight = weight + excluded.weight,
        confidence = max(confidence, excluded.confidence)
    RETURNING n
"""
_INSERT_NODE: Final = """
    INSERT INTO node (n, id, kind, label, short, long, papers, first_year, last_year, paper)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_COUNT_PAPERS: Final = """
    UPDATE node SET (papers, first_year, last_year) = (
        SELECT count(DISTINCT paper.n), min(paper.year), max(paper.year)
        FROM edge JOIN node AS source ON source.n = edge.source JOIN paper ON paper.n = source.paper
        WHERE edge.target = node.n
    )
    WHERE paper IS NULL
"""
_INSERT_ALIAS: Final = """
    INSERT INTO alias (node, text, papers, reason, score) VALUES (?, ?, ?, ?, ?)
"""
_INSERT_NAME: Final = "INSERT OR IGNORE INTO name (key, node) VALUES (?, ?)"
_INSERT_DECISION: Final = """
    INSERT INTO ledger (node, verdict, name, other, reason, score, papers)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_WORDS: Final = "INSERT INTO words (rowid, name, body) VALUES (?, ?, ?)"
_INSERT_NAMING: Final = "INSERT INTO naming (edge, surface, mentions) VALUES (?, ?, ?)"
_INSERT_NUMBER: Final = """
    INSERT INTO number (edge, paper, value, number, high, unit, dataset, baseline, relative)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_EVIDENCE: Final = """
    INSERT INTO evidence (edge, paper, i, start, "end", extractor, confidence, sentence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def write_graph(db: Connection, resolution: Resolution) -> None:
    """Write all nodes, edges and their evidence; the caller holds the transaction."""
    for statement in CLEAR_GRAPH:
        db.run(statement)
    places = _write_nodes(db, resolution)
    decided = ((places[node], *said) for node, *said in resolution.ledger)
    db.run_many(_INSERT_DECISION, decided)
    for n, paper, extraction in rows.live(db):
        node_of = {
            entity.name: link.node
            for entity in extraction.entities
            if (link := resolution.links.get((paper.id, entity.name)))
        }
        for edge in edges_of(extraction, node_of, resolution.variants):
            _write_edge(db, edge, n, paper, places)
    db.run(_COUNT_PAPERS)


def _write_nodes(db: Connection, resolution: Resolution) -> dict[str, int]:
    """Write papers and entities as nodes, in order of their ids; node id -> row."""
    entities = {node.id: node for node in resolution.nodes}
    paper_rows = {f"paper:{paper_id}": n for paper_id, n in db.rows("SELECT id, n FROM paper")}
    places = {node: n for n, node in enumerate(sorted((*entities, *paper_rows)), start=1)}
    for node, n in places.items():
        if node in paper_rows:
            _write_paper(db, n, paper_rows[node])
        else:
            _write_entity(db, n, entities[node])
    return places


def _write_paper(db: Connection, n: int, row: int) -> None:
    paper = rows.paper_of_row(db, row)
    fields = (f"paper:{paper.id}", "paper", paper.title, "", "", 1, paper.year, paper.year, row)
    db.run(_INSERT_NODE, n, *fields)
    _write_names(db, n, (paper.id, paper.title))
    db.run(_INSERT_WORDS, n, paper.title, paper.abstract)


def _write_entity(db: Connection, n: int, node: Node) -> None:
    fields = (node.id, node.kind, node.label, node.short, node.long, 0, None, None, None)
    db.run(_INSERT_NODE, n, *fields)
    names = [*node.names]
    if node.label not in (name.text for name in names):
        names.append(Name(node.label, 0, "label", 1.0))
    db.run_many(_INSERT_ALIAS, [(n, *name) for name in names])
    _write_names(db, n, (node.short, node.long, *(name.text for name in names)))
    db.run(_INSERT_WORDS, n, "\n".join(name.text for name in names), "")


def _write_names(db: Connection, n: int, names: Iterable[str]) -> None:
    keys = {form(name) for name in names for form in (squash, fold)} - {""}
    db.run_many(_INSERT_NAME, [(key, n) for key in sorted(keys)])


def _write_edge(
    db: Connection, edge: Edge, row: int, paper: Paper, places: Mapping[str, int]
) -> None:
    """Add what one paper, which stands in `row`, says of an edge."""
    ends = (places[edge.source], places[edge.target])
    stated = edge.source.startswith("paper:")
    about = (edge.key, edge.relation, stated, edge.weight, edge.confidence)
    n = db.value(_UPSERT_EDGE, *ends, *about)
    for i, shown in enumerate(edge.evidence):
        db.run(_INSERT_EVIDENCE, n, row, i, *_evidence_row(shown, paper))
    match edge.detail:
        case Naming(surface, mentions):
            names = (json.dumps(surface, ensure_ascii=False), json.dumps(mentions))
            db.run(_INSERT_NAMING, n, *names)
        case Number() as said:
            read = (said.value, said.number, said.high, said.unit)
            others = (places.get(said.dataset), places.get(said.baseline))
            db.run(_INSERT_NUMBER, n, row, *read, *others, said.relative)


def _evidence_row(shown: Evidence, paper: Paper) -> tuple[Any, ...]:
    kept = None if shown.sentence == paper.text[shown.start : shown.end] else shown.sentence
    return shown.start, shown.end, shown.extractor, shown.confidence, kept
