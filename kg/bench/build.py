"""Building: papers a second, workers against one, cold start, memory, and growth.

python -m kg.bench build abstracts.jsonl.xz --sizes 1000 6000 --spacy ~/spacy/bin/python
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final

from kg.bench.processes import watched
from kg.model import Paper
from kg.sources import read_papers
from kg.workers import cores, read_all

#: How often what is compared is measured, in turns.
_TURNS: Final = 3

#: Tells the seconds that it took to import and to load the model, and those that a core then worked
#: to read the papers.
_KG: Final = """
import json, sys, time
start = time.perf_counter()
import kg.extract
imported = time.perf_counter()
from kg.extract import extract_many
from kg.model import Paper
texts = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
papers = [Paper(t["id"], t["title"], t["abstract"]) for t in texts]
before = time.perf_counter()
list(extract_many(papers[:1]))
loaded, work = time.perf_counter(), time.process_time()
list(extract_many(papers))
print(json.dumps([imported - start, loaded - before, time.process_time() - work]))
"""
#: The pipeline of en_core_web_sm, whatever its package is called, on the same texts.
_SPACY: Final = """
import importlib, json, pkgutil, sys, time
name = next(m.name for m in pkgutil.iter_modules() if m.name.startswith("en_core_web_sm"))
nlp = importlib.import_module(name).load()
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
texts = [f"{row['title']}\\n{row['abstract']}" for row in rows]
list(nlp.pipe(texts[:3]))
work = time.process_time()
for doc in nlp.pipe(texts): pass
print(json.dumps([0, 0, time.process_time() - work]))
"""
#: A build that says when all papers are extracted.
_BUILD: Final = """
import sys
from kg.build import build
from kg.workers import cores
if __name__ == "__main__":
    def told(done, total):
        if done == total: print("extracted", flush=True)
    build([sys.argv[1]], sys.argv[2], progress=told, workers=cores())
"""


def main(args: Sequence[str]) -> None:
    """Measure, and print a line for each figure."""
    parser = argparse.ArgumentParser(prog="python -m kg.bench build", description=__doc__)
    parser.add_argument("source", help="a file of papers, as many as the largest size")
    parser.add_argument("--seed", default="data/seed.txt", help="a few papers, built cold")
    parser.add_argument("--papers", type=int, default=1000, help="papers to compare speeds on")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 6000], help="whole builds")
    parser.add_argument("--spacy", metavar="PYTHON", help="a Python that has en_core_web_sm")
    given = parser.parse_args(args)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _cold(given.seed, folder)
        some = _some(given.source, given.papers, folder)
        _speeds(some, given.spacy)
        _workers(list(read_papers([some])))
        _growth(given.source, given.sizes, folder)


def _say(name: str, value: str) -> None:
    print(f"{name:44}{value}", flush=True)


def _some(source: str, count: int, folder: Path) -> Path:
    """The first papers of the source as JSON lines."""
    path = folder / f"{count}.jsonl"
    with open(path, "w", encoding="utf-8") as file:
        for paper in islice(read_papers([source]), count):
            file.write(json.dumps(asdict(paper)) + "\n")
    return path


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    )
    return done.stdout


def _timed(python: str, script: str, path: Path) -> list[float]:
    times: list[float] = json.loads(_run([python, "-c", script, str(path)]).splitlines()[-1])
    return times


def _cold(seed: str, folder: Path) -> None:
    count = sum(1 for _ in read_papers([seed]))
    times = []
    for turn in range(_TURNS):
        started = time.perf_counter()
        _run([sys.executable, "-m", "kg", "build", seed, "--db", str(folder / f"{turn}.db")])
        times.append(time.perf_counter() - started)
    few = _some(seed, 1, folder)
    imported, loaded, _ = map(
        median, zip(*(_timed(sys.executable, _KG, few) for _ in range(_TURNS)), strict=True)
    )
    _say(f"cold kg build of {count} papers", f"{median(times):.2f} s")
    _say("  of which to import kg, spaCy and others", f"{imported:.2f} s")
    _say("  of which to load the model", f"{loaded:.2f} s")


def _speeds(path: Path, spacy: str | None) -> None:
    readers = {"kg": (sys.executable, _KG), **({"spaCy": (spacy, _SPACY)} if spacy else {})}
    count = path.read_bytes().count(b"\n")
    rates: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(_TURNS):
        for name, (python, script) in readers.items():
            rates[name].append(count / _timed(python, script, path)[2])
    for name, found in rates.items():
        label = "extraction" if name == "kg" else "en_core_web_sm"
        _say(f"{label}, one core", f"{median(found):.1f} papers/s of {count}")
    if spacy:
        ratios = [a / b for a, b in zip(rates["kg"], rates["spaCy"], strict=True)]
        _say("extraction / en_core_web_sm", f"{median(ratios):.2f}x")


def _workers(papers: list[Paper]) -> None:
    """One process against two, when both have begun, and as a whole."""
    from kg.extract import extract_many

    list(extract_many(papers[:1]))
    begun, whole = [], []
    for _ in range(_TURNS):
        one, two = (_paces(papers, workers) for workers in (1, 2))
        whole.append(one[0] / two[0])
        begun.append(one[1] / two[1])
    _say("two workers / one, once they have started", f"{median(begun):.2f}x")
    _say(f"two workers / one, {len(papers)} papers in all", f"{median(whole):.2f}x")


def _paces(papers: list[Paper], workers: int) -> tuple[float, float]:
    """Seconds for all papers, and for the last three quarters of them."""
    from kg.extract import extract_many

    ticks = [time.perf_counter()]
    for _ in read_all(papers, extract_many, workers=workers, failed=_fail):
        ticks.append(time.perf_counter())
    return ticks[-1] - ticks[0], ticks[-1] - ticks[len(ticks) // 4]


def _fail(paper: Paper, why: str) -> None:
    raise AssertionError(f"{paper.id}: {why}")


def _growth(source: str, sizes: Sequence[int], folder: Path) -> None:
    """Whole builds of more and more papers, and again with no change."""
    before: tuple[int, Build] | None = None
    for size in sizes:
        path, db = _some(source, size, folder), folder / f"{size}-papers.db"
        one, again = _build(path, db), _build(path, db)
        rate = f"{size / one.extraction:.1f} papers/s"
        _say(f"build of {size:,} papers", f"{one.seconds:.1f} s")
        _say("  of which extraction", f"{one.extraction:.1f} s, {rate}, {cores()} workers")
        _say("  of which all after it", f"{one.seconds - one.extraction:.1f} s")
        _say("  peak memory of all processes, extraction", f"{one.peaks[0]:.0f} MiB")
        _say("  peak memory of all processes, after it", f"{one.peaks[1]:.0f} MiB")
        _say("  store", f"{db.stat().st_size / size / 1000:.1f} kB a paper")
        _say("  again, with nothing changed", f"{again.seconds:.1f} s")
        if before:
            papers, other = before
            times = f"{one.seconds / other.seconds:.1f}x"
            _say(f"  time for {size / papers:.1f}x the papers", times)
        before = size, one


@dataclass(frozen=True, slots=True)
class Build:
    """Seconds of a build in all and until all was extracted; the peaks before and after, in MiB."""

    seconds: float
    extraction: float
    peaks: tuple[float, float]


def _build(path: Path, db: Path) -> Build:
    command = [sys.executable, "-c", _BUILD, str(path), str(db)]
    ticks, peaks = [time.perf_counter()], []
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for _ in range(2):
            with watched(process.pid) as peak:
                assert process.stdout
                process.stdout.readline()
            ticks.append(time.perf_counter())
            peaks.append(peak.size / 2**20)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    start, extracted, end = ticks
    return Build(end - start, extracted - start, (peaks[0], peaks[1]))
