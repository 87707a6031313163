"""What came and what went between two states of one graph, and the papers behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, Final, Generic, TypeVar

import networkx as nx

from kg.model import ACHIEVES, NODE_KINDS
from kg.query.edges import RELATION_ORDER, Link, Node, link_of, node_of
from kg.query.source import source

T = TypeVar("T")
K = TypeVar("K")
EdgeId = tuple[str, str, str]

#: What a reported number is about, beside its method and metric; and what it says.
_ABOUT: Final = ("paper", "dataset", "baseline", "relative")
_SAYS: Final = ("value", "number", "high", "unit", "relative")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """How many there are, and the first of them."""

    total: int
    first: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class Changes(Generic[T]):
    """Of one kind or relation: how many there were and are, and what came and went."""

    old: int
    new: int
    entered: Listed[T]
    left: Listed[T]


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node that came or went, and the ids of the papers that name it where it is."""

    node: Node
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EdgeChange:
    """An edge that came or went, and the ids of the papers that state it where it is."""

    link: Link
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rename:
    """A node of both graphs, as it is now, and the label that it had."""

    node: Node
    old_label: str


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A number that a paper gives for the same thing in both graphs, with another value."""

    paper: str
    old: Link
    new: Link


@dataclass(frozen=True, slots=True)
class Diff:
    """`nodes` by kind, `edges` by relation, `renamed` labels, `numbers` with another value.

    Such a number neither came nor went. A kind or relation of neither graph is left out.
    """

    nodes: dict[str, Changes[NodeChange]]
    edges: dict[str, Changes[EdgeChange]]
    renamed: Listed[Rename]
    numbers: Listed[NumberChange]


def diff(old: nx.MultiDiGraph, new: nx.MultiDiGraph, *, limit: int | None = None) -> Diff:
    """What the new graph has and the old one has not, and the other way round.

    Nodes are the same by id, edges by source, target and key. Lists are ranked by papers, then
    by label; `limit`, if given, is the most that each shows, while its total stays whole.

    >>> old, new = nx.MultiDiGraph(), nx.MultiDiGraph()
    >>> new.add_node("task:ner", label="NER", kind="task", papers=1, aliases=[])
    >>> [change.node.label for change in diff(old, new).nodes["task"].entered.first]
    ['NER']
    """
    edges_old, edges_new = _by_relation(old), _by_relation(new)
    numbers = _changed_numbers(old, edges_old[ACHIEVES], new, edges_new[ACHIEVES])
    stayed = {edge for pair in numbers for edge in pair}

    def nodes(G: nx.MultiDiGraph, ids: set[str]) -> Listed[NodeChange]:
        return _listed(ids, lambda n: _node_rank(G, n), lambda n: _node_change(G, n), limit)

    def edges(G: nx.MultiDiGraph, ids: set[EdgeId]) -> Listed[EdgeChange]:
        ids = ids - stayed
        return _listed(ids, lambda e: _edge_rank(G, e), lambda e: _edge_change(G, e), limit)

    return Diff(
        nodes={
            kind: Changes(len(a), len(b), entered=nodes(new, b - a), left=nodes(old, a - b))
            for kind, a, b in _pairs(NODE_KINDS, _by_kind(old), _by_kind(new))
        },
        edges={
            relation: Changes(len(a), len(b), entered=edges(new, b - a), left=edges(old, a - b))
            for relation, a, b in _pairs(RELATION_ORDER, edges_old, edges_new)
        },
        renamed=_renamed(old, new, limit),
        numbers=_listed(
            numbers,
            lambda pair: _edge_rank(new, pair[1]),
            lambda pair: _number_change(old, pair[0], new, pair[1]),
            limit,
        ),
    )


def _pairs(
    names: Iterable[str], old: Mapping[str, set[K]], new: Mapping[str, set[K]]
) -> Iterator[tuple[str, set[K], set[K]]]:
    """What each graph has under each name, where either has anything."""
    return ((name, old[name], new[name]) for name in names if old[name] or new[name])


def _by_kind(G: nx.MultiDiGraph) -> defaultdict[str, set[str]]:
    nodes: defaultdict[str, set[str]] = defaultdict(set)
    for node, kind in G.nodes(data="kind"):
        nodes[kind].add(node)
    return nodes


def _by_relation(G: nx.MultiDiGraph) -> defaultdict[str, set[EdgeId]]:
    edges: defaultdict[str, set[EdgeId]] = defaultdict(set)
    for start, target, key, relation in G.edges(keys=True, data="relation"):
        edges[relation].add((start, target, key))
    return edges


def _listed(
    ids: Collection[K], rank: Callable[[K], Any], change: Callable[[K], T], limit: int | None
) -> Listed[T]:
    first = sorted(ids, key=rank) if limit is None else nsmallest(limit, ids, key=rank)
    return Listed(len(ids), tuple(map(change, first)))


def _node_rank(G: nx.MultiDiGraph, node: str) -> tuple[int, str, str]:
    data = G.nodes[node]
    return -data["papers"], data["label"].casefold(), node


def _edge_rank(G: nx.MultiDiGraph, edge: EdgeId) -> tuple[Any, ...]:
    data = G.edges[edge]
    labels = (G.nodes[node]["label"].casefold() for node in edge[:2])
    return -data["weight"], -data["confidence"], *labels, edge


def _node_change(G: nx.MultiDiGraph, node: str) -> NodeChange:
    naming = [node] if G.nodes[node]["kind"] == "paper" else G.pred[node]
    papers = (n.removeprefix("paper:") for n in naming if G.nodes[n]["kind"] == "paper")
    return NodeChange(node_of(source(G), node), tuple(sorted(papers)))


def _edge_change(G: nx.MultiDiGraph, edge: EdgeId) -> EdgeChange:
    papers = {e.paper for e in G.edges[edge]["evidence"]}
    return EdgeChange(_link(G, edge), tuple(sorted(papers)))


def _link(G: nx.MultiDiGraph, edge: EdgeId) -> Link:
    return link_of(source(G), (*edge, G.edges[edge]), seen_from=edge[0])


def _renamed(old: nx.MultiDiGraph, new: nx.MultiDiGraph, limit: int | None) -> Listed[Rename]:
    labels = dict(old.nodes(data="label"))
    renamed = [n for n, label in new.nodes(data="label") if labels.get(n, label) != label]
    return _listed(
        renamed,
        lambda n: _node_rank(new, n),
        lambda n: Rename(node_of(source(new), n), labels[n]),
        limit,
    )


def _changed_numbers(
    old: nx.MultiDiGraph, edges_old: set[EdgeId], new: nx.MultiDiGraph, edges_new: set[EdgeId]
) -> list[tuple[EdgeId, EdgeId]]:
    """The numbers that say something else of the same thing, each as its edges in both graphs.

    Where a paper gives several numbers for one thing, it is only clear which became which if
    one alone went and one alone came.
    """
    changed = [
        (edge, edge)
        for edge in edges_old & edges_new
        if any(old.edges[edge][field] != new.edges[edge][field] for field in _SAYS)
    ]
    went, came = (
        _by_statement(old, edges_old - edges_new),
        _by_statement(new, edges_new - edges_old),
    )
    for statement in went.keys() & came.keys():
        if len(went[statement]) == len(came[statement]) == 1:
            changed.append((went[statement][0], came[statement][0]))
    return changed


def _by_statement(
    G: nx.MultiDiGraph, edges: set[EdgeId]
) -> defaultdict[tuple[Any, ...], list[EdgeId]]:
    statements: defaultdict[tuple[Any, ...], list[EdgeId]] = defaultdict(list)
    for edge in edges:
        about = (G.edges[edge][field] for field in _ABOUT)
        statements[(*edge[:2], *about)].append(edge)
    return statements


def _number_change(
    old: nx.MultiDiGraph, before: EdgeId, new: nx.MultiDiGraph, after: EdgeId
) -> NumberChange:
    return NumberChange(new.edges[after]["paper"], _link(old, before), _link(new, after))
