"""The interactive page, and what pyvis makes of the same graph: size, time to open, panning.

    python -m kg.bench page --papers 1000 --papers 5000 field.db

Of each database, or of so many of its papers, the page is written and opened in a headless
chromium that has no network. "drawn" is when first anything is to be seen on the canvas, "found"
when a search that was typed at once is answered, "search" the slowest answer to a letter typed
later, "frames" how many a second there are while the drawing is dragged. Then the same graph
goes through `Network.from_nx` of pyvis, physics on, as its documentation does it.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import TimeoutError, get_context
from pathlib import Path
from typing import Any, Final

#: Seconds after which a page that shows nothing is given up; twice as many are for writing it.
PATIENCE: Final = 120.0
#: Seconds for which a drawing is dragged.
DRAGGED: Final = 4.0
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WORDS: Final = ("v", "vi", "vision", "vision tr", "cifar", "segmentation of", "qqzz")

#: Tells when a canvas first holds a pixel that is not blank.
_WATCH: Final = """
(() => {
  const drawn = () => [...document.querySelectorAll("canvas")].some((canvas) => {
    if (!canvas.width || !canvas.height) return false;
    const small = new OffscreenCanvas(64, 64).getContext("2d", { willReadFrequently: true });
    small.drawImage(canvas, 0, 0, 64, 64);
    return small.getImageData(0, 0, 64, 64).data.some((value) => value > 0);
  });
  const look = () => {
    if (drawn()) window.firstDrawn = performance.now();
    else setTimeout(look, 50);
  };
  setTimeout(look, 50);
})();
"""
_COUNT_FRAMES: Final = """
() => {
  window.frames_ = [];
  const count = (now) => { window.frames_.push(now); requestAnimationFrame(count); };
  requestAnimationFrame(count);
}
"""
_TYPE: Final = """
(text) => new Promise((resolve) => {
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  const start = performance.now();
  const observer = new MutationObserver(() => {
    observer.disconnect();
    resolve(performance.now() - start);
  });
  observer.observe(list, { childList: true, subtree: true });
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
})
"""


@dataclass
class Measured:
    """Seconds, bytes and frames a second; None was waited for in vain."""

    name: str
    nodes: int = 0
    edges: int = 0
    written: float | None = None
    busy: float | None = None
    memory: int = 0
    size: int = 0
    drawn: float | None = None
    found: float | None = None
    search: float | None = None
    frames: float | None = None


def main(arguments: list[str]) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m kg.bench page", description=__doc__)
    parser.add_argument("databases", nargs="+", type=Path)
    parser.add_argument("--papers", type=int, action="append", default=[])
    parser.add_argument("--patience", type=float, default=PATIENCE)
    parser.add_argument("--no-pyvis", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for db in _parts(options.databases, options.papers, Path(folder)):
            found.append(_measured("kg", db, write_page, Path(folder), options.patience))
            _tell(found[-1])
            if not options.no_pyvis:
                found.append(_measured("pyvis", db, write_pyvis, Path(folder), options.patience))
                _tell(found[-1])


def _parts(databases: list[Path], papers: list[int], folder: Path) -> Iterator[Path]:
    """The databases, and before each the parts of it that hold so many papers."""
    from kg.store import open_store

    for db in databases:
        for count in papers:
            part = folder / f"{db.stem}-{count}.db"
            with open_store(db, readonly=True) as whole, open_store(part, create=True) as store:
                pairs = zip(whole.papers(), whole.extractions(), strict=True)
                store.put((pair for pair, _ in zip(pairs, range(count), strict=False)), version="")
                store.update_graph()
            yield part
        yield db


def write_page(db: Path, page: Path) -> None:
    """The page as `kg view` writes it."""
    from kg.store import open_store
    from kg.view import write_html

    with open_store(db, readonly=True) as store:
        write_html(store, page)


def write_pyvis(db: Path, page: Path) -> None:
    """The page that pyvis makes of the graph's nodes, labels and edges."""
    import networkx as nx
    from pyvis.network import Network

    from kg.store import open_store
    from kg.view.rows import StoreRows

    H = nx.MultiDiGraph()
    with open_store(db, readonly=True) as store:
        rows = StoreRows(store)
        H.add_nodes_from((n.n, {"label": n.label, "group": n.kind}) for n in rows.nodes())
        H.add_edges_from((e.source, e.target, {"title": e.relation}) for e in rows.edges())
    network = Network(height="900px", width="100%", directed=True, cdn_resources="in_line")
    network.from_nx(H)
    page.write_text(network.generate_html(notebook=False), encoding="utf-8")


def _measured(
    name: str, db: Path, write: Callable[[Path, Path], None], folder: Path, patience: float
) -> Measured:
    from kg.store import open_store

    page = folder / f"{name}.html"
    with open_store(db, readonly=True) as store:
        kinds, edges = store.counts()
    found = Measured(f"{name} {kinds['paper']:,}", sum(kinds.values()), edges)
    # Processes of their own: the memory is theirs alone, and what does not end can be left.
    with get_context("spawn").Pool(1) as pool, suppress(TimeoutError):
        done = pool.apply_async(_timed, (write, db, page)).get(2 * patience)
        found.written, found.busy, found.memory = done
        found.size = page.stat().st_size
        browsed: dict[str, Any] = pool.apply_async(_browsed, (page, patience)).get(2 * patience)
        return replace(found, **browsed)
    return found


def _timed(write: Callable[[Path, Path], None], db: Path, page: Path) -> tuple[float, float, int]:
    """Seconds by the clock and of the processor, and the most memory in bytes."""
    start, busy = time.perf_counter(), time.process_time()
    write(db, page)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return time.perf_counter() - start, time.process_time() - busy, used


def _browsed(page: Path, patience: float) -> dict[str, float | None]:
    """What is measured of the page in a browser: fields of `Measured`."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("KG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
        context.set_default_timeout(1000 * patience)
        tab = context.new_page()
        tab.add_init_script(_WATCH)
        tab.goto(page.as_uri(), wait_until="commit")
        found = _browse(tab, patience)
        browser.close()
    return found


def _browse(page: Any, patience: float) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    until = time.monotonic() + patience
    while not (drawn := page.evaluate("window.firstDrawn")):
        if time.monotonic() > until:
            return found
        time.sleep(0.02)
    found["drawn"] = drawn / 1000
    if page.locator("#search").count():
        page.fill("#search", "transformer")
        page.locator("#found [role=option]").first.wait_for()
        found["found"] = page.evaluate("performance.now()") / 1000
        found["search"] = max(page.evaluate(_TYPE, word) for word in WORDS) / 1000
        page.keyboard.press("Escape")
    found["frames"] = _frames(page)
    return found


def _frames(page: Any) -> float:
    """Frames a second while the mouse drags the drawing to and fro."""
    page.evaluate(_COUNT_FRAMES)
    box = page.locator("canvas").first.bounding_box()
    x, y = box["x"] + 12, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    before, start = page.evaluate("window.frames_.length"), time.monotonic()
    step = 0
    while time.monotonic() - start < DRAGGED:
        step += 1
        page.mouse.move(x + abs(step % 80 - 40) * 6, y + abs(step % 60 - 30) * 6)
    seconds = time.monotonic() - start
    frames = page.evaluate("window.frames_.length") - before
    page.mouse.up()
    return float(frames / seconds)


def _tell(found: Measured) -> None:
    def seconds(value: float | None) -> str:
        return "-" if value is None else f"{value:.2f} s"

    cells = [
        f"{found.nodes:,} nodes, {found.edges:,} edges",
        f"{found.size / 1e6:.1f} MB",
        f"written in {seconds(found.written)}, busy for {seconds(found.busy)}",
        f"memory {found.memory / 1e6:.0f} MB",
        f"drawn {seconds(found.drawn)}",
        f"found {seconds(found.found)}",
        f"search {seconds(found.search)}",
        f"frames {'-' if found.frames is None else f'{found.frames:.0f}/s'}",
    ]
    print(f"{found.name:14}", " | ".join(cells))
    sys.stdout.flush()
