"""The graph as one self-contained HTML page."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import jinja2
import networkx as nx

from kg.errors import KgError
from kg.export.files import replacing
from kg.graph import confident
from kg.query.names import lookup
from kg.store import Store
from kg.store.reader import Reader
from kg.view.core import core
from kg.view.data import Data
from kg.view.network import build_network, drawing
from kg.view.part import Counts, counts, counts_of, is_too_large, most_named, part
from kg.view.rows import GraphRows, Rows, StoreRows
from kg.view.tables import Tables, tables

HERE: Final = Path(__file__).parent
#: Joined in this order into one module script; the last one starts the page.
SCRIPTS: Final = (
    "columns.js",
    "names.js",
    "loaded.js",
    "texts.js",
    "paths.js",
    "embedded.js",
    "served.js",
    "source.js",
    "graph.js",
    "dom.js",
    "filter.js",
    "state.js",
    "place.js",
    "scene.js",
    "drawing.js",
    "labels.js",
    "islands.js",
    "explore.js",
    "cursor.js",
    "pointer.js",
    "menu.js",
    "search.js",
    "controls.js",
    "years.js",
    "card.js",
    "numbers.js",
    "between.js",
    "overview.js",
    "list.js",
    "picture.js",
    "export.js",
    "view.js",
)
#: Each a style sheet of its own, the later ones over the earlier.
STYLES: Final = (
    "view.css",
    "header.css",
    "filters.css",
    "drawing.css",
    "card.css",
    "facts.css",
    "screens.css",
)
#: Where the islands of data go; no title can hold it, as titles are escaped.
_ISLANDS: Final = "<islands>"

Graph: TypeAlias = "nx.MultiDiGraph | Store"


def write_html(graph: Graph, path: str | os.PathLike[str], **options: Any) -> None:
    """Write what `render` returns for the same options; a file there is replaced when it is done.

    Raises KgError where nothing can be written, and what `render` raises.
    """
    pieces = _pieces(graph, **options)
    first = next(pieces)
    with replacing(path) as file:
        file.write(first)
        file.writelines(pieces)


def render(
    graph: Graph,
    *,
    title: str = "Knowledge graph",
    focus: str | None = None,
    limit: int = 200,
    min_confidence: float = 0.0,
) -> str:
    """The page as text: the same graph, or the store that holds it, gives the same page.

    At most `limit` nodes are drawn when it opens; the others are found by searching. `focus`,
    a node id or a name, draws that node and its neighbours and opens its card. What no evidence
    of `min_confidence` (0 to 1) shows is left out. Raises UnknownEntity or AmbiguousEntity for a
    focus that is no one node.

    >>> G = nx.MultiDiGraph()
    >>> "Nothing" in render(G, title="Nothing <here>") and "<here>" not in render(G, title="<here>")
    True
    """
    return "".join(
        _pieces(graph, title=title, focus=focus, limit=limit, min_confidence=min_confidence)
    )


def _pieces(
    graph: Graph,
    *,
    title: str = "Knowledge graph",
    focus: str | None = None,
    limit: int = 200,
    min_confidence: float = 0.0,
) -> Iterator[str]:
    """The page, piece by piece: a large graph's texts are never in memory all at once."""
    rows = rows_of(graph)
    found = tables(rows, min_confidence=min_confidence)
    centre = None if focus is None else lookup(_asked(graph, min_confidence), focus)
    about = summary(found, counts_of(found), title=title, focus=centre, limit=limit)
    if isinstance(graph, Store) and is_too_large(graph):
        about["note"] = _note(graph, about)
    before, after = page(about, source="embedded").html.split(_ISLANDS)
    data = Data(found, rows)
    yield before
    yield '<script type="text/plain" id="graph">\n'
    for line in data.graph():
        yield line + "\n"
    yield "</script>\n"
    for line in data.texts():
        yield f'<script type="text/plain" class="texts">{line}</script>\n'
    yield after


def rows_of(graph: Graph) -> Rows:
    """The rows of a graph, in memory or in a store; of a store too large for a file the best."""
    if not isinstance(graph, Store):
        return GraphRows(graph)
    return most_named(graph) if is_too_large(graph) else StoreRows(graph)


def _note(store: Store, about: dict[str, Any]) -> str:
    kinds, _ = store.counts()
    entities = sum(kinds.values()) - kinds["paper"]
    return (
        f"Of {kinds['paper']:,} papers and {entities:,} entities this file holds the "
        f"{about['counts']['entities']:,} entities that most papers name, without sentences; "
        "kg serve shows all."
    )


def _asked(graph: Graph, least: float) -> nx.MultiDiGraph | Reader:
    """What looks a name up in what is as sure as that of the graph."""
    if isinstance(graph, Store):
        return graph.reader(least)
    return confident(graph, least) if least > 0 else graph


def served_page(store: Store, *, title: str, limit: int = 200) -> Page:
    """The page that asks a server for all that is not drawn when it opens."""
    found = tables(part(store, limit))
    about = summary(found, counts(store), title=title, focus=None, limit=limit)
    made = page(about, source="served")
    return made._replace(html=made.html.replace(_ISLANDS, ""))


def summary(
    found: Tables, counted: Counts, *, title: str, focus: str | None, limit: int
) -> dict[str, Any]:
    """What the page knows at once: what is drawn when it opens, and counts of all there is."""
    centre = next((n for n, node in enumerate(found.nodes) if node.id == focus), None)
    drawn = core(found, limit=limit, focus=centre)
    kinds = counted.kinds
    return {
        "title": title,
        "focus": focus,
        "counts": {
            "papers": kinds["paper"],
            "entities": sum(kinds.values()) - kinds["paper"],
            "links": sum(count for _, count in counted.relations),
        },
        "years": counted.years,
        "kinds": kinds,
        "relations": counted.relations,
        "drawing": drawing(build_network(found, drawn)),
    }


class Page(NamedTuple):
    """A page, and the policy in it, which a server sends as a header too."""

    html: str
    policy: str


def page(about: dict[str, Any], *, source: str) -> Page:
    """The page around a summary, with `_ISLANDS` where the data of an embedded graph goes."""
    # What is no text, as half a surrogate pair, cannot be written.
    title = about["title"].encode("utf-8", "replace").decode("utf-8")
    styles = [_vis("vis-network.css"), *map(_own, STYLES)]
    scripts = [_vis("vis-network.min.js"), "\n".join(_own(name) for name in SCRIPTS)]
    policy = _policy(scripts, styles, served=source == "served")
    html = _template().render(
        title=title,
        policy=policy,
        styles=styles,
        scripts=scripts,
        core=_json({**about, "title": title, "source": source}),
        islands=_ISLANDS,
    )
    return Page(html, policy)


def _json(data: dict[str, Any]) -> str:
    r"""JSON in ASCII that no HTML parser can read as markup.

    >>> _json({"a": "</script>&\u2028"})
    '{"a":"\\u003c/script\\u003e\\u0026\\u2028"}'
    """
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _policy(scripts: list[str], styles: list[str], *, served: bool) -> str:
    """A Content-Security-Policy under which nothing but these very texts runs or is fetched.

    A page that is served may ask the server that it is from.
    """
    return "; ".join(
        (
            "default-src 'none'",
            *(["connect-src 'self'"] if served else []),
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {' '.join(map(_hash, styles))}",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template("template.html")


@cache
def _own(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _vis(name: str) -> str:
    """A file of the vis-network release that comes with pyvis, the newest if there are several."""
    found = [
        folder / name
        for folder in resources.files("pyvis").joinpath("templates", "lib").iterdir()
        if folder.name.startswith("vis-")
    ]
    if not found:
        raise KgError("the installed pyvis has no vis-network in it; install pyvis 0.3.2")
    return max(found, key=_release).read_text(encoding="utf-8")


def _release(file: Traversable) -> list[int]:
    folder = Path(str(file)).parent.name
    return [int(part) for part in folder.removeprefix("vis-").split(".")]
