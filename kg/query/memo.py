"""What is worked out once for a graph, and remembered until it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from kg.store import Store

G = TypeVar("G")
P = ParamSpec("P")
T = TypeVar("T")


def remembered(
    make: Callable[Concatenate[G, P], T], graph: G, *args: P.args, **options: P.kwargs
) -> T:
    """`make(graph, *args)`, from memory if it was asked before; the arguments have to be hashable.

    networkx keeps a dictionary beside each graph that it empties whenever nodes or edges are
    added or removed (its backends hold what they converted there), so this is kept in it too.
    What is written into the attributes of a node or edge does not count as a change. A store
    forgets when its file is written to.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> remembered(len, G), G.add_node("method:cct"), remembered(len, G)
    (0, None, 1)
    """
    if isinstance(graph, Store):
        cache = graph.memory()
    else:
        cache = vars(graph).setdefault("__networkx_cache__", {})
    key = (make, args, tuple(options.items()))
    if key not in cache:
        cache[key] = make(graph, *args, **options)
    found: T = cache[key]
    return found
