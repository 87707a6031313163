"""Paths, folders and standard input to streams of bytes and text, decompressed and decoded."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import re
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePath
from typing import IO, Any, BinaryIO, Final, cast

from kg.errors import InputError
from kg.sources.clean import tidy

STDIN: Final = "-"
HEAD: Final = 8192

_OPENERS: Final[dict[bytes, Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
_COMPRESSED: Final = (".gz", ".bz2", ".xz")
_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Files that explain a folder of papers and are none.
_ABOUT = re.compile(r"(?:readme|licen[cs]e|notice|copying|changelog)\b", re.I)


def label(path: PurePath | str) -> str:
    """How a path is called in messages: printable, whatever bytes its name has."""
    return "standard input" if str(path) == STDIN else tidy(str(path))


def bare_name(path: PurePath | str) -> str:
    """The file's name without what says how it is compressed.

    >>> bare_name("dumps/papers.jsonl.xz")
    'papers.jsonl'
    """
    name = PurePath("stdin" if str(path) == STDIN else path).name
    base, suffix = os.path.splitext(name)
    return base if suffix.lower() in _COMPRESSED and base else name


def stem(path: PurePath | str) -> str:
    """What ids by position start with.

    >>> stem("dumps/papers.jsonl.xz"), stem("data/seed.txt"), stem("-")
    ('papers', 'seed', 'stdin')
    """
    name = bare_name(path)
    return tidy(os.path.splitext(name)[0] or name)


def folder_files(folder: Path) -> list[Path]:
    """The files in a folder and its subfolders, by name, without hidden and explaining ones.

    Raises InputError when a folder cannot be listed.
    """
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        raise InputError(f"cannot be listed: {error.strerror}", path=label(str(error.filename)))

    for root, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            path
            for name in names
            if not name.startswith(".") and not _ABOUT.match(name)
            if (path := Path(root, name)).is_file()
        ]
    return sorted(found, key=lambda path: path.parts)


@contextmanager
def opened(path: Path | str) -> Iterator[BinaryIO]:
    """The file's bytes, decompressed and seekable; "-" is standard input.

    Raises InputError, with the path, when it cannot be opened, or cannot be read further.
    """
    try:
        with ExitStack() as stack:
            stream = stack.enter_context(_binary(path))
            magic = stream.read(6)
            stream.seek(0)
            for start, opener in _OPENERS.items():
                if magic.startswith(start):
                    stream = stack.enter_context(opener(stream))
            yield cast(BinaryIO, stream)
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise InputError(f"damaged or cut-off archive: {error}", path=label(path)) from error
    except FileNotFoundError as error:
        raise InputError("there is no such file or folder", path=label(path)) from error
    except (OSError, ValueError) as error:
        reason = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise InputError(reason, path=label(path)) from error


@contextmanager
def _binary(path: Path | str) -> Iterator[IO[bytes]]:
    """The file as it is; a pipe is copied first, because its beginning is read twice."""
    with ExitStack() as stack:
        if str(path) == STDIN:
            stream: IO[bytes] = sys.stdin.buffer
        else:
            stream = stack.enter_context(open(path, "rb"))
        if not (stream.seekable() and str(path) != STDIN):
            copy = stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            stream = copy
        yield stream


def head(stream: BinaryIO) -> bytes:
    """The first bytes; the stream is back at its start."""
    start = stream.read(HEAD)
    stream.seek(0)
    return start


def has_wide_mark(data: bytes) -> bool:
    """Whether the bytes begin with the byte order mark of UTF-16 or UTF-32."""
    return any(data.startswith(bom) for bom, _ in _BOMS)


def decode(data: bytes) -> str:
    """Bytes of unknown encoding as text: the encoding of the byte order mark, else UTF-8.

    Bytes that are not UTF-8 are Windows-1252, of which Latin-1's letters are a part.

    >>> decode("naïve".encode("utf-16")), decode(b"na\\xefve"), decode("naïve".encode("utf-8-sig"))
    ('naïve', 'naïve', 'naïve')
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def lines(stream: BinaryIO) -> Iterator[str]:
    r"""The lines of a text, one at a time, each ending in "\n" (the last one perhaps not).

    Each line is decoded for itself, so that one foreign byte spoils one line only.
    """
    if has_wide_mark(head(stream)):
        yield from io.StringIO(decode(stream.read()), newline=None)
        return
    for line in stream:
        text = decode(line)
        yield from io.StringIO(text, newline=None) if "\r" in text else (text,)


def whole(stream: BinaryIO) -> str:
    """All lines at once."""
    return "".join(lines(stream))
