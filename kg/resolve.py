"""Names of many papers -> canonical entities: what is one thing meets, what is not stays apart.

Every entity of every paper gets the slug of the one name that stands for it:

1. the lexicon's name for it, unless the paper itself spells the acronym out as something else;
2. the long form that its paper gives;
3. for a bare acronym, the long form that other papers of the corpus give it, if they all mean
   the same; with two meanings or more it stays a node of its own;
4. its own name, folded.

The slug depends on names only, never on counts or on the order of the papers. Looking at an
acronym within its paper before looking across papers follows Schwartz and Hearst (2003), "A
simple algorithm for identifying abbreviation definitions in biomedical text".
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Final, Literal, NamedTuple, Protocol

from kg import lexicon as shipped
from kg.model import KINDS, Entity, Extraction, Kind
from kg.text import fold, is_acronym, singular

Reason = Literal["lexicon", "long form", "acronym", "spelling"]

#: Letters of a word that tell it from others ("convolution" and "convolutional" are one).
_STEM: Final = 7
_WORD: Final = re.compile(r"\w+")


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


@dataclass(frozen=True, slots=True)
class Node:
    """One canonical entity; `aliases` are its other surface forms with their paper counts.

    `short` and `long` are the abbreviation and what it stands for, where papers say so.
    """

    id: str
    kind: Kind
    label: str
    aliases: tuple[tuple[str, int], ...] = ()
    short: str = ""
    long: str = ""


class Link(NamedTuple):
    """The node that a paper's entity is, and the rule that says so."""

    node: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Resolution:
    """The canonical nodes, sorted by id, and where each (paper id, entity name) went.

    An entity whose name holds no letter and no digit is in neither.
    """

    nodes: tuple[Node, ...]
    links: Mapping[tuple[str, str], Link]


def resolve(extractions: Iterable[Extraction], *, lexicon: Lexicon = shipped) -> Resolution:
    """The canonical entities of these extractions, the same whatever their order.

    >>> def paper(paper_id, name, **forms):
    ...     entity = Entity(name, "method", "used", (name,), (), (), **forms)
    ...     return Extraction(paper_id, (entity,), (), ())
    >>> one = paper("1", "Tiny Big Net", short="TBN", long="Tiny Big Net")
    >>> other = paper("2", "Two Bad Nights", short="TBN", long="Two Bad Nights")
    >>> [node.label for node in resolve([one, paper("3", "tiny-big nets"), other]).nodes]
    ['TBN (Tiny Big Net)', 'TBN (Two Bad Nights)']
    >>> resolve([one, paper("4", "TBN")]).links["4", "TBN"]
    Link(node='method:tinybignet', reason='acronym')
    """
    named = sorted(_named(extractions), key=attrgetter("paper", "name"))
    keys = _keys(named, _Known(lexicon))
    links = {
        (entity.paper, entity.name): Link(f"{entity.kind}:{key.slug}", key.reason)
        for entity, key in zip(named, keys, strict=True)
        if key.slug
    }
    return Resolution(tuple(_nodes(named, keys)), links)


@dataclass(frozen=True, slots=True)
class _Named:
    """An entity of one paper, as far as its names go."""

    paper: str
    name: str
    kind: Kind
    forms: frozenset[str]
    short: str
    long: str


class _Key(NamedTuple):
    """What stands for an entity: the slug of its node, the lexicon's name, the rule."""

    slug: str
    canonical: str
    reason: Reason


def _named(extractions: Iterable[Extraction]) -> Iterator[_Named]:
    for extraction in extractions:
        for entity in extraction.entities:
            yield _names_of(entity, extraction.paper)


def _names_of(entity: Entity, paper: str) -> _Named:
    short, long = entity.short, entity.long
    if not fold(long) or fold(long) == fold(short):
        long = ""
    forms = frozenset(form for form in (entity.name, *entity.surface, short, long) if form)
    return _Named(paper, entity.name, entity.kind, forms, short, long)


def _keys(named: Sequence[_Named], known: _Known) -> list[_Key]:
    """The key of each entity, in their order: first those that a paper defines, then the rest."""
    spellings = _spellings(named)
    meanings: defaultdict[tuple[Kind, str], set[tuple[str, str]]] = defaultdict(set)
    keys: dict[int, _Key] = {}
    for index, entity in enumerate(named):
        if canonical := known.name_of(entity):
            keys[index] = _Key(fold(canonical), canonical, "lexicon")
        elif entity.long:
            slug = fold(entity.long)
            keys[index] = _Key(spellings.get((entity.kind, slug), slug), "", "long form")
        if entity.long and entity.short:
            meanings[entity.kind, fold(entity.short)].add(keys[index][:2])
    for index, entity in enumerate(named):
        if index not in keys:
            slug = fold(entity.name)
            meant = meanings.get((entity.kind, slug), set()) if is_acronym(entity.name) else set()
            if len(meant) == 1:
                keys[index] = _Key(*next(iter(meant)), "acronym")
            else:
                keys[index] = _Key(spellings.get((entity.kind, slug), slug), "", "spelling")
    return [keys[index] for index in range(len(named))]


def _spellings(named: Iterable[_Named]) -> dict[tuple[Kind, str], str]:
    """For long forms that differ in word endings only, the slug that stands for all of them.

    They must abbreviate to the same acronym: "convolution neural network" is a CNN too.
    """
    written: dict[tuple[Kind, str, str], str] = {}
    for entity in named:
        if entity.long and entity.short:
            place = (entity.kind, fold(entity.short), fold(entity.long))
            written[place] = min(written.get(place, entity.long), entity.long)
    alike: defaultdict[tuple[Kind, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (kind, short, slug), long in written.items():
        alike[kind, short, _stems(long)].append(slug)
    best: dict[tuple[Kind, str], str] = {}
    for (kind, _, _), slugs in alike.items():
        chosen = min(slugs, key=_short_first)
        for slug in slugs:
            best[kind, slug] = min(best.get((kind, slug), chosen), chosen, key=_short_first)
    return {(kind, slug): _last(best, kind, slug) for kind, slug in best}


def _last(best: Mapping[tuple[Kind, str], str], kind: Kind, slug: str) -> str:
    """Follow the chain to the slug that stands for itself; every step is to a smaller one."""
    while best[kind, slug] != slug:
        slug = best[kind, slug]
    return slug


def _short_first(text: str) -> tuple[int, str]:
    return len(text), text


def _stems(name: str) -> tuple[str, ...]:
    """The words without their endings.

    >>> _stems("Convolution Neural Networks") == _stems("convolutional neural network")
    True
    """
    return tuple(singular(word)[:_STEM] for word in _WORD.findall(name.casefold()))


@dataclass(slots=True)
class _Known:
    """The lexicon, asked about an entity as a whole."""

    lexicon: Lexicon
    _long_forms: dict[tuple[Kind, str], frozenset[tuple[str, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in KINDS:
            for entry in self.lexicon.entries(kind):
                stems = map(_stems, (entry.name, *entry.aliases))
                self._long_forms[kind, entry.name] = frozenset(s for s in stems if len(s) > 1)

    def name_of(self, entity: _Named) -> str | None:
        """The lexicon's name for it: asked by its long form, its name, then the longest first."""
        others = sorted(entity.forms, key=lambda form: (-len(form), form))
        for form in filter(None, (entity.long, entity.name, *others)):
            name = self.lexicon.lookup(entity.kind, form)
            if name and (form == entity.long or self._agrees(entity, name)):
                return name
        return None

    def _agrees(self, entity: _Named, name: str) -> bool:
        """Whether what the paper spells out can be what the lexicon means by `name`."""
        if not entity.long:
            return True
        short = singular(entity.short.casefold())[:_STEM]
        spelled = {s for s in self._long_forms[entity.kind, name] if short not in s}
        return not spelled or _stems(entity.long) in spelled


@dataclass(slots=True)
class _Tally:
    """What the papers call one node: each name, and how many papers do."""

    canonical: str = ""
    forms: Counter[str] = field(default_factory=Counter)
    short: Counter[str] = field(default_factory=Counter)
    long: Counter[str] = field(default_factory=Counter)


def _nodes(named: Sequence[_Named], keys: Sequence[_Key]) -> Iterator[Node]:
    tallies = dict(sorted(_tallies(named, keys).items()))
    holders = Counter(
        (kind, claim)
        for (kind, slug), tally in tallies.items()
        for claim in {slug, fold(_most(tally.short, tally.forms))}
    )
    for (kind, slug), tally in tallies.items():
        short, long = (_most(names, tally.forms) for names in (tally.short, tally.long))
        shared = bool(long) and holders[kind, fold(short)] > 1
        label = _label(tally, slug, short, long, shared=shared)
        ranked = sorted(tally.forms.items(), key=lambda item: (-item[1], item[0]))
        aliases = tuple((form, papers) for form, papers in ranked if form != label)
        yield Node(f"{kind}:{slug}", kind, label, aliases, short, long)


def _label(tally: _Tally, slug: str, short: str, long: str, *, shared: bool) -> str:
    """The name to show: the lexicon's, the paper's acronym, with its meaning where several nodes
    of the kind share it, or what most papers write."""
    if tally.canonical:
        return tally.canonical
    if shared:
        return f"{short} ({long})"
    own = Counter({form: papers for form, papers in tally.forms.items() if fold(form) == slug})
    return short or _most(own or tally.forms, tally.forms)


def _tallies(named: Sequence[_Named], keys: Sequence[_Key]) -> dict[tuple[Kind, str], _Tally]:
    tallies: defaultdict[tuple[Kind, str], _Tally] = defaultdict(_Tally)
    pairs = ((entity, key) for entity, key in zip(named, keys, strict=True) if key.slug)
    for _, of_paper in groupby(pairs, key=lambda pair: pair[0].paper):
        said: defaultdict[tuple[Kind, str], list[_Named]] = defaultdict(list)
        for entity, key in of_paper:
            node = (entity.kind, key.slug)
            said[node].append(entity)
            tallies[node].canonical = tallies[node].canonical or key.canonical
        for node, entities in said.items():
            tally = tallies[node]
            tally.forms.update(frozenset().union(*(entity.forms for entity in entities)))
            tally.short.update({entity.short for entity in entities if entity.short})
            tally.long.update({entity.long for entity in entities if entity.long})
    return tallies


def _most(names: Counter[str], forms: Container[str]) -> str:
    """The name that most papers use, cased before lower, in the singular if that is a form too.

    >>> _most(Counter({"deep nets": 3, "Deep Nets": 3}), {"Deep Net"}), _most(Counter(), ())
    ('Deep Net', '')
    """
    most = min(names, key=lambda name: (-names[name], name.islower(), name), default="")
    return singular(most) if singular(most) in forms else most
