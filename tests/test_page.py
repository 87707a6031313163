"""The page in a real browser, used as a hand would use it.

Every page that a test opens must stay quiet: no request but its own file, nothing on the
console, no error, no dialog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest
from browser import Opener, launched, skip_without_chromium
from graphs import CCT, CIFAR, FORMULA, IC, IMAGENET, RTL, SCRIPT, SCRIPT_ID, VIT, tiny_graph
from playwright.sync_api import Browser, Page, expect

from kg.model import Evidence
from kg.view import render

pytestmark = pytest.mark.browser
skip_without_chromium()

METHOD_BLUE = {"light": (0, 114, 178), "dark": (86, 180, 233)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    opener = Opener(browser, tmp_path)
    yield opener
    opener.close()


@pytest.fixture(scope="module")
def html() -> str:
    return render(tiny_graph(), title="Small images")


@pytest.fixture
def page(open_page: Opener, html: str) -> Page:
    return open_page(html)


def choose(page: Page, name: str) -> None:
    page.locator("#search").fill(name)
    page.keyboard.press("Enter")


def heading(page: Page) -> str:
    return page.locator("#card h2").inner_text()


def status(page: Page) -> str:
    return page.locator("#status").inner_text()


def drawn(page: Page) -> tuple[int, int]:
    """How many nodes and lines the page says are drawn."""
    nodes, lines = re.findall(r"(\d+)(?: of \d+)? (?:nodes|lines?)", status(page))[:2]
    return int(nodes), int(lines)


def group(page: Page, title: str, note: str) -> list[str]:
    """The names that the card lists under this heading."""
    heading = page.locator("#card h3").filter(has_text=re.compile(rf"^{title}\s*{note}$"))
    return heading.locator("xpath=..").locator("li > .name").all_inner_texts()


def pixels(page: Page, colour: tuple[int, int, int]) -> int:
    """How many pixels of the drawing have this very colour."""
    page.wait_for_timeout(100)
    found = page.evaluate(
        """([red, green, blue]) => {
          const canvas = document.querySelector("#drawing canvas");
          const copy = new OffscreenCanvas(canvas.width, canvas.height);
          const context = copy.getContext("2d", { willReadFrequently: true });
          context.drawImage(canvas, 0, 0);
          const all = context.getImageData(0, 0, canvas.width, canvas.height).data;
          let found = 0;
          for (let i = 0; i < all.length; i += 4) {
            found += all[i] === red && all[i + 1] === green && all[i + 2] === blue;
          }
          return found;
        }""",
        list(colour),
    )
    return int(found)


def pairs(G: nx.MultiDiGraph, *relations: str) -> set[tuple[str, str]]:
    return {(u, v) for u, v, r in G.edges(data="relation") if not relations or r in relations}


def test_the_header_says_what_is_there(page: Page) -> None:
    assert page.title() == "Small images"
    assert page.locator("h1").inner_text() == "Small images"
    counts = page.locator("#counts").inner_text()
    assert counts == f"4 papers · 13 entities · {tiny_graph().size()} links · 2021–2024"
    assert page.locator(".hint").is_visible()
    legend = page.locator("#kinds label").all_inner_texts()
    assert [" ".join(text.split()) for text in legend] == [
        "Papers 4",
        "Methods 6",
        "Datasets 4",
        "Metrics 2",
        "Tasks 1",
    ]
    assert drawn(page) == (17, len(pairs(tiny_graph())))


def test_the_drawing_is_painted_in_the_colours_of_the_legend(page: Page) -> None:
    swatch = page.locator("#kinds .shape.method")
    red, green, blue = METHOD_BLUE["light"]
    expect(swatch).to_have_css("background-color", f"rgb({red}, {green}, {blue})")
    assert pixels(page, METHOD_BLUE["light"]) > 500


def test_dark_when_the_reader_likes_it_dark(open_page: Opener, html: str) -> None:
    page = open_page(html, color_scheme="dark")
    assert pixels(page, METHOD_BLUE["dark"]) > 500
    expect(page.locator("body")).to_have_css("background-color", "rgb(18, 22, 27)")
    page.emulate_media(color_scheme="light")
    assert pixels(page, METHOD_BLUE["light"]) > 500


def test_before_a_choice_the_panel_offers_where_to_start(page: Page) -> None:
    assert heading(page) == "Start here"
    page.locator("#card").get_by_role("button", name="Vision Transformer").click()
    assert heading(page) == "Vision Transformer"


@pytest.mark.parametrize(
    ("typed", "label"),
    [
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
    ],
)
def test_search_finds_labels_and_aliases(page: Page, typed: str, label: str) -> None:
    page.locator("#search").press_sequentially(typed)
    assert label in page.locator("#found [role=option]").first.inner_text()
    page.keyboard.press("Enter")
    assert heading(page) == label
    assert page.locator("#found").is_hidden()


def test_search_shows_which_alias_was_meant(page: Page) -> None:
    page.locator("#search").fill("vit")
    assert page.locator("#found small").first.inner_text() == "ViT"


def test_search_is_driven_by_the_arrow_keys(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("sam")
    options = page.locator("#found [role=option]")
    assert options.count() == 2
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#search")).to_have_attribute("aria-activedescendant", "found-1")
    second = options.nth(1).locator("bdi").first.inner_text()
    page.keyboard.press("Enter")
    assert heading(page) == second


def test_a_search_result_can_be_clicked(page: Page) -> None:
    page.locator("#search").fill("sam")
    page.locator("#found [role=option]").nth(1).click()
    assert heading(page).startswith("SAM")


def test_a_search_without_result_says_so(page: Page) -> None:
    choose(page, "no such thing")
    assert page.locator("#found").inner_text() == "Nothing is called that"
    assert heading(page) == "Start here"


def test_escape_clears_the_search_and_then_the_choice(page: Page) -> None:
    choose(page, "CCT")
    page.keyboard.press("/")
    page.keyboard.type("vit")
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_have_value("")
    assert page.locator("#found").is_hidden()
    assert heading(page) == "CCT"
    page.keyboard.press("Escape")
    assert heading(page) == "Start here"
    assert "neighbour" not in status(page)


def test_a_card_tells_all_of_an_entity(page: Page) -> None:
    choose(page, "CCT")
    card = page.locator("#card")
    assert card.locator(".kind").inner_text().split() == ["Method", "×"]
    assert card.locator(".facts").inner_text() == "2 papers, 2021–2023"
    assert card.locator(".aliases li").all_inner_texts() == ["Compact Convolutional Transformer"]
    assert group(page, "Proposed by", "1 paper") == ["Compact Transformers for Small Images"]
    assert group(page, "Used by", "1 paper") == ["Prompts for Segmentation"]
    assert group(page, "Uses", "1 method") == ["Vision Transformer"]
    assert group(page, "Compared with", "1 method") == ["Vision Transformer"]
    assert group(page, "Evaluated on", "2 datasets") == ["CIFAR-10", "ImageNet-1K"]
    assert group(page, "Measured by", "2 metrics") == ["top-1 accuracy", "parameters"]


def test_a_link_shows_its_sentences_with_both_names_marked(page: Page) -> None:
    choose(page, "CCT")
    row = page.locator("#card .group li", has_text="CIFAR-10")
    toggle = row.get_by_role("button", name="2 sentences")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.click()
    quotes = row.locator("blockquote")
    assert quotes.locator("p").all_inner_texts() == [
        "We evaluate CCT and ViT on CIFAR-10 for image classification.",
        "With 0.28M parameters, CCT reaches 98% top-1 accuracy on CIFAR-10.",
    ]
    assert quotes.first.locator("mark").all_inner_texts() == ["CCT", "CIFAR-10"]
    assert quotes.nth(1).locator("footer a").get_attribute("href") == (
        "https://example.org/1?a=1&b=2"
    )
    toggle.click()
    expect(quotes.first).to_be_hidden()


def test_an_entity_s_sentences_come_one_from_each_paper(page: Page) -> None:
    choose(page, "Vision Transformer")
    sentences = page.locator("#card .sentences li")
    assert sentences.count() == 3
    newest = sentences.first
    assert "compare it with ViT on ImageNet-1K" in newest.inner_text()
    assert newest.locator("mark").all_inner_texts() == ["ViT"]
    assert newest.locator("footer").inner_text().split("\n")[:2] == [
        "Scale-Aware Modulation Meets Transformers",
        "2024",
    ]


def test_numbers_stand_in_a_table(page: Page) -> None:
    choose(page, "CCT")
    table = page.locator("#card table")
    assert table.locator("th").all_inner_texts() == ["Value", "Metric", "Dataset", "Over"]
    rows = table.locator("tbody tr:first-child").all()
    assert [row.locator("td").all_inner_texts() for row in rows] == [
        ["0.28M", "parameters", "", ""],
        ["98%", "top-1 accuracy", "CIFAR-10", ""],
        ["97.1-98.2%", "top-1 accuracy", "CIFAR-10", ""],
        ["Δ3.5%", "top-1 accuracy", "ImageNet-1K", "Vision Transformer"],
    ]
    assert table.locator(".from").first.inner_text() == "Compact Transformers for Small Images"
    table.get_by_role("button", name="97.1-98.2%").click()
    quote = table.locator("blockquote:visible")
    assert quote.inner_text() == "CCT has 97.1-98.2% top-1 accuracy on CIFAR-10."
    assert quote.locator("mark").all_inner_texts() == ["CCT", "top-1 accuracy", "CIFAR-10"]


def test_a_change_is_told_to_eye_and_ear(page: Page) -> None:
    choose(page, "CCT")
    table = page.locator("#card table")
    changes = table.get_by_role("button", name=re.compile("change of"))
    assert changes.all_inner_texts() == ["Δ3.5%"]
    title = changes.locator(".change").get_attribute("title")
    assert title == "A change, against the baseline or what was before"


def test_a_dataset_has_the_numbers_of_all_methods(page: Page) -> None:
    choose(page, "ImageNet-1K")
    rows = page.locator("#card table tbody").all_inner_texts()
    assert ["CCT" in row for row in rows] == [False, True]
    assert "Scale-Aware Modulation Meets Transformers" in rows[0]


def test_a_paper_s_abstract_leads_to_what_it_names(page: Page) -> None:
    choose(page, "Compact Transformers for Small")
    assert page.locator(".facts").inner_text() == "Ada Ångström, Bo Li · CVPR · 2021"
    links = page.locator("#card .links a")
    assert [link.get_attribute("href") for link in links.all()] == [
        "https://example.org/1?a=1&b=2",
        "https://doi.org/10.1000/xyz.1",
        "https://arxiv.org/abs/2104.00001",
    ]
    assert {link.get_attribute("rel") for link in links.all()} == {"noopener noreferrer"}
    abstract = page.locator("#card .abstract")
    assert abstract.inner_text().startswith("We propose the Compact Convolutional Transformer")
    assert abstract.locator("mark.dataset").all_inner_texts() == ["CIFAR-10", "ImageNet-1K"]
    abstract.get_by_role("link", name="CIFAR-10").click()
    expect(page.locator("#card h2")).to_have_text("CIFAR-10")


def test_marks_fit_where_letters_take_two_units(open_page: Opener) -> None:
    G = tiny_graph()
    title = "𝒳-ray 🩻 Networks"
    paper = G.nodes["paper:seed-02"]
    shift = len(title) - len(paper["title"])
    paper["title"] = paper["label"] = title
    for *_, data in G.out_edges("paper:seed-02", data=True):
        data["mentions"] = [(start + shift, end + shift) for start, end in data["mentions"]]
    for *_, data in G.edges(data=True):
        data["evidence"] = [
            Evidence(e.paper, e.start + shift, e.end + shift, *(e.sentence, e.extractor, 0.9))
            if e.paper == "seed-02"
            else e
            for e in data["evidence"]
        ]
    page = open_page(render(G), hash="#node=paper:seed-02")
    assert heading(page) == title
    marked = page.locator(".abstract mark").all_inner_texts()
    assert marked[:2] == ["Segment Anything Model", "SAM"]


def test_names_lead_from_card_to_card_and_back_leads_back(page: Page) -> None:
    choose(page, "CCT")
    page.locator("#card .group").get_by_role("button", name="CIFAR-10").click()
    assert heading(page) == "CIFAR-10"
    assert "cifar10" in page.url
    page.locator("#card .group").get_by_role("button", name="Vision Transformer").click()
    page.go_back()
    expect(page.locator("#card h2")).to_have_text("CIFAR-10")
    page.go_back()
    expect(page.locator("#card h2")).to_have_text("CCT")
    page.go_forward()
    expect(page.locator("#card h2")).to_have_text("CIFAR-10")
    page.get_by_role("button", name="Close the card").click()
    expect(page.locator("#card h2")).to_have_text("Start here")
    page.go_back()
    expect(page.locator("#card h2")).to_have_text("CIFAR-10")


@pytest.mark.parametrize("node", [CIFAR, "paper:odd/ü #4", "no:such"])
def test_an_address_opens_its_card(open_page: Opener, html: str, node: str) -> None:
    G = tiny_graph()
    page = open_page(html, hash=f"#node={node.replace('#', '%23')}")
    assert heading(page) == (G.nodes[node]["label"] if node in G else "Start here")


def test_a_choice_lights_its_neighbours_and_dims_the_rest(page: Page) -> None:
    G = tiny_graph()
    before = pixels(page, METHOD_BLUE["light"])
    choose(page, "BERT")
    near = {*G.succ["method:bert"], *G.pred["method:bert"]}
    assert status(page).endswith(f"· {len(near)} neighbours of BERT")
    page.locator("#fit").click()
    assert 0 < pixels(page, METHOD_BLUE["light"]) < before / 2
    page.keyboard.press("Escape")
    assert pixels(page, METHOD_BLUE["light"]) == before


def test_a_click_in_the_drawing_chooses_and_a_click_beside_it_lets_go(page: Page) -> None:
    choose(page, "CCT")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert heading(page) == "Start here"
    box = page.locator("#drawing").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#card h2")).to_have_text("CCT")
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + 3)
    expect(page.locator("#card h2")).to_have_text("Start here")


def test_hovering_shows_text_and_no_markup(open_page: Opener, html: str) -> None:
    page = open_page(html, hash=f"#node={SCRIPT_ID}")
    box = page.locator("#drawing").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2 - 1, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tooltip = page.locator(".vis-tooltip")
    expect(tooltip).to_be_visible()
    assert tooltip.inner_text() == f"{SCRIPT}\nmethod, 1 paper"
    assert tooltip.locator("script").count() == 0


def test_the_legend_filters_by_kind(page: Page) -> None:
    G = tiny_graph()
    whole = drawn(page)
    page.locator("#kinds label", has_text="Papers").click()
    between = {(u, v) for u, v in pairs(G) if not u.startswith("paper:")}
    assert drawn(page) == (13, len(between))
    page.locator("#kinds label", has_text="Methods").click()
    assert drawn(page) == (7, 0)
    assert pixels(page, METHOD_BLUE["light"]) == 0
    page.locator("#kinds label", has_text="Papers").click()
    page.locator("#kinds label", has_text="Methods").click()
    assert drawn(page) == whole


def test_what_is_chosen_is_shown_even_when_its_kind_is_not(page: Page) -> None:
    page.locator("#kinds label", has_text="Methods").click()
    choose(page, "CCT")
    assert drawn(page)[0] == 12
    assert heading(page) == "CCT"


def test_relations_can_be_filtered(page: Page) -> None:
    G = tiny_graph()
    summary = page.locator("#relations summary")
    summary.click()
    page.get_by_role("checkbox", name="Evaluated on").uncheck()
    left = {(u, v) for u, v, r in G.edges(data="relation") if r != "evaluated_on"}
    assert drawn(page) == (17, len(left))
    page.get_by_role("button", name="None").click()
    assert drawn(page) == (0, 0)
    page.get_by_role("checkbox", name="Compared with").check()
    ends = {end for pair in pairs(G, "compared_with") for end in pair}
    assert drawn(page) == (len(ends), len(pairs(G, "compared_with")))
    assert summary.inner_text().split() == ["Relations", "1", "of", "12"]
    page.get_by_role("button", name="All", exact=True).click()
    assert drawn(page) == (17, len(pairs(G)))
    page.locator("h1").click()
    expect(page.get_by_role("button", name="None")).to_be_hidden()


def test_relations_are_listed_with_their_counts(page: Page) -> None:
    G = tiny_graph()
    page.locator("#relations summary").click()
    rows = page.locator("#relations label").all_inner_texts()
    counts = {name: int(n) for name, n in (row.rsplit("\n", 1) for row in rows)}
    relations = [relation for *_, relation in G.edges(data="relation")]
    assert counts == {
        relation.replace("_", " ").capitalize(): relations.count(relation)
        for relation in set(relations)
    }


def test_what_is_less_sure_can_be_hidden(page: Page) -> None:
    def sure(least: float) -> set[tuple[str, str]]:
        return {(u, v) for u, v, c in tiny_graph().edges(data="confidence") if c >= least}

    slider = page.get_by_role("slider", name="Minimum confidence")
    shown = page.locator("#confidence span")
    expect(shown).to_have_text("any")
    for least in (0.6, 0.75, 0.8):
        slider.fill(str(least))
        ends = {end for pair in sure(least) for end in pair}
        assert drawn(page) == (len(ends), len(sure(least)))
    slider.press("ArrowRight")
    expect(shown).to_have_text("≥ 0.85")
    assert drawn(page) == (0, 0)
    slider.fill("0")
    assert drawn(page) == (17, len(pairs(tiny_graph())))


def test_a_line_is_as_sure_as_its_surest_relation_that_is_shown(page: Page) -> None:
    G = tiny_graph()
    assert {r: G.edges[CCT, VIT, r]["confidence"] for r in G[CCT][VIT]} == {
        "compared_with": 0.5,
        "uses": 0.7,
    }
    page.get_by_role("slider", name="Minimum confidence").fill("0.6")
    sure = {(u, v, r) for u, v, r in G.edges(keys=True) if G.edges[u, v, r]["confidence"] >= 0.6}
    assert drawn(page)[1] == len({(u, v) for u, v, _ in sure})
    page.locator("#relations summary").click()
    page.get_by_role("checkbox", name="Uses").uncheck()
    left = {(u, v) for u, v, r in sure if r != "uses"}
    assert (CCT, VIT) not in left
    assert drawn(page)[1] == len(left)


def test_what_is_chosen_is_shown_however_sure(page: Page) -> None:
    page.get_by_role("slider", name="Minimum confidence").fill("1")
    choose(page, "CCT")
    assert drawn(page) == (1, 0)
    assert heading(page) == "CCT"


def test_what_is_not_drawn_is_found_and_drawn_with_its_neighbours(open_page: Opener) -> None:
    G = tiny_graph()
    page = open_page(render(G, limit=8))
    before, _ = drawn(page)
    assert before < 9
    assert f"of {len(G)} nodes" in status(page)
    choose(page, "BERT")
    assert heading(page) == "BERT"
    near = {*G.succ["method:bert"], *G.pred["method:bert"]}
    assert drawn(page)[0] == before + 1 + len(near)
    assert status(page).endswith(f"· {len(near)} neighbours of BERT")


def test_more_neighbours_are_drawn_on_demand(open_page: Opener) -> None:
    G = tiny_graph()
    page = open_page(render(G, limit=8), hash=f"#node={CCT}")
    nodes, _ = drawn(page)
    missing = page.get_by_role("button", name=re.compile(r"Draw \d+ more neighbour"))
    [number] = re.findall(r"\d+", missing.inner_text())
    missing.click()
    assert drawn(page)[0] == nodes + int(number)
    assert missing.count() == 0
    near = {*G.succ[CCT], *G.pred[CCT]}
    assert status(page).endswith(f"· {len(near)} neighbours of CCT")


def test_drawing_node_by_node_ends_in_the_whole_drawing(open_page: Opener) -> None:
    G = tiny_graph()
    page = open_page(render(G, limit=8))
    for node in G:
        choose(page, G.nodes[node]["label"])
        more = page.locator(".expand")
        if more.count():
            more.click()
    assert drawn(page) == (len(G), len(pairs(G)))


def test_a_focus_opens_its_card_and_draws_what_is_around_it(open_page: Opener) -> None:
    G = tiny_graph()
    page = open_page(render(G, focus="CCT"))
    assert heading(page) == "CCT"
    near = {*G.succ[CCT], *G.pred[CCT], CCT}
    assert drawn(page)[0] == len(near)
    page.keyboard.press("Escape")
    assert heading(page) == "Start here"


def test_zooming_and_fitting(page: Page) -> None:
    at_first = pixels(page, METHOD_BLUE["light"])
    page.get_by_role("button", name="Zoom out").click()
    assert pixels(page, METHOD_BLUE["light"]) < at_first
    page.get_by_role("button", name="Show the whole drawing").click()
    assert pixels(page, METHOD_BLUE["light"]) == at_first
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    assert pixels(page, METHOD_BLUE["light"]) != at_first


def test_on_a_small_screen_the_card_is_below(open_page: Opener, html: str) -> None:
    page = open_page(html, viewport={"width": 400, "height": 800})
    stage, card = (page.locator(part).bounding_box() for part in (".stage", "#card"))
    assert stage
    assert card
    assert card["y"] >= stage["y"] + stage["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_hostile_words_are_only_words(open_page: Opener) -> None:
    G = tiny_graph()
    image = "<img src=x onerror=alert(1)>"
    end = "</script><script>alert(2)</script>"
    G.nodes["paper:odd/ü #4"].update(title=end, label=end, abstract=f"{image} \u2028 {{{{7*7}}}}")
    G.nodes[CIFAR].update(label=image, aliases=["{{7*7}}", "javascript:alert(3)"])
    G.nodes[IC]["label"] = "<b>bold</b>\u202egnp.exe"
    page = open_page(render(G, title=end))
    assert page.title() == end
    for node in ("paper:odd/ü #4", CIFAR, IC, SCRIPT_ID, IMAGENET):
        choose(page, G.nodes[node]["label"])
        assert heading(page) == G.nodes[node]["label"]
        for toggle in page.locator("#card .toggle").all():
            toggle.click()
    assert page.locator("img, b, iframe, object").count() == 0
    assert page.locator("script").count() == 3
    hrefs = [link.get_attribute("href") or "" for link in page.locator("a").all()]
    assert not [href for href in hrefs if not href.startswith(("http", "#"))]


def test_a_bad_address_of_a_paper_is_no_link(open_page: Opener, html: str) -> None:
    page = open_page(html, hash="#node=paper:odd/ü %234")
    assert heading(page) == 'Hostile <b>Words</b> & "Quotes"'
    assert page.locator("#card .links").count() == 0


def test_an_empty_graph_opens_too(open_page: Opener) -> None:
    page = open_page(render(nx.MultiDiGraph()))
    assert heading(page) == "Nothing to show"
    choose(page, "CCT")
    assert page.locator("#counts").inner_text() == "0 papers · 0 entities · 0 links"


def test_the_page_may_not_run_what_is_added_to_it(open_page: Opener, html: str) -> None:
    """The policy holds even against markup that would get past everything else."""
    page = open_page(html)
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


def test_the_keyboard_alone_will_do(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("vit")
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "CIFAR-10":
            break
    page.keyboard.press("Enter")
    assert heading(page) == "CIFAR-10"
