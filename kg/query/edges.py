"""One edge as seen from one of its ends: the value that answers about links are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from kg.model import ACHIEVES, PAPER_RELATIONS, RELATIONS, VARIANT_OF, Evidence
from kg.query.source import Edge, Source

#: The order in which relations are listed: a paper's own first, then those between entities.
RELATION_ORDER: Final[tuple[str, ...]] = tuple(
    dict.fromkeys((*PAPER_RELATIONS.values(), *RELATIONS, VARIANT_OF, ACHIEVES))
)

_RANK: Final = {relation: rank for rank, relation in enumerate(RELATION_ORDER)}


@dataclass(frozen=True, slots=True)
class Node:
    """A node's id, label and kind, and in how many papers it occurs."""

    id: str
    label: str
    kind: str
    papers: int


@dataclass(frozen=True, slots=True)
class Link:
    """One edge in its true direction, `source` to `target`, as met from one of its ends.

    `reversed` says that it was met from its target. `papers` is how many papers state it,
    `note` what a number says ("98% on CIFAR-10", "change of 2%"), `sentences` are the best ones,
    best first; `extractors` are those that agree on it in the paper of the first.
    """

    source: Node
    relation: str
    target: Node
    key: str
    reversed: bool
    papers: int
    confidence: float
    note: str
    sentences: tuple[Evidence, ...]
    extractors: tuple[str, ...]

    @property
    def other(self) -> Node:
        """The end that it leads to."""
        return self.source if self.reversed else self.target


def relation_rank(relation: str) -> tuple[int, str]:
    """A sort key that puts relations in `RELATION_ORDER`, unknown ones after them.

    >>> sorted(["achieves", "uses", "proposes"], key=relation_rank)
    ['proposes', 'uses', 'achieves']
    """
    return _RANK.get(relation, len(_RANK)), relation


def ranked(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The evidence, best first: most confident, then shortest, then by paper id and place.

    >>> sure = Evidence("b", 0, 7, "A is B.", "rule", 0.9)
    >>> short = Evidence("a", 0, 3, "A B", "rule", 0.5)
    >>> [e.paper for e in ranked([short, sure])]
    ['b', 'a']
    """
    return sorted(
        evidence,
        key=lambda e: (-e.confidence, len(e.sentence), e.paper, e.start, e.end, e.extractor),
    )


def distinct(evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """The first of each sentence, in the order given: two extractors may have read the same one."""
    seen: set[tuple[str, int, int]] = set()
    for e in evidence:
        place = (e.paper, e.start, e.end)
        if place not in seen:
            seen.add(place)
            yield e


def node_of(g: Source, node: str) -> Node:
    """The node's value."""
    return Node(node, *g.brief(node)[:3])


def edges_between(g: Source, a: str, b: str) -> list[Edge]:
    """Every edge that joins the two, in either direction.

    Best first: most papers, then most confident, then by relation, those from `a` first, by key.
    """

    def rank(edge: Edge) -> tuple[Any, ...]:
        start, _, key, data = edge
        relation = relation_rank(data["relation"])
        return -data["weight"], -data["confidence"], relation, start != a, key

    return sorted(g.edges_between(a, b), key=rank)


def link_of(g: Source, edge: Edge, *, seen_from: str, sentences: int = 1) -> Link:
    """The edge as a link that was met at the node `seen_from`, with so many of its sentences."""
    start, target, key, data = edge
    evidence = ranked(data["evidence"])
    quoted = {e.paper for e in evidence[:1]}
    return Link(
        source=node_of(g, start),
        relation=data["relation"],
        target=node_of(g, target),
        key=key,
        reversed=seen_from != start,
        papers=data["weight"],
        confidence=data["confidence"],
        note=_note(g, data),
        sentences=tuple(distinct(evidence))[:sentences],
        extractors=tuple(sorted({e.extractor for e in evidence if e.paper in quoted})),
    )


def _note(g: Source, data: dict[str, Any]) -> str:
    if data["relation"] != ACHIEVES:
        return ""
    dataset, baseline = data["dataset"], data["baseline"]
    on = f" on {g.brief(dataset).label}" if dataset else ""
    over = f", over {g.brief(baseline).label}" if baseline else ""
    change = "change of " if data["relative"] else ""
    return f"{change}{data['value']}{on}{over}"
