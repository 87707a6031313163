"""A folder of shards as sources, whose facts are read already, for `kg.build.build`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kg.cluster.folder import Folder
from kg.cluster.shards import Row, check_shard, read_shard, shard_names
from kg.errors import InputError
from kg.model import Paper, Rejected
from kg.workers.outcomes import Outcome

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of a folder, of one version of the extractor.

    Of a paper that several shards have, that of the shard written last counts.
    """

    folder: Folder
    version: str

    def read(
        self,
        given: Iterable[str | Path] = (),
        /,
        *,
        strict: bool = False,
        reject: Callable[[Rejected], None] | None = None,
    ) -> Iterator[Paper]:
        """The papers, each once, in an order that depends on the files alone.

        Every shard is checked before the first paper comes. Raises InputError, naming the file,
        for one that is damaged or of another version, and for a folder without shards.
        """
        names = shard_names(self.folder)
        if not names:
            raise InputError("no shards here", path=self.folder.place)
        for name in names:
            check_shard(self.folder, name, self.version)
        return (row.paper for row, _ in self._rows())

    def extract_many(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        """What the shards say of the papers, which come in the order of `read`."""
        rows = self._rows()
        for paper in papers:
            row, place = next((r, place) for r, place in rows if r.paper.id == paper.id)
            yield row.outcome(place)

    def _rows(self) -> Iterator[tuple[Row, str]]:
        seen: set[str] = set()
        for name in self._newest_first():
            for row in read_shard(self.folder, name, self.version):
                if row.paper.id not in seen:
                    seen.add(row.paper.id)
                    yield row, self.folder.label(name)

    def _newest_first(self) -> list[str]:
        written = {name: self.folder.modified(name) for name in shard_names(self.folder)}
        return sorted(written, key=lambda name: (written[name] or _NEVER, name), reverse=True)
