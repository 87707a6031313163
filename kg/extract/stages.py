"""From a Doc to facts in stages, each of which lays out candidates with the signs for them.

Between two stages somebody says how likely each candidate is: the judge where papers are read
(`kg.extract.joint`), cross-fitted classifiers where the judge is made (`kg.train.judging`).

    Doc -> Drafted (mentions) -> Named (concepts) -> Cast (roles) -> Related (relations)
        -> Counted (numbers)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from spacy.tokens import Doc

from kg.extract.acronyms import Abbreviation
from kg.extract.candidates import Candidate, candidates, chosen, mention_signs
from kg.extract.entities import Concept, group
from kg.extract.mentions import find_mentions
from kg.extract.metrics import Metric, Unlisted
from kg.extract.neural import (
    Graded,
    Model,
    Prediction,
    Scored,
    graded,
    placed,
    predict,
    scored_numbers,
)
from kg.extract.nlp import text_of
from kg.extract.odds import Chances, chance_of, logit
from kg.extract.pairs import POINTERS, ROLES, Floats
from kg.extract.relations import Link, relate
from kg.extract.results import Reading, read_results
from kg.extract.roles import Told, main_method, roles_of
from kg.extract.signs import (
    OPTION,
    Read,
    Weighed,
    concept_signs,
    number_signs,
    option_signs,
    relation_signs,
    role_signs,
)
from kg.extract.wording import united
from kg.model import Mention, Role

#: Relations whose tails numbers are about.
_TYING: Final = {"measured_by", "evaluated_on", "compared_with"}
#: Indices of concepts that a pointer can name: none, and a metric that no mention names.
NONE, UNLISTED = -1, -2


@dataclass(frozen=True, slots=True)
class Floor:
    """The least chance of a fact that only the model reads, and of one that the rules read too.

    >>> Floor(0.4, 0.1).keeps(0.2, ruled=True), Floor(0.4, 0.1).keeps(0.2, ruled=False)
    (True, False)
    """

    least: float
    agreed: float

    def keeps(self, chance: float, *, ruled: bool) -> bool:
        """Whether a candidate is likely enough."""
        return chance >= (self.agreed if ruled else self.least)


@dataclass(frozen=True)
class Drafted:
    """What the model and the rules read in a Doc, and every mention that there could be."""

    doc: Doc
    prediction: Prediction
    defined: tuple[Abbreviation, ...]
    candidates: tuple[Candidate, ...]
    signs: Floats


@dataclass(frozen=True)
class Named:
    """The concepts that the likely mentions name, and what is known by where a mention starts."""

    drafted: Drafted
    concepts: tuple[Concept, ...]
    read: Mapping[int, Read]
    signs: Floats


@dataclass(frozen=True)
class Cast:
    """The likely concepts, how sure each is, and what the rules say of its role."""

    drafted: Drafted
    concepts: tuple[Concept, ...]
    read: Mapping[int, Read]
    sure: tuple[float, ...]
    ruled: Told
    signs: Floats


@dataclass(frozen=True)
class Related:
    """Concepts with roles, and for each relation the pairs that it could hold between."""

    cast: Cast
    new: tuple[float, ...]
    roles: Mapping[str, Role]
    main: Concept | None
    links: Mapping[tuple[str, str, str], Link]
    graded: Graded
    signs: Mapping[str, tuple[Sequence[tuple[int, int]], Floats]]


@dataclass(frozen=True)
class Counted:
    """A number, the rules' reading of it, and for each pointer the concepts it could be tied to."""

    scored: Scored
    reading: Reading | None
    signs: Floats
    options: Mapping[str, tuple[int, ...]]
    option_signs: Mapping[str, Floats]

    @property
    def metric_signs(self) -> Floats:
        """The signs of the number beside those of each metric it could be of."""
        rows = self.option_signs["metric"]
        return np.concatenate([np.repeat(self.signs[None], len(rows), axis=0), rows], axis=1)

    def picked(self, pointer: str, concepts: Sequence[Concept]) -> int | None:
        """Which of the options the rules take; None where it is not among them."""
        target = getattr(self.reading, pointer)
        for row, option in enumerate(self.options[pointer]):
            if option == UNLISTED or (option == NONE and target is None):
                return row
            if option >= 0 and concepts[option] is target:
                return row
        return None

    def metric(self, option: int, concepts: Sequence[Concept]) -> Metric:
        """The metric that an option stands for."""
        if option == UNLISTED:
            assert self.reading is not None
            return self.reading.metric
        return concepts[option]


def draft(doc: Doc, model: Model | None = None) -> Drafted:
    """Read a Doc of `kg.extract.nlp` with the model and the rules."""
    prediction = predict(doc, model)
    found, defined = find_mentions(doc)
    told = tuple(candidates(prediction, found))
    return Drafted(doc, prediction, tuple(defined), told, mention_signs(prediction, told))


def name(drafted: Drafted, chances: Chances, least: float) -> Named:
    """Group the likeliest mentions that do not overlap into concepts."""
    read, mentions = {}, []
    for row in chosen(drafted.candidates, chances, least):
        candidate, chance = drafted.candidates[row], float(chances[row])
        span, extractors = candidate.span, candidate.extractors or ("repeat",)
        read[span.start_char] = Read(chance, chance_of(float(drafted.signs[row, 0])), extractors)
        mentions.append(
            Mention(
                span.start_char,
                span.end_char,
                span.text,
                candidate.kind,
                "+".join(extractors),
                round(chance, 3),
            )
        )
    concepts = group(mentions, drafted.defined, text_of(drafted.doc))
    signs = concept_signs(drafted.prediction, concepts, read)
    return Named(drafted, tuple(concepts), read, signs)


def cast(named: Named, chances: Chances, floor: Floor) -> Cast:
    """Keep the likely concepts, as one where their names differ in wording only."""
    at = {
        m.start: float(chance)
        for concept, chance in zip(named.concepts, chances, strict=True)
        for m in concept.mentions
    }
    kept = [
        concept
        for concept, chance in zip(named.concepts, chances, strict=True)
        if floor.keeps(float(chance), ruled=_read_by_rules(concept, named.read))
    ]
    concepts = tuple(united(kept))
    sure = tuple(max(at[m.start] for m in c.mentions) for c in concepts)
    drafted = named.drafted
    ruled = roles_of(concepts, drafted.doc)
    signs = role_signs(drafted.prediction, concepts, sure, ruled)
    return Cast(drafted, concepts, named.read, sure, ruled, signs)


def _read_by_rules(concept: Concept, read: Mapping[int, Read]) -> bool:
    return any(
        not {"model", "repeat"}.issuperset(read[m.start].extractors) for m in concept.mentions
    )


def relate_all(told: Cast, new: Chances, rival: Chances, floors: Mapping[str, Floor]) -> Related:
    """Give each concept its role, and lay out all pairs.

    `new` is the chance of each concept to be the paper's own, `rival` that of a method that is
    not to be a baseline; `floors` has those of "contribution" and "baseline".
    """
    concepts = told.concepts
    roles: dict[str, Role] = {
        c.name: _role(c, float(n), float(r), told.ruled[c.name][0], floors)
        for c, n, r in zip(concepts, new, rival, strict=True)
    }
    main = main_method(list(concepts), roles, told.drafted.doc)
    found = relate(concepts, roles, main, told.drafted.doc)
    links = {(n.head.name, n.relation, n.tail.name): n for n in found}
    pairs = graded(told.drafted.prediction, concepts)
    chances = tuple(float(n) for n in new)
    signs = relation_signs(
        told.drafted.prediction, concepts, told.sure, chances, main, links, pairs
    )
    return Related(told, chances, roles, main, links, pairs, signs)


def _role(
    concept: Concept, new: float, rival: float, ruled: Role, floors: Mapping[str, Floor]
) -> Role:
    if concept.kind not in ("method", "dataset"):
        return ""
    if floors["contribution"].keeps(new, ruled=ruled in ("proposed", "introduced")):
        return "proposed" if concept.kind == "method" else "introduced"
    is_rival = floors["baseline"].keeps(rival, ruled=ruled == "baseline")
    return "baseline" if is_rival and concept.kind == "method" else "used"


def count_all(related: Related, chances: Mapping[str, Chances]) -> list[Counted]:
    """Lay out the numbers; `chances` has those of the pairs of each relation."""
    told, concepts = related.cast, related.cast.concepts
    drafted, size = told.drafted, len(concepts)
    tied = [0.0] * size
    for relation in sorted(_TYING & related.signs.keys()):
        pairs, _ = related.signs[relation]
        for (_, j), chance in zip(pairs, chances[relation], strict=True):
            tied[j] = max(tied[j], float(chance))
    by_model = placed(drafted.prediction, concepts).chances
    weighed = Weighed(
        sure=told.sure,
        new=related.new,
        rival=[float(row[ROLES.index("baseline")]) for row in by_model],
        tied=tied,
        main=next((i for i, c in enumerate(concepts) if c is related.main), NONE),
    )
    roles = dict(related.roles)
    readings = {r.number.start: r for r in read_results(concepts, roles, related.main, drafted.doc)}
    every = scored_numbers(drafted.prediction, concepts)
    counted = []
    for scored in every:
        reading = readings.get(scored.number.start)
        signs = number_signs(scored, reading, drafted.doc, among=len(every), readings=len(readings))
        options, tables = _options(scored, reading, told, weighed)
        counted.append(Counted(scored, reading, signs, options, tables))
    return counted


def _options(
    scored: Scored, reading: Reading | None, told: Cast, weighed: Weighed
) -> tuple[dict[str, tuple[int, ...]], dict[str, Floats]]:
    """For each pointer of a number the concepts it could be tied to, and their signs."""
    options, tables = {}, {}
    for pointer, kind in POINTERS:
        fitting = [i for i, c in enumerate(told.concepts) if c.kind == kind]
        listed = fitting if pointer == "metric" else [NONE, *fitting]
        picked = getattr(reading, pointer) if reading else None
        unlisted = isinstance(picked, Unlisted)
        rows = option_signs(
            told.drafted.prediction, told.concepts, listed, pointer, scored, picked, weighed
        )
        if unlisted:
            listed, rows = [*listed, UNLISTED], np.concatenate([rows, _UNLISTED])
        options[pointer], tables[pointer] = tuple(listed), rows
    return options, tables


#: The signs of a metric that only the words around the number imply.
_UNLISTED = np.array(
    [[{"model": logit(0.0), "rules": 1.0, "none": 1.0}.get(sign, 0.0) for sign in OPTION]],
    dtype=np.float32,
)
