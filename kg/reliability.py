"""How far the confidences of extracted facts can be trusted.

A fact of confidence 0.8 should be right in 8 of 10 cases. The expected calibration error tells
how far from that the facts are on average (Naeini et al., Obtaining Well Calibrated
Probabilities Using Bayesian Binning, AAAI 2015; bins and terms as in Guo et al., On Calibration
of Modern Neural Networks, ICML 2017). The Brier score also rewards confidences that tell right
from wrong (Brier, Verification of Forecasts Expressed in Terms of Probability, 1950). What is
right is what `kg.evaluate` counts as such.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from statistics import fmean
from typing import Any, Final, Literal, NamedTuple, get_args

from kg.errors import InputError
from kg.evaluate import (
    CONTRIBUTED,
    Items,
    Row,
    Score,
    entity_keys,
    places,
    relation_keys,
    result_keys,
    surface_spans,
    with_text,
)

#: A mention is right if its kind and bounds are; an entity if it agrees with an annotated one; a
#: contribution, a proposed method or introduced dataset, if that one is a contribution too; a
#: relation if both ends are and the relation is; a result if its metric and value are.
Sort = Literal["mention", "entity", "contribution", "relation", "result"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)

Keyed = tuple[Hashable, float]


class Judged(NamedTuple):
    """One extracted fact: how sure it was, and whether it is right."""

    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """All extracted facts of one sort, surest first, and how many `gold` ones there are."""

    facts: tuple[Judged, ...]
    gold: int


class Point(NamedTuple):
    """Precision, recall and F1 of the facts whose confidence is the threshold or more."""

    threshold: float
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Bin:
    """The facts with a confidence above `low` and up to `high`; the first bin has 0 too.

    `confidence` is their mean, `accuracy` the share that is right; both are 0 without facts.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """What the confidences of one sort of facts are worth.

    `count` facts have the mean `confidence`, and the share `accuracy` of them is right; `ece` is
    the expected calibration error and `brier` the Brier score, both 0 at best. `f1` is that of
    all facts, `best_f1` that of the facts from confidence `threshold` on, where it is highest.
    """

    sort: Sort
    count: int
    confidence: float
    accuracy: float
    ece: float
    brier: float
    f1: float
    best_f1: float
    threshold: float
    bins: tuple[Bin, ...]


def reliability(
    gold: Iterable[Row], predicted: Iterable[Row], *, bins: int = 10
) -> list[Reliability]:
    """The reliability of each sort of facts, in the order of SORTS, over `bins` of equal width.

    Rows are as `kg.model.to_row` makes them and belong together by `id`, as for
    `kg.evaluate.evaluate`; the gold ones need no evidence. A fact has the highest confidence of
    its evidence. Raises InputError for a predicted row that has a fact without one.

    >>> entity = {"name": "CCT", "type": "Method", "surface": ["CCT"], "role": "proposed"}
    >>> gold = {"id": "a", "title": "On CCT", "abstract": "", "entities": [entity]}
    >>> seen = {"mentions": [[3, 6, "model", 0.9]], "sentences": [{"confidence": 0.75}]}
    >>> predicted = {**gold, "evidence": {"entities": [seen]}}
    >>> [(r.sort, r.ece, r.brier) for r in reliability([gold], [predicted])[1:3]]
    [('entity', 0.25, 0.0625), ('contribution', 0.25, 0.0625)]
    """
    judgements = judge(gold, predicted)
    return [_reliability(sort, judgements[sort], bins) for sort in SORTS]


def curve(gold: Iterable[Row], predicted: Iterable[Row], sort: Sort) -> list[Point]:
    """How good the facts of a sort are from each confidence on, the least one first.

    Alignment is that of all facts: leaving out an entity frees its partner for no other.
    Raises InputError as `reliability` does.

    >>> entity = {"name": "CCT", "type": "Method", "surface": ["CCT"]}
    >>> gold = {"id": "a", "entities": [entity]}
    >>> wrong, right = ({"mentions": [], "sentences": [{"confidence": c}]} for c in (0.2, 0.9))
    >>> predicted = {"id": "a", "entities": [{**entity, "type": "Task"}, entity],
    ...              "evidence": {"entities": [wrong, right]}}
    >>> for point in curve([gold], [predicted], "entity"):
    ...     print(*(round(figure, 3) for figure in point))
    0.2 0.5 1.0 0.667
    0.9 1.0 1.0 1.0
    """
    return _curve(judge(gold, predicted)[sort])


def judge(gold: Iterable[Row], predicted: Iterable[Row]) -> dict[Sort, Judgement]:
    """The extracted facts of each sort, and whether they are right.

    Facts of a paper that are the same to `kg.evaluate` are one, with the highest confidence.
    Raises InputError as `reliability` does.
    """
    rows = {row["id"]: row for row in predicted}
    facts: dict[Sort, list[Judged]] = {sort: [] for sort in SORTS}
    count = dict.fromkeys(SORTS, 0)
    for paper, row in {row["id"]: row for row in gold}.items():
        for sort, true, found in _compared(row, rows.get(paper, {})):
            surest: dict[Hashable, float] = {}
            for key, confidence in found:
                surest[key] = max(confidence, surest.get(key, 0.0))
            facts[sort].extend(Judged(c, key in true) for key, c in surest.items())
            count[sort] += len(true)
    return {
        sort: Judgement(tuple(sorted(facts[sort], reverse=True)), count[sort]) for sort in SORTS
    }


def _compared(gold: Row, predicted: Row) -> Iterator[tuple[Sort, Items, list[Keyed]]]:
    """For each sort the paper's true facts, and the predicted ones with their confidences."""
    true, guessed = gold.get("entities", []), predicted.get("entities", [])
    known = entity_keys(true, guessed)
    sure = _confidences(predicted, "entities")
    yield "mention", {*surface_spans(gold)}, _mentions(predicted, gold)
    yield "entity", set(range(len(true))), list(zip(known, sure, strict=True))
    yield (
        "contribution",
        {i for i, e in enumerate(true) if e.get("role") in CONTRIBUTED},
        [
            (key, confidence)
            for key, confidence, e in zip(known, sure, guessed, strict=True)
            if e.get("role") in CONTRIBUTED
        ],
    )
    true_ids: dict[str, Hashable] = {e["name"]: i for i, e in enumerate(true)}
    guessed_ids = {e["name"]: key for key, e in zip(known, guessed, strict=True)}
    relations = relation_keys(predicted, guessed_ids)
    yield (
        "relation",
        {*relation_keys(gold, true_ids)},
        list(zip(relations, _confidences(predicted, "relations"), strict=True)),
    )
    results = result_keys(predicted, guessed_ids, ("metric",))
    yield (
        "result",
        {*result_keys(gold, true_ids, ("metric",))},
        list(zip(results, _confidences(predicted, "results"), strict=True)),
    )


def _mentions(predicted: Row, gold: Row) -> list[Keyed]:
    """The predicted spans, as they stand in the gold text, with their confidences."""
    spans = [
        ((mention[0], mention[1], entity["type"]), _confidence(mention[3:4], predicted))
        for entity, seen in zip(
            predicted.get("entities", ()), _evidence(predicted, "entities"), strict=True
        )
        for mention in seen["mentions"]
    ]
    place = places({span for span, _ in spans}, with_text(predicted, gold), gold)
    return [(place[span], confidence) for span, confidence in spans if span in place]


def _confidences(row: Row, name: str) -> list[float]:
    """Of each item in this list of the row, the highest confidence of its evidence."""
    found = []
    for seen in _evidence(row, name):
        sentences = seen.get("sentences") if isinstance(seen, dict) else seen
        if not isinstance(sentences, list) or not all(isinstance(s, dict) for s in sentences):
            raise _no_confidence(row)
        found.append(_confidence([s.get("confidence") for s in sentences], row))
    return found


def _evidence(row: Row, name: str) -> list[Any]:
    items, evidence = row.get(name, []), row.get("evidence", {})
    seen = evidence.get(name, []) if isinstance(evidence, dict) else []
    if not isinstance(seen, list) or len(seen) != len(items):
        raise _no_confidence(row)
    return seen


def _confidence(told: Sequence[Any], row: Row) -> float:
    if not told or not all(isinstance(c, int | float) and 0 <= c <= 1 for c in told):
        raise _no_confidence(row)
    return float(max(told))


def _no_confidence(row: Row) -> InputError:
    return InputError(
        f"{row['id']}: a fact has no confidence from 0 to 1; `kg extract` writes them"
    )


def _reliability(sort: Sort, judgement: Judgement, bins: int) -> Reliability:
    facts = judgement.facts
    filled = _bins(facts, bins)
    every = _curve(judgement)
    best = max(every, key=lambda point: point.f1, default=Point(0.0, 0.0, 0.0, 0.0))
    return Reliability(
        sort=sort,
        count=len(facts),
        confidence=_mean([fact.confidence for fact in facts]),
        accuracy=_mean([fact.right for fact in facts]),
        ece=sum(b.count * abs(b.accuracy - b.confidence) for b in filled) / max(1, len(facts)),
        brier=_mean([(fact.confidence - fact.right) ** 2 for fact in facts]),
        f1=every[0].f1 if every else 0.0,
        best_f1=best.f1,
        threshold=best.threshold,
        bins=filled,
    )


def _bins(facts: Iterable[Judged], bins: int) -> tuple[Bin, ...]:
    """The facts in bins of equal width from 0 to 1.

    >>> [b.count for b in _bins([Judged(0.0, True), Judged(0.5, True), Judged(0.51, True)], 2)]
    [2, 1]
    """
    edges = [number / bins for number in range(bins + 1)]
    binned: list[list[Judged]] = [[] for _ in range(bins)]
    for fact in facts:
        binned[bisect_left(edges, fact.confidence, lo=1) - 1].append(fact)
    return tuple(
        Bin(
            low=low,
            high=high,
            count=len(inside),
            confidence=_mean([fact.confidence for fact in inside]),
            accuracy=_mean([fact.right for fact in inside]),
        )
        for low, high, inside in zip(edges, edges[1:], binned, strict=False)
    )


def _curve(judgement: Judgement) -> list[Point]:
    hits = accumulate(fact.right for fact in judgement.facts)
    points = []
    counted = enumerate(zip(judgement.facts, hits, strict=True), start=1)
    for threshold, group in groupby(counted, key=lambda item: item[1][0].confidence):
        *_, (predicted, (_, hit)) = group
        score = Score.of("", gold=judgement.gold, predicted=predicted, hit=hit)
        points.append(Point(threshold, score.precision, score.recall, score.f1))
    return points[::-1]


def _mean(values: Sequence[float]) -> float:
    return fmean(values) if values else 0.0
