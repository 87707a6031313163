"""Reliability: figures computed by hand, what is right, rows without confidences, the command."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from defusedxml.ElementTree import parse

from kg.cli import main
from kg.cli.reliability import diagram
from kg.errors import InputError
from kg.evaluate import evaluate
from kg.reliability import SORTS, Point, Reliability, Sort, curve, judge, reliability

Row = dict[str, Any]

#: Of each sort, the figure of `kg evaluate` that counts the same facts.
FIGURES: dict[Sort, str] = {
    "mention": "span ALL",
    "entity": "entity ALL",
    "contribution": "contribution (proposed/introduced)",
    "relation": "relation ALL",
    "result": "result metric+value",
}


def told(*confidences: Any) -> list[Row]:
    return [{"confidence": confidence} for confidence in confidences]


def entities(*facts: tuple[float, bool], missed: int = 0) -> tuple[list[Row], list[Row]]:
    """Gold and predicted rows with these entities, each so sure and right or not."""
    names = [f"net{i}x" for i in range(len(facts) + missed)]
    every = [{"name": name, "type": "Method", "surface": [name], "role": "used"} for name in names]
    rights = [right for _, right in facts] + [True] * missed
    gold = {"id": "a", "entities": [e for e, is_gold in zip(every, rights, strict=True) if is_gold]}
    seen = [{"mentions": [], "sentences": told(confidence)} for confidence, _ in facts]
    predicted = {"id": "a", "entities": every[: len(facts)], "evidence": {"entities": seen}}
    return [gold], [predicted]


def of_entities(*facts: tuple[float, bool], bins: int = 10) -> Reliability:
    return reliability(*entities(*facts), bins=bins)[SORTS.index("entity")]


class TestFigures:
    def test_perfectly_calibrated(self) -> None:
        found = of_entities(*[(0.8, True)] * 4, (0.8, False), (0.25, True), *[(0.25, False)] * 3)
        assert found.count == 9
        assert found.accuracy == pytest.approx(5 / 9)
        assert found.confidence == pytest.approx((5 * 0.8 + 4 * 0.25) / 9)
        assert found.ece == pytest.approx(0)
        # 4 times 0.2 and once 0.8 off, once 0.75 and 3 times 0.25 off.
        assert found.brier == pytest.approx((4 * 0.04 + 0.64 + 0.5625 + 3 * 0.0625) / 9)

    def test_overconfident(self) -> None:
        found = of_entities(*[(0.9, True), (0.9, False)] * 5)
        assert (found.count, found.accuracy) == (10, 0.5)
        assert found.confidence == pytest.approx(0.9)
        assert found.ece == pytest.approx(0.4)
        assert found.brier == pytest.approx((5 * 0.01 + 5 * 0.81) / 10)

    @pytest.mark.parametrize(
        ("bins", "ece"),
        [
            # Off by 0.05; of two 0.85 one is right; off by 0.3; off by 0.9.
            (10, (0.05 + 2 * 0.35 + 0.3 + 0.9) / 5),
            # 2.65 is hoped for and 2 are right; 0.4 is hoped for and 1 is right.
            (2, (0.65 + 0.6) / 5),
            # 3.05 is hoped for and 3 are right: one bin hides what is wrong.
            (1, 0.05 / 5),
        ],
    )
    def test_ece_by_hand(self, bins: int, ece: float) -> None:
        facts = [(0.95, True), (0.85, True), (0.85, False), (0.3, False), (0.1, True)]
        found = of_entities(*facts, bins=bins)
        assert found.ece == pytest.approx(ece)
        assert found.brier == pytest.approx((0.0025 + 0.0225 + 0.7225 + 0.09 + 0.81) / 5)
        assert len(found.bins) == bins
        assert sum(b.count for b in found.bins) == 5

    def test_a_bin_tells_its_facts(self) -> None:
        found = of_entities((0.85, True), (0.81, False), (0.89, True), (0.2, False)).bins
        assert [b.count for b in found] == [0, 1, 0, 0, 0, 0, 0, 0, 3, 0]
        assert (found[8].low, found[8].high) == (0.8, 0.9)
        assert found[8].confidence == pytest.approx(0.85)
        assert found[8].accuracy == pytest.approx(2 / 3)
        assert (found[0].confidence, found[0].accuracy) == (0.0, 0.0)

    @pytest.mark.parametrize("bins", [1, 3, 10, 100])
    def test_an_edge_belongs_to_the_bin_below(self, bins: int) -> None:
        for number in range(1, bins + 1):
            found = of_entities((number / bins, True), bins=bins).bins
            assert [i for i, b in enumerate(found, start=1) if b.count] == [number]
        assert of_entities((0.0, True), bins=bins).bins[0].count == 1

    def test_nothing_extracted(self) -> None:
        gold, predicted = entities(missed=2)
        for found in reliability(gold, predicted):
            assert (found.count, found.confidence, found.accuracy) == (0, 0.0, 0.0)
            assert (found.ece, found.brier, found.f1, found.best_f1) == (0.0, 0.0, 0.0, 0.0)
            assert curve(gold, predicted, found.sort) == []


class TestCurve:
    rows = entities((0.9, True), (0.2, False), (0.6, True), (0.9, False), missed=2)

    def test_by_hand(self) -> None:
        assert curve(*self.rows, "entity") == [
            pytest.approx(Point(0.2, 2 / 4, 2 / 4, 1 / 2)),
            pytest.approx(Point(0.6, 2 / 3, 2 / 4, 4 / 7)),
            pytest.approx(Point(0.9, 1 / 2, 1 / 4, 1 / 3)),
        ]

    def test_the_best_threshold_is_read_from_it(self) -> None:
        found = reliability(*self.rows)[SORTS.index("entity")]
        assert (found.threshold, found.f1) == (0.6, 0.5)
        assert found.best_f1 == pytest.approx(4 / 7)

    def test_of_equally_good_thresholds_the_least_is_the_best(self) -> None:
        rows = entities((0.9, True), (0.8, False), (0.7, False), (0.6, True))
        points = [point.f1 for point in curve(*rows, "entity")]
        assert points == pytest.approx([4 / 6, 2 / 5, 2 / 4, 2 / 3])
        assert reliability(*rows)[SORTS.index("entity")].threshold == 0.6


TEXT = {"title": "On CCT", "abstract": "CCT beats ViT on CIFAR-10: 98% accuracy."}
GOLD: Row = {
    "id": "a",
    **TEXT,
    "entities": [
        {"name": "CCT", "type": "Method", "surface": ["CCT"], "role": "proposed"},
        {"name": "ViT", "type": "Method", "surface": ["ViT"], "role": "baseline"},
        {"name": "CIFAR-10", "type": "Dataset", "surface": ["CIFAR-10"], "role": "used"},
        {"name": "accuracy", "type": "Metric", "surface": ["accuracy"], "role": ""},
    ],
    "relations": [["CCT", "compared_with", "ViT"], ["CCT", "evaluated_on", "CIFAR-10"]],
    "results": [
        {"method": "CCT", "dataset": "CIFAR-10", "metric": "accuracy", "value": "98%"},
    ],
}
PREDICTED: Row = {
    "id": "a",
    **TEXT,
    "entities": [
        {"name": "CCTs", "type": "Method", "surface": ["CCT"], "role": "proposed"},
        {"name": "ViT", "type": "Method", "surface": ["ViT"], "role": "proposed"},
        {"name": "CIFAR-10", "type": "Task", "surface": ["CIFAR-10"], "role": ""},
        {"name": "Accuracy", "type": "Metric", "surface": ["accuracy"], "role": ""},
    ],
    "relations": [
        ["CCTs", "compared_with", "ViT"],
        ["ViT", "compared_with", "CCTs"],
        ["CCTs", "evaluated_on", "CIFAR-10"],
    ],
    "results": [
        {"method": "CCTs", "dataset": None, "metric": "Accuracy", "value": "98 %"},
        {"method": "ViT", "dataset": None, "metric": "Accuracy", "value": "98%"},
        {"method": None, "dataset": None, "metric": "CIFAR-10", "value": "98%"},
    ],
    "evidence": {
        "entities": [
            # The same place twice is one mention, as sure as the surer one.
            {"mentions": [[3, 6, "x", 0.5], [3, 6, "y", 0.7]], "sentences": told(0.1, 0.9, 0.3)},
            {"mentions": [[17, 20, "x", 0.6]], "sentences": told(0.8)},
            {"mentions": [[24, 32, "x", 0.4]], "sentences": told(0.7)},
            {"mentions": [], "sentences": told(0.6)},
        ],
        "relations": [told(0.5, 0.55), told(0.4), told(0.3)],
        # To metric and value the first two say the same.
        "results": [told(0.2), told(0.25), told(1)],
    },
}
#: Surest first: confidence, and whether right; and how many there are in truth.
BY_HAND: dict[Sort, tuple[list[tuple[float, bool]], int]] = {
    "mention": ([(0.7, True), (0.6, True), (0.4, False)], 5),
    "entity": ([(0.9, True), (0.8, True), (0.7, False), (0.6, True)], 4),
    "contribution": ([(0.9, True), (0.8, False)], 1),
    "relation": ([(0.55, True), (0.4, False), (0.3, False)], 2),
    "result": ([(1.0, False), (0.25, True)], 1),
}


def counted(gold: list[Row], predicted: list[Row]) -> dict[Sort, Any]:
    return {sort: (list(j.facts), j.gold) for sort, j in judge(gold, predicted).items()}


class TestWhatIsRight:
    def test_by_hand(self) -> None:
        assert counted([GOLD], [PREDICTED]) == BY_HAND

    def test_mentions_of_a_cleaned_text(self) -> None:
        raw = {**GOLD, "title": '"On  CCT"'}
        assert counted([raw], [PREDICTED])["mention"] == BY_HAND["mention"]

    def test_a_row_without_a_text_is_about_the_gold_one(self) -> None:
        bare = {key: value for key, value in PREDICTED.items() if key not in TEXT}
        assert counted([GOLD], [bare]) == BY_HAND

    def test_papers_add_up_and_missing_ones_count_as_empty(self) -> None:
        both = judge([GOLD, {**GOLD, "id": "b"}], [PREDICTED, {**PREDICTED, "id": "c"}])
        for sort, (facts, gold) in BY_HAND.items():
            assert (list(both[sort].facts), both[sort].gold) == (facts, 2 * gold)

    def test_gold_needs_no_evidence_and_predicted_rows_without_facts_neither(self) -> None:
        assert counted([GOLD], [{"id": "a"}])["entity"] == ([], 4)


NAMES = ("CCT", "CCTs", "ViT", "CIFAR-10", "accuracy")


def paper(dice: random.Random) -> Row:
    """A row with a few entities that agree with others, or do not, and evidence of all."""
    text = f"{TEXT['title']}\n{TEXT['abstract']}"
    names = dice.sample(NAMES, dice.randint(1, len(NAMES)))
    relations = [
        [dice.choice(names), "uses", dice.choice(NAMES)] for _ in range(dice.randint(0, 4))
    ]
    results = [
        {"metric": dice.choice(names), "value": dice.choice(("1", "1%", "~1"))}
        for _ in range(dice.randint(0, 4))
    ]
    return {
        "id": dice.choice("abc"),
        **TEXT,
        "entities": [
            {
                "name": name,
                "type": dice.choice(("Method", "Dataset")),
                "surface": [name],
                "role": dice.choice(("proposed", "introduced", "used")),
            }
            for name in names
        ],
        "relations": relations,
        "results": results,
        "evidence": {
            "entities": [
                {
                    "mentions": [
                        [*match.span(), "x", dice.random()]
                        for match in re.finditer(re.escape(name), text)
                    ],
                    "sentences": told(round(dice.random(), 1)),
                }
                for name in names
            ],
            "relations": [told(dice.random(), dice.random()) for _ in relations],
            "results": [told(dice.random()) for _ in results],
        },
    }


@pytest.mark.parametrize("seed", range(40))
def test_all_facts_together_score_as_evaluate_says(seed: int) -> None:
    dice = random.Random(seed)
    gold = [paper(dice) for _ in range(dice.randint(1, 4))]
    predicted = [paper(dice) for _ in range(dice.randint(0, 4))]
    scores = {score.name: score for score in evaluate(gold, predicted)}
    for found in reliability(gold, predicted):
        score = scores[FIGURES[found.sort]]
        assert (found.count, found.f1) == (score.predicted, score.f1)
        assert found.accuracy == pytest.approx(score.precision)
        points = curve(gold, predicted, found.sort)
        assert [p.threshold for p in points] == sorted({p.threshold for p in points})
        if points:
            assert points[0][1:] == (score.precision, score.recall, score.f1)
            assert found.best_f1 == max(p.f1 for p in points)
            assert found.threshold in {p.threshold for p in points}
        assert abs(found.confidence - found.accuracy) <= found.ece + 1e-9 <= 1 + 1e-9


def test_the_order_of_rows_and_facts_does_not_matter() -> None:
    dice = random.Random(7)
    facts = [(dice.random(), dice.random() < 0.5) for _ in range(40)]
    (gold,), (predicted,) = entities(*facts[:20])
    (gold_b,), (predicted_b,) = ([{**row, "id": "b"}] for (row,) in entities(*facts[20:]))
    there = reliability([gold, gold_b], [predicted, predicted_b])
    assert there == reliability([gold_b, gold], [predicted_b, predicted])
    assert there[SORTS.index("entity")].count == 40


def without(change: Callable[[Row], Any]) -> Row:
    row: Row = json.loads(json.dumps(PREDICTED))
    change(row)
    return row


def with_confidence(confidence: Any) -> Row:
    return without(lambda row: row["evidence"]["relations"][1][0].update(confidence=confidence))


@pytest.mark.parametrize(
    "row",
    [
        without(lambda row: row.pop("evidence")),
        without(lambda row: row.update(evidence=[])),
        without(lambda row: row["evidence"].pop("results")),
        without(lambda row: row["evidence"].update(relations=None)),
        without(lambda row: row["evidence"]["relations"].pop()),
        without(lambda row: row["evidence"]["relations"].append([])),
        without(lambda row: row["evidence"]["relations"].__setitem__(0, [])),
        without(lambda row: row["evidence"]["relations"].__setitem__(0, "x")),
        without(lambda row: row["evidence"]["relations"].__setitem__(0, [0.5])),
        without(lambda row: row["evidence"]["entities"][1].pop("sentences")),
        without(lambda row: row["evidence"]["entities"][1]["mentions"][0].pop()),
        without(lambda row: row["evidence"]["entities"][1]["mentions"][0].__setitem__(3, "0.5")),
        *map(with_confidence, (None, "0.5", [], -0.1, 1.1, float("nan"), float("inf"))),
    ],
)
def test_facts_without_confidence_are_an_error(row: Row) -> None:
    with pytest.raises(InputError, match=r"^a: a fact has no confidence"):
        reliability([GOLD], [row])


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["evaluate", *map(str, args)])


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text(f"{json.dumps(GOLD)}\n")
    return path


@pytest.fixture
def predicted(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(PREDICTED)}\n")
    return path


class TestCommand:
    def test_table(self, gold: Path, predicted: Path) -> None:
        done = run(gold, predicted, "--reliability")
        assert (done.exit_code, done.stderr) == (0, "")
        header, *lines = done.stdout.splitlines()
        assert re.split(" {2,}", header.strip()) == [
            "facts",
            "confidence",
            "right",
            "ECE",
            "Brier",
            "best F1",
            "from",
        ]
        assert [line.split()[0] for line in lines] == list(SORTS)
        # 0.9 is right and 0.8 is not: off by 0.1 and 0.8, by 0.01 and 0.64 squared.
        assert lines[2].split()[1:] == ["2", "0.850", "0.500", "0.450", "0.325", "1.000", "0.900"]

    def test_json(self, gold: Path, predicted: Path) -> None:
        done = run(gold, predicted, "--reliability", "--json")
        assert (done.exit_code, done.stderr) == (0, "")
        found = {figure["sort"]: figure for figure in json.loads(done.stdout)}
        assert list(found) == list(SORTS)
        assert found["entity"]["count"] == 4
        assert found["contribution"]["threshold"] == 0.9
        assert found["contribution"]["bins"][8] == {
            "low": 0.8,
            "high": 0.9,
            "count": 1,
            "confidence": 0.9,
            "accuracy": 1.0,
        }

    def test_plot(self, gold: Path, predicted: Path, tmp_path: Path) -> None:
        plot = tmp_path / "plot.svg"
        done = run(gold, predicted, "--reliability", "--plot", plot)
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout == run(gold, predicted, "--reliability").stdout
        assert plot.read_text() == diagram(reliability([GOLD], [PREDICTED]))

    def test_without_predicted_rows_the_papers_are_read(self, gold: Path, tmp_path: Path) -> None:
        rows = tmp_path / "extracted.jsonl"
        assert CliRunner().invoke(main, ["extract", str(gold), "-o", str(rows)]).exit_code == 0
        done = run(gold, "--reliability")
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout == run(gold, rows, "--reliability").stdout

    def test_rows_without_confidences(self, gold: Path, tmp_path: Path) -> None:
        plot = tmp_path / "plot.svg"
        done = run(gold, gold, "--reliability", "--plot", plot)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == (
            f"Error: {gold}: a: a fact has no confidence from 0 to 1; `kg extract` writes them\n"
        )
        assert not plot.exists()

    def test_a_plot_that_cannot_be_written(self, gold: Path, predicted: Path) -> None:
        done = run(gold, predicted, "--reliability", "--plot", gold.parent / "none" / "plot.svg")
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.startswith("Error: cannot write ")

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("gold.jsonl", "--plot", "plot.svg"), "--plot needs --reliability"),
            (
                ("gold.jsonl", "--benchmark", "scierc", "--reliability"),
                "--reliability and --benchmark do not go together",
            ),
        ],
    )
    def test_wrong_usage(self, args: tuple[str, ...], said: str) -> None:
        done = run(*args)
        assert done.exit_code == 2
        assert said in done.stderr


class TestDiagram:
    def test_points_and_bars(self, tmp_path: Path) -> None:
        plot = tmp_path / "plot.svg"
        figures = reliability(*entities((0.75, True), (0.75, False), (0.25, False)))
        plot.write_text(diagram(figures))
        every = list(parse(plot).iter())
        points = [e.attrib for e in every if e.tag.endswith("circle")]
        # The square is 160 wide and high, its top left corner the origin.
        assert [(p["cx"], p["cy"]) for p in points] == [("40", "160"), ("120", "80")]
        bars = [e.attrib for e in every if e.tag.endswith("rect") and "y" in e.attrib]
        assert [(b["x"], b["width"], b["height"]) for b in bars] == [
            ("32", "16", "22"),
            ("112", "16", "44"),
        ]
        titles = [e.text for e in every if e.tag.endswith("title")]
        assert titles[1:] == [
            "confidence 0.250, right 0.000, facts 1",
            "confidence 0.750, right 0.500, facts 2",
        ]
        assert {"3 facts, ECE 0.250", *SORTS} <= {e.text for e in every}

    def test_without_facts_there_are_only_axes(self) -> None:
        assert "circle" not in diagram(reliability([GOLD], []))
