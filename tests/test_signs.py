"""What speaks for and against facts: the scales, the shape of the tables, signs by hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from predicted import AWKWARD, Stages, concept, number, place, predicted, stages_of

from kg.extract.candidates import MENTION
from kg.extract.entities import Concept
from kg.extract.metrics import Unlisted
from kg.extract.neural import Graded, Prediction, Scored
from kg.extract.nlp import load, sentence_around, span_at
from kg.extract.odds import chance_of, count, logit, logits
from kg.extract.pairs import N_PAIR, POINTERS
from kg.extract.relations import Link
from kg.extract.results import Reading
from kg.extract.signs import (
    CONCEPT,
    NUMBER,
    OPTION,
    RELATION,
    ROLE,
    Read,
    Weighed,
    concept_signs,
    number_signs,
    option_signs,
    relation_signs,
    role_signs,
)
from kg.model import RELATIONS, Role

Signs = dict[str, float]


class TestScales:
    @pytest.mark.parametrize("chance", [0.001, 0.2, 0.5, 0.77, 0.999])
    def test_odds_and_chances_are_inverse(self, chance: float) -> None:
        assert chance_of(logit(chance)) == pytest.approx(chance)

    @given(st.floats(0, 1))
    def test_odds_are_finite_and_even_around_a_half(self, chance: float) -> None:
        assert abs(logit(chance)) < 7
        assert logit(1 - chance) == pytest.approx(-logit(chance), abs=1e-6)

    @given(st.lists(st.floats(0, 1), max_size=8))
    def test_odds_of_many(self, chances: list[float]) -> None:
        assert logits(np.array(chances)) == pytest.approx(np.array([logit(c) for c in chances]))

    def test_counts_grow_ever_less(self) -> None:
        assert count(0) == 0
        steps = np.diff([count(n) for n in range(9)])
        assert (np.diff(steps) < 0).all()
        assert (steps > 0).all()


@cache
def stages(case: str) -> Stages:
    return stages_of(AWKWARD[case])


@pytest.mark.parametrize("case", AWKWARD)
class TestAwkwardTexts:
    def test_a_row_for_each_candidate(self, case: str) -> None:
        drafted = stages(case).drafted
        assert drafted.signs.shape == (len(drafted.candidates), len(MENTION))
        assert np.isfinite(drafted.signs).all()

    def test_a_row_for_each_concept(self, case: str) -> None:
        named, told = stages(case).named, stages(case).cast
        assert named.signs.shape == (len(named.concepts), len(CONCEPT))
        assert told.signs.shape == (len(told.concepts), len(ROLE))
        assert np.isfinite(named.signs).all()
        assert np.isfinite(told.signs).all()
        roleless = [c.kind in ("metric", "task") for c in told.concepts]
        assert (told.signs[roleless] == 0).all()

    def test_a_row_for_each_pair(self, case: str) -> None:
        for pairs, signs in stages(case).related.signs.values():
            assert signs.shape == (len(pairs), len(RELATION))
            assert len(pairs) == len(set(pairs)) > 0
            assert np.isfinite(signs).all()

    def test_a_row_for_each_number_and_what_it_could_be_of(self, case: str) -> None:
        for counted in stages(case).counted:
            assert counted.signs.shape == (len(NUMBER),)
            assert np.isfinite(counted.signs).all()
            assert set(counted.option_signs) == {name for name, _ in POINTERS}
            for name, signs in counted.option_signs.items():
                assert signs.shape == (len(counted.options[name]), len(OPTION))
                assert np.isfinite(signs).all()
            metric = counted.metric_signs
            assert metric.shape == (len(counted.options["metric"]), len(NUMBER) + len(OPTION))


class TestConcepts:
    TEXT = "VoraxNet: seeing\nVoraxNet is deep VoraxNet 2. It meets ViT (Vision Transformer)."

    def rows(self, *concepts: Concept, **read: Sequence[Read]) -> dict[str, Signs]:
        """The signs of each concept; `read` has what is known of its mentions by its name."""
        prediction = predicted(self.TEXT)
        place(prediction, concepts, {("VoraxNet", "proposed"): 0.9, ("ViT", "proposed"): 0.1})
        known = {m.start: Read(0.5, 0.5, ("repeat",)) for c in concepts for m in c.mentions}
        for one in concepts:
            starts = [m.start for m in one.mentions]
            known.update(zip(starts, read.get(one.name, ()), strict=False))
        table = concept_signs(prediction, concepts, known)
        assert table.shape == (len(concepts), len(CONCEPT))
        return {
            c.name: dict(zip(CONCEPT, row.tolist(), strict=True))
            for c, row in zip(concepts, table, strict=True)
        }

    def test_chances_of_mentions_are_put_together(self) -> None:
        vorax = concept(self.TEXT, "method", "VoraxNet")
        read = (Read(0.8, 0.6, ("model",)), Read(0.5, 0.9, ("name",)), Read(0.2, 0.1, ("title",)))
        row = self.rows(vorax, VoraxNet=read)["VoraxNet"]
        expected = {
            "best": logit(0.8),
            "mean": logit(0.5),
            "all": logit(1 - 0.2 * 0.5 * 0.8),
            "model best": logit(0.9),
            "mentions": count(3),
            "contributed": logit(0.9),
            "rules name": 1,
            "rules title": 1,
            "rules lexicon": 0,
        }
        assert {sign: row[sign] for sign in expected} == pytest.approx(expected, abs=1e-5)

    def test_places_and_forms(self) -> None:
        vorax = concept(self.TEXT, "method", "VoraxNet")
        vit = concept(self.TEXT, "method", "ViT", "Vision Transformer", short="ViT")
        rows = self.rows(vorax, vit)
        opening = vit.mentions[0].start / len(self.TEXT)
        expected: dict[str, tuple[float, float]] = {
            "title": (1, 0),
            "opening": (0, opening),
            "defined": (0, 1),
            "known": (0, 1),
            "known otherwise": (0, 0),
            "shortest": (count(1), count(1)),
            "longest": (count(1), count(2)),
            "capitals": (1, 1),
            "digits": (0, 0),
            "of its kind": (count(1), count(1)),
        }
        for sign, values in expected.items():
            assert (rows["VoraxNet"][sign], rows["ViT"][sign]) == pytest.approx(values), sign

    def test_names_inside_others_of_the_kind(self) -> None:
        short = concept(self.TEXT, "method", "VoraxNet")
        long = concept(self.TEXT, "method", "deep VoraxNet 2")
        other = concept(self.TEXT, "task", "VoraxNet 2")
        rows = self.rows(short, long, other)
        inside = {name: row["inside another"] for name, row in rows.items()}
        around = {name: row["around another"] for name, row in rows.items()}
        assert inside == {"VoraxNet": 1, "deep VoraxNet 2": 0, "VoraxNet 2": 0}
        assert around == {"VoraxNet": 0, "deep VoraxNet 2": 1, "VoraxNet 2": 0}
        assert rows["deep VoraxNet 2"]["digits"] == 1

    def test_no_concepts(self) -> None:
        assert self.rows() == {}


class TestRoles:
    TEXT = "VoraxNet: seeing\nWe propose VoraxNet. Our VoraxNet-L beats ResNet-50 by accuracy."

    def rows(self) -> dict[str, Signs]:
        vorax, large, resnet = (
            concept(self.TEXT, "method", name) for name in ("VoraxNet", "VoraxNet-L", "ResNet-50")
        )
        concepts = (vorax, large, resnet, concept(self.TEXT, "metric", "accuracy"))
        prediction = predicted(self.TEXT)
        place(
            prediction,
            concepts,
            {
                ("VoraxNet", "proposed"): 0.9,
                ("VoraxNet-L", "proposed"): 0.6,
                ("ResNet-50", "proposed"): 0.1,
                ("ResNet-50", "baseline"): 0.8,
            },
        )
        roles: dict[str, Role] = {"VoraxNet": "proposed", "VoraxNet-L": "used"}
        roles |= {"ResNet-50": "baseline", "accuracy": ""}
        ruled = {c.name: (roles[c.name], c.mentions[0]) for c in concepts}
        table = role_signs(prediction, concepts, [0.9, 0.8, 0.7, 0.6], ruled)
        return {
            c.name: dict(zip(ROLE, row.tolist(), strict=True))
            for c, row in zip(concepts, table, strict=True)
        }

    @pytest.mark.parametrize(
        ("sign", "expected"),
        [
            ("contributed", (logit(0.9), logit(0.6), logit(0.1))),
            ("baseline", (logit(0.0), logit(0.0), logit(0.8))),
            ("rules contributed", (1, 0, 0)),
            ("rules baseline", (0, 0, 1)),
            ("sure", (logit(0.9), logit(0.8), logit(0.7))),
            ("title", (1, 0, 0)),
            ("opens title", (1, 0, 0)),
            ("mentions", (count(2), count(1), count(1))),
            ("opening", (0, TEXT.index("VoraxNet-L") / len(TEXT), TEXT.index("Res") / len(TEXT))),
            ("lead", (logit(0.6), logit(0.9), logit(0.9))),
            ("rivals", (count(1), count(1), count(2))),
            ("ruled rivals", (0, count(1), count(1))),
            ("variant", (logit(0.0), logit(0.9), logit(0.0))),
            ("known", (0, 0, 1)),
            ("own work", (count(1), count(1), count(1))),
        ],
    )
    def test_sign(self, sign: str, expected: tuple[float, ...]) -> None:
        rows = self.rows()
        named = tuple(rows[name][sign] for name in ("VoraxNet", "VoraxNet-L", "ResNet-50"))
        assert named == pytest.approx(expected, abs=1e-5)

    def test_metrics_have_none(self) -> None:
        assert set(self.rows()["accuracy"].values()) == {0}


class TestRelations:
    TEXT = "VoraxNet: seeing\nVoraxNet-L, unlike ViT, meets CIFAR-10. VoraxNet is for parsing."
    NAMES = ("VoraxNet", "VoraxNet-L", "ViT", "CIFAR-10")

    def told(self) -> dict[str, dict[tuple[str, str], Signs]]:
        """For each relation and pair of names its signs."""
        concepts = [concept(self.TEXT, "method", name) for name in self.NAMES[:3]]
        concepts.append(concept(self.TEXT, "dataset", "CIFAR-10"))
        prediction = predicted(self.TEXT)
        place(prediction, concepts, {("ViT", "baseline"): 0.8})
        pairs = tuple((i, j) for i in range(3) for j in range(4) if i != j)
        chances = np.full((len(pairs), len(RELATIONS)), 0.05, np.float32)
        near = np.zeros((len(pairs), N_PAIR), np.float32)
        said = {
            (0, 3, "evaluated_on"): 0.9,
            (1, 3, "evaluated_on"): 0.7,
            (2, 3, "evaluated_on"): 0.4,
            (1, 2, "compared_with"): 0.8,
            (2, 1, "compared_with"): 0.3,
            (1, 2, "uses"): 0.2,
        }
        for (i, j, relation), chance in said.items():
            chances[pairs.index((i, j)), list(RELATIONS).index(relation)] = chance
        near[pairs.index((1, 2))] = [1, 0, 0.25, 0, 1, 0, 0]
        link = Link(concepts[1], "compared_with", concepts[2], concepts[2].mentions[0], "near")
        main = Link(concepts[0], "evaluated_on", concepts[3], concepts[3].mentions[0], "main")
        links = {(n.head.name, n.relation, n.tail.name): n for n in (link, main)}
        told = relation_signs(
            prediction,
            concepts,
            [0.9, 0.8, 0.7, 0.6],
            [0.8, 0.6, 0.1, 0.2],
            concepts[0],
            links,
            Graded(pairs, chances, near),
        )
        return {
            relation: {
                (self.NAMES[i], self.NAMES[j]): dict(zip(RELATION, row.tolist(), strict=True))
                for (i, j), row in zip(found, signs, strict=True)
            }
            for relation, (found, signs) in told.items()
        }

    def test_the_pairs_are_those_whose_kinds_fit(self) -> None:
        told = self.told()
        methods = self.NAMES[:3]
        assert set(told) == {"evaluated_on", "compared_with", "uses"}
        assert set(told["evaluated_on"]) == {(m, "CIFAR-10") for m in methods}
        assert set(told["uses"]) == {(a, b) for a in methods for b in methods if a != b}

    @pytest.mark.parametrize(
        ("relation", "pair", "expected"),
        [
            (
                "evaluated_on",
                ("VoraxNet", "CIFAR-10"),
                {
                    "model": logit(0.9),
                    "rules main": 1,
                    "rules near": 0,
                    "rules otherwise": 0,
                    "variants": 0,
                    "head sure": logit(0.9),
                    "tail sure": logit(0.6),
                    "head contributed": logit(0.8),
                    "tail contributed": logit(0.2),
                    "head main": 1,
                    "other heads": logit(0.7),
                    "other tails": logit(0.0),
                    "reversed": 0,
                    "model otherwise": 0,
                    "head mentions": count(2),
                    "tail mentions": count(1),
                    "methods": count(3),
                    "head title": 1,
                    "tail title": 0,
                },
            ),
            (
                "evaluated_on",
                ("VoraxNet-L", "CIFAR-10"),
                {"rules main": 0, "head main": 0, "other heads": logit(0.9), "head title": 0},
            ),
            (
                "compared_with",
                ("VoraxNet-L", "ViT"),
                {
                    "model": logit(0.8),
                    "rules near": 1,
                    "rules main": 0,
                    "tail baseline": logit(0.8),
                    "together": 1,
                    "apart": 0.25,
                    "before": 1,
                    "reversed": logit(0.3),
                    "model otherwise": logit(0.2),
                    "other heads": logit(0.05),
                    "variants": 0,
                },
            ),
            (
                "uses",
                ("VoraxNet-L", "ViT"),
                {"rules near": 0, "rules otherwise": 1, "model otherwise": logit(0.8)},
            ),
            ("uses", ("VoraxNet", "VoraxNet-L"), {"variants": 1, "rules otherwise": 0}),
            ("uses", ("VoraxNet-L", "VoraxNet"), {"variants": 1}),
        ],
    )
    def test_signs(self, relation: str, pair: tuple[str, str], expected: Signs) -> None:
        row = self.told()[relation][pair]
        assert {sign: row[sign] for sign in expected} == pytest.approx(expected, abs=1e-4)

    def test_no_concepts(self) -> None:
        graded = Graded(
            (), np.zeros((0, len(RELATIONS)), np.float32), np.zeros((0, N_PAIR), np.float32)
        )
        prediction = predicted("A\nb")
        place(prediction, [concept("A\nb", "task", "b")], {})
        only = [concept("A\nb", "task", "b")]
        assert relation_signs(prediction, only, [0.5], [0.5], None, {}, graded) == {}


class TestNumbers:
    TEXT = "On 3x speed\nWe get 98.5% and 12 fps at O(n^2) cost. It is 4."

    def row(self, written: str, reading: Reading | None = None) -> Signs:
        scored = Scored(number(self.TEXT, written), (0, 1), 0.7, {})
        signs = number_signs(scored, reading, load()(self.TEXT), among=4, readings=2)
        return dict(zip(NUMBER, signs.tolist(), strict=True))

    def reading(self, written: str, *, relative: bool) -> Reading:
        found = number(self.TEXT, written)
        sentence = sentence_around(span_at(load()(self.TEXT), found.start, found.end))
        metric = Unlisted("accuracy", found.start, found.end)
        return Reading(found, sentence, metric, None, None, None, relative)

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("3x", {"factor": 1, "percent": 0, "title": 1, "place": 0, "own work": 0}),
            ("98.5%", {"percent": 1, "factor": 0, "fraction": 1, "bound": 0, "other unit": 0}),
            ("98.5%", {"title": 0, "own work": 1, "numbers beside": count(3)}),
            ("98.5%", {"reported": logit(0.7), "numbers": count(4), "readings": count(2)}),
            ("12 fps", {"percent": 0, "fraction": 0, "other unit": 1}),
            ("O(n^2)", {"bound": 1, "other unit": 0}),
            ("4", {"other unit": 0, "own work": 0, "numbers beside": count(1)}),
            ("4", {"place": TEXT.index("It is") / len(TEXT)}),
            ("4", {"read by rules": 0, "read as unlisted": 0, "change": 0}),
        ],
    )
    def test_signs(self, written: str, expected: Signs) -> None:
        row = self.row(written)
        assert {sign: row[sign] for sign in expected} == pytest.approx(expected)

    @pytest.mark.parametrize("relative", [True, False])
    def test_what_the_rules_read(self, relative: bool) -> None:
        row = self.row("98.5%", self.reading("98.5%", relative=relative))
        assert [row[s] for s in ("read by rules", "read as unlisted", "change")] == [1, 1, relative]


class TestOptions:
    TEXT = "A\nBy recall and speed we get 98.5% accuracy, not loss, with VoraxNet. Its cost is 4."
    METRICS = ("recall", "speed", "accuracy", "loss", "cost")

    def concepts(self) -> tuple[Concept, ...]:
        metrics = [concept(self.TEXT, "metric", name) for name in self.METRICS]
        return (*metrics, concept(self.TEXT, "method", "VoraxNet"))

    def rows(
        self, pointer: str, options: Sequence[int], picked: int | None, *, main: int = -1
    ) -> list[Signs]:
        prediction, concepts = predicted(self.TEXT), self.concepts()
        place(prediction, concepts, {})
        chances = np.log(np.array([0.1, 0.05, 0.1, 0.5, 0.15, 0.05, 0.05], np.float32))
        weights = Weighed(
            sure=[0.5, 0.6, 0.9, 0.7, 0.6, 0.8],
            new=[0.0, 0.0, 0.0, 0.0, 0.0, 0.9],
            rival=[0.0, 0.0, 0.0, 0.0, 0.0, 0.2],
            tied=[0.1, 0.2, 0.7, 0.0, 0.0, 0.4],
            main=main,
        )
        scored = self.scored(prediction, pointer, chances)
        choice = None if picked is None else concepts[picked]
        table = option_signs(prediction, concepts, options, pointer, scored, choice, weights)
        assert table.shape == (len(options), len(OPTION))
        return [dict(zip(OPTION, row.tolist(), strict=True)) for row in table]

    def scored(self, prediction: Prediction, pointer: str, chances: np.ndarray) -> Scored:
        found = number(self.TEXT, "98.5%")
        span = span_at(prediction.doc, found.start, found.end)
        return Scored(found, (span.start, span.end), 0.9, {pointer: chances})

    @pytest.mark.parametrize(
        ("option", "expected"),
        [
            ("recall", {"together": 1, "after": 0, "touching": 0, "gap": count(4)}),
            ("speed", {"together": 1, "after": 0, "touching": 0, "gap": count(2)}),
            ("accuracy", {"together": 1, "after": 1, "touching": 1, "gap": 0}),
            ("loss", {"together": 1, "after": 1, "touching": 0, "gap": count(3)}),
            ("cost", {"together": 0, "after": 0, "touching": 0, "gap": count(60)}),
        ],
    )
    def test_how_near_it_stands(self, option: str, expected: Signs) -> None:
        row = self.rows("metric", range(5), None)[self.METRICS.index(option)]
        assert {sign: row[sign] for sign in expected} == pytest.approx(expected)

    def test_who_agrees(self) -> None:
        rows = self.rows("metric", range(5), self.METRICS.index("accuracy"))
        best, other = rows[2], rows[3]
        signs = ("model best", "rules", "agreed", "none")
        assert [best[s] for s in signs] == [1, 1, 1, 0]
        assert [other[s] for s in signs] == [0, 0, 0, 0]
        expected = {"model": logit(0.5), "sure": logit(0.9), "tied": logit(0.7)}
        expected |= {"others": count(4), "mentions": count(1)}
        assert {sign: best[sign] for sign in expected} == pytest.approx(expected, abs=1e-5)

    def test_who_disagrees(self) -> None:
        rows = self.rows("metric", range(5), self.METRICS.index("loss"))
        signs = ("model best", "rules", "agreed")
        assert [rows[2][s] for s in signs] == [1, 0, 0]
        assert [rows[3][s] for s in signs] == [0, 1, 0]

    @pytest.mark.parametrize("ruled", [True, False])
    def test_nothing_is_an_option_too(self, ruled: bool) -> None:
        nothing, method = self.rows("method", [-1, 5], 5 if ruled else None, main=5)
        signs = ("none", "rules", "model best")
        assert [nothing[s] for s in signs] == [1, not ruled, 1]
        assert [method[s] for s in signs] == [0, ruled, 0]
        assert nothing["model"] == pytest.approx(logit(0.1), abs=1e-5)
        expected = {"main": 1, "contributed": logit(0.9), "baseline": logit(0.2)}
        assert {sign: method[sign] for sign in expected} == pytest.approx(expected, abs=1e-5)
        assert {nothing[sign] for sign in OPTION[4:]} == {0}

    def test_no_options(self) -> None:
        assert self.rows("metric", [], None) == []
