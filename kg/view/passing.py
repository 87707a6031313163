"""What paths may go through when the page filters the graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from kg.query.source import Edge as GraphEdge
from kg.store import Store
from kg.store.reader import Reader
from kg.view.filters import Filter
from kg.view.stored import Edge, Node, Stored


class Passing(Reader):
    """The part of a store that passes a filter, as paths walk it; their two ends always pass."""

    def __init__(self, store: Store, stored: Stored, filter: Filter, ends: Iterable[Node]) -> None:
        super().__init__(store.db)
        self._stored = stored
        self._filter = replace(filter, shown=frozenset(end.id for end in ends))

    def around(
        self,
        handles: Iterable[int],
        *,
        papers: bool = True,
        among: Collection[int] | None = None,
    ) -> dict[int, dict[int, int]]:
        """As `Reader.around`, over the edges and to the nodes that pass."""
        here = self._stored.of_rows(list(handles))
        wanted = None if among is None else frozenset(among)
        found: dict[int, dict[int, int]] = {n: {} for n in here}
        for near, other, edge in self._steps(here):
            at_paper = "paper" in (near.kind, other.kind)
            if (papers or other.kind != "paper") and (wanted is None or other.n in wanted):
                beside = found[near.n]
                beside[other.n] = max(beside.get(other.n, 0), 0 if at_paper else edge.weight)
        return found

    def edges_between(self, a: str, b: str) -> Iterator[GraphEdge]:
        """As `Reader.edges_between`, those that pass."""
        one, other = self._stored.of_id(a), self._stored.of_id(b)
        found = self._stored.edges_between(one, other) if one and other else []
        shown = [edge.relation for edge in found if self._filter.passes_edge(edge.json())]
        return (edge for edge in super().edges_between(a, b) if edge[3]["relation"] in shown)

    def _steps(self, here: Mapping[int, Node]) -> Iterator[tuple[Node, Node, Edge]]:
        """Each edge at the nodes that passes, as met from there, if its other end does."""
        edges = self._stored.edges_at(here)
        if self._filter.years is not None:
            edges = self._stored.dated(edges)
        for edge in filter(lambda e: self._filter.passes_edge(e.json()), edges):
            for near, other in ((edge.source, edge.target), (edge.target, edge.source)):
                inward = near.n in here and other.n != near.n
                if inward and self._filter.passes_node(other.json()):
                    yield near, other, edge
