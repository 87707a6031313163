"""JSON: one record a line, or one document that is a record or holds a list of them.

A line is read for itself, so a dump of any size streams. A document is taken apart element
by element, so what stands before and after a broken element is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from typing import Any, BinaryIO, Final

from kg.errors import InputError, UnknownFormat
from kg.sources import files
from kg.sources.record import Record, is_paper

#: The keys under which a document keeps its list of papers.
LISTS: Final = ("papers", "results", "data", "items", "works", "records", "entries")

_DECODER = json.JSONDecoder(strict=False)
_LIST_START = re.compile(rf'"(?:{"|".join(LISTS)})"\s*:\s*(?=\[)')
_BLANK = re.compile(r"[ \t\n\r]*")


def read_jsonl(stream: BinaryIO) -> Iterator[Record]:
    """A record a line; blank lines are skipped."""
    for number, line in enumerate(files.lines(stream), 1):
        if not line.strip():
            continue
        try:
            value, _ = _decode(line.strip(), 0, whole=True)
        except ValueError as error:
            yield Record(number, line.rstrip("\n"), problem=_reason(error))
        else:
            yield from _records(value, number, line.rstrip("\n"))


def read_json(stream: BinaryIO) -> Iterator[Record]:
    """The records of a document, or of several one after another.

    A file whose first line is complete holds a record a line, whatever its name says.
    Raises UnknownFormat for a document that cannot hold papers.
    """
    if _is_lines(stream):
        yield from read_jsonl(stream)
        return
    text = files.whole(stream)
    at = _skip(text, 0)
    while at < len(text):
        at = yield from _document(text, at)
        at = _skip(text, at)


def _is_lines(stream: BinaryIO) -> bool:
    first = next((line for line in files.lines(stream) if line.strip()), "").strip()
    stream.seek(0)
    try:
        value, _ = _decode(first, 0, whole=True)
    except ValueError:
        return False
    return isinstance(value, dict)


def _document(text: str, start: int) -> Generator[Record, None, int]:
    """The records of the value at `start`; returns where it ends."""
    if text[start] == "[":
        return (yield from _elements(text, start))
    line = text.count("\n", 0, start) + 1
    inner = _LIST_START.search(text, start)
    try:
        value, end = _decode(text, start)
    except ValueError as error:
        if inner is None:
            raise InputError(_reason(error), line=line) from error
        yield from _elements(text, inner.end())
        return len(text)
    if isinstance(value, dict) and not is_paper(value) and inner and inner.start() < end:
        yield from _elements(text, inner.end())
    else:
        yield from _records(value, line, text[start:end], alone=True)
    return end


def _elements(text: str, start: int) -> Generator[Record, None, int]:
    """The records of the array that opens at `start`; returns where the array ends."""
    line, counted = text.count("\n", 0, start) + 1, start
    at = _skip(text, start + 1)
    while at < len(text) and text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, end = _decode(text, at)
        except ValueError as error:
            end = _next_element(text, at)
            yield Record(line, text[at:end].rstrip(", \n"), problem=_reason(error))
            if end == len(text):
                return end
        else:
            yield from _records(value, line, text[at:end])
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] not in ("]", "{"):
            line += text.count("\n", counted, at)
            yield Record(line, text[at : at + 200], problem="the list of records breaks off here")
            return len(text)
    return at + 1


def _next_element(text: str, broken: int) -> int:
    """Where the next element starts that stands on a line of its own, indented like this one."""
    line_start = text.rfind("\n", 0, broken) + 1
    indent = text[line_start:broken]
    if indent.strip() or not line_start:
        return len(text)
    following = text.find(f"\n{indent}{text[broken]}", broken)
    return len(text) if following < 0 else following + 1 + len(indent)


def _records(value: Any, line: int, raw: str, *, alone: bool = False) -> Iterator[Record]:
    """The records in one decoded value: itself, its elements, or its list of papers."""
    if isinstance(value, list):
        for item in value:
            yield from _records(item, line, json.dumps(item, ensure_ascii=False))
    elif not isinstance(value, dict):
        if alone:
            raise UnknownFormat("JSON, but neither an object nor a list of objects", line=line)
        yield Record(line, raw, problem=f"not a JSON object but {_kind(value)}")
    elif not is_paper(value) and (inner := _inner_list(value)) is not None:
        yield from _records(inner, line, raw)
    else:
        yield Record(line, raw, value)


def _inner_list(value: dict[str, Any]) -> list[Any] | None:
    return next((value[key] for key in LISTS if isinstance(value.get(key), list)), None)


def _kind(value: Any) -> str:
    names = {str: "a string", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _decode(text: str, at: int, *, whole: bool = False) -> tuple[Any, int]:
    """The value at `at` and where it ends. Raises ValueError, whatever is wrong with it."""
    try:
        value, end = _DECODER.raw_decode(text, at)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if whole and _skip(text, end) < len(text):
        raise ValueError(f"more text after the record (column {end + 1})")
    return value, end


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON: {error.msg} (column {error.colno})"
    return f"not valid JSON: {error}"
