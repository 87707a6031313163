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
    ScoredRelation,
    ScoredResult,
    Thresholds,
    likely,
    relations,
    results,
    roles,
)
from kg.extract.wording import united
from kg.model import KINDS, RELATIONS, Role
from kg.text import fold

Told = tuple[Role, float]

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
    best = max(
        (_with_concepts(predictions, gold, outside) for outside in _OUTSIDE), key=lambda p: p[0]
    )[1]
    concepts = [concepts_of(with_thresholds(p, best)) for p in predictions]
    papers = list(zip(predictions, concepts, gold, strict=True))

    def f1(figure: str, part: str, parts: Iterable[list[Any]], told: Iterable[list[Told]]) -> float:
        rows = [
            {"id": row["id"], "entities": entity_rows(c, t), "relations": [], "results": []}
            | ({part: p} if part else {})
            for (_, c, row), p, t in zip(papers, parts, told, strict=True)
        ]
        return next(score.f1 for score in evaluate(gold, rows) if score.name == figure)

    none: list[list[Any]] = [[] for _ in papers]
    plain: list[list[tuple[Role, float]]] = [[("", 1.0)] * len(c) for c in concepts]

    def role_f1(tried: Thresholds) -> float:
        told = [roles(with_thresholds(p, tried), c) for p, c, _ in papers]
        return f1("contribution (proposed/introduced)", "", none, told)

    for name in ("proposed", "introduced"):
        best = _best((_with(best, name, least) for least in _LEAST), role_f1)
    wide = replace(best, relations=dict.fromkeys(RELATIONS, 0.0), reported=0.0)
    linked = [list(relations(with_thresholds(p, wide), c)) for p, c, _ in papers]
    read = [list(results(with_thresholds(p, wide), c)) for p, c, _ in papers]

    def relation_f1(tried: Thresholds) -> float:
        least = tried.relations
        kept = [relation_rows(r for r in of if r.confidence >= least[r.relation]) for of in linked]
        return f1("relation ALL", "relations", kept, plain)

    def result_f1(tried: Thresholds) -> float:
        kept = [result_rows(r for r in of if r.confidence >= tried.reported) for of in read]
        return f1("result metric+value", "results", kept, plain)

    best = _best(
        (replace(best, relations=dict.fromkeys(RELATIONS, least)) for least in _LEAST), relation_f1
    )
    return _best((replace(best, reported=least) for least in _LEAST), result_f1)


def _best(options: Iterable[Thresholds], f1: Callable[[Thresholds], float]) -> Thresholds:
    """The first of the options with the highest F1."""
    return max(options, key=f1)


def _with_concepts(
    predictions: Sequence[Prediction], gold: Sequence[Row], outside: float
) -> tuple[float, Thresholds]:
    """The F1 of concepts, and the thresholds that give it, for one choice of `outside`."""
    open_ = replace(OPEN, outside=outside)
    found: list[tuple[str, float, bool]] = []
    for prediction, row in zip(predictions, gold, strict=True):
        concepts = concepts_of(with_thresholds(prediction, open_))
        found += [
            (c.kind, max(m.confidence for m in c.mentions), agrees)
            for c, agrees in zip(concepts, _agreeing(concepts, row), strict=True)
        ]
    total = sum(len(row["entities"]) for row in gold)
    least: dict[str, float] = dict.fromkeys(KINDS, 0.0)

    def f1(chosen: dict[str, float]) -> float:
        kept = [hit for kind, confidence, hit in found if confidence >= chosen[kind]]
        return 2 * sum(kept) / (total + len(kept))

    for _ in range(2):
        for kind in KINDS:
            options = [{**least, kind: value} for value in (0.0, *_LEAST)]
            least = max(options, key=f1)
    return f1(least), replace(open_, concepts=least)


def with_thresholds(prediction: Prediction, thresholds: Thresholds) -> Prediction:
    """The prediction as another choice of thresholds gives it."""
    return replace(prediction, model=replace(prediction.model, thresholds=thresholds))


def concepts_of(prediction: Prediction) -> list[Concept]:
    """The concepts that the mentions name, without the unlikely ones."""
    text = prediction.doc.text
    grouped = group(prediction.mentions, list(abbreviations(text)), text)
    return united(likely(prediction, grouped))


def to_row(prediction: Prediction, paper: str) -> dict[str, Any]:
    """The row of a paper as the model alone reads it."""
    concepts = concepts_of(prediction)
    return {
        "id": paper,
        "entities": entity_rows(concepts, roles(prediction, concepts)),
        "relations": relation_rows(relations(prediction, concepts)),
        "results": result_rows(results(prediction, concepts)),
    }


def entity_rows(concepts: Sequence[Concept], told: Sequence[Told]) -> list[dict[str, Any]]:
    """Concepts with their roles, as annotated entities are written."""
    return [
        {"name": c.name, "type": c.kind.capitalize(), "surface": list(c.surface), "role": role}
        for c, (role, _) in zip(concepts, told, strict=True)
    ]


def _with(thresholds: Thresholds, name: str, least: float) -> Thresholds:
    changed = {"proposed": thresholds.proposed, "introduced": thresholds.introduced, name: least}
    return replace(thresholds, proposed=changed["proposed"], introduced=changed["introduced"])


def relation_rows(found: Iterable[ScoredRelation]) -> list[list[str]]:
    """Relations as annotated ones are written."""
    return [[r.head.name, r.relation, r.tail.name] for r in found]


def result_rows(found: Iterable[ScoredResult]) -> list[dict[str, str | None]]:
    """Results as annotated ones are written."""
    return [
        {
            "method": r.method.name if r.method else None,
            "dataset": r.dataset.name if r.dataset else None,
            "metric": r.metric.name,
            "value": r.number.text,
            "baseline": r.baseline.name if r.baseline else None,
        }
        for r in found
    ]


def _agreeing(concepts: Sequence[Concept], row: Row) -> list[bool]:
    """Which concepts share a kind and a form with an entity that no concept before took."""
    free = [
        (e["type"].lower(), {fold(form) for form in (e["name"], *e["surface"])})
        for e in row["entities"]
    ]
    agree = []
    for concept in concepts:
        forms = {fold(form) for form in concept.surface}
        hit = next((e for e in free if e[0] == concept.kind and e[1] & forms), None)
        agree.append(hit is not None)
        if hit:
            free.remove(hit)
    return agree
