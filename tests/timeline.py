"""Graphs of papers that only name entities, for the tests of what is counted over papers."""

from __future__ import annotations

import networkx as nx

from kg.model import Evidence

RELATION = {
    "method": "uses",
    "dataset": "evaluates_on",
    "metric": "reports",
    "task": "addresses",
}


def corpus(*papers: tuple[int | None, str]) -> nx.MultiDiGraph:
    """A graph of papers p1, p2 ..., each given by its year and the ids of what it names.

    Each id is named in a sentence of its own.
    """
    G = nx.MultiDiGraph()
    for number, (year, names) in enumerate(papers, start=1):
        paper, nodes = f"p{number}", names.split()
        G.add_node(
            f"paper:{paper}", label=f"Title {number}", kind="paper", papers=1, aliases=[], year=year
        )
        for place, node in enumerate(nodes):
            kind, _, label = node.partition(":")
            if node not in G:
                G.add_node(node, label=label, kind=kind, papers=0, aliases=[], short="", long="")
            G.nodes[node]["papers"] += 1
            said = Evidence(paper, 10 * place, 10 * place + 9, f"We say {label}.", "hand", 0.9)
            relation = RELATION[kind]
            G.add_edge(
                f"paper:{paper}",
                node,
                relation,
                relation=relation,
                weight=1,
                confidence=0.9,
                evidence=[said],
            )
    return G
