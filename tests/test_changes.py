"""Numbers that tell a change, and numbers that tell a level."""

from __future__ import annotations

import pytest

from kg.extract.changes import changes
from kg.extract.nlp import load
from kg.extract.numbers import numbers
from kg.extract.scenes import Scene


def told(sentence: str) -> list[str]:
    """The numbers of the sentence that are changes."""
    doc = load()(sentence)
    scene = Scene(doc, doc[:], (), tuple(numbers(sentence)))
    return [n.text for n, change in zip(scene.numbers, changes(scene), strict=True) if change]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("CCT reaches 98% accuracy with 3.7M parameters.", []),
        ("It gets 86.5% accuracy, being slightly better than Swin-L.", []),
        ("It achieves 44.6% mAP, outperforming all existing detectors.", []),
        ("It improves AUC from .677 to .748 and from .716 to .780.", []),
        ("It reduces the latency to 26 ms.", []),
        ("It wins by a large margin and reaches 66% of MOTA.", []),
        ("It achieves a logarithmic-loss of 0.507.", []),
        ("It outperforms ResNet by 2.5% (83.3% vs. 80.8%).", ["2.5%"]),
        ("It gets 81.5% accuracy, which is about 1.7% higher than that.", ["1.7%"]),
        ("It has 82.7% accuracy with 29% as many parameters as ViT.", ["29%"]),
        ("It is 15% the size of ResNet50.", ["15%"]),
        ("It is slightly better while using only 11% parameters.", ["11%"]),
        ("It surpasses Swin by 2.0 and 1.1 mIoU respectively.", ["2.0", "1.1"]),
        ("It wins by 87%, 131%, 138%, 74% and 55%.", ["87%", "131%", "138%", "74%", "55%"]),
        ("It wins by 7.3% in NDCG, 4.6% in Recall, and 8.4% in MRR.", ["7.3%", "4.6%", "8.4%"]),
        ("It gains 15.4% MPJPE and is at 23.8% PA-MPJPE.", ["15.4%"]),
        ("It gets 2.8 and 3.4 mAP improvements.", ["2.8", "3.4"]),
        ("Improvements of {1.03%, 0.78%, 1.09%} are seen.", ["1.03%", "0.78%", "1.09%"]),
        ("It has a 73% on-chip energy reduction with a 0.33% accuracy drop.", ["73%", "0.33%"]),
        ("It reaches 41-137times, 631-1074times speedup.", ["41-137times", "631-1074times"]),
        ("It gets +8.1% accuracy and 1.5x the throughput.", ["+8.1%", "1.5x"]),
        ("It is better (1.0 to 2.7 BLEU points over the baseline).", ["1.0", "2.7"]),
    ],
)
def test_changes(sentence: str, expected: list[str]) -> None:
    assert told(sentence) == expected
