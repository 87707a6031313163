"""A headless chromium for the tests of the page, and a watch on what the page does in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = "no chromium: `apt-get install chromium`, or name one in $KG_CHROMIUM"


def chromium() -> str | None:
    """The browser's path, if there is one."""
    return os.environ.get("KG_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def skip_without_chromium() -> None:
    """Skip the whole file where no browser is; where CI must run it, its tests fail instead."""
    if chromium() is None and not os.environ.get("CI"):
        pytest.skip(MISSING, allow_module_level=True)


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser, closed at the end."""
    path = chromium()
    if path is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Watch:
    """All that a page asks for or complains about."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        page.on("request", lambda request: self.requests.append(request.url.partition("#")[0]))
        page.on("console", lambda message: self.complaints.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()


class Opener:
    """Opens pages offline, each from a file of its own, and checks at the end that they kept still.

    Call it with the HTML text; `hash` is the address's fragment, other options are the
    browser context's.
    """

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser = browser
        self.folder = folder
        self.watched: list[tuple[Watch, str]] = []
        self.contexts: list[Any] = []

    def __call__(self, html: str, *, hash: str = "", **options: Any) -> Page:
        file = self.folder / f"page-{len(self.watched)}.html"
        file.write_text(html, encoding="utf-8")
        settings = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
        context = self.browser.new_context(offline=True, **{**settings, **options})
        context.set_default_timeout(5000)
        self.contexts.append(context)
        page = context.new_page()
        watch = Watch()
        watch.on(page)
        self.watched.append((watch, file.as_uri()))
        page.goto(file.as_uri() + hash)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        for watch, address in self.watched:
            assert watch.requests == [address]
            assert watch.complaints == []
