"""Whether gaps come true: predict from the past of a graph, and look what later papers named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx
import numpy as np
import numpy.typing as npt

from kg.errors import KgError
from kg.query.conaming import CHANCE, HALF_LIFE, CoNaming, Floats, Ints, Named, named_in
from kg.query.gaps import MIN_PAPERS, PAIRS, Pair

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
    G: nx.MultiDiGraph,
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
    papers = named_in(G)
    past = [p for p in papers if p.year is not None and p.year <= year]
    future = [p for p in papers if p.year is not None and p.year > year]
    if not past or not future:
        raise KgError(f"a back-test needs papers up to {year} and after it; {_span(papers)}")
    graph = CoNaming(past, half_life=half_life, chance=chance)
    later = _partners(graph, future)
    return BackTest(
        year=year,
        past=len(past),
        future=len(future),
        without_year=len(papers) - len(past) - len(future),
        trials=tuple(
            _trial(graph, later, pair, min_papers)
            for name, pair in PAIRS.items()
            if kind in (None, name)
        ),
    )


def _span(papers: Sequence[Named]) -> str:
    years = [p.year for p in papers if p.year is not None]
    return f"those here are of {min(years)} to {max(years)}" if years else "none here has a year"


def _partners(graph: CoNaming, papers: Sequence[Named]) -> dict[int, set[int]]:
    """What the papers name each entity together with, of those that the graph has."""
    partners: dict[int, set[int]] = {}
    for paper in papers:
        known = [graph.position[node] for node in paper.nodes if node in graph.position]
        for i in known:
            partners.setdefault(i, set()).update(known)
    return partners


def _trial(graph: CoNaming, later: dict[int, set[int]], pair: Pair, min_papers: int) -> Trial:
    sources, targets = (_ends(graph, kind, min_papers) for kind in pair)
    degree = {i: np.count_nonzero(graph.together(i)) for i in {*sources, *targets}}
    degrees = np.array([degree.get(i, 0) for i in range(len(graph.nodes))], dtype=np.float64)
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
    named = [
        i
        for i, node in enumerate(graph.nodes)
        if node.startswith(f"{kind}:") and graph.papers[i] >= min_papers
    ]
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
