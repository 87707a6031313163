"""RDF in Turtle (https://www.w3.org/TR/turtle/), written as a stream.

| in the graph | in RDF |
|---|---|
| node `method:cct` | `method:cct`, which is `<urn:paper-graph:method:cct>` |
| paper | `schema:ScholarlyArticle` with `schema:name`, `schema:abstract`, `schema:author`, ... |
| entity | `kg:Method`, `kg:Dataset`, `kg:Metric` or `kg:Task`, all subclasses of `skos:Concept`, \
with `skos:prefLabel` and `skos:altLabel` |
| edge | the triple `method:cct kg:evaluatedOn dataset:cifar10`, and an `rdf:Statement` about it |

The statement has what is known of the edge: how many papers state it (`prov:wasDerivedFrom` says
which), the best sentence, where it stands, and what a number says. Its name is a hash of the
edge, so that graphs that are loaded into one triple store meet. `TERMS` are all terms of `kg:`;
each file begins with their definitions. What a source says of itself, its URL too, is a literal
and never the name of anything.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from kg.export.files import replacing
from kg.export.flat import clean
from kg.export.rows import Rows
from kg.model import ACHIEVES, KINDS, NODE_KINDS, PAPER_RELATIONS, RELATIONS, VARIANT_OF
from kg.query.edges import ranked

#: All names of nodes, statements and terms begin so.
BASE: Final = "urn:paper-graph:"

#: What else is in the namespace `kg:`, besides the classes of entities and the relations.
TERMS: Final = {
    "papers": "How many papers name the entity, or state the relation.",
    "firstYear": "The year of the first paper that names the entity.",
    "lastYear": "The year of the last paper that names the entity.",
    "short": "The acronym of the entity.",
    "long": "What the acronym of the entity stands for.",
    "confidence": "The highest probability that a piece of evidence is read right, from 0 to 1.",
    "evidence": "How many pieces of evidence there are, several for each paper perhaps.",
    "sentence": "The best sentence that states the relation.",
    "sentencePaper": "The paper that the sentence is from.",
    "start": "Where the sentence begins, in characters of title, line feed and abstract.",
    "end": "Where the sentence ends, after its last character.",
    "extractor": "What read the sentence.",
    "surface": "What the paper calls the entity.",
    "value": "The number that is reported, as printed.",
    "number": "The number that is reported, or the lower end of its range.",
    "high": "The upper end of the range that is reported.",
    "unit": "The unit of the number.",
    "dataset": "The dataset on which the number is reported.",
    "baseline": "The method that the number is compared with.",
    "relative": "Whether the number is a change rather than a level.",
}

_PREFIXES: Final = {
    "kg": f"{BASE}term:",
    "statement": f"{BASE}statement:",
    **{kind: f"{BASE}{kind}:" for kind in NODE_KINDS},
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_RELATIONS: Final = tuple(
    dict.fromkeys((*PAPER_RELATIONS.values(), *RELATIONS, VARIANT_OF, ACHIEVES))
)
#: Names that Turtle lets stand behind a prefix as they are.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})

#: Predicates and objects of one subject, ready to be written.
Pairs = Iterator[tuple[str, str]]


def write_turtle(rows: Rows, path: Path) -> list[Path]:
    """Write the graph as Turtle, with the definitions of its own terms."""
    with replacing(path) as file:
        file.writelines(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items())
        file.writelines(_definitions())
        for node, data in rows.nodes():
            about = _paper(data) if data.get("kind") == "paper" else _entity(data)
            file.write(_block(_name(node), about))
        for source, target, key, data in rows.edges():
            triple = _name(source), _term(data.get("relation", key)), _name(target)
            file.write("\n" + " ".join(triple) + " .")
            file.write(_block(_statement_name(source, target, key), _statement(triple, data)))
    return [path]


def _block(subject: str, about: Iterable[tuple[str, str]]) -> str:
    lines = " ;\n    ".join(f"{predicate} {thing}" for predicate, thing in about)
    return f"\n{subject} {lines} .\n"


def _definitions() -> Iterator[str]:
    for kind in KINDS:
        about = [("a", "rdfs:Class"), ("rdfs:subClassOf", "skos:Concept")]
        yield _block(_term(kind.capitalize()), about)
    said = {_term(relation): f"Relation: {relation}." for relation in _RELATIONS}
    said |= {_term(term): comment for term, comment in TERMS.items()}
    for term, comment in said.items():
        yield _block(term, [("a", "rdf:Property"), ("rdfs:comment", literal(comment))])


def _entity(data: Mapping[str, Any]) -> Pairs:
    kind = data.get("kind")
    yield "a", _term(kind.capitalize()) if kind in KINDS else "skos:Concept"
    yield from _texts("skos:prefLabel", [data.get("label")])
    yield from _texts("skos:altLabel", data.get("aliases", ()))
    yield from _texts("kg:short", [data.get("short")])
    yield from _texts("kg:long", [data.get("long")])
    yield from _numbers(data, {"papers": "kg:papers"})
    yield from _years(data, {"first_year": "kg:firstYear", "last_year": "kg:lastYear"})


def _paper(data: Mapping[str, Any]) -> Pairs:
    yield "a", "schema:ScholarlyArticle"
    yield from _texts("schema:name", [data.get("title", data.get("label"))])
    yield from _texts("schema:abstract", [data.get("abstract")])
    for author in data.get("authors", ()):
        yield "schema:author", f"[ a schema:Person ; schema:name {literal(author)} ]"
    yield from _years(data, {"year": "schema:datePublished"})
    if data.get("venue"):
        name = literal(data["venue"])
        yield "schema:isPartOf", f"[ a schema:CreativeWork ; schema:name {name} ]"
    yield from _texts("schema:url", [data.get("url")])
    for name, prefix in (("doi", "doi:"), ("arxiv_id", "arXiv:")):
        yield from _texts("schema:identifier", [data.get(name) and prefix + data[name]])


def _statement(triple: tuple[str, str, str], data: Mapping[str, Any]) -> Pairs:
    yield "a", "rdf:Statement"
    yield from zip(("rdf:subject", "rdf:predicate", "rdf:object"), triple, strict=True)
    evidence = data.get("evidence", ())
    yield from _numbers(data, {"weight": "kg:papers", "confidence": "kg:confidence"})
    yield "kg:evidence", str(len(evidence))
    for paper in sorted({e.paper for e in evidence}):
        yield "prov:wasDerivedFrom", _name(f"paper:{paper}")
    for best in ranked(evidence)[:1]:
        yield "kg:sentence", literal(best.sentence)
        yield "kg:sentencePaper", _name(f"paper:{best.paper}")
        yield "kg:start", str(best.start)
        yield "kg:end", str(best.end)
        yield "kg:extractor", literal(best.extractor)
    yield from _texts("kg:surface", data.get("surface", ()))
    yield from _texts("kg:value", [data.get("value")])
    yield from _numbers(data, {"number": "kg:number", "high": "kg:high"})
    yield from _texts("kg:unit", [data.get("unit")])
    for name in ("dataset", "baseline"):
        if data.get(name):
            yield f"kg:{name}", _name(data[name])
    if "relative" in data:
        yield "kg:relative", str(data["relative"]).lower()


def _texts(predicate: str, texts: Iterable[str | None]) -> Pairs:
    return ((predicate, literal(text)) for text in texts if text)


def _years(data: Mapping[str, Any], predicates: Mapping[str, str]) -> Pairs:
    for name, predicate in predicates.items():
        if (year := data.get(name)) is not None:
            yield predicate, f'"{year:04}"^^xsd:gYear'


def _numbers(data: Mapping[str, Any], predicates: Mapping[str, str]) -> Pairs:
    for name, predicate in predicates.items():
        number = data.get(name)
        if isinstance(number, int):
            yield predicate, str(number)
        elif number is not None and math.isfinite(number):
            yield predicate, f'"{number!r}"^^xsd:double'


def literal(text: str) -> str:
    r"""The text as a string of Turtle, in one line.

    >>> print(literal('a "b"\\\n'))
    "a \"b\"\\\n"
    """
    return f'"{clean(text).translate(_ESCAPES)}"'


@lru_cache(2**16)
def _name(node: str) -> str:
    """The name of a node: with its prefix where that can be, else in full."""
    kind, _, rest = node.partition(":")
    if kind in NODE_KINDS and _PLAIN.fullmatch(rest):
        return node
    return f"<{BASE}{_quoted(node)}>"


def _term(name: str) -> str:
    """The name of a relation or another term, without underscores.

    >>> _term("evaluated_on")
    'kg:evaluatedOn'
    """
    first, *rest = name.split("_")
    term = first + "".join(map(str.capitalize, rest))
    return f"kg:{term}" if _PLAIN.fullmatch(term) else f"<{BASE}term:{_quoted(term)}>"


def _quoted(text: str) -> str:
    return quote(text, safe=":", errors="surrogatepass")


def _statement_name(source: str, target: str, key: str) -> str:
    edge = "\x1f".join((source, target, key)).encode("utf-8", "surrogatepass")
    return f"statement:{hashlib.sha256(edge).hexdigest()[:32]}"
