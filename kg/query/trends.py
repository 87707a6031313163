"""How often entities are named, year by year, and which of them rise and fade."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import networkx as nx

from kg.errors import KgError
from kg.model import KINDS
from kg.query.edges import Node, node_of
from kg.query.memo import remembered
from kg.query.names import lookup

#: A year with fewer papers than this, or than this part of the median year, is not compared.
ENOUGH: Final = 5
ENOUGH_OF_MEDIAN: Final = 0.1

#: How much an entity's share in both periods counts beside what each period says itself.
PRIOR: Final = 0.5

#: Standard deviations from no change, below which nothing is said to move.
NOTABLE: Final = 1.5

#: Papers by year; None is the year of those that have none.
Years = Mapping[int | None, int]


@dataclass(frozen=True, slots=True)
class Count:
    """One year of an entity: papers that name it, and their share of all papers of the year."""

    year: int
    papers: int
    share: float


@dataclass(frozen=True, slots=True)
class Trend:
    """One entity over all years of the corpus; `without_year` counts papers that have no year."""

    node: Node
    first_year: int | None
    counts: tuple[Count, ...]
    without_year: int


@dataclass(frozen=True, slots=True)
class Mover:
    """An entity that rises or fades: its smoothed share of the papers of either period.

    `score` is how many standard deviations that is from no change, below zero if it fades.
    """

    trend: Trend
    before: float
    recent: float
    score: float


@dataclass(frozen=True, slots=True)
class Year:
    """One year of the corpus: its papers, and how many entities of each kind appear first in it."""

    year: int
    papers: int
    first: dict[str, int]


@dataclass(frozen=True, slots=True)
class Trends:
    """The years of a corpus, and for each kind of entity what rises and fades, the most first.

    `before` and `recent` are the years that are compared, none where there are not two years
    with papers enough. `without_year` counts papers.
    """

    years: tuple[Year, ...]
    without_year: int
    before: tuple[int, ...]
    recent: tuple[int, ...]
    rising: dict[str, tuple[Mover, ...]]
    fading: dict[str, tuple[Mover, ...]]


def trend(G: nx.MultiDiGraph, name: str, *, kind: str | None = None) -> Trend:
    """The entity that the name means, year by year; in a year without it, it counts 0.

    Raises what `lookup` raises, and KgError for a paper, which has no trend.

    >>> G = nx.MultiDiGraph()
    >>> G.add_node("method:cct", label="CCT", kind="method", papers=1, aliases=[])
    >>> for paper, year in (("paper:1", 2020), ("paper:2", 2022), ("paper:3", 2022)):
    ...     G.add_node(paper, label=paper, kind="paper", papers=1, aliases=[], year=year)
    >>> _ = G.add_edge("paper:3", "method:cct", relation="uses")
    >>> [(c.year, c.papers, c.share) for c in trend(G, "CCT").counts]
    [(2020, 0, 0.0), (2021, 0, 0.0), (2022, 1, 0.5)]
    """
    node = lookup(G, name, kind=kind)
    if G.nodes[node]["kind"] == "paper":
        raise KgError(f"{name!r} is a paper: only entities have a trend")
    return _trend(G, node, _named(G, node), remembered(_papers, G))


def trends(
    G: nx.MultiDiGraph, *, kind: str | None = None, window: int = 3, limit: int = 10
) -> Trends:
    """The corpus year by year, and the `limit` entities of each kind that rise and fade most.

    Only years with papers enough count (see `ENOUGH`). The last `window` of them are compared
    with as many before, or fewer if there are not so many. Entities are ranked by the log-odds
    ratio of the two periods over its standard deviation, both estimates starting from the
    entity's share in the two together (Monroe, Colaresi and Quinn, Fightin' words, 2008), so that
    no tiny count comes first. `kind` keeps one kind of entity.
    """
    papers = remembered(_papers, G)
    before, recent = _periods(papers, window)
    totals = _sum(papers, before), _sum(papers, recent)
    years = _years(papers)
    first: dict[tuple[int, str], int] = Counter()
    moved: dict[str, list[tuple[float, str]]] = {k: [] for k in KINDS if kind in (None, k)}
    for node, node_kind in G.nodes(data="kind"):
        if node_kind in moved:
            counts = _named(G, node)
            first[min(_years(counts), default=0), node_kind] += 1
            in_both = _sum(counts, before), _sum(counts, recent)
            if any(in_both):
                moved[node_kind].append((log_odds(in_both, totals), node))

    def movers(of_kind: list[tuple[float, str]], sign: int) -> tuple[Mover, ...]:
        notable = ((-sign * score, node) for score, node in of_kind if sign * score >= NOTABLE)
        return tuple(_mover(G, node, papers, before, recent) for _, node in sorted(notable)[:limit])

    return Trends(
        years=tuple(
            Year(year, papers.get(year, 0), {k: first[year, k] for k in moved}) for year in years
        ),
        without_year=papers.get(None, 0),
        before=before,
        recent=recent,
        rising={k: movers(of_kind, 1) for k, of_kind in moved.items()},
        fading={k: movers(of_kind, -1) for k, of_kind in moved.items()},
    )


def log_odds(counts: tuple[int, int], totals: tuple[int, int]) -> float:
    """By how many standard deviations a count rose from the first period to the second.

    Both are counts of so many (`totals`) papers, and above zero together.

    >>> [round(log_odds(counts, (99, 99)), 1) for counts in ((0, 3), (20, 60), (30, 30), (60, 20))]
    [1.3, 6.0, 0.0, -6.0]
    """
    before, recent = (_smoothed(counts, totals, period) for period in (0, 1))
    odds = [math.log(k / (n - k)) for k, n in (before, recent)]
    return (odds[1] - odds[0]) / math.sqrt(1 / before[0] + 1 / recent[0])


def _smoothed(counts: tuple[int, int], totals: tuple[int, int], period: int) -> tuple[float, float]:
    """The count and the total of a period, with the prior added; never 0 of some or all of all."""
    share = (sum(counts) + 0.5) / (sum(totals) + 1)
    added = PRIOR * totals[period]
    return counts[period] + added * share, totals[period] + added


def _mover(
    G: nx.MultiDiGraph,
    node: str,
    papers: Years,
    before: tuple[int, ...],
    recent: tuple[int, ...],
) -> Mover:
    counts = _named(G, node)
    in_both = _sum(counts, before), _sum(counts, recent)
    totals = _sum(papers, before), _sum(papers, recent)
    share = [k / n for k, n in (_smoothed(in_both, totals, period) for period in (0, 1))]
    return Mover(_trend(G, node, counts, papers), share[0], share[1], log_odds(in_both, totals))


def _trend(G: nx.MultiDiGraph, node: str, counts: Years, papers: Years) -> Trend:
    return Trend(
        node=node_of(G, node),
        first_year=min((year for year in counts if year is not None), default=None),
        counts=tuple(
            Count(year, counts.get(year, 0), counts.get(year, 0) / max(papers.get(year, 0), 1))
            for year in _years(papers)
        ),
        without_year=counts.get(None, 0),
    )


def _papers(G: nx.MultiDiGraph) -> Years:
    return Counter(data["year"] for _, data in G.nodes(data=True) if data["kind"] == "paper")


def _named(G: nx.MultiDiGraph, node: str) -> Years:
    """The papers that name the node, by year."""
    near = (G.nodes[other] for other in G.pred[node])
    return Counter(data["year"] for data in near if data["kind"] == "paper")


def _years(papers: Years) -> range:
    """From the first to the last of the years, without a hole."""
    known = [year for year in papers if year is not None]
    return range(min(known), max(known) + 1) if known else range(0)


def _periods(papers: Years, window: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The years to compare: of those with papers enough the last ones, and as many before."""
    known = {year: n for year, n in papers.items() if year is not None}
    least = max(ENOUGH, ENOUGH_OF_MEDIAN * median(known.values())) if known else ENOUGH
    enough = sorted(year for year, n in known.items() if n >= least)
    width = min(window, len(enough) // 2)
    split = len(enough) - width
    return tuple(enough[split - width : split]), tuple(enough[split:])


def _sum(counts: Years, years: Sequence[int]) -> int:
    return sum(counts.get(year, 0) for year in years)
