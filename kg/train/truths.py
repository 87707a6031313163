"""What an annotated row says of the candidates of its paper: which of them are true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.evaluate import align, forms
from kg.extract.entities import Concept
from kg.extract.stages import NONE, UNLISTED, Cast, Counted, Drafted
from kg.text import fold, parse_value
from kg.train.data import mention_places

Row = Mapping[str, Any]
Numbers = npt.NDArray[np.floating[Any]]


def true_mentions(row: Row, drafted: Drafted) -> Numbers:
    """Which candidates are mentions."""
    true = {
        (start, end, entity["type"].lower())
        for entity, places in zip(row["entities"], mention_places(row, drafted.doc), strict=True)
        for start, end in places
    }
    return np.array(
        [(c.span.start, c.span.end, c.kind) in true for c in drafted.candidates], dtype=np.float64
    )


def true_concepts(row: Row, concepts: Sequence[Concept]) -> Numbers:
    """Which concepts are entities of the row."""
    partner = align(row["entities"], [_entity(c) for c in concepts])
    return np.array([i in partner for i in range(len(concepts))], dtype=np.float64)


def partners_of(row: Row, told: Cast) -> dict[int, int]:
    """The places of concepts -> those of the entities that they are."""
    return align(row["entities"], [_entity(c) for c in told.concepts])


def _entity(concept: Concept) -> Row:
    return {
        "name": concept.name,
        "type": concept.kind.capitalize(),
        "surface": list(concept.surface),
    }


def true_roles(row: Row, told: Cast) -> npt.NDArray[np.str_]:
    """The role of each concept; "" where it is no entity."""
    partner = partners_of(row, told)
    roles = (
        row["entities"][partner[i]]["role"] if i in partner else ""
        for i in range(len(told.concepts))
    )
    return np.array(list(roles), dtype=np.str_)


def stated_in(row: Row) -> set[tuple[int | None, str, int | None]]:
    """The relations of a row, its entities as their places in it."""
    place = {entity["name"]: i for i, entity in enumerate(row["entities"])}
    return {(place[h], r, place[t]) for h, r, t in row["relations"] if h in place and t in place}


def outcomes_of(row: Row, number: Counted) -> list[Row]:
    """The results of a row that have this value."""
    value = value_key(number.scored.number.text)
    return [result for result in row["results"] if value_key(result["value"]) == value]


def value_key(text: str) -> object:
    """What two spellings of a value share."""
    parsed = parse_value(text)
    return (parsed.number, parsed.high, parsed.unit) if parsed else fold(text)


def true_targets(row: Row, told: Cast, number: Counted, pointer: str) -> Numbers:
    """Which options of a pointer some result of the row with this value has."""
    place = {entity["name"]: i for i, entity in enumerate(row["entities"])}
    partner = partners_of(row, told)
    wanted = {place.get(r[pointer] or "") for r in outcomes_of(row, number)}
    true = []
    for option in number.options[pointer]:
        if option == NONE:
            true.append(None in wanted)
        elif option == UNLISTED:
            assert number.reading is not None
            said = set(forms({"name": number.reading.metric.name}))
            true.append(
                any(i is not None and said & set(forms(row["entities"][i])) for i in wanted)
            )
        else:
            true.append(option in partner and partner[option] in wanted)
    return np.array(true, dtype=np.float64)
