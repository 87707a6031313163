"""The drawing when the page opens, as a pyvis network: what stands where, and how it looks."""

from __future__ import annotations

import math
import textwrap
from typing import Any, Final

import networkx as nx
from pyvis.network import Network

from kg.view.layout import positions

SHAPES: Final = {
    "paper": "square",
    "method": "dot",
    "dataset": "diamond",
    "metric": "triangle",
    "task": "star",
}
FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
OPTIONS: Final[dict[str, Any]] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"hover": True, "tooltipDelay": 250, "hoverConnectedEdges": False},
    "nodes": {
        "size": 7,
        "borderWidth": 1,
        "borderWidthSelected": 3,
        "labelHighlightBold": False,
        "font": {"size": 11, "face": FONT, "strokeWidth": 3},
        "scaling": {"label": {"drawThreshold": 7, "maxVisible": 22}},
    },
    "edges": {
        "smooth": False,
        "arrows": {"to": {"enabled": True, "scaleFactor": 0.4}},
        "hoverWidth": 0.5,
        "selectionWidth": 0,
    },
    "groups": {"useDefaultGroups": False, **{k: {"shape": s} for k, s in SHAPES.items()}},
}


def build_network(G: nx.MultiDiGraph, drawn: list[str]) -> Network:
    """The drawing: these nodes where they stand, and one line for each joined ordered pair."""
    network = Network(directed=True)
    network.options = OPTIONS
    looks = {node: _looks(G.nodes[node]) for node in drawn}
    lines = _lines(G, drawn)
    H = nx.Graph()
    H.add_nodes_from(drawn)
    for source, target in lines:
        H.add_edge(source, target, weight=G.number_of_edges(source, target))
    at = positions(H, {node: _box(look) for node, look in looks.items()})
    for node, look in looks.items():
        x, y = at[node]
        # The box's centre lies below the shape's, as the label stands under the shape.
        y -= round(_box(look)[1] / 2 - look["size"])
        network.add_node(node, group=G.nodes[node]["kind"], x=x, y=y, **look)
    # The page numbers nodes in this order too, and knows a line by its ends.
    place = {node: i for i, node in enumerate(sorted(G))}
    for (source, target), relations in lines.items():
        line = f"{place[source]}-{place[target]}"
        network.add_edge(source, target, id=line, relations=relations)
    return network


def _lines(G: nx.MultiDiGraph, drawn: list[str]) -> dict[tuple[str, str], list[str]]:
    lines: dict[tuple[str, str], list[str]] = {}
    for source, target, relation in sorted(G.subgraph(drawn).edges(data="relation")):
        if source != target and relation not in lines.setdefault((source, target), []):
            lines[source, target].append(relation)
    return lines


def _looks(data: dict[str, Any]) -> dict[str, Any]:
    """Shape, size and label by kind and number of papers."""
    paper = data["kind"] == "paper"
    weight = 0.0 if paper else math.log2(data["papers"]) if data["papers"] else 0.0
    width = 22 if paper else 18
    lines = textwrap.wrap(data["label"], width) or [""]
    label = "\n".join(lines[:2]) + ("…" if len(lines) > 2 else "")
    return {
        "label": label,
        "shape": SHAPES[data["kind"]],
        "size": round(6 if paper else 6 + 3 * min(weight, 5), 1),
        "font": {"size": 9 if paper else round(12 + 2 * min(weight, 5))},
    }


def _box(look: dict[str, Any]) -> tuple[float, float]:
    """The width and height that the shape and the label under it take."""
    lines, font = look["label"].split("\n"), look["font"]["size"]
    width = max(2 * look["size"], 0.56 * font * max(map(len, lines)))
    return width + 10, 2 * look["size"] + 1.2 * font * len(lines) + 8
