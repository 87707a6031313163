"""Questions in Cypher, answered by the library grand-cypher on a light copy of the graph.

Nodes have the attributes that kg/graph.py states, and their `id`; their kind is their label, as
in `(d:dataset)`. Edges have theirs, and for the evidence its best `sentence`; their relation is
their type, as in `-[r:evaluated_on]->`.

The library knows a part of Cypher: MATCH, WHERE, RETURN, ORDER BY, SKIP, LIMIT, the aggregates
COUNT, SUM, AVG, MAX, MIN and COLLECT, and walks as in `-[:uses*1..2]->`. It searches in Python
and from the first node of the pattern on, so that on a big graph a question takes seconds, or
minutes; a node that a `label` or an `id` pins down, without OR and NOT, is where it starts.
Its own shortcuts are not taken: they lose rows of an OR, and limit rows before they are counted.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx

from kg.errors import InputError, KgError
from kg.query.edges import ranked

DEFAULT_LIMIT: Final = 50

_STRING: Final = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""", re.DOTALL)
_SLOT: Final = re.compile(r'"(\d+)"')
_LIMIT: Final = re.compile(r"\blimit\s+(\d+)\s*$", re.I)
_MATCH: Final = re.compile(r"\bmatch\b", re.I)
_ORDER: Final = re.compile(r"\border\s+by\b", re.I)
#: What is told of all rows, so that none may be left out before.
_WHOLE: Final = re.compile(r"\b(?:distinct|order|count|sum|avg|max|min|collect)\b", re.I)
#: What makes `d.label = "..."` no condition that must hold, or not for one node of the graph.
_UNSURE: Final = re.compile(r"\b(?:or|not)\b|[+/%]|\*\s*(?:0|[a-z]\w*\.)", re.I)
_IN_CAPITALS: Final = re.compile(r"\b(?:count|sum|avg|max|min|collect|exists)(?=\s*[({])", re.I)
_BARE: Final = re.compile(r"\b(?:SUM|AVG|MAX|MIN|COLLECT)\s*\(\s*\w+\s*\)")
_EDGE: Final = re.compile(r"\)\s*(<?)-(?:\[[^\]]*\])?-(>?)\s*\(")
_NODE: Final = re.compile(r"\(\s*(\w+)")
#: A node's name, `label` or `id`, and the number of the string that it must equal.
_PINNED: Final = (
    re.compile(r'\b(\w+)\.(label|id)\s*==?\s*"(\d+)"'),
    re.compile(r'\(\s*(\w+)[^(){}]*\{[^{}]*?\b(label|id)\s*:\s*"(\d+)"'),
)

Columns = Mapping[str, list[Any]]


def cypher(G: nx.MultiDiGraph, query: str, *, limit: int = DEFAULT_LIMIT) -> list[dict[str, Any]]:
    """The rows that answer the query, each a dict from what it returns to plain values.

    A node or an edge is the dict of its attributes. There are at most `limit` rows, or what the
    query's own LIMIT says. Strings stand in single or double quotes. Raises InputError when the
    query cannot be read or answered, and KgError when grand-cypher is not installed.

    >>> G = nx.MultiDiGraph()
    >>> for node in ("method:cct", "dataset:mnist"):
    ...     kind, _, label = node.partition(":")
    ...     G.add_node(node, label=label, kind=kind, papers=1, aliases=[])
    >>> _ = G.add_edge("method:cct", "dataset:mnist", "evaluated_on", relation="evaluated_on",
    ...                weight=1, confidence=0.9, evidence=[])
    >>> cypher(G, "MATCH (m)-[:evaluated_on]->(d {label: 'mnist'}) RETURN m.label")
    [{'m.label': 'cct'}]
    """
    asked = _read(query)
    most = limit if asked.limit is None else asked.limit
    columns = _run(G, asked, stop_at=most if asked.may_stop_early else None)
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise InputError("cannot group by this; beside COUNT and the like, return properties")
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if not (asked.may_stop_early or _ORDER.search(asked.code)):
        rows.sort(key=json.dumps)
    return rows[:most]


@dataclass(frozen=True, slots=True)
class _Query:
    """A query in which each string is its number in quotes, and the LIMIT at its end."""

    code: str
    strings: tuple[str, ...]
    limit: int | None

    @property
    def text(self) -> str:
        """The query as the library reads it."""
        return _SLOT.sub(
            lambda slot: json.dumps(self.strings[int(slot[1])], ensure_ascii=False), self.code
        )

    @property
    def is_one_pattern(self) -> bool:
        return len(_MATCH.findall(self.code)) == 1

    @property
    def may_stop_early(self) -> bool:
        """Whether the first rows that are found are right, and the same ones in every run."""
        nodes = _NODE.findall(self.code)
        is_tree = len(nodes) == len(set(nodes))
        return self.is_one_pattern and is_tree and not _WHOLE.search(self.code)


def _read(query: str) -> _Query:
    strings: list[str] = []

    def slot(literal: re.Match[str]) -> str:
        try:
            strings.append(ast.literal_eval(literal[0]))
        except (SyntaxError, ValueError) as error:
            raise InputError(f"cannot read the string {literal[0]}") from error
        return f'"{len(strings) - 1}"'

    code = _STRING.sub(slot, query).strip().rstrip("; \n")
    code = _IN_CAPITALS.sub(lambda name: name[0].upper(), code)
    if any(bool(to_left) == bool(to_right) for to_left, to_right in _EDGE.findall(code)):
        raise InputError("each edge needs one direction: -[r]-> or <-[r]-")
    if bare := _BARE.search(code):
        raise InputError(f"{bare[0]} needs a property, as in COLLECT(m.label)")
    end = _LIMIT.search(code)
    limit = int(end[1]) if end else None
    return _Query(code[: end.start()] if end else code, tuple(strings), limit)


def _run(G: nx.MultiDiGraph, asked: _Query, *, stop_at: int | None) -> Columns:
    """The columns of the answer by their names, of at most `stop_at` rows."""
    try:
        from grandcypher import GrandCypher
        from lark import UnexpectedInput
        from lark.exceptions import VisitError
    except ImportError as error:
        raise KgError("grand-cypher is missing: pip install 'kg[cypher]'") from error
    engine = GrandCypher(_light(G), limit=stop_at)
    engine.auto_where_hints = False
    engine.auto_node_jsondata_hints = False
    try:
        found = engine.run(asked.text, hints=_pinned(G, asked))
    except UnexpectedInput as error:
        raise InputError(_where(asked.text, error.pos_in_stream)) from error
    except Exception as error:  # what a query breaks in the library can be of any type
        cause = error.orig_exc if isinstance(error, VisitError) else error
        advice = "; take properties, as in m.label" if isinstance(cause, TypeError) else ""
        raise InputError(f"grand-cypher cannot answer this: {cause}{advice}") from error
    return {str(name): [_plain(value) for value in column] for name, column in found.items()}


def _where(text: str, position: int | None) -> str:
    """What to tell of a query that cannot be read at a position, or is too short."""
    if position is None or position < 0:
        return "the query ends too early; it is MATCH ... WHERE ... RETURN ..."
    return f"cannot read the query from {text[position : position + 30]!r} on"


def _pinned(G: nx.MultiDiGraph, asked: _Query) -> list[dict[str, str]]:
    """The nodes that a name of the pattern can only mean, each as a start of the search."""
    if not asked.is_one_pattern or _UNSURE.search(asked.code):
        return []
    for pin in _PINNED:
        if found := pin.search(asked.code):
            name, field, value = found[1], found[2], asked.strings[int(found[3])]
            if field == "id":
                return [{name: value}] if value in G else []
            return [{name: node} for node, label in G.nodes(data="label") if label == value]
    return []


def _light(G: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """The graph as the library wants it: plain attributes, and the labels as a set."""
    labels: dict[str, set[str]] = {}
    light = nx.MultiDiGraph()
    for node, data in G.nodes(data=True):
        plain = {key: tuple(v) if isinstance(v, list) else v for key, v in data.items()}
        label = labels.setdefault(data["kind"], {data["kind"]})
        light.add_node(node, id=node, **plain, __labels__=label)
    for source, target, key, data in G.edges(keys=True, data=True):
        plain = {key: v for key, v in data.items() if not isinstance(v, list)}
        sentence = next((e.sentence for e in ranked(data["evidence"])), "")
        label = labels.setdefault(data["relation"], {data["relation"]})
        light.add_edge(source, target, key, **plain, sentence=sentence, __labels__=label)
    return light


def _plain(value: Any) -> Any:
    """The value without what only the library needs in it."""
    if isinstance(value, dict):
        return {str(key): _plain(v) for key, v in value.items() if key != "__labels__"}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value
