"""What came and went between two graphs: nothing missed, nothing told twice."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from click.testing import CliRunner, Result
from graphs import CCT, IMAGENET, SAM_SCALE, TOP1, VIT, evidence, tiny_graph

from kg.cli import Main
from kg.cli.diff import blocks
from kg.cli.diff import diff as command
from kg.cli.output import to_json
from kg.query.diff import Diff, diff

Change = Callable[[nx.MultiDiGraph], Any]


def changed(*changes: Change) -> nx.MultiDiGraph:
    """The hand-made graph with the changes made to it."""
    G = tiny_graph()
    for change in changes:
        change(G)
    return G


def drop_third_paper(G: nx.MultiDiGraph) -> None:
    """Take out the paper, the method that only it names, and its number on ImageNet-1K."""
    G.remove_nodes_from(["paper:seed-03", SAM_SCALE])


def number_key(G: nx.MultiDiGraph, value: str) -> tuple[str, str, str]:
    return next(e for e in G.edges(keys=True) if e[2].startswith(f"achieves:{value}@"))


def say(value: str, instead_of: str) -> Change:
    """Make the paper report another value of the same thing."""

    def change(G: nx.MultiDiGraph) -> None:
        source, target, key = number_key(G, instead_of)
        data = G.edges[source, target, key] | {"value": value, "number": 1.0}
        G.remove_edge(source, target, key)
        G.add_edge(source, target, key.replace(instead_of, value), **data)

    return change


def totals(answer: Diff) -> dict[str, tuple[int, int]]:
    """Entered and left of each kind and relation where there is any."""
    return {
        name: (c.entered.total, c.left.total)
        for name, c in {**answer.nodes, **answer.edges}.items()
        if c.entered.total or c.left.total
    }


def test_a_graph_does_not_differ_from_itself() -> None:
    answer = diff(tiny_graph(), tiny_graph())
    assert not totals(answer)
    assert answer.renamed.total == answer.numbers.total == 0
    assert answer.nodes["paper"].old == answer.nodes["paper"].new == 4
    assert answer.edges["achieves"].new == 5


def test_what_left_comes_with_the_papers_that_had_it() -> None:
    answer = diff(tiny_graph(), changed(drop_third_paper))
    assert totals(answer) == {
        "paper": (0, 1),
        "method": (0, 1),
        "proposes": (0, 1),
        "compares_with": (0, 1),
        "evaluates_on": (0, 1),
        "reports": (0, 1),
        "compared_with": (0, 1),
        "evaluated_on": (0, 1),
        "achieves": (0, 1),
    }
    (paper,), (method,) = (answer.nodes[kind].left.first for kind in ("paper", "method"))
    assert (paper.node.id, paper.papers) == ("paper:seed-03", ("seed-03",))
    assert (method.node.id, method.papers) == (SAM_SCALE, ("seed-03",))
    (edge,) = answer.edges["evaluated_on"].left.first
    assert (edge.link.source.id, edge.link.target.id) == (SAM_SCALE, IMAGENET)
    assert edge.papers == ("seed-03",)
    assert edge.link.sentences == (evidence("seed-03", 1),)
    (number,) = answer.edges["achieves"].left.first
    assert number.link.note == "85.0% on ImageNet-1K"


def test_the_other_way_round_it_entered() -> None:
    there, back = tiny_graph(), changed(drop_third_paper)
    left, entered = diff(there, back), diff(back, there)
    for name in ("nodes", "edges"):
        for key, changes in getattr(left, name).items():
            mirrored = getattr(entered, name)[key]
            assert (changes.entered, changes.left) == (mirrored.left, mirrored.entered)
            assert (changes.old, changes.new) == (mirrored.new, mirrored.old)


def test_all_of_it_entered_an_empty_graph() -> None:
    G = tiny_graph()
    answer = diff(nx.MultiDiGraph(), G)
    assert sum(c.entered.total for c in answer.nodes.values()) == len(G)
    assert sum(c.entered.total for c in answer.edges.values()) == G.number_of_edges()
    cct = next(c for c in answer.nodes["method"].entered.first if c.node.id == CCT)
    assert cct.papers == ("seed-01", "seed-02")


def test_counts_add_up() -> None:
    answer = diff(tiny_graph(), changed(drop_third_paper, say("97%", "98%")))
    for changes in (*answer.nodes.values(), *answer.edges.values()):
        assert changes.old + changes.entered.total - changes.left.total == changes.new


def test_a_new_label_is_no_new_node() -> None:
    answer = diff(tiny_graph(), changed(lambda G: G.nodes[VIT].update(label="ViT")))
    assert not totals(answer)
    (rename,) = answer.renamed.first
    assert (rename.node.id, rename.old_label, rename.node.label) == (
        VIT,
        "Vision Transformer",
        "ViT",
    )


def test_a_number_with_another_value_changed() -> None:
    answer = diff(tiny_graph(), changed(say("97%", "98%")))
    assert not totals(answer)
    (number,) = answer.numbers.first
    assert (number.paper, number.new.source.id, number.new.target.id) == ("seed-01", CCT, TOP1)
    assert (number.old.note, number.new.note) == ("98% on CIFAR-10", "97% on CIFAR-10")


def test_a_number_that_is_read_otherwise_changed() -> None:
    def read_as_level(G: nx.MultiDiGraph) -> None:
        G.edges[number_key(G, "3.5%")]["relative"] = False

    answer = diff(tiny_graph(), changed(read_as_level))
    assert not totals(answer)
    (number,) = answer.numbers.first
    assert number.old.note == "change of 3.5% on ImageNet-1K, over Vision Transformer"
    assert number.new.note == "3.5% on ImageNet-1K, over Vision Transformer"


def test_one_number_that_became_two_is_not_guessed_at() -> None:
    def add(G: nx.MultiDiGraph) -> None:
        source, target, key = number_key(G, "98%")
        data = G.edges[source, target, key]
        G.add_edge(source, target, key.replace("98%", "96%"), **data | {"value": "96%"})

    answer = diff(tiny_graph(), changed(add, say("97%", "98%")))
    assert totals(answer) == {"achieves": (2, 1)}
    assert answer.numbers.total == 0


def test_the_most_papers_come_first_and_limit_cuts() -> None:
    whole = diff(nx.MultiDiGraph(), tiny_graph()).nodes["method"].entered
    papers = [change.node.papers for change in whole.first]
    assert papers == sorted(papers, reverse=True)
    cut = diff(nx.MultiDiGraph(), tiny_graph(), limit=2).nodes["method"].entered
    assert cut.total == whole.total == 6
    assert cut.first == whole.first[:2]


def test_both_graphs_stay_as_they_are() -> None:
    old, new = tiny_graph(), changed(drop_third_paper, say("97%", "98%"))
    copies = old.copy(), new.copy()
    diff(old, new)
    for G, copy in zip((old, new), copies, strict=True):
        assert nx.utils.graphs_equal(G, copy)


def test_the_answer_is_the_same_in_every_run() -> None:
    code = (
        "import networkx as nx; from graphs import tiny_graph; from kg.query.diff import diff;"
        "print(diff(nx.MultiDiGraph(), tiny_graph()), diff(tiny_graph(), nx.MultiDiGraph()))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(outputs) == 1


def test_a_big_graph_takes_seconds() -> None:
    def big(papers: int) -> nx.MultiDiGraph:
        G = nx.MultiDiGraph()
        for i in range(500):
            G.add_node(f"method:m{i}", kind="method", label=f"M{i}", papers=100)
        for i in range(papers):
            G.add_node(f"paper:{i}", kind="paper", label=f"T{i}", papers=1)
            for j in range(3):
                G.add_edge(
                    f"paper:{i}", f"method:m{(i + j) % 500}", "uses", relation="uses", weight=1,
                    confidence=0.5, evidence=[],
                )  # fmt: skip
        return G

    old, new = big(20_000), big(20_100)
    start = time.process_time()
    answer = diff(old, new, limit=10)
    assert answer.nodes["paper"].entered.total == 100
    assert answer.edges["uses"].entered.total == 300
    assert time.process_time() - start < 5


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command, on the graph built by hand as old.db, and with less of it as new.db."""
    graphs = {"old.db": tiny_graph(), "new.db": changed(drop_third_paper, say("97%", "98%"))}
    monkeypatch.setattr("kg.graph.open_graph", lambda db, **_: graphs[db.name])

    def invoke(*args: str) -> Result:
        return CliRunner().invoke(Main(commands={"diff": command}), ["diff", *args])

    return invoke


class TestCommand:
    def test_it_counts_and_lists(self, run: Callable[..., Result]) -> None:
        result = run("old.db", "new.db")
        assert result.exit_code == 0
        lines = [" ".join(line.split()) for line in result.output.splitlines()]
        assert "paper 4 3 0 1" in lines
        assert "achieves 5 4 0 1" in lines
        assert "SAM (Scale-Aware Modulation) (seed-03)" in lines
        assert "CCT top-1 accuracy: 98% on CIFAR-10 -> 97% on CIFAR-10 (seed-01)" in lines
        at = lines.index("seed-03 --proposes--> SAM (Scale-Aware Modulation) (seed-03)")
        assert lines[at + 1].startswith('"We propose Scale-Aware Modulation (SAM)')

    def test_json_is_whole(self, run: Callable[..., Result]) -> None:
        found = json.loads(run("old.db", "new.db", "--json").output)
        assert found == json.loads(
            to_json(
                dataclasses.asdict(diff(tiny_graph(), changed(drop_third_paper, say("97%", "98%"))))
            )
        )
        assert found["nodes"]["method"]["left"]["first"][0]["papers"] == ["seed-03"]

    def test_without_changes_it_says_so(self, run: Callable[..., Result]) -> None:
        result = run("old.db", "old.db")
        assert "Nothing entered, nothing left." in result.stderr

    def test_long_lists_are_cut_without_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        G = nx.MultiDiGraph()
        for i in range(12):
            G.add_node(f"task:t{i:02}", kind="task", label=f"T{i:02}", papers=1)
        graphs = {"old.db": nx.MultiDiGraph(), "new.db": G}
        monkeypatch.setattr("kg.graph.open_graph", lambda db, **_: graphs[db.name])
        main = Main(commands={"diff": command})
        short, whole = (
            CliRunner().invoke(main, ["diff", "old.db", "new.db", *more]).output
            for more in ([], ["--all"])
        )
        assert "Entered: tasks (first 10 of 12; --all)" in short
        assert "T09" in short
        assert "T10" not in short
        assert "T11" in whole
        assert "--all" not in whole

    def test_many_papers_are_counted(self) -> None:
        G = nx.MultiDiGraph()
        G.add_node("task:t", kind="task", label="T", papers=7)
        for i in range(7):
            G.add_node(f"paper:p{i}", kind="paper", label=f"P{i}", papers=1)
            G.add_edge(
                f"paper:p{i}",
                "task:t",
                "addresses",
                relation="addresses",
                weight=1,
                confidence=1.0,
                evidence=[],
            )
        facts = {b.title: b.facts for b in list(blocks(diff(nx.MultiDiGraph(), G)))[1:]}
        assert facts["Entered: tasks"][0].note == "p0, p1, p2, p3, p4 and 2 more"

    def test_names_cannot_act_on_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def hostile(G: nx.MultiDiGraph) -> None:
            G.nodes[VIT]["label"] = "\x1b[31mred\n\u202eText"

        graphs = {"old.db": nx.MultiDiGraph(), "new.db": changed(hostile)}
        monkeypatch.setattr("kg.graph.open_graph", lambda db, **_: graphs[db.name])
        main = Main(commands={"diff": command})
        for more in ([], ["--json"]):
            output = CliRunner().invoke(main, ["diff", "old.db", "new.db", *more]).output
            assert "[31mred" in output
            assert not {"\x1b", "\u202e"} & set(output)

    def test_a_missing_file_is_one_line(self, tmp_path: Path) -> None:
        main = Main(commands={"diff": command})
        result = CliRunner().invoke(main, ["diff", str(tmp_path / "a.db"), str(tmp_path / "b.db")])
        assert result.exit_code == 1
        assert (
            result.stderr == f"Error: {tmp_path / 'a.db'}: no such database; run `kg build` first\n"
        )
