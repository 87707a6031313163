"""Under which conditions a number was measured, by the grammar of its sentence."""

from __future__ import annotations

import time

import pytest

from kg.query.conditions import conditions


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "It comes on COCO val set with 58.0% PQ, Cityscapes val set with 68.4% PQ, "
            "44.0% AP, and 83.5% mIoU, and ADE20K val set with 50.9% PQ.",
            {"58.0%": "val", "68.4%": "val", "44.0%": "val", "83.5%": "val", "50.9%": "val"},
        ),
        (
            "After pretraining in 224^2 resolution, it attains 87.1% and 88.1% accuracy when "
            "finetuned with resolution 224^2 and 384^2, respectively.",
            {"87.1%": "224 resolution", "88.1%": "384 resolution"},
        ),
        ("It has 50.5 AP on COCO val, and 85.0% on ImageNet.", {"50.5": "val", "85.0%": ""}),
        ("It has 53.3 box AP and 45.1 mask AP on COCO test-dev.", {"53.3": "test-dev"}),
        ("It has 53.3 box AP and 45.1 mask AP on COCO test-dev.", {"45.1": "test-dev"}),
        ("On test-dev, it has 53.3 box AP and 45.1 mask AP.", {"45.1": "test-dev"}),
        ("81.2% and 85.3% on the validation and test sets", {"81.2%": "val", "85.3%": "test"}),
        ("85% on the dev set and 80% on the test data", {"85%": "val", "80%": "test"}),
        ("training accuracy of 99% and test accuracy of 70%", {"99%": "train", "70%": "test"}),
        ("1.9% and 3.9% on test-clean and test-other", {"3.9%": "test-other"}),
        ("top-1/top-5 accuracy of 80.1%/95.0%", {"80.1%": "top-1", "95.0%": "top-5"}),
        ("80.1% Top 1 and 95.0% top-5 accuracy", {"80.1%": "top-1", "95.0%": "top-5"}),
        ("68.9% zero-shot and 75.2% five-shot", {"68.9%": "zero-shot", "75.2%": "5-shot"}),
        ("In 5-way 1-shot and 5-way 5-shot, 60% and 75%.", {"60%": "5-way 1-shot"}),
        ("In 5-way 1-shot and 5-way 5-shot, 60% and 75%.", {"75%": "5-way 5-shot"}),
        ("2.27 on ImageNet 256x256 and 3.04 on ImageNet 512×512", {"3.04": "512 resolution"}),
        ("68.4% for a 2048x1024 input", {"68.4%": "2048x1024 resolution"}),
        ("30 FPS on 1080p video", {"30 FPS": "1080p resolution"}),
        ("85.0% with 16x16 patches, 7x7 windows and 3x3 kernels", {"85.0%": ""}),
        ("0.5 mm at a resolution of 10 mm", {"0.5 mm": ""}),
        ("71.2% with 1% of the labels and 80.5% with 10% labels", {"71.2%": "1% labels"}),
        ("79.1% by linear probing", {"79.1%": "linear probe"}),
        ("40.1 AP with multi-scale testing of multi-scale features", {"40.1": "multi-scale"}),
        ("It gets 83% top-1, whereas on the test set 50%.", {"83%": "top-1", "50%": "test"}),
        ("supervised (2.68%) and few-shot (31%)", {"2.68%": "", "31%": "few-shot"}),
        ("It tests 5% of the time.", {"5%": ""}),
        ("85% on the val set", {"5%": "", "": "", "86%": ""}),
    ],
)
def test_what_belongs_to_a_number(sentence: str, expected: dict[str, str]) -> None:
    assert {v: " ".join(conditions(sentence, v)) for v in expected} == expected


def test_ranks_are_of_accuracies() -> None:
    said = "It has 79% top-1 accuracy with 1.6 ms latency."
    assert conditions(said, "79%", metric="accuracy") == ("top-1",)
    assert conditions(said, "1.6 ms", metric="latency") == ()


def test_what_names_say_is_not_said_again() -> None:
    said = "It has 79% zero-shot top-1 accuracy on ImageNet 256x256."
    assert conditions(said, "79%", metric="top-1 accuracy", dataset="ImageNet 256x256") == (
        "zero-shot",
    )


@pytest.mark.parametrize("part", ["5% and ", "val set ", "top-1 5% ", "a", "7x7 ", "(", "1,"])
def test_hostile_sentences_take_no_time(part: str) -> None:
    before = time.process_time()
    conditions(part * 200_000 + " 85.5% on the val set " + part * 200_000, "85.5%")
    assert time.process_time() - before < 2
