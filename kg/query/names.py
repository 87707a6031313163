"""From what a user types to a node: exactly, or not at all."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import networkx as nx
from rapidfuzz import fuzz, process

from kg.errors import AmbiguousEntity, UnknownEntity
from kg.query.memo import remembered
from kg.text import fold

How = Literal["id", "label", "alias", "spelling", "words", "title", "abstract", "close"]
Named = tuple[str, dict[str, Any]]
_Names = Callable[[str, dict[str, Any]], Iterable[str]]
_Form = Callable[[str], str]
_Table = dict[str, list[str]]

_RULES: Final[tuple[How, ...]] = ("id", "label", "alias", "spelling", "words", "title", "abstract")
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


def lookup(G: nx.MultiDiGraph, name: str, *, kind: str | None = None) -> str:
    """The id of the one node that the name means.

    A node id means itself. Otherwise the name is compared, without case, with what nodes are
    properly called (label, short and long form, paper id), then with their aliases; then both
    again by `kg.text.fold`, which forgives hyphens, spaces and plurals. The first comparison that
    fits any node decides, and where it fits several the name is refused, never guessed. The names
    of a graph are read once and remembered until it changes.

    Raises `AmbiguousEntity` with the choices, or `UnknownEntity` with the closest names.

    >>> G = nx.MultiDiGraph()
    >>> G.add_node("method:bert", label="BERT", kind="method", papers=3, aliases=["Bert model"])
    >>> lookup(G, "bert-models")
    'method:bert'
    >>> lookup(G, "BRET")
    Traceback (most recent call last):
    ...
    kg.errors.UnknownEntity: nothing in the graph is called 'BRET'; did you mean BERT?
    """
    if name in G and kind in (None, G.nodes[name]["kind"]):
        return name
    forms: tuple[_Form, ...] = (str.casefold, fold)
    for form in forms:
        wanted = form(name.strip())
        for names in (_proper_names, _aliases):
            named = remembered(_table, G, form, names).get(wanted, ()) if wanted else ()
            found = [node for node in named if kind in (None, G.nodes[node]["kind"])]
            if len(found) == 1:
                return found[0]
            if found:
                raise AmbiguousEntity(name, _choices(G, found))
    nodes = _nodes(G, kind)
    raise UnknownEntity(name, [surface for surface, _ in _close(name, nodes, limit=5)])


def find(G: nx.MultiDiGraph, text: str, *, kind: str | None = None, limit: int = 20) -> list[Match]:
    """The nodes that the text may mean, best first: by rule (see `Match`), papers, then label.

    All its words have to be there, in any order, each from its beginning. Names that are only
    close are the answer when no rule fits any node.

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
    nodes = _nodes(G, kind)
    wanted = _Wanted(text.strip())
    matches = [
        Match(node, data["label"], data["kind"], data["papers"], surface, how)
        for node, data in nodes
        for how, surface in itertools.islice(_fitting(wanted, node, data), 1)
    ]
    if matches:
        matches.sort(key=lambda m: (_RULES.index(m.how), -m.papers, m.label.casefold(), m.id))
        return matches[:limit]
    return [
        Match(node, data["label"], data["kind"], data["papers"], surface, "close")
        for surface, node in _close(text, nodes, limit=limit)
        for data in (G.nodes[node],)
    ]


def _nodes(G: nx.MultiDiGraph, kind: str | None) -> list[Named]:
    return [(node, data) for node, data in G.nodes(data=True) if kind in (None, data["kind"])]


def _table(G: nx.MultiDiGraph, form: _Form, names: _Names) -> _Table:
    """The ids of the nodes, in the graph's order, under each form of these names of theirs."""
    table: _Table = {}
    for node, data in G.nodes(data=True):
        for key in dict.fromkeys(map(form, names(node, data))):
            table.setdefault(key, []).append(node)
    return table


def _proper_names(node: str, data: dict[str, Any]) -> Iterator[str]:
    yield data["label"]
    if data["kind"] == "paper":
        yield node.removeprefix("paper:")
    yield from filter(None, (data.get("short"), data.get("long")))


def _aliases(node: str, data: dict[str, Any]) -> Iterable[str]:
    aliases: list[str] = data["aliases"]
    return aliases


def _all_names(node: str, data: dict[str, Any]) -> Iterator[str]:
    yield from _proper_names(node, data)
    yield from _aliases(node, data)


def _choices(G: nx.MultiDiGraph, nodes: list[str]) -> list[tuple[str, str, str, int]]:
    """What `AmbiguousEntity` lists, the most common first."""
    choices = [
        (node, data["label"], data["kind"], data["papers"])
        for node, data in ((node, G.nodes[node]) for node in nodes)
    ]
    return sorted(choices, key=lambda choice: (-choice[3], choice[0]))


def _close(name: str, nodes: list[Named], *, limit: int) -> list[tuple[str, str]]:
    """The names most like this one, each with its node, one a node."""
    names = [(surface, node) for node, data in nodes for surface in _all_names(node, data)]
    scored = process.extract(
        name.casefold(),
        [surface.casefold() for surface, _ in names],
        scorer=fuzz.ratio,
        score_cutoff=_CLOSE,
        limit=4 * limit,
    )
    best: dict[str, str] = {}
    for _, _, index in sorted(scored, key=lambda hit: (-hit[1], names[hit[2]][1], hit[2])):
        surface, node = names[index]
        best.setdefault(node, surface)
    return [(surface, node) for node, surface in best.items()][:limit]


class _Wanted:
    """A searched text, and the forms in which it is compared."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.caseless = text.casefold()
        self.folded = fold(text)
        self.words = re.findall(r"[^\W_]+", self.caseless)
        self.begins = [re.compile(rf"(?<![^\W_]){re.escape(w)}", re.I) for w in self.words]

    def words_in(self, text: str) -> bool:
        """Whether all words begin somewhere in the text."""
        caseless = text.casefold()
        return (
            bool(self.words)
            and all(word in caseless for word in self.words)
            and all(begin.search(text) for begin in self.begins)
        )

    def excerpt(self, text: str) -> str:
        """The text around its first word, cut at spaces."""
        found = self.begins[0].search(text)
        start, end = found.span() if found else (0, 0)
        before = text[max(start - _EXCERPT, 0) : start]
        after = text[end : end + _EXCERPT]
        if start > _EXCERPT:
            before = before.partition(" ")[2]
        if end + _EXCERPT < len(text):
            after = after.rpartition(" ")[0]
        return before + text[start:end] + after


def _fitting(wanted: _Wanted, node: str, data: dict[str, Any]) -> Iterator[tuple[How, str]]:
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
        yield from (("words", name) for name in names if wanted.words_in(name))
    elif wanted.words_in(data["title"]):
        yield "title", data["title"]
    elif wanted.words_in(data["abstract"]):
        yield "abstract", wanted.excerpt(data["abstract"])
