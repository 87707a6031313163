"""What is in the graph, in figures."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import KINDS
from kg.query.edges import Node, node_of, relation_rank
from kg.query.source import Graph, source


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


def stats(G: Graph, *, top: int = 10) -> Stats:
    """The figures of the graph, with the `top` entities of each kind by papers, then label.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> G.add_node("task:ner", label="NER", kind="task", papers=2, aliases=[])
    >>> stats(G).nodes
    {'paper': 0, 'method': 0, 'dataset': 0, 'metric': 0, 'task': 1}
    """
    g = source(G)
    found = g.totals()
    return Stats(
        nodes=found.nodes,
        edges={name: found.edges[name] for name in sorted(found.edges, key=relation_rank)},
        sentences=found.sentences,
        first_year=found.first_year,
        last_year=found.last_year,
        top={kind: tuple(node_of(g, node) for node in g.most_named(kind, top)) for kind in KINDS},
    )
