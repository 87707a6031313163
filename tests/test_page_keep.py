"""What is kept of the page: an address that restores it, files of what is shown, paper."""

from __future__ import annotations

import csv
import io
import re
import struct
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from browser import Opener, skip_without_chromium
from graphs import CCT, CIFAR, FORMULA, SCRIPT, tiny_graph
from page import (
    METHOD_BLUE,
    action,
    around,
    choose,
    core,
    drawn,
    expect_drawn,
    heading,
    pixels,
    state,
    status,
    tiny_html,
)
from playwright.sync_api import Page, expect

from kg.view import render

pytestmark = pytest.mark.browser
skip_without_chromium()

Save = Callable[[Page, str], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Presses a button of the export menu, and gives the file that it saves."""

    def press(page: Page, name: str) -> Path:
        page.locator("#export summary").click()
        with page.expect_download() as saved:
            page.get_by_role("button", name=name).click()
        path = tmp_path / saved.value.suggested_filename
        saved.value.save_as(path)
        return path

    return press


def test_a_bookmark_restores_everything(open_page: Opener) -> None:
    page = open_page(tiny_html())
    choose(page, "BERT")
    action(page, "Pin").click()
    choose(page, "Prompts for")
    action(page, "Hide").click()
    choose(page, "CIFAR-10")
    action(page, "Focus on it").click()
    page.get_by_role("button", name="2 hops").click()
    page.locator("#kinds label", has_text="Tasks").click()
    page.locator("#filters summary").click()
    page.get_by_role("slider", name="Confidence of a link").fill("0.5")
    page.get_by_role("checkbox", name="Used for").uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("slider", name="To year").press("ArrowLeft")
    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("button", name="Zoom in").click()
    page.locator("#drawing").hover()
    page.mouse.wheel(0, -120)
    expect(page).to_have_url(re.compile("years=2021-2023.*at="))
    names = {"node", "focus", "hops", "pin", "hide", "move", "without", "norelation", "sure"}
    assert names | {"years", "theme", "at"} <= state(page).keys()

    again = open_page(tiny_html(), hash=page.url[page.url.index("#") :])
    expect(heading(again)).to_have_text("CIFAR-10")
    expect_drawn(again, *drawn(page))
    assert status(again) == status(page)
    assert state(again) == state(page)
    expect(again.locator("#where")).to_have_text(
        page.locator("#where").inner_text(), use_inner_text=True
    )
    expect(again.locator("#years-shown")).to_have_text("2021–2023")
    expect(again.locator("#min-confidence-shown")).to_have_text("≥ 0.50")
    expect(again.get_by_role("checkbox", name="Tasks")).not_to_be_checked()
    seen = pixels(page, METHOD_BLUE["dark"])
    assert abs(pixels(again, METHOD_BLUE["dark"]) - seen) < seen / 20


def test_back_undoes_a_step_and_not_each_turn_of_a_filter(page: Page) -> None:
    choose(page, "CIFAR-10")
    action(page, "Focus on it").click()
    expect_drawn(page, len(around(CIFAR)))
    page.locator("#kinds label", has_text="Papers").click()
    expect_drawn(page, len(around(CIFAR)) - 2)
    page.go_back()
    expect_drawn(page, 17)
    expect(heading(page)).to_have_text("CIFAR-10")
    page.go_forward()
    expect_drawn(page, len(around(CIFAR)) - 2)


@pytest.mark.parametrize(
    "address",
    [
        "#hops=99&sure=x&papers=-1&years=a-b&view=hologram&theme=red&at=1,2",
        "#node=%00&focus=no:such&path=no:such&path=method:bert&pin=%E2%80%AE&move=@@@",
        "#line=method:bert&line=no:such&more=no:such&hide=no:such&route=9",
        "#__proto__=1&constructor=2&%ff=%fe&&&==",
    ],
)
def test_a_broken_address_does_no_harm(open_page: Opener, address: str) -> None:
    page = open_page(tiny_html(), hash=address)
    expect(heading(page)).to_be_visible()
    choose(page, "CCT")
    expect(heading(page)).to_have_text("CCT")


def test_graphml_of_what_is_shown_reads_back(page: Page, save: Save) -> None:
    page.locator("#kinds label", has_text="Papers").click()
    expect_drawn(page, 13)
    path = save(page, "Graph (GraphML)")
    assert path.name == "small-images.graphml"
    H = nx.read_graphml(path, force_multigraph=True)
    G = tiny_graph()
    assert set(H) == {node for node, kind in G.nodes(data="kind") if kind != "paper"}
    assert {H.nodes[node]["label"] for node in H} == {G.nodes[node]["label"] for node in H}
    assert H.nodes[CCT]["papers"] == 2
    assert (H.nodes[CCT]["first_year"], H.nodes[CCT]["last_year"]) == (2021, 2023)
    assert isinstance(H.nodes[CCT]["x"], float)
    shown = [e for e in core(page)["drawing"]["edges"] if e["source"] in H and e["target"] in H]
    assert sorted((u, v, d["relation"], d["weight"]) for u, v, d in H.edges(data=True)) == sorted(
        (e["source"], e["target"], e["relation"], e["papers"]) for e in shown
    )


def test_control_characters_do_not_break_the_files(open_page: Opener, save: Save) -> None:
    G = tiny_graph()
    G.nodes[CIFAR]["label"] = "bell\x07 & <tag> \ud800 end"
    page = open_page(render(G))
    H = nx.read_graphml(save(page, "Graph (GraphML)"))
    assert H.nodes[CIFAR]["label"] == "bell\ufffd & <tag> \ufffd end"
    ElementTree.parse(save(page, "Drawing (SVG)"))


def test_tables_of_what_is_shown_hold_no_formula(page: Page, save: Save) -> None:
    nodes = list(csv.DictReader(io.StringIO(save(page, "Nodes (CSV)").read_text("utf-8"))))
    assert len(nodes) == 17
    by_id = {row["id"]: row for row in nodes}
    assert by_id["dataset:cmdccalca0"]["label"] == f"'{FORMULA}"
    assert by_id[CCT] == {
        "id": CCT,
        "label": "CCT",
        "kind": "method",
        "papers": "2",
        "first_year": "2021",
        "last_year": "2023",
    }
    links = list(csv.DictReader(io.StringIO(save(page, "Links (CSV)").read_text("utf-8"))))
    assert len(links) == len(core(page)["drawing"]["edges"])
    assert {row["source_label"] for row in links} >= {"CCT", SCRIPT}
    assert not [
        cell for row in [*nodes, *links] for cell in row.values() if cell[:1] in "=+-@" and cell
    ]


def test_a_picture_as_svg(page: Page, save: Save) -> None:
    choose(page, "CCT")
    expect(heading(page)).to_have_text("CCT")
    root = ElementTree.parse(save(page, "Drawing (SVG)")).getroot()
    svg = "{http://www.w3.org/2000/svg}"
    shapes = [*root.iter(f"{svg}circle"), *root.iter(f"{svg}polygon")]
    assert len(shapes) == 17
    assert {shape.findtext(f"{svg}title") for shape in shapes} >= {SCRIPT, FORMULA, "CCT"}
    assert len(list(root.iter(f"{svg}line"))) == drawn(page)[1]
    assert "CCT" in {"".join(text.itertext()) for text in root.iter(f"{svg}text")}
    assert root.find(f".//{svg}script") is None


def test_a_picture_as_png(page: Page, save: Save) -> None:
    data = save(page, "Picture (PNG)").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert width > 600
    assert height > 400
    assert len(data) > 10_000


def test_on_paper_the_card_is_whole_and_the_controls_are_gone(page: Page) -> None:
    choose(page, "CCT")
    expect(heading(page)).to_have_text("CCT")
    page.emulate_media(media="print")
    for gone in ("#search", ".tools", "nav", ".zoom", "#card .actions"):
        expect(page.locator(gone)).to_be_hidden()
    for there in ("h1", "#drawing canvas", "#card h2", "#card table"):
        expect(page.locator(there).first).to_be_visible()
    card = page.locator("#card")
    assert card.evaluate("card => card.scrollHeight <= card.clientHeight + 1")
    assert page.evaluate("getComputedStyle(document.body).overflow") == "visible"


def test_printing_is_offered(page: Page) -> None:
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.locator("#export summary").click()
    page.get_by_role("button", name="Print").click()
    assert page.title() == "printed"
