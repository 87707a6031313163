"""A store's nodes, edges and sentences as the page knows them, by look-ups through indexes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from kg.model import Evidence
from kg.query.edges import relation_rank
from kg.store import Store
from kg.view.filters import Filter
from kg.view.tables import KIND_ORDER

Json = dict[str, Any]

_AMONG: Final = "IN (SELECT value FROM json_each(?))"
_AT: Final = f"""
    edge.n IN (
        SELECT n FROM edge WHERE source {_AMONG} UNION SELECT n FROM edge WHERE target {_AMONG}
    )
"""  # noqa: S608
_YEARS: Final = f"""
    SELECT edge, min(year), max(year) FROM evidence JOIN paper ON paper.n = evidence.paper
    WHERE edge {_AMONG} AND year > 0 GROUP BY edge
"""  # noqa: S608
_EVIDENCE: Final = f"""
    SELECT paper.id, start, "end",
        coalesce(sentence, substr(title || char(10) || abstract, start + 1, "end" - start)),
        extractor, confidence
    FROM evidence JOIN paper ON paper.n = evidence.paper WHERE edge {_AMONG}
"""  # noqa: S608
_MERGED: Final = """
    SELECT {far} AS other, relation, max(edge.confidence) AS sure, {span}
        max(count(DISTINCT number.paper), max(weight)) AS papers
    FROM edge LEFT JOIN number ON number.edge = edge.n {joined}
    WHERE {near} IN (SELECT value FROM json_each(:here)) AND source <> target
    GROUP BY {near}, {far}, relation
"""
_TIES: Final = """
    SELECT n, sum(joined.papers), node.papers FROM ({arms}) AS joined JOIN node ON n = other
    WHERE relation NOT IN (SELECT value FROM json_each(:relations)) AND sure >= :confidence
        AND kind NOT IN (SELECT value FROM json_each(:kinds))
        AND id NOT IN (SELECT value FROM json_each(:hidden))
        AND (kind = 'paper' OR node.papers >= :papers) {within}
    GROUP BY n
"""
_UNDATED: Final = dict.fromkeys(("span", "joined", "within"), "")
_DATED: Final = {
    "span": "min(nullif(year, 0)) AS since, max(nullif(year, 0)) AS until,",
    "joined": """
        LEFT JOIN evidence ON evidence.edge = edge.n LEFT JOIN paper ON paper.n = evidence.paper
    """,
    "within": """
        AND since <= :last AND until >= :first AND first_year <= :last AND last_year >= :first
    """,
}
_EDGE: Final = """
    SELECT edge.n, source, target, relation, weight, confidence, number.paper
    FROM edge LEFT JOIN number ON number.edge = edge.n
"""
_NODE: Final = "SELECT n, id, kind, label, papers, first_year, last_year FROM node"
_TEXT: Final = """
    SELECT node.n, title, abstract FROM node JOIN paper ON paper.n = node.paper WHERE node.id = ?
"""
_NAMING: Final = "SELECT target, mentions FROM naming JOIN edge ON n = edge WHERE source = ?"


class Node(NamedTuple):
    """A node's row; `first` and `last` are years."""

    n: int
    id: str
    kind: str
    label: str
    papers: int
    first: int | None
    last: int | None

    @property
    def order(self) -> tuple[int, str, str]:
        """What sorts nodes as the page numbers them."""
        return KIND_ORDER.index(self.kind), self.label.casefold(), self.id

    def json(self) -> Json:
        """The node as the page knows it."""
        years = [] if self.first is None else [self.first, self.last]
        facts = {"label": self.label, "kind": self.kind, "papers": self.papers}
        return {"id": self.id, **facts, "years": years}


@dataclass(slots=True)
class Edge:
    """All edges of one relation from one node to another, and the years of their papers."""

    source: Node
    target: Node
    relation: str
    confidence: float = 0.0
    weight: int = 0
    rows: list[int] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    years: list[int] = field(default_factory=list)

    @property
    def papers(self) -> int:
        """How many papers state it; a number is stated by one."""
        return len(self.numbers) or self.weight

    def said(self) -> Json:
        """What it says of itself wherever it is met."""
        sure = round(self.confidence, 3)
        return {"papers": self.papers, "confidence": sure, "years": self.years}

    def json(self) -> Json:
        """The edge as the page knows it."""
        ends = {"source": self.source.id, "target": self.target.id}
        return {**ends, "relation": self.relation, **self.said()}

    def other(self, node: Node) -> Node:
        """The end that is not this node."""
        return self.target if self.source.n == node.n else self.source


class Paper(NamedTuple):
    """A paper's text, and the mentions in it as start, end, node id."""

    node: Node
    title: str
    text: str
    mentions: list[tuple[int, int, str]]

    def pieces(self, start: int, end: int) -> list[Json]:
        """The text from start to end as {text, node?}, cut where a node is mentioned."""
        pieces: list[Json] = []
        at = start
        for begin, stop, node in self.mentions:
            if at <= begin and stop <= end:
                if at < begin:
                    pieces.append({"text": self.text[at:begin]})
                pieces.append({"text": self.text[begin:stop], "node": node})
                at = stop
        if at < end:
            pieces.append({"text": self.text[at:end]})
        return pieces


class Stored:
    """Look-ups in one state of a store; what is read of nodes and papers is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db
        self._nodes: dict[int, Node] = {}
        self._texts: dict[str, Paper | None] = {}

    def load(self, where: str = "TRUE", *values: Any) -> list[Node]:
        """The nodes for which an SQL condition holds."""
        found = [Node(*row) for row in self._db.rows(f"{_NODE} WHERE {where}", *values)]
        self._nodes.update((node.n, node) for node in found)
        return found

    def of_id(self, node_id: str) -> Node | None:
        """The node of this id."""
        return next(iter(self.load("id = ?", node_id)), None)

    def of_ids(self, ids: Collection[str]) -> list[Node]:
        """The nodes of these ids, as far as there are any."""
        return self.load(f"id {_AMONG}", json.dumps(sorted(set(ids))))

    def of_rows(self, rows: Collection[int]) -> dict[int, Node]:
        """The nodes in these rows."""
        missing = set(rows) - self._nodes.keys()
        if missing:
            self.load(f"n {_AMONG}", json.dumps(sorted(missing)))
        return {n: self._nodes[n] for n in rows}

    def edges_at(self, rows: Collection[int]) -> list[Edge]:
        """The edges with an end at one of these nodes, in no order and without their years."""
        here = json.dumps(sorted(rows))
        return self._edges(_AT, here, here)

    def ties(self, rows: Collection[int], filter: Filter) -> dict[int, tuple[int, int]]:
        """What is joined to these nodes, in the rows that pass the filter.

        Of each node (its row) how many papers say so, summed up over the edges, and how many name
        it.
        """
        dated = _DATED if filter.years else _UNDATED
        arms = " UNION ALL ".join(
            _MERGED.format(near=near, far=far, **dated)
            for near, far in (("source", "target"), ("target", "source"))
        )
        first, last = filter.years or (None, None)
        values = {
            "here": json.dumps(sorted(rows)),
            "kinds": json.dumps(sorted(filter.kinds)),
            "relations": json.dumps(sorted(filter.relations)),
            "hidden": json.dumps(sorted(filter.hidden)),
            "papers": filter.min_papers,
            "confidence": filter.min_confidence,
            "first": first,
            "last": last,
        }
        found = self._db.named_rows(_TIES.format(arms=arms, **dated), values)
        return {n: (papers, named) for n, papers, named in found}

    def edges_among(self, rows: Collection[int]) -> list[Edge]:
        """The edges from one to another of these nodes."""
        here = json.dumps(sorted(rows))
        found = self._edges(f"source {_AMONG} AND target {_AMONG}", here, here)
        order = {node.n: node.order for edge in found for node in (edge.source, edge.target)}
        found.sort(key=lambda e: (order[e.source.n], order[e.target.n], relation_rank(e.relation)))
        return self.dated(found)

    def edges_between(self, a: Node, b: Node) -> list[Edge]:
        """The edges from one of the two to the other, the best first as in `kg.query.edges`."""
        where = "source = ? AND target = ?"
        found = self._edges(f"{where} OR {where}", a.n, b.n, b.n, a.n)
        found.sort(
            key=lambda e: (
                *(-e.papers, -e.confidence),
                *(relation_rank(e.relation), e.source.n != a.n),
            )
        )
        return self.dated(found)

    def _edges(self, where: str, *values: Any) -> list[Edge]:
        """The edges for which an SQL condition holds."""
        rows = list(self._db.rows(f"{_EDGE} WHERE {where}", *values))
        ends = self.of_rows({end for _, *both, _, _, _, _ in rows for end in both})
        found: dict[tuple[int, int, str], Edge] = {}
        for n, source, target, relation, weight, confidence, paper in rows:
            if (source, target, relation) not in found:
                found[source, target, relation] = Edge(ends[source], ends[target], relation)
            edge = found[source, target, relation]
            edge.rows.append(n)
            edge.weight = max(edge.weight, weight)
            edge.confidence = max(edge.confidence, confidence)
            if paper is not None:
                edge.numbers.add(paper)
        return list(found.values())

    def dated(self, edges: list[Edge]) -> list[Edge]:
        """The edges, with the first and the last year of the papers that state them."""
        by_row = {row: edge for edge in edges for row in edge.rows}
        for row, first, last in self._db.rows(_YEARS, json.dumps(sorted(by_row))):
            known = [*by_row[row].years, first, last]
            by_row[row].years = [min(known), max(known)]
        return edges

    def evidence(self, rows: Collection[int]) -> list[Evidence]:
        """The evidence of the edges in these rows."""
        return [Evidence(*row) for row in self._db.rows(_EVIDENCE, json.dumps(sorted(rows)))]

    def paper(self, paper_id: str) -> Paper | None:
        """The paper that is the node `paper:` and this id, with its text."""
        if paper_id not in self._texts:
            self._texts[paper_id] = next(self._paper(paper_id), None)
        return self._texts[paper_id]

    def _paper(self, paper_id: str) -> Iterator[Paper]:
        for n, title, abstract in self._db.rows(_TEXT, f"paper:{paper_id}"):
            named = [(target, json.loads(spans)) for target, spans in self._db.rows(_NAMING, n)]
            nodes = self.of_rows({n, *(target for target, _ in named)})
            spans = [(*span, nodes[target]) for target, spans in named for span in spans]
            spans.sort(key=lambda span: (span[0], -span[1], span[2].order))
            mentions = [(start, end, node.id) for start, end, node in spans]
            yield Paper(nodes[n], title, f"{title}\n{abstract}", mentions)

    def quotes(
        self, evidence: Iterable[Evidence], limit: int | None = None
    ) -> tuple[list[Json], int]:
        """The best sentences, each once, as the page knows them, and how many there are."""
        read: dict[tuple[str, int, int], list[Evidence]] = {}
        for e in evidence:
            read.setdefault((e.paper, e.start, e.end), []).append(e)
        best = [min(same, key=lambda e: (-e.confidence, e.extractor)) for same in read.values()]
        best.sort(key=lambda e: (-e.confidence, len(e.sentence), e.paper, e.start, e.end))
        shown = [self._quote(e, read[e.paper, e.start, e.end]) for e in best[:limit]]
        return shown, len(best)

    def _quote(self, best: Evidence, same: list[Evidence]) -> Json:
        paper = self.paper(best.paper)
        there = paper is not None and paper.text[best.start : best.end] == best.sentence
        return {
            "paper": paper.node.json() if paper else None,
            "confidence": round(best.confidence, 3),
            "extractors": sorted({e.extractor for e in same}),
            "pieces": paper.pieces(best.start, best.end)
            if paper and there
            else [{"text": best.sentence}],
        }
