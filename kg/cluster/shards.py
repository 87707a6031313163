"""A part's papers and the facts read from them <-> one Parquet file, a shard.

Columns: those of `kg.model.Paper` (id, title, abstract, authors, year, venue, url, doi, arxiv_id);
`digest`, the SHA-256 of all of them but the id; `version`, the extractor's; `facts`, the JSON that
`kg.store.codec` describes, whose names, kinds, relations and numbers can be read without kg; and
`error`, why the paper could not be read, where `facts` is null. The file's metadata has
`kg.layout`, the number of this layout, `kg.version`, and `kg.name`, under which it was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from kg.cluster.folder import Folder
from kg.cluster.parts import LAYOUT, name
from kg.errors import InputError
from kg.model import Extraction, Paper
from kg.store.codec import decode, encode
from kg.workers.outcomes import Outcome

SUFFIX: Final = ".parquet"
_FIELDS: Final = tuple(field.name for field in fields(Paper))
_SCHEMA: Final = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("abstract", pa.string(), nullable=False),
        pa.field("authors", pa.list_(pa.string()), nullable=False),
        pa.field("year", pa.int64()),
        pa.field("venue", pa.string(), nullable=False),
        pa.field("url", pa.string(), nullable=False),
        pa.field("doi", pa.string(), nullable=False),
        pa.field("arxiv_id", pa.string(), nullable=False),
        pa.field("digest", pa.string(), nullable=False),
        pa.field("version", pa.string(), nullable=False),
        pa.field("facts", pa.string()),
        pa.field("error", pa.string()),
    ]
)


def shard_names(folder: Folder) -> list[str]:
    """The shards in the folder, in order of their names."""
    return [name for name in folder.names() if name.endswith(SUFFIX)]


@dataclass(frozen=True, slots=True)
class Row:
    """A paper and what was read from it, still encoded, or else why it could not be read."""

    paper: Paper
    facts: str | None
    error: str | None

    def outcome(self, place: str) -> Outcome:
        """The extraction, or why there is none.

        Raises InputError, naming the place, where the facts are not what kg writes.
        """
        if self.facts is None:
            return self.error or "unknown"
        try:
            return decode(self.facts, self.paper)
        except (ValueError, TypeError, LookupError) as error:
            raise _damaged(place) from error


def write_shard(folder: Folder, pairs: Sequence[tuple[Paper, Outcome]], version: str) -> str:
    """Write papers and what was read from them as one shard; its name.

    >>> paper = Paper("a-1", "On CCT", "We use it.")
    >>> folder = Folder("memory://example/written")
    >>> written = write_shard(folder, [(paper, Extraction("a-1", (), (), ()))], "1")
    >>> [row] = read_shard(folder, written, "1")
    >>> row.paper == paper, row.outcome(folder.label(written))
    (True, Extraction(paper='a-1', entities=(), relations=(), results=()))
    """
    shard = name((paper for paper, _ in pairs), version)
    metadata = {"kg.layout": str(LAYOUT), "kg.version": version, "kg.name": shard}
    rows = [{**_row(paper, outcome), "version": version} for paper, outcome in pairs]
    table = pa.Table.from_pylist(rows, schema=_SCHEMA.with_metadata(metadata))
    with folder.writing(shard) as file:
        pq.write_table(table, file, compression="zstd", write_page_checksum=True)
    return shard


def check_shard(folder: Folder, shard: str, version: str) -> None:
    """Raise InputError unless this is a shard of this layout and version of the extractor.

    Only the end of the file is read.
    """
    with folder.reading(shard) as file:
        _checked(file, folder.label(shard), version)


def read_shard(folder: Folder, shard: str, version: str) -> list[Row]:
    """The rows of a shard.

    Raises InputError, in one line that names the file, when it is damaged or cut off, no shard,
    or of another layout or another version of the extractor.
    """
    place = folder.label(shard)
    with folder.reading(shard) as file:
        parquet, first_name = _checked(file, place, version)
        try:
            found = parquet.read(columns=_SCHEMA.names).to_pylist()
        except (pa.ArrowException, OSError, LookupError) as error:
            raise _damaged(place) from error
    rows = [Row(_paper(row), row["facts"], row["error"]) for row in found]
    is_sound = all(row.paper.digest == it["digest"] for row, it in zip(rows, found, strict=True))
    if not (is_sound and first_name == name((row.paper for row in rows), version)):
        raise _damaged(place)
    return rows


def _checked(file: BinaryIO, place: str, version: str) -> tuple[Any, str]:
    """The open Parquet file, if it is of this layout and version, and the name it was given."""
    try:
        parquet = pq.ParquetFile(file, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(place) from error
    metadata = parquet.schema_arrow.metadata or {}
    keys = (b"kg.layout", b"kg.version", b"kg.name")
    layout, read_by, first_name = (metadata.get(k, b"").decode(errors="replace") for k in keys)
    if not layout:
        raise InputError("not a shard of kg", path=place)
    if layout != str(LAYOUT):
        raise InputError(f"a shard of layout {layout}, not {LAYOUT}", path=place)
    if read_by != version:
        reason = f"its facts were read by extractor {read_by!r}, not {version!r}; remove it and run"
        raise InputError(f"{reason} `kg build --cluster` again", path=place)
    return parquet, first_name


def _row(paper: Paper, outcome: Outcome) -> dict[str, Any]:
    return {
        **{field: getattr(paper, field) for field in _FIELDS},
        "digest": paper.digest,
        "facts": encode(outcome, paper) if isinstance(outcome, Extraction) else None,
        "error": outcome if isinstance(outcome, str) else None,
    }


def _paper(row: dict[str, Any]) -> Paper:
    values = {field: row[field] for field in _FIELDS}
    return Paper(**{**values, "authors": tuple(row["authors"])})


def _damaged(place: str) -> InputError:
    reason = "damaged or cut off; remove it and run `kg build --cluster` again"
    return InputError(reason, path=place)
