"""Acronyms that no paper spells out: the long form whose initials fit, if its company fits too.

Of the long forms of one kind whose initials spell a bare acronym, nine in ten are other things; so
the initials must fit one alone, and both must be named together with some third thing that few
papers name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from kg.resolve.clusters import Pair
from kg.resolve.groups import Group
from kg.resolve.values import Place
from kg.resolve.words import initials, tokens
from kg.text import fold, is_acronym

#: How sure an acronym is a long form by initials and company.
SURE: Final = 0.85
#: A thing that more papers name is company to too many.
RARE: Final = 5
_LETTERS: Final = 3


def in_company(groups: Mapping[Place, Group]) -> list[Pair]:
    """The pairs of a bare acronym and the one long form that initials and company fit."""
    spelled: defaultdict[Place, list[tuple[Group, str]]] = defaultdict(list)
    for group in groups.values():
        for name in sorted(group.names):
            if len(tokens(name)) >= _LETTERS:
                spelled[group.place[0], initials(name)].append((group, name))
    bare = [group for group in groups.values() if _is_bare(group)]
    company = _Company(groups)
    pairs: list[Pair] = []
    for group in bare:
        fitting = [found for found in spelled.get(group.place, ()) if found[0] is not group]
        if fitting and all(found[0] is fitting[0][0] for found in fitting):
            long, name = fitting[0]
            if company.of(group) & company.of(long):
                names = (name, min(group.names))
                long.defined = True
                pairs.append(Pair(long.place, group.place, names, "initials + company", SURE))
    return pairs


def _is_bare(group: Group) -> bool:
    """Whether all that papers say of it is an acronym of a few letters."""
    slug = group.place[1]
    undefined = not (group.canonical or group.defined)
    return (
        undefined
        and len(slug) >= _LETTERS
        and slug.isalpha()
        and all(is_acronym(name) and fold(name) == slug for name in group.names)
    )


class _Company:
    """What is named in the same papers as a group, of the things that few papers name."""

    def __init__(self, groups: Mapping[Place, Group]) -> None:
        self.named: defaultdict[str, set[Place]] = defaultdict(set)
        for place, group in groups.items():
            if len(group.papers) <= RARE:
                for paper in group.papers:
                    self.named[paper].add(place)

    def of(self, group: Group) -> set[Place]:
        company = set[Place]().union(*(self.named[paper] for paper in group.papers))
        return company - {group.place}
