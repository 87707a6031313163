from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from toys import read, read_many, records, write

from kg import build as run_build
from kg.build import BuildReport, Extractor, resolve_again
from kg.cli import main
from kg.errors import InputError, StoreError
from kg.graph import open_graph
from kg.model import Extraction, Paper, Rejected
from kg.store import open_store
from kg.workers import FEW


class Reader:
    """Counts the papers it reads, and can stop as if it were interrupted."""

    def __init__(self, *, stop_after: int | None = None) -> None:
        self.read: list[str] = []
        self.stop_after = stop_after

    def __call__(self, papers: Iterable[Paper]) -> Iterator[Extraction]:
        for paper in papers:
            if len(self.read) == self.stop_after:
                raise KeyboardInterrupt
            self.read.append(paper.id)
            yield read(paper)


def build(
    db: Path, *sources: Path, reader: Reader | None = None, version: str = "1", **options: Any
) -> BuildReport:
    extractor = Extractor(version, reader or Reader())
    return run_build(sources, db, extractor=extractor, **options)


def digest(db: Path) -> str:
    with open_store(db, readonly=True) as store:
        return store.digest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "papers.jsonl", records(30))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "out" / "kg.db"


def test_a_build_makes_the_graph_and_reports(source: Path, db: Path) -> None:
    told: list[tuple[int, int | None]] = []
    report = build(db, source, progress=lambda done, total: told.append((done, total)))
    G = open_graph(db)
    assert (report.papers, report.added, report.changed, report.unchanged) == (30, 30, 0, 0)
    assert (report.removed, report.rejected) == (0, 0)
    assert report.nodes == {"paper": 30, "method": 8, "dataset": 0, "metric": 0, "task": 0}
    assert sum(report.nodes.values()) == len(G)
    assert report.edges == G.number_of_edges() > 60
    assert report.seconds > 0
    assert told == [(done, 30) for done in range(1, 31)]


def test_only_what_changed_is_read_again(source: Path, db: Path) -> None:
    build(db, source)
    first = digest(db)
    reader = Reader()
    report = build(db, source, reader=reader)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 30)
    assert reader.read == []
    assert digest(db) == first

    rows = records(31)
    rows[3]["abstract"] += " CCT again."
    report = build(db, write(source, rows), reader=reader)
    assert (report.added, report.changed, report.unchanged) == (1, 1, 29)
    assert sorted(reader.read) == ["p003", "p030"]
    assert digest(db) != first


def test_another_version_reads_all_again(source: Path, db: Path) -> None:
    build(db, source)
    reader = Reader()
    report = build(db, source, reader=reader, version="2")
    assert (report.changed, len(reader.read)) == (30, 30)


def test_the_order_of_the_sources_does_not_matter(tmp_path: Path) -> None:
    digests = set()
    for seed in range(3):
        rows = records(30)
        random.Random(seed).shuffle(rows)
        parts = [write(tmp_path / f"{seed}-{i}.jsonl", rows[i::3]) for i in range(3)]
        build(tmp_path / f"{seed}.db", *parts)
        digests.add(digest(tmp_path / f"{seed}.db"))
    assert len(digests) == 1


def test_a_build_in_steps_is_the_build_at_once(tmp_path: Path, source: Path, db: Path) -> None:
    for size in (1, 7, 20, 30):
        build(db, write(tmp_path / "some.jsonl", records(size)))
    build(tmp_path / "once.db", source)
    assert digest(db) == digest(tmp_path / "once.db")


@pytest.mark.parametrize("prune", [False, True])
def test_papers_that_left_the_sources(tmp_path: Path, source: Path, db: Path, prune: bool) -> None:
    build(db, source)
    whole = digest(db)
    fewer = write(tmp_path / "fewer.jsonl", records(20))
    report = build(db, fewer, prune=prune)
    build(tmp_path / "fewer.db", fewer)
    assert (report.removed, report.papers) == ((10, 20) if prune else (0, 30))
    assert digest(db) == (digest(tmp_path / "fewer.db") if prune else whole)


def test_an_interrupted_build_goes_on(
    source: Path, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["kg.build"], "BATCH", 4)
    with pytest.raises(KeyboardInterrupt):
        build(db, source, reader=Reader(stop_after=10))
    reader = Reader()
    report = build(db, source, reader=reader)
    assert (report.unchanged, report.added, len(reader.read)) == (8, 22, 22)
    build(tmp_path / "other.db", source)
    assert digest(db) == digest(tmp_path / "other.db")


def test_of_two_builds_at_once_one_gives_up(source: Path, db: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.jsonl", records(3))
    errors: list[str] = []

    def meanwhile(papers: Iterable[Paper]) -> Iterator[Extraction]:
        with pytest.raises(StoreError, match="another build is at work on it") as caught:
            build(db, other)
        errors.append(str(caught.value))
        yield from Reader()(papers)

    report = run_build([source], db, extractor=Extractor("1", meanwhile))
    assert (report.added, report.papers) == (30, 30)
    assert str(db) in errors[0]
    assert build(db, other).unchanged == 3


def test_resolving_again_leaves_a_build_alone(source: Path, db: Path) -> None:
    def meanwhile(papers: Iterable[Paper]) -> Iterator[Extraction]:
        with pytest.raises(StoreError, match="another build is at work on it"):
            resolve_again(db)
        yield from Reader()(papers)

    assert run_build([source], db, extractor=Extractor("1", meanwhile)).added == 30
    assert resolve_again(db).new == ()


def test_a_build_gives_up_when_something_else_writes_to_the_file(source: Path, db: Path) -> None:
    others = [Paper(**row) for row in records(3)]

    def meanwhile(papers: Iterable[Paper]) -> Iterator[Extraction]:
        with open_store(db) as store:
            store.put([(paper, read(paper)) for paper in others], version="1")
        yield from Reader()(papers)

    with pytest.raises(StoreError, match="another process wrote to it meanwhile") as caught:
        run_build([source], db, extractor=Extractor("1", meanwhile))
    assert str(db) in str(caught.value)
    report = build(db, source)
    assert (report.unchanged, report.added) == (3, 27)


def test_several_processes_build_the_same(tmp_path: Path, db: Path) -> None:
    source = write(tmp_path / "papers.jsonl", records(FEW + 100))
    extractor = Extractor("1", read_many)
    run_build([source], db, extractor=extractor)
    report = run_build([source], tmp_path / "two.db", extractor=extractor, workers=2)
    assert report.added == FEW + 100
    assert digest(tmp_path / "two.db") == digest(db)


def test_papers_that_cannot_be_read_are_rejected(tmp_path: Path, db: Path) -> None:
    rows = records(32)
    extractor = Extractor("1", read_many)
    run_build([write(tmp_path / "papers.jsonl", rows[:30])], db, extractor=extractor)
    for i in (3, 30):
        rows[i]["title"] = f"Paper {i} raises!"
    told: list[Rejected] = []
    done: list[tuple[int, int | None]] = []
    report = run_build(
        [write(tmp_path / "papers.jsonl", rows)],
        db,
        extractor=extractor,
        prune=True,
        reject=told.append,
        progress=lambda *at: done.append(at),
    )
    assert [bad.reason for bad in told] == [
        "paper p003 cannot be read: ValueError: no p003",
        "paper p030 cannot be read: ValueError: no p030",
    ]
    assert json.loads(told[1].record)["abstract"] == rows[30]["abstract"]
    assert (report.added, report.changed, report.unchanged, report.rejected) == (1, 0, 29, 2)
    assert (report.papers, report.removed) == (31, 0), "what was known of p003 stays"
    assert done == [(3, 3)]

    rows[3]["title"], rows[30]["title"] = "Better", "Also better"
    report = run_build([write(tmp_path / "papers.jsonl", rows)], db, extractor=extractor)
    assert (report.added, report.changed, report.unchanged) == (1, 1, 30)


def test_a_paper_that_kills_is_read_by_another_process_when_it_is_left(
    tmp_path: Path, db: Path
) -> None:
    rows = records(FEW)
    rows[30]["title"] = "Paper 30 kills!"
    source = write(tmp_path / "papers.jsonl", rows)
    for added, unchanged in ((FEW - 1, 0), (0, FEW - 1)):
        report = run_build([source], db, extractor=Extractor("1", read_many), workers=2)
        assert (report.added, report.unchanged, report.rejected) == (added, unchanged, 1)


def test_after_a_build_was_killed_other_processes_read(source: Path, db: Path) -> None:
    def readers(papers: Iterable[Paper]) -> Iterator[Extraction]:
        raise AssertionError("read by this process")

    db.parent.mkdir()
    db.with_name("kg.db.lock").touch()
    with pytest.raises((AttributeError, TypeError), match="readers"):  # it cannot be pickled
        run_build([source], db, extractor=Extractor("1", readers), workers=2)
    assert not db.with_name("kg.db.lock").exists()


def test_an_interrupt_lets_what_is_in_hand_be_stored(source: Path, db: Path) -> None:
    def interrupted(papers: Iterable[Paper]) -> Iterator[Extraction]:
        for number, extraction in enumerate(Reader()(papers)):
            if number == 10:
                os.kill(os.getpid(), signal.SIGINT)
            yield extraction

    with pytest.raises(KeyboardInterrupt):
        run_build([source], db, extractor=Extractor("1", interrupted))
    report = build(db, source)
    assert (report.unchanged, report.added) == (11, 19)


def test_rejected_records_are_told_and_counted(tmp_path: Path, db: Path) -> None:
    source = tmp_path / "papers.jsonl"
    write(source, records(2))
    source.write_text(source.read_text() + "{no json}\n")
    told: list[Rejected] = []
    report = build(db, source, reject=told.append)
    assert (report.added, report.rejected) == (2, 1)
    assert [rejected.line for rejected in told] == [3]
    assert build(db, source).rejected == 1


@pytest.mark.parametrize("strict", [True, False])
def test_sources_that_cannot_be_read_leave_nothing(tmp_path: Path, db: Path, strict: bool) -> None:
    good = write(tmp_path / "good.jsonl", records(2))
    bad = tmp_path / "bad.jsonl"
    if strict:
        bad.write_text("{no json}\n")
    with pytest.raises(InputError):
        build(db, good, bad, strict=strict)
    assert not db.parent.exists()


def test_a_folder_in_place_of_the_database(source: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not a file"):
        build(tmp_path, source)


def test_the_shipped_extractor_is_the_default(tmp_path: Path, db: Path) -> None:
    source = write(
        tmp_path / "papers.jsonl",
        [{"id": "a", "title": "Compact nets", "abstract": "We evaluate BERT on CIFAR-10."}],
    )
    report = run_build([source], db)
    assert report.nodes["dataset"] == 1
    assert "dataset:cifar10" in open_graph(db)


def test_another_least_confidence_reads_the_papers_again(tmp_path: Path, db: Path) -> None:
    said = "We propose NovelNet for image classification. NovelNet gets 91.2% accuracy on CIFAR-10."
    source = write(tmp_path / "papers.jsonl", [{"id": "a", "title": "Nets", "abstract": said}])
    fates, digests = [], []
    for least in (None, 0.9, 0.9, 0.0, None):
        report = run_build([source], db, min_confidence=least)
        fates.append((report.added, report.changed, report.unchanged))
        digests.append(digest(db))
    assert fates == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 0), (0, 1, 0)]
    assert digests[0] == digests[4] != digests[1] == digests[2] != digests[3]


def test_less_than_the_least_confidence_is_not_stored(tmp_path: Path) -> None:
    said = "We propose NovelNet for image classification. NovelNet gets 91.2% accuracy on CIFAR-10."
    source = write(tmp_path / "papers.jsonl", [{"id": "a", "title": "Nets", "abstract": said}])
    kept = {}
    for least in (0.0, 0.9, 1.0):
        run_build([source], tmp_path / f"{least}.db", min_confidence=least)
        edges = open_graph(tmp_path / f"{least}.db").edges(data="confidence")
        kept[least] = [confidence for *_, confidence in edges]
        assert all(confidence >= least for confidence in kept[least])
    assert len(kept[0.0]) > len(kept[0.9]) > len(kept[1.0]) == 0


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run `kg build` on papers.jsonl into kg.db, in a folder of its own; what it prints."""
    monkeypatch.chdir(tmp_path)

    def invoke(*args: str) -> str:
        command = ["build", "papers.jsonl", "--db", "kg.db", *args]
        done = CliRunner().invoke(main, command, catch_exceptions=False)
        assert done.exit_code == 0
        return done.stdout

    return invoke


def test_the_command_prunes(tmp_path: Path, command: Callable[..., str]) -> None:
    write(tmp_path / "papers.jsonl", records(3))
    command()
    write(tmp_path / "papers.jsonl", records(2))
    assert json.loads(command("--json"))["papers"] == 3
    report = json.loads(command("--json", "--prune"))
    assert (report["papers"], report["removed"], report["updated"]) == (2, 1, True)


def test_the_page_is_written_when_it_is_not_current(
    tmp_path: Path, command: Callable[..., str]
) -> None:
    write(tmp_path / "papers.jsonl", records(3))
    page, graphml = tmp_path / "kg.html", tmp_path / "kg.graphml"

    def is_written(*args: str) -> bool:
        page.write_text("mark")
        command(*args)
        return page.read_text() != "mark"

    assert is_written()
    assert not is_written()
    assert not is_written("--workers", "1")
    assert is_written("--title", "Small networks")
    graphml.unlink()
    assert is_written()
    os.utime(graphml, (0, 0))
    assert is_written()
    write(tmp_path / "papers.jsonl", records(4))
    assert is_written()


@pytest.mark.parametrize("name", ["build", "extract"])
@pytest.mark.parametrize("workers", ["0", "-1", "two"])
def test_there_is_at_least_one_worker(name: str, workers: str) -> None:
    done = CliRunner().invoke(main, [name, "papers.jsonl", "--workers", workers])
    assert (done.exit_code, done.stdout) == (2, "")
