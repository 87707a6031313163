"""Things side by side."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import networkx as nx
import pytest
from graphs import CCT, CIFAR, IMAGENET, SAM_SCALE, TOP1, VIT, evidence, tiny_graph

from kg.errors import AmbiguousEntity, KgError, UnknownEntity
from kg.query import Aspect, Comparison, compare


@pytest.fixture(name="G", scope="module")
def graph() -> nx.MultiDiGraph:
    return tiny_graph()


def with_levels(*levels: tuple[str, str, float, str]) -> nx.MultiDiGraph:
    """The graph with levels of (method, metric, number, what the sentence says beside it)."""
    G = tiny_graph()
    for method, metric, number, said in levels:
        value = f"{number:g}%"
        seen = replace(evidence("seed-03", 2), sentence=f"It has {value} {said}.")
        edge: dict[str, Any] = {"relation": "achieves", "weight": 1, "confidence": 0.5}
        edge |= {"value": value, "number": number, "high": None, "unit": "%", "relative": False}
        edge |= {"evidence": [seen], "dataset": IMAGENET, "baseline": "", "paper": "seed-03"}
        G.add_edge(method, metric, f"achieves:{value}", **edge)
    return G


def aspect(found: Comparison, name: str) -> Aspect:
    return next(a for a in found.aspects if a.name == name)


def own(a: Aspect) -> list[list[str]]:
    return [[link.other.label for link in links] for links in a.own]


def test_items_are_in_the_order_of_their_names(G: nx.MultiDiGraph) -> None:
    found = compare(G, ["ViT", "CCT", "seed-03", "cct"])
    assert [item.label for item in found.items] == [
        "Vision Transformer",
        "CCT",
        "Scale-Aware Modulation Meets Transformers",
    ]
    assert [(item.papers, item.first_year, item.last_year) for item in found.items] == [
        (3, 2021, 2024),
        (2, 2021, 2023),
        (1, 2024, 2024),
    ]


def test_what_is_shared_and_what_is_not(G: nx.MultiDiGraph) -> None:
    found = compare(G, ["CCT", "ViT"])
    assert [a.name for a in found.aspects] == [
        "proposed in",
        "tasks",
        "datasets",
        "metrics",
        "uses",
        "compared with",
        "used by",
        "used in",
    ]
    datasets = aspect(found, "datasets")
    assert [trait.node.label for trait in datasets.shared] == ["CIFAR-10"]
    assert [link and link.papers for link in datasets.shared[0].links] == [2, 1]
    assert own(datasets) == [["ImageNet-1K"], []]
    assert (datasets.total_shared, datasets.total_own) == (1, (1, 0))


def test_papers_and_methods_meet(G: nx.MultiDiGraph) -> None:
    found = compare(G, ["seed-01", "ViT"])
    datasets = aspect(found, "datasets")
    assert [trait.node.label for trait in datasets.shared] == ["CIFAR-10"]
    assert [link and link.relation for link in datasets.shared[0].links] == [
        "evaluates_on",
        "evaluated_on",
    ]
    assert own(aspect(found, "proposes")) == [["CCT"], []]


def test_every_link_is_met_at_its_item(G: nx.MultiDiGraph) -> None:
    found = compare(G, ["CCT", "ViT", "seed-01", "CIFAR-10", "top-1 accuracy"])
    ids = [item.id for item in found.items]
    for a in found.aspects:
        columns = [*(trait.links for trait in a.shared)]
        linked = [
            (i, link) for links in columns for i, link in zip(ids, links, strict=True) if link
        ]
        linked += [(i, link) for i, links in zip(ids, a.own, strict=True) for link in links]
        for item, link in linked:
            assert item == (link.target.id if link.reversed else link.source.id)
            assert link.sentences
        for trait in a.shared:
            assert sum(link is not None for link in trait.links) > 1
            assert {link.other for link in trait.links if link} == {trait.node}


def test_a_limit_keeps_totals(G: nx.MultiDiGraph) -> None:
    whole, part = (compare(G, ["CCT", "seed-02"], limit=limit) for limit in (None, 1))
    for a, b in zip(whole.aspects, part.aspects, strict=True):
        assert (a.total_shared, a.total_own) == (b.total_shared, b.total_own)
        assert b.shared == a.shared[:1]
        assert b.own == tuple(links[:1] for links in a.own)


def test_numbers_on_a_shared_benchmark() -> None:
    G = with_levels((CCT, TOP1, 81.0, ""), (VIT, TOP1, 77.9, ""), (CCT, TOP1, 80.0, ""))
    [benchmark] = compare(G, ["ViT", "CCT", "seed-02"]).benchmarks
    assert (benchmark.dataset, benchmark.metric) == ("ImageNet-1K", "top-1 accuracy")
    assert (benchmark.direction, benchmark.comparable) == ("up", True)
    assert [[row.value for row in rows] for rows in benchmark.rows] == [
        ["77.9%"],
        ["81%", "80%"],
        [],
    ]
    assert benchmark.best == (False, True, False)


def test_the_direction_of_the_metric_decides() -> None:
    G = with_levels((CCT, "metric:e", 9.0, ""), (VIT, "metric:e", 8.0, ""))
    G.nodes["metric:e"].update(label="error rate", kind="metric", papers=1, aliases=[])
    [benchmark] = compare(G, ["CCT", "ViT"]).benchmarks
    assert (benchmark.direction, benchmark.best) == ("down", (False, True))
    G.nodes["metric:e"].update(label="zeal")
    [benchmark] = compare(G, ["CCT", "ViT"]).benchmarks
    assert (benchmark.direction, benchmark.best) == ("", (False, False))


def test_a_tie_has_two_best() -> None:
    G = with_levels((CCT, TOP1, 81.0, ""), (VIT, TOP1, 81.0, ""))
    assert compare(G, ["CCT", "ViT"]).benchmarks[0].best == (True, True)


def test_only_equal_conditions_are_compared() -> None:
    small, large = "at resolution 224", "at resolution 384"
    G = with_levels((CCT, TOP1, 81.0, small), (CCT, TOP1, 84.0, large), (VIT, TOP1, 83.0, small))
    [benchmark] = compare(G, ["CCT", "ViT"]).benchmarks
    assert (benchmark.conditions, benchmark.best) == (("224 resolution",), (False, True))
    G = with_levels((CCT, TOP1, 84.0, large), (VIT, TOP1, 83.0, small))
    [benchmark] = compare(G, ["CCT", "ViT"]).benchmarks
    assert (benchmark.conditions, benchmark.comparable) == ((), False)
    assert benchmark.best == (False, False)


def test_a_paper_has_the_numbers_of_what_it_proposes(G: nx.MultiDiGraph) -> None:
    H = with_levels((SAM_SCALE, TOP1, 84.0, ""), (VIT, TOP1, 90.0, ""), (CCT, TOP1, 80.0, ""))
    [benchmark] = compare(H, ["seed-03", "CCT"]).benchmarks
    assert [[row.value for row in rows] for rows in benchmark.rows] == [["85.0%", "84%"], ["80%"]]
    assert compare(G, ["CIFAR-10", "ImageNet-1K"]).benchmarks == ()


@pytest.mark.parametrize("names", [["CCT"], ["CCT", "Compact Convolutional Transformer"]])
def test_it_takes_two(G: nx.MultiDiGraph, names: list[str]) -> None:
    with pytest.raises(KgError, match="two different things"):
        compare(G, names)


def test_names_are_resolved_or_refused(G: nx.MultiDiGraph) -> None:
    with pytest.raises(UnknownEntity):
        compare(G, ["CCT", "nothing like it"])
    with pytest.raises(AmbiguousEntity):
        compare(G, ["CCT", "SAM"])
    with pytest.raises(UnknownEntity):
        compare(G, ["CCT", CIFAR], kind="method")


def test_the_order_of_the_graph_does_not_count(G: nx.MultiDiGraph) -> None:
    H = nx.MultiDiGraph()
    H.add_nodes_from(reversed(list(G.nodes(data=True))))
    for source, target, key, data in reversed(list(G.edges(keys=True, data=True))):
        H.add_edge(source, target, key, **data)
    names = ["CCT", "ViT", "seed-01", "top-1 accuracy"]
    assert asdict(compare(G, names)) == asdict(compare(H, names))
