"""The whole graph in order, row by row: what exports read, in memory that does not grow with it.

One statement gives all nodes, one all edges with their evidence, in the order in which they are
written. Of the papers that the evidence is cut from, the last ones are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, Final

from kg.model import Evidence
from kg.store.nodereader import NodeReader

#: Papers whose text, and nodes whose label is kept at hand.
_PAPERS: Final = 4_096
_LABELS: Final = 65_536

_IN_ORDER: Final = attrgetter("paper", "start", "end", "sentence", "extractor", "confidence")

# CROSS JOIN keeps SQLite to this order of the tables: sources come sorted by an index, so that
# only the edges of one of them at a time have to be sorted.
_EDGES: Final = """
    SELECT edge.n, source.id, target.id, edge.key, edge.relation, edge.weight, edge.confidence,
        naming.surface, naming.mentions,
        stating.id, number.value, number.number, number.high, number.unit,
        coalesce(dataset.id, ''), coalesce(baseline.id, ''), number.relative,
        evidence.paper, evidence.start, evidence."end", evidence.extractor, evidence.confidence,
        evidence.sentence
    FROM node AS source CROSS JOIN edge ON edge.source = source.n
    CROSS JOIN node AS target ON target.n = edge.target
    LEFT JOIN naming ON naming.edge = edge.n
    LEFT JOIN number ON number.edge = edge.n
    LEFT JOIN paper AS stating ON stating.n = number.paper
    LEFT JOIN node AS dataset ON dataset.n = number.dataset {dataset}
    LEFT JOIN node AS baseline ON baseline.n = number.baseline {baseline}
    LEFT JOIN evidence ON evidence.edge = edge.n {evidence}
    WHERE TRUE {sure}
"""
_EDGES_IN_ORDER: Final = " ORDER BY source.id, target.id, edge.key"
_NODES: Final = """
    SELECT node.n, node.id, {brief}, {first}, {last}, node.short, node.long,
        paper.title, paper.abstract, paper.authors, paper.year, paper.venue, paper.url, paper.doi,
        paper.arxiv_id, alias.text
    FROM node LEFT JOIN paper ON paper.n = node.paper
    LEFT JOIN alias ON alias.node = node.n AND alias.text <> node.label
    WHERE TRUE {known}
"""
_NODES_IN_ORDER: Final = " ORDER BY node.id, alias.papers DESC, alias.text"
#: An entity's first or last year, where not all edges count.
_YEAR: Final = """
    iif(node.paper IS NULL, (
        SELECT {which}(x_source.first_year)
        FROM edge AS x JOIN node AS x_source ON x_source.n = x.source
        WHERE x.target = node.n AND x.stated = 1 AND x.confidence >= :least
    ), node.{which_year})
"""
_PAPER: Final = ("title", "abstract", "authors", "year", "venue", "url", "doi", "arxiv_id")

#: Of the rows for which one of these is true, one has every attribute that any row has.
_NODE_SAMPLES: Final = ("node.paper IS NULL", "node.paper IS NOT NULL", "paper.year IS NOT NULL")
_EDGE_SAMPLES: Final = (
    "TRUE",
    "naming.edge IS NOT NULL",
    "number.edge IS NOT NULL",
    "number.number IS NOT NULL",
    "number.high IS NOT NULL",
)

NodeData = tuple[str, dict[str, Any]]
EdgeData = tuple[str, str, str, dict[str, Any]]


class WholeReader(NodeReader):
    """The rows of one open store, with attributes in the terms of `kg.graph`."""

    def snapshot(self) -> AbstractContextManager[None]:
        """One unchanging state of the file for all that the block reads."""
        return self._db.snapshot()

    def size(self) -> int:
        """How many nodes and edges there are together."""
        sql = f"""
            SELECT (SELECT count(*) FROM node WHERE TRUE{self._known("node")})
                + (SELECT count(*) FROM edge WHERE TRUE{self._sure()})
        """  # noqa: S608
        [(size,)] = self._select(sql)
        return int(size)

    def all_ids(self) -> Iterator[str]:
        """The ids of all nodes, sorted."""
        sql = f"SELECT id FROM node WHERE TRUE{self._known('node')} ORDER BY id"  # noqa: S608
        return (node for (node,) in self._each(sql))

    def all_nodes(self) -> Iterator[NodeData]:
        """All nodes, sorted by id."""
        return self._nodes("", _NODES_IN_ORDER)

    def all_edges(self) -> Iterator[EdgeData]:
        """All edges, sorted by source, target and key."""
        return self._edges("", _EDGES_IN_ORDER)

    def node_samples(self) -> Iterator[NodeData]:
        """A few nodes that have between them every attribute that any node has."""
        for which in _NODE_SAMPLES:
            yield from self._nodes(f"AND {which}", " LIMIT 1")

    def edge_samples(self) -> Iterator[EdgeData]:
        """A few edges that have between them every attribute that any edge has."""
        for which in _EDGE_SAMPLES:
            yield from self._edges(f"AND {which}", " LIMIT 1")

    def labels(self) -> Any:
        """A function that gives a node's label; it remembers the last ones."""
        sql = "SELECT label FROM node WHERE id = ?"
        return lru_cache(_LABELS)(lambda node: self._db.value(sql, node))

    def _each(self, sql: str) -> Iterator[Any]:
        return self._db.named_row_by_row(sql, {"least": self._least})

    def _nodes(self, which: str, order: str) -> Iterator[NodeData]:
        years = {"first": "node.first_year", "last": "node.last_year"}
        if self._least > 0:
            years = {
                year: _YEAR.format(which=which, which_year=f"{year}_year")
                for year, which in (("first", "min"), ("last", "max"))
            }
        sql = _NODES.format(brief=self._brief("node"), known=self._known("node"), **years)
        for _, rows in groupby(self._each(sql + which + order), key=itemgetter(0)):
            row, *more = rows
            _, node, label, kind, papers, _, first, last, short, long, *paper, alias = row
            data = {
                "label": label,
                "kind": kind,
                "aliases": [alias, *(row[-1] for row in more)] if alias is not None else [],
                "papers": papers,
                "first_year": first,
                "last_year": last,
            }
            if kind == "paper":
                data |= zip(_PAPER, paper, strict=True)
                data["authors"] = json.loads(data["authors"])
            else:
                data |= {"short": short, "long": long}
            yield node, data

    def _edges(self, which: str, order: str) -> Iterator[EdgeData]:
        sql = _EDGES.format(
            sure=self._sure(),
            evidence=self._sure("evidence"),
            **{end: f"AND TRUE{self._known(end)}" for end in ("dataset", "baseline")},
        )
        paper = lru_cache(_PAPERS)(self._paper)

        def evidence(row: Sequence[Any]) -> Evidence:
            n, start, end, extractor, confidence, sentence = row[17:]
            paper_id, text = paper(n)
            shown = text[start:end] if sentence is None else sentence
            return Evidence(paper_id, start, end, shown, extractor, confidence)

        for _, rows in groupby(self._each(sql + which + order), key=itemgetter(0)):
            row, *more = rows
            _, source, target, key, relation, weight, confidence, *detail = row[:17]
            shown = [evidence(row)] if row[17] is not None else []
            if more:
                shown.extend(map(evidence, more))
                shown.sort(key=_IN_ORDER)
            data = {
                "relation": relation,
                "weight": weight if self._least <= 0 else len({e.paper for e in shown}),
                "confidence": confidence,
                "evidence": shown,
                **_detail(detail),
            }
            yield source, target, key, data

    def _paper(self, n: int) -> tuple[str, str]:
        """The id and the text of the paper in row `n`."""
        [(paper, title, abstract)] = self._db.rows(
            "SELECT id, title, abstract FROM paper WHERE n = ?", n
        )
        return paper, f"{title}\n{abstract}"


def _detail(columns: Sequence[Any]) -> dict[str, Any]:
    """What only some edges have."""
    surface, mentions, paper, *number, dataset, baseline, relative = columns
    if surface is not None:
        spans = [(start, end) for start, end in json.loads(mentions)]
        return {"surface": json.loads(surface), "mentions": spans}
    if paper is None:
        return {}
    value, level, high, unit = number
    return {
        "paper": paper,
        "value": value,
        "number": level,
        "high": high,
        "unit": unit,
        "dataset": dataset,
        "baseline": baseline,
        "relative": bool(relative),
    }
