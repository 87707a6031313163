"""What speaks for and against concepts, and for their roles."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from spacy.tokens import Span

from kg.extract.candidates import READERS
from kg.extract.entities import Concept
from kg.extract.neural import Prediction, placed
from kg.extract.nlp import span_at, text_of, title_end
from kg.extract.odds import count, logit
from kg.extract.pairs import ROLES, Floats
from kg.extract.roles import Told, is_variant, proposes, sentence_of, speaks_of_own_work
from kg.lexicon import lookup
from kg.model import KINDS

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


@dataclass(frozen=True, slots=True)
class Read:
    """Of a mention its chance to be one, the model's confidence in it, and who agrees."""

    chance: float
    model: float
    extractors: tuple[str, ...]


def concept_signs(
    prediction: Prediction, concepts: Sequence[Concept], read: Mapping[int, Read]
) -> Floats:
    """A row of CONCEPT for each concept; `read` tells by where a mention starts what is known."""
    chances = placed(prediction, concepts).chances
    title, length = title_end(prediction.doc), max(1, len(text_of(prediction.doc)))
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
    doc, title = prediction.doc, title_end(prediction.doc)
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
            any(_is_called_new(span_at(doc, m.start, m.end)) for m in concept.mentions),
            count(sum(speaks_of_own_work(sentence_of(m, doc)) for m in concept.mentions)),
        )
    return table


def _is_called_new(span: Span) -> bool:
    """Whether "our", "new" or the like stands just before."""
    return any(token.lower_ in _OWN for token in span.doc[max(0, span.start - 3) : span.start])


_OWN: Final = frozenset(("our", "proposed", "novel", "new"))
