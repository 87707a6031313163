"""One edge as seen from one of its ends: the value that answers about links are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx

from kg.model import ACHIEVES, PAPER_RELATIONS, RELATIONS, VARIANT_OF, Evidence

#: The order in which relations are listed: a paper's own first, then those between entities.
RELATION_ORDER: Final[tuple[str, ...]] = tuple(
    dict.fromkeys((*PAPER_RELATIONS.values(), *RELATIONS, VARIANT_OF, ACHIEVES))
)

#: Source, target, key and attributes.
Edge = tuple[str, str, str, dict[str, Any]]

_RANK: Final = {relation: rank for rank, relation in enumerate(RELATION_ORDER)}


@dataclass(frozen=True, slots=True)
class Node:
    """A node's id, label and kind, and in how many papers it occurs."""

    id: str
    label: str
    kind: str
    papers: int


@dataclass(frozen=True, slots=True)
class Link:
    """One edge in its true direction, `source` to `target`, as met from one of its ends.

    `reversed` says that it was met from its target. `papers` is how many papers state it,
    `note` what a number says ("98% on CIFAR-10", "change of 2%"), `sentences` are the best ones,
    best first.
    """

    source: Node
    relation: str
    target: Node
    key: str
    reversed: bool
    papers: int
    confidence: float
    note: str
    sentences: tuple[Evidence, ...]

    @property
    def other(self) -> Node:
        """The end that it leads to."""
        return self.source if self.reversed else self.target


def relation_rank(relation: str) -> tuple[int, str]:
    """A sort key that puts relations in `RELATION_ORDER`, unknown ones after them.

    >>> sorted(["achieves", "uses", "proposes"], key=relation_rank)
    ['proposes', 'uses', 'achieves']
    """
    return _RANK.get(relation, len(_RANK)), relation


def ranked(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The evidence, best first: most confident, then shortest, then by paper id and place.

    >>> sure = Evidence("b", 0, 7, "A is B.", "rule", 0.9)
    >>> short = Evidence("a", 0, 3, "A B", "rule", 0.5)
    >>> [e.paper for e in ranked([short, sure])]
    ['b', 'a']
    """
    return sorted(
        evidence,
        key=lambda e: (-e.confidence, len(e.sentence), e.paper, e.start, e.end, e.extractor),
    )


def distinct(evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """The first of each sentence, in the order given: two extractors may have read the same one."""
    seen: set[tuple[str, int, int]] = set()
    for e in evidence:
        place = (e.paper, e.start, e.end)
        if place not in seen:
            seen.add(place)
            yield e


def node_of(G: nx.MultiDiGraph, node: str) -> Node:
    """The node's value."""
    data = G.nodes[node]
    return Node(node, data["label"], data["kind"], data["papers"])


def neighbours(G: nx.MultiDiGraph, node: str) -> set[str]:
    """All nodes that an edge joins to this one, in either direction, itself excluded."""
    return {*G.successors(node), *G.predecessors(node)} - {node}


def papers_between(G: nx.MultiDiGraph, u: str, v: str) -> int:
    """How many papers state the strongest edge between the two, in either direction; 0: none does.

    >>> G = nx.MultiDiGraph()
    >>> _ = G.add_edge("a", "b", weight=2)
    >>> papers_between(G, "b", "a"), papers_between(G, "a", "a")
    (2, 0)
    """
    most = 0
    for source, target in ((u, v), (v, u)):
        if G.has_edge(source, target):
            for data in G.get_edge_data(source, target).values():
                most = max(most, data["weight"])
    return most


def edges_at(G: nx.MultiDiGraph, node: str) -> Iterator[tuple[Edge, str]]:
    """All edges at the node, a loop once, each with its other end."""
    for edge in G.out_edges(node, keys=True, data=True):
        yield edge, edge[1]
    for edge in G.in_edges(node, keys=True, data=True):
        if edge[0] != node:
            yield edge, edge[0]


def edges_between(G: nx.MultiDiGraph, a: str, b: str) -> list[Edge]:
    """Every edge that joins the two, in either direction.

    Best first: most papers, then most confident, then by relation, those from `a` first, by key.
    """
    pairs = [(a, b)] if a == b else [(a, b), (b, a)]
    edges = [
        (source, target, key, data)
        for source, target in pairs
        for key, data in (G.get_edge_data(source, target) or {}).items()
    ]

    def rank(edge: Edge) -> tuple[Any, ...]:
        source, _, key, data = edge
        relation = relation_rank(data["relation"])
        return -data["weight"], -data["confidence"], relation, source != a, key

    return sorted(edges, key=rank)


def link_of(
    G: nx.MultiDiGraph,
    edge: Edge,
    *,
    seen_from: str,
    sentences: int = 1,
) -> Link:
    """The edge as a link that was met at the node `seen_from`, with so many of its sentences."""
    source, target, key, data = edge
    return Link(
        source=node_of(G, source),
        relation=data["relation"],
        target=node_of(G, target),
        key=key,
        reversed=seen_from != source,
        papers=data["weight"],
        confidence=data["confidence"],
        note=_note(G, data),
        sentences=tuple(distinct(ranked(data["evidence"])))[:sentences],
    )


def _note(G: nx.MultiDiGraph, data: dict[str, Any]) -> str:
    if data["relation"] != ACHIEVES:
        return ""
    dataset, baseline = data["dataset"], data["baseline"]
    on = f" on {G.nodes[dataset]['label']}" if dataset else ""
    over = f", over {G.nodes[baseline]['label']}" if baseline else ""
    change = "change of " if data["relative"] else ""
    return f"{change}{data['value']}{on}{over}"
