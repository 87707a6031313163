"""What a user decides about names, one decision a line of a plain text file.

    # the two spellings are one; ids of nodes work as names too
    same BERT | method:bertmodel
    different ViT-B/16 | ViT-B/32
    rename method:sam | Segment Anything
    drop task:learning

A name may carry its kind before a colon. What follows " # " is a comment. Of two lines about the
same names the later one counts. Overrides win over every rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

from kg.errors import InputError
from kg.model import KINDS, Kind
from kg.text import fold

Verb = Literal["same", "different", "rename", "drop"]

_VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
_COMMENT: Final = re.compile(r"(?:^|\s)#\s.*$|^#.*$")
_SHAPES: Final = {
    "same": "same A | B",
    "different": "different A | B",
    "rename": "rename A | new label",
    "drop": "drop A",
}


class Target(NamedTuple):
    """A name that an override speaks of, of one kind, or of any (None)."""

    kind: Kind | None
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.kind else self.name


@dataclass(frozen=True, slots=True)
class Override:
    """One decision: `targets` are one name or two; `label` is the new one of a rename."""

    verb: Verb
    targets: tuple[Target, ...]
    label: str = ""

    def __str__(self) -> str:
        parts = [str(target) for target in self.targets] + ([self.label] if self.label else [])
        return f"{self.verb} {' | '.join(parts)}"


def default_path(db: str | Path) -> Path:
    """Where the overrides of a database are kept: beside it.

    >>> str(default_path("outputs/kg.db"))
    'outputs/kg.overrides.txt'
    """
    return Path(db).with_suffix(".overrides.txt")


def read_overrides(path: str | Path) -> tuple[Override, ...]:
    """The overrides of a file; none where there is no file. Raises InputError for a bad line."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InputError(reason, path=str(path)) from error
    return parse(text, path=str(path))


def parse(text: str, *, path: str = "") -> tuple[Override, ...]:
    """The overrides of a text, in its order. Raises InputError that names the bad line.

    >>> [str(o) for o in parse("same BERT | method:Bert model  # seen twice\\n\\ndrop x")]
    ['same BERT | method:Bert model', 'drop x']
    >>> parse("same BERT", path="kg.overrides.txt")
    Traceback (most recent call last):
    kg.errors.InputError: kg.overrides.txt:1: expected `same A | B`
    """
    return tuple(_lines(text, path))


def _lines(text: str, path: str) -> Iterator[Override]:
    for number, written in enumerate(text.split("\n"), start=1):
        line = _COMMENT.sub("", written.strip()).strip()
        if not line:
            continue
        verb, _, rest = line.partition(" ")
        if verb not in _VERBS:
            shapes = ", ".join(f"`{shape}`" for shape in _SHAPES.values())
            raise InputError(f"expected one of {shapes}", path=path, line=number)
        override = _override(verb, [part.strip() for part in rest.split("|")])
        if override is None:
            raise InputError(f"expected `{_SHAPES[verb]}`", path=path, line=number)
        yield override


def _override(verb: Verb, parts: Sequence[str]) -> Override | None:
    """The override of these parts, or None where they are not what the verb wants."""
    label = parts[1] if verb == "rename" and len(parts) == 2 else ""
    targets = tuple(map(_target, parts[:1] if label else parts))
    wanted = 2 if verb in ("same", "different") else 1
    usable = len(targets) == wanted and all(fold(target.name) for target in targets)
    return Override(verb, targets, label) if usable and bool(label) == (verb == "rename") else None


def _target(text: str) -> Target:
    kind, colon, name = text.partition(":")
    for known in KINDS:
        if colon and kind.strip() == known:
            return Target(known, name.strip())
    return Target(None, text)


def write_line(verb: Verb, *names: str) -> str:
    """The line that says so, checked by reading it. Raises InputError for names it cannot hold.

    >>> write_line("same", "BERT", "method:bertmodel")
    'same BERT | method:bertmodel'
    >>> write_line("same", "A | B", "C")
    Traceback (most recent call last):
    kg.errors.InputError: 'A | B' cannot stand in a line of overrides
    """
    for name in names:
        if "|" in name or _COMMENT.search(name) or name != " ".join(name.split()):
            raise InputError(f"{name!r} cannot stand in a line of overrides")
    [override] = parse(f"{verb} {' | '.join(names)}")
    return str(override)


def latest(overrides: Iterable[Override]) -> tuple[Override, ...]:
    """The overrides that count: of those about the same names, the last one.

    >>> [str(o) for o in latest(parse("same A | B\\nrename A | C\\ndifferent b | a"))]
    ['rename A | C', 'different b | a']
    """
    last: dict[object, Override] = {}
    for override in overrides:
        pair = override.verb in ("same", "different")
        names = frozenset((target.kind, fold(target.name)) for target in override.targets)
        subject = (pair or override.verb, names)
        last.pop(subject, None)
        last[subject] = override
    return tuple(last.values())
