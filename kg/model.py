"""The values that pass between the stages: frozen, comparable, without behaviour.

`sources` make a `Paper`, `extract` makes an `Extraction` of it, `resolve` and `store` turn
many extractions into one graph. All offsets are half-open character offsets into
`Paper.text`, which is the title, a line break and the abstract.

>>> paper = Paper(id="a-1", title="On CCT", abstract="We propose CCT.")
>>> paper.text[7:22]
'We propose CCT.'
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

Kind = Literal["method", "dataset", "metric", "task"]
Role = Literal["proposed", "used", "baseline", "introduced", ""]

KINDS: Final[tuple[Kind, ...]] = ("method", "dataset", "metric", "task")
NODE_KINDS: Final[tuple[str, ...]] = ("paper", *KINDS)

#: Relations between two entities, and the kinds they hold between; any other pair is no fact.
RELATIONS: Final[dict[str, tuple[Kind, Kind]]] = {
    "evaluated_on": ("method", "dataset"),
    "used_for": ("method", "task"),
    "compared_with": ("method", "method"),
    "uses": ("method", "method"),
    "measured_by": ("method", "metric"),
}

#: Edges from a paper: the entity's kind and role decide.
PAPER_RELATIONS: Final[dict[tuple[Kind, Role], str]] = {
    ("method", "proposed"): "proposes",
    ("method", "used"): "uses",
    ("method", "baseline"): "compares_with",
    ("dataset", "introduced"): "introduces",
    ("dataset", "used"): "evaluates_on",
    ("metric", ""): "reports",
    ("task", ""): "addresses",
}

#: Between two methods or two datasets: the first is a size or version of the second. Names tell
#: it, no extractor does.
VARIANT_OF: Final = "variant_of"

#: A reported number, from a method (or its paper, when the method has no name) to a metric.
ACHIEVES: Final = "achieves"


@dataclass(frozen=True)
class Paper:
    """One paper: cleaned title and abstract, and what its source tells about it."""

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    url: str = ""
    doi: str = ""
    arxiv_id: str = ""

    @property
    def text(self) -> str:
        """The text that all offsets refer to."""
        return f"{self.title}\n{self.abstract}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of everything the paper's facts depend on, its metadata included."""
        fields = (
            self.title,
            self.abstract,
            "\x1f".join(self.authors),
            str(self.year),
            self.venue,
            self.url,
            self.doi,
            self.arxiv_id,
        )
        return hashlib.sha256("\x1e".join(fields).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One place where an entity is named."""

    start: int
    end: int
    text: str
    kind: Kind
    extractor: str
    confidence: float


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """The sentence behind a fact, where it stands, and which extractor read it how surely."""

    paper: str
    start: int
    end: int
    sentence: str
    extractor: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """One concept of one paper: its most complete name, all its surface forms, its role.

    `short` and `long` are set where the paper itself says that one abbreviates the other.
    """

    name: str
    kind: Kind
    role: Role
    surface: tuple[str, ...]
    mentions: tuple[Mention, ...]
    evidence: tuple[Evidence, ...]
    short: str = ""
    long: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """`head` and `tail` are names of entities of the same extraction."""

    head: str
    relation: str
    tail: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A reported number; `method`, `dataset` and `baseline` are entity names, or None.

    `relative` says whether the value tells a change, against the baseline or what was before,
    rather than a level.
    """

    method: str | None
    dataset: str | None
    metric: str
    value: str
    baseline: str | None
    evidence: tuple[Evidence, ...]
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read from one paper. Entity names are unique within it."""

    paper: str
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record of a source that is not a usable paper, and why."""

    path: str
    line: int
    reason: str
    record: str


def to_row(extraction: Extraction, paper: Paper) -> dict[str, Any]:
    """The extraction as a JSON-ready row: the annotation format, and the evidence beside it.

    `evidence` holds, for each list of the row and in its order, the sentences as
    {start, end, sentence, extractor, confidence}; entities also list their mentions as
    [start, end, extractor, confidence], and `relative` says of each result whether it is a
    change.

    >>> paper = Paper(id="a-1", title="On CCT", abstract="We propose CCT.")
    >>> to_row(Extraction("a-1", (), (), ()), paper)["title"]
    'On CCT'
    """
    return {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "entities": [
            {
                "name": e.name,
                "type": e.kind.capitalize(),
                "surface": list(e.surface),
                "role": e.role,
            }
            for e in extraction.entities
        ],
        "relations": [[r.head, r.relation, r.tail] for r in extraction.relations],
        "results": [
            {
                "method": r.method,
                "dataset": r.dataset,
                "metric": r.metric,
                "value": r.value,
                "baseline": r.baseline,
            }
            for r in extraction.results
        ],
        "evidence": {
            "entities": [
                {
                    "short": e.short,
                    "long": e.long,
                    "mentions": [[m.start, m.end, m.extractor, m.confidence] for m in e.mentions],
                    "sentences": _sentences(e.evidence),
                }
                for e in extraction.entities
            ],
            "relations": [_sentences(r.evidence) for r in extraction.relations],
            "results": [_sentences(r.evidence) for r in extraction.results],
            "relative": [r.relative for r in extraction.results],
        },
    }


def _sentences(evidence: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    return [
        {
            "start": e.start,
            "end": e.end,
            "sentence": e.sentence,
            "extractor": e.extractor,
            "confidence": e.confidence,
        }
        for e in evidence
    ]
