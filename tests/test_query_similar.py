"""What is near: by hand, and against networkx; and what the command makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from math import log
from typing import Any

import networkx as nx
import pytest
from click.testing import CliRunner
from graphs import CCT, CIFAR, IC, SAM_ANY, SAM_SCALE, VIT, answer_from, tiny_graph
from timeline import corpus

from kg.cli.similar import similar as command
from kg.errors import AmbiguousEntity, UnknownEntity
from kg.query.linkpred import MEASURES, nearest
from kg.query.similar import similar

INDEX: dict[str, Callable[..., Any]] = {
    "adamic-adar": nx.adamic_adar_index,
    "resource-allocation": nx.resource_allocation_index,
}


@pytest.fixture(name="G", scope="module")
def graph() -> nx.MultiDiGraph:
    return tiny_graph()


def random_graph(seed: int) -> nx.Graph:
    return nx.relabel_nodes(nx.gnp_random_graph(25, 0.2, seed=seed), str)


@pytest.mark.parametrize("measure", sorted(MEASURES))
@pytest.mark.parametrize("seed", range(5))
def test_scores_are_those_of_networkx(measure: str, seed: int) -> None:
    simple = random_graph(seed)
    near = {
        node: nearest(
            node,
            sorted(simple[node]),
            lambda some: {n: set(simple[n]) for n in some},
            measure=measure,
        )[0]
        for node in simple
    }
    for a, b, score in INDEX[measure](simple, combinations(simple, 2)):
        assert near[a].get(b, 0.0) == pytest.approx(score)
        assert near[b].get(a, 0.0) == pytest.approx(score)


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_parallel_edges_and_directions_do_not_count(G: nx.MultiDiGraph, measure: str) -> None:
    simple = nx.Graph(G)
    methods = [node for node, kind in G.nodes(data="kind") if kind == "method" and node != CCT]
    expected = {b: s for _, b, s in INDEX[measure](simple, [(CCT, m) for m in methods]) if s}
    found = similar(G, CCT, measure=measure, limit=100)
    assert {near.node.id: near.score for near in found} == pytest.approx(expected)


def test_a_shared_neighbour_counts_the_less_the_more_it_has() -> None:
    G = corpus(
        (2020, "method:a dataset:rare dataset:common"),
        (2020, "method:b dataset:rare"),
        (2020, "method:c dataset:common"),
        (2020, "method:d dataset:common"),
    )
    first, *others = similar(G, "paper:p1")
    assert first.node.id == "paper:p2"
    assert first.score == pytest.approx(1 / log(2))
    assert [near.node.id for near in others] == ["paper:p3", "paper:p4"]
    assert others[0].score == pytest.approx(1 / log(3))
    halves = similar(G, "p1", measure="resource-allocation")
    assert [near.score for near in halves] == pytest.approx([1 / 2, 1 / 3, 1 / 3])


def test_what_is_shared_comes_with_both_links(G: nx.MultiDiGraph) -> None:
    near = similar(G, CCT, shared=20)[0]
    assert near.node.id == VIT
    assert {s.node.id for s in near.shared} == {"paper:seed-01", "paper:seed-02", IC, CIFAR}
    degrees = [len(nx.Graph(G)[s.node.id]) for s in near.shared]
    assert degrees == sorted(degrees)
    assert near.total == len(near.shared)
    for shared in near.shared:
        for link, end in ((shared.from_a, CCT), (shared.from_b, VIT)):
            assert {link.source.id, link.target.id} == {end, shared.node.id}
            assert link.sentences


def test_kind_asks_for_others(G: nx.MultiDiGraph) -> None:
    found = similar(G, "CCT", kind="dataset")
    assert {near.node.kind for near in found} == {"dataset"}
    assert {near.node.id for near in similar(G, "seed-01")} == {"paper:seed-02", "paper:seed-03"}


def test_kind_tells_which_of_two_is_meant(G: nx.MultiDiGraph) -> None:
    with pytest.raises(AmbiguousEntity):
        similar(G, "SAM")
    assert {n.node.id for n in similar(G, SAM_SCALE)} >= {CCT, VIT}
    named = corpus((2020, "method:parsing task:parsing task:x"))
    assert [near.node.id for near in similar(named, "parsing", kind="task")] == ["task:x"]
    with pytest.raises(UnknownEntity):
        similar(G, "nonsense")


def test_limit_and_order(G: nx.MultiDiGraph) -> None:
    whole = similar(G, CCT, limit=100)
    assert [near.score for near in whole] == sorted((n.score for n in whole), reverse=True)
    for limit in range(1, len(whole) + 1):
        assert similar(G, CCT, limit=limit) == whole[:limit]
    assert SAM_ANY in {near.node.id for near in whole}


def test_hubs_are_left_out_when_the_budget_ends() -> None:
    simple = nx.star_graph(["hub", *map(str, range(50))])
    simple.add_edges_from([("0", "rare"), ("1", "rare")])

    def scores(budget: int) -> dict[str, float]:
        found, degrees = nearest(
            "0",
            ["rare", "hub"],
            lambda some: {n: set(simple[n]) for n in some},
            measure="resource-allocation",
            budget=budget,
        )
        assert degrees == {
            n: len(simple[n]) for n in (["rare", "hub"] if budget > 50 else ["rare"])
        }
        return found

    assert scores(10) == {"1": 0.5}
    assert len(scores(1000)) == 49
    assert scores(1000)["1"] == pytest.approx(0.5 + 1 / 50)


def test_nothing_near() -> None:
    G = corpus((2020, "method:a"))
    assert similar(G, "a") == []


class TestCommand:
    @pytest.fixture(autouse=True)
    def tiny(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answer_from(monkeypatch, lambda db: tiny_graph())

    def test_table(self) -> None:
        done = CliRunner().invoke(command, ["CCT", "--limit", "1"])
        assert done.exit_code == 0
        header, row = done.stdout.splitlines()
        assert header.split() == ["score", "near", "papers", "shared", "above", "all"]
        assert row.split()[1:3] == ["Vision", "Transformer"]

    def test_a_paper_is_told_by_its_id(self) -> None:
        done = CliRunner().invoke(command, ["seed-01"])
        assert "seed-02" in done.stdout
        assert "(addresses)" in done.stdout

    def test_json_is_the_function_s_answer(self) -> None:
        done = CliRunner().invoke(command, ["CCT", "--measure", "resource-allocation", "--json"])
        told = json.loads(done.stdout)
        found = similar(tiny_graph(), "CCT", measure="resource-allocation")
        assert [near["score"] for near in told] == [near.score for near in found]
        assert told[0]["shared"][0]["from_a"]["sentences"]

    def test_nothing_found_is_said(self) -> None:
        done = CliRunner().invoke(command, ["BERT", "--kind", "task"])
        assert (done.exit_code, done.stdout) == (0, "")
        assert "Nothing of that kind" in done.stderr

    def test_measures_offered_are_those_there_are(self) -> None:
        option = next(p for p in command.params if p.name == "measure")
        assert set(option.type.choices) == set(MEASURES)  # type: ignore[attr-defined]
