"""The leaderboard: filters, order, and what each row says."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from graphs import CCT, CIFAR, IMAGENET, SENTENCES, TOP1, VIT, tiny_graph

from kg.errors import UnknownEntity
from kg.model import Evidence
from kg.query import Row, results


@pytest.fixture(name="G", scope="module")
def graph() -> nx.MultiDiGraph:
    return tiny_graph()


def leaderboard(
    metric: str, *values: tuple[str, float | None, str], sentence: str = ""
) -> nx.MultiDiGraph:
    """A graph of one paper whose methods a, b, c ... achieve the values."""
    G = nx.MultiDiGraph()
    node: dict[str, Any] = {"papers": 1, "aliases": [], "year": None}
    G.add_node("paper:p", label="P", kind="paper", **node)
    G.add_node("metric:m", label=metric, kind="metric", **node)
    for name, (value, number, unit) in zip("abcdefgh", values, strict=False):
        G.add_node(f"method:{name}", label=name, kind="method", **node)
        G.add_edge(
            f"method:{name}",
            "metric:m",
            relation="achieves",
            weight=1,
            confidence=0.5,
            evidence=[Evidence("p", 0, len(sentence), sentence, "rule", 0.5)],
            value=value,
            number=number,
            high=None,
            unit=unit,
            dataset="",
            relative=unit == "x",
            baseline="",
            paper="p",
        )
    return G


def said(rows: list[Row]) -> list[tuple[str, str, str, str]]:
    return [(row.dataset, row.metric, row.method, row.value) for row in rows]


def test_all_numbers_in_order(G: nx.MultiDiGraph) -> None:
    assert said(results(G)) == [
        ("CIFAR-10", "top-1 accuracy", "CCT", "98%"),
        ("CIFAR-10", "top-1 accuracy", "CCT", "97.1-98.2%"),
        ("ImageNet-1K", "top-1 accuracy", SENTENCES["seed-03"][0], "85.0%"),
        ("ImageNet-1K", "top-1 accuracy", "CCT", "3.5%"),
        ("", "parameters", "CCT", "0.28M"),
    ]


def test_a_row_says_it_all(G: nx.MultiDiGraph) -> None:
    [row] = results(G, dataset="ImageNet-1K", method="CCT")
    assert (row.method_id, row.metric_id, row.dataset_id) == (CCT, TOP1, IMAGENET)
    assert (row.value, row.number, row.high, row.unit) == ("3.5%", 3.5, None, "%")
    assert row.relative is True
    assert (row.baseline, row.baseline_id) == ("Vision Transformer", VIT)
    assert (row.paper, row.title, row.year) == ("seed-01", SENTENCES["seed-01"][0], 2021)
    assert row.sentence is not None
    assert row.sentence.sentence == SENTENCES["seed-01"][4]


def test_a_range_keeps_both_ends(G: nx.MultiDiGraph) -> None:
    row = results(G, dataset=CIFAR)[1]
    assert (row.number, row.high) == (97.1, 98.2)


@pytest.mark.parametrize(
    ("filters", "values"),
    [
        ({"dataset": "ImageNet-1K"}, ["85.0%", "3.5%"]),
        ({"dataset": "cifar10"}, ["98%", "97.1-98.2%"]),
        ({"metric": "Top-1 Accuracy"}, ["98%", "97.1-98.2%", "85.0%", "3.5%"]),
        ({"metric": "parameter"}, ["0.28M"]),
        ({"method": "compact convolutional transformer", "metric": "parameters"}, ["0.28M"]),
        ({"method": "ViT"}, []),
        ({"task": "image classification"}, ["98%", "97.1-98.2%", "3.5%", "0.28M"]),
        ({"task": "image classification", "dataset": "ImageNet-1K"}, ["3.5%"]),
    ],
)
def test_filters(G: nx.MultiDiGraph, filters: dict[str, str], values: list[str]) -> None:
    assert [row.value for row in results(G, **filters)] == values


def test_a_task_keeps_the_numbers_of_papers_that_address_it() -> None:
    G = leaderboard("accuracy", ("1%", 1.0, "%"))
    for task in ("addressed", "other"):
        G.add_node(f"task:{task}", label=task, kind="task", papers=1, aliases=[])
    G.add_edge("paper:p", "task:addressed", relation="addresses")
    assert len(results(G, task="addressed")) == 1
    assert results(G, task="other") == []


def test_a_filter_is_a_name_of_its_kind(G: nx.MultiDiGraph) -> None:
    with pytest.raises(UnknownEntity):
        results(G, dataset="CCT")
    with pytest.raises(UnknownEntity):
        results(G, metric=CIFAR)


@pytest.mark.parametrize(
    ("metric", "values", "order"),
    [
        ("accuracy", [("1%", 1.0, "%"), ("3", 3.0, ""), ("2%", 2.0, "%")], "bca"),
        ("perplexity", [("3", 3.0, ""), ("1", 1.0, ""), ("2", 2.0, "")], "bca"),
        ("latency", [("2 ms", 2.0, "ms"), ("1 ms", 1.0, "ms")], "ba"),
        ("latency", [("2x", 2.0, "x"), ("3x", 3.0, "x"), ("9 ms", 9.0, "ms")], "cba"),
        ("accuracy", [("9x", 9.0, "x"), ("8 %", 8.0, "%"), ("7", 7.0, "")], "bca"),
        ("zeal", [("1", 1.0, ""), ("2", 2.0, "")], "ba"),
        ("accuracy", [("many", None, ""), ("-2", -2.0, ""), ("0", 0.0, "")], "cba"),
        ("accuracy", [("5", 5.0, ""), ("5", 5.0, "")], "ab"),
    ],
)
def test_the_best_come_first(
    metric: str, values: list[tuple[str, float | None, str]], order: str
) -> None:
    assert "".join(row.method for row in results(leaderboard(metric, *values))) == order


def test_a_number_has_its_own_conditions() -> None:
    said = "It has 81% and 84% top-1 accuracy with resolution 224 and 384, and 90% at 512x512."
    values = [("81%", 81.0, "%"), ("84%", 84.0, "%"), ("90%", 90.0, "%")]
    rows = results(leaderboard("accuracy", *values, sentence=said))
    assert [(row.value, row.conditions) for row in rows] == [
        ("90%", ("512 resolution",)),
        ("81%", ("top-1", "224 resolution")),
        ("84%", ("top-1", "384 resolution")),
    ]
    assert len({row.board for row in rows}) == 3


def test_fractions_and_percentages_do_not_stand_on_one_leaderboard() -> None:
    values = [("0.85", 0.85, ""), ("84%", 84.0, "%"), ("0.91", 0.91, ""), ("86", 86.0, "")]
    rows = results(leaderboard("accuracy", *values))
    assert [row.value for row in rows] == ["86", "84%", "0.91", "0.85"]
    assert len({row.board for row in rows}) == 2


def test_a_limit_is_of_each_leaderboard(G: nx.MultiDiGraph) -> None:
    assert said(results(G, limit=1)) == [row for row in said(results(G)) if row[3] != "97.1-98.2%"]


def test_numbers_that_come_later_count() -> None:
    G = leaderboard("accuracy", ("1%", 1.0, "%"))
    assert len(results(G)) == 1
    G.add_edge("paper:p", "metric:m", **{**G.edges["method:a", "metric:m", 0], "value": "2%"})
    assert [row.value for row in results(G, metric="accuracy")] == ["1%", "2%"]


def test_a_leaderboard_of_thousands_is_found_by_its_dataset() -> None:
    G = leaderboard("accuracy")
    G.add_node("dataset:d", label="D", kind="dataset", papers=1, aliases=[], year=None)
    edge = {"relation": "achieves", "weight": 1, "confidence": 0.5, "evidence": [], "paper": "p"}
    edge |= {"number": 1.0, "high": None, "unit": "%", "relative": False, "baseline": ""}
    for n in range(5000):
        place = "dataset:d" if n % 1000 == 0 else ""
        G.add_edge("paper:p", "metric:m", f"{n}", value=f"{n}%", dataset=place, **edge)
    values = [f"{n}%" for n in (0, 1000, 2000, 3000, 4000)]
    assert [row.value for row in results(G, dataset="D")] == values
