"""All that a node is linked to, and how two nodes are linked, each link with its sentences."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import networkx as nx

from kg.model import NODE_KINDS
from kg.query.edges import (
    Link,
    Node,
    edges_between,
    link_of,
    neighbours,
    node_of,
    relation_rank,
)
from kg.query.names import lookup
from kg.query.paths import best_paths


@dataclass(frozen=True, slots=True)
class Shared:
    """A node that both are linked to, and the strongest link of each to it."""

    node: Node
    from_a: Link
    from_b: Link


@dataclass(frozen=True, slots=True)
class SharedKind:
    """The shared neighbours of one kind: how many, and the best of them."""

    kind: str
    total: int
    neighbours: tuple[Shared, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A walk from a to b: for each hop its strongest edge. `papers` is the sum over the hops."""

    hops: tuple[Link, ...]
    papers: int


@dataclass(frozen=True, slots=True)
class Connections:
    """How two nodes are linked: all edges between them, shared neighbours, the best paths."""

    a: Node
    b: Node
    direct: tuple[Link, ...]
    shared: tuple[SharedKind, ...]
    paths: tuple[Path, ...]


def links(G: nx.MultiDiGraph, a: str, *, kind: str | None = None, sentences: int = 1) -> list[Link]:
    """Every edge at the node that `a` names, by relation and direction, the best first in each.

    Ranked by papers, then confidence, then the other end's label. Parallel edges are links of
    their own. Each has its best `sentences`. Raises what `lookup` raises.

    >>> G = nx.MultiDiGraph()
    >>> for node, kind in (("method:cct", "method"), ("dataset:mnist", "dataset")):
    ...     G.add_node(node, label=node[-5:], kind=kind, papers=1, aliases=[])
    >>> _ = G.add_edge("method:cct", "dataset:mnist", "evaluated_on", relation="evaluated_on",
    ...                weight=1, confidence=0.9, evidence=[])
    >>> [(link.relation, link.other.label, link.reversed) for link in links(G, "mnist")]
    [('evaluated_on', 'd:cct', True)]
    """
    node = lookup(G, a, kind=kind)
    found = [link_of(G, edge, seen_from=node, sentences=sentences) for edge in _edges_at(G, node)]
    return sorted(found, key=_link_rank)


def connections(
    G: nx.MultiDiGraph, a: str, b: str, *, k: int = 5, max_hops: int = 4, limit: int = 10
) -> Connections:
    """How the two named nodes are linked.

    `direct` are all edges between them, either way. `shared` lists, for each kind, at most
    `limit` of their common neighbours, those first that most papers link to both. `paths` are
    the `k` best of at most `max_hops` (1 to 4) hops: fewest hops, then fewest hops at a paper,
    then most papers, then by label. Every link stands in its true direction and says whether it
    was walked against it. Raises what `lookup` raises.
    """
    start, end = lookup(G, a), lookup(G, b)
    direct = edges_between(G, start, end)
    paths = best_paths(G, start, end, k=k, max_hops=max_hops)
    return Connections(
        a=node_of(G, start),
        b=node_of(G, end),
        direct=tuple(link_of(G, edge, seen_from=start) for edge in direct),
        shared=_shared(G, start, end, limit),
        paths=tuple(_path(G, walk) for walk in paths),
    )


def _edges_at(G: nx.MultiDiGraph, node: str) -> Iterable[tuple[str, str, str, dict[str, Any]]]:
    """All edges at the node, a loop once."""
    yield from G.out_edges(node, keys=True, data=True)
    yield from (edge for edge in G.in_edges(node, keys=True, data=True) if edge[0] != node)


def _link_rank(link: Link) -> tuple[Any, ...]:
    other = link.other
    group = (*relation_rank(link.relation), link.reversed)
    return *group, -link.papers, -link.confidence, other.label.casefold(), other.id, link.key


def _strongest(G: nx.MultiDiGraph, walked_from: str, to: str) -> Link:
    return link_of(G, edges_between(G, walked_from, to)[0], seen_from=walked_from)


def _shared(G: nx.MultiDiGraph, a: str, b: str, limit: int) -> tuple[SharedKind, ...]:
    if a == b:
        return ()
    common = (neighbours(G, a) & neighbours(G, b)) - {a, b}
    by_kind: dict[str, list[tuple[int, str, str]]] = {}
    for node in common:
        papers = sum(edges_between(G, end, node)[0][3]["weight"] for end in (a, b))
        rank = (-papers, G.nodes[node]["label"].casefold(), node)
        by_kind.setdefault(G.nodes[node]["kind"], []).append(rank)
    return tuple(
        SharedKind(
            kind=kind,
            total=len(by_kind[kind]),
            neighbours=tuple(
                Shared(node_of(G, node), _strongest(G, a, node), _strongest(G, b, node))
                for _, _, node in sorted(by_kind[kind])[:limit]
            ),
        )
        for kind in sorted(by_kind, key=NODE_KINDS.index)
    )


def _path(G: nx.MultiDiGraph, walk: tuple[str, ...]) -> Path:
    hops = tuple(_strongest(G, u, v) for u, v in itertools.pairwise(walk))
    return Path(hops=hops, papers=sum(hop.papers for hop in hops))
