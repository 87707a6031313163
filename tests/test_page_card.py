"""Cards on the page: of a node, of a line, and the way from one to the next."""

from __future__ import annotations

import pytest
from browser import Opener, skip_without_chromium
from graphs import CCT, CIFAR, SENTENCES, VIT, tiny_graph
from page import CENTRED, choose, group, heading, middle, spot, state, tiny_html
from playwright.sync_api import Locator, Page, expect

from kg.model import Evidence
from kg.view import render

pytestmark = pytest.mark.browser
skip_without_chromium()


def opened(page: Page, name: str) -> Locator:
    """The card of the node with this name."""
    choose(page, name)
    expect(heading(page)).to_have_text(name)
    return page.locator("#card")


def test_a_card_tells_all_of_an_entity(page: Page) -> None:
    card = opened(page, "CCT")
    assert card.locator(".kind").inner_text().strip() == "Method"
    assert card.locator(".facts").inner_text() == "2 papers, 2021–2023"
    assert card.locator(".aliases li").all_inner_texts() == ["Compact Convolutional Transformer"]
    assert group(page, "Proposed by", "1 paper") == ["Compact Transformers for Small Images"]
    assert group(page, "Used by", "1 paper") == ["Prompts for Segmentation"]
    assert group(page, "Uses", "1 method") == ["Vision Transformer"]
    assert group(page, "Compared with", "1 method") == ["Vision Transformer"]
    assert group(page, "Evaluated on", "2 datasets") == ["CIFAR-10", "ImageNet-1K"]
    assert set(group(page, "Measured by", "2 metrics")) == {"top-1 accuracy", "parameters"}


def test_a_link_shows_its_sentences_with_the_mentions_marked(page: Page) -> None:
    card = opened(page, "CCT")
    row = card.locator(".group li", has_text="CIFAR-10")
    toggle = row.get_by_role("button", name="2 papers")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.click()
    quotes = row.locator("blockquote")
    expect(quotes).to_have_count(2)
    assert set(quotes.locator("> p").all_inner_texts()) == {
        "We evaluate CCT and ViT on CIFAR-10 for image classification.",
        "With 0.28M parameters, CCT reaches 98% top-1 accuracy on CIFAR-10.",
    }
    marks = quotes.first.locator("mark").all_inner_texts()
    assert {"CCT", "CIFAR-10"} <= set(marks)
    assert set(quotes.locator("footer .name").all_inner_texts()) == {
        "Prompts for Segmentation",
        "Compact Transformers for Small Images",
    }
    outward = quotes.filter(has_text="Compact Transformers").locator("footer a[target]")
    expect(outward).to_have_attribute("href", "https://example.org/1?a=1&b=2")
    expect(quotes.filter(has_text="Compact Transformers").locator("footer")).to_contain_text("2021")
    toggle.click()
    expect(quotes.first).to_be_hidden()


def test_everything_on_a_card_leads_to_the_next(page: Page) -> None:
    card = opened(page, "CCT")
    card.locator(".sentences mark.dataset a").first.click()
    expect(heading(page)).to_have_text("CIFAR-10")
    card.locator("table .name", has_text="top-1 accuracy").first.click()
    expect(heading(page)).to_have_text("top-1 accuracy")
    card.locator("footer .name", has_text="Prompts").first.click()
    expect(heading(page)).to_have_text("Prompts for Segmentation")
    card.locator(".abstract mark a", has_text="Segment Anything Model").click()
    expect(heading(page)).to_have_text("SAM (Segment Anything Model)")


def test_back_and_forward_walk_through_the_cards(page: Page) -> None:
    opened(page, "CCT")
    card = opened(page, "CIFAR-10")
    back = card.get_by_role("button", name="Back")
    back.click()
    expect(heading(page)).to_have_text("CCT")
    card.get_by_role("button", name="Forward").click()
    expect(heading(page)).to_have_text("CIFAR-10")
    expect(card.get_by_role("button", name="Forward")).to_be_disabled()
    page.go_back()
    page.go_back()
    expect(heading(page)).to_have_text("Start here")
    page.go_forward()
    expect(heading(page)).to_have_text("CCT")
    page.get_by_role("button", name="Close the card").click()
    expect(heading(page)).to_have_text("Start here")
    page.go_back()
    expect(heading(page)).to_have_text("CCT")


def test_numbers_are_a_small_table(page: Page) -> None:
    card = opened(page, "CCT")
    table = card.get_by_role("table", name="Numbers")
    columns = [name.lower() for name in table.locator("thead th").all_inner_texts()]
    assert columns == ["value", "metric", "dataset"]
    rows = [row.split("\n")[0] for row in table.locator(".toggle").all_inner_texts()]
    assert sorted(rows) == ["0.28M", "97.1-98.2%", "98%", "Δ3.5%"]
    change = table.locator("tbody", has_text="3.5%")
    expect(change.get_by_role("img", name="change of")).to_be_visible()
    expect(change).to_contain_text("over Vision Transformer")
    change.get_by_role("button", name="3.5%").click()
    expect(change.locator("blockquote > p")).to_have_text(SENTENCES["seed-01"][4])


def test_a_paper_has_its_facts_its_text_and_its_addresses(page: Page) -> None:
    card = opened(page, "Compact Transformers for Small Images")
    expect(card.locator(".facts")).to_have_text("Ada Ångström, Bo Li · CVPR · 2021")
    outward = card.locator(".outward a")
    assert outward.evaluate_all("links => links.map(({ href }) => href)") == [
        "https://example.org/1?a=1&b=2",
        "https://doi.org/10.1000/xyz.1",
        "https://arxiv.org/abs/2104.00001",
    ]
    for link in outward.all():
        expect(link).to_have_attribute("rel", "noopener noreferrer")
    abstract = card.locator(".abstract")
    expect(abstract).to_have_text(" ".join(SENTENCES["seed-01"][1:]))
    assert "ViT" in abstract.locator("mark.method").all_inner_texts()


def test_long_lists_come_in_parts(open_page: Opener) -> None:
    G = tiny_graph()
    for i in range(60):
        node = f"dataset:d{i:02}"
        G.add_node(node, **{**G.nodes[CIFAR], "label": f"Set {i:02}", "aliases": []})
        shown = [Evidence("seed-01", 0, 7, "Compact", "hand", 0.5)]
        G.add_edge(
            CCT,
            node,
            key="evaluated_on",
            relation="evaluated_on",
            weight=1,
            confidence=0.5,
            evidence=shown,
        )
    page = open_page(render(G))
    opened(page, "CCT")
    part = page.locator("#card section", has=page.locator("h3", has_text="Evaluated on"))
    expect(part.locator("h3 small")).to_have_text("62 datasets")
    rows = part.locator("li")
    before = rows.count()
    assert before < 20
    part.get_by_role("button", name="Show 20 more").click()
    expect(rows).to_have_count(before + 20)
    while part.locator(".more").is_visible():
        now = rows.count()
        part.locator(".more").click()
        expect(rows).not_to_have_count(now)
    names = part.locator("li > .name").all_inner_texts()
    assert len(names) == len(set(names)) == 62


def test_a_click_in_the_drawing_opens_and_a_click_beside_it_closes(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash=CENTRED)
    page.mouse.click(*spot(page, CIFAR))
    expect(heading(page)).to_have_text("CIFAR-10")
    box = page.locator("#drawing").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + 3)
    expect(heading(page)).to_have_text("Start here")


def test_a_click_on_a_line_shows_what_is_behind_it(open_page: Opener) -> None:
    page = open_page(tiny_html(), hash=CENTRED)
    page.mouse.click(*middle(spot(page, CCT), spot(page, VIT)))
    card = page.locator("#card")
    expect(card.locator(".kind")).to_have_text("Link")
    assert set(heading(page).locator("bdi").all_inner_texts()) == {"CCT", "Vision Transformer"}
    expect(card.locator(".facts")).to_have_text("2 relations")
    stated = [" ".join(words.split()) for words in card.locator(".stated").all_inner_texts()]
    assert sorted(stated) == ["CCT compared with Vision Transformer", "CCT uses Vision Transformer"]
    assert SENTENCES["seed-01"][2] in card.locator("blockquote > p").all_inner_texts()
    assert set(state(page)["line"]) == {CCT, VIT}
    page.go_back()
    expect(heading(page)).to_have_text("Start here")


@pytest.mark.parametrize("node", [CIFAR, "paper:odd/ü #4", "no:such"])
def test_an_address_opens_its_card(open_page: Opener, node: str) -> None:
    G = tiny_graph()
    page = open_page(tiny_html(), hash=f"#node={node.replace('#', '%23')}")
    expect(heading(page)).to_have_text(G.nodes[node]["label"] if node in G else "Start here")
