"""Reported numbers: of which method, on which dataset, of which metric, over which baseline."""

from __future__ import annotations

import pytest

from kg.extract.entities import group
from kg.extract.mentions import find_mentions
from kg.extract.nlp import load
from kg.extract.results import read_results
from kg.extract.roles import main_method, roles_of

INTRO = "We propose VoraxNet. "


def told(abstract: str) -> list[str]:
    """Each result as "value metric on dataset by method over baseline"."""
    doc = load()(f"On things that work\n{abstract}")
    concepts = group(*find_mentions(doc))
    roles = {name: role for name, (role, _) in roles_of(concepts, doc).items()}
    lines = []
    for r in read_results(concepts, roles, main_method(concepts, roles, doc), doc):
        parts = (
            f"{r.number.text} {r.metric.name}",
            f"on {r.dataset.name}" if r.dataset else "",
            f"by {r.method.name}" if r.method else "",
            f"over {r.baseline.name}" if r.baseline else "",
        )
        lines.append(" ".join(filter(None, parts)))
    return lines


OF_MAIN = [
    ("It gets 98% accuracy.", ["98% accuracy"]),
    ("It has an accuracy of 98%.", ["98% accuracy"]),
    ("Its accuracy is 98%.", ["98% accuracy"]),
    ("It gets 44.1 mAP on COCO.", ["44.1 mAP on COCO"]),
    ("On COCO, it gets 44.1 mAP.", ["44.1 mAP on COCO"]),
    ("It gets an RMSE of 0.31 ± 0.02 on KITTI.", ["0.31 ± 0.02 RMSE on KITTI"]),
    (
        "It gets 44.1 mAP on COCO and 80.2 mAP on PASCAL VOC.",
        ["44.1 mAP on COCO", "80.2 mAP on PASCAL VOC"],
    ),
    (
        "It gets 0.31 RMSE on KITTI and 2.4 on NYUv2.",
        ["0.31 RMSE on KITTI", "2.4 RMSE on NYUv2"],
    ),
    (
        "It gets 81.2% and 46.3% mIoU on Cityscapes and ADE20K, respectively.",
        ["81.2% mIoU on Cityscapes", "46.3% mIoU on ADE20K"],
    ),
    (
        "It gets {95.1%, 77.4%} accuracy on {CIFAR-10, CIFAR-100}.",
        ["95.1% accuracy on CIFAR-10", "77.4% accuracy on CIFAR-100"],
    ),
    (
        "It gets accuracies of 77.1%, 83.4% and 91.2% on CIFAR-100, SVHN and CIFAR-10.",
        [
            "77.1% accuracies on CIFAR-100",
            "83.4% accuracies on SVHN",
            "91.2% accuracies on CIFAR-10",
        ],
    ),
    (
        "It gets 97.2%/92.4% accuracy on CIFAR-10.",
        ["97.2% accuracy on CIFAR-10", "92.4% accuracy on CIFAR-10"],
    ),
    ("It is pretrained on JFT-300M and gets 44.1 mAP on COCO.", ["44.1 mAP on COCO"]),
    ("It improves accuracy from 74.2% to 79.8%.", ["74.2% accuracy", "79.8% accuracy"]),
]


@pytest.mark.parametrize(("sentence", "expected"), OF_MAIN)
def test_levels(sentence: str, expected: list[str]) -> None:
    assert told(INTRO + sentence) == [f"{line} by VoraxNet" for line in expected]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It has 3.7M parameters.", "3.7M parameters"),
        ("It is 3.1x faster.", "3.1x speed"),
        ("It is 2.5 times smaller.", "2.5 times model size"),
        ("It runs in 4 ms.", "4 ms latency"),
        ("It runs at 25 FPS.", "25 FPS FPS"),
        ("It needs 1.5 GFLOPs.", "1.5 GFLOPs GFLOPs"),
        ("It needs 40% fewer FLOPs.", "40% FLOPs"),
        ("It needs 10x fewer training tokens.", "10x training tokens"),
    ],
)
def test_a_metric_may_be_implied(sentence: str, expected: str) -> None:
    assert told(INTRO + sentence) == [f"{expected} by VoraxNet"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It is 3.1x faster than ResNet.", ["3.1x speed by VoraxNet over ResNet"]),
        (
            "It improves BLEU by 1.8 over BART.",
            ["1.8 BLEU by VoraxNet over BART"],
        ),
        (
            "It outperforms ResNet by 2.1% in accuracy on CIFAR-10.",
            ["2.1% accuracy on CIFAR-10 by VoraxNet over ResNet"],
        ),
        (
            "It outperforms GCN by 5.6% and GAT by 4.1% in accuracy on Cora.",
            [
                "5.6% accuracy on Cora by VoraxNet over GCN",
                "4.1% accuracy on Cora by VoraxNet over GAT",
            ],
        ),
        (
            "Compared with BART and BERT, it improves ROUGE-L by 1.4 and 0.9 points, respectively.",
            ["1.4 ROUGE-L by VoraxNet over BART", "0.9 points ROUGE-L by VoraxNet over BERT"],
        ),
        (
            "Its accuracy is 90.1% vs. 88.4% for DETR.",
            ["90.1% accuracy by VoraxNet over DETR", "88.4% accuracy by DETR"],
        ),
        (
            "It has a success rate of 87%, 12 points higher than DQN.",
            ["87% success rate by VoraxNet over DQN"],
        ),
        (
            "It has 40% lower latency than BERT.",
            ["40% latency by VoraxNet over BERT"],
        ),
        (
            "It outperforms ResNet on CIFAR-10 (83.3% vs. 80.8% accuracy).",
            [
                "83.3% accuracy on CIFAR-10 by VoraxNet over ResNet",
                "80.8% accuracy on CIFAR-10 by ResNet",
            ],
        ),
    ],
)
def test_over_a_baseline(sentence: str, expected: list[str]) -> None:
    assert told(INTRO + sentence) == expected


def test_an_unnamed_method_of_the_paper() -> None:
    assert told("We describe a thing. It gets 98% accuracy on CIFAR-10.") == [
        "98% accuracy on CIFAR-10"
    ]


def test_each_of_several_methods_has_the_number_after_it() -> None:
    assert told("We fine-tune nets. BERT gets an accuracy of 96.4%, XLNet 95.2%.") == [
        "96.4% accuracy by BERT",
        "95.2% accuracy by XLNet",
    ]


def test_without_a_proposed_method_the_sentence_names_it() -> None:
    assert told("We fine-tune BERT. BERT gets an F1 score of 88.1 on SQuAD.") == [
        "88.1 F1 score on SQuAD by BERT"
    ]


@pytest.mark.parametrize(
    "abstract",
    [
        "Earlier detectors reach 40.2 mAP on COCO. We propose VoraxNet.",
        "BERT has 110M parameters. Our VoraxNet is smaller.",
        INTRO + "It is trained on 1.2M images in 2021.",
        INTRO + "It has 12 layers and a batch size of 32.",
        INTRO + "It gets more accuracy on CIFAR-10 and ImageNet-1K.",
        INTRO + "It is trained with a 3x schedule.",
        INTRO + "It is of three parts: 1) eyes and 2) ears.",
        INTRO + "It gets 1.7% higher performance.",
        "",
    ],
)
def test_no_results(abstract: str) -> None:
    assert told(abstract) == []


def test_a_dataset_is_kept_for_the_next_sentence() -> None:
    sentence = "It gets 71.2% accuracy on CIFAR-100. With tricks its accuracy is 73.0%."
    assert told(INTRO + sentence) == [
        "71.2% accuracy on CIFAR-100 by VoraxNet",
        "73.0% accuracy on CIFAR-100 by VoraxNet",
    ]
