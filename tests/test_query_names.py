"""Names to nodes: what resolves, what is refused, what is found."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from graphs import (
    CCT,
    CIFAR,
    FORMULA,
    FORMULA_ID,
    IC,
    RTL,
    RTL_ID,
    SAM_ANY,
    SAM_SCALE,
    SCRIPT,
    SCRIPT_ID,
    TOP1,
    VIT,
    tiny_graph,
)

from kg.errors import AmbiguousEntity, UnknownEntity
from kg.query import find, lookup


@pytest.fixture(name="G", scope="module")
def graph() -> nx.MultiDiGraph:
    return tiny_graph()


def graph_of(*nodes: tuple[str, dict[str, Any]]) -> nx.MultiDiGraph:
    G = nx.MultiDiGraph()
    for node, more in nodes:
        kind = node.partition(":")[0]
        text = {"title": more.get("label"), "abstract": ""} if kind == "paper" else {}
        G.add_node(node, **{"kind": kind, "aliases": [], "papers": 1, **text, **more})
    return G


@pytest.mark.parametrize(
    ("name", "node"),
    [
        (CCT, CCT),
        ("CCT", CCT),
        (" cct ", CCT),
        ("compact convolutional transformer", CCT),
        ("Compact-Convolutional Transformers", CCT),
        ("vit", VIT),
        ("ViTs", VIT),
        ("cifar 10", CIFAR),
        ("top1 accuracy", TOP1),
        ("segment anything model", SAM_ANY),
        ("SAM (Scale-Aware Modulation)", SAM_SCALE),
        ("paper:seed-01", "paper:seed-01"),
        ("seed-01", "paper:seed-01"),
        ("odd/ü #4", "paper:odd/ü #4"),
        ("prompts for segmentation", "paper:seed-02"),
        (SCRIPT, SCRIPT_ID),
        (FORMULA, FORMULA_ID),
        (RTL, RTL_ID),
    ],
)
def test_lookup(G: nx.MultiDiGraph, name: str, node: str) -> None:
    assert lookup(G, name) == node


@pytest.mark.parametrize("name", ["SAM", "sam", "S.A.M.", "SAMs"])
def test_two_things_of_one_name_are_never_guessed(G: nx.MultiDiGraph, name: str) -> None:
    with pytest.raises(AmbiguousEntity) as caught:
        lookup(G, name)
    assert [choice[0] for choice in caught.value.choices] == sorted([SAM_ANY, SAM_SCALE])
    assert {choice[2] for choice in caught.value.choices} == {"method"}


def test_a_bare_short_form_is_no_owner_of_it() -> None:
    bare = ("method:sam", {"label": "SAM", "papers": 9})
    full = ("method:segmentanything", {"label": "SAM (Segment Anything)", "short": "SAM"})
    with pytest.raises(AmbiguousEntity):
        lookup(graph_of(bare, full), "SAM")


def test_a_label_beats_others_aliases() -> None:
    owner = ("method:adam", {"label": "Adam"})
    other = ("dataset:adamcorpus", {"label": "Adam Corpus", "aliases": ["ADAM"], "papers": 5})
    assert lookup(graph_of(owner, other), "ADAM") == "method:adam"


def test_one_alias_of_two_is_ambiguous() -> None:
    nodes = ((f"method:{n}", {"label": n, "aliases": ["net"]}) for n in ("one", "two"))
    with pytest.raises(AmbiguousEntity):
        lookup(graph_of(*nodes), "Net")


def test_a_paper_whose_id_is_a_method_is_ambiguous() -> None:
    G = graph_of(
        ("paper:bert", {"label": "Deep Bidirectional"}), ("method:bert", {"label": "BERT"})
    )
    with pytest.raises(AmbiguousEntity):
        lookup(G, "bert")
    assert lookup(G, "bert", kind="method") == "method:bert"
    assert lookup(G, "bert", kind="paper") == "paper:bert"


def test_kind_decides_between_kinds() -> None:
    G = graph_of(("method:gan", {"label": "GAN"}), ("task:gan", {"label": "GAN", "papers": 2}))
    with pytest.raises(AmbiguousEntity) as caught:
        lookup(G, "gan")
    assert [choice[0] for choice in caught.value.choices] == ["task:gan", "method:gan"]
    assert lookup(G, "gan", kind="method") == "method:gan"


def test_kind_holds_for_ids_too(G: nx.MultiDiGraph) -> None:
    with pytest.raises(UnknownEntity):
        lookup(G, CCT, kind="dataset")


@pytest.mark.parametrize(
    ("name", "close"),
    [("Vison Transformer", "Vision Transformer"), ("CIFAR-100", "CIFAR-10"), ("CTC", "CCT")],
)
def test_unknown_names_tell_the_closest(G: nx.MultiDiGraph, name: str, close: str) -> None:
    with pytest.raises(UnknownEntity) as caught:
        lookup(G, name)
    assert caught.value.close[0] == close


@pytest.mark.parametrize("name", ["", "  ", "-", "\x00", "\ud800"])
def test_names_without_letters_are_unknown(G: nx.MultiDiGraph, name: str) -> None:
    with pytest.raises(UnknownEntity):
        lookup(G, name)


@pytest.mark.parametrize(
    ("text", "node", "surface", "how"),
    [
        (CCT, CCT, CCT, "id"),
        ("seed-03", "paper:seed-03", "paper:seed-03", "id"),
        ("cct", CCT, "CCT", "label"),
        ("VIT", VIT, "ViT", "alias"),
        ("cifar10", CIFAR, "CIFAR-10", "spelling"),
        ("transformer convol", CCT, "Compact Convolutional Transformer", "words"),
        ("meets", "paper:seed-03", "Scale-Aware Modulation Meets Transformers", "title"),
        ("image clasification", IC, "image classification", "close"),
    ],
)
def test_find_says_what_matched(
    G: nx.MultiDiGraph, text: str, node: str, surface: str, how: str
) -> None:
    first = find(G, text)[0]
    assert (first.id, first.surface, first.how) == (node, surface, how)


def test_find_shows_where_an_abstract_says_so(G: nx.MultiDiGraph) -> None:
    [match] = find(G, "parameters reaches", kind="paper")
    assert (match.id, match.how) == ("paper:seed-01", "abstract")
    assert match.surface in G.nodes["paper:seed-01"]["abstract"]
    assert "0.28M parameters, CCT reaches" in match.surface
    assert len(match.surface) < 140


def test_find_lists_all_of_a_name_and_ranks_by_papers(G: nx.MultiDiGraph) -> None:
    assert [m.id for m in find(G, "SAM", kind="method")] == [SAM_SCALE, SAM_ANY]
    transformers = find(G, "transformer", kind="method")
    assert [m.papers for m in transformers] == sorted(
        (m.papers for m in transformers), reverse=True
    )


def test_find_keeps_kind_and_limit(G: nx.MultiDiGraph) -> None:
    assert {m.kind for m in find(G, "i", kind="dataset")} == {"dataset"}
    assert len(find(G, "c", limit=2)) == 2
    assert find(G, " ") == []


@pytest.mark.parametrize("text", ["(", "[a-", "\\", "%", "*", '"', SCRIPT, FORMULA, RTL])
def test_find_takes_any_text(G: nx.MultiDiGraph, text: str) -> None:
    assert all(match.id in G for match in find(G, text))


@pytest.mark.parametrize(("papers", "clear"), [(200, True), (180, False)])
def test_a_label_is_meant_where_nearly_all_papers_mean_it(papers: int, clear: bool) -> None:
    G = nx.MultiDiGraph()
    for node, label, short, named in (
        ("method:cnn", "CNN", "", papers),
        ("method:chebyshevneuralnetwork", "CNN (Chebyshev neural network)", "CNN", 10),
    ):
        G.add_node(node, label=label, short=short, kind="method", papers=named, aliases=[])
    for name in ("cnn", "CNNs"):
        if clear:
            assert lookup(G, name) == "method:cnn"
        else:
            with pytest.raises(AmbiguousEntity):
                lookup(G, name)
