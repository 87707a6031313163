"""How often entities are named, year by year, and which of them rise and fade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from kg.errors import KgError
from kg.model import KINDS
from kg.query.byyear import ByYear, Years, log_odds, smoothed
from kg.query.edges import Node, node_of
from kg.query.names import lookup
from kg.query.source import Graph, Source, source

#: A year with fewer papers than this, or than this part of the median year, is not compared.
ENOUGH: Final = 5
ENOUGH_OF_MEDIAN: Final = 0.1


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


def trend(G: Graph, name: str, *, kind: str | None = None) -> Trend:
    """The entity that the name means, year by year; in a year without it, it counts 0.

    Raises what `lookup` raises, and KgError for a paper, which has no trend.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> G.add_node("method:cct", label="CCT", kind="method", papers=1, aliases=[])
    >>> for paper, year in (("paper:1", 2020), ("paper:2", 2022), ("paper:3", 2022)):
    ...     G.add_node(paper, label=paper, kind="paper", papers=1, aliases=[], year=year)
    >>> _ = G.add_edge("paper:3", "method:cct", relation="uses")
    >>> [(c.year, c.papers, c.share) for c in trend(G, "CCT").counts]
    [(2020, 0, 0.0), (2021, 0, 0.0), (2022, 1, 0.5)]
    """
    g = source(G)
    node = lookup(g, name, kind=kind)
    if g.brief(node).kind == "paper":
        raise KgError(f"{name!r} is a paper: only entities have a trend")
    by_year = ByYear(g.incidence())
    place = by_year.position(g.handle(node))
    return _trend(g, node, by_year.counts([place])[place], by_year.papers)


def trends(G: Graph, *, kind: str | None = None, window: int = 3, limit: int = 10) -> Trends:
    """The corpus year by year, and the `limit` entities of each kind that rise and fade most.

    Only years with papers enough count (see `ENOUGH`). The last `window` of them are compared
    with as many before, or fewer if there are not so many. Entities are ranked by
    `kg.query.byyear.log_odds`, so that no tiny count comes first. `kind` keeps one kind of entity.
    """
    g = source(G)
    by_year = ByYear(g.incidence())
    before, recent = _periods(by_year.papers, window)
    kinds = [k for k in KINDS if kind in (None, k)]
    years = _years(by_year.papers)
    first = {k: by_year.first_years(k) for k in kinds}
    moved = {k: by_year.moved(k, before, recent, limit) for k in kinds}
    counts = by_year.counts(
        {place for both in moved.values() for of_one in both for place in of_one}
    )

    def movers(places: list[int]) -> tuple[Mover, ...]:
        ids = g.ids([by_year.entities[place] for place in places])
        return tuple(
            _mover(g, node, counts[place], by_year.papers, before, recent)
            for node, place in zip(ids, places, strict=True)
        )

    return Trends(
        years=tuple(
            Year(year, by_year.papers.get(year, 0), {k: first[k].get(year, 0) for k in kinds})
            for year in years
        ),
        without_year=by_year.papers.get(None, 0),
        before=before,
        recent=recent,
        rising={k: movers(rising) for k, (rising, _) in moved.items()},
        fading={k: movers(fading) for k, (_, fading) in moved.items()},
    )


def _mover(
    g: Source,
    node: str,
    counts: Years,
    papers: Years,
    before: tuple[int, ...],
    recent: tuple[int, ...],
) -> Mover:
    in_both = _sum(counts, before), _sum(counts, recent)
    totals = _sum(papers, before), _sum(papers, recent)
    share = [k / n for k, n in (smoothed(in_both, totals, period) for period in (0, 1))]
    score = float(log_odds(in_both, totals))
    return Mover(_trend(g, node, counts, papers), share[0], share[1], score)


def _trend(g: Source, node: str, counts: Years, papers: Years) -> Trend:
    return Trend(
        node=node_of(g, node),
        first_year=min((year for year in counts if year is not None), default=None),
        counts=tuple(
            Count(year, counts.get(year, 0), counts.get(year, 0) / max(papers.get(year, 0), 1))
            for year in _years(papers)
        ),
        without_year=counts.get(None, 0),
    )


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
