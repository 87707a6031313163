"""Doc -> what the encoder reads: word pieces, a few features of each word, and windows.

The encoder's vocabulary has no capitals, so the shape of a word is a feature; what the lexicon
and the brackets of a text say about a word are features too, so that the encoder can weigh
them against the context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc
from tokenizers import Tokenizer

from kg.extract.acronyms import abbreviations
from kg.extract.lexical import known_names
from kg.extract.nlp import span_at, text_of
from kg.extract.numbers import numbers
from kg.model import KINDS

Ints = npt.NDArray[np.int64]

#: Pieces of a window, without the two marks around them.
WINDOW: Final = 510
_SHAPES: Final = (
    re.compile(r"\s+"),
    re.compile(r"\W+"),
    re.compile(r"[\d.,]+"),
    re.compile(r"[A-Z]"),
    re.compile(r"[A-Z]+s?"),
    re.compile(r"[A-Z][a-z]+"),
    re.compile(r"[a-z]+"),
    re.compile(r"[a-z]+(?:-[a-z]+)+"),
    re.compile(r"[A-Z][a-z]+(?:-\w+)+"),
    re.compile(r"\D*[A-Z]\D*"),
    re.compile(r".*[A-Z].*"),
    re.compile(r".*\d.*"),
)
_N_SHAPES: Final = len(_SHAPES) + 1
_N_LEXICON: Final = 1 + 2 * len(KINDS)
_N_ACRONYM: Final = 5
_N_NUMBER: Final = 3
#: Rows of the embedding table that each column of `Encoded.features` indexes, and where they start.
SIZES: Final = (_N_SHAPES, _N_LEXICON, _N_ACRONYM, _N_NUMBER)
STARTS: Final = tuple(accumulate(SIZES, initial=0))[:-1]
LEXICON_COLUMN: Final = 1


@dataclass(frozen=True, slots=True)
class Window:
    """Words `start` to `end` are read together; the states of those from `keep` on are kept."""

    start: int
    end: int
    keep: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as the encoder reads it.

    `pieces` are vocabulary ids and `first[w]` is where those of word `w` begin (with one more
    entry for the end); `features` has a row of table indices for each word; `sentence[w]` is
    the number of the word's sentence.
    """

    pieces: Ints
    first: Ints
    features: Ints
    sentence: Ints
    windows: tuple[Window, ...]

    def __len__(self) -> int:
        return len(self.first) - 1


def encode(doc: Doc, tokenizer: Tokenizer) -> Encoded:
    """Read off what the encoder needs from a Doc whose sentences are known.

    The tokenizer must neither cut nor pad.
    """
    words = ["[SEP]" if token.is_space else token.text for token in doc]
    encoding = tokenizer.encode(words, is_pretokenized=True, add_special_tokens=False)
    of_word = np.array([w for w in encoding.word_ids if w is not None], dtype=np.int64)
    counts = np.bincount(of_word, minlength=len(words))
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    starts = np.array([bool(token.is_sent_start) for token in doc], dtype=np.int64)
    return Encoded(
        pieces=np.array(encoding.ids, dtype=np.int64),
        first=first,
        features=_features(doc) + np.array(STARTS, dtype=np.int64),
        sentence=np.maximum(np.cumsum(starts) - 1, 0),
        windows=tuple(windows(first, [i for i, start in enumerate(starts) if start])),
    )


def _features(doc: Doc) -> Ints:
    table = np.zeros((len(doc), len(SIZES)), dtype=np.int64)
    table[:, 0] = [shape(token.text) for token in doc]
    for span, entry in known_names(doc):
        kind = 2 * KINDS.index(entry.kind)
        table[span.start : span.end, 1] = kind + 2
        table[span.start, 1] = kind + 1
    for abbreviation in abbreviations(text_of(doc)):
        for column, (start, end) in ((1, abbreviation.short), (3, abbreviation.long)):
            span = span_at(doc, start, end)
            table[span.start : span.end, 2] = column + 1
            table[span.start, 2] = column
    for number in numbers(text_of(doc)):
        span = span_at(doc, number.start, number.end)
        table[span.start : span.end, 3] = 2 if number.unit else 1
    return table


@lru_cache(maxsize=100_000)
def shape(word: str) -> int:
    """The number of the first pattern of capitals, digits and signs that the word has.

    >>> [shape(w) for w in ("we", "The", "ViT", "CNNs", "98.5", "self-attention", "(")]
    [6, 5, 9, 4, 2, 7, 1]
    """
    hits = (i for i, pattern in enumerate(_SHAPES) if pattern.fullmatch(word))
    return next(hits, len(_SHAPES))


def windows(first: Ints, sentences: Sequence[int], size: int = WINDOW) -> Iterator[Window]:
    """Cover all words with windows of at most `size` pieces that begin and end with sentences.

    A window after the first begins with the last sentence of the one before, for context. A
    sentence longer than a window is cut between words.

    >>> list(windows(np.arange(8), [0, 3, 5], size=5))
    [Window(start=0, end=5, keep=0), Window(start=3, end=7, keep=5)]
    """
    units = list(_units(first, sentences, size))
    index = 0
    while index < len(units):
        begin = index and index - 1
        if first[units[index][1]] - first[units[begin][0]] > size:
            begin = index
        end = index + 1
        while end < len(units) and first[units[end][1]] - first[units[begin][0]] <= size:
            end += 1
        yield Window(units[begin][0], units[end - 1][1], units[index][0])
        index = end


def _units(first: Ints, sentences: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Sentences as (start, end) words; the long ones in parts that fit a window."""
    count = len(first) - 1
    bounds = sorted({0, *sentences, count})
    for start, end in pairwise(bounds):
        part = start
        for word in range(start, end):
            if first[word + 1] - first[part] > size and word > part:
                yield part, word
                part = word
        yield part, end
