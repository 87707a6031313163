"""What resolving gives: canonical nodes, where each name went, and the ledger of why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from kg.model import Kind
from kg.text import fold

Reason = Literal["lexicon", "long form", "acronym", "spelling", "kind", "override"]
Verdict = Literal["same", "moved", "variant", "apart", "renamed"]

#: What stands for one entity before names are compared: its kind and the slug of its name.
Place = tuple[Kind, str]


class Entry(Protocol):
    """A known name and its other spellings."""

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str]: ...


class Lexicon(Protocol):
    """What knows names before any paper is read; the module `kg.lexicon` is one."""

    def lookup(self, kind: Kind, surface: str) -> str | None: ...
    def entries(self, kind: Kind) -> Iterable[Entry]: ...


class Name(NamedTuple):
    """A surface form of a node: how many papers use it, and the surest reason why it is one.

    `score` is how sure that is, from 0 to 1.
    """

    text: str
    papers: int
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class Node:
    """One canonical entity; `names` are all its surface forms, most used first.

    `short` and `long` are the abbreviation and what it stands for, where papers say so.
    """

    id: str
    kind: Kind
    label: str
    names: tuple[Name, ...] = ()
    short: str = ""
    long: str = ""

    @property
    def aliases(self) -> tuple[tuple[str, int], ...]:
        """The surface forms other than the label, each with its number of papers."""
        return tuple((name.text, name.papers) for name in self.names if name.text != self.label)


class Link(NamedTuple):
    """The node that a paper's entity is, and the rule that says so."""

    node: str
    reason: Reason


class Decision(NamedTuple):
    """One line of the ledger: what was decided of a node, on which ground, how surely.

    - same: `name` was made one with the node, because it is `other` written otherwise
    - moved: `papers` papers call `name` by another kind, `other`; they are outvoted
    - variant: the node is a size or version of the node whose id is `other`
    - apart: the user keeps the node apart from the node whose id is `other`
    - renamed: the user calls the node `name`; it was `other`
    """

    node: str
    verdict: Verdict
    name: str
    other: str
    reason: str
    score: float
    papers: int


class Variant(NamedTuple):
    """The family that a node is a variant of, and how sure that is."""

    family: str
    score: float


@dataclass(frozen=True, slots=True)
class Resolution:
    """The canonical nodes, sorted by id, and where each (paper id, entity name) went.

    An entity whose name holds no letter and no digit is in neither, nor is one that an override
    drops. `variants` tells the family of a node that is a size or version of another; `unused`
    are the overrides that name nothing in these papers.
    """

    nodes: tuple[Node, ...]
    links: Mapping[tuple[str, str], Link]
    variants: Mapping[str, Variant] = field(default_factory=dict)
    ledger: tuple[Decision, ...] = ()
    unused: tuple[str, ...] = ()


class Resolved(NamedTuple):
    """What becomes of some names: as in `Resolution`, but `links` are those of the names, in
    their order, None for what is no entity."""

    nodes: tuple[Node, ...]
    links: tuple[Link | None, ...]
    variants: Mapping[str, Variant]
    ledger: tuple[Decision, ...]
    unused: tuple[str, ...]


def slug_of(name: str) -> str:
    """What an id says of a name: its fold, and a star at its end ("RRT*" is not "RRT").

    >>> slug_of("Vision Transformers"), slug_of("RRT*"), slug_of("*")
    ('visiontransformer', 'rrt*', '')
    """
    folded = fold(name)
    return f"{folded}*" if folded and name.rstrip().endswith("*") else folded


def short_first(text: str) -> tuple[int, str]:
    """A sort key: the shortest first, and of those by their letters."""
    return len(text), text
