"""Files of papers read by workers: each file's drafts wait in the folder of the shards.

The coordinator has to see all papers before the first is extracted, because a later source may
complete an earlier one; the costly part, reading and cleaning, is the workers'.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from fsspec.core import url_to_fs

from kg import sources
from kg.cluster.folder import Folder, absolute, is_url
from kg.errors import InputError
from kg.model import Paper, Rejected
from kg.sources import files
from kg.sources.detect import is_known
from kg.sources.merge import Draft

_PATTERN: Final = "*["
_PAPER: Final = tuple(field.name for field in fields(Paper))
_REJECTED: Final = tuple(field.name for field in fields(Rejected))


@dataclass(frozen=True, slots=True)
class Input:
    """One file of papers: where workers find it, how messages call it, and whether it was found
    in a folder, where a file that cannot be read ends nothing."""

    place: str
    label: str
    in_folder: bool


def inputs(given: Iterable[str | Path]) -> Iterator[Input]:
    """The files of all sources, each once: paths, folders, URLs and patterns of URLs.

    Raises InputError for a folder that cannot be listed or has no papers.
    """
    seen: set[str] = set()
    for source in given:
        found = _remote(str(source)) if is_url(source) else _local(source)
        for one in found:
            if one.place not in seen:
                seen.add(one.place)
                yield one


def _local(source: str | Path) -> Iterator[Input]:
    for path, in_folder in sources.source_files([source]):
        place = files.STDIN if str(path) == files.STDIN else absolute(path)
        yield Input(place, files.label(path), in_folder)


def _remote(url: str) -> Iterator[Input]:
    try:
        fs, path = url_to_fs(url)
        if any(sign in path for sign in _PATTERN):
            found = sorted(fs.glob(path))
        elif not is_known(PurePosixPath(path)) and fs.isdir(path):
            found = sorted(fs.find(path))
        else:
            yield Input(url, url, in_folder=False)
            return
    except (ImportError, OSError, ValueError) as error:
        raise InputError(f"cannot be listed: {error}", path=url) from error
    places = [fs.unstrip_protocol(place) for place in found if _is_papers(place)]
    if not places:
        raise InputError("no papers here", path=url)
    yield from (Input(place, place, in_folder=True) for place in places)


def _is_papers(place: str) -> bool:
    name = PurePosixPath(place)
    return not name.name.startswith(".") and is_known(name)


def read_input(one: Input, name: str, folder: str) -> str:
    """Read a file, and write its drafts and rejected records under this name; the name.

    Raises InputError when the file as a whole cannot be read, unless it was found in a folder.
    """
    with (
        Folder(folder).writing(name) as raw,
        gzip.open(raw, "wt", compresslevel=1, encoding="ascii") as file,
    ):

        def write(row: list[Any]) -> None:
            file.write(json.dumps(row) + "\n")

        def reject(rejected: Rejected) -> None:
            write([getattr(rejected, field) for field in _REJECTED])

        for draft in drafts(one, reject):
            write([draft.stem, draft.position, *(getattr(draft.paper, f) for f in _PAPER)])
    return name


def drafts(one: Input, reject: Callable[[Rejected], None]) -> Iterator[Draft]:
    """The drafts of a file, read here; as `read_input` otherwise."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            path = _fetched(one, Path(scratch))
            yield from sources.drafts([path], lambda r: reject(replace(r, path=one.label)))
        except InputError as error:
            if not one.in_folder:
                raise type(error)(error.reason, path=one.label, line=error.line) from error
            reject(Rejected(one.label, error.line or 1, error.reason, ""))


def read_drafts(
    folder: Folder, name: str, number: int, reject: Callable[[Rejected], None]
) -> Iterator[Draft]:
    """What `read_input` wrote, of the input of this number."""
    with folder.reading(name) as raw, gzip.open(raw, "rt", encoding="ascii") as file:
        for line in file:
            row = json.loads(line)
            if len(row) == len(_REJECTED):
                reject(Rejected(*row))
            else:
                stem, position, *values = row
                paper = dict(zip(_PAPER, values, strict=True))
                paper["authors"] = tuple(paper["authors"])
                yield Draft(Paper(**paper), number, stem, position)


def _fetched(one: Input, scratch: Path) -> Path:
    """A path that this machine can open."""
    if not is_url(one.place):
        return Path(one.place)
    fs, path = url_to_fs(one.place)
    copy = scratch / (PurePosixPath(path.partition("?")[0]).name or "papers")
    try:
        fs.get_file(path, os.fspath(copy))
    except OSError as error:
        raise InputError(f"cannot be read: {error}", path=one.label) from error
    return copy
