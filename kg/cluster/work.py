"""What a worker does with a part. Its process loads the model with the first one and keeps it."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock

from kg.build import shipped_extractor
from kg.cluster.folder import Folder
from kg.cluster.parts import Part
from kg.cluster.shards import read_shard, write_shard
from kg.errors import InputError, KgError
from kg.workers.outcomes import outcomes

#: A worker may have several threads; the extractor is for one at a time.
_one_at_a_time = Lock()


def extract_part(part: Part, folder: str, version: str, min_confidence: float | None) -> str:
    """Extract a part's papers and write their shard; its name.

    A shard that is there, whole and without a failed paper, is left alone. Raises KgError when
    this worker's extractor is another version, and when the shard cannot be written.
    """
    place = Folder(folder)
    if part.name in place and _is_done(place, part, version):
        return part.name
    with _one_at_a_time:
        extractor = shipped_extractor(min_confidence)
        if extractor.version != version:
            raise KgError(
                f"a worker has extractor {extractor.version!r}, not {version!r}: "
                "install the same kg on the scheduler and all workers"
            )
        pairs = list(outcomes(part.papers, extractor.extract_many))
    return write_shard(place, pairs, version)


def _is_done(folder: Folder, part: Part, version: str) -> bool:
    with suppress(InputError):
        return all(row.error is None for row in read_shard(folder, part.name, version))
    return False
