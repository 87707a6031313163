"""The nearest nodes of one kind, each with what it shares."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

from kg.errors import AmbiguousEntity
from kg.query.edges import Node, edges_between, link_of, node_of
from kg.query.linkpred import nearest
from kg.query.links import Shared
from kg.query.names import lookup
from kg.query.source import Graph, Source, source

#: Candidates whose kinds are read at once.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Similar:
    """A near node: its score, how many neighbours it shares, and those of them that count most."""

    node: Node
    score: float
    total: int
    shared: tuple[Shared, ...]


def similar(
    G: Graph,
    name: str,
    *,
    kind: str | None = None,
    measure: str = "adamic-adar",
    limit: int = 10,
    shared: int = 3,
) -> list[Similar]:
    """The `limit` nodes that are nearest to the named one by their shared neighbours, best first.

    Nodes of the same kind, or of `kind`: papers by the entities that both name, entities by the
    papers that name both and by the entities they are both linked to. `measure` is one of
    `kg.query.linkpred.MEASURES`, by which a neighbour counts the less the more neighbours it has.
    Each answer has its `shared` neighbours that count most, with the strongest link of both to
    it. Raises what `lookup` raises.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> for node in ("method:cct", "method:vit", "dataset:mnist"):
    ...     kind, _, label = node.partition(":")
    ...     G.add_node(node, label=label, kind=kind, papers=1, aliases=[])
    >>> for method in ("method:cct", "method:vit"):
    ...     _ = G.add_edge(method, "dataset:mnist", "evaluated_on", relation="evaluated_on",
    ...                    weight=1, confidence=0.9, evidence=[])
    >>> [(near.node.label, near.shared[0].node.label) for near in similar(G, "CCT")]
    [('vit', 'mnist')]
    """
    g = source(G)
    node = named(g, name, kind)
    here = g.handle(node)
    mine = g.around([here])[here]
    scores, degrees = nearest(here, _in_order(g, mine), g.around, measure=measure)
    best = _best(g, scores, kind or g.brief(node).kind, limit)
    common = g.around([handle for _, _, handle in best], among=mine)
    return [
        Similar(
            node=node_of(g, other),
            score=score,
            total=len(common[handle]),
            shared=_shared(g, node, other, {z: degrees.get(z) for z in common[handle]}, shared),
        )
        for score, other, handle in best
    ]


def _in_order(g: Source, mine: dict[Any, int]) -> list[Any]:
    """The neighbours, those first that are in fewest papers, since they say most."""
    named = zip(g.ids(list(mine)), mine, strict=True)
    return [handle for _, _, handle in sorted((g.brief(z).papers, z, h) for z, h in named)]


def _best(
    g: Source, scores: dict[Any, float], kind: str, limit: int
) -> list[tuple[float, str, Any]]:
    """The best of a kind, each as its score, id and handle."""
    ranked = sorted(scores, key=lambda handle: -scores[handle])
    found: list[tuple[float, str, str, Any]] = []
    for start in range(0, len(ranked), _CHUNK):
        chunk = ranked[start : start + _CHUNK]
        if len(found) >= limit and -scores[chunk[0]] > nsmallest(limit, found)[-1][0]:
            break
        for handle, node in zip(chunk, g.ids(chunk), strict=True):
            brief = g.brief(node)
            if brief.kind == kind:
                found.append((-scores[handle], brief.label.casefold(), node, handle))
    return [(-score, node, handle) for score, _, node, handle in nsmallest(limit, found)]


def _shared(
    g: Source, a: str, b: str, degrees: dict[Any, int | None], limit: int
) -> tuple[Shared, ...]:
    """Those of the common neighbours that have the fewest neighbours, and count most therefore."""

    def rank(z: str, degree: int | None) -> tuple[bool, int, str, str]:
        return degree is None, degree or 0, g.brief(z).label.casefold(), z

    ids = g.ids(list(degrees))
    ranks = (rank(z, degree) for z, degree in zip(ids, degrees.values(), strict=True))
    return tuple(
        Shared(
            node_of(g, z),
            link_of(g, edges_between(g, a, z)[0], seen_from=a),
            link_of(g, edges_between(g, b, z)[0], seen_from=b),
        )
        for *_, z in nsmallest(limit, ranks)
    )


def named(G: Graph, name: str, kind: str | None) -> str:
    """The node that the name means; the one of the kind, where several have the name."""
    with suppress(AmbiguousEntity):
        return lookup(G, name)
    return lookup(G, name, kind=kind)
