"""One node on one card: its names, links by relation, numbers and sentences."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import Evidence
from kg.query.edges import distinct, ranked
from kg.query.links import Group, grouped
from kg.query.names import lookup
from kg.query.results import Row, results_of
from kg.query.source import Edge, Graph, source


@dataclass(frozen=True, slots=True)
class Card:
    """All that the graph knows of one node.

    `total_results` and `total_sentences` count what `results` and `sentences` may be the first of.
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
    total_results: int
    total_sentences: int


def card(
    G: Graph,
    name: str,
    *,
    kind: str | None = None,
    sentences: int = 3,
    limit: int | None = None,
) -> Card:
    """The card of the node that the name means.

    Every link has at most so many `sentences`; `limit`, if given, is the most links of a group,
    and the most numbers and sentences of the card. Raises what `lookup` raises.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> G.add_node("method:cct", label="CCT", kind="method", papers=1, aliases=[], short="CCT",
    ...            long="", first_year=2021, last_year=2021)
    >>> card(G, "cct").label
    'CCT'
    """
    g = source(G)
    node = lookup(g, name, kind=kind)
    data, edges = g.data(node), list(g.edges_at(node))
    numbers = results_of(g, node)
    shown, total = _sentences(node, edges, limit)
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
        links=tuple(grouped(g, node, edges, sentences=sentences, limit=limit)),
        results=tuple(numbers[:limit]),
        sentences=shown,
        total_results=len(numbers),
        total_sentences=total,
    )


def _sentences(node: str, edges: list[Edge], limit: int | None) -> tuple[tuple[Evidence, ...], int]:
    """The first sentences of the node's card, and how many there are."""
    if node.startswith("paper:"):
        stated = (e for edge in edges for e in edge[3]["evidence"])
        told = sorted(distinct(ranked(stated)), key=lambda e: (e.start, e.end))
        return tuple(told[:limit]), len(told)
    naming = [edge for edge in edges if edge[0].startswith("paper:")]
    papers = {edge[0] for edge in naming}
    if limit is not None and limit < len(papers):
        # A hub has thousands: evidence is read only of those that can be among the first.
        surest = sorted((edge[3]["confidence"] for edge in naming), reverse=True)
        bar = surest[min(2 * limit, len(surest) - 1)]
        naming = [edge for edge in naming if edge[3]["confidence"] >= bar]
    best: dict[str, Evidence] = {}
    for e in ranked(e for edge in naming for e in edge[3]["evidence"]):
        best.setdefault(e.paper, e)
    return tuple(best.values())[:limit], len(papers)
