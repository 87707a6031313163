"""RIS, by rispy, a record at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from kg.sources import files
from kg.sources.record import Record, given_first

_START = re.compile(r"TY  ?- ")
_END = re.compile(r"ER  ?-")


def read_ris(stream: BinaryIO) -> Iterator[Record]:
    """The records of a RIS file; a record that lacks its end is read all the same."""
    for line, raw in _blocks(stream):
        yield _record(line, raw)


def _blocks(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Each record's first line and text, from its TY tag to before the next one."""
    block: list[str] = []
    first = 1
    for number, line in enumerate(files.lines(stream), 1):
        if _START.match(line) and block:
            yield first, "".join(block)
            block = []
        if not block:
            first = number
        if block or line.strip():
            block.append(line)
    if block:
        yield first, "".join(block)


def _record(line: int, raw: str) -> Record:
    import rispy

    if not _START.match(raw):
        return Record(line, raw.rstrip(), problem="text outside of a RIS record (TY ... ER)")
    body = "".join(part for part in raw.splitlines(keepends=True) if not _END.match(part))
    try:
        entries = rispy.loads(f"{body.rstrip()}\nER  - \n")
    except (ValueError, OSError, IndexError, KeyError) as error:
        return Record(line, raw.rstrip(), problem=f"not valid RIS: {error}")
    return Record(line, raw.rstrip(), _fields(entries[0]) if entries else {})


def _fields(entry: dict[str, Any]) -> dict[str, Any]:
    authors = [given_first(name) for name in entry.get("authors") or entry.get("first_authors", [])]
    return {**entry, "authors": authors}
