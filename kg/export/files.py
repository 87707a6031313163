"""Writing a file so that a failure leaves what was there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TextIO

from kg.errors import KgError


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[TextIO]:
    r"""A UTF-8 text file that takes the path's place when the block ends without an exception.

    It is written beside the path (beside its target, if that is a link), flushed to the disk and
    renamed; line ends are written as given. What is there and no file, as a pipe or a device, is
    written to as it is. Raises KgError where the system refuses that.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> with replacing(path) as file:
    ...     _ = file.write("new")
    >>> path.read_text()
    'new'
    """
    path = Path(path)
    try:
        stays = path.exists() and not path.is_file()
        with _opened(path, "w") if stays else _beside(path.resolve()) as file:
            yield file
    except OSError as error:
        raise KgError(f"cannot write {path}: {error.strerror or error}") from error


def _opened(path: Path, mode: Literal["w", "x"]) -> TextIO:
    return open(path, mode, encoding="utf-8", newline="")


@contextmanager
def _beside(target: Path) -> Iterator[TextIO]:
    beside = target.with_name(f".{target.name[:64]}.{secrets.token_hex(4)}.tmp")
    try:
        with _opened(beside, "x") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
