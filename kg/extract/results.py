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
from kg.extract.numbers import VALUE, Number, numbers
from kg.extract.phrases import is_generic
from kg.extract.roles import speaks_of_own_work
from kg.extract.words import OUTPERFORM
from kg.lexicon import direction
from kg.model import Mention, Role

_CHANGE = (
    r"(?:absolute|relative|average|averaged|mean|on average|improvements?|reductions?|increases?|"
    r"decreases?|gains?|drops?|savings?|boosts?|speed-?ups?|better|worse|fewer|less|more|higher|"
    r"lower|faster|slower|smaller|larger|cheaper|reduced|reduction|additional|of|in|the|as many|"
    r"terms|test|overall|its|total|compression|performance|enhancement|and|state-of-the-art|"
    r"activation|trainable|model|validation)"
)
_AFTER: Final = re.compile(
    rf"^(?:\s*[\"')\]]*\s*(?:\([^)]*\))?[\s-]*)(?:{_CHANGE}\s+){{0,6}}$", re.I
)
_BEFORE: Final = re.compile(
    r"^\s*(?:scores?|rates?|value|values|performance|results?|footprint|consumption)?\s*"
    r"(?:\([^)]*\)\s*)?(?:of|by|to|at|is|was|are|from|reaches|reaching|=|:|up to|as (?:high|low|"
    r"little|few) as|scores?|improvements?|reductions?|gains?|\()+\s*"
    r"(?:(?:of|by|to|up to|over|about|around|nearly|approximately|roughly|only|at least|at most|more than|"
    r"less than|an?|the|average|averagely|even|just|almost|absolute)\s*)*[~(]?$",
    re.I,
)
_LISTED: Final = re.compile(
    r"^\s*(?:[,/}{]|and|or|,\s*and|to|vs\.?|versus)\s*(?:up to |around |nearly )?\{?$", re.I
)
_SETTING: Final = re.compile(
    r"^(?:(?:\s*(?:and|,|or)\s*[\d.x]+)?\s*(?:schedules?|schedulers?|crops?)\b)", re.I
)
_BETTER: Final = re.compile(
    r"\b(?:than|over|compared (?:to|with|against)|vs\.?|versus|relative to|against|size of|"
    r"as (?:many|much|few|little) [\w ]+ as|"
    r"in comparison (?:to|with)|comparable to)\b[^,;]{0,60}$",
    re.I,
)
_ACHIEVES: Final = re.compile(
    r"\b(?:achiev|reach|obtain|attain|get|gets|yield|has|have|with|runs?|scor|hits|deliver|surpass|"
    r"outperform|improv|reduc|exceed|boost|accelerat|gain|requir|exhibit|show|enabl|save)\w*",
    re.I,
)
_RIVAL: Final = re.compile(
    r"\b(?:while|whereas|but)\b[^,;]*\b(?:baselines?|previous|prior|existing|second[- ]best)\b",
    re.I,
)
_PRETRAINED: Final = re.compile(
    r"\b(?:pre-?train\w*|trained|initiali[sz]ed)\s+on\s+(?:the\s+)?$", re.I
)
#: What a number speaks of when no metric is named: the words that follow it.
_IMPLIED: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (
        re.compile(
            r"^[-\s](?:(?:trainable|model|activation|learnable|total)\s)?param(?:eter)?s?\b", re.I
        ),
        "parameters",
    ),
    (re.compile(r"^\s(?:\w+ ){0,2}(?:faster|slower)\b", re.I), "speed"),
    (re.compile(r"^\s(?:\w+ ){0,1}(?:smaller|the size|in size)\b", re.I), "model size"),
    (re.compile(r"^\s(?:\w+ ){0,2}compress(?:ion|ed)\b", re.I), "compression"),
    (re.compile(r"^\s(?:\w+ ){0,1}(?:speed-?ups?|accelerat\w+)\b", re.I), "speedup"),
    (re.compile(r"^\s(?:\w+ ){0,2}accurate\b", re.I), "accuracy"),
)
#: "40x fewer training tokens": what there is less or more of is the metric.
_QUANTITY: Final = re.compile(
    r"^\s(?:fewer|less|lower|reduced|higher|more|increased)\s((?:[A-Za-z-]+\s?){1,3}?)"
    r"(?=\s?(?:per|compared|than|on|in|and|with|while|for|at|as|over|without|when|by|of)\b|\s?[,.;)(])",
    re.I,
)
_VAGUE: Final = re.compile(
    r"^\s(?:(?:higher|better|lower|relative|absolute|average)\s)?performance\b(?!\s*(?:per|efficiency))",
    re.I,
)
_PHRASE_OF: Final = re.compile(
    r"(?:\b(?:an?|and|with|the)|,)\s((?:(?!(?:an?|and|the|we|our|it|with|achiev\w*|to|on|is|of)\b)[\w-]+\s){0,7}(?:loss|score|area under curve|error|rate|ratio|accuracy|"
    r"[\w]+-loss|precision|recall|index|coefficient))\sof\s$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A metric that no mention gives: its name, and where the text speaks of it."""

    name: str
    start: int
    end: int


Metric = Concept | Unlisted
#: What a number is of that its words keep from being a result ("1.7% higher performance").
_NOTHING: Final = Unlisted("", 0, 0)


@dataclass(frozen=True, slots=True)
class Reading:
    """One number with what it was tied to."""

    number: Number
    sentence: Span
    metric: Metric
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
    """Yield the reported numbers of a document in order.

    What comes before the first sentence in which the authors speak of their work is background,
    and its numbers are nobody's results.
    """
    previous: Reading | None = None
    last_on: dict[str, Concept] = {}
    for scene in _scenes(concepts, doc):
        metrics = _metrics(scene, previous)
        datasets = _datasets(scene)
        methods = _methods(scene, roles, main)
        for number, metric in zip(scene.numbers, metrics, strict=True):
            if metric is None:
                continue
            method, baseline = methods[number]
            dataset = datasets[number]
            if dataset is None:
                dataset = last_on.get(_measure(metric))
            elif direction(metric.name) == "up":
                last_on[_measure(metric)] = dataset
            previous = Reading(number, scene.sentence, metric, dataset, method, baseline)
            yield previous


def _measure(metric: Metric) -> str:
    """What a metric measures at heart: a number of "accuracy" goes on about "top-1 accuracy"."""
    return metric.name.split()[-1].lower()


def _scenes(concepts: Sequence[Concept], doc: Doc) -> Iterator[_Scene]:
    placed = sorted(
        ((m, c) for c in concepts for m in c.mentions), key=lambda p: (p[0].start, p[0].end)
    )
    own = False
    for sentence in doc.sents:
        start, end = sentence.start_char, sentence.end_char
        inside = tuple(p for p in placed if start <= p[0].start and p[0].end <= end)
        own = own or (sentence.start > 0 and speaks_of_own_work(sentence))
        found = tuple(n for n in numbers(doc.text, start, end) if _is_free(n, inside, doc.text))
        if found and own:
            yield _Scene(doc, sentence, inside, found)


def _is_free(number: Number, placed: Sequence[tuple[Mention, Concept]], text: str) -> bool:
    """Whether the number is neither part of a name nor a setting ("3x schedule")."""
    named = any(m.start < number.end and number.start < m.end for m, _ in placed)
    return not named and not _SETTING.match(text[number.end : number.end + 30])


def _metrics(scene: _Scene, previous: Reading | None) -> list[Metric | None]:
    """The metric of each number of the scene, or None where it is no outcome."""
    own = [_own_metric(n, scene) for n in scene.numbers]
    for index in range(len(own) - 2, -1, -1):
        same = scene.numbers[index].unit in ("", scene.numbers[index + 1].unit)
        if own[index] is None and same and _is_listed(scene, index, index + 1):
            own[index] = own[index + 1]
    for index in range(1, len(own)):
        if (
            own[index] is None
            and own[index - 1] not in (None, _NOTHING)
            and _same_series(scene, index)
        ):
            own[index] = own[index - 1]
    return [
        None
        if metric is _NOTHING or _is_rivals(number, scene)
        else metric or _fallback(number, scene, previous)
        for number, metric in zip(scene.numbers, own, strict=True)
    ]


def _is_rivals(number: Number, scene: _Scene) -> bool:
    """Whether the clause says it of an unnamed baseline ("while the best baseline achieved 0.5")."""
    return bool(_RIVAL.search(scene.between(scene.sentence.start_char, number.start)))


def _own_metric(number: Number, scene: _Scene) -> Metric | None:
    after = scene.between(number.end, scene.sentence.end_char)
    if _VAGUE.match(after):
        known = number.percent and scene.of("dataset") and "drop" in after[:30]
        return Unlisted("accuracy", number.start, number.end) if known else _NOTHING
    phrase = _phrase_before(number, scene)
    metrics = scene.of("metric")
    if phrase and not any(c.name == phrase.name for _, c in metrics):
        return phrase
    for mention, concept in metrics:
        if mention.start >= number.end and _AFTER.match(scene.between(number.end, mention.start)):
            return concept
    for mention, concept in reversed(metrics):
        if mention.end <= number.start and _BEFORE.match(scene.between(mention.end, number.start)):
            return concept
    return _implied(number, scene)


def _implied(number: Number, scene: _Scene) -> Metric | None:
    """The metric that the words around a number speak of without naming a known one."""
    after = scene.between(number.end, scene.sentence.end_char)
    unit = re.search(r"FLOPs?|MACs?", number.text)
    if unit:
        return Unlisted("FLOPs", number.start + unit.start(), number.end)
    if number.unit.strip() in {"ms", "µs", "us", "ns"}:
        return Unlisted("latency", number.start, number.end)
    if re.search(r"[MB]$", number.unit) and re.match(r"\s*[/)]", after):
        return Unlisted("parameters", number.start, number.end)
    if not number.unit:
        return None
    for pattern, name in _IMPLIED:
        match = pattern.match(after)
        if match:
            return Unlisted(name, number.start, number.end + match.end())
    quantity = _QUANTITY.match(after)
    if quantity and not is_generic(quantity[1]) and not quantity[1].lower().startswith("accura"):
        start = number.end + quantity.start(1)
        return Unlisted(quantity[1].strip(), start, start + len(quantity[1].strip()))
    return None


def _phrase_before(number: Number, scene: _Scene) -> Unlisted | None:
    """The whole noun phrase of "a logarithmic-loss of 0.507"."""
    opening = scene.sentence.start_char
    phrase = _PHRASE_OF.search(scene.between(opening, number.start))
    return (
        Unlisted(phrase[1], opening + phrase.start(1), opening + phrase.end(1)) if phrase else None
    )


def _is_listed(scene: _Scene, left: int, right: int) -> bool:
    one, two = scene.numbers[left], scene.numbers[right]
    return bool(_LISTED.match(scene.between(one.end, two.start)))


def _same_series(scene: _Scene, right: int) -> bool:
    """Whether the right number goes on what the left one reports: same unit, no new clause."""
    one, two = scene.numbers[right - 1], scene.numbers[right]
    between = scene.between(one.end, two.start)
    same = one.unit.strip(" -\\") == two.unit.strip(" -\\")
    spread = "pm" in one.text and "pm" in two.text
    return same and (spread or (len(between) < 90 and not re.search(r"[;:]|\bwhile\b", between)))


def _fallback(number: Number, scene: _Scene, previous: Reading | None) -> Metric | None:
    """What a percentage or factor must be of when its own words do not say."""
    text = scene.sentence.text
    before = scene.between(scene.sentence.start_char, number.start)
    if not (number.percent or number.multiplier) or not _ACHIEVES.search(text):
        return None
    metrics = scene.of("metric")
    better = {c.name: c for _, c in metrics if direction(c.name) == "up"}
    if number.percent and len(better) == 1:
        return next(iter(better.values()))
    changed = [c for m, c in metrics if m.end <= number.start]
    by = _BY.search(before)
    if by and changed and _CHANGES.search(before):
        return changed[-1]
    near = {c.name: c for m, c in metrics if -60 < m.start - number.end < 40}
    if number.multiplier and len(near) == 1:
        return next(iter(near.values()))
    if number.percent and scene.of("dataset") and _TELLS_ACCURACY.search(_around(number, scene)):
        return Unlisted("accuracy", number.start, number.end)
    done = re.search(r"\b(compress|accelerat|speed)", before, re.I)
    if by and number.multiplier and done:
        name = "compression" if done[1].lower() == "compress" else "speedup"
        return Unlisted(name, number.start, number.end)
    outdone = any(word in OUTPERFORM for word in text.lower().split())
    if outdone and by and number.multiplier:
        return Unlisted("speedup", number.start, number.end)
    return previous.metric if outdone and by and previous and not metrics else None


_BY: Final = re.compile(
    r"\bby\s(?:[\d.%, x]|and|up to|more than|over|almost|about|around|a factor of)*\s?$", re.I
)
_CHANGES: Final = re.compile(
    r"\b(?:reduc|decreas|lower|cut|improv|increas|boost|enhanc|sav)\w*", re.I
)
_TELLS_ACCURACY: Final = re.compile(
    r"%\W*(?:\w+\s)?on\b|improvement|performance (?:drop|gain|loss)", re.I
)


def _around(number: Number, scene: _Scene) -> str:
    return scene.between(max(scene.sentence.start_char, number.start - 30), number.end + 30)


def _datasets(scene: _Scene) -> dict[Number, Concept | None]:
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
        limit = _next_series(scene, index)
        following = [
            c
            for m, c in datasets
            if number.end <= m.start < limit and _leads_on(scene.between(number.end, m.start))
        ]
        preceding = [c for m, c in datasets if m.end <= number.start]
        later = [c for m, c in datasets if m.start >= number.end]
        options = following[:1] or preceding[-1:] or later[:1]
        chosen[number] = options[0] if options else None
    return chosen | _respectively(scene, datasets)


def _leads_on(between: str) -> bool:
    """Whether the words from a number to a dataset stay in one clause and lead there with "on"."""
    plain = VALUE.sub("", re.sub(r"\([^)]*\)|respectively", "", between))
    plain = re.sub(r"^[\s,/]*(?:and\s|or\s|[,\s])*", "", plain)
    return bool(re.search(r"\b(?:on|in|for|over|of|across)\b", plain)) and not re.search(
        r"[,;(]\s*(?:and|while|but|which|being|improv)|;|\(", plain
    )


def _next_series(scene: _Scene, index: int) -> int:
    """Where the next number begins that is not merely listed with this one."""
    for later in range(index + 1, len(scene.numbers)):
        if not _is_listed(scene, later - 1, later):
            return scene.numbers[later].start
    return scene.sentence.end_char


def _respectively(
    scene: _Scene, placed: Sequence[tuple[Mention, Concept]]
) -> dict[Number, Concept | None]:
    """Numbers and names that "respectively" pairs in order, where there are as many of each."""
    names = list(dict.fromkeys(c.name for _, c in placed))
    if not re.search(r"respectively|\{", scene.sentence.text) or len(names) < 2:
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
        other = _nearest_before(number, baselines)
        if _is_versus(scene, index + 1):
            chosen[number] = (main, other)
        elif _is_versus(scene, index):
            chosen[number] = (other, None)
        else:
            method = _subject(number, scene, methods, roles, main)
            baseline = paired.get(number) or _beaten(number, index, scene, methods)
            chosen[number] = (method, baseline if baseline is not method else None)
    return chosen


def _subject(
    number: Number,
    scene: _Scene,
    methods: Sequence[tuple[Mention, Concept]],
    roles: dict[str, Role],
    main: Concept | None,
) -> Concept | None:
    """The method that the sentence says it of: one whose bracket holds the number, a proposed one
    that achieves it, the main one, or where neither is spoken of the first that is named."""
    before = [(m, c) for m, c in methods if m.end <= number.start]
    for mention, concept in reversed(before):
        between = scene.between(mention.end, number.start)
        if re.match(r"(?:\s|times|[\d.×x])*\([^()]*$", between):
            return concept
        if roles.get(concept.name) == "proposed" and _ACHIEVES.search(between[:80]):
            return concept
    own = speaks_of_own_work(scene.sentence) or any(c is main for _, c in methods)
    own = own or scene.sentence[0].lower_ in {"it", "this", "they", "these"}
    if main is not None and (own or not before):
        return main
    return before[0][1] if before else None


def _beaten(
    number: Number, index: int, scene: _Scene, methods: Sequence[tuple[Mention, Concept]]
) -> Concept | None:
    """The method that the number is better than: named after it, outperformed "by" it, or before."""
    start = scene.numbers[index - 1].end if index else scene.sentence.start_char
    limit = _next_series(scene, index)
    for mention, concept in methods:
        between = scene.between(number.end, mention.start)
        inside = between.count("(") > between.count(")")
        if number.end <= mention.start < limit and not inside and _BETTER.search(between):
            return concept
    for mention, concept in reversed(methods):
        if mention.end > number.start:
            continue
        before = scene.doc.text[scene.sentence.start_char : mention.start].split()
        beaten = any(word.lower() in OUTPERFORM for word in before[-4:])
        if beaten and re.search(r"\bby\b", scene.between(mention.end, number.start)):
            return concept
        if mention.start >= start and _BETTER.search(scene.between(start, mention.start)):
            return concept
    return None


def _is_versus(scene: _Scene, index: int) -> bool:
    """Whether the number is B of "A vs. B"."""
    if not 0 < index < len(scene.numbers):
        return False
    between = scene.between(scene.numbers[index - 1].end, scene.numbers[index].start)
    return bool(re.fullmatch(r"\s*(?:vs\.?|versus)\s*", between))


def _nearest_before(number: Number, placed: Sequence[tuple[Mention, Concept]]) -> Concept | None:
    before = [c for m, c in placed if m.end <= number.start]
    return before[-1] if before else None
