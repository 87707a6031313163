"""The drawing when the page opens, as a pyvis network: what stands where."""

from __future__ import annotations

import math
import textwrap
from typing import Any, Final

import networkx as nx
import numpy as np
from pyvis.network import Network

from kg.view.core import Drawn
from kg.view.layout import positions
from kg.view.rows import NodeRow
from kg.view.tables import SURE, Integers, Tables

#: Pixels that a letter of a label takes, and a line of it.
LETTER: Final = 6.6
LINE: Final = 15.0


def build_network(found: Tables, drawn: Drawn) -> Network:
    """The drawing: the chosen nodes, with `x`, `y` and `community`, and the chosen edges."""
    network = Network(directed=True)
    nodes = [found.nodes[n] for n in drawn.nodes.tolist()]
    H = nx.Graph()
    H.add_nodes_from(node.id for node in nodes)
    H.add_weighted_edges_from(
        (found.nodes[u].id, found.nodes[v].id, tie) for u, v, tie in drawn.ties
    )
    at = positions(H, {node.id: _box(node) for node in nodes})
    for node in nodes:
        facts = node_of(node)
        network.add_node(facts.pop("id"), **facts, **at[node.id]._asdict())
    for edge in edges_of(found, drawn.edges):
        network.add_edge(edge.pop("source"), edge.pop("target"), **edge)
    return network


def drawing(network: Network) -> dict[str, list[dict[str, Any]]]:
    """The nodes and edges of the network in the page's words, without how pyvis would draw them."""
    names = {"from": "source", "to": "target"}
    looks = {"shape", "arrows"}
    return {
        kind: [
            {names.get(name, name): value for name, value in item.items() if name not in looks}
            for item in items
        ]
        for kind, items in (("nodes", network.nodes), ("edges", network.edges))
    }


def node_of(node: NodeRow) -> dict[str, Any]:
    """The node as the page knows it."""
    years = [] if node.first is None else [node.first, node.last]
    facts = {"label": node.label, "kind": node.kind, "papers": node.papers}
    return {"id": node.id, **facts, "years": years}


def edges_of(found: Tables, edges: Integers) -> list[dict[str, Any]]:
    """These edges as the page knows them."""
    names = ("source", "target", "relation", "papers", "sure", "first", "last")
    rows = np.column_stack([found.edges[name][edges] for name in names]).tolist()
    return [
        {
            "source": found.nodes[source].id,
            "target": found.nodes[target].id,
            "relation": found.relations[relation],
            "papers": papers,
            "confidence": sure / SURE,
            "years": [first, last] if first else [],
        }
        for source, target, relation, papers, sure, first, last in rows
    ]


def _box(node: NodeRow) -> tuple[float, float]:
    """The width and height that the shape and the label beside or under it take."""
    lines = textwrap.wrap(node.label, 24 if node.kind == "paper" else 20)[:2] or [""]
    radius = 6 + 2 * math.log10(max(node.papers, 1))
    width = max(2 * radius, LETTER * max(map(len, lines)))
    return width + 12, 2 * radius + LINE * len(lines) + 6
