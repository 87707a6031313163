"""The page as Python makes it: what is drawn, where, and that nothing in it can do harm."""

from __future__ import annotations

import base64
import copy
import gzip
import hashlib
import itertools
import json
import math
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner
from graphs import BERT, CCT, IMAGENET, SCRIPT, VIT, TinyLexicon, tiny_extractions, tiny_graph
from graphs import paper as tiny_paper
from hypothesis import given
from hypothesis import strategies as st

from kg.cli.write import view
from kg.errors import KgError, UnknownEntity
from kg.graph import confident, load_graph
from kg.query.edges import distinct, ranked
from kg.store import open_store
from kg.view import render, write_html
from kg.view.columns import integers, rows
from kg.view.core import core
from kg.view.data import links
from kg.view.layout import positions
from kg.view.network import build_network, drawing
from kg.view.render import served_page
from kg.view.rows import GraphRows
from kg.view.tables import NONE, Tables, tables


class Tags(HTMLParser):
    """Every tag with its attributes, and those of them that hold code with their text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.code: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.code.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            tag, attributes, text = self.code[-1]
            self.code[-1] = tag, attributes, text + data


def core_text(html: str) -> str:
    [text] = [text for _, attributes, text in Tags(html).code if attributes.get("id") == "core"]
    return text


def page_data(html: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(core_text(html))
    return data


def tiny_tables(G: nx.MultiDiGraph | None = None, **options: Any) -> Tables:
    return tables(GraphRows(tiny_graph() if G is None else G), **options)


def drawn_ids(found: Tables, **options: Any) -> list[str]:
    return [found.nodes[n].id for n in core(found, **options).nodes.tolist()]


def place(found: Tables, node: str) -> int:
    return [row.id for row in found.nodes].index(node)


@pytest.fixture(scope="module")
def html() -> str:
    return render(tiny_graph(), title='Hostile </title><script>x</script> & "title"')


def test_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "import hashlib, graphs; from kg.view import render;"
        "print(hashlib.sha256(render(graphs.tiny_graph()).encode()).hexdigest())"
    )
    tests = str(Path(__file__).parent)
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": tests},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert digests == {hashlib.sha256(render(tiny_graph()).encode()).hexdigest() + "\n"}


@pytest.fixture
def tiny_db(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.db"
    with open_store(path, create=True) as store:
        store.put([(tiny_paper(e.paper), e) for e in tiny_extractions()], version="1")
        store.update_graph(lexicon=TinyLexicon())
    return path


def test_a_store_gives_the_page_of_its_graph(tiny_db: Path) -> None:
    G = load_graph_of(tiny_db)
    choices: list[Any] = [{}, {"limit": 5}, {"focus": "ViT"}, {"min_confidence": 0.9}]
    for options in choices:
        with open_store(tiny_db, readonly=True) as store:
            assert render(store, **options) == render(G, **options)


def test_the_command_writes_what_render_returns(tiny_db: Path) -> None:
    page = tiny_db.with_name("page.html")
    given = ["--db", str(tiny_db), "-o", str(page), "--focus", "ViT", "--min-confidence", "0.5"]
    done = CliRunner().invoke(view, given)
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{page}\n", "")
    G = load_graph_of(tiny_db)
    assert page.read_text(encoding="utf-8") == render(
        G, title="tiny", focus="ViT", min_confidence=0.5
    )


def load_graph_of(db: Path) -> nx.MultiDiGraph:
    with open_store(db, readonly=True) as store:
        return load_graph(store)


def test_a_graph_too_large_for_a_file_leaves_its_papers_out(
    tiny_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.view.part.MOST_PAPERS", 3)
    monkeypatch.setattr("kg.view.part.MOST_ENTITIES", 5)
    page = tiny_db.with_name("page.html")
    done = CliRunner().invoke(view, ["--db", str(tiny_db), "-o", str(page)])
    assert "kg serve" in done.stderr
    data = page_data(page.read_text(encoding="utf-8"))
    assert data["counts"]["papers"] == 0
    assert data["counts"]["entities"] == 5
    assert data["note"].startswith("Of 4 papers and ")


def test_what_is_served_opens_as_the_file_does(tiny_db: Path) -> None:
    for limit in (2, 5, 200):
        with open_store(tiny_db, readonly=True) as store:
            html = page_data(render(store, limit=limit))
            served = page_data(served_page(store, title="Knowledge graph", limit=limit).html)
        assert served.pop("source") == "served"
        assert html.pop("source") == "embedded"
        assert served == html


def test_the_order_of_insertion_does_not_matter() -> None:
    G = tiny_graph()
    shuffled = nx.MultiDiGraph()
    shuffled.add_nodes_from(reversed(list(G.nodes(data=True))))
    shuffled.add_edges_from(reversed(list(G.edges(keys=True, data=True))))
    assert render(shuffled) == render(G)


def test_the_graph_is_left_as_it_was() -> None:
    G = tiny_graph()
    before = copy.deepcopy(G)
    render(G, focus=CCT)
    assert nx.utils.graphs_equal(G, before)


def test_the_policy_names_exactly_what_is_on_the_page(html: str) -> None:
    found = Tags(html)
    [policy] = [a["content"] or "" for _, a in found.tags if a.get("http-equiv")]
    rules = {name: set(rest) for name, *rest in (rule.split() for rule in policy.split(";"))}
    hashes: dict[str, set[str]] = {"script": set(), "style": set()}
    for tag, attributes, text in found.code:
        if attributes.get("type") not in ("application/json", "text/plain"):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            hashes[tag].add(f"'sha256-{digest}'")
    assert rules == {
        "default-src": {"'none'"},
        "script-src": hashes["script"],
        "style-src": hashes["style"],
        "img-src": {"data:", "blob:"},
        "base-uri": {"'none'"},
        "form-action": {"'none'"},
    }
    assert len(hashes["script"]) == 2


def test_the_page_refers_to_nothing_outside(html: str) -> None:
    for tag, attributes in Tags(html).tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert not attributes.keys() & {"src", "srcset", "action", "data", "poster"}
        href = attributes.get("href") or "#"
        assert href.startswith("#") or (tag, href) == ("link", "data:,")


def test_nothing_of_a_paper_becomes_markup(html: str) -> None:
    tags = [tag for tag, _ in Tags(html).tags]
    assert tags.count("script") == 5
    assert not {"b", "img"} & set(tags)
    assert core_text(html).isascii()
    assert not set("<>&") & set(core_text(html))
    assert SCRIPT in {node["label"] for node in page_data(html)["drawing"]["nodes"]}
    packed = [
        text for _, attributes, text in Tags(html).code if attributes.get("type") == "text/plain"
    ]
    assert len(packed) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9+/=\n]+", text) for text in packed)


def test_the_title_is_text(html: str) -> None:
    assert html.count("<title>Hostile &lt;/title&gt;&lt;script&gt;x&lt;/script&gt; &amp; ") == 1


def test_a_title_that_is_no_text_can_be_written() -> None:
    html = render(tiny_graph(), title="half \ud83d a pair")
    assert "half ? a pair" in html
    html.encode("utf-8")


def stated(found: Tables) -> dict[tuple[str, str, str], dict[str, Any]]:
    """What the tables say of each edge, its sentences as (paper, start, end, extractors)."""
    ids = [node.id for node in found.nodes]
    edges: list[dict[str, Any]] = []
    for row in zip(*found.edges.values(), strict=True):
        edges.append({**dict(zip(found.edges, map(int, row), strict=True)), "sentences": []})
    for row in zip(*found.evidence.values(), strict=True):
        e = dict(zip(found.evidence, map(int, row), strict=True))
        paper = None if e["paper"] == NONE else ids[e["paper"]]
        text = None if e["text"] == NONE else found.texts[e["text"]]
        where = (paper, e["start"], e["end"]) if text is None else text
        edges[e["edge"]]["sentences"].append((where, found.readers[e["reader"]]))
    return {(ids[e["source"]], ids[e["target"]], found.relations[e["relation"]]): e for e in edges}


@pytest.mark.parametrize("least", [0.0, 0.85, 1.0])
def test_every_edge_is_there_with_its_sentences_best_first(least: float) -> None:
    G = confident(tiny_graph(), least)
    expected: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for source, target, data in G.edges(data=True):
        expected.setdefault((source, target, data["relation"]), []).append(data)
    found = stated(tiny_tables(min_confidence=least))
    assert found.keys() == expected.keys()
    for key, same in expected.items():
        evidence = ranked(e for data in same for e in data["evidence"])
        readers: dict[tuple[str, int, int], set[str]] = {}
        for e in evidence:
            readers.setdefault((f"paper:{e.paper}", e.start, e.end), set()).add(e.extractor)
        best = [(f"paper:{e.paper}", e.start, e.end) for e in distinct(evidence)]
        assert found[key]["sentences"] == [(at, tuple(sorted(readers[at]))) for at in best]
        assert found[key]["papers"] == len({e.paper for e in evidence})
        assert found[key]["sure"] == round(1000 * max(data["confidence"] for data in same))
        years = [G.nodes[at[0]]["year"] for at in best if G.nodes[at[0]]["year"]]
        span = (min(years, default=0), max(years, default=0))
        assert (found[key]["first"], found[key]["last"]) == span


@pytest.mark.parametrize("least", [0.0, 0.85, 1.0])
def test_every_node_is_there(least: float) -> None:
    G = confident(tiny_graph(), least)
    found = tiny_tables(min_confidence=least)
    assert {(n.id, n.label, n.papers, n.first, n.last) for n in found.nodes} == {
        (node, data["label"], data["papers"], data["first_year"], data["last_year"])
        for node, data in G.nodes(data=True)
    }
    kinds = [node.kind for node in found.nodes]
    assert kinds == sorted(kinds, key=["method", "dataset", "metric", "task", "paper"].index)
    assert found.first_paper == kinds.index("paper")


def test_a_number_refers_to_its_dataset_baseline_and_paper() -> None:
    found = tiny_tables()
    [number] = [number for number in found.numbers if number.row.value == "3.5%"]
    parts = (number.dataset, number.baseline, number.paper)
    assert [found.nodes[n].id for n in parts] == [IMAGENET, VIT, "paper:seed-01"]
    assert [number.row.value for number in found.numbers if number.row.relative] == ["3.5%"]


def test_an_infinite_number_can_be_written() -> None:
    G = tiny_graph()
    for _, _, data in G.edges(data=True):
        if data["relation"] == "achieves":
            data["number"] = math.inf
    assert render(G)


def test_a_sentence_of_a_paper_that_is_not_there_is_kept() -> None:
    G = tiny_graph()
    papers = [node for node in G if node.startswith("paper:")]
    cut = G.copy()
    cut.remove_nodes_from(papers)
    assert "CCT builds on the Vision Transformer (ViT)." in tiny_tables(cut).texts
    assert render(cut)


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_numbers_are_packed_and_unpacked(values: list[int]) -> None:
    data = b"".join(
        gzip.decompress(base64.b64decode(line))
        for line in integers(np.array(values, dtype=np.int64))
    )
    found, number, shift = [], 0, 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(number)
            number, shift = 0, 0
    assert found == values


@given(st.lists(st.text(st.characters(), max_size=9), max_size=9))
def test_texts_are_packed_and_unpacked(values: list[str]) -> None:
    lines = [json.loads(gzip.decompress(base64.b64decode(line))) for line in rows(values)]
    assert [value for line in lines for value in line] == values


@pytest.mark.parametrize(
    ("paper", "urls"),
    [
        ({"url": "https://example.org/a?b=1&c=2"}, ["https://example.org/a?b=1&c=2"]),
        ({"url": "HTTP://example.org"}, ["HTTP://example.org"]),
        ({"url": "javascript:alert(1)"}, []),
        ({"url": " javascript:alert(1)//https://x"}, []),
        ({"url": "data:text/html,x"}, []),
        ({"url": "//example.org"}, []),
        ({"url": "https://[bad"}, []),
        ({"url": None, "doi": '10.1/"><b>'}, ["https://doi.org/10.1/%22%3E%3Cb%3E"]),
        ({"arxiv_id": "2104.05704"}, ["https://arxiv.org/abs/2104.05704"]),
    ],
)
def test_only_web_addresses_become_links(paper: dict[str, Any], urls: list[str]) -> None:
    assert [link["url"] for link in links(paper)] == urls


def test_pyvis_builds_the_drawing() -> None:
    G, found = tiny_graph(), tiny_tables()
    network = build_network(found, core(found, limit=300))
    nodes, edges, *_ = network.get_network_data()
    assert [node["id"] for node in nodes] == [node.id for node in found.nodes]
    assert all({"x", "y", "community"} <= node.keys() for node in nodes)
    assert {(edge["from"], edge["to"]) for edge in edges} == set(G.edges())
    data = drawing(network)
    [line] = [
        e for e in data["edges"] if (e["source"], e["target"], e["relation"]) == (CCT, VIT, "uses")
    ]
    assert line == {
        "source": CCT,
        "target": VIT,
        "relation": "uses",
        "papers": 1,
        "confidence": 0.7,
        "years": [2021, 2021],
    }
    [node] = [node for node in data["nodes"] if node["id"] == BERT]
    assert {name: node[name] for name in ("label", "kind", "papers", "years")} == {
        "label": "BERT",
        "kind": "method",
        "papers": G.nodes[BERT]["papers"],
        "years": [],
    }


def test_a_small_graph_is_drawn_whole() -> None:
    assert sorted(drawn_ids(tiny_tables(), limit=300)) == sorted(tiny_graph())


@pytest.mark.parametrize("limit", [1, 2, 5, 8, 12, 20])
def test_the_limit_holds_and_the_most_telling_come_first(limit: int) -> None:
    G = tiny_graph()
    drawn = drawn_ids(tiny_tables(), limit=limit)
    shared = {node for node, data in G.nodes(data=True) if data["papers"] > 1}
    assert 0 < len(drawn) <= limit
    assert shared <= set(drawn) or set(drawn) <= shared


@pytest.mark.parametrize("focus", [CCT, "paper:seed-03", BERT])
def test_a_focus_is_drawn_with_its_neighbours(focus: str) -> None:
    G, found = tiny_graph(), tiny_tables()
    drawn = drawn_ids(found, limit=300, focus=place(found, focus))
    assert sorted(drawn) == sorted({focus, *nx.all_neighbors(G, focus)})
    few = drawn_ids(found, limit=3, focus=place(found, focus))
    assert focus in few
    assert len(few) == 3


def test_many_papers_leave_the_drawing_to_the_entities() -> None:
    drawn = drawn_ids(tiny_tables(), limit=9)
    assert not [node for node in drawn if node.startswith("paper:")]


def field(papers: int) -> nx.MultiDiGraph:
    """Each paper names three of the methods, the first ones more often than the others."""
    G = nx.MultiDiGraph()
    named: dict[str, list[int]] = {}
    for n in range(papers):
        for k in (1, 7, 11):
            named.setdefault(f"method:{n * k % (papers // 9)}", []).append(n)
    for method, by in named.items():
        years = {"first_year": 2000 + min(by) % 9, "last_year": 2010}
        G.add_node(method, label=method[7:], kind="method", aliases=[], papers=len(by), **years)
    for n in range(papers):
        node, year = f"paper:{n}", 2000 + n % 9
        about = {"title": f"Paper {n}", "abstract": "", "authors": [], "year": year}
        G.add_node(node, label=f"Paper {n}", kind="paper", aliases=[], papers=1, **about)
        G.nodes[node].update(first_year=year, last_year=year, venue="", url="", doi="", arxiv_id="")
    for method, by in named.items():
        for n in by:
            G.add_edge(
                f"paper:{n}", method, "uses", relation="uses", weight=1, confidence=0.5, evidence=[]
            )
        for other in sorted(named)[:: 1 + int(method[7:]) % 5]:
            if other != method:
                G.add_edge(
                    method, other, "uses", relation="uses", weight=2, confidence=0.5, evidence=[]
                )
    return G


def test_many_lines_become_few_that_join_all() -> None:
    found = tiny_tables(field(900))
    drawn = core(found, limit=60)
    H = nx.Graph()
    H.add_nodes_from(drawn.nodes.tolist())
    ends = (found.edges[end][drawn.edges].tolist() for end in ("source", "target"))
    H.add_edges_from(zip(*ends, strict=True))
    assert nx.is_connected(H)
    assert H.number_of_edges() < 3 * len(H) < len(drawn.ties)


def test_a_focus_may_be_a_name() -> None:
    assert page_data(render(tiny_graph(), focus="ViT"))["focus"] == VIT
    with pytest.raises(UnknownEntity, match="Vision Transfromer"):
        render(tiny_graph(), focus="Vision Transfromer")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "G",
    [
        nx.empty_graph(0),
        nx.empty_graph(1),
        nx.empty_graph(2),
        nx.empty_graph(30),
        nx.path_graph(2),
        nx.complete_graph(3),
        nx.star_graph(60),
        nx.disjoint_union_all([nx.path_graph(4)] * 12),
        nx.barabasi_albert_graph(120, 2, seed=1),
    ],
    ids=lambda G: f"{len(G)}-{G.size()}",
)
def test_boxes_stand_apart(G: nx.Graph) -> None:
    boxes = {node: (40.0 + 60 * (node % 3), 30.0 + 10 * (node % 2)) for node in G}
    at = positions(G, boxes)
    assert list(at) == list(G)
    for u, v in itertools.combinations(G, 2):
        dx, dy = abs(at[u].x - at[v].x), abs(at[u].y - at[v].y)
        width, height = ((boxes[u][i] + boxes[v][i]) / 2 for i in (0, 1))
        # A fiftieth of a box is not seen.
        assert dx >= 0.98 * width - 1 or dy >= 0.98 * height - 1, (u, v)
    assert positions(G, boxes) == at


def test_communities_stand_apart() -> None:
    G = nx.disjoint_union_all([nx.complete_graph(8)] * 3)
    G.add_edges_from([(0, 8), (8, 16)])
    at = positions(G, dict.fromkeys(G, (50.0, 30.0)))
    assert [len({at[n].community for n in range(k, k + 8)}) for k in (0, 8, 16)] == [1, 1, 1]
    within = [math.dist(at[u][:2], at[v][:2]) for u, v in itertools.combinations(range(8), 2)]
    across = [math.dist(at[u][:2], at[v][:2]) for u in range(8) for v in range(8, 16)]
    assert sum(within) / len(within) < sum(across) / len(across) / 1.5


def test_the_file_is_whole_or_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "field.html"
    monkeypatch.chdir(tmp_path)
    write_html(tiny_graph(), page, title="Field")
    assert page.read_text(encoding="utf-8") == render(tiny_graph(), title="Field")
    with pytest.raises(UnknownEntity):
        write_html(tiny_graph(), page, focus="nobody")
    assert "<title>Field</title>" in page.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [page]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(KgError, match=re.escape("cannot write")):
        write_html(tiny_graph(), tmp_path / "none" / "field.html")
