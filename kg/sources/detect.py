"""Which format a file has: its suffix says, unless its content says better."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from kg.errors import UnknownFormat
from kg.sources import files
from kg.sources.clean import tidy
from kg.sources.record import ABSTRACT, TITLE, field_name

SUFFIXES: Final = {
    ".txt": "txt",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".bib": "bibtex",
    ".ris": "ris",
    ".atom": "atom",
    ".xml": "atom",
}

_BINARY_STARTS = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"SQLite format", b"\x7fELF", b"PAR1")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
#: A text may hold a stray NUL; a binary file holds a lot of them.
_BINARY_SHARE: Final = 0.05

_SIGNATURES: Final[tuple[tuple[str, Callable[[str], object]], ...]] = (
    ("json", re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{\]])').match),
    ("atom", re.compile(r"\s*<(?:\?xml|feed)\b").match),
    ("bibtex", re.compile(r"^[ \t]*@[A-Za-z]+\s*\{\s*[^\s{},]+\s*,", re.M).search),
    ("ris", re.compile(r"^TY  ?- ", re.M).search),
    ("csv", lambda text: _is_header(text.partition("\n")[0])),
)


def is_known(path: PurePath) -> bool:
    """Whether the suffix is that of a format, compressed or not.

    >>> is_known(PurePath("a/papers.JSONL.gz")), is_known(PurePath("README.md"))
    (True, False)
    """
    return _suffix(path) in SUFFIXES


def detect(path: PurePath | str, head: bytes) -> str:
    """The format's name, a key of READERS, of a file that begins with `head`.

    Raises UnknownFormat, with the reason alone.

    >>> detect("papers.txt", b"Attention Is All You Need"), detect("-", b'{"title": "A"}')
    ('txt', 'json')
    """
    if not head:
        raise UnknownFormat("the file is empty")
    text = files.decode(head)
    if _is_binary(head):
        raise UnknownFormat(f"a binary file; papers are read from {_formats()}")
    suffix = _suffix(path)
    by_suffix = SUFFIXES.get(suffix, "" if suffix else "txt")
    by_content = next((name for name, fits in _SIGNATURES if fits(text)), "")
    if by_suffix == "jsonl" and re.match(r"\s*(?:\[|\{\s*\n)", text):
        return "json"
    if by_suffix in ("txt", "") and by_content:
        return by_content
    if not by_suffix:
        raise UnknownFormat(f"unknown format {tidy(suffix)}; papers are read from {_formats()}")
    return by_suffix


def _suffix(path: PurePath | str) -> str:
    return os.path.splitext(files.bare_name(path))[1].lower()


def _formats() -> str:
    return ", ".join(SUFFIXES) + ", each also as .gz, .bz2 or .xz"


def _is_binary(head: bytes) -> bool:
    if head.startswith(_BINARY_STARTS):
        return True
    controls = len(_CONTROL.findall(head))
    return not files.has_wide_mark(head) and controls > _BINARY_SHARE * len(head)


def _is_header(line: str) -> bool:
    names = {field_name(cell) for cell in re.split(r"[,;\t]", line)}
    return not names.isdisjoint(TITLE) and not names.isdisjoint(ABSTRACT)
