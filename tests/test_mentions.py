"""What the readers of a text find, and which of it is chosen where it overlaps."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.mentions import CONFIDENCE, find_mentions
from kg.extract.nlp import load
from kg.extract.phrases import is_generic, is_name, noun_phrases
from kg.extract.readers import READERS
from kg.extract.words import words
from kg.model import Mention

WORDS = sorted(
    words(
        """We propose VoraxNet ( VN ) , BERT and deep gated pooling on CIFAR-10 dataset : . the
        accuracy of image retrieval task called Quill - based"""
    )
)


def mentions(text: str) -> list[Mention]:
    return find_mentions(load()(text))[0]


def named(text: str) -> list[str]:
    """What is mentioned, as "kind: text"."""
    return [f"{m.kind}: {m.text}" for m in mentions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It beats ResNet-50 on CIFAR-10.", ["method: ResNet-50", "dataset: CIFAR-10"]),
        ("It beats Vision Transformers.", ["method: Vision Transformers"]),
        ("They do image classification.", ["task: image classification"]),
        ("The top-1 accuracy is high.", ["metric: top-1 accuracy"]),
        ("NetVorax is here.", ["method: NetVorax"]),
        ("They use gated memory pooling.", ["method: gated memory pooling"]),
        ("It solves underwater image restoration.", ["task: underwater image restoration"]),
        ("It is tested on the OceanDepth dataset.", ["dataset: OceanDepth"]),
        ("We evaluate it on OceanDepth.", ["dataset: OceanDepth"]),
        ("We test it on OceanDepth.", ["dataset: OceanDepth"]),
        ("They train Minivera models.", ["method: Minivera"]),
        (
            "We use sparse token routing (STR).",
            ["method: sparse token routing", "method: STR"],
        ),
    ],
)
def test_found(text: str, expected: list[str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Our method improves over existing approaches.",
        "The proposed framework is a novel model.",
        "We use small datasets and large benchmarks.",
        "It runs on GPUs of NVIDIA and is written in Python.",
        "The optimizer of adam was a man.",
        "We recall that this is not true.",
        "The energy of the field is lost, and so is the coherence of its waves.",
        "The code is available at https://example.org/NetVorax.",
        "The models and code of NetVorax will be publicly released.",
        "",
    ],
)
def test_nothing_found(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the TransVorax framework is good", "method: TransVorax"),
        ("the image retrieval task is hard", "task: image retrieval"),
        ("the CIFAR-100 dataset is small", "dataset: CIFAR-100"),
    ],
)
def test_a_generic_last_word_is_no_part_of_the_name(text: str, expected: str) -> None:
    assert named(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VoraxNet: A New Way to See\nIt sees.", ("VoraxNet", "title")),
        ("We use lazy weight pooling (LWP).", ("lazy weight pooling", "definition")),
        ("They use BERT.", ("BERT", "lexicon")),
        ("They use NetVorax.", ("NetVorax", "name")),
        ("They use lazy weight pooling.", ("lazy weight pooling", "phrase")),
        ("We propose Quill for writers.", ("Quill", "proposal")),
        ("They have a net called Quill.", ("Quill", "proposal")),
    ],
)
def test_the_reader_is_told(text: str, expected: tuple[str, str]) -> None:
    assert expected in [(m.text, m.extractor) for m in mentions(text)]


def test_what_the_text_defines_comes_before_what_the_lexicon_knows() -> None:
    (long, short) = mentions("We use a bold edge ranking tree (BERT).")
    assert (long.text, short.text) == ("bold edge ranking tree", "BERT")
    assert {long.extractor, short.extractor} == {"definition"}


def test_the_longer_of_two_mentions_is_chosen() -> None:
    assert named("We study weakly supervised semantic segmentation.") == [
        "task: weakly supervised semantic segmentation"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We test on CIFAR-10, OceanDepth and FooBar3D.", "dataset"),
        ("We compare ResNet-50, NetVorax and QuillNet.", "method"),
    ],
)
def test_what_stands_in_one_list_is_of_one_kind(text: str, expected: str) -> None:
    assert {m.kind for m in mentions(text)} == {expected}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_a_reader_finds_nothing_in_no_text(reader: object) -> None:
    assert callable(reader)
    assert list(reader(load()(""))) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(WORDS),
        max_size=40,
    ).map(" ".join)
)
def test_mentions_are_in_order_and_apart(text: str) -> None:
    found = mentions(text)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert all(text[m.start : m.end] == m.text for m in found)
    assert all(m.confidence == CONFIDENCE[m.extractor] for m in found)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("NetVLAD", True),
        ("DHVT", True),
        ("OpenSora-V1.2", True),
        ("mBERT", True),
        ("Transformers", False),
        ("GPU", False),
        ("English", False),
        ("3.7M", False),
        ("https://example.org/ABC", False),
    ],
)
def test_names_by_their_looks(word: str, expected: bool) -> None:
    assert is_name(load()(word)[0]) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They use a simple yet effective contrastive loss.", ["contrastive loss"]),
        ("The encoder learns a feature pyramid network.", ["feature pyramid network"]),
        ("They use self-supervised pre-training.", ["self-supervised pre-training"]),
        ("It is a loss.", []),
        ("It leads to performance loss.", []),
    ],
)
def test_noun_phrases_begin_where_the_name_does(text: str, expected: list[str]) -> None:
    assert [span.text for span, _ in noun_phrases(load()(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("our method", True),
        ("neural networks", True),
        ("the proposed framework", True),
        ("2", True),
        ("TransKD framework", False),
        ("graph pooling", False),
    ],
)
def test_generic_words(text: str, expected: bool) -> None:
    assert is_generic(text) is expected
