"""What is linked to what: every edge once, in its true direction, backed by a sentence."""

from __future__ import annotations

import copy
import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from graphs import (
    BERT,
    CCT,
    CIFAR,
    IC,
    IMAGENET,
    SAM_ANY,
    SAM_SCALE,
    SCRIPT_ID,
    TOP1,
    VIT,
    tiny_graph,
)

from kg.errors import AmbiguousEntity, UnknownEntity
from kg.query import Link, connections, edges, link_groups, links


@pytest.fixture(name="G", scope="module")
def graph() -> nx.MultiDiGraph:
    return tiny_graph()


def is_backed(G: nx.MultiDiGraph, link: Link) -> bool:
    """Whether the graph has this very edge, and the sentence is one of its own."""
    data = G.get_edge_data(link.source.id, link.target.id, link.key)
    return (
        data is not None
        and data["relation"] == link.relation
        and data["weight"] == link.papers
        and set(link.sentences) <= set(data["evidence"])
    )


def test_every_edge_is_listed_once_from_either_end(G: nx.MultiDiGraph) -> None:
    for node in G:
        found = links(G, node)
        edges = {*G.out_edges(node, keys=True), *G.in_edges(node, keys=True)}
        assert len(found) == len(edges)
        assert {(f.source.id, f.target.id, f.key) for f in found} == edges
        for link in found:
            assert is_backed(G, link)
            assert link.reversed == (link.target.id == node)
            assert len(link.sentences) == 1


def test_parallel_edges_stay_apart(G: nx.MultiDiGraph) -> None:
    to_vit = [link.relation for link in links(G, CCT) if link.other.id == VIT]
    assert to_vit == ["uses", "compared_with"]
    notes = [link.note for link in links(G, CCT) if link.other.id == TOP1]
    assert notes == [
        "",
        "97.1-98.2% on CIFAR-10",
        "98% on CIFAR-10",
        "change of 3.5% on ImageNet-1K, over Vision Transformer",
    ]


def test_links_are_ranked_by_papers_then_confidence_then_label() -> None:
    G = nx.MultiDiGraph()
    edges = {"b": (1, 0.5), "a": (1, 0.5), "sure": (1, 0.9), "often": (2, 0.1)}
    for name in ("x", *edges):
        G.add_node(f"method:{name}", label=name, kind="method", papers=1, aliases=[])
    for name, (weight, confidence) in edges.items():
        G.add_edge(
            "method:x",
            f"method:{name}",
            key="uses",
            relation="uses",
            weight=weight,
            confidence=confidence,
            evidence=[],
        )
    assert [link.other.label for link in links(G, "x")] == ["often", "sure", "a", "b"]


def hub(leaves: int) -> nx.MultiDiGraph:
    """A method that so many others use, the later ones in more papers."""
    G = nx.MultiDiGraph()
    names = ["hub", *(f"m{n:04}" for n in range(leaves))]
    for name in names:
        G.add_node(f"method:{name}", label=name, kind="method", papers=1, aliases=[])
    for n, name in enumerate(names[1:]):
        edge = {"relation": "uses", "weight": 1 + n // 100, "confidence": 0.5, "evidence": []}
        G.add_edge(f"method:{name}", "method:hub", "uses", **edge)
    return G


def test_groups_have_one_relation_direction_and_kind(G: nx.MultiDiGraph) -> None:
    for node in G:
        groups = link_groups(G, node)
        keys = [(g.relation, g.reversed, g.kind) for g in groups]
        assert len(set(keys)) == len(keys)
        for group in groups:
            assert group.total == len(group.links)
            for link in group.links:
                key = (link.relation, link.reversed, link.other.kind)
                assert key == (group.relation, group.reversed, group.kind)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_limit_keeps_the_best_of_each_group(G: nx.MultiDiGraph, limit: int) -> None:
    for node in G:
        for part, whole in zip(
            link_groups(G, node, limit=limit), link_groups(G, node), strict=True
        ):
            assert part.total == whole.total
            assert part.links == whole.links[:limit]


def test_one_relation(G: nx.MultiDiGraph) -> None:
    [group] = link_groups(G, CCT, relation="compared_with")
    assert [link.other.id for link in group.links] == [VIT]
    assert links(G, CCT, relation="compared_with") == list(group.links)
    assert links(G, CIFAR, relation="achieves") == []


def test_a_hub_shows_its_best_at_once() -> None:
    [group] = link_groups(hub(5000), "hub", limit=2)
    assert (group.total, [link.other.label for link in group.links]) == (5000, ["m4900", "m4901"])


def test_links_of_a_hub_are_made_for_those_only_that_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def link_of(*args: Any, **options: Any) -> Link:
        made.append(args[1][0])
        return edges.link_of(*args, **options)

    monkeypatch.setattr(sys.modules["kg.query.links"], "link_of", link_of)
    link_groups(hub(500), "hub", limit=3)
    assert len(made) == 3


def test_a_loop_is_one_link() -> None:
    G = nx.MultiDiGraph()
    G.add_node("method:x", label="X", kind="method", papers=1, aliases=[])
    G.add_edge(
        "method:x", "method:x", "uses", relation="uses", weight=1, confidence=0.5, evidence=[]
    )
    assert len(links(G, "x")) == 1
    looped = connections(G, "x", "x")
    assert (len(looped.direct), looped.shared, looped.paths) == (1, (), ())


def test_direct_edges_keep_their_direction_from_both_sides(G: nx.MultiDiGraph) -> None:
    for a, b, is_reversed in ((CCT, VIT, False), (VIT, CCT, True)):
        direct = connections(G, a, b).direct
        assert [link.relation for link in direct] == ["uses", "compared_with"]
        for link in direct:
            assert (link.source.id, link.target.id, link.reversed) == (CCT, VIT, is_reversed)
            assert is_backed(G, link)


def test_shared_neighbours_by_kind(G: nx.MultiDiGraph) -> None:
    found = connections(G, "CCT", "Vision Transformer", limit=1).shared
    assert [(s.kind, s.total) for s in found] == [("paper", 2), ("dataset", 1), ("task", 1)]
    [cifar] = found[1].neighbours
    assert cifar.node.id == CIFAR
    assert (cifar.from_a.source.id, cifar.from_b.source.id) == (CCT, VIT)
    assert len(found[0].neighbours) == 1


def test_paths_are_ranked(G: nx.MultiDiGraph) -> None:
    found = connections(G, CCT, VIT, k=4)
    walks = [[link.other.id for link in path.hops] for path in found.paths]
    assert walks == [[VIT], [CIFAR, VIT], [IC, VIT], ["paper:seed-01", VIT]]
    assert [path.papers for path in found.paths] == [1, 3, 3, 2]


def test_a_paper_is_a_legitimate_hop(G: nx.MultiDiGraph) -> None:
    [path] = connections(G, SAM_ANY, CIFAR, k=1).paths
    assert [(h.source.id, h.relation, h.target.id, h.reversed) for h in path.hops] == [
        ("paper:seed-02", "uses", SAM_ANY, True),
        ("paper:seed-02", "evaluates_on", CIFAR, False),
    ]


def test_every_hop_is_backed_and_continues_the_walk(G: nx.MultiDiGraph) -> None:
    for a, b in itertools.permutations((CCT, VIT, SAM_SCALE, SAM_ANY, CIFAR, IMAGENET, TOP1), 2):
        found = connections(G, a, b)
        assert found.paths
        for path in found.paths:
            at = a
            for link in path.hops:
                assert is_backed(G, link)
                assert link.sentences
                assert at == (link.target.id if link.reversed else link.source.id)
                at = link.other.id
            assert at == b


def test_paths_of_both_directions_are_the_same(G: nx.MultiDiGraph) -> None:
    there = connections(G, SAM_SCALE, CIFAR, k=3).paths
    back = connections(G, CIFAR, SAM_SCALE, k=3).paths
    assert [p.papers for p in there] == [p.papers for p in back]
    assert [len(p.hops) for p in there] == [len(p.hops) for p in back]


def test_what_is_not_linked_has_no_paths(G: nx.MultiDiGraph) -> None:
    found = connections(G, SCRIPT_ID, CCT)
    assert (found.direct, found.shared, found.paths) == ((), (), ())
    assert connections(G, SCRIPT_ID, BERT).paths


def test_names_are_resolved_or_refused(G: nx.MultiDiGraph) -> None:
    assert connections(G, "cct", "ViT").a.id == CCT
    with pytest.raises(AmbiguousEntity):
        connections(G, "CCT", "SAM")
    with pytest.raises(UnknownEntity):
        links(G, "nothing like it")


def test_kind_picks_where_a_name_means_several() -> None:
    G = tiny_graph()
    G.add_node("task:vit", label="ViT", kind="task", papers=1, aliases=[])
    with pytest.raises(AmbiguousEntity) as raised:
        connections(G, "CCT", "ViT")
    assert [choice[0] for choice in raised.value.choices] == [VIT, "task:vit"]
    assert connections(G, "CCT", "ViT", kind="task").b.id == "task:vit"
    assert connections(G, "CCT", "task:vit").b.id == "task:vit"
    assert connections(G, "CIFAR-10", "ViT", kind="method").b.id == VIT


def test_no_longer_paths_than_asked_for(G: nx.MultiDiGraph) -> None:
    assert not connections(G, SAM_ANY, SAM_SCALE, max_hops=2).paths
    assert {len(p.hops) for p in connections(G, SAM_ANY, SAM_SCALE, max_hops=3).paths} == {3}


def test_all_that_is_shared(G: nx.MultiDiGraph) -> None:
    found = connections(G, "CCT", "Vision Transformer", limit=None).shared
    assert [len(s.neighbours) for s in found] == [s.total for s in found] == [2, 1, 1]


def test_questions_change_nothing() -> None:
    G = tiny_graph()
    before = copy.deepcopy(G)
    links(G, CCT)
    connections(G, CCT, SAM_SCALE)
    assert nx.utils.graphs_equal(G, before)


def test_answers_do_not_change_from_run_to_run() -> None:
    code = (
        "from graphs import *; from kg.query import connections, links\n"
        "G = tiny_graph()\n"
        "print([connections(G, CCT, b, k=20) for b in (VIT, SAM_SCALE, TOP1)], links(G, TOP1))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parent,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1
