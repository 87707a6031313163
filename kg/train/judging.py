"""Fit the judge: logistic regressions over the signs of candidates, stage by stage.

The papers were read by models that had not seen them (cross-fitting), and the chances that one
stage hands to the next come from classifiers that had not seen the paper either. So the signs
are distributed as for new papers, and the chances are calibrated for them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kg.extract.judge import EVEN, SIGNS, Judge, Line, floors_of
from kg.extract.pairs import POINTERS
from kg.extract.stages import (
    Cast,
    Counted,
    Drafted,
    Related,
    cast,
    count_all,
    name,
    relate_all,
)
from kg.model import KINDS, RELATIONS
from kg.train.truths import (
    Numbers,
    Row,
    outcomes_of,
    partners_of,
    stated_in,
    true_concepts,
    true_mentions,
    true_roles,
    true_targets,
    value_key,
)

#: Parts that the papers are dealt into for the chances that a stage hands on.
PARTS: Final = 5
#: The least chance of a mention that may name a concept; the concepts are judged again.
_MENTION: Final = 0.3
_REGULARITY: Final = 0.3
#: Where facts begin of which there is no candidate.
_EVEN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Fit:
    """A sort of facts on papers that no part of the chances had seen: how many are true, and of
    those kept from the threshold of the best F1 on how many are right."""

    sort: str
    least: float
    gold: int
    kept: int
    right: int

    @property
    def precision(self) -> float:
        """The share of what is kept that is right."""
        return self.right / max(1, self.kept)

    @property
    def recall(self) -> float:
        """The share of what is true that is kept."""
        return self.right / max(1, self.gold)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / max(1, self.gold + self.kept)


def fit_judge(
    rows: Sequence[Row], drafts: Sequence[Drafted], parts: Sequence[int]
) -> tuple[Judge, list[Fit]]:
    """The judge and the figures of its sorts.

    `rows` are annotated, `drafts` the same papers as models read them that they had not been
    trained on; `parts` deals the papers into PARTS.
    """
    lines: dict[str, Line] = {}
    fits: list[Fit] = []
    fitter = _Fitter(lines, parts)

    truths = [true_mentions(row, draft) for row, draft in zip(rows, drafts, strict=True)]
    chances = fitter.by_kind(
        "mention",
        [[c.kind for c in d.candidates] for d in drafts],
        [d.signs for d in drafts],
        truths,
    )
    named = [name(d, c, _MENTION) for d, c in zip(drafts, chances, strict=True)]

    truths = [true_concepts(row, n.concepts) for row, n in zip(rows, named, strict=True)]
    chances = fitter.by_kind(
        "entity", [[c.kind for c in n.concepts] for n in named], [n.signs for n in named], truths
    )
    fits.append(_best("entity", chances, truths, sum(len(r["entities"]) for r in rows)))
    floor = floors_of({"entity": fits[-1].least})["entity"]
    casts = [cast(n, c, floor) for n, c in zip(named, chances, strict=True)]

    new, rival, fit = _roles(fitter, rows, casts)
    fits.append(fit)
    floors = floors_of({"contribution": fit.least, "baseline": EVEN})
    related = [relate_all(c, n, r, floors) for c, n, r in zip(casts, new, rival, strict=True)]
    told, fit = _relations(fitter, rows, related)
    fits.append(fit)
    counted = [count_all(r, t) for r, t in zip(related, told, strict=True)]
    fits.append(_results(fitter, rows, casts, counted))
    least = {"mention": _MENTION, **{f.sort: f.least for f in fits}}
    return Judge(lines, least), fits


class _Fitter:
    """Fits a line for each name, and hands out the chances that cross-fitted lines give."""

    def __init__(self, lines: dict[str, Line], parts: Sequence[int]) -> None:
        self._lines = lines
        self._parts = np.array(parts)

    def fit(
        self,
        sort: str,
        tables: Sequence[Numbers],
        truths: Sequence[Numbers],
        seen: Sequence[Numbers] | None = None,
    ) -> list[Numbers]:
        """Chances for each row of each paper's table; only `seen` rows are learned from."""
        sizes = [len(table) for table in tables]
        every = np.concatenate([t.reshape(-1, len(SIGNS[sort])) for t in tables])
        truth = np.concatenate(truths)
        learn = np.concatenate(seen).astype(bool) if seen else np.ones(len(truth), bool)
        part = np.repeat(self._parts, sizes)
        chances = np.zeros(len(truth))
        for k in range(PARTS):
            if (part == k).any():
                line = _regression(every[learn & (part != k)], truth[learn & (part != k)])
                chances[part == k] = _chances(line, every[part == k])
        self._lines[sort] = _regression(every[learn], truth[learn])
        return np.split(chances, np.cumsum(sizes)[:-1])

    def by_kind(
        self,
        sort: str,
        kinds: Sequence[Sequence[str]],
        tables: Sequence[Numbers],
        truths: Sequence[Numbers],
    ) -> list[Numbers]:
        """Chances of the rows, each by the line of its kind; 0 where its kind has none."""
        told: list[Numbers] = [np.zeros(len(k)) for k in kinds]
        for kind in (k for k in KINDS if f"{sort} {k}" in SIGNS):
            rows = [[i for i, k in enumerate(of) if k == kind] for of in kinds]
            chances = self.fit(
                f"{sort} {kind}",
                [t[r] for t, r in zip(tables, rows, strict=True)],
                [y[r] for y, r in zip(truths, rows, strict=True)],
            )
            for paper, row, chance in zip(told, rows, chances, strict=True):
                paper[row] = chance
        return told


def _regression(table: Numbers, truth: Numbers) -> Line:
    """The log-odds that fit best; the overall odds alone where there is nothing to tell apart."""
    if len(np.unique(truth)) < 2:
        right = float(truth.sum())
        odds = (right + 0.5) / (len(truth) - right + 0.5)
        return Line(math.log(odds), np.zeros(table.shape[1], dtype=np.float32))
    model = make_pipeline(StandardScaler(), LogisticRegression(C=_REGULARITY, max_iter=1000)).fit(
        table, truth
    )
    scaler, regression = model[0], model[1]
    weights = regression.coef_[0] / scaler.scale_
    return Line(float(regression.intercept_[0] - weights @ scaler.mean_), weights)


def _chances(line: Line, table: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-(table @ line.weights + line.bias))))


def _best(sort: str, chances: Sequence[Numbers], truths: Sequence[Numbers], gold: int) -> Fit:
    """The least chance with the best F1; what is as likely is kept or dropped together."""
    chance, truth = np.concatenate(chances), np.concatenate(truths)
    if not len(chance):
        return Fit(sort, _EVEN, gold, 0, 0)
    order = np.argsort(-chance, kind="stable")
    ranked, right = chance[order], np.cumsum(truth[order])
    f1 = 2 * right / (gold + np.arange(1, len(right) + 1))
    lasts = np.append(ranked[1:] < ranked[:-1], True)
    best = int(np.where(lasts, f1, -1.0).argmax())
    return Fit(sort, float(ranked[best]), gold, best + 1, int(right[best]))


def _roles(
    fitter: _Fitter, rows: Sequence[Row], casts: Sequence[Cast]
) -> tuple[list[Numbers], list[Numbers], Fit]:
    """Chances of being the paper's own and of being a baseline, and how good the former are."""
    said = [true_roles(row, told) for row, told in zip(rows, casts, strict=True)]
    kinds = [[c.kind for c in told.concepts] for told in casts]
    tables = [told.signs for told in casts]
    own = [np.isin(roles, ("proposed", "introduced")).astype(np.float64) for roles in said]
    rivals = [(roles == "baseline").astype(np.float64) for roles in said]
    new = fitter.by_kind("contributed", kinds, tables, own)
    rival = fitter.by_kind("baseline", kinds, tables, rivals)
    gold = sum(e["role"] in ("proposed", "introduced") for row in rows for e in row["entities"])
    return new, rival, _best("contribution", new, own, gold)


def _relations(
    fitter: _Fitter, rows: Sequence[Row], related: Sequence[Related]
) -> tuple[list[dict[str, Numbers]], Fit]:
    """Chances of the pairs of each relation, and how good they are."""
    partners = [partners_of(row, r.cast) for row, r in zip(rows, related, strict=True)]
    stated = [stated_in(row) for row in rows]
    told: list[dict[str, Numbers]] = [{} for _ in rows]
    chances: list[Numbers] = []
    truths: list[Numbers] = []
    for relation in RELATIONS:
        nothing = np.zeros((0, len(SIGNS[f"relation {relation}"])), dtype=np.float32)
        laid = [r.signs.get(relation, ((), nothing)) for r in related]
        true = [
            np.array([(p.get(i), relation, p.get(j)) in s for i, j in of], dtype=np.float64)
            for (of, _), p, s in zip(laid, partners, stated, strict=True)
        ]
        given = fitter.fit(f"relation {relation}", [table for _, table in laid], true)
        for paper, chance in zip(told, given, strict=True):
            paper[relation] = chance
        chances += given
        truths += true
    return told, _best("relation", chances, truths, sum(map(len, stated)))


def _results(
    fitter: _Fitter,
    rows: Sequence[Row],
    casts: Sequence[Cast],
    counted: Sequence[Sequence[Counted]],
) -> Fit:
    """How good the chances are that a number is an outcome of the metric chosen for it."""
    for pointer, _ in POINTERS:
        tables, truths, seen = [], [], []
        for row, told, numbers in zip(rows, casts, counted, strict=True):
            true = [true_targets(row, told, number, pointer) for number in numbers]
            reported = [bool(outcomes_of(row, number)) or pointer == "metric" for number in numbers]
            signs = [
                n.metric_signs if pointer == "metric" else n.option_signs[pointer] for n in numbers
            ]
            width = len(SIGNS[f"result {pointer}"])
            tables.append(np.concatenate([np.zeros((0, width)), *signs]))
            truths.append(np.concatenate([np.zeros(0), *true]))
            seen.append(np.repeat(reported, [len(t) for t in true]) if true else np.zeros(0))
        chances = fitter.fit(f"result {pointer}", tables, truths, seen)
        if pointer == "metric":
            kept = [
                _chosen(numbers, chance, true)
                for numbers, chance, true in zip(counted, chances, truths, strict=True)
            ]
    gold = sum(len({(r["metric"], value_key(r["value"])) for r in row["results"]}) for row in rows)
    return _best("result", [c for c, _ in kept], [t for _, t in kept], gold)


def _chosen(
    numbers: Sequence[Counted], chances: Numbers, truth: Numbers
) -> tuple[Numbers, Numbers]:
    """Chance and truth of the best metric of each number; of a value told again, of the surest."""
    best: dict[tuple[int, object], int] = {}
    start = 0
    for number in numbers:
        options = number.options["metric"]
        if options:
            row = start + int(chances[start : start + len(options)].argmax())
            fact = options[row - start], value_key(number.scored.number.text)
            best[fact] = max(best.get(fact, row), row, key=chances.__getitem__)
        start += len(options)
    rows = list(best.values())
    return chances[rows], truth[rows]
