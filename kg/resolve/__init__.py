"""Names of many papers -> canonical entities: what is one thing meets, what is not stays apart.

The rules, in their order:

1. Every entity of every paper gets a key: the lexicon's name for it, the long form of its
   acronym, or its own name (`keys`).
2. A name that papers use under several kinds goes where a clear majority puts it (`kinds`).
3. Groups of one kind whose names have the same normal form are one (`normal`, `clusters`):
   inflection, British spelling, word order, misspelling, acronyms inside, a last word that only
   says what the thing is. Nothing is compared with everything: names meet under the normal form.
   So are long forms of one acronym that are alike (`acronyms`), and a bare acronym and the one
   long form that its initials and its company fit (`context`).
4. Numbers, sizes and versions keep names apart (`marks`), and so does the lexicon, which knows
   two of its names as two things. A size or version is a variant of its family (`variants`).
5. The user's decisions win over all of that (`overrides`, `decided`).

A node's id is its kind and the slug of one name of its cluster: the lexicon's, else a long form
that a paper gives, else the shortest. It never depends on counts, nor on the order of the papers;
every join, move and variant is told with its reason in the ledger.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg import lexicon as shipped
from kg.model import Extraction
from kg.resolve.clusters import Clusters, Step, met, paths, spelled_out
from kg.resolve.context import in_company
from kg.resolve.decided import Decided, across_kinds, apart, decide, forced, kept, split
from kg.resolve.groups import Group, grouped
from kg.resolve.keys import keys
from kg.resolve.kinds import Move, settle
from kg.resolve.mentions import Named, named
from kg.resolve.nodes import nodes, tallies
from kg.resolve.normal import Normalizer
from kg.resolve.overrides import Override, default_path, read_overrides
from kg.resolve.values import (
    Decision,
    Entry,
    Lexicon,
    Link,
    Name,
    Node,
    Place,
    Reason,
    Resolution,
    Variant,
    Verdict,
)
from kg.resolve.variants import variants
from kg.resolve.vocabulary import Vocabulary

__all__ = [
    "Decision",
    "Entry",
    "Lexicon",
    "Link",
    "Name",
    "Node",
    "Override",
    "Reason",
    "Resolution",
    "Variant",
    "Verdict",
    "default_path",
    "read_overrides",
    "resolve",
]


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
    entities = named(extractions)
    placed, acronyms = keys(entities, lexicon)
    placed = split(overrides, entities, placed)
    entities, placed, moves = settle(entities, placed, lexicon, keep=kept(overrides))
    decided = decide(overrides, entities, placed)
    across_kinds(decided, entities, placed, moves)
    normal = Normalizer(Vocabulary.of(lexicon), lexicon)
    groups = grouped(entities, placed, lexicon, normal)
    clusters = Clusters(groups, apart(decided))
    clusters.join(forced(decided), force=True)
    clusters.join(met(groups, normal))
    clusters.join(spelled_out(groups, acronyms))
    clusters.join(in_company(groups))
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
    families = variants(found, lexicon)
    links = {
        (entity.paper, entity.name): Link(_id(place), key.reason)
        for entity, key, place in zip(entities, placed, places, strict=True)
        if place
    }
    ledger = (
        *_joined(steps, groups, place_of, dropped),
        *_moved(entities, places, moves),
        *_variants(found, families),
        *_decided(decided, place_of, labels, found),
    )
    return Resolution(found, links, families, tuple(sorted(ledger)), tuple(decided.unused))


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
            papers[about][entities[index].name] += 1
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
