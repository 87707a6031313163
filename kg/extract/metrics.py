"""What a number measures: the metric that stands by it, or that its words imply.

The metric is the one that stands right after the number ("98% accuracy"), else right before it
("EAO of 0.555"), else the one of the numbers it is listed with. Some numbers name none:
"3.1x faster" is of speed, "40x fewer training tokens" of training tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kg.extract.entities import Concept
from kg.extract.numbers import Number
from kg.extract.phrases import is_generic
from kg.extract.scenes import Scene, is_listed, is_unit
from kg.extract.words import OUTPERFORM
from kg.lexicon import direction

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
    r"(?:\([^)]*\)\s*)?(?:of|by|to|at|is|was|are|from|ranging from|reaches|reaching|=|:|"
    r"up to|as (?:high|low|little|few) as|scores?|improvements?|reductions?|gains?|\()+\s*"
    r"(?:(?:of|by|to|up to|over|about|around|nearly|approximately|roughly|only|at least|"
    r"at most|more than|less than|an?|the|average|averagely|even|just|almost|absolute)\s*)*[~(]?$",
    re.I,
)
ACHIEVES: Final = re.compile(
    r"\b(?:achiev|reach|obtain|attain|get|gets|yield|has|have|with|runs?|scor|hits|deliver|surpass|"
    r"outperform|improv|reduc|exceed|boost|accelerat|gain|requir|exhibit|show|enabl|save)\w*",
    re.I,
)
_RIVAL: Final = re.compile(
    r"\b(?:while|whereas|but)\b[^,;]*\b(?:baselines?|previous|prior|existing|second[- ]best)\b",
    re.I,
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
    r"^\s(?:fewer|less|lower|reduced|higher|more|increased)\s((?:(?!than\b)[A-Za-z-]+\s?){1,3}?)"
    r"(?=\s?(?:per|compared|than|on|in|and|with|while|for|at|as|over|without|when|by|of)\b|\s?[,.;)(])",
    re.I,
)
_VAGUE: Final = re.compile(
    r"^\s(?:(?:higher|better|lower|relative|absolute|average)\s)?performance\b(?!\s*(?:per|efficiency))",
    re.I,
)
_PHRASE_OF: Final = re.compile(
    r"(?:\b(?:an?|and|with|the)|,)\s((?:(?!(?:an?|and|the|we|our|it|with|achiev\w*|to|on|is|of)\b)"
    r"[\w-]+\s){0,7}(?:loss|score|area under curve|error|rate|ratio|accuracy|"
    r"[\w]+-loss|precision|recall|index|coefficient))\sof\s$",
    re.I,
)
_BY: Final = re.compile(
    r"\bby\s(?:[\d.%, x]|and|up to|more than|over|almost|about|around|a factor of)*\s?$", re.I
)
_SAVES: Final = re.compile(r"\b(?:reduc|decreas|lower|cut|sav)\w*", re.I)
_CHANGES: Final = re.compile(
    r"\b(?:reduc|decreas|lower|cut|improv|increas|boost|enhanc|sav)\w*", re.I
)
_TELLS_ACCURACY: Final = re.compile(
    r"%\W*(?:\w+\s)?on\b|improvement|performance (?:drop|gain|loss)", re.I
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


def metrics_of(scene: Scene, previous: Metric | None) -> list[Metric | None]:
    """The metric of each number of the scene, or None where it is no outcome."""
    own = [_own_metric(n, scene) for n in scene.numbers]
    for index in range(len(own) - 2, -1, -1):
        same = scene.numbers[index].unit in ("", scene.numbers[index + 1].unit)
        if own[index] is None and same and is_listed(scene, index, index + 1):
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


def _is_rivals(number: Number, scene: Scene) -> bool:
    """Whether the clause is about an unnamed baseline ("while the best baseline achieved 0.5")."""
    return bool(_RIVAL.search(scene.between(scene.sentence.start_char, number.start)))


def _own_metric(number: Number, scene: Scene) -> Metric | None:
    after = scene.between(number.end, scene.sentence.end_char)
    if _VAGUE.match(after):
        known = number.percent and scene.of("dataset") and "drop" in after[:30]
        return Unlisted("accuracy", number.start, number.end) if known else _NOTHING
    phrase = _phrase_before(number, scene)
    metrics = scene.of("metric")
    if phrase and not any(c.name == phrase.name for _, c in metrics):
        return phrase
    for mention, concept in metrics:
        if is_unit(mention, concept, number):
            return concept
        if mention.start >= number.end and _AFTER.match(scene.between(number.end, mention.start)):
            return concept
    for mention, concept in reversed(metrics):
        if mention.end <= number.start and _BEFORE.match(scene.between(mention.end, number.start)):
            return concept
    return _implied(number, scene)


def _implied(number: Number, scene: Scene) -> Metric | None:
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


def _phrase_before(number: Number, scene: Scene) -> Unlisted | None:
    """The whole noun phrase of "a logarithmic-loss of 0.507"."""
    opening = scene.sentence.start_char
    phrase = _PHRASE_OF.search(scene.between(opening, number.start))
    return (
        Unlisted(phrase[1], opening + phrase.start(1), opening + phrase.end(1)) if phrase else None
    )


def _same_series(scene: Scene, right: int) -> bool:
    """Whether the right number goes on what the left one reports: same unit, no new clause."""
    one, two = scene.numbers[right - 1], scene.numbers[right]
    between = scene.between(one.end, two.start)
    same = one.unit.strip(" -\\") == two.unit.strip(" -\\")
    same = same or (not one.unit and "point" in two.unit)
    spread = "pm" in one.text and "pm" in two.text
    return same and (spread or (len(between) < 90 and not re.search(r"[;:]|\bwhile\b", between)))


def _fallback(number: Number, scene: Scene, previous: Metric | None) -> Metric | None:
    """What a percentage or factor must be of when its own words do not say."""
    text = scene.sentence.text
    before = scene.between(scene.sentence.start_char, number.start)
    if not (number.percent or number.multiplier) or not ACHIEVES.search(text):
        return None
    metrics = scene.of("metric")
    changed = [c for m, c in metrics if m.end <= number.start]
    by = _BY.search(before)
    saved = by and changed and _SAVES.search(before) and direction(changed[-1].name) != "up"
    if saved:
        return changed[-1]
    better = {c.name: c for _, c in metrics if direction(c.name) == "up"}
    if number.percent and len(better) == 1:
        return next(iter(better.values()))
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
    return previous if outdone and by and not metrics else None


def _around(number: Number, scene: Scene) -> str:
    return scene.between(max(scene.sentence.start_char, number.start - 30), number.end + 30)
