"""The 54 abstracts of data/seed.txt against what a reader says about them.

tests/data/seed_expected.jsonl holds that reading, a line a paper. In its strings " | " stands
between names of one thing, and a final "?" marks what a careful reader may also leave out:
a name that need not be found, a number that need not be reported, a field that may be empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kg.extract import extract_many
from kg.model import Entity, Extraction, Kind, Paper, Result, Role
from kg.sources import read_papers
from kg.text import fold

TESTS = Path(__file__).parent
SEED = TESTS.parent / "data" / "seed.txt"
EXPECTED: list[dict[str, Any]] = [
    json.loads(line)
    for line in (TESTS / "data" / "seed_expected.jsonl").read_text(encoding="utf-8").splitlines()
]

#: Where each list of names is found in an extraction.
FIELDS: dict[str, tuple[Kind, Role]] = {
    "proposes": ("method", "proposed"),
    "introduces": ("dataset", "introduced"),
    "datasets": ("dataset", "used"),
    "metrics": ("metric", ""),
    "tasks": ("task", ""),
    "compares": ("method", "baseline"),
}

#: Least share of the expected names that must be found, over the corpus.
LEAST_NAMES = {
    "proposes": 0.84,
    "introduces": 1.0,
    "datasets": 0.95,
    "metrics": 0.90,
    "tasks": 0.83,
    "compares": 0.77,
}

#: Least shares of the expected numbers: found with the right metric, and, of those found,
#: with the right method, dataset and baseline. `true` is the share of reported numbers that
#: the reading knows.
LEAST_NUMBERS = {"found": 0.92, "true": 0.92, "method": 0.90, "dataset": 0.94, "baseline": 0.91}

#: Papers that do not come out exactly right, and why. A paper that does must leave the list.
KNOWN_GAPS: dict[str, dict[str, str]] = {
    "proposes": {
        "seed-03": "one of two distillations that the method is made of",
        "seed-05": "FrALBERT is read with the adjective before it",
        "seed-07": "head token in quotes; the module that a design sits in is taken for new",
        "seed-08": "a gerund phrase of the title",
        "seed-16": "Mix'n'Match",
        "seed-17": "one part under two spellings; what the method makes",
        "seed-22": "the one component that is evaluated, after 'namely'",
        "seed-24": "padding-free algorithm is read up to the adjective",
        "seed-26": "a variant in brackets after what it is made of",
        "seed-31": "two of three parts named in passing",
        "seed-36": "the title spells MoHD otherwise; a phrase is read up to its adjective",
        "seed-38": "one of four parts whose names differ by an adjective",
        "seed-39": "the title's plural is read as a name",
        "seed-44": "the technique after 'through' and in the title",
        "seed-47": "the acronym stands for a part of the name",
        "seed-48": "halves of a coordination in the title",
        "seed-53": "one of two parts named in passing",
        "seed-54": "parts after 'includes'; the title after the colon",
    },
    "introduces": {},
    "datasets": {
        "seed-26": "Phonebook stands in brackets after e.g. and in no lexicon",
        "seed-28": "'based on PVTv2-B0 and ImageNet-1K': a model in a list with a dataset",
        "seed-39": "MMLU in 'MMLU scores' is read with the metric",
    },
}


@dataclass(frozen=True)
class Name:
    """An expected name: its forms, folded, and whether it may be missing."""

    forms: frozenset[str]
    optional: bool
    text: str

    @classmethod
    def of(cls, text: str) -> Name:
        forms = text.removesuffix("?").split(" | ")
        return cls(frozenset(map(fold, forms)), text.endswith("?"), forms[0])

    def names(self, entity: Entity) -> bool:
        return not self.forms.isdisjoint(map(fold, (entity.name, *entity.surface)))


@dataclass(frozen=True)
class Found:
    """A paper, what was extracted from it, and the entity behind each name."""

    paper: Paper
    extraction: Extraction

    def entities(self, field: str) -> Iterator[Entity]:
        """The entities of the field's kind and role."""
        kind, role = FIELDS[field]
        return (e for e in self.extraction.entities if (e.kind, e.role) == (kind, role))

    def agrees(self, expected: str | None, name: str | None) -> bool:
        """Whether the entity called `name`, or None, is the expected one."""
        if expected is None or name is None:
            return name is None and (expected is None or Name.of(expected).optional)
        entity = next(e for e in self.extraction.entities if e.name == name)
        return Name.of(expected).names(entity)


@pytest.fixture(scope="module")
def seed() -> dict[str, Found]:
    papers = list(read_papers([SEED]))
    return {p.id: Found(p, x) for p, x in zip(papers, extract_many(papers), strict=True)}


def test_papers_and_titles(seed: dict[str, Found]) -> None:
    assert len(seed) == 54
    assert [(p.paper.id, p.paper.title) for p in seed.values()] == [
        (row["id"], row["title"]) for row in EXPECTED
    ]


# Names


def faults(found: Found, field: str, expected: list[str]) -> list[str]:
    """Why the field is not exactly right: names missing, in another role, split, or too many."""
    kind, role = FIELDS[field]
    names = [Name.of(text) for text in expected]
    told = []
    for name in (n for n in names if not n.optional):
        holders = [e for e in found.extraction.entities if e.kind == kind and name.names(e)]
        if len(holders) != 1:
            told.append(f"{name.text!r} is {[e.name for e in holders] or 'missing'}")
        told += [f"{e.name!r} is {e.role}" for e in holders if e.role != role]
    known = [e for e in found.entities(field) if any(n.names(e) for n in names)]
    return told + [f"{e.name!r} is not known" for e in found.entities(field) if e not in known]


@pytest.mark.parametrize("field", KNOWN_GAPS)
@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: row["id"])
def test_exactly_right_but_for_known_gaps(
    seed: dict[str, Found], row: dict[str, Any], field: str
) -> None:
    told = faults(seed[row["id"]], field, row[field])
    if row["id"] in KNOWN_GAPS[field]:
        assert told, "comes out right now: take it off KNOWN_GAPS"
    else:
        assert told == []


@pytest.mark.parametrize(("field", "least"), LEAST_NAMES.items())
def test_names_found(seed: dict[str, Found], field: str, least: float) -> None:
    wanted = [
        (row["id"], name)
        for row in EXPECTED
        for name in map(Name.of, row[field])
        if not name.optional
    ]
    missing = [
        f"{paper} {name.text}"
        for paper, name in wanted
        if not any(map(name.names, seed[paper].entities(field)))
    ]
    assert 1 - len(missing) / len(wanted) >= least, missing


# Numbers


def plain(value: str) -> str:
    return value.replace(" ", "").replace("~", "")


def matches(found: Found, expected: dict[str, Any], result: Result) -> bool:
    values = map(plain, expected["value"].removesuffix("?").split(" | "))
    return plain(result.value) in values and found.agrees(expected["metric"], result.metric)


PARTS = ("method", "dataset", "baseline")


def right_parts(found: Found, expected: dict[str, Any], result: Result) -> dict[str, bool]:
    return {part: found.agrees(expected[part], getattr(result, part)) for part in PARTS}


def pairs(found: Found, row: dict[str, Any]) -> list[tuple[dict[str, Any], Result | None]]:
    """Each expected number with the reported one that is it; of several, the most alike."""
    left = list(found.extraction.results)
    paired: list[tuple[dict[str, Any], Result | None]] = []
    for expected in row["results"]:
        same = [r for r in left if matches(found, expected, r)]
        best = max(same, key=lambda r: sum(right_parts(found, expected, r).values()), default=None)
        if best is not None:
            left.remove(best)
        paired.append((expected, best))
    return paired


@pytest.fixture(scope="module")
def numbers(seed: dict[str, Found]) -> dict[str, tuple[float, list[str]]]:
    """For each measure its share over the corpus, and what is wrong."""
    wrong: dict[str, list[str]] = {measure: [] for measure in LEAST_NUMBERS}
    total = dict.fromkeys(LEAST_NUMBERS, 0)
    for row in EXPECTED:
        found = seed[row["id"]]
        paired = pairs(found, row)
        known = [result for _, result in paired]
        total["true"] += len(found.extraction.results)
        wrong["true"] += [
            f"{row['id']} {r.value} {r.metric}" for r in found.extraction.results if r not in known
        ]
        for expected, result in paired:
            text = f"{row['id']} {expected['value']} {expected['metric']}"
            if result is None:
                total["found"] += not expected["value"].endswith("?")
                wrong["found"] += [text] if not expected["value"].endswith("?") else []
                continue
            total["found"] += 1
            for part, right in right_parts(found, expected, result).items():
                total[part] += 1
                wrong[part] += [] if right else [f"{text}: {getattr(result, part)}"]
    return {m: (1 - len(wrong[m]) / total[m], wrong[m]) for m in LEAST_NUMBERS}


@pytest.mark.parametrize(("measure", "least"), LEAST_NUMBERS.items())
def test_numbers(numbers: dict[str, tuple[float, list[str]]], measure: str, least: float) -> None:
    share, wrong = numbers[measure]
    assert share >= least, wrong
