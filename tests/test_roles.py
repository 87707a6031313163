"""Which role a method or dataset plays, by the sentences that name it."""

from __future__ import annotations

import pytest

from kg.extract.entities import Concept, group
from kg.extract.mentions import find_mentions
from kg.extract.nlp import load
from kg.extract.roles import main_method, roles_of, speaks_of_own_work
from kg.model import Role


def told(abstract: str, title: str = "On things that work") -> dict[str, Role]:
    """The role of each method and dataset by its name."""
    concepts, roles = read(abstract, title)
    return {c.name: roles[c.name] for c in concepts if c.kind in ("method", "dataset")}


def read(abstract: str, title: str) -> tuple[list[Concept], dict[str, Role]]:
    doc = load()(f"{title}\n{abstract}")
    concepts = group(*find_mentions(doc))
    return concepts, {name: role for name, (role, _) in roles_of(concepts, doc).items()}


@pytest.mark.parametrize(
    "abstract",
    [
        "We propose VoraxNet.",
        "In this paper, we present VoraxNet, which is fast.",
        "This work introduces VoraxNet for all of us.",
        "We develop a novel network called VoraxNet.",
        "We describe a new network, termed VoraxNet.",
        "VoraxNet is proposed to see better.",
        "Our VoraxNet is fast.",
        "The proposed VoraxNet is fast.",
        "To this end, we design VoraxNet.",
    ],
)
def test_proposed(abstract: str) -> None:
    assert told(abstract)["VoraxNet"] == "proposed"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("VoraxNet: Seeing in the Dark", "VoraxNet"),
        ("Quill: A Pen for Machines", "Quill"),
        ("Seeing in the Dark with Gated Memory Pooling", "Gated Memory Pooling"),
    ],
)
def test_a_title_proposes(title: str, name: str) -> None:
    assert told("It is dark.", title)[name] == "proposed"


@pytest.mark.parametrize(
    "abstract",
    [
        "It is better than VoraxNet.",
        "It outperforms VoraxNet.",
        "It is compared with VoraxNet.",
        "In contrast to VoraxNet, it is small.",
        "It is on par with VoraxNet.",
        "We beat strong baselines such as VoraxNet.",
        "The gain over VoraxNet is large.",
    ],
)
def test_baseline(abstract: str) -> None:
    assert told(abstract)["VoraxNet"] == "baseline"


@pytest.mark.parametrize(
    "abstract",
    [
        "VoraxNet is known to be slow.",
        "We build our system on VoraxNet.",
        "We propose a loss that helps VoraxNet.",
        "We fine-tune VoraxNet.",
        "We study VoraxNet and its many uses.",
        "We propose QuillNet using VoraxNet.",
        "Compared with ResNet, VoraxNet is fast.",
        "In contrast to ResNet, VoraxNet is fast.",
    ],
)
def test_used(abstract: str) -> None:
    assert told(abstract)["VoraxNet"] == "used"


def test_all_in_a_list_after_than_are_baselines() -> None:
    roles = told("We propose VoraxNet. It is more accurate than ResNet, DenseNet and ViT.")
    assert roles == {
        "VoraxNet": "proposed",
        "ResNet": "baseline",
        "DenseNet": "baseline",
        "ViT": "baseline",
    }


def test_variants_of_what_is_proposed_are_proposed() -> None:
    roles = told("We propose VoraxNet. The larger VoraxNet-L is slow.")
    assert roles == {"VoraxNet": "proposed", "VoraxNet-L": "proposed"}


@pytest.mark.parametrize(
    ("abstract", "role"),
    [
        ("We introduce the OceanDepth dataset.", "introduced"),
        ("We present OceanDepth, a dataset for divers.", "introduced"),
        ("We test on the OceanDepth dataset.", "used"),
        ("We test on OceanDepth.", "used"),
    ],
)
def test_datasets(abstract: str, role: Role) -> None:
    assert told(abstract) == {"OceanDepth": role}


def test_metrics_and_tasks_have_no_role() -> None:
    concepts, roles = read("Its accuracy in image retrieval is high.", "On things")
    assert {c.kind: roles[c.name] for c in concepts} == {"metric": "", "task": ""}


@pytest.mark.parametrize(
    ("title", "abstract", "expected"),
    [
        ("VoraxNet: Seeing", "We propose QuillNet and QuillNet. QuillNet wins.", "VoraxNet"),
        ("Seeing", "We propose QuillNet and VoraxNet. VoraxNet wins.", "VoraxNet"),
        ("Seeing", "We propose QuillNet and VoraxNet.", "QuillNet"),
        ("Seeing", "We fine-tune BERT.", None),
    ],
)
def test_main_method(title: str, abstract: str, expected: str | None) -> None:
    concepts, roles = read(abstract, title)
    main = main_method(concepts, roles, load()(f"{title}\n{abstract}"))
    assert (main.name if main else None) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("We do it.", True),
        ("All of it is ours.", True),
        ("This paper does it.", True),
        ("The proposed method does it.", True),
        ("They do it.", False),
        ("Earlier work did it.", False),
    ],
)
def test_own_work(sentence: str, expected: bool) -> None:
    (span,) = load()(sentence).sents
    assert speaks_of_own_work(span) is expected
