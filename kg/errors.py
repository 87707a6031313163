"""Every error that `kg` raises on purpose.

The class is the meaning; the text says what happened and what to do next. The command
line prints the text in one line on stderr and exits with 1.

>>> print(InputError("not a JSON object", path="papers.jsonl", line=3))
papers.jsonl:3: not a JSON object
"""

from __future__ import annotations

from collections.abc import Sequence


class KgError(Exception):
    """Base of all errors of this package."""


class InputError(KgError):
    """A source that cannot be read, or a record in it that is not a paper."""

    def __init__(self, reason: str, *, path: str = "", line: int | None = None) -> None:
        self.reason = reason
        self.path = path
        self.line = line
        place = path if line is None else f"{path}:{line}"
        super().__init__(f"{place}: {reason}" if place else reason)


class UnknownFormat(InputError):
    """No reader or writer knows the format of this file."""


class StoreError(KgError):
    """The database file is missing, busy, damaged or of another version."""


class UnknownEntity(KgError):
    """No node of the graph has this name."""

    def __init__(self, name: str, close: Sequence[str] = ()) -> None:
        self.name = name
        self.close = tuple(close)
        hint = f"; did you mean {', '.join(self.close)}?" if self.close else ""
        super().__init__(f"nothing in the graph is called {name!r}{hint}")


class AmbiguousEntity(KgError):
    """Several nodes have this name; `choices` are (node id, label, kind, papers)."""

    def __init__(self, name: str, choices: Sequence[tuple[str, str, str, int]]) -> None:
        self.name = name
        self.choices = tuple(choices)
        listed = "; ".join(
            f"{node} ({kind} {label!r}, {papers} paper{'s' * (papers != 1)})"
            for node, label, kind, papers in self.choices
        )
        super().__init__(
            f"{name!r} means several nodes, pick one by its id or with --kind: {listed}"
        )
