"""The best short paths between two nodes, met in the middle.

Paths may go through papers and ignore the edges' direction. They are ranked by length, then by
how few of their hops touch a paper, then by how many papers state them, then by their labels, so
the answer is the same in every run. Enumerating all short paths of a field's graph is hopeless
(its hubs have tens of thousands of neighbours); so a path of up to four hops is put together at
one node, from one hop or two from the far end and at most two from the near one, and of each such
half only as many are kept as can still be part of the k best.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nsmallest
from itertools import pairwise, product
from typing import Final

import networkx as nx

from kg.query.edges import neighbours

MAX_HOPS: Final = 4

Walk = tuple[str, ...]


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
    near, far = sorted((a, b), key=lambda end: (_reach(G, end), end))
    walks = _joined(G, near, far, hops, k)
    if far == b:
        walks = (walk[::-1] for walk in walks)
    return nsmallest(k, walks, key=lambda walk: _rank(G, walk))


def _reach(G: nx.MultiDiGraph, node: str) -> int:
    """How much there is to look at within two hops."""
    return sum(len(G.succ[n]) + len(G.pred[n]) for n in neighbours(G, node))


def _joined(G: nx.MultiDiGraph, near: str, far: str, hops: int, k: int) -> Iterator[Walk]:
    """Walks from far to near that hold the k best ones: far - x - meeting [- z] - near."""
    from_far = neighbours(G, far) - {near}
    for meeting, halves in _halves(G, near, hops - 2, avoid=far).items():
        firsts = [(far, x, meeting) for x in _common(G, from_far, meeting)]
        # One more than k: one of them may run into the other half's inner node.
        best = (nsmallest(k + 1, part, key=lambda w: _rank(G, w)) for part in (firsts, halves))
        yield from (
            first + second[1:] for first, second in product(*best) if first[1] not in second
        )


def _halves(G: nx.MultiDiGraph, near: str, hops: int, *, avoid: str) -> dict[str, list[Walk]]:
    """All simple walks of so many hops (0 to 2) that end in `near`, by the node they start from."""
    halves: dict[str, list[Walk]] = {near: [(near,)]}
    for _ in range(hops):
        longer: dict[str, list[Walk]] = {}
        for start, walks in halves.items():
            for node in neighbours(G, start) - {near, avoid}:
                longer.setdefault(node, []).extend((node, *walk) for walk in walks)
        halves = longer
    return halves


def _common(G: nx.MultiDiGraph, known: set[str], node: str) -> list[str]:
    """Those of the known nodes that are neighbours of the node, without listing a hub's."""
    succ, pred = G.succ[node], G.pred[node]
    if len(known) < len(succ) + len(pred):
        return [n for n in known if n != node and (n in succ or n in pred)]
    return list(known & neighbours(G, node))


def _rank(G: nx.MultiDiGraph, walk: Walk) -> tuple[int, int, tuple[str, ...], Walk]:
    """The sort key of walks of one length: hops at papers, minus papers, labels, node ids."""
    nodes = G.nodes
    at_paper = [nodes[node]["kind"] == "paper" for node in walk]
    through_papers = sum(p or q for p, q in pairwise(at_paper))
    papers = sum(_papers(G, u, v) for u, v in pairwise(walk))
    return through_papers, -papers, tuple(nodes[node]["label"] for node in walk), walk


def _papers(G: nx.MultiDiGraph, u: str, v: str) -> int:
    """The number of papers of the strongest edge between the two."""
    edges = (G.get_edge_data(*pair) or {} for pair in ((u, v), (v, u)))
    return max(int(data["weight"]) for parallel in edges for data in parallel.values())
