"""Names of many papers -> canonical entities: what is one thing meets, what is not stays apart.

The rules, in their order:

1. Every entity of every paper gets a key: the lexicon's name for it, the long form of its
   acronym, or its own name (`keys`).
2. A name that papers use under several kinds goes where a clear majority puts it (`kinds`).
3. Groups of one kind whose names have the same normal form are one (`normal`, `clusters`):
   inflection, British spelling, word order, misspelling, acronyms inside, a last word that only
   says what the thing is. Nothing is compared with everything: names meet under the normal form.
   So are long forms of one acronym that are alike (`acronyms`). An acronym that the lexicon
   does not know is spelled out by the one name beside it in its paper whose initials it is.
4. Numbers, sizes and versions keep names apart (`marks`), and so does the lexicon, which knows
   two of its names as two things. A size or version is a variant of its family (`variants`).
5. The user's decisions win over all of that (`overrides`, `decided`).

A node's id is its kind and the slug of one name of its cluster: the lexicon's, else a long form
that a paper gives, else the shortest. It never depends on counts, nor on the order of the papers;
every join, move and variant is told with its reason in the ledger.

Whatever the rules look at, names that bear on each other share a key, of few that a name has
(`ties`). So names fall into many small worlds, and what becomes of one depends on its world only:
papers that are added change the worlds that they touch, and the others stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from kg import lexicon as shipped
from kg.model import Extraction
from kg.resolve.mentions import Named, named
from kg.resolve.overrides import Override, default_path, read_overrides
from kg.resolve.resolver import Resolver
from kg.resolve.values import (
    Decision,
    Entry,
    Lexicon,
    Link,
    Name,
    Node,
    Reason,
    Resolution,
    Resolved,
    Variant,
    Verdict,
)

#: Of another version of the rules all is resolved anew.
VERSION: Final = "1"

__all__ = [
    "VERSION",
    "Decision",
    "Entry",
    "Lexicon",
    "Link",
    "Name",
    "Named",
    "Node",
    "Override",
    "Reason",
    "Resolution",
    "Resolved",
    "Resolver",
    "Variant",
    "Verdict",
    "default_path",
    "named",
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
