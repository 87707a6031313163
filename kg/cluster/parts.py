"""Papers in parts: what one task reads, and one shard holds.

Where a part ends depends on the papers in it alone ("content-defined chunking": Muthitacharoen
et al., "A Low-bandwidth Network File System", SOSP 2001). So a paper that is added or taken away
changes its own part and perhaps the next, and all others keep their names.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kg.model import Paper

#: Papers in a part, more or less: some seconds of work, and half a megabyte.
SIZE: Final = 256
#: A shard of another layout has another name.
LAYOUT: Final = 1


@dataclass(frozen=True, slots=True)
class Part:
    """Some papers and the name of the shard that holds what is read from them."""

    name: str
    papers: tuple[Paper, ...]

    def __str__(self) -> str:
        first, last = self.papers[0].id, self.papers[-1].id
        count = len(self.papers)
        return f"{first} to {last} ({count} papers)" if count > 1 else f"{first} (1 paper)"


def cut(papers: Iterable[Paper], version: str, size: int = SIZE) -> Iterator[Part]:
    """The papers in parts of about `size`, for the extractor of this version.

    No part has more than twice as many.

    >>> papers = [Paper(str(i), "On CCT", "We use it.") for i in range(100)]
    >>> [len(part.papers) for part in cut(papers, "1", size=20)]
    [30, 11, 40, 14, 5]
    >>> [len(part.papers) for part in cut(papers[3:], "1", size=20)]
    [27, 11, 40, 14, 5]
    """
    least = max(1, size // 2)
    part: list[Paper] = []
    for paper in papers:
        part.append(paper)
        ends = zlib.crc32(paper.id.encode("utf-8", "surrogatepass")) % least == 0
        if (ends and len(part) >= least) or len(part) >= 2 * size:
            yield Part(name(part, version), tuple(part))
            part = []
    if part:
        yield Part(name(part, version), tuple(part))


def name(papers: Iterable[Paper], version: str) -> str:
    """The file name of the shard of these papers, read by this version of the extractor.

    >>> name([Paper("a-1", "On CCT", "We use it.")], "model 2")
    'model-2-7f40b9c8969fe7a2d9211d5500a70907.parquet'
    """
    content = hashlib.sha256(f"{LAYOUT}\x1e{version}".encode())
    for paper in papers:
        content.update(f"\x1e{paper.id}\x1f{paper.digest}".encode("utf-8", "surrogatepass"))
    plain = re.sub(r"[^A-Za-z0-9.]+", "-", version)
    return f"{plain}-{content.hexdigest()[:32]}.parquet"
