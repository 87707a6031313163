"""GEXF 1.3 (https://gexf.net), Gephi's own format, written as a stream.

A node's label, and an edge's weight, are XML attributes, by which Gephi shows and lays them out;
an edge's label and kind are its relation, so that edges of several relations between two nodes
stay apart. All else is an attribute with a type, years too: the graph has no time axis. What has
no value is left out. An edge's key is called as networkx calls it, which takes it for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kg.export.files import replacing
from kg.export.flat import Scalar, clean, edges, flat_edge, nodes, scalars
from kg.export.rows import Rows
from kg.export.xml import Types, quoted, text_of, types_of, xml_ids

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd">
  <meta><creator>kg</creator></meta>
  <graph defaultedgetype="directed" mode="static" idtype="string">
"""
_KEY: Final = "networkx_key"


def write_gexf(rows: Rows, path: Path) -> list[Path]:
    """Write the graph as GEXF; read it back with `networkx.read_gexf(path, version="1.3")`."""
    some_nodes, some_edges = rows.samples()
    node_types = types_of(scalars(data) for _, data in some_nodes)
    node_types.pop("label", None)
    edge_types = types_of({**flat_edge(data), _KEY: key} for _, _, key, data in some_edges)
    weighted = edge_types.get("weight") in ("long", "double")
    if weighted:
        del edge_types["weight"]
    ids = xml_ids(rows.ids())
    with replacing(path) as file:
        file.write(_HEAD)
        file.write(_declared("node", node_types))
        file.write(_declared("edge", edge_types))
        file.write("    <nodes>\n")
        for node, data in nodes(rows):
            label = str(data.pop("label", node))
            file.write(
                f"      <node id={quoted(ids.get(node, node))} label={quoted(label)}>\n"
                f"{_values(data, node_types)}      </node>\n"
            )
        file.write("    </nodes>\n    <edges>\n")
        for number, (source, target, key, data) in enumerate(edges(rows)):
            relation = quoted(str(data.get("relation", key)))
            weight = f' weight="{data.pop("weight", 1)}"' if weighted else ""
            file.write(
                f'      <edge id="{number}" source={quoted(ids.get(source, source))}'
                f" target={quoted(ids.get(target, target))} label={relation} kind={relation}"
                f"{weight}>\n{_values({**data, _KEY: clean(key)}, edge_types)}      </edge>\n"
            )
        file.write("    </edges>\n  </graph>\n</gexf>\n")
    return [path]


def _declared(scope: str, types: Types) -> str:
    """The attributes that nodes or edges have, each under its own name."""
    lines = "".join(
        f'      <attribute id={quoted(name)} title={quoted(name)} type="{kind}"/>\n'
        for name, kind in types.items()
    )
    return f'    <attributes class="{scope}" mode="static">\n{lines}    </attributes>\n'


def _values(data: Mapping[str, Scalar], types: Types) -> str:
    texts = [(name, text_of(data[name], types[name])) for name in sorted(data)]
    lines = [
        f"          <attvalue for={quoted(name)} value={quoted(text)}/>\n" for name, text in texts
    ]
    return f"        <attvalues>\n{''.join(lines)}        </attvalues>\n"
