"""Which role a concept plays in its paper, and in which sentence it says so.

A method is proposed where the authors say that they present it, a baseline where something
is said to beat it or to be measured against it, and otherwise used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from spacy.tokens import Doc, Span

from kg.extract.entities import Concept
from kg.extract.nlp import sentence_around, span_at, text_of
from kg.extract.words import NAMING, PROPOSE, words
from kg.lexicon import match
from kg.model import Mention, Role
from kg.text import fold

_AUTHORS: Final = words("we paper work article study thesis authors research report")
#: Words after which a proposal's sentence speaks of means and ends, not of what is proposed.
_MEANS: Final = words(
    """using utilising utilizing based via by through that which to for from on upon with between
    among inspired leveraging exploiting combining harnessing within where when without under
    over as than"""
)
_COMPARES: Final = re.compile(
    r"\b(?:compared (?:to|with|against)|in comparison (?:to|with)|comparison with|comparable to|"
    r"versus|vs\.?|than|over|against|instead of|relative to|on par with|surpass\w*|outperform\w*|"
    r"comparabl[ey] (?:\w+ )?(?:to|with)|comparisons? (?:to|with)|as (?:fast|good|accurate) as|"
    r"exceed\w*|superior to|competitive with|rivals?|compare (?:our|the|it)[\w\s-]* with|"
    r"improve[sd]? (?:up)?on|baselines?,? (?:such as|including|like)|"
    r"unlike|contrast to)\b(?:[^.;]|\.\d)*$",
    re.I,
)
_COPULA_NEW: Final = re.compile(
    r"^\s*(?:\([^)]*\)\s*)?(?:,|is|are|—|--|:)\s+(?:an?|the first|our)\s+(?:\S+\s+){0,2}?"
    r"(?:novel|new|simple|efficient|effective|first|systematic|versatile|lightweight|general|unified|"
    r"compact|framework|method|approach|model|architecture|benchmark|dataset|family|state-of-the-art)\b",
    re.I,
)
_LINKED: Final = re.compile(
    r"\b(?:based on|uses?|using|like|such as|of|in|from|than|existing)\s*$", re.I
)
_PASSIVE: Final = re.compile(
    r"^\s*(?:\([^)]*\)\s*)?(?:(?:module|framework|method|model|network|algorithm|strategy|approach|loss|"
    r"mechanism)s?\s+)?,?\s*(?:is|are)\s+(?:further |also |then |first )?"
    r"(?:proposed|introduced|presented|designed|developed|devised)\b",
    re.I,
)
_SUCCEEDS: Final = re.compile(
    r"^\s+(?:models?\s|networks?\s)?(?:(?:also|significantly|substantially|consistently|further|even|clearly|can)\s+){0,2}"
    r"(?:outperforms?|exhibits?|surpasses|achieves?|attains?|reaches|exceeds|sets|delivers|yields|matches)\b",
    re.I,
)
_ANNOUNCES: Final = re.compile(
    r"\b(?:resulting|our|this|new|novel|proposed|called|an)\b[^.;]*\b(?:algorithm|method|approach|"
    r"framework|model|architecture|system|technique|network|strategy|module|scheme)\s*,$",
    re.I,
)
_BUILT_ON: Final = words("via with by using through introducing presenting :")
_SAID_OF: Final = re.compile(
    r"([\w+.-]+)\)?(?:,|,? which is| is| are)\s(?:an?|the first|our)\s"
    r"(?:(?!named|called)[\w-]+,?\s){0,4}$"
)
_CALLED: Final = re.compile(
    r"^\s*(?:(?:framework|method|approach|model|architecture|network|system|module|scheme|design)s?)?"
    r"\s*,?\s*(?:(?:which (?:we|is) )?(?:termed|called|named|dubbed)(?: as)?|namely)\s([\w+.-]+)"
)
_LISTED: Final = re.compile(r"\s*(?:\([^)]*\))?\s*(?:,|,?\s(?:and|or|as well as))\s*")
_NEW: Final = re.compile(
    r"(?:^|\b(?:an?|two|three|four|our|the|this|these|several|and|propose|present|introduce|is|as|,)\s)"
    r"(?:[\w-]+\s)?(?:novel|new)(?:\s[\w-]+)?$",
    re.I,
)
_PROPOSED_LATER: Final = re.compile(
    r"^[^.;:]*\b(?:is|are)\s(?:proposed|introduced|presented|designed|developed)\b"
)
_AIMS: Final = words(
    "aim aims aimed seek seeks want wish propose attempt is goal objective order us"
)
_GROUPS: Final = words("number family set series collection suite group")
_ITEMS: Final = words("1 2 3 4 5 i ii iii")


Told = dict[str, tuple[Role, Mention]]


def roles_of(concepts: Sequence[Concept], doc: Doc) -> Told:
    """The role of each concept by its name, and the mention whose sentence is the evidence.

    A name built on that of a proposed method is proposed too ("MatViT" by MatFormer), and what
    stands in one list with a baseline is one.
    """
    told = {c.name: role_of(c, doc) for c in concepts}
    coined = [c for c in concepts if told[c.name][0] == "proposed" and _is_coined(c)]
    for concept in concepts:
        if concept.kind != "method" or told[concept.name][0] == "proposed":
            continue
        if any(is_variant(concept, other) for other in coined):
            told[concept.name] = ("proposed", concept.mentions[0])
    return told | _enumerated_baselines(concepts, told, doc)


def _is_coined(concept: Concept) -> bool:
    """Whether it has a name of one word that no plain phrase could be."""
    return any(" " not in s and any(c.isupper() for c in s[1:]) for s in concept.surface)


def is_variant(concept: Concept, other: Concept) -> bool:
    """Whether a name is made from another's: "MixFormer-L", "MatFormer-based ViT"."""
    stems = [s for s in other.surface if " " not in s and len(s) > 3]
    return concept is not other and any(
        form.startswith((f"{stem}-", f"{stem} ")) for stem in stems for form in concept.surface
    )


def _enumerated_baselines(concepts: Sequence[Concept], told: Told, doc: Doc) -> Told:
    """The used methods that a list names right after a baseline: "than A, B and C"."""
    methods = [c for c in concepts if c.kind == "method"]
    placed = sorted(((m, c) for c in methods for m in c.mentions), key=lambda p: p[0].start)
    found: Told = {}
    for (left, one), (right, two) in pairwise(placed):
        listed = _LISTED.fullmatch(text_of(doc)[left.end : right.start])
        after_baseline = one.name in found or (
            told[one.name][0] == "baseline" and compares(left, doc)
        )
        goes_on = listed and not _leads_off(right, doc)
        if goes_on and after_baseline and told[two.name][0] == "used":
            found[two.name] = ("baseline", right)
    return found


def role_of(concept: Concept, doc: Doc) -> tuple[Role, Mention]:
    """The concept's role, and the mention whose sentence is the evidence for it.

    Metrics and tasks have the role "". The first mention that shows a contribution decides;
    then the first that shows a comparison.
    """
    first = concept.mentions[0]
    if concept.kind in ("metric", "task"):
        return "", first
    known = any(match(name) for name in ([concept.long] if concept.long else concept.surface))
    contribution = next((m for m in concept.mentions if proposes(m, doc, known=known)), None)
    if concept.kind == "dataset":
        return ("introduced", contribution) if contribution else ("used", first)
    if contribution:
        return "proposed", contribution
    comparison = next((m for m in concept.mentions if compares(m, doc)), None)
    return ("baseline", comparison) if comparison else ("used", first)


def sentence_of(mention: Mention, doc: Doc) -> Span:
    """The sentence that the mention stands in."""
    return sentence_around(span_at(doc, mention.start, mention.end))


def proposes(mention: Mention, doc: Doc, *, known: bool) -> bool:
    """Whether this mention stands where the authors say what they contribute.

    Of a thing that the lexicon knows the words must say so more plainly than of a new one.
    """
    if mention.extractor == "title":
        return True
    span = span_at(doc, mention.start, mention.end)
    sentence = sentence_around(span)
    before = doc[sentence.start : span.start]
    after = text_of(doc)[mention.end : sentence.end_char]
    if describes(mention, doc):
        return False
    if sentence.start == 0:
        return _heads_title(before, after) or (not known and _opens_title(before))
    previous = [t.lower_ for t in before[-3:]]
    if previous[-1:] and previous[-1] in {"our", "proposed"}:
        return _is_named(mention) and (
            not known or fold(mention.text) in fold(sentence_around(doc[:1]).text)
        )
    if known:
        in_title = fold(mention.text) in fold(sentence_around(doc[:1]).text)
        coined = len(re.split(r"[\s-]", mention.text)) > 2 or not set(previous) & {"new", "novel"}
        return (
            coined
            and not after.startswith("-")
            and _in_proposal(before, mention, known=True, reach=6 if in_title else 3)
        )
    if _NEW.search(before.text) or previous[-1:] == ["call"]:
        return True
    if _PASSIVE.match(after) or _apposed(before.text, after) or _listed_as_new(before.text, after):
        return True
    if _is_named(mention) and _COPULA_NEW.match(after) and not _LINKED.search(before.text):
        return len(before) <= 3 or bool(_AUTHORS & {t.lower_ for t in before})
    if " " not in mention.text and len(before) <= 4 and _SUCCEEDS.match(after):
        return _is_named(mention)
    return _in_proposal(before, mention, known=False)


def describes(mention: Mention, doc: Doc) -> bool:
    """Whether the words only say what a name beside them is: "X, a new Y", "a Y, termed X"."""
    sentence = sentence_of(mention, doc)
    before = text_of(doc)[sentence.start_char : mention.start]
    after = text_of(doc)[mention.end : sentence.end_char]
    said_of = _SAID_OF.search(before)
    if said_of and any(c.isupper() for c in said_of[1][1:]):
        return True
    called = _CALLED.match(after)
    return called is not None and any(c.isupper() for c in called[1][1:])


def _heads_title(before: Span, after: str) -> bool:
    """Whether it is NAME of a title "NAME: what it is", or the whole title."""
    return not before.text and after.lstrip()[:1] in ("", ":")


def _opens_title(before: Span) -> bool:
    """Whether a title leads with this unknown thing, or builds on it: "X for Y", "... via X"."""
    words_before = [t.lower_ for t in before if t.lower_ not in {"a", "an", "the"}]
    return not words_before or words_before[-1] in _BUILT_ON


def _apposed(before: str, after: str) -> bool:
    """Whether it is what the words before just announced: "the resulting algorithm, X, brings"."""
    return bool(_ANNOUNCES.search(before)) and after.startswith(",")


def _listed_as_new(before: str, after: str) -> bool:
    """Whether it is among what "namely A, B and C are proposed" lists."""
    return bool(re.search(r"\b(?:namely|called)\b", before)) and bool(_PROPOSED_LATER.match(after))


def _is_named(mention: Mention) -> bool:
    return any(c.isupper() for c in mention.text) or " " in mention.text


def _in_proposal(before: Span, mention: Mention, *, known: bool, reach: int = 99) -> bool:
    """Whether "we propose" governs the mention: no means or purpose comes between, and no more
    words than `reach`."""
    for position in range(len(before) - 1, -1, -1):
        if before[position].lower_ not in PROPOSE:
            continue
        subject = {t.lower_ for t in before[:position]}
        verb, last = before[position].lower_, before[max(0, position - 1)].lower_
        if verb.endswith("ed"):
            subject = {t.lower_ for t in before[max(0, position - 4) : position]}
        adjective = last in {"is", "are", "been", "our", "the"} or last.endswith("ly")
        purpose = last == "to" and before[max(0, position - 2)].lower_ not in _AIMS
        if not subject & _AUTHORS or purpose or (adjective and verb.endswith("ed")):
            continue
        between = [t.lower_ for t in before[position + 1 :]]
        return len(between) <= reach and _governs(between, mention, known)
    return False


def _governs(between: list[str], mention: Mention, known: bool) -> bool:
    """Whether the words from the verb to the mention still speak of what is proposed."""
    means = [i for i, word in enumerate(between) if word in _MEANS]
    if not means:
        return "of" not in between[:-1] or " " not in mention.text or bool(_GROUPS & set(between))
    since = between[means[-1] :]
    if any(word in NAMING for word in since):
        return True
    if ":" in between and mention.extractor == "definition":
        return bool(_ITEMS & set(between))
    if not known and between[-1] == "(":
        return True
    only_for = {between[i] for i in means} <= {"for", "to", "of"}
    return not known and only_for and " " not in mention.text and len(between) <= 8


def compares(mention: Mention, doc: Doc) -> bool:
    """Whether this mention is what something is measured against."""
    sentence = sentence_of(mention, doc)
    before = text_of(doc)[sentence.start_char : mention.start]
    cue = _COMPARES.search(before)
    if not cue:
        return False
    return not _leads_off(mention, doc) and not _LEAVES.search(cue[0][4:])


def _leads_off(mention: Mention, doc: Doc) -> bool:
    """Whether it is Y of "Compared with X, Y is ...": the subject, no item of a list."""
    sentence = sentence_of(mention, doc)
    before = text_of(doc)[sentence.start_char : mention.start]
    after = text_of(doc)[mention.end : sentence.end_char]
    cue = _COMPARES.search(before)
    opens = cue is not None and cue.start() <= len("In ")
    return opens and before.endswith(", ") and _GOES_ON.match(after) is not None


_GOES_ON: Final = re.compile(r"\s(?:\([^)]*\)\s)?(?!and\b|or\b)\w")
_LEAVES: Final = re.compile(
    r"\b(?:on|while|using|we|for|which|demonstrat\w+|also|after)\b|^(?:than|over)?\s?\d", re.I
)


def speaks_of_own_work(sentence: Span) -> bool:
    """Whether the authors speak here of what they do themselves."""
    said = {t.lower_ for t in sentence}
    return bool(said & {"we", "our", "ours"}) or bool(_THIS_PAPER.search(sentence.text))


_THIS_PAPER: Final = re.compile(
    r"\b[Tt]h(?:is|e proposed|e resulting|e presented)\s(?:paper|work|article|study|thesis|survey|"
    r"research|method|approach|model|framework|pipeline|system|report)\b"
)


def main_method(concepts: list[Concept], roles: dict[str, Role], doc: Doc) -> Concept | None:
    """The method that the paper is about: NAME of a title "NAME: ...", else the proposed method
    that is named most often, the first of equals."""
    proposed = [c for c in concepts if c.kind == "method" and roles[c.name] == "proposed"]
    heads = (c for c in proposed if _heads_title(doc[:0], text_of(doc)[c.mentions[0].end :]))
    named = next((c for c in heads if c.mentions[0].start == 0), None)
    return named or max(proposed, key=lambda c: len(c.mentions), default=None)
