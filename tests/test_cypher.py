"""Questions in Cypher: the right rows, the same ones in every run, and one line for an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from click.testing import CliRunner, Result
from graphs import CCT, CIFAR, IC, SAM_ANY, SCRIPT_ID, TOP1, VIT, evidence, tiny_graph

from kg.cli import Main
from kg.cli.cypher import cypher as command
from kg.errors import InputError, KgError
from kg.query.cypher import cypher

pytest.importorskip("grandcypher")


@pytest.fixture(name="G", scope="module")
def graph() -> nx.MultiDiGraph:
    return tiny_graph()


def column(rows: list[dict[str, Any]], name: str | None = None) -> list[Any]:
    """One column of the answer, sorted; the first without a name."""
    return sorted(row[name or next(iter(row))] for row in rows)


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("MATCH (m)-[:evaluated_on]->(d) WHERE d.label = 'CIFAR-10' RETURN m.id", [CCT, VIT]),
        ('MATCH (m)-[:evaluated_on]->(d {label: "CIFAR-10"}) RETURN m.id', [CCT, VIT]),
        ("MATCH (m)-[:evaluated_on]->(d {id: 'dataset:cifar10'}) RETURN m.id", [CCT, VIT]),
        ("MATCH (m)-[:evaluated_on]->(:dataset {label: 'CIFAR-10'}) RETURN m.id", [CCT, VIT]),
        ("MATCH (d)<-[r]-(m) WHERE d.label = 'CIFAR-10' AND m.papers > 2 RETURN m.id", [VIT]),
        ("MATCH (m:method)-[:used_for]->(t) RETURN m.id", [CCT, SAM_ANY, VIT]),
        ("MATCH (p:paper)-[:proposes|uses]->(m) WHERE m.label = 'CCT' RETURN p.year", [2021, 2023]),
        ("MATCH (m:method) WHERE m.aliases CONTAINS 'ViT' RETURN m.id", [VIT]),
        ("MATCH (m) WHERE m.first_year = 2021 AND m.kind = 'task' RETURN m.id", [IC]),
        ("MATCH (a)-[:uses*1..2]->(b:method) WHERE a.label = 'CCT' RETURN b.id", [VIT]),
        ("MATCH (p)-[a:achieves]->(x) WHERE p.kind = 'paper' RETURN a.value", ["85.0%"]),
        ("MATCH (m)-[a:achieves]->(x) WHERE a.number > 98 AND a.unit = '%' RETURN a.value", []),
        ("MATCH (m:method) WHERE m.label = 'no such' RETURN m.id", []),
        ("match (m:method) where m.label starts with 'B' return m.label;", ["BERT"]),
    ],
)  # fmt: skip
def test_rows(G: nx.MultiDiGraph, query: str, answer: list[Any]) -> None:
    assert column(cypher(G, query)) == sorted(answer)


def test_an_edge_has_its_relation_and_its_best_sentence(G: nx.MultiDiGraph) -> None:
    query = "MATCH (m)-[r]->(d {label: 'CIFAR-10'}) WHERE m.label = 'CCT' RETURN type(r), r"
    (row,) = cypher(G, query)
    assert row["type(r)"] == "evaluated_on"
    assert row["r"] == {
        "relation": "evaluated_on",
        "weight": 2,
        "confidence": 0.7,
        "sentence": evidence("seed-02", 2).sentence,
    }


def test_a_node_is_its_attributes(G: nx.MultiDiGraph) -> None:
    (row,) = cypher(G, "MATCH (d:dataset) WHERE d.label = 'CIFAR-10' RETURN d")
    assert row["d"] == {"id": CIFAR, **G.nodes[CIFAR]}


def test_parallel_edges_are_rows_of_their_own(G: nx.MultiDiGraph) -> None:
    query = "MATCH (m {label: 'CCT'})-[a:achieves]->(x {id: 'metric:top1accuracy'}) RETURN a.value"
    assert column(cypher(G, query)) == ["3.5%", "97.1-98.2%", "98%"]
    assert len(G[CCT][TOP1]) == 4  # measured_by is the fourth


def test_either_side_of_or_is_enough(G: nx.MultiDiGraph) -> None:
    query = (
        "MATCH (m:method)-[:evaluated_on]->(d) "
        "WHERE d.label = 'CIFAR-10' OR m.label = 'SAM (Scale-Aware Modulation)' RETURN m.label"
    )
    assert column(cypher(G, query)) == ["CCT", "SAM (Scale-Aware Modulation)", "Vision Transformer"]


@pytest.mark.parametrize("tail", ["", " LIMIT 2", " ORDER BY n DESC LIMIT 2", " limit 2;"])
def test_a_limit_is_applied_after_counting(G: nx.MultiDiGraph, tail: str) -> None:
    query = "MATCH (m)-[:evaluated_on]->(d:dataset) RETURN d.label, count(m) AS n" + tail
    counts = {row["d.label"]: row["n"] for row in cypher(G, query, limit=3)}
    truth = {"CIFAR-10": 2, "ImageNet-1K": 2}
    assert len(counts) == (2 if tail else 3)
    assert all(counts[label] == truth.get(label, 1) for label in counts)


def test_a_limit_is_applied_after_distinct(G: nx.MultiDiGraph) -> None:
    query = "MATCH (m)-[:evaluated_on]->(d:dataset) RETURN DISTINCT d.label"
    assert len(cypher(G, query, limit=4)) == 4


def test_a_limit_is_applied_after_joining_patterns(G: nx.MultiDiGraph) -> None:
    query = "MATCH (p:paper) MATCH (m:method) WHERE p.year = m.first_year RETURN p.id, m.id"
    assert len(cypher(G, query, limit=1)) == 1


def test_the_limit_of_the_query_wins(G: nx.MultiDiGraph) -> None:
    query = "MATCH (m)-[r]->(d) RETURN m.id"
    assert len(cypher(G, query, limit=5)) == 5
    assert len(cypher(G, query + " LIMIT 7", limit=5)) == 7


def test_quotes_and_keywords_in_a_string_are_text() -> None:
    G = nx.MultiDiGraph()
    label = """it's "a.label = 'x'" LIMIT 1 )--( \\ MATCH"""
    G.add_node("method:x", label=label, kind="method", papers=1, aliases=[])
    written = [json.dumps(label), "'" + label.replace("\\", "\\\\").replace("'", "\\'") + "'"]
    for literal in written:
        assert cypher(G, f"MATCH (m) WHERE m.label = {literal} RETURN m.id") == [
            {"m.id": "method:x"}
        ]


def test_hostile_names_are_values(G: nx.MultiDiGraph) -> None:
    rows = cypher(G, f"MATCH (m {{id: '{SCRIPT_ID}'}}) RETURN m.label")
    assert rows == [{"m.label": "<script>alert(1)</script>"}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "the query ends too early; it is MATCH ... WHERE ... RETURN ..."),
        ("MATCH (m", "the query ends too early; it is MATCH ... WHERE ... RETURN ..."),
        ("MATCH (m) RETRN m", "cannot read the query from 'RETRN m' on"),
        ("MATCH (m) RETURN x.label", "grand-cypher cannot answer this: Unknown entity name"),
        ("MATCH (m)--(d) RETURN m", "each edge needs one direction: -[r]-> or <-[r]-"),
        ("MATCH (m)<-[r:uses]->(d) RETURN m", "each edge needs one direction: -[r]-> or <-[r]-"),
        (r"MATCH (m) WHERE m.label = '\x1' RETURN m", r"cannot read the string '\x1'"),
        ("MATCH (m) RETURN COLLECT(m)", "COLLECT(m) needs a property, as in COLLECT(m.label)"),
        ("MATCH (m)-[*1..999]->(d) RETURN m", "grand-cypher cannot answer this: max hop is caped"),
        ("MATCH (m) RETURN DISTINCT m", "grand-cypher cannot answer this: unhashable type: 'dict'"),
    ],
)  # fmt: skip
def test_errors_are_one_line(G: nx.MultiDiGraph, query: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        cypher(G, query)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_the_graph_stays_as_it_is(G: nx.MultiDiGraph) -> None:
    cypher(G, "MATCH (m)-[r]->(d) RETURN m, r, d")
    assert nx.utils.graphs_equal(G, tiny_graph())


def test_rows_are_the_same_in_every_run() -> None:
    code = (
        "from graphs import tiny_graph; from kg.query.cypher import cypher; G = tiny_graph();"
        "print(cypher(G, 'MATCH (a)-[r]->(b)-[s]->(c)<-[t]-(a) RETURN a.id, b.id, c.id', limit=5),"
        "cypher(G, 'MATCH (a)-[r]->(b) RETURN a.id, b.id', limit=5))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1


def test_without_the_library_it_says_how_to_get_it(
    G: nx.MultiDiGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "grandcypher", None)
    with pytest.raises(KgError, match=r"^grand-cypher is missing: pip install 'kg\[cypher\]'$"):
        cypher(G, "MATCH (m) RETURN m.id")


class TestCommand:
    @pytest.fixture
    def run(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
        monkeypatch.setattr("kg.graph.open_graph", lambda db, **_: tiny_graph())
        main = Main(commands={"cypher": command})
        return lambda *args: CliRunner().invoke(main, ["cypher", *args])

    def test_it_prints_a_table(self, run: Callable[..., Result]) -> None:
        result = run("MATCH (m:method)-[r]->(d {label: 'CIFAR-10'}) RETURN m, m.papers, r")
        assert result.exit_code == 0
        rows = [line.split("  ") for line in result.stdout.splitlines()]
        cells = [[cell.strip() for cell in row if cell] for row in rows]
        assert cells == [
            ["m", "m.papers", "r"],
            ["CCT", "2", "evaluated_on"],
            ["Vision Transformer", "3", "evaluated_on"],
        ]

    def test_json(self, run: Callable[..., Result]) -> None:
        result = run("MATCH (d:dataset) WHERE d.papers > 1 RETURN d.label, d.papers", "--json")
        assert json.loads(result.stdout) == [
            {"d.label": "CIFAR-10", "d.papers": 2},
            {"d.label": "ImageNet-1K", "d.papers": 2},
        ]

    def test_a_cut_answer_says_so(self, run: Callable[..., Result]) -> None:
        result = run("MATCH (m:method) RETURN m.label", "--limit", "2")
        assert len(result.stdout.splitlines()) == 3
        assert "The first 2 rows" in result.stderr

    def test_no_match_names_the_labels(self, run: Callable[..., Result]) -> None:
        result = run("MATCH (m:Model) RETURN m.label")
        assert (result.exit_code, result.stdout) == (0, "")
        assert "paper, method, dataset, metric, task" in result.stderr

    def test_an_error_is_one_line(self, run: Callable[..., Result]) -> None:
        result = run("MATCH (m) RETRN m")
        assert result.exit_code == 1
        assert result.stderr == "Error: cannot read the query from 'RETRN m' on\n"
