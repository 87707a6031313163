"""Link prediction: how near two nodes are by the neighbours that they share.

Pure functions over an undirected simple graph, given as a function from a node to its neighbours.
A shared neighbour counts the less the more neighbours it has itself, so what everything is
linked to says little.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Final

#: What a shared neighbour of so many neighbours (two or more) counts.
MEASURES: Final[dict[str, Callable[[int], float]]] = {
    "adamic-adar": lambda degree: 1 / math.log(degree),
    "resource-allocation": lambda degree: 1 / degree,
}

#: Edges that one search follows: what takes some 30 ms.
BUDGET: Final = 50_000


def nearest(
    node: str,
    neighbours: Callable[[str], Collection[str]],
    *,
    size: Callable[[str], int],
    measure: str,
    budget: int = BUDGET,
) -> dict[str, float]:
    """Every node that shares a neighbour with this one, and its score.

    The score is the sum over the shared neighbours z of 1/log(degree of z) by "adamic-adar"
    (Adamic and Adar, Friends and neighbors on the web, 2003), of 1/(degree of z) by
    "resource-allocation" (Zhou, Lü and Zhang, Predicting missing links via local information,
    2009). Neighbours are followed from the smallest `size` on (about their degree, but quick to
    tell) until `budget` edges were: the hubs that are left out would count least.

    >>> graph = {"a": {"x", "y"}, "b": {"x", "y"}, "c": {"y"}, "x": {"a", "b"},
    ...          "y": {"a", "b", "c"}}
    >>> near = nearest("a", graph.get, size=lambda z: len(graph[z]), measure="resource-allocation")
    >>> near == {"b": 1 / 2 + 1 / 3, "c": 1 / 3}
    True
    """
    weigh = MEASURES[measure]
    scores: dict[str, float] = {}
    for _, z in sorted((size(z), z) for z in neighbours(node)):
        around = neighbours(z)
        budget -= len(around)
        if budget < 0:
            break
        if len(around) > 1:
            share = weigh(len(around))
            for other in around:
                scores[other] = scores.get(other, 0.0) + share
    scores.pop(node, None)
    return scores
