"""A sentence with the numbers and the concepts in it: what results are read from."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc, Span

from kg.extract.entities import Concept
from kg.extract.nlp import text_of
from kg.extract.numbers import Number, numbers
from kg.extract.roles import speaks_of_own_work
from kg.model import Mention

_LISTED: Final = re.compile(
    r"^\s*(?:[,/}{]|and|or|,\s*and|to|vs\.?|versus)\s*(?:up to |around |nearly )?\{?$", re.I
)
_NAMES_LISTED: Final = re.compile(r"\s*(?:\([^)]*\))?\s*(?:,|,?\s?(?:and|or|&))?\s*(?:\w+\s)?")
_SETTING: Final = re.compile(
    r"^(?:(?:\s*(?:and|,|or)\s*[\d.x]+)?\s*(?:schedules?|schedulers?|crops?)\b)", re.I
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence with the placed concepts and the numbers in it."""

    doc: Doc
    sentence: Span
    placed: tuple[tuple[Mention, Concept], ...]
    numbers: tuple[Number, ...]

    def of(self, kind: str) -> list[tuple[Mention, Concept]]:
        return [(m, c) for m, c in self.placed if c.kind == kind]

    def between(self, start: int, end: int) -> str:
        return text_of(self.doc)[start:end]


def scenes(concepts: Sequence[Concept], doc: Doc) -> Iterator[Scene]:
    """Yield the sentences that hold a number, from the first on in which the authors speak of
    their own work."""
    placed = sorted(
        ((m, c) for c in concepts for m in c.mentions), key=lambda p: (p[0].start, p[0].end)
    )
    own, text = False, text_of(doc)
    for sentence in doc.sents:
        start, end = sentence.start_char, sentence.end_char
        first = bisect_left(placed, start, key=lambda p: p[0].start)
        last = bisect_left(placed, end, key=lambda p: p[0].start)
        inside = tuple(p for p in placed[first:last] if p[0].end <= end)
        own = own or (sentence.start > 0 and speaks_of_own_work(sentence))
        found = tuple(n for n in numbers(text, start, end) if _is_free(n, inside, text))
        if found and own:
            yield Scene(doc, sentence, inside, found)


def _is_free(number: Number, placed: Sequence[tuple[Mention, Concept]], text: str) -> bool:
    """Whether the number is neither part of a name nor a setting ("3x schedule")."""
    named = any(
        m.start < number.end and number.start < m.end and not is_unit(m, c, number)
        for m, c in placed
    )
    return not named and not _SETTING.match(text[number.end : number.end + 30])


def is_unit(mention: Mention, concept: Concept, number: Number) -> bool:
    """Whether the mention is the unit of the number, a metric by itself ("25 FPS")."""
    return concept.kind == "metric" and number.start < mention.start and mention.end <= number.end


def is_listed(scene: Scene, left: int, right: int) -> bool:
    """Whether only a comma, "and" or the like stands between two numbers of the scene."""
    one, two = scene.numbers[left], scene.numbers[right]
    return bool(_LISTED.match(scene.between(one.end, two.start)))


def listed_runs(scene: Scene) -> list[list[Number]]:
    """The numbers of the scene, those of one list together."""
    runs: list[list[Number]] = []
    for index, number in enumerate(scene.numbers):
        if index and is_listed(scene, index - 1, index):
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def next_series(scene: Scene, index: int) -> int:
    """Where the next number begins that is not merely listed with this one."""
    for later in range(index + 1, len(scene.numbers)):
        if not is_listed(scene, later - 1, later):
            return scene.numbers[later].start
    return scene.sentence.end_char


def respectively(
    scene: Scene, placed: Sequence[tuple[Mention, Concept]]
) -> dict[Number, Concept | None]:
    """Numbers and names that "respectively" pairs in order, where there are as many of each."""
    lists = [
        list(dict.fromkeys(c.name for _, c in group)) for group in _enumerations(placed, scene)
    ]
    names = max(lists, key=len, default=[])
    if len(names) < 2:
        return {}
    told = re.search(r"respectively|\{", scene.sentence.text)
    runs = [run for run in listed_runs(scene) if told or _leads_to(run[-1], placed, scene)]
    by_name = {c.name: c for _, c in placed}
    fitting = [run for run in runs if len(run) == len(names)]
    return {n: by_name[name] for run in fitting for n, name in zip(run, names, strict=True)}


def _leads_to(number: Number, placed: Sequence[tuple[Mention, Concept]], scene: Scene) -> bool:
    """Whether a list of names follows this last number of a list: "77.1% and 83.4% on A and B"."""
    following = next((m for m, _ in placed if m.start >= number.end), None)
    between = scene.between(number.end, following.start) if following else ""
    return bool(re.fullmatch(r"\s(?:[\w-]+\s){0,2}?on\s(?:the\s)?", between))


def _enumerations(
    placed: Sequence[tuple[Mention, Concept]], scene: Scene
) -> list[list[tuple[Mention, Concept]]]:
    """The runs of names that only commas and "and" part."""
    groups: list[list[tuple[Mention, Concept]]] = []
    for mention, concept in placed:
        between = scene.between(groups[-1][-1][0].end, mention.start) if groups else "."
        if _NAMES_LISTED.fullmatch(between):
            groups[-1].append((mention, concept))
        else:
            groups.append([(mention, concept)])
    return groups
