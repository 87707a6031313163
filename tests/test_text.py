from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.text import Value, fold, is_acronym, parse_value, singular


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("networks", "network"),
        ("LLMs", "LLM"),
        ("GRUs", "GRU"),
        ("ReLUs", "ReLU"),
        ("3DGS", "3DGS"),
        ("loss", "loss"),
        ("losses", "loss"),
        ("boxes", "box"),
        ("biases", "bias"),
        ("batches", "batch"),
        ("policies", "policy"),
        ("matrices", "matrix"),
        ("analysis", "analysis"),
        ("corpus", "corpus"),
        ("bias", "bias"),
        ("series", "series"),
        ("gas", "gas"),
    ],
)
def test_singular(word: str, expected: str) -> None:
    assert singular(word) == expected


@pytest.mark.parametrize(
    "names",
    [
        ("Vision Transformer", "vision transformers", "Vision-Transformer"),
        ("CIFAR-10", "CIFAR10", "cifar 10"),
        ("ImageNet-1K", "imagenet 1k"),
        ("Poincaré ball", "Poincare balls"),
        ("mean IoU", "Mean-IoU"),
        ("ﬁne-tuning", "fine tuning"),
    ],
)
def test_spellings_of_one_name_meet(names: tuple[str, ...]) -> None:
    assert len({fold(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CIFAR-10", "CIFAR-100"),
        ("ViT-B", "ViT-L"),
        ("GPT-3", "GPT-4"),
        ("C", "C++"),
        ("top-1 accuracy", "top-5 accuracy"),
    ],
)
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing_more_than_an_ending(name: str) -> None:
    folded = fold(name)
    assert not set(folded) & set(" -_/.,")
    assert folded == folded.casefold()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CCT", True),
        ("LLMs", True),
        ("mAP", True),
        ("BERT", True),
        ("Transformer", False),
        ("Mask R-CNN", False),
        ("C", False),
        ("accuracy", False),
    ],
)
def test_is_acronym(name: str, expected: bool) -> None:
    assert is_acronym(name) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("98%", Value(98.0, unit="%")),
        ("85.68 %", Value(85.68, unit="%")),
        (">85.0%", Value(85.0, unit="%", sign=">")),
        ("+2.65 points", Value(2.65, unit="points", sign="+")),
        ("24.0M", Value(24e6)),
        ("460 million", Value(460e6)),
        ("1.6 trillion", Value(1.6e12)),
        ("2.4GFLOPs", Value(2.4, unit="GFLOPs")),
        ("3.1x", Value(3.1, unit="x")),
        ("4.2 times", Value(4.2, unit="x")),
        ("41-137times", Value(41.0, high=137.0, unit="x")),
        ("10~30%", Value(10.0, high=30.0, unit="%")),
        ("8x to 26x", Value(8.0, high=26.0, unit="x")),
        ("1.6 ms", Value(1.6, unit="ms")),
        ("0.642pm0.101", Value(0.642, spread=0.101)),
        ("93.1 ± 0.4", Value(93.1, spread=0.4)),
        ("1,024", Value(1024.0)),
        ("half", None),
        ("", None),
    ],
)
def test_parse_value(text: str, expected: Value | None) -> None:
    assert parse_value(text) == expected


@given(st.text(max_size=40))
def test_any_text_is_a_value_or_none(text: str) -> None:
    value = parse_value(text)
    assert value is None or value.number >= 0
