"""The shipped model: mentions, roles, relations and reported numbers with their confidence.

One pass of a small transformer (int8, onnxruntime, one thread) gives a state to each word of a
Doc; the heads of `kg.extract.heads` read the facts from the states. Texts longer than the
encoder's window are read in windows of whole sentences that overlap (`kg.extract.features`),
so nothing is cut. Nothing is downloaded: all files are in the folder `model` beside this one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from spacy.tokens import Doc
from tokenizers import Tokenizer

from kg.extract.entities import Concept
from kg.extract.features import STARTS, Encoded, Ints, encode
from kg.extract.heads import (
    Weights,
    has_kind,
    number_scores,
    pair_scores,
    role_chances,
    sigmoid,
    softmax,
    span_confidence,
    tag_scores,
    viterbi,
)
from kg.extract.nlp import span_at, text_of
from kg.extract.numbers import Number, numbers
from kg.extract.pairs import (
    POINTERS,
    ROLES,
    Floats,
    Thing,
    number_features,
    thing_features,
)
from kg.extract.wording import trimmed
from kg.model import KINDS, RELATIONS, Mention, Role

FOLDER: Final = Path(__file__).parent / "model"
_CLS, _SEP = 101, 102


class Encoder(Protocol):
    """Word pieces [length] and their feature rows -> states [length, size]."""

    def __call__(self, pieces: Ints, features: Ints) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a score becomes a fact; chosen on training papers that the weights never saw.

    `outside` is taken off the log-chance of a word to stand outside all mentions; `concepts`,
    `relations` and `reported` are the least confidence of each; `proposed` and `introduced`
    are the least chance of those roles.
    """

    outside: float
    concepts: Mapping[str, float]
    proposed: float
    introduced: float
    relations: Mapping[str, float]
    reported: float


@dataclass(frozen=True)
class Model:
    """Encoder, heads, tokenizer and thresholds that belong together."""

    encoder: Encoder
    heads: Weights
    tokenizer: Tokenizer
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class Placed:
    """Concepts as spans of words, the chances of their roles, and both as features."""

    things: tuple[Thing, ...]
    chances: Floats
    about: Floats


@dataclass(frozen=True)
class Prediction:
    """What the model read in a Doc: the states of its words and the mentions found."""

    model: Model
    doc: Doc
    encoded: Encoded
    states: Floats

    @cached_property
    def placed(self) -> dict[tuple[Concept, ...], Placed]:
        """What was computed for lists of concepts, as roles, relations and results share it."""
        return {}

    @cached_property
    def tags(self) -> Floats:
        """Log-chances [words, tags]."""
        return tag_scores(self.model.heads, self.states)

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions, in order, not overlapping, with confidence from 0 to 1."""
        starts = np.diff(self.encoded.sentence, prepend=-1)
        spans = viterbi(self.tags, starts, self.model.thresholds.outside)
        return tuple(m for span in spans if (m := self._mention(*span)).text)

    def _mention(self, start: int, end: int, label: int) -> Mention:
        span = trimmed(self.doc[start:end])
        confidence = span_confidence(self.tags, start, end, label)
        return Mention(
            span.start_char, span.end_char, span.text, KINDS[label], "model", round(confidence, 3)
        )


@dataclass(frozen=True, slots=True)
class ScoredRelation:
    """A relation between two concepts and how sure the model is of it."""

    head: Concept
    relation: str
    tail: Concept
    confidence: float


@dataclass(frozen=True, slots=True)
class ScoredResult:
    """A reported number, what it is tied to, and how sure the model is that it is reported."""

    number: Number
    metric: Concept
    dataset: Concept | None
    method: Concept | None
    baseline: Concept | None
    confidence: float


@cache
def load_model(folder: Path = FOLDER) -> Model:
    """Read the model from a folder, once in a process."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        (folder / "model.onnx").read_bytes(), options, providers=["CPUExecutionProvider"]
    )

    def encoder(pieces: Ints, features: Ints) -> Floats:
        inputs = {"pieces": pieces[None], "features": features[None]}
        (states,) = session.run(["states"], inputs)
        return np.asarray(states[0], dtype=np.float32)

    with np.load(folder / "heads.npz", allow_pickle=False) as stored:
        heads = {name: stored[name].astype(np.float32) for name in stored.files}
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return Model(
        encoder,
        heads,
        load_tokenizer(folder / "tokenizer.json"),
        Thresholds(**config["thresholds"]),
    )


def load_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer that neither cuts nor pads."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def predict(doc: Doc, model: Model | None = None) -> Prediction:
    """Read a Doc of `kg.extract.nlp` with the model (the shipped one unless another is given)."""
    model = model or load_model()
    encoded = encode(doc, model.tokenizer)
    return Prediction(model, doc, encoded, word_states(encoded, model.encoder))


def word_states(encoded: Encoded, encoder: Encoder) -> Floats:
    """The states [words, size] of a text: of each word the mean of its pieces' states."""
    kept = [
        _window_states(encoded, w.start, w.end, encoder)[w.keep - w.start :]
        for w in encoded.windows
    ]
    return np.concatenate(kept)


def _window_states(encoded: Encoded, start: int, end: int, encoder: Encoder) -> Floats:
    first = encoded.first[start : end + 1]
    counts = np.diff(first)
    features = np.repeat(encoded.features[start:end], counts, axis=0)
    mark = np.array([STARTS], dtype=np.int64)
    states = encoder(
        np.concatenate([[_CLS], encoded.pieces[first[0] : first[-1]], [_SEP]]).astype(np.int64),
        np.concatenate([mark, features, mark]),
    )[1:-1]
    sums = np.concatenate(
        [np.zeros((1, states.shape[1]), np.float32), np.cumsum(states, axis=0, dtype=np.float32)]
    )
    offsets = first - first[0]
    return np.asarray((sums[offsets[1:]] - sums[offsets[:-1]]) / np.maximum(counts, 1)[:, None])


def likely(prediction: Prediction, concepts: Sequence[Concept]) -> list[Concept]:
    """The concepts with a mention sure enough for their kind."""
    least = prediction.model.thresholds.concepts
    return [c for c in concepts if max(m.confidence for m in c.mentions) >= least[c.kind]]


def roles(prediction: Prediction, concepts: Sequence[Concept]) -> list[tuple[Role, float]]:
    """The role of each concept with its chance; ("", 1.0) for metrics and tasks."""
    thresholds = prediction.model.thresholds
    chances = placed(prediction, concepts).chances
    told: list[tuple[Role, float]] = []
    for concept, row in zip(concepts, chances, strict=True):
        chance = dict(zip(ROLES, map(float, row), strict=True))
        if concept.kind == "dataset":
            told.append(_either("introduced", chance, thresholds.introduced, ("used",)))
        elif concept.kind == "method":
            told.append(_either("proposed", chance, thresholds.proposed, ("used", "baseline")))
        else:
            told.append(("", 1.0))
    return told


def _either(
    new: Role, chance: Mapping[Role, float], least: float, others: Sequence[Role]
) -> tuple[Role, float]:
    best = new if chance[new] >= least else max(others, key=chance.__getitem__)
    return best, round(chance[best], 3)


def relations(prediction: Prediction, concepts: Sequence[Concept]) -> Iterator[ScoredRelation]:
    """Yield the relations among concepts that are sure enough, by head, tail and relation."""
    pairs, chances = relation_chances(prediction, concepts)
    least = prediction.model.thresholds.relations
    for (i, j), row in zip(pairs, chances, strict=True):
        for (relation, (_, kind)), chance in zip(RELATIONS.items(), row, strict=True):
            if kind == concepts[j].kind and chance >= least[relation]:
                yield ScoredRelation(concepts[i], relation, concepts[j], round(float(chance), 3))


def relation_chances(
    prediction: Prediction, concepts: Sequence[Concept]
) -> tuple[list[tuple[int, int]], Floats]:
    """The ordered pairs a relation could hold between, and chances [pairs, RELATIONS]."""
    at = placed(prediction, concepts)
    things, about = at.things, at.about
    pairs = [
        (i, j)
        for i, head in enumerate(things)
        for j in range(len(things))
        if head.kind == "method" and i != j
    ]
    if not pairs:
        return [], np.zeros((0, len(RELATIONS)), np.float32)
    sides = np.concatenate([about[[i for i, _ in pairs]], about[[j for _, j in pairs]]], axis=1)
    scores = pair_scores(
        prediction.model.heads,
        "relation",
        prediction.states,
        (things, things),
        pairs,
        sides,
        prediction.encoded,
    )
    return pairs, sigmoid(scores)


def results(prediction: Prediction, concepts: Sequence[Concept]) -> Iterator[ScoredResult]:
    """Yield the numbers that are reported surely enough, each tied to the concepts it is about."""
    least = prediction.model.thresholds.reported
    for result in result_candidates(prediction, concepts):
        if result.confidence >= least:
            yield result


def result_candidates(
    prediction: Prediction, concepts: Sequence[Concept]
) -> Iterator[ScoredResult]:
    """Yield each number outside mentions that points at a metric, in the order of the text."""
    found = list(_free_numbers(prediction.doc, concepts))
    things = placed(prediction, concepts).things
    if not found or not has_kind(things, "metric").any():
        return
    spots = [Thing("", (_words(prediction.doc, n.start, n.end),)) for n in found]
    heads, states = prediction.model.heads, prediction.states
    scores = number_scores(heads, states, spots, number_features(found))
    pairs = [(i, j) for i in range(len(spots)) for j in range(len(things))]
    about = placed(prediction, concepts).about[[j for _, j in pairs]]
    pointed = pair_scores(
        heads, "pointer", states, (spots, things), pairs, about, prediction.encoded
    ).reshape(len(spots), len(things), len(POINTERS))
    reported = sigmoid(scores[:, 0])
    for row, number in enumerate(found):
        target: dict[str, Concept | None] = {}
        for column, (name, kind) in enumerate(POINTERS):
            options = np.where(has_kind(things, kind), pointed[row, :, column], np.float32(-1e4))
            nothing = np.float32(-1e4) if name == "metric" else scores[row, 1 + column]
            best = int(softmax(np.concatenate([[nothing], options])).argmax())
            target[name] = concepts[best - 1] if best else None
        metric = target.pop("metric")
        if metric is not None:
            yield ScoredResult(number, metric, confidence=round(float(reported[row]), 3), **target)


def _free_numbers(doc: Doc, concepts: Sequence[Concept]) -> Iterator[Number]:
    taken = [(m.start, m.end) for c in concepts for m in c.mentions]
    for number in numbers(text_of(doc)):
        if not any(start < number.end and number.start < end for start, end in taken):
            yield number


def placed(prediction: Prediction, concepts: Sequence[Concept]) -> Placed:
    """Where the concepts stand and what the model thinks of their roles; computed once."""
    key = tuple(concepts)
    if key not in prediction.placed:
        doc, encoded = prediction.doc, prediction.encoded
        things = tuple(
            Thing(c.kind, tuple(_words(doc, m.start, m.end) for m in c.mentions)) for c in concepts
        )
        chances = role_chances(prediction.model.heads, prediction.states, things, encoded)
        about = np.concatenate([thing_features(things, encoded), chances], axis=1)
        prediction.placed[key] = Placed(things, chances, about)
    return prediction.placed[key]


def _words(doc: Doc, start: int, end: int) -> tuple[int, int]:
    span = span_at(doc, start, end)
    return span.start, span.end
