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

from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import product
from typing import Any, Final

from kg.query.source import Graph, Source, source

MAX_HOPS: Final = 4

Walk = tuple[str, ...]
#: What a source calls the nodes of a walk, and what the walk costs.
_Costly = tuple[int, tuple[Any, ...]]
#: The neighbours of a node, and what the hop to each costs.
_Beside = dict[Any, int]

#: What a hop that touches a paper costs: more than any number of papers can make up for.
_TOLL: Final = 1 << 40


def best_paths(G: Graph, a: str, b: str, *, k: int, max_hops: int) -> list[Walk]:
    """The k best simple paths from a to b, best first, each as its node ids, both ends included.

    `max_hops` is 1 to 4; longer paths say nothing about a pair of nodes.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> for node in "abx":
    ...     G.add_node(node, kind="method", label=node, papers=1)
    >>> _ = G.add_edge("x", "a", relation="uses", weight=1, confidence=1.0)
    >>> _ = G.add_edge("x", "b", relation="uses", weight=1, confidence=1.0)
    >>> best_paths(G, "a", "b", k=5, max_hops=4)
    [('a', 'x', 'b')]
    """
    if not 1 <= max_hops <= MAX_HOPS:
        raise ValueError(f"max_hops is {max_hops}, not 1 to {MAX_HOPS}")
    g = source(G)
    found: list[Walk] = []
    if a != b:
        for hops in range(1, max_hops + 1):
            if len(found) < k:
                found += _best_of_length(g, a, b, hops, k - len(found))
    return found


def _best_of_length(g: Source, a: str, b: str, hops: int, k: int) -> list[Walk]:
    if hops == 1:
        return [(a, b)] if any(g.edges_between(a, b)) else []
    # Between two papers one more costs nothing more, if the path has no other hop.
    both_papers = hops == 2 and all(g.brief(end).kind == "paper" for end in (a, b))
    found: list[Walk] = []
    for papers in [True] if both_papers else [False, True]:
        if len(found) < k:
            found = _cheapest(g, _joined(g, g.handle(a), g.handle(b), hops, k, papers=papers), k)
    return found


def _joined(g: Source, a: Any, b: Any, hops: int, k: int, *, papers: bool) -> Iterator[_Costly]:
    """Walks of 2 to 4 hops that hold the k best: a - x - b, a - x - y - b, a - x - meeting - y - b.

    Of the halves at one meeting one more than k is kept, since one of them may run into the inner
    node of the other half.
    """
    from_a, from_b = (_without(_hops(g, [end], papers)[end], (a, b)) for end in (a, b))
    if hops == 2:
        for x in from_a.keys() & from_b.keys():
            yield from_a[x] + from_b[x], (a, x, b)
    elif hops == 3:
        for x, beside in _between(g, from_a, from_b, papers).items():
            for y, cost in beside.items():
                yield from_a[x] + cost + from_b[y], (a, x, y, b)
    else:
        near, far = sorted((from_a, from_b), key=len)
        met = _turned(_hops(g, near, papers))
        reached = _turned(_hops(g, far, papers, among=met))
        firsts, lasts = (met, reached) if near is from_a else (reached, met)
        order = _by_label(g, from_a.keys() | from_b.keys())
        for meeting in (met.keys() & reached.keys()) - {a, b}:
            pairs = product(
                _halves(from_a, firsts[meeting], k + 1, order),
                _halves(from_b, lasts[meeting], k + 1, order),
            )
            for (cost, x), (more, y) in pairs:
                if x != y:
                    yield cost + more, (a, x, meeting, y, b)


def _hops(
    g: Source, nodes: Iterable[Any], papers: bool, among: Iterable[Any] | None = None
) -> dict[Any, _Beside]:
    """The neighbours of the nodes, and what the hop to each costs: the less, the better."""
    known = None if among is None else list(among)
    around = g.around(nodes, papers=papers, among=known)
    return {
        node: {other: -weight if weight else _TOLL - 1 for other, weight in beside.items()}
        for node, beside in around.items()
    }


def _between(g: Source, ours: _Beside, theirs: _Beside, papers: bool) -> dict[Any, _Beside]:
    """The hops from ours to theirs, found from the side of fewer nodes."""
    if len(ours) <= len(theirs):
        return _hops(g, ours, papers, among=theirs)
    return _turned(_hops(g, theirs, papers, among=ours))


def _turned(hops: dict[Any, _Beside]) -> dict[Any, _Beside]:
    """The same hops by their other ends."""
    turned: dict[Any, _Beside] = {}
    for node, beside in hops.items():
        for other, cost in beside.items():
            turned.setdefault(other, {})[node] = cost
    return turned


def _without(beside: _Beside, ends: Iterable[Any]) -> _Beside:
    return {node: cost for node, cost in beside.items() if node not in ends}


def _halves(beside: _Beside, met: _Beside, k: int, order: dict[Any, int]) -> list[tuple[int, Any]]:
    """The k best ways to a meeting by its neighbours, each as its cost and that neighbour."""
    ways = ((beside[x] + cost, order[x], x) for x, cost in met.items() if x in beside)
    return [(cost, x) for cost, _, x in nsmallest(k, ways)]


def _by_label(g: Source, nodes: Iterable[Any]) -> dict[Any, int]:
    """The place of each node in the order of labels, then ids."""
    known = list(nodes)
    named = sorted((g.brief(i).label, i, n) for n, i in zip(known, g.ids(known), strict=True))
    return {node: place for place, (_, _, node) in enumerate(named)}


def _cheapest(g: Source, walks: Iterable[_Costly], k: int) -> list[Walk]:
    """The k best of walks of one length, best first: by cost, labels, node ids."""
    found = list(walks)
    if len(found) > k:
        # Labels are read only of those that can be among the k.
        bar = nsmallest(k, (cost for cost, _ in found))[-1]
        found = [(cost, walk) for cost, walk in found if cost <= bar]
    known = {node for _, walk in found for node in walk}
    ids = dict(zip(known, g.ids(list(known)), strict=True))

    def rank(costly: tuple[int, Walk]) -> tuple[int, tuple[str, ...], Walk]:
        cost, walk = costly
        return cost, tuple(g.brief(node).label for node in walk), walk

    named = ((cost, tuple(ids[node] for node in walk)) for cost, walk in found)
    return [walk for _, walk in nsmallest(k, named, key=rank)]
