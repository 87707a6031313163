"""How well the shipped model reads public benchmarks, which give tokens and labelled spans.

Spans agree when label, start and end do. Out of domain, the model reads its own kinds, and the
labels that have no kind are left out of the comparison. In domain, it reads all labels of the
benchmark, with the tagger that was trained on the benchmark's training part. Nothing is trained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.errors import KgError
from kg.evaluate import Row, Score, read_lines
from kg.model import Kind

if TYPE_CHECKING:
    from spacy.tokens import Doc

Span = tuple[int, int, str]
Reader = Callable[["Tagged"], Iterable[Span]]

#: The labels of each benchmark, in the order in which its tagger numbers them.
LABELS: Final[dict[str, tuple[str, ...]]] = {
    "scierc": ("Method", "Material", "Metric", "Task", "OtherScientificTerm", "Generic"),
    "tdmsci": ("Task", "Dataset", "Metric"),
    "scirex": ("Method", "Dataset", "Metric", "Task"),
}
#: What the labels are called here; the labels that are not here have no kind.
KIND_OF: Final[dict[str, Kind]] = {
    "Method": "method",
    "Dataset": "dataset",
    "Material": "dataset",
    "Metric": "metric",
    "Task": "task",
}


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text as a benchmark gives it.

    `spans` are (start, end, label) with half-open offsets into `tokens`; `sentences` are the
    tokens where sentences start.
    """

    tokens: tuple[str, ...]
    spans: frozenset[Span]
    sentences: frozenset[int] = frozenset({0})


def read_benchmark(path: str | Path, labels: str) -> list[Tagged]:
    """The texts of a JSON-lines file of {"tokens": [...], "spans": [[start, end, label], ...]}.

    A row may have "sentences" too, as [start, end] pairs; without it the text is one sentence.
    `labels` is the label set of LABELS that the spans are labelled from.

    Raises InputError for a file that cannot be read, and for the first line that is no such row.
    """
    return [
        Tagged(
            tokens=tuple(row["tokens"]),
            spans=frozenset((start, end, label) for start, end, label in row["spans"]),
            sentences=frozenset({0, *(start for start, _ in row.get("sentences", ()))}),
        )
        for row in read_lines(path, lambda row: _fault(row, LABELS[labels]))
    ]


def benchmark(
    rows: Sequence[Tagged],
    labels: str,
    *,
    in_domain: bool,
    progress: Callable[[int, int | None], None] | None = None,
) -> list[Score]:
    """The scores of spans, of all labels together and of each, sorted by name.

    `labels` is a label set of LABELS. Without `in_domain` only the labels of KIND_OF count.
    `progress` is told how many texts are read, and of how many.

    Raises KgError if `in_domain` and the shipped model has no tagger of the label set.

    >>> row = Tagged(("We", "evaluate", "on", "CIFAR-10", "."), frozenset({(3, 4, "Dataset")}))
    >>> [(s.name, s.f1) for s in benchmark([row], "tdmsci", in_domain=False) if s.gold]
    [('span ALL', 1.0), ('span Dataset', 1.0)]
    """
    read = _trained_on(labels) if in_domain else _shipped(labels)
    compared = [label for label in LABELS[labels] if in_domain or label in KIND_OF]
    gold: set[tuple[int, Span]] = set()
    found: set[tuple[int, Span]] = set()
    for number, row in enumerate(rows, start=1):
        gold.update((number, span) for span in row.spans if span[2] in compared)
        if row.tokens:
            found.update((number, span) for span in read(row))
        if progress:
            progress(number, len(rows))
    return [
        _score("span ALL", gold, found),
        *(
            _score(f"span {label}", _labelled(label, gold), _labelled(label, found))
            for label in sorted(compared)
        ),
    ]


def _shipped(labels: str) -> Reader:
    """Reads what `kg.extract` takes for mentions, their kinds as labels of the benchmark."""
    from kg.extract.joint import read as read_facts
    from kg.extract.nlp import span_at

    label_of = {KIND_OF[label]: label for label in LABELS[labels] if label in KIND_OF}

    def read(row: Tagged) -> Iterator[Span]:
        doc = doc_of(row)
        for concept in (judged.concept for judged in read_facts(doc).concepts):
            for mention in concept.mentions if concept.kind in label_of else ():
                span = span_at(doc, mention.start, mention.end)
                yield span.start, span.end, label_of[concept.kind]

    return read


def _trained_on(labels: str) -> Reader:
    """Reads the spans of the tagger that was trained on the benchmark."""
    import numpy as np

    from kg.extract.heads import tag_scores, viterbi
    from kg.extract.neural import load_model, predict

    model = load_model()
    if f"taggers.{labels}.weight" not in model.heads:
        raise KgError(f"the shipped model was not trained on {labels}: it has no tagger for it")

    def read(row: Tagged) -> Iterator[Span]:
        prediction = predict(doc_of(row), model)
        scores = tag_scores(model.heads, prediction.states, labels)
        starts = np.diff(prediction.encoded.sentence, prepend=-1)
        (spans,) = viterbi(scores, starts)
        for start, end, label in spans:
            yield start, end, LABELS[labels][label]

    return read


def doc_of(row: Tagged) -> Doc:
    """The text as a Doc of the given tokens; one of nothing that shows is a placeholder."""
    from spacy.tokens import Doc

    from kg.extract.nlp import load
    from kg.sources.clean import tidy

    words = [tidy(token) or "_" for token in row.tokens]
    return Doc(
        load().vocab, words=words, sent_starts=[i in row.sentences for i in range(len(words))]
    )


def _labelled(label: str, spans: Iterable[tuple[int, Span]]) -> set[tuple[int, Span]]:
    return {(text, span) for text, span in spans if span[2] == label}


def _score(name: str, gold: set[tuple[int, Span]], found: set[tuple[int, Span]]) -> Score:
    return Score.of(name, gold=len(gold), predicted=len(found), hit=len(gold & found))


def _fault(row: Row, labels: Sequence[str]) -> str:
    """What keeps the object from being a text of the benchmark, or nothing."""
    tokens, spans, sentences = row.get("tokens"), row.get("spans"), row.get("sentences", [])
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        return '"tokens" is not a list of words'
    if not isinstance(spans, list) or not all(_is_span(span, len(tokens)) for span in spans):
        return '"spans" is not a list of [start, end, label] within the tokens'
    if not isinstance(sentences, list) or not all(map(_is_range, sentences)):
        return '"sentences" is not a list of [start, end]'
    unknown = next((label for *_, label in spans if label not in labels), None)
    if unknown is not None:
        return f"{unknown!r} is none of the labels {', '.join(labels)}"
    return ""


def _is_span(span: Any, tokens: int) -> bool:
    return (
        isinstance(span, list)
        and len(span) == 3
        and _is_range(span[:2])
        and 0 <= span[0] < span[1] <= tokens
        and isinstance(span[2], str)
    )


def _is_range(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(type(end) is int for end in pair)
