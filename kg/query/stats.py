"""What is in the graph, in figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import networkx as nx

from kg.model import NODE_KINDS
from kg.query.edges import Node, node_of, relation_rank


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of nodes by kind and of edges by relation; for each kind of entity its `top` nodes.

    `sentences` counts the evidence of all edges; `first_year` and `last_year` span the papers.
    """

    nodes: dict[str, int]
    edges: dict[str, int]
    sentences: int
    first_year: int | None
    last_year: int | None
    top: dict[str, tuple[Node, ...]]


def stats(G: nx.MultiDiGraph, *, top: int = 10) -> Stats:
    """The figures of the graph, with the `top` entities of each kind by papers, then label.

    >>> G = nx.MultiDiGraph()
    >>> G.add_node("task:ner", label="NER", kind="task", papers=2, aliases=[])
    >>> stats(G).nodes
    {'paper': 0, 'method': 0, 'dataset': 0, 'metric': 0, 'task': 1}
    """
    by_kind: dict[str, list[str]] = {kind: [] for kind in NODE_KINDS}
    for node, kind in G.nodes(data="kind"):
        by_kind[kind].append(node)
    relations: Counter[str] = Counter(r for _, _, r in G.edges(data="relation"))
    years = [G.nodes[node]["year"] for node in by_kind["paper"]]
    known = [year for year in years if year is not None]
    return Stats(
        nodes={kind: len(nodes) for kind, nodes in by_kind.items()},
        edges={relation: relations[relation] for relation in sorted(relations, key=relation_rank)},
        sentences=sum(len(evidence) for _, _, evidence in G.edges(data="evidence")),
        first_year=min(known, default=None),
        last_year=max(known, default=None),
        top={
            kind: tuple(sorted((node_of(G, n) for n in nodes), key=_rank)[:top])
            for kind, nodes in by_kind.items()
            if kind != "paper"
        },
    )


def _rank(node: Node) -> tuple[int, str, str]:
    return -node.papers, node.label.casefold(), node.id
