"""Columns of numbers and strings as the page holds them: small, and the same bytes each time."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: The bytes in one line of an island: what a browser decodes without a pause that is felt.
LINE: Final = 3 << 16
#: The rows in one JSON array.
ROWS: Final = 1 << 13

_LEVEL: Final = 9

Integers = NDArray[np.int64]


def pack(data: bytes) -> str:
    """The bytes as base64 of gzip, without a date: nothing in it is markup.

    >>> pack(b"a" * 99) == pack(b"a" * 99), "<" in pack(b"<b>")
    (True, False)
    """
    return base64.b64encode(gzip.compress(data, _LEVEL, mtime=0)).decode("ascii")


def packed_json(value: Any) -> str:
    r"""JSON, packed; in ASCII, so that half a surrogate pair survives."""
    return pack(json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii"))


def varints(values: Integers) -> bytes:
    r"""Whole numbers of 0 or more as LEB128: seven bits a byte, the lowest first.

    >>> varints(np.array([1, 128, 300])).hex()
    '018001ac02'
    """
    rest = np.asarray(values, dtype=np.uint64)
    width = np.ones(len(rest), dtype=np.int64)
    for bits in range(7, 64, 7):
        width += rest >= (np.uint64(1) << np.uint64(bits))
    out = np.zeros(int(width.sum()), dtype=np.uint8)
    at = np.cumsum(width) - width
    while len(rest):
        more = rest > np.uint64(127)
        out[at] = (rest & np.uint64(127)).astype(np.uint8) | (more.astype(np.uint8) << 7)
        rest, at = rest[more] >> np.uint64(7), at[more] + 1
    return out.tobytes()


def integers(values: Integers) -> list[str]:
    """A column of whole numbers of 0 or more: varints, packed, in lines."""
    data = varints(values)
    return [pack(data[at : at + LINE]) for at in range(0, len(data), LINE)]


def rows(values: Sequence[Any]) -> list[str]:
    """A column of strings or of rows: JSON arrays, packed, one a line."""
    return [packed_json(part) for part in _parts(values, ROWS)]


def _parts(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for at in range(0, len(values), size):
        yield values[at : at + size]
