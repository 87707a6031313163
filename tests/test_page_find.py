"""Finding things on the page: search as you type, with the keyboard alone if wished."""

from __future__ import annotations

import pytest
from browser import Opener, skip_without_chromium
from graphs import FORMULA, RTL, SCRIPT
from page import METHOD_BLUE, around, choose, core, expect_drawn, heading, pixels, state, tiny_html
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
skip_without_chromium()

NAMES = [
    ("CCT", "CCT"),
    ("vit", "Vision Transformer"),
    ("convolutional", "CCT"),
    ("cifar10", "CIFAR-10"),
    ("Cifar 10", "CIFAR-10"),
    ("top1", "top-1 accuracy"),
    ("prompts for", "Prompts for Segmentation"),
    ("الصور", RTL),
    ("=cmd", FORMULA),
    ("<script", SCRIPT),
]


def test_search_finds_labels_and_aliases(page: Page) -> None:
    for typed, label in NAMES:
        page.locator("#search").fill("")
        page.locator("#search").press_sequentially(typed)
        first = page.locator("#found [role=option]").first
        expect(first).to_contain_text(label)
        page.keyboard.press("Enter")
        expect(heading(page)).to_have_text(label)
        expect(page.locator("#found")).to_be_hidden()


def test_enter_takes_what_was_typed_last_however_fast(page: Page) -> None:
    page.locator("#search").fill("bert")
    page.evaluate(
        """() => {
          const box = document.getElementById("search");
          box.focus();
          box.value = "vit";
          box.dispatchEvent(new Event("input"));
          box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        }"""
    )
    expect(heading(page)).to_have_text("Vision Transformer")


def test_search_shows_which_alias_was_meant(page: Page) -> None:
    page.locator("#search").fill("vit")
    expect(page.locator("#found small").first).to_have_text("ViT")


def test_search_is_driven_by_the_arrow_keys(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("sam")
    options = page.locator("#found [role=option]")
    expect(options).to_have_count(2)
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#search")).to_have_attribute("aria-activedescendant", "found-1")
    second = options.nth(1).locator("bdi").first.inner_text()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(second)


def test_a_search_result_can_be_clicked(page: Page) -> None:
    page.locator("#search").fill("sam")
    page.locator("#found [role=option]").nth(1).click()
    expect(heading(page)).to_contain_text("SAM")


def test_a_search_without_result_says_so(page: Page) -> None:
    choose(page, "no such thing")
    expect(page.locator("#found")).to_have_text("Nothing is called that")
    expect(page.locator("#spoken")).to_have_text("Nothing is called that")
    expect(heading(page)).to_have_text("Start here")


def test_escape_clears_the_search_and_then_the_choice(page: Page) -> None:
    choose(page, "CCT")
    expect(heading(page)).to_have_text("CCT")
    page.keyboard.press("/")
    page.keyboard.type("vit")
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_have_value("")
    expect(page.locator("#found")).to_be_hidden()
    expect(heading(page)).to_have_text("CCT")
    page.keyboard.press("Escape")
    expect(heading(page)).to_have_text("Start here")
    expect(page.locator("#status")).not_to_contain_text("neighbour")


def test_choosing_flies_there_and_lights_the_neighbourhood(page: Page) -> None:
    before = pixels(page, METHOD_BLUE["light"])
    choose(page, "BERT")
    near = around("method:bert") - {"method:bert"}
    expect(page.locator("#status")).to_contain_text(f"{len(near)} neighbours of BERT")
    box = page.locator("#drawing").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + 3)
    expect(heading(page)).to_have_text("Start here")
    # It is in the middle now.
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(heading(page)).to_have_text("BERT")
    page.locator("#fit").click()
    assert 0 < pixels(page, METHOD_BLUE["light"]) < before / 2
    page.keyboard.press("Escape")
    page.locator("#fit").click()
    assert pixels(page, METHOD_BLUE["light"]) == before


def test_what_is_not_drawn_is_found_and_drawn_with_its_neighbours(open_page: Opener) -> None:
    page = open_page(tiny_html(limit=8))
    before = len(core(page)["drawing"]["nodes"])
    expect_drawn(page, before)
    choose(page, "BERT")
    expect(heading(page)).to_have_text("BERT")
    expect_drawn(page, before + len(around("method:bert")))
    assert state(page)["more"] == ["method:bert"]
    choose(page, "CCT")
    expect_drawn(page, before + len(around("method:bert")))
