"""Rows made plain: attributes that are text, numbers or truth values, and nothing else.

Formats without lists and objects are written from these. A list becomes its items joined with
"|"; of an edge's evidence remain the papers and the best sentence with its place and extractor.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kg.export.rows import Rows
from kg.query.edges import ranked

Scalar = str | int | float | bool

SEPARATOR: Final = "|"
_LISTS: Final = (list, tuple)

# All but the characters of XML 1.0 (https://www.w3.org/TR/xml/#charsets), which leaves out lone
# surrogates, that UTF-8 cannot hold either.
_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    r"""The text with U+FFFD for each character that no XML or UTF-8 file can hold.

    >>> clean("a\x00b\ud800")
    'a\ufffdb\ufffd'
    """
    return text if text.isprintable() else _UNFIT.sub("\ufffd", text)


def join(items: Any) -> str:
    """The items in one text; a separator within an item becomes a broken bar.

    >>> join(["CCT", "a|b", (3, 7)])
    'CCT|a¦b|3-7'
    """
    texts = ["-".join(map(str, i)) if isinstance(i, _LISTS) else str(i) for i in items]
    return SEPARATOR.join([clean(text).replace(SEPARATOR, "\u00a6") for text in texts])


def scalars(attributes: Mapping[str, Any]) -> dict[str, Scalar]:
    """The attributes that have a value, made plain; evidence apart, see `flat_edge`.

    >>> scalars({"label": "CCT", "year": None, "aliases": ["a", "b"], "number": float("inf")})
    {'label': 'CCT', 'aliases': 'a|b'}
    """
    plain: dict[str, Scalar] = {}
    for name, value in attributes.items():
        if isinstance(value, str):
            plain[name] = clean(value)
        elif isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
            plain[name] = value
        elif isinstance(value, _LISTS):
            plain[name] = join(value)
        elif value is not None and not isinstance(value, float):
            plain[name] = clean(str(value))
    return plain


def flat_edge(attributes: Mapping[str, Any]) -> dict[str, Scalar]:
    """An edge's attributes, made plain.

    Its evidence is in `papers` (ids), `sentence` (the best), `sentence_paper`, `start`, `end` and
    `extractor`.
    """
    data = dict(attributes)
    evidence = data.pop("evidence", ())
    if evidence:
        shown = ranked(evidence)[0] if len(evidence) > 1 else evidence[0]
        data["papers"] = sorted({e.paper for e in evidence})
        data["sentence"] = shown.sentence
        data["sentence_paper"] = shown.paper
        data["start"] = shown.start
        data["end"] = shown.end
        data["extractor"] = shown.extractor
    return scalars(data)


def nodes(rows: Rows) -> Iterator[tuple[str, dict[str, Scalar]]]:
    """Each node's id and plain attributes, sorted by id."""
    return ((node, scalars(data)) for node, data in rows.nodes())


def edges(rows: Rows) -> Iterator[tuple[str, str, str, dict[str, Scalar]]]:
    """Each edge as source, target, key and plain attributes, sorted by these three."""
    return ((source, target, key, flat_edge(data)) for source, target, key, data in rows.edges())
