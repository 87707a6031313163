"""All that a node is linked to, and how two nodes are linked, each link with its sentences."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

from kg.errors import AmbiguousEntity
from kg.model import NODE_KINDS
from kg.query.edges import Link, Node, edges_between, link_of, node_of, relation_rank
from kg.query.names import lookup
from kg.query.paths import best_paths
from kg.query.source import Edge, Graph, Source, source


@dataclass(frozen=True, slots=True)
class Group:
    """The links of one relation, one direction and one kind of other end, the best first.

    `reversed` says that the node they were met at is their target, `kind` is the other end's;
    `total` counts them all, of which `links` may be the first.
    """

    relation: str
    reversed: bool
    kind: str
    total: int
    links: tuple[Link, ...]


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


def links(
    G: Graph,
    a: str,
    *,
    kind: str | None = None,
    relation: str | None = None,
    sentences: int = 1,
) -> list[Link]:
    """Every edge at the node that `a` names, in the order of `link_groups`.

    `relation` keeps only the edges of that one. Each has its best `sentences`. Raises what
    `lookup` raises.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> for node, kind in (("method:cct", "method"), ("dataset:mnist", "dataset")):
    ...     G.add_node(node, label=node[-5:], kind=kind, papers=1, aliases=[])
    >>> _ = G.add_edge("method:cct", "dataset:mnist", "evaluated_on", relation="evaluated_on",
    ...                weight=1, confidence=0.9, evidence=[])
    >>> [(link.relation, link.other.label, link.reversed) for link in links(G, "mnist")]
    [('evaluated_on', 'd:cct', True)]
    """
    groups = link_groups(G, a, kind=kind, relation=relation, sentences=sentences)
    return [link for group in groups for link in group.links]


def link_groups(
    G: Graph,
    a: str,
    *,
    kind: str | None = None,
    relation: str | None = None,
    sentences: int = 1,
    limit: int | None = None,
) -> list[Group]:
    """The edges at the node that `a` names, by relation, direction and kind of the other end.

    In each group at most `limit` links, ranked by papers, then confidence, then the other end's
    label. Parallel edges are links of their own. `relation` keeps only the edges of that one;
    each link has its best `sentences`. Raises what `lookup` raises.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> for node in ("method:a", "method:b", "method:c"):
    ...     G.add_node(node, label=node[-1:], kind="method", papers=1, aliases=[])
    >>> for node in ("method:a", "method:b"):
    ...     _ = G.add_edge(node, "method:c", "uses", relation="uses", weight=1, confidence=0.9,
    ...                    evidence=[])
    >>> [group] = link_groups(G, "c", limit=1)
    >>> group.relation, group.reversed, group.kind, group.total, group.links[0].other.label
    ('uses', True, 'method', 2, 'a')
    """
    g = source(G)
    node = lookup(g, a, kind=kind)
    return grouped(g, node, g.edges_at(node, relation), sentences=sentences, limit=limit)


def grouped(
    g: Source, node: str, edges: Iterable[Edge], *, sentences: int = 1, limit: int | None = None
) -> list[Group]:
    """The edges, which are at the node, as `link_groups` gives them."""
    found: dict[tuple[str, bool, str], list[Edge]] = {}
    for edge in edges:
        is_reversed = edge[0] != node
        other = edge[0] if is_reversed else edge[1]
        group = (edge[3]["relation"], is_reversed, g.brief(other).kind)
        found.setdefault(group, []).append(edge)
    return [
        Group(
            *group,
            total=len(found[group]),
            links=tuple(
                link_of(g, edge, seen_from=node, sentences=sentences)
                for edge in _strongest(g, node, found[group], limit)
            ),
        )
        for group in sorted(found, key=_group_rank)
    ]


def connections(
    G: Graph,
    a: str,
    b: str,
    *,
    kind: str | None = None,
    k: int = 5,
    max_hops: int = 4,
    limit: int | None = 10,
) -> Connections:
    """How the two named nodes are linked.

    `direct` are all edges between them, either way. `shared` lists, for each kind, at most
    `limit` of their common neighbours, those first that most papers link to both. `paths` are
    the `k` best of at most `max_hops` (1 to 4) hops: fewest hops, then fewest hops at a paper,
    then most papers, then by label. Every link stands in its true direction and says whether it
    was walked against it. `kind` picks where a name means several nodes; else raises what
    `lookup` raises.
    """
    g = source(G)
    start, end = _picked(g, a, kind), _picked(g, b, kind)
    return Connections(
        a=node_of(g, start),
        b=node_of(g, end),
        direct=tuple(link_of(g, e, seen_from=start) for e in edges_between(g, start, end)),
        shared=_shared(g, start, end, limit),
        paths=tuple(_path(g, walk) for walk in best_paths(g, start, end, k=k, max_hops=max_hops)),
    )


def _picked(g: Source, name: str, kind: str | None) -> str:
    """The node that the name means, of the kind where it means several."""
    try:
        return lookup(g, name)
    except AmbiguousEntity:
        return lookup(g, name, kind=kind)


def _group_rank(group: tuple[str, bool, str]) -> tuple[Any, ...]:
    relation, is_reversed, kind = group
    return *relation_rank(relation), is_reversed, NODE_KINDS.index(kind)


def _strongest(g: Source, node: str, edges: list[Edge], limit: int | None) -> list[Edge]:
    """The first `limit` of the edges at the node: most papers, most confident, then by label."""

    def strength(edge: Edge) -> tuple[int, float]:
        return -edge[3]["weight"], -edge[3]["confidence"]

    def rank(edge: Edge) -> tuple[Any, ...]:
        start, target, key, _ = edge
        other = target if start == node else start
        return strength(edge), g.brief(other).label.casefold(), other, key

    if limit is not None and len(edges) > limit:
        # A hub has thousands: labels are compared only of those that can be among the first.
        bar = nsmallest(limit, map(strength, edges))[-1]
        edges = [edge for edge in edges if strength(edge) <= bar]
    return sorted(edges, key=rank)[:limit]


def _hop(g: Source, walked_from: str, to: str) -> Link:
    """The strongest edge between the two, met at the first."""
    return link_of(g, edges_between(g, walked_from, to)[0], seen_from=walked_from)


def _shared(g: Source, a: str, b: str, limit: int | None) -> tuple[SharedKind, ...]:
    """Their common neighbours; what a paper states itself, it alone states, and counts 0."""
    if a == b:
        return ()
    ours, theirs = g.around([g.handle(a), g.handle(b)]).values()
    common = list(ours.keys() & theirs.keys())
    by_kind: dict[str, list[tuple[int, str, str]]] = {}
    for handle, node in zip(common, g.ids(common), strict=True):
        brief, papers = g.brief(node), ours[handle] + theirs[handle]
        by_kind.setdefault(brief.kind, []).append((-papers, brief.label.casefold(), node))
    return tuple(
        SharedKind(
            kind=kind,
            total=len(ranks),
            neighbours=tuple(
                Shared(node_of(g, node), _hop(g, a, node), _hop(g, b, node))
                for _, _, node in nsmallest(len(ranks) if limit is None else limit, ranks)
            ),
        )
        for kind, ranks in sorted(by_kind.items(), key=lambda item: NODE_KINDS.index(item[0]))
    )


def _path(g: Source, walk: tuple[str, ...]) -> Path:
    hops = tuple(_hop(g, u, v) for u, v in itertools.pairwise(walk))
    return Path(hops=hops, papers=sum(hop.papers for hop in hops))
