"""Exports: everything comes back, hostile text stays text, equal graphs give equal bytes."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import pytest
from graphs import CCT, CIFAR, FORMULA, FORMULA_ID, TOP1, VIT, tiny_graph
from hostile import HOSTILE, hostile_graph
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KgError, UnknownFormat
from kg.export import WRITERS, export, flat
from kg.export.csv import EDGE_COLUMNS, NODE_COLUMNS
from kg.export.files import replacing
from kg.export.flat import Scalar, clean, scalars
from kg.export.rows import rows_of
from kg.model import Evidence

#: Parquet needs an extra.
FORMATS = [name for name in WRITERS if name != "parquet" or find_spec("pyarrow")]


@pytest.fixture(name="G", params=["tiny", "hostile"])
def graph(request: pytest.FixtureRequest) -> nx.MultiDiGraph:
    return tiny_graph() if request.param == "tiny" else hostile_graph()


def nodes(G: nx.MultiDiGraph) -> list[tuple[str, dict[str, Scalar]]]:
    with rows_of(G) as rows:
        return list(flat.nodes(rows))


def edges(G: nx.MultiDiGraph) -> list[tuple[str, str, str, dict[str, Scalar]]]:
    with rows_of(G) as rows:
        return list(flat.edges(rows))


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True, default=str))


def xml_rows(G: nx.MultiDiGraph) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The attributes of all nodes and edges that a GraphML file has to hold."""
    node_rows = [{"name": data["label"], **data} for _, data in nodes(G)]
    edge_rows = [
        {"key": clean(key), "interaction": data["relation"], "label": data["relation"], **data}
        for _, _, key, data in edges(G)
    ]
    return node_rows, edge_rows


@pytest.mark.parametrize("name", ["graphml", "yed"])
def test_networkx_reads_all_of_graphml(G: nx.MultiDiGraph, tmp_path: Path, name: str) -> None:
    [path] = export(G, tmp_path / f"g.{name}")
    H = nx.read_graphml(path, force_multigraph=True)
    assert (len(H), H.size()) == (len(G), G.size())
    node_rows, edge_rows = xml_rows(G)
    assert in_order([*H.nodes.values()]) == in_order(node_rows)
    assert in_order([d for *_, d in H.edges(data=True)]) == in_order(edge_rows)
    for _, data in [*H.nodes(data=True), *((e[:2], e[2]) for e in H.edges(data=True))]:
        assert {type(value) for value in data.values()} <= {str, int, float, bool}


def test_networkx_reads_the_same_edges(tmp_path: Path) -> None:
    G = tiny_graph()
    [path] = export(G, tmp_path / "g.graphml")
    H = nx.read_graphml(path, force_multigraph=True)
    assert set(H) == set(G)
    assert sorted((u, v, d["key"]) for u, v, d in H.edges(data=True)) == sorted(G.edges(keys=True))
    assert H.nodes[CCT]["aliases"] == "Compact Convolutional Transformer"
    assert H.nodes[CCT]["papers"] == 2
    [on_cifar] = H.get_edge_data(CCT, CIFAR).values()
    best = G.edges[CCT, CIFAR, "evaluated_on"]["evidence"][1]
    assert on_cifar["papers"] == "seed-01|seed-02"
    assert on_cifar["sentence"] == best.sentence
    assert (on_cifar["sentence_paper"], on_cifar["start"], on_cifar["end"]) == (
        "seed-02",
        best.start,
        best.end,
    )
    assert (on_cifar["extractor"], on_cifar["confidence"]) == ("hand", 0.7)


@pytest.mark.parametrize("name", ["graphml", "yed"])
def test_igraph_reads_all_of_graphml(G: nx.MultiDiGraph, tmp_path: Path, name: str) -> None:
    [path] = export(G, tmp_path / f"g.{name}")
    H = igraph.Graph.Read_GraphML(str(path))
    assert H.is_directed()
    assert (H.vcount(), H.ecount()) == (len(G), G.size())
    assert len(set(H.vs["id"])) == len(G)
    node_rows, edge_rows = xml_rows(G)
    for rows, found in ((node_rows, H.vs), (edge_rows, H.es)):
        for name in {name for row in rows for name in row}:
            # What has no value comes as "", NaN or False.
            expected = [row[name] for row in rows if row.get(name, "") not in ("", False)]
            values = [value for value in found[name] if value not in ("", False) and value == value]
            assert sorted(values) == sorted(expected)


def test_graphml_keeps_ids_apart_that_cleaning_makes_equal(tmp_path: Path) -> None:
    G = nx.MultiDiGraph()
    for text in ("a\x01", "a\x02", "a\ufffd"):
        G.add_node(f"paper:{text}", label=text, kind="paper")
    G.add_edge("paper:a\x01", "paper:a\x02", key="uses", relation="uses")
    [path] = export(G, tmp_path / "g.graphml")
    H = nx.read_graphml(path, force_multigraph=True)
    assert list(H) == ["paper:a\ufffd~1", "paper:a\ufffd~2", "paper:a\ufffd"]
    assert list(H.edges()) == [("paper:a\ufffd~1", "paper:a\ufffd~2")]


def test_graphml_edges_have_ids_of_their_own(G: nx.MultiDiGraph, tmp_path: Path) -> None:
    [path] = export(G, tmp_path / "g.graphml")
    ids = re.findall(r'<edge id="(\w+)"', path.read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids)) == G.size()


def test_graphml_declares_each_name_once_with_one_type(tmp_path: Path) -> None:
    G = nx.MultiDiGraph()
    G.add_node("method:a", label="a", kind="method", whole=1, mixed=1, odd=True, huge=1 << 70)
    G.add_node("method:b", label="b", kind="method", whole=2, mixed=0.5, odd=2, nothing=None)
    [path] = export(G, tmp_path / "g.graphml")
    keys = re.findall(
        r'<key id="(\w+)" for="(\w+)" attr.name="(\w+)" attr.type="(\w+)"', path.read_text()
    )
    assert len({key[0] for key in keys}) == len({key[1:3] for key in keys}) == len(keys)
    types = {name: kind for _, scope, name, kind in keys if scope == "node"}
    assert types == {
        **dict.fromkeys(("kind", "label", "name", "odd", "huge"), "string"),
        "mixed": "double",
        "whole": "long",
    }


def test_graphml_has_what_gephi_cytoscape_and_neo4j_look_for(tmp_path: Path) -> None:
    [path] = export(tiny_graph(), tmp_path / "g.graphml")
    text = path.read_text(encoding="utf-8")
    assert f'<node id="{CCT}" labels=":Method">' in text
    assert re.search(rf'<edge id="e\d+" source="{CCT}" target="{VIT}" label="COMPARED_WITH">', text)
    H = nx.read_graphml(path, force_multigraph=True)
    assert all(data["name"] == data["label"] for data in H.nodes.values())
    assert all(d["interaction"] == d["label"] == d["relation"] for *_, d in H.edges(data=True))
    assert "yfiles" not in text


def test_yed_gets_label_blocks(tmp_path: Path) -> None:
    [path] = export(tiny_graph(), tmp_path / "g.graphml", format="yed")
    text = path.read_text(encoding="utf-8")
    assert text.count("<y:NodeLabel>") == len(tiny_graph())
    assert "<y:NodeLabel>&lt;script&gt;" in text


def test_json_comes_back_equal(tmp_path: Path) -> None:
    G = tiny_graph()
    [path] = export(G, tmp_path / "g.json")
    H = nx.node_link_graph(json.loads(path.read_text(encoding="utf-8")), edges="edges")
    for *_, data in H.edges(data=True):
        data["evidence"] = [Evidence(**e) for e in data["evidence"]]
        if "mentions" in data:
            data["mentions"] = [tuple(m) for m in data["mentions"]]
    assert isinstance(H, nx.MultiDiGraph)
    assert nx.utils.graphs_equal(G, H)


def test_json_is_strict_and_sorted(tmp_path: Path) -> None:
    [path] = export(hostile_graph(), tmp_path / "g.json")

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    def checked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert [name for name, _ in pairs] == sorted(name for name, _ in pairs)
        return dict(pairs)

    data = json.loads(path.read_bytes(), parse_constant=refuse, object_pairs_hook=checked)
    H = nx.node_link_graph(data, edges="edges")
    assert set(H.edges(keys=True)) == set(hostile_graph().edges(keys=True))
    assert {H.nodes[node]["label"] for node in H} == set(HOSTILE)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_csv_has_a_row_for_each_edge_and_node(tmp_path: Path) -> None:
    G = tiny_graph()
    edge_path, node_path = export(G, tmp_path / "g.csv")
    assert (edge_path.name, node_path.name) == ("g.csv", "g.nodes.csv")
    edge_rows, node_rows = table(edge_path), table(node_path)
    assert list(edge_rows[0]) == list(EDGE_COLUMNS)
    assert list(node_rows[0]) == list(NODE_COLUMNS)
    assert [(r["source"], r["target"], r["key"]) for r in edge_rows] == sorted(G.edges(keys=True))
    assert [row["id"] for row in node_rows] == sorted(G)
    [row] = [r for r in edge_rows if r["source"] == CCT and r["value"] == "98%"]
    assert (row["target_label"], row["number"], row["dataset"]) == ("top-1 accuracy", "98.0", CIFAR)
    assert (row["papers"], row["confidence"], row["weight"]) == ("seed-01", "0.6", "1")
    assert {r["relative"] for r in edge_rows if r["value"] == "3.5%"} == {"True"}
    assert row["sentence"].startswith("With 0.28M parameters")
    assert (row["target"], row["high"]) == (TOP1, "")


def test_csv_has_every_attribute_of_the_schema() -> None:
    G = tiny_graph()
    assert {name for _, data in nodes(G) for name in data} <= set(NODE_COLUMNS)
    assert {name for *_, data in edges(G) for name in data} <= set(EDGE_COLUMNS)


def test_csv_neutralises_formulas(tmp_path: Path) -> None:
    _, node_path = export(tiny_graph(), tmp_path / "g.csv")
    [row] = [row for row in table(node_path) if row["id"] == FORMULA_ID]
    assert row["label"] == f"'{FORMULA}"
    for path in export(hostile_graph(), tmp_path / "h.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file, strict=True) for cell in row]
        assert not [cell for cell in cells if cell and cell[0] in "=+-@\t\r"]


@pytest.mark.parametrize(
    ("value", "kept"),
    [("-3.5", True), ("+2.1%", True), ("-1,200", True), ("+2.1 points", False), ("-2+3", False)],
)
def test_csv_numbers_stay_numbers(tmp_path: Path, value: str, kept: bool) -> None:
    G = tiny_graph()
    key = next(key for key in G[CCT][TOP1] if key.startswith("achieves:98%"))
    G.edges[CCT, TOP1, key].update(value=value, number=-3.5)
    [row] = [r for r in table(export(G, tmp_path / "g.csv")[0]) if r["key"] == key]
    assert row["value"] == (value if kept else f"'{value}")
    assert row["number"] == "-3.5"


def test_csv_is_rfc_4180(tmp_path: Path) -> None:
    for path in export(tiny_graph(), tmp_path / "g.csv"):
        content = path.read_bytes()
        assert content.count(b"\r\n") == content.count(b"\n")
        assert content.endswith(b"\r\n")


@given(
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.floats() | st.text())
)
def test_scalars_are_text_numbers_or_truth_values(attributes: dict[str, Any]) -> None:
    plain = scalars(attributes)
    assert set(plain) <= set(attributes)
    assert {type(value) for value in plain.values()} <= {str, int, float, bool}
    "".join(value for value in plain.values() if isinstance(value, str)).encode("utf-8")


def test_equal_graphs_give_equal_bytes(tmp_path: Path) -> None:
    G = tiny_graph()
    turned = nx.MultiDiGraph()
    turned.add_nodes_from(reversed(list(G.nodes(data=True))))
    turned.add_edges_from(reversed(list(G.edges(keys=True, data=True))))
    for name in FORMATS:
        written = export(G, tmp_path / f"a.{name}"), export(turned, tmp_path / f"b.{name}")
        for one, other in zip(*written, strict=True):
            assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("seed", ["0", "1"])
def test_bytes_do_not_change_from_run_to_run(tmp_path: Path, seed: str) -> None:
    code = (
        "import sys; from graphs import tiny_graph; from kg.export import export\n"
        "for name in sys.argv[2:]: export(tiny_graph(), f'{sys.argv[1]}/run.{name}')"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *FORMATS],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=Path(__file__).parent,
        check=True,
    )
    for name in FORMATS:
        here = export(tiny_graph(), tmp_path / f"here.{name}")
        there = [path.with_name(path.name.replace("here", "run")) for path in here]
        assert [p.read_bytes() for p in here] == [p.read_bytes() for p in there]


@pytest.mark.parametrize("name", ["field.docx", "field", "field.graphml.bak"])
def test_an_unknown_format_lists_the_known(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownFormat, match="csv, gexf, graphml, json, parquet, ttl, yed"):
        export(tiny_graph(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_the_format_overrides_the_suffix(tmp_path: Path) -> None:
    [path] = export(tiny_graph(), tmp_path / "data.txt", format="JSON")
    assert json.loads(path.read_text())["multigraph"] is True


@pytest.mark.parametrize("name", FORMATS)
def test_a_failed_export_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    written = export(tiny_graph(), tmp_path / f"g.{name}")
    before = {path: path.read_bytes() for path in written}

    def fail(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KgError, match="No space left"):
        export(hostile_graph(), tmp_path / f"g.{name}")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", FORMATS)
def test_a_graph_that_cannot_be_written_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    written = export(tiny_graph(), tmp_path / f"g.{name}")
    before = {path: path.read_bytes() for path in written}
    broken = tiny_graph()
    last = max(broken.edges(keys=True))
    broken.edges[last]["evidence"] = [object()]
    with pytest.raises((AttributeError, TypeError)):
        export(broken, tmp_path / f"g.{name}")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_error_names_the_path(tmp_path: Path) -> None:
    with pytest.raises(KgError, match=r"cannot write .*missing"):
        export(tiny_graph(), tmp_path / "missing" / "g.json")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "target.txt"
    target.write_text("old")
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    with replacing(link) as file:
        file.write("new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_text, encoding="utf-8")
        with replacing(pipe) as file:
            file.write("new")
        assert read.result() == "new"
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_device_stays_a_device() -> None:
    assert export(tiny_graph(), os.devnull, format="json") == [Path(os.devnull)]
    assert Path(os.devnull).is_char_device()


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(KgError, match=r"cannot write .*directory"):
        export(tiny_graph(), tmp_path, format="json")
