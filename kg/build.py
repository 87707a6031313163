"""The whole flow: read the sources, extract what is new, store it, write the graph anew."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from kg.model import Extraction, Paper, Rejected
from kg.resolve import Override, Resolution, default_path, read_overrides, resolve
from kg.sources import read_papers
from kg.store import NodeRow, Store, open_store

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
    `idle` are the overrides that name nothing in these papers.
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
    idle: tuple[str, ...] = ()


def build(
    sources: Iterable[str | Path],
    db: str | Path,
    *,
    strict: bool = False,
    prune: bool = False,
    reject: Callable[[Rejected], None] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    min_confidence: float | None = None,
    extractor: Extractor | None = None,
    overrides: Path | None = None,
) -> BuildReport:
    """Bring the database up to date with the sources, and say what was done.

    Papers that are stored already, unchanged and read by this version of the extractor, are not
    read again; so a build that was killed goes on where it stopped, and the graph is the same
    whatever the order of the sources and the number of restarts. Papers that are no longer in
    the sources stay, unless `prune` is set. `reject` is told each record that is no paper,
    `progress` how many papers are extracted, and of how many. Facts of at least the probability
    `min_confidence` are kept, else those that `kg.extract` keeps; `extractor` stands in for it.
    `overrides` is the file of what the user decides about names, else `<db>.overrides.txt` beside
    the database (see `kg.resolve.overrides`).

    Raises InputError for sources that cannot be read (with `strict`, for the first bad record)
    and for a bad line of overrides, before a file is made or changed, and StoreError when the
    file cannot be used.

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
    reader = extractor or _shipped_extractor(min_confidence)
    fates: Counter[str] = Counter()
    decided = read_overrides(overrides or default_path(db))
    papers = list(read_papers(sources, strict=strict, reject=_counted(reject, fates)))
    with open_store(db, create=True) as store:
        known = store.known()
        fate = {paper.id: _fate(paper, known, reader.version) for paper in papers}
        fates.update(fate.values())
        todo = [paper for paper in papers if fate[paper.id] != "unchanged"]
        _extract(todo, store, reader, progress)
        gone = sorted(known.keys() - fate.keys()) if prune else []
        store.remove(gone)
        resolution = _resolved(store, decided)
        store.write_graph(resolution)
        return _report(store, fates, len(gone), resolution.unused, time.monotonic() - started)


@dataclass(frozen=True, slots=True)
class Change:
    """What resolving anew did to the nodes of a store, each id with its label and papers.

    `changed` are nodes that have other names, another label or other papers than before.
    """

    gone: tuple[tuple[str, str, int], ...]
    new: tuple[tuple[str, str, int], ...]
    changed: tuple[tuple[str, str, int], ...]
    idle: tuple[str, ...]


def resolve_again(db: str | Path, *, overrides: Path | None = None) -> Change:
    """Resolve all that is stored anew, with the overrides as they are now; nothing is extracted.

    Raises as `build` does.
    """
    decided = read_overrides(overrides or default_path(db))
    with open_store(db) as store:
        before = _entities(store)
        resolution = _resolved(store, decided)
        store.write_graph(resolution)
        after = _entities(store)
    return Change(
        gone=_listed(before, before.keys() - after.keys()),
        new=_listed(after, after.keys() - before.keys()),
        changed=_listed(after, {n for n in before.keys() & after.keys() if before[n] != after[n]}),
        idle=resolution.unused,
    )


def _resolved(store: Store, overrides: Sequence[Override]) -> Resolution:
    """The entities of all that is stored. The garbage collector rests meanwhile: there are no
    cycles to find, and it would walk all of many papers' names again and again."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return resolve(store.extractions(), overrides=overrides)
    finally:
        if collects:
            gc.enable()


def _entities(store: Store) -> dict[str, NodeRow]:
    return {node.id: node for node in store.nodes() if node.kind != "paper"}


def _listed(nodes: Mapping[str, NodeRow], ids: Iterable[str]) -> tuple[tuple[str, str, int], ...]:
    return tuple((node, nodes[node].label, nodes[node].papers) for node in sorted(ids))


def _shipped_extractor(min_confidence: float | None) -> Extractor:
    from kg.extract import VERSION, extract_many

    version = VERSION if min_confidence is None else f"{VERSION} from {min_confidence:g}"
    return Extractor(version, partial(extract_many, min_confidence=min_confidence))


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


def _report(
    store: Store, fates: Counter[str], removed: int, idle: tuple[str, ...], seconds: float
) -> BuildReport:
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
        idle=idle,
    )
