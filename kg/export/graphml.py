"""GraphML (http://graphml.graphdrawing.org) that networkx, igraph, Gephi, yEd and Cytoscape read.

Written as a stream: the tree that `networkx.write_graphml` builds first would not fit into memory
for a whole field. Every attribute name has one type on nodes and one on edges; what has no value
is left out. Nodes also have `name` and edges `interaction`, which Cytoscape shows, and edges
`label`, which Gephi shows; as XML attributes stand what Neo4j's APOC reads, `labels` on nodes and
`label` on edges.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Final

from kg.export.files import replacing
from kg.export.flat import Scalar, clean, edges, flat_edge, nodes, scalars
from kg.export.rows import Rows
from kg.export.xml import Types, escaped, quoted, text_of, types_of, xml_ids

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xmlns:y="http://www.yworks.com/xml/graphml" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns \
http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_YED_KEY: Final = '  <key id="yed" for="node" yfiles.type="nodegraphics"/>\n'


def write_graphml(rows: Rows, path: Path, *, yed: bool = False) -> list[Path]:
    """Write the graph as GraphML; with `yed`, with the label blocks that yEd draws.

    Read it back with `networkx.read_graphml(path, force_multigraph=True)`.
    """
    some_nodes, some_edges = rows.samples()
    tables = {
        "graph": types_of([scalars(rows.graph)]),
        "node": types_of(_node(node, scalars(data)) for node, data in some_nodes),
        "edge": types_of(_edge(key, flat_edge(data)) for _, _, key, data in some_edges),
    }
    numbers = count()
    keys = {scope: {name: f"d{next(numbers)}" for name in types} for scope, types in tables.items()}
    ids = xml_ids(rows.ids())

    def data_of(scope: str, data: Mapping[str, Scalar]) -> str:
        return _data(data, keys[scope], tables[scope])

    with replacing(path) as file:
        file.write(_HEAD)
        for scope, types in tables.items():
            for name, kind in types.items():
                file.write(
                    f'  <key id="{keys[scope][name]}" for="{scope}"'
                    f' attr.name={quoted(name)} attr.type="{kind}"/>\n'
                )
        file.write(_YED_KEY if yed else "")
        file.write('  <graph edgedefault="directed">\n')
        file.write(data_of("graph", scalars(rows.graph)))
        for node, data in nodes(rows):
            labels = quoted(f":{str(data.get('kind', 'node')).capitalize()}")
            data = _node(node, data)
            file.write(
                f"    <node id={quoted(ids.get(node, node))} labels={labels}>\n"
                f"{data_of('node', data)}{_yed_block(data['name']) if yed else ''}    </node>\n"
            )
        for number, (source, target, key, data) in enumerate(edges(rows)):
            data = _edge(key, data)
            file.write(
                f'    <edge id="e{number}" source={quoted(ids.get(source, source))}'
                f" target={quoted(ids.get(target, target))}"
                f" label={quoted(str(data['label']).upper())}>\n"
                f"{data_of('edge', data)}    </edge>\n"
            )
        file.write("  </graph>\n</graphml>\n")
    return [path]


def write_yed(rows: Rows, path: Path) -> list[Path]:
    """Write the graph as GraphML with the label blocks that yEd draws."""
    return write_graphml(rows, path, yed=True)


def _node(node: str, data: dict[str, Scalar]) -> dict[str, Scalar]:
    return {"name": data.get("label", clean(node)), **data}


def _edge(key: str, data: dict[str, Scalar]) -> dict[str, Scalar]:
    relation = data.get("relation", clean(key))
    return {"key": clean(key), "interaction": relation, "label": relation, **data}


def _data(data: Mapping[str, Scalar], keys: Mapping[str, str], types: Types) -> str:
    lines = [
        f'      <data key="{keys[name]}">{escaped(text_of(data[name], types[name]))}</data>\n'
        for name in sorted(data)
    ]
    return "".join(lines)


def _yed_block(label: Scalar) -> str:
    return (
        '      <data key="yed"><y:ShapeNode>'
        f"<y:NodeLabel>{escaped(str(label))}</y:NodeLabel></y:ShapeNode></data>\n"
    )
