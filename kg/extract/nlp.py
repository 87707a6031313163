"""The spaCy pipeline: tokens that suit names of methods, and sentences that end where they end.

A hyphenated name stays one token ("ViT-B", "self-attention"); a hyphenated participle does
not ("BERT-based" is "BERT", "-", "based"), so that the name in it can be found. The title is
a sentence of its own.

>>> [s.text for s in load()("On ViT\\nIt works, e.g. on CIFAR. It has 3.7M weights.").sents]
['On ViT\\n', 'It works, e.g. on CIFAR.', 'It has 3.7M weights.']
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc, Span, Token
from spacy.util import compile_infix_regex, compile_suffix_regex

from kg.extract.words import PARTICIPLES, words

_INFIXES = [
    r"\.\.+",
    r"…",
    r"(?<=[a-z])\.(?=[A-Z][a-z])",
    r"(?<=[A-Za-z0-9]),(?=[A-Za-z])",
    r"(?<=[\w)])[:<>=](?=[A-Za-z(])",
    rf"(?<=\w)(?<!\bpre)(?<!\bPre)(?<!\bself)(?<!\bSelf)-(?=(?:{'|'.join(sorted(PARTICIPLES))})\b)",
    r"--+",
    r"—|–(?=[A-Za-z])",
    r"(?<=[A-Za-z)])/(?=[A-Za-z(])",
    r"[()\[\]]",
]
_ABBREVIATIONS = words(
    """e.g i.e al vs cf fig figs eq eqs no approx resp dr prof w.r.t wrt ca incl
    viz
    e.g. i.e. vs. cf. al. fig. eq. w.r.t. resp. approx. dr. no."""
)
#: Tokens after which a sentence ends anyhow: what never ends is a table, not a sentence.
_LONGEST = 200
_CLOSERS = frozenset("\"'”’)]}»")
_OPENERS = re.compile(r"""^["'“‘(\[{«$\\]*\d*[A-Z0-9]|^["'“‘(\[{«$]|^[a-z]+[A-Z]""")


@cache
def load() -> Language:
    """The pipeline, built once in a process; it reads nothing from disk."""
    nlp = spacy.blank("en")
    tokenizer = nlp.tokenizer
    assert isinstance(tokenizer, Tokenizer)
    tokenizer.infix_finditer = compile_infix_regex(_INFIXES).finditer
    # spaCy's own list would split units off names: "ImageNet-1" and "K".
    plain = [s for s in nlp.Defaults.suffixes or () if "km²" not in str(s)]
    suffixes = [*plain, r"(?<=[0-9])%", r"(?<=[A-Za-z0-9])\.", r"(?<=[A-Za-z]\d)times"]
    tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    nlp.add_pipe("kg_sentences")
    nlp.max_length = 50_000_000
    return nlp


@Language.component("kg_sentences")
def sentences(doc: Doc) -> Doc:
    """Mark where sentences start: after a full stop that ends one, and after a line break."""
    marks, length = [1], 1
    for token in doc:
        ends = "\n" in token.text or _ends_sentence(token) or length == _LONGEST
        marks.append(1 if ends else -1)
        length = 1 if ends else length + 1
    # All at once: spaCy looks through the whole Doc each time a single token is marked.
    starts = np.array(marks[:-1], np.int64).astype(np.uint64)
    return doc.from_array(["SENT_START"], starts)  # type: ignore[arg-type]


def _ends_sentence(token: Token) -> bool:
    if token.i + 1 == len(token.doc):
        return False
    following = token.nbor()
    if token.text in _CLOSERS and token.i and not token.nbor(-1).whitespace_:
        stop = token.nbor(-1)
    else:
        stop = token
    if stop.text not in {".", "!", "?", "..", "..."} or following.text in _CLOSERS:
        return False
    if stop.text == "." and stop.i and _is_abbreviation(stop.nbor(-1)):
        return False
    return bool(_OPENERS.match(following.text)) or following.is_space


def _is_abbreviation(before: Token) -> bool:
    initial = len(before.text) == 1 and before.text.isupper() and before.i > 0
    name_follows = initial and before.nbor(-1).text[:1].isupper()
    return before.lower_ in _ABBREVIATIONS or name_follows


def span_at(doc: Doc, start: int, end: int) -> Span:
    """The tokens that the half-open character offsets touch.

    >>> span_at(load()("We use ViTs."), 7, 10).text
    'ViTs'
    """
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        raise ValueError(f"no text at {start}:{end}")
    return span


def sentence_around(span: Span) -> Span:
    """The sentence in which the span starts; `Span.sent` walks the whole Doc each time.

    >>> sentence_around(load()("It is. We use ViTs. So.")[4:5]).text
    'We use ViTs.'
    """
    doc = span.doc
    if "sentences" not in doc.user_data:
        starts = [token.i for token in doc if token.is_sent_start] or [0]
        doc.user_data["sentences"] = [*starts, len(doc)]
    bounds = doc.user_data["sentences"]
    after = bisect_right(bounds, span.start, hi=len(bounds) - 1)
    return doc[bounds[after - 1] : bounds[after]]


def text_of(doc: Doc) -> str:
    """The text of a Doc, put together once; `Doc.text` joins all tokens each time it is asked.

    >>> text_of(load()("We use ViTs."))
    'We use ViTs.'
    """
    if "text" not in doc.user_data:
        doc.user_data["text"] = doc.text
    return str(doc.user_data["text"])


def title_end(doc: Doc) -> int:
    """Where the title ends in the text; -1 where it has none.

    >>> title_end(load()("On ViTs\\nWe use them."))
    7
    """
    return text_of(doc).find("\n")
