"""Several nodes side by side: what each is linked to, and their numbers on shared benchmarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kg.errors import KgError
from kg.query.edges import Link, Node, link_of, node_of
from kg.query.names import lookup
from kg.query.results import Row, better, results_of
from kg.query.source import Edge, Graph, Source, source

#: What is told of an item, in this order: the aspect's name, and the links that it shows, each
#: as the relation, whether the item is its target, and the kind of the other end.
ASPECTS: Final[dict[str, tuple[tuple[str, bool, str], ...]]] = {
    "proposed in": (("proposes", True, "paper"), ("introduces", True, "paper")),
    "proposes": (("proposes", False, "method"), ("introduces", False, "dataset")),
    "variant of": (("variant_of", False, "method"), ("variant_of", False, "dataset")),
    "variants": (("variant_of", True, "method"), ("variant_of", True, "dataset")),
    "tasks": (("used_for", False, "task"), ("addresses", False, "task")),
    "datasets": (("evaluated_on", False, "dataset"), ("evaluates_on", False, "dataset")),
    "metrics": (("measured_by", False, "metric"), ("reports", False, "metric")),
    "uses": (("uses", False, "method"),),
    "compared with": (
        ("compared_with", False, "method"),
        ("compared_with", True, "method"),
        ("compares_with", False, "method"),
    ),
    "used by": (("uses", True, "method"),),
    "methods": (
        ("evaluated_on", True, "method"),
        ("used_for", True, "method"),
        ("measured_by", True, "method"),
    ),
    "used in": (
        ("uses", True, "paper"),
        ("compares_with", True, "paper"),
        ("evaluates_on", True, "paper"),
        ("reports", True, "paper"),
        ("addresses", True, "paper"),
    ),
}
_NAME: Final = {way: name for name, ways in ASPECTS.items() for way in ways}


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things that are compared, and what is known of it as a whole."""

    id: str
    label: str
    kind: str
    papers: int
    first_year: int | None
    last_year: int | None


@dataclass(frozen=True, slots=True)
class Trait:
    """A node that items are linked to: for each item its strongest link to it, or None."""

    node: Node
    links: tuple[Link | None, ...]


@dataclass(frozen=True, slots=True)
class Aspect:
    """One aspect of all items: `shared` are nodes that two items or more are linked to.

    `own` are, for each item, the links to what no other has. `total_shared` and `total_own`
    count them all, of which these may be the first.
    """

    name: str
    total_shared: int
    total_own: tuple[int, ...]
    shared: tuple[Trait, ...]
    own: tuple[tuple[Link, ...], ...]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The levels that two items or more have of one metric on one dataset, in one scale.

    `rows` are each item's, the best first. `conditions` are the same for all of them, and then
    `best` says which items have the best number; where they differ, `comparable` is False and
    none is the best. `direction` says which numbers are better, "up", "down" or "".
    """

    dataset: str
    metric: str
    direction: str
    comparable: bool
    conditions: tuple[str, ...]
    rows: tuple[tuple[Row, ...], ...]
    best: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The items in the order in which they were named, and in it all that is told of each."""

    items: tuple[Item, ...]
    aspects: tuple[Aspect, ...]
    benchmarks: tuple[Benchmark, ...]


def compare(
    G: Graph, names: Sequence[str], *, kind: str | None = None, limit: int | None = None
) -> Comparison:
    """The named nodes side by side; methods and papers have the most to tell.

    Of an aspect what most items share comes first, then what most papers state, then by label;
    `limit`, if given, is the most shared nodes, and the most of each item's own. A paper's
    numbers are those of what it proposes. Raises what `lookup` raises, and `KgError` for fewer
    than two different nodes.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> for node in ("method:a", "method:b", "task:t"):
    ...     kind, _, label = node.partition(":")
    ...     G.add_node(node, label=label, kind=kind, papers=1, aliases=[], first_year=2021,
    ...                last_year=2022)
    >>> for node in ("method:a", "method:b"):
    ...     _ = G.add_edge(node, "task:t", "used_for", relation="used_for", weight=1,
    ...                    confidence=0.9, evidence=[])
    >>> [aspect] = compare(G, ["a", "b"]).aspects
    >>> aspect.name, [trait.node.label for trait in aspect.shared]
    ('tasks', ['t'])
    """
    g = source(G)
    nodes = list(dict.fromkeys(lookup(g, name, kind=kind) for name in names))
    if len(nodes) < 2:
        one = f", {' and '.join(names)} are {nodes[0]}" if len(names) > 1 else ""
        raise KgError(f"a comparison takes two different things{one}")
    return Comparison(
        items=tuple(_item(g, node) for node in nodes),
        aspects=tuple(_aspects(g, nodes, limit)),
        benchmarks=tuple(_benchmarks([_levels(g, node) for node in nodes])),
    )


def _item(g: Source, node: str) -> Item:
    data = g.data(node)
    years = data["first_year"], data["last_year"]
    return Item(node, data["label"], data["kind"], data["papers"], *years)


def _aspects(g: Source, nodes: list[str], limit: int | None) -> Iterator[Aspect]:
    #: By aspect and other end, the strongest edge of each item.
    found: dict[str, dict[str, dict[str, Edge]]] = {name: {} for name in ASPECTS}
    for node in nodes:
        for edge in g.edges_at(node):
            other = edge[0] if edge[0] != node else edge[1]
            way = edge[3]["relation"], edge[0] != node, g.brief(other).kind
            if way in _NAME:
                edges = found[_NAME[way]].setdefault(other, {})
                edges[node] = min(edges.get(node, edge), edge, key=_weakness)
    for name, others in found.items():
        if others:
            yield _aspect(g, name, nodes, others, limit)


def _weakness(edge: Edge) -> tuple[int, float, str, str, str]:
    start, target, key, data = edge
    return -data["weight"], -data["confidence"], start, target, key


def _aspect(
    g: Source,
    name: str,
    nodes: list[str],
    others: dict[str, dict[str, Edge]],
    limit: int | None,
) -> Aspect:
    def rank(other: str) -> tuple[Any, ...]:
        edges = others[other].values()
        papers = sum(data["weight"] for *_, data in edges)
        return -len(edges), -papers, g.brief(other).label.casefold(), other

    def link(other: str, node: str) -> Link | None:
        edge = others[other].get(node)
        return link_of(g, edge, seen_from=node) if edge else None

    shared = sorted((other for other, edges in others.items() if len(edges) > 1), key=rank)
    own: dict[str, list[str]] = {node: [] for node in nodes}
    for other, edges in others.items():
        if len(edges) == 1:
            own[next(iter(edges))].append(other)
    return Aspect(
        name=name,
        total_shared=len(shared),
        total_own=tuple(map(len, own.values())),
        shared=tuple(
            Trait(node_of(g, other), tuple(link(other, node) for node in nodes))
            for other in shared[:limit]
        ),
        own=tuple(
            tuple(
                link_of(g, others[other][node], seen_from=node)
                for other in sorted(own[node], key=rank)[:limit]
            )
            for node in nodes
        ),
    )


def _levels(g: Source, node: str) -> list[Row]:
    """A method's own levels, or those of what a paper proposes, the best first on each board."""
    methods = {node}
    if g.brief(node).kind == "paper":
        methods |= {edge[1] for edge in g.edges_at(node, "proposes")}
    return [
        row
        for row in results_of(g, node)
        if row.method_id in methods
        and row.dataset_id
        and row.number is not None
        and not row.relative
    ]


def _benchmarks(levels: list[list[Row]]) -> Iterable[Benchmark]:
    """The benchmarks of the items' levels, by dataset, metric, scale and conditions."""
    found: dict[tuple[Any, ...], list[list[Row]]] = {}
    for index, rows in enumerate(levels):
        for row in rows:
            place = found.setdefault(row.board[:-1], [[] for _ in levels])
            place[index].append(row)
    told = [found[board] for board in sorted(found) if sum(map(bool, found[board])) > 1]
    benchmarks = [benchmark for rows in told for benchmark in _by_conditions(rows)]
    return sorted(benchmarks, key=lambda b: (b.dataset.casefold(), b.metric.casefold()))


def _by_conditions(rows: list[list[Row]]) -> Iterator[Benchmark]:
    """A benchmark for all conditions that items share; if they share none, one of all."""
    every = sorted({row.conditions for own in rows for row in own})
    split = {c: [[row for row in own if row.conditions == c] for own in rows] for c in every}
    shared = {c: parts for c, parts in split.items() if sum(map(bool, parts)) > 1}
    for conditions, parts in shared.items():
        yield _benchmark(parts, conditions, comparable=True)
    if not shared:
        yield _benchmark(rows, (), comparable=False)


def _benchmark(
    rows: list[list[Row]], conditions: tuple[str, ...], *, comparable: bool
) -> Benchmark:
    row = next(row for own in rows for row in own)
    direction = better(row.metric)
    sign = {"up": 1, "down": -1}.get(direction, 0)
    numbers = [max((sign * (r.number or 0.0) for r in own), default=None) for own in rows]
    top = max(n for n in numbers if n is not None)
    return Benchmark(
        dataset=row.dataset,
        metric=row.metric,
        direction=direction,
        comparable=comparable,
        conditions=conditions,
        rows=tuple(map(tuple, rows)),
        best=tuple(comparable and bool(sign) and number == top for number in numbers),
    )
