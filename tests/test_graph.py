from __future__ import annotations

import copy
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from graphs import (
    BERT,
    CCT,
    CIFAR,
    IC,
    IMAGENET,
    PARAMS,
    SENTENCES,
    TOP1,
    VIT,
    TinyLexicon,
    paper,
    tiny_extractions,
    tiny_graph,
)

from kg.errors import KgError, UnknownEntity
from kg.graph import confident, load_graph, load_igraph, neighbourhood, open_graph
from kg.model import (
    ACHIEVES,
    NODE_KINDS,
    PAPER_RELATIONS,
    RELATIONS,
    VARIANT_OF,
    Evidence,
    Extraction,
)
from kg.store import open_store
from kg.store.connection import Connection


def stored(path: Path, extractions: list[Extraction]) -> Path:
    """The database of the papers of `SENTENCES` and these extractions of them."""
    with open_store(path, create=True) as store:
        store.put(zip(map(paper, SENTENCES), extractions, strict=True), version="1")
        store.update_graph(lexicon=TinyLexicon())
    return path


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(tmp_path_factory.mktemp("graph") / "kg.db", tiny_extractions())


def test_the_stored_graph_is_the_one_drawn_by_hand(db: Path) -> None:
    G, expected = open_graph(db), tiny_graph()
    assert dict(G.nodes(data=True)) == dict(expected.nodes(data=True))
    assert {e[:3]: e[3] for e in G.edges(keys=True, data=True)} == {
        e[:3]: e[3] for e in expected.edges(keys=True, data=True)
    }


def test_nodes_and_edges_come_in_sorted_order(db: Path) -> None:
    G = open_graph(db)
    assert list(G) == sorted(G)
    for node in G:
        assert list(G.adj[node]) == sorted(G.adj[node])
    with open_store(db, readonly=True) as store:
        order = [(edge.source, edge.target, edge.key) for edge in store.edges()]
    assert order == sorted(order)


def test_edges_join_the_kinds_that_the_schema_allows(db: Path) -> None:
    G = open_graph(db)
    allowed = {(relation, *kinds) for relation, kinds in RELATIONS.items()}
    allowed |= {(relation, "paper", kind) for (kind, _), relation in PAPER_RELATIONS.items()}
    allowed |= {(ACHIEVES, "method", "metric"), (ACHIEVES, "paper", "metric")}
    allowed |= {(VARIANT_OF, kind, kind) for kind in ("method", "dataset")}
    kind = G.nodes(data="kind")
    assert {(r, kind[u], kind[v]) for u, v, r in G.edges(data="relation")} <= allowed
    assert {kind[node] for node in G} == set(NODE_KINDS)


def test_evidence_is_the_text_at_its_offsets(db: Path) -> None:
    for _, _, edge in open_graph(db).edges(data=True):
        for shown in edge["evidence"]:
            assert paper(shown.paper).text[shown.start : shown.end] == shown.sentence


@pytest.mark.parametrize("node", [CCT, IC, "paper:odd/ü #4", "paper:seed-03"])
@pytest.mark.parametrize("hops", [0, 1, 2, 3])
def test_neighbourhood_is_the_ego_graph(db: Path, node: str, hops: int) -> None:
    with open_store(db, readonly=True) as store:
        G = neighbourhood(store, node, hops=hops)
        whole = nx.ego_graph(load_graph(store), node, hops, undirected=True)
    assert dict(G.nodes(data=True)) == dict(whole.nodes(data=True))
    assert sorted(G.edges(keys=True)) == sorted(whole.edges(keys=True))


def test_neighbourhood_of_an_unknown_node(db: Path) -> None:
    with open_store(db, readonly=True) as store, pytest.raises(UnknownEntity, match="method:nix"):
        neighbourhood(store, "method:nix")


def test_neighbourhood_and_lookup_scan_no_table(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, tuple[Any, ...]]] = []
    rows = Connection.rows

    def record(self: Connection, sql: str, *values: Any) -> Iterator[Any]:
        asked.append((sql, values))
        return rows(self, sql, *values)

    monkeypatch.setattr(Connection, "rows", record)
    with open_store(db, readonly=True) as store:
        neighbourhood(store, CCT, hops=2)
        assert store.lookup("vision-transformers") == ["method:visiontransformer"]
    tables = ("node", "edge", "paper", "evidence", "alias", "naming", "number", "extraction")
    with closing(sqlite3.connect(db)) as raw:
        for sql, values in asked:
            steps = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            assert not [step for step in steps for table in tables if step == f"SCAN {table}"], sql
    assert asked


def edges_of(G: nx.MultiDiGraph) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {(u, v, key): data for u, v, key, data in G.edges(keys=True, data=True)}


def without_doubt(extraction: Extraction, least: float) -> Extraction:
    """The extraction without the evidence that is less sure."""

    def sure(facts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            replace(f, evidence=tuple(e for e in f.evidence if e.confidence >= least))
            for f in facts
        )

    parts: dict[str, Any] = {
        name: sure(getattr(extraction, name)) for name in ("entities", "relations", "results")
    }
    return replace(extraction, **parts)


@pytest.mark.parametrize("least", [0.0, 0.5, 0.55, 0.65, 0.75, 0.8, 0.85])
def test_confident_is_what_had_been_stored_without_the_rest(
    db: Path, tmp_path: Path, least: float
) -> None:
    extractions = [without_doubt(extraction, least) for extraction in tiny_extractions()]
    expected = open_graph(stored(tmp_path / "sure.db", extractions))
    expected.remove_nodes_from(
        [node for node in nx.isolates(expected) if not node.startswith("paper:")]
    )
    G = open_graph(db, min_confidence=least)
    assert list(G.nodes(data=True)) == list(expected.nodes(data=True))
    assert edges_of(G) == edges_of(expected)
    assert list(edges_of(G)) == list(edges_of(expected))


def test_confident_leaves_the_graph_as_it_was() -> None:
    G = tiny_graph()
    before = copy.deepcopy(G)
    H = confident(G, 0.65)
    for _, data in (*H.nodes(data=True), *((edge, data) for *edge, data in H.edges(data=True))):
        data.clear()
    assert nx.utils.graphs_equal(G, before)


def test_evidence_is_dropped_row_by_row() -> None:
    edge = CCT, CIFAR, "evaluated_on"
    whole, sure = (confident(tiny_graph(), least).edges[edge] for least in (0.6, 0.65))
    assert [(e.paper, e.confidence) for e in whole["evidence"]] == [
        ("seed-01", 0.6),
        ("seed-02", 0.7),
    ]
    assert (whole["weight"], whole["confidence"]) == (2, 0.7)
    assert [e.paper for e in sure["evidence"]] == ["seed-02"]
    assert (sure["weight"], sure["confidence"]) == (1, 0.7)


def test_a_paper_counts_once_however_many_extractors_agree() -> None:
    G = nx.MultiDiGraph()
    G.add_nodes_from([CCT, VIT], kind="method")
    rows = [("a", "model", 0.9), ("a", "rules", 0.9), ("b", "model", 0.6), ("c", "rules", 0.2)]
    seen = [Evidence(paper_id, 0, 7, "It is.", by, sure) for paper_id, by, sure in rows]
    edge = {"relation": "uses", "weight": 3, "confidence": 0.9, "evidence": seen}
    G.add_edge(CCT, VIT, "uses", **edge)
    left = confident(G, 0.5).edges[CCT, VIT, "uses"]
    assert left == {**edge, "weight": 2, "evidence": seen[:3]}


@pytest.mark.parametrize(
    ("node", "least", "papers", "years"),
    [
        (CCT, 0.7, 2, (2021, 2023)),
        (CCT, 0.75, 1, (2021, 2021)),
        (VIT, 0.5, 3, (2021, 2024)),
        (VIT, 0.6, 2, (2023, 2024)),
        (VIT, 0.75, 1, (2024, 2024)),
        (BERT, 0.8, 1, (None, None)),
    ],
)
def test_papers_and_years_count_what_is_left(
    node: str, least: float, papers: int, years: tuple[int | None, int | None]
) -> None:
    data = confident(tiny_graph(), least).nodes[node]
    assert (data["papers"], (data["first_year"], data["last_year"])) == (papers, years)
    same = ("label", "kind", "aliases", "short", "long")
    assert [data[name] for name in same] == [tiny_graph().nodes[node][name] for name in same]


def test_entities_go_with_their_last_edge_and_papers_stay() -> None:
    G = tiny_graph()
    papers = [node for node in G if node.startswith("paper:")]
    assert set(G) - set(confident(G, 0.65)) == {PARAMS}
    assert list(confident(G, 0.95)) == papers
    assert confident(G, 0.95).size() == 0


def test_what_a_paper_calls_an_entity_stays() -> None:
    edge = "paper:seed-01", CCT, "proposes"
    left = confident(tiny_graph(), 0.8).edges[edge]
    assert left == tiny_graph().edges[edge]
    assert left["mentions"]


@pytest.mark.parametrize(("least", "ends"), [(0.8, ("", VIT)), (0.9, ("", "")), (0.5, None)])
def test_a_number_does_not_refer_to_what_is_gone(
    least: float, ends: tuple[str, str] | None
) -> None:
    G = tiny_graph()
    edge = CCT, TOP1, f"achieves:3.5%@{IMAGENET}#seed-01~{VIT}"
    G.edges[edge]["evidence"] = [replace(e, confidence=0.95) for e in G.edges[edge]["evidence"]]
    G.remove_edge("paper:seed-03", IMAGENET, "evaluates_on")
    G.remove_edge("method:scaleawaremodulation", IMAGENET, "evaluated_on")
    H = confident(G, least)
    number = H.edges[edge]
    assert (number["dataset"], number["baseline"]) == (ends or (IMAGENET, VIT))
    assert H.nodes[TOP1]["papers"] == (3 if ends is None else 0)


def test_igraph_has_the_same_nodes_and_edges(seed_db: Path) -> None:
    with open_store(seed_db, readonly=True) as store:
        G, H = load_graph(store), load_igraph(store)
    assert H.vs["name"] == sorted(G)
    assert H.vs["papers"] == [G.nodes[node]["papers"] for node in sorted(G)]
    names = H.vs["name"]
    found = [
        (names[e.source], names[e.target], e["relation"], e["weight"], e["confidence"])
        for e in H.es
    ]
    expected = [
        (source, target, data["relation"], data["weight"], data["confidence"])
        for source, target, data in G.edges(data=True)
    ]
    assert sorted(found) == sorted(expected)


def test_igraph_is_an_extra(seed_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "igraph", None)
    with (
        open_store(seed_db, readonly=True) as store,
        pytest.raises(KgError, match=r"pip install 'kg\[igraph\]'"),
    ):
        load_igraph(store)
