"""One record of a source, whatever its field names, to a `Paper`.

The names are those of our own JSON lines, arXiv's metadata dump, Semantic Scholar, OpenAlex,
Hugging Face papers, and the exports of reference managers. They are compared without case,
hyphens and underscores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kg.errors import InputError
from kg.model import Paper
from kg.sources.clean import clean, tidy


@dataclass(frozen=True, slots=True)
class Record:
    """What a reader found: the first line (from 1), its text as it stands, and its fields.

    `problem` is why it cannot even be read, or empty.
    """

    line: int
    raw: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


TITLE: Final = ("title", "articletitle", "documenttitle", "displayname", "primarytitle")
ABSTRACT: Final = ("abstract", "summary", "abstractnote", "notesabstract")
_AUTHORS: Final = ("authors", "author", "authorships", "firstauthors", "authornames")
_YEAR: Final = ("year", "publicationyear", "pubyear")
_DATE: Final = ("published", "publishedat", "publicationdate", "date", "created", "updatedate")
_VENUE: Final = (
    *("venue", "journal", "booktitle", "journalname", "journalref", "publicationtitle"),
    *("secondarytitle", "sourcetitle", "containertitle", "conference", "publicationvenue"),
    *("primarylocation", "hostvenue"),
)
_URL: Final = ("url", "link", "urls", "landingpageurl", "primarylocation")
_ID: Final = ("id", "key", "citationkey", "corpusid", "paperid")

#: Fields that only arXiv's dump and Hugging Face have, whose "id" is an arXiv id.
_ARXIV_SIGNS: Final = frozenset({"authorsparsed", "versions", "summary", "publishedat"})

_NOT_NAME = re.compile(r"[\W_]+")
_PLAUSIBLE_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.I)
_ARXIV_PREFIX = re.compile(r"^(?:https?://[a-z.]*arxiv\.org/(?:abs|pdf)/|arxiv:\s*)", re.I)
_ARXIV = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?")
_OPENALEX_PREFIX = re.compile(r"^https?://openalex\.org/", re.I)
_WEB = re.compile(r"https?://\S+$", re.I)


def to_paper(fields: Mapping[str, Any]) -> Paper:
    """The paper that the fields describe; its id is empty when its source gives none.

    Raises InputError, with the reason alone, when title or abstract is missing.

    >>> paper = to_paper({"paperId": "a1", "title": "On <i>X</i>", "abstract": "We do X.",
    ...                   "authors": [{"name": "Ada"}], "publicationDate": "2021-03-04"})
    >>> paper.id, paper.title, paper.authors, paper.year
    ('a1', 'On X', ('Ada',), 2021)
    """
    known = _known(fields)
    title, abstract = _title(known), _abstract(known)
    missing = " and ".join(
        f"no {n}" for n, t in (("title", title), ("abstract", abstract)) if not t
    )
    if missing:
        raise InputError(missing)
    arxiv = _arxiv(known)
    return Paper(
        id=_id(known, arxiv),
        title=title,
        abstract=abstract,
        authors=_authors(known),
        year=_year(known),
        venue=clean(_name(_first(known, _VENUE))),
        url=_url(known, arxiv),
        doi=_DOI_PREFIX.sub("", _scalar(_external(known, "doi"))),
        arxiv_id=arxiv,
    )


def is_paper(fields: Mapping[str, Any]) -> bool:
    """Whether the fields look like a paper's at all, complete or not."""
    known = _known(fields)
    return _first(known, (*TITLE, *ABSTRACT, "abstractinvertedindex")) is not None


def field_name(name: object) -> str:
    """The name under which fields are compared.

    >>> field_name("Publication Year"), field_name("journal-ref"), field_name("arXiv_ID")
    ('publicationyear', 'journalref', 'arxivid')
    """
    return _NOT_NAME.sub("", str(name)).casefold()


def arxiv_id(text: str) -> str:
    """The arXiv id in an id, DOI or address, without its version; empty when there is none.

    >>> arxiv_id("https://arxiv.org/abs/2104.05704v4"), arxiv_id("10.48550/arXiv.2104.05704")
    ('2104.05704', '2104.05704')
    """
    text = re.sub(r"^10\.48550/arxiv\.", "", _DOI_PREFIX.sub("", text), flags=re.I)
    match = _ARXIV.fullmatch(_ARXIV_PREFIX.sub("", text))
    return match[1] if match else ""


def split_names(text: str) -> tuple[str, ...]:
    """The authors in one string, separated by ";", or by "," and "and".

    >>> split_names("A. Lovelace, C. Babbage and G. Boole")
    ('A. Lovelace', 'C. Babbage', 'G. Boole')
    """
    parts = text.split(";") if ";" in text else re.split(r",\s+and\s+|\s+and\s+|,", text)
    return _names(parts)


def given_first(name: str) -> str:
    """The name in reading order.

    >>> given_first("Lovelace, Ada"), given_first("King, Jr., Martin"), given_first("OpenAI")
    ('Ada Lovelace', 'Martin King, Jr.', 'OpenAI')
    """
    last, _, first = name.rpartition(",")
    return f"{first.strip()} {last.strip()}".strip() if last else name.strip()


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields by comparable name; the first of a name wins, a nested paper comes first."""
    known: dict[str, Any] = {}
    inner = fields.get("paper")
    for source in (inner, fields) if isinstance(inner, Mapping) else (fields,):
        for name, value in source.items():
            if value is not None and value not in ("", [], {}):
                known.setdefault(field_name(name), value)
    return known


def _first(known: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((known[name] for name in names if name in known), None)


def _string(value: Any) -> str:
    """A string or a number as text; anything else is no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def _scalar(value: Any) -> str:
    """The same for what is no prose: on one line, but with all that looks like markup."""
    return tidy(_string(value))


def _title(known: Mapping[str, Any]) -> str:
    value = _first(known, TITLE)
    if isinstance(value, list) and value:
        value = value[0]
    return clean(_string(value))


def _abstract(known: Mapping[str, Any]) -> str:
    value = _first(known, ABSTRACT)
    if value is None and "abstractinvertedindex" in known:
        value = _uninverted(known["abstractinvertedindex"])
    return clean(_string(value))


def _uninverted(index: Any) -> str:
    """OpenAlex's abstract, which lists for each word the places where it stands."""
    try:
        places = sorted((int(place), str(word)) for word in index for place in index[word])
    except (TypeError, ValueError, KeyError, IndexError) as error:
        raise InputError("the inverted abstract is not a table of words and places") from error
    return " ".join(word for _, word in places)


def _names(values: Iterable[Any]) -> tuple[str, ...]:
    names = (clean(_name(value)) for value in values)
    return tuple(name for name in names if name)


def _name(value: Any) -> str:
    """The name of an author or a venue: a string, or an object that has one."""
    if isinstance(value, Mapping):
        inner = _known(value)
        return _name(_first(inner, ("name", "displayname", "author", "source", "fullname")))
    if isinstance(value, list):
        return " ".join(filter(None, map(_string, value)))
    return _string(value)


def _authors(known: Mapping[str, Any]) -> tuple[str, ...]:
    parsed = known.get("authorsparsed")
    if isinstance(parsed, list) and all(isinstance(part, list) for part in parsed):
        return _names([*part[1:2], *part[:1], *part[2:3]] for part in parsed)
    value = _first(known, _AUTHORS)
    if isinstance(value, str):
        return split_names(value)
    return _names(value) if isinstance(value, list) else ()


def _year(known: Mapping[str, Any]) -> int | None:
    versions = known.get("versions")
    first = versions[0] if isinstance(versions, list) and versions else None
    created = first.get("created") if isinstance(first, Mapping) else None
    dates = (known[name] for name in (*_YEAR, *_DATE) if name in known)
    for value in (known.get("year"), created, *dates):
        if isinstance(value, int | float) and not isinstance(value, bool):
            if 1000 <= value < 3000 and value == int(value):
                return int(value)
        elif isinstance(value, str) and (match := _PLAUSIBLE_YEAR.search(value)):
            return int(match[0])
    return None


def _external(known: Mapping[str, Any], name: str) -> Any:
    """An identifier that stands in the record or in its table of external identifiers."""
    tables = (known.get("externalids"), known.get("ids"))
    nested = (_known(table).get(name) for table in tables if isinstance(table, Mapping))
    return next((value for value in (known.get(name), *nested) if value is not None), None)


def _arxiv(known: Mapping[str, Any]) -> str:
    stated = _scalar(_external(known, "arxivid") or _external(known, "arxiv"))
    if stated:
        return arxiv_id(stated) or stated
    eprint = arxiv_id(_scalar(known.get("eprint")))
    own = _scalar(known.get("id"))
    is_arxiv = _ARXIV_SIGNS & known.keys() or _ARXIV_PREFIX.match(own)
    return eprint or (arxiv_id(own) if is_arxiv else "")


def _id(known: Mapping[str, Any], arxiv: str) -> str:
    own = _scalar(known.get("id"))
    if arxiv and arxiv_id(own) == arxiv:
        return arxiv
    external = (_scalar(known.get(name) or _external(known, name)) for name in _ID)
    given = next((value for value in external if value), "")
    doi = _DOI_PREFIX.sub("", _scalar(_external(known, "doi")))
    return _DOI_PREFIX.sub("", _OPENALEX_PREFIX.sub("", given)) or arxiv or doi


def _url(known: Mapping[str, Any], arxiv: str) -> str:
    """The paper's address; one that is not http(s) could only run something, and is dropped."""
    value = _first(known, _URL)
    if isinstance(value, Mapping):
        value = _known(value).get("landingpageurl")
    if isinstance(value, list) and value:
        value = value[0]
    url = _scalar(value)
    if _WEB.match(url):
        return url
    return f"https://arxiv.org/abs/{arxiv}" if arxiv and _ARXIV_SIGNS & known.keys() else ""
