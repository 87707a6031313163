"""How well extracted rows agree with annotated ones: precision, recall and F1, summed over papers.

Entities of one paper agree when they have the same type and share a surface form, compared
without case, hyphens, spaces and a plural "s"; each agrees with one other at most. Relations and
results agree when the entities that they name do. Spans agree when type, start and end do.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
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
CONTRIBUTED: Final = ("proposed", "introduced")
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

    @classmethod
    def of(cls, name: str, *, gold: int, predicted: int, hit: int) -> Score:
        """The figure that follows from the counts; what nothing can be said of is 0.

        >>> score = Score.of("span ALL", gold=4, predicted=2, hit=1)
        >>> score.precision, score.recall, round(score.f1, 3)
        (0.5, 0.25, 0.333)
        """
        return cls(
            name=name,
            precision=hit / predicted if predicted else 0.0,
            recall=hit / gold if gold else 0.0,
            f1=2 * hit / (gold + predicted) if hit else 0.0,
            gold=gold,
            predicted=predicted,
            hit=hit,
        )


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
    return [Score.of(name, **count) for name, count in sorted(counts.items())]


def read_rows(path: str | Path) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file; empty lines are skipped.

    Raises InputError for a file that cannot be read, and for the first line that is no row.
    """
    return list(read_lines(path, _fault))


def read_lines(path: str | Path, fault: Callable[[Row], str]) -> Iterator[dict[str, Any]]:
    """Yield the JSON object of each line that is not empty.

    `fault` tells what keeps an object from being what the file should hold, or nothing.
    Raises InputError for a file that cannot be read, and for the first line that is no object
    or has a fault.
    """
    try:
        with open(path, "rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _checked(line, fault, str(path), number)
    except OSError as error:
        raise InputError(f"cannot read: {error.strerror}", path=str(path)) from error


def _compared(gold: Row, predicted: Row) -> Iterator[tuple[str, Items, Items]]:
    """For each figure its name, the paper's true items and the predicted ones.

    Entities are known by their keys (`entity_keys`).
    """
    true = gold.get("entities", [])
    guessed = predicted.get("entities", [])
    known = entity_keys(true, guessed)

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
        {i for i, e in enumerate(true) if e.get("role") in CONTRIBUTED},
        {k for k, e in zip(known, guessed, strict=True) if e.get("role") in CONTRIBUTED},
    )

    true_ids: dict[str, Hashable] = {e["name"]: i for i, e in enumerate(true)}
    guessed_ids = {e["name"]: k for k, e in zip(known, guessed, strict=True)}
    yield from _compared_relations(
        {*relation_keys(gold, true_ids)}, {*relation_keys(predicted, guessed_ids)}
    )
    for fields in _RESULT_FIELDS:
        name = f"result {'+'.join((*fields, 'value'))}"
        yield (
            name,
            {*result_keys(gold, true_ids, fields)},
            {*result_keys(predicted, guessed_ids, fields)},
        )
    yield from _compared_spans(gold, predicted)


def entity_keys(gold: Sequence[Row], predicted: Sequence[Row]) -> list[Hashable]:
    """Of each predicted entity, the place of the gold one that it agrees with.

    One that agrees with none has a mark that no gold one has.
    """
    partner = align(gold, predicted)
    return [partner.get(i, ("?", i)) for i in range(len(predicted))]


def align(gold: Sequence[Row], predicted: Sequence[Row]) -> dict[int, int]:
    """From predicted entities to gold ones, by their places: each takes the first that is free."""
    by_form: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for i, entity in enumerate(gold):
        for form in dict.fromkeys(forms(entity)):
            by_form[entity["type"], form].append(i)
    partner: dict[int, int] = {}
    free = set(range(len(gold)))
    for i, entity in enumerate(predicted):
        agreeing = (g for form in forms(entity) for g in by_form[entity["type"], form])
        first = next((g for g in agreeing if g in free), None)
        if first is not None:
            partner[i] = first
            free.remove(first)
    return partner


def forms(entity: Row) -> list[str]:
    """The names of an entity as entities are compared."""
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


def relation_keys(row: Row, ids: Mapping[str, Hashable]) -> list[tuple[Hashable, str, Hashable]]:
    """The row's relations, in its order, between the `ids` of the entities that they name."""
    return [
        (ids.get(head, ("?", head)), relation, ids.get(tail, ("?", tail)))
        for head, relation, tail in row.get("relations", ())
    ]


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


def result_keys(
    row: Row, ids: Mapping[str, Hashable], fields: Sequence[str]
) -> list[tuple[Hashable, ...]]:
    """The row's results, in its order: the `ids` of what the fields name, and the value."""
    return [
        (*(ids.get(result.get(f), result.get(f)) for f in fields), _value(result["value"]))
        for result in row.get("results", ())
    ]


def _compared_spans(gold: Row, predicted: Row) -> Iterator[tuple[str, Items, Items]]:
    predicted = with_text(predicted, gold)
    true = surface_spans(gold)
    found = {*places(_predicted_spans(predicted), predicted, gold).values()}
    yield "span ALL", {*true}, {*found}
    for kind in _TYPES:
        yield f"span {kind}", {s for s in true if s[2] == kind}, {s for s in found if s[2] == kind}


def with_text(predicted: Row, gold: Row) -> Row:
    """The predicted row; one without a text is taken to be about the gold one's."""
    if "abstract" in predicted:
        return predicted
    return {**predicted, **{name: gold.get(name, "") for name in ("title", "abstract")}}


def _text(row: Row) -> str:
    return f"{row.get('title', '')}\n{row.get('abstract', '')}"


def surface_spans(row: Row) -> set[Span]:
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
        return surface_spans(row)
    return {
        (start, end, entity["type"])
        for entity, seen in zip(row["entities"], evidence, strict=True)
        for start, end, *_ in seen["mentions"]
    }


def places(spans: Set[Span], row: Row, other: Row) -> dict[Span, Span]:
    """The spans of a row's text, and where they stand in that of another, which differs a little.

    Cleaning makes such differences. A span that has no place there is left out.

    >>> places({(3, 6, "Method")}, {"title": "On CCT"}, {"title": '"On  CCT"'})
    {(3, 6, 'Method'): (5, 8, 'Method')}
    """
    text, to = _text(row), _text(other)
    if not spans or text == to:
        return {span: span for span in spans}
    blocks = SequenceMatcher(None, text, to, autojunk=False).get_matching_blocks()
    place = {b.a + i: b.b + i for b in blocks for i in range(b.size)}
    return {
        (start, end, kind): (place[start], place[end - 1] + 1, kind)
        for start, end, kind in spans
        if start in place and end - 1 in place
    }


def _checked(line: bytes, fault: Callable[[Row], str], path: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError("not a JSON object", path=path, line=number) from error
    reason = fault(row) if isinstance(row, dict) else "not a JSON object"
    if reason:
        raise InputError(reason, path=path, line=number)
    return dict(row)


def _fault(row: Row) -> str:
    """What keeps the object from being a row, or nothing."""
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
