"""Node-link JSON, as `networkx.node_link_data` has it, one line a node and an edge."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, TextIO

from kg.export.files import replacing
from kg.export.rows import Rows
from kg.model import Evidence

_EVIDENCE: Final = tuple(field.name for field in fields(Evidence))


def write_json(rows: Rows, path: Path) -> list[Path]:
    """Write the graph with everything in it; evidence becomes objects, keys are sorted.

    Read it back with `networkx.node_link_graph(json.load(file), edges="edges")`.
    """
    nodes = ({**data, "id": node} for node, data in rows.nodes())
    edges = (
        {**data, "source": source, "target": target, "key": key}
        for source, target, key, data in rows.edges()
    )
    with replacing(path) as file:
        file.write('{\n"directed": true,\n"edges": [')
        _write_lines(file, edges)
        file.write(f'],\n"graph": {_line(rows.graph)},\n"multigraph": true,\n"nodes": [')
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
    return _ENCODER.encode(finite)


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, Evidence):
        return {name: getattr(value, name) for name in _EVIDENCE}
    raise TypeError(f"no JSON for a {type(value).__name__}")


_ENCODER: Final = json.JSONEncoder(default=_object, sort_keys=True, allow_nan=False)
