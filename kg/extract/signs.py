"""What speaks for and against each candidate fact, as rows of numbers.

`kg.extract.judge` weighs them. Chances enter as their logits; what is counted enters as the
logarithm of one more. The columns of a table are named by the constant of its function.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from spacy.tokens import Doc, Span

from kg.extract.candidates import READERS
from kg.extract.entities import Concept
from kg.extract.metrics import Metric, Unlisted
from kg.extract.neural import Graded, Prediction, Scored, placed
from kg.extract.nlp import sentence_around, span_at, text_of
from kg.extract.numbers import numbers
from kg.extract.odds import count, logit, logits
from kg.extract.pairs import ROLES, Floats
from kg.extract.relations import Link
from kg.extract.results import Reading
from kg.extract.roles import (
    Told,
    is_variant,
    proposes,
    sentence_of,
    speaks_of_own_work,
)
from kg.lexicon import lookup
from kg.model import KINDS, RELATIONS

CONCEPT: Final = (
    "best",
    "mean",
    "all",
    "model best",
    "mentions",
    "title",
    "opening",
    *(f"rules {reader}" for reader in READERS),
    "defined",
    "known",
    "known otherwise",
    "shortest",
    "longest",
    "capitals",
    "digits",
    "inside another",
    "around another",
    "of its kind",
    "contributed",
)
ROLE: Final = (
    "contributed",
    "baseline",
    "rules contributed",
    "rules baseline",
    "sure",
    "title",
    "opens title",
    "defined",
    "mentions",
    "opening",
    "lead",
    "rivals",
    "ruled rivals",
    "variant",
    "known",
    "capitals",
    "words",
    "announced",
    "called new",
    "own work",
)
RELATION: Final = (
    "model",
    "rules main",
    "rules near",
    "rules otherwise",
    "variants",
    "head sure",
    "tail sure",
    "head contributed",
    "tail contributed",
    "tail baseline",
    "head main",
    "together",
    "apart",
    "before",
    "other heads",
    "other tails",
    "reversed",
    "model otherwise",
    "head mentions",
    "tail mentions",
    "methods",
    "head title",
    "tail title",
)
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
class Read:
    """Of a mention its chance to be one, the model's confidence in it, and who agrees."""

    chance: float
    model: float
    extractors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Of each concept the chance to be one, to be the paper's own, and to be a baseline; to be
    related to what a number is about (`tied`); and which is the main method (-1: none)."""

    sure: Sequence[float]
    new: Sequence[float]
    rival: Sequence[float]
    tied: Sequence[float]
    main: int


def concept_signs(
    prediction: Prediction, concepts: Sequence[Concept], read: Mapping[int, Read]
) -> Floats:
    """A row of CONCEPT for each concept; `read` tells by where a mention starts what is known."""
    chances = placed(prediction, concepts).chances
    title, length = _title_end(prediction), max(1, len(text_of(prediction.doc)))
    counts = Counter(c.kind for c in concepts)
    forms = [{form.casefold() for form in c.surface} for c in concepts]
    table = []
    for i, concept in enumerate(concepts):
        seen = [read[m.start] for m in concept.mentions]
        sure = [r.chance for r in seen]
        agree = {extractor for r in seen for extractor in r.extractors}
        sizes = [len(form.split()) for form in concept.surface]
        others = [forms[j] for j, c in enumerate(concepts) if j != i and c.kind == concept.kind]
        table.append(
            (
                logit(max(sure)),
                logit(sum(sure) / len(sure)),
                logit(1 - math.prod(1 - chance for chance in sure)),
                logit(max(r.model for r in seen)),
                count(len(concept.mentions)),
                any(m.start < title for m in concept.mentions),
                concept.mentions[0].start / length,
                *(reader in agree for reader in READERS),
                bool(concept.short),
                any(lookup(concept.kind, form) for form in concept.surface),
                any(lookup(k, f) for k in KINDS if k != concept.kind for f in concept.surface),
                count(min(sizes)),
                count(max(sizes)),
                any(c.isupper() for form in concept.surface for c in form[1:]),
                any(c.isdigit() for form in concept.surface for c in form),
                any(_holds(other, forms[i]) for other in others),
                any(_holds(forms[i], other) for other in others),
                count(counts[concept.kind] - 1),
                logit(float(chances[i, _NEW].max())),
            )
        )
    return np.array(table, dtype=np.float32).reshape(-1, len(CONCEPT))


_NEW: Final = [ROLES.index("proposed"), ROLES.index("introduced")]


def _title_end(prediction: Prediction) -> int:
    return text_of(prediction.doc).find("\n")


def _holds(longer: Iterable[str], shorter: Iterable[str]) -> bool:
    """Whether a form of the one has a form of the other as a part."""
    return any(s != t and f" {s} " in f" {t} " for s in shorter for t in longer)


def role_signs(
    prediction: Prediction,
    concepts: Sequence[Concept],
    sure: Sequence[float],
    ruled: Told,
) -> Floats:
    """A row of ROLE for each method and dataset; zeros for metrics and tasks.

    `sure` is the chance of each to be a concept, `ruled` the roles by the rules.
    """
    doc, title = prediction.doc, _title_end(prediction)
    chances = placed(prediction, concepts).chances
    text, length = text_of(prediction.doc), max(1, len(text_of(prediction.doc)))
    table = np.zeros((len(concepts), len(ROLE)), dtype=np.float32)
    new = chances[:, [ROLES.index("proposed"), ROLES.index("introduced")]].max(axis=1)
    says = [ruled[c.name][0] in ("proposed", "introduced") for c in concepts]
    for i, concept in enumerate(concepts):
        if concept.kind not in ("method", "dataset"):
            continue
        others = [j for j, c in enumerate(concepts) if c.kind == concept.kind and j != i]
        families = [float(new[j]) for j in others if is_variant(concept, concepts[j])]
        first = concept.mentions[0]
        lead = max((float(new[j]) for j in others), default=0.0)
        table[i] = (
            logit(float(new[i])),
            logit(float(chances[i, ROLES.index("baseline")])),
            says[i],
            ruled[concept.name][0] == "baseline",
            logit(sure[i]),
            any(m.start < title for m in concept.mentions),
            first.start == 0 and text[first.end : first.end + 1] in (":", "\n"),
            bool(concept.short),
            count(len(concept.mentions)),
            first.start / length,
            logit(lead),
            count(sum(new[j] > 0.5 for j in others)),
            count(sum(says[j] for j in others)),
            logit(max(families, default=0.0)),
            any(lookup(concept.kind, form) for form in concept.surface),
            any(c.isupper() for form in concept.surface for c in form[1:]),
            count(min(len(form.split()) for form in concept.surface)),
            any(proposes(m, doc, known=False) for m in concept.mentions),
            any(_is_announced(span_at(doc, m.start, m.end)) for m in concept.mentions),
            count(sum(speaks_of_own_work(sentence_of(m, doc)) for m in concept.mentions)),
        )
    return table


def _is_announced(span: Span) -> bool:
    """Whether "our", "new" or the like stands just before."""
    return any(token.lower_ in _OWN for token in span.doc[max(0, span.start - 3) : span.start])


_OWN: Final = frozenset(("our", "proposed", "novel", "new"))


def relation_signs(
    prediction: Prediction,
    concepts: Sequence[Concept],
    sure: Sequence[float],
    new: Sequence[float],
    main: Concept | None,
    links: Mapping[tuple[str, str, str], Link],
    graded: Graded,
) -> dict[str, tuple[list[tuple[int, int]], Floats]]:
    """For each relation the pairs of concepts whose kinds fit it, and a row of RELATION of each.

    `sure` and `new` are the chances of each concept to be one and to be the paper's own, `links`
    what the rules say, `graded` what the model says of the pairs.
    """
    size, title = len(concepts), _title_end(prediction)
    grid = np.zeros((size, size, len(RELATIONS)), dtype=np.float32)
    near = np.zeros((size, size, 3), dtype=np.float32)
    for (i, j), chances, seen in zip(graded.pairs, graded.chances, graded.near, strict=True):
        grid[i, j], near[i, j] = chances, seen[[0, 2, 4]]
    titled = np.array([any(m.start < title for m in c.mentions) for c in concepts], np.float32)
    mentions = np.log1p([len(c.mentions) for c in concepts])
    methods = count(sum(c.kind == "method" for c in concepts))
    certain, own = logits(np.array(sure)), logits(np.array(new))
    rivals = logits(placed(prediction, concepts).chances[:, ROLES.index("baseline")])
    told = {}
    for column, (relation, (_, kind)) in enumerate(RELATIONS.items()):
        pairs = [(i, j) for i, j in graded.pairs if concepts[j].kind == kind]
        if not pairs:
            continue
        left, right = np.array(pairs).T
        other = _OTHER.get(relation, "")
        beside = list(RELATIONS).index(other) if other else column
        fits = np.zeros((size, size), dtype=np.float32)
        fits[left, right] = grid[left, right, column]
        ruled = np.zeros((len(pairs), 4), dtype=np.float32)
        for row, (i, j) in enumerate(pairs):
            head, tail = concepts[i], concepts[j]
            link = links.get((head.name, relation, tail.name))
            ruled[row] = (
                link is not None and link.reader == "main",
                link is not None and link.reader == "near",
                (head.name, other, tail.name) in links,
                kind == "method" and (is_variant(head, tail) or is_variant(tail, head)),
            )
        columns = (
            logits(grid[left, right, column]),
            *ruled.T,
            certain[left],
            certain[right],
            own[left],
            own[right],
            rivals[right],
            np.array([concepts[i] is main for i in left]),
            *near[left, right].T,
            logits(_best_other(fits, 0)[left, right]),
            logits(_best_other(fits, 1)[left, right]),
            logits(grid[right, left, column]) if other else np.zeros(len(pairs)),
            logits(grid[left, right, beside]) if other else np.zeros(len(pairs)),
            mentions[left],
            mentions[right],
            np.full(len(pairs), methods),
            titled[left],
            titled[right],
        )
        told[relation] = pairs, np.stack(columns, axis=1).astype(np.float32)
    return told


_OTHER: Final = {"uses": "compared_with", "compared_with": "uses"}


def _best_other(grid: Floats, axis: int) -> Floats:
    """For each cell the largest of the other cells along the axis."""
    if grid.shape[axis] < 2:
        return np.zeros_like(grid)
    ranked = np.sort(grid, axis=axis)
    first, second = (np.expand_dims(np.take(ranked, -k, axis), axis) for k in (1, 2))
    return np.where(grid == first, second, first)


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
