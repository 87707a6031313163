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

from typing import TYPE_CHECKING

from kg.lazy import load_lazily

if TYPE_CHECKING:
    from kg.resolve.mentions import Named, named
    from kg.resolve.overrides import Override, default_path, read_overrides
    from kg.resolve.resolver import VERSION, Resolver, resolve
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

load_lazily(
    __name__,
    {
        "VERSION": "kg.resolve.resolver",
        "Decision": "kg.resolve.values",
        "Entry": "kg.resolve.values",
        "Lexicon": "kg.resolve.values",
        "Link": "kg.resolve.values",
        "Name": "kg.resolve.values",
        "Named": "kg.resolve.mentions",
        "Node": "kg.resolve.values",
        "Override": "kg.resolve.overrides",
        "Reason": "kg.resolve.values",
        "Resolution": "kg.resolve.values",
        "Resolved": "kg.resolve.values",
        "Resolver": "kg.resolve.resolver",
        "Variant": "kg.resolve.values",
        "Verdict": "kg.resolve.values",
        "default_path": "kg.resolve.overrides",
        "named": "kg.resolve.mentions",
        "read_overrides": "kg.resolve.overrides",
        "resolve": "kg.resolve.resolver",
    },
)
