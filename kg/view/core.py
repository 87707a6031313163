"""Which nodes of a graph are worth a place in the drawing when the page opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import networkx as nx

from kg.query.edges import neighbours

#: A node of one paper is drawn at the start only if it joins at least so many others.
JOINS = 4


def core(G: nx.MultiDiGraph, *, limit: int, focus: str | None = None) -> list[str]:
    """At most `limit` node ids, sorted: those that tell most, and are joined to one another.

    With a focus: that node and its neighbours. Without: the entities that several papers share,
    by number of papers; the papers, if all of them leave room for entities; then the
    best joined of the rest. A small graph is drawn whole.

    >>> G = nx.MultiDiGraph()
    >>> for node in "abcd":
    ...     G.add_node(node, kind="method", papers=1 + (node == "c"))
    >>> _ = G.add_edge("a", "c"), G.add_edge("c", "d"), G.add_edge("b", "d")
    >>> core(G, limit=100), core(G, limit=1), core(G, limit=100, focus="a")
    (['a', 'b', 'c', 'd'], ['c'], ['a', 'c'])
    """
    if focus is not None:
        around = sorted(neighbours(G, focus), key=lambda node: _rank(G, node))
        return sorted([focus, *around[: max(limit - 1, 0)]])
    ranked = sorted(_candidates(G, limit), key=lambda node: _rank(G, node))
    return sorted(_joined(G, ranked[:limit]))


def _candidates(G: nx.MultiDiGraph, limit: int) -> Iterator[str]:
    papers = [node for node, kind in G.nodes(data="kind") if kind == "paper"]
    with_papers = len(papers) <= limit // 3
    draw_all = len(G) <= limit // 4
    for node, data in G.nodes(data=True):
        if data["kind"] == "paper":
            if with_papers:
                yield node
        elif draw_all or data["papers"] > 1 or len(neighbours(G, node)) >= JOINS:
            yield node


def _rank(G: nx.MultiDiGraph, node: str) -> tuple[int, int, int, str]:
    data = G.nodes[node]
    shared = data["papers"] if data["kind"] != "paper" else 0
    tier = 0 if shared > 1 else 1 if data["kind"] == "paper" else 2
    return tier, -shared, -len(neighbours(G, node)), node


def _joined(G: nx.MultiDiGraph, nodes: Iterable[str]) -> list[str]:
    """Those that have a neighbour among them; all of them, if none has."""
    drawn = set(nodes)
    return [node for node in drawn if neighbours(G, node) & drawn] or list(drawn)
