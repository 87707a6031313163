"""The stages from a Doc to facts: what each lays out, and what it makes of chances."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from predicted import AWKWARD, Stages, concept, number, stages_of

from kg.extract.candidates import MENTION, READERS, Candidate
from kg.extract.entities import Concept
from kg.extract.metrics import Metric, Unlisted
from kg.extract.neural import Scored, predict
from kg.extract.nlp import load, sentence_around, span_at
from kg.extract.odds import logit
from kg.extract.pairs import POINTERS
from kg.extract.results import Reading
from kg.extract.scenes import is_unit
from kg.extract.signs import NUMBER, OPTION
from kg.extract.stages import (
    NONE,
    UNLISTED,
    Cast,
    Counted,
    Drafted,
    Floor,
    Named,
    cast,
    name,
    relate_all,
)
from kg.model import RELATIONS, Kind, Mention, Role

TEXT = (
    "Seeing in the dark\nWe propose VoraxNet, a new model for image classification. VoraxNet gets "
    "98.5% accuracy on CIFAR-10 with 3.7M parameters, 2.1% better than ResNet-50, and is 3x "
    "faster than ViT. It runs at 25 FPS. We introduce the OceanDepth dataset. QuillNet is used."
)
TEXTS = {**AWKWARD, "small": TEXT}


@cache
def stages(case: str) -> Stages:
    return stages_of(TEXTS[case])


@pytest.mark.parametrize("case", TEXTS)
class TestEveryText:
    def test_candidates_stand_in_the_text_in_order(self, case: str) -> None:
        drafted, text = stages(case).drafted, TEXTS[case]
        places = [(c.span.start, c.span.end, c.kind) for c in drafted.candidates]
        assert places == sorted(set(places))
        for candidate in drafted.candidates:
            span = candidate.span
            assert span.text.strip()
            assert text[span.start_char : span.end_char] == span.text
            assert candidate.by_rules in {"", *READERS}

    def test_mentions_stand_apart_and_tell_who_reads_them(self, case: str) -> None:
        named, text = stages(case).named, TEXTS[case]
        mentions = sorted(m for c in named.concepts for m in c.mentions)
        assert all(one.end <= two.start for one, two in pairwise(mentions))
        for mention in mentions:
            read = named.read[mention.start]
            assert text[mention.start : mention.end] == mention.text
            assert mention.extractor == "+".join(read.extractors)
            assert set(read.extractors) <= {"model", "repeat", *READERS}
            assert mention.confidence == round(read.chance, 3)
            assert 0 <= read.model <= 1

    def test_names_are_of_one_concept_each(self, case: str) -> None:
        names = [c.name for c in stages(case).cast.concepts]
        assert len(names) == len(set(names))

    def test_pairs_are_of_kinds_that_a_relation_holds_between(self, case: str) -> None:
        told = stages(case)
        kinds = [c.kind for c in told.cast.concepts]
        for relation, (pairs, _) in told.related.signs.items():
            assert all((kinds[i], kinds[j]) == RELATIONS[relation] and i != j for i, j in pairs)
        assert told.related.main is None or told.related.main in told.cast.concepts

    def test_numbers_are_no_part_of_mentions_but_of_units(self, case: str) -> None:
        told = stages(case)
        found = [c.scored.number for c in told.counted]
        assert [n.start for n in found] == sorted({n.start for n in found})
        for one in found:
            assert TEXTS[case][one.start : one.end] == one.text
            assert all(
                m.end <= one.start or one.end <= m.start or is_unit(m, c, one)
                for c in told.cast.concepts
                for m in c.mentions
            )

    def test_a_number_points_at_concepts_of_the_kind_or_at_nothing(self, case: str) -> None:
        told = stages(case)
        kinds = [c.kind for c in told.cast.concepts]
        for counted in told.counted:
            assert 0 <= counted.scored.reported <= 1
            for pointer, kind in POINTERS:
                options = counted.options[pointer]
                assert [kinds[o] for o in options if o >= 0] == [kind] * kinds.count(kind)
                assert (NONE in options) == (pointer != "metric")
                assert UNLISTED not in options or pointer == "metric"


def drafted(*told: tuple[str, Kind, str], text: str = TEXT) -> Drafted:
    """The text with candidates where these words first stand, read by the rules or by nobody."""
    doc = load()(text)
    listed = []
    for words, kind, reader in told:
        start = text.index(words)
        span = span_at(doc, start, start + len(words))
        listed.append(Candidate(span, kind, (False,) * 3, reader))
    signs = np.zeros((len(listed), len(MENTION)), np.float32)
    return Drafted(doc, predict(doc), (), tuple(listed), signs)


class TestNamed:
    def test_the_likely_are_kept(self) -> None:
        draft = drafted(("VoraxNet", "method", "name"), ("CIFAR-10", "dataset", "lexicon"))
        assert [c.name for c in name(draft, [0.3, 0.299], 0.3).concepts] == ["VoraxNet"]
        assert name(draft, [0.1, 0.2], 0.3).concepts == ()

    def test_what_nobody_reads_is_a_repeat(self) -> None:
        named = name(drafted(("VoraxNet", "method", "")), [0.123456], 0.0)
        start = TEXT.index("VoraxNet")
        assert named.read[start].extractors == ("repeat",)
        assert named.concepts[0].mentions == (
            Mention(start, start + 8, "VoraxNet", "method", "repeat", 0.123),
        )

    def test_the_confidence_of_the_model_is_kept(self) -> None:
        draft = drafted(("VoraxNet", "method", ""))
        draft.signs[0, MENTION.index("model")] = logit(0.8)
        (read,) = name(draft, [0.5], 0.0).read.values()
        assert read.model == pytest.approx(0.8)
        assert read.chance == 0.5

    def test_the_likelier_kind_wins(self) -> None:
        draft = drafted(("VoraxNet", "method", "name"), ("VoraxNet", "dataset", "name"))
        assert [c.kind for c in name(draft, [0.4, 0.6], 0.0).concepts] == ["dataset"]


class TestCast:
    def named(self) -> Named:
        told = drafted(
            ("VoraxNet", "method", "name"),
            ("ResNet-50", "method", ""),
            ("ViT", "method", "lexicon"),
        )
        return name(told, [0.9, 0.9, 0.9], 0.0)

    @pytest.mark.parametrize(
        ("chances", "kept"),
        [
            ((0.9, 0.9, 0.9), ["VoraxNet", "ResNet-50", "ViT"]),
            ((0.5, 0.5, 0.5), ["VoraxNet", "ResNet-50", "ViT"]),
            ((0.49, 0.49, 0.49), ["VoraxNet", "ViT"]),
            ((0.2, 0.9, 0.19), ["VoraxNet", "ResNet-50"]),
            ((0.1, 0.1, 0.1), []),
        ],
    )
    def test_what_the_rules_read_needs_less(
        self, chances: tuple[float, ...], kept: list[str]
    ) -> None:
        told = cast(self.named(), chances, Floor(0.5, 0.2))
        assert [c.name for c in told.concepts] == kept
        assert len(told.sure) == len(told.signs) == len(kept)

    def test_each_is_as_sure_as_its_likeliest_wording(self) -> None:
        text = "A\nThe accuracy is high. Its nightly accuracy is low."
        told = drafted(
            ("accuracy", "metric", "lexicon"),
            ("nightly accuracy", "metric", "phrase"),
            text=text,
        )
        made = cast(name(told, [0.9, 0.9], 0.0), [0.4, 0.7], Floor(0.0, 0.0))
        assert [c.surface for c in made.concepts] == [("accuracy", "nightly accuracy")]
        assert list(made.sure) == pytest.approx([0.7])

    def test_the_rules_say_the_role_of_each(self) -> None:
        told = cast(self.named(), [0.9, 0.9, 0.9], Floor(0.0, 0.0))
        assert {name: role for name, (role, _) in told.ruled.items()} == {
            "VoraxNet": "proposed",
            "ResNet-50": "baseline",
            "ViT": "baseline",
        }


FLOORS = {"contribution": Floor(0.6, 0.2), "baseline": Floor(0.5, 0.1)}


@cache
def players() -> Cast:
    """Concepts of each kind; those of methods and datasets have different roles by the rules."""
    draft = drafted(
        ("VoraxNet", "method", "name"),
        ("image classification", "task", "lexicon"),
        ("accuracy", "metric", "lexicon"),
        ("ResNet-50", "method", "lexicon"),
        ("OceanDepth", "dataset", "phrase"),
        ("CIFAR-10", "dataset", "lexicon"),
        ("QuillNet", "method", "name"),
    )
    even = [0.9] * len(draft.candidates)
    return cast(name(draft, even, 0.0), even, Floor(0.0, 0.0))


class TestRoles:
    def roles(self, new: Sequence[float], rival: Sequence[float]) -> dict[str, Role]:
        related = relate_all(players(), new, rival, FLOORS)
        assert related.new == pytest.approx(tuple(new))
        return dict(related.roles)

    def test_the_rules_of_the_example(self) -> None:
        assert {name: role for name, (role, _) in players().ruled.items()} == {
            "VoraxNet": "proposed",
            "image classification": "",
            "accuracy": "",
            "CIFAR-10": "used",
            "ResNet-50": "baseline",
            "OceanDepth": "introduced",
            "QuillNet": "used",
        }

    @pytest.mark.parametrize(
        ("concept", "new", "rival", "role"),
        [
            ("VoraxNet", 0.2, 0.0, "proposed"),
            ("VoraxNet", 0.19, 0.0, "used"),
            ("VoraxNet", 0.19, 0.5, "baseline"),
            ("VoraxNet", 0.19, 0.49, "used"),
            ("QuillNet", 0.59, 0.0, "used"),
            ("QuillNet", 0.6, 0.9, "proposed"),
            ("ResNet-50", 0.59, 0.1, "baseline"),
            ("ResNet-50", 0.0, 0.09, "used"),
            ("OceanDepth", 0.2, 0.9, "introduced"),
            ("OceanDepth", 0.1, 0.9, "used"),
            ("CIFAR-10", 0.2, 0.0, "used"),
            ("CIFAR-10", 0.6, 0.0, "introduced"),
            ("accuracy", 1.0, 1.0, ""),
            ("image classification", 1.0, 1.0, ""),
        ],
    )
    def test_the_likely_role(self, concept: str, new: float, rival: float, role: Role) -> None:
        names = [c.name for c in players().concepts]
        at = [float(name == concept) for name in names]
        roles = self.roles([new * a for a in at], [rival * a for a in at])
        assert roles[concept] == role

    def test_the_links_of_the_rules_follow_the_roles(self) -> None:
        names = [c.name for c in players().concepts]
        rival = [float(n == "QuillNet") for n in names]
        new = [float(n == "VoraxNet") for n in names]
        related = relate_all(players(), new, rival, FLOORS)
        assert related.main is not None
        assert related.main.name == "VoraxNet"
        assert ("VoraxNet", "compared_with", "QuillNet") in related.links
        for (head, relation, tail), link in related.links.items():
            assert (link.head.name, link.relation, link.tail.name) == (head, relation, tail)
            assert (link.head.kind, link.tail.kind) == RELATIONS[relation]

    def test_nothing_is_proposed_where_nothing_is_likely(self) -> None:
        none = [0.0] * len(players().concepts)
        related = relate_all(players(), none, none, FLOORS)
        assert related.main is None
        assert set(related.roles.values()) == {"", "used"}


class TestCounted:
    CONCEPTS = (
        concept(TEXT, "metric", "accuracy"),
        concept(TEXT, "dataset", "CIFAR-10"),
        concept(TEXT, "dataset", "OceanDepth"),
        concept(TEXT, "method", "VoraxNet"),
    )

    def counted(self, metric: Metric, dataset: Concept | None = None) -> Counted:
        value = number(TEXT, "98.5%")
        sentence = sentence_around(span_at(load()(TEXT), value.start, value.end))
        return Counted(
            Scored(value, (0, 1), 0.5, {}),
            Reading(value, sentence, metric, dataset, self.CONCEPTS[3], None, False),
            np.arange(len(NUMBER), dtype=np.float32),
            {"metric": (0, UNLISTED), "dataset": (NONE, 1), "method": (NONE, 3), "baseline": (3,)},
            {"metric": np.full((2, len(OPTION)), 7, np.float32)},
        )

    @pytest.mark.parametrize(
        ("pointer", "dataset", "row"),
        [
            ("metric", None, 0),
            ("dataset", None, 0),
            ("dataset", 1, 1),
            ("dataset", 2, None),
            ("method", None, 1),
            ("baseline", None, None),
        ],
    )
    def test_which_option_the_rules_take(
        self, pointer: str, dataset: int | None, row: int | None
    ) -> None:
        target = None if dataset is None else self.CONCEPTS[dataset]
        assert self.counted(self.CONCEPTS[0], target).picked(pointer, self.CONCEPTS) == row

    def test_a_metric_without_mentions(self) -> None:
        unlisted = Unlisted("top-2 accuracy", 0, 5)
        counted = self.counted(unlisted)
        assert counted.picked("metric", self.CONCEPTS) == 1
        assert counted.metric(UNLISTED, self.CONCEPTS) is unlisted
        assert counted.metric(0, self.CONCEPTS) is self.CONCEPTS[0]

    def test_signs_of_the_number_stand_beside_those_of_each_metric(self) -> None:
        rows = self.counted(self.CONCEPTS[0]).metric_signs
        assert rows.shape == (2, len(NUMBER) + len(OPTION))
        assert (rows[:, : len(NUMBER)] == np.arange(len(NUMBER))).all()
        assert (rows[:, len(NUMBER) :] == 7).all()

    def test_the_numbers_of_a_text(self) -> None:
        told = stages("small")
        names = [c.name for c in told.cast.concepts]
        found = {c.scored.number.text: c for c in told.counted}
        assert list(found) == ["98.5%", "3.7M", "2.1%", "3x", "25 FPS"]
        first = found["98.5%"]
        picked = {
            p: first.options[p][first.picked(p, told.cast.concepts) or 0] for p, _ in POINTERS
        }
        assert {p: names[o] if o >= 0 else o for p, o in picked.items()} == {
            "metric": "accuracy",
            "dataset": "CIFAR-10",
            "method": "VoraxNet",
            "baseline": NONE,
        }

    def test_a_metric_that_only_words_imply_is_an_option(self) -> None:
        faster = next(c for c in stages("small").counted if c.scored.number.text == "3x")
        assert faster.options["metric"][-1] == UNLISTED
        signs = dict(zip(OPTION, faster.option_signs["metric"][-1].tolist(), strict=True))
        assert {sign for sign, value in signs.items() if value} == {"model", "rules", "none"}
        assert signs["model"] == pytest.approx(logit(0.0))
