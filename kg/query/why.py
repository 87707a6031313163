"""Why names are one node, or two: what the resolution decided, read from the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from rapidfuzz import fuzz

from kg import lexicon
from kg.errors import UnknownEntity
from kg.query.names import lookup
from kg.resolve import Decision, Name
from kg.resolve.marks import guard
from kg.store import NodeRow, Store
from kg.text import fold


@dataclass(frozen=True, slots=True)
class Why:
    """One node: all its surface forms with why they are its, and what was decided of it."""

    id: str
    label: str
    kind: str
    papers: int
    names: tuple[Name, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """Two names: the nodes they mean, whether that is one, and the grounds, strongest first.

    `likeness` is how much the two look alike, from 0 to 1: of two nodes the names that look most
    alike, which are `closest`.
    """

    a: Why
    b: Why
    same: bool
    likeness: float
    closest: tuple[str, str]
    grounds: tuple[str, ...]


def why(store: Store, name: str, *, kind: str | None = None) -> Why:
    """Why all surface forms of the entity of this name are one node.

    Raises AmbiguousEntity or UnknownEntity as `kg.query.lookup` does.
    """
    return _why(store, entity(store, name, kind=kind))


def between(store: Store, a: str, b: str, *, kind: str | None = None) -> Between:
    """Why two names are one node, or are not. Raises as `why` does."""
    with store.snapshot():
        ours, theirs = (why(store, name, kind=kind) for name in (a, b))
        same = ours.id == theirs.id
        alike = (a, b) if same else _closest(ours, theirs)
        grounds = _together(ours, (a, b)) if same else _apart(store, ours, theirs, alike)
        likeness = round(_likeness(*alike), 3)
        return Between(ours, theirs, same, likeness, alike, tuple(grounds))


def entity(store: Store, name: str, *, kind: str | None = None) -> NodeRow:
    """The one entity that the name means; raises what `lookup` raises, also for a paper."""
    node = lookup(store, name, kind=kind)
    [row] = store.nodes([node])
    if row.paper is not None:
        raise UnknownEntity(name)
    return row


def _why(store: Store, node: NodeRow) -> Why:
    names, decisions = store.names(node.id), store.decisions(node.id)
    return Why(node.id, node.label, node.kind, node.papers, names, decisions)


def _likeness(one: str, other: str) -> float:
    return fuzz.ratio(one.casefold(), other.casefold()) / 100


def _closest(ours: Why, theirs: Why) -> tuple[str, str]:
    """The pair of names of two nodes that look most alike; of several, the most used."""
    pairs = product(ours.names, theirs.names)
    one, other = max(pairs, key=lambda pair: _likeness(pair[0].text, pair[1].text))
    return one.text, other.text


def _families(node: Why) -> set[str]:
    return {decision.other for decision in node.decisions if decision.verdict == "variant"}


def _together(node: Why, asked: Iterable[str]) -> Iterator[str]:
    for name in asked:
        for held in node.names:
            if held.text == name or fold(held.text) == fold(name):
                papers = f"{held.papers} paper{'s' * (held.papers != 1)}"
                yield f"{held.text}: {held.reason} ({held.score:.2f}, {papers})"
                break
        else:
            yield f"{name}: the node's id"


def _apart(store: Store, ours: Why, theirs: Why, alike: tuple[str, str]) -> Iterator[str]:
    pair = {ours.id, theirs.id}
    decisions = [*ours.decisions, *theirs.decisions]
    if any(d.verdict == "apart" and {d.node, d.other} == pair for d in decisions):
        yield "an override keeps them apart"
    if ours.kind != theirs.kind:
        yield f"one is a {ours.kind}, the other a {theirs.kind}"
    for d in decisions:
        if d.verdict == "variant" and {d.node, d.other} == pair:
            yield f"{d.node} is a variant of {d.other}"
    for family in sorted(_families(ours) & _families(theirs)):
        yield f"both are variants of {family}"
    if kept := guard(*alike):
        yield f"{kept} ({alike[0]}, {alike[1]})"
    known = [lexicon.match(some.label) for some in (ours, theirs)]
    if all(known) and known[0] != known[1]:
        yield "the lexicon knows them as two"
    short = {fold(node.short) for node in store.nodes(pair) if node.short}
    longs = [node.long for node in store.nodes(sorted(pair)) if node.long]
    if len(short) == 1 and len(longs) == 2:
        yield f"papers spell the acronym out in two ways: {longs[0]}; {longs[1]}"
    yield f"no rule joins them; their closest names are {_likeness(*alike):.0%} alike"
