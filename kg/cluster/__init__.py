"""Extraction on a cluster: a Dask scheduler that is there already, and Parquet shards.

    kg build papers/ --cluster tcp://scheduler:8786 --shards s3://bucket/shards
    kg merge-shards s3://bucket/shards --db field.db

Workers read the files and extract the papers, in parts; each part becomes a shard, whose name
tells what is in it, so that it is never made twice. The store is written by one process, as by a
local build, and is the same. README.md beside this file says how to run it, and how far it goes.

Dask, pyarrow and fsspec are the extra `cluster`; nothing here loads them before it is used.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.build import BuildReport, Extractor, shipped_extractor
from kg.build import build as build_here
from kg.cluster.parts import SIZE
from kg.errors import KgError
from kg.model import Rejected

__all__ = ["ShardsReport", "build", "default_shards", "merge_shards", "write_shards"]


@dataclass(frozen=True, slots=True)
class ShardsReport:
    """What was written: papers in shards, and records that are no papers."""

    papers: int
    shards: int
    rejected: int
    folder: str
    seconds: float


def default_shards(db: str | Path) -> str:
    """Where the shards of a database are, unless something else is said.

    >>> default_shards("outputs/kg.db")
    'outputs/kg.db.shards'
    """
    return f"{db}.shards"


def build(
    sources: Iterable[str | Path],
    db: str | Path,
    *,
    address: str,
    shards: str | Path | None = None,
    strict: bool = False,
    prune: bool = False,
    reject: Callable[[Rejected], None] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    min_confidence: float | None = None,
    overrides: Path | None = None,
    part_size: int = SIZE,
) -> BuildReport:
    """As `kg.build.build`, on the workers of the Dask scheduler at `address`.

    Sources are paths that the workers see, URLs of fsspec, patterns and folders of these, or "-".
    `shards` is a folder or URL that workers and this process share, else `default_shards(db)`. A
    shard has about `part_size` papers.
    Raises KgError where there is no scheduler, and for a file or part that no worker gets done;
    what is done is kept, and the next build goes on from there.
    """
    _need_extra()
    from kg.cluster.coordinator import Coordinator
    from kg.cluster.folder import Folder, absolute
    from kg.cluster.scheduler import connected

    version = shipped_extractor(min_confidence).version
    folder = Folder(absolute(shards or default_shards(db)))
    with connected(address) as cluster:
        workers = Coordinator(cluster, folder, version, min_confidence, part_size)
        return build_here(
            sources,
            db,
            strict=strict,
            prune=prune,
            reject=reject,
            progress=progress,
            overrides=overrides,
            read=workers.read,
            extractor=Extractor(version, workers.extract_many),
        )


def write_shards(
    sources: Iterable[str | Path],
    shards: str | Path,
    *,
    address: str,
    strict: bool = False,
    reject: Callable[[Rejected], None] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    min_confidence: float | None = None,
    part_size: int = SIZE,
) -> ShardsReport:
    """As `build`, without a database: for `merge_shards` later, or for another engine."""
    _need_extra()
    from kg.cluster.coordinator import Coordinator
    from kg.cluster.folder import Folder, absolute
    from kg.cluster.scheduler import connected

    started = time.monotonic()
    version = shipped_extractor(min_confidence).version
    folder = Folder(absolute(shards))
    count: Counter[str] = Counter()

    def rejected(record: Rejected) -> None:
        count["rejected"] += 1
        if reject:
            reject(record)

    with connected(address) as cluster:
        workers = Coordinator(cluster, folder, version, min_confidence, part_size)
        for part in workers.parts(workers.read(sources, strict=strict, reject=rejected)):
            count["papers"] += len(part.papers)
            count["shards"] += 1
            if progress:
                progress(count["papers"], None)
    seconds = time.monotonic() - started
    return ShardsReport(count["papers"], count["shards"], count["rejected"], folder.place, seconds)


def merge_shards(
    shards: str | Path,
    db: str | Path,
    *,
    prune: bool = False,
    reject: Callable[[Rejected], None] | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    min_confidence: float | None = None,
    overrides: Path | None = None,
) -> BuildReport:
    """Bring the database up to date with the shards in a folder, and say what was done.

    Of a paper that is in several shards, the one in the shard that was written last counts. With
    `prune`, papers of the database that are in no shard leave. `reject` is told the papers that no
    worker could read. `min_confidence` is what the shards were made with.

    Raises InputError for a shard that is damaged, and, before the database is touched, for one
    that is cut off or was made by another version of the extractor.
    """
    _need_extra()
    from kg.cluster.folder import Folder, absolute
    from kg.cluster.merge import Shards

    version = shipped_extractor(min_confidence).version
    made = Shards(Folder(absolute(shards)), version)
    return build_here(
        [shards],
        db,
        prune=prune,
        reject=reject,
        progress=progress,
        overrides=overrides,
        read=made.read,
        extractor=Extractor(version, made.extract_many),
    )


def _need_extra() -> None:
    try:
        import distributed  # noqa: F401
        import fsspec  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise KgError(
            f"clusters need {error.name}, which is not installed: pip install 'kg[cluster]'"
        ) from error
