"""Combinations that nobody tried, the likeliest first, each with what speaks for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import fuzz

from kg.errors import KgError
from kg.model import KINDS, Kind
from kg.query.edges import Link, Node, edges_between, link_of, node_of
from kg.query.memo import remembered
from kg.query.similar import named
from kg.query.source import Edge, Graph, Source, source
from kg.text import singular

if TYPE_CHECKING:
    from kg.query.conaming import CoNaming, Floats, Ints

Pair = tuple[Kind, Kind]

#: What is combined, by the kind of the second: a method on a dataset, for a task, with another.
PAIRS: Final[dict[str, Pair]] = {
    "dataset": ("method", "dataset"),
    "task": ("method", "task"),
    "method": ("method", "method"),
}

#: Papers that have to name an entity before it is proposed.
MIN_PAPERS: Final = 3

#: A method or a task that more papers name than this, and than this part of all, is no idea.
GENERAL: Final = 20
GENERAL_PART: Final = 0.01

#: Over the whole graph: how many methods are looked at, how often the list names one node.
METHODS: Final = 150
PER_NODE: Final = 2

#: Of the papers that join a bridge to an end, so many are read, the latest first.
WAYS: Final = 20

#: Nodes that are read at once.
_CHUNK: Final = 32

#: From here on (0 to 100, by words) two names mean one thing, or a special case of it.
_ALIKE: Final = 90.0

#: A gap without its evidence: source, target, score.
_Found = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class Bridge:
    """An entity that papers join to both ends of a gap; `share` is its part in the score.

    The links lead from the gap's source to the node, and from there to its target: one link, or
    two through a paper that names both.
    """

    node: Node
    share: float
    from_source: tuple[Link, ...]
    to_target: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Two entities that no paper names together, and what speaks for trying them.

    `shared` counts the entities that are joined to both, `bridges` are those that say most.
    Metrics are none of them: that both were measured says nothing to a reader.
    """

    source: Node
    target: Node
    score: float
    shared: int
    bridges: tuple[Bridge, ...]


def gaps(
    G: Graph,
    name: str | None = None,
    *,
    kind: str | None = None,
    limit: int = 10,
    bridges: int = 3,
    min_papers: int = MIN_PAPERS,
) -> list[Gap]:
    """The best gaps of the named entity, or of the whole graph: at most `limit` of each of `PAIRS`.

    No paper names both ends, no edge joins them, and some entity is joined to both;
    `kg.query.conaming` explains the score. At least `min_papers` papers name each end but `name`,
    and not so many that it says nothing (`GENERAL`). Names that mean one thing are no gap. Over
    the whole graph a list has each node at most `PER_NODE` times. `kind` keeps one of `PAIRS`;
    of each gap `bridges` (1 or more) are told.

    Raises what `lookup` raises, and KgError for what has no gaps: a paper or a metric.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> for node in ("method:cct", "dataset:mnist", "task:ocr", "paper:p1", "paper:p2"):
    ...     kind, _, label = node.partition(":")
    ...     G.add_node(node, label=label, kind=kind, papers=1, aliases=[], year=2021)
    >>> for source, target in (("paper:p1", "method:cct"), ("paper:p1", "task:ocr"),
    ...                        ("paper:p2", "dataset:mnist"), ("paper:p2", "task:ocr")):
    ...     _ = G.add_edge(source, target, relation="uses", weight=1, confidence=0.9, evidence=[])
    >>> [(gap.source.label, gap.target.label, gap.bridges[0].node.label)
    ...  for gap in gaps(G, "CCT", min_papers=1)]
    [('cct', 'mnist', 'ocr')]
    """
    g = source(G)
    node = None if name is None else named(g, name, kind)
    pairs = _pairs_of(g, node, kind)
    search = _Search(g, remembered(_co_naming, G), remembered(_ends, G, min_papers))
    if node is None:
        found = search.over_all(pairs, limit)
    else:
        row = search.row(node)
        found = [search.at(row, pair) for pair in pairs]
    told = ((_gap(search, *gap, bridges) for gap in of_pair) for of_pair in found)
    return [gap for of_pair in told for gap in islice((g for g in of_pair if g.bridges), limit)]


def _co_naming(G: Graph) -> CoNaming:
    from kg.query.conaming import CoNaming  # loads numpy

    return CoNaming(source(G).incidence())


def _ends(G: Graph, min_papers: int) -> dict[str, Ints]:
    """By kind the positions of the entities that `min_papers` name, and not too many."""
    graph = remembered(_co_naming, G)
    most = max(GENERAL, GENERAL_PART * graph.total)
    ends: dict[str, Ints] = {}
    for kind in KINDS:
        of_kind = graph.of_kind(kind)
        named = graph.papers[of_kind]
        fits = (named >= min_papers) & ((named <= most) | (kind == "dataset"))
        ends[kind] = of_kind[fits]
    return ends


def _pairs_of(g: Source, node: str | None, kind: str | None) -> list[Pair]:
    """The pairs of kinds that are asked for, and that the node can be an end of."""
    pairs = [pair for name, pair in PAIRS.items() if kind in (None, name)]
    if node is None:
        return pairs
    own = g.brief(node).kind
    fitting = [pair for pair in pairs if own in pair]
    if not fitting:
        wanted = kind or "dataset, a task or another method"
        raise KgError(f"{g.brief(node).label!r} is a {own}: gaps join a method and a {wanted}")
    return fitting


@dataclass(frozen=True, slots=True)
class _Row:
    """A node, what it has edges with, and what speaks for an untried pair of it and each."""

    node: str
    kind: str
    around: frozenset[str]
    scores: Floats


class _Search:
    """A graph that is searched for pairs that nobody named together."""

    def __init__(self, g: Source, graph: CoNaming, ends: dict[str, Ints]) -> None:
        self.g, self.graph, self.ends = g, graph, ends
        self._positions: dict[str, int] = {}
        self._beside: dict[str, dict[Any, int]] = {}

    def ids(self, positions: Sequence[int]) -> list[str]:
        """The ids of the nodes at these positions."""
        ids = self.g.ids([self.graph.entities[i] for i in positions])
        self._positions.update(zip(ids, positions, strict=True))
        return ids

    def position(self, node: str) -> int:
        """Where the node stands."""
        if node not in self._positions:
            self._positions[node] = self.graph.position(self.g.handle(node))
        return self._positions[node]

    def papers_of_both(self, a: str, b: str) -> list[str]:
        """The ids of the papers that name both nodes, the latest first, `WAYS` at most."""
        for node in (a, b):
            if node not in self._beside:
                here = self.g.handle(node)
                self._beside[node] = self.g.around([here])[here]
        both = list(self._beside[a].keys() & self._beside[b].keys())
        papers = [node for node in self.g.ids(both) if node.startswith("paper:")]
        return nsmallest(WAYS, papers, key=lambda p: (-(self.g.brief(p).year or 0), p))

    def row(self, node: str) -> _Row | None:
        """The node's row, if a paper names it."""
        i = self.position(node)
        if not self.graph.papers[i]:
            return None
        here = self.g.handle(node)
        around = self.g.ids(list(self.g.around([here], papers=False)[here]))
        kind = self.g.brief(node).kind
        return _Row(node, kind, frozenset(around), self.graph.untried(i))

    def at(self, row: _Row | None, pair: Pair) -> Iterator[_Found]:
        """The gaps between the row's node and the ends of the pair's other kind, best first."""
        if row is None:
            return
        start, target = pair
        is_source = row.kind == start
        ends = self.ends[target if is_source else start]
        ends = ends[row.scores[ends] > 0]
        ranked = ends[(-row.scores[ends]).argsort(kind="stable")]
        for first in range(0, len(ranked), _CHUNK):
            some = ranked[first : first + _CHUNK].tolist()
            for score, end in zip(row.scores[some].tolist(), self.ids(some), strict=True):
                if end not in row.around and not alike(self.g, row.node, end):
                    yield (row.node, end, score) if is_source else (end, row.node, score)

    def over_all(self, pairs: Sequence[Pair], limit: int) -> list[Iterator[_Found]]:
        """For each pair the best gaps of the methods that papers join most to others."""
        methods = sorted(self.ends["method"].tolist(), key=lambda i: -self.graph.strength[i])
        found: list[dict[frozenset[str], _Found]] = [{} for _ in pairs]
        for i in methods[:METHODS]:
            row = self.row(*self.ids([i]))
            for of_pair, pair in zip(found, pairs, strict=True):
                best = islice(self.at(row, pair), limit)
                of_pair.update((frozenset(gap[:2]), gap) for gap in best)
        return [_spread(of_pair.values()) for of_pair in found]


def _spread(found: Iterable[_Found]) -> Iterator[_Found]:
    """The gaps, the best first, without those of a node that came `PER_NODE` times before."""
    times: Counter[str] = Counter()
    for gap in sorted(found, key=lambda gap: (-gap[2], gap[:2])):
        if max(times[end] for end in gap[:2]) < PER_NODE:
            times.update(gap[:2])
            yield gap


def alike(G: Graph, a: str, b: str) -> bool:
    """Whether a name of one node spells or abbreviates one of the other, or has all its words.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> for label in ("deep generative model", "generative models", "DGM", "GAN"):
    ...     G.add_node(label, label=label)
    >>> [alike(G, "deep generative model", other) for other in ("generative models", "DGM", "GAN")]
    [True, True, False]
    """
    g = source(G)
    return any(
        set(one) <= set(other)
        or set(other) <= set(one)
        or fuzz.ratio("".join(one), "".join(other)) >= _ALIKE
        or "".join(one) == _initials(other)
        or _initials(one) == "".join(other)
        for one in _names(g, a)
        for other in _names(g, b)
    )


def _names(g: Source, node: str) -> list[list[str]]:
    """The words of each name that the node is properly called by, in the singular."""
    data = g.data(node)
    names = (data["label"], data.get("short"), data.get("long"))
    return [[singular(w) for w in re.findall(r"\w+", n.casefold())] for n in names if n]


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _gap(search: _Search, start: str, target: str, score: float, bridges: int) -> Gap:
    """The gap with its evidence."""
    g, graph = search.g, search.graph
    shares = graph.bridges(search.position(start), search.position(target))
    shares[graph.of_kind("metric")] = 0.0
    joined = sorted((-shares[i], i) for i in shares.nonzero()[0].tolist())
    named = (
        (node, float(-share))
        for first in range(0, len(joined), _CHUNK)
        for some in [joined[first : first + _CHUNK]]
        for (share, _), node in zip(some, search.ids([i for _, i in some]), strict=True)
    )
    apart = ((n, share) for n, share in named if not (alike(g, start, n) or alike(g, target, n)))
    return Gap(
        source=node_of(g, start),
        target=node_of(g, target),
        score=score,
        shared=len(joined),
        bridges=tuple(
            Bridge(
                node=node_of(g, node),
                share=share,
                from_source=_joins(search, start, node),
                to_target=_joins(search, node, target),
            )
            for node, share in islice(apart, bridges)
        ),
    )


def _joins(search: _Search, a: str, b: str) -> tuple[Link, ...]:
    """The best edge between the two; without one, both edges of the paper that joins them best."""
    g = search.g
    direct = edges_between(g, a, b)
    if direct:
        return (link_of(g, direct[0], seen_from=a),)
    papers = search.papers_of_both(a, b)
    ways = ((edges_between(g, p, a)[0], edges_between(g, p, b)[0]) for p in papers)
    to_a, to_b = min(ways, key=_distance)
    return link_of(g, to_a, seen_from=a), link_of(g, to_b, seen_from=to_b[0])


def _distance(way: tuple[Edge, Edge]) -> tuple[Any, ...]:
    """A sort key that prefers papers that name both in one sentence, then the surer ones."""
    (paper, _, _, to_a), (_, _, _, to_b) = way
    places = [{(e.start, e.end) for e in edge["evidence"]} for edge in (to_a, to_b)]
    return places[0].isdisjoint(places[1]), -min(to_a["confidence"], to_b["confidence"]), paper
