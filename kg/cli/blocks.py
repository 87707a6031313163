"""What an answer looks like, apart from where it is shown: headings, tables, facts.

An answer becomes a sequence of blocks (`kg.cli.answers`); here they become plain lines for
pipes and files, in `kg.cli.terminal` they become colour. All text from papers passes
`printable` on its way out, so nothing in it can act on a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

#: Controls, invisible direction marks (they reorder a line), and lone surrogates.
UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the answer is about, and lines of detail under it."""

    title: str
    details: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence and the id of the paper that says it; `names` are what to mark in it."""

    sentence: str
    paper: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the columns in `numeric` set to the right; each row may have its quote."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    numeric: frozenset[int] = frozenset()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement, and the sentences that say so."""

    text: str
    note: str = ""
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts under one title."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """Lines that say what to do next."""

    lines: tuple[str, ...]


Block = Heading | Table | Facts | Hint


def printable(text: str) -> str:
    r"""The text in one line, without anything that a terminal would obey.

    >>> printable("A\n title\x1b[31m")
    'A title�[31m'
    """
    return UNSAFE.sub("�", " ".join(text.split()))


def marks(sentence: str, names: Iterable[str]) -> list[tuple[int, int]]:
    """Half-open offsets of the names in the sentence, longest name first, none inside another.

    >>> marks("CCT and CCT-7 are small", ("CCT", "CCT-7"))
    [(0, 3), (8, 13)]
    """
    found: list[tuple[int, int]] = []
    for name in sorted({n for n in names if n}, key=lambda n: (-len(n), n)):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", sentence, re.IGNORECASE):
            start, end = match.span()
            if all(end <= s or e <= start for s, e in found):
                found.append((start, end))
    return sorted(found)


def shorten(sentence: str, names: Iterable[str], *, width: int) -> str:
    """At most about `width` characters of the sentence, around the first name in it.

    >>> shorten("We train for a long time and then CCT is far better than that.", ["CCT"], width=30)
    '… and then CCT is far …'
    """
    if len(sentence) <= width:
        return sentence
    start, end = next(iter(marks(sentence, names)), (0, 0))
    left = min(max(0, (start + end - width) // 2), len(sentence) - width)
    right = left + width
    if left:
        left = max(left, sentence.find(" ", left, start) + 1)
    if right < len(sentence):
        right = max(end, sentence.rfind(" ", end, right))
    head = "… " if left else ""
    tail = " …" if right < len(sentence) else ""
    return f"{head}{sentence[left:right].strip()}{tail}"


def sharing_quotes(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts, where neighbours with the same sentences show them once, after the last.

    >>> quote = Quote("CCT and ViT are small.", "a-1", ("CCT",))
    >>> [len(fact.quotes) for fact in sharing_quotes([Fact("CCT", "", (quote,)),
    ...                                               Fact("ViT", "", (quote,))])]
    [0, 1]
    """
    for _, group in groupby(facts, key=lambda fact: [(q.sentence, q.paper) for q in fact.quotes]):
        *others, last = group
        yield from (replace(fact, quotes=()) for fact in others)
        yield replace(
            last,
            quotes=tuple(
                Quote(same[0].sentence, same[0].paper, tuple(n for q in same for n in q.names))
                for same in zip(*(fact.quotes for fact in (*others, last)), strict=True)
            ),
        )


def plain(blocks: Iterable[Block]) -> Iterator[str]:
    """The blocks as lines of text without colour or boxes, an empty line between blocks.

    >>> fact = Fact("CCT", quotes=(Quote("We propose CCT.", "a-1"),))
    >>> list(plain([Facts("Proposes", (fact,))]))
    ['Proposes', '  CCT', '    "We propose CCT." [a-1]']
    """
    for index, block in enumerate(blocks):
        if index:
            yield ""
        match block:
            case Heading(title, details, kind):
                yield printable(f"{title} ({kind})" if kind else title)
                yield from map(printable, details)
            case Table():
                yield from _table(block)
            case Facts(title, facts):
                yield printable(title)
                for fact in sharing_quotes(facts):
                    yield from _fact(fact)
            case Hint(lines):
                yield from map(printable, lines)


def _fact(fact: Fact) -> Iterator[str]:
    yield "  " + printable(f"{fact.text} ({fact.note})" if fact.note else fact.text)
    for quote in fact.quotes:
        yield f"    {_quote(quote)}"


def _quote(quote: Quote) -> str:
    return printable(f'"{quote.sentence}" [{quote.paper}]')


def _table(table: Table) -> Iterator[str]:
    if table.title:
        yield printable(table.title)
    rows = [tuple(map(printable, row)) for row in (table.header, *table.rows)]
    if table.quotes:
        last = ("sentence", *map(_quote, table.quotes))
        rows = [(*row, quote) for row, quote in zip(rows, last, strict=True)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield _row(row, widths, table.numeric)


def _row(row: Sequence[str], widths: Sequence[int], numeric: frozenset[int]) -> str:
    cells = (
        cell.rjust(width) if index in numeric else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()
