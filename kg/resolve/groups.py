"""Entities that have one key: what is judged, and joined with others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from kg.resolve.keys import Key
from kg.resolve.mentions import Named
from kg.resolve.normal import Normalizer
from kg.resolve.values import Lexicon, Place, short_first, slug_of
from kg.text import fold

Rank = tuple[int, tuple[int, str]]


@dataclass(slots=True)
class Group:
    """What the papers call one thing: `names` stand for it, `shorts` abbreviate it.

    `pure` is a group whose slug is the normal form of one of its names; `proposed` one that no
    paper speaks of but those that propose it.
    """

    place: Place
    canonical: str = ""
    defined: bool = False
    pure: bool = False
    proposed: bool = True
    names: set[str] = field(default_factory=set)
    shorts: set[str] = field(default_factory=set)
    papers: set[int] = field(default_factory=set)

    @property
    def rank(self) -> Rank:
        """What a cluster is called by: the lexicon's name, a long form that a paper gives, a
        name in its normal form, the shortest name; the first of the letters among those. No
        count has a say."""
        known = 0 if self.canonical else 1 if self.defined else 2 if self.pure else 3
        return known, short_first(self.place[1])


def grouped(
    entities: Sequence[Named],
    keys: Sequence[Key],
    lexicon: Lexicon,
    normal: Normalizer,
    *,
    nameless: Container[int] = (),
) -> dict[Place, Group]:
    """The groups by their place, in sorted order; an entity without a slug is in none.

    Entities at the `nameless` positions do not say what their groups are called.
    """
    groups: dict[Place, Group] = {}
    for index, (entity, key) in enumerate(zip(entities, keys, strict=True)):
        if not key.slug:
            continue
        place = (entity.kind, key.slug)
        group = groups.setdefault(place, Group(place))
        group.canonical = group.canonical or key.canonical
        group.papers.update(entity.papers)
        group.proposed = group.proposed and entity.role == "proposed"
        if index in nameless:
            continue
        if entity.short and entity.long:
            group.shorts.add(entity.short)
        if key.reason == "long form":
            group.defined = True
            group.names.add(entity.long)
        elif slug_of(entity.name) == key.slug and key.reason != "lexicon":
            group.names.add(entity.name)
    for name, surfaces in _known(groups, lexicon).items():
        groups[name].names.update(surfaces)
    _name_by_acronym(groups, lexicon)
    for (kind, slug), group in groups.items():
        group.pure = any(normal(name, kind).key == slug for name in group.names)
    return dict(sorted(groups.items()))


def _known(groups: Mapping[Place, Group], lexicon: Lexicon) -> dict[Place, tuple[str, ...]]:
    """All writings that the lexicon knows of the groups it names, but those of fixed case."""
    return {
        (kind, slug_of(entry.name)): (
            entry.name,
            *(alias for alias in entry.aliases if not alias.startswith("=")),
        )
        for kind in sorted({kind for kind, _ in groups})
        for entry in lexicon.entries(kind)
        if groups.get((kind, slug_of(entry.name)), Group((kind, ""))).canonical
    }


def _name_by_acronym(groups: Mapping[Place, Group], lexicon: Lexicon) -> None:
    """Let an acronym stand for the one group that it is of, unless the lexicon knows it."""
    holders: defaultdict[Place, set[Place]] = defaultdict(set)
    for place, group in groups.items():
        holders[place].add(place)
        for short in group.shorts:
            holders[place[0], fold(short)].add(place)
    for (kind, _), group in groups.items():
        group.names.update(
            short
            for short in group.shorts
            if len(holders[kind, fold(short)]) == 1 and not lexicon.lookup(kind, short)
        )
