"""Questions to the graph: functions `(G, ...)` that change nothing and answer with frozen values.

`G` is the networkx graph, or an open store, of which a question reads what it needs. The same
graph gives the same answer in every run, and every answer carries its sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lazy import load_lazily

if TYPE_CHECKING:
    from kg.query.card import Card, card
    from kg.query.compare import Aspect, Benchmark, Comparison, Item, Trait, compare
    from kg.query.conflicts import Conflict, conflicts
    from kg.query.cypher import cypher
    from kg.query.diff import Diff, diff
    from kg.query.edges import Link, Node
    from kg.query.gaps import Gap, gaps
    from kg.query.links import (
        Connections,
        Group,
        Path,
        Shared,
        SharedKind,
        connections,
        link_groups,
        links,
    )
    from kg.query.names import Match, find, lookup
    from kg.query.results import Row, results
    from kg.query.similar import similar
    from kg.query.stats import Stats, stats
    from kg.query.trends import Trend, trend, trends

__all__ = [
    "Aspect",
    "Benchmark",
    "Card",
    "Comparison",
    "Conflict",
    "Connections",
    "Diff",
    "Gap",
    "Group",
    "Item",
    "Link",
    "Match",
    "Node",
    "Path",
    "Row",
    "Shared",
    "SharedKind",
    "Stats",
    "Trait",
    "Trend",
    "card",
    "compare",
    "conflicts",
    "connections",
    "cypher",
    "diff",
    "find",
    "gaps",
    "link_groups",
    "links",
    "lookup",
    "results",
    "similar",
    "stats",
    "trend",
    "trends",
]

load_lazily(
    __name__,
    {
        "Aspect": "kg.query.compare",
        "Benchmark": "kg.query.compare",
        "Card": "kg.query.card",
        "Comparison": "kg.query.compare",
        "Conflict": "kg.query.conflicts",
        "Connections": "kg.query.links",
        "Diff": "kg.query.diff",
        "Gap": "kg.query.gaps",
        "Group": "kg.query.links",
        "Item": "kg.query.compare",
        "Link": "kg.query.edges",
        "Match": "kg.query.names",
        "Node": "kg.query.edges",
        "Path": "kg.query.links",
        "Row": "kg.query.results",
        "Shared": "kg.query.links",
        "SharedKind": "kg.query.links",
        "Stats": "kg.query.stats",
        "Trait": "kg.query.compare",
        "Trend": "kg.query.trends",
        "card": "kg.query.card",
        "compare": "kg.query.compare",
        "conflicts": "kg.query.conflicts",
        "connections": "kg.query.links",
        "cypher": "kg.query.cypher",
        "diff": "kg.query.diff",
        "find": "kg.query.names",
        "gaps": "kg.query.gaps",
        "link_groups": "kg.query.links",
        "links": "kg.query.links",
        "lookup": "kg.query.names",
        "results": "kg.query.results",
        "similar": "kg.query.similar",
        "stats": "kg.query.stats",
        "trend": "kg.query.trends",
        "trends": "kg.query.trends",
    },
)
