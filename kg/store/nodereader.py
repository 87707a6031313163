"""Nodes as questions read them: by look-ups through indexes, their names through the full text.

All of it, or what is left where only facts of some confidence count: then an entity is there if
an edge of it is, and its papers and years are those of the edges that are left.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from heapq import nsmallest
from typing import Any, Final, NamedTuple

from kg.errors import UnknownEntity
from kg.store import rows, totals, words
from kg.store.connection import Connection
from kg.store.incidence import Incidence, count, load
from kg.store.totals import Totals
from kg.text import fold, squash

AMONG: Final = "IN (SELECT value FROM json_each(:{}))"


class Brief(NamedTuple):
    """What is told of a node in passing; `year` is a paper's."""

    label: str
    kind: str
    papers: int
    year: int | None


class _Asked(NamedTuple):
    """What is different in SQL where only facts of some confidence count, and where all do."""

    brief: str
    weight: str
    sure: str
    known: str


_BRIEF: Final = "{0}.label, {0}.kind, {papers}, iif({0}.paper IS NULL, NULL, {0}.first_year)"
_ALL: Final = _Asked(_BRIEF.replace("{papers}", "{0}.papers"), "edge.weight", "", "")
#: What fewer papers than all say has to be counted.
_SURE: Final = _Asked(
    _BRIEF.replace(
        "{papers}",
        """iif({0}.paper IS NULL, (
            SELECT count(DISTINCT x.source) FROM edge AS x
            WHERE x.target = {0}.n AND x.stated = 1 AND x.confidence >= :least
        ), 1)""",
    ),
    """iif(edge.stated, 1, (
        SELECT count(DISTINCT paper) FROM evidence
        WHERE evidence.edge = edge.n AND evidence.confidence >= :least
    ))""",
    " AND {0}.confidence >= :least",
    """ AND ({0}.paper IS NOT NULL
        OR EXISTS (SELECT 1 FROM edge AS x WHERE x.target = {0}.n AND x.confidence >= :least)
        OR EXISTS (SELECT 1 FROM edge AS x WHERE x.source = {0}.n AND x.confidence >= :least))""",
)


class NodeReader:
    """Look-ups of nodes in one open store."""

    def __init__(self, db: Connection, least: float = 0.0) -> None:
        self._db = db
        self._least = least
        self._asked = _SURE if least > 0 else _ALL
        self._briefs: dict[str, Brief] = {}
        self._data: dict[str, dict[str, Any]] = {}
        self._ids: dict[int, str] = {}
        self._rows: dict[str, int] = {}

    def _select(self, sql: str, **values: Any) -> list[Any]:
        return self._db.named_rows(sql, {"least": self._least, **values})

    def _brief(self, alias: str) -> str:
        return self._asked.brief.format(alias)

    def _known(self, alias: str) -> str:
        return self._asked.known.format(alias)

    def _sure(self, alias: str = "edge") -> str:
        return self._asked.sure.format(alias)

    def has(self, node: str) -> bool:
        """Whether there is a node of this id."""
        return node in self._briefs or any(self._load("node.id = :node", node=node))

    def brief(self, node: str) -> Brief:
        """What is told of a node in passing; raises UnknownEntity without one."""
        if not self.has(node):
            raise UnknownEntity(node)
        return self._briefs[node]

    def _load(self, where: str, **values: Any) -> Iterator[str]:
        """The ids of the nodes for which the condition holds, which are known from then on."""
        sql = f"""
            SELECT n, id, {self._brief("node")} FROM node
            WHERE {where}{self._known("node")} ORDER BY id
        """  # noqa: S608
        for n, node, *brief in self._select(sql, **values):
            self._learn(n, node, brief)
            yield node

    def _learn(self, n: int, node: str, brief: Sequence[Any]) -> None:
        self._briefs[node] = Brief(*brief)
        self._ids[n], self._rows[node] = node, n

    def data(self, node: str) -> Mapping[str, Any]:
        """All attributes of a node, as in `kg.graph`; raises UnknownEntity without one."""
        if node not in self._data:
            self._data[node] = self._attributes(node)
        return self._data[node]

    def _attributes(self, node: str) -> dict[str, Any]:
        label, kind, papers, _ = self.brief(node)
        n = self._rows[node]
        about = "SELECT short, long, first_year, last_year, paper FROM node WHERE n = :n"
        [(short, long, first, last, paper)] = self._select(about, n=n)
        if self._least > 0 and paper is None:
            years = f"""
                SELECT min(paper.year), max(paper.year)
                FROM edge JOIN node ON node.n = edge.source JOIN paper ON paper.n = node.paper
                WHERE edge.target = :n AND edge.stated = 1{self._sure()}
            """  # noqa: S608
            [(first, last)] = self._select(years, n=n)
        aliases = """
            SELECT text FROM alias WHERE node = :n AND text <> :label ORDER BY papers DESC, text
        """
        common = {
            "label": label,
            "kind": kind,
            "aliases": [text for (text,) in self._select(aliases, n=n, label=label)],
            "papers": papers,
            "first_year": first,
            "last_year": last,
        }
        if paper is None:
            return {**common, "short": short, "long": long}
        about_paper = asdict(rows.paper_of_row(self._db, paper))
        del about_paper["id"]
        return {**common, **about_paper, "authors": list(about_paper["authors"])}

    def called(self, name: str) -> list[str]:
        """The ids of the nodes that may be called this, however it is spelled."""
        where = f"n IN (SELECT node FROM name WHERE key {AMONG.format('keys')})"  # noqa: S608
        return list(self._load(where, keys=json.dumps(sorted({squash(name), fold(name)} - {""}))))

    def names(self, kind: str | None, shortest: int, longest: int) -> list[tuple[str, int]]:
        """Every name of such a length of every node (of the kind), and the node's handle."""
        join = "" if kind is None and not self._least else "JOIN node ON node.n = alias.node"
        sql = f"""
            SELECT text, alias.node FROM alias {join}
            WHERE length(text) BETWEEN :shortest AND :longest
                {"AND node.kind = :kind" if kind else ""}{self._known("node") if join else ""}
            UNION ALL SELECT name, n FROM (
                SELECT label AS name, n, kind FROM node WHERE kind = 'paper'
                UNION ALL SELECT substr(id, 7), n, kind FROM node WHERE kind = 'paper'
            ) WHERE length(name) BETWEEN :shortest AND :longest AND coalesce(:kind, kind) = kind
        """  # noqa: S608
        return self._select(sql, kind=kind, shortest=shortest, longest=longest)

    def worded(self, begins: Sequence[str], kind: str | None, field: str) -> Iterator[str]:
        """The ids of the nodes in whose `field` words begin with all of these, most papers first.

        The fields are "name" of an entity, "title" and "abstract" of a paper. What is found may
        be a little too much: the index forgets accents.
        """
        match = words.matching(begins, "body" if field == "abstract" else "name")
        if not match or (kind is not None and (kind == "paper") == (field == "name")):
            return iter(())
        paper = "IS NULL" if field == "name" else "IS NOT NULL"
        sql = f"""
            SELECT n, id, {self._brief("node")} FROM words JOIN node ON node.n = words.rowid
            WHERE words MATCH :match AND node.paper {paper}
                AND (:kind IS NULL OR kind = :kind){self._known("node")}
        """  # noqa: S608
        found = self._select(sql, match=match, kind=kind)
        found.sort(key=lambda row: (-row[4], row[2].casefold(), row[1]))
        for n, node, *brief in found:
            self._learn(n, node, brief)
        return (row[1] for row in found)

    def totals(self) -> Totals:
        """What is in the graph, in figures."""
        if self._least > 0:
            return totals.count(self._db, self._known("node"), self._sure(), self._least)
        return totals.load(self._db)

    def most_named(self, kind: str, limit: int) -> list[str]:
        """The ids of the nodes of a kind that most papers name, then by label."""
        where, bar = "kind = :kind", 0
        if not self._least:
            most = "SELECT papers FROM node WHERE kind = :kind ORDER BY papers DESC LIMIT :limit"
            bar = min(
                (papers for (papers,) in self._select(most, kind=kind, limit=limit)), default=0
            )
            where += " AND papers >= :bar"
        found = self._load(where, kind=kind, bar=bar)
        briefs = ((node, self._briefs[node]) for node in found)
        ranks = ((-brief.papers, brief.label.casefold(), node) for node, brief in briefs)
        return [node for *_, node in nsmallest(limit, ranks)]

    def incidence(self) -> Incidence:
        """Which papers name which entities, by their handles."""
        if self._least > 0:
            return count(self._db, self._known("node"), self._sure(), self._least)
        return load(self._db)

    def handle(self, node: str) -> int:
        """What the node is called in walks; raises UnknownEntity without one."""
        self.brief(node)
        return self._rows[node]

    def ids(self, handles: Collection[int]) -> list[str]:
        """The ids of the nodes, in the order given."""
        missing = [n for n in handles if n not in self._ids]
        if missing:
            list(self._load(f"node.n {AMONG.format('rows')}", rows=json.dumps(missing)))
        return [self._ids[n] for n in handles]
