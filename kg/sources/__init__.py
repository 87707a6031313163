"""Files of papers, in the formats that papers come in, to `Paper`.

A reader turns the bytes of one format into records; `to_paper` turns a record into a cleaned
paper; `unique` makes one paper of those that several sources have.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from kg.errors import InputError
from kg.model import Paper, Rejected
from kg.sources import files
from kg.sources.atom import read_atom
from kg.sources.bibtex import read_bibtex
from kg.sources.clean import clean
from kg.sources.detect import SUFFIXES, detect, is_known
from kg.sources.jsonfile import read_json, read_jsonl
from kg.sources.listing import read_listing
from kg.sources.merge import Draft, unique
from kg.sources.record import Record, to_paper
from kg.sources.ris import read_ris
from kg.sources.table import read_csv, read_tsv

__all__ = ["READERS", "Reader", "clean", "read_papers"]

Reader = Callable[[BinaryIO], Iterator[Record]]

READERS: Final[dict[str, Reader]] = {
    "txt": read_listing,
    "jsonl": read_jsonl,
    "json": read_json,
    "csv": read_csv,
    "tsv": read_tsv,
    "bibtex": read_bibtex,
    "ris": read_ris,
    "atom": read_atom,
}

_logger = logging.getLogger(__name__)


def read_papers(
    sources: Iterable[str | Path],
    *,
    strict: bool = False,
    reject: Callable[[Rejected], None] | None = None,
) -> Iterator[Paper]:
    """The papers of files, folders and standard input ("-"), each once, cleaned.

    All sources are read before the first paper comes out, because a later one may complete
    it; papers come in the order of first appearance. A record that is no paper goes to
    `reject` (without one, to the log), and the reading goes on; so does a file of a folder
    that cannot be read. With `strict` the first of these raises InputError instead.

    Raises InputError for a source that cannot be read, UnknownFormat for one of no known
    format, both with the path.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "two.jsonl")
    ...     _ = file.write_text('{"title": "On CCT", "abstract": "We do."}\\n{"title": "No"}\\n')
    ...     bad = []
    ...     [paper] = read_papers([file], reject=bad.append)
    >>> paper.id, paper.text, bad[0].line, bad[0].reason
    ('two-01', 'On CCT\\nWe do.', 2, 'no abstract')
    """
    paths = [sources] if isinstance(sources, str | Path) else sources
    report = stop if strict else reject or log
    yield from unique(drafts(paths, report))


def stop(rejected: Rejected) -> None:
    """Raise InputError for a record that is no paper."""
    raise InputError(rejected.reason, path=rejected.path, line=rejected.line)


def log(rejected: Rejected) -> None:
    """Tell the log of a record that is no paper."""
    _logger.warning("%s:%d: %s", rejected.path, rejected.line, rejected.reason)


def drafts(sources: Iterable[str | Path], report: Callable[[Rejected], None]) -> Iterator[Draft]:
    """All papers of the sources as they stand there, twice where they stand twice."""
    for number, (path, in_folder) in enumerate(source_files(sources)):
        stem, place = files.stem(path), files.label(path)
        for position, record in enumerate(_records(path, in_folder=in_folder), 1):
            try:
                paper = _paper(record)
            except InputError as error:
                report(Rejected(place, record.line, error.reason, record.raw))
            else:
                yield Draft(paper, number, stem, position)


def source_files(sources: Iterable[str | Path]) -> Iterator[tuple[Path, bool]]:
    """Each file once, and whether it was found in a folder."""
    seen: set[str] = set()
    for source in sources:
        in_folder = os.path.isdir(source)
        for path in _folder(Path(source)) if in_folder else [Path(source)]:
            if (place := os.path.abspath(path)) not in seen:
                seen.add(place)
                yield path, in_folder


def _folder(folder: Path) -> list[Path]:
    found = [path for path in files.folder_files(folder) if is_known(path)]
    if not found:
        formats = ", ".join(SUFFIXES)
        raise InputError(
            f"no papers in this folder; files of papers end in {formats}", path=files.label(folder)
        )
    return found


def _records(path: Path, *, in_folder: bool) -> Iterator[Record]:
    """The file's records; when it fails as a whole, that ends all, or only it in a folder."""
    try:
        with files.opened(path) as stream:
            yield from READERS[detect(path, files.head(stream))](stream)
    except InputError as error:
        if not in_folder:
            raise type(error)(error.reason, path=files.label(path), line=error.line) from error
        yield Record(error.line or 1, "", problem=error.reason)


def _paper(record: Record) -> Paper:
    if record.problem:
        raise InputError(record.problem)
    return to_paper(record.fields)
