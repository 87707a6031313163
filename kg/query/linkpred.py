"""Link prediction: how near two nodes are by the neighbours that they share.

Pure functions over an undirected simple graph, given as a function from a node to its neighbours.
A shared neighbour counts the less the more neighbours it has itself, so what everything is
linked to says little.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, TypeVar

H = TypeVar("H")

#: What a shared neighbour of so many neighbours (two or more) counts.
MEASURES: Final[dict[str, Callable[[int], float]]] = {
    "adamic-adar": lambda degree: 1 / math.log(degree),
    "resource-allocation": lambda degree: 1 / degree,
}

#: Edges that one search follows: what takes some 30 ms.
BUDGET: Final = 15_000
#: Neighbours whose edges are read at once.
_CHUNK: Final = 250


def nearest(
    node: H,
    shared: Sequence[H],
    around: Callable[[Collection[H]], Mapping[H, Collection[H]]],
    *,
    measure: str,
    budget: int = BUDGET,
) -> tuple[dict[H, float], dict[H, int]]:
    """Every node that shares a neighbour with this one and its score; and what they share.

    The score is the sum over the shared neighbours z of 1/log(degree of z) by "adamic-adar"
    (Adamic and Adar, Friends and neighbors on the web, 2003), of 1/(degree of z) by
    "resource-allocation" (Zhou, Lü and Zhang, Predicting missing links via local information,
    2009). `around` gives the neighbours of several nodes; those of the node itself, `shared`,
    are followed in their order until `budget` edges were, so hubs, which count least, come best
    last. What was followed is the second answer, with the degree of each.

    >>> graph = {"a": {"x", "y"}, "b": {"x", "y"}, "c": {"y"}, "x": {"a", "b"},
    ...          "y": {"a", "b", "c"}}
    >>> scores, degrees = nearest("a", ["x", "y"], lambda some: {z: graph[z] for z in some},
    ...                           measure="resource-allocation")
    >>> scores == {"b": 1 / 2 + 1 / 3, "c": 1 / 3}, degrees
    (True, {'x': 2, 'y': 3})
    """
    weigh = MEASURES[measure]
    scores: dict[H, float] = {}
    degrees: dict[H, int] = {}
    for start in range(0, len(shared), _CHUNK):
        chunk = shared[start : start + _CHUNK]
        beside = around(chunk)
        for z in chunk:
            budget -= len(beside[z])
            if budget < 0:
                scores.pop(node, None)
                return scores, degrees
            degrees[z] = len(beside[z])
            if len(beside[z]) > 1:
                share = weigh(len(beside[z]))
                for other in beside[z]:
                    scores[other] = scores.get(other, 0.0) + share
    scores.pop(node, None)
    return scores, degrees
