"""A folder of shards, on a disk or behind any URL that fsspec knows (s3://, gs://, memory://).

A file is written under another name and then moved, so that one that is there is whole.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import BinaryIO, cast

from fsspec.core import url_to_fs

from kg.errors import KgError


def is_url(place: str | os.PathLike[str]) -> bool:
    """Whether this is an address rather than a path.

    >>> is_url("s3://bucket/papers"), is_url("data/papers")
    (True, False)
    """
    return "://" in str(place)


def absolute(place: str | os.PathLike[str]) -> str:
    """The place as it is called from any other folder."""
    return str(place) if is_url(place) else os.path.abspath(place)


class Folder:
    """The files right in a folder. It need not be there before something is written.

    Raises KgError, with the place, for an address that cannot be used.

    >>> folder = Folder("memory://example/shards")
    >>> with folder.writing("a.txt") as file:
    ...     _ = file.write(b"whole")
    >>> folder.names(), "a.txt" in folder
    (['a.txt'], True)
    """

    def __init__(self, place: str) -> None:
        self.place = place
        try:
            self._fs, self._path = url_to_fs(place)
        except (ImportError, ValueError) as error:
            raise KgError(f"{place}: {error}") from error

    def __contains__(self, name: str) -> bool:
        with self._errors():
            return bool(self._fs.exists(self._at(name)))

    def names(self) -> list[str]:
        """The names of the whole files, in order."""
        return [name for name in self._all() if not name.startswith(".")]

    def label(self, name: str) -> str:
        """How a file is called in messages."""
        return f"{self.place.rstrip('/')}/{name}"

    @contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        """A file's bytes, from where one likes."""
        with self._errors(), self._fs.open(self._at(name), "rb") as file:
            yield file

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """A new file, which takes its name when the block ends without an exception."""
        beside = self._at(f".{name}.{secrets.token_hex(4)}.tmp")
        with self._errors():
            self._fs.makedirs(self._path, exist_ok=True)
            try:
                with self._fs.open(beside, "wb") as file:
                    yield file
                self._fs.mv(beside, self._at(name))
            except BaseException:
                with suppress(OSError):
                    self._fs.rm_file(beside)
                raise

    def below(self, name: str) -> Folder:
        """A folder in this one."""
        return Folder(self.label(name))

    def sweep(self, names: Collection[str]) -> None:
        """Remove what writers of these files that were killed have left."""
        for other in self._all():
            if other.startswith(".") and other[1:].rsplit(".", 2)[0] in names:
                with self._errors():
                    self._fs.rm_file(self._at(other))

    def delete(self) -> None:
        """Remove the folder, if it is there, with all that is in it."""
        with self._errors(), suppress(FileNotFoundError):
            self._fs.rm(self._path, recursive=True)

    def modified(self, name: str) -> datetime | None:
        """When the file was written, where the place can tell."""
        with self._errors(), suppress(NotImplementedError):
            return cast(datetime, self._fs.modified(self._at(name)))
        return None

    def _all(self) -> list[str]:
        with self._errors():
            try:
                self._fs.invalidate_cache(self._path)
                found = self._fs.ls(self._path, detail=False)
            except FileNotFoundError:
                return []
        return sorted(place.rstrip("/").rpartition("/")[2] for place in found)

    def _at(self, name: str) -> str:
        return f"{self._path}/{name}"

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise KgError(f"{self.place}: {error.strerror or error}") from error
