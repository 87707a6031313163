"""What the page knows at once: counts of all there is, and the part that its drawing is made of."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from kg.model import ACHIEVES
from kg.query.edges import relation_rank
from kg.store import Store
from kg.view.rows import StoreRows
from kg.view.tables import KIND_ORDER, Tables

#: Papers that one file can carry with their texts, and what it carries of a graph with more.
MOST_PAPERS: Final = 100_000
MOST_ENTITIES: Final = 50_000


class Counts(NamedTuple):
    """Nodes by kind, edges by relation (of one pair and relation, one), and the papers' years."""

    kinds: dict[str, int]
    relations: list[tuple[str, int]]
    years: list[int]


def counts_of(found: Tables) -> Counts:
    """The counts of a graph that was read as a whole."""
    kinds = dict.fromkeys(KIND_ORDER, 0)
    for node in found.nodes:
        kinds[node.kind] += 1
    edges = np.bincount(found.edges["relation"], minlength=len(found.relations)).tolist()
    years = [node.first for node in found.nodes[found.first_paper :] if node.first is not None]
    span = [min(years), max(years)] if years else []
    return Counts(kinds, list(zip(found.relations, edges, strict=True)), span)


def counts(store: Store) -> Counts:
    """The counts of the graph in a store."""
    db = store.db
    kinds = dict(db.rows("SELECT kind, count(*) FROM node GROUP BY kind"))
    found = dict(
        db.rows(
            "SELECT relation, count(*) FROM edge WHERE relation <> ? GROUP BY relation", ACHIEVES
        )
    )
    numbers = db.value(
        "SELECT count(*) FROM (SELECT DISTINCT source, target FROM edge WHERE relation = ?)",
        ACHIEVES,
    )
    if numbers:
        found[ACHIEVES] = numbers
    years = next(
        db.rows("SELECT min(first_year), max(first_year) FROM node WHERE paper IS NOT NULL")
    )
    return Counts(
        {kind: kinds.get(kind, 0) for kind in KIND_ORDER},
        [(relation, found[relation]) for relation in sorted(found, key=relation_rank)],
        [] if years[0] is None else list(years),
    )


def is_too_large(store: Store) -> bool:
    """Whether a graph has more papers than one file can carry, so that it holds only a part."""
    return bool(store.counts()[0]["paper"] > MOST_PAPERS)


def most_named(store: Store) -> StoreRows:
    """The part of a graph too large for one file: the entities that most papers name."""
    rows = store.db.rows(
        "SELECT n FROM node WHERE paper IS NULL ORDER BY papers DESC, id LIMIT ?", MOST_ENTITIES
    )
    return StoreRows(store, [n for (n,) in rows], papers=False)


def part(store: Store, limit: int) -> StoreRows:
    """The rows among which `kg.view.core.core` finds the same nodes as among all.

    The papers are drawn only where they are few, and entities of one paper only where there are
    not enough that several share; so of a large graph the entities that most papers name do.
    """
    db = store.db
    papers = db.value("SELECT count(*) FROM node WHERE paper IS NOT NULL")
    ranked = "SELECT papers FROM node WHERE paper IS NULL AND papers > 1 ORDER BY papers DESC"
    bar = db.value(f"{ranked} LIMIT 1 OFFSET ?", limit - 1)
    if bar is None or papers <= limit // 3:
        return StoreRows(store)
    entities = db.rows("SELECT n FROM node WHERE paper IS NULL AND papers >= ?", bar)
    return StoreRows(store, [n for (n,) in entities])
