"""How well extracted rows agree with annotated ones: precision, recall and F1, summed over papers.

Entities of one paper agree when they have the same type and share a surface form, compared
without case, hyphens, spaces and a plural "s"; each agrees with one other at most. Relations and
results agree when the entities that they name do. Spans agree when type, start and end do.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from kg.errors import InputError
from kg.model import KINDS

Row = Mapping[str, Any]
Items = set[Hashable]
Span = tuple[int, int, str]

_TYPES: Final = tuple(kind.capitalize() for kind in KINDS)
_CONTRIBUTED: Final = ("proposed", "introduced")
_RESULT_FIELDS: Final = (("metric",), ("dataset", "metric"), ("method", "dataset", "metric"))
_IGNORED: Final = re.compile(r"[^\w%+]+")


@dataclass(frozen=True, slots=True)
class Score:
    """One figure: of `gold` true and `predicted` predicted items, `hit` are the same."""

    name: str
    precision: float
    recall: float
    f1: float
    gold: int
    predicted: int
    hit: int


def evaluate(gold: Iterable[Row], predicted: Iterable[Row]) -> list[Score]:
    """The scores of entities, contributions, relations, results and spans, sorted by name.

    Rows are of the annotation format (see `kg.model.to_row`) and belong together by `id`; a paper
    without a predicted row counts as one with nothing in it, one without a gold row is ignored.
    Gold spans are all places of a surface form, at word boundaries, that are not inside a longer
    one. Predicted spans are the mentions of the row's `evidence`, or else found like the gold ones.

    >>> entity = {"name": "CCT", "type": "Method", "surface": ["CCT"], "role": "proposed"}
    >>> row = {"id": "a", "title": "On CCT", "abstract": "", "entities": [entity]}
    >>> [(s.name, s.f1) for s in evaluate([row], [row]) if s.gold]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('contribution (proposed/introduced)', 1.0), ('entity ALL', 1.0), ('entity Method', 1.0),
     ('span ALL', 1.0), ('span Method', 1.0)]
    """
    rows = {row["id"]: row for row in predicted}
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for paper, row in {row["id"]: row for row in gold}.items():
        for name, true, found in _compared(row, rows.get(paper, {})):
            counts[name].update(gold=len(true), predicted=len(found), hit=len(true & found))
    return [_score(name, count) for name, count in sorted(counts.items())]


def read_rows(path: str | Path) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file; empty lines are skipped.

    Raises InputError for a file that cannot be read, and for the first line that is no row.
    """
    rows = []
    try:
        with open(path, "rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    rows.append(_row(line, str(path), number))
    except OSError as error:
        raise InputError(f"cannot read: {error.strerror}", path=str(path)) from error
    return rows


def _score(name: str, count: Counter[str]) -> Score:
    gold, predicted, hit = count["gold"], count["predicted"], count["hit"]
    return Score(
        name=name,
        precision=hit / predicted if predicted else 0.0,
        recall=hit / gold if gold else 0.0,
        f1=2 * hit / (gold + predicted) if hit else 0.0,
        gold=gold,
        predicted=predicted,
        hit=hit,
    )


def _compared(gold: Row, predicted: Row) -> Iterator[tuple[str, Items, Items]]:
    """For each figure its name, the paper's true items and the predicted ones.

    An entity is known by its number among the gold ones; a predicted one that agrees with none
    is known by a mark that no gold one has.
    """
    true = gold["entities"]
    guessed = predicted.get("entities", [])
    partner = _align(true, guessed)
    known: list[Hashable] = [partner.get(i, ("?", i)) for i in range(len(guessed))]

    for kind in _TYPES:
        of_kind: Items = {i for i, e in enumerate(true) if e["type"] == kind}
        yield (
            f"entity {kind}",
            of_kind,
            {k for k, e in zip(known, guessed, strict=True) if e["type"] == kind},
        )
    yield "entity ALL", set(range(len(true))), set(known)
    yield (
        "contribution (proposed/introduced)",
        {i for i, e in enumerate(true) if e.get("role") in _CONTRIBUTED},
        {k for k, e in zip(known, guessed, strict=True) if e.get("role") in _CONTRIBUTED},
    )

    true_ids: dict[str, Hashable] = {e["name"]: i for i, e in enumerate(true)}
    guessed_ids = {e["name"]: k for k, e in zip(known, guessed, strict=True)}
    yield from _compared_relations(_relations(gold, true_ids), _relations(predicted, guessed_ids))
    for fields in _RESULT_FIELDS:
        name = f"result {'+'.join((*fields, 'value'))}"
        yield name, _results(gold, true_ids, fields), _results(predicted, guessed_ids, fields)
    yield from _compared_spans(gold, predicted)


def _align(gold: Sequence[Row], predicted: Sequence[Row]) -> dict[int, int]:
    """From predicted entities to gold ones, by their places: each takes the first that is free."""
    by_form: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for i, entity in enumerate(gold):
        for form in dict.fromkeys(_forms(entity)):
            by_form[entity["type"], form].append(i)
    partner: dict[int, int] = {}
    free = set(range(len(gold)))
    for i, entity in enumerate(predicted):
        agreeing = (g for form in _forms(entity) for g in by_form[entity["type"], form])
        first = next((g for g in agreeing if g in free), None)
        if first is not None:
            partner[i] = first
            free.remove(first)
    return partner


def _forms(entity: Row) -> list[str]:
    return [_form(text) for text in (entity["name"], *entity.get("surface", ()))]


def _form(text: str) -> str:
    """The text as entities are compared.

    >>> _form("Vision-Transformers"), _form("loss"), _form("F1+")
    ('visiontransformer', 'loss', 'f1+')
    """
    letters = _IGNORED.sub("", text.casefold())
    is_plural = len(letters) > 3 and letters.endswith("s") and not letters.endswith("ss")
    return letters.removesuffix("s") if is_plural else letters


def _value(text: str) -> str:
    r"""The value as results are compared.

    >>> _value("~1,200 times"), _value(r"98\%"), _value("3.1×"), _value("+2.1")
    ('1200x', '98%', '3.1x', '2.1')
    """
    value = re.sub(r"[,\\ ]", "", text.casefold())
    for factor in ("times", "×"):
        if value.endswith(factor):
            value = value.removesuffix(factor) + "x"
            break
    return value.strip("~≈<>+-±")


def _relations(row: Row, ids: Mapping[str, Hashable]) -> set[tuple[Hashable, str, Hashable]]:
    return {
        (ids.get(head, ("?", head)), relation, ids.get(tail, ("?", tail)))
        for head, relation, tail in row.get("relations", ())
    }


def _compared_relations(
    gold: set[tuple[Hashable, str, Hashable]], predicted: set[tuple[Hashable, str, Hashable]]
) -> Iterator[tuple[str, Items, Items]]:
    yield "relation ALL", {*gold}, {*predicted}
    for name in {relation for _, relation, _ in gold | predicted}:
        yield (
            f"relation {name}",
            {fact for fact in gold if fact[1] == name},
            {fact for fact in predicted if fact[1] == name},
        )


def _results(row: Row, ids: Mapping[str, Hashable], fields: Sequence[str]) -> Items:
    return {
        (*(ids.get(result.get(f), result.get(f)) for f in fields), _value(result["value"]))
        for result in row.get("results", ())
    }


def _compared_spans(gold: Row, predicted: Row) -> Iterator[tuple[str, Items, Items]]:
    if "abstract" not in predicted:
        predicted = {**predicted, "title": gold["title"], "abstract": gold["abstract"]}
    true = _surface_spans(gold)
    found = _moved(_predicted_spans(predicted), _text(predicted), _text(gold))
    yield "span ALL", {*true}, {*found}
    for kind in _TYPES:
        yield f"span {kind}", {s for s in true if s[2] == kind}, {s for s in found if s[2] == kind}


def _text(row: Row) -> str:
    return f"{row.get('title', '')}\n{row.get('abstract', '')}"


def _surface_spans(row: Row) -> set[Span]:
    """All places of the row's surface forms, less those inside a longer form's place."""
    text = _text(row)
    spans = {
        (*match.span(), entity["type"])
        for entity in row.get("entities", ())
        for surface in filter(None, entity.get("surface", ()))
        for match in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", text)
    }
    outer, reach = set(), -1
    for start, end in sorted({s[:2] for s in spans}, key=lambda place: (place[0], -place[1])):
        if end > reach:
            outer.add((start, end))
            reach = end
    return {span for span in spans if span[:2] in outer}


def _predicted_spans(row: Row) -> set[Span]:
    evidence = row.get("evidence", {}).get("entities")
    if evidence is None:
        return _surface_spans(row)
    return {
        (start, end, entity["type"])
        for entity, seen in zip(row["entities"], evidence, strict=True)
        for start, end, *_ in seen["mentions"]
    }


def _moved(spans: set[Span], text: str, to: str) -> set[Span]:
    """The spans of one text as spans of another that differs from it a little, as cleaning does.

    >>> _moved({(3, 6, "Method")}, "On CCT", '"On  CCT"')
    {(5, 8, 'Method')}
    """
    if not spans or text == to:
        return spans
    blocks = SequenceMatcher(None, text, to, autojunk=False).get_matching_blocks()
    place = {b.a + i: b.b + i for b in blocks for i in range(b.size)}
    return {
        (place[start], place[end - 1] + 1, kind)
        for start, end, kind in spans
        if start in place and end - 1 in place
    }


def _row(line: bytes, path: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError("not a JSON object", path=path, line=number) from error
    fault = _fault(row)
    if fault:
        raise InputError(fault, path=path, line=number)
    return dict(row)


def _fault(row: Any) -> str:
    """What keeps the value from being a row, or nothing."""
    if not isinstance(row, dict):
        return "not a JSON object"
    if not isinstance(row.get("id"), str):
        return 'no "id"'
    for name, is_good in _SHAPES.items():
        items = row.get(name, [])
        if not isinstance(items, list) or not all(map(is_good, items)):
            return f'"{name}" is not as the annotation format has it'
    if "evidence" in row and not _is_evidence(row["evidence"], row.get("entities", [])):
        return '"evidence" does not fit the entities'
    return ""


def _is_entity(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("name"), str)
        and item.get("type") in _TYPES
        and _are(str, item.get("surface", []))
    )


def _is_relation(item: Any) -> bool:
    return _are(str, item) and len(item) == 3


def _is_result(item: Any) -> bool:
    names = ("method", "dataset", "baseline")
    return (
        isinstance(item, dict)
        and all(isinstance(item.get(name), str) for name in ("metric", "value"))
        and all(isinstance(item.get(name), str | None) for name in names)
    )


def _is_evidence(evidence: Any, entities: Sequence[Any]) -> bool:
    seen: Any = evidence.get("entities") if isinstance(evidence, dict) else None
    return (
        _are(dict, seen)
        and len(seen) == len(entities)
        and all(_are(list, entity.get("mentions")) for entity in seen)
        and all(len(m) >= 2 and _are(int, m[:2]) for entity in seen for m in entity["mentions"])
    )


def _are(kind: type, items: Any) -> bool:
    return isinstance(items, list) and all(isinstance(item, kind) for item in items)


_SHAPES: Final = {"entities": _is_entity, "relations": _is_relation, "results": _is_result}
