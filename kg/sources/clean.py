"""Text as its author wrote it, without what its file format left in it.

Every title and abstract passes through `clean` once, when it is read; all offsets of
evidence refer to what comes out. Plain text comes out as it went in.
"""

from __future__ import annotations

import html
import re
import unicodedata
from html.entities import html5

from kg.sources.latex import unmark

#: Text that was encoded more often than this keeps the rest of its markup.
_MAX_PASSES = 8

_ENTITY = re.compile(r"&(?:amp;)*(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

_INLINE = """a abbr b big code em font i italic bold kbd small span strike strong sub sup sc tt u
    math mi mn mo mrow msub msup msubsup mtext mfrac msqrt mspace mstyle mover munder semantics
    annotation (?:jats|mml):[a-z-]+"""
_BLOCK = """p br hr div ul ol li dl dt dd h[1-6] table thead tbody tr td th section article
    blockquote pre jats:(?:p|title|sec|list|list-item)"""
_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+))*+\s*/?"""
_TAG = re.compile(
    rf"<!--(?:(?!<!--|-->).)*-->"
    rf"|</?(?:(?P<block>{'|'.join(_BLOCK.split())})|{'|'.join(_INLINE.split())}){_ATTRIBUTES}>",
    re.I | re.S,
)
_JATS_HEADING = re.compile(r"^\s*<jats:title>\s*(?:abstract|summary)\s*</jats:title>", re.I)

_SURROGATE = re.compile(r"[\ud800-\udfff]")
#: Controls, marks that show nothing but split words or turn the reading order, non-characters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff"
    "\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


def clean(text: str) -> str:
    r"""The text of a title or an abstract without markup, on one line, in NFC.

    HTML tags and entities, LaTeX markup, line breaks, control characters and lone
    surrogates go; everything else stays verbatim. Cleaning twice changes nothing more.

    >>> clean("Byte-~and Word-Level: 87\\% of <i>H</i><sub>2</sub>O,\n2$\\times$ G{\\\"o}del")
    'Byte- and Word-Level: 87% of H2O, 2× Gödel'
    >>> clean("100% of a_b, ~5x for $5, {x} <unk> R&D")
    '100% of a_b, ~5x for $5, {x} <unk> R&D'
    """
    for _ in range(_MAX_PASSES):
        plain = tidy(unmark(_without_tags(_ENTITY.sub(_character, text))))
        if plain == text:
            break
        text = plain
    return text


def tidy(text: str) -> str:
    r"""The text on one line, in NFC, of characters that every format can hold; markup stays.

    >>> tidy(" Poincare\u0301\r\n\x00ball ")
    'Poincaré ball'
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", text).split()))


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    if name.startswith("#"):
        return html.unescape(f"&{name};")
    return html5.get(f"{name};", f"&{name};")


def _without_tags(text: str) -> str:
    if "<" not in text:
        return text
    return _TAG.sub(lambda tag: " " if tag["block"] else "", _JATS_HEADING.sub("", text))
