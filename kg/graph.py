"""The store's graph as a networkx.MultiDiGraph: this is the one place that states its schema.

Nodes. The id is `kind:slug`, a paper's is `paper:<id>`.

- every node: `label: str`, `kind: str` (paper, method, dataset, metric or task),
  `aliases: list[str]` (most used first, without the label), `papers: int` (how many name it),
  `first_year: int | None`, `last_year: int | None`
- entities: `short: str`, `long: str`, the acronym and what it stands for, "" where unknown
- papers: `title`, `abstract`, `venue`, `url`, `doi`, `arxiv_id: str`, `year: int | None`,
  `authors: list[str]`

Edges. The key is the relation; for `achieves`, of which one pair of nodes has many, it is
`achieves:<value>@<dataset>#<paper>`, with `~<baseline>` where there is one.

- every edge: `relation: str`, `weight: int` (how many papers state it), `confidence: float`
  (the highest of its evidence), `evidence: list[kg.model.Evidence]`, sorted
- paper -> entity: `surface: list[str]`, what the paper calls it, and
  `mentions: list[tuple[int, int]]`, half-open offsets in `title + "\\n" + abstract`
- `achieves`: `value: str` as printed, `number: float | None`, `high: float | None` (the end of
  a range), `unit: str`, `dataset: str` and `baseline: str` (node ids or ""), `paper: str` (its
  id), `relative: bool` (a change, against the baseline or what was before, and no level)

| relation | from -> to |
|---|---|
| proposes, uses, compares_with | paper -> method |
| introduces, evaluates_on | paper -> dataset |
| reports | paper -> metric |
| addresses | paper -> task |
| evaluated_on | method -> dataset |
| used_for | method -> task |
| compared_with, uses | method -> method |
| measured_by | method -> metric |
| achieves | method, or the paper when its method has no name -> metric |

Nodes and edges are inserted in sorted order, so the same content iterates in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import networkx as nx

from kg.errors import UnknownEntity
from kg.store import Edge, Naming, NodeRow, Number, Store, open_store


def open_graph(db: str | Path) -> nx.MultiDiGraph:
    """The whole graph of a database file, which is not written to.

    Raises StoreError when the file is missing, damaged or none of this program.

    >>> open_graph("/no/such/file.db")
    Traceback (most recent call last):
    kg.errors.StoreError: /no/such/file.db: no such database; run `kg build` first
    """
    with open_store(db, readonly=True) as store:
        return load_graph(store)


def load_graph(store: Store) -> nx.MultiDiGraph:
    """The whole graph of an open store, in one state of it."""
    with store.snapshot():
        return _graph(store.nodes(), store.edges())


def neighbourhood(store: Store, node_id: str, *, hops: int = 1) -> nx.MultiDiGraph:
    """The part of the graph within `hops` steps of a node, in any direction, and no more read.

    It has every edge between its nodes, as `networkx.ego_graph(G, node_id, hops,
    undirected=True)` has. Raises UnknownEntity when there is no such node.
    """
    with store.snapshot():
        if not any(store.nodes([node_id])):
            raise UnknownEntity(node_id)
        reached = border = {node_id}
        for _ in range(hops):
            border = store.neighbours(border) - reached
            reached = reached | border
        return _graph(store.nodes(reached), store.edges(reached))


def _graph(nodes: Iterable[NodeRow], edges: Iterable[Edge]) -> nx.MultiDiGraph:
    G = nx.MultiDiGraph()
    G.add_nodes_from((node.id, _node_attributes(node)) for node in nodes)
    for edge in edges:
        G.add_edge(edge.source, edge.target, key=edge.key, **_edge_attributes(edge))
    return G


def _node_attributes(node: NodeRow) -> dict[str, Any]:
    common = {
        "label": node.label,
        "kind": node.kind,
        "aliases": list(node.aliases),
        "papers": node.papers,
        "first_year": node.first_year,
        "last_year": node.last_year,
    }
    if node.paper is None:
        return {**common, "short": node.short, "long": node.long}
    about = asdict(node.paper)
    del about["id"]
    return {**common, **about, "authors": list(node.paper.authors)}


def _edge_attributes(edge: Edge) -> dict[str, Any]:
    common = {
        "relation": edge.relation,
        "weight": edge.weight,
        "confidence": edge.confidence,
        "evidence": list(edge.evidence),
    }
    match edge.detail:
        case Naming(surface, mentions):
            return {**common, "surface": list(surface), "mentions": list(mentions)}
        case Number() as number:
            return {**common, **asdict(number)}
    return common
