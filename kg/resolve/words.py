"""Words of names, in the form under which they are compared.

>>> words("Optimisation of Newton's Neural Nets"), words("two-stage α-divergences")
(('optimization', 'of', 'newton', 'neural', 'network'), ('2', 'stage', 'alpha', 'divergence'))
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from kg.text import singular, squash

_TOKEN: Final = re.compile(r"[^\W_]+[+*]*")
_INNER_PLUS: Final = re.compile(r"(?<=[^\W_])\+(?=[^\W_])")
_NOISE: Final = re.compile(r"[™®©{}^$\\]|['’]s\b")
_GREEK: Final = re.compile(r"[Α-Ωα-ω]")

#: Words that are one word to a reader, and that no rule below makes one.
SAME: Final = {
    "adaption": "adaptation",
    "analog": "analogue",
    "analyse": "analyze",
    "analyser": "analyzer",
    "artefact": "artifact",
    "catalogue": "catalog",
    "centre": "center",
    "centred": "centered",
    "defence": "defense",
    "dialogue": "dialog",
    "fibre": "fiber",
    "grey": "gray",
    "neighbourhood": "neighborhood",
    "programme": "program",
    "sceptical": "skeptical",
}
#: Adjectives that before another word say what their noun would.
ADJECTIVES: Final = {
    "computational": "computation",
    "convolutional": "convolution",
    "positional": "position",
    "robotic": "robot",
    "robotics": "robot",
}
NUMBERS: Final = {
    word: str(number)
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
} | {"1st": "first", "2nd": "second", "3rd": "third"}

_LONG_WORD: Final = 6
_ISE: Final = re.compile(r"(?<=[a-z]{3})is(?=(?:ation|ational|ing|ed|er|e)$)")
_DOUBLED: Final = re.compile(r"(?<=[a-z]{3}[aeiou])ll(?=(?:ing|ed|er)$)")
_OUR: Final = re.compile(r"(?<=[a-z]{3})our(?=(?:ed|ing|al|ful|hood)?$)")


def listed(text: str) -> frozenset[str]:
    """The words of a text, as a set to look into."""
    return frozenset(text.split())


def tokens(name: str) -> tuple[str, ...]:
    """The parts of a name as they are written, with Greek letters spelled out.

    Plus signs at a part's end stay with it, those inside go.

    >>> tokens("CompAct™ Arm"), tokens("PixelCNN++"), tokens("NTU RGB+D"), tokens("β-VAE")
    (('CompAct', 'Arm'), ('PixelCNN++',), ('NTU', 'RGBD'), ('beta', 'VAE'))
    """
    return tuple(_TOKEN.findall(cleaned(name)))


def cleaned(name: str) -> str:
    """The name without signs that say nothing, with Greek letters spelled out.

    >>> cleaned("Silverman's NTU RGB+D")
    'Silverman NTU RGBD'
    """
    text = unicodedata.normalize("NFKC", _NOISE.sub("", name)).replace("&", " and ")
    return _GREEK.sub(lambda letter: f" {_spelled(letter[0])} ", _INNER_PLUS.sub("", text))


def _spelled(letter: str) -> str:
    return unicodedata.name(letter).rpartition(" ")[2].casefold()


@lru_cache(maxsize=2**16)
def plain(token: str) -> str:
    """One word without case, accents, plural ending and British spelling; numbers as digits.

    >>> [plain(word) for word in ("Behaviours", "labelled", "dynamics", "Networks", "three")]
    ['behavior', 'labeled', 'dynamics', 'network', '3']
    """
    base = token if token.casefold().endswith("ics") else singular(token)
    word = squash(base) + "".join(c for c in token if c == "*")
    if word in NUMBERS:
        return NUMBERS[word]
    word = _OUR.sub("or", _DOUBLED.sub("l", _ISE.sub("iz", word)))
    return SAME.get(word, word)


def words(name: str) -> tuple[str, ...]:
    """All words of a name, in their order; a "net" that follows a long word is a network.

    >>> words("robotic control"), words("control robotics"), words("U-Net")
    (('robot', 'control'), ('control', 'robotics'), ('u', 'net'))
    """
    found = [plain(token) for token in tokens(name)]
    return tuple(
        ADJECTIVES.get(word, word)
        if i + 1 < len(found)
        else "network"
        if word == "net" and i and len(found[i - 1]) >= _LONG_WORD
        else word
        for i, word in enumerate(found)
    )


def initials(name: str) -> str:
    """The first letters of the words.

    >>> initials("Support-Vector Machines")
    'svm'
    """
    return "".join(token[0] for token in tokens(name)).casefold()
