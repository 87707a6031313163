from __future__ import annotations

import pytest

from kg.extract.numbers import numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("98% accuracy with 3.7M parameters", ["98%", "3.7M"]),
        ("41-137times, 631-1074times speedup", ["41-137times", "631-1074times"]),
        ("the FLOPs by >85.0%", [">85.0%"]),
        ("{1.03%, 0.78%, 1.09%}", ["1.03%", "0.78%", "1.09%"]),
        ("(+2.65 points on average)", ["+2.65 points"]),
        ("11.5M / 2.4GFLOPs", ["11.5M", "2.4GFLOPs"]),
        ("only 1.6 ms of latency at 30 FPS", ["1.6 ms", "30 FPS"]),
        ("0.642pm0.101 and 93.1 ± 0.4", ["0.642pm0.101", "93.1 ± 0.4"]),
        ("a 3.8-billion-parameter model", ["3.8-billion"]),
        ("from 8x to 26x smaller", ["8x to 26x"]),
        ("15 million to 65 million", ["15 million to 65 million"]),
        ("from 70% to 80%", ["70%", "80%"]),
        ("1,024 tokens", ["1,024"]),
        ("27%/95% of them", ["27%", "95%"]),
        ("by 2 orders of magnitude", ["2 orders of magnitude"]),
        ("1.2 percentage points of 31.2 dB", ["1.2 percentage points", "31.2 dB"]),
        ("by a 4-fold gain", ["4-fold"]),
        ("with -0.24% accuracy drop (-1.5 points)", ["-0.24%", "-1.5 points"]),
        ("a 40× to 90× compression", ["40× to 90×"]),
        ("26% 41% superior, at 9.1msec", ["26% 41%", "9.1msec"]),
        ("in 20 GPU hours at 42 frames per second", ["20 GPU hours", "42 frames per second"]),
        ("14.1 absolute percentage points, 8%p gain", ["14.1 absolute percentage points", "8%p"]),
        ("Õ((m+r)/ϵ^2) of O(log^3 n)", ["Õ((m+r)/ϵ^2)", "O(log^3 n)"]),
        ("by three orders of magnitude", ["three orders of magnitude"]),
    ],
)
def test_values(text: str, values: list[str]) -> None:
    assert [number.text for number in numbers(text)] == values


@pytest.mark.parametrize(
    "text",
    [
        "in 2021",
        "224^2 pixels",
        "16times16 patches",
        "2) attention scores",
        "5-shot",
        "ResNet50",
        "1e-3",
        "1.2e-3",
        "version 1.2.3",
        "the 99.9th percentile",
        "4-bit",
        "GPT-3.5",
        "an RTX 4090 GPU",
        "10^6",
    ],
)
def test_what_is_no_value(text: str) -> None:
    assert list(numbers(text)) == []


def test_units() -> None:
    share, factor, size = numbers("87% less, 3.1x faster, 24.0M weights")
    assert (share.percent, share.multiplier) == (True, False)
    assert (factor.percent, factor.multiplier) == (False, True)
    assert (size.percent, size.multiplier, size.unit) == (False, False, "M")


def test_offsets_are_those_of_the_whole_text() -> None:
    text = "We gain 3% and then 4%."
    (found,) = numbers(text, 12)
    assert text[found.start : found.end] == "4%"
