"""Edges: what each paper states is added to them, and taken away again when it changes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from kg.model import ACHIEVES, Evidence
from kg.resolve import Variant
from kg.resolve.variants import SURE
from kg.store.connection import Connection, among
from kg.store.edges import Edge, Naming, Number, edges_of
from kg.store.rows import Read, packed, unpacked
from kg.store.write import held

_FIND_EDGE: Final = "SELECT n FROM edge WHERE source = ? AND target = ? AND key = ?"
_INSERT_EDGE: Final = """
    INSERT INTO edge (n, source, target, key, relation, stated, weight, confidence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_ADD_PAPER: Final = """
    UPDATE edge SET weight = weight + 1, confidence = max(confidence, ?) WHERE n = ?
"""
_COUNT_AGAIN: Final = """
    UPDATE edge SET (weight, confidence) = (
        SELECT count(DISTINCT paper), max(confidence) FROM evidence WHERE evidence.edge = edge.n
    ) WHERE n
"""
_INSERT_NAMING: Final = "INSERT INTO naming (edge, surface, mentions) VALUES (?, ?, ?)"
_INSERT_NUMBER: Final = """
    INSERT INTO number (edge, paper, value, number, high, unit, dataset, baseline, relative)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_EVIDENCE: Final = """
    INSERT INTO evidence (edge, paper, i, start, "end", extractor, confidence, sentence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_SELECT_NODES: Final = """
    SELECT named.n, node.n, node.id, node.family FROM named JOIN node ON node.n = named.node
    WHERE named.n
"""


def state(db: Connection, papers: Sequence[Read], places: Mapping[str, int]) -> set[int]:
    """Write what the papers state; the rows of the entities that they name.

    `places` are the rows of the papers' own nodes; the store knows those of the entities.
    """
    nodes = {number: about for number, *about in among(db, _SELECT_NODES, _numbers(papers))}
    families = {family for _, _, family in nodes.values() if family}
    places = {**places, **{node: place for place, node, _ in nodes.values()}}
    places.update((family, about.n) for family, about in held(db, families).items())
    variants = {node: Variant(family, SURE) for _, node, family in nodes.values() if family}
    batch = _Batch(db, places)
    for paper in papers:
        node_of = {
            entity.name: nodes[number][1]
            for entity, number in zip(paper.extraction.entities, paper.names, strict=True)
            if number in nodes
        }
        batch.add(paper, edges_of(paper.extraction, node_of, variants))
    batch.write()
    return {place for place, _, _ in nodes.values()}


def _numbers(papers: Iterable[Read]) -> set[int]:
    return {number for paper in papers for number in paper.names}


class _Batch:
    """Rows of some papers' edges, to be written by a few statements."""

    def __init__(self, db: Connection, places: Mapping[str, int]) -> None:
        self._db = db
        self._places = places
        self._last: int = db.value("SELECT max(n) FROM edge") or 0
        self._rows: dict[tuple[int, int, str], int] = {}
        self._waiting: dict[str, list[tuple[Any, ...]]] = {
            sql: []
            for sql in (_INSERT_EDGE, _ADD_PAPER, _INSERT_NAMING, _INSERT_NUMBER, _INSERT_EVIDENCE)
        }
        self._written: list[tuple[int, bytes]] = []

    def add(self, paper: Read, edges: Iterable[Edge]) -> None:
        """Add what one paper states."""
        text = paper.paper.text
        written = []
        for edge in edges:
            n = self._row(edge)
            written.append(n)
            self._waiting[_INSERT_EVIDENCE].extend(
                (n, paper.n, i, *_evidence_row(shown, text))
                for i, shown in enumerate(edge.evidence)
            )
            match edge.detail:
                case Naming(surface, mentions):
                    row = (n, json.dumps(surface, ensure_ascii=False), json.dumps(mentions))
                    self._waiting[_INSERT_NAMING].append(row)
                case Number() as said:
                    read = (paper.n, said.value, said.number, said.high, said.unit)
                    others = (self._places.get(said.dataset), self._places.get(said.baseline))
                    self._waiting[_INSERT_NUMBER].append((n, *read, *others, said.relative))
        self._written.append((paper.n, packed(written)))

    def _row(self, edge: Edge) -> int:
        """The row of the edge, which counts one paper more now."""
        place = (self._places[edge.source], self._places[edge.target], edge.key)
        stated = edge.source.startswith("paper:")
        if not stated and edge.relation != ACHIEVES:
            n: int | None = self._rows.get(place) or self._db.value(_FIND_EDGE, *place)
            if n is not None:
                self._waiting[_ADD_PAPER].append((edge.confidence, n))
                return n
        self._last += 1
        self._rows[place] = self._last
        row = (self._last, *place, edge.relation, stated, edge.weight, edge.confidence)
        self._waiting[_INSERT_EDGE].append(row)
        return self._last

    def write(self) -> None:
        """Write all that was added."""
        for sql, rows in self._waiting.items():
            self._db.run_many(sql, rows)
        self._db.run_many("INSERT INTO written (paper, edges) VALUES (?, ?)", self._written)


def _evidence_row(shown: Evidence, text: str) -> tuple[Any, ...]:
    kept = None if shown.sentence == text[shown.start : shown.end] else shown.sentence
    return shown.start, shown.end, shown.extractor, shown.confidence, kept


def unstate(db: Connection, papers: Collection[int]) -> set[int]:
    """Take away what the papers in these rows state; the rows of the entities that they named."""
    written = list(among(db, "SELECT paper, edges FROM written WHERE paper", papers))
    pairs = [(edge, paper) for paper, edges in written for edge in unpacked(edges)]
    edges = sorted({edge for edge, _ in pairs})
    named = {n for (n,) in among(db, "SELECT target FROM edge WHERE stated AND n", edges)}
    db.run_many("DELETE FROM evidence WHERE edge = ? AND paper = ?", pairs)
    left = {edge for (edge,) in among(db, "SELECT DISTINCT edge FROM evidence WHERE edge", edges)}
    gone = [(edge,) for edge in edges if edge not in left]
    for table, column in (("naming", "edge"), ("number", "edge"), ("edge", "n")):
        db.run_many(f"DELETE FROM {table} WHERE {column} = ?", gone)  # noqa: S608
    for _ in among(db, _COUNT_AGAIN, sorted(left)):
        pass
    db.run_many("DELETE FROM written WHERE paper = ?", [(paper,) for paper, _ in written])
    return named
