"""Choose the thresholds of a model on papers that its weights never saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from kg.evaluate import Row, evaluate
from kg.extract.acronyms import abbreviations
from kg.extract.entities import Concept, group
from kg.extract.neural import (
    Prediction,
    Thresholds,
    likely,
    relations,
    results,
    roles,
)
from kg.model import KINDS, RELATIONS

#: Where calibration begins.
OPEN: Final = Thresholds(
    outside=0.0,
    concepts=dict.fromkeys(KINDS, 0.0),
    proposed=0.5,
    introduced=0.5,
    relations=dict.fromkeys(RELATIONS, 0.5),
    reported=0.5,
)
_OUTSIDE: Final = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
_LEAST: Final = tuple(i / 20 for i in range(3, 18))


def calibrate(predictions: Sequence[Prediction], gold: Sequence[Row]) -> Thresholds:
    """The thresholds with the best F1 on the gold rows: concepts first, then what hangs on them.

    `predictions` and `gold` are of the same papers in the same order; the thresholds of the
    predictions' own model are ignored.
    """
    best = OPEN

    def tried(name: str, figure: str, options: Iterable[Any], build: Callable[[Any], Any]) -> None:
        nonlocal best
        candidates = [replace(best, **{name: build(option)}) for option in options]
        scores = [_f1(predictions, gold, candidate, figure) for candidate in candidates]
        best = candidates[scores.index(max(scores))]

    def with_kind(kind: str) -> Callable[[float], dict[str, float]]:
        return lambda least: {**best.concepts, kind: least}

    starts = []
    for outside in _OUTSIDE:
        best = replace(OPEN, outside=outside)
        for _ in range(2):
            for kind in KINDS:
                tried("concepts", "entity ALL", (0.0, *_LEAST), with_kind(kind))
        starts.append((_f1(predictions, gold, best, "entity ALL"), best))
    best = max(starts, key=lambda pair: pair[0])[1]
    contribution = "contribution (proposed/introduced)"
    tried("proposed", contribution, _LEAST, float)
    tried("introduced", contribution, _LEAST, float)
    tried("relations", "relation ALL", _LEAST, lambda least: dict.fromkeys(RELATIONS, least))
    tried("reported", "result metric+value", _LEAST, float)
    return best


def _f1(
    predictions: Sequence[Prediction], gold: Sequence[Row], thresholds: Thresholds, figure: str
) -> float:
    stage = figure.split()[0]
    rows = [
        to_row(with_thresholds(prediction, thresholds), str(row["id"]), stage)
        for prediction, row in zip(predictions, gold, strict=True)
    ]
    return next(score.f1 for score in evaluate(gold, rows) if score.name == figure)


def with_thresholds(prediction: Prediction, thresholds: Thresholds) -> Prediction:
    """The prediction as another choice of thresholds gives it."""
    return replace(prediction, model=replace(prediction.model, thresholds=thresholds))


def concepts_of(prediction: Prediction) -> list[Concept]:
    """The concepts that the mentions name, without the unlikely ones."""
    return likely(
        prediction, group(prediction.mentions, list(abbreviations(prediction.doc.text)))
    )


def to_row(prediction: Prediction, paper: str, stage: str = "") -> dict[str, Any]:
    """The row of a paper as the model alone reads it; of a `stage` of calibration no more than
    that needs."""
    concepts = concepts_of(prediction)
    told = (
        roles(prediction, concepts)
        if stage in ("", "contribution")
        else [("", 0.0)] * len(concepts)
    )
    return {
        "id": paper,
        "entities": [
            {"name": c.name, "type": c.kind.capitalize(), "surface": list(c.surface), "role": role}
            for c, (role, _) in zip(concepts, told, strict=True)
        ],
        "relations": [
            [r.head.name, r.relation, r.tail.name] for r in relations(prediction, concepts)
        ]
        if stage in ("", "relation")
        else [],
        "results": [
            {
                "method": r.method and r.method.name,
                "dataset": r.dataset and r.dataset.name,
                "metric": r.metric.name,
                "value": r.number.text,
                "baseline": r.baseline and r.baseline.name,
            }
            for r in results(prediction, concepts)
        ]
        if stage in ("", "result")
        else [],
    }
