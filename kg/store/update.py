"""The graph brought up to date with the papers: only what they touch is resolved and written.

Papers that were put or retired since are `due`. Their names lead to the worlds that have to be
resolved (`worlds`); nodes that come out as they are stay untouched (`write`), and so do the edges
of all papers but those that are due or whose entities became other nodes (`stating`). What comes
out is what one build of all papers would give, in whatever steps they came.
"""

from __future__ import annotations

import gc
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from kg.model import KINDS
from kg.resolve import VERSION, Lexicon, Override, Resolver
from kg.resolve.mentions import number_of
from kg.resolve.overrides import latest
from kg.resolve.ties import spoken_of
from kg.store import incidence, rows, totals
from kg.store.connection import Connection, among
from kg.store.schema import CLEAR_GRAPH
from kg.store.stating import state, unstate
from kg.store.worlds import Worlds
from kg.store.write import (
    count_papers,
    delete_entities,
    delete_papers,
    held,
    write_entities,
    write_papers,
)

#: Of another version of what is written of a paper (`edges`, `write`) all is written anew.
WRITTEN: Final = "1"
#: Names that are resolved at once, and papers whose edges are written at once: they bound memory.
NAMES: Final = 20_000
PAPERS: Final = 1_000
#: Pages of the file that are kept in memory while it is written, in KiB.
_CACHE: Final = 128 * 1024


@dataclass(frozen=True, slots=True)
class Update:
    """What bringing the graph up to date took: papers written, names resolved.

    `unused` are the overrides that name nothing in the papers, `touched` the ids of the entities
    that may be new or gone or have changed.
    """

    papers: int
    names: int
    unused: tuple[str, ...]
    touched: tuple[str, ...] = ()


def update_graph(db: Connection, lexicon: Lexicon, overrides: Sequence[Override]) -> Update:
    """Bring the graph up to date with papers, overrides and lexicon, all or nothing."""
    meta = dict(db.rows("SELECT key, value FROM meta"))
    rules, said = _fingerprint(lexicon), json.dumps([str(o) for o in overrides])
    same = (meta.get("rules"), meta.get("overrides")) == (rules, said)
    if same and not db.value("SELECT count(*) FROM due"):
        return Update(0, 0, tuple(json.loads(meta["unused"])))
    with _at_work(db), db.transaction():
        if meta.get("rules") != rules:
            _forget(db)
        keys = [number_of(f"override {old}") for old in json.loads(meta.get("overrides", "[]"))]
        update = _Work(db, Resolver(lexicon, overrides)).done([*keys, *_spoken(db, overrides)])
        incidence.save(db)
        totals.save(db)
        now = {"rules": rules, "overrides": said, "unused": json.dumps(update.unused)}
        db.run_many("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [*now.items()])
    return update


@contextmanager
def _at_work(db: Connection) -> Iterator[None]:
    """Much memory for the file; no look at what refers to a row for each one that goes; and no
    garbage collector, which would walk all names again and again and find no cycles."""
    collects = gc.isenabled()
    gc.disable()
    db.run(f"PRAGMA cache_size = -{_CACHE}")
    db.run("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        db.run("PRAGMA foreign_keys = ON")
        if collects:
            gc.enable()


@contextmanager
def _indexed_later(db: Connection) -> Iterator[None]:
    """Where all is written anew: indexes that only readers need are made at the end, at once."""
    tables = json.dumps(["alias", "edge", "ledger", "named", "number", "tie"])
    select = """
        SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL
            AND tbl_name IN (SELECT value FROM json_each(?))
    """
    fresh = not db.column("SELECT n FROM edge LIMIT 1")
    indexes = list(db.rows(select, tables)) if fresh else []
    for name, _ in indexes:
        db.run(f"DROP INDEX {name}")
    yield
    for _, sql in indexes:
        db.run(sql)


def _fingerprint(lexicon: Lexicon) -> str:
    """What tells other rules, or another lexicon."""
    known = [[kind, [[e.name, *e.aliases] for e in lexicon.entries(kind)]] for kind in KINDS]
    return f"{VERSION} {WRITTEN} {number_of(json.dumps(known))}"


def _forget(db: Connection) -> None:
    """Empty the graph, so that all papers are due."""
    for statement in CLEAR_GRAPH:
        db.run(statement)


def _spoken(db: Connection, overrides: Iterable[Override]) -> Iterator[int]:
    """The ties by which one finds the worlds that overrides speak of."""
    folds = {name for override in overrides for name in spoken_of(override)}
    yield from map(number_of, folds)
    nodes = "SELECT node.id FROM name JOIN node ON node.n = name.node WHERE name.key"
    for (node,) in among(db, nodes, sorted(folds)):
        yield number_of(node.partition(":")[2].removesuffix("*"))


@dataclass(slots=True)
class _Work:
    """One update: papers that are due, as they are now and as they were; what came of it."""

    db: Connection
    resolver: Resolver
    new: list[int] = field(default_factory=list)
    old: list[int] = field(default_factory=list)
    written: set[int] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def done(self, keys: Iterable[int]) -> Update:
        """Do it; `keys` are of worlds that are resolved whether papers touch them or not."""
        self._look()
        worlds = Worlds(self.db, self.resolver)
        worlds.open(self._names(self.new), self._names(self.old), keys)
        with _indexed_later(self.db):
            moved = self._resolve(worlds)
            counted = self._write(moved)
        count_papers(self.db, counted)
        self._clean()
        unused = [str(o) for o in latest(self.resolver.overrides) if str(o) not in self.used]
        some = self.written | counted
        there = {node for (node,) in among(self.db, "SELECT id FROM node WHERE n", some)}
        touched = tuple(sorted(there | self.gone))
        return Update(len(self.new), len(worlds.names), tuple(unused), touched)

    def _look(self) -> None:
        """What is due: papers to be written, and papers as they were written before."""
        due = """
            SELECT paper.n, live, written.paper IS NOT NULL
            FROM due JOIN paper ON paper.n = due.paper
            LEFT JOIN written ON written.paper = paper.n ORDER BY paper.n
        """
        for n, live, written in self.db.rows(due):
            if live and not written:
                self.new.append(n)
            elif written and not live:
                self.old.append(n)

    def _names(self, papers: Iterable[int]) -> dict[int, list[int]]:
        """What papers name, each with their rows."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        select = "SELECT paper, names FROM extraction WHERE paper"
        for paper, names in among(self.db, select, papers):
            for number in rows.unpacked(names):
                found[number].append(paper)
        return found

    def _resolve(self, worlds: Worlds) -> set[int]:
        """Resolve the open worlds and write their nodes; papers whose entities are other nodes."""
        parted = worlds.parted()
        before = {kept.node for kept in worlds.kept.values() if kept.node is not None}
        select = "SELECT n, id, family FROM node WHERE n"
        was = {n: tuple(about) for n, *about in among(self.db, select, before)}
        nodes, moved = dict[int, int](), set[int]()
        for numbers in _gathered(parted):
            found = self.resolver([worlds.names[n] for n in numbers])
            places, written = write_entities(self.db, found)
            self.written.update(written)
            families = {node: variant.family for node, variant in found.variants.items()}
            for n, link in zip(numbers, found.links, strict=True):
                if link:
                    nodes[n] = places[link.node]
                now = (link.node, families.get(link.node)) if link else None
                if now != was.get(worlds.kept[n].node):
                    moved.update(worlds.names[n].papers)
            self.used |= {*map(str, self.resolver.overrides)} - {*found.unused}
        worlds.save(parted, nodes)
        gone = sorted(before - {*nodes.values()})
        self.gone.update(was[n][0] for n in gone)
        delete_entities(self.db, gone)
        return moved

    def _write(self, moved: Collection[int]) -> set[int]:
        """Write the papers that are due, and the edges of those whose entities moved.

        What is given are the rows of entities whose papers are to be counted anew.
        """
        again = sorted({*moved} - {*self.new, *self.old})
        before = {each.id: each for each in rows.papers_of(self.db, self.old)}
        counted = unstate(self.db, [*self.old, *again])
        for papers in _batches(self.db, self.new):
            places = write_papers(self.db, [(each.n, each.paper) for each in papers], before)
            counted |= state(self.db, papers, places)
            for each in papers:
                before.pop(each.paper.id, None)
        for papers in _batches(self.db, again):
            there = held(self.db, [f"paper:{each.paper.id}" for each in papers])
            counted |= state(self.db, papers, {node: about.n for node, about in there.items()})
        delete_papers(self.db, before.values())
        return counted

    def _clean(self) -> None:
        """Nothing is due any more, and what no live paper needs goes."""
        gone = "SELECT n FROM due JOIN paper ON paper.n = due.paper WHERE NOT live"
        papers = [(n,) for n in self.db.column(gone)]
        self.db.run_many("DELETE FROM extraction WHERE paper = ?", papers)
        self.db.run_many("DELETE FROM paper WHERE n = ?", papers)
        self.db.run("DELETE FROM due")
        self.db.run("DELETE FROM named WHERE world IS NULL")


def _gathered(worlds: Iterable[Sequence[int]]) -> Iterator[list[int]]:
    """The worlds, as many together as are resolved at once; at least one, which may be empty."""
    some: list[int] = []
    for world in worlds:
        if some and len(some) + len(world) > NAMES:
            yield some
            some = []
        some.extend(world)
    yield some


def _batches(db: Connection, papers: Sequence[int]) -> Iterator[list[rows.Read]]:
    """The papers in these rows and what was read from them, as many as are written at once."""
    for start in range(0, len(papers), PAPERS):
        yield list(rows.read(db, papers[start : start + PAPERS]))
