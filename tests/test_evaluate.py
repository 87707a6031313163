"""Scores: a case computed by hand, and the rows that are no rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError
from kg.evaluate import evaluate, read_rows
from kg.model import Entity, Evidence, Extraction, Mention, Paper, to_row


def entity(name: str, kind: str, *surface: str, role: str = "") -> dict[str, Any]:
    return {"name": name, "type": kind, "surface": list(surface or [name]), "role": role}


GOLD: dict[str, Any] = {
    "id": "p1",
    "title": "Compact Transformers",
    "abstract": "CCT beats ViT and ViT-B on CIFAR-10: 98% accuracy, 3.1x fewer parameters.",
    "entities": [
        entity("Compact Transformers", "Method", "Compact Transformers", "CCT", role="proposed"),
        entity("ViT", "Method", role="baseline"),
        entity("ViT-B", "Method", role="baseline"),
        entity("CIFAR-10", "Dataset", role="used"),
        entity("accuracy", "Metric"),
        entity("parameters", "Metric"),
    ],
    "relations": [
        ["Compact Transformers", "compared_with", "ViT"],
        ["Compact Transformers", "evaluated_on", "CIFAR-10"],
    ],
    "results": [
        {
            "method": "Compact Transformers",
            "dataset": "CIFAR-10",
            "metric": "accuracy",
            "value": "98%",
            "baseline": None,
        },
        {
            "method": "Compact Transformers",
            "dataset": None,
            "metric": "parameters",
            "value": "3.1x",
            "baseline": "ViT",
        },
    ],
}
PREDICTED: dict[str, Any] = {
    "id": "p1",
    "entities": [
        # Shares a surface form with the first gold entity, and takes it ...
        entity("CCTs", "Method", role="proposed"),
        # ... so that this one, of the same concept, agrees with nothing.
        entity("compact transformer", "Method", "Compact Transformers", role="proposed"),
        entity("vit", "Method", "ViT", role="used"),
        entity("CIFAR 10", "Dataset", "CIFAR-10", role="introduced"),
        # The type counts.
        entity("accuracy", "Task"),
        entity("Parameter", "Metric", "parameters"),
    ],
    "relations": [
        ["CCTs", "compared_with", "vit"],
        ["compact transformer", "evaluated_on", "CIFAR 10"],
        ["CCTs", "uses", "vit"],
    ],
    "results": [
        {"method": None, "dataset": "CIFAR 10", "metric": "accuracy", "value": "98 \\%"},
        {"method": "CCTs", "dataset": None, "metric": "Parameter", "value": "3.1 times"},
    ],
}

#: name -> gold, predicted, hit
BY_HAND = {
    "contribution (proposed/introduced)": (1, 3, 1),
    "entity ALL": (6, 6, 4),
    "entity Dataset": (1, 1, 1),
    "entity Method": (3, 3, 2),
    "entity Metric": (2, 1, 1),
    "entity Task": (0, 1, 0),
    "relation ALL": (2, 3, 1),
    "relation compared_with": (1, 1, 1),
    "relation evaluated_on": (1, 1, 0),
    "relation uses": (0, 1, 0),
    # A metric that agrees with no gold entity is not the gold one, whatever its name.
    "result metric+value": (2, 2, 1),
    "result dataset+metric+value": (2, 2, 1),
    "result method+dataset+metric+value": (2, 2, 1),
    # "ViT" also stands inside "ViT-B", which is no place of "ViT" for the annotator; "CCTs" is
    # not in the text, and "ViT" inside "ViT-B" is one for who does not know "ViT-B".
    "span ALL": (7, 6, 4),
    "span Dataset": (1, 1, 1),
    "span Method": (4, 3, 2),
    "span Metric": (2, 1, 1),
    "span Task": (0, 1, 0),
}


def counts(gold: list[dict[str, Any]], found: list[dict[str, Any]]) -> dict[str, Any]:
    return {s.name: (s.gold, s.predicted, s.hit) for s in evaluate(gold, found)}


def test_a_case_computed_by_hand() -> None:
    assert counts([GOLD], [PREDICTED]) == BY_HAND


def test_figures_follow_from_the_counts() -> None:
    scores = {s.name: s for s in evaluate([GOLD], [PREDICTED])}
    methods = scores["relation ALL"]
    assert (methods.precision, methods.recall) == (1 / 3, 1 / 2)
    assert methods.f1 == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))
    nothing = scores["entity Task"]
    assert (nothing.precision, nothing.recall, nothing.f1) == (0.0, 0.0, 0.0)
    assert list(scores) == sorted(scores)


def test_gold_against_itself_is_perfect() -> None:
    assert {s.f1 for s in evaluate([GOLD], [GOLD]) if s.gold} == {1.0}


def test_papers_add_up_and_missing_ones_count_as_empty() -> None:
    other = {**GOLD, "id": "p2"}
    both = counts([GOLD, other], [PREDICTED, {**PREDICTED, "id": "p9"}])
    assert both["entity ALL"] == (12, 6, 4)
    assert both["span ALL"] == (14, 6, 4)


def extraction(paper: Paper, *places: str) -> dict[str, Any]:
    """The row of an extraction whose only entity was read at the places of these texts."""
    mentions = []
    for text in places:
        start = paper.text.index(text)
        mentions.append(Mention(start, start + len(text), text, "method", "hand", 0.5))
    seen = (Evidence(paper.id, 0, 3, paper.text[:3], "hand", 0.5),)
    found = Entity("CCT", "method", "proposed", ("CCT",), tuple(mentions), seen)
    return to_row(Extraction(paper.id, (found,), (), ()), paper)


def test_mentions_of_the_evidence_are_the_predicted_spans() -> None:
    paper = Paper(id="p1", title=GOLD["title"], abstract=GOLD["abstract"])
    assert counts([GOLD], [extraction(paper, "CCT")])["span Method"] == (4, 1, 1)
    assert counts([GOLD], [extraction(paper, "CCT", "Compact")])["span Method"] == (4, 2, 1)
    assert counts([GOLD], [extraction(paper)])["span Method"] == (4, 0, 0)


def test_mentions_of_a_cleaned_text_are_found_in_the_annotated_one() -> None:
    raw = {**GOLD, "title": '"Compact   Transformers"', "abstract": f'"{GOLD["abstract"]}"'}
    cleaned = Paper(id="p1", title="Compact Transformers", abstract=GOLD["abstract"])
    assert counts([raw], [extraction(cleaned, "CCT", "ViT-B")])["span Method"] == (3, 2, 2)


def test_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(GOLD)}\n\n{json.dumps(PREDICTED)}\n", encoding="utf-8")
    assert read_rows(path) == [GOLD, PREDICTED]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        ("[]", "not a JSON object"),
        ('{"title": "x"}', 'no "id"'),
        ('{"id": 3}', 'no "id"'),
        ('{"id": "a", "entities": {}}', '"entities"'),
        ('{"id": "a", "entities": [{"name": "x", "type": "Thing"}]}', '"entities"'),
        ('{"id": "a", "entities": [{"name": "x", "type": "Task", "surface": "x"}]}', '"entities"'),
        ('{"id": "a", "relations": [["x", "uses"]]}', '"relations"'),
        ('{"id": "a", "results": [{"metric": "x", "value": 3}]}', '"results"'),
        ('{"id": "a", "results": [{"metric": "x", "value": "3", "method": []}]}', '"results"'),
        ('{"id": "a", "evidence": {"entities": [{"mentions": []}]}}', '"evidence"'),
        (
            '{"id": "a", "entities": [{"name": "x", "type": "Task"}], '
            '"evidence": {"entities": [{"mentions": [[1]]}]}}',
            '"evidence"',
        ),
    ],
)
def test_a_line_that_is_no_row_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f'{{"id": "good"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_rows(path)
    assert reason in caught.value.reason
    assert (caught.value.path, caught.value.line) == (str(path), 2)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"id": "\xff"}\n')
    with pytest.raises(InputError, match=r"rows\.jsonl:1"):
        read_rows(path)


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        read_rows(tmp_path / "none.jsonl")
