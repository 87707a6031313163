"""The page's source without the rest of the page: a browser's page that answers questions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

import kg.view

SCRIPTS = (
    "filter.js",
    "columns.js",
    "names.js",
    "loaded.js",
    "texts.js",
    "paths.js",
    "embedded.js",
    "served.js",
    "source.js",
)
CALLS = {
    "search": "source.search(q.text, q)",
    "node": "source.node(q.id)",
    "card": "source.card(q.id, q)",
    "more": "source.more(q.id, q.what, q.offset, q.limit)",
    "around": "source.around(q.ids, {...q, filter: sets(q.filter)})",
    "edges-among": "source.edgesAmong(q.ids)",
    "edge": "source.edge(q.a, q.b)",
    "path": "source.path(q.a, q.b, {...q, filter: sets(q.filter)})",
}
SETS = """
const sets = (filter) => filter && {
  ...filter,
  kinds: new Set(filter.kinds),
  relations: new Set(filter.relations),
  hidden: new Set(filter.hidden),
};
Object.assign(window, { source, sets, searchable });
"""


def bare(html: str) -> str:
    """The data of a page, and only those scripts that read it."""
    core = re.search(r'<script type="application/json" id="core">.*?</script>', html, re.S)
    assert core is not None
    data = html[html.index('<script type="text/plain" id="graph">') :].partition("</body>")[0]
    code = "\n".join(
        Path(kg.view.__file__).with_name(name).read_text(encoding="utf-8") for name in SCRIPTS
    )
    script = f'<script type="module" async>{code}\n{SETS}</script>'
    return f"<!doctype html><meta charset=utf-8>{core[0]}{script}{data}"


class Source:
    """The source of a page's HTML, in a browser."""

    def __init__(self, browser: Browser, html: str, folder: Path) -> None:
        file = folder / "source.html"
        file.write_text(bare(html), encoding="utf-8")
        self.complaints: list[str] = []
        self.page: Page = browser.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(file.as_uri())
        self.page.wait_for_function("window.source !== undefined")

    def ask(self, what: str, question: dict[str, Any]) -> Any:
        """The answer; the question is what `kg.view.questions` takes."""
        return self.page.evaluate(f"(q) => {CALLS[what]}", question)

    def close(self) -> None:
        self.page.close()
        assert self.complaints == []
