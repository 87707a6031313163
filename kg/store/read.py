"""What the graph's tables say, in sorted order; every look-up goes through an index."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kg.model import NODE_KINDS, Evidence, Paper
from kg.resolve.values import Decision, Name
from kg.store import rows
from kg.store.connection import Connection
from kg.store.edges import Edge, Naming, Number
from kg.store.words import beginnings, matching

_AMONG: Final = "IN (SELECT value FROM json_each(?))"
_SELECT_NODE: Final = """
    SELECT n, id, kind, label, short, long, papers, first_year, last_year, paper FROM node
"""
_SELECT_ALIASES: Final = """
    SELECT text FROM alias WHERE node = ? AND text <> ? ORDER BY papers DESC, text
"""
_SELECT_NAMES: Final = """
    SELECT text, alias.papers, reason, score FROM alias JOIN node ON node.n = alias.node
    WHERE node.id = ? ORDER BY alias.papers DESC, text
"""
_SELECT_DECISIONS: Final = """
    SELECT node.id, verdict, name, other, reason, score, ledger.papers
    FROM node JOIN ledger ON ledger.node = node.n
    WHERE node.id = ? ORDER BY verdict, name, other
"""
_SELECT_EDGE: Final = """
    SELECT edge.n, source.id, target.id, edge.key, edge.relation, edge.weight, edge.confidence,
        naming.surface, naming.mentions,
        paper.id, number.value, number.number, number.high, number.unit,
        coalesce(dataset.id, ''), coalesce(baseline.id, ''), number.relative
    FROM edge
    JOIN node AS source ON source.n = edge.source
    JOIN node AS target ON target.n = edge.target
    LEFT JOIN naming ON naming.edge = edge.n
    LEFT JOIN number ON number.edge = edge.n
    LEFT JOIN paper ON paper.n = number.paper
    LEFT JOIN node AS dataset ON dataset.n = number.dataset
    LEFT JOIN node AS baseline ON baseline.n = number.baseline
"""
_IN_ORDER: Final = " ORDER BY source.id, target.id, edge.key"
_SELECT_EVIDENCE: Final = """
    SELECT paper, start, "end", extractor, confidence, sentence FROM evidence WHERE edge = ?
"""
_SELECT_NEIGHBOURS: Final = f"""
    WITH here AS (SELECT n FROM node WHERE id {_AMONG})
    SELECT id FROM node WHERE n IN (
        SELECT target FROM edge WHERE source IN here
        UNION SELECT source FROM edge WHERE target IN here
    )
"""  # noqa: S608
_SEARCH: Final = """
    SELECT node.id FROM words JOIN node ON node.n = words.rowid
    WHERE words MATCH ? AND (node.kind = ? OR ? IS NULL)
    ORDER BY bm25(words, 10.0, 1.0), node.id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node of the graph; `papers` counts those that name it, `paper` is set where it is one."""

    id: str
    kind: str
    label: str
    aliases: tuple[str, ...]
    short: str
    long: str
    papers: int
    first_year: int | None
    last_year: int | None
    paper: Paper | None


def nodes(db: Connection, ids: Collection[str] | None = None) -> Iterator[NodeRow]:
    """All nodes, or those of these ids."""
    where, values = "", []
    if ids is not None:
        where, values = " WHERE id " + _AMONG, [json.dumps(sorted(ids))]
    for row in db.rows(_SELECT_NODE + where + " ORDER BY id", *values):
        n, node, kind, label, short, long, papers, first, last, paper_row = row
        aliases = tuple(text for (text,) in db.rows(_SELECT_ALIASES, n, label))
        paper = None if paper_row is None else rows.paper_of_row(db, paper_row)
        yield NodeRow(node, kind, label, aliases, short, long, papers, first, last, paper)


def names(db: Connection, node: str) -> tuple[Name, ...]:
    """The surface forms of an entity, most used first."""
    return tuple(Name(*row) for row in db.rows(_SELECT_NAMES, node))


def decisions(db: Connection, node: str) -> tuple[Decision, ...]:
    """What the ledger says of an entity."""
    return tuple(Decision(*row) for row in db.rows(_SELECT_DECISIONS, node))


def edges(db: Connection, among: Collection[str] | None = None) -> Iterator[Edge]:
    """All edges, or those from one to another of these nodes."""
    sentences = _Sentences(db)
    where, values = "", []
    if among is not None:
        where = f" WHERE source.id {_AMONG} AND target.id {_AMONG}"
        values = [json.dumps(sorted(among))] * 2
    for row in db.rows(_SELECT_EDGE + where + _IN_ORDER, *values):
        n, source, target, key, relation, weight, confidence, *detail = row
        evidence = tuple(sorted(map(sentences.evidence, db.rows(_SELECT_EVIDENCE, n))))
        yield Edge(source, target, key, relation, weight, confidence, evidence, _detail(detail))


def skeleton(db: Connection) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The nodes as (id, kind, label, papers), sorted by id, and the edges between them.

    An edge is the positions of its ends in that order, its relation, weight and confidence.
    """
    nodes = db.named_rows("SELECT n, id, kind, label, papers FROM node ORDER BY id", {})
    place = {n: position for position, (n, *_) in enumerate(nodes)}
    edges = db.named_rows("SELECT source, target, relation, weight, confidence FROM edge", {})
    between = ((place[source], place[target], *about) for source, target, *about in edges)
    return [tuple(about) for _, *about in nodes], sorted(between)


def count_nodes(db: Connection) -> dict[str, int]:
    """How many nodes there are of each kind, in the order of `kg.model.NODE_KINDS`."""
    counted = dict(db.rows("SELECT kind, count(*) FROM node GROUP BY kind"))
    return {kind: counted.get(kind, 0) for kind in NODE_KINDS}


def count_edges(db: Connection) -> int:
    """How many edges there are."""
    return int(db.value("SELECT count(*) FROM edge"))


def neighbours(db: Connection, ids: Collection[str]) -> set[str]:
    """The nodes that an edge in either direction joins to one of these."""
    return {node for (node,) in db.rows(_SELECT_NEIGHBOURS, json.dumps(sorted(ids)))}


def search(db: Connection, text: str, kind: str | None, limit: int) -> list[str]:
    """The ids of the nodes in whose names, title or abstract all these words begin, best first."""
    match = matching(beginnings(text), "{name body}")
    if not match:
        return []
    return [node for (node,) in db.rows(_SEARCH, match, kind, kind, limit)]


def _detail(columns: Sequence[Any]) -> Naming | Number | None:
    surface, mentions, *number, relative = columns
    if surface is not None:
        spans = tuple((start, end) for start, end in json.loads(mentions))
        return Naming(tuple(json.loads(surface)), spans)
    return Number(*[*number, bool(relative)]) if number[0] is not None else None


@dataclass(slots=True)
class _Sentences:
    """Evidence with its sentence cut from the paper's text; each row is made once."""

    db: Connection
    _papers: dict[int, Paper] = field(default_factory=dict)
    _made: dict[tuple[Any, ...], Evidence] = field(default_factory=dict)

    def evidence(self, row: tuple[Any, ...]) -> Evidence:
        if row not in self._made:
            n, start, end, extractor, confidence, sentence = row
            if n not in self._papers:
                self._papers[n] = rows.paper_of_row(self.db, n)
            paper = self._papers[n]
            shown = paper.text[start:end] if sentence is None else sentence
            self._made[row] = Evidence(paper.id, start, end, shown, extractor, confidence)
        return self._made[row]
