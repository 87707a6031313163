"""Writing a file so that a failure leaves what was there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from kg.errors import KgError


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[TextIO]:
    r"""A UTF-8 text file that takes the path's place when the block ends without an exception.

    It is written beside the path (beside its target, if that is a link), flushed to the disk and
    renamed; line ends are written as given. Raises KgError where the system refuses that.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> with replacing(path) as file:
    ...     _ = file.write("new")
    >>> path.read_text()
    'new'
    """
    target = Path(path).resolve()
    beside = target.with_name(f".{target.name[:64]}.{secrets.token_hex(4)}.tmp")
    try:
        with open(beside, "x", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except OSError as error:
        raise KgError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        beside.unlink(missing_ok=True)
