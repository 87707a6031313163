"""Exports of a store: the bytes of its graph, which never comes to be in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from graphs import SENTENCES, TinyLexicon, paper, tiny_extractions, tiny_graph
from hostile import HOSTILE
from test_export import FORMATS

from kg.bench import graphml
from kg.cli import main
from kg.export import export, turtle
from kg.graph import confident, load_graph, open_graph
from kg.model import Entity, Evidence, Extraction, Mention, Paper, Relation, Result
from kg.query.memory import Memory
from kg.store import Store, open_reader, open_store, whole

#: `kg.export` is a function where `kg` is asked for it.
ROWS = import_module("kg.export.rows")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    pairs = zip(map(paper, SENTENCES), tiny_extractions(), strict=True)
    with open_store(tmp_path_factory.mktemp("tiny") / "kg.db", create=True) as store:
        store.put(pairs, version="1")
        store.update_graph(lexicon=TinyLexicon())
        yield store


def made_up(number: int, text: str, length: int = 0) -> tuple[Paper, Extraction]:
    """A paper with the text everywhere, that names a few things of its own and one of all."""
    abstract = f"We use {text}." + " lorem ipsum" * length
    about = Paper(f"{number}{text}", f"T{text}", abstract, (text,), None, text, text, text, text)
    seen = (
        Evidence(about.id, 0, 1, "T", text, 0.5),
        Evidence(about.id, 1, 7, f"other {text}", "b", number % 7 / 7),
    )
    entities = [
        Entity(name, kind, "used", (name, text), (Mention(2, 5, "x", kind, "m", 0.5),), seen)
        for name, kind in (
            ("Everywhere", "method"),
            (f"Method {number}{text}", "method"),
            (f"Dataset {number}{text}", "dataset"),
        )
    ]
    metric = Entity("accuracy", "metric", "", ("accuracy",), (), seen)
    method, dataset = entities[1].name, entities[2].name
    relations = tuple(
        Relation(head, relation, tail, seen)
        for head, relation, tail in (
            (method, "uses", "Everywhere"),
            (method, "evaluated_on", dataset),
            ("Everywhere", "evaluated_on", dataset),
        )
    )
    result = Result(method, dataset, "accuracy", text or "5%", "Everywhere", seen)
    return about, Extraction(about.id, (*entities, metric), relations, (result,))


def store_of(path: Path, texts: list[str], length: int = 0) -> Path:
    with open_store(path, create=True) as store:
        store.put([made_up(n, text, length) for n, text in enumerate(texts)], version="1")
        store.update_graph(lexicon=TinyLexicon())
    return path


def storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of(tmp_path_factory.mktemp("hostile") / "kg.db", [*map(storable, HOSTILE)])


def written(G: object, folder: Path, name: str) -> list[bytes]:
    folder.mkdir(exist_ok=True)
    return [path.read_bytes() for path in export(G, folder / f"g.{name}")]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FORMATS)
def test_a_store_gives_the_bytes_of_its_graph(tiny: Store, tmp_path: Path, name: str) -> None:
    expected = written(tiny_graph(), tmp_path, name)
    assert written(tiny, tmp_path, name) == expected
    assert written(tiny.reader(), tmp_path, name) == expected
    assert written(Memory(tiny_graph()), tmp_path, name) == expected


@pytest.mark.parametrize("least", [0.0, 0.55, 0.75, 1.0])
@pytest.mark.parametrize("name", FORMATS)
def test_a_store_gives_the_bytes_of_what_is_confident(
    tiny: Store, seed_db: Path, hostile: Path, tmp_path: Path, name: str, least: float
) -> None:
    with open_store(seed_db, readonly=True) as seed, open_store(hostile, readonly=True) as odd:
        for store in (tiny, seed, odd):
            G = confident(load_graph(store), least)
            assert written(store.reader(least), tmp_path, name) == written(G, tmp_path, name)


def test_an_empty_store(tmp_path: Path) -> None:
    db = store_of(tmp_path / "kg.db", [])
    with open_reader(db) as g:
        for name in FORMATS:
            assert written(g, tmp_path, name) == written(open_graph(db), tmp_path, name)


def test_the_whole_export_is_of_one_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = store_of(tmp_path / "kg.db", ["a"] * 20)
    before = written(open_graph(db), tmp_path, "json")

    def tell(done: int, total: int) -> None:
        with open_store(db) as other:
            other.remove([made_up(0, "a")[0].id])
            other.update_graph(lexicon=TinyLexicon())

    monkeypatch.setattr(ROWS, "_OFTEN", 30)
    with open_store(db) as store:
        [path] = export(store, tmp_path / "during.json", progress=tell)
    assert [path.read_bytes()] == before
    assert written(open_graph(db), tmp_path, "json") != before


def test_progress_is_told_to_the_end(
    tiny: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ROWS, "_OFTEN", 10)
    total = len(tiny_graph()) + tiny_graph().size()
    for G in (tiny, tiny_graph()):
        for name in FORMATS:
            told: list[tuple[int, int]] = []
            export(G, tmp_path / f"g.{name}", progress=lambda *done, told=told: told.append(done))
            assert told == [*((done, total) for done in range(10, total, 10)), (total, total)]


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small store and one ten times as large."""
    folder = tmp_path_factory.mktemp("sizes")
    few, many = (store_of(folder / f"{n}.db", [""] * n, length=200) for n in (30, 300))
    return few, many


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "parquet"])
def test_memory_does_not_grow_with_the_graph(
    sizes: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Parquet is left out: it holds a group of rows, and these are fewer."""
    monkeypatch.setattr(whole, "_PAPERS", 16)
    monkeypatch.setattr(whole, "_LABELS", 16)
    monkeypatch.setattr(turtle, "_name", lru_cache(16)(turtle._name.__wrapped__))

    def peak(db: Path) -> int:
        with open_store(db, readonly=True) as store:
            export(store, tmp_path / f"warm.{name}")
            tracemalloc.start()
            try:
                export(store, tmp_path / f"g.{name}")
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    few, many = map(peak, sizes)
    assert many < 1.2 * few
    assert many < sizes[1].stat().st_size / 4


@pytest.mark.parametrize("least", [0.0, 0.75])
def test_the_command_writes_from_the_store(
    hostile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: float
) -> None:
    told: list[tuple[str, int, int]] = []
    drawn = contextmanager(lambda: iter([lambda *done: told.append(done)]))
    monkeypatch.setattr("kg.cli.write.bars", drawn)
    monkeypatch.setattr("kg.graph.open_graph", None)
    file = tmp_path / "g.graphml"
    options = ["--db", str(hostile), "--min-confidence", str(least)]
    done = CliRunner().invoke(main, ["export", str(file), *options], catch_exceptions=False)
    assert done.stdout == f"{file}\n"
    with open_reader(hostile, least) as g:
        assert [file.read_bytes()] == written(g, tmp_path / "here", "graphml")
    label, count, total = told[-1]
    assert (label, count) == ("Writing g.graphml", total)


@pytest.mark.parametrize("way", graphml.WAYS)
def test_the_benchmark_measures(tiny: Store, way: str) -> None:
    [(_, _, path)] = tiny._db.rows("PRAGMA database_list")
    found = graphml.measured(way, Path(path))
    assert found["write"] > 0
    assert found["size"] > 10_000
    assert found["memory"] > 1 << 20
