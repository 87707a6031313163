"""The classifiers that say how likely a fact is, their file, and where facts begin."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.extract.judge import (
    AGREED,
    SIGNS,
    SORTS,
    Judge,
    Line,
    floors_of,
    load_judge,
    write_judge,
)
from kg.extract.neural import FOLDER
from kg.extract.pairs import Floats
from kg.extract.stages import Floor
from kg.model import KINDS, RELATIONS

LEAST = {"mention": 0.3, "entity": 0.4, "contribution": 0.35, "relation": 0.2, "result": 0.5}


def any_judge(seed: int = 0) -> Judge:
    """A judge of all classifiers whose weights are drawn by chance."""
    chance = np.random.default_rng(seed)
    return Judge(
        {
            name: Line(float(chance.normal()), chance.normal(size=len(signs)).astype(np.float32))
            for name, signs in SIGNS.items()
        },
        LEAST,
    )


def any_signs(name: str, rows: int = 20) -> Floats:
    drawn = np.random.default_rng(len(name)).normal(size=(rows, len(SIGNS[name])))
    return np.asarray(drawn, dtype=np.float32)


def read_again(judge: Judge, folder: Path) -> Judge:
    """The judge after it was written and read."""
    write_judge(judge, folder)
    return load_judge.__wrapped__(folder)


@pytest.mark.parametrize(
    ("bias", "weights", "signs", "chance"),
    [
        (0.0, [0.0], [7.0], 1 / 2),
        (np.log(3), [0.0, 0.0], [1.0, 1.0], 3 / 4),
        (0.0, [np.log(3), -np.log(2)], [2.0, 1.0], 9 / 11),
        (-np.log(9), [np.log(3), 1.0], [1.0, 0.0], 1 / 4),
    ],
)
def test_a_line_adds_up_odds(
    bias: float, weights: list[float], signs: list[float], chance: float
) -> None:
    judge = Judge({"entity task": Line(bias, np.array(weights))}, {})
    assert judge.chances("entity task", np.array([signs])) == pytest.approx([chance])


def test_each_row_is_judged_by_the_classifier_of_its_kind() -> None:
    judge = Judge(
        {
            "entity task": Line(0.0, np.array([0.0])),
            "entity metric": Line(float(np.log(3)), np.array([0.0])),
        },
        {},
    )
    kinds = ["metric", "dataset", "task", "metric"]
    chances = judge.by_kind("entity", kinds, np.ones((4, 1), np.float32))
    assert chances.tolist() == pytest.approx([0.75, 0.0, 0.5, 0.75])
    assert judge.by_kind("entity", [], np.zeros((0, 1), np.float32)).shape == (0,)


@pytest.mark.parametrize("name", SIGNS)
def test_each_sign_has_a_name_of_its_own(name: str) -> None:
    assert len(set(SIGNS[name])) == len(SIGNS[name])


def test_there_is_a_classifier_for_each_fact() -> None:
    assert {name.removeprefix("mention ") for name in SIGNS if name.startswith("mention ")} == set(
        KINDS
    )
    assert {name for name in SIGNS if name.startswith("relation ")} == {
        f"relation {relation}" for relation in RELATIONS
    }


class TestShipped:
    @pytest.fixture
    def stored(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((FOLDER / "judge.json").read_text(encoding="utf-8"))
        return told

    def test_the_classifiers_are_those_of_the_code(self, stored: dict[str, Any]) -> None:
        assert {name: set(told["weights"]) for name, told in stored["lines"].items()} == {
            name: set(signs) for name, signs in SIGNS.items()
        }

    def test_every_weight_is_a_number_and_some_count(self, stored: dict[str, Any]) -> None:
        for told in stored["lines"].values():
            weights = [told["bias"], *told["weights"].values()]
            assert np.isfinite(weights).all()
            assert np.count_nonzero(weights) > len(weights) / 2

    def test_each_sort_of_facts_has_a_threshold(self, stored: dict[str, Any]) -> None:
        assert set(stored["least"]) == set(SORTS)
        assert all(0 < least < 1 for least in stored["least"].values())

    def test_what_is_read_is_what_is_stored(self, stored: dict[str, Any]) -> None:
        judge = load_judge()
        assert judge.least == stored["least"]
        for name, line in judge.lines.items():
            told = stored["lines"][name]
            assert line.bias == told["bias"]
            named = dict(zip(SIGNS[name], line.weights.tolist(), strict=True))
            assert named == pytest.approx(told["weights"], abs=1e-6)

    def test_it_is_read_once(self) -> None:
        assert load_judge() is load_judge()

    def test_the_rules_agreement_never_asks_for_more(self) -> None:
        assert all(floor.agreed <= floor.least for floor in load_judge().floors().values())


class TestFile:
    @pytest.mark.parametrize("name", SIGNS)
    def test_the_chances_are_the_same_when_it_is_read_again(
        self, name: str, tmp_path: Path
    ) -> None:
        judge, signs = any_judge(), any_signs(name)
        again = read_again(judge, tmp_path).chances(name, signs)
        assert again == pytest.approx(judge.chances(name, signs), abs=1e-3)
        assert np.ptp(again) > 0.1

    def test_the_thresholds_are_the_same_when_it_is_read_again(self, tmp_path: Path) -> None:
        assert read_again(any_judge(), tmp_path).least == LEAST

    def test_writing_what_was_read_writes_the_same(self, tmp_path: Path) -> None:
        write_judge(load_judge(), tmp_path)
        assert (tmp_path / "judge.json").read_bytes() == (FOLDER / "judge.json").read_bytes()

    def test_the_signs_are_known_by_their_names(self, tmp_path: Path) -> None:
        judge = any_judge()
        write_judge(judge, tmp_path)
        file = tmp_path / "judge.json"
        stored = json.loads(file.read_text())
        for told in stored["lines"].values():
            told["weights"] = dict(sorted(told["weights"].items(), reverse=True))
        file.write_text(json.dumps(stored))
        turned = load_judge.__wrapped__(tmp_path)
        for name, line in judge.lines.items():
            assert turned.lines[name].weights == pytest.approx(line.weights, abs=1e-4)

    def test_a_sign_that_the_file_lacks_weighs_nothing(self, tmp_path: Path) -> None:
        write_judge(any_judge(), tmp_path)
        file = tmp_path / "judge.json"
        stored = json.loads(file.read_text())
        del stored["lines"]["entity task"]["weights"]["known"]
        file.write_text(json.dumps(stored))
        weights = load_judge.__wrapped__(tmp_path).lines["entity task"].weights
        assert np.flatnonzero(weights == 0).tolist() == [SIGNS["entity task"].index("known")]

    def test_a_failed_write_leaves_the_file_as_it_was(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_judge(any_judge(), tmp_path)
        before = (tmp_path / "judge.json").read_bytes()

        def fail(*_: object) -> None:
            raise OSError("full")

        monkeypatch.setattr(os, "replace", fail)
        with pytest.raises(OSError, match="full"):
            write_judge(any_judge(1), tmp_path)
        assert (tmp_path / "judge.json").read_bytes() == before

    def test_a_second_write_replaces_the_first(self, tmp_path: Path) -> None:
        write_judge(any_judge(), tmp_path)
        again = read_again(any_judge(1), tmp_path)
        assert again.lines["entity task"].bias == pytest.approx(
            any_judge(1).lines["entity task"].bias, abs=1e-4
        )
        assert [file.name for file in tmp_path.iterdir()] == ["judge.json"]

    def test_weights_that_do_not_fit_the_signs_are_not_written(self, tmp_path: Path) -> None:
        short = Judge({"entity task": Line(0.0, np.zeros(3, np.float32))}, LEAST)
        with pytest.raises(ValueError, match="zip"):
            write_judge(short, tmp_path)
        assert list(tmp_path.iterdir()) == []


class TestFloors:
    def test_by_default_each_sort_has_its_own(self) -> None:
        assert any_judge().floors() == {
            "mention": Floor(0.3, 0.3),
            "entity": Floor(0.4, AGREED["entity"]),
            "contribution": Floor(0.35, AGREED["contribution"]),
            "baseline": Floor(0.5, AGREED["baseline"]),
            "relation": Floor(0.2, 0.2),
            "result": Floor(0.5, AGREED["result"]),
        }

    @pytest.mark.parametrize("least", [0.0, 0.25, 1.0])
    def test_a_caller_admits_more_and_never_less(self, least: float) -> None:
        own, asked = any_judge().floors(), any_judge().floors(least)
        assert set(asked) == {*SORTS, "baseline"} == set(own)
        for sort in ("mention", "entity", "relation", "result"):
            assert asked[sort].least == min(least, own[sort].least)
            assert asked[sort].agreed == min(least, own[sort].agreed)

    @pytest.mark.parametrize("least", [0.0, 0.25, 1.0])
    def test_roles_are_chosen_as_ever(self, least: float) -> None:
        own, asked = any_judge().floors(), any_judge().floors(least)
        assert all(asked[sort] == own[sort] for sort in ("contribution", "baseline"))

    def test_agreement_never_asks_for_more(self) -> None:
        assert floors_of({"entity": 0.1})["entity"] == Floor(0.1, 0.1)

    def test_floors_of_thresholds(self) -> None:
        floors = floors_of({"entity": 0.6, "relation": 0.6})
        assert floors == {"entity": Floor(0.6, AGREED["entity"]), "relation": Floor(0.6, 0.6)}

    @pytest.mark.parametrize(
        ("chance", "ruled", "kept"),
        [(0.4, False, True), (0.399, False, False), (0.1, True, True), (0.099, True, False)],
    )
    def test_a_floor_itself_is_enough(self, chance: float, ruled: bool, kept: bool) -> None:
        assert Floor(0.4, 0.1).keeps(chance, ruled=ruled) is kept
