"""The whole flow: read the sources, extract what is new, store it, write the graph anew."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from kg.model import Extraction, Paper, Rejected
from kg.resolve import resolve
from kg.sources import read_papers
from kg.store import Store, open_store

#: Papers in one transaction: what a killed build has to extract again, at most.
BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Extractor:
    """What reads papers; another version means other extractions, which come in their order."""

    version: str
    extract_many: Callable[[Iterable[Paper]], Iterator[Extraction]]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: papers by their fate, and what the graph has now.

    `papers` counts all in the store; `added`, `changed` and `unchanged` those of the sources.
    """

    papers: int
    added: int
    changed: int
    unchanged: int
    removed: int
    rejected: int
    nodes: dict[str, int]
    edges: int
    seconds: float


def build(
    sources: Iterable[str | Path],
    db: str | Path,
    *,
    strict: bool = False,
    prune: bool = False,
    reject: Callable[[Rejected], None] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    extractor: Extractor | None = None,
) -> BuildReport:
    """Bring the database up to date with the sources, and say what was done.

    Papers that are stored already, unchanged and read by this version of the extractor, are not
    read again; so a build that was killed goes on where it stopped, and the graph is the same
    whatever the order of the sources and the number of restarts. Papers that are no longer in
    the sources stay, unless `prune` is set. `reject` is told each record that is no paper,
    `progress` how many papers are extracted, and of how many. `extractor` is `kg.extract` if not
    given.

    Raises InputError for sources that cannot be read (with `strict`, for the first bad record)
    before a file is made or changed, and StoreError when the file cannot be used.

    >>> from tempfile import TemporaryDirectory
    >>> record = '{"id": "a-1", "title": "Words", "abstract": "We use BERT for parsing."}'
    >>> with TemporaryDirectory() as folder:
    ...     source = Path(folder, "papers.jsonl")
    ...     _ = source.write_text(record)
    ...     report = build([source], Path(folder, "kg.db"))
    >>> report.papers, report.added, report.nodes["method"]
    (1, 1, 1)
    """
    started = time.monotonic()
    reader = extractor or _shipped_extractor()
    fates: Counter[str] = Counter()
    papers = list(read_papers(sources, strict=strict, reject=_counted(reject, fates)))
    with open_store(db, create=True) as store:
        known = store.known()
        fate = {paper.id: _fate(paper, known, reader.version) for paper in papers}
        fates.update(fate.values())
        todo = [paper for paper in papers if fate[paper.id] != "unchanged"]
        _extract(todo, store, reader, progress)
        gone = sorted(known.keys() - fate.keys()) if prune else []
        store.remove(gone)
        store.write_graph(resolve(store.extractions()))
        return _report(store, fates, len(gone), time.monotonic() - started)


def _shipped_extractor() -> Extractor:
    from kg.extract import VERSION, extract_many

    return Extractor(VERSION, extract_many)


def _fate(paper: Paper, known: dict[str, tuple[str, str]], version: str) -> str:
    if paper.id not in known:
        return "added"
    return "unchanged" if known[paper.id] == (paper.digest, version) else "changed"


def _counted(
    reject: Callable[[Rejected], None] | None, fates: Counter[str]
) -> Callable[[Rejected], None]:
    def count(rejected: Rejected) -> None:
        fates["rejected"] += 1
        if reject:
            reject(rejected)

    return count


def _extract(
    papers: list[Paper],
    store: Store,
    extractor: Extractor,
    progress: Callable[[int, int | None], None] | None,
) -> None:
    pairs = _told(zip(papers, extractor.extract_many(papers), strict=True), progress, len(papers))
    while batch := list(islice(pairs, BATCH)):
        store.put(batch, version=extractor.version)


def _told(
    pairs: Iterable[tuple[Paper, Extraction]],
    progress: Callable[[int, int | None], None] | None,
    total: int,
) -> Iterator[tuple[Paper, Extraction]]:
    for done, pair in enumerate(pairs, start=1):
        if progress:
            progress(done, total)
        yield pair


def _report(store: Store, fates: Counter[str], removed: int, seconds: float) -> BuildReport:
    nodes, edges = store.counts()
    return BuildReport(
        papers=nodes["paper"],
        added=fates["added"],
        changed=fates["changed"],
        unchanged=fates["unchanged"],
        removed=removed,
        rejected=fates["rejected"],
        nodes=nodes,
        edges=edges,
        seconds=seconds,
    )
