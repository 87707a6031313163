"""GraphML (http://graphml.graphdrawing.org) that networkx, igraph, Gephi, yEd and Cytoscape read.

Written as a stream: the tree that `networkx.write_graphml` builds first would not fit into memory
for a whole field. Every attribute name has one type on nodes and one on edges; what has no value
is left out. Nodes also have `name` and edges `interaction`, which Cytoscape shows, and edges
`label`, which Gephi shows; as XML attributes stand what Neo4j's APOC reads, `labels` on nodes and
`label` on edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Final, TextIO
from xml.sax.saxutils import escape, quoteattr

import networkx as nx

from kg.export.files import replacing
from kg.export.flat import Scalar, clean, edges, nodes, scalars

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xmlns:y="http://www.yworks.com/xml/graphml" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns \
http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_YED_KEY: Final = '  <key id="yed" for="node" yfiles.type="nodegraphics"/>\n'
_LONG: Final = 1 << 63

Types = dict[str, str]


def write_graphml(G: nx.MultiDiGraph, path: Path, *, yed: bool = False) -> list[Path]:
    """Write the graph as GraphML; with `yed`, with the label blocks that yEd draws.

    Read it back with `networkx.read_graphml(path, force_multigraph=True)`.
    """
    tables = {
        "graph": _types([scalars(G.graph)]),
        "node": _types(data for _, data in _nodes(G)),
        "edge": _types(data for _, _, data in _edges(G)),
    }
    numbers = count()
    keys = {scope: {name: f"d{next(numbers)}" for name in types} for scope, types in tables.items()}
    ids = _xml_ids(G)
    with replacing(path) as file:
        file.write(_HEAD)
        for scope, types in tables.items():
            for name, kind in types.items():
                file.write(
                    f'  <key id="{keys[scope][name]}" for="{scope}"'
                    f' attr.name={_quoted(name)} attr.type="{kind}"/>\n'
                )
        file.write(_YED_KEY if yed else "")
        file.write('  <graph edgedefault="directed">\n')
        _write_data(file, scalars(G.graph), keys["graph"], tables["graph"])
        for node, data in _nodes(G):
            labels = _quoted(f":{str(data.get('kind', 'node')).capitalize()}")
            file.write(f"    <node id={_quoted(ids[node])} labels={labels}>\n")
            _write_data(file, data, keys["node"], tables["node"])
            file.write(_yed_block(data["name"]) if yed else "")
            file.write("    </node>\n")
        for number, (source, target, data) in enumerate(_edges(G)):
            file.write(
                f'    <edge id="e{number}" source={_quoted(ids[source])}'
                f" target={_quoted(ids[target])} label={_quoted(str(data['label']).upper())}>\n"
            )
            _write_data(file, data, keys["edge"], tables["edge"])
            file.write("    </edge>\n")
        file.write("  </graph>\n</graphml>\n")
    return [path]


def write_yed(G: nx.MultiDiGraph, path: Path) -> list[Path]:
    """Write the graph as GraphML with the label blocks that yEd draws."""
    return write_graphml(G, path, yed=True)


def _nodes(G: nx.MultiDiGraph) -> Iterator[tuple[str, dict[str, Scalar]]]:
    for node, data in nodes(G):
        yield node, {"name": data.get("label", clean(node)), **data}


def _edges(G: nx.MultiDiGraph) -> Iterator[tuple[str, str, dict[str, Scalar]]]:
    for source, target, key, data in edges(G):
        relation = data.get("relation", clean(key))
        yield (
            source,
            target,
            {"key": clean(key), "interaction": relation, "label": relation, **data},
        )


def _types(rows: Iterable[Mapping[str, Scalar]]) -> Types:
    """The GraphML type of each attribute: the narrowest that holds all its values; names sorted."""
    types: Types = {}
    for row in rows:
        for name, value in row.items():
            kind = _type(value)
            known = types.setdefault(name, kind)
            if known != kind:
                types[name] = "double" if {known, kind} == {"long", "double"} else "string"
    return dict(sorted(types.items()))


def _type(value: Scalar) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "long" if -_LONG <= value < _LONG else "string"
    return "double" if isinstance(value, float) else "string"


def _xml_ids(G: nx.MultiDiGraph) -> dict[str, str]:
    """An id for each node: its own, numbered where cleaning made two of them equal."""
    ids: dict[str, str] = {}
    taken: set[str] = set()
    # Those that need no cleaning come first and keep theirs.
    for node in sorted(G, key=lambda node: (clean(node) != node, node)):
        cleaned = clean(node)
        variants = (f"{cleaned}~{n}" if n else cleaned for n in count())
        ids[node] = next(variant for variant in variants if variant not in taken)
        taken.add(ids[node])
    return ids


def _write_data(
    file: TextIO, data: Mapping[str, Scalar], keys: Mapping[str, str], types: Types
) -> None:
    for name in sorted(data):
        text = _text(data[name], types[name])
        file.write(f'      <data key="{keys[name]}">{text}</data>\n')


def _text(value: Scalar, kind: str) -> str:
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "double":
        return repr(float(value))
    return _escaped(str(value))


def _escaped(text: str) -> str:
    # A reader turns a bare carriage return into a line feed.
    return escape(text, {"\r": "&#13;"})


def _quoted(text: str) -> str:
    return quoteattr(clean(text))


def _yed_block(label: Scalar) -> str:
    return (
        '      <data key="yed"><y:ShapeNode>'
        f"<y:NodeLabel>{_escaped(str(label))}</y:NodeLabel></y:ShapeNode></data>\n"
    )
