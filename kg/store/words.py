"""Words that are looked for: how a text is split into them, and how the index is asked for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from kg.text import singular

#: The parts of a name or a text that are words; an underscore parts them.
WORD: Final = re.compile(r"[^\W_]+")


def beginnings(text: str) -> list[str]:
    """What the words of the text begin with: each without case and plural.

    >>> beginnings("Small Datasets")
    ['small', 'dataset']
    """
    return [singular(word) for word in WORD.findall(text.casefold())]


def begin_in(begins: Iterable[str], text: str) -> bool:
    """Whether with each of these some word of the text begins; of none it is not said.

    >>> begin_in(["small", "dataset"], "Datasets that are small"), begin_in(["set"], "dataset")
    (True, False)
    """
    wanted = list(begins)
    caseless = text.casefold()
    return (
        bool(wanted)
        and all(begin in caseless for begin in wanted)
        and all(re.search(rf"(?<![^\W_]){re.escape(begin)}", caseless) for begin in wanted)
    )


def matching(begins: Iterable[str], column: str) -> str:
    """The FTS5 expression for texts that `begin_in` may hold for; "" for no words at all.

    Words are letters and digits, and in quotes, so any text is safe. Single letters begin so many
    words that they are only asked for where there is nothing else.

    >>> matching(["vision", "trans"], "name")
    'name : ("vision"* AND "trans"*)'
    """
    wanted = list(begins)
    telling = [begin for begin in wanted if len(begin) > 1] or wanted
    terms = " AND ".join(f'"{begin}"*' for begin in telling)
    return f"{column} : ({terms})" if terms else ""
