"""The card of a node: names, links by relation, numbers, sentences."""

from __future__ import annotations

from dataclasses import asdict

import networkx as nx
import pytest
from graphs import CCT, CIFAR, PAPERS, SENTENCES, TOP1, VIT, paper, tiny_graph

from kg.query import Card, card


@pytest.fixture(name="G", scope="module")
def graph() -> nx.MultiDiGraph:
    return tiny_graph()


def groups(found: Card) -> dict[tuple[str, bool], list[str]]:
    return {(g.relation, g.reversed): [link.other.label for link in g.links] for g in found.links}


def test_an_entity_card(G: nx.MultiDiGraph) -> None:
    found = card(G, "CCT")
    assert (found.id, found.label, found.kind, found.papers) == (CCT, "CCT", "method", 2)
    assert found.aliases == ("Compact Convolutional Transformer",)
    assert (found.first_year, found.last_year) == (2021, 2023)
    assert groups(found) == {
        ("proposes", True): ["Compact Transformers for Small Images"],
        ("uses", False): ["Vision Transformer"],
        ("uses", True): ["Prompts for Segmentation"],
        ("evaluated_on", False): ["CIFAR-10", "ImageNet-1K"],
        ("used_for", False): ["image classification"],
        ("compared_with", False): ["Vision Transformer"],
        ("measured_by", False): ["top-1 accuracy", "parameters"],
        ("achieves", False): ["parameters", "top-1 accuracy", "top-1 accuracy", "top-1 accuracy"],
    }


def test_a_link_has_its_sentences_best_first(G: nx.MultiDiGraph) -> None:
    links = {link.other.id: link for g in card(G, CCT).links for link in g.links}
    on_cifar = links[CIFAR]
    assert (on_cifar.papers, on_cifar.confidence) == (2, 0.7)
    assert [e.sentence for e in on_cifar.sentences] == [
        SENTENCES["seed-02"][2],
        SENTENCES["seed-01"][3],
    ]


def test_a_card_has_one_sentence_a_paper(G: nx.MultiDiGraph) -> None:
    sentences = card(G, CCT).sentences
    assert [e.paper for e in sentences] == ["seed-01", "seed-02"]
    for e in sentences:
        assert paper(e.paper).text[e.start : e.end] == e.sentence


@pytest.mark.parametrize(
    ("name", "values"),
    [
        (CCT, ["98%", "97.1-98.2%", "3.5%", "0.28M"]),
        (VIT, ["3.5%"]),
        (CIFAR, ["98%", "97.1-98.2%"]),
        (TOP1, ["98%", "97.1-98.2%", "85.0%", "3.5%"]),
        ("seed-03", ["85.0%"]),
        ("BERT", []),
    ],
)
def test_a_card_has_the_numbers_with_a_part_in_them(
    G: nx.MultiDiGraph, name: str, values: list[str]
) -> None:
    assert [row.value for row in card(G, name).results] == values


def test_a_paper_card(G: nx.MultiDiGraph) -> None:
    found = card(G, "seed-01")
    assert (found.title, found.year, found.venue) == (SENTENCES["seed-01"][0], 2021, "CVPR")
    assert (found.url, found.authors) == (PAPERS["seed-01"]["url"], ("Ada Ångström", "Bo Li"))
    assert groups(found) == {
        ("proposes", False): ["CCT"],
        ("compares_with", False): ["Vision Transformer"],
        ("evaluates_on", False): ["CIFAR-10", "ImageNet-1K"],
        ("reports", False): ["parameters", "top-1 accuracy"],
        ("addresses", False): ["image classification"],
    }
    assert all(link.sentences for group in found.links for link in group.links)
    assert [e.start for e in found.sentences] == sorted(e.start for e in found.sentences)


def test_limits_keep_the_totals(G: nx.MultiDiGraph) -> None:
    found = card(G, TOP1, limit=1, sentences=0)
    assert [len(group.links) for group in found.links] == [1] * len(found.links)
    assert {(g.relation, g.kind, g.total) for g in found.links} >= {
        ("reports", "paper", 3),
        ("achieves", "method", 3),
        ("achieves", "paper", 1),
    }
    assert len(found.results) == len(found.sentences) == 1
    assert not any(link.sentences for group in found.links for link in group.links)


def test_a_card_is_plain_data(G: nx.MultiDiGraph) -> None:
    plain = asdict(card(G, "CCT"))
    assert plain["links"][0]["links"][0]["source"]["kind"] == "paper"
