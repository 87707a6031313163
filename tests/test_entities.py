"""Which mentions of a paper name one thing, and how that thing is called."""

from __future__ import annotations

import pytest

from kg.extract.acronyms import Abbreviation
from kg.extract.entities import Concept, group
from kg.model import Kind, Mention

LINE = " ; "


def read(
    *said: str, kind: Kind = "method", defined: tuple[int, int] | None = None
) -> list[Concept]:
    """The concepts of these mentions, in this order; `defined` are the places of short and long."""
    found, at = [], 1
    for text in said:
        found.append(Mention(at, at + len(text), text, kind, "name", 0.6))
        at += len(text) + len(LINE)
    spans = [(m.start, m.end) for m in found]
    pairs = [Abbreviation(spans[defined[0]], spans[defined[1]])] if defined else []
    return group(found, pairs)


def surfaces(concepts: list[Concept]) -> list[tuple[str, ...]]:
    return [c.surface for c in concepts]


@pytest.mark.parametrize(
    "said",
    [
        ("gated pooling", "Gated Pooling"),
        ("gated pooling", "gated-pooling"),
        ("memory network", "memory networks"),
        ("NetVorax", "NetVorax framework"),
        ("NetVorax", "NetVorax models"),
        ("Vision Transformer", "ViT"),
        ("lazy routing tree", "LRT"),
    ],
)
def test_meet(said: tuple[str, ...]) -> None:
    assert surfaces(read(*said)) == [said]
    assert surfaces(read(*reversed(said))) == [said[::-1]]


@pytest.mark.parametrize(
    "said",
    [
        ("NetVorax", "NetVorax-L"),
        ("ViT-B", "ViT-L"),
        ("gated pooling", "gated attention"),
        ("GPT-3", "GPT-4"),
        ("lazy routing tree", "LRX"),
        ("deep neural networks", "deep convolutional neural networks"),
        ("deep learning", "deep toyish learning"),
    ],
)
def test_stay_apart(said: tuple[str, ...]) -> None:
    assert surfaces(read(*said)) == [(one,) for one in said]


def test_an_acronym_of_two_longer_names_is_that_of_one_of_them_only_if_the_text_says_so() -> None:
    said = ("memory pooling", "MP", "message passing")
    assert len(read(*said)) == 3
    (pooling, passing) = read(*said, defined=(1, 0))
    assert pooling.surface == ("memory pooling", "MP")
    assert (pooling.short, pooling.long) == ("MP", "memory pooling")
    assert passing.surface == ("message passing",)


def test_the_paper_defines_what_the_lexicon_means_otherwise() -> None:
    (own, known) = read("bold edge tracking", "BERT", "RoBERTa", defined=(1, 0))
    assert own.surface == ("bold edge tracking", "BERT")
    assert own.name == own.long == "bold edge tracking"
    assert known.surface == ("RoBERTa",)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (("NetVorax", "NetVorax framework"), "NetVorax framework"),
        (("memory network", "memory networks", "memory networks"), "memory networks"),
        (("memory networks", "memory network"), "memory networks"),
    ],
)
def test_the_name_is_the_fullest_then_the_commonest_then_the_first(
    said: tuple[str, ...], name: str
) -> None:
    (concept,) = read(*said)
    assert concept.name == name


def test_words_left_out_of_the_middle() -> None:
    said = ("deep wavy routing networks", "deep routing networks")
    assert surfaces(read(*said)) == [said]


def test_each_surface_form_stands_once_in_order_of_appearance() -> None:
    (concept,) = read("ViTs", "Vision Transformers", "ViTs", "ViT")
    assert concept.surface == ("ViTs", "Vision Transformers", "ViT")
    assert len(concept.mentions) == 4


def test_the_surer_mentions_decide_the_kind() -> None:
    def at(start: int, kind: Kind, sure: float) -> Mention:
        return Mention(start, start + 5, "Vorax", kind, "name", sure)

    (concept,) = group([at(0, "method", 0.5), at(9, "dataset", 0.9)], [])
    assert concept.kind == "dataset"
    (concept,) = group([at(0, "method", 0.5), at(9, "method", 0.5), at(20, "dataset", 0.9)], [])
    assert concept.kind == "method"
    (concept,) = group([at(0, "dataset", 0.5), at(9, "method", 0.5)], [])
    assert concept.kind == "method"


def test_concepts_stand_in_the_order_of_their_first_mention() -> None:
    names = [c.name for c in read("ZetaNet", "AlphaNet", "MuNet", "ZetaNet")]
    assert names == ["ZetaNet", "AlphaNet", "MuNet"]


def test_nothing_of_nothing() -> None:
    assert read() == []
