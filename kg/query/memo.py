"""What is worked out once for a graph, and remembered until its nodes or edges change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import networkx as nx

P = ParamSpec("P")
T = TypeVar("T")


def remembered(
    make: Callable[Concatenate[nx.MultiDiGraph, P], T],
    G: nx.MultiDiGraph,
    *args: P.args,
    **options: P.kwargs,
) -> T:
    """`make(G, *args)`, from memory if it was asked before; the arguments have to be hashable.

    networkx keeps a dictionary beside each graph that it empties whenever nodes or edges are
    added or removed (its backends hold what they converted there), so this is kept in it too.
    What is written into the attributes of a node or edge does not count as a change.

    >>> G = nx.MultiDiGraph()
    >>> remembered(len, G), G.add_node("method:cct"), remembered(len, G)
    (0, None, 1)
    """
    cache = vars(G).setdefault("__networkx_cache__", {})
    key = (make, args, tuple(options.items()))
    if key not in cache:
        cache[key] = make(G, *args, **options)
    found: T = cache[key]
    return found
