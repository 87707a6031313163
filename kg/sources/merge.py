"""The same paper from several sources is one paper.

Two records are of one paper when they share a DOI, an arXiv id or a folded title; the relation
is transitive, whatever the order of the records (union-find: Tarjan, "Efficiency of a Good But
Not Linear Set Union Algorithm", J. ACM 1975). Memory holds the keys; the papers themselves
wait in a temporary file until all are read.
"""

from __future__ import annotations

import json
import tempfile
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any, Final

from kg.model import Paper
from kg.sources.record import arxiv_id
from kg.text import fold

_FIELDS: Final = tuple(field.name for field in fields(Paper))


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper as one source has it: the source's number and stem, and its place in it from 1."""

    paper: Paper
    source: int
    stem: str
    position: int


def unique(drafts: Iterable[Draft]) -> Iterator[Paper]:
    """Each paper once, in the order of first appearance, under an id that no other has.

    A paper without an id is called by its source's stem and its position; when different
    papers have one id, the later ones are called by stem and id.

    >>> a = Paper("1", "On CCT", "Short.", year=2021)
    >>> b = Paper("x", "On CCT.", "A longer one.", doi="10.1/b")
    >>> [merged] = unique([Draft(a, 0, "a", 1), Draft(b, 1, "b", 1)])
    >>> merged.id, merged.title, merged.abstract, merged.year, merged.doi
    ('1', 'On CCT', 'A longer one.', 2021, '10.1/b')
    """
    groups = _Groups()
    sizes: dict[int, int] = defaultdict(int)
    with _Shelf() as shelf:
        for draft in drafts:
            groups.add(keys(draft.paper))
            sizes[draft.source] = draft.position
            shelf.add(draft)
        taken: set[str] = set()
        for members in groups:
            first = shelf.get(members[0])
            paper_id = _free_id(first, sizes[first.source], taken)
            taken.add(paper_id)
            papers = (first.paper, *(shelf.get(member).paper for member in members[1:]))
            yield replace(reduce(merge, papers), id=paper_id)


def keys(paper: Paper) -> Iterator[str]:
    """What the paper can be recognised by in another source.

    >>> list(keys(Paper("a", "On CCTs", "...", doi="10.48550/arXiv.2104.05704")))
    ['doi:10.48550/arxiv.2104.05704', 'arxiv:2104.05704', 'title:oncct']
    """
    if paper.doi:
        yield f"doi:{paper.doi.casefold()}"
    sources = (paper.arxiv_id, paper.doi, paper.url, paper.id)
    if arxiv := next(filter(None, map(arxiv_id, sources)), ""):
        yield f"arxiv:{arxiv}"
    if title := fold(paper.title):
        yield f"title:{title}"


def merge(paper: Paper, other: Paper) -> Paper:
    """The paper with its empty fields filled from the other, and the longer abstract."""
    values = {name: getattr(paper, name) or getattr(other, name) for name in _FIELDS}
    values["abstract"] = max(paper.abstract, other.abstract, key=len)
    return Paper(**values)


def _free_id(draft: Draft, size: int, taken: set[str]) -> str:
    by_position = f"{draft.stem}-{draft.position:0{max(2, len(str(size)))}d}"
    wanted = draft.paper.id or by_position
    if wanted not in taken:
        return wanted
    base = f"{draft.stem}-{draft.paper.id}" if draft.paper.id else by_position
    number, candidate = 1, base
    while candidate in taken:
        number += 1
        candidate = f"{base}-{number}"
    return candidate


class _Groups:
    """Disjoint sets of records, numbered as they come; a set's root is its first record."""

    def __init__(self) -> None:
        self._parent = array("q")
        self._owner: dict[str, int] = {}

    def add(self, keys: Iterable[str]) -> None:
        new = len(self._parent)
        self._parent.append(new)
        for key in keys:
            a, b = self._root(self._owner.setdefault(key, new)), self._root(new)
            self._parent[max(a, b)] = min(a, b)

    def _root(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def __iter__(self) -> Iterator[list[int]]:
        followers: dict[int, list[int]] = defaultdict(list)
        for i, parent in enumerate(self._parent):
            if parent != i:
                followers[self._root(i)].append(i)
        for i, parent in enumerate(self._parent):
            if parent == i:
                yield [i, *followers.get(i, ())]


class _Shelf:
    """Drafts in a temporary file, found again by their number."""

    def __init__(self) -> None:
        self._starts = array("q")
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by __exit__)

    def __enter__(self) -> _Shelf:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, draft: Draft) -> None:
        self._starts.append(self._file.tell())
        values: list[Any] = [getattr(draft.paper, name) for name in _FIELDS]
        row = [draft.source, draft.stem, draft.position, *values]
        self._file.write(json.dumps(row).encode() + b"\n")

    def get(self, number: int) -> Draft:
        if self._file.tell() != self._starts[number]:
            self._file.seek(self._starts[number])
        source, stem, position, *values = json.loads(self._file.readline())
        named = dict(zip(_FIELDS, values, strict=True))
        named["authors"] = tuple(named["authors"])
        return Draft(Paper(**named), source, stem, position)
