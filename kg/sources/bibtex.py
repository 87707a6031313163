"""BibTeX, by bibtexparser."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from kg.sources import files
from kg.sources.clean import clean
from kg.sources.record import Record, given_first

_AND = re.compile(r"\s+and\s+", re.I)


def read_bibtex(stream: BinaryIO) -> Iterator[Record]:
    """The entries of a bibliography, those with a key or a field that occurs twice included."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry, ParsingFailedBlock

    # What it logs comes out as rejected records, with the place.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library = parse_string(files.whole(stream))
    for block in library.blocks:
        entry = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        line, raw = (block.start_line or 0) + 1, block.raw or ""
        if isinstance(entry, Entry):
            yield Record(line, raw, _fields(entry))
        elif isinstance(block, ParsingFailedBlock):
            yield Record(line, raw, problem="not valid BibTeX: the entry does not end")


def _fields(entry: Any) -> dict[str, Any]:
    """The entry's fields; the first of a name wins. Braces only guard capitals here."""
    fields: dict[str, Any] = {"key": entry.key}
    for item in entry.fields:
        name, value = item.key.casefold(), str(item.value)
        if name in ("author", "editor"):
            names = (_unbraced(given_first(part)) for part in _AND.split(value))
            fields.setdefault(name, [name for name in names if name])
        elif name not in ("id", "key"):
            fields.setdefault(name, value if name in ("url", "doi", "eprint") else _unbraced(value))
    return fields


def _unbraced(value: str) -> str:
    return clean(value).replace("{", "").replace("}", "").strip('"')
