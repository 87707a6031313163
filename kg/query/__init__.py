"""Questions to the graph: functions `(G, ...)` that change nothing and answer with frozen values.

The same graph gives the same answer in every run, and every answer carries its sentences.
"""

from __future__ import annotations

from kg.query.card import Card, Group, card
from kg.query.edges import Link, Node
from kg.query.links import Connections, Path, Shared, SharedKind, connections, links
from kg.query.names import Match, find, lookup
from kg.query.results import Row, results
from kg.query.stats import Stats, stats

__all__ = [
    "Card",
    "Connections",
    "Group",
    "Link",
    "Match",
    "Node",
    "Path",
    "Row",
    "Shared",
    "SharedKind",
    "Stats",
    "card",
    "connections",
    "find",
    "links",
    "lookup",
    "results",
    "stats",
]
