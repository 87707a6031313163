"""Nodes: written where they are new or differ from what is there."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kg.model import Paper
from kg.resolve import Decision, Name, Node, Resolved
from kg.resolve.mentions import number_of
from kg.store.connection import Connection, among
from kg.text import fold, squash

_INSERT_NODE: Final = """
    INSERT INTO node
        (n, id, kind, label, short, long, papers, first_year, last_year, paper, family, content)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_UPDATE_ENTITY: Final = """
    UPDATE node SET label = ?, short = ?, long = ?, family = ?, content = ? WHERE n = ?
"""
_UPDATE_PAPER: Final = """
    UPDATE node SET label = ?, first_year = ?, last_year = ?, paper = ? WHERE n = ?
"""
_COUNT_PAPERS: Final = """
    UPDATE node SET (papers, first_year, last_year) = (
        SELECT count(DISTINCT edge.source), min(source.first_year), max(source.first_year)
        FROM edge JOIN node AS source ON source.n = edge.source
        WHERE edge.target = node.n AND edge.stated = 1
    )
    WHERE paper IS NULL AND n
"""
_SELECT_NAMES: Final = """
    SELECT node.n, node.short, node.long, alias.text FROM node JOIN alias ON alias.node = node.n
    WHERE node.n
"""
_INSERT_ALIAS: Final = """
    INSERT INTO alias (node, text, papers, reason, score) VALUES (?, ?, ?, ?, ?)
"""
_INSERT_NAME: Final = "INSERT INTO name (key, node) VALUES (?, ?)"
_DELETE_NAME: Final = "DELETE FROM name WHERE key = ? AND node = ?"
_INSERT_DECISION: Final = """
    INSERT INTO ledger (node, verdict, name, other, reason, score, papers)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_WORDS: Final = "INSERT INTO words (rowid, name, body) VALUES (?, ?, ?)"
_DELETE_WORDS: Final = "INSERT INTO words (words, rowid, name, body) VALUES ('delete', ?, ?, ?)"


class _Found(NamedTuple):
    """By what a node is found: its names, and the words of its title (or names) and body."""

    n: int
    names: Collection[str]
    title: str
    body: str = ""

    def spellings(self) -> list[tuple[str, int]]:
        keys = {form(name) for name in self.names for form in (squash, fold)} - {""}
        return [(key, self.n) for key in sorted(keys)]


class Held(NamedTuple):
    """What is known of a node without reading all of it: its row, family, and a hash."""

    n: int
    family: str | None
    content: int | None


def _last(db: Connection) -> int:
    return db.value("SELECT max(n) FROM node") or 0


def held(db: Connection, ids: Iterable[str]) -> dict[str, Held]:
    """Those of the nodes that are there."""
    found = among(db, "SELECT id, n, family, content FROM node WHERE id", ids)
    return {node: Held(*about) for node, *about in found}


def write_entities(db: Connection, found: Resolved) -> tuple[dict[str, int], list[int]]:
    """Write these entities where they differ from what is there; the row of each, those written."""
    decisions: defaultdict[str, list[Decision]] = defaultdict(list)
    for decision in found.ledger:
        decisions[decision.node].append(decision)
    before = held(db, [node.id for node in found.nodes])
    places = {node.id: before[node.id].n for node in found.nodes if node.id in before}
    last = _last(db)
    new, changed = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    about: list[tuple[int, Node, Sequence[Decision]]] = []
    for node in found.nodes:
        said = decisions[node.id]
        content = number_of(json.dumps([node.label, node.short, node.long, node.names, said]))
        variant = found.variants.get(node.id)
        names = (node.label, node.short, node.long)
        rest = (variant.family if variant else None, content)
        if node.id not in before:
            last += 1
            places[node.id] = last
            new.append((last, node.id, node.kind, *names, 0, None, None, None, *rest))
        elif before[node.id].content != content:
            changed.append((*names, *rest, places[node.id]))
        else:
            continue
        about.append((places[node.id], node, said))
    _unname_entities(db, [row[-1] for row in changed])
    db.run_many(_UPDATE_ENTITY, changed)
    db.run_many(_INSERT_NODE, new)
    _name_entities(db, about)
    return places, [n for n, _, _ in about]


def _name_entities(db: Connection, about: Iterable[tuple[int, Node, Sequence[Decision]]]) -> None:
    aliases, decisions = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    found: list[_Found] = []
    for n, node, said in about:
        names = [*node.names]
        if node.label not in (name.text for name in names):
            names.append(Name(node.label, 0, "label", 1.0))
        aliases.extend((n, *name) for name in names)
        decisions.extend((n, *decision[1:]) for decision in said)
        found.append(_entity(n, node.short, node.long, [name.text for name in names]))
    db.run_many(_INSERT_ALIAS, aliases)
    db.run_many(_INSERT_DECISION, decisions)
    _name(db, found)


def _unname_entities(db: Connection, nodes: Collection[int]) -> None:
    """Take all from these nodes that `_name_entities` gave them."""
    names: defaultdict[tuple[int, str, str], list[str]] = defaultdict(list)
    for *about, text in among(db, _SELECT_NAMES, nodes):
        names[tuple(about)].append(text)
    _unname(db, [_entity(*about, texts) for about, texts in names.items()])
    for table in ("alias", "ledger"):
        db.run_many(f"DELETE FROM {table} WHERE node = ?", [(n,) for n in nodes])  # noqa: S608


def _entity(n: int, short: str, long: str, names: Collection[str]) -> _Found:
    return _Found(n, {short, long, *names}, "\n".join(sorted(names)))


def _paper(n: int, paper: Paper) -> _Found:
    return _Found(n, {paper.id, paper.title}, paper.title, paper.abstract)


def _name(db: Connection, found: Sequence[_Found]) -> None:
    db.run_many(_INSERT_NAME, [key for each in found for key in each.spellings()])
    db.run_many(_INSERT_WORDS, [(each.n, each.title, each.body) for each in found])


def _unname(db: Connection, found: Sequence[_Found]) -> None:
    db.run_many(_DELETE_NAME, [key for each in found for key in each.spellings()])
    db.run_many(_DELETE_WORDS, [(each.n, each.title, each.body) for each in found])


def delete_entities(db: Connection, nodes: Collection[int]) -> None:
    """Delete the nodes in these rows; no edge is at one any more."""
    _unname_entities(db, nodes)
    db.run_many("DELETE FROM node WHERE n = ?", [(n,) for n in nodes])


def write_papers(
    db: Connection, papers: Sequence[tuple[int, Paper]], before: Mapping[str, Paper]
) -> dict[str, int]:
    """Write the nodes of papers, given with the rows that they stand in; the row of each node.

    `before` are, by their ids, papers as they are written now.
    """
    there = held(db, [f"paper:{paper.id}" for _, paper in papers])
    places: dict[str, int] = {}
    last = _last(db)
    new, changed = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for row, paper in papers:
        node = f"paper:{paper.id}"
        if node in there:
            places[node] = there[node].n
            changed.append((paper.title, paper.year, paper.year, row, places[node]))
        else:
            last += 1
            places[node] = last
            fixed = (node, "paper", paper.title, "", "", 1)
            new.append((last, *fixed, paper.year, paper.year, row, None, None))
    old = [(p, before[p.id]) for _, p in papers if f"paper:{p.id}" in there]
    _unname(db, [_paper(places[f"paper:{paper.id}"], was) for paper, was in old])
    db.run_many(_UPDATE_PAPER, changed)
    db.run_many(_INSERT_NODE, new)
    _name(db, [_paper(places[f"paper:{paper.id}"], paper) for _, paper in papers])
    return places


def delete_papers(db: Connection, papers: Collection[Paper]) -> None:
    """Delete the nodes of these papers, as they are written now."""
    there = held(db, [f"paper:{paper.id}" for paper in papers])
    _unname(db, [_paper(there[f"paper:{paper.id}"].n, paper) for paper in papers])
    db.run_many("DELETE FROM node WHERE n = ?", [(node.n,) for node in there.values()])


def count_papers(db: Connection, nodes: Iterable[int]) -> None:
    """Count the papers of these entities anew, from the edges."""
    for _ in among(db, _COUNT_PAPERS, sorted(nodes)):
        pass
