"""What the tests of the page share: hands and eyes for a page that is open in a browser."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import networkx as nx
from graphs import tiny_graph
from playwright.sync_api import Locator, Page, expect

from kg.view import render

METHOD_BLUE = {"light": (0, 114, 178), "dark": (86, 180, 233)}
#: An address under which the drawing's origin is in the middle, at the scale of one.
CENTRED = "#at=0,0,1"

Spot = tuple[float, float]


@cache
def tiny_html(limit: int = 300) -> str:
    """The page of the small graph, built once; with a low limit some of it is not drawn."""
    return render(tiny_graph(), title="Small images", limit=limit)


def choose(page: Page, name: str) -> None:
    """Search for a name, and take the first that is found."""
    page.locator("#search").fill(name)
    page.locator("#search").press("Enter")


def heading(page: Page) -> Locator:
    return page.locator("#card h2")


def status(page: Page) -> str:
    return page.locator("#status").inner_text()


def expect_drawn(page: Page, nodes: int, lines: int | None = None) -> None:
    """Wait until the page says that so many nodes and lines are drawn."""
    number = r"\d+" if lines is None else lines
    expect(page.locator("#status")).to_have_text(
        re.compile(rf"^{nodes} of \d+ nodes, {number} lines?")
    )


def until(page: Page, expression: str) -> None:
    """Wait until the expression is true; the page's policy forbids Playwright's own way."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {expression}")


def drawn(page: Page) -> tuple[int, int]:
    """How many nodes and lines the page says are drawn."""
    nodes, lines = re.findall(r"^(\d+) of \d+ nodes, (\d+) line", status(page))[0]
    return int(nodes), int(lines)


def action(page: Page, name: str) -> Locator:
    """A button of the card for what can be done with its node."""
    return page.locator("#card .actions").get_by_role("button", name=name)


def state(page: Page) -> dict[str, list[str]]:
    """What the address says."""
    return parse_qs(urlsplit(page.url).fragment)


def core(page: Page) -> dict[str, Any]:
    """What the page knows before it unpacks the graph."""
    found: dict[str, Any] = json.loads(page.locator("#core").text_content() or "")
    return found


def spot(page: Page, node: str) -> Spot:
    """Where a node of the opening drawing is on the screen; the address must hold the view."""
    found = next(n for n in core(page)["drawing"]["nodes"] if n["id"] == node)
    moved = [move.rpartition("@") for move in state(page).get("move", [])]
    at = {name: [float(part) for part in where.split(",")] for name, _, where in moved}
    x, y = at.get(node, (found["x"], found["y"]))
    left, top, scale = (float(part) for part in state(page)["at"][0].split(","))
    box = page.locator("#drawing").bounding_box()
    assert box
    return (
        box["x"] + box["width"] / 2 + (x - left) * scale,
        box["y"] + box["height"] / 2 + (y - top) * scale,
    )


def middle(a: Spot, b: Spot) -> Spot:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def pixels(page: Page, colour: tuple[int, int, int]) -> int:
    """How many pixels of the drawing have this very colour."""
    page.wait_for_timeout(120)
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


def group(page: Page, title: str, note: str) -> list[str]:
    """The names that the card lists under this heading."""
    heading = page.locator("#card h3").filter(has_text=re.compile(rf"^{title}\s*{note}$"))
    return heading.locator("xpath=..").locator("li > .name").all_inner_texts()


def around(node: str, hops: int = 1, G: nx.MultiDiGraph | None = None) -> set[str]:
    """The node and all that is within so many hops of it."""
    H = nx.Graph(tiny_graph() if G is None else G)
    return set(nx.single_source_shortest_path_length(H, node, cutoff=hops))


def lines(G: nx.MultiDiGraph) -> set[frozenset[str]]:
    """The pairs of nodes that edges join."""
    return {frozenset((u, v)) for u, v in G.edges() if u != v}
