"""Searching names: one long text of all of them, each on a line of its own; as names.js does."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator

from kg.view.rows import Rows
from kg.view.tables import order_of

#: A node, one of its names, and whether that is its label.
Name = tuple[int, str, bool]


def searchable(text: str) -> str:
    """The text without case, accents and hyphens: words of letters, digits and plus signs.

    >>> searchable("Poincaré-Ball (C++)")
    'poincare ball c++'
    """
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in plain if unicodedata.category(c)[0] != "M")
    return " ".join("".join(c if _kept(c) else " " for c in text.lower()).split())


def _kept(char: str) -> bool:
    return char == "+" or unicodedata.category(char)[0] in "LN"


class NameIndex:
    """All names, those of the best node first.

    >>> index = NameIndex([(0, "Vision Transformer", True), (0, "ViT", False), (1, "ViTs", True)])
    >>> index.search("vit", 9), index.search("transf", 9)
    ([(0, 'ViT'), (1, 'ViTs')], [(0, 'Vision Transformer')])
    """

    def __init__(self, names: Iterable[Name]) -> None:
        lines = [(line, name) for name in names if (line := searchable(name[1]))]
        self._names = [name for _, name in lines]
        self._text, self._starts = _joined(line for line, _ in lines)
        self._squashed, self._squashed_starts = _joined(line.replace(" ", "") for line, _ in lines)

    def search(
        self, text: str, limit: int, wanted: Callable[[int], bool] = lambda node: True
    ) -> list[tuple[int, str]]:
        """The best `limit` nodes, each with the name that matches.

        By how it does: it is equal, begins so, has a word that begins so, has it anywhere, has
        all its words. In each of these, labels come before other names, the best node first.
        """
        query = searchable(text)
        found: dict[int, str] = {}
        for lines in self._ranks(query) if query else ():
            if len(found) >= limit:
                break
            labels: dict[int, str] = {}
            others: dict[int, str] = {}
            for line in lines:
                node, name, is_label = self._names[line]
                if node not in found and wanted(node):
                    names = labels if is_label else others
                    if len(names) < limit:
                        names.setdefault(node, name)
                if len(labels) >= limit:
                    break
            for node, name in (*labels.items(), *others.items()):
                found.setdefault(node, name)
        return list(found.items())[:limit]

    def _ranks(self, query: str) -> Iterator[Iterator[int]]:
        squashed, words = query.replace(" ", ""), query.split()
        yield self._lines(f"\n{query}\n", skip=1)
        yield self._lines(f"\n{query}", skip=1)
        yield self._lines(f" {query}")
        if len(squashed) > 1:
            yield _lines(self._squashed, self._squashed_starts, squashed, 0)
        if len(words) > 1:
            yield self._with_words(words)

    def _lines(self, string: str, *, skip: int = 0) -> Iterator[int]:
        return _lines(self._text, self._starts, string, skip)

    def _with_words(self, words: list[str]) -> Iterator[int]:
        for line in self._lines(max(words, key=len)):
            padded = f" {self._text[self._starts[line] : self._starts[line + 1] - 1]}"
            if all(f" {word}" in padded for word in words):
                yield line


def _joined(lines: Iterable[str]) -> tuple[str, list[int]]:
    """The lines as one text with a line break before each, and where each begins, then the end."""
    starts, at, kept = [], 1, []
    for line in lines:
        starts.append(at)
        kept.append(line)
        at += len(line) + 1
    return "\n" + "".join(f"{line}\n" for line in kept), [*starts, at]


def _lines(text: str, starts: list[int], string: str, skip: int) -> Iterator[int]:
    """The lines in which the string stands; `skip` is where in it the line begins."""
    at = text.find(string)
    while at >= 0:
        line = bisect_right(starts, at + skip) - 1
        yield line
        at = text.find(string, starts[line + 1] - 1)


class Names:
    """All names of a graph, which searching needs at hand."""

    def __init__(self, rows: Rows) -> None:
        nodes = sorted(rows.nodes(), key=lambda node: (-node.papers, *order_of(node)))
        self._kinds = {node.n: node.kind for node in nodes}
        self._index = NameIndex(
            (node.n, name, place == 0)
            for node in nodes
            for place, name in enumerate((node.label, *node.aliases))
        )

    def search(self, text: str, limit: int, kinds: Collection[str] | None) -> list[tuple[int, str]]:
        """The rows of the best nodes of these kinds, or of all, each with the name that matches."""
        return self._index.search(
            text, limit, lambda node: kinds is None or self._kinds[node] in kinds
        )
