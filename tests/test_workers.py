"""Papers are read in this process and in others with one outcome, whatever happens to them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner
from toys import DeadOnArrival, Unreadable, papers, read, read_many, read_slowly, write

import kg.workers.crew
from kg.cli import main
from kg.errors import KgError, StoreError
from kg.model import Extraction, Paper
from kg.sources import read_papers
from kg.workers import BATCH, FEW, cores, read_all
from kg.workers.interrupts import deferred, terminable
from kg.workers.lock import alone


@pytest.fixture(autouse=True)
def no_one_left_behind() -> Iterator[None]:
    yield
    assert not multiprocessing.active_children()


def run(
    given: Iterable[Paper], workers: int, extract_many: kg.workers.ExtractMany = read_many
) -> tuple[list[tuple[Paper, Extraction]], list[tuple[str, str]]]:
    failed: list[tuple[str, str]] = []
    pairs = read_all(
        given,
        extract_many,
        workers=workers,
        failed=lambda paper, why: failed.append((paper.id, why)),
    )
    return list(pairs), failed


def test_cores_of_this_process() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_several_processes_read_as_one() -> None:
    given = papers(2000)
    alone, together = run(given, 1), run(given, 2)
    assert alone == together == ([(paper, read(paper)) for paper in given], [])


def test_a_few_papers_start_no_process() -> None:
    def local(papers: Iterable[Paper]) -> Iterator[Extraction]:
        return map(read, papers)

    given = papers(FEW - 1)
    assert len(run(given, 2, local)[0]) == FEW - 1
    with pytest.raises((AttributeError, TypeError), match="local"):  # it cannot be pickled
        run(papers(FEW), 2, local)


def test_the_shipped_extractor_reads_the_same_in_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kg.workers, "FEW", 1)
    seed = Path(__file__).parents[1] / "data" / "seed.txt"
    some = islice(read_papers([seed]), 12)
    source = write(tmp_path / "some.jsonl", map(asdict, some))
    one, two = (
        CliRunner().invoke(main, ["extract", str(source), "--workers", n], catch_exceptions=False)
        for n in "12"
    )
    assert one.stdout == two.stdout
    assert (two.exit_code, two.stdout.count("\n")) == (0, 12)


def test_an_extractor_may_look_ahead() -> None:
    def eager(papers: Iterable[Paper]) -> Iterator[Extraction]:
        for paper in list(papers):
            yield from read_many([paper])

    pairs, failed = run(papers(20, p003="It raises!", p004="It raises!"), 1, eager)
    assert [paper.id for paper, _ in pairs] == [f"p{i:03}" for i in range(20) if i not in (3, 4)]
    assert [paper for paper, _ in failed] == ["p003", "p004"]


def test_an_extractor_that_passes_over_a_paper_is_wrong() -> None:
    with pytest.raises(ValueError, match="nothing for 2 papers"):
        run(papers(5), 1, lambda papers: map(read, list(papers)[:3]))


@pytest.mark.parametrize("workers", [1, 2])
def test_papers_that_raise_are_passed_over(workers: int) -> None:
    given = papers(FEW + 60, p000="It raises!", p077="It raises!", p149="It raises!")
    pairs, failed = run(given, workers)
    assert failed == [(p, f"ValueError: no {p}") for p in ("p000", "p077", "p149")]
    assert [paper.id for paper, _ in pairs] == [
        paper.id for paper in given if "raises!" not in paper.title
    ]


@pytest.mark.parametrize("workers", [1, 2])
def test_when_no_paper_can_be_read_that_is_said(workers: int) -> None:
    given = [Paper(f"p{i}", "It raises!", "...") for i in range(FEW)]
    with pytest.raises(KgError, match=r"none of the first 20 papers .*: ValueError: no p19"):
        run(given, workers)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_ours_ends_all(workers: int) -> None:
    with pytest.raises(KgError, match=r"^nothing works here$"):
        run(papers(FEW, p050="It refuses!"), workers)


def test_a_paper_that_kills_its_worker_is_found_and_the_rest_read() -> None:
    given = papers(FEW + 60, p005="It kills!", p006="It kills!", p100="It kills!")
    pairs, failed = run(given, 2)
    why = "the process that read it was ended by SIGKILL, 2 times"
    assert failed == [(paper, why) for paper in ("p005", "p006", "p100")]
    assert [paper.id for paper, _ in pairs] == [
        paper.id for paper in given if "kills!" not in paper.title
    ]


def test_workers_that_are_killed_lose_nothing() -> None:
    given = papers(FEW + 100)
    pairs = read_all(given, read_slowly, workers=2, failed=pytest.fail)
    got = []
    for pair in pairs:
        got.append(pair)
        if len(got) % 60 == 1:
            for child in multiprocessing.active_children():
                child.kill()
    assert got == [(paper, read(paper)) for paper in given]


def test_workers_that_cannot_start() -> None:
    with pytest.raises(KgError, match=r"started to read papers exited with 3; .*--workers 1"):
        run(papers(FEW), 2, DeadOnArrival())


def test_an_extractor_that_cannot_be_sent() -> None:
    with pytest.raises(KgError, match="cannot be sent to another process: ValueError: invalid"):
        run(papers(FEW), 2, Unreadable())


def test_no_more_workers_start_than_there_is_work_for() -> None:
    pairs = read_all(papers(2 * BATCH), read_many, workers=8, few=0, failed=pytest.fail)
    next(pairs)
    assert len(multiprocessing.active_children()) == 2
    assert len(list(pairs)) == 2 * BATCH - 1


def test_workers_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.workers.crew, "_LIFE", 4 * BATCH)
    given = papers(24 * BATCH)
    got, seen = [], set()
    for pair in read_all(given, read_many, workers=2, failed=pytest.fail):
        got.append(pair)
        seen.update(child.pid for child in multiprocessing.active_children())
        assert len(multiprocessing.active_children()) <= 2
    assert got == [(paper, read(paper)) for paper in given]
    assert len(seen) >= 6


def test_no_more_is_drawn_than_is_in_hand() -> None:
    drawn = 0

    def source() -> Iterator[Paper]:
        nonlocal drawn
        for paper in papers(1000):
            drawn += 1
            yield paper

    pairs = read_all(source(), read_many, workers=2, failed=pytest.fail)
    for read_so_far, _ in enumerate(pairs):
        assert drawn - read_so_far <= FEW + 2 * 5 * BATCH
        if read_so_far == 300:
            break
    pairs.close()


@pytest.mark.parametrize("workers", [1, 2])
def test_to_stop_keeps_what_is_in_hand(workers: int) -> None:
    given = papers(1000)
    got: list[Paper] = []
    pairs = read_all(
        given, read_many, workers=workers, failed=pytest.fail, stopped=lambda: len(got) >= 40
    )
    for paper, _ in pairs:
        got.append(paper)
    assert 40 <= len(got) < 400
    assert got == given[: len(got)]


def interrupt(signals: list[int], passed: list[int]) -> None:
    """Send this process the signals, those that a block defers; `passed` are those it survives."""
    with terminable(), deferred() as asked:
        assert not asked()
        for number in signals:
            os.kill(os.getpid(), number)
            assert asked()
            passed.append(number)


@pytest.mark.parametrize(
    "signals",
    [
        [signal.SIGINT],
        [signal.SIGTERM],
        [signal.SIGINT, signal.SIGINT],
        [signal.SIGTERM, signal.SIGINT],
        [signal.SIGINT, signal.SIGTERM],
    ],
)
def test_an_interrupt_waits_for_the_end_of_the_block_and_a_second_does_not(
    signals: list[int],
) -> None:
    passed: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        interrupt(signals, passed)
    assert passed == signals[:1]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_signals_are_left_alone_in_other_threads() -> None:
    asked: list[bool] = []

    def work() -> None:
        with terminable(), deferred() as is_asked:
            asked.append(is_asked())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert asked == [False]


def hold(db: Path) -> None:
    with alone(db):
        pass


def test_one_builds_at_a_time(tmp_path: Path) -> None:
    db = tmp_path / "new" / "kg.db"
    with alone(db):
        with pytest.raises(StoreError, match=r"kg\.db: another build is at work on it") as caught:
            hold(db)
        assert "\n" not in str(caught.value)
        hold(tmp_path / "other.db")
    hold(db)
    assert list(db.parent.iterdir()) == []


def test_the_lock_goes_with_who_holds_it(tmp_path: Path) -> None:
    script = "import sys, time; from kg.workers.lock import alone\n"
    script += "with alone(sys.argv[1]): print(flush=True); time.sleep(60)"
    command = [sys.executable, "-c", script, str(tmp_path / "kg.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"\n"
        with pytest.raises(StoreError):
            hold(tmp_path / "kg.db")
        process.kill()
    hold(tmp_path / "kg.db")
    assert list(tmp_path.iterdir()) == []


def test_where_no_lock_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file/kg\.db\.lock: "):
        hold(tmp_path / "file" / "kg.db")


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import multiprocessing, sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from toys import papers, read_slowly\n"
        "from kg.workers import read_all\n"
        "if __name__ == '__main__':\n"
        "    for _ in read_all(papers(5000), read_slowly, workers=2, failed=print):\n"
        "        print(*(c.pid for c in multiprocessing.active_children()), flush=True)\n"
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        children = [int(pid) for pid in process.stdout.readline().split()]
        process.kill()
    assert len(children) == 2
    deadline = time.monotonic() + 10
    while any(map(is_alive, children)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(is_alive, children))


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
