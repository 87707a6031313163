"""What speaks for and against reported numbers, and for what they are tied to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from spacy.tokens import Doc

from kg.extract.entities import Concept
from kg.extract.metrics import Metric, Unlisted
from kg.extract.neural import Prediction, Scored, placed
from kg.extract.nlp import sentence_around, span_at, text_of
from kg.extract.numbers import numbers
from kg.extract.odds import count, logit
from kg.extract.pairs import Floats
from kg.extract.results import Reading
from kg.extract.roles import speaks_of_own_work

NUMBER: Final = (
    "reported",
    "read by rules",
    "read as unlisted",
    "change",
    "percent",
    "factor",
    "other unit",
    "fraction",
    "bound",
    "title",
    "place",
    "numbers beside",
    "own work",
    "numbers",
    "readings",
)
OPTION: Final = (
    "model",
    "model best",
    "rules",
    "none",
    "sure",
    "together",
    "gap",
    "after",
    "touching",
    "agreed",
    "contributed",
    "baseline",
    "main",
    "others",
    "mentions",
    "tied",
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Of each concept the chance to be one, to be the paper's own, and to be a baseline; to be
    related to what a number is about (`tied`); and which is the main method (-1: none)."""

    sure: Sequence[float]
    new: Sequence[float]
    rival: Sequence[float]
    tied: Sequence[float]
    main: int


def number_signs(
    scored: Scored, reading: Reading | None, doc: Doc, *, among: int, readings: int
) -> Floats:
    """A row of NUMBER: what can be said of a number before asking what it is of.

    It is one of so many of the text (`among`), so many of which the rules report (`readings`).
    """
    number = scored.number
    sentence = sentence_around(span_at(doc, number.start, number.end))
    inside = list(numbers(text_of(doc), sentence.start_char, sentence.end_char))
    other = bool(number.unit.strip()) and not (number.percent or number.multiplier)
    return np.array(
        (
            logit(scored.reported),
            reading is not None,
            reading is not None and isinstance(reading.metric, Unlisted),
            reading is not None and reading.relative,
            number.percent,
            number.multiplier,
            other,
            "." in number.text,
            number.text[:1].isalpha(),
            sentence.start == 0,
            sentence.start_char / max(1, len(text_of(doc))),
            count(len(inside)),
            speaks_of_own_work(sentence),
            count(among),
            count(readings),
        ),
        dtype=np.float32,
    )


def option_signs(
    prediction: Prediction,
    concepts: Sequence[Concept],
    options: Sequence[int],
    pointer: str,
    scored: Scored,
    picked: Metric | None,
    weights: Weighed,
) -> Floats:
    """A row of OPTION for each concept (-1: none) that a number's pointer can point at.

    `picked` is the rules' choice.
    """
    things, sentence = placed(prediction, concepts).things, prediction.encoded.sentence
    at = scored.words
    log_chances = scored.targets[pointer]
    best = max(options, key=lambda k: log_chances[k + 1], default=-1)
    table = np.zeros((len(options), len(OPTION)), dtype=np.float32)
    for row, k in enumerate(options):
        chance = logit(float(np.exp(log_chances[k + 1])))
        if k < 0:
            table[row, :4] = (chance, best == k, picked is None, 1.0)
            continue
        gaps = [
            (min(a - at[1], 40) if a >= at[1] else min(at[0] - b, 40), a >= at[1])
            for a, b in things[k].spans
            if sentence[a] == sentence[at[0]]
        ]
        gap, after = min(gaps, default=(60, False))
        table[row] = (
            chance,
            best == k,
            picked is concepts[k],
            0.0,
            logit(weights.sure[k]),
            bool(gaps),
            count(max(0, gap)),
            after,
            gap <= 0,
            best == k and picked is concepts[k],
            logit(weights.new[k]),
            logit(weights.rival[k]),
            weights.main == k,
            count(len(options) - 1),
            count(len(things[k].spans)),
            logit(weights.tied[k]),
        )
    return table
