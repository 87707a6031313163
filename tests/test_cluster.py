"""The cluster: against a real scheduler with two real workers, and what needs none."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("distributed")
pytest.importorskip("fsspec")
pytest.importorskip("pyarrow")

from click.testing import CliRunner
from distributed import Client

from kg import cluster
from kg.build import build
from kg.cli import build as build_cli
from kg.cli import shards as shards_cli
from kg.cluster import scheduler
from kg.cluster.folder import Folder
from kg.cluster.inputs import inputs
from kg.cluster.parts import Part, cut, name
from kg.cluster.scheduler import Cluster, Task, connected
from kg.cluster.shards import read_shard, shard_names, write_shard
from kg.cluster.work import extract_part
from kg.errors import InputError, KgError, UnknownFormat
from kg.extract import VERSION
from kg.model import Extraction, Paper, Rejected
from kg.sources import read_papers
from kg.store import open_store

SEED = Path(__file__).parents[1] / "data" / "seed.txt"
COUNT = 32
#: Small parts, so that these are many tasks.
PART = 2
PAPER = Paper("a-1", "On CCT", "We use CCT.", authors=("Ada",), year=2021)


def digest(db: Path) -> str:
    with open_store(db, readonly=True) as store:
        return store.digest()


# --- a scheduler and two workers -------------------------------------------------------------


def started(*arguments: str, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
    environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    with log.open("wb") as output:
        return subprocess.Popen(
            command, stdout=output, stderr=output, env=environment, start_new_session=True
        )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler's address, with two workers; a nanny starts one anew when it dies."""
    folder = tmp_path_factory.mktemp("dask")
    place = f"tcp://127.0.0.1:{free_port()}"
    port = place.rpartition(":")[2]
    scratch = ("--local-directory", str(folder), "--nthreads", "1", "--host", "127.0.0.1")
    processes = [started("scheduler", "--host", "127.0.0.1", "--port", port, log=folder / "0.log")]
    for number in ("1", "2"):
        processes.append(started("worker", place, *scratch, log=folder / f"{number}.log"))
    try:
        with Client(place, timeout=120, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
        yield place
    finally:
        for process in processes:  # each with all that it has started
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass(frozen=True)
class Local:
    """What a build on this machine makes of the sources."""

    sources: list[Path]
    rejected: list[Rejected]
    digest: str


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Local:
    """Sources with all that can be wrong: papers twice, bad records, a damaged file."""
    folder = tmp_path_factory.mktemp("papers")
    papers = list(read_papers([SEED]))[:COUNT]
    rows = [{"title": p.title, "abstract": p.abstract, "year": 2020} for p in papers]
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows[:20]))
    longer = [{**row, "abstract": row["abstract"] + " It works.", "doi": "10.1/x"} for row in rows]
    (folder / "b.jsonl").write_text(
        json.dumps(longer[4])
        + '\n{"title": "No abstract"}\nno JSON\n'
        + "".join(json.dumps({"id": f"x{i}", **row}) + "\n" for i, row in enumerate(rows[18:]))
    )
    (folder / "c.jsonl.gz").write_bytes(gzip.compress(json.dumps(rows[0]).encode() * 99)[:-20])
    rejected: list[Rejected] = []
    db = folder / "local.db"
    build([folder], db, reject=rejected.append)
    return Local([folder], rejected, digest(db))


@pytest.fixture(scope="module")
def done(address: str, local: Local, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was built on the cluster while one of its workers was killed."""
    db = tmp_path_factory.mktemp("done") / "kg.db"
    rejected: list[Rejected] = []
    with Client(address, set_as_default=False) as client:
        victims = dict(client.run(os.getpid))

        def kill_one(papers_done: int, total: int | None) -> None:
            if papers_done == 1:
                os.kill(victims.popitem()[1], signal.SIGKILL)

        report = cluster.build(
            local.sources,
            db,
            address=address,
            reject=rejected.append,
            progress=kill_one,
            part_size=PART,
        )
    assert len(victims) == 1, "no worker was killed"
    assert (report.papers, report.added, report.rejected) == (COUNT, COUNT, 3)
    assert rejected == local.rejected
    return db


def shards_of(db: Path) -> Folder:
    return Folder(cluster.default_shards(db))


def test_a_build_during_which_a_worker_is_killed_is_the_local_build(
    done: Path, local: Local
) -> None:
    assert digest(done) == local.digest
    assert len(shard_names(shards_of(done))) > 10
    left = {path.name for path in Path(cluster.default_shards(done)).iterdir()}
    assert left == set(shard_names(shards_of(done))), "files in work were left"


def test_what_is_stored_is_not_read_again(address: str, done: Path, local: Local) -> None:
    report = cluster.build(local.sources, done, address=address, part_size=PART)
    assert (report.added, report.changed, report.unchanged) == (0, 0, COUNT)
    assert digest(done) == local.digest


def test_shards_that_are_there_are_not_made_again(
    address: str, done: Path, local: Local, tmp_path: Path
) -> None:
    shards = Path(cluster.default_shards(done))
    before = {path.name: path.stat().st_mtime_ns for path in shards.iterdir()}
    db = tmp_path / "again.db"
    cluster.build(local.sources, db, address=address, shards=shards, part_size=PART)
    assert {path.name: path.stat().st_mtime_ns for path in shards.iterdir()} == before
    assert digest(db) == local.digest


def test_a_damaged_shard_is_made_again(
    address: str, done: Path, local: Local, tmp_path: Path
) -> None:
    shards = Path(shutil.copytree(cluster.default_shards(done), tmp_path / "shards"))
    cut_off, changed, *_ = sorted(shards.iterdir())
    cut_off.write_bytes(cut_off.read_bytes()[:-100])
    corrupt(changed)
    db = tmp_path / "healed.db"
    cluster.build(local.sources, db, address=address, shards=shards, part_size=PART)
    assert digest(db) == local.digest
    assert read_shard(Folder(str(shards)), changed.name, VERSION)


def test_shards_are_merged_later(done: Path, local: Local, tmp_path: Path) -> None:
    db = tmp_path / "later.db"
    answer = run(shards_cli.merge_shards, cluster.default_shards(done), "--db", db, "--json")
    assert (answer["papers"], answer["added"]) == (COUNT, COUNT)
    assert digest(db) == local.digest
    assert all(Path(file).exists() for file in answer["files"])
    assert cluster.merge_shards(cluster.default_shards(done), db).unchanged == COUNT


def run(command: Any, *arguments: object) -> Any:
    """What a command prints as JSON."""
    done = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_commands(address: str, tmp_path: Path) -> None:
    """With a paper or two: the rest is as above."""
    source = tmp_path / "papers.jsonl"
    source.write_text(json.dumps({"id": "c1", "title": "On CCT", "abstract": "We use CCT."}))
    db = tmp_path / "kg.db"
    build_on = ("--cluster", address, "--json")
    assert run(build_cli.build, source, "--db", db, *build_on)["added"] == 1
    [shard] = shard_names(shards_of(db))
    answer = run(shards_cli.write_shards, source, "--shards", tmp_path / "shards", *build_on)
    assert (answer["papers"], answer["shards"]) == (1, 1)
    assert shard_names(Folder(answer["folder"])) == [shard]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--shards", "x"], "--shards goes with --cluster"),
        (["--cluster", "tcp://x:1", "--workers", "2"], "--workers is for this machine"),
    ],
)
def test_options_that_do_not_go_together(wrong: list[str], said: str) -> None:
    done = CliRunner().invoke(build_cli.build, wrong)
    assert done.exit_code == 2
    assert said in done.output


def test_shards_without_a_database(
    address: str, local: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here from standard input and a pattern of URLs."""
    record = {"id": "i1", "title": "On CCT", "abstract": "We use CCT on CIFAR-10."}
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(record).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    (tmp_path / "b.jsonl").write_text(json.dumps({**record, "id": "i2", "title": "On ViT"}))
    url = (tmp_path / "*.jsonl").as_uri().replace("%2A", "*")
    told: list[tuple[int, int | None]] = []
    report = cluster.write_shards(
        ["-", url],
        tmp_path / "shards",
        address=address,
        progress=lambda done, total: told.append((done, total)),
    )
    assert (report.papers, report.shards, report.rejected) == (2, 1, 0)
    assert told == [(2, None)]
    [shard] = shard_names(Folder(report.folder))
    rows = read_shard(Folder(report.folder), shard, VERSION)
    assert [row.paper.id for row in rows] == ["i1", "i2"]


def test_a_file_that_cannot_be_read_is_named(address: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.jsonl: there is no such file"):
        cluster.build([tmp_path / "gone.jsonl"], tmp_path / "kg.db", address=address)
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(UnknownFormat, match=r"a\.pdf: a binary file"):
        cluster.build([tmp_path / "a.pdf"], tmp_path / "kg.db", address=address)
    assert not (tmp_path / "kg.db").exists()


def test_strict_ends_at_the_first_bad_record(address: str, local: Local, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"b\.jsonl:2: no abstract"):
        cluster.build(local.sources, tmp_path / "kg.db", address=address, strict=True)


def test_papers_that_kill_their_workers_end_the_build(address: str) -> None:
    with connected(address) as workers, pytest.raises(KgError) as caught:
        list(workers.in_order([Task("papers a-1 to a-9 (9 papers)", os._exit, (1,))]))
    assert str(caught.value).startswith("papers a-1 to a-9 (9 papers): 2 workers died over it; ")


def test_another_kg_on_a_worker_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=120)
    monkeypatch.setattr(scheduler, "__version__", "99")
    with (
        pytest.raises(KgError, match=r"worker tcp://\S+ has kg \S+, not kg 99"),
        connected(address),
    ):
        pass


# --- no scheduler ----------------------------------------------------------------------------


def test_a_scheduler_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "ANSWER_SECONDS", 0.5)
    place = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(KgError, match="no Dask scheduler answers; start one with `dask scheduler`"):
        cluster.build([SEED], tmp_path / "kg.db", address=place)
    with pytest.raises(KgError, match="'scheduler' is no address of a Dask scheduler"):
        cluster.build([SEED], tmp_path / "kg.db", address="scheduler")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("missing", ["distributed", "fsspec", "pyarrow"])
def test_a_missing_extra(missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(KgError, match=rf"need {missing}.*pip install 'kg\[cluster\]'"):
        cluster.merge_shards(tmp_path, tmp_path / "kg.db")


@pytest.mark.parametrize("module", ["kg.cluster", "kg.cli"])
def test_nothing_heavy_is_loaded_before_it_is_used(module: str) -> None:
    code = f"import {module}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"dask", "distributed", "fsspec", "pyarrow", "spacy"} & set(done.stdout.split())


class Promise:
    """A future that ends with what the steps say: an exception is raised, a value returned."""

    def __init__(self, *steps: Any) -> None:
        self.steps = list(steps)
        self.cancelled = False

    def result(self, timeout: float) -> Any:
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def done(self) -> bool:
        return not self.steps

    def cancel(self) -> None:
        self.cancelled = True


class Answering:
    """A client whose tasks are promises."""

    def __init__(self, *promises: Promise, threads: dict[str, int] | None = None) -> None:
        self.promises = iter(promises)
        self.threads = threads or {}
        self.submitted = 0
        self.status = "running"

    def submit(self, *_: Any, **__: Any) -> Promise:
        self.submitted += 1
        return next(self.promises)

    def nthreads(self) -> dict[str, int]:
        return self.threads


def tasks(count: int) -> list[Task]:
    return [Task(f"task {i}", str, ()) for i in range(count)]


def test_a_cluster_without_workers_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    client = Answering(Promise(TimeoutError(), TimeoutError(), "a"))
    assert list(Cluster(client, "tcp://here:1").in_order(tasks(1))) == ["a"]
    [said] = caplog.messages
    assert said.startswith("tcp://here:1: no workers; start some with `dask worker tcp://here:1`")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CancelledError("lost"), "tcp://here:1: the scheduler is gone; what is done is kept"),
        (InputError("bad", path="x.jsonl"), "x.jsonl: bad"),
        (PermissionError(13, "Permission denied"), "task 0: failed on the cluster: Permission"),
    ],
)
def test_a_task_that_fails_cancels_the_others(error: Exception, said: str) -> None:
    promises = [Promise(error), Promise("b"), Promise("c")]
    with pytest.raises(KgError) as caught:
        list(Cluster(Answering(*promises), "tcp://here:1").in_order(tasks(3)))
    assert str(caught.value).startswith(said)
    assert [promise.cancelled for promise in promises] == [False, True, True]


def test_tasks_are_drawn_as_workers_need_them() -> None:
    client = Answering(*(Promise(str(i)) for i in range(100)), threads={"a": 3, "b": 2})
    results = Cluster(client, "tcp://here:1").in_order(tasks(100))
    assert [next(results) for _ in range(10)] == [str(i) for i in range(10)]
    assert client.submitted == 9 + scheduler.LEAST_AHEAD
    results.close()


# --- parts -----------------------------------------------------------------------------------


@given(st.lists(st.uuids(), unique=True), st.integers(1, 9))
def test_parts_hold_every_paper_once_and_in_order(ids: list[Any], size: int) -> None:
    papers = [Paper(str(one), "On CCT", "We use it.") for one in ids]
    parts = list(cut(papers, "1", size))
    assert [paper for part in parts for paper in part.papers] == papers
    assert all(1 <= len(part.papers) <= 2 * size for part in parts)
    assert len({part.name for part in parts}) == len(parts)


def test_a_paper_that_changes_leaves_most_shards_as_they_are() -> None:
    papers = [Paper(f"p{i}", "On CCT", "We use it.") for i in range(2000)]
    before = {part.name for part in cut(papers, "1", size=20)}
    papers[1000] = replace(papers[1000], abstract="We do not.")
    assert len(before - {part.name for part in cut(papers, "1", size=20)}) == 1
    del papers[1000]
    assert len(before - {part.name for part in cut(papers, "1", size=20)}) < 5
    assert not before & {part.name for part in cut(papers, "2", size=20)}


def test_done_parts_that_are_left_out_do_not_move_the_others() -> None:
    papers = [Paper(f"p{i}", "On CCT", "We use it.") for i in range(500)]
    parts = list(cut(papers, "1", size=20))
    left = [paper for part in parts[::2] for paper in part.papers]
    assert list(cut(left, "1", size=20)) == parts[::2]


# --- shards ----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(str(tmp_path / "shards"))


def path_of(folder: Folder, shard: str) -> Path:
    return Path(folder.place, shard)


def write(folder: Folder, *papers: Paper, version: str = VERSION) -> str:
    return write_shard(folder, [(p, Extraction(p.id, (), (), ())) for p in papers], version)


def corrupt(path: Path) -> None:
    """Change one byte of the first column's data."""
    data = bytearray(path.read_bytes())
    data[len(data) // 4] ^= 1
    path.write_bytes(data)


def test_others_read_a_shard_without_kg(folder: Folder) -> None:
    import pyarrow.parquet as pq

    shard = extract_part(Part(name([PAPER], VERSION), (PAPER,)), folder.place, VERSION, None)
    table = pq.read_table(path_of(folder, shard))
    [row] = table.to_pylist()
    assert (row["id"], row["title"], row["authors"], row["year"]) == (
        "a-1",
        "On CCT",
        ["Ada"],
        2021,
    )
    assert (row["digest"], row["version"], row["error"]) == (PAPER.digest, VERSION, None)
    assert [entity[:2] for entity in json.loads(row["facts"])["entities"]] == [["CCT", "method"]]
    assert table.schema.metadata[b"kg.layout"] == b"1"


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def of_another_program(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"id": ["a-1"]}), path)


def of_a_later_layout(path: Path) -> None:
    rewrite(path, lambda table: table, layout=b"2")


def with_another_title(path: Path) -> None:
    rewrite(path, lambda table: table.set_column(1, "title", [["On ViT"]]))


def with_a_row_less(path: Path) -> None:
    rewrite(path, lambda table: table.slice(1))


def rewrite(path: Path, change: Callable[[Any], Any], layout: bytes = b"1") -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    metadata = {**table.schema.metadata, b"kg.layout": layout}
    pq.write_table(change(table).replace_schema_metadata(metadata), path)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (cut_off, "damaged or cut off; remove it and run `kg build --cluster` again"),
        (empty, "damaged or cut off"),
        (corrupt, "damaged or cut off"),
        (with_another_title, "damaged or cut off"),
        (with_a_row_less, "damaged or cut off"),
        (of_another_program, "not a shard of kg"),
        (of_a_later_layout, "a shard of layout 2, not 1"),
    ],
)
def test_a_bad_shard_is_refused(
    harm: Callable[[Path], None], said: str, folder: Folder, tmp_path: Path
) -> None:
    shard = write(folder, PAPER)
    harm(path_of(folder, shard))
    with pytest.raises(InputError) as caught:
        cluster.merge_shards(folder.place, tmp_path / "kg.db")
    assert str(caught.value).startswith(f"{folder.place}/{shard}: {said}")
    assert "\n" not in str(caught.value)


def test_shards_of_another_extractor_are_refused(folder: Folder, tmp_path: Path) -> None:
    write(folder, PAPER)
    write(folder, replace(PAPER, id="a-2"), version="model-0")
    said = r"model-0-\w+\.parquet: its facts were read by extractor 'model-0', not "
    with pytest.raises(InputError, match=said):
        cluster.merge_shards(folder.place, tmp_path / "kg.db")
    assert not (tmp_path / "kg.db").exists()
    with pytest.raises(KgError, match="a worker has extractor"):
        extract_part(Part(name([PAPER], "model-0"), (PAPER,)), folder.place, "model-0", None)


def test_a_folder_without_shards(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no shards here"):
        cluster.merge_shards(tmp_path / "none", tmp_path / "kg.db")


def test_of_a_paper_in_two_shards_the_later_one_counts(folder: Folder, tmp_path: Path) -> None:
    other = replace(PAPER, id="a-2", title="On ViT")
    later = replace(PAPER, abstract="We use CCT and ViT.")
    shards = [write(folder, PAPER, other), write(folder, later)]
    for order in (shards, shards[::-1]):
        for seconds, shard in enumerate(order):
            os.utime(path_of(folder, shard), (seconds, seconds))
        db = tmp_path / f"{order[0]}.db"
        cluster.merge_shards(folder.place, db)
        with open_store(db, readonly=True) as store:
            assert [p.id for p in store.papers()] == ["a-1", "a-2"]
            assert (store.paper("a-1") == later) == (order is shards)


def test_prune_leaves_what_shards_have(folder: Folder, tmp_path: Path) -> None:
    other = replace(PAPER, id="a-2", title="On ViT")
    gone = write(folder, PAPER)
    write(folder, other)
    cluster.merge_shards(folder.place, tmp_path / "kg.db")
    path_of(folder, gone).unlink()
    report = cluster.merge_shards(folder.place, tmp_path / "kg.db", prune=True)
    assert (report.papers, report.removed) == (1, 1)


def test_a_paper_that_no_worker_could_read_is_rejected(folder: Folder, tmp_path: Path) -> None:
    other = replace(PAPER, id="a-2", title="On ViT")
    empty = Extraction("a-2", (), (), ())
    write_shard(folder, [(PAPER, "RuntimeError: odd"), (other, empty)], VERSION)
    rejected: list[Rejected] = []
    report = cluster.merge_shards(folder.place, tmp_path / "kg.db", reject=rejected.append)
    assert (report.papers, report.rejected) == (1, 1)
    assert "RuntimeError: odd" in rejected[0].reason


def test_a_shard_with_a_failed_paper_is_tried_again(folder: Folder) -> None:
    part = Part(name([PAPER], VERSION), (PAPER,))
    write_shard(folder, [(PAPER, "MemoryError: ")], VERSION)
    extract_part(part, folder.place, VERSION, None)
    [row] = read_shard(folder, part.name, VERSION)
    assert row.error is None


# --- folders and inputs ----------------------------------------------------------------------


def test_half_a_file_is_no_file(folder: Folder) -> None:
    def write_half() -> None:
        with folder.writing("a.txt") as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert not list(Path(folder.place).iterdir())


def test_what_a_killed_writer_left_is_no_shard_and_goes(folder: Folder) -> None:
    shard = write(folder, PAPER)
    for left in (f".{shard}.0a1b2c3d.tmp", ".other.parquet.0a1b2c3d.tmp"):
        path_of(folder, left).write_bytes(b"half")
    assert shard_names(folder) == [shard]
    folder.sweep({shard})
    left_over = {path.name for path in Path(folder.place).iterdir()}
    assert left_over == {shard, ".other.parquet.0a1b2c3d.tmp"}


def test_a_place_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="nowhere://a/b: "):
        Folder("nowhere://a/b")
    (tmp_path / "file").touch()
    with pytest.raises(KgError, match="file: "):
        write(Folder(str(tmp_path / "file")), PAPER)


def test_urls_patterns_and_folders_are_listed() -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    for path in (
        "/field/b.jsonl",
        "/field/a.bib.gz",
        "/field/.a.jsonl",
        "/field/x/c.ris",
        "/field/d",
    ):
        memory.pipe_file(path, b"x")
    listed = [one.place for one in inputs(["memory://field", "memory://field/b.jsonl"])]
    assert listed == [f"memory:///field/{name}" for name in ("a.bib.gz", "b.jsonl", "x/c.ris")] + [
        "memory://field/b.jsonl"
    ]
    [one] = inputs(["memory://field/b*"])
    assert one.place == "memory:///field/b.jsonl"
    assert one.in_folder
    with pytest.raises(InputError, match="memory://nothing/\\*: no papers here"):
        list(inputs(["memory://nothing/*"]))
