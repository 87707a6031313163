"""The page as Python makes it: what is drawn, where, and that nothing in it can do harm."""

from __future__ import annotations

import base64
import copy
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
import pytest
from graphs import BERT, CCT, IMAGENET, SCRIPT, VIT, tiny_graph

from kg.errors import KgError, UnknownEntity
from kg.model import NODE_KINDS
from kg.query.edges import neighbours
from kg.view import render, write_html
from kg.view.core import core
from kg.view.data import island, links
from kg.view.layout import positions
from kg.view.network import SHAPES, build_network


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


def island_text(html: str) -> str:
    [text] = [text for _, attributes, text in Tags(html).code if "id" in attributes]
    return text


def page_data(html: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(island_text(html))
    return data


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
        if attributes.get("type") != "application/json":
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
    assert len(hashes["script"]) == len(hashes["style"]) == 2


def test_the_page_refers_to_nothing_outside(html: str) -> None:
    for tag, attributes in Tags(html).tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert not attributes.keys() & {"src", "srcset", "action", "data", "poster"}
        assert "href" not in attributes or (tag, attributes["href"]) == ("link", "data:,")


def test_nothing_of_a_paper_becomes_markup(html: str) -> None:
    tags = [tag for tag, _ in Tags(html).tags]
    assert tags.count("script") == 3
    assert not {"b", "i", "img"} & set(tags)
    assert island_text(html).isascii()
    assert not set("<>&") & set(island_text(html))
    assert SCRIPT in {node["label"] for node in page_data(html)["nodes"]}


def test_the_title_is_text(html: str) -> None:
    assert html.count("<title>Hostile &lt;/title&gt;&lt;script&gt;x&lt;/script&gt; &amp; ") == 1


def test_every_edge_is_on_the_page_with_its_sentences(html: str) -> None:
    G = tiny_graph()
    data = page_data(html)
    nodes = data["nodes"]

    def sentence(place: int) -> str:
        cut = data["sentences"][place]
        return str(nodes[cut["paper"]]["text"][cut["start"] : cut["end"]])

    found = sorted(
        (
            nodes[edge["source"]]["id"],
            nodes[edge["target"]]["id"],
            edge["relation"],
            edge["papers"],
            sorted(map(sentence, edge["sentences"])),
        )
        for edge in data["edges"]
    )
    assert found == sorted(
        (u, v, d["relation"], d["weight"], sorted(e.sentence for e in d["evidence"]))
        for u, v, d in G.edges(data=True)
    )


def test_a_number_refers_to_its_dataset_baseline_and_paper() -> None:
    data = island(tiny_graph())
    [edge] = [edge for edge in data["edges"] if edge.get("value") == "3.5%"]
    names = {part: data["nodes"][edge[part]]["id"] for part in ("dataset", "baseline", "paper")}
    assert names == {"dataset": IMAGENET, "baseline": VIT, "paper": "paper:seed-01"}
    assert [edge["value"] for edge in data["edges"] if edge.get("relative")] == ["3.5%"]


def test_an_infinite_number_is_left_out() -> None:
    G = tiny_graph()
    for _, _, data in G.edges(data=True):
        if data["relation"] == "achieves":
            data["number"] = math.inf
    assert not [edge for edge in page_data(render(G))["edges"] if "number" in edge]


def test_a_sentence_of_a_paper_that_is_not_there_is_kept() -> None:
    G = tiny_graph()
    papers = [node for node in G if node.startswith("paper:")]
    cut = G.copy()
    cut.remove_nodes_from(papers)
    texts = {sentence["text"] for sentence in island(cut)["sentences"]}
    assert "CCT builds on the Vision Transformer (ViT)." in texts


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
    G = tiny_graph()
    network = build_network(G, sorted(G))
    nodes, edges, *_, options = network.get_network_data()
    assert [node["id"] for node in nodes] == sorted(G)
    for node in nodes:
        assert node["group"] == G.nodes[node["id"]]["kind"]
        assert node["shape"] == SHAPES[node["group"]]
        assert isinstance(node["x"], int)
        assert isinstance(node["y"], int)
    assert {(edge["from"], edge["to"]) for edge in edges} == set(G.edges())
    [line] = [edge for edge in edges if (edge["from"], edge["to"]) == (CCT, VIT)]
    assert line["relations"] == ["compared_with", "uses"]
    assert json.loads(options)["physics"] == {"enabled": False}


def test_kinds_differ_in_shape() -> None:
    assert set(SHAPES) == set(NODE_KINDS)
    assert len(set(SHAPES.values())) == len(NODE_KINDS)


def test_what_more_papers_name_is_larger() -> None:
    nodes = {node["id"]: node for node in build_network(tiny_graph(), [BERT, CCT, VIT]).nodes}
    sizes = [nodes[node]["size"] for node in (BERT, CCT, VIT)]
    fonts = [nodes[node]["font"]["size"] for node in (BERT, CCT, VIT)]
    assert sizes == sorted(set(sizes))
    assert fonts == sorted(set(fonts))


def test_a_small_graph_is_drawn_whole() -> None:
    assert core(tiny_graph(), limit=300) == sorted(tiny_graph())


@pytest.mark.parametrize("limit", [1, 2, 5, 8, 12, 20])
def test_the_limit_holds_and_the_most_telling_come_first(limit: int) -> None:
    G = tiny_graph()
    drawn = core(G, limit=limit)
    shared = {node for node, data in G.nodes(data=True) if data["papers"] > 1}
    assert 0 < len(drawn) <= limit
    assert shared <= set(drawn) or set(drawn) <= shared


@pytest.mark.parametrize("focus", [CCT, "paper:seed-03", BERT])
def test_a_focus_is_drawn_with_its_neighbours(focus: str) -> None:
    G = tiny_graph()
    assert core(G, limit=300, focus=focus) == sorted({focus, *neighbours(G, focus)})
    assert focus in core(G, limit=3, focus=focus)
    assert len(core(G, limit=3, focus=focus)) == 3


def test_many_papers_leave_the_drawing_to_the_entities() -> None:
    G = tiny_graph()
    kinds = {G.nodes[node]["kind"] for node in core(G, limit=9)}
    assert "paper" not in kinds


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
        dx, dy = abs(at[u][0] - at[v][0]), abs(at[u][1] - at[v][1])
        width, height = ((boxes[u][i] + boxes[v][i]) / 2 for i in (0, 1))
        # A fiftieth of a box is not seen.
        assert dx >= 0.98 * width - 1 or dy >= 0.98 * height - 1, (u, v)
    assert positions(G, boxes) == at


def test_neighbours_stand_nearer_than_strangers() -> None:
    G = nx.disjoint_union(nx.complete_graph(8), nx.complete_graph(8))
    G.add_edge(0, 8)
    at = positions(G, dict.fromkeys(G, (50.0, 30.0)))
    within = [math.dist(at[u], at[v]) for u, v in itertools.combinations(range(8), 2)]
    across = [math.dist(at[u], at[v]) for u in range(8) for v in range(8, 16)]
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
