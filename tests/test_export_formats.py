"""GEXF, Turtle and Parquet: everything comes back, and hostile text stays text."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import rdflib
from graphs import CCT, CIFAR, SCRIPT_ID, TOP1, VIT, paper, tiny_graph
from hostile import HOSTILE, hostile_graph
from rdflib.namespace import PROV, RDF, SDO, SKOS, XSD

from kg.errors import KgError
from kg.export import export, flat
from kg.export.flat import clean
from kg.export.rows import rows_of
from kg.export.turtle import BASE, TERMS

KG = rdflib.Namespace(f"{BASE}term:")


@pytest.fixture(name="G", params=["tiny", "hostile"])
def graph(request: pytest.FixtureRequest) -> nx.MultiDiGraph:
    return tiny_graph() if request.param == "tiny" else hostile_graph()


def named(node: str) -> rdflib.URIRef:
    return rdflib.URIRef(BASE + node)


# GEXF


def read_gexf(path: Path) -> nx.MultiDiGraph:
    return nx.read_gexf(path, version="1.3")


def test_networkx_reads_all_of_gexf(G: nx.MultiDiGraph, tmp_path: Path) -> None:
    [path] = export(G, tmp_path / "g.gexf")
    H = read_gexf(path)
    assert (len(H), H.size()) == (len(G), G.size())
    with rows_of(G) as rows:
        nodes, edges = list(flat.nodes(rows)), list(flat.edges(rows))
    for (_, expected), (_, found) in zip(nodes, H.nodes(data=True), strict=True):
        assert found == expected
    in_order = sorted(H.edges(data=True), key=lambda edge: int(edge[2]["id"]))
    for (*_, expected), (*_, found) in zip(edges, in_order, strict=True):
        assert found == {**expected, "label": expected["relation"], "id": found["id"]}


def test_networkx_reads_the_same_nodes_and_edges_of_gexf(tmp_path: Path) -> None:
    G = tiny_graph()
    H = read_gexf(export(G, tmp_path / "g.gexf")[0])
    assert list(H) == sorted(G)
    assert sorted(H.edges(keys=True)) == sorted(G.edges(keys=True))
    assert H.nodes["paper:seed-01"]["year"] == 2021


def test_gexf_keeps_edges_of_several_relations_apart(tmp_path: Path) -> None:
    text = export(tiny_graph(), tmp_path / "g.gexf")[0].read_text(encoding="utf-8")
    for relation in ("uses", "compared_with"):
        assert f'source="{CCT}" target="{VIT}" label="{relation}" kind="{relation}"' in text


def test_gexf_of_an_empty_graph(tmp_path: Path) -> None:
    assert len(read_gexf(export(nx.MultiDiGraph(), tmp_path / "g.gexf")[0])) == 0


def test_gexf_of_a_bare_graph(tmp_path: Path) -> None:
    G = nx.MultiDiGraph()
    G.add_edge("a\x01", "b", key="uses")
    H = read_gexf(export(G, tmp_path / "g.gexf")[0])
    assert list(H.edges(data="label")) == [("a\ufffd", "b", "uses")]
    assert H.nodes["b"]["label"] == "b"


# Turtle


@pytest.fixture
def triples(tmp_path: Path) -> rdflib.Graph:
    return turtle(tiny_graph(), tmp_path)


def turtle(G: nx.MultiDiGraph, folder: Path) -> rdflib.Graph:
    [path] = export(G, folder / "g.ttl")
    return rdflib.Graph().parse(path, format="turtle")


def test_turtle_has_entities_as_concepts(triples: rdflib.Graph) -> None:
    cct = named(CCT)
    assert triples.value(cct, RDF.type) == KG.Method
    assert triples.value(KG.Method, rdflib.RDFS.subClassOf) == SKOS.Concept
    assert triples.value(cct, SKOS.prefLabel) == rdflib.Literal("CCT")
    aliases = {str(text) for text in triples.objects(cct, SKOS.altLabel)}
    assert aliases == set(tiny_graph().nodes[CCT]["aliases"])
    assert triples.value(cct, KG.papers) == rdflib.Literal(2)
    assert triples.value(cct, KG.firstYear) == rdflib.Literal("2021", datatype=XSD.gYear)


def test_turtle_has_papers_as_articles(triples: rdflib.Graph) -> None:
    article, expected = named("paper:seed-01"), paper("seed-01")
    assert triples.value(article, RDF.type) == SDO.ScholarlyArticle
    assert str(triples.value(article, SDO.name)) == expected.title
    assert str(triples.value(article, SDO.abstract)) == expected.abstract
    authors = {triples.value(who, SDO.name) for who in triples.objects(article, SDO.author)}
    assert set(map(str, authors)) == set(expected.authors)
    assert str(triples.value(triples.value(article, SDO.isPartOf), SDO.name)) == expected.venue
    assert {str(each) for each in triples.objects(article, SDO.identifier)} == {
        f"doi:{expected.doi}",
        f"arXiv:{expected.arxiv_id}",
    }


def test_turtle_has_a_statement_for_each_edge(triples: rdflib.Graph) -> None:
    G = tiny_graph()
    statements = set(triples.subjects(RDF.type, RDF.Statement))
    assert len(statements) == G.size()
    for statement in statements:
        parts = [
            triples.value(statement, part) for part in (RDF.subject, RDF.predicate, RDF.object)
        ]
        assert tuple(parts) in triples
    found = [
        statement
        for statement in triples.subjects(RDF.subject, named(CCT))
        if (statement, RDF.object, named(CIFAR)) in triples
    ]
    [statement] = found
    edge = G.edges[CCT, CIFAR, "evaluated_on"]
    assert triples.value(statement, RDF.predicate) == KG.evaluatedOn
    assert triples.value(statement, KG.papers).toPython() == 2
    assert triples.value(statement, KG.evidence).toPython() == len(edge["evidence"])
    assert triples.value(statement, KG.confidence).toPython() == edge["confidence"]
    papers = set(triples.objects(statement, PROV.wasDerivedFrom))
    assert papers == {named("paper:seed-01"), named("paper:seed-02")}
    best = edge["evidence"][1]
    assert str(triples.value(statement, KG.sentence)) == best.sentence
    assert triples.value(statement, KG.sentencePaper) == named(f"paper:{best.paper}")
    assert triples.value(statement, KG.start).toPython() == best.start


def test_turtle_has_numbers(triples: rdflib.Graph) -> None:
    [statement] = triples.subjects(KG.value, rdflib.Literal("97.1-98.2%"))
    assert triples.value(statement, RDF.object) == named(TOP1)
    assert triples.value(statement, KG.number).toPython() == 97.1
    assert triples.value(statement, KG.high).toPython() == 98.2
    assert triples.value(statement, KG.unit).toPython() == "%"
    assert triples.value(statement, KG.dataset) == named(CIFAR)
    assert triples.value(statement, KG.relative).toPython() is False
    assert triples.value(statement, KG.baseline) is None


def test_turtle_defines_every_term_that_it_uses(triples: rdflib.Graph) -> None:
    defined = set(triples.subjects(RDF.type, RDF.Property))
    defined |= set(triples.subjects(RDF.type, rdflib.RDFS.Class))
    used = {each for triple in triples for each in triple if str(each).startswith(KG)}
    assert used <= defined
    assert {KG[term] for term in TERMS} <= defined


def test_turtle_lets_no_text_out_of_its_quotes(tmp_path: Path) -> None:
    triples = turtle(hostile_graph(), tmp_path)
    for predicate in (SKOS.prefLabel, SDO.name, SDO.url, KG.sentence, KG.value, KG.surface):
        found = {str(text) for text in triples.objects(None, predicate)}
        assert found == set(map(clean, HOSTILE))
    names = {str(each) for triple in triples for each in triple if isinstance(each, rdflib.URIRef)}
    known = (BASE, str(RDF), str(rdflib.RDFS), str(SDO), str(SKOS), str(PROV))
    assert all(name.startswith(known) for name in names)
    assert len(set(triples.subjects(RDF.type, SDO.ScholarlyArticle))) == len(HOSTILE)
    assert len(set(triples.subjects(RDF.type, RDF.Statement))) == hostile_graph().size()


def test_turtle_names_nodes_so_that_they_can_be_read(tmp_path: Path) -> None:
    text = export(tiny_graph(), tmp_path / "g.ttl")[0].read_text(encoding="utf-8")
    assert f"\n{CCT} kg:evaluatedOn {CIFAR} .\n" in text
    assert f"<{BASE}paper:odd%2F%C3%BC%20%234> kg:proposes {SCRIPT_ID} .\n" in text


# Parquet


def read_parquet(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pytest.importorskip("pyarrow.parquet").read_table(path).to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def test_parquet_has_everything(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    G = tiny_graph()
    edge_path, node_path = export(G, tmp_path / "g.parquet")
    assert (edge_path.name, node_path.name) == ("g.parquet", "g.nodes.parquet")
    for (node, data), found in zip(
        sorted(G.nodes(data=True)), read_parquet(node_path), strict=True
    ):
        kept = {name: value for name, value in data.items() if value is not None}
        assert found == {**kept, "id": node}
    for edge, found in zip(sorted(G.edges(keys=True)), read_parquet(edge_path), strict=True):
        data = {name: value for name, value in G.edges[edge].items() if value is not None}
        data["evidence"] = [asdict(e) for e in data["evidence"]]
        if "mentions" in data:
            data["mentions"] = [{"start": start, "end": end} for start, end in data["mentions"]]
        assert found == data | dict(zip(("source", "target", "key"), edge, strict=True))


def test_parquet_keeps_hostile_text(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    _, node_path = export(hostile_graph(), tmp_path / "g.parquet")
    assert {row["label"] for row in read_parquet(node_path)} == set(map(clean, HOSTILE))


def test_without_pyarrow_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(KgError, match=r"pip install 'kg\[parquet\]'"):
        export(tiny_graph(), tmp_path / "g.parquet")
    assert not list(tmp_path.iterdir())
