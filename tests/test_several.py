"""Names that stand for two things: both are read, and whatever is said of them."""

from __future__ import annotations

import pytest

from kg.extract import extract
from kg.extract.several import both, parted
from kg.model import Entity, Extraction, Kind, Paper, Relation, Result


def named(name: str, kind: Kind = "dataset") -> Entity:
    return Entity(name, kind, "used", (name,), (), ())


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("CIFAR-10/100", "dataset", ("CIFAR-10", "CIFAR-100")),
        ("CIFAR10/ 100", "dataset", ("CIFAR10", "CIFAR100")),
        ("CIFAR-{10, 100}", "dataset", ("CIFAR-10", "CIFAR-100")),
        ("CIFAR-{10,100", "dataset", ("CIFAR-10", "CIFAR-100")),
        ("PASCAL VOC 2007/2012", "dataset", ("PASCAL VOC 2007", "PASCAL VOC 2012")),
        ("ResNet-18/50", "method", ("ResNet-18", "ResNet-50")),
        ("ViT-B/16", "method", ()),
        ("CNN/Daily Mail", "dataset", ()),
        ("Vorax-10/100", "dataset", ()),
        ("CIFAR-10/10", "dataset", ()),
        ("CIFAR-10", "dataset", ()),
        ("CIFAR-10/100", "task", ()),
        ("10/100", "dataset", ()),
        ("", "dataset", ()),
    ],
)
def test_both(name: str, kind: Kind, expected: tuple[str, ...]) -> None:
    assert both(name, kind) == expected


def test_all_that_is_said_is_said_of_both() -> None:
    entities = (named("VoraxNet", "method"), named("CIFAR-10/100"), named("accuracy", "metric"))
    on = Relation("VoraxNet", "evaluated_on", "CIFAR-10/100", ())
    number = Result("VoraxNet", "CIFAR-10/100", "accuracy", "98%", None, ())
    told = parted(Extraction("a-1", entities, (on,), (number,)))
    assert {(r.head, r.tail) for r in told.relations} == {
        ("VoraxNet", "CIFAR-10"),
        ("VoraxNet", "CIFAR-100"),
    }
    assert {e.name: e.surface for e in told.entities if e.kind == "dataset"} == {
        "CIFAR-10": ("CIFAR-10/100",),
        "CIFAR-100": ("CIFAR-10/100",),
    }
    [result] = told.results
    assert (result.method, result.dataset, result.metric) == ("VoraxNet", None, "accuracy")


def test_what_the_paper_names_by_itself_stays_as_it_is() -> None:
    own = named("CIFAR10")
    told = parted(Extraction("a-1", (own, named("CIFAR-10/100")), (), ()))
    assert [entity.name for entity in told.entities] == ["CIFAR10", "CIFAR-100"]
    assert own in told.entities


def test_nothing_is_tied_to_itself() -> None:
    entities = (named("ResNet-18", "method"), named("ResNet-18/50", "method"))
    uses = Relation("ResNet-18", "uses", "ResNet-18/50", ())
    told = parted(Extraction("a-1", entities, (uses,), ()))
    assert [(r.head, r.tail) for r in told.relations] == [("ResNet-18", "ResNet-50")]


def test_a_name_of_another_kind_is_left_alone() -> None:
    said = Extraction("a-1", (named("CIFAR-10", "method"), named("CIFAR-10/100")), (), ())
    assert parted(said) is said


def test_names_for_one_thing_are_no_matter() -> None:
    said = Extraction("a-1", (named("CIFAR-10"), named("ViT-B/16", "method")), (), ())
    assert parted(said) is said


def test_a_paper_is_read_so() -> None:
    text = "We propose VoraxNet and evaluate it on CIFAR-10/100 and ImageNet."
    facts = extract(Paper("a-1", "VoraxNet: a network for image classification", text))
    assert {e.name for e in facts.entities if e.kind == "dataset"} == {
        "CIFAR-10",
        "CIFAR-100",
        "ImageNet",
    }
