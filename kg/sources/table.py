"""CSV and TSV with a header line that names the columns."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import BinaryIO

from kg.errors import UnknownFormat
from kg.sources import files
from kg.sources.clean import tidy
from kg.sources.record import ABSTRACT, TITLE, Record, field_name


class _Lines:
    """Lines that can be given back, and that know which of them the last row took."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._waiting: list[str] = []
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.pop() if self._waiting else next(self._source)
        self.taken.append(line)
        self.number += 1
        return line

    def give_back_all_but_first(self) -> None:
        self._waiting += reversed(self.taken[1:])
        self.number -= len(self.taken) - 1
        del self.taken[1:]


def read_csv(stream: BinaryIO) -> Iterator[Record]:
    """The rows of a table whose cells are separated by commas, semicolons or tabs.

    Raises UnknownFormat when no column is called title and abstract.
    """
    first = next(files.lines(stream), "")
    stream.seek(0)
    yield from _rows(stream, max(",;\t", key=first.count))


def read_tsv(stream: BinaryIO) -> Iterator[Record]:
    """The rows of a table whose cells are separated by tabs; raises as `read_csv` does."""
    yield from _rows(stream, "\t")


def _rows(stream: BinaryIO, delimiter: str) -> Iterator[Record]:
    # The limit is the module's, not a reader's; 128 kB is less than a long record.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    lines = _Lines(files.lines(stream))
    reader = csv.reader(lines, delimiter=delimiter)
    header = _header(next(reader, []))
    while True:
        lines.taken.clear()
        line = lines.number + 1
        cells = next(reader, None)
        if cells is None:
            return
        raw = "".join(lines.taken)
        if len(lines.taken) > 1 and raw.count('"') % 2:
            lines.give_back_all_but_first()
            reader = csv.reader(lines, delimiter=delimiter)
            yield Record(line, lines.taken[0].rstrip("\n"), problem="a quote is never closed")
        elif cells:
            yield _row(line, raw.rstrip("\n"), header, cells)


def _header(cells: list[str]) -> list[str]:
    names = {field_name(cell) for cell in cells}
    if names.isdisjoint(TITLE) or names.isdisjoint(ABSTRACT):
        found = tidy(", ".join(cells[:8]))[:200]
        raise UnknownFormat(
            f"the first line must name the columns, title and abstract among them; it has: {found}"
        )
    return cells


def _row(line: int, raw: str, header: list[str], cells: list[str]) -> Record:
    if any(cell.strip() for cell in cells[len(header) :]):
        return Record(
            line, raw, problem=f"{len(cells)} cells where the header has {len(header)} (unquoted?)"
        )
    return Record(line, raw, dict(zip(header, cells, strict=False)))
