"""What nobody tried: by hand, with the evidence for it; and whether it came true."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner
from graphs import CCT, IMAGENET, PARAMS, SAM_ANY, VIT, answer_from, tiny_graph
from timeline import corpus

from kg.cli.gaps import gaps as command
from kg.errors import KgError, UnknownEntity
from kg.query.backtest import CUTS, backtest
from kg.query.conaming import CHANCE, CoNaming
from kg.query.gaps import GENERAL, PER_NODE, Gap, alike, gaps
from kg.store.incidence import incidence

#: Two methods share task t, and one was tried on dataset d; "far" shares nothing with them.
SMALL = (
    (2020, "method:old task:t dataset:d"),
    (2020, "method:new task:t"),
    (2020, "method:far task:other"),
)

#: Up to 2020: m1 and m2 share tasks with d1, m3 only a crowded one. In 2021, m1 meets d1.
TIMELINE = (
    (2019, "method:m1 task:t1"),
    (2019, "method:m1 task:t2"),
    (2020, "dataset:d1 task:t1"),
    (2020, "dataset:d1 task:t2"),
    (2020, "method:m3 task:t3"),
    (2020, "method:m4 dataset:d2 task:t4"),
    (2021, "method:m1 dataset:d1"),
    (None, "method:m3 dataset:d1"),
)


def ends(found: list[Gap]) -> list[tuple[str, str]]:
    return [(gap.source.label, gap.target.label) for gap in found]


def co_naming(*papers: tuple[int | None, str], **options: float) -> CoNaming:
    """What papers name together, each given by its year and the names."""
    entities = sorted({name for _, names in papers for name in names.split()})
    said = ((year, map(entities.index, names.split())) for year, names in papers)
    return CoNaming(incidence(entities, entities, said), **options)


def at(graph: CoNaming, *names: str) -> list[int]:
    """Where the entities stand."""
    return [graph.entities.index(name) for name in names]


class TestScore:
    def test_by_hand(self) -> None:
        """a-z joins by two papers, z-b by one; all of one year, so each counts 1."""
        graph = co_naming((2020, "a z"), (2020, "a z"), (2020, "b z"), chance=0.0)
        a, b, z = at(graph, *"abz")
        assert graph.strength.tolist() == [2.0, 1.0, 3.0]
        assert graph.scores(a)[b] == pytest.approx(2 * 1 / 3)
        assert graph.bridges(a, b)[z] == pytest.approx(2 * 1 / 3)

    def test_chance_ranks_pairs_without_shared_neighbours(self) -> None:
        graph = co_naming((2020, "a x"), (2020, "b y"))
        a, b = at(graph, "a", "b")
        assert graph.shared(a)[b] == 0
        assert graph.scores(a)[b] == pytest.approx(CHANCE * 1 * 1 / 4)

    def test_an_older_paper_counts_less(self) -> None:
        papers = ((2020, "a z"), (2018, "b z"), (2020, "c z"))
        graph = co_naming(*papers, half_life=2.0, chance=0.0)
        a, b, c, z = at(graph, *"abcz")
        assert graph.together(z)[[a, b, c]].tolist() == [1.0, 0.5, 1.0]
        assert graph.scores(a)[b] == pytest.approx(0.5 / 2.5)

    def test_without_years_all_papers_count_alike(self) -> None:
        graph = co_naming((None, "a z"), (None, "b z"))
        assert graph.strength.tolist() == [1.0, 1.0, 2.0]

    def test_it_is_symmetric(self) -> None:
        graph = co_naming(*TIMELINE)
        for i in range(len(graph.entities)):
            for j in range(len(graph.entities)):
                assert graph.scores(i)[j] == pytest.approx(graph.scores(j)[i])

    def test_the_bridges_add_up_to_what_is_shared(self) -> None:
        graph = co_naming(*TIMELINE)
        m1, d2, m4, t1 = at(graph, "method:m1", "dataset:d2", "method:m4", "task:t1")
        for a, b in ((m1, d2), (m4, t1)):
            assert graph.bridges(a, b).sum() == pytest.approx(graph.shared(a)[b])

    def test_no_paper_at_all(self) -> None:
        assert co_naming().papers.tolist() == []


class TestGaps:
    def test_of_a_method(self) -> None:
        (gap,) = gaps(corpus(*SMALL), "new", min_papers=1, kind="dataset")
        assert (gap.source.label, gap.target.label, gap.shared) == ("new", "d", 1)
        (bridge,) = gap.bridges
        assert bridge.node.label == "t"

    def test_the_evidence_leads_from_end_to_end(self) -> None:
        (gap,) = gaps(corpus(*SMALL), "new", min_papers=1, kind="dataset")
        (bridge,) = gap.bridges
        walk = [gap.source.id, "paper:p2", "task:t", "paper:p1", gap.target.id]
        links = (*bridge.from_source, *bridge.to_target)
        for link, hop in zip(links, pairwise(walk), strict=True):
            assert {link.source.id, link.target.id} == set(hop)
            assert link.sentences[0].paper in hop[0] + hop[1]

    def test_an_edge_is_better_evidence_than_a_common_paper(self) -> None:
        found = gaps(tiny_graph(), SAM_ANY, kind="dataset", min_papers=1)
        assert [gap.target.id for gap in found] == [IMAGENET]
        by_node = {bridge.node.id: bridge for bridge in found[0].bridges}
        (link,) = by_node[CCT].to_target
        assert (link.relation, link.reversed) == ("evaluated_on", False)
        assert len(by_node[VIT].from_source) == 2

    def test_of_a_dataset_and_of_a_task(self) -> None:
        assert ends(gaps(corpus(*SMALL), "d", min_papers=1)) == [("new", "d")]
        assert gaps(corpus(*SMALL), "other", min_papers=1) == []

    def test_over_the_whole_graph(self) -> None:
        found = gaps(corpus(*SMALL), min_papers=1)
        assert ends(found) == [("new", "d"), ("new", "old")]

    @pytest.mark.parametrize("end", ["method:far", "dataset:d"])
    def test_rare_ends_are_left_out(self, end: str) -> None:
        assert gaps(corpus(*SMALL), min_papers=2) == []
        assert end not in {gap.target.id for gap in gaps(corpus(*SMALL), "new", min_papers=2)}

    def test_an_edge_without_a_common_paper_is_no_gap(self) -> None:
        G = corpus(*SMALL)
        G.add_edge("method:new", "dataset:d", "evaluated_on", relation="evaluated_on", weight=1,
                   confidence=0.5, evidence=[])  # fmt: skip
        assert gaps(G, "new", kind="dataset", min_papers=1) == []

    def test_metrics_are_no_evidence(self) -> None:
        G = corpus((2020, "method:a metric:acc"), (2020, "dataset:d metric:acc"))
        assert gaps(G, min_papers=1) == []

    def test_what_is_called_like_an_end_is_no_evidence(self) -> None:
        G = corpus((2020, "method:distillation method:distill"), (2020, "method:distill dataset:d"))
        G.nodes["method:distill"]["label"] = "knowledge distillation"
        assert gaps(G, "distillation", kind="dataset", min_papers=1) == []

    def test_names_of_one_thing_are_no_gap(self) -> None:
        G = corpus((2020, "method:gan task:t"), (2020, "method:gans task:t"))
        assert gaps(G, min_papers=1) == []

    def test_what_everything_names_is_no_idea(self) -> None:
        common = [(2020, "method:common task:t")] * (GENERAL + 1)
        G = corpus(*common, (2020, "method:a task:t dataset:d"), (2020, "task:t dataset:e"))
        found = {end for pair in ends(gaps(G, min_papers=1)) for end in pair}
        assert found == {"a", "e"}
        of_common = gaps(G, "common", min_papers=1, kind="dataset")
        assert sorted(ends(of_common)) == [("common", "d"), ("common", "e")]

    def test_no_node_fills_the_list(self) -> None:
        others = [(2020, f"dataset:d{n} task:t") for n in range(5)]
        G = corpus((2020, "method:a task:t"), *others)
        assert len(gaps(G, kind="dataset", min_papers=1)) == PER_NODE
        assert len(gaps(G, "a", kind="dataset", min_papers=1)) == 5
        assert len(gaps(G, "a", kind="dataset", min_papers=1, limit=3)) == 3

    @pytest.mark.parametrize(
        ("name", "kind", "said"),
        [
            ("seed-01", None, "is a paper"),
            (PARAMS, None, "is a metric"),
            ("CIFAR-10", "task", "is a dataset: gaps join a method and a task"),
        ],
    )
    def test_what_has_no_gaps(self, name: str, kind: str | None, said: str) -> None:
        with pytest.raises(KgError, match=said):
            gaps(tiny_graph(), name, kind=kind)

    def test_unknown_name(self) -> None:
        with pytest.raises(UnknownEntity):
            gaps(tiny_graph(), "nonsense")

    def test_the_graph_stays_as_it_is(self) -> None:
        G, before = tiny_graph(), tiny_graph()
        gaps(G, min_papers=1)
        assert nx.utils.graphs_equal(G, before)

    def test_a_graph_without_papers(self) -> None:
        assert gaps(nx.MultiDiGraph()) == []


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("language model", "Language-Models", True),
        ("pretrained language model", "pre-trained language model", True),
        ("generative model", "deep generative model", True),
        ("CNN", "convolutional neural network", True),
        ("BERT", "RoBERTa", False),
        ("image classification", "image segmentation", False),
        ("日本語", "中文", False),
    ],
)
def test_alike(a: str, b: str, same: bool) -> None:
    G = nx.MultiDiGraph()
    G.add_node("a", label=a)
    G.add_node("b", label=b)
    assert alike(G, "a", "b") is alike(G, "b", "a") is same


class TestBacktest:
    def test_of_a_known_timeline(self) -> None:
        """Open in 2020: {m1, m3} x {d1, d2} and m4-d1; of these m1-d1 came true, foreseen first."""
        answer = backtest(corpus(*TIMELINE), 2020, kind="dataset", min_papers=1)
        assert (answer.past, answer.future, answer.without_year) == (6, 1, 1)
        (trial,) = answer.trials
        assert (trial.source, trial.target) == ("method", "dataset")
        assert (trial.candidates, trial.came_true) == (5, 1)
        assert trial.score.auc == 1.0
        assert trial.score.precision == (0.1, 0.02, 0.01)
        assert trial.score.recall == (1.0, 1.0, 1.0)
        # Degrees: m1 2, m3 1, m4 2; d1 2, d2 2. m4-d1 and m1-d2 tie with m1-d1, m3's are below.
        assert trial.popularity.auc == pytest.approx((2 + 2 / 2) / 4)
        assert trial.random.precision == (0.2, 0.2, 0.2)

    def test_methods_are_paired_once(self) -> None:
        answer = backtest(corpus(*TIMELINE), 2020, kind="method", min_papers=1)
        assert answer.trials[0].candidates == 3

    def test_the_future_is_hidden(self) -> None:
        past = [paper for paper in TIMELINE if paper[0] is not None and paper[0] <= 2020]
        other = backtest(corpus(*past, (2025, "method:m4 dataset:d1")), 2020, min_papers=1)
        here = backtest(corpus(*TIMELINE), 2020, min_papers=1)
        assert [t.candidates for t in other.trials] == [t.candidates for t in here.trials]
        assert other.trials[0].score.auc < here.trials[0].score.auc

    @pytest.mark.parametrize("year", [1990, 2021])
    def test_needs_a_past_and_a_future(self, year: int) -> None:
        with pytest.raises(KgError, match="of 2019 to 2021"):
            backtest(corpus(*TIMELINE), year)
        with pytest.raises(KgError, match="none here has a year"):
            backtest(corpus((None, "method:a")), year)

    def test_nothing_to_pair(self) -> None:
        answer = backtest(corpus((2020, "task:t"), (2021, "task:t")), 2020)
        assert [trial.candidates for trial in answer.trials] == [0, 0, 0]
        assert answer.trials[0].score.auc == 0.5


def test_the_same_in_every_run() -> None:
    code = (
        "from test_query_gaps import *;"
        "G = corpus(*TIMELINE, *SMALL);"
        "print([asdict(g) for g in gaps(G, min_papers=1)], asdict(backtest(G, 2020, min_papers=1)))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)},
        ).stdout
        for seed in "01"
    }
    assert len(told) == 1


class TestCommand:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        papers = [paper for paper in (*TIMELINE, *SMALL) for _ in range(3)]
        answer_from(monkeypatch, lambda db: corpus(*papers))

    def test_gaps_with_their_sentences(self) -> None:
        done = CliRunner().invoke(command, ["new", "--kind", "dataset"])
        title, fact, first, second = done.stdout.splitlines()
        assert title == "Methods on datasets"
        assert fact.startswith("  new on d (")
        assert fact.endswith("both with t)")
        assert '"We say new."' in first
        assert '"We say d."' in second

    def test_json(self) -> None:
        done = CliRunner().invoke(command, ["new", "--json"])
        told = json.loads(done.stdout)
        papers = [paper for paper in (*TIMELINE, *SMALL) for _ in range(3)]
        assert told == json.loads(json.dumps([asdict(g) for g in gaps(corpus(*papers), "new")]))

    def test_backtest_table(self) -> None:
        done = CliRunner().invoke(command, ["--backtest", "2020", "--kind", "dataset"])
        lines = done.stdout.splitlines()
        assert lines[0] == "What was foreseen in 2020"
        assert lines[2] == "3 papers without a year are left out"
        header = next(i for i, line in enumerate(lines) if "popularity" in line)
        assert lines[header].split() == ["score", "popularity", "random"]
        names = [line.split()[0] for line in lines[header + 1 :]]
        assert names == [*(f"hit@{cut}" for cut in CUTS), "recall@100", "AUC"]

    def test_backtest_takes_no_name(self) -> None:
        done = CliRunner().invoke(command, ["new", "--backtest", "2020"])
        assert done.exit_code == 2
        assert "leave out NAME" in done.stderr

    def test_none_found(self) -> None:
        done = CliRunner().invoke(command, ["far"])
        assert (done.exit_code, done.stdout) == (0, "")
        assert "No gap found" in done.stderr
