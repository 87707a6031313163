"""What extraction works on, made by hand or laid out without choosing.

`predicted` stands in for the model: it reads what it is told to. `stages_of` goes through the
stages of a text with the shipped model, and holds everything for likely.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from kg.extract.entities import Concept
from kg.extract.features import SIZES, Encoded, Ints
from kg.extract.judge import load_judge
from kg.extract.neural import Model, Placed, Prediction
from kg.extract.nlp import load, span_at, text_of
from kg.extract.numbers import Number, numbers
from kg.extract.pairs import N_THING, ROLES, Floats, Thing
from kg.extract.stages import (
    Cast,
    Counted,
    Drafted,
    Floor,
    Named,
    Related,
    cast,
    count_all,
    draft,
    name,
    relate_all,
)
from kg.model import KINDS, Kind, Mention, Role

#: Texts that are hard to read: title, a line break, abstract.
AWKWARD = {
    "nothing": "\n",
    "no abstract": "VoraxNet: gated pooling\n",
    "no title": "\nWe propose VoraxNet.",
    "one word": "VoraxNet\nVoraxNet",
    "only numbers": "1 2 3.5\n98% 10x 3.7M 1,000 .5 12 ms 1.1-1.5x 98% 98%",
    "no full stop": "Long\nWe propose VoraxNet " + "and it beats ViT on CIFAR-10 by 2% " * 30,
    "unicode": "Vorax-Näts ☃\nשלום 中文 n\u0303 🙂 ² ½ We propose Née-Nët, 98 % on ＣＩＦＡＲ.",
    "signs": "((((\n)))) ,,,, ---- \" ' [1] {2} $x^2$ <b> \\ | = + 100%%",
    "gaps": " \t \n \n\n \u00a0 We  propose\tVoraxNet .\n\n",
    "one long word": "A\n" + "A" * 3000,
}


def predicted(text: str, *spans: tuple[str, Kind, float]) -> Prediction:
    """A prediction that gives the tags of each span, where it first stands, that chance."""
    doc = load()(text)
    tags = np.full((len(doc), 1 + 2 * len(KINDS)), 1e-6, dtype=np.float32)
    tags[:, 0] = 1
    for surface, kind, chance in spans:
        span = span_at(doc, text.index(surface), text.index(surface) + len(surface))
        begins = 2 * KINDS.index(kind) + 1
        tags[span.start, begins] = chance
        tags[span.start + 1 : span.end, begins + 1] = chance
        tags[span.start : span.end, 0] -= chance
    heads = {"taggers.gold.weight": np.eye(tags.shape[1], dtype=np.float32)}
    encoded = Encoded(
        pieces=np.zeros(len(doc), dtype=np.int64),
        first=np.arange(len(doc) + 1),
        features=np.zeros((len(doc), len(SIZES)), dtype=np.int64),
        sentence=np.cumsum([bool(token.is_sent_start) for token in doc]) - 1,
        windows=(),
    )
    return Prediction(Model(_echo, heads, Tokenizer(WordLevel())), doc, encoded, np.log(tags))


def _echo(pieces: Ints, features: Ints) -> Floats:
    return features.astype(np.float32)


def mention(text: str, surface: str, kind: Kind, reader: str = "name", place: int = 0) -> Mention:
    """The mention at the place (0: the first) where these words stand."""
    start = [m.start() for m in re.finditer(re.escape(surface), text)][place]
    return Mention(start, start + len(surface), surface, kind, reader, 0.6)


def concept(text: str, kind: Kind, *forms: str, short: str = "") -> Concept:
    """The concept that these words name wherever they stand alone in the text."""
    mentions = [
        Mention(m.start(), m.end(), m[0], kind, "name", 0.6)
        for form in forms
        for m in re.finditer(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text)
    ]
    return Concept(forms[0], kind, forms, tuple(sorted(mentions)), short, forms[0] if short else "")


def place(
    prediction: Prediction, concepts: Sequence[Concept], roles: Mapping[tuple[str, Role], float]
) -> None:
    """Give the concepts by name these chances of roles, as if the model had said so."""
    doc = prediction.doc
    spans = [[span_at(doc, m.start, m.end) for m in c.mentions] for c in concepts]
    things = tuple(
        Thing(c.kind, tuple((span.start, span.end) for span in of))
        for c, of in zip(concepts, spans, strict=True)
    )
    chances = np.array(
        [[roles.get((c.name, role), 0.0) for role in ROLES] for c in concepts], np.float32
    )
    about = np.zeros((len(concepts), N_THING + len(ROLES)), np.float32)
    prediction.placed[tuple(concepts)] = Placed(things, chances, about)


def number(text: str, written: str) -> Number:
    """The number that is written so."""
    return next(n for n in numbers(text) if n.text == written)


@dataclass(frozen=True)
class Stages:
    """All stages of one text."""

    drafted: Drafted
    named: Named
    cast: Cast
    related: Related
    counted: list[Counted]

    @property
    def text(self) -> str:
        return text_of(self.drafted.doc)


def stages_of(text: str) -> Stages:
    """All stages of a text, with every concept kept and every pair held for a relation."""
    drafted = draft(load()(text))
    kinds = [c.kind for c in drafted.candidates]
    named = name(drafted, load_judge().by_kind("mention", kinds, drafted.signs), 0.0)
    told = cast(named, np.ones(len(named.concepts)), Floor(0, 0))
    even = np.full(len(told.concepts), 0.5)
    never = {"contribution": Floor(0.9, 0.5), "baseline": Floor(0.9, 0.5)}
    related = relate_all(told, even, even, never)
    sure = {relation: np.ones(len(pairs)) for relation, (pairs, _) in related.signs.items()}
    return Stages(drafted, named, told, related, count_all(related, sure))
