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
| variant_of | method -> method, dataset -> dataset: a size or version of it |
| achieves | method, or the paper when its method has no name -> metric |

Nodes and edges are inserted in sorted order, so the same content iterates in the same order.
`confident` keeps the schema and every edge's key, also where the dataset or baseline in it is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.errors import KgError, UnknownEntity
from kg.model import ACHIEVES, Evidence
from kg.store import Edge, Naming, NodeRow, Number, Store, open_store

if TYPE_CHECKING:
    import igraph


def open_graph(db: str | Path, *, min_confidence: float = 0.0) -> nx.MultiDiGraph:
    """The graph of a database file, which is not written to: all of it, or what is `confident`.

    Raises StoreError when the file is missing, damaged or none of this program.

    >>> open_graph("/no/such/file.db")
    Traceback (most recent call last):
    kg.errors.StoreError: /no/such/file.db: no such database; run `kg build` first
    """
    with open_store(db, readonly=True) as store:
        G = load_graph(store)
    return confident(G, min_confidence) if min_confidence > 0 else G


def load_graph(store: Store) -> nx.MultiDiGraph:
    """The whole graph of an open store, in one state of it."""
    with store.snapshot():
        return _graph(store.nodes(), store.edges())


def confident(G: nx.MultiDiGraph, least: float) -> nx.MultiDiGraph:
    """A new graph with only the evidence of a confidence of `least` (0 to 1) or more.

    Edges without any are gone, and with their last edge entities, also as the dataset or the
    baseline of a number; papers stay. Weights, papers and years count what is left.

    >>> from kg.model import Evidence
    >>> seen = [Evidence(p, 0, 9, "It is CCT.", "model", sure) for p, sure in zip("ab", (0.9, 0.4))]
    >>> G = nx.MultiDiGraph()
    >>> G.add_nodes_from(["method:cct", "method:vit"], kind="method")
    >>> _ = G.add_edge("method:cct", "method:vit", "uses", relation="uses", weight=2,
    ...                confidence=0.9, evidence=seen)
    >>> confident(G, 0.5).edges["method:cct", "method:vit", "uses"]["weight"]
    1
    >>> len(confident(G, 0.95))
    0
    """
    H = nx.MultiDiGraph()
    H.add_nodes_from(G.nodes(data=True))
    for source, target, key, data in G.edges(keys=True, data=True):
        if kept := [e for e in data["evidence"] if e.confidence >= least]:
            H.add_edge(source, target, key=key, **{**data, **_stated_by(kept)})
    entities = [node for node, kind in H.nodes(data="kind") if kind != "paper"]
    H.remove_nodes_from([node for node in entities if not (H.succ[node] or H.pred[node])])
    for node in filter(H.has_node, entities):
        H.nodes[node].update(_named_by(H, node))
    for _, _, data in H.edges(data=True):
        if data["relation"] == ACHIEVES:
            gone = [end for end in ("dataset", "baseline") if data[end] not in H]
            data.update(dict.fromkeys(gone, ""))
    return H


def _stated_by(evidence: list[Evidence]) -> dict[str, Any]:
    """An edge's attributes that follow from its evidence."""
    return {
        "weight": len({e.paper for e in evidence}),
        "confidence": max(e.confidence for e in evidence),
        "evidence": evidence,
    }


def _named_by(G: nx.MultiDiGraph, entity: str) -> dict[str, Any]:
    """An entity's attributes that follow from the papers with an edge to it."""
    papers = [G.nodes[node] for node in G.pred[entity] if G.nodes[node]["kind"] == "paper"]
    years = [paper["year"] for paper in papers if paper["year"] is not None]
    return {
        "papers": len(papers),
        "first_year": min(years, default=None),
        "last_year": max(years, default=None),
    }


def load_igraph(store: Store) -> igraph.Graph:
    """The whole graph of an open store without its sentences, as an igraph graph: for speed.

    Vertices are sorted by `name`, the node's id, and have `kind`, `label` and `papers`; edges have
    `relation`, `weight` and `confidence`. Raises KgError without the package igraph.
    """
    try:
        import igraph
    except ImportError as error:
        raise KgError("igraph is missing: pip install 'kg[igraph]'") from error

    nodes, edges = store.skeleton()
    G = igraph.Graph(n=len(nodes), edges=[edge[:2] for edge in edges], directed=True)
    for name, values in zip(("name", "kind", "label", "papers"), _columns(nodes, 4), strict=True):
        G.vs[name] = values
    about = _columns([edge[2:] for edge in edges], 3)
    for name, values in zip(("relation", "weight", "confidence"), about, strict=True):
        G.es[name] = values
    return G


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[column] for row in rows] for column in range(width)]


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
