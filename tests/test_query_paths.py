"""The k best paths, against all simple paths of small graphs."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.query.paths import MAX_HOPS, best_paths

NODES = [
    f"{kind}:{n}" for kind, n in zip(["paper", "method", "dataset"] * 3, range(9), strict=True)
]


@st.composite
def graphs(draw: st.DrawFn) -> nx.MultiDiGraph:
    G = nx.MultiDiGraph()
    for node in NODES:
        # Few labels, so that ties go down to the ids.
        label = draw(st.sampled_from("ab"))
        G.add_node(node, label=label, kind=node.partition(":")[0], papers=1)
    ends = st.sampled_from(NODES)
    for source, target in draw(st.lists(st.tuples(ends, ends), max_size=30)):
        at_paper = source.startswith("paper:") or target.startswith("paper:")
        G.add_edge(source, target, weight=1 if at_paper else draw(st.integers(1, 3)))
    return G


def all_paths(G: nx.MultiDiGraph, a: str, b: str, max_hops: int) -> list[tuple[str, ...]]:
    """All simple paths of the undirected view, ranked as the answer has to be."""

    def rank(walk: tuple[str, ...]) -> tuple[object, ...]:
        hops = list(pairwise(walk))
        through_papers = sum("paper" in (G.nodes[u]["kind"], G.nodes[v]["kind"]) for u, v in hops)
        papers = sum(
            max(data["weight"] for u, v, data in G.edges(data=True) if (u, v) in (hop, hop[::-1]))
            for hop in hops
        )
        labels = tuple(G.nodes[node]["label"] for node in walk)
        return len(hops), through_papers, -papers, labels, walk

    walks = nx.all_simple_paths(nx.Graph(G.to_undirected()), a, b, cutoff=max_hops)
    return sorted({tuple(walk) for walk in walks}, key=rank)


@settings(deadline=None, max_examples=150)
@given(graphs(), st.integers(1, 6), st.integers(1, MAX_HOPS))
def test_they_are_the_best_of_all(G: nx.MultiDiGraph, k: int, max_hops: int) -> None:
    a, b = NODES[0], NODES[1]
    for start, end in ((a, b), (b, a)):
        expected = all_paths(G, start, end, max_hops)[:k]
        assert best_paths(G, start, end, k=k, max_hops=max_hops) == expected


@pytest.mark.parametrize("max_hops", [0, 5])
def test_only_short_paths(max_hops: int) -> None:
    with pytest.raises(ValueError, match="1 to 4"):
        best_paths(nx.MultiDiGraph(), "a", "b", k=1, max_hops=max_hops)


def test_two_hubs_are_joined_at_once() -> None:
    G = nx.MultiDiGraph()
    hubs = ("dataset:hub", "metric:hub")
    for hub in hubs:
        G.add_node(hub, label=hub, kind=hub.partition(":")[0], papers=1)
    for n in range(5000):
        G.add_node(f"method:{n}", label=f"m{n}", kind="method", papers=1)
        for hub in hubs:
            G.add_edge(f"method:{n}", hub, weight=1 + n % 7)
    visited = best_paths(G, *hubs, k=3, max_hops=4)
    assert visited == [(hubs[0], f"method:{n}", hubs[1]) for n in (1000, 1007, 1014)]


def test_three_hops_past_hubs() -> None:
    G = nx.MultiDiGraph()
    for hub in ("method:x", "method:y"):
        G.add_node(hub, label=hub, kind="method", papers=1)
        for n in range(5000):
            G.add_node(f"{hub}{n}", label=f"{n}", kind="method", papers=1)
            G.add_edge(f"{hub}{n}", hub, weight=1)
    G.add_edge("method:x", "method:y", weight=1)
    found = best_paths(G, "method:x7", "method:y8", k=3, max_hops=4)
    assert found == [("method:x7", "method:x", "method:y", "method:y8")]


def test_the_order_of_nodes_and_edges_does_not_count() -> None:
    edges = [(a, b) for a in NODES for b in NODES if a < b]
    answers = []
    for ends in (edges, edges[::-1]):
        G = nx.MultiDiGraph()
        for node in {node: None for edge in ends for node in edge}:
            G.add_node(node, label="same", kind=node.partition(":")[0], papers=1)
        G.add_edges_from(ends, weight=1)
        answers.append(best_paths(G, NODES[0], NODES[1], k=30, max_hops=4))
    assert answers[0] == answers[1]
