"""The graph as one self-contained HTML page."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import jinja2
import networkx as nx

from kg.errors import KgError
from kg.export.files import replacing
from kg.query.names import lookup
from kg.view.core import core
from kg.view.data import island
from kg.view.network import build_network

HERE: Final = Path(__file__).parent
#: Joined in this order into one module script; the last one starts the page.
SCRIPTS: Final = ("graph.js", "card.js", "drawing.js", "controls.js", "view.js")


def write_html(G: nx.MultiDiGraph, path: str | os.PathLike[str], **options: Any) -> None:
    """Write what `render` returns for the same options; a file there is replaced when it is done.

    Raises KgError where nothing can be written, and what `render` raises.
    """
    page = render(G, **options)
    with replacing(path) as file:
        file.write(page)


def render(
    G: nx.MultiDiGraph,
    *,
    title: str = "Knowledge graph",
    focus: str | None = None,
    limit: int = 300,
) -> str:
    """The page as text: the same graph gives the same page.

    At most `limit` nodes are drawn when it opens; the others are found by searching. `focus`,
    a node id or a name, draws that node and its neighbours and opens its card. Raises
    UnknownEntity or AmbiguousEntity for a focus that is no one node.

    >>> G = nx.MultiDiGraph()
    >>> "Nothing" in render(G, title="Nothing <here>") and "<here>" not in render(G, title="<here>")
    True
    """
    centre = None if focus is None else lookup(G, focus)
    drawn = core(G, limit=limit, focus=centre)
    network = build_network(G, drawn)
    nodes, edges, *_ = network.get_network_data()
    drawing = {"nodes": nodes, "edges": edges, "options": network.options}
    data = {"title": title, "focus": centre, "drawing": drawing, **island(G)}
    styles = [_vis("vis-network.css"), _own("view.css")]
    scripts = [_vis("vis-network.min.js"), "\n".join(_own(name) for name in SCRIPTS)]
    return _template().render(
        title=title,
        policy=_policy(scripts, styles),
        styles=styles,
        scripts=scripts,
        data=_json(data),
    )


def _json(data: dict[str, Any]) -> str:
    r"""JSON in ASCII that no HTML parser can read as markup.

    >>> _json({"a": "</script>&\u2028"})
    '{"a":"\\u003c/script\\u003e\\u0026\\u2028"}'
    """
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _policy(scripts: list[str], styles: list[str]) -> str:
    """A Content-Security-Policy under which nothing but these very texts runs or is fetched."""
    return "; ".join(
        (
            "default-src 'none'",
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
