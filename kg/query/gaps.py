"""Combinations that nobody tried, the likeliest first, each with what speaks for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import networkx as nx
from rapidfuzz import fuzz

from kg.errors import KgError
from kg.model import KINDS, Kind
from kg.query.edges import Link, Node, edges_between, link_of, neighbours, node_of
from kg.query.memo import remembered
from kg.query.similar import named
from kg.text import singular

if TYPE_CHECKING:
    from kg.query.conaming import Floats

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
METHODS: Final = 300
PER_NODE: Final = 2

#: From here on (0 to 100, by words) two names mean one thing, or a special case of it.
_ALIKE: Final = 90.0

#: A gap without its evidence: source, target, score.
_Found = tuple[str, str, float]

_Edge = tuple[str, str, str, dict[str, Any]]


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
    G: nx.MultiDiGraph,
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
    node = None if name is None else named(G, name, kind)
    pairs = _pairs_of(G, node, kind)
    search = remembered(_Search, G, min_papers)
    if node is None:
        found = search.over_all(pairs, limit)
    else:
        row = search.row(node)
        found = [search.at(row, pair) for pair in pairs]
    told = ((_gap(search, *gap, bridges) for gap in of_pair) for of_pair in found)
    return [gap for of_pair in told for gap in islice((g for g in of_pair if g.bridges), limit)]


def _pairs_of(G: nx.MultiDiGraph, node: str | None, kind: str | None) -> list[Pair]:
    """The pairs of kinds that are asked for, and that the node can be an end of."""
    pairs = [pair for name, pair in PAIRS.items() if kind in (None, name)]
    if node is None:
        return pairs
    own = G.nodes[node]["kind"]
    fitting = [pair for pair in pairs if own in pair]
    if not fitting:
        wanted = kind or "dataset, a task or another method"
        raise KgError(f"{G.nodes[node]['label']!r} is a {own}: gaps join a method and a {wanted}")
    return fitting


@dataclass(frozen=True, slots=True)
class _Row:
    """One node, and what speaks for a pair of it and each; 0 where the pair is not open."""

    node: str
    scores: Floats


class _Search:
    """A graph that is searched for pairs that nobody named together."""

    def __init__(self, G: nx.MultiDiGraph, min_papers: int) -> None:
        from kg.query.conaming import CoNaming, named_in  # loads numpy

        self.G = G
        papers = named_in(G)
        self.graph = CoNaming(papers)
        most = max(GENERAL, GENERAL_PART * len(papers))
        self.ends: dict[str, list[int]] = {kind: [] for kind in KINDS}
        for i, node in enumerate(self.graph.nodes):
            kind, times = G.nodes[node]["kind"], self.graph.papers[i]
            if min_papers <= times and (times <= most or kind == "dataset"):
                self.ends[kind].append(i)

    def row(self, node: str) -> _Row | None:
        """The node's row, if a paper names it."""
        i = self.graph.position.get(node)
        if i is None:
            return None
        shared = self.graph.shared(i)
        is_open = (shared > 0) & (self.graph.together(i) == 0)
        is_open[i] = False
        return _Row(node, is_open * (shared + self.graph.expected(i)))

    def at(self, row: _Row | None, pair: Pair) -> Iterator[_Found]:
        """The gaps between the row's node and the ends of the pair's other kind, best first."""
        if row is None:
            return
        source, target = pair
        is_source = self.G.nodes[row.node]["kind"] == source
        around = neighbours(self.G, row.node)
        ends = self.ends[target if is_source else source]
        scores = row.scores[ends].tolist()
        for score, i in sorted((-score, i) for score, i in zip(scores, ends, strict=True) if score):
            end = self.graph.nodes[i]
            if end not in around and not alike(self.G, row.node, end):
                yield (row.node, end, -score) if is_source else (end, row.node, -score)

    def over_all(self, pairs: Sequence[Pair], limit: int) -> list[Iterator[_Found]]:
        """For each pair the best gaps of the methods that papers join most to others."""
        methods = sorted(self.ends["method"], key=lambda i: -self.graph.strength[i])
        found: list[dict[frozenset[str], _Found]] = [{} for _ in pairs]
        for i in methods[:METHODS]:
            row = self.row(self.graph.nodes[i])
            for of_pair, pair in zip(found, pairs, strict=True):
                best = islice(self.at(row, pair), limit)
                of_pair.update((frozenset(gap[:2]), gap) for gap in best)
        return [_spread(of_pair.values()) for of_pair in found]


def _spread(found: Iterable[_Found]) -> Iterator[_Found]:
    """The gaps, the best first, without those of a node that came `PER_NODE` times before."""
    times: Counter[str] = Counter()
    for source, target, score in sorted(found, key=lambda gap: (-gap[2], gap[:2])):
        if max(times[source], times[target]) < PER_NODE:
            times.update((source, target))
            yield source, target, score


def alike(G: nx.MultiDiGraph, a: str, b: str) -> bool:
    """Whether a name of one node spells or abbreviates one of the other, or has all its words.

    >>> G = nx.MultiDiGraph()
    >>> for node, label in enumerate(("deep generative model", "generative models", "DGM", "GAN")):
    ...     G.add_node(node, label=label)
    >>> [alike(G, 0, other) for other in (1, 2, 3)]
    [True, True, False]
    """
    return any(
        set(one) <= set(other)
        or set(other) <= set(one)
        or fuzz.ratio("".join(one), "".join(other)) >= _ALIKE
        or "".join(one) == _initials(other)
        or _initials(one) == "".join(other)
        for one in _names(G, a)
        for other in _names(G, b)
    )


def _names(G: nx.MultiDiGraph, node: str) -> list[list[str]]:
    """The words of each name that the node is properly called by, in the singular."""
    data = G.nodes[node]
    names = (data["label"], data.get("short"), data.get("long"))
    return [[singular(w) for w in re.findall(r"\w+", n.casefold())] for n in names if n]


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _gap(search: _Search, source: str, target: str, score: float, bridges: int) -> Gap:
    """The gap with its evidence."""
    G, graph = search.G, search.graph
    shares = graph.bridges(graph.position[source], graph.position[target])
    joined = [
        i for i in shares.nonzero()[0].tolist() if G.nodes[graph.nodes[i]]["kind"] != "metric"
    ]
    ranked = (graph.nodes[i] for i in sorted(joined, key=lambda i: (-shares[i], i)))
    best = islice((n for n in ranked if not (alike(G, source, n) or alike(G, target, n))), bridges)
    return Gap(
        source=node_of(G, source),
        target=node_of(G, target),
        score=score,
        shared=len(joined),
        bridges=tuple(
            Bridge(
                node=node_of(G, node),
                share=float(shares[graph.position[node]]),
                from_source=_joins(G, source, node),
                to_target=_joins(G, node, target),
            )
            for node in best
        ),
    )


def _joins(G: nx.MultiDiGraph, a: str, b: str) -> tuple[Link, ...]:
    """The best edge between the two; without one, both edges of the paper that joins them best."""
    direct = edges_between(G, a, b)
    if direct:
        return (link_of(G, direct[0], seen_from=a),)
    papers = [p for p in neighbours(G, a) & neighbours(G, b) if G.nodes[p]["kind"] == "paper"]
    ways = ((edges_between(G, p, a)[0], edges_between(G, p, b)[0]) for p in papers)
    to_a, to_b = min(ways, key=_distance)
    return link_of(G, to_a, seen_from=a), link_of(G, to_b, seen_from=to_b[0])


def _distance(way: tuple[_Edge, _Edge]) -> tuple[Any, ...]:
    """A sort key that prefers papers that name both in one sentence, then the surer ones."""
    (paper, _, _, to_a), (_, _, _, to_b) = way
    places = [{(e.start, e.end) for e in edge["evidence"]} for edge in (to_a, to_b)]
    return places[0].isdisjoint(places[1]), -min(to_a["confidence"], to_b["confidence"]), paper
