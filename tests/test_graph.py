from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from graphs import CCT, IC, SENTENCES, TinyLexicon, paper, tiny_extractions, tiny_graph

from kg.errors import UnknownEntity
from kg.graph import load_graph, neighbourhood, open_graph
from kg.model import ACHIEVES, NODE_KINDS, PAPER_RELATIONS, RELATIONS
from kg.resolve import resolve
from kg.store import open_store
from kg.store.connection import Connection


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "kg.db"
    with open_store(path, create=True) as store:
        store.put(zip(map(paper, SENTENCES), tiny_extractions(), strict=True), version="1")
        store.write_graph(resolve(store.extractions(), lexicon=TinyLexicon()))
    return path


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
