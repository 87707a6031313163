"""What is in the graph, in figures, which are counted when it is brought up to date."""

from __future__ import annotations

import json
from typing import NamedTuple

from kg.model import NODE_KINDS
from kg.store.connection import Connection


class Totals(NamedTuple):
    """Counts of nodes by kind, edges by relation and pieces of evidence; the papers' years."""

    nodes: dict[str, int]
    edges: dict[str, int]
    sentences: int
    first_year: int | None
    last_year: int | None


NOTHING = Totals(dict.fromkeys(NODE_KINDS, 0), {}, 0, None, None)


def count(db: Connection, known: str, sure: str, least: float) -> Totals:
    """The figures of what SQL conditions on nodes and edges leave (see `nodereader`)."""

    def counted(sql: str) -> dict[str, int]:
        return dict(db.named_rows(sql, {"least": least}))

    nodes = counted(f"SELECT kind, count(*) FROM node WHERE TRUE{known} GROUP BY 1")  # noqa: S608
    edges = counted(f"SELECT relation, count(*) FROM edge WHERE TRUE{sure} GROUP BY 1")  # noqa: S608
    shown = db.value("SELECT count(*) FROM evidence WHERE confidence >= ?", least)
    years = "SELECT min(first_year), max(first_year) FROM node WHERE kind = 'paper'"
    [(first, last)] = db.named_rows(years, {})
    return Totals({kind: nodes.get(kind, 0) for kind in NODE_KINDS}, edges, shown, first, last)


def save(db: Connection) -> None:
    """Count the whole graph, and keep the figures."""
    kept = json.dumps(count(db, "", "", 0.0))
    db.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('totals', ?)", kept)


def load(db: Connection) -> Totals:
    """The figures that were kept; those of nothing, before the graph was written."""
    kept = db.value("SELECT value FROM meta WHERE key = 'totals'")
    return Totals(*json.loads(kept)) if kept else NOTHING
