"""The whole flow: read the sources, extract what is new, store it, let the graph follow."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Final, Protocol

from kg.model import Extraction, Paper, Rejected
from kg.resolve import default_path, read_overrides
from kg.sources import read_papers
from kg.sources.shelf import Shelf
from kg.store import NodeRow, Store, open_store
from kg.store.update import Update
from kg.workers import FEW, ExtractMany, read_all, unread
from kg.workers.interrupts import deferred
from kg.workers.lock import alone

#: Papers in one transaction: what a killed build has to extract again, at most.
BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Extractor:
    """What reads papers; another version means other extractions, which come in their order.

    In place of an extraction may come why there is none.
    """

    version: str
    extract_many: ExtractMany


class Read(Protocol):
    """What makes papers of sources, as `read_papers` does."""

    def __call__(
        self,
        sources: Iterable[str | Path],
        /,
        *,
        strict: bool = False,
        reject: Callable[[Rejected], None] | None = None,
    ) -> Iterator[Paper]: ...


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: papers by their fate, and what the graph has now.

    `papers` counts all in the store; `added`, `changed` and `unchanged` those of the sources.
    `idle` are the overrides that name nothing in these papers; `updated` is whether the graph had
    to be written, in whole or in part.
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
    updated: bool = True


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
    read: Read = read_papers,
    workers: int = 1,
) -> BuildReport:
    """Bring the database up to date with the sources, and say what was done.

    Papers that are stored already, unchanged and read by this version of the extractor, are not
    read again; so a build that was killed goes on where it stopped, and the graph is the same
    whatever the order of the sources and the number of restarts. Papers that are no longer in
    the sources stay, unless `prune` is set. `reject` is told each record that is no paper,
    `progress` how many papers are extracted, and of how many. Facts of at least the probability
    `min_confidence` are kept, else those that `kg.extract` keeps; `extractor` stands in for it, and
    `read` for `read_papers`. With several `workers`, as many processes extract (see `kg.workers`):
    a script needs its `if __name__ == "__main__":` for that. A paper that cannot be extracted is
    rejected, and what is stored of it stays.
    `overrides` is the file of what the user decides about names, else `<db>.overrides.txt` beside
    the database (see `kg.resolve.overrides`).

    Raises InputError for sources that cannot be read (with `strict`, for the first bad record)
    and for a bad line of overrides, before a file is made or changed, and StoreError when the
    file cannot be used, or another build is at work on it. Ctrl-C stops the extraction when what
    is in hand is stored: then KeyboardInterrupt is raised.

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
    reader = extractor or shipped_extractor(min_confidence)
    fates: Counter[str] = Counter()
    decided = read_overrides(overrides or default_path(db))
    told = _counted(reject, fates)
    papers = _begun(read(sources, strict=strict, reject=told))
    with alone(db) as was_killed, open_store(db, create=True) as store, Shelf() as todo:
        known = store.known()
        # What an earlier build left may be what killed it or its workers, so others read it.
        few = 0 if known or was_killed else FEW
        reading = partial(read_all, extract_many=reader.extract_many, workers=workers, few=few)
        missing = _sort(papers, known, reader.version, fates, todo)
        failed = _extract(todo, store, reader.version, reading, progress)
        _tell_failed(failed, store, fates, told)
        gone = missing if prune else []
        store.remove(gone)
        update = store.update_graph(decided)
        return _report(store, fates, len(gone), update, time.monotonic() - started)


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
    """Bring the graph up to date with the overrides as they are now; nothing is extracted.

    Raises as `build` does.
    """
    decided = read_overrides(overrides or default_path(db))
    with (
        open_store(db) as store,
        alone(db),
        open_store(db, readonly=True) as old,
        old.snapshot(),
    ):
        update = store.update_graph(decided)
        before, after = ({node.id: node for node in s.nodes(update.touched)} for s in (old, store))
    return Change(
        gone=_listed(before, before.keys() - after.keys()),
        new=_listed(after, after.keys() - before.keys()),
        changed=_listed(after, {n for n in before.keys() & after.keys() if before[n] != after[n]}),
        idle=update.unused,
    )


def _listed(nodes: Mapping[str, NodeRow], ids: Iterable[str]) -> tuple[tuple[str, str, int], ...]:
    return tuple((node, nodes[node].label, nodes[node].papers) for node in sorted(ids))


def shipped_extractor(min_confidence: float | None) -> Extractor:
    """The extractor of `kg.extract`; facts kept by another rule are another version's."""
    from kg.extract import VERSION, extract_many

    version = VERSION if min_confidence is None else f"{VERSION} from {min_confidence:g}"
    return Extractor(version, partial(extract_many, min_confidence=min_confidence))


def _begun(papers: Iterator[Paper]) -> Iterator[Paper]:
    """The same papers, the first of which is there: so all sources were read."""
    first = list(islice(papers, 1))
    return chain(first, papers)


def _sort(
    papers: Iterable[Paper],
    known: dict[str, tuple[str, str]],
    version: str,
    fates: Counter[str],
    todo: Shelf,
) -> list[str]:
    """Count the fates of the papers, keep those that are to be read, and list the known ids that
    are missing among them; of `known` only these are left."""
    for paper in papers:
        stored = known.pop(paper.id, None)
        if stored == (paper.digest, version):
            fates["unchanged"] += 1
        else:
            fates["changed" if stored else "added"] += 1
            todo.add(paper)
    return list(known)


def _counted(
    reject: Callable[[Rejected], None] | None, fates: Counter[str]
) -> Callable[[Rejected], None]:
    def count(rejected: Rejected) -> None:
        fates["rejected"] += 1
        if reject:
            reject(rejected)

    return count


def _extract(
    papers: Shelf,
    store: Store,
    version: str,
    reading: Callable[..., Generator[tuple[Paper, Extraction], None, None]],
    progress: Callable[[int, int | None], None] | None,
) -> list[tuple[Paper, str]]:
    """Read the papers and put them into the store; those that failed, and why.

    Ctrl-C ends it when what is in hand is read and stored.
    """
    failed: list[tuple[Paper, str]] = []

    def told() -> Iterator[tuple[Paper, Extraction]]:
        for done, pair in enumerate(pairs, start=1):
            if progress:
                progress(done + len(failed), len(papers))
            yield pair

    with deferred() as is_stopped:
        pairs = reading(papers, failed=lambda *bad: failed.append(bad), stopped=is_stopped)
        with closing(pairs):
            stream = told()
            while batch := list(islice(stream, BATCH)):
                store.put(batch, version=version)
    return failed


def _tell_failed(
    failed: Sequence[tuple[Paper, str]],
    store: Store,
    fates: Counter[str],
    reject: Callable[[Rejected], None],
) -> None:
    """Reject the papers that could not be read; what is stored of them by another build stays."""
    known = store.known() if failed else {}
    for paper, why in failed:
        fates["changed" if paper.id in known else "added"] -= 1
        reject(unread(paper, why))


def _report(
    store: Store, fates: Counter[str], removed: int, update: Update, seconds: float
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
        idle=update.unused,
        updated=bool(update.papers or update.names),
    )
