"""Clusters of groups as nodes: label, names with their reasons, short and long form."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kg.resolve.clusters import Step
from kg.resolve.keys import Key
from kg.resolve.mentions import Named
from kg.resolve.values import Name, Node, Place, slug_of
from kg.text import fold, singular

#: How sure a name is an entity's when its own paper is the only one to say so.
OWN_PAPER: Final = 0.9
#: A node is called by its long form when that is written so many times as often as the acronym.
SPELLED: Final = 3


@dataclass(slots=True)
class Tally:
    """What the papers call one node: each name, how many papers do, and why it is one.

    `own` are the folded names of its entities, `canonicals` the lexicon's for them.
    """

    canonicals: set[str] = field(default_factory=set)
    slugs: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
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
    same: defaultdict[Place, list[Named]] = defaultdict(list)
    for entity, key, place in zip(entities, keys, places, strict=True):
        if place:
            same[place].append(entity)
            tally = found[place]
            tally.canonicals.add(key.canonical)
            tally.slugs.add(key.slug)
            tally.own.add(fold(entity.name))
            _explain(tally, entity, key, place, steps)
    for place, held in same.items():
        tally = found[place]
        tally.forms = _papers((form, entity) for entity in held for form in entity.forms)
        tally.short = _papers((entity.short, entity) for entity in held if entity.short)
        tally.long = _papers((entity.long, entity) for entity in held if entity.long)
    return dict(sorted(found.items()))


def _papers(said: Iterable[tuple[str, Named]]) -> Counter[str]:
    """How many papers say each."""
    papers: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
    for form, entity in said:
        papers[form].append(entity.papers)
    return Counter({form: len(set().union(*found)) for form, found in papers.items()})


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
        shared = bool(long and fold(short)) and holders[kind, fold(short)] > 1
        label = labels.get((kind, slug)) or _label(tally, slug, short, long, shared=shared)
        ranked = sorted(tally.forms.items(), key=lambda item: (-item[1], item[0]))
        names = tuple(Name(form, n, tally.why[form][1], tally.why[form][0]) for form, n in ranked)
        yield Node(f"{kind}:{slug}", kind, label, names, short, long)


def _label(tally: Tally, slug: str, short: str, long: str, *, shared: bool) -> str:
    """The name to show: the lexicon's, the paper's acronym, with its meaning where several nodes
    of the kind share it, or what most papers write. Where few write the acronym, it is none."""
    if canonicals := tally.canonicals - {""}:
        return min(canonicals, key=lambda name: (slug_of(name) != slug, name))
    if long and _uses(tally, long) >= SPELLED * _uses(tally, short):
        return _written(tally, {fold(long)})
    if shared:
        return f"{short} ({long})"
    return short or _written(tally, tally.slugs | {slug}) or _written(tally, tally.own) or slug


def _written(tally: Tally, folds: Container[str]) -> str:
    """What most papers write of what folds to one of these."""
    own = {form: papers for form, papers in tally.forms.items() if fold(form) in folds}
    return _most(Counter(own), tally.forms)


def _uses(tally: Tally, name: str) -> int:
    """How many papers write a name in the way that most do."""
    return max((n for form, n in tally.forms.items() if fold(form) == fold(name)), default=0)


def _most(names: Counter[str], forms: Container[str]) -> str:
    """The name that most papers use, cased before lower, in the singular if that is a form too.

    >>> _most(Counter({"deep nets": 3, "Deep Nets": 3}), {"Deep Net"}), _most(Counter(), ())
    ('Deep Net', '')
    """
    most = min(names, key=lambda name: (-names[name], name.islower(), name), default="")
    return singular(most) if singular(most) in forms else most
