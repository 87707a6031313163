"""Known names of methods, datasets, metrics and tasks, and their aliases.

One TSV file a kind, `name<TAB>aliases` with aliases joined by `|`; `metrics.tsv` also says
which direction is better. A name or alias that starts with "=" counts only in exactly that
capitalisation ("=Adam" is the optimiser, "adam" is not). Everything else meets under
`kg.text.fold`.

>>> lookup("dataset", "CIFAR 10"), lookup("method", "ViTs"), lookup("task", "juggling eggs")
('CIFAR-10', 'Vision Transformer', None)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from kg.model import KINDS, Kind
from kg.text import fold, singular

EXACT: Final = "="


@dataclass(frozen=True, slots=True)
class Entry:
    """A known thing: canonical name, other surface forms, and for a metric what is better."""

    kind: Kind
    name: str
    aliases: tuple[str, ...]
    direction: str = ""

    @property
    def surfaces(self) -> tuple[str, ...]:
        """All surface forms, the canonical name first."""
        return (self.name, *(alias.removeprefix(EXACT) for alias in self.aliases))


@dataclass(frozen=True, slots=True)
class _Form:
    surface: str
    exact: bool
    entry: Entry

    def accepts(self, text: str) -> bool:
        """Whether the text may mean this form: same case if exact, and neither words that run
        together nor a list of two names ("MNIST, SVHN")."""
        if " " in text and not re.search(r"[\s\-_/]", self.surface):
            return False
        if "," in text and "," not in self.surface:
            return False
        return not self.exact or self.surface in (text, singular(text))


@cache
def entries(kind: Kind) -> tuple[Entry, ...]:
    """All entries of a kind, in the order of their file.

    >>> entries("metric")[0].kind
    'metric'
    """
    return tuple(entry for entry, _ in _read(kind))


def lookup(kind: Kind, surface: str) -> str | None:
    """The canonical name of a surface form, or None where the lexicon does not know it."""
    entry = match(surface, kind)
    return entry.name if entry else None


def match(surface: str, kind: Kind | None = None) -> Entry | None:
    """The entry that this surface form names: of this kind, or of any.

    >>> match("ImageNet").kind, match("adam") is None
    ('dataset', True)
    """
    folded = fold(surface)
    for each in KINDS if kind is None else (kind,):
        for form in _index(each).get(folded, ()):
            if form.accepts(surface):
                return form.entry
    return None


def direction(metric: str) -> str:
    """Which values of a metric are better: "up", "down", or "" where that is not known.

    The head of an unknown name decides if it is known ("validation perplexity").

    >>> direction("top-1 accuracy"), direction("validation perplexity"), direction("zeal")
    ('up', 'down', '')
    """
    words = metric.split()
    for start in range(len(words)):
        entry = match(" ".join(words[start:]), "metric")
        if entry and entry.direction:
            return entry.direction
    return ""


def keys() -> frozenset[str]:
    """The folded form of every surface, for a matcher to look into."""
    return frozenset().union(*map(_index, KINDS))


@cache
def _index(kind: Kind) -> dict[str, tuple[_Form, ...]]:
    index: dict[str, list[_Form]] = {}
    for entry, forms in _read(kind):
        for form in forms:
            bare = form.removeprefix(EXACT)
            exact = form.startswith(EXACT)
            index.setdefault(fold(bare), []).append(_Form(bare, exact, entry))
    index.pop("", None)
    return {key: tuple(forms) for key, forms in index.items()}


def _read(kind: Kind) -> Iterator[tuple[Entry, tuple[str, ...]]]:
    file = resources.files(__name__).joinpath(f"{kind}s.tsv")
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    columns = header.split("\t")
    for line in lines:
        row = dict(zip(columns, line.split("\t"), strict=False))
        name = row["name"]
        aliases = tuple(filter(None, row.get("aliases", "").split("|")))
        entry = Entry(kind, name.removeprefix(EXACT), aliases, row.get("direction", ""))
        yield entry, (name, *aliases)
