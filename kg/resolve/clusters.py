"""Groups of entities joined into clusters: union-find that keeps apart what must be apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from kg.model import Kind
from kg.resolve.acronyms import SURE, Acronyms
from kg.resolve.groups import Group
from kg.resolve.marks import guard
from kg.resolve.normal import Normalizer, score
from kg.resolve.values import Place


class Pair(NamedTuple):
    """Two groups that are one: the names by which they met, the ground, and how sure it is."""

    one: Place
    other: Place
    names: tuple[str, str]
    reason: str
    score: float


def met(groups: Mapping[Place, Group], normal: Normalizer) -> list[Pair]:
    """The pairs of groups with names of the same normal form that no guard keeps apart.

    Names are looked up by that form, so each group is only compared with the first, by rank, of
    those that it meets. A form that two entries of the lexicon share joins nothing.
    """
    buckets: defaultdict[Place, list[tuple[Group, str]]] = defaultdict(list)
    for group in groups.values():
        for name in sorted(group.names):
            if key := normal(name, group.place[0]).key:
                buckets[group.place[0], key].append((group, name))
    best: dict[tuple[Place, Place], Pair] = {}
    for (kind, _), bucket in buckets.items():
        if len({group.canonical for group, _ in bucket if group.canonical}) > 1:
            continue
        first, name = min(bucket, key=lambda found: (found[0].rank, found[1]))
        for group, other in bucket:
            pair = None if group is first else _judged(first, group, (name, other), kind, normal)
            if pair and pair.score > best.get(pair[:2], pair._replace(score=0.0)).score:
                best[pair[:2]] = pair
    return sorted(best.values(), key=lambda pair: (-pair.score, pair))


def _judged(
    one: Group, other: Group, names: tuple[str, str], kind: Kind, normal: Normalizer
) -> Pair | None:
    ours, theirs = (normal(name, kind).steps for name in names)
    steps = (ours ^ theirs) or (ours | theirs)
    if "year" not in steps and guard(*names):
        return None
    if "generic head" in steps and (one.proposed or other.proposed):
        return None
    reason = " + ".join(sorted(steps)) or "spelling"
    return Pair(one.place, other.place, names, reason, score(steps))


def spelled_out(groups: Mapping[Place, Group], acronyms: Acronyms) -> list[Pair]:
    """The pairs of groups that long forms of one acronym, which are alike, stand for."""
    pairs = {
        Pair(one, other, names, "same acronym", SURE)
        for one, other, names in acronyms.alike()
        if one in groups and other in groups
    }
    return sorted(pairs)


@dataclass(slots=True)
class Clusters:
    """Groups joined one pair after the other; `apart` holds pairs that never come together.

    Nor do two groups that the lexicon knows under different names, unless they are forced.
    """

    groups: Mapping[Place, Group]
    apart: Collection[frozenset[Place]] = frozenset()
    joined: list[Pair] = field(default_factory=list)
    _root: dict[Place, Place] = field(default_factory=dict)
    _members: dict[Place, list[Place]] = field(default_factory=dict)

    def root(self, place: Place) -> Place:
        """What stands for the cluster of a group, for now."""
        while (above := self._root.get(place, place)) != place:
            self._root[place] = self._root.get(above, above)
            place = above
        return place

    def members(self, place: Place) -> list[Place]:
        """The groups of the cluster that a group is in."""
        root = self.root(place)
        return self._members.get(root, [root])

    def join(self, pairs: Iterable[Pair], *, force: bool = False) -> None:
        """Join the groups of each pair, in their order, where nothing keeps the clusters apart."""
        for pair in pairs:
            one, other = self.root(pair.one), self.root(pair.other)
            if one != other and (force or self._agree(one, other)) and not self._parted(one, other):
                members = [*self.members(one), *self.members(other)]
                self._root[other] = one
                self._members[one] = members
                self.joined.append(pair)

    def _agree(self, one: Place, other: Place) -> bool:
        ours, theirs = (
            {self.groups[place].canonical for place in self.members(side)} - {""}
            for side in (one, other)
        )
        return not (ours and theirs) or not ours.isdisjoint(theirs)

    def _parted(self, one: Place, other: Place) -> bool:
        pairs = product(self.members(one), self.members(other)) if self.apart else ()
        return any(frozenset(pair) in self.apart for pair in pairs)

    def representative(self, place: Place) -> Place:
        """The group that the cluster is called by: the first by rank."""
        return min(self.members(place), key=lambda member: self.groups[member].rank)


class Step(NamedTuple):
    """How a group came into its cluster: the pair that joined it to one nearer to the
    representative, itself first, and how sure all steps on the way are together."""

    pair: Pair
    sure: float


def paths(clusters: Clusters) -> dict[Place, Step]:
    """For each group that is not its cluster's representative, how it came there."""
    beside: defaultdict[Place, list[Pair]] = defaultdict(list)
    for pair in clusters.joined:
        beside[pair.one].append(pair)
        turned = pair._replace(one=pair.other, other=pair.one, names=pair.names[::-1])
        beside[pair.other].append(turned)
    found: dict[Place, Step] = {}
    for start in sorted({clusters.representative(place) for place in beside}):
        border = [(start, 1.0)]
        while border:
            here, sure = border.pop()
            for pair in beside[here]:
                if pair.other != start and pair.other not in found:
                    turned = pair._replace(one=pair.other, other=here, names=pair.names[::-1])
                    found[pair.other] = Step(turned, min(sure, pair.score))
                    border.append((pair.other, min(sure, pair.score)))
    return found
