"""Marks that tell one thing from its sibling: numbers, sizes, versions, plus signs.

Names that differ in a mark are never one thing, however alike they look; a name that is
another's with a mark at its end is a variant of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from kg.resolve.words import NUMBERS, cleaned, listed, plain, tokens

SIZES: Final = listed(
    "nano pico micro tiny mini small medium base big large huge giant lite light slim "
    "xs s m l xl xxl h g b ti turbo pro max plus"
)
#: Beginnings that turn a word's meaning.
PREFIXES: Final = listed(
    "un non in im dis anti semi self multi uni bi mono pre post inter intra sub super hyper over "
    "under re de micro macro meta co cross auto pseudo quasi homo hetero"
)
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*[kmb]?", re.IGNORECASE)
_PART: Final = re.compile(r"([^\W_]+(?:\.\d+)*)([+*]+(?![^\W_]))?")
_LETTER: Final = re.compile(r"[^\W\d_]")
_TAIL: Final = re.compile(
    rf"""^(?P<family>.*?[^\W\d_].*?)(?:
        [\s\-_/.]*(?<![a-zA-Z])v(?:ersion)?[\s\-_.]?\d+(?:\.\d+)*  # version 2
        | [\s\-_/.]*[vV]\d+(?:\.\d+)*                              # MobileNetV2
        | [\s\-_/.]*(?<![\d.])\d+(?:\.\d+)*[kKmMbBoV]?             # CIFAR-10, 7B, GPT-4o
        | [\s\-_/]+(?i:{"|".join(sorted(SIZES, key=len, reverse=True))})
        | [\s\-_/]+[A-Z]                                           # ViT-B
        | (?<=\w)[+*]+                                             # SiamFC++
    )$""",
    re.VERBOSE,
)
#: What a name that ends in a mark ends in, so that few are looked at closely; within its last
#: characters, as many as these.
_END: Final = re.compile(
    rf"(?:\d[kKmMbBoV]?|[+*]|[\s\-_/]+(?:[A-Z]|(?i:{'|'.join(sorted(SIZES))})))\s*$"
)
_REACH: Final = 12


def marks(name: str) -> tuple[str, ...]:
    """The numbers, size words, single letters and trailing signs of a name, sorted.

    >>> marks("ViT-B/16"), marks("two-stage GPT-3.5 turbo"), marks("PixelCNN++"), marks("ResNet")
    (('16', 'b'), ('2', '3.5', 'turbo'), ('++',), ())
    """
    found: list[str] = []
    for token, trailing in _PART.findall(cleaned(name)):
        word = plain(token)
        if word in SIZES or (len(token) == 1 and token.isalpha()):
            found.append(word)
        else:
            written = NUMBERS.get(token.casefold(), token)
            found.extend(number.casefold() for number in _NUMBER.findall(written))
        found.extend(filter(None, [trailing]))
    return tuple(sorted(found))


def guard(a: str, b: str) -> str:
    """Why two names cannot be one thing however alike they look, or "".

    >>> guard("CIFAR-10", "CIFAR-100"), guard("BERT-base", "BERT-large"), guard("CNN", "CNNs")
    ('10 is not 100', 'base is not large', '')
    >>> guard("supervised learning", "unsupervised learning"), guard("GPT-3", "GPT")
    ('supervised is not unsupervised', '3 in one name only')
    """
    ours, theirs = Counter(marks(a)), Counter(marks(b))
    if ours != theirs:
        left, right = (" ".join(sorted(some.elements())) for some in (ours - theirs, theirs - ours))
        return f"{left} is not {right}" if left and right else f"{left or right} in one name only"
    left_words, right_words = ({plain(token): token for token in tokens(n)} for n in (a, b))
    for one in sorted(left_words.keys() - right_words.keys()):
        for other in sorted(right_words.keys() - left_words.keys()):
            if _turns(*sorted((one, other), key=len)):
                return f"{left_words[one]} is not {right_words[other]}"
    return ""


def _turns(shorter: str, longer: str) -> bool:
    """Whether the longer word is the other behind a prefix that changes its meaning."""
    return len(shorter) > 3 and any(longer == prefix + shorter for prefix in PREFIXES)


def families(name: str) -> Iterator[str]:
    """The names that this one is a variant of, the nearest first.

    >>> list(families("ViT-B/16")), list(families("GPT-3.5-turbo")), list(families("YOLOv5"))
    (['ViT-B', 'ViT'], ['GPT-3.5', 'GPT'], ['YOLO'])
    >>> list(families("C++")), list(families("SiamFC+")), list(families("BERT"))
    ([], ['SiamFC'], [])
    """
    while _END.search(name[-_REACH:]) and (match := _TAIL.match(name.strip())):
        name = match["family"].rstrip(" -_/.")
        if len(_LETTER.findall(name)) < 3:
            return
        yield name
