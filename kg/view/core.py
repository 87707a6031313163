"""Which nodes of a graph are worth a place in the drawing when the page opens, and which lines."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.view.tables import Integers, Tables

#: A node of one paper is drawn at the start only if it joins at least so many others.
JOINS: Final = 4
#: Where lines are many, a node keeps its so many closest ones, and those that keep all joined.
CLOSEST: Final = 2
#: Lines are many from so many on, and so many for each node.
MANY: Final = 120
MANY_EACH: Final = 1.5


#: Two nodes, the lower first, and how close they are, from 0 to 1.
Tie = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The nodes and edges to draw, sorted, and how close the nodes are."""

    nodes: Integers
    edges: Integers
    ties: list[Tie]


def core(found: Tables, *, limit: int, focus: int | None = None) -> Drawn:
    """At most `limit` nodes that tell most, and the lines between them that tell most.

    With a focus: that node and its neighbours, those first that most papers tie to it. Without:
    the entities that several papers share, by number of papers; the papers, if all of them leave
    room for entities; then the best joined of the rest; nothing that is joined to none of the
    others. A small graph is drawn whole.

    Two nodes are as close as the papers that name both or join them are many, over the geometric
    mean of the papers that name each (the cosine). Of many lines those remain that are among the
    closest of an end, and a maximum spanning forest, so that hubs do not hide everything.
    """
    nodes = _shared(found, limit) if focus is None else _around(found, focus, limit)
    edges, ties = _ties(found, nodes)
    if focus is None and len(edges) > max(MANY, MANY_EACH * len(nodes)):
        ends = _ends(found, edges).tolist()
        kept = _closest(ties, {(u, v) for u, v in ends})
        edges = edges[np.array([tuple(pair) in kept for pair in ends], dtype=bool)]
    return Drawn(nodes, edges, ties)


def _shared(found: Tables, limit: int) -> Integers:
    # Enough shared entities are all that counts: kg.view.part reads no more of a large graph.
    papers = np.array([node.papers for node in found.nodes], dtype=np.int64)
    is_paper = np.arange(len(papers)) >= found.first_paper
    shared = np.where(is_paper, 0, papers)
    joins = _joins(found)
    draw_all = len(papers) <= limit // 3
    wanted = (shared > 1) | (~is_paper & (draw_all | (joins >= JOINS)))
    if np.count_nonzero(is_paper) <= limit // 3:
        wanted |= is_paper
    tier = np.where(shared > 1, 0, np.where(is_paper, 1, 2))
    joins = np.where(tier == 0, 0, joins)
    order = np.lexsort((np.arange(len(papers)), -joins, -shared, tier))
    best = order[wanted[order]][:limit]
    source, target = found.edges["source"], found.edges["target"]
    among = np.isin(source, best) & np.isin(target, best) & (source != target)
    joined = np.isin(best, np.concatenate([source[among], target[among]]))
    return np.sort(best[joined] if joined.any() else best)


def _joins(found: Tables) -> Integers:
    """How many edges each node has; loops are none."""
    source, target = found.edges["source"], found.edges["target"]
    ends = np.concatenate([end[source != target] for end in (source, target)])
    return np.bincount(ends, minlength=len(found.nodes))


def _around(found: Tables, focus: int, limit: int) -> Integers:
    source, target = found.edges["source"], found.edges["target"]
    ties = np.zeros(len(found.nodes), dtype=np.int64)
    for here, there in ((source, target), (target, source)):
        at = (here == focus) & (there != focus)
        np.add.at(ties, there[at], found.edges["papers"][at])
    near = np.flatnonzero(ties)
    papers = np.array([found.nodes[n].papers for n in near.tolist()], dtype=np.int64)
    best = near[np.lexsort((near, -papers, -ties[near]))][: max(limit - 1, 0)]
    return np.sort(np.append(best, focus))


def _ends(found: Tables, edges: Integers) -> NDArray[np.int64]:
    """Both ends of each edge, the lower first."""
    return np.sort(
        np.column_stack([found.edges["source"][edges], found.edges["target"][edges]]), axis=1
    )


def _ties(found: Tables, nodes: Integers) -> tuple[Integers, list[Tie]]:
    """The edges among the nodes, and how close each pair is that they or papers join."""
    source, target = found.edges["source"], found.edges["target"]
    edges = np.flatnonzero(np.isin(source, nodes) & np.isin(target, nodes))
    joint: Counter[tuple[int, int]] = Counter(_named_together(found, nodes))
    for (u, v), papers in zip(
        _ends(found, edges).tolist(), found.edges["papers"][edges].tolist(), strict=True
    ):
        joint[u, v] += papers
    named = {n: max(found.nodes[n].papers, 1) for n in nodes.tolist()}
    return edges, [
        (u, v, round(min(papers / math.sqrt(named[u] * named[v]), 1.0), 6))
        for (u, v), papers in sorted(joint.items())
        if u != v
    ]


def _named_together(found: Tables, nodes: Integers) -> Iterator[tuple[int, int]]:
    """Each pair of the nodes that one paper names, once for each such paper."""
    source, target = found.edges["source"], found.edges["target"]
    naming = (source >= found.first_paper) & np.isin(target, nodes)
    # Sorted by source and target, as all edges are.
    pairs = np.unique(np.column_stack([source[naming], target[naming]]), axis=0)
    _, starts = np.unique(pairs[:, 0], return_index=True)
    for named in np.split(pairs[:, 1], starts[1:]):
        yield from itertools.combinations(named.tolist(), 2)


def _closest(ties: list[Tie], joined: Set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of the pairs that edges join those that are worth a line."""
    G = nx.Graph()
    G.add_weighted_edges_from(tie for tie in ties if tie[:2] in joined)
    kept = {(min(u, v), max(u, v)) for u, v in nx.maximum_spanning_edges(G, data=False)}
    for node in G:
        near = sorted((-data["weight"], other) for other, data in G[node].items())
        kept |= {(min(node, other), max(node, other)) for _, other in near[:CLOSEST]}
    return kept
