"""The workers of a cluster as a reader of sources and as an extractor, for `kg.build.build`."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kg import sources
from kg.cluster.folder import Folder
from kg.cluster.inputs import Input, drafts, inputs, read_drafts, read_input
from kg.cluster.parts import SIZE, Part, cut
from kg.cluster.scheduler import Cluster, Task
from kg.cluster.shards import read_shard
from kg.cluster.work import extract_part
from kg.errors import InputError, KgError
from kg.model import Paper, Rejected
from kg.sources import files
from kg.sources.merge import Draft, unique
from kg.workers.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Coordinator:
    """Gives work to a cluster, whose shards come to stand in a folder that all of it sees.

    `version` is that of the extractor with this `min_confidence`; parts have about `size` papers.
    """

    cluster: Cluster
    folder: Folder
    version: str
    min_confidence: float | None = None
    size: int = SIZE

    def read(
        self,
        given: Iterable[str | Path],
        /,
        *,
        strict: bool = False,
        reject: Callable[[Rejected], None] | None = None,
    ) -> Iterator[Paper]:
        """The papers of the sources, as `kg.sources.read_papers`; workers read a file each."""
        report = sources.stop if strict else reject or sources.log
        waiting = self.folder.below(f"inputs-{secrets.token_hex(4)}")
        try:
            yield from unique(self._drafts(list(inputs(given)), waiting, report))
        finally:
            waiting.delete()

    def extract_many(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        """What comes of the papers, in their order, from shards as they are done."""
        for part in self.parts(papers):
            place = self.folder.label(part.name)
            self._check_seen(self.folder, part.name)
            rows = read_shard(self.folder, part.name, self.version)
            if tuple(row.paper for row in rows) != part.papers:
                raise InputError("holds other papers than its name tells; remove it", path=place)
            yield from (row.outcome(place) for row in rows)

    def parts(self, papers: Iterable[Paper]) -> Iterator[Part]:
        """The parts that the papers come in, each when its shard is done."""
        drawn: deque[Part] = deque()
        done: set[str] = set()

        def tasks() -> Iterator[Task]:
            for part in cut(papers, self.version, self.size):
                drawn.append(part)
                values = (part, self.folder.place, self.version, self.min_confidence)
                yield Task(f"papers {part}", extract_part, values)

        try:
            for name in self.cluster.in_order(tasks()):
                done.add(name)
                yield drawn.popleft()
        finally:
            self.folder.sweep(done)

    def _drafts(
        self, listed: list[Input], waiting: Folder, report: Callable[[Rejected], None]
    ) -> Iterator[Draft]:
        names = self.cluster.in_order(
            Task(one.label, read_input, (one, f"{number}.jsonl.gz", waiting.place))
            for number, one in enumerate(listed)
            if one.place != files.STDIN
        )
        for number, one in enumerate(listed):
            if one.place == files.STDIN:
                yield from (replace(draft, source=number) for draft in drafts(one, report))
            else:
                name = next(names)
                self._check_seen(waiting, name)
                yield from read_drafts(waiting, name, number, report)

    def _check_seen(self, folder: Folder, name: str) -> None:
        if name not in folder:
            raise KgError(
                f"{folder.label(name)}: a worker wrote it, but it is not here; "
                "give --shards a folder or URL that the workers and this machine share"
            )
