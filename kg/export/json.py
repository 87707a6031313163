"""Node-link JSON, as `networkx.node_link_data` has it, one line a node and an edge."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

import networkx as nx

from kg.export.files import replacing
from kg.model import Evidence


def write_json(G: nx.MultiDiGraph, path: Path) -> list[Path]:
    """Write the graph with everything in it; evidence becomes objects, keys are sorted.

    Read it back with `networkx.node_link_graph(json.load(file), edges="edges")`.
    """
    nodes = ({**G.nodes[node], "id": node} for node in sorted(G))
    edges = (
        {**G.edges[edge], **dict(zip(("source", "target", "key"), edge, strict=True))}
        for edge in sorted(G.edges(keys=True))
    )
    with replacing(path) as file:
        file.write('{\n"directed": true,\n"edges": [')
        _write_lines(file, edges)
        file.write(f'],\n"graph": {_line(G.graph)},\n"multigraph": true,\n"nodes": [')
        _write_lines(file, nodes)
        file.write("]\n}\n")
    return [path]


def _write_lines(file: TextIO, rows: Iterable[Mapping[str, Any]]) -> None:
    before = "\n"
    for row in rows:
        file.write(before + _line(row))
        before = ",\n"


def _line(row: Mapping[str, Any]) -> str:
    # JSON has no infinity; ASCII keeps even half a surrogate pair readable for every parser.
    finite = {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in row.items()
    }
    return json.dumps(finite, default=_object, sort_keys=True, allow_nan=False)


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, Evidence):
        return asdict(value)
    raise TypeError(f"no JSON for a {type(value).__name__}")
