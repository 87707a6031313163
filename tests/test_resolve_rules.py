"""The rules of the resolution one by one: kinds, variants, context, the ledger, stability."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_resolve import EMPTY, Lexicon, entity, ids, papers

from kg.lexicon import Entry
from kg.model import Entity, Extraction, Kind, Role
from kg.resolve import Decision, Resolution, resolve
from kg.resolve.marks import families, guard


def typed(*said: tuple[str, Kind], role: Role = "") -> list[Extraction]:
    """One paper for each name and kind."""
    return [
        Extraction(f"{i}-{name}", (replace(entity(name, kind), role=role),), (), ())
        for i, (name, kind) in enumerate(said)
    ]


def decisions(found: Resolution, verdict: str) -> list[Decision]:
    return [decision for decision in found.ledger if decision.verdict == verdict]


# Kinds


def test_a_clear_majority_settles_the_kind() -> None:
    found = resolve(typed(*[("Bin Sort", "task")] * 3, ("bin sorts", "method")), lexicon=EMPTY)
    assert ids(found) == ["task:binsort"]
    assert found.links["3-bin sorts", "bin sorts"].reason == "kind"
    [moved] = decisions(found, "moved")
    assert moved[:4] == ("task:binsort", "moved", "bin sorts", "method:binsort")
    assert moved[4:] == ("3 of 4 papers say task", 0.75, 1)


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ([("x net", "task")] * 2 + [("x net", "method")], ["method", "task"]),
        ([("x net", "task")] * 3 + [("x net", "method")] * 2, ["method", "task"]),
        ([("x net", "task")] * 6 + [("x net", "method")] * 2, ["task"]),
        ([("mAP", "metric")] * 9 + [("MAP", "method")], ["method", "metric"]),
        ([("mAP", "metric")] * 9 + [("mAPs", "method")], ["metric"]),
    ],
)
def test_the_majority_must_be_clear(said: list[tuple[str, Kind]], kinds: list[str]) -> None:
    found = resolve(typed(*said), lexicon=EMPTY)
    assert [node.kind for node in found.nodes] == kinds


def test_the_lexicon_settles_what_is_not_clear_but_is_outvoted() -> None:
    lexicon = Lexicon(Entry("task", "x net", ()))
    tie = typed(("x net", "task"), ("x net", "method"))
    assert ids(resolve(tie, lexicon=lexicon)) == ["task:xnet"]
    most = typed(*[("x net", "task")] * 2, *[("x net", "method")] * 3)
    assert ids(resolve(most, lexicon=lexicon)) == ["task:xnet"]
    more = typed(("x net", "task"), *[("x net", "method")] * 3)
    assert ids(resolve(more, lexicon=lexicon)) == ["method:xnet"]
    assert ids(resolve(tie, lexicon=EMPTY)) == ["method:xnet", "task:xnet"]


@pytest.mark.parametrize("role", ["proposed", "introduced"])
def test_who_brings_a_thing_into_the_world_knows_its_kind(role: Role) -> None:
    most = typed(*[("x net", "dataset")] * 4)
    own = typed(("x net", "method"), role=role)
    assert len(resolve([*most, *[replace(x, paper="own") for x in own]], lexicon=EMPTY).nodes) == 2


def test_a_paper_that_names_both_kinds_keeps_them_apart() -> None:
    both = Extraction("both", (entity("x net", "task"), entity("X-Net", "method")), (), ())
    found = resolve([*typed(*[("x net", "task")] * 5, ("x net", "method")), both], lexicon=EMPTY)
    assert found.links["5-x net", "x net"].node == "task:xnet"
    assert found.links["both", "X-Net"].node == "method:xnet"


# Variants


@pytest.mark.parametrize(
    ("names", "families"),
    [
        (["ViT", "ViT-B", "ViT-B/16"], {"vitb": "vit", "vitb16": "vitb"}),
        (["GPT", "GPT-3", "GPT-4"], {"gpt3": "gpt", "gpt4": "gpt"}),
        (["ResNet-50", "ResNet-18"], {}),
        (["SiamFC", "SiamFC+", "SiamFC++"], {"siamfc+": "siamfc", "siamfc++": "siamfc"}),
        (["YOLO", "YOLOv5", "YOLOv5-S"], {"yolov5": "yolo", "yolov5s": "yolov5"}),
        (["AB", "AB-2", "Attention", "Attention 2"], {"attention2": "attention"}),
        (["BERT", "ALBERT", "BERT4Rec"], {}),
    ],
)
def test_sizes_and_versions_are_variants(names: list[str], families: dict[str, str]) -> None:
    found = resolve(papers(*names), lexicon=EMPTY)
    told = {node[7:]: variant.family[7:] for node, variant in found.variants.items()}
    assert told == families
    assert len(found.nodes) == len(names)
    assert {d.node for d in decisions(found, "variant")} == found.variants.keys()


def test_a_variant_is_none_of_another_variant_by_its_alias() -> None:
    lexicon = Lexicon(Entry("dataset", "ImageNet-1K", ("ImageNet",)))
    found = resolve(papers("ImageNet", "ImageNet-22K", kind="dataset"), lexicon=lexicon)
    assert ids(found) == ["dataset:imagenet1k", "dataset:imagenet22k"]
    assert not found.variants


def test_metrics_and_tasks_have_no_variants() -> None:
    for kind in ("metric", "task"):
        assert not resolve(papers("Recall", "Recall@5", "Recall 5", kind=kind)).variants  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.text(max_size=24))
def test_marks_of_any_text(name: str) -> None:
    assert guard(name, name) == ""
    for family in families(name):
        assert len(family) < len(name)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("CIFAR-10", "CIFAR-100"),
        ("ViT-B", "ViT-L"),
        ("mAP", "AP50"),
        ("top-1", "top-5"),
        ("one-stage detector", "two-stage detector"),
        ("YOLOv5", "YOLOv8"),
        ("CNN+", "CNN"),
        ("LLaMA 7B", "LLaMA 13B"),
        ("inter-graph", "intra-graph 2"),
    ],
)
def test_guards_work_both_ways(a: str, b: str) -> None:
    assert guard(a, b)
    assert guard(b, a)


# Joins


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ("deep colour nets", "deep color nets", "inflection"),
        ("estimation of pose", "pose estimation", "word order"),
        ("FooNet model", "FooNet", "head"),
        ("sharp descent algorithm", "sharp descent", "generic head"),
        ("Sharp Map Net (SMN)", "sharp map net", "acronym beside"),
        ("multi-sharp map", "multi-SM", "acronym inside"),
        ("Sharp Map (SM) nets", "sharp map nets", "acronym beside"),
        ("sharp conection", "sharp connection", "typo"),
    ],
)
def test_joins_tell_their_reason(a: str, b: str, reason: str) -> None:
    lexicon = Lexicon(Entry("method", "sharp map", ("SM",)), Entry("task", "connection", ()))
    found = resolve(papers(a, b), lexicon=lexicon)
    [joined] = decisions(found, "same")
    assert joined.reason == reason
    assert {joined.name, joined.other} == {a, b}
    assert 0.8 < joined.score < 1
    assert joined.papers == 1


def test_years_of_data_sets() -> None:
    found = resolve(papers("ICXXX15", "ICXXX 2015", "ICXXX 2013", kind="dataset"), lexicon=EMPTY)
    assert ids(found) == ["dataset:icxxx2013", "dataset:icxxx2015"]


def test_what_only_its_makers_name_is_no_generic_thing() -> None:
    own, other = papers("sharp descent algorithm", "sharp descent")
    [made] = own.entities
    own = replace(own, entities=(replace(made, role="proposed"),))
    assert len(resolve([own, other], lexicon=EMPTY).nodes) == 2


def test_a_short_name_of_something_longer_is_not_that_thing() -> None:
    lexicon = Lexicon(Entry("task", "classification", ()))
    forms = ("large-margin classification", "classification")
    said = Extraction("x", (Entity(forms[0], "task", "", forms, (), ()),), (), ())
    assert ids(resolve([said], lexicon=lexicon)) == ["task:largemarginclassification"]


def test_long_forms_of_one_acronym_that_are_alike() -> None:
    said = papers(("MIL", "multi-instance learning"), ("MIL", "multiple instance learning"), "MIL")
    found = resolve(said, lexicon=EMPTY)
    assert ids(found) == ["method:multiinstancelearning"]
    assert [d.reason for d in decisions(found, "same")] == ["same acronym"]


def test_initials_count_within_one_paper() -> None:
    def paper(number: str, *names: str) -> Extraction:
        return Extraction(number, tuple(map(entity, names)), (), ())

    long = "sharp air map"
    assert len(resolve([paper("1", long), paper("2", "SAM")], lexicon=EMPTY).nodes) == 2
    found = resolve([paper("1", long, "SAM", "foo"), paper("2", "SAM")], lexicon=EMPTY)
    assert ids(found) == ["method:foo", "method:sharpairmap"]
    assert found.links["1", "SAM"].reason == "long form"
    assert found.links["2", "SAM"].reason == "acronym"
    rival = [paper("1", long, "SAM", "sad ant march")]
    assert len(resolve(rival, lexicon=EMPTY).nodes) == 3
    known = Lexicon(Entry("method", "Sad Ant March", ("SAM",)))
    assert len(resolve([paper("1", long, "SAM")], lexicon=known).nodes) == 2


def test_no_acronym_is_short_for_an_everyday_word() -> None:
    lexicon = Lexicon(Entry("method", "flow", ("FLW",)), Entry("method", "BERT", ()))
    said = papers(("FLOW", "fast lazy web"), ("FLW", "fine web"), ("BERT", "big bird"))
    slugs = ["method:bert", "method:fastlazyweb", "method:fineweb"]
    assert ids(resolve(said, lexicon=lexicon)) == slugs
    assert ids(resolve(papers("FLOW", "FLW"), lexicon=lexicon)) == ["method:flow"]


@pytest.mark.parametrize(("spelled", "label"), [(1, "FAM (fast air map)"), (2, "fast air map")])
def test_what_few_abbreviate_is_spelled_out(spelled: int, label: str) -> None:
    both = papers(("FAM", "fast air map"), ("FAM", "far ant march"))
    more = [replace(x, paper=f"m{i}") for i, x in enumerate(papers(*["fast air map"] * spelled))]
    assert label in [node.label for node in resolve([*both, *more], lexicon=EMPTY).nodes]


def test_the_lexicon_keeps_its_names_apart() -> None:
    lexicon = Lexicon(Entry("method", "sharp colour", ()), Entry("method", "sharp color", ()))
    said = papers("sharp colour", "sharp color", "sharp color method")
    assert ids(resolve(said[:2], lexicon=lexicon)) == ["method:sharpcolor", "method:sharpcolour"]
    assert len(resolve(said, lexicon=lexicon).nodes) == 3, "nor is a third name taken for either"


# Stability

_NAMES = st.sampled_from(
    [
        *("SAM", "SAMs", "Sharp Map", "sharp-maps", "map of sharpness", "Sad Ants", "SAM net"),
        *("Net", "Net 2", "Net-B", "FooNet", "FooNet model", "colour net", "color nets"),
        *("sharp descent", "sharp descent algorithm", "x", "x 1"),
    ]
)
_KIND: st.SearchStrategy[Kind] = st.sampled_from(["method", "task", "dataset"])
_ENTITY = st.builds(lambda name, kind: entity(name, kind), _NAMES, _KIND) | st.builds(
    lambda short, long: entity((short, long)), _NAMES, _NAMES
)
_PAPER = st.lists(_ENTITY, max_size=3, unique_by=lambda e: e.name)


def _extractions(said: list[list[Entity]], *, prefix: str = "") -> list[Extraction]:
    return [Extraction(f"{prefix}{i}", tuple(e), (), ()) for i, e in enumerate(said)]


@settings(deadline=None)
@given(st.lists(_PAPER, max_size=10), st.randoms())
def test_no_order_counts(said: list[list[Entity]], chance: random.Random) -> None:
    extractions = _extractions(said)
    expected = resolve(extractions, lexicon=EMPTY)
    chance.shuffle(extractions)
    assert resolve(extractions, lexicon=EMPTY) == expected
    assert {link.node for link in expected.links.values()} == set(ids(expected))
    assert {decision.node for decision in expected.ledger} <= set(ids(expected))


@settings(deadline=None)
@given(st.lists(_PAPER, max_size=10))
def test_what_is_resolved_stays_as_it_is(said: list[list[Entity]]) -> None:
    """Papers that call each thing by the slug of its node have the same nodes."""
    first = resolve(_extractions(said), lexicon=EMPTY)
    again = [
        Extraction(node.id, (entity(node.id.partition(":")[2], node.kind),), (), ())
        for node in first.nodes
    ]
    assert {*ids(resolve(again, lexicon=EMPTY))} == {*ids(first)}


@settings(deadline=None)
@given(st.lists(_PAPER, max_size=8), st.lists(st.integers(0, 9), max_size=8))
def test_unrelated_papers_change_no_id(said: list[list[Entity]], more: list[int]) -> None:
    """Nor labels, nor where any entity goes."""
    extractions = _extractions(said)
    before = resolve(extractions, lexicon=EMPTY)
    others = _extractions([[entity(f"unrelated thing {n} of it")] for n in more], prefix="u")
    after = resolve([*others, *extractions], lexicon=EMPTY)
    assert set(before.nodes) <= set(after.nodes)
    assert before.links.items() <= after.links.items()
    assert set(before.ledger) <= set(after.ledger)
