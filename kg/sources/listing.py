"""A page that lists papers, saved as text: titles, abstracts, and what else the page shows.

An abstract is known by its form, a long paragraph of sentences; its title is the nearest
short paragraph before it that is not page furniture. Nothing depends on one site's wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import BinaryIO, Final, NamedTuple

from kg.errors import UnknownFormat
from kg.sources import files
from kg.sources.record import Record

#: Words that make an abstract: of whole sentences, of at least one, or of one that is cut off.
_SENTENCES_WORDS: Final = 25
_SENTENCE_WORDS: Final = 40
_CUT_WORDS: Final = 60
#: A shorter sentence after an abstract is furniture, not its second paragraph.
_MORE_WORDS: Final = 8
#: Lines that were wrapped have about this many characters; others are paragraphs of their own.
_WRAPPED: Final = (40, 160)

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?:\s+(?=[\"'“(\[]?[A-Z0-9])|\s*$)|[。！？।؟]")
_WORD = re.compile(r"[^\W_]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_FIELD = re.compile(
    r"(?:title|authors?|abstract|comments?|subjects?|categories|cite as|keywords|doi|arxiv"
    r"|journal[- ]ref)\s*:",
    re.I,
)
_LABEL = re.compile(r"(?:title\s*:|abstract\s*[:.—–]|abstract\s+(?=[A-Z]))\s*", re.I)

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_FURNITURE = re.compile(
    rf"""[·•|—-]*\s*(?:
        [\W\d_]*[km]?
      | (?:published|submitted|posted|updated|uploaded|added|upvoted)\s*(?:on|by|at|:|\d|{_MONTH}).*
      | (?!title|abstract){_FIELD.pattern}.*
      | (?:[a-z]+,?\ )?(?:\d{{1,2}}\ {_MONTH}|{_MONTH}\ \d{{1,2}}\b)(?:,?\ \d{{4}})?
      | {_MONTH}\ \d{{4}}
      | (?:an?|\d+)\ (?:second|minute|hour|day|week|month|year)s?\ ago
      | (?:https?://|www\.)\S+
      | \S+@\S+\.\w+
      | (?:new|trending|subscribe|search|log\s?in|sign\s?(?:in|up)|home|menu|papers?|models|datasets
            |pdf|html|code|github|abstract|title|share|save|copy|bibtex|more|less|show\ more
            |read\ more|view\ (?:pdf|paper|code|arxiv\ page)|arxiv(?:\ page)?|project\ page|next
            |previous|load\ more|back\ to\ top|upvotes?|downloads?|likes?|stars?|comments?)
        [\s\d.,:()·km+]*
    )""",
    re.X | re.I,
)
_BY = re.compile(r"by\s?[A-Z@]")
_NOTICE = re.compile(
    r"\b(?:cookies?|privacy policy|terms of (?:use|service)|all rights reserved|newsletter"
    r"|javascript|your (?:e-?mail|inbox))\b|©",
    re.I,
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w.'’-]*|de|da|di|van|von|der|den|la|le")


class _Paragraph(NamedTuple):
    line: int
    text: str


@dataclass(slots=True)
class _Found:
    """A paper whose abstract may go on."""

    title: _Paragraph
    abstract: list[str]

    def record(self) -> Record:
        title, abstract = self.title.text, " ".join(self.abstract)
        raw = f"{title}\n\n{abstract}".strip()
        if not title:
            return Record(self.title.line, raw, problem="no title: no short paragraph before it")
        return Record(self.title.line, raw, {"title": title, "abstract": abstract})


def read_listing(stream: BinaryIO) -> Iterator[Record]:
    """The papers of a page, in its order; raises UnknownFormat when it has none."""
    current: _Found | None = None
    between: list[_Paragraph] = []
    for paragraph in _paragraphs(files.whole(stream)):
        if not is_abstract(paragraph.text):
            between.append(paragraph)
        elif current and not between:
            current.abstract.append(paragraph.text)
        else:
            at = _title_place(between)
            if current:
                current.abstract += _more_of_abstract(between[: max(at, 0)])
                yield current.record()
            title = between[at] if at >= 0 else _Paragraph(paragraph.line, "")
            current = _Found(title, [paragraph.text])
            between = []
    if current is None:
        raise UnknownFormat("no title with an abstract after it is in this text")
    current.abstract += _more_of_abstract(between)
    yield current.record()


def is_abstract(text: str) -> bool:
    """Whether a paragraph is long and made of sentences.

    >>> is_abstract("An Image Is Worth 16x16 Words: Transformers for Image Recognition at Scale")
    False
    >>> is_abstract("We present a model. " * 10)
    True
    """
    words = len(text.split()) + len(_CJK.findall(text)) // 2
    if words < _SENTENCES_WORDS or (words < _CUT_WORDS and _NOTICE.search(text)):
        return False
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return (
        words >= _CUT_WORDS
        or (words >= _SENTENCE_WORDS and bool(ends))
        or len(ends) >= 2
        or ends == [len(text)]
    )


def is_furniture(text: str) -> bool:
    """Whether a short paragraph belongs to the page and to no paper.

    >>> [is_furniture(t) for t in ("Mar 11", "byAK and the research community", "Upvote 12")]
    [True, True, True]
    >>> [is_furniture(t) for t in ("Models of Attention", "Published Results Are Noisy")]
    [False, False]
    """
    return bool(_FURNITURE.fullmatch(text) or _BY.match(text) or _NOTICE.search(text))


def _title_place(between: list[_Paragraph]) -> int:
    """The index of the nearest paragraph that can be a title, -1 without one."""
    places = [i for i, paragraph in enumerate(between) if not is_furniture(paragraph.text)]
    titles = [i for i in places if not _is_byline(between[i].text)]
    return (titles or places or [-1])[-1]


def _is_byline(text: str) -> bool:
    """Whether it lists three people or more."""
    parts = re.split(r"\s*(?:[,;&]|\band\b)\s*", text)
    people = [part.split() for part in parts if part]
    return len(people) >= 3 and all(
        2 <= len(words) <= 4 and all(map(_NAME.fullmatch, words)) for words in people
    )


def _more_of_abstract(paragraphs: list[_Paragraph]) -> list[str]:
    """The sentences right after an abstract, before the next title."""

    def is_sentence(paragraph: _Paragraph) -> bool:
        text = paragraph.text
        long_enough = len(text.split()) >= _MORE_WORDS and text.endswith((".", "!", "?"))
        return long_enough and not is_furniture(text)

    return [paragraph.text for paragraph in takewhile(is_sentence, paragraphs)]


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    """Blocks between lines without words; of a block that was not wrapped, each line."""
    block: list[_Paragraph] = []
    for number, line in enumerate((*text.split("\n"), ""), 1):
        stripped = line.strip() if _WORD.search(line) else ""
        if block and (not stripped or _FIELD.match(stripped)):
            yield from _joined(block)
            block = []
        if stripped:
            block.append(_Paragraph(number, stripped))


def _joined(block: list[_Paragraph]) -> Iterator[_Paragraph]:
    shortest, longest = _WRAPPED
    is_field = _FIELD.match(block[0].text)
    is_wrapped = all(shortest <= len(line.text) <= longest for line in block[:-1])
    if is_field or (is_wrapped and len(block[-1].text) <= longest):
        block = [_Paragraph(block[0].line, " ".join(line.text for line in block))]
    for line in block:
        text = _LABEL.sub("", line.text, count=1) if _LABEL.match(line.text) else line.text
        if text:
            yield _Paragraph(line.line, text)
