"""What GraphML and GEXF share: attributes declared with their types, ids and text as XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from kg.export.flat import Scalar, clean

_LONG: Final = 1 << 63
#: Most texts have none of these, and need no escaping.
_SPECIAL: Final = re.compile('[&<>"\t\n\r]')

Types = dict[str, str]


def types_of(rows: Iterable[Mapping[str, Scalar]]) -> Types:
    """The XML type of each attribute: the narrowest that holds all its values; names sorted.

    >>> types_of([{"b": 1, "a": "x"}, {"b": 0.5}])
    {'a': 'string', 'b': 'double'}
    """
    types: Types = {}
    for row in rows:
        for name, value in row.items():
            kind = _type(value)
            known = types.setdefault(name, kind)
            if known != kind:
                types[name] = "double" if {known, kind} == {"long", "double"} else "string"
    return dict(sorted(types.items()))


def _type(value: Scalar) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "long" if -_LONG <= value < _LONG else "string"
    return "double" if isinstance(value, float) else "string"


def xml_ids(ids: Iterable[str]) -> dict[str, str]:
    r"""Other ids for the nodes whose own no XML file can hold; no two nodes get the same.

    >>> xml_ids(["a\x01", "a\x02", "b"])
    {'a\x01': 'a\ufffd', 'a\x02': 'a\ufffd~1'}
    """
    # What cleaning makes has a U+FFFD in it, so only such ids can be taken.
    odd = [node for node in ids if "\ufffd" in clean(node)]
    taken = {node for node in odd if clean(node) == node}
    found: dict[str, str] = {}
    for node in sorted(set(odd) - taken):
        cleaned = clean(node)
        variants = (f"{cleaned}~{n}" if n else cleaned for n in count())
        found[node] = next(variant for variant in variants if variant not in taken)
        taken.add(found[node])
    return found


def text_of(value: Scalar, kind: str) -> str:
    """The value as its type has it, not yet escaped."""
    if isinstance(value, str):
        return value
    if kind == "double":
        return repr(float(value))
    return str(value).lower() if kind == "boolean" else str(value)


def escaped(content: str) -> str:
    """Clean text as it stands between tags."""
    # A reader turns a bare carriage return into a line feed.
    return escape(content, {"\r": "&#13;"}) if _SPECIAL.search(content) else content


def quoted(content: str) -> str:
    """Any text as the value of an XML attribute, in its quotes."""
    content = clean(content)
    return quoteattr(content) if _SPECIAL.search(content) else f'"{content}"'
