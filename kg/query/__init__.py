"""Questions to the graph: functions `(G, ...)` that change nothing and answer with frozen values.

The same graph gives the same answer in every run, and every answer carries its sentences.
"""

from __future__ import annotations

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
