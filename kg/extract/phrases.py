"""Mentions that no list knows: names by their looks, noun phrases by their head.

A name looks like one ("DHVT", "NetVLAD", "OpenSora-V1.2"); a noun phrase ends in a word that
tells its kind ("dense-sparse weight factorization") and begins after the last word that
cannot be part of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc, Span, Token

from kg.extract.words import (
    DATA_NOUNS,
    EVALUATIVE,
    FUNCTION,
    GENERIC,
    HEADS,
    NO_NAMES,
    PARTICIPLES,
    TASK_NOUNS,
    UNITS,
    VERBS,
    WEAK_HEADS,
    words,
)
from kg.model import Kind
from kg.text import singular

_NAME = re.compile(r"(?=.*[A-Z])(?=.*[A-Za-z]{2})[A-Za-z0-9][\w+.\-@*^']*[\w+*]")
_LOOKS = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}|[A-Za-z]-?\d|\d[A-Z]|[a-z]-[A-Z]$")
_MODIFIERS = 5
_LOSABLE = words("performance accuracy information quality data minimal")
_AMOUNT = re.compile(
    r"[~<>+-]?\d[\d.,\-~]*(?:[kmbgtx%]|times|-fold|-?(?:million|billion|trillion))?(?:-param\w*)?$",
    re.I,
)
#: Words in "s" that may stand before a head; others there are verbs ("the model learns ...").
_KEPT_PLURALS = words(
    """dynamics physics graphics semantics statistics robotics news sports genomics kinematics
    mechanics analytics economics electronics optics means series gauss bayes lens systems
    operations words pixels"""
)
_SIZES = words("low high long short small large early late deep single")
_SIZED = words(
    """layer rank short term range resource dimensional order resolution frequency shot language
    sequence context video document form tail fidelity stopping fusion speed noise precision bit"""
)
_KEPT_PARTICIPLES = words(
    """supervised unsupervised self-supervised semi-supervised weakly-supervised gated masked
    dilated
    weighted regularized pre-trained pretrained distributed federated decentralized nested named
    constrained unconstrained quantized structured unstructured shared hashed tied mixed layered
    guided adapted aware labeled stacked graded"""
)
_KEPT_GERUNDS = words(
    """learning training embedding clustering pruning sampling matching tracking reasoning modeling
    modelling processing parsing ranking coding boosting bagging planning routing mining imaging
    sensing driving testing tuning pre-training fine-tuning prompting hashing editing smoothing
    denoising captioning answering understanding grounding grasping pooling warping rendering
    splatting scheduling programming computing decision-making spiking varying diffusing
    filtering shrinking streaming linking forecasting inpainting gating mapping voting spelling
    reading steering scaling teaching tagging stitching listening looking walking jumping
    watermarking fingerprinting caching"""
)


def is_name(token: Token) -> bool:
    """Whether the token looks like the proper name of a method or dataset.

    >>> from kg.extract.nlp import load
    >>> [t.text for t in load()("GPUs run NetVLAD, Transformers and DHVT on LSST.") if is_name(t)]
    ['NetVLAD', 'DHVT', 'LSST']
    """
    text = token.text
    return (
        bool(_NAME.fullmatch(text))
        and bool(_LOOKS.search(singular(text)))
        and text not in NO_NAMES
        and not text.startswith(("http", "www"))
        and "." not in text.rstrip("0123456789")[:-1].replace("V", "")
        and token.lower_ not in FUNCTION
        and not _AMOUNT.match(text)
        and len(set(text.lower())) > 1
    )


def names(doc: Doc) -> Iterator[Span]:
    """Yield the longest runs that are one proper name: "Waymo Open Dataset", "Oxford RobotCar"."""
    start = 0
    while start < len(doc):
        if not is_name(doc[start]):
            start += 1
            continue
        end = start + 1
        while end < len(doc) and _continues_name(doc[end]):
            end += 1
        yield doc[start:end]
        start = end


def _continues_name(token: Token) -> bool:
    return not token.is_sent_start and bool(
        is_name(token) or (token.text[:1].isupper() and token.lower_ in {"v2", "xl", "xxl"})
    )


def noun_phrases(doc: Doc, closed: frozenset[int] = frozenset()) -> Iterator[tuple[Span, Kind]]:
    """Yield each phrase whose head word tells its kind, with the kind; no bare heads.

    `closed` are tokens that no phrase may reach into, such as those of a dataset's name.

    >>> from kg.extract.nlp import load
    >>> doc = load()("We use a novel dense weight factorization for image retrieval tasks.")
    >>> [(span.text, kind) for span, kind in noun_phrases(doc)]
    [('dense weight factorization', 'method'), ('image retrieval', 'task')]
    """
    for token in doc:
        kind = HEADS.get(singular(token.lower_))
        if kind is None or singular(token.lower_) in WEAK_HEADS or _goes_on(token):
            continue
        start = token.i
        while (
            start > 0
            and token.i - start < _MODIFIERS
            and start - 1 not in closed
            and modifies(doc, start)
        ):
            start -= 1
        span = _trimmed(doc[start : token.i + 1])
        lost = token.lower_ in {"loss", "losses"} and span[-2:][0].lower_ in _LOSABLE
        if len(span) >= 2 and not lost:
            yield span, kind


def _goes_on(token: Token) -> bool:
    """Whether the noun phrase does not end here: the next word is a head or a generic noun."""
    if token.i + 1 >= len(token.doc) or token.nbor().is_sent_start:
        return False
    following = token.nbor().lower_
    return singular(following) in HEADS and following not in VERBS


def modifies(doc: Doc, start: int) -> bool:
    """Whether the token before `start` belongs to the noun phrase that starts there."""
    token = doc[start - 1]
    word = token.lower_
    if doc[start].is_sent_start:
        return False
    if word == "-":
        return start >= 2 and doc[start].lower_ in PARTICIPLES
    if not any(c.isalpha() for c in word) or word.startswith("http") or word in UNITS:
        return False
    if word in _SIZES and doc[start].lower_ in _SIZED:
        return True
    if word in FUNCTION or word in EVALUATIVE or token.text in NO_NAMES or _AMOUNT.match(word):
        return False
    if word in PARTICIPLES and start >= 2 and doc[start - 2].text == "-":
        return True
    if word in DATA_NOUNS or (word.endswith("s") and _is_verb(token)):
        return False
    if word in VERBS and word not in {"model", "process", "map", "test"}:
        return False
    if word.endswith("ing") and word not in _KEPT_GERUNDS:
        return word.count("-") > 0
    if word.endswith("ed") and word not in _KEPT_PARTICIPLES:
        return word.count("-") > 0
    return not word.endswith("ly") or word in {"family", "only", "anomaly", "assembly"}


def _is_verb(token: Token) -> bool:
    """Whether a word in "s" before a head is a verb, not a name or one of the few plurals."""
    word = token.text
    plain = word.islower() and "-" not in word and word not in _KEPT_PLURALS
    return plain and singular(word) != word


def _trimmed(span: Span) -> Span:
    """The span without what cannot open a name."""
    start = span.start
    while start < span.end - 1 and (
        span.doc[start].text == "-" or span.doc[start].lower_ in EVALUATIVE | PARTICIPLES
    ):
        start += 1
    return span.doc[start : span.end]


def is_coined(token: Token) -> bool:
    """Whether a capitalised word must be a name, since no list has it ("Minitron models").

    >>> from kg.extract.nlp import load
    >>> [t.text for t in load()("Minitron models beat Recent models.") if is_coined(t)]
    ['Minitron']
    """
    return (
        token.text.istitle()
        and len(token) > 3
        and is_generic(token.text) is False
        and (token.lower_ not in VERBS and singular(token.lower_) not in HEADS)
    )


def is_generic(text: str) -> bool:
    """Whether the words say nothing beyond "method", "dataset" or "task".

    >>> is_generic("our method"), is_generic("neural networks"), is_generic("TransKD framework")
    (True, True, False)
    """
    empty = FUNCTION | EVALUATIVE | GENERIC | DATA_NOUNS | TASK_NOUNS | _VAGUE
    return all(word.lower() in empty or not any(map(str.isalpha, word)) for word in text.split())


_VAGUE = words(
    """deep neural machine learning learned data training trained features feature representation
    representations results performance input output target source student teacher language
    image images vision text information knowledge inference optimization step stage process
    state"""
)
