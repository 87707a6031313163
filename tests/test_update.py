"""Bringing the graph up to date: in whatever steps papers come, it is that of one build of all."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_resolve import Lexicon
from test_ties import KNOWN, OVERRIDES, extraction

from kg.lexicon import Entry
from kg.model import Entity, Evidence, Extraction, Mention, Paper, Relation, Result
from kg.resolve import resolve
from kg.resolve.overrides import parse
from kg.store import Store, Update, open_store
from kg.store.connection import Connection

Said = tuple[Paper, Extraction]

#: All that the tables of the graph say, without the numbers of rows.
TABLES = {
    "node": """SELECT id, kind, label, short, long, papers, first_year, last_year, family, content,
        (SELECT id FROM paper WHERE n = node.paper) FROM node""",
    "alias": "SELECT id, text, alias.papers, reason, score FROM alias JOIN node ON n = alias.node",
    "name": "SELECT id, key FROM name JOIN node ON n = name.node",
    "ledger": """SELECT id, verdict, name, other, reason, score, ledger.papers
        FROM ledger JOIN node ON n = ledger.node""",
    "edge": """SELECT s.id, t.id, key, relation, stated, weight, confidence, surface, mentions
        FROM edge JOIN node s ON s.n = source JOIN node t ON t.n = target
        LEFT JOIN naming ON naming.edge = edge.n""",
    "number": """SELECT key, paper.id, value, number, high, unit, d.id, b.id, relative
        FROM number JOIN edge ON edge.n = number.edge JOIN paper ON paper.n = number.paper
        LEFT JOIN node d ON d.n = dataset LEFT JOIN node b ON b.n = baseline""",
    "evidence": """SELECT s.id, t.id, key, paper.id, i, start, "end", extractor,
        evidence.confidence, sentence FROM evidence JOIN edge ON edge.n = evidence.edge
        JOIN node s ON s.n = source JOIN node t ON t.n = target
        JOIN paper ON paper.n = evidence.paper""",
    "named": "SELECT said, length(papers), (SELECT id FROM node WHERE n = node) FROM named",
    "world": "SELECT min(n), count(*) FROM named GROUP BY world",
    "tie": "SELECT key, (SELECT min(n) FROM named WHERE named.world = tie.world) FROM tie",
    "paper": "SELECT id, digest, live, length(edges) FROM paper LEFT JOIN written ON n = paper",
    "meta": "SELECT key, value FROM meta",
    "words": "SELECT term, id, col FROM told JOIN node ON n = doc",
}


def logical(path: Path) -> dict[str, list[Any]]:
    """What each table says, sorted; nothing refers to what is not there."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE VIRTUAL TABLE temp.told USING fts5vocab(main, words, instance)")
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        return {table: sorted(map(repr, db.execute(sql))) for table, sql in TABLES.items()}


def update(store: Store, overrides: str = "") -> Update:
    return store.update_graph(parse(overrides), lexicon=KNOWN)


def at_once(folder: Path, papers: Iterable[Said], overrides: str = "") -> dict[str, list[Any]]:
    """What one build of all papers says."""
    path = folder / "once.db"
    path.unlink(missing_ok=True)
    with open_store(path, create=True) as store:
        store.put(papers, version="1")
        update(store, overrides)
    return logical(path)


# Papers that say what the resolver's rules look at


def paper(number: int, seed: int, field: int) -> Said:
    """A paper of a field that says what the seed decides, with relations and numbers."""
    chance = random.Random(seed)
    about = Paper(f"p{number}", f"On {seed}", "It is of some use.", year=2000 + seed % 20)

    def seen() -> tuple[Evidence, ...]:
        start = chance.randrange(8)
        text = about.text[start : start + 4]
        return (Evidence(about.id, start, start + 4, text, "rules", chance.random()),)

    said = [
        replace(e, evidence=seen(), mentions=(Mention(0, 4, e.name, e.kind, "rules", 0.5),))
        for e in extraction(number, seed, field).entities
    ]
    pairs = [(a.name, b.name) for a in said for b in said if a is not b]
    relations = [
        Relation(a, relation, b, seen())
        for a, b in pairs
        for relation in ("compared_with", "used_for", "evaluated_on")
    ]
    results = tuple(Result(a, None, b, "9%", None, seen()) for a, b in pairs[:2])
    facts = Extraction(about.id, tuple(said), tuple(chance.sample(relations, len(pairs))), results)
    return about, facts


_NUMBER = st.integers(0, 6)
_STEP = st.tuples(
    st.lists(st.tuples(_NUMBER, st.integers(0, 400)), max_size=4),
    st.lists(_NUMBER, max_size=2),
    st.lists(st.sampled_from(OVERRIDES), max_size=2, unique=True).map("\n".join),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(_STEP, min_size=1, max_size=5), st.integers(0, 2**32))
def test_any_steps_lead_to_the_graph_of_one_build(steps: list[Any], field: int) -> None:
    """Papers that come, change and go, and overrides that do."""
    with TemporaryDirectory() as folder:
        path, now = Path(folder, "kg.db"), dict[str, Said]()
        with open_store(path, create=True) as store:
            for put, removed, overrides in steps:
                batch = [paper(*numbers, field) for numbers in put]
                gone = [f"p{number}" for number in removed]
                store.put(batch, version="1")
                store.remove(gone)
                now |= {about.id: (about, said) for about, said in batch}
                now = {key: said for key, said in now.items() if key not in gone}
                done = update(store, overrides)
            digest = store.digest()
        assert logical(path) == at_once(Path(folder), now.values(), overrides)
        with open_store(Path(folder, "once.db"), readonly=True) as once:
            assert once.digest() == digest
        known = resolve(
            [said for _, said in now.values()], lexicon=KNOWN, overrides=parse(overrides)
        )
        assert done.unused == known.unused
        with open_store(path, readonly=True) as store:
            entities = [node for node in store.nodes() if node.kind != "paper"]
            assert [node.id for node in entities] == [node.id for node in known.nodes]
            for node in known.nodes:
                assert {*node.names} <= {*store.names(node.id)}
                said = [line for line in known.ledger if line.node == node.id]
                assert sorted(store.decisions(node.id)) == said


# Papers of the seed


@pytest.fixture(scope="module")
def seed(seed_db: Path) -> list[Said]:
    with open_store(seed_db, readonly=True) as store:
        return list(zip(store.papers(), store.extractions(), strict=True))


@pytest.mark.parametrize("number", range(3))
def test_papers_of_the_seed_in_random_parts(tmp_path: Path, seed: list[Said], number: int) -> None:
    chance = random.Random(number)
    papers = chance.sample(seed, len(seed))
    with open_store(tmp_path / "kg.db", create=True) as store:
        while papers:
            size = chance.randrange(1, 20)
            store.put(papers[:size], version="1")
            del papers[:size]
            again = chance.sample(seed, 3)
            store.put(((replace(about, title="Other"), said) for about, said in again), version="1")
            update(store)
            store.put(again, version="1")
            left = [about.id for about, _ in again if about.id in {a.id for a, _ in papers}]
            store.remove(left)
        update(store)
        assert update(store) == Update(0, 0, ())
    assert logical(tmp_path / "kg.db") == at_once(tmp_path, seed)


def test_only_what_papers_touch_is_resolved(tmp_path: Path, seed: list[Said]) -> None:
    with open_store(tmp_path / "kg.db", create=True) as store:
        store.put(seed[1:], version="1")
        before = update(store)
        store.put(seed[:1], version="1")
        after = update(store)
        assert (before.papers, after.papers) == (len(seed) - 1, 1)
        assert 0 < after.names < before.names / 3


# Nothing changed, or the rules did


def test_what_is_up_to_date_is_not_written(tmp_path: Path, seed: list[Said]) -> None:
    path = tmp_path / "kg.db"
    overrides = "drop nothing\nrename accuracy | Accuracy"
    with open_store(path, create=True) as store:
        store.put(seed, version="1")
        assert update(store, overrides).unused == ("drop nothing",)
    before = path.read_bytes()
    with open_store(path) as store:
        assert update(store, overrides) == Update(0, 0, ("drop nothing",))
        assert (
            not path.with_name("kg.db-wal").exists()
            or not path.with_name("kg.db-wal").stat().st_size
        )
    assert path.read_bytes()[100:] == before[100:], "but for the counters of the first 100 bytes"


def test_another_lexicon_resolves_all_anew(tmp_path: Path, seed: list[Said]) -> None:
    path = tmp_path / "kg.db"
    with open_store(path, create=True) as store:
        store.put(seed, version="1")
        other = Lexicon(Entry("method", "Vision Transformer", ("ViT", "CCT")))
        store.update_graph(lexicon=other)
        assert update(store).papers == len(seed)
    assert logical(path) == at_once(tmp_path, seed)


@pytest.mark.parametrize("version", ["VERSION", "WRITTEN"])
def test_another_version_of_the_rules_does(
    tmp_path: Path, seed: list[Said], monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    with open_store(tmp_path / "kg.db", create=True) as store:
        store.put(seed[:5], version="1")
        update(store)
        monkeypatch.setattr(f"kg.store.update.{version}", "another")
        assert update(store).papers == 5


# A stop in the middle


class _StopError(Exception):
    pass


def test_a_stop_at_any_statement_leaves_the_old_graph(
    tmp_path: Path, seed: list[Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, run = tmp_path / "kg.db", Connection.run_many
    expected = at_once(tmp_path, seed[2:6])
    with open_store(path, create=True) as store:
        store.put(seed[:4], version="1")
        update(store)
        store.put(seed[4:6], version="1")
        store.remove([about.id for about, _ in seed[:2]])
    before = logical(path)
    for after in range(1000):
        left = iter(range(after))

        def stop(self: Connection, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
            if next(left, None) is None:  # noqa: B023
                raise _StopError
            run(self, sql, rows)

        monkeypatch.setattr(Connection, "run_many", stop)
        try:
            with open_store(path) as store:
                update(store)
            break
        except _StopError:
            assert logical(path) == before
    assert after > 20
    assert logical(path) == expected


# Overrides


def test_overrides_are_followed_alone(tmp_path: Path, seed: list[Said]) -> None:
    """An override that comes or goes resolves what it speaks of, not all."""
    path = tmp_path / "kg.db"
    with open_store(path, create=True) as store:
        store.put(seed, version="1")
        all_names = update(store).names
        renamed = update(store, "rename accuracy | Acc 2")
        assert 0 < renamed.names < all_names / 3
        assert "metric:accuracy" in renamed.touched
        assert [node.label for node in store.nodes(["metric:accuracy"])] == ["Acc 2"]
        update(store)
    assert logical(path) == at_once(tmp_path, seed)


def test_what_an_update_touched(tmp_path: Path) -> None:
    """Entities that are new, gone, renamed or in more papers; not those that stay."""
    with open_store(tmp_path / "kg.db", create=True) as store:
        first, second, third = (_of("1", "FooNet"), _of("2", "Bar tree"), _of("3", "FooNet model"))
        store.put([first, second], version="1")
        assert update(store).touched == ("method:bartree", "method:foonet")
        store.put([third], version="1")
        assert update(store).touched == ("method:foonet",)
        store.remove(["2"])
        assert update(store).touched == ("method:bartree",)


def _of(number: str, name: str) -> Said:
    seen = (Evidence(number, 0, 2, "On", "rules", 0.5),)
    entity = Entity(name, "method", "used", (name,), (), seen)
    return Paper(number, "On it", ""), Extraction(number, (entity,), (), ())


def test_overrides_of_an_empty_store_are_unused(tmp_path: Path) -> None:
    overrides = "drop this\nsame a | b"
    with open_store(tmp_path / "kg.db", create=True) as store:
        assert update(store, overrides).unused == ("drop this", "same a | b")
