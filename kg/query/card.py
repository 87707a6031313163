"""One node on one card: its names, links by relation, numbers and sentences."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from kg.model import Evidence
from kg.query.edges import distinct, ranked
from kg.query.links import Group, link_groups
from kg.query.names import lookup
from kg.query.results import Row, results_of


@dataclass(frozen=True, slots=True)
class Card:
    """All that the graph knows of one node.

    `sentences` name the node: of an entity the best one of each paper, best first; of a paper
    those that state its facts, in their order. What only papers have is empty for an entity,
    and the other way round.
    """

    id: str
    label: str
    kind: str
    aliases: tuple[str, ...]
    short: str
    long: str
    papers: int
    first_year: int | None
    last_year: int | None
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str
    url: str
    doi: str
    arxiv_id: str
    abstract: str
    links: tuple[Group, ...]
    results: tuple[Row, ...]
    sentences: tuple[Evidence, ...]


def card(
    G: nx.MultiDiGraph,
    name: str,
    *,
    kind: str | None = None,
    sentences: int = 3,
    limit: int | None = None,
) -> Card:
    """The card of the node that the name means.

    Every link has at most so many `sentences`; `limit`, if given, is the most links of a group,
    and the most numbers and sentences of the card. Raises what `lookup` raises.

    >>> G = nx.MultiDiGraph()
    >>> G.add_node("method:cct", label="CCT", kind="method", papers=1, aliases=[], short="CCT",
    ...            long="", first_year=2021, last_year=2021)
    >>> card(G, "cct").label
    'CCT'
    """
    node = lookup(G, name, kind=kind)
    data = G.nodes[node]
    return Card(
        id=node,
        label=data["label"],
        kind=data["kind"],
        aliases=tuple(data["aliases"]),
        short=data.get("short", ""),
        long=data.get("long", ""),
        papers=data["papers"],
        first_year=data["first_year"],
        last_year=data["last_year"],
        title=data.get("title", ""),
        authors=tuple(data.get("authors", ())),
        year=data.get("year"),
        venue=data.get("venue", ""),
        url=data.get("url", ""),
        doi=data.get("doi", ""),
        arxiv_id=data.get("arxiv_id", ""),
        abstract=data.get("abstract", ""),
        links=tuple(link_groups(G, node, sentences=sentences, limit=limit)),
        results=tuple(results_of(G, node)[:limit]),
        sentences=_sentences(G, node)[:limit],
    )


def _sentences(G: nx.MultiDiGraph, node: str) -> tuple[Evidence, ...]:
    if G.nodes[node]["kind"] == "paper":
        stated = (e for _, _, data in G.out_edges(node, data=True) for e in data["evidence"])
        return tuple(sorted(distinct(ranked(stated)), key=lambda e: (e.start, e.end)))
    best: dict[str, Evidence] = {}
    naming = (e for _, _, data in G.in_edges(node, data=True) for e in data["evidence"])
    for e in ranked(naming):
        best.setdefault(e.paper, e)
    return tuple(best.values())
