"""Questions that a researcher of compact transformers has for the seed graph, and the answers.

Each file of tests/data/questions/ is a transcript: the question in words, the command after
`$ kg `, a blank line, what is printed. Every line of them was checked against the abstracts; what
hinges on a confidence, or is not true, is cut, and three dots stand for it.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT
from test_readme import matches

from kg.cli import main

QUESTIONS = sorted((ROOT / "tests" / "data" / "questions").glob("*.txt"))


def transcript(path: Path) -> tuple[str, list[str], str]:
    """The question, the arguments of `kg`, and what it prints."""
    head, _, shown = path.read_text(encoding="utf-8").partition("\n\n")
    question, _, command = head.partition("\n$ kg ")
    return question, shlex.split(command), shown


def test_twenty_questions() -> None:
    assert len(QUESTIONS) == 20
    assert len({transcript(path)[0] for path in QUESTIONS}) == 20


@pytest.mark.parametrize("path", QUESTIONS, ids=[path.stem for path in QUESTIONS])
def test_answer(path: Path, seed_db: Path) -> None:
    _, arguments, shown = transcript(path)
    done = CliRunner().invoke(main, [*arguments, "--db", str(seed_db)])
    assert done.exit_code == shown.startswith("Error: "), done.output
    assert matches(shown, done.output), done.output
