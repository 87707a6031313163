"""Numbers on which papers disagree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from graphs import CCT, CIFAR, tiny_graph

from kg.query import Row, conflicts, results
from kg.text import parse_value


def row(paper: str, value: str, **more: Any) -> Row:
    """CCT's level on CIFAR-10 as one paper reports it."""
    parsed = parse_value(value)
    assert parsed
    known = results(tiny_graph(), dataset=CIFAR, method=CCT)[0]
    number = {"number": parsed.number, "high": parsed.high, "unit": parsed.unit}
    return replace(known, paper=paper, value=value, **{**number, **more})


@pytest.mark.parametrize(
    ("values", "disagree"),
    [
        (("98%", "96%"), True),
        (("98%", "98%"), False),
        (("98%", "98.2%"), False),
        (("98.0%", "98.2%"), True),
        (("98", "98%"), False),
        (("97.1-98.2%", "98%"), False),
        (("97.1-98.2%", "98.9%"), True),
        ((">97%", "99.1%"), False),
        ((">97%", "95.1%"), True),
        (("22M", "22.4M"), False),
        (("22M", "28.6M"), True),
        (("0.642±0.1", "0.7"), False),
        (("0.642±0.01", "0.700"), True),
    ],
)
def test_numbers_are_as_exact_as_printed(values: tuple[str, str], disagree: bool) -> None:
    rows = [row(paper, value) for paper, value in zip("ab", values, strict=True)]
    assert bool(conflicts(rows)) is disagree
    assert bool(conflicts(rows[::-1])) is disagree


def test_both_sides_are_shown_the_oldest_first() -> None:
    rows = [row("new", "96%", year=2023), row("none", "90%", year=None), row("old", "98%")]
    [conflict] = conflicts(rows)
    assert (conflict.method, conflict.metric, conflict.dataset) == (
        "CCT",
        "top-1 accuracy",
        "CIFAR-10",
    )
    assert [r.paper for r in conflict.rows] == ["old", "new", "none"]


def test_a_paper_with_several_numbers_agrees_by_one_of_them() -> None:
    assert conflicts([row("a", "98%"), row("a", "96%"), row("b", "96%")]) == []
    [conflict] = conflicts([row("a", "98%"), row("a", "96%"), row("b", "91%"), row("c", "96%")])
    assert [(r.paper, r.value) for r in conflict.rows] == [
        ("a", "96%"),
        ("a", "98%"),
        ("b", "91%"),
        ("c", "96%"),
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"paper": "a"},
        {"conditions": ("val",)},
        {"relative": True},
        {"dataset_id": "dataset:other"},
        {"metric_id": "metric:other"},
        {"method_id": "method:other"},
        {"method_id": "paper:b"},
        {"number": None},
    ],
)
def test_what_is_not_one_thing_is_no_conflict(more: dict[str, Any]) -> None:
    assert conflicts([row("a", "98%"), replace(row("b", "90%"), **more)]) == []


def test_numbers_on_no_dataset_are_not_compared() -> None:
    assert conflicts([row(p, v, dataset_id="") for p, v in (("a", "98%"), ("b", "90%"))]) == []


def test_those_of_most_papers_come_first() -> None:
    pair = [row(p, v, method="A", method_id="method:a") for p, v in (("a", "9%"), ("b", "5%"))]
    three = [row(p, v) for p, v in (("a", "98%"), ("b", "90%"), ("c", "80%"))]
    assert [c.method for c in conflicts([*pair, *three])] == ["CCT", "A"]
