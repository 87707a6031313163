"""The rules in their order, on names of any part of the papers that is closed under `ties`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kg import lexicon as shipped
from kg.model import Extraction
from kg.resolve.clusters import Clusters, Step, met, paths, spelled_out
from kg.resolve.decided import Decided, across_kinds, apart, decide, forced, kept, split
from kg.resolve.groups import Group, grouped
from kg.resolve.keys import Known, keys
from kg.resolve.kinds import Move, settle
from kg.resolve.mentions import Named, named
from kg.resolve.nodes import nodes, tallies
from kg.resolve.normal import Normalizer
from kg.resolve.overrides import Override
from kg.resolve.ties import Ties
from kg.resolve.values import (
    Decision,
    Lexicon,
    Link,
    Node,
    Place,
    Resolution,
    Resolved,
    Variant,
)
from kg.resolve.variants import variants
from kg.resolve.vocabulary import Vocabulary

#: Of another version of the rules all is resolved anew.
VERSION: Final = "1"


@dataclass(slots=True)
class Resolver:
    """What knows names: the lexicon and what the user decides; it remembers what it worked out."""

    lexicon: Lexicon
    overrides: Sequence[Override] = ()
    normal: Normalizer = field(init=False)
    known: Known = field(init=False)
    _ties: Ties = field(init=False)

    def __post_init__(self) -> None:
        self.normal = Normalizer(Vocabulary.of(self.lexicon), self.lexicon)
        self.known = Known(self.lexicon)
        self._ties = Ties(self.lexicon, self.normal, self.known, self.overrides)

    def ties(self, entities: Sequence[Named]) -> set[int]:
        """What ties entities of one folded name to others (see `kg.resolve.ties`)."""
        return self._ties(entities)

    def __call__(self, named: Sequence[Named]) -> Resolved:
        """What becomes of the names, whatever their order; all that is tied to one is there."""
        entities = [self.known.told(entity) for entity in named]
        placed, acronyms = keys(entities, self.known)
        placed = split(self.overrides, entities, placed)
        entities, placed, moves = settle(entities, placed, self.lexicon, keep=kept(self.overrides))
        decided = decide(self.overrides, entities, placed)
        by_hand = across_kinds(decided, entities, placed, moves)
        groups = grouped(entities, placed, self.lexicon, self.normal, nameless=by_hand)
        clusters = Clusters(groups, apart(decided))
        clusters.join(forced(decided), force=True)
        clusters.join(met(groups, self.normal))
        clusters.join(spelled_out(groups, acronyms))
        steps = paths(clusters)
        place_of = {place: clusters.representative(place) for place in groups}
        dropped = {place_of[place] for place in decided.dropped}
        places = [
            None if not key.slug or (place := place_of[entity.kind, key.slug]) in dropped else place
            for entity, key in zip(entities, placed, strict=True)
        ]
        tallied = tallies(entities, placed, places, steps)
        labels = {place_of[place]: label for place, label in decided.labels.items()}
        found = tuple(nodes(tallied, labels))
        families = variants(found, self.lexicon)
        links = tuple(
            Link(_id(place), key.reason) if place else None
            for key, place in zip(placed, places, strict=True)
        )
        ledger = (
            *_joined(steps, groups, place_of, dropped),
            *_moved(entities, places, moves),
            *_variants(found, families),
            *_decided(decided, place_of, labels, found),
        )
        return Resolved(found, links, families, tuple(sorted(ledger)), tuple(decided.unused))


def resolve(
    extractions: Iterable[Extraction],
    *,
    lexicon: Lexicon = shipped,
    overrides: Sequence[Override] = (),
) -> Resolution:
    """The canonical entities of these extractions, the same whatever their order.

    >>> from kg.model import Entity
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
    said: defaultdict[Named, list[tuple[int, str]]] = defaultdict(list)
    for number, extraction in enumerate(extractions):
        for entity in named(extraction):
            said[entity].append((number, extraction.paper))
    entities = [
        entity._replace(papers=tuple(number for number, _ in papers))
        for entity, papers in sorted(said.items())
    ]
    found = Resolver(lexicon, overrides)(entities)
    links = {
        (paper, entity.name): link
        for entity, link in zip(entities, found.links, strict=True)
        if link
        for _, paper in said[entity._replace(papers=())]
    }
    return Resolution(found.nodes, links, found.variants, found.ledger, found.unused)


def _id(place: Place) -> str:
    return ":".join(place)


def _joined(
    steps: Mapping[Place, Step],
    groups: Mapping[Place, Group],
    place_of: Mapping[Place, Place],
    dropped: Iterable[Place],
) -> Iterator[Decision]:
    for place, (pair, _) in steps.items():
        if place_of[place] not in dropped:
            node, papers = _id(place_of[place]), len(groups[place].papers)
            yield Decision(node, "same", *pair.names, pair.reason, pair.score, papers)


def _moved(
    entities: Sequence[Named], places: Sequence[Place | None], moves: Mapping[int, Move]
) -> Iterator[Decision]:
    papers: defaultdict[tuple[str, str, str, str, float], Counter[str]] = defaultdict(Counter)
    for index, move in moves.items():
        if place := places[index]:
            about = (_id(place), _id(move.source), move.reason, "", move.score)
            papers[about][entities[index].name] += len(entities[index].papers)
    for (node, source, reason, _, score), names in papers.items():
        name = min(names, key=lambda name: (-names[name], name))
        yield Decision(node, "moved", name, source, reason, score, names.total())


def _variants(found: Sequence[Node], families: Mapping[str, Variant]) -> Iterator[Decision]:
    labels = {node.id: node.label for node in found}
    for node, (family, score) in families.items():
        reason = f"{labels[node]} is {labels[family]} with a size or version"
        yield Decision(node, "variant", labels[node], family, reason, score, 0)


def _decided(
    decided: Decided,
    place_of: Mapping[Place, Place],
    labels: Mapping[Place, str],
    found: Sequence[Node],
) -> Iterator[Decision]:
    there = {node.id for node in found}
    for one, other in decided.different:
        pair = _id(place_of.get(one, one)), _id(place_of.get(other, other))
        for node, kept_from in (pair, pair[::-1]):
            if node in there:
                yield Decision(node, "apart", one[1], kept_from, "override", 1.0, 0)
    for place, label in labels.items():
        if _id(place) in there:
            yield Decision(_id(place), "renamed", label, place[1], "override", 1.0, 0)
