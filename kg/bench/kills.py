"""Builds whose processes are killed at random moments; each must end as an undisturbed one."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kg.bench.processes import workers
from kg.store import open_store

#: Kills of one build, at most; then it may end.
_KILLS: Final = 3

Command = Callable[[Path], list[str]]


@dataclass
class Story:
    """What happened to one build: who was killed when, how many papers were kept after each kill
    of the parent, and what there was at its end."""

    kills: list[str] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    digest: str = ""
    files: list[str] = field(default_factory=list)


def killed_builds(
    command: Command, *, rounds: int, folder: Path, seconds: float, chance: random.Random
) -> list[Story]:
    """Build anew, `rounds` times, and kill the build or its workers at random, until it ends.

    `command` gives the command line of a build into a file; undisturbed it takes about `seconds`.
    Raises CalledProcessError when a build fails that was not killed.
    """
    stories: list[Story] = []
    while len(stories) < rounds:
        db = folder / f"{len(stories)}" / "kg.db"
        story = _killed_build(command, db, seconds, chance)
        if story.kills:
            stories.append(story)
        else:  # it was faster
            shutil.rmtree(db.parent)
    return stories


def _killed_build(command: Command, db: Path, seconds: float, chance: random.Random) -> Story:
    story = Story()
    while not _ends(command(db), story, seconds, chance):
        # Killed before it made the file, it kept nothing.
        if db.exists() and db.stat().st_size:
            with open_store(db, create=True) as store:
                story.kept.append(len(store.known()))
    with open_store(db, readonly=True) as store:
        story.kept.append(len(store.known()))
        story.digest = store.digest()
    story.files = sorted(file.name for file in db.parent.iterdir())
    return story


def _ends(command: list[str], story: Story, seconds: float, chance: random.Random) -> bool:
    """Run the build and kill at random; whether it ended by itself."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        started = time.monotonic()
        while len(story.kills) < _KILLS:
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0, seconds))
                break
            targets = {process.pid: "build", **dict.fromkeys(workers(process.pid), "worker")}
            target = chance.choice(list(targets))
            with suppress(ProcessLookupError):
                os.kill(target, signal.SIGKILL)
                story.kills.append(f"{targets[target]} after {time.monotonic() - started:.2f} s")
            if target == process.pid:
                break
        code = process.wait()
    if code not in (0, -signal.SIGKILL):
        raise subprocess.CalledProcessError(code, command)
    return code == 0


def main(args: Sequence[str]) -> None:
    """Kill builds of the papers in a file, and compare how they end."""
    parser = argparse.ArgumentParser(prog="python -m kg.bench kills", description=__doc__)
    parser.add_argument("source", help="a file of papers: 200 or more, or no worker starts")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(args)

    def command(db: Path) -> list[str]:
        build = ["build", given.source, "--workers", "2", "--db", str(db)]
        return [sys.executable, "-m", "kg", *build]

    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole", "kg.db")
        started = time.monotonic()
        subprocess.run(command(whole), check=True, stdout=subprocess.DEVNULL)
        seconds = time.monotonic() - started
        with open_store(whole, readonly=True) as store:
            digest = store.digest()
        survived = 0
        for number in range(1, given.rounds + 1):
            [story] = killed_builds(
                command,
                rounds=1,
                folder=Path(folder, str(number)),
                seconds=seconds,
                chance=chance,
            )
            survived += story.digest == digest
            end = "same" if story.digest == digest else "OTHER"
            print(f"{number:3} {end}: {'; '.join(story.kills)}; kept {story.kept}", flush=True)
    print(f"{survived} of {given.rounds} ended with the digest of an undisturbed build")
    sys.exit(survived != given.rounds)
