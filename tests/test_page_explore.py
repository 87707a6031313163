"""Exploring the graph on the page: focus, paths, expanding, filters, years, pins, dragging."""

from __future__ import annotations

import re

import pytest
from browser import Opener, skip_without_chromium
from graphs import CCT, CIFAR, IMAGENET, SAM_ANY, SENTENCES, TOP1, VIT, tiny_graph
from page import (
    CENTRED,
    METHOD_BLUE,
    action,
    around,
    choose,
    core,
    drawn,
    expect_drawn,
    heading,
    pixels,
    spot,
    state,
    tiny_html,
)
from playwright.sync_api import Page, expect

from kg.view import render

pytestmark = pytest.mark.browser
skip_without_chromium()


def test_focus_shows_what_is_within_one_two_or_three_hops(page: Page) -> None:
    whole = drawn(page)
    choose(page, "SAM (Segment Anything Model)")
    action(page, "Focus on it").click()
    bar = page.locator("#where")
    expect(bar).to_contain_text("Around SAM (Segment Anything Model)")
    for hops in (1, 2, 3):
        bar.get_by_role("button", name=re.compile(f"^{hops} hops?$")).click()
        expect_drawn(page, len(around(SAM_ANY, hops)))
    assert state(page)["hops"] == ["3"]
    page.get_by_role("button", name="Leave the focus").first.click()
    expect_drawn(page, *whole)
    expect(bar).to_be_hidden()


def test_a_double_click_focuses(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash=CENTRED)
    page.mouse.dblclick(*spot(page, CIFAR))
    expect(page.locator("#where")).to_contain_text("Around CIFAR-10")
    expect_drawn(page, len(around(CIFAR)))
    expect(heading(page)).to_have_text("CIFAR-10")
    page.go_back()
    expect_drawn(page, 17)


def test_a_node_is_expanded_in_place(open_page: Opener) -> None:
    page = open_page(tiny_html(limit=8))
    there = {node["id"] for node in core(page)["drawing"]["nodes"]}
    expect_drawn(page, len(there))
    assert not around(TOP1) <= there
    choose(page, "top-1 accuracy")
    missing = len(around(TOP1) - there)
    action(page, f"Draw {missing} more neighbour").click()
    expect_drawn(page, len(there | around(TOP1)))
    expect(action(page, "more neighbour")).to_have_count(0)
    # A bookmark draws them again.
    again = open_page(tiny_html(limit=8), hash=page.url[page.url.index("#") :])
    expect_drawn(again, len(there | around(TOP1)))


def test_drawing_node_by_node_ends_in_the_whole_drawing(open_page: Opener) -> None:
    G = tiny_graph()
    page = open_page(tiny_html(limit=8))
    for node in G:
        choose(page, G.nodes[node]["label"])
        expect(heading(page)).to_have_text(G.nodes[node]["label"])
        more = action(page, "more neighbour")
        if more.count():
            more.click()
            expect(more).to_have_count(0)
    expect_drawn(page, len(G))


def test_a_path_between_two_picked_nodes(page: Page) -> None:
    choose(page, "parameters")
    action(page, "Path from here to").click()
    expect(page.locator("#where")).to_contain_text("Path from parameters to … pick a node")
    choose(page, "SAM (Segment")
    card = page.locator("#card")
    expect(card.locator(".kind")).to_have_text("Path")
    assert heading(page).locator("bdi").all_inner_texts() == [
        "parameters",
        "SAM (Segment Anything Model)",
    ]
    first = card.locator(".way.lit")
    names = first.locator("li > .name").all_inner_texts()
    assert names == ["parameters", "CCT", "image classification", "SAM (Segment Anything Model)"]
    assert first.locator(".step").all_inner_texts() == [
        "measures, achieved by",
        "used for",
        "tackled with",
    ]
    quotes = first.locator("blockquote > p").all_inner_texts()
    assert SENTENCES["seed-02"][1] in quotes
    assert len(quotes) == 3
    # Nothing but the paths is drawn, and the first one stands out.
    on_paths = {name for way in card.locator(".way ol").all() for name in _names(way)}
    expect_drawn(page, len(on_paths))
    assert state(page)["path"] == ["metric:parameter", SAM_ANY]
    page.get_by_role("button", name="Leave the path").click()
    expect_drawn(page, 17)


def _names(way: object) -> list[str]:
    found: list[str] = way.locator("li > .name").all_inner_texts()  # type: ignore[attr-defined]
    return found


def test_another_path_can_be_lit_and_a_step_opened(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash=f"#path={CCT}&path={CIFAR}")
    ways = page.locator("#card .way")
    expect(ways.first).to_have_class("way lit")
    assert _names(ways.first) == ["CCT", "CIFAR-10"]
    page.get_by_role("button", name="Path 2").click()
    expect(ways.nth(1)).to_have_class("way lit")
    expect(ways.nth(1).locator("blockquote").first).to_be_visible()
    ways.nth(1).locator("li > .name").nth(1).click()
    expect(heading(page)).not_to_have_text(re.compile("CIFAR-10"))
    page.locator("#where").get_by_role("link").click()
    expect(page.locator("#card .kind")).to_have_text("Path")


def test_where_no_path_is_left_the_page_says_so(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash=f"#path={CCT}&path=method:bert")
    expect(page.locator("#card .facts")).to_contain_text("no way from one to the other")
    expect_drawn(page, 2, 0)


def test_picking_the_end_of_a_path_can_be_given_up(page: Page) -> None:
    choose(page, "CCT")
    action(page, "Path from here to").click()
    expect(page.locator(".chip.picking")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".chip.picking")).to_have_count(0)
    choose(page, "BERT")
    expect(heading(page)).to_have_text("BERT")


def test_the_legend_filters_by_kind(page: Page) -> None:
    whole = drawn(page)
    page.locator("#kinds label", has_text="Papers").click()
    expect_drawn(page, 13)
    page.locator("#kinds label", has_text="Methods").click()
    expect_drawn(page, 7, 0)
    assert pixels(page, METHOD_BLUE["light"]) == 0
    page.get_by_role("button", name="Reset the filters").click()
    expect_drawn(page, *whole)
    expect(page.get_by_role("button", name="Reset the filters")).to_have_count(0)
    page.locator("#kinds label", has_text="Papers").click()
    expect_drawn(page, 13)
    page.locator("#filters summary").click()
    page.get_by_role("button", name="Reset all filters").click()
    expect_drawn(page, *whole)


def test_what_is_chosen_is_shown_even_when_its_kind_is_not(page: Page) -> None:
    page.locator("#kinds label", has_text="Methods").click()
    expect_drawn(page, 11)
    choose(page, "CCT")
    expect(heading(page)).to_have_text("CCT")
    expect_drawn(page, 12)


def test_relations_are_listed_with_their_counts_and_can_be_filtered(page: Page) -> None:
    edges = core(page)["drawing"]["edges"]
    page.locator("#filters summary").click()
    rows = [row.split("\n") for row in page.locator("#relations label").all_inner_texts()]
    counts = {row[0]: int(row[-1]) for row in rows}
    assert counts["Evaluated on"] == sum(r == "evaluated_on" for *_, r in _relations())
    page.get_by_role("checkbox", name="Evaluated on").uncheck()
    left = [edge for edge in edges if edge["relation"] != "evaluated_on"]
    expect_drawn(page, *_sizes(left))
    expect(page.locator("#filters-set")).to_have_text("1")
    page.get_by_role("button", name="None").click()
    expect_drawn(page, 0, 0)
    expect(page.locator("#empty")).to_be_visible()
    page.get_by_role("checkbox", name="Compared with").check()
    expect_drawn(page, *_sizes([edge for edge in edges if edge["relation"] == "compared_with"]))
    page.get_by_role("button", name="All", exact=True).click()
    expect_drawn(page, 17)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="None")).to_be_hidden()


def _relations() -> set[tuple[str, str, str]]:
    return {(u, v, r) for u, v, r in tiny_graph().edges(data="relation")}


def _sizes(edges: list[dict[str, object]]) -> tuple[int, int]:
    """How many nodes these edges join, and with how many lines."""
    lines = {frozenset((edge["source"], edge["target"])) for edge in edges}
    return len({end for line in lines for end in line}), len(lines)


def test_what_is_less_sure_can_be_hidden(page: Page) -> None:
    edges = core(page)["drawing"]["edges"]
    page.locator("#filters summary").click()
    slider = page.get_by_role("slider", name="Confidence of a link")
    shown = page.locator("#min-confidence-shown")
    expect(shown).to_have_text("any")
    for least in (0.6, 0.75, 0.8):
        slider.fill(str(least))
        expect_drawn(page, *_sizes([edge for edge in edges if edge["confidence"] >= least]))
    slider.press("ArrowRight")
    expect(shown).to_have_text("≥ 0.85")
    expect_drawn(page, 0, 0)
    slider.fill("0")
    expect_drawn(page, 17)


def test_what_few_papers_name_can_be_hidden(page: Page) -> None:
    G = tiny_graph()
    page.locator("#filters summary").click()
    page.get_by_role("slider", name="Papers that name it").fill("3")
    expect(page.locator("#min-papers-shown")).to_have_text("3 or more")
    named = {node for node, data in G.nodes(data=True) if data["papers"] >= 3}
    page.locator("#kinds label", has_text="Papers").click()
    expect_drawn(page, len(named))
    assert state(page)["papers"] == ["3"]


def test_years_have_two_handles(page: Page) -> None:
    edges = core(page)["drawing"]["edges"]
    expect(page.locator("#years-shown")).to_have_text("2021–2024")
    page.get_by_role("slider", name="From year").press("End")
    expect(page.locator("#years-shown")).to_have_text("2024")
    expect_drawn(page, *_sizes([e for e in edges if e["years"] and e["years"][1] >= 2024]))
    page.get_by_role("slider", name="From year").press("Home")
    expect_drawn(page, 17)
    track = page.locator("#track").bounding_box()
    assert track
    # The right handle drawn to the left end.
    y = track["y"] + track["height"] / 2
    page.mouse.move(track["x"] + track["width"], y)
    page.mouse.down()
    page.mouse.move(track["x"] + 40, y, steps=4)
    page.mouse.move(track["x"], y, steps=4)
    page.mouse.up()
    expect(page.locator("#years-shown")).to_have_text("2021")
    expect_drawn(page, *_sizes([e for e in edges if e["years"] and e["years"][0] <= 2021]))
    assert state(page)["years"] == ["2021-2021"]


def test_years_can_be_played(page: Page) -> None:
    seen = page.locator("#years-shown")
    page.get_by_role("button", name="Play through the years").click()
    expect(seen).to_have_text("2021")
    expect(seen).to_have_text("2021–2022")
    page.get_by_role("button", name="Stop").click()
    page.wait_for_timeout(1100)
    expect(seen).to_have_text("2021–2022")


def test_hidden_nodes_go_and_come_back(page: Page) -> None:
    choose(page, "Vision Transformer")
    action(page, "Hide").click()
    expect_drawn(page, 16)
    expect(heading(page)).to_have_text("Start here")
    choose(page, "CCT")
    action(page, "Hide").click()
    expect(page.locator("#where")).to_contain_text("2 hidden")
    page.get_by_role("button", name="Show the hidden nodes again").click()
    expect_drawn(page, 17)
    assert "hide" not in state(page)


def test_what_is_hidden_is_not_walked_through(open_page: Opener) -> None:
    address = f"#path={VIT}&path=metric:parameter"
    page = open_page(tiny_html(), hash=address)
    expect(page.locator("#card .way").first).to_contain_text("CCT")
    page = open_page(tiny_html(), hash=f"{address}&hide={CCT}")
    expect(page.locator("#card .way").first).to_be_visible()
    assert "CCT" not in page.locator("#card .way li > .name").all_inner_texts()


def test_a_pinned_node_stays_through_focus_and_filters(page: Page) -> None:
    choose(page, "BERT")
    action(page, "Pin").click()
    expect(action(page, "Unpin")).to_have_attribute("aria-pressed", "true")
    choose(page, "CIFAR-10")
    action(page, "Focus on it").click()
    expect_drawn(page, len(around(CIFAR) | {"method:bert"}))
    page.locator("#kinds label", has_text="Methods").click()
    left = {node for node in around(CIFAR) if not node.startswith("method:")}
    expect_drawn(page, len(left | {"method:bert"}))


def test_a_dragged_node_stays_where_it_is_dropped(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash=CENTRED)
    x, y = spot(page, CIFAR)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 20, steps=3)
    page.mouse.move(x + 90, y + 60, steps=3)
    page.mouse.up()
    expect(page).to_have_url(re.compile("move="))
    there = spot(page, CIFAR)
    assert abs(there[0] - x - 90) < 3
    assert abs(there[1] - y - 60) < 3
    page.mouse.click(*there)
    expect(heading(page)).to_have_text("CIFAR-10")
    again = open_page(tiny_html(), hash=page.url[page.url.index("#") :])
    expect(heading(again)).to_have_text("CIFAR-10")
    again.keyboard.press("Escape")
    expect(heading(again)).to_have_text("Start here")
    again.mouse.click(*there)
    expect(heading(again)).to_have_text("CIFAR-10")


def test_the_right_button_opens_a_menu(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash=CENTRED)
    page.mouse.click(*spot(page, IMAGENET), button="right")
    menu = page.get_by_role("menu", name="ImageNet-1K")
    expect(menu).to_be_visible()
    assert menu.get_by_role("menuitem").count() == 5
    menu.get_by_role("menuitem", name="Focus on it").click()
    expect(menu).to_be_hidden()
    expect_drawn(page, len(around(IMAGENET)))
    page.mouse.click(5, 5)


def test_the_menu_goes_by_keyboard_and_closes_by_escape(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash=f"#node={CCT}")
    expect(heading(page)).to_have_text("CCT")
    page.locator("#drawing").focus()
    page.keyboard.press("Shift+F10")
    menu = page.get_by_role("menu", name="CCT")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.locator("#drawing")).to_be_focused()
    expect(heading(page)).to_have_text("CCT")
    page.keyboard.press("Shift+F10")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect_drawn(page, 16)


def test_a_focus_of_many_says_how_many_it_leaves_out(open_page: Opener) -> None:
    G = tiny_graph()
    for i in range(200):
        node = f"task:t{i:03}"
        G.add_node(node, **{**G.nodes[CCT], "kind": "task", "label": f"Task {i:03}", "aliases": []})
        G.add_edge(
            CCT, node, key="used_for", relation="used_for", weight=1, confidence=0.5, evidence=[]
        )
    page = open_page(render(G, limit=20), hash=f"#focus={CCT}")
    expect(page.locator("#where small")).to_have_text("140 of 208")
    expect_drawn(page, 141)
