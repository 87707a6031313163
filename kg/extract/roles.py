"""Which role a concept plays in its paper, and in which sentence it says so.

A method is proposed where the authors say that they present it, a baseline where something
is said to beat it or to be measured against it, and otherwise used.
"""

from __future__ import annotations

import re
from typing import Final

from spacy.tokens import Doc, Span

from kg.extract.entities import Concept
from kg.extract.words import NAMING, OUTPERFORM, PROPOSE
from kg.lexicon import match
from kg.model import Mention, Role
from kg.text import fold

_AUTHORS: Final = frozenset("we paper work article study thesis authors research report".split())
_OWN: Final = frozenset("our proposed novel new newly-proposed".split())
#: Words after which a proposal's sentence speaks of means and ends, not of what is proposed.
_MEANS: Final = frozenset(
    """using utilising utilizing based via by through that which to for from on upon with inspired leveraging exploiting
    combining harnessing within where when without under over as than""".split()
)
_COMPARES: Final = re.compile(
    r"\b(?:compared (?:to|with|against)|in comparison (?:to|with)|comparison with|comparable to|"
    r"versus|vs\.?|than|over|against|instead of|relative to|on par with|surpass\w*|outperform\w*|"
    r"exceed\w*|superior to|competitive with|rivals?|improve[sd]? (?:up)?on|baselines?,? (?:such as|"
    r"including|like)|unlike|contrast to)\b[^.;]*$",
    re.I,
)
_COPULA_NEW: Final = re.compile(
    r"^\s*(?:\([^)]*\)\s*)?(?:,|is|are|—|--|:)\s+(?:an?|the first|our)\s+(?:\S+\s+){0,2}?"
    r"(?:novel|new|simple|efficient|effective|first|systematic|versatile|lightweight|general|unified|"
    r"compact|framework|method|approach|model|architecture|benchmark|dataset|family|state-of-the-art)\b",
    re.I,
)
_OWN_VERB: Final = re.compile(r"\b(?:based on|uses?|using|like|such as|of|in|from|than|existing)\s*$", re.I)


def role_of(concept: Concept, doc: Doc) -> tuple[Role, Mention]:
    """The concept's role, and the mention whose sentence is the evidence for it.

    Metrics and tasks have the role "". The first mention that shows a contribution decides;
    then the first that shows a comparison.
    """
    first = concept.mentions[0]
    if concept.kind in ("metric", "task"):
        return "", first
    contribution = next((m for m in concept.mentions if proposes(m, doc)), None)
    if concept.kind == "dataset":
        return ("introduced", contribution) if contribution else ("used", first)
    if contribution:
        return "proposed", contribution
    comparison = next((m for m in concept.mentions if compares(m, doc)), None)
    return ("baseline", comparison) if comparison else ("used", first)


def sentence_of(mention: Mention, doc: Doc) -> Span:
    """The sentence that the mention stands in."""
    span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
    return span.sent


def proposes(mention: Mention, doc: Doc) -> bool:
    """Whether this mention stands where the authors say what they contribute."""
    if mention.extractor == "title":
        return True
    span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
    sentence = span.sent
    before = doc[sentence.start : span.start]
    if sentence.start == 0:
        return _opens_title(before, mention)
    previous = [t.lower_ for t in before[-3:]]
    if previous[-1:] and previous[-1] in {"our", "proposed"}:
        return _is_named(mention)
    if set(previous[-2:]) & {"novel", "new"} and not match(mention.text):
        return True
    if previous[-1:] == ["call"]:
        return True
    after = doc.text[mention.end : sentence.end_char]
    if _is_named(mention) and _COPULA_NEW.match(after) and not _OWN_VERB.search(before.text):
        return _near_start(before) or any(t.lower_ in _AUTHORS for t in before)
    return _in_proposal(before, mention)


def _opens_title(before: Span, mention: Mention) -> bool:
    """Whether a title leads with this unknown thing, or builds on it: "X for Y", "... via X"."""
    leads = not before.text or before[-1].lower_ in {"via", "with", "by", "using", "through", ":"}
    return leads and match(mention.text) is None


def _near_start(before: Span) -> bool:
    return len(before) <= 3


def _is_named(mention: Mention) -> bool:
    return any(c.isupper() for c in mention.text[1:]) or " " in mention.text


def _in_proposal(before: Span, mention: Mention) -> bool:
    """Whether "we propose" governs the mention: no means or purpose comes between."""
    for position in range(len(before) - 1, -1, -1):
        word = before[position].lower_
        if word not in PROPOSE:
            continue
        subject = {t.lower_ for t in before[max(0, position - 7) : position]}
        passive = before[position - 1].lower_ in {"is", "are"} if position else False
        if not (subject & _AUTHORS) or passive:
            continue
        between = [t.lower_ for t in before[position + 1 :]]
        if not _MEANS & set(between):
            return True
        last = max(i for i, w in enumerate(between) if w in _MEANS)
        return any(w in NAMING for w in between[last:]) or _enumerates(between[last:], mention)
    return False


def _enumerates(words: list[str], mention: Mention) -> bool:
    """Whether the words lead to an item of a list of contributions: "(1) X (CSF) ... (2) Y"."""
    markers = {"(1", "1", "2", "3", "4", "i", "ii", "iii"}
    return mention.extractor == "definition" and ":" in words and bool(markers & set(words))


def compares(mention: Mention, doc: Doc) -> bool:
    """Whether this mention is what something is measured against."""
    sentence = sentence_of(mention, doc)
    before = doc.text[sentence.start_char : mention.start]
    match = _COMPARES.search(before)
    if not match:
        return False
    gap = match[0]
    return not re.search(r"\b(?:on|while|using|we|for|which|demonstrat\w+)\b", gap[4:], re.I)


def main_method(concepts: list[Concept], roles: dict[str, Role], doc: Doc) -> Concept | None:
    """The method that the paper is about: proposed, best in the title, else the first proposed."""
    proposed = [c for c in concepts if c.kind == "method" and roles[c.name] == "proposed"]
    title = fold(doc.text.partition("\n")[0])
    return next(
        (c for c in proposed if any(fold(s) in title for s in c.surface)),
        proposed[0] if proposed else None,
    )


OUTPERFORMING: Final = OUTPERFORM
