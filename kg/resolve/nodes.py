"""Clusters of groups as nodes: label, names with their reasons, short and long form."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from kg.resolve.clusters import Step
from kg.resolve.keys import Key
from kg.resolve.mentions import Named
from kg.resolve.values import Name, Node, Place
from kg.text import fold, singular

#: How sure a name is an entity's when its own paper is the only one to say so.
OWN_PAPER: Final = 0.9


@dataclass(slots=True)
class Tally:
    """What the papers call one node: each name, how many papers do, and why it is one."""

    canonical: str = ""
    slugs: set[str] = field(default_factory=set)
    forms: Counter[str] = field(default_factory=Counter)
    short: Counter[str] = field(default_factory=Counter)
    long: Counter[str] = field(default_factory=Counter)
    why: dict[str, tuple[float, str]] = field(default_factory=dict)


def tallies(
    entities: Sequence[Named],
    keys: Sequence[Key],
    places: Sequence[Place | None],
    steps: Mapping[Place, Step],
) -> dict[Place, Tally]:
    """The tally of each node, by its place; `places` are those of the entities, in their order."""
    found: defaultdict[Place, Tally] = defaultdict(Tally)
    rows = [row for row in zip(entities, keys, places, strict=True) if row[2]]
    for _, of_paper in groupby(rows, key=lambda row: row[0].paper):
        said: defaultdict[Place, list[Named]] = defaultdict(list)
        for entity, key, place in of_paper:
            assert place
            said[place].append(entity)
            found[place].canonical = found[place].canonical or key.canonical
            found[place].slugs.add(key.slug)
            _explain(found[place], entity, key, place, steps)
        for place, same in said.items():
            tally = found[place]
            tally.forms.update(frozenset().union(*(entity.forms for entity in same)))
            tally.short.update({entity.short for entity in same if entity.short})
            tally.long.update({entity.long for entity in same if entity.long})
    return dict(sorted(found.items()))


def _explain(
    tally: Tally, entity: Named, key: Key, place: Place, steps: Mapping[Place, Step]
) -> None:
    """Keep the surest reason for each name of the entity."""
    step = steps.get((entity.kind, key.slug))
    for form in entity.forms:
        if step:
            reason = (step.sure, f"{step.pair.reason}: {step.pair.names[1]}")
        elif form in (entity.name, entity.short, entity.long):
            reason = (key.score, key.reason)
        else:
            reason = (OWN_PAPER, "its own paper")
        if fold(form) == place[1]:
            reason = (1.0, "spelling") if key.reason != "lexicon" else (1.0, "lexicon")
        if reason > tally.why.get(form, (0.0, "")):
            tally.why[form] = reason


def nodes(tallied: Mapping[Place, Tally], labels: Mapping[Place, str]) -> Iterator[Node]:
    """The node of each tally, in its order; `labels` are those that the user gives."""
    holders = Counter(
        (kind, claim)
        for (kind, slug), tally in tallied.items()
        for claim in {slug, fold(_most(tally.short, tally.forms))}
    )
    for (kind, slug), tally in tallied.items():
        short, long = (_most(names, tally.forms) for names in (tally.short, tally.long))
        shared = bool(long) and holders[kind, fold(short)] > 1
        label = labels.get((kind, slug)) or _label(tally, slug, short, long, shared=shared)
        ranked = sorted(tally.forms.items(), key=lambda item: (-item[1], item[0]))
        names = tuple(Name(form, n, tally.why[form][1], tally.why[form][0]) for form, n in ranked)
        yield Node(f"{kind}:{slug}", kind, label, names, short, long)


def _label(tally: Tally, slug: str, short: str, long: str, *, shared: bool) -> str:
    """The name to show: the lexicon's, the paper's acronym, with its meaning where several nodes
    of the kind share it, or what most papers write."""
    if tally.canonical:
        return tally.canonical
    if shared:
        return f"{short} ({long})"
    slugs = tally.slugs | {slug}
    own = Counter({form: papers for form, papers in tally.forms.items() if fold(form) in slugs})
    return short or _most(own or tally.forms, tally.forms)


def _most(names: Counter[str], forms: Container[str]) -> str:
    """The name that most papers use, cased before lower, in the singular if that is a form too.

    >>> _most(Counter({"deep nets": 3, "Deep Nets": 3}), {"Deep Net"}), _most(Counter(), ())
    ('Deep Net', '')
    """
    most = min(names, key=lambda name: (-names[name], name.islower(), name), default="")
    return singular(most) if singular(most) in forms else most
