"""What the page asks, answered from a store, as `Embedded` in embedded.js answers from the file."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from heapq import nlargest
from itertools import pairwise
from typing import Any, Final

from kg.model import ACHIEVES, NODE_KINDS
from kg.query.edges import relation_rank
from kg.query.paths import MAX_HOPS, best_paths
from kg.query.results import Row, rank, row_of
from kg.query.source import Edge as GraphEdge
from kg.store import Store
from kg.store.reader import Reader
from kg.view.data import links
from kg.view.filters import Filter
from kg.view.names import Names
from kg.view.passing import Passing
from kg.view.rows import StoreRows
from kg.view.stored import Edge, Json, Node, Stored

#: Sentences of a link on a card, and of a line that is asked for by itself.
PER_LINK: Final = 3
PER_LINE: Final = 20

ALL: Final = Filter()


class Answers:
    """The answers of one state of a store, JSON-ready."""

    def __init__(self, store: Store, names: Names | None = None) -> None:
        self._store = store
        self._stored = Stored(store)
        self._names = names
        self._edges: dict[int, list[Edge]] = {}

    def ready(self) -> None:
        """Nothing: who has this answer can search at once."""

    def search(
        self, text: str, *, limit: int = 12, kinds: Collection[str] | None = None
    ) -> list[Json]:
        """The nodes, of these kinds if any are given, that have a name like this, best first."""
        names = self._names or Names(StoreRows(self._store))
        found = names.search(text, limit, kinds)
        nodes = self._stored.of_rows([n for n, _ in found])
        return [{"node": nodes[n].json(), "name": name} for n, name in found]

    def node(self, id: str) -> Json | None:
        """The node of this id."""
        node = self._stored.of_id(id)
        return node.json() if node else None

    def card(self, id: str, *, limit: int = 8) -> Json | None:
        """All about a node, the first `limit` of each list."""
        node = self._stored.of_id(id)
        if node is None:
            return None
        data = self._reader().data(id)
        numbers, sentences = self._reported(node), self._naming(node)
        return {
            "node": node.json(),
            "aliases": list(data["aliases"]),
            "short": data.get("short", ""),
            "long": data.get("long", ""),
            **({"paper": self._paper(node, data)} if node.kind == "paper" else {}),
            "groups": [
                {
                    **dict(zip(("relation", "reversed", "kind"), group, strict=True)),
                    "total": len(edges),
                    "links": self._links(node, edges[:limit]),
                }
                for group, edges in self._groups(node).items()
            ],
            "numbers": self._numbers(numbers[:limit]),
            "sentences": self._sentences(sentences[:limit]),
            "totals": {"numbers": len(numbers), "sentences": len(sentences)},
        }

    def more(self, id: str, what: str, offset: int, limit: int) -> list[Json]:
        """What comes next on a card: `what` is "numbers", "sentences" or a group's name."""
        node = self._stored.of_id(id)
        page = slice(offset, offset + limit)
        if node is None:
            return []
        if what == "numbers":
            return self._numbers(self._reported(node)[page])
        if what == "sentences":
            return self._sentences(self._naming(node)[page])
        for (relation, is_reversed, kind), edges in self._groups(node).items():
            if what == f"{relation}|{str(is_reversed).lower()}|{kind}":
                return self._links(node, edges[page])
        return []

    def around(
        self, ids: Collection[str], *, hops: int = 1, limit: int = 40, filter: Filter = ALL
    ) -> Json:
        """The best nodes around these, and all edges among them that pass the filter.

        Of each hop as many as leave room for the others, those tied to the most papers first.
        """
        start = [node.n for node in self._stored.of_ids(ids)]
        border, nodes = start, list[int]()
        met: set[int] = set()
        for left in range(hops, 0, -1):
            ties = self._stored.ties(border, filter)
            for n in (*start, *nodes):
                ties.pop(n, None)
            met |= ties.keys()
            border = self._best(ties, math.ceil((limit - len(nodes)) / left))
            nodes += border
        known = self._stored.of_rows(nodes)
        edges = [edge.json() for edge in self._stored.edges_among({*start, *nodes})]
        return {
            "nodes": [known[n].json() for n in nodes],
            "edges": [edge for edge in edges if filter.passes_edge(edge)],
            "total": len(met),
        }

    def _best(self, ties: Mapping[int, tuple[int, int]], limit: int) -> list[int]:
        """The rows of those that most papers tie, then that most papers name, then in order."""
        strongest = nlargest(limit, ties.values())
        # A hub has thousands: only those that can be among the best are read and compared.
        likely = [n for n, tie in ties.items() if strongest and tie >= strongest[-1]]
        nodes = self._stored.of_rows(likely)
        likely.sort(key=lambda n: (-ties[n][0], -ties[n][1], nodes[n].order))
        return likely[:limit]

    def edges_among(self, ids: Collection[str]) -> list[Json]:
        """All edges among the nodes."""
        rows = [node.n for node in self._stored.of_ids(ids)]
        return [edge.json() for edge in self._stored.edges_among(rows)]

    def edge(self, a: str, b: str) -> Json:
        """What joins two nodes directly, with its best sentences."""
        ends = self._ends(a, b)
        found = self._stored.edges_between(*ends) if ends else []
        return {
            "direct": [
                {
                    "relation": edge.relation,
                    "source": edge.source.json(),
                    "target": edge.target.json(),
                    **edge.said(),
                    **self._quotes(edge, PER_LINE),
                }
                for edge in found
            ]
        }

    def path(self, a: str, b: str, *, k: int = 5, filter: Filter = ALL) -> list[Json]:
        """The best paths between two nodes, and the edges along them that pass the filter."""
        ends = self._ends(a, b)
        if ends is None:
            return []
        reader = (
            self._reader() if filter == ALL else Passing(self._store, self._stored, filter, ends)
        )
        paths = []
        for walk in best_paths(reader, a, b, k=k, max_hops=MAX_HOPS):
            known = {node.id: node for node in self._stored.of_ids(walk)}
            nodes = [known[node] for node in walk]
            edges = (
                edge.json() for hop in pairwise(nodes) for edge in self._stored.edges_between(*hop)
            )
            passing = [edge for edge in edges if filter.passes_edge(edge)]
            paths.append({"nodes": [node.json() for node in nodes], "edges": passing})
        return paths

    def _reader(self) -> Reader:
        return self._store.reader()

    def _ends(self, a: str, b: str) -> tuple[Node, Node] | None:
        one, other = self._stored.of_id(a), self._stored.of_id(b)
        return (one, other) if one and other else None

    def _edges_at(self, node: Node) -> list[Edge]:
        """The edges at a node, which a card asks for twice."""
        if node.n not in self._edges:
            self._edges[node.n] = self._stored.edges_at([node.n])
        return self._edges[node.n]

    def _groups(self, node: Node) -> dict[tuple[str, bool, str], list[Edge]]:
        """The links of a node, the best first; what it achieves is told by its numbers."""
        groups: defaultdict[tuple[str, bool, str], list[Edge]] = defaultdict(list)
        for edge in self._edges_at(node):
            if edge.relation != ACHIEVES:
                is_reversed = edge.source.n != node.n
                groups[edge.relation, is_reversed, edge.other(node).kind].append(edge)
        for edges in groups.values():
            edges.sort(key=lambda e: (-e.papers, -e.confidence, e.other(node).order))
        return {group: groups[group] for group in sorted(groups, key=_group_rank)}

    def _links(self, node: Node, edges: list[Edge]) -> list[Json]:
        return [
            {"other": edge.other(node).json(), **edge.said(), **self._quotes(edge, PER_LINK)}
            for edge in self._stored.dated(edges)
        ]

    def _quotes(self, edge: Edge, limit: int) -> Json:
        shown, total = self._stored.quotes(self._stored.evidence(edge.rows), limit)
        return {"sentences": shown, "total": total}

    def _paper(self, node: Node, data: Mapping[str, Any]) -> Json:
        paper = self._stored.paper(node.id.removeprefix("paper:"))
        assert paper is not None
        return {
            "title": paper.title,
            "year": node.first,
            "authors": list(data["authors"]),
            "venue": data["venue"],
            "links": links(dict(data)),
            "pieces": {
                "title": paper.pieces(0, len(paper.title)),
                "abstract": paper.pieces(len(paper.title) + 1, len(paper.text)),
            },
        }

    def _reported(self, node: Node) -> list[tuple[Row, GraphEdge]]:
        """The numbers that the node has a part in, in the order of leaderboards."""
        reader = self._reader()
        found = [(row_of(reader, edge), edge) for edge in reader.numbers([node.id])]
        return sorted(found, key=lambda pair: (rank(pair[0]), pair[0].baseline_id))

    def _numbers(self, reported: list[tuple[Row, GraphEdge]]) -> list[Json]:
        ids = {i for row, _ in reported for i in (*_parts(row), f"paper:{row.paper}")}
        nodes = {node.id: node.json() for node in self._stored.of_ids(ids)}
        return [
            {
                "method": None if row.method_id.startswith("paper:") else nodes[row.method_id],
                "metric": nodes[row.metric_id],
                "value": row.value,
                "number": row.number,
                "high": row.high,
                "unit": row.unit,
                "relative": row.relative,
                "dataset": nodes.get(row.dataset_id),
                "baseline": nodes.get(row.baseline_id),
                "conditions": list(row.conditions),
                "paper": nodes.get(f"paper:{row.paper}"),
                "confidence": round(row.confidence, 3),
                "sentence": next(iter(self._stored.quotes(edge[3]["evidence"], 1)[0]), None),
            }
            for row, edge in reported
        ]

    def _naming(self, node: Node) -> list[Edge]:
        """Of each paper that names the entity the edge that does so most surely.

        The newest papers come first, then the surest.
        """
        best: dict[int, Edge] = {}
        for edge in self._edges_at(node) if node.kind != "paper" else ():
            paper = edge.source
            if paper.kind == "paper" and (
                paper.n not in best or edge.confidence > best[paper.n].confidence
            ):
                best[paper.n] = edge
        return sorted(
            best.values(), key=lambda e: (-(e.source.first or 0), -e.confidence, e.source.order)
        )

    def _sentences(self, naming: list[Edge]) -> list[Json]:
        return [
            quote
            for edge in naming
            for quote in self._stored.quotes(self._stored.evidence(edge.rows), 1)[0]
        ]


def _group_rank(group: tuple[str, bool, str]) -> tuple[Any, ...]:
    relation, is_reversed, kind = group
    return *relation_rank(relation), is_reversed, NODE_KINDS.index(kind)


def _parts(row: Row) -> tuple[str, ...]:
    return row.method_id, row.metric_id, row.dataset_id, row.baseline_id
