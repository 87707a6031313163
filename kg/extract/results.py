"""Reported numbers, each tied to its metric, dataset, method and baseline.

Within a sentence: the metric is the one that stands right after the number ("98% accuracy"),
else right before it ("EAO of 0.555"), else the one of the numbers it is listed with; the
dataset the one that follows with "on", else the one before; a baseline the one that it is
said to be better than.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc, Span

from kg.extract.entities import Concept
from kg.extract.numbers import Number, numbers
from kg.extract.words import OUTPERFORM
from kg.model import Mention, Role

_CHANGE = (
    r"(?:absolute|relative|average|averaged|mean|on average|improvements?|reductions?|increases?|"
    r"decreases?|gains?|drops?|savings?|boosts?|speed-?ups?|better|worse|fewer|less|more|higher|"
    r"lower|faster|slower|smaller|larger|cheaper|reduced|reduction|additional|of|in|the|as many|"
    r"terms|test|overall|its|total|compression|performance|enhancement|and|state-of-the-art)"
)
_AFTER: Final = re.compile(rf"^(?:\s*[\"')\]]*\s*(?:\([^)]*\))?\s*)(?:{_CHANGE}\s+){{0,6}}$", re.I)
_BEFORE: Final = re.compile(
    r"^\s*(?:scores?|rates?|value|values|performance|results?|footprint|consumption)?\s*"
    r"(?:\([^)]*\)\s*)?(?:of|by|to|at|is|was|are|from|reaches|reaching|=|:|,|up to|as (?:high|low|"
    r"little|few) as|scores?|improvements?|reductions?|gains?|\()+\s*"
    r"(?:(?:of|by|to|up to|over|about|around|nearly|approximately|roughly|only|at least|at most|more than|"
    r"less than|an?|the|average|averagely|even|just|almost|absolute)\s*)*[~(]?$",
    re.I,
)
_LISTED: Final = re.compile(r"^\s*(?:[,/}{]|and|or|,\s*and|to|vs\.?|versus)\s*(?:up to |around )?\{?$", re.I)
_ACHIEVES: Final = re.compile(
    r"\b(?:achiev|reach|obtain|attain|get|gets|yield|has|have|with|runs?|scor|hits|deliver|surpass|"
    r"outperform|improv|reduc|exceed|boost|accelerat|gain|requir|exhibit)\w*",
    re.I,
)
_BETTER: Final = re.compile(
    r"\b(?:than|over|compared (?:to|with|against)|vs\.?|versus|relative to|against|as|size of|"
    r"in comparison (?:to|with))\b[^,;]{0,60}$",
    re.I,
)
#: What a number speaks of when no metric is named: the words that follow it.
_IMPLIED: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"^[-\s](?:trainable |model |activation |learnable |total )?param(?:eter)?s?\b", re.I), "parameters"),
    (re.compile(r"^\s(?:\w+ ){0,2}faster\b", re.I), "speed"),
    (re.compile(r"^\s(?:\w+ ){0,2}slower\b", re.I), "speed"),
    (re.compile(r"^\s(?:\w+ ){0,1}(?:smaller|the size|compression|compressed)\b", re.I), "model size"),
    (re.compile(r"^\s(?:\w+ ){0,1}speed-?ups?\b", re.I), "speedup"),
    (re.compile(r"^\s(?:\w+ ){0,1}accelerat", re.I), "speedup"),
    (re.compile(r"^\s(?:\w+ ){0,2}accurate\b", re.I), "accuracy"),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One number with what it was tied to; `metric` may be a name that no mention gives."""

    number: Number
    sentence: Span
    metric: Concept | str
    dataset: Concept | None
    method: Concept | None
    baseline: Concept | None


@dataclass(frozen=True, slots=True)
class _Scene:
    """A sentence with the placed concepts and the numbers in it."""

    doc: Doc
    sentence: Span
    placed: tuple[tuple[Mention, Concept], ...]
    numbers: tuple[Number, ...]

    def of(self, kind: str) -> list[tuple[Mention, Concept]]:
        return [(m, c) for m, c in self.placed if c.kind == kind]

    def between(self, start: int, end: int) -> str:
        return self.doc.text[start:end]


def read_results(
    concepts: Sequence[Concept], roles: dict[str, Role], main: Concept | None, doc: Doc
) -> Iterator[Reading]:
    """Yield the reported numbers of a document in order."""
    for scene in _scenes(concepts, doc):
        metrics = _metrics(scene)
        datasets = _datasets(scene)
        methods = _methods(scene, roles, main)
        for number, metric in zip(scene.numbers, metrics, strict=True):
            if metric is None:
                continue
            method, baseline = methods[number]
            yield Reading(number, scene.sentence, metric, datasets[number], method, baseline)


def _scenes(concepts: Sequence[Concept], doc: Doc) -> Iterator[_Scene]:
    placed = sorted(
        ((m, c) for c in concepts for m in c.mentions), key=lambda p: (p[0].start, p[0].end)
    )
    for sentence in doc.sents:
        start, end = sentence.start_char, sentence.end_char
        inside = tuple(p for p in placed if start <= p[0].start and p[0].end <= end)
        found = tuple(
            n
            for n in numbers(doc.text, start, end)
            if not any(m.start < n.end and n.start < m.end for m, _ in inside)
        )
        if found and sentence.start > 0:
            yield _Scene(doc, sentence, inside, found)


def _metrics(scene: _Scene) -> list[Concept | str | None]:
    """The metric of each number of the scene, or None where it is no outcome."""
    own = [_own_metric(n, scene) for n in scene.numbers]
    count = len(own)
    for index in range(count - 2, -1, -1):
        if own[index] is None and own[index + 1] is not None and _is_listed(scene, index, index + 1):
            own[index] = own[index + 1]
    for index in range(1, count):
        if own[index] is None and own[index - 1] is not None and _same_series(scene, index - 1, index):
            own[index] = own[index - 1]
    return [
        metric if metric is not None else _fallback(number, scene)
        for number, metric in zip(scene.numbers, own, strict=True)
    ]


def _own_metric(number: Number, scene: _Scene) -> Concept | str | None:
    metrics = scene.of("metric")
    for mention, concept in metrics:
        if mention.start >= number.end and _AFTER.match(scene.between(number.end, mention.start)):
            return concept
    for mention, concept in reversed(metrics):
        if mention.end <= number.start and _BEFORE.match(scene.between(mention.end, number.start)):
            return concept
    after = scene.between(number.end, scene.sentence.end_char)
    if number.unit:
        for pattern, name in _IMPLIED:
            if pattern.match(after):
                return name
    return None


def _is_listed(scene: _Scene, left: int, right: int) -> bool:
    one, two = scene.numbers[left], scene.numbers[right]
    return bool(_LISTED.match(scene.between(one.end, two.start)))


def _same_series(scene: _Scene, left: int, right: int) -> bool:
    """Whether the right number goes on what the left one reports: same unit, no clause between."""
    one, two = scene.numbers[left], scene.numbers[right]
    between = scene.between(one.end, two.start)
    same = one.unit.strip(" -\\") == two.unit.strip(" -\\")
    return same and len(between) < 90 and not re.search(r"[;:]|\bwhile\b|\bwhereas\b", between)


def _fallback(number: Number, scene: _Scene) -> Concept | str | None:
    """The only metric of the sentence, or what a percentage on a known dataset must be."""
    named = {c.name: c for _, c in scene.of("metric")}
    cue = _ACHIEVES.search(scene.sentence.text)
    if not number.unit.strip() or not cue:
        return None
    if len(named) == 1 and (number.percent or number.multiplier):
        return next(iter(named.values()))
    after = scene.between(number.end, number.end + 25)
    if number.percent and not named and re.match(r"\s*(?:\w+\s)?on\b", after) and scene.of("dataset"):
        return "accuracy"
    return None


def _datasets(scene: _Scene) -> dict[Number, Concept | None]:
    """The dataset of each number: the one that follows with "on", else the nearest before."""
    datasets = scene.of("dataset")
    chosen: dict[Number, Concept | None] = {}
    for index, number in enumerate(scene.numbers):
        limit = _next_series(scene, index)
        following = [
            c
            for m, c in datasets
            if number.end <= m.start < limit
            and re.search(r"\b(?:on|in|for|over|of|across)\b", scene.between(number.end, m.start))
        ]
        preceding = [c for m, c in datasets if m.end <= number.start]
        later = [c for m, c in datasets if m.start >= number.end]
        options = following[:1] or preceding[-1:] or later[:1]
        chosen[number] = options[0] if options else None
    return chosen | _respectively(scene, datasets)


def _next_series(scene: _Scene, index: int) -> int:
    """Where the next number begins that is not merely listed with this one."""
    for later in range(index + 1, len(scene.numbers)):
        if not _is_listed(scene, later - 1, later):
            one, two = scene.numbers[index], scene.numbers[later]
            if one.unit.strip() == two.unit.strip() or later > index + 1:
                return two.start
    return scene.sentence.end_char


def _respectively(
    scene: _Scene, placed: Sequence[tuple[Mention, Concept]]
) -> dict[Number, Concept | None]:
    """Numbers and names that "respectively" pairs in order, where there are as many of each."""
    names = list(dict.fromkeys(c.name for _, c in placed))
    if "respectively" not in scene.sentence.text.lower() or len(names) < 2:
        return {}
    runs = _listed_runs(scene)
    by_name = {c.name: c for _, c in placed}
    fitting = [run for run in runs if len(run) == len(names)]
    return {n: by_name[name] for run in fitting for n, name in zip(run, names, strict=True)}


def _listed_runs(scene: _Scene) -> list[list[Number]]:
    runs: list[list[Number]] = []
    for index, number in enumerate(scene.numbers):
        if index and _is_listed(scene, index - 1, index):
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _methods(
    scene: _Scene, roles: dict[str, Role], main: Concept | None
) -> dict[Number, tuple[Concept | None, Concept | None]]:
    """Method and baseline of each number."""
    methods = scene.of("method")
    baselines = [(m, c) for m, c in methods if roles.get(c.name) == "baseline"]
    paired = _respectively(scene, baselines)
    chosen: dict[Number, tuple[Concept | None, Concept | None]] = {}
    for index, number in enumerate(scene.numbers):
        method = _subject(number, scene, methods, roles) or main
        baseline = paired.get(number) or _beaten(number, index, scene, methods)
        if _is_second_of_pair(scene, index) and baseline is None:
            method = _nearest_before(number, baselines) or method
        chosen[number] = (method, baseline if baseline is not method else None)
    return chosen


def _subject(
    number: Number, scene: _Scene, methods: Sequence[tuple[Mention, Concept]], roles: dict[str, Role]
) -> Concept | None:
    """The proposed method that the sentence says it of; a method whose bracket holds the number."""
    for mention, concept in reversed(methods):
        if mention.end > number.start:
            continue
        between = scene.between(mention.end, number.start)
        if re.match(r"[^()]{0,12}\([^()]*$", between):
            return concept
        if roles.get(concept.name) == "proposed" and _ACHIEVES.search(between):
            return concept
    return None


def _beaten(
    number: Number, index: int, scene: _Scene, methods: Sequence[tuple[Mention, Concept]]
) -> Concept | None:
    limit = _next_series(scene, index)
    for mention, concept in methods:
        if number.end <= mention.start < limit and _BETTER.search(
            scene.between(number.end, mention.start)
        ):
            return concept
    for mention, concept in reversed(methods):
        if mention.end > number.start:
            continue
        before = scene.doc.text[scene.sentence.start_char : mention.start].split()
        beaten = any(word.lower() in OUTPERFORM for word in before[-4:])
        if beaten and re.search(r"\bby\b", scene.between(mention.end, number.start)):
            return concept
    return None


def _is_second_of_pair(scene: _Scene, index: int) -> bool:
    """Whether the number is B of "A vs. B"."""
    if index == 0:
        return False
    between = scene.between(scene.numbers[index - 1].end, scene.numbers[index].start)
    return bool(re.fullmatch(r"\s*(?:vs\.?|versus)\s*", between))


def _nearest_before(
    number: Number, placed: Sequence[tuple[Mention, Concept]]
) -> Concept | None:
    before = [c for m, c in placed if m.end <= number.start]
    return before[-1] if before else None


