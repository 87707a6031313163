"""The page in a real browser: what is seen first, and that nothing in a paper can do harm.

Every page that a test opens must stay quiet: no request but its own file, nothing on the
console, no error, no dialog.
"""

from __future__ import annotations

import re

import networkx as nx
import pytest
from browser import Opener, skip_without_chromium
from graphs import CIFAR, IC, IMAGENET, SCRIPT, SCRIPT_ID, tiny_graph
from page import (
    CENTRED,
    METHOD_BLUE,
    choose,
    core,
    drawn,
    expect_drawn,
    heading,
    pixels,
    spot,
    tiny_html,
)
from playwright.sync_api import Page, expect

from kg.view import render

pytestmark = pytest.mark.browser
skip_without_chromium()


def test_the_header_says_what_is_there(page: Page) -> None:
    assert page.title() == "Small images"
    expect(page.get_by_role("heading", level=1)).to_have_text("Small images")
    links = core(page)["counts"]["links"]
    expect(page.locator("#counts")).to_have_text(
        f"4 papers · 13 entities · {links} links · 2021–2024"
    )
    legend = page.locator("#kinds label").all_inner_texts()
    assert [" ".join(text.split()) for text in legend] == [
        "Papers 4",
        "Methods 6",
        "Datasets 4",
        "Metrics 2",
        "Tasks 1",
    ]


def test_a_hint_says_what_to_do(page: Page) -> None:
    expect(heading(page)).to_have_text("Start here")
    expect(page.locator("#card .tips")).to_contain_text("Click a node")
    page.get_by_role("button", name="all keys").click()
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_before_a_choice_the_panel_offers_where_to_start(page: Page) -> None:
    page.locator("#card").get_by_role("link", name="Vision Transformer").click()
    expect(heading(page)).to_have_text("Vision Transformer")


def test_a_small_graph_is_drawn_whole(page: Page) -> None:
    lines = {frozenset((e["source"], e["target"])) for e in core(page)["drawing"]["edges"]}
    expect_drawn(page, 17, len(lines))


def test_the_drawing_is_painted_in_the_colours_of_the_legend(page: Page) -> None:
    swatch = page.locator("#kinds .shape.method")
    red, green, blue = METHOD_BLUE["light"]
    expect(swatch).to_have_css("background-color", f"rgb({red}, {green}, {blue})")
    assert pixels(page, METHOD_BLUE["light"]) > 500


def test_dark_when_the_reader_likes_it_dark(open_page: Opener) -> None:
    page = open_page(tiny_html(), color_scheme="dark")
    assert pixels(page, METHOD_BLUE["dark"]) > 500
    expect(page.locator("body")).to_have_css("background-color", "rgb(17, 21, 26)")
    page.emulate_media(color_scheme="light")
    assert pixels(page, METHOD_BLUE["light"]) > 500


def test_dark_and_light_at_the_press_of_a_button(open_page: Opener) -> None:
    page = open_page(tiny_html())
    assert pixels(page, METHOD_BLUE["dark"]) == 0
    page.get_by_role("button", name="Light or dark").click()
    assert pixels(page, METHOD_BLUE["dark"]) > 500
    page = open_page(tiny_html(), hash=page.url[page.url.index("#") :])
    assert pixels(page, METHOD_BLUE["dark"]) > 500
    page.get_by_role("button", name="Light or dark").click()
    assert pixels(page, METHOD_BLUE["light"]) > 500


LABEL_BOXES = """(svg) => {
  const box = document.createElement("div");
  box.append(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement);
  document.body.append(box);
  const rects = [...box.querySelectorAll("text")].map((label) => label.getBoundingClientRect());
  const found = rects.map(({ left, top, right, bottom }) => [left, top, right, bottom]);
  box.remove();
  return found;
}"""


def test_no_label_lies_over_another_when_the_page_opens(open_page: Opener) -> None:
    G = crowd(160)
    page = open_page(render(G), bypass_csp=True)
    page.locator("#export summary").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Drawing (SVG)").click()
    svg = saved.value.path().read_text(encoding="utf-8")
    boxes = page.evaluate(LABEL_BOXES, svg)
    assert len(boxes) > 20
    over = [
        (a, b)
        for i, a in enumerate(boxes)
        for b in boxes[:i]
        if a[0] < b[2] - 2 and b[0] < a[2] - 2 and a[1] < b[3] - 3 and b[1] < a[3] - 3
    ]
    assert over == []


def crowd(size: int) -> nx.MultiDiGraph:
    """Tasks and methods with long names, tied in a ring with chords."""
    G = nx.MultiDiGraph()
    for i in range(size):
        kind = "task" if i % 3 else "method"
        G.add_node(
            f"{kind}:{i}",
            label=f"a name of several words {i}",
            kind=kind,
            aliases=[],
            papers=2 + i % 40,
            first_year=2020,
            last_year=2021,
            short="",
            long="",
        )
    names = list(G)
    for i, node in enumerate(names):
        for step in (1, 7, 31):
            G.add_edge(
                node,
                names[(i + step) % size],
                key="used_for",
                relation="used_for",
                weight=1 + i % 5,
                confidence=0.9,
                evidence=[],
            )
    return G


def test_hovering_shows_text_and_no_markup(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash=CENTRED)
    x, y = spot(page, SCRIPT_ID)
    page.mouse.move(x - 1, y)
    page.mouse.move(x, y)
    tip = page.locator("#tip")
    expect(tip).to_be_visible()
    assert tip.inner_text() == f"{SCRIPT}\nmethod, 1 paper"
    assert tip.locator("script").count() == 0
    page.locator("h1").hover()
    expect(tip).to_be_hidden()


def test_zooming_and_fitting(page: Page) -> None:
    at_first = pixels(page, METHOD_BLUE["light"])
    page.get_by_role("button", name="Zoom out").click()
    assert pixels(page, METHOD_BLUE["light"]) < at_first
    page.get_by_role("button", name="Show the whole drawing").click()
    assert pixels(page, METHOD_BLUE["light"]) == at_first
    page.get_by_role("button", name="Zoom in").click()
    assert pixels(page, METHOD_BLUE["light"]) > at_first


def test_a_focus_opens_its_card_and_draws_what_is_around_it(open_page: Opener) -> None:
    page = open_page(render(tiny_graph(), focus="CCT"))
    expect(heading(page)).to_have_text("CCT")
    expect(page.locator("#where")).to_contain_text("Around CCT")
    expect_drawn(page, 9)


def test_hostile_words_are_only_words(open_page: Opener) -> None:
    G = tiny_graph()
    image = "<img src=x onerror=alert(1)>"
    end = "</script><script>alert(2)</script>"
    G.nodes["paper:odd/ü #4"].update(title=end, label=end, abstract=f"{image} \u2028 {{{{7*7}}}}")
    G.nodes[CIFAR].update(label=image, aliases=["{{7*7}}", "javascript:alert(3)"])
    G.nodes[IC]["label"] = "<b>bold</b>\u202egnp.exe"
    page = open_page(render(G, title=end))
    assert page.title() == end
    scripts = page.locator("script").count()
    for node in ("paper:odd/ü #4", CIFAR, IC, SCRIPT_ID, IMAGENET):
        choose(page, G.nodes[node]["label"])
        expect(heading(page)).to_have_text(G.nodes[node]["label"])
        page.locator("#card .toggle").evaluate_all("all => all.forEach((one) => one.click())")
    page.get_by_role("button", name="List", exact=True).click()
    page.locator("#tab-links").click()
    expect(page.locator("#table")).to_contain_text(image)
    assert page.locator("img, b, iframe, object").count() == 0
    assert page.locator("script").count() == scripts
    hrefs = [link.get_attribute("href") or "" for link in page.locator("a").all()]
    assert not [href for href in hrefs if not re.match(r"#|https?://", href)]


def test_a_bad_address_of_a_paper_is_no_link(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash="#node=paper:odd/ü %234")
    expect(heading(page)).to_have_text('Hostile <b>Words</b> & "Quotes"')
    assert page.locator("#card .outward").count() == 0


def test_an_empty_graph_opens_too(open_page: Opener) -> None:
    page = open_page(render(nx.MultiDiGraph()))
    expect(heading(page)).to_have_text("Nothing to show")
    choose(page, "CCT")
    expect(page.locator("#found")).to_have_text("Nothing is called that")
    expect(page.locator("#counts")).to_have_text("0 papers · 0 entities · 0 links")
    assert drawn(page) == (0, 0)


def test_the_page_may_not_run_what_is_added_to_it(open_page: Opener) -> None:
    """The policy holds even against markup that would get past everything else."""
    page = open_page(tiny_html())
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.evaluate(
        """() => {
          const box = document.createElement("div");
          box.innerHTML = '<i onclick="document.title = 1"></i>';
          document.body.append(box);
          box.firstChild.click();
        }"""
    )
    assert page.title() == "Small images"
    assert any("Content Security Policy" in message for message in messages)
    # This once the complaint was wanted.
    open_page.watched.pop()


def test_a_damaged_page_says_so(open_page: Opener) -> None:
    whole = tiny_html()
    start = whole.index('<script type="text/plain" id="graph">')
    page = open_page(whole[:start] + whole[start:].replace("H4sI", "H4sX"))
    choose(page, "CCT")
    expect(page.locator("#status")).to_have_text("This page is damaged: the graph cannot be read.")
    # This once the complaint was wanted.
    open_page.watched.pop()


def test_a_page_that_does_not_hold_all_says_so(open_page: Opener) -> None:
    page = open_page(tiny_html().replace('id="core">{', 'id="core">{"note":"The best of it.",', 1))
    expect(page.locator("#card .note")).to_have_text("The best of it.")
