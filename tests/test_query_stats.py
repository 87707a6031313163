"""The figures of a graph."""

from __future__ import annotations

from dataclasses import asdict

import networkx as nx
from graphs import CCT, ENTITIES, VIT, tiny_graph

from kg.query import stats


def test_counts() -> None:
    G = tiny_graph()
    found = stats(G)
    assert found.nodes == {"paper": 4, "method": 6, "dataset": 4, "metric": 2, "task": 1}
    assert sum(found.nodes.values()) == G.number_of_nodes() == 4 + len(ENTITIES)
    assert sum(found.edges.values()) == G.number_of_edges()
    assert found.edges["achieves"] == 5
    assert found.edges["compared_with"] == 2
    assert next(iter(found.edges)) == "proposes"
    assert list(found.edges)[-1] == "achieves"
    assert found.sentences == sum(len(data["evidence"]) for _, _, data in G.edges(data=True))
    assert (found.first_year, found.last_year) == (2021, 2024)


def test_top_entities_by_papers_then_label() -> None:
    top = stats(tiny_graph(), top=2).top
    assert [node.id for node in top["method"]] == [VIT, CCT]
    assert [node.papers for node in top["method"]] == [3, 2]
    assert set(top) == {"method", "dataset", "metric", "task"}


def test_an_empty_graph() -> None:
    found = asdict(stats(nx.MultiDiGraph()))
    assert set(found["nodes"].values()) == {0}
    assert (found["edges"], found["first_year"], found["sentences"]) == ({}, None, 0)
