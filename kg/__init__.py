"""Turn paper abstracts into a knowledge graph of research ideas.

The names below are the public API. Each is loaded when it is first used, so `import kg`
costs nothing:

    import kg

    kg.build(["data/seed.txt"], "outputs/kg.db")
    G = kg.open_graph("outputs/kg.db")
    for row in kg.results(G, dataset="CIFAR-10"):
        print(row.method, row.value, row.sentence)

>>> import kg
>>> kg.KgError.__module__
'kg.errors'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lazy import load_lazily

if TYPE_CHECKING:
    from kg.build import build
    from kg.errors import KgError
    from kg.evaluate import evaluate
    from kg.export import export
    from kg.extract import extract
    from kg.graph import confident, open_graph
    from kg.model import Paper
    from kg.query import (
        card,
        compare,
        connections,
        cypher,
        diff,
        find,
        gaps,
        links,
        lookup,
        results,
        similar,
        stats,
        trend,
        trends,
    )
    from kg.reliability import reliability
    from kg.sources import read_papers
    from kg.view import write_html

__version__ = "0.1.0"

__all__ = [
    "KgError",
    "Paper",
    "build",
    "card",
    "compare",
    "confident",
    "connections",
    "cypher",
    "diff",
    "evaluate",
    "export",
    "extract",
    "find",
    "gaps",
    "links",
    "lookup",
    "open_graph",
    "read_papers",
    "reliability",
    "results",
    "similar",
    "stats",
    "trend",
    "trends",
    "write_html",
]

load_lazily(
    __name__,
    {
        "KgError": "kg.errors",
        "Paper": "kg.model",
        "build": "kg.build",
        "card": "kg.query",
        "compare": "kg.query",
        "confident": "kg.graph",
        "connections": "kg.query",
        "cypher": "kg.query",
        "diff": "kg.query",
        "evaluate": "kg.evaluate",
        "export": "kg.export",
        "extract": "kg.extract",
        "find": "kg.query",
        "gaps": "kg.query",
        "links": "kg.query",
        "lookup": "kg.query",
        "open_graph": "kg.graph",
        "read_papers": "kg.sources",
        "reliability": "kg.reliability",
        "results": "kg.query",
        "similar": "kg.query",
        "stats": "kg.query",
        "trend": "kg.query",
        "trends": "kg.query",
        "write_html": "kg.view",
    },
)
