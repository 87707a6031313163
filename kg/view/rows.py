"""A graph as plain rows, whether it is in memory or in a database file.

Rows refer to each other by numbers of their own: a node's `n`, an edge's `n`. What the page
holds is made of these, so a database is never made into a networkx graph first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple, Protocol

import networkx as nx

from kg.model import ACHIEVES
from kg.store import Store


class NodeRow(NamedTuple):
    """A node; `first` and `last` are years, or None."""

    n: int
    id: str
    kind: str
    label: str
    aliases: tuple[str, ...]
    short: str
    long: str
    papers: int
    first: int | None
    last: int | None


class EdgeRow(NamedTuple):
    """An edge between the nodes of these numbers, and how many papers state it."""

    n: int
    source: int
    target: int
    relation: str
    weight: int
    confidence: float


class MentionsRow(NamedTuple):
    """The half-open spans of its text at which an edge's source, a paper, names its target."""

    edge: int
    spans: Collection[tuple[int, int]]


class NumberRow(NamedTuple):
    """What an `achieves` edge reports; the paper, dataset and baseline are numbers of nodes."""

    edge: int
    paper: int | None
    value: str
    number: float | None
    high: float | None
    unit: str
    dataset: int | None
    baseline: int | None
    relative: bool


class EvidenceRow(NamedTuple):
    """A sentence of a paper (the number of its node), and who read the edge in it how surely.

    `sentence` is None where it is what stands in the paper from `start` to `end`; `paper_id`
    tells papers apart that are no nodes.
    """

    edge: int
    paper: int | None
    paper_id: str
    start: int
    end: int
    extractor: str
    confidence: float
    sentence: str | None


class PaperRow(NamedTuple):
    """What a paper's node says beyond what every node says."""

    n: int
    title: str
    abstract: str
    authors: tuple[str, ...]
    year: int | None
    venue: str
    url: str
    doi: str
    arxiv_id: str


class Rows(Protocol):
    """All of a graph."""

    def nodes(self) -> Iterable[NodeRow]: ...

    def edges(self) -> Iterable[EdgeRow]: ...

    def mentions(self) -> Iterable[MentionsRow]: ...

    def numbers(self) -> Iterable[NumberRow]: ...

    def evidence(self) -> Iterable[EvidenceRow]: ...

    def papers(self, numbers: Collection[int]) -> Iterable[PaperRow]:
        """The papers of these nodes, in any order."""


class GraphRows:
    """The rows of a networkx graph with the schema of `kg.graph`."""

    def __init__(self, G: nx.MultiDiGraph) -> None:
        self._G = G
        self._names = sorted(G)
        self._place = {node: n for n, node in enumerate(self._names)}

    def nodes(self) -> Iterator[NodeRow]:
        for n, node in enumerate(self._names):
            data = self._G.nodes[node]
            yield NodeRow(
                *(n, node, data["kind"], data["label"], tuple(data["aliases"])),
                *(data.get("short", ""), data.get("long", ""), data["papers"]),
                *(data["first_year"], data["last_year"]),
            )

    def _edges(self) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
        edges = sorted(self._G.edges(keys=True, data=True), key=lambda edge: edge[:3])
        for n, (source, target, _, data) in enumerate(edges):
            yield n, source, target, data

    def edges(self) -> Iterator[EdgeRow]:
        for n, source, target, data in self._edges():
            ends = (self._place[source], self._place[target])
            yield EdgeRow(n, *ends, data["relation"], data["weight"], data["confidence"])

    def mentions(self) -> Iterator[MentionsRow]:
        for n, _, _, data in self._edges():
            if data.get("mentions"):
                yield MentionsRow(n, data["mentions"])

    def numbers(self) -> Iterator[NumberRow]:
        place = self._place.get
        for n, _, _, data in self._edges():
            if data["relation"] == ACHIEVES:
                yield NumberRow(
                    n,
                    place(f"paper:{data['paper']}"),
                    *(data["value"], data["number"], data["high"], data["unit"]),
                    dataset=place(data["dataset"]),
                    baseline=place(data["baseline"]),
                    relative=bool(data["relative"]),
                )

    def evidence(self) -> Iterator[EvidenceRow]:
        for n, _, _, data in self._edges():
            for e in data["evidence"]:
                paper = self._place.get(f"paper:{e.paper}")
                there = paper is not None and self._text(paper)[e.start : e.end] == e.sentence
                yield EvidenceRow(
                    *(n, paper, e.paper, e.start, e.end, e.extractor, e.confidence),
                    None if there else e.sentence,
                )

    def _text(self, paper: int) -> str:
        data = self._G.nodes[self._names[paper]]
        return f"{data['title']}\n{data['abstract']}"

    def papers(self, numbers: Collection[int]) -> Iterator[PaperRow]:
        for n in numbers:
            data = self._G.nodes[self._names[n]]
            yield PaperRow(
                *(n, data["title"], data["abstract"], tuple(data.get("authors", ()))),
                data.get("year"),
                *(data.get(name) or "" for name in ("venue", "url", "doi", "arxiv_id")),
            )


class StoreRows:
    """The rows of an open store, read as they are asked for.

    With `entities`, only those and the edges among them with their evidence; and, with `papers`
    too, the papers that name them, and the edges that say so.
    """

    def __init__(
        self, store: Store, entities: Collection[int] | None = None, *, papers: bool = True
    ) -> None:
        self._db = store.db
        self._entities = None if entities is None else json.dumps(sorted(entities))
        self._papers = papers

    def _select(self, sql: str, where: str, *, order: str = "") -> Iterator[Any]:
        """The rows of a statement; of a part of the graph those for which the condition holds.

        In the condition, `@` stands for the entities.
        """
        if self._entities is None:
            return self._db.rows(f"{sql} {order}")
        part = where.replace("@", "(SELECT value FROM json_each(?))")
        values = [self._entities] * where.count("@")
        return self._db.rows(f"{sql} WHERE {part} {order}", *values)

    def nodes(self) -> Iterator[NodeRow]:
        aliases: defaultdict[int, list[str]] = defaultdict(list)
        for node, text in self._select(
            "SELECT node, text FROM alias", "node IN @", order="ORDER BY node, papers DESC, text"
        ):
            aliases[node].append(text)
        naming = " OR n IN (SELECT source FROM edge WHERE target IN @ AND stated)"
        for n, node, kind, label, *rest in self._select(
            "SELECT n, id, kind, label, short, long, papers, first_year, last_year FROM node",
            f"n IN @{naming if self._papers else ''}",
        ):
            others = tuple(text for text in aliases.get(n, ()) if text != label)
            yield NodeRow(n, node, kind, label, others, *rest)

    def edges(self) -> Iterator[EdgeRow]:
        sql = "SELECT n, source, target, relation, weight, confidence FROM edge"
        where = f"target IN @ AND ({'stated OR ' if self._papers else ''}source IN @)"
        return map(EdgeRow._make, self._select(sql, where, order="ORDER BY n"))

    def mentions(self) -> Iterator[MentionsRow]:
        sql = "SELECT edge, mentions FROM naming"
        for edge, spans in self._select(sql, "FALSE", order="ORDER BY edge"):
            yield MentionsRow(edge, json.loads(spans))

    def numbers(self) -> Iterator[NumberRow]:
        sql = """
            SELECT edge, node.n, value, number, high, unit, dataset, baseline, relative
            FROM number LEFT JOIN node ON node.paper = number.paper
        """
        for edge, paper, value, number, high, unit, *others, relative in self._select(
            sql, "FALSE", order="ORDER BY edge"
        ):
            dataset, baseline = others
            about = (edge, paper, value, number, high, unit)
            yield NumberRow(*about, dataset=dataset, baseline=baseline, relative=bool(relative))

    def evidence(self) -> Iterator[EvidenceRow]:
        papers = {
            row: (n, paper_id)
            for row, paper_id, n in self._db.rows(
                "SELECT paper.n, paper.id, node.n FROM paper LEFT JOIN node ON node.paper = paper.n"
            )
        }
        sql = 'SELECT edge, paper, start, "end", extractor, confidence, sentence FROM evidence'
        among = "edge IN (SELECT n FROM edge WHERE target IN @ AND source IN @)"
        for edge, paper, start, end, extractor, confidence, sentence in self._select(
            sql, among, order="ORDER BY edge, paper, i"
        ):
            n, paper_id = papers[paper]
            yield EvidenceRow(edge, n, paper_id, start, end, extractor, confidence, sentence)

    def papers(self, numbers: Collection[int]) -> Iterator[PaperRow]:
        for n, title, abstract, authors, *rest in self._db.rows(
            """
            SELECT node.n, title, abstract, authors, year, venue, url, doi, arxiv_id
            FROM node JOIN paper ON paper.n = node.paper
            WHERE node.n IN (SELECT value FROM json_each(?))
            """,
            json.dumps(sorted(numbers)),
        ):
            yield PaperRow(n, title, abstract, tuple(json.loads(authors)), *rest)
