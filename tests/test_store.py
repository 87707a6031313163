from __future__ import annotations

import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphs import CCT, CIFAR, SENTENCES, TOP1, VIT, TinyLexicon, paper, tiny_extractions
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import StoreError, UnknownEntity
from kg.model import (
    KINDS,
    VARIANT_OF,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Paper,
    Relation,
    Result,
)
from kg.store import Naming, Number, Store, open_store
from kg.store.codec import decode, encode
from kg.store.edges import edges_of

PAIRS = [*zip(map(paper, SENTENCES), tiny_extractions(), strict=True)]
PAPER = Paper("p", 'A "title" \\ <b>\t', "\x00 ∑ 🙂 text \u2028 of it")
SEEN = Evidence("p", 0, 5, "Title", "rules", 0.5)
SEEN_LATER = Evidence("p", 6, 9, "Two", "model", 0.75)


def fill(store: Store, pairs: list[tuple[Paper, Extraction]], *, version: str = "1") -> None:
    store.put(pairs, version=version)
    write_graph(store)


def write_graph(store: Store) -> None:
    store.update_graph(lexicon=TinyLexicon())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kg.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path, create=True) as opened:
        yield opened


# What is put comes back


def test_papers_and_extractions_come_back_in_order_of_ids(store: Store) -> None:
    store.put(reversed(PAIRS), version="1")
    ordered = sorted(PAIRS, key=lambda pair: pair[0].id)
    assert list(store.papers()) == [p for p, _ in ordered]
    assert list(store.extractions()) == [x for _, x in ordered]
    assert store.known() == {p.id: (p.digest, "1") for p, _ in PAIRS}
    assert store.paper("seed-02") == paper("seed-02")
    with pytest.raises(UnknownEntity, match="seed-99"):
        store.paper("seed-99")


_TEXT = st.text(max_size=12)
_OFFSETS = st.integers(0, 30)
_SURE = st.floats(0, 1)
_KIND = st.sampled_from(KINDS)
_EVIDENCE = st.lists(
    st.builds(Evidence, st.sampled_from(["p", "q"]), _OFFSETS, _OFFSETS, _TEXT, _TEXT, _SURE)
    | st.builds(lambda a, b: Evidence("p", a, b, PAPER.text[a:b], "x", 1.0), _OFFSETS, _OFFSETS),
    max_size=3,
).map(tuple)
_MENTION = st.builds(Mention, _OFFSETS, _OFFSETS, _TEXT, _KIND, _TEXT, _SURE) | st.builds(
    lambda a, b, kind: Mention(a, b, PAPER.text[a:b], kind, "x", 0.5), _OFFSETS, _OFFSETS, _KIND
)
_TEXTS = st.lists(_TEXT, max_size=3).map(tuple)
_NONE_OR_TEXT = st.none() | _TEXT
_ENTITY = st.builds(
    Entity,
    name=_TEXT,
    kind=_KIND,
    role=st.sampled_from(["proposed", "used", "baseline", "introduced", ""]),
    surface=_TEXTS,
    mentions=st.lists(_MENTION, max_size=3).map(tuple),
    evidence=_EVIDENCE,
    short=_TEXT,
    long=_TEXT,
)
_RESULT = st.builds(
    Result,
    *(_NONE_OR_TEXT, _NONE_OR_TEXT, _TEXT, _TEXT, _NONE_OR_TEXT, _EVIDENCE),
    st.booleans(),
)
_EXTRACTION = st.builds(
    Extraction,
    st.just("p"),
    st.lists(_ENTITY, max_size=3).map(tuple),
    st.lists(st.builds(Relation, _TEXT, _TEXT, _TEXT, _EVIDENCE), max_size=3).map(tuple),
    st.lists(_RESULT, max_size=3).map(tuple),
)


@settings(deadline=None)
@given(_EXTRACTION)
def test_encoding_round_trips(extraction: Extraction) -> None:
    facts = encode(extraction, PAPER)
    assert decode(facts, PAPER) == extraction
    assert "\n" not in facts


@settings(deadline=None)
@given(st.builds(Paper, _TEXT, _TEXT, _TEXT, _TEXTS, st.none() | st.integers(0, 9999), _TEXT))
def test_papers_round_trip(hostile: Paper) -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(f"{folder}/x", create=True) as store:
        fill(store, [(hostile, Extraction(hostile.id, (), (), ()))])
        assert list(store.papers()) == [store.paper(hostile.id)] == [hostile]
        assert [node.paper for node in store.nodes()] == [hostile]


def test_a_changed_paper_replaces_the_old_one(store: Store) -> None:
    fill(store, PAIRS)
    changed = replace(paper("seed-02"), title="Another title")
    empty = Extraction("seed-02", (), (), ())
    before = list(store.nodes()), list(store.edges())
    store.put([(changed, empty)], version="2")
    assert store.known()["seed-02"] == (changed.digest, "2")
    assert store.paper("seed-02") == changed
    assert (list(store.nodes()), list(store.edges())) == before, (
        "the graph is whole until it is written"
    )
    write_graph(store)
    [node] = store.nodes(["paper:seed-02"])
    assert node.label == "Another title"
    assert not list(store.nodes(["method:segmentanythingmodel"]))
    assert {e.paper for edge in store.edges() for e in edge.evidence} == SENTENCES.keys() - {
        "seed-02"
    }


def test_a_removed_paper_leaves_with_all_it_said(store: Store) -> None:
    fill(store, PAIRS)
    store.remove(["seed-02", "no such paper"])
    assert "seed-02" not in store.known()
    assert any(node.id == "paper:seed-02" for node in store.nodes())
    write_graph(store)
    rest = [pair for pair in PAIRS if pair[0].id != "seed-02"]
    with tempfile.TemporaryDirectory() as folder, open_store(f"{folder}/x", create=True) as other:
        fill(other, rest)
        assert store.digest() == other.digest()


def test_a_failing_batch_leaves_nothing(store: Store) -> None:
    def broken() -> Iterator[tuple[Paper, Extraction]]:
        yield PAIRS[0]
        raise KeyError("broken")

    with pytest.raises(KeyError):
        store.put(broken(), version="1")
    assert store.known() == {}


# The digest


def test_digest_does_not_depend_on_order_or_restarts(tmp_path: Path) -> None:
    digests = set()
    for seed in range(4):
        pairs = random.Random(seed).sample(PAIRS, len(PAIRS))
        path = tmp_path / str(seed)
        for pair in pairs:
            with open_store(path, create=True) as store:
                fill(store, [pair])
        with open_store(path, readonly=True) as store:
            digests.add(store.digest())
    assert len(digests) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda p, x: (replace(p, venue="Elsewhere"), x),
        lambda p, x: (p, replace(x, results=x.results[1:])),
        lambda p, x: (p, replace(x, results=tuple(replace(r, relative=True) for r in x.results))),
        lambda p, x: (p, replace(x, entities=x.entities[1:])),
        lambda p, x: (
            p,
            replace(x, relations=tuple(replace(r, evidence=(SEEN,)) for r in x.relations)),
        ),
    ],
)
def test_digest_tells_other_content(store: Store, change: Any) -> None:
    fill(store, PAIRS)
    before = store.digest()
    fill(store, [change(*PAIRS[0])])
    assert store.digest() != before
    fill(store, PAIRS[:1])
    assert store.digest() == before


# Edges


def _entity(name: str, kind: Any, role: Any = "", **more: Any) -> Entity:
    return Entity(name, kind, role, (name,), (), more.pop("evidence", (SEEN,)), **more)


def _edges(
    *entities: Entity, relations: tuple[Relation, ...] = (), results: tuple[Result, ...] = ()
) -> list[tuple[str, str, str]]:
    extraction = Extraction("p", entities, relations, results)
    node_of = {e.name: f"{e.kind}:{e.name.rstrip('*')}" for e in entities if e.name != "?"}
    return [(edge.source, edge.key, edge.target) for edge in edges_of(extraction, node_of)]


A, B = _entity("a", "method", "proposed"), _entity("b", "method", "baseline")
DATA, METRIC, TASK = _entity("d", "dataset", "used"), _entity("m", "metric"), _entity("t", "task")
ALL = (A, B, DATA, METRIC, TASK)


@pytest.mark.parametrize(
    ("kind", "role", "relation"),
    [
        ("method", "proposed", "proposes"),
        ("method", "baseline", "compares_with"),
        ("method", "used", "uses"),
        ("method", "", "uses"),
        ("dataset", "introduced", "introduces"),
        ("dataset", "baseline", "evaluates_on"),
        ("metric", "", "reports"),
        ("metric", "used", "reports"),
        ("task", "", "addresses"),
    ],
)
def test_role_and_kind_make_the_papers_edge(kind: Any, role: Any, relation: str) -> None:
    assert _edges(_entity("x", kind, role)) == [("paper:p", relation, f"{kind}:x")]


@pytest.mark.parametrize(
    "relation",
    [
        ("a", "evaluated_on", "m"),
        ("d", "evaluated_on", "a"),
        ("a", "invented", "b"),
        ("a", "achieves", "m"),
        ("a", "uses", "a"),
        ("a", "uses", "a*"),
        ("a", "uses", "nobody"),
        ("a", "uses", "?"),
    ],
)
def test_what_is_no_fact_is_no_edge(relation: tuple[str, str, str]) -> None:
    head, name, tail = relation
    entities = (*ALL, _entity("a*", "method", "proposed"), _entity("?", "method"))
    stated = _edges(*entities, relations=(Relation(head, name, tail, (SEEN,)),))
    assert stated == _edges(*entities)


def test_a_fact_without_evidence_is_no_edge() -> None:
    assert _edges(_entity("a", "method", "used", evidence=())) == []
    assert _edges(*ALL, relations=(Relation("a", "uses", "b", ()),)) == _edges(*ALL)


def test_one_thing_under_two_names_is_one_edge() -> None:
    first = _entity("a", "method", "used", evidence=(SEEN_LATER, SEEN))
    second = _entity("a*", "method", "proposed", evidence=(SEEN,))
    extraction = Extraction("p", (first, second), (), ())
    [edge] = edges_of(extraction, {"a": "method:a", "a*": "method:a"})
    assert (edge.relation, edge.confidence, edge.weight) == ("proposes", 0.75, 1)
    assert edge.evidence == (SEEN, SEEN_LATER)
    assert edge.detail == Naming(("a", "a*"), ())


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (("a", "d", "m", "9%", None), ("method:a", "achieves:9%@dataset:d#p", "metric:m")),
        (("a", "d", "m", "9%", "b"), ("method:a", "achieves:9%@dataset:d#p~method:b", "metric:m")),
        ((None, "d", "m", "9%", None), ("paper:p", "achieves:9%@dataset:d#p", "metric:m")),
        (("?", None, "m", "9%", None), ("paper:p", "achieves:9%@#p", "metric:m")),
        (("a", "t", "m", "9%", "a"), ("method:a", "achieves:9%@#p", "metric:m")),
        (("d", None, "m", "9%", None), None),
        (("a", None, "t", "9%", None), None),
        (("a", None, "nothing", "9%", None), None),
    ],
)
def test_numbers(result: Any, expected: tuple[str, str, str] | None) -> None:
    entities = (*ALL, _entity("?", "method"))
    stated = _edges(*entities, results=(Result(*result, (SEEN,)),))
    assert sorted(set(stated) - set(_edges(*entities))) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ("41-137times", (41.0, 137.0, "x")),
        ("24.0M", (24e6, None, "")),
        ("many", (None, None, "")),
        ("9" * 400 + "%", (None, None, "%")),
    ],
)
def test_values_are_parsed(value: str, parsed: tuple[float | None, float | None, str]) -> None:
    result = Result("a", None, "m", value, None, (SEEN,))
    [detail] = [
        edge.detail
        for edge in edges_of(
            Extraction("p", (A, METRIC), (), (result,)), {"a": "method:a", "m": "metric:m"}
        )
        if edge.relation == "achieves"
    ]
    assert isinstance(detail, Number)
    assert (detail.value, detail.number, detail.high, detail.unit) == (value, *parsed)


@pytest.mark.parametrize("relative", [True, False])
def test_a_number_is_a_change_or_a_level(store: Store, relative: bool) -> None:
    result = Result("a", None, "m", "2%", "b", (SEEN,), relative)
    fill(store, [(PAPER, Extraction("p", (A, B, METRIC), (), (result,)))])
    [number] = [edge.detail for edge in store.edges() if isinstance(edge.detail, Number)]
    assert number.relative is relative


def test_edges_count_the_papers_that_state_them(store: Store) -> None:
    fill(store, PAIRS)
    by_key = {(edge.source, edge.target, edge.key): edge for edge in store.edges()}
    edge = by_key[CCT, CIFAR, "evaluated_on"]
    assert edge.weight == 2
    assert [shown.paper for shown in edge.evidence] == ["seed-01", "seed-02"]
    assert edge.confidence == max(shown.confidence for shown in edge.evidence)
    assert store.counts()[1] == len(by_key)
    assert store.counts()[0]["paper"] == len(SENTENCES)


def test_a_sentence_that_is_not_the_text_is_kept(store: Store) -> None:
    told = Evidence("p", 0, 2, "Retold.", "model", 0.5)
    said = Extraction("p", (_entity("CCT", "method", "used", evidence=(told,)),), (), ())
    fill(store, [(PAPER, said)])
    [edge] = store.edges()
    assert edge.evidence == (told,)


# Search


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("vision transformers", "method", [VIT]),
        ("cifar-10", "dataset", [CIFAR]),
        ("angstrom", None, []),
        ("Segment Anything", "paper", ["paper:seed-02"]),
        ("", None, []),
        ("∇ -- ' \"", None, []),
        ("top-1", "metric", [TOP1]),
        ("الصور", "dataset", ["dataset:مجموعةالصور"]),
    ],
)
def test_search(store: Store, text: str, kind: str | None, found: list[str]) -> None:
    fill(store, PAIRS)
    assert store.search(text, kind=kind) == found


def test_search_puts_names_before_texts_and_keeps_the_limit(store: Store) -> None:
    fill(store, PAIRS)
    hits = store.search("ViT")
    assert hits[0] == VIT
    assert {"paper:seed-01", "paper:seed-02", "paper:seed-03"} <= {*hits}
    assert store.search("ViT", limit=2) == hits[:2]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "kg.db"
    with open_store(path, create=True) as store:
        fill(store, PAIRS)
    return path


@settings(deadline=None)
@given(st.text(max_size=20) | st.sampled_from(["a AND", "NEAR(", "name:", "-x", "^a*", "_", '"']))
def test_no_text_breaks_search_or_lookup(filled: Path, text: str) -> None:
    with open_store(filled, readonly=True) as store:
        assert isinstance(store.search(text), list)
        assert isinstance(store.lookup(text), list)


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("vits", None, [VIT]),
        ("vision-transformer", "method", [VIT]),
        ("vision-transformer", "dataset", []),
        ("SAM", None, ["method:scaleawaremodulation", "method:segmentanythingmodel"]),
        ("SAM (Segment Anything Model)", None, ["method:segmentanythingmodel"]),
        ("nothing", None, []),
    ],
)
def test_lookup(filled: Path, name: str, kind: str | None, found: list[str]) -> None:
    with open_store(filled, readonly=True) as store:
        assert store.lookup(name, kind=kind) == found


# The file


@pytest.mark.parametrize("name", ["a?b", "a#b", "50%", "a b", "ü", "%3F", "a&mode=ro", "'\";--"])
def test_any_file_name_works(tmp_path: Path, name: str) -> None:
    path = tmp_path / "new folder" / name
    with open_store(path, create=True) as store:
        fill(store, PAIRS)
    with open_store(str(path), readonly=True) as store:
        assert len(store.known()) == len(PAIRS)
    assert [file.name for file in path.parent.iterdir()] == [name]


@pytest.mark.parametrize("readonly", [True, False])
def test_a_missing_file_is_not_made(tmp_path: Path, readonly: bool) -> None:
    with pytest.raises(StoreError, match="no such database; run `kg build` first"):
        open_store(tmp_path / "no" / "kg.db", readonly=readonly)
    assert not list(tmp_path.iterdir())


def _text_file(path: Path) -> None:
    path.write_text("These are notes, and no database.\n" * 50)


def _other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE bookmarks (url)")


def _other_version(path: Path) -> None:
    open_store(path, create=True).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")


def _damaged(path: Path) -> None:
    with open_store(path, create=True) as store:
        fill(store, PAIRS)
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


@pytest.mark.parametrize("mode", [{}, {"create": True}, {"readonly": True}])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Path.mkdir, "not a file"),
        (_text_file, "not a database"),
        (_other_program, "another program"),
        (_other_version, "layout 99"),
    ],
)
def test_what_is_no_database_of_ours(path: Path, make: Any, reason: str, mode: Any) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=reason) as caught, open_store(path, **mode) as store:
        list(store.papers())
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert before is None or path.read_bytes() == before


@pytest.mark.parametrize("mode", [{}, {"create": True}, {"readonly": True}])
def test_a_damaged_file(path: Path, mode: Any) -> None:
    _damaged(path)
    with pytest.raises(StoreError, match="damaged; delete it and run `kg build` again"):  # noqa: SIM117
        with open_store(path, **mode) as store:
            list(store.papers())


def test_an_empty_file_is_only_filled_by_a_build(path: Path) -> None:
    path.touch()
    with pytest.raises(StoreError, match="empty; run `kg build` first"):
        open_store(path, readonly=True)
    with open_store(path, create=True) as store:
        assert store.known() == {}


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="file"):
        open_store(tmp_path / "file" / "kg.db", create=True)


def test_a_reader_cannot_write(filled: Path) -> None:
    with open_store(filled, readonly=True) as store, pytest.raises(StoreError, match="written"):
        store.remove(["seed-01"])


@contextmanager
def _readonly_folder() -> Iterator[Path]:
    """A folder that this process cannot write to, even where it runs as root."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(stat.S_IRWXU)
        shutil.rmtree(folder)


def _lock_out(folder: Path) -> None:
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_a_read_only_folder(filled: Path, journal: str) -> None:
    with _readonly_folder() as folder:
        path = Path(shutil.copy(filled, folder))
        with closing(sqlite3.connect(path)) as db:
            db.execute(f"PRAGMA journal_mode = {journal}")
        _lock_out(folder)
        with open_store(path, readonly=True) as store:
            assert len(store.known()) == len(PAIRS)
            assert [*store.edges()]
        with pytest.raises(StoreError, match="written"), open_store(path, create=True) as store:
            store.remove(["seed-01"])
        assert [file.name for file in folder.iterdir()] == [path.name]


def test_at_rest_it_is_one_file_and_wal_while_written(path: Path) -> None:
    with open_store(path, create=True) as store:
        fill(store, PAIRS)
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


# Several at once


def test_readers_go_on_while_one_writes(path: Path) -> None:
    with open_store(path, create=True) as writer:
        fill(writer, PAIRS[:2])
        with open_store(path, readonly=True) as reader, reader.snapshot():
            before = reader.digest()
            fill(writer, PAIRS[2:])
            assert reader.digest() == before
        with open_store(path, readonly=True) as reader:
            assert reader.digest() == writer.digest() != before


def test_a_locked_file_is_one_clear_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.store.connection.BUSY_SECONDS", 0.05)
    with open_store(path, create=True) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process is writing"):
            store.put(PAIRS, version="1")
        with pytest.raises(StoreError, match="another process is writing"):
            open_store(path, create=True)
        other.rollback()
        store.put(PAIRS, version="1")
        assert len(store.known()) == len(PAIRS)


def test_of_two_writers_one_gives_up(path: Path) -> None:
    with open_store(path, create=True) as first, open_store(path, create=True) as second:
        fill(first, PAIRS[:2])
        with pytest.raises(StoreError, match="another process wrote to it meanwhile"):
            second.put(PAIRS[2:], version="1")
        fill(first, PAIRS[2:])
    with open_store(path, readonly=True) as store:
        assert len(store.known()) == len(PAIRS)


def test_a_file_left_by_a_killed_writer_is_whole(path: Path) -> None:
    with open_store(path, create=True) as store:
        fill(store, PAIRS[:2])
        expected = store.digest()
    writer = (
        "import os, sys; from kg.store import open_store; from kg.model import *\n"
        "store = open_store(sys.argv[1], create=True)\n"
        "store.put([(Paper('x', 'x', 'x'), Extraction('x', (), (), ()))], version='1')\n"
        "store._db.run('BEGIN IMMEDIATE'); store._db.run('DELETE FROM edge WHERE 0')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", writer, str(path)], check=False)
    assert path.with_name("kg.db-wal").stat().st_size
    with open_store(path, readonly=True) as store:
        assert "x" in store.known()
    with open_store(path, create=True) as store:
        store.remove(["x"])
        assert store.digest() == expected


# What the resolution decided


def _said(paper_id: str, name: str, kind: Any = "method") -> tuple[Paper, Extraction]:
    paper = Paper(paper_id, f"On {name}", f"We use {name}. It is {name}.")
    start = len(paper.title) + 1
    seen = Evidence(paper_id, start, start + len(name) + 8, f"We use {name}.", "rules", 0.5)
    later = Evidence(paper_id, 0, len(paper.title), paper.title, "rules", 0.9)
    said = Entity(name, kind, "used", (name,), (), (seen, later))
    return paper, Extraction(paper_id, (said,), (), ())


def test_a_variant_has_an_edge_to_its_family(store: Store) -> None:
    pairs = [_said("1", "FooNet"), _said("2", "FooNet-2"), _said("3", "FooNet-2")]
    fill(store, pairs)
    [edge] = [edge for edge in store.edges() if edge.relation == VARIANT_OF]
    assert (edge.source, edge.target, edge.key) == ("method:foonet2", "method:foonet", VARIANT_OF)
    assert edge.weight == 2
    assert [(e.paper, e.sentence, e.extractor) for e in edge.evidence] == [
        ("2", "On FooNet-2", "resolver"),
        ("3", "On FooNet-2", "resolver"),
    ]
    assert edge.confidence == edge.evidence[0].confidence == 0.9
    [node] = store.nodes(["method:foonet"])
    assert node.papers == 1, "a paper that names a variant does not name the family"


def test_a_moved_entity_counts_as_what_it_was_moved_to(store: Store) -> None:
    pairs = [_said(str(i), "Bin Sort", "task") for i in range(4)] + [_said("x", "bin sorts")]
    fill(store, pairs)
    assert [(e.source, e.relation, e.target) for e in store.edges(["paper:x", "task:binsort"])] == [
        ("paper:x", "addresses", "task:binsort")
    ]
    assert [decision.verdict for decision in store.decisions("task:binsort")] == ["moved"]


@pytest.mark.parametrize(
    ("node", "role", "relation"),
    [
        ("dataset:x", "proposed", "introduces"),
        ("method:x", "introduced", "proposes"),
        ("task:x", "proposed", "addresses"),
        ("metric:x", "used", "reports"),
    ],
)
def test_the_kind_of_the_node_makes_the_papers_edge(node: str, role: Any, relation: str) -> None:
    said = _entity("x", "method", role)
    [edge] = edges_of(Extraction("p", (said,), (), ()), {"x": node})
    assert (edge.relation, edge.target) == (relation, node)


def test_relations_that_no_longer_fit_are_dropped() -> None:
    uses = Relation("a", "uses", "b", (SEEN,))
    extraction = Extraction("p", (A, B), (uses,), ())
    kept = edges_of(extraction, {"a": "method:a", "b": "method:b"})
    moved = edges_of(extraction, {"a": "method:a", "b": "task:b"})
    assert {edge.key for edge in kept} - {edge.key for edge in moved} == {"uses", "compares_with"}


def test_names_come_with_their_reasons(store: Store) -> None:
    fill(store, [_said("1", "FooNet"), _said("2", "FooNet model"), _said("3", "FooNet")])
    assert [tuple(name) for name in store.names("method:foonet")] == [
        ("FooNet", 2, "spelling", 1.0),
        ("FooNet model", 1, "head: FooNet", 0.931),
    ]
    assert [tuple(decision) for decision in store.decisions("method:foonet")] == [
        ("method:foonet", "same", "FooNet model", "FooNet", "head", 0.931, 1)
    ]
    [node] = store.nodes(["method:foonet"])
    assert node.aliases == ("FooNet model",)
    assert store.names("method:nobody") == store.decisions("method:nobody") == ()
