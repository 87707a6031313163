"""From what a user types to a node: exactly, or not at all."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from kg.errors import AmbiguousEntity, UnknownEntity
from kg.query.source import Graph, Source, source
from kg.store.words import begin_in, beginnings
from kg.text import fold

How = Literal["id", "label", "alias", "spelling", "words", "title", "abstract", "close"]

#: Where words are looked for, by the rule that they fit there, best first.
_FIELDS: Final = {"words": "name", "title": "title", "abstract": "abstract"}
_RULES: Final[tuple[How, ...]] = ("id", "label", "alias", "spelling", "words", "title", "abstract")
#: Of the papers that name what has a name, so many name the one that it is the label of, if that
#: is what the name means.
CLEAR: Final = 0.95
_EXCERPT: Final = 60
_CLOSE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Match:
    """A node that was found: `surface` is the text that matched, `how` the rule that matched it.

    The rules, best first: the id; the label; another name; a name spelled otherwise; words of a
    name; words of a paper's title, then of its abstract. "close" is a name that only looks alike.
    """

    id: str
    label: str
    kind: str
    papers: int
    surface: str
    how: How


def lookup(G: Graph, name: str, *, kind: str | None = None) -> str:
    """The id of the one node that the name means.

    A node id means itself. Otherwise the name is compared, without case, with what nodes are
    properly called (label, short and long form, paper id), then with their aliases; then both
    again by `kg.text.fold`, which forgives hyphens, spaces and plurals. The first comparison that
    fits any node decides. Where it fits several, the name means the one that it is the label of
    if nearly all papers (`CLEAR`) name that one; else it is refused, never guessed.

    Raises `AmbiguousEntity` with the choices, or `UnknownEntity` with the closest names.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> G.add_node("method:bert", label="BERT", kind="method", papers=3, aliases=["Bert model"])
    >>> lookup(G, "bert-models")
    'method:bert'
    >>> lookup(G, "BRET")
    Traceback (most recent call last):
    ...
    kg.errors.UnknownEntity: nothing in the graph is called 'BRET'; did you mean BERT?
    """
    g = source(G)
    if g.has(name) and kind in (None, g.brief(name).kind):
        return name
    called = [node for node in g.called(name) if kind in (None, g.brief(node).kind)]
    forms: tuple[Callable[[str], str], ...] = (str.casefold, fold)
    for form in forms:
        wanted = form(name.strip())
        for names in (_proper_names, _aliases):
            found = [
                node for node in called if wanted and wanted in map(form, names(node, g.data(node)))
            ]
            if len(found) > 1:
                found = _labelled(g, found, form, wanted) or found
            if len(found) == 1:
                return found[0]
            if found:
                raise AmbiguousEntity(name, _choices(g, found))
    raise UnknownEntity(name, [surface for surface, _ in _close(g, name, kind, limit=5)])


def _labelled(g: Source, nodes: list[str], form: Callable[[str], str], wanted: str) -> list[str]:
    """The one node that has this label, if it is clear that it is meant."""
    own = [node for node in nodes if form(g.brief(node).label) == wanted]
    papers = sum(g.brief(node).papers for node in nodes)
    return own if len(own) == 1 and g.brief(own[0]).papers >= CLEAR * papers else []


def find(G: Graph, text: str, *, kind: str | None = None, limit: int = 20) -> list[Match]:
    """The nodes that the text may mean, best first: by rule (see `Match`), papers, then label.

    All its words have to be there, in any order, each from its beginning. Names that are only
    close are the answer when no rule fits any node.

    >>> import networkx as nx
    >>> G = nx.MultiDiGraph()
    >>> G.add_node("method:visiontransformer", label="Vision Transformer", kind="method", papers=3,
    ...            aliases=["ViT"])
    >>> [(m.label, m.surface, m.how) for m in find(G, "vit")]
    [('Vision Transformer', 'ViT', 'alias')]
    >>> [find(G, text)[0].how for text in ("trans", "vison transfromer")]
    ['words', 'close']
    """
    if not text.strip():
        return []
    g = source(G)
    wanted = _Wanted(text.strip())
    found = list(itertools.islice(_found(g, wanted, kind), limit))
    if found:
        return found
    return [
        Match(node, *g.brief(node)[:3], surface, "close")
        for surface, node in _close(g, text, kind, limit=limit)
    ]


def _found(g: Source, wanted: _Wanted, kind: str | None) -> Iterator[Match]:
    """All that a rule fits, best first; what is worse is only looked for when it is needed."""
    exact = [node for node in (wanted.text, f"paper:{wanted.text}") if g.has(node)]
    exact = list(dict.fromkeys((*exact, *g.called(wanted.text))))
    named = (m for node in exact if (m := _match(g, wanted, node)) and m.how not in _FIELDS)
    first = sorted(
        (match for match in named if kind in (None, match.kind)),
        key=lambda m: (_RULES.index(m.how), -m.papers, m.label.casefold(), m.id),
    )
    yield from first
    told = {match.id for match in first}
    for rule, field in _FIELDS.items():
        for node in g.worded(wanted.begins, kind, field):
            if node not in told and (match := _match(g, wanted, node)) and match.how == rule:
                told.add(node)
                yield match


def _match(g: Source, wanted: _Wanted, node: str) -> Match | None:
    """The node, by the best rule that fits it."""
    for how, surface in _fitting(wanted, node, g.data(node)):
        return Match(node, *g.brief(node)[:3], surface, how)
    return None


def _proper_names(node: str, data: Mapping[str, Any]) -> Iterator[str]:
    yield data["label"]
    if data["kind"] == "paper":
        yield node.removeprefix("paper:")
    yield from filter(None, (data.get("short"), data.get("long")))


def _aliases(node: str, data: Mapping[str, Any]) -> Iterable[str]:
    aliases: list[str] = data["aliases"]
    return aliases


def _all_names(node: str, data: Mapping[str, Any]) -> Iterator[str]:
    yield from _proper_names(node, data)
    yield from _aliases(node, data)


def _choices(g: Source, nodes: list[str]) -> list[tuple[str, str, str, int]]:
    """What `AmbiguousEntity` lists, the most common first."""
    choices = [(node, b.label, b.kind, b.papers) for node in nodes for b in [g.brief(node)]]
    return sorted(choices, key=lambda choice: (-choice[3], choice[0]))


def _close(g: Source, name: str, kind: str | None, *, limit: int) -> list[tuple[str, str]]:
    """The names most like this one, each with its node, one a node."""
    from rapidfuzz import fuzz, process

    # No name of another length can be so close: at best all letters of the shorter one are common.
    part = _CLOSE / (200 - _CLOSE)
    names = g.names(kind, math.ceil(len(name) * part), math.floor(len(name) / part))
    scored = process.extract(
        name.casefold(),
        [surface.casefold() for surface, _ in names],
        scorer=fuzz.ratio,
        score_cutoff=_CLOSE,
        limit=None,
    )
    hits = [(-score, *names[index]) for _, score, index in scored]
    ids = g.ids([handle for _, _, handle in hits])
    best: dict[str, str] = {}
    for _, node, surface in sorted((s, i, n) for (s, n, _), i in zip(hits, ids, strict=True)):
        best.setdefault(node, surface)
    return [(surface, node) for node, surface in best.items()][:limit]


class _Wanted:
    """A searched text, and the forms in which it is compared."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.caseless = text.casefold()
        self.folded = fold(text)
        self.begins = beginnings(text)

    def excerpt(self, text: str) -> str:
        """The text around its first word, cut at spaces."""
        found = re.search(rf"(?<![^\W_]){re.escape(self.begins[0])}", text, re.IGNORECASE)
        start, end = found.span() if found else (0, 0)
        before = text[max(start - _EXCERPT, 0) : start]
        after = text[end : end + _EXCERPT]
        if start > _EXCERPT:
            before = before.partition(" ")[2]
        if end + _EXCERPT < len(text):
            after = after.rpartition(" ")[0]
        return before + text[start:end] + after


def _fitting(wanted: _Wanted, node: str, data: Mapping[str, Any]) -> Iterator[tuple[How, str]]:
    """The rules that fit the node, best first, each with the text that fits."""
    label, names = data["label"], list(_all_names(node, data))
    if wanted.text in (node, node.removeprefix("paper:")):
        yield "id", node
    if label.casefold() == wanted.caseless:
        yield "label", label
    yield from (("alias", name) for name in names if name.casefold() == wanted.caseless)
    yield from (
        ("spelling", name) for name in names if wanted.folded and fold(name) == wanted.folded
    )
    if data["kind"] != "paper":
        yield from (("words", name) for name in names if begin_in(wanted.begins, name))
    elif begin_in(wanted.begins, data["title"]):
        yield "title", data["title"]
    elif begin_in(wanted.begins, data["abstract"]):
        yield "abstract", wanted.excerpt(data["abstract"])
