"""The graph as the page holds it: plain lists that refer to each other by position."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

import networkx as nx

from kg.model import ACHIEVES, Evidence
from kg.query.edges import RELATION_ORDER, distinct, ranked


def island(G: nx.MultiDiGraph) -> dict[str, Any]:
    """All nodes, edges and sentences of the graph, JSON-ready; empty values are left out.

    `nodes` have what the graph says of them, papers also their `text`. `edges` refer to nodes
    and `sentences` by position, best sentence first. A sentence is its paper's position and
    half-open offsets, in code points, into that paper's text; the sentence itself stands there
    only if the graph does not hold the paper.
    """
    nodes = sorted(G)
    place = {node: i for i, node in enumerate(nodes)}
    sentences: dict[tuple[str, int, int], dict[str, Any]] = {}
    number: dict[tuple[str, int, int], int] = {}
    edges = []
    for source, target, _, data in sorted(G.edges(keys=True, data=True), key=lambda e: e[:3]):
        edge = _edge(place, source, target, data)
        edge["sentences"] = []
        for e in distinct(ranked(data["evidence"])):
            key = (e.paper, e.start, e.end)
            sentences.setdefault(key, _sentence(place, e))
            edge["sentences"].append(number.setdefault(key, len(number)))
        edges.append(_without_empty(edge))
    return {
        "nodes": [_node(node, G.nodes[node]) for node in nodes],
        "edges": edges,
        "sentences": list(sentences.values()),
        "relations": relations(data["relation"] for _, _, data in G.edges(data=True)),
    }


def relations(found: Iterable[str]) -> list[str]:
    """The relations, each once, in the order in which the whole package lists them.

    >>> relations(["uses", "proposes", "uses"])
    ['proposes', 'uses']
    """
    there = set(found)
    return [relation for relation in RELATION_ORDER if relation in there]


def links(data: dict[str, Any]) -> list[dict[str, str]]:
    """Where a paper can be read, as {text, url}: nothing but http and https addresses.

    >>> links({"url": "javascript:alert(1)", "doi": "10.1/a b", "arxiv_id": ""})
    [{'text': '10.1/a b', 'url': 'https://doi.org/10.1/a%20b'}]
    """
    url, doi, arxiv = (data.get(name) or "" for name in ("url", "doi", "arxiv_id"))
    found = [
        {"text": _host(url), "url": url},
        {"text": doi, "url": f"https://doi.org/{quote(doi)}"},
        {"text": f"arXiv:{arxiv}", "url": f"https://arxiv.org/abs/{quote(arxiv)}"},
    ]
    given = (bool(_host(url)), bool(doi), bool(arxiv))
    return [link for link, there in zip(found, given, strict=True) if there]


def _host(url: str) -> str:
    """The host of an http or https address, or nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""


def _node(node: str, data: dict[str, Any]) -> dict[str, Any]:
    common = {
        "id": node,
        "label": data["label"],
        "kind": data["kind"],
        "aliases": data["aliases"],
        "papers": data["papers"],
        "years": [y for y in (data["first_year"], data["last_year"]) if y is not None],
    }
    if data["kind"] == "paper":
        common |= {
            "text": f"{data['title']}\n{data['abstract']}",
            "authors": data["authors"],
            "venue": data["venue"],
            "links": links(data),
        }
    return _without_empty(common)


def _edge(place: dict[str, int], source: str, target: str, data: dict[str, Any]) -> dict[str, Any]:
    edge = {
        "source": place[source],
        "target": place[target],
        "relation": data["relation"],
        "papers": data["weight"],
        "confidence": round(data["confidence"], 3),
        "mentions": [list(span) for span in data.get("mentions", ())],
    }
    if data["relation"] == ACHIEVES:
        number = data["number"]
        edge |= {
            "value": data["value"],
            "number": number if number is not None and math.isfinite(number) else None,
            "relative": data["relative"] or None,
            "dataset": place.get(data["dataset"]),
            "baseline": place.get(data["baseline"]),
            "paper": place.get(f"paper:{data['paper']}"),
        }
    return edge


def _sentence(place: dict[str, int], e: Evidence) -> dict[str, Any]:
    paper = place.get(f"paper:{e.paper}")
    text = e.sentence if paper is None else None
    return _without_empty({"paper": paper, "start": e.start, "end": e.end, "text": text})


def _without_empty(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value not in (None, "", [])}
