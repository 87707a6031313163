"""A graph's rows as arrays, numbered as the page numbers them.

Nodes are numbered by kind, entities before papers, then by label and id; edges by source, target
and relation. Edges of one pair and relation, as `achieves` has many, are one edge here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kg.model import KINDS
from kg.query.edges import relation_rank
from kg.view.rows import EvidenceRow, NodeRow, NumberRow, Rows

#: Entities first, papers last.
KIND_ORDER: Final = (*KINDS, "paper")
#: Confidence is kept in thousandths, as the store rounds it.
SURE: Final = 1000
#: No node, or no text.
NONE: Final = -1

Integers = NDArray[np.int64]
Columns = dict[str, Integers]
Find = Callable[[Any], Integers]


@dataclass(frozen=True, slots=True)
class Reported:
    """A number: the nodes it hangs on, what it says, its best sentence, and who read that."""

    source: int
    metric: int
    dataset: int
    baseline: int
    paper: int
    sure: int
    row: NumberRow
    shown: EvidenceRow | None
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """The graph as columns that refer to nodes, relations, readers and texts by position.

    - `edges`: source, target, relation, papers, sure, first and last (the years of its papers, 0
      where unknown)
    - `evidence`, each sentence of an edge once, best first: edge, paper (-1 if it is no node),
      start, end, sure, reader (several extractors may have read the same), text (-1 where the
      sentence stands in the paper)
    - `mentions`, as they stand in the papers: paper, start, end, node
    """

    nodes: list[NodeRow]
    relations: list[str]
    readers: list[tuple[str, ...]]
    texts: list[str]
    edges: Columns
    evidence: Columns
    mentions: Columns
    numbers: list[Reported]

    @property
    def first_paper(self) -> int:
        """The number of the first paper; all nodes from it on are papers."""
        return sum(node.kind != "paper" for node in self.nodes)


def tables(rows: Rows, *, min_confidence: float = 0.0) -> Tables:
    """All rows, or what evidence of that confidence or more leaves of them.

    What `kg.graph.confident` leaves out of a graph is left out here too.
    """
    relation, extractor, paper_id, text = _Numbers(), _Numbers(), _Numbers(), _Numbers()
    numbers = {row.edge: row for row in rows.numbers()}
    shown: defaultdict[int, list[EvidenceRow]] = defaultdict(list)

    def evidence_values() -> Iterator[tuple[int, ...]]:
        for e in rows.evidence():
            if e.confidence >= min_confidence:
                if e.edge in numbers:
                    shown[e.edge].append(e)
                yield (
                    *(e.edge, NONE if e.paper is None else e.paper, paper_id(e.paper_id)),
                    *(e.start, e.end, extractor(e.extractor), round(e.confidence * SURE)),
                    NONE if e.sentence is None else text(e.sentence),
                    e.end - e.start if e.sentence is None else len(e.sentence),
                )

    edges = _columns(
        "n source target relation papers sure",
        (
            (e.n, e.source, e.target, relation(e.relation), e.weight, round(e.confidence * SURE))
            for e in rows.edges()
        ),
    )
    evidence = _columns("n paper paper_id start end extractor sure text length", evidence_values())
    mentions = _columns(
        "n start end", ((m.edge, *span) for m in rows.mentions() for span in m.spans)
    )
    nodes = list(rows.nodes())
    if min_confidence > 0:
        edges = _restated(edges, evidence)
        nodes = _renamed(nodes, edges)
        numbers = {n: row for n, row in numbers.items() if n in shown}
    nodes.sort(key=order_of)

    place, row_of = _finder([node.n for node in nodes]), _finder(edges["n"])
    relations = sorted(relation, key=relation_rank)
    edges |= {"source": place(edges["source"]), "target": place(edges["target"])}
    edges["relation"] = _positions(relation, relations)[edges["relation"]]
    evidence |= {
        "paper": place(evidence["paper"]),
        "paper_id": _positions(paper_id, sorted(paper_id))[evidence["paper_id"]],
        "extractor": _positions(extractor, sorted(extractor))[evidence["extractor"]],
        "text": np.append(_positions(text, sorted(text)), NONE)[evidence["text"]],
    }
    merged, edge_of = _merged(edges)
    evidence["edge"] = edge_of[row_of(evidence["n"])]
    evidence, readers = _distinct(evidence, sorted(extractor))
    _state(merged, evidence, np.array([node.first or 0 for node in nodes], dtype=np.int64))
    reported = [
        _reported(row, shown[n], edges, int(row_of([n])[0]), place) for n, row in numbers.items()
    ]
    return Tables(
        nodes=nodes,
        relations=relations,
        readers=readers,
        texts=sorted(text),
        edges=merged,
        evidence=evidence,
        mentions=_mentions(mentions, edges, row_of),
        numbers=reported,
    )


def order_of(node: NodeRow) -> tuple[int, str, str]:
    """What sorts nodes as the page numbers them."""
    return KIND_ORDER.index(node.kind), node.label.casefold(), node.id


class _Numbers(dict[str, int]):
    """A number for each value, in the order in which they are met."""

    def __call__(self, value: str) -> int:
        return self.setdefault(value, len(self))


def _positions(numbers: _Numbers, order: Sequence[str]) -> Integers:
    """For each number the position of its value in `order`."""
    found = np.zeros(len(numbers), dtype=np.int64)
    for position, value in enumerate(order):
        found[numbers[value]] = position
    return found


def _columns(names: str, rows: Iterable[tuple[int, ...]]) -> Columns:
    fields = [(name, np.int64) for name in names.split()]
    table = np.fromiter(rows, dtype=fields)
    return {name: np.ascontiguousarray(table[name]) for name, _ in fields}


def _taken(columns: Columns, rows: Any) -> Columns:
    return {name: column[rows] for name, column in columns.items()}


def _finder(values: Any) -> Find:
    """What finds where each value stands among these; nowhere is -1."""
    known = np.asarray(values, dtype=np.int64)
    order = np.argsort(known, kind="stable")
    ordered = known[order]

    def find(wanted: Any) -> Integers:
        asked = np.asarray(wanted, dtype=np.int64)
        if not len(known):
            return np.full(len(asked), NONE)
        at = np.searchsorted(ordered, asked).clip(max=len(known) - 1)
        found: Integers = np.where(ordered[at] == asked, order[at], NONE)
        return found

    return find


def _starts(*keys: Integers) -> Integers:
    """Where runs of equal keys begin; the keys are sorted."""
    if not len(keys[0]):
        return np.zeros(0, dtype=np.int64)
    new = np.zeros(len(keys[0]), dtype=bool)
    new[0] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)


def _groups(columns: Columns, *names: str) -> tuple[Columns, Integers]:
    """The rows sorted by these columns, and where a new combination of them begins."""
    order = np.lexsort([columns[name] for name in reversed(names)])
    ordered = _taken(columns, order)
    return ordered, _starts(*(ordered[name] for name in names))


def _papers_of(evidence: Columns, edge: str) -> tuple[Integers, Integers]:
    """The edges that have evidence, and in how many papers."""
    pairs, starts = _groups({name: evidence[name] for name in (edge, "paper_id")}, edge, "paper_id")
    edges, papers = np.unique(pairs[edge][starts], return_counts=True)
    return edges, papers


def _restated(edges: Columns, evidence: Columns) -> Columns:
    """The edges that have evidence, with what follows from it."""
    edges = _taken(edges, np.isin(edges["n"], evidence["n"]))
    row_of = _finder(edges["n"])
    stated, papers = _papers_of(evidence, "n")
    edges["papers"][row_of(stated)] = papers
    ordered, starts = _groups({name: evidence[name] for name in ("n", "sure")}, "n")
    if len(starts):
        edges["sure"][row_of(ordered["n"][starts])] = np.maximum.reduceat(ordered["sure"], starts)
    return edges


def _renamed(nodes: list[NodeRow], edges: Columns) -> list[NodeRow]:
    """The papers, and the entities that have an edge, as often and when papers name them."""
    papers = {node.n: node for node in nodes if node.kind == "paper"}
    joined = {*edges["source"].tolist(), *edges["target"].tolist()}
    named: defaultdict[int, set[int]] = defaultdict(set)
    for source, target in zip(edges["source"].tolist(), edges["target"].tolist(), strict=True):
        if source in papers:
            named[target].add(source)

    def renamed(node: NodeRow) -> NodeRow:
        years = [year for n in named[node.n] if (year := papers[n].first) is not None]
        first, last = min(years, default=None), max(years, default=None)
        return node._replace(papers=len(named[node.n]), first=first, last=last)

    return [
        node if node.kind == "paper" else renamed(node)
        for node in nodes
        if node.kind == "paper" or node.n in joined
    ]


def _merged(edges: Columns) -> tuple[Columns, Integers]:
    """One edge for each pair and relation, and for each row of `edges` which one it is in."""
    order = np.lexsort([edges[name] for name in ("relation", "target", "source")])
    ordered = _taken(edges, order)
    starts = _starts(ordered["source"], ordered["target"], ordered["relation"])
    merged = {name: ordered[name][starts] for name in ("source", "target", "relation")}
    edge_of = np.zeros(len(order), dtype=np.int64)
    for name in ("papers", "sure"):
        merged[name] = np.maximum.reduceat(ordered[name], starts) if len(starts) else starts
    edge_of[order] = np.repeat(np.arange(len(starts)), np.diff([*starts, len(order)]))
    return merged, edge_of


def _distinct(evidence: Columns, extractors: list[str]) -> tuple[Columns, list[tuple[str, ...]]]:
    """Each sentence of an edge once, in the order of `kg.query.edges.ranked`, and the readers."""
    # The surest reading of a sentence comes first, and is the one that is kept.
    readings = {**evidence, "doubt": -evidence["sure"]}
    ordered, starts = _groups(readings, "edge", "paper_id", "start", "end", "doubt", "extractor")
    starts = _starts(*(ordered[name] for name in ("edge", "paper_id", "start", "end")))
    distinct = _taken(ordered, starts)
    found = np.split(ordered["extractor"], starts[1:]) if len(starts) else []
    sets = [(int(who[0]),) if len(who) == 1 else tuple(np.unique(who).tolist()) for who in found]
    known = sorted(set(sets))
    number = {who: i for i, who in enumerate(known)}
    distinct["reader"] = np.array([number[who] for who in sets], dtype=np.int64)
    ordered, _ = _groups(distinct, "edge", "doubt", "length", "paper_id", "start", "end")
    return ordered, [tuple(extractors[i] for i in who) for who in known]


def _state(edges: Columns, evidence: Columns, years: Integers) -> None:
    """Add what follows from the evidence: how many papers state an edge, and their years."""
    stated, papers = _papers_of(evidence, "edge")
    edges["papers"][stated] = np.maximum(edges["papers"][stated], papers)
    year = np.where(evidence["paper"] >= 0, years[evidence["paper"]], 0) if len(years) else years
    dated = {"edge": evidence["edge"][year > 0], "year": year[year > 0]}
    ordered, starts = _groups(dated, "edge")
    for name, best in (("first", np.minimum), ("last", np.maximum)):
        edges[name] = np.zeros(len(edges["source"]), dtype=np.int64)
        if len(starts):
            edges[name][ordered["edge"][starts]] = best.reduceat(ordered["year"], starts)


def _mentions(mentions: Columns, edges: Columns, row_of: Find) -> Columns:
    """The mentions of edges that are there, the longest of those that start together first."""
    row = row_of(mentions["n"])
    known = row >= 0
    found = {
        "paper": edges["source"][row[known]],
        "start": mentions["start"][known],
        "end": mentions["end"][known],
        "before": -mentions["end"][known],
        "node": edges["target"][row[known]],
    }
    ordered, _ = _groups(found, "paper", "start", "before", "node")
    return ordered


def _reported(
    row: NumberRow, shown: list[EvidenceRow], edges: Columns, at: int, place: Find
) -> Reported:
    parts = [NONE if n is None else n for n in (row.dataset, row.baseline, row.paper)]
    dataset, baseline, paper = place(parts).tolist()
    best = min(shown, key=_rank, default=None)
    readers = {e.extractor for e in shown if best and _stands(e) == _stands(best)}
    ends = int(edges["source"][at]), int(edges["target"][at])
    return Reported(
        *ends, dataset, baseline, paper, int(edges["sure"][at]), row, best, tuple(sorted(readers))
    )


def _stands(e: EvidenceRow) -> tuple[str, int, int]:
    return e.paper_id, e.start, e.end


def _rank(e: EvidenceRow) -> tuple[Any, ...]:
    length = e.end - e.start if e.sentence is None else len(e.sentence)
    return -e.confidence, length, *_stands(e), e.extractor
