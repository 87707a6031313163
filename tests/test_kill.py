"""Builds that are killed, starved or stopped at any moment: nothing is lost, and the end is one."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from test_workers import is_alive
from toys import read_many, records, write

from kg.bench.kills import killed_builds
from kg.bench.processes import wait_for_workers
from kg.build import Extractor
from kg.build import build as run_build
from kg.store import open_store

#: A build of toy papers by two processes, in transactions of a few: some two seconds.
BUILD = """
import resource, sys
sys.path.insert(0, sys.argv[1])
import kg.workers
from kg.build import Extractor, build
from kg.errors import KgError
from toys import read_slowly

if __name__ == "__main__":
    sys.modules["kg.build"].BATCH = 8
    kg.workers.FEW = 1
    if sys.argv[4:]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
    try:
        build([sys.argv[2]], sys.argv[3], extractor=Extractor("1", read_slowly), workers=2)
    except KgError as error:
        sys.exit(str(error))
"""
PAPERS = 240


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the papers, the script that builds them, and an undisturbed build of them."""
    folder = tmp_path_factory.mktemp("kill")
    (folder / "build.py").write_text(BUILD)
    source = write(folder / "papers.jsonl", records(PAPERS))
    run_build([source], folder / "whole.db", extractor=Extractor("1", read_many))
    return folder


@pytest.fixture
def command(folder: Path) -> Callable[..., list[str]]:
    """The command of a build of the papers; the arguments are the database, and a limit in bytes
    for each file."""
    here = str(Path(__file__).parent)
    start = [sys.executable, str(folder / "build.py"), here, str(folder / "papers.jsonl")]
    return lambda *args: [*start, *map(str, args)]


@pytest.fixture
def whole(folder: Path) -> str:
    """The digest of the undisturbed build."""
    return digest(folder / "whole.db")


def digest(db: Path) -> str:
    with open_store(db, readonly=True) as store:
        return store.digest()


def kept(db: Path) -> int:
    with open_store(db, readonly=True) as store:
        return len(store.known())


def test_builds_that_are_killed(
    command: Callable[..., list[str]], whole: str, tmp_path: Path
) -> None:
    """A handful; `python -m kg.bench kills` does this with the shipped extractor, for long."""
    rounds = int(os.environ.get("KG_KILLS", "4"))
    survived = killed_builds(
        command, rounds=rounds, folder=tmp_path / "out", seconds=1.5, chance=random.Random(4)
    )
    assert [story.digest for story in survived] == [whole] * rounds
    for story in survived:
        assert story.files == ["kg.db"]
        assert story.kept == sorted(story.kept), "what was kept stays"


def test_of_two_builds_at_once_one_wins(
    command: Callable[..., list[str]], whole: str, tmp_path: Path
) -> None:
    db = tmp_path / "kg.db"
    builds = [
        subprocess.Popen(command(db), stderr=subprocess.PIPE, encoding="utf-8") for _ in range(2)
    ]
    ends = sorted((process.communicate()[1], process.returncode) for process in builds)
    assert ends[0] == ("", 0)
    assert ends[1][1] == 1
    assert re.fullmatch(r".*kg\.db: another build is at work on it; .*\n", ends[1][0])
    assert digest(db) == whole


@pytest.mark.parametrize("share", [0.0, 0.7, 0.95])
def test_a_full_disk(
    share: float, command: Callable[..., list[str]], whole: str, folder: Path, tmp_path: Path
) -> None:
    db = tmp_path / "out" / "kg.db"
    limit = 8192 + int(share * (folder / "whole.db").stat().st_size)
    done = subprocess.run(command(db, limit), stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"\S+: .*\n", done.stderr), done.stderr
    if share >= 0.7:
        assert kept(db)
    subprocess.run(command(db), check=True)
    assert digest(db) == whole


@pytest.fixture
def real(seed_db: Path, tmp_path: Path) -> Path:
    """Five times the papers of the seed, under other titles."""
    with open_store(seed_db, readonly=True) as store:
        papers = list(store.papers())
    return write(
        tmp_path / "papers.jsonl",
        (
            {"title": f"{paper.title} {turn}", "abstract": paper.abstract}
            for turn in range(5)
            for paper in papers
        ),
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_stops_soon_and_says_how_to_go_on(
    number: int, real: Path, tmp_path: Path
) -> None:
    db = tmp_path / "out" / "kg.db"
    command = [sys.executable, "-m", "kg", "build", str(real), "--db", str(db), "--workers", "2"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    workers = wait_for_workers(process.pid, 2, seconds=20)
    assert len(workers) == 2
    while not db.with_name("kg.db.lock").exists():
        time.sleep(0.01)
    # A terminal sends Ctrl-C to all; who sends SIGTERM means the command.
    os.killpg(process.pid, number) if number == signal.SIGINT else process.terminate()
    out, err = process.communicate()
    assert (process.returncode, out) == (130, b"")
    assert err.decode().splitlines()[-1] == (
        "Stopped. What was read so far is kept: the same command goes on from there."
    )
    assert b"Traceback" not in err
    assert not any(map(is_alive, workers))
    assert 0 < kept(db) < 270
