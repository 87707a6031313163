"""The nearest nodes of one kind, each with what it shares."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from heapq import nlargest, nsmallest

import networkx as nx

from kg.errors import AmbiguousEntity
from kg.query.edges import Node, edges_between, link_of, neighbours, node_of
from kg.query.linkpred import nearest
from kg.query.links import Shared
from kg.query.names import lookup


@dataclass(frozen=True, slots=True)
class Similar:
    """A near node: its score, how many neighbours it shares, and those of them that count most."""

    node: Node
    score: float
    total: int
    shared: tuple[Shared, ...]


def similar(
    G: nx.MultiDiGraph,
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
    node = named(G, name, kind)
    around = partial(neighbours, G)
    scores = nearest(node, around, size=partial(_size, G), measure=measure)
    prefix = f"{kind or G.nodes[node]['kind']}:"
    of_kind = {other: score for other, score in scores.items() if other.startswith(prefix)}
    least = min(nlargest(limit, of_kind.values()), default=0.0)
    best = sorted(
        (other for other, score in of_kind.items() if score >= least),
        key=lambda other: (-of_kind[other], G.nodes[other]["label"].casefold(), other),
    )
    mine = around(node)
    shares = ((other, mine & around(other)) for other in best[:limit])
    return [
        Similar(
            node=node_of(G, other),
            score=of_kind[other],
            total=len(common),
            shared=_shared(G, node, other, common, shared),
        )
        for other, common in shares
    ]


def _size(G: nx.MultiDiGraph, node: str) -> int:
    """How many neighbours the node has; one that is linked both ways counts twice."""
    return len(G.succ[node]) + len(G.pred[node])


def _shared(G: nx.MultiDiGraph, a: str, b: str, common: set[str], limit: int) -> tuple[Shared, ...]:
    """Those of the common neighbours that have the fewest neighbours, and count most therefore."""

    def rank(z: str) -> tuple[int, str, str]:
        return _size(G, z), G.nodes[z]["label"].casefold(), z

    return tuple(
        Shared(
            node_of(G, z),
            link_of(G, edges_between(G, a, z)[0], seen_from=a),
            link_of(G, edges_between(G, b, z)[0], seen_from=b),
        )
        for z in nsmallest(limit, common, key=rank)
    )


def named(G: nx.MultiDiGraph, name: str, kind: str | None) -> str:
    """The node that the name means; the one of the kind, where several have the name."""
    with suppress(AmbiguousEntity):
        return lookup(G, name)
    return lookup(G, name, kind=kind)
