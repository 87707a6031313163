"""What comes of papers when an extractor reads them, whatever it does."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from kg.errors import KgError
from kg.model import Extraction, Paper

#: A paper's extraction, or why there is none.
Outcome = Extraction | str
ExtractMany = Callable[[Iterable[Paper]], Iterator[Outcome]]


def outcomes(papers: Iterable[Paper], extract_many: ExtractMany) -> Iterator[tuple[Paper, Outcome]]:
    """Each paper with what comes of it; one on which the extractor raises does not end the others.

    The extractor gets the papers as a stream, and may draw some before it answers for the first;
    after it raised, it gets those that it has not answered for again, but the first. What it
    raises as KgError is no paper's fault, and is raised.

    >>> def picky(papers):
    ...     for paper in papers:
    ...         yield Extraction(paper.id, (), (), (1 / len(paper.title),))
    >>> papers = [Paper("a", "", "x"), Paper("b", "T", "x")]
    >>> [(paper.id, type(outcome).__name__) for paper, outcome in outcomes(papers, picky)]
    [('a', 'str'), ('b', 'Extraction')]
    """
    every = iter(papers)
    drawn: deque[Paper] = deque()

    def stream(again: tuple[Paper, ...]) -> Iterator[Paper]:
        for paper in chain(again, every):
            drawn.append(paper)
            yield paper

    is_done = False
    while not is_done:
        again = tuple(drawn)
        drawn.clear()
        try:
            for extraction in extract_many(stream(again)):
                yield drawn.popleft(), extraction
            is_done = True
        except KgError:
            raise
        except Exception as error:
            if not drawn:
                raise
            yield drawn.popleft(), f"{type(error).__name__}: {error}"
    if drawn:
        raise ValueError(f"the extractor gave nothing for {len(drawn)} papers")
