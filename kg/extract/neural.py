"""The shipped model: what it thinks of mentions, roles, relations and reported numbers.

One pass of a small transformer (int8, onnxruntime, one thread) gives a state to each word of a
Doc; the heads of `kg.extract.heads` read the facts from the states. Texts longer than the
encoder's window are read in windows of whole sentences that overlap (`kg.extract.features`),
so nothing is cut. Nothing is downloaded: all files are in the folder `model` beside this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    log_softmax,
    number_scores,
    pair_scores,
    role_chances,
    sigmoid,
    tag_scores,
)
from kg.extract.nlp import span_at, text_of
from kg.extract.numbers import Number, numbers
from kg.extract.pairs import (
    N_PAIR,
    POINTERS,
    Floats,
    Thing,
    number_features,
    pair_arrays,
    thing_features,
)
from kg.extract.scenes import is_unit
from kg.model import RELATIONS

FOLDER: Final = Path(__file__).parent / "model"
_CLS, _SEP = 101, 102


class Encoder(Protocol):
    """Word pieces [length] and their feature rows -> states [length, size]."""

    def __call__(self, pieces: Ints, features: Ints) -> Floats: ...


@dataclass(frozen=True)
class Model:
    """Encoder, heads and tokenizer that belong together."""

    encoder: Encoder
    heads: Weights
    tokenizer: Tokenizer


@dataclass(frozen=True, slots=True)
class Placed:
    """Concepts as spans of words, the chances of their roles, and both as features."""

    things: tuple[Thing, ...]
    chances: Floats
    about: Floats


@dataclass(frozen=True)
class Prediction:
    """What the model read in a Doc: the states of its words."""

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


@dataclass(frozen=True, slots=True)
class Graded:
    """Ordered pairs of concepts that a relation could hold between, the model's chances [pairs,
    RELATIONS], and how the two stand to each other [pairs, N_PAIR] (see `kg.extract.pairs`)."""

    pairs: tuple[tuple[int, int], ...]
    chances: Floats
    near: Floats


@dataclass(frozen=True, slots=True)
class Scored:
    """A number outside mentions, its words, the chance that it is a reported result, and for each
    of POINTERS the log-chances [1 + concepts] that it points at nothing or at each concept."""

    number: Number
    words: tuple[int, int]
    reported: float
    targets: Mapping[str, Floats]


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
    return Model(encoder, heads, load_tokenizer(folder / "tokenizer.json"))


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
    return np.asarray(
        (sums[offsets[1:]] - sums[offsets[:-1]]) / np.maximum(counts, 1, dtype=np.float32)[:, None]
    )


def graded(prediction: Prediction, concepts: Sequence[Concept]) -> Graded:
    """What the model thinks of all pairs of concepts that a relation could hold between."""
    at = placed(prediction, concepts)
    things, about = at.things, at.about
    pairs = [
        (i, j)
        for i, head in enumerate(things)
        for j in range(len(things))
        if head.kind == "method" and i != j
    ]
    if not pairs:
        nothing = np.zeros((0, len(RELATIONS)), np.float32)
        return Graded((), nothing, np.zeros((0, N_PAIR), np.float32))
    arrays = pair_arrays([(things[i], things[j]) for i, j in pairs], prediction.encoded)
    sides = np.concatenate([about[[i for i, _ in pairs]], about[[j for _, j in pairs]]], axis=1)
    scores = pair_scores(
        prediction.model.heads,
        "relation",
        prediction.states,
        (things, things),
        pairs,
        arrays,
        sides,
    )
    return Graded(tuple(pairs), sigmoid(scores), arrays.features)


def scored_numbers(prediction: Prediction, concepts: Sequence[Concept]) -> list[Scored]:
    """What the model thinks of each number outside mentions, in the order of the text."""
    found = list(free_numbers(prediction.doc, concepts))
    if not found:
        return []
    things = placed(prediction, concepts).things
    spots = [Thing("", (_words(prediction.doc, n.start, n.end),)) for n in found]
    heads, states = prediction.model.heads, prediction.states
    scores = number_scores(heads, states, spots, number_features(found))
    pointed = np.full((len(spots), len(things), len(POINTERS)), -1e4, dtype=np.float32)
    pairs = [(i, j) for i in range(len(spots)) for j in range(len(things))]
    if pairs:
        arrays = pair_arrays([(spots[i], things[j]) for i, j in pairs], prediction.encoded)
        about = placed(prediction, concepts).about[[j for _, j in pairs]]
        pointed = pair_scores(
            heads, "pointer", states, (spots, things), pairs, arrays, about
        ).reshape(pointed.shape)
    for column, (_, kind) in enumerate(POINTERS):
        pointed[:, ~has_kind(things, kind), column] = -1e4
    nothing = scores[:, 1:, None].transpose(0, 2, 1)
    chances = log_softmax(np.concatenate([nothing, pointed], axis=1), axis=1)
    reported = sigmoid(scores[:, 0])
    return [
        Scored(
            number,
            spots[row].spans[0],
            float(reported[row]),
            {name: chances[row, :, column] for column, (name, _) in enumerate(POINTERS)},
        )
        for row, number in enumerate(found)
    ]


def free_numbers(doc: Doc, concepts: Iterable[Concept]) -> Iterator[Number]:
    """The numbers that are no part of a mention, unless that is their unit ("25 FPS")."""
    taken = [(m, c) for c in concepts for m in c.mentions]
    for number in numbers(text_of(doc)):
        if not any(
            m.start < number.end and number.start < m.end and not is_unit(m, c, number)
            for m, c in taken
        ):
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
