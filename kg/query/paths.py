"""The best short paths between two nodes, met in the middle.

Paths may go through papers and ignore the edges' direction. They are ranked by length, then by
how few of their hops touch a paper, then by how many papers state them, then by their labels, so
the answer is the same in every run. Enumerating all short paths of a field's graph is hopeless
(its hubs have tens of thousands of neighbours); so both ends are searched breadth-first, one
level deeper only where the shorter paths are too few, a path is put together at the node where
the two halves meet, and of each half only as many are kept as can still be part of the k best.
Papers are most of a graph and make a path worse, so it goes through them only where there are
not enough paths that do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from heapq import nsmallest
from itertools import product
from typing import Final

import networkx as nx

from kg.query.edges import neighbours, papers_between
from kg.query.memo import remembered

MAX_HOPS: Final = 4

Walk = tuple[str, ...]
Costly = tuple[int, Walk]

#: What a hop that touches a paper costs: more than any number of papers can make up for.
_TOLL: Final = 1 << 40


def best_paths(G: nx.MultiDiGraph, a: str, b: str, *, k: int, max_hops: int) -> list[Walk]:
    """The k best simple paths from a to b, best first, each as its node ids, both ends included.

    `max_hops` is 1 to 4; longer paths say nothing about a pair of nodes.

    >>> G = nx.MultiDiGraph()
    >>> for node in "abx":
    ...     G.add_node(node, kind="method", label=node)
    >>> _ = G.add_edge("x", "a", relation="uses", weight=1, confidence=1.0)
    >>> _ = G.add_edge("x", "b", relation="uses", weight=1, confidence=1.0)
    >>> best_paths(G, "a", "b", k=5, max_hops=4)
    [('a', 'x', 'b')]
    """
    if not 1 <= max_hops <= MAX_HOPS:
        raise ValueError(f"max_hops is {max_hops}, not 1 to {MAX_HOPS}")
    found: list[Walk] = []
    if a != b:
        for hops in range(1, max_hops + 1):
            if len(found) < k:
                found += _best_of_length(G, a, b, hops, k - len(found))
    return found


def _best_of_length(G: nx.MultiDiGraph, a: str, b: str, hops: int, k: int) -> list[Walk]:
    if hops == 1:
        return [(a, b)] if b in neighbours(G, a) else []
    near, far = sorted((a, b), key=lambda end: (_size(G, end), end))
    papers = remembered(_papers, G)
    # Between two papers one more costs nothing more, if the path has no other hop.
    choices = [frozenset[str]()] if hops == 2 and {a, b} <= papers else [papers, frozenset[str]()]
    found: list[Costly] = []
    for avoid in choices:
        if len(found) < k:
            walks = _joined(G, near, far, hops, k, avoid=avoid)
            if far == b:
                walks = ((cost, walk[::-1]) for cost, walk in walks)
            found = _cheapest(G, walks, k)
    return [walk for _, walk in found]


def _joined(
    G: nx.MultiDiGraph, near: str, far: str, hops: int, k: int, *, avoid: Set[str]
) -> Iterator[Costly]:
    """Walks of 2 to 4 hops from far to near that hold the k best: far - x - meeting [- z] - near.

    Their inner nodes are none of `avoid`. Of the halves at one meeting one more than k is kept,
    since one of them may run into the inner node of the other half.
    """
    from_near = neighbours(G, near) - {far} - avoid
    from_far = neighbours(G, far) - {near} - avoid
    if hops == 2:
        yield from _halves(G, far, from_far, near)
    elif hops == 3:
        for meeting in from_near:
            last = _cost(G, meeting, near)
            for cost, half in _cheapest(G, _halves(G, far, from_far, meeting), k):
                yield cost + last, (*half, near)
    else:
        for meeting in (_around(G, from_near) & _around(G, from_far)) - {near, far} - avoid:
            pairs = product(
                _cheapest(G, _halves(G, far, from_far, meeting), k + 1),
                _cheapest(G, _halves(G, near, from_near, meeting), k + 1),
            )
            for (cost, first), (more, second) in pairs:
                if first[1] != second[1]:
                    yield cost + more, (*first, *second[1::-1])


def _papers(G: nx.MultiDiGraph) -> frozenset[str]:
    return frozenset(node for node, kind in G.nodes(data="kind") if kind == "paper")


def _halves(G: nx.MultiDiGraph, end: str, beside: set[str], meeting: str) -> Iterator[Costly]:
    """All walks end - x - meeting, where `beside` are the nodes that x may be."""
    for x in _common(G, beside, meeting):
        yield _cost(G, end, x) + _cost(G, x, meeting), (end, x, meeting)


def _common(G: nx.MultiDiGraph, known: set[str], node: str) -> Iterable[str]:
    """Those of the known nodes that are neighbours of the node, without listing a hub's."""
    if len(known) < _size(G, node):
        return [n for n in known if n != node and (G.has_edge(node, n) or G.has_edge(n, node))]
    return known & neighbours(G, node)


def _size(G: nx.MultiDiGraph, node: str) -> int:
    """How many neighbours the node has, those in both directions twice."""
    return len(G.succ[node]) + len(G.pred[node])


def _around(G: nx.MultiDiGraph, nodes: set[str]) -> set[str]:
    """All neighbours of the nodes."""
    return set().union(*(neighbours(G, node) for node in nodes))


def _cost(G: nx.MultiDiGraph, u: str, v: str) -> int:
    """What the hop between the two adds to its walk's cost: the less, the better."""
    if "paper" in (G.nodes[u]["kind"], G.nodes[v]["kind"]):
        return _TOLL - 1  # what a paper says, one paper says
    return -papers_between(G, u, v)


def _cheapest(G: nx.MultiDiGraph, walks: Iterable[Costly], k: int) -> list[Costly]:
    """The k best of walks of one length, best first: by cost, labels, node ids."""
    found = list(walks)
    if len(found) > k:
        # Labels are looked up only of those that can be among the k.
        bar = nsmallest(k, (cost for cost, _ in found))[-1]
        found = [(cost, walk) for cost, walk in found if cost <= bar]

    def rank(costly: Costly) -> tuple[int, tuple[str, ...], Walk]:
        cost, walk = costly
        return cost, tuple(G.nodes[node]["label"] for node in walk), walk

    return nsmallest(k, found, key=rank)
