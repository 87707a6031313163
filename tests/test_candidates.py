"""Where a mention could stand, what speaks for it there, and which places are taken."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from predicted import mention, predicted

from kg.extract.candidates import MENTION, Candidate, candidates, chosen, mention_signs
from kg.extract.neural import Prediction
from kg.extract.nlp import load
from kg.extract.odds import count, logit
from kg.model import Mention

TEXT = "Seeing in the dark\nWe propose VoraxNet. Then VoraxNet sees."


def told(prediction: Prediction, *found: Mention) -> list[tuple[str, int, str, str]]:
    """Each candidate: its words, where they start, its kind, and who reads it."""
    return [
        (c.span.text, c.span.start_char, c.kind, "+".join(c.extractors))
        for c in candidates(prediction, found)
    ]


@pytest.mark.parametrize(
    ("chance", "by_model"),
    [
        (0.9, (True, True, True)),
        (0.4, (False, True, True)),
        (0.3, (False, False, True)),
    ],
)
def test_the_model_is_read_at_several_thresholds(chance: float, by_model: tuple[bool, ...]) -> None:
    (candidate,) = candidates(predicted("A\nWe use VoraxNet.", ("VoraxNet", "method", chance)), [])
    assert (candidate.span.text, candidate.by_model, candidate.by_rules) == (
        "VoraxNet",
        by_model,
        "",
    )
    assert candidate.extractors == ("model",)


def test_what_the_model_doubts_most_is_no_candidate() -> None:
    assert told(predicted("A\nWe use VoraxNet.", ("VoraxNet", "method", 0.05))) == []


def test_a_longer_span_at_a_lower_threshold_is_another_candidate() -> None:
    prediction = predicted("A\nWe use gated pooling.", ("gated", "method", 0.9))
    prediction.states[5, [0, 2]] = np.log([0.7, 0.3])
    assert {c.span.text: c.by_model for c in candidates(prediction, [])} == {
        "gated": (True, True, False),
        "gated pooling": (False, False, True),
    }


def test_the_rules_are_read_beside_the_model() -> None:
    text = "A\nWe use VoraxNet and QuillNet on OceanDepth."
    prediction = predicted(text, ("VoraxNet", "method", 0.9), ("OceanDepth", "dataset", 0.9))
    found = (
        mention(text, "QuillNet", "method", "name"),
        mention(text, "OceanDepth", "dataset", "phrase"),
    )
    assert told(prediction, *found) == [
        ("VoraxNet", 9, "method", "model"),
        ("QuillNet", 22, "method", "name"),
        ("OceanDepth", 34, "dataset", "model+phrase"),
    ]


def test_other_bounds_and_other_kinds_are_other_candidates() -> None:
    text = "A\nWe use gated memory pooling."
    prediction = predicted(text, ("gated memory pooling", "method", 0.9))
    found = (
        mention(text, "memory pooling", "method", "phrase"),
        mention(text, "gated memory pooling", "task", "lexicon"),
    )
    assert told(prediction, *found) == [
        ("gated memory pooling", 9, "method", "model"),
        ("gated memory pooling", 9, "task", "lexicon"),
        ("memory pooling", 15, "method", "phrase"),
    ]


def test_the_order_of_what_is_found_does_not_matter() -> None:
    text = "A\nVoraxNet, QuillNet and gated memory pooling on OceanDepth. QuillNet is gated."
    prediction = predicted(text, ("gated memory pooling", "method", 0.4))
    found = [
        mention(text, "VoraxNet", "method"),
        mention(text, "QuillNet", "task"),
        mention(text, "QuillNet", "dataset", place=1),
        mention(text, "OceanDepth", "dataset"),
    ]
    listed = told(prediction, *found)
    assert listed == told(prediction, *reversed(found))
    assert [start for _, start, _, _ in listed] == sorted(start for _, start, _, _ in listed)


@pytest.mark.parametrize(
    ("text", "form", "places"),
    [
        (TEXT, "VoraxNet", [30, 45]),
        (
            "A\nVoraxNet, VoraxNets, VoraxNet-L, pre-VoraxNet, voraxnet (VoraxNet)",
            "VoraxNet",
            [2, 59],
        ),
        ("A\nPooling of pooling and pooling", "pooling", [13]),
        ("A\nGated pooling, gated pooling, gated pooling", "gated pooling", [17, 32]),
        ("A\nC++ and C++", "C++", [2, 10]),
        ("A\nN(x) and N(x)", "N(x)", [2, 11]),
    ],
)
def test_the_same_words_elsewhere_are_candidates(text: str, form: str, places: list[int]) -> None:
    listed = told(predicted(text), mention(text, form, "method", "name"))
    assert [(words, start) for words, start, _, _ in listed] == [(form, p) for p in places]
    assert [who for *_, who in listed] == ["name", *[""] * (len(places) - 1)]


def test_the_same_words_elsewhere_are_of_each_kind_they_are_read_as() -> None:
    found = (mention(TEXT, "VoraxNet", "task"), mention(TEXT, "VoraxNet", "method", place=1))
    assert told(predicted(TEXT), *found) == [
        ("VoraxNet", 30, "method", ""),
        ("VoraxNet", 30, "task", "name"),
        ("VoraxNet", 45, "method", "name"),
        ("VoraxNet", 45, "task", ""),
    ]


def test_a_span_of_the_model_loses_what_cannot_end_a_name() -> None:
    text = "A\nWe use ( gated pooling of the best."
    listed = told(predicted(text, ("( gated pooling of", "method", 0.9)))
    assert [words for words, *_ in listed] == ["gated pooling"]


@pytest.mark.parametrize("words", ["of", "(", "\n", ","])
def test_a_span_of_the_model_without_a_word_is_no_candidate(words: str) -> None:
    text = "A\nWe speak ( of it ) ,\nand end."
    assert told(predicted(text, (words, "method", 0.9))) == []


@pytest.mark.parametrize(
    "notice",
    [
        "The code of VoraxNet is available at https://example.org.",
        "Our codes with VoraxNet will be released.",
        "See http://example.org/a for VoraxNet.",
    ],
)
def test_the_model_is_not_believed_where_the_code_is_told(notice: str) -> None:
    assert told(predicted(f"A\n{notice} It ends.", ("VoraxNet", "method", 0.9))) == []


class TestSigns:
    def rows(self, prediction: Prediction, *found: Mention) -> dict[str, dict[str, float]]:
        """The signs of each candidate by its words (of equals, the last), each by its name."""
        listed = candidates(prediction, found)
        table = mention_signs(prediction, listed)
        assert table.shape == (len(listed), len(MENTION))
        return {
            c.span.text: dict(zip(MENTION, row.tolist(), strict=True))
            for c, row in zip(listed, table, strict=True)
        }

    def test_nothing(self) -> None:
        assert mention_signs(predicted("A\nb"), []).shape == (0, len(MENTION))

    def test_what_the_model_says(self) -> None:
        text = "A\nWe use gated pooling nets."
        prediction = predicted(
            text,
            ("gated pooling", "method", 0.64),
            ("use", "task", 0.2),
            ("gated", "dataset", 0.1),
            ("pooling", "dataset", 0.1),
        )
        row = self.rows(prediction)["gated pooling"]
        near = pytest.approx
        assert row["model"] == near(logit(0.64), abs=1e-3)
        assert row["begins"] == near(logit(0.64), abs=1e-3)
        assert row["ends"] == near(logit(1.0), abs=0.1)
        assert row["begins before"] == near(logit(0.0), abs=0.1)
        assert [row[f"read at {outside}"] for outside in (0.0, 0.5, 2.0)] == [1, 1, 1]

    def test_a_confidence_is_the_geometric_mean_of_the_tags(self) -> None:
        prediction = predicted("A\nWe use gated pooling nets.", ("gated pooling", "method", 0.8))
        prediction.states[5, 2] = np.log(0.2)
        prediction.states[5, 0] = np.log(0.8)
        row = self.rows(prediction, mention("A\nWe use gated pooling", "gated pooling", "method"))
        assert row["gated pooling"]["model"] == pytest.approx(logit(0.4), abs=1e-3)

    def test_another_kind_at_the_place(self) -> None:
        text = "A\nWe use VoraxNet."
        prediction = predicted(text, ("VoraxNet", "method", 0.5), ("VoraxNet", "dataset", 0.3))
        listed = candidates(prediction, [mention(text, "VoraxNet", "dataset", "lexicon")])
        table = mention_signs(prediction, listed)
        dataset, method = (dict(zip(MENTION, row.tolist(), strict=True)) for row in table)
        assert [c.kind for c in listed] == ["dataset", "method"]
        assert method["other kind"] == pytest.approx(logit(0.3), abs=1e-3)
        assert dataset["other kind"] == pytest.approx(logit(0.5), abs=1e-3)
        assert (method["rules otherwise"], dataset["rules otherwise"]) == (1, 0)
        assert (method["rules lexicon"], dataset["rules lexicon"]) == (0, 1)

    def test_what_overlaps(self) -> None:
        text = "A\nWe use gated memory pooling on CIFAR-10."
        prediction = predicted(text, ("gated memory", "method", 0.6), ("CIFAR-10", "dataset", 0.9))
        rows = self.rows(prediction, mention(text, "memory pooling", "method", "phrase"))
        signs = ("crosses model", "crosses rules")
        assert [rows["gated memory"][s] for s in signs] == [0, 1]
        assert [rows["memory pooling"][s] for s in signs] == [1, 0]
        assert [rows["CIFAR-10"][s] for s in signs] == [0, 0]
        assert rows["memory pooling"]["crossing"] == pytest.approx(logit(0.6), abs=1e-3)
        assert rows["CIFAR-10"]["crossing"] == pytest.approx(logit(0.0))

    def test_the_same_words_elsewhere(self) -> None:
        rows = self.rows(predicted(TEXT, ("VoraxNet", "method", 0.9)))
        second = rows["VoraxNet"]
        assert second["model"] == pytest.approx(logit(0.0))
        assert second["elsewhere"] == pytest.approx(logit(0.9), abs=1e-3)
        assert second["places"] == pytest.approx(math.log(2))
        only = self.rows(predicted("A\nWe use VoraxNet.", ("VoraxNet", "method", 0.9)))["VoraxNet"]
        assert only["elsewhere"] == pytest.approx(logit(0.0))
        assert only["places"] == 0

    @pytest.mark.parametrize(
        ("text", "form", "expected"),
        [
            ("VoraxNet sees\nIt is", "VoraxNet", {"title": 1, "capitals": 1, "lower": 0}),
            ("It sees\nVoraxNet is", "VoraxNet", {"title": 0, "known": 0, "words": count(1)}),
            ("A\nOn CIFAR-10", "CIFAR-10", {"digits": 1, "known": 0, "known otherwise": 1}),
            ("A\nBy dense pooling", "dense pooling", {"lower": 1, "words": count(2)}),
            ("A\nThe Vorax dataset", "Vorax dataset", {"generic end": 1}),
            ("A\nThe Vorax set", "Vorax", {"generic end": 0, "after word": 0, "before word": 1}),
            ("A\nA deep Vorax, here", "Vorax", {"after word": 1, "before word": 0}),
            ("A\nVoraxNet-based is", "VoraxNet", {"before hyphen": 1, "before bracket": 0}),
            ("A\nVoraxNet (VN) is", "VoraxNet", {"before bracket": 1, "in bracket": 0}),
            ("A\nIt (VN) is", "VN", {"in bracket": 1, "before bracket": 0}),
            ("A\nIt is ViT", "ViT", {"known": 1, "known otherwise": 0}),
            ("VoraxNet", "VoraxNet", {"after word": 0, "before hyphen": 0, "title": 0}),
        ],
    )
    def test_what_the_words_look_like(
        self, text: str, form: str, expected: dict[str, float]
    ) -> None:
        row = self.rows(predicted(text), mention(text, form, "method"))[form]
        assert {sign: row[sign] for sign in expected} == pytest.approx(expected)
        assert row["rules name"] == 1

    def test_the_order_of_candidates_is_that_of_rows(self) -> None:
        text = "A\nVoraxNet, QuillNet and ViT on CIFAR-10."
        found = [mention(text, form, "method") for form in ("VoraxNet", "QuillNet", "ViT")]
        listed = candidates(predicted(text), found)
        turned = mention_signs(predicted(text), listed[::-1])
        assert (mention_signs(predicted(text), listed) == turned[::-1]).all()


def spans(*places: tuple[int, int]) -> list[Candidate]:
    doc = load()("one two three four five six seven eight nine ten eleven twelve")
    return [Candidate(doc[a:b], "method", (False,) * 3, "name") for a, b in places]


@pytest.mark.parametrize(
    ("places", "sure", "least", "expected"),
    [
        ([], [], 0.0, []),
        ([(0, 2), (1, 3)], [0.8, 0.9], 0.0, [1]),
        ([(0, 2), (1, 3), (3, 4)], [0.9, 0.8, 0.5], 0.5, [0, 2]),
        ([(0, 3), (0, 1), (1, 2), (2, 3)], [0.5, 0.6, 0.4, 0.4], 0.0, [1, 2, 3]),
        ([(0, 2), (1, 3)], [0.7, 0.7], 0.0, [0]),
        ([(0, 2), (0, 2)], [0.7, 0.7], 0.0, [0]),
        ([(0, 1), (1, 2)], [0.3, 0.2999], 0.3, [0]),
        ([(0, 1), (2, 3), (4, 5)], [0.1, 0.9, 0.5], 0.0, [0, 1, 2]),
        ([(0, 1)], [0.2], 0.3, []),
    ],
)
def test_chosen(
    places: list[tuple[int, int]], sure: list[float], least: float, expected: list[int]
) -> None:
    assert chosen(spans(*places), sure, least) == expected


@given(
    st.lists(
        st.tuples(
            st.integers(0, 11), st.integers(1, 4), st.sampled_from([0.0, 0.2, 0.3, 0.5, 0.9])
        ),
        max_size=12,
    ),
    st.sampled_from([0.0, 0.3, 1.0]),
)
def test_what_is_chosen_is_apart_and_the_surest(
    drawn: list[tuple[int, int, float]], least: float
) -> None:
    listed = spans(*((start, min(12, start + size)) for start, size, _ in drawn))
    sure = [chance for *_, chance in drawn]
    kept = chosen(listed, sure, least)
    words = [set(range(c.span.start, c.span.end)) for c in listed]
    assert kept == sorted(set(kept))
    assert sum(len(words[i]) for i in kept) == len(set().union(*(words[i] for i in kept)))
    assert all(sure[i] >= least for i in kept)
    for i in set(range(len(listed))) - set(kept):
        assert sure[i] < least or any(sure[j] >= sure[i] and words[i] & words[j] for j in kept)
