"""Relations between the entities of a paper, and the sentence that each is taken from."""

from __future__ import annotations

import pytest

from kg.extract.entities import group
from kg.extract.mentions import find_mentions
from kg.extract.nlp import load
from kg.extract.relations import Link, relate
from kg.extract.roles import main_method, roles_of, sentence_of


def read(abstract: str, title: str = "On things that work") -> list[tuple[Link, str]]:
    """The relations of a text, each with the sentence that speaks for it."""
    doc = load()(f"{title}\n{abstract}")
    concepts = group(*find_mentions(doc))
    roles = {name: role for name, (role, _) in roles_of(concepts, doc).items()}
    found = relate(concepts, roles, main_method(concepts, roles, doc), doc)
    return [(link, sentence_of(link.mention, doc).text) for link in found]


def links(found: list[tuple[Link, str]]) -> list[tuple[str, str, str]]:
    return sorted((link.head.name, link.relation, link.tail.name) for link, _ in found)


OF_MAIN = [
    ("We test it on CIFAR-10.", "evaluated_on", "CIFAR-10"),
    ("VoraxNet does image retrieval.", "used_for", "image retrieval"),
    ("It has a high accuracy.", "measured_by", "accuracy"),
    ("It is better than ResNet.", "compared_with", "ResNet"),
    ("We compare it with ResNet.", "compared_with", "ResNet"),
    ("It builds on BERT.", "uses", "BERT"),
]


@pytest.mark.parametrize(("sentence", "relation", "tail"), OF_MAIN)
def test_what_is_said_of_the_main_method(sentence: str, relation: str, tail: str) -> None:
    found = read(f"We propose VoraxNet. {sentence}")
    assert links(found) == [("VoraxNet", relation, tail)]
    assert [(link.reader, told) for link, told in found] == [("main", sentence)]


def test_a_sentence_that_names_both_is_better_evidence() -> None:
    found = read("We propose VoraxNet. CIFAR-10 is small. VoraxNet is tested on CIFAR-10.")
    assert [told for _, told in found] == ["VoraxNet is tested on CIFAR-10."]


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("We evaluate BERT on SQuAD.", ("BERT", "evaluated_on", "SQuAD")),
        ("BERT for image retrieval is new.", ("BERT", "used_for", "image retrieval")),
        ("BERT uses dropout.", ("BERT", "uses", "dropout")),
        ("BERT with dropout is robust.", ("BERT", "uses", "dropout")),
        (
            "We compare self-training with dropout.",
            ("self-training", "compared_with", "dropout"),
        ),
    ],
)
def test_without_a_main_method_the_words_between_two_names_tell(
    abstract: str, expected: tuple[str, str, str]
) -> None:
    found = read(abstract)
    assert links(found) == [expected]
    assert [link.reader for link, _ in found] == ["near"]


@pytest.mark.parametrize(
    "abstract",
    [
        "We propose VoraxNet. Earlier systems used BERT.",
        "CIFAR-10 is small. BERT is large.",
        "SQuAD and CIFAR-10 are datasets.",
        "",
    ],
)
def test_no_relation(abstract: str) -> None:
    assert links(read(abstract)) == []


def test_each_relation_stands_once() -> None:
    found = read("We propose VoraxNet. VoraxNet beats BERT. It is better than BERT on CIFAR-10.")
    assert links(found) == [
        ("VoraxNet", "compared_with", "BERT"),
        ("VoraxNet", "evaluated_on", "CIFAR-10"),
    ]


def test_a_title_alone_is_no_evidence_of_use() -> None:
    found = read("It is dark.", "VoraxNet: Seeing with BERT")
    assert links(found) == []
