"""The page for everyone: by keyboard, by ear, on a small screen, without motion, as a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import Opener, skip_without_chromium
from graphs import CCT, tiny_graph
from page import CENTRED, choose, core, expect_drawn, heading, spot, state, tiny_html, until
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
skip_without_chromium()

#: axe-core 4.14.1 (https://github.com/dequelabs/axe-core), MPL-2.0: see axe.LICENSE.txt.
AXE = Path(__file__).parent / "data" / "axe.min.js"
SMALL = {"width": 390, "height": 844}


def serious(page: Page) -> list[tuple[str, str, list[str]]]:
    """What axe finds on the page that is serious or critical."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        (violation["id"], violation["help"], [node["html"] for node in violation["nodes"]])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, SMALL], ids=["wide", "small"])
def test_axe_finds_nothing_serious(open_page: Opener, scheme: str, size: dict[str, int]) -> None:
    page = open_page(tiny_html(), bypass_csp=True, color_scheme=scheme, viewport=size)
    expect(heading(page)).to_be_visible()
    assert serious(page) == []
    choose(page, "CCT")
    expect(heading(page)).to_have_text("CCT")
    page.locator("#card .toggle").first.click()
    page.locator("#card .toggle").last.click()
    page.locator("#filters summary").click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator("#table tbody tr").first).to_be_visible()
    assert serious(page) == []
    page.goto(page.url.partition("#")[0] + f"#path={CCT}&path=dataset:cifar10")
    expect(page.locator("#card .kind")).to_have_text("Path")
    assert serious(page) == []


def test_the_keyboard_alone_will_do(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("vit")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Vision Transformer")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "CIFAR-10":
            break
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("CIFAR-10")


def test_arrow_keys_walk_through_the_drawing(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash=f"{CENTRED}&node={CCT}")
    expect(heading(page)).to_have_text("CCT")
    page.locator("#search").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "drawing":
            break
    spoken = page.locator("#spoken")
    expect(spoken).to_have_text("CCT, method, 2 papers, 2021–2023, 8 links")
    labels = {node["label"]: node["id"] for node in core(page)["drawing"]["nodes"]}
    _, y = spot(page, CCT)
    page.keyboard.press("ArrowUp")
    expect(spoken).not_to_contain_text("CCT, method")
    label = next(name for name in labels if spoken.inner_text().startswith(f"{name}, "))
    assert spot(page, labels[label])[1] < y
    x, _ = spot(page, labels[label])
    page.keyboard.press("ArrowLeft")
    expect(spoken).not_to_contain_text(f"{label}, ")
    label = next(name for name in labels if spoken.inner_text().startswith(f"{name}, "))
    assert spot(page, labels[label])[0] < x
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(label)
    expect(page.locator("#drawing")).to_be_focused()


def test_the_keyboards_place_in_the_drawing_is_seen(page: Page) -> None:
    canvas = page.locator("#drawing canvas")
    before = canvas.screenshot()
    page.locator("#drawing").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    first = canvas.screenshot()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    assert len({before, first, canvas.screenshot()}) == 3
    expect(page.locator("#drawing")).to_have_css("outline-style", "solid")


def test_keys_in_the_drawing_do_what_the_menu_does(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash=f"#node={CCT}")
    expect(heading(page)).to_have_text("CCT")
    page.locator("#drawing").focus()
    page.keyboard.press("f")
    expect_drawn(page, 9)
    page.keyboard.press("f")
    expect_drawn(page, 17)
    page.keyboard.press("i")
    expect(page.get_by_role("button", name="Unpin")).to_be_visible()
    page.keyboard.press("p")
    expect(page.locator(".chip.picking")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    expect_drawn(page, 16)


def test_what_is_for_the_eye_has_a_name_for_the_ear(page: Page) -> None:
    choose(page, "CCT")
    expect(heading(page)).to_have_text("CCT")
    for role in ("banner", "navigation", "main", "complementary", "search"):
        assert page.get_by_role(role).count() == 1, role
    expect(page.get_by_role("application", name="Drawing of the graph")).to_be_visible()
    names = page.locator("button, a, input, summary").evaluate_all(
        "all => all.map(c => (c.ariaLabel || c.labels?.[0]?.textContent || c.textContent).trim())"
    )
    assert len(names) > 60
    assert all(names)
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_list_holds_what_the_drawing_holds(page: Page) -> None:
    G = tiny_graph()
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator("#drawing")).to_be_hidden()
    table = page.get_by_role("table", name="The nodes that are shown")
    names = table.locator("tbody th").all_inner_texts()
    assert sorted(names) == sorted(label for _, label in G.nodes(data="label"))
    page.locator("#kinds label", has_text="Papers").click()
    expect(table.locator("tbody tr")).to_have_count(13)
    assert state(page)["view"] == ["list"]
    table.get_by_role("link", name="BERT").click()
    expect(heading(page)).to_have_text("BERT")
    expect(table.locator("tr.chosen th")).to_have_text("BERT")
    page.locator("#tab-links").click()
    edges = [e for e in core(page)["drawing"]["edges"] if not e["source"].startswith("paper:")]
    rows = page.get_by_role("table", name="The links that are shown").locator("tbody tr")
    expect(rows).to_have_count(len(edges))
    rows.filter(has_text="compared with").first.get_by_role("link", name="compared with").click()
    expect(page.locator("#card .kind")).to_have_text("Link")
    page.get_by_role("button", name="Drawing", exact=True).click()
    expect(page.locator("#drawing canvas")).to_be_visible()
    expect_drawn(page, 13)


def test_the_list_sorts_by_any_column(page: Page) -> None:
    page.get_by_role("button", name="List", exact=True).click()
    table = page.locator("#table")
    papers = table.get_by_role("columnheader", name="Papers")
    expect(papers).to_have_attribute("aria-sort", "descending")

    def column(n: int) -> list[str]:
        return table.locator(f"tbody tr > :nth-child({n})").all_inner_texts()

    numbers = [int(text) for text in column(3)]
    assert numbers == sorted(numbers, reverse=True)
    papers.get_by_role("button").click()
    expect(papers).to_have_attribute("aria-sort", "ascending")
    numbers = [int(text) for text in column(3)]
    assert numbers == sorted(numbers)
    name = table.get_by_role("columnheader", name="Name")
    name.get_by_role("button").press("Enter")
    expect(name).to_have_attribute("aria-sort", "ascending")
    expect(name.get_by_role("button")).to_be_focused()
    latin = [text.lower() for text in column(1) if text[0].isascii() and text[0].isalpha()]
    assert latin == sorted(latin)
    # What has no year comes last whichever way.
    year = table.get_by_role("columnheader", name="First year")
    for _ in range(2):
        year.get_by_role("button").click()
        assert column(4)[-1] == ""


def test_on_a_small_screen_the_card_is_a_sheet_from_below(open_page: Opener) -> None:
    page = open_page(tiny_html(), viewport=SMALL, has_touch=True)
    card = page.locator("#card")
    expect(heading(page)).to_have_text("Start here")
    strip = card.bounding_box()
    assert strip
    assert strip["y"] > 650
    choose(page, "CCT")
    expect(heading(page)).to_have_text("CCT")
    half = card.bounding_box()
    assert half
    assert 300 < half["height"] < 420
    page.get_by_role("button", name="Fold the card up or down").tap()
    tall = card.bounding_box()
    assert tall
    assert tall["height"] > 550
    page.get_by_role("button", name="Close the card").tap()
    expect(heading(page)).to_have_text("Start here")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for control in page.locator("header button:visible, nav label:visible, summary:visible").all():
        box = control.bounding_box()
        assert box
        assert box["height"] >= 24


def test_filters_are_within_reach_on_a_small_screen(open_page: Opener) -> None:
    page = open_page(tiny_html(), viewport=SMALL)
    page.locator("#filters summary").click()
    panel = page.locator("#filters .panel").bounding_box()
    assert panel
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= 390
    page.get_by_role("slider", name="Confidence of a link").fill("0.8")
    expect(page.locator("#filters-set")).to_have_text("1")


COUNT_VIEWS = """() => {
  const context = CanvasRenderingContext2D.prototype;
  const translate = context.translate;
  window.views = new Set();
  context.translate = function (x, y) {
    window.views.add(`${x} ${y}`);
    translate.call(this, x, y);
  };
}"""


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_glides_for_those_who_want_no_motion(open_page: Opener, motion: str) -> None:
    page = open_page(tiny_html(), reduced_motion=motion)
    expect(heading(page)).to_be_visible()
    page.evaluate(COUNT_VIEWS)
    choose(page, "BERT")
    expect(page.locator("#status")).to_contain_text("of BERT")
    if motion == "reduce":
        page.wait_for_timeout(900)
        assert page.evaluate("window.views.size") <= 3
    else:
        until(page, "window.views.size > 10")
