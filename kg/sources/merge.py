"""The same paper from several sources is one paper.

Two records are of one paper when they share a DOI, an arXiv id or a folded title; the relation
is transitive, whatever the order of the records (union-find: Tarjan, "Efficiency of a Good But
Not Linear Set Union Algorithm", J. ACM 1975). Memory holds four numbers a record; the papers and
what they are recognised by wait on disk until all are read.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Final

from kg.model import Paper
from kg.sources.record import arxiv_id
from kg.sources.shelf import Register, Shelf
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
    origins = _Origins()
    with Shelf() as shelf:
        with Register() as owners:
            groups = _Groups(owners)
            for draft in drafts:
                groups.add(keys(draft.paper))
                origins.add(draft)
                shelf.add(draft.paper)
        with Register() as taken:
            for members in groups:
                first = shelf[members[0]]
                paper_id = _free_id(first.id, *origins[members[0]], taken)
                taken.owner(paper_id, members[0])
                papers = (first, *(shelf[member] for member in members[1:]))
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
    # Titles hardly come again, so they are kept out of the memory of names.
    if title := fold.__wrapped__(paper.title):
        yield f"title:{title}"


def merge(paper: Paper, other: Paper) -> Paper:
    """The paper with its empty fields filled from the other, and the longer abstract."""
    values = {name: getattr(paper, name) or getattr(other, name) for name in _FIELDS}
    values["abstract"] = max(paper.abstract, other.abstract, key=len)
    return Paper(**values)


def _free_id(own: str, stem: str, position: str, taken: Register) -> str:
    by_position = f"{stem}-{position}"
    wanted = own or by_position
    if wanted not in taken:
        return wanted
    base = f"{stem}-{own}" if own else by_position
    number, candidate = 1, base
    while candidate in taken:
        number += 1
        candidate = f"{base}-{number}"
    return candidate


class _Origins:
    """The stem of each draft's source, and its position there in digits that sort."""

    def __init__(self) -> None:
        self._source = array("q")
        self._position = array("q")
        self._stems: dict[int, str] = {}
        self._sizes: dict[int, int] = {}

    def add(self, draft: Draft) -> None:
        self._source.append(draft.source)
        self._position.append(draft.position)
        self._stems[draft.source] = draft.stem
        self._sizes[draft.source] = draft.position

    def __getitem__(self, number: int) -> tuple[str, str]:
        source = self._source[number]
        digits = max(2, len(str(self._sizes[source])))
        return self._stems[source], f"{self._position[number]:0{digits}d}"


class _Groups:
    """Disjoint sets of records, numbered as they come; a set's root is its first record."""

    def __init__(self, owners: Register) -> None:
        self._parent = array("q")
        self._owners = owners

    def add(self, keys: Iterable[str]) -> None:
        new = len(self._parent)
        self._parent.append(new)
        for key in keys:
            a, b = self._root(self._owners.owner(key, new)), self._root(new)
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
