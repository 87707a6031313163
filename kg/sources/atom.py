"""arXiv's Atom feed, by defusedxml: no entity of the file is expanded, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from kg.errors import InputError, UnknownFormat
from kg.sources.clean import tidy
from kg.sources.record import Record

_CHUNK = 1 << 16


class _Entries:
    """A parser's target that collects the entries that are complete, each with its line."""

    def __init__(self) -> None:
        self.done: list[tuple[int, Element]] = []
        self.root = ""
        self.parser: Any = None
        self._builder: TreeBuilder | None = None
        self._line = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = self.root or _local(tag)
        if _local(tag) == "entry" and self._builder is None:
            self._builder = TreeBuilder()
            self._line = self.parser.parser.CurrentLineNumber
        if self._builder is not None:
            self._builder.start(tag, attributes)

    def data(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)

    def end(self, tag: str) -> None:
        if self._builder is None:
            return
        self._builder.end(tag)
        if _local(tag) == "entry":
            self.done.append((self._line, self._builder.close()))
            self._builder = None

    def close(self) -> None:
        """Nothing is left: entries are taken out while the file is read."""


def read_atom(stream: BinaryIO) -> Iterator[Record]:
    """The entries of a feed, while it is read.

    Raises UnknownFormat when it is no feed, InputError when it declares entities.
    """
    entries = _Entries()
    parser = entries.parser = XMLParser(target=entries)
    try:
        while chunk := stream.read(_CHUNK):
            parser.feed(chunk)
            _require_feed(entries.root)
            yield from _taken(entries)
        parser.close()
        yield from _taken(entries)
    except DefusedXmlException as error:
        raise InputError("XML that declares entities is not read") from error
    except (LookupError, ValueError) as error:
        raise InputError(f"XML in an encoding that cannot be read: {error}") from error
    except ParseError as error:
        _require_feed(entries.root)
        yield from _taken(entries)
        if not entries.root:
            raise UnknownFormat(f"not valid XML: {error}") from error
        line, _ = error.position
        yield Record(line, "", problem=f"not valid XML, the rest is not read: {error}")


def _require_feed(root: str) -> None:
    if root not in ("", "feed", "entry"):
        raise UnknownFormat(f"XML, but not an Atom feed: its root is <{root}>")


def _taken(entries: _Entries) -> Iterator[Record]:
    done, entries.done = entries.done, []
    for line, entry in done:
        yield _record(line, entry)


def _record(line: int, entry: Element) -> Record:
    fields: dict[str, Any] = {"authors": []}
    for child in entry:
        name, text = _local(child.tag), "".join(child.itertext()).strip()
        if name == "author":
            fields["authors"].append(next((n.text for n in child if _local(n.tag) == "name"), ""))
        elif name == "link" and child.get("rel", "alternate") == "alternate":
            fields.setdefault("url", child.get("href", ""))
        else:
            fields.setdefault(name, text)
    raw = "\n".join(f"{name}: {value}" for name, value in fields.items() if value)
    if "/api/errors" in fields.get("id", ""):
        return Record(
            line, raw, problem=f"arXiv reports an error: {tidy(fields.get('summary', ''))}"
        )
    return Record(line, raw, fields)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
