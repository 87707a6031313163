"""What questions are put to: a networkx graph, or a store of which only what they need is read.

Both answer in the terms of `kg.graph`. `kg.store.reader.Reader` is the store's way; what it says
of its methods holds for `kg.query.memory.Memory` too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, Union

from kg.store import Store
from kg.store.incidence import Incidence
from kg.store.reader import Brief
from kg.store.totals import Totals

if TYPE_CHECKING:
    import networkx as nx

#: What a question is put to.
Graph: TypeAlias = Union["nx.MultiDiGraph", Store, "Source"]

#: Source, target, key and attributes.
Edge = tuple[str, str, str, dict[str, Any]]


class Source(Protocol):
    """What questions read; the methods are those of `kg.store.reader.Reader`."""

    def has(self, node: str) -> bool: ...

    def brief(self, node: str) -> Brief: ...

    def data(self, node: str) -> Mapping[str, Any]: ...

    def called(self, name: str) -> list[str]: ...

    def names(self, kind: str | None, shortest: int, longest: int) -> list[tuple[str, Any]]: ...

    def worded(self, begins: Sequence[str], kind: str | None, field: str) -> Iterator[str]: ...

    def edges_at(self, node: str, relation: str | None = None) -> Iterator[Edge]: ...

    def edges_between(self, a: str, b: str) -> Iterator[Edge]: ...

    def numbers(self, nodes: Collection[str] | None = None) -> list[Edge]: ...

    def totals(self) -> Totals: ...

    def most_named(self, kind: str, limit: int) -> list[str]: ...

    def incidence(self) -> Incidence: ...

    def handle(self, node: str) -> Any: ...

    def ids(self, handles: Collection[Any]) -> list[str]: ...

    def around(
        self,
        handles: Iterable[Any],
        *,
        papers: bool = True,
        among: Collection[Any] | None = None,
    ) -> dict[Any, dict[Any, int]]: ...


def source(G: Graph) -> Source:
    """What answers for the graph; a store is read anew for each question."""
    if isinstance(G, Store):
        return G.reader()
    if hasattr(G, "adj"):  # a graph of networkx, which is not imported to know it
        from kg.query.memory import Memory

        return Memory(G)
    return G
