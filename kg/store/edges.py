"""One paper's extraction -> the edges that it states, between canonical nodes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from kg.model import (
    ACHIEVES,
    KINDS,
    PAPER_RELATIONS,
    RELATIONS,
    VARIANT_OF,
    Entity,
    Evidence,
    Extraction,
    Kind,
    Result,
    Role,
)
from kg.resolve.values import Variant
from kg.text import parse_value

#: What reads the edges that names alone tell.
RESOLVER: Final = "resolver"

#: Of the roles that one thing has in one paper, the first is what the paper says of it.
_ROLES: Final[tuple[Role, ...]] = ("proposed", "introduced", "baseline", "used", "")


@dataclass(frozen=True, slots=True)
class Naming:
    """What a paper calls an entity, and at which half-open offsets of its text."""

    surface: tuple[str, ...]
    mentions: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Number:
    """What an `achieves` edge reports; `dataset` and `baseline` are node ids or "".

    `relative` says that the value is a change, not a level.
    """

    paper: str
    value: str
    number: float | None
    high: float | None
    unit: str
    dataset: str
    baseline: str
    relative: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two nodes, the papers that state it (`weight`) and their sentences."""

    source: str
    target: str
    key: str
    relation: str
    weight: int
    confidence: float
    evidence: tuple[Evidence, ...]
    detail: Naming | Number | None = None


def edges_of(
    extraction: Extraction,
    node_of: Mapping[str, str],
    variants: Mapping[str, Variant] = MappingProxyType({}),
) -> list[Edge]:
    """The edges that one paper states, in order of source, target and key.

    `node_of` is the node id of each entity's name, if it has one; the kind of that node counts,
    whatever the paper took the entity for. `variants` are the families of nodes: a paper that
    names a variant shows in its first sentence about it that there is one. Facts that several
    entities or sentences state are one edge with all their evidence. What has no evidence, joins
    a node to itself or does not fit `kg.model.RELATIONS` is no edge.

    >>> seen = (Evidence("a-1", 7, 17, "We use it.", "rules", 0.9),)
    >>> entity = Entity("CCT", "method", "used", ("CCT",), (), seen)
    >>> [edge] = edges_of(Extraction("a-1", (entity,), (), ()), {"CCT": "method:cct"})
    >>> edge.source, edge.relation, edge.target, edge.weight, edge.confidence
    ('paper:a-1', 'uses', 'method:cct', 1, 0.9)
    """
    named = {
        e.name: (node_of[e.name], _kind(node_of[e.name]))
        for e in extraction.entities
        if e.name in node_of
    }
    edges = (
        *_namings(extraction, named),
        *_families(extraction, named, variants),
        *_relations(extraction, named),
        *_numbers(extraction, named),
    )
    return sorted(edges, key=lambda edge: (edge.source, edge.target, edge.key))


_Named = dict[str, tuple[str, Kind]]


def _kind(node: str) -> Kind:
    """The kind of an entity's node."""
    return next(kind for kind in KINDS if node.startswith(f"{kind}:"))


def _edge(
    source: str,
    target: str,
    relation: str,
    evidence: Iterable[Evidence],
    *,
    key: str = "",
    detail: Naming | Number | None = None,
) -> Iterator[Edge]:
    shown = tuple(sorted(set(evidence)))
    if shown and source != target:
        confidence = max(e.confidence for e in shown)
        yield Edge(source, target, key or relation, relation, 1, confidence, shown, detail)


def _namings(extraction: Extraction, named: _Named) -> Iterator[Edge]:
    by_node: defaultdict[str, list[Entity]] = defaultdict(list)
    for entity in extraction.entities:
        if entity.name in named:
            by_node[named[entity.name][0]].append(entity)
    for node, entities in by_node.items():
        role = min((entity.role for entity in entities), key=_ROLES.index)
        surface = sorted({form for entity in entities for form in entity.surface})
        mentions = sorted({(m.start, m.end) for entity in entities for m in entity.mentions})
        yield from _edge(
            f"paper:{extraction.paper}",
            node,
            _paper_relation(_kind(node), role),
            (e for entity in entities for e in entity.evidence),
            detail=Naming(tuple(surface), tuple(mentions)),
        )


def _families(
    extraction: Extraction, named: _Named, variants: Mapping[str, Variant]
) -> Iterator[Edge]:
    """The edges from the variants that the paper names to their families."""
    shown: defaultdict[str, list[Evidence]] = defaultdict(list)
    for entity in extraction.entities:
        node = named.get(entity.name, ("", None))[0]
        if node in variants:
            shown[node].extend(entity.evidence)
    for node, evidence in shown.items():
        family, sure = variants[node]
        read = [
            replace(first, extractor=RESOLVER, confidence=min(sure, first.confidence))
            for first in sorted(evidence)[:1]
        ]
        yield from _edge(node, family, VARIANT_OF, read)


def _paper_relation(kind: Kind, role: Role) -> str:
    """The relation of a paper to an entity; a role that its kind does not have counts as used.

    What a paper brings into the world it proposes if it is a method, introduces if a dataset.
    """
    if role in ("proposed", "introduced"):
        role = "introduced" if kind == "dataset" else "proposed"
    plain: Role = "used" if (kind, "used") in PAPER_RELATIONS else ""
    return PAPER_RELATIONS.get((kind, role)) or PAPER_RELATIONS[kind, plain]


def _relations(extraction: Extraction, named: _Named) -> Iterator[Edge]:
    joined: defaultdict[tuple[str, str, str], list[Evidence]] = defaultdict(list)
    for r in extraction.relations:
        head, head_kind = named.get(r.head, ("", None))
        tail, tail_kind = named.get(r.tail, ("", None))
        if RELATIONS.get(r.relation) == (head_kind, tail_kind):
            joined[head, tail, r.relation].extend(r.evidence)
    for (head, tail, relation), evidence in joined.items():
        yield from _edge(head, tail, relation, evidence)


def _numbers(extraction: Extraction, named: _Named) -> Iterator[Edge]:
    """The reported numbers; one whose method has no usable name hangs on the paper itself."""
    paper = extraction.paper
    joined: defaultdict[tuple[str, str, str, str, str], list[Result]] = defaultdict(list)

    def node(name: str | None, kind: Kind) -> str:
        found, found_kind = named.get(name or "", ("", kind))
        return found if found_kind == kind else ""

    for r in extraction.results:
        if metric := node(r.metric, "metric"):
            method = node(r.method, "method")
            if r.method in named and not method:
                continue
            baseline = node(r.baseline, "method")
            place = (
                method or f"paper:{paper}",
                metric,
                r.value,
                node(r.dataset, "dataset"),
                baseline if baseline != method else "",
            )
            joined[place].append(r)
    for (source, metric, value, dataset, baseline), results in joined.items():
        key = f"{ACHIEVES}:{value}@{dataset}#{paper}" + (f"~{baseline}" if baseline else "")
        evidence = (e for r in results for e in r.evidence)
        relative = any(r.relative for r in results)
        number = Number(paper, value, *_parsed(value), dataset, baseline, relative)
        yield from _edge(source, metric, ACHIEVES, evidence, key=key, detail=number)


def _parsed(value: str) -> tuple[float | None, float | None, str]:
    """The number that a value begins with, the end of its range, and its unit."""
    parsed = parse_value(value)
    if parsed is None:
        return None, None, ""
    return _finite(parsed.number), _finite(parsed.high), parsed.unit


def _finite(number: float | None) -> float | None:
    """The number, or None where it is too large to be one: infinity is no JSON."""
    return number if number is not None and math.isfinite(number) else None
