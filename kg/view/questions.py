"""The page's questions as an address brings them: JSON by anyone, answered only if it is sound."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from kg.errors import KgError
from kg.view.answers import Answers
from kg.view.filters import Filter

#: The longest text and list, and the most rows, that are asked for at once.
LONG: Final = 1000
MANY: Final = 5000
ROWS: Final = 500


class BadQuestion(KgError):
    """A question that is none, and why."""


def asked(what: str, parameters: str, answers: Answers) -> Any:
    """The answer to the question of this name, JSON-ready; the parameters are a JSON object.

    Raises BadQuestion where there is no such question, or it does not take these parameters.
    """
    if what not in _QUESTIONS:
        raise BadQuestion("no such question")
    answer, takes = _QUESTIONS[what]
    try:
        given = json.loads(parameters)
    except (ValueError, RecursionError):
        raise BadQuestion("q is not JSON") from None
    if not isinstance(given, dict):
        raise BadQuestion("q is not a JSON object")
    return answer(answers, **_taken(given, takes))


def _taken(given: Mapping[str, Any], takes: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    taken = {}
    for name, take in takes.items():
        try:
            taken[name] = take(given.get(name))
        except ValueError as error:
            raise BadQuestion(f"{name} is not {error}") from None
    return taken


def _text(value: Any) -> str:
    if isinstance(value, str) and len(value) <= LONG:
        return value
    raise ValueError(f"a text of at most {LONG} signs")


def _texts(value: Any) -> list[str]:
    if isinstance(value, list) and len(value) <= MANY:
        return [_text(item) for item in value]
    raise ValueError(f"a list of at most {MANY} texts")


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def take(value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise ValueError(f"a whole number from {least} to {most}")

    return take


def _number(value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return value
    raise ValueError("a number")


def _years(value: Any) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2:
        return _number(value[0]), _number(value[1])
    raise ValueError("two numbers")


def _optional(take: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else take(value)


def _filter(value: Any) -> Filter:
    if value is None:
        return Filter()
    if not isinstance(value, dict):
        raise ValueError("a filter")
    taken = _taken(value, _FILTER)
    return Filter(
        kinds=frozenset(taken["kinds"]),
        relations=frozenset(taken["relations"]),
        hidden=frozenset(taken["hidden"]),
        min_papers=taken["minPapers"],
        min_confidence=taken["minConfidence"],
        years=taken["years"],
    )


_FILTER: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(("kinds", "relations", "hidden"), _texts),
    **dict.fromkeys(("minPapers", "minConfidence"), _number),
    "years": _optional(_years),
}
_rows: Final = _whole(0, ROWS)
_around: Final = {"ids": _texts, "hops": _whole(1, 3), "limit": _rows, "filter": _filter}
_more: Final = {"id": _text, "what": _text, "offset": _whole(0, 10**9), "limit": _rows}

_QUESTIONS: Final[Mapping[str, tuple[Callable[..., Any], Mapping[str, Callable[[Any], Any]]]]] = {
    "ready": (Answers.ready, {}),
    "search": (Answers.search, {"text": _text, "limit": _rows, "kinds": _optional(_texts)}),
    "node": (Answers.node, {"id": _text}),
    "card": (Answers.card, {"id": _text, "limit": _rows}),
    "more": (Answers.more, _more),
    "around": (Answers.around, _around),
    "edges-among": (Answers.edges_among, {"ids": _texts}),
    "edge": (Answers.edge, {"a": _text, "b": _text}),
    "path": (Answers.path, {"a": _text, "b": _text, "k": _whole(1, 20), "filter": _filter}),
}
