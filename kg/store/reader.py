"""The graph as questions read it: by look-ups through indexes, never as a whole.

A reader answers in the terms of `kg.graph`: nodes by their ids, edges as (source, target, key,
attributes). Attributes that most questions leave alone, an edge's evidence above all, are read
when they are asked for. Where many nodes are walked over, they go by their row numbers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from kg.errors import UnknownEntity
from kg.model import ACHIEVES, Evidence
from kg.store.nodereader import AMONG, Brief
from kg.store.whole import WholeReader

__all__ = ["Brief", "Edge", "Reader"]

Edge = tuple[str, str, str, dict[str, Any]]

_NUMBER: Final = ("paper", "value", "number", "high", "unit", "dataset", "baseline", "relative")


class _Later(dict[str, Any]):
    """Attributes of an edge; those that are missing are read when they are asked for."""

    __slots__ = ("_n", "_reader")

    def __init__(
        self, reader: Reader, n: int, relation: str, weight: int, confidence: float
    ) -> None:
        super().__init__(relation=relation, weight=weight, confidence=confidence)
        self._reader, self._n = reader, n

    def __missing__(self, name: str) -> Any:
        self.update(self._reader.rest(self._n, name))
        return dict.__getitem__(self, name)

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default


class Reader(WholeReader):
    """Look-ups in one open store, of the facts of a confidence of `least` (0 to 1) or more.

    It keeps what it has read of nodes, so it is made anew for each question: then the next one
    sees what another process has written meanwhile.
    """

    def edges_at(self, node: str, relation: str | None = None) -> Iterator[Edge]:
        """All edges at the node, of the relation or of all; a loop comes once."""
        if not self.has(node):
            raise UnknownEntity(node)
        n = self._rows[node]
        for end, far, loop in (("source", "target", ""), ("target", "source", " AND NOT loop")):
            sql = f"""
                SELECT edge.n, edge.key, edge.relation, {self._asked.weight}, edge.confidence,
                    edge.source = edge.target AS loop, node.n, node.id, {self._brief("node")}
                FROM edge JOIN node ON node.n = edge.{far}
                WHERE edge.{end} = :n AND (:relation IS NULL OR edge.relation = :relation)
                    {loop}{self._sure()}
            """  # noqa: S608
            for edge, key, kind, weight, sure, _, there, name, *brief in self._select(
                sql, n=n, relation=relation
            ):
                if name not in self._briefs:
                    self._learn(there, name, brief)
                ends = (node, name) if end == "source" else (name, node)
                yield (*ends, key, _Later(self, edge, kind, weight, sure))

    def edges_between(self, a: str, b: str) -> Iterator[Edge]:
        """All edges from one of the two nodes to the other."""
        sql = f"""
            SELECT n, key, relation, {self._asked.weight}, confidence FROM edge
            WHERE source = :source AND target = :target{self._sure()} ORDER BY key
        """  # noqa: S608
        for source, target in dict.fromkeys(((a, b), (b, a))):
            if not (self.has(source) and self.has(target)):
                continue
            ends = {"source": self._rows[source], "target": self._rows[target]}
            for n, key, *about in self._select(sql, **ends):
                yield source, target, key, _Later(self, n, *about)

    def numbers(self, nodes: Collection[str] | None = None) -> list[Edge]:
        """The edges that report a number, all or those in which one of the nodes has a part."""
        if nodes is None:
            return list(self._numbers("TRUE", {}))
        where = """number.edge IN (
            WITH part(n) AS (SELECT value FROM json_each(:parts))
            SELECT n FROM edge WHERE source IN part AND relation = :achieves
            UNION SELECT n FROM edge WHERE target IN part AND relation = :achieves
            UNION SELECT edge FROM number WHERE dataset IN part
            UNION SELECT edge FROM number WHERE baseline IN part
            UNION SELECT edge FROM number WHERE paper IN
                (SELECT paper FROM node WHERE node.n IN part AND paper IS NOT NULL)
        )"""
        parts = json.dumps([self._rows[node] for node in nodes if self.has(node)])
        return list(self._numbers(where, {"parts": parts, "achieves": ACHIEVES}))

    def _numbers(self, where: str, values: dict[str, Any]) -> Iterator[Edge]:
        parts = ("source", "target", "dataset", "baseline", "stating")
        briefs = ", ".join(f"{p}.n, {p}.id, {self._brief(p)}" for p in parts)
        gone = {p: f"AND TRUE{self._known(p)}" for p in ("dataset", "baseline")}
        found = f"""
            FROM number JOIN edge ON edge.n = number.edge
            JOIN node AS source ON source.n = edge.source
            JOIN node AS target ON target.n = edge.target
            JOIN paper ON paper.n = number.paper
            JOIN node AS stating ON stating.id = 'paper:' || paper.id
            LEFT JOIN node AS dataset ON dataset.n = number.dataset {gone["dataset"]}
            LEFT JOIN node AS baseline ON baseline.n = number.baseline {gone["baseline"]}
            WHERE {where}{self._sure()}
        """
        shown = self._shown(f"SELECT edge.n {found}", values)
        sql = f"""
            SELECT edge.n, edge.key, edge.relation, {self._asked.weight}, edge.confidence,
                paper.id, value, number, high, unit, relative, {briefs}
            {found} ORDER BY source.id, target.id, edge.key
        """
        for row in self._select(sql, **values):
            n, key, relation, weight, sure, paper, value, number, high, unit, relative, *ends = row
            ids = []
            for place in range(0, len(ends), 6):
                there, node, *brief = ends[place : place + 6]
                ids.append(node or "")
                if node and node not in self._briefs:
                    self._learn(there, node, brief)
            said = (paper, value, number, high, unit, *ids[2:4], bool(relative))
            data = _Later(self, n, relation, weight, sure)
            data.update(zip(_NUMBER, said, strict=True), evidence=shown[n])
            yield ids[0], ids[1], key, data

    def rest(self, n: int, name: str) -> dict[str, Any]:
        """The attribute of the edge in row `n`, and others that are read with it."""
        if name == "evidence":
            return {"evidence": self._shown("SELECT :n", {"n": n})[n]}
        if name in ("surface", "mentions"):
            sql = "SELECT surface, mentions FROM naming WHERE edge = :n"
            for surface, mentions in self._select(sql, n=n):
                spans = [(start, end) for start, end in json.loads(mentions)]
                return {"surface": json.loads(surface), "mentions": spans}
        for edge in self._numbers("edge.n = :n", {"n": n}) if name in _NUMBER else ():
            return {name: edge[3][name] for name in _NUMBER}
        raise KeyError(name)

    def _shown(self, edges: str, values: dict[str, Any]) -> dict[int, list[Evidence]]:
        """The evidence of the edges that a statement selects, sorted."""
        sql = f"""
            SELECT evidence.edge, paper.id, start, "end",
                coalesce(sentence, substr(title || char(10) || abstract, start + 1, "end" - start)),
                extractor, evidence.confidence
            FROM evidence JOIN paper ON paper.n = evidence.paper
            WHERE evidence.edge IN ({edges}){self._sure("evidence")}
        """  # noqa: S608
        found: dict[int, list[Evidence]] = {}
        for edge, *shown in self._select(sql, **values):
            found.setdefault(edge, []).append(Evidence(*shown))
        for evidence in found.values():
            evidence.sort()
        return found

    def around(
        self,
        handles: Iterable[int],
        *,
        papers: bool = True,
        among: Collection[int] | None = None,
    ) -> dict[int, dict[int, int]]:
        """The neighbours of each, and how many papers state the strongest edge to them.

        Edges count in either direction, loops not. Without `papers`, none of the neighbours is
        one; with `among`, all are of these. What a paper states itself counts 0.
        """
        here = json.dumps(list(handles))
        found: dict[int, dict[int, int]] = {n: {} for n in json.loads(here)}
        near = {} if among is None else {"among": json.dumps(list(among))}
        ways = [("source", "target", "NOT edge.stated"), ("target", "source", "NOT edge.stated")]
        ways += [("source", "target", "edge.stated = 1")]
        ways += [("target", "source", "edge.stated = 1")] if papers else []
        for end, far, stated in ways:
            is_paper = "JOIN node ON node.n = here.value AND node.paper IS NOT NULL"
            plain = (end, stated) != ("source", "edge.stated = 1")
            sql = f"""
                SELECT here.value, edge.{far}, {self._asked.weight if "NOT" in stated else 0}
                FROM json_each(:here) AS here {"" if plain else is_paper}
                JOIN edge ON edge.{end} = here.value
                WHERE {stated} AND edge.source <> edge.target{self._sure()}
                    {"" if among is None else f"AND +edge.{far} {AMONG.format('among')}"}
            """  # noqa: S608
            for n, other, weight in self._select(sql, here=here, **near):
                beside = found[n]
                if weight >= beside.get(other, 0):
                    beside[other] = weight
        return found
