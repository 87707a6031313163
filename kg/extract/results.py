"""Reported numbers, each tied to its metric, dataset, method and baseline.

The dataset is the one that follows with "on", else the one before; the method the proposed one
that achieves the number; a baseline what the number is said to be better than.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc, Span

from kg.extract.changes import changes
from kg.extract.entities import Concept
from kg.extract.metrics import ACHIEVES, Metric, metrics_of
from kg.extract.numbers import VALUE, Number
from kg.extract.roles import speaks_of_own_work
from kg.extract.scenes import Scene, next_series, respectively, scenes
from kg.extract.words import OUTPERFORM
from kg.lexicon import direction
from kg.model import Mention, Role

_BETTER: Final = re.compile(
    r"\b(?:than|over|compared (?:to|with|against)|vs\.?|versus|relative to|against|size of|"
    r"as (?:many|much|few|little) [\w ]+ as|"
    r"in comparison (?:to|with)|comparable to)\b[^,;]{0,60}$",
    re.I,
)
_PRETRAINED: Final = re.compile(
    r"\b(?:pre-?train\w*|trained|initiali[sz]ed)\s+on\s+(?:the\s+)?$", re.I
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One number with what it was tied to."""

    number: Number
    sentence: Span
    metric: Metric
    dataset: Concept | None
    method: Concept | None
    baseline: Concept | None
    relative: bool


def read_results(
    concepts: Sequence[Concept], roles: dict[str, Role], main: Concept | None, doc: Doc
) -> Iterator[Reading]:
    """Yield the reported numbers of a document in order.

    What comes before the first sentence in which the authors speak of their work is background,
    and its numbers are nobody's results.
    """
    previous: Reading | None = None
    last_on: dict[str, Concept] = {}
    for scene in scenes(concepts, doc):
        metrics = metrics_of(scene, previous.metric if previous else None)
        datasets = _datasets(scene)
        methods = _methods(scene, roles, main)
        told = zip(scene.numbers, metrics, changes(scene), strict=True)
        for number, metric, relative in told:
            if metric is None:
                continue
            method, baseline = methods[number]
            dataset = datasets[number]
            if dataset is None:
                dataset = last_on.get(measure(metric))
            elif direction(metric.name) == "up":
                last_on[measure(metric)] = dataset
            previous = Reading(number, scene.sentence, metric, dataset, method, baseline, relative)
            yield previous


def measure(metric: Metric) -> str:
    """What a metric measures at heart: a number of "accuracy" goes on about "top-1 accuracy"."""
    return metric.name.split()[-1].lower()


def _datasets(scene: Scene) -> dict[Number, Concept | None]:
    """The dataset of each number: the one that follows with "on", else the nearest before.

    What a model was pretrained on is not what the number was measured on.
    """
    start = scene.sentence.start_char
    datasets = [
        (m, c)
        for m, c in scene.of("dataset")
        if not _PRETRAINED.search(scene.between(start, m.start))
    ]
    chosen: dict[Number, Concept | None] = {}
    for index, number in enumerate(scene.numbers):
        limit = next_series(scene, index)
        following = [
            c
            for m, c in datasets
            if number.end <= m.start < limit and _leads_on(scene.between(number.end, m.start))
        ]
        preceding = [c for m, c in datasets if m.end <= number.start]
        later = [c for m, c in datasets if m.start >= number.end]
        options = following[:1] or preceding[-1:] or later[:1]
        chosen[number] = options[0] if options else None
    return chosen | respectively(scene, datasets)


def _leads_on(between: str) -> bool:
    """Whether the words from a number to a dataset stay in one clause and lead there with "on"."""
    plain = VALUE.sub("", re.sub(r"\([^)]*\)|respectively", "", between))
    plain = re.sub(r"^[\s,/]*(?:and\s|or\s|[,\s])*", "", plain)
    return bool(re.search(r"\b(?:on|in|for|over|of|across)\b", plain)) and not re.search(
        r"[,;(]\s*(?:and|while|but|which|being|improv)|;|\(", plain
    )


def _methods(
    scene: Scene, roles: dict[str, Role], main: Concept | None
) -> dict[Number, tuple[Concept | None, Concept | None]]:
    """Method and baseline of each number."""
    methods = scene.of("method")
    baselines = [(m, c) for m, c in methods if roles.get(c.name) == "baseline"]
    paired = respectively(scene, baselines)
    chosen: dict[Number, tuple[Concept | None, Concept | None]] = {}
    for index, number in enumerate(scene.numbers):
        other = _nearest_before(number, baselines)
        if _is_versus(scene, index + 1):
            chosen[number] = (main, _named_after(scene.numbers[index + 1], scene, methods) or other)
        elif _is_versus(scene, index):
            chosen[number] = (_named_after(number, scene, methods) or other, None)
        else:
            method = _subject(number, scene, methods, roles, main)
            baseline = paired.get(number) or _beaten(number, index, scene, methods)
            chosen[number] = (method, baseline if baseline is not method else None)
    return chosen


def _named_after(
    number: Number, scene: Scene, methods: Sequence[tuple[Mention, Concept]]
) -> Concept | None:
    """The method that a number compared with is said to be of ("vs. 88.4% for DETR")."""
    for mention, concept in methods:
        between = scene.between(number.end, max(number.end, mention.start))
        if re.fullmatch(r"\s(?:[\w-]+\s){0,2}?(?:for|by|of|with)\s(?:the\s)?", between):
            return concept
    return None


def _subject(
    number: Number,
    scene: Scene,
    methods: Sequence[tuple[Mention, Concept]],
    roles: dict[str, Role],
    main: Concept | None,
) -> Concept | None:
    """The method that the sentence says it of: one whose bracket holds the number, a proposed one
    that achieves it, the main one, or where neither is spoken of the nearest before it."""
    before = [(m, c) for m, c in methods if m.end <= number.start]
    for mention, concept in reversed(before):
        between = scene.between(mention.end, number.start)
        if re.match(r"(?:\s|times|[\d.×x])*(?:\([^()]*)?$", between):
            return concept
        if roles.get(concept.name) == "proposed" and ACHIEVES.search(between[:80]):
            return concept
    own = speaks_of_own_work(scene.sentence) or any(c is main for _, c in methods)
    own = own or scene.sentence[0].lower_ in {"it", "this", "they", "these"}
    beaten = all(roles.get(c.name) == "baseline" for _, c in before)
    if main is not None and (own or beaten):
        return main
    return before[-1][1] if before else None


def _beaten(
    number: Number, index: int, scene: Scene, methods: Sequence[tuple[Mention, Concept]]
) -> Concept | None:
    """The method that the number is better than: named after it, outperformed by it, or before."""
    start = scene.numbers[index - 1].end if index else scene.sentence.start_char
    limit = next_series(scene, index)
    for mention, concept in methods:
        between = scene.between(number.end, mention.start)
        inside = between.count("(") > between.count(")")
        if number.end <= mention.start < limit and not inside and _BETTER.search(between):
            return concept
    for mention, concept in reversed(methods):
        if mention.end > number.start:
            continue
        before = scene.between(scene.sentence.start_char, mention.start).split()
        follows = re.fullmatch(r"\s(?:\([^)]*\)\s)?by\s", scene.between(mention.end, number.start))
        beaten = any(word.lower() in OUTPERFORM for word in before[0 if follows else -4 :])
        if beaten and re.search(r"\bby\b", scene.between(mention.end, number.start)):
            return concept
        if mention.start >= start and _BETTER.search(scene.between(start, mention.start)):
            return concept
    return None


def _is_versus(scene: Scene, index: int) -> bool:
    """Whether the number is B of "A vs. B"."""
    if not 0 < index < len(scene.numbers):
        return False
    between = scene.between(scene.numbers[index - 1].end, scene.numbers[index].start)
    return bool(re.fullmatch(r"[^.;]{0,40}?\s(?:vs\.?|versus|compared (?:to|with))\s", between))


def _nearest_before(number: Number, placed: Sequence[tuple[Mention, Concept]]) -> Concept | None:
    before = [c for m, c in placed if m.end <= number.start]
    return before[-1] if before else None
