"""A networkx graph as what questions are put to; the methods are those of `kg.query.source`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from kg.errors import UnknownEntity
from kg.model import ACHIEVES, NODE_KINDS
from kg.query.memo import remembered
from kg.query.source import Edge
from kg.store.incidence import Incidence, incidence
from kg.store.reader import Brief
from kg.store.totals import Totals
from kg.store.words import begin_in
from kg.text import fold, squash

if TYPE_CHECKING:
    import networkx as nx


class Memory:
    """A networkx graph as a source."""

    def __init__(self, G: nx.MultiDiGraph) -> None:
        self.G = G

    def has(self, node: str) -> bool:
        return node in self.G

    def brief(self, node: str) -> Brief:
        data = self.data(node)
        return Brief(data["label"], data["kind"], data["papers"], data.get("year"))

    def data(self, node: str) -> Mapping[str, Any]:
        if node not in self.G:
            raise UnknownEntity(node)
        found: Mapping[str, Any] = self.G.nodes[node]
        return found

    def called(self, name: str) -> list[str]:
        table = remembered(_by_key, self.G)
        found = (node for key in (squash(name), fold(name)) for node in table.get(key, ()))
        return sorted(set(found))

    def names(self, kind: str | None, shortest: int, longest: int) -> list[tuple[str, str]]:
        return [
            (name, node)
            for node, data in self.G.nodes(data=True)
            if kind in (None, data["kind"])
            for name in _names(node, data)
            if shortest <= len(name) <= longest
        ]

    def worded(self, begins: Sequence[str], kind: str | None, field: str) -> Iterator[str]:
        is_paper = field != "name"
        found = [
            (-data["papers"], data["label"].casefold(), node)
            for node, data in self.G.nodes(data=True)
            if (data["kind"] == "paper") is is_paper
            and kind in (None, data["kind"])
            and any(begin_in(begins, text) for text in _texts(node, data, field))
        ]
        return (node for _, _, node in sorted(found))

    def edges_at(self, node: str, relation: str | None = None) -> Iterator[Edge]:
        for edge in self.G.out_edges(node, keys=True, data=True):
            if relation in (None, edge[3]["relation"]):
                yield edge
        for edge in self.G.in_edges(node, keys=True, data=True):
            if edge[0] != node and relation in (None, edge[3]["relation"]):
                yield edge

    def edges_between(self, a: str, b: str) -> Iterator[Edge]:
        for source, target in dict.fromkeys(((a, b), (b, a))):
            edges = self.G.get_edge_data(source, target) or {}
            yield from ((source, target, key, data) for key, data in edges.items())

    def numbers(self, nodes: Collection[str] | None = None) -> list[Edge]:
        numbers = remembered(_numbers, self.G)
        parts = [""] if nodes is None else nodes
        found = {edge[:3]: edge for part in parts for edge in numbers.get(part, ())}
        return list(found.values())

    def totals(self) -> Totals:
        kinds = Counter(kind for _, kind in self.G.nodes(data="kind"))
        years = [data["year"] for _, data in self._papers() if data["year"] is not None]
        return Totals(
            nodes={kind: kinds[kind] for kind in NODE_KINDS},
            edges=dict(Counter(r for _, _, r in self.G.edges(data="relation"))),
            sentences=sum(len(shown) for _, _, shown in self.G.edges(data="evidence")),
            first_year=min(years, default=None),
            last_year=max(years, default=None),
        )

    def most_named(self, kind: str, limit: int) -> list[str]:
        named = ((n, data) for n, data in self.G.nodes(data=True) if data["kind"] == kind)
        ranks = ((-data["papers"], data["label"].casefold(), node) for node, data in named)
        return [node for *_, node in nsmallest(limit, ranks)]

    def incidence(self) -> Incidence:
        entities = sorted(node for node, kind in self.G.nodes(data="kind") if kind != "paper")
        place = {node: i for i, node in enumerate(entities)}
        papers = (
            (data["year"], {place[other] for other in self.G.succ[node]})
            for node, data in self._papers()
        )
        return incidence(entities, entities, papers)

    def _papers(self) -> Iterator[tuple[str, dict[str, Any]]]:
        papers = ((n, data) for n, data in self.G.nodes(data=True) if data.get("kind") == "paper")
        return iter(sorted(papers, key=itemgetter(0)))

    def handle(self, node: str) -> str:
        self.data(node)
        return node

    def ids(self, handles: Collection[str]) -> list[str]:
        return list(handles)

    def around(
        self,
        handles: Iterable[str],
        *,
        papers: bool = True,
        among: Collection[str] | None = None,
    ) -> dict[str, dict[str, int]]:
        known = None if among is None else set(among)
        return {node: self._around(node, papers, known) for node in handles}

    def _around(self, node: str, papers: bool, among: set[str] | None) -> dict[str, int]:
        G = self.G
        stated = G.nodes[node]["kind"] == "paper"
        found: dict[str, int] = {}
        for beside in (G.succ[node], G.pred[node]):
            near = among if among is not None and len(among) < len(beside) else beside
            for other in near:
                if other == node or other not in beside or not (among is None or other in among):
                    continue
                of_paper = G.nodes[other]["kind"] == "paper"
                if papers or not of_paper:
                    edges = beside[other].values()
                    most = 0 if stated or of_paper else max(data["weight"] for data in edges)
                    found[other] = max(found.get(other, 0), most)
        return found


def _by_key(G: nx.MultiDiGraph) -> dict[str, list[str]]:
    """The ids of the nodes under each key of each of their names."""
    table: dict[str, list[str]] = {}
    for node, data in G.nodes(data=True):
        forms = (form(name) for name in _names(node, data) for form in (squash, fold))
        for key in dict.fromkeys(filter(None, forms)):
            table.setdefault(key, []).append(node)
    return table


def _numbers(G: nx.MultiDiGraph) -> dict[str, list[Edge]]:
    """The edges with a number under the id of each node that has a part in it, all under ""."""
    found: dict[str, list[Edge]] = {}
    for metric, kind in G.nodes(data="kind"):
        if kind == "metric":
            for edge in G.in_edges(metric, keys=True, data=True):
                start, _, _, data = edge
                if data["relation"] == ACHIEVES:
                    parts = (start, metric, data["dataset"], data["baseline"])
                    for part in dict.fromkeys(("", f"paper:{data['paper']}", *parts)):
                        found.setdefault(part, []).append(edge)
    return found


def _names(node: str, data: Mapping[str, Any]) -> Iterator[str]:
    """All that a node is called; of a paper its id too."""
    yield data["label"]
    if data["kind"] == "paper":
        yield node.removeprefix("paper:")
    yield from filter(None, (data.get("short"), data.get("long")))
    yield from data["aliases"]


def _texts(node: str, data: Mapping[str, Any], field: str) -> Iterable[str]:
    return _names(node, data) if field == "name" else (data.get(field, ""),)
