"""Whether gaps come true: predict from the past of a graph, and look what later papers named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kg.errors import KgError
from kg.query.conaming import CHANCE, HALF_LIFE, CoNaming, Floats, Ints
from kg.query.gaps import MIN_PAPERS, PAIRS, Pair
from kg.query.source import Graph, source
from kg.store.incidence import NO_YEAR, Incidence

#: The lengths of the list of predictions that are looked at.
CUTS: Final = (10, 50, 100)

#: Of each kind so many entities are paired, those that most past papers name.
ENDS: Final = 2000


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a ranking is: precision and recall at each of `CUTS`, area under the ROC curve."""

    precision: tuple[float, ...]
    recall: tuple[float, ...]
    auc: float


@dataclass(frozen=True, slots=True)
class Trial:
    """One kind of pair: how many were open in the past, how many of them came true, and how
    well the score of `gaps`, popularity and chance foresaw which."""

    source: str
    target: str
    candidates: int
    came_true: int
    score: Figures
    popularity: Figures
    random: Figures


@dataclass(frozen=True, slots=True)
class BackTest:
    """A look from a past year: papers to learn from, papers to foresee, those without a year."""

    year: int
    past: int
    future: int
    without_year: int
    trials: tuple[Trial, ...]


def backtest(
    G: Graph,
    year: int,
    *,
    kind: str | None = None,
    min_papers: int = MIN_PAPERS,
    half_life: float = HALF_LIFE,
    chance: float = CHANCE,
) -> BackTest:
    """Hide all papers after the year, rank the pairs that none of the others names, and count.

    Candidates are all pairs of two entities that at least `min_papers` past papers name, which no
    past paper names together; one comes true when a later paper names both. `popularity` is
    preferential attachment (the product of how many entities each end is joined to), `random`
    what a random order has on average. `kind` tries only one of the kinds of `PAIRS`.
    Raises KgError when there is no paper up to the year, or none after it.
    """
    named = source(G).incidence()
    years = np.asarray(named.years, dtype=np.int64)
    known = years != NO_YEAR
    past, future = known & (years <= year), known & (years > year)
    if not past.any() or not future.any():
        raise KgError(f"a back-test needs papers up to {year} and after it; {_span(years[known])}")
    graph = CoNaming(_part(named, past), half_life=half_life, chance=chance)
    later = _partners(_part(named, future))
    return BackTest(
        year=year,
        past=int(past.sum()),
        future=int(future.sum()),
        without_year=int((~known).sum()),
        trials=tuple(
            _trial(graph, later, pair, min_papers)
            for name, pair in PAIRS.items()
            if kind in (None, name)
        ),
    )


def _span(years: Ints) -> str:
    if not len(years):
        return "none here has a year"
    return f"those here are of {years.min()} to {years.max()}"


def _part(named: Incidence, papers: npt.NDArray[np.bool_]) -> Incidence:
    """Only these papers, with the same positions of entities."""
    sizes = np.asarray(named.sizes, dtype=np.int64)
    kept = np.repeat(papers, sizes)
    return named._replace(
        years=np.asarray(named.years)[papers].tolist(),
        sizes=sizes[papers].tolist(),
        places=np.asarray(named.places, dtype=np.int64)[kept].tolist(),
    )


def _partners(named: Incidence) -> dict[int, set[int]]:
    """What papers name each entity together with."""
    partners: dict[int, set[int]] = {}
    start = 0
    for size in named.sizes:
        together = named.places[start : start + size]
        start += size
        for i in together:
            partners.setdefault(i, set()).update(together)
    return partners


def _trial(graph: CoNaming, later: dict[int, set[int]], pair: Pair, min_papers: int) -> Trial:
    sources, targets = (_ends(graph, kind, min_papers) for kind in pair)
    degrees = np.zeros(len(graph.entities))
    for i in {*sources.tolist(), *targets.tolist()}:
        degrees[i] = np.count_nonzero(graph.together(i))
    rows = [(i, _open(graph, i, targets, ordered=pair[0] == pair[1])) for i in sources.tolist()]
    came_true = _joined(np.isin(row, list(later.get(i, ()))) for i, row in rows).astype(bool)
    return Trial(
        *pair,
        candidates=len(came_true),
        came_true=int(came_true.sum()),
        score=_figures(_joined(graph.scores(i)[row] for i, row in rows), came_true),
        popularity=_figures(_joined(degrees[i] * degrees[row] for i, row in rows), came_true),
        random=_chance(came_true),
    )


def _joined(parts: Iterable[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate([np.empty(0), *parts])


def _open(graph: CoNaming, node: int, others: Ints, *, ordered: bool) -> Ints:
    """Those of the others that no paper joins to the node; of two of one kind only the later."""
    candidates = others[others > node] if ordered else others
    apart: Ints = candidates[graph.together(node)[candidates] == 0]
    return apart


def _ends(graph: CoNaming, kind: str, min_papers: int) -> Ints:
    """The positions of the entities of a kind that are paired, sorted."""
    of_kind = graph.of_kind(kind)
    named = [i for i in of_kind.tolist() if graph.papers[i] >= min_papers]
    named.sort(key=lambda i: -graph.papers[i])
    return np.array(sorted(named[:ENDS]), dtype=np.int64)


def _figures(scores: Floats, came_true: npt.NDArray[np.bool_]) -> Figures:
    best = np.argsort(-scores, kind="stable")[: max(CUTS)]
    hits = np.cumsum(came_true[best])
    found = [int(hits[:cut][-1]) if len(hits) else 0 for cut in CUTS]
    return Figures(
        precision=tuple(n / cut for n, cut in zip(found, CUTS, strict=True)),
        recall=tuple(n / max(int(came_true.sum()), 1) for n in found),
        auc=auc(scores[came_true], scores[~came_true]),
    )


def _chance(came_true: npt.NDArray[np.bool_]) -> Figures:
    """What a random order has on average."""
    share = float(came_true.mean()) if len(came_true) else 0.0
    pairs = max(len(came_true), 1)
    return Figures(
        precision=tuple(share for _ in CUTS),
        recall=tuple(min(cut / pairs, 1.0) for cut in CUTS),
        auc=0.5,
    )


def auc(positive: Floats, negative: Floats) -> float:
    """The chance that a positive scores above a negative, a tie counting half; 0.5 without either.

    It is the area under the ROC curve (Hanley and McNeil, 1982), from ranks.

    >>> auc(np.array([3.0, 1.0]), np.array([2.0, 0.0])), auc(np.ones(2), np.ones(3))
    (0.75, 0.5)
    """
    if not len(positive) or not len(negative):
        return 0.5
    ranked = np.sort(negative)
    below = np.searchsorted(ranked, positive, "left").sum()
    not_above = np.searchsorted(ranked, positive, "right").sum()
    return float(below + not_above) / (2 * len(positive) * len(negative))
