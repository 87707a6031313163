"""What several test files share: the seed corpus, built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from browser import Opener
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
SEED = ROOT / "data" / "seed.txt"


@pytest.fixture(scope="session")
def seed_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the 54 papers of data/seed.txt. Read it, copy it, never change it."""
    from kg.build import build

    db = tmp_path_factory.mktemp("seed") / "kg.db"
    build([SEED], db)
    return db


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless chromium for all tests of the page."""
    from browser import launched

    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Opens pages offline; at the end each must have kept still."""
    from browser import Opener

    opener = Opener(browser, tmp_path)
    yield opener
    opener.close()


@pytest.fixture
def page(open_page: Opener) -> Page:
    """The page of the small graph."""
    from page import tiny_html

    return open_page(tiny_html())
