"""A graph as the rows that writers write: of a networkx graph, or of a store as it is read.

Both give the same rows, in the terms of `kg.graph` and in sorted order, so that each format is
written by one function, in one pass and to the same bytes. A store never becomes a graph in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, Union

from kg.query.memory import Memory
from kg.store import Reader, Store

if TYPE_CHECKING:
    import networkx as nx

#: What can be written.
Graph: TypeAlias = Union["nx.MultiDiGraph", Store, Reader, Memory]
#: How many nodes and edges are written, of how many.
Progress = Callable[[int, int], None]

#: A node's id and attributes; an edge's source, target, key and attributes.
Node = tuple[str, Mapping[str, Any]]
Edge = tuple[str, str, str, Mapping[str, Any]]
Row = TypeVar("Row")

#: Rows between two calls of a progress callback.
_OFTEN: Final = 1_000


@dataclass(frozen=True)
class Rows:
    """The rows of one graph; each function begins anew whenever it is called.

    `samples` are nodes and edges with, between them, every attribute that any has, and a value of
    each of its types. `graph` are the attributes of the graph itself.
    """

    graph: Mapping[str, Any]
    size: Callable[[], int]
    ids: Callable[[], Iterator[str]]
    label: Callable[[str], str]
    nodes: Callable[[], Iterator[Node]]
    edges: Callable[[], Iterator[Edge]]
    samples: Callable[[], tuple[Iterable[Node], Iterable[Edge]]]


@contextmanager
def rows_of(G: Graph, progress: Progress | None = None) -> Iterator[Rows]:
    """The rows of the graph, in one state of it while the block runs.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> G.add_node("task:b", label="B")
    >>> G.add_node("task:a", label="A")
    >>> with rows_of(G) as rows:
    ...     list(rows.nodes())
    [('task:a', {'label': 'A'}), ('task:b', {'label': 'B'})]
    """
    if isinstance(G, Store):
        G = G.reader()
    if isinstance(G, Reader):
        with G.snapshot():
            yield _told(_stored(G), progress)
    else:
        yield _told(_in_memory(G.G if isinstance(G, Memory) else G), progress)


def _stored(reader: Reader) -> Rows:
    return Rows(
        graph={},
        size=reader.size,
        ids=reader.all_ids,
        label=reader.labels(),
        nodes=reader.all_nodes,
        edges=reader.all_edges,
        samples=lambda: (reader.node_samples(), reader.edge_samples()),
    )


def _in_memory(G: nx.MultiDiGraph) -> Rows:
    def edges() -> Iterator[Edge]:
        return ((*edge, G.edges[edge]) for edge in sorted(G.edges(keys=True)))

    def samples() -> tuple[Iterable[Node], Iterable[Edge]]:
        # One piece of evidence tells as much of the types as all of it.
        return G.nodes(data=True), (
            (*edge, {**data, "evidence": data.get("evidence", ())[:1]})
            for *edge, data in G.edges(keys=True, data=True)
        )

    return Rows(
        graph=G.graph,
        size=lambda: len(G) + G.number_of_edges(),
        ids=lambda: iter(sorted(G)),
        label=lambda node: str(G.nodes[node].get("label", node)),
        nodes=lambda: ((node, G.nodes[node]) for node in sorted(G)),
        edges=edges,
        samples=samples,
    )


def _told(rows: Rows, progress: Progress | None) -> Rows:
    """The rows, with progress told while nodes and edges are read; writers read them once."""
    if progress is None:
        return rows
    total = rows.size()
    done = 0

    def telling(found: Iterable[Row]) -> Iterator[Row]:
        nonlocal done
        for row in found:
            yield row
            done += 1
            if done % _OFTEN == 0 or done == total:
                progress(done, total)

    return replace(rows, nodes=lambda: telling(rows.nodes()), edges=lambda: telling(rows.edges()))
