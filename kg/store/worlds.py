"""Names as the store keeps them, and the worlds that their ties make of them.

A world is what `kg.resolve.ties` connects; it is resolved as a whole. Of papers that come, change
or go only the worlds of their names are loaded, with what their new ties lead to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final, NamedTuple

from kg.resolve import Named, Resolver
from kg.store.connection import Connection, among
from kg.store.rows import named_of, packed, unpacked
from kg.text import fold

_SELECT: Final = "SELECT n, said, papers, world, node FROM named WHERE "
_UPDATE: Final = "UPDATE named SET papers = ?, world = ?, node = ? WHERE n = ?"


class Kept(NamedTuple):
    """What the store says of a name: its papers, its world and its node (None if it has none)."""

    papers: tuple[int, ...]
    world: int | None
    node: int | None


@dataclass(slots=True)
class Worlds:
    """The worlds that a change touches, in memory: `names` as they are now, `kept` as stored."""

    db: Connection
    resolver: Resolver
    names: dict[int, Named] = field(default_factory=dict)
    kept: dict[int, Kept] = field(default_factory=dict)
    _folded: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _ties: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _worlds: set[int] = field(default_factory=set)

    def open(
        self,
        gained: Mapping[int, Collection[int]],
        lost: Mapping[int, Collection[int]],
        keys: Iterable[int] = (),
    ) -> None:
        """Load the worlds of the names that gain or lose papers, and of the keys."""
        worlds = self._load("n", {*gained, *lost}, gained, lost)
        keys = {*keys, *self._tied()}
        while worlds := (worlds | self._behind(keys)) - self._worlds:
            self._worlds |= worlds
            self._load("world", worlds, gained, lost)
            keys = self._tied()

    def _load(
        self,
        column: str,
        values: Iterable[int],
        gained: Mapping[int, Collection[int]],
        lost: Mapping[int, Collection[int]],
    ) -> set[int]:
        """Take in the names of which a column has one of the values; the worlds they were in."""
        worlds = set()
        for n, said, papers, world, node in among(self.db, _SELECT + column, values):
            if n in self.kept:
                continue
            self.kept[n] = Kept(unpacked(papers), world, node)
            if world is not None:
                worlds.add(world)
            now = self.kept[n].papers
            if n in gained or n in lost:
                now = tuple(sorted({*now, *gained.get(n, ())} - {*lost.get(n, ())}))
            if now:
                self.names[n] = name = named_of(said, now)
                folded = fold(name.name)
                self._folded[folded].append(n)
                self._ties.pop(folded, None)
        return worlds

    def _tied(self) -> set[int]:
        """Work out the ties of folded names that have new names; all those ties."""
        found = set[int]()
        for folded in self._folded.keys() - self._ties.keys():
            held = [self.names[n] for n in self._folded[folded]]
            self._ties[folded] = tuple(self.resolver.ties(held))
            found.update(self._ties[folded])
        return found

    def _behind(self, keys: Iterable[int]) -> set[int]:
        """The worlds that have these keys."""
        return {world for (world,) in among(self.db, "SELECT world FROM tie WHERE key", keys)}

    def parted(self) -> list[list[int]]:
        """The names of each world as it is now."""
        above: dict[str, str] = {}

        def root(folded: str) -> str:
            while (up := above.setdefault(folded, folded)) != folded:
                above[folded] = above[up]
                folded = up
            return folded

        first: dict[int, str] = {}
        for folded, ties in self._ties.items():
            for key in ties:
                other = root(first.setdefault(key, folded))
                above[other] = root(folded)
        worlds: defaultdict[str, list[int]] = defaultdict(list)
        for folded, numbers in self._folded.items():
            worlds[root(folded)].extend(numbers)
        return [sorted(world) for world in worlds.values()]

    def save(self, worlds: Iterable[Collection[int]], nodes: Mapping[int, int]) -> None:
        """Keep all that is loaded: the worlds as they were parted, the node of each name."""
        gone = [(n,) for n in sorted(self.kept.keys() - self.names.keys())]
        self.db.run_many("DELETE FROM named WHERE n = ?", gone)
        numbers = self._numbers()
        ties: dict[int, int] = {}
        changed = []
        for world in worlds:
            number = numbers(world)
            for n in world:
                now = Kept(self.names[n].papers, number, nodes.get(n))
                if now != self.kept[n]:
                    changed.append((packed(now.papers), *now[1:], n))
            for folded in {fold(self.names[n].name) for n in world}:
                ties.update(dict.fromkeys(self._ties[folded], number))
        self.db.run_many(_UPDATE, changed)
        self._save_ties(ties)

    def _numbers(self) -> Callable[[Iterable[int]], int]:
        """What numbers worlds: each keeps one that its names had, if no other has taken it."""
        new = count((self.db.value("SELECT max(world) FROM named") or 0) + 1)
        taken = set[int]()

        def number(world: Iterable[int]) -> int:
            had = {self.kept[n].world or 0 for n in world} - {0} - taken
            found = min(had, default=0) or next(new)
            taken.add(found)
            return found

        return number

    def _save_ties(self, ties: Mapping[int, int]) -> None:
        kept = dict(among(self.db, "SELECT key, world FROM tie WHERE world", self._worlds))
        gone = [(key,) for key in kept.keys() - ties.keys()]
        self.db.run_many("DELETE FROM tie WHERE key = ?", gone)
        new = [tie for tie in sorted(ties.items()) if kept.get(tie[0]) != tie[1]]
        self.db.run_many("INSERT OR REPLACE INTO tie (key, world) VALUES (?, ?)", new)
