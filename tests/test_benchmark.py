"""Benchmarks: cases computed by hand, rows that are none, and the command that measures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kg.benchmark import KIND_OF, LABELS, Tagged, benchmark, read_benchmark
from kg.cli import main
from kg.errors import InputError, KgError
from kg.evaluate import Score
from kg.extract import joint, neural
from kg.model import KINDS, Mention

Counts = dict[str, tuple[int, int, int]]

WORDS = "We propose a parser for question answering and reach high F1 on SQuAD"


def tagged(text: str, *spans: tuple[str, str]) -> Tagged:
    """A text of tokens at spaces; of each span its words and its label."""
    tokens = text.split()
    places = []
    for words, label in spans:
        inner = words.split()
        start = next(i for i in range(len(tokens)) if tokens[i : i + len(inner)] == inner)
        places.append((start, start + len(inner), label))
    return Tagged(tuple(tokens), frozenset(places))


def counts(scores: Iterable[Score]) -> Counts:
    return {s.name: (s.gold, s.predicted, s.hit) for s in scores}


@pytest.fixture
def mentions(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let extraction find these (text, kind) in every text that has them."""

    def set_mentions(*found: tuple[str, Any]) -> None:
        def read(doc: Any) -> Any:
            places = ((doc.text.find(text), text, kind) for text, kind in found)
            return SimpleNamespace(
                concepts=[
                    SimpleNamespace(
                        concept=SimpleNamespace(
                            kind=kind,
                            mentions=[Mention(at, at + len(text), text, kind, "hand", 1.0)],
                        )
                    )
                    for at, text, kind in places
                    if at >= 0
                ]
            )

        monkeypatch.setattr(joint, "read", read)

    return set_mentions


class TestOutOfDomain:
    @pytest.mark.parametrize(
        ("labels", "dataset", "expected"),
        [
            (
                "scierc",
                "Material",
                {
                    "span ALL": (4, 4, 2),
                    "span Material": (1, 1, 1),
                    "span Method": (1, 1, 0),
                    "span Metric": (1, 1, 1),
                    "span Task": (1, 1, 0),
                },
            ),
            (
                "scirex",
                "Dataset",
                {
                    "span ALL": (4, 4, 2),
                    "span Dataset": (1, 1, 1),
                    "span Method": (1, 1, 0),
                    "span Metric": (1, 1, 1),
                    "span Task": (1, 1, 0),
                },
            ),
            (
                "tdmsci",
                "Dataset",
                {
                    "span ALL": (3, 3, 2),
                    "span Dataset": (1, 1, 1),
                    "span Metric": (1, 1, 1),
                    "span Task": (1, 1, 0),
                },
            ),
        ],
    )
    def test_a_case_computed_by_hand(
        self, mentions: Callable[..., None], labels: str, dataset: str, expected: Counts
    ) -> None:
        # One bound of the task and both of the method are wrong.
        mentions(("SQuAD", "dataset"), ("F1", "metric"), ("answering", "task"), ("high", "method"))
        spans = [(dataset, "SQuAD"), ("Metric", "F1"), ("Task", "question answering")]
        if labels != "tdmsci":
            spans.append(("Method", "parser"))
        row = tagged(WORDS, *((words, label) for label, words in spans))
        scores = benchmark([row], labels, in_domain=False)
        assert counts(scores) == expected
        assert [s.name for s in scores] == sorted(expected)

    def test_labels_without_a_kind_are_left_out(self, mentions: Callable[..., None]) -> None:
        mentions(("parser", "method"))
        row = tagged(WORDS, ("parser", "Generic"), ("question", "OtherScientificTerm"))
        assert counts(benchmark([row], "scierc", in_domain=False))["span ALL"] == (0, 1, 0)

    def test_the_label_counts(self, mentions: Callable[..., None]) -> None:
        mentions(("parser", "method"))
        row = tagged(WORDS, ("parser", "Task"))
        scores = counts(benchmark([row], "scierc", in_domain=False))
        assert scores["span ALL"] == (1, 1, 0)
        assert (scores["span Task"], scores["span Method"]) == ((1, 0, 0), (0, 1, 0))

    def test_texts_add_up(self, mentions: Callable[..., None]) -> None:
        mentions(("parser", "method"))
        row = tagged(WORDS, ("parser", "Method"))
        same_place = Tagged(("a", "b", "c", "d"), row.spans)
        scores = counts(benchmark([row, same_place, row], "scierc", in_domain=False))
        assert scores["span Method"] == (3, 2, 2)

    def test_progress_is_told(self, mentions: Callable[..., None]) -> None:
        told: list[tuple[int, int | None]] = []
        mentions()
        rows = [tagged(WORDS)] * 2
        benchmark(rows, "scirex", in_domain=False, progress=lambda *seen: told.append(seen))
        assert told == [(1, 2), (2, 2)]

    def test_every_kind_is_one_of_each_benchmark_or_unknown_to_it(self) -> None:
        for labels in LABELS.values():
            kinds = [KIND_OF[label] for label in labels if label in KIND_OF]
            assert len(set(kinds)) == len(kinds)
            assert set(kinds) <= set(KINDS)


def model_of(labels: str, *tags: Sequence[int]) -> dict[str, Any]:
    """Stand-ins for `load_model` and `predict`: a tagger that gives the words these tags."""
    size = 2 * len(LABELS[labels]) + 1
    heads = {f"taggers.{labels}.weight": np.eye(size), f"taggers.{labels}.bias": np.zeros(size)}
    texts = iter(tags)

    def predict(doc: Any, model: Any = None) -> Any:
        states = 10.0 * np.eye(size)[list(next(texts))]
        starts = np.array([bool(token.is_sent_start) for token in doc])
        return SimpleNamespace(
            states=states, encoded=SimpleNamespace(sentence=np.cumsum(starts) - 1)
        )

    return {"load_model": lambda: SimpleNamespace(heads=heads), "predict": predict}


class TestInDomain:
    def test_a_case_computed_by_hand(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Tag 2k + 1 begins label k of scierc and 2k + 2 goes on: Generic is 11 and 12.
        words = Tagged(
            ("this", "parser", "of", "deep", "trees"),
            frozenset({(0, 2, "Generic"), (3, 5, "OtherScientificTerm"), (1, 2, "Method")}),
        )
        for name, value in model_of("scierc", [11, 12, 0, 0, 9], [0, 0, 0, 9, 10]).items():
            monkeypatch.setattr(neural, name, value)
        scores = counts(benchmark([words, words], "scierc", in_domain=True))
        assert scores == {
            "span ALL": (6, 3, 2),
            "span Generic": (2, 1, 1),
            "span Material": (0, 0, 0),
            "span Method": (2, 0, 0),
            "span Metric": (0, 0, 0),
            "span OtherScientificTerm": (2, 2, 1),
            "span Task": (0, 0, 0),
        }

    @pytest.mark.parametrize(("sentences", "hit"), [(frozenset({0}), 1), (frozenset({0, 1}), 0)])
    def test_no_span_goes_over_the_end_of_a_sentence(
        self, monkeypatch: pytest.MonkeyPatch, sentences: frozenset[int], hit: int
    ) -> None:
        for name, value in model_of("tdmsci", [1, 2]).items():
            monkeypatch.setattr(neural, name, value)
        row = Tagged(("image", "classification"), frozenset({(0, 2, "Task")}), sentences)
        assert counts(benchmark([row], "tdmsci", in_domain=True))["span ALL"][2] == hit

    def test_a_model_without_the_tagger(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(neural, "load_model", lambda: SimpleNamespace(heads={}))
        with pytest.raises(KgError, match="not trained on scirex"):
            benchmark([], "scirex", in_domain=True)


EASY = {
    "scierc": (
        tagged(
            "We propose a neural network for machine translation .",
            ("neural network", "Method"),
            ("machine translation", "Task"),
        ),
        tagged("We report the accuracy of this method .", ("accuracy", "Metric")),
    ),
    "tdmsci": (
        tagged(
            "We report F1 for named entity recognition on CoNLL-2003 .",
            ("F1", "Metric"),
            ("named entity recognition", "Task"),
            ("CoNLL-2003", "Dataset"),
        ),
    ),
    "scirex": (
        tagged(
            "Residual networks for image classification reach high accuracy on ImageNet .",
            ("Residual networks", "Method"),
            ("image classification", "Task"),
            ("accuracy", "Metric"),
            ("ImageNet", "Dataset"),
        ),
    ),
}


class TestShippedModel:
    @pytest.mark.parametrize("in_domain", [False, True])
    @pytest.mark.parametrize("labels", LABELS)
    def test_it_reads_easy_sentences(self, labels: str, in_domain: bool) -> None:
        (overall, *_) = benchmark(EASY[labels], labels, in_domain=in_domain)
        assert overall.hit >= overall.gold - 1
        assert overall.f1 > 0.6

    @pytest.mark.parametrize("labels", LABELS)
    def test_its_taggers_have_the_labels(self, labels: str) -> None:
        weights = neural.load_model().heads[f"taggers.{labels}.weight"]
        assert len(weights) == 2 * len(LABELS[labels]) + 1

    @pytest.mark.parametrize(
        "tokens", [(), ("",), (" ", "\n"), ("\ud800", "\x00"), ("a b", "c\nd")]
    )
    @pytest.mark.parametrize("in_domain", [False, True])
    def test_odd_tokens(self, tokens: tuple[str, ...], in_domain: bool) -> None:
        spans = frozenset({(0, len(tokens), "Task")} if tokens else ())
        (overall, *_) = benchmark([Tagged(tokens, spans)], "tdmsci", in_domain=in_domain)
        assert overall.gold == len(spans)


class TestRead:
    def test_rows_are_read(self, tmp_path: Path) -> None:
        path = tmp_path / "rows.jsonl"
        path.write_text(
            '{"tokens": ["On", "SQuAD"], "spans": [[1, 2, "Dataset"]]}\n\n'
            '{"tokens": ["a", "b"], "spans": [], "sentences": [[0, 1], [1, 2]], "id": "x"}\n'
        )
        assert read_benchmark(path, "tdmsci") == [
            Tagged(("On", "SQuAD"), frozenset({(1, 2, "Dataset")})),
            Tagged(("a", "b"), frozenset(), frozenset({0, 1})),
        ]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("{", "not a JSON object"),
            ("[]", "not a JSON object"),
            ('{"spans": []}', '"tokens"'),
            ('{"tokens": "ab", "spans": []}', '"tokens"'),
            ('{"tokens": [1], "spans": []}', '"tokens"'),
            ('{"tokens": ["a"]}', '"spans"'),
            ('{"tokens": ["a"], "spans": [[0, 1]]}', '"spans"'),
            ('{"tokens": ["a"], "spans": [[0, 2, "Task"]]}', '"spans"'),
            ('{"tokens": ["a"], "spans": [[1, 1, "Task"]]}', '"spans"'),
            ('{"tokens": ["a"], "spans": [[-1, 1, "Task"]]}', '"spans"'),
            ('{"tokens": ["a"], "spans": [[false, true, "Task"]]}', '"spans"'),
            ('{"tokens": ["a"], "spans": [[0, 1, null]]}', '"spans"'),
            ('{"tokens": ["a"], "spans": [], "sentences": [0]}', '"sentences"'),
            ('{"tokens": ["a"], "spans": [[0, 1, "Material"]]}', "'Material' is none of"),
            ('{"tokens": ["a"], "spans": [[0, 1, ""]]}', "'' is none of"),
        ],
    )
    def test_a_line_that_is_no_row_is_named(self, tmp_path: Path, line: str, reason: str) -> None:
        path = tmp_path / "rows.jsonl"
        path.write_text(f'{{"tokens": [], "spans": []}}\n{line}\n')
        with pytest.raises(InputError) as caught:
            read_benchmark(path, "tdmsci")
        assert reason in caught.value.reason
        assert (caught.value.path, caught.value.line) == (str(path), 2)

    def test_a_missing_file_is_an_input_error(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="cannot read"):
            read_benchmark(tmp_path / "none.jsonl", "scierc")


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["evaluate", *map(str, args)])


@pytest.fixture
def sentences(tmp_path: Path) -> Path:
    path = tmp_path / "scierc.jsonl"
    rows = [{"tokens": row.tokens, "spans": sorted(row.spans)} for row in EASY["scierc"]]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


GOLD: dict[str, Any] = {
    "id": "10.1000/a",
    "title": "NovelNet: compact  networks for <i>image classification</i>",
    "abstract": "We propose NovelNet. It reaches 91.2\\% accuracy on CIFAR-10.",
    "entities": [
        {"name": "NovelNet", "type": "Method", "surface": ["NovelNet"], "role": "proposed"},
        {"name": "CIFAR-10", "type": "Dataset", "surface": ["CIFAR-10"], "role": "used"},
    ],
    "relations": [["NovelNet", "evaluated_on", "CIFAR-10"]],
    "results": [],
}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text(f"{json.dumps(GOLD)}\n")
    return path


class TestCommand:
    @pytest.mark.parametrize("flags", [(), ("--in-domain",)])
    def test_benchmark(self, sentences: Path, flags: tuple[str, ...]) -> None:
        done = run("--benchmark", "scierc", sentences, *flags)
        assert (done.exit_code, done.stderr) == (0, "")
        names = [line.rsplit(maxsplit=5)[0] for line in done.stdout.splitlines()[1:]]
        left_out = {"span OtherScientificTerm", "span Generic"}
        assert names[0] == "span ALL"
        assert left_out.isdisjoint(names) == (not flags)
        scores = json.loads(run("--benchmark", "scierc", sentences, "--json", *flags).stdout)
        assert [score["name"] for score in scores] == names
        assert scores[0]["gold"] == 3

    def test_benchmark_of_other_labels(self, sentences: Path) -> None:
        sentences.write_text('{"tokens": ["a"], "spans": [[0, 1, "Generic\\u001b[31m"]]}\n')
        done = run("--benchmark", "scierc", sentences)
        assert done.exit_code == 1
        assert done.stderr.startswith(f"Error: {sentences}:1: ")
        assert "\x1b" not in done.stderr

    @pytest.mark.parametrize(
        ("args", "told"),
        [
            (("--benchmark", "scierc", "gold.jsonl", "pred.jsonl"), "one file, not two"),
            (("gold.jsonl", "--in-domain"), "--in-domain needs --benchmark"),
            (("gold.jsonl", "pred.jsonl", "--in-domain"), "--in-domain needs --benchmark"),
            (("--benchmark", "ace", "gold.jsonl"), "'ace' is not one of"),
            ((), "Missing argument 'GOLD'"),
        ],
    )
    def test_wrong_usage(self, args: tuple[str, ...], told: str) -> None:
        done = run(*args)
        assert done.exit_code == 2
        assert told in done.stderr

    def test_papers_of_gold_are_extracted(self, gold: Path) -> None:
        done = run(gold, "--json")
        assert (done.exit_code, done.stderr) == (0, "")
        scores = {score["name"]: score for score in json.loads(done.stdout)}
        assert scores["entity Method"]["hit"] == scores["entity Dataset"]["hit"] == 1
        assert scores["contribution (proposed/introduced)"]["hit"] == 1
        assert scores["span Method"]["hit"] == 2
        assert {"relation ALL", "result metric+value", "span ALL"} <= scores.keys()

    def test_they_are_read_as_extract_reads_them(self, gold: Path, tmp_path: Path) -> None:
        rows = tmp_path / "rows.jsonl"
        assert CliRunner().invoke(main, ["extract", str(gold), "-o", str(rows)]).exit_code == 0
        assert json.loads(rows.read_text())["abstract"].startswith("We propose NovelNet. It")
        assert run(gold).stdout == run(gold, rows).stdout

    def test_the_id_of_gold_stays(self, gold: Path) -> None:
        # `kg extract` writes a DOI without the address; rows belong together by the id as it is.
        by_address = {**GOLD, "id": f"https://doi.org/{GOLD['id']}"}
        before = run(gold).stdout
        gold.write_text(f"{json.dumps(by_address)}\n")
        assert run(gold).stdout == before

    def test_a_gold_paper_without_text(self, gold: Path) -> None:
        gold.write_text(f"{json.dumps({**GOLD, 'abstract': ''})}\n")
        done = run(gold)
        assert done.exit_code == 1
        assert done.stderr == f"Error: {gold}: 10.1000/a: no abstract\n"

    def test_gold_without_annotations(self, gold: Path) -> None:
        gold.write_text('{"id": "a"}\n')
        done = run(gold, gold)
        assert done.exit_code == 0
        assert "entity ALL" in done.stdout
