"""Overrides turned on the entities of these papers: what they join, part, rename and drop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from kg.model import KINDS, Kind
from kg.resolve.clusters import Pair
from kg.resolve.keys import Key
from kg.resolve.kinds import Move
from kg.resolve.mentions import Named
from kg.resolve.overrides import Override, Target, latest
from kg.resolve.values import Place
from kg.text import fold

Found = dict[Kind, Place]


@dataclass(slots=True)
class Decided:
    """What the overrides come to: pairs of groups, new labels, dropped groups, idle overrides."""

    same: list[tuple[Place, Place]] = field(default_factory=list)
    different: list[tuple[Place, Place]] = field(default_factory=list)
    labels: dict[Place, str] = field(default_factory=dict)
    dropped: set[Place] = field(default_factory=set)
    unused: list[str] = field(default_factory=list)

    def follow(self, source: Place, target: Place) -> None:
        """Let what is decided of one group be decided of another, of itself nothing."""
        for pairs in (self.same, self.different):
            turned = [tuple(target if p == source else p for p in pair) for pair in pairs]
            pairs[:] = [(one, other) for one, other in turned if one != other]
        if source in self.labels:
            self.labels.setdefault(target, self.labels.pop(source))
        if source in self.dropped:
            self.dropped.remove(source)
            self.dropped.add(target)


def kept(overrides: Iterable[Override]) -> frozenset[str]:
    """The folded names that an override speaks of under two kinds, so that no rule moves them."""
    return frozenset(
        fold(target.name)
        for override in overrides
        if len({target.kind for target in override.targets}) > 1
        for target in override.targets
    )


def split(
    overrides: Iterable[Override], entities: Sequence[Named], keys: Sequence[Key]
) -> list[Key]:
    """The keys, where names that are to be different and have one key get keys of their own.

    The name that the key is not made of gets a new one; the second, if it is made of neither.
    """
    parted = list(keys)
    called: defaultdict[str, list[int]] = defaultdict(list)
    apart = [override for override in latest(overrides) if override.verb == "different"]
    if apart:
        for index, entity in enumerate(entities):
            called[fold(entity.name)].append(index)
    for override in apart:
        one, other = override.targets
        slugs = fold(one.name), fold(other.name)
        for kind in KINDS:
            here = [
                {parted[i].slug for i in called[slug] if entities[i].kind == kind} | {slug}
                for slug in slugs
            ]
            for shared in sorted(here[0] & here[1]):
                leaves = slugs[0] if shared == slugs[1] else slugs[1]
                for index in called[leaves]:
                    if entities[index].kind == kind and parted[index].slug == shared:
                        parted[index] = Key(leaves, "", "override", 1.0)
    return parted


def decide(
    overrides: Iterable[Override], entities: Sequence[Named], keys: Sequence[Key]
) -> Decided:
    """What the overrides, in their order, mean for the groups that the keys make."""
    decided = Decided()
    counted = latest(overrides)
    names = _Names(entities, keys) if counted else None
    for override in counted:
        assert names
        found = [names.places(target) for target in override.targets]
        if override.verb in ("same", "different"):
            pairs = _pairs(*found)
            those = decided.same if override.verb == "same" else decided.different
            those.extend((one, other) for one, other in pairs if one != other)
            used = bool(pairs)
        else:
            used = bool(found[0])
            for place in found[0].values():
                if override.verb == "drop":
                    decided.dropped.add(place)
                else:
                    decided.labels[place] = override.label
        if not used:
            decided.unused.append(str(override))
    return decided


def _pairs(one: Found, other: Found) -> list[tuple[Place, Place]]:
    """The groups of two names: of each kind that both have, else the only one of each."""
    common = [kind for kind in KINDS if kind in one and kind in other]
    if common:
        return [(one[kind], other[kind]) for kind in common]
    if len(one) == len(other) == 1:
        return list(zip(one.values(), other.values(), strict=True))
    return []


class _Names:
    """From a name to its group: by the group's slug, else by what papers call its entities."""

    def __init__(self, entities: Sequence[Named], keys: Sequence[Key]) -> None:
        self.slugs: set[Place] = set()
        self.called: defaultdict[Place, set[Place]] = defaultdict(set)
        for entity, key in zip(entities, keys, strict=True):
            if key.slug:
                place = (entity.kind, key.slug)
                self.slugs.add(place)
                for form in entity.forms:
                    self.called[entity.kind, fold(form)].add(place)

    def places(self, target: Target) -> Found:
        """The one group of each kind that the name means; none of a kind where it means several."""
        found: Found = {}
        for kind in KINDS if target.kind is None else (target.kind,):
            exact = [p for p in ((kind, target.name), (kind, fold(target.name))) if p in self.slugs]
            held = exact[:1] or sorted(self.called.get((kind, fold(target.name)), ()))
            if len(held) == 1:
                found[kind] = held[0]
        return found


def across_kinds(
    decided: Decided, entities: list[Named], keys: list[Key], moves: dict[int, Move]
) -> set[int]:
    """Move what is to be the same as something of another kind there, in place; what was moved.

    Whatever is decided of the group that is left counts for the one that it went to.
    """
    moved: set[int] = set()
    while pair := next((pair for pair in decided.same if pair[0][0] != pair[1][0]), None):
        decided.same.remove(pair)
        source, (kind, slug) = pair
        there = [k for e, k in zip(entities, keys, strict=True) if (e.kind, k.slug) == pair[1]]
        for index, entity in enumerate(entities):
            if (entity.kind, keys[index].slug) == source:
                moved.add(index)
                moves[index] = Move(source, "override", 1.0)
                entities[index] = entity._replace(kind=kind)
                keys[index] = Key(slug, max(k.canonical for k in there), "override", 1.0)
        decided.follow(source, (kind, slug))
    return moved


def apart(decided: Decided) -> Collection[frozenset[Place]]:
    """The pairs of groups that never come together."""
    return frozenset(frozenset(pair) for pair in decided.different)


def forced(decided: Decided) -> list[Pair]:
    """The pairs of groups that are one because the user says so."""
    return [Pair(one, other, (one[1], other[1]), "override", 1.0) for one, other in decided.same]
