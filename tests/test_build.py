from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg import build as run_build
from kg.build import BuildReport, Extractor
from kg.errors import InputError, StoreError
from kg.graph import open_graph
from kg.model import Entity, Evidence, Extraction, Mention, Paper, Rejected, Relation
from kg.store import open_store

NAMES = ("CCT", "ViT", "Swin", "BERT", "SAM", "LeNet", "Mamba", "ConvNeXt")


def read(paper: Paper) -> Extraction:
    """A reader that knows a few names: each is a method, and each uses the next."""
    seen = (Evidence(paper.id, 0, len(paper.text), paper.text, "toy", 0.5),)
    found: dict[str, list[Mention]] = {}
    for match in re.finditer("|".join(NAMES), paper.text):
        mention = Mention(match.start(), match.end(), match[0], "method", "toy", 0.5)
        found.setdefault(match[0], []).append(mention)
    entities = tuple(
        Entity(name, "method", "used", (name,), tuple(mentions), seen)
        for name, mentions in found.items()
    )
    pairs = zip(found, list(found)[1:], strict=False)
    return Extraction(paper.id, entities, tuple(Relation(a, "uses", b, seen) for a, b in pairs), ())


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


def records(count: int) -> list[dict[str, Any]]:
    chance = random.Random(7)
    return [
        {
            "id": f"p{i:03}",
            "title": f"Paper {i} on {chance.choice(NAMES)}",
            "abstract": f"We compare {chance.choice(NAMES)} with {chance.choice(NAMES)}. It works.",
            "year": 2000 + i % 20,
        }
        for i in range(count)
    ]


def write(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


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


_SLOW_BUILD = """
import sys, time
sys.path.insert(0, sys.argv[1])
from kg.build import Extractor, build
from test_build import Reader

def slowly(papers):
    for extraction in Reader()(papers):
        time.sleep(0.002)
        yield extraction

sys.modules["kg.build"].BATCH = 5
print("ready", flush=True)
build([sys.argv[2]], sys.argv[3], extractor=Extractor("1", slowly))
"""


def _slow_build(source: Path, db: Path) -> subprocess.Popen[bytes]:
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", _SLOW_BUILD, here, str(source), str(db)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


def test_a_build_killed_at_any_moment_leads_to_the_same_graph(tmp_path: Path, db: Path) -> None:
    source = write(tmp_path / "papers.jsonl", records(150))
    chance = random.Random()
    kept = 0
    for _ in range(6):
        with _slow_build(source, db) as process:
            time.sleep(chance.uniform(0.02, 0.4))
            process.kill()
        if db.exists() and db.stat().st_size:
            with open_store(db, create=True) as store:
                assert len(store.known()) >= kept, "what was kept stays"
                kept = len(store.known())
    with _slow_build(source, db) as process:
        assert process.wait() == 0
    build(tmp_path / "undisturbed.db", source)
    assert digest(db) == digest(tmp_path / "undisturbed.db")
    assert [file.name for file in db.parent.iterdir()] == ["kg.db"]


def test_of_two_builds_at_once_one_gives_up(source: Path, db: Path, tmp_path: Path) -> None:
    def meanwhile(papers: Iterable[Paper]) -> Iterator[Extraction]:
        build(db, write(tmp_path / "other.jsonl", records(3)))
        yield from Reader()(papers)

    with pytest.raises(StoreError, match="another process wrote to it meanwhile") as caught:
        run_build([source], db, extractor=Extractor("1", meanwhile))
    assert str(db) in str(caught.value)
    report = build(db, source)
    assert (report.unchanged, report.added) == (3, 27)


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
