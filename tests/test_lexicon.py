from __future__ import annotations

import pytest

from kg.lexicon import direction, entries, lookup, match
from kg.model import KINDS, Kind
from kg.text import fold


@pytest.mark.parametrize(
    ("kind", "surface", "expected"),
    [
        ("method", "ViT", "Vision Transformer"),
        ("method", "convolutional neural networks", "CNN"),
        ("method", "GRUs", "GRU"),
        ("dataset", "ImageNet", "ImageNet-1K"),
        ("dataset", "ImageNet-21k", "ImageNet-22K"),
        ("dataset", "CIFAR 100", "CIFAR-100"),
        ("dataset", "MS COCO", "COCO"),
        ("metric", "number of parameters", "parameters"),
        ("task", "NLP", "natural language processing"),
        ("method", "CIFAR-10", None),
        ("method", "a thing nobody knows", None),
        ("dataset", "", None),
    ],
)
def test_lookup(kind: Kind, surface: str, expected: str | None) -> None:
    assert lookup(kind, surface) == expected


def test_case_counts_where_the_word_is_an_everyday_one() -> None:
    assert match("Adam")
    assert match("adam") is None


def test_words_run_together_are_no_name() -> None:
    assert match("BEiT")
    assert match("be it") is None


def test_two_names_in_a_row_are_none() -> None:
    assert match("MNIST-SVHN")
    assert match("MNIST, SVHN") is None


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("top-1 accuracy", "up"),
        ("mIoU", "up"),
        ("FLOPs", "down"),
        ("latency", "down"),
        ("parameters", "down"),
        ("perplexity", "down"),
        ("validation perplexity", "down"),
        ("zeal", ""),
    ],
)
def test_direction(metric: str, expected: str) -> None:
    assert direction(metric) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_entries_are_sorted_and_no_name_stands_twice(kind: Kind) -> None:
    known = entries(kind)
    names = [entry.name for entry in known]
    assert names == sorted(names, key=str.casefold)
    seen: dict[str, str] = {}
    for entry in known:
        for folded in {fold(surface) for surface in entry.surfaces}:
            assert folded, entry
            assert seen.setdefault(folded, entry.name) == entry.name
    assert {entry.direction for entry in known} <= {"up", "down", ""}


def test_there_are_enough() -> None:
    assert sum(len(entries(kind)) for kind in KINDS) >= 1500
