"""The README tells the truth: its commands run, and print what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT

from kg.cli import COMMANDS, main
from kg.export import WRITERS
from kg.model import ACHIEVES, PAPER_RELATIONS, RELATIONS
from kg.sources import READERS

README = (ROOT / "README.md").read_text(encoding="utf-8")
INSTALL = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/kg build"
TEST = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/python -m pytest"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Each `$ kg ...` line of the console blocks, and what is shown under it."""
    parts = [part for block in blocks("console") for part in block.split("$ kg ")[1:]]
    return [(command, shown) for command, _, shown in (part.partition("\n") for part in parts)]


def matches(shown: str, printed: str) -> bool:
    """Whether this is what was printed; three dots stand for anything, gaps are of any width."""
    parts = (re.escape(part.strip()) for part in " ".join(shown.split()).split("..."))
    return bool(re.fullmatch(".*".join(parts), " ".join(printed.split())))


@pytest.fixture
def place(seed_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the README supposes it: data/, and outputs/ with the graph of the seed."""
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "kg.db").write_bytes(seed_db.read_bytes())
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KG_DB", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("shown", "printed", "fits"),
    [
        ("a  b\nc", "a b\nc\n", True),
        ("a ... c", "a b\nc", True),
        ("a\n...\nc", "a\nc", True),
        ("a ...", "a b c", True),
        ("a ... c", "a b", False),
        ("a.b", "axb", False),
        ("a", "a b", False),
    ],
)
def test_matches(shown: str, printed: str, fits: bool) -> None:
    assert matches(shown, printed) is fits


def test_two_command_lines() -> None:
    assert blocks("sh") == [f"{INSTALL}\n", f"{TEST}\n"]


def test_ci_runs_the_same_tests() -> None:
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines().count(TEST) == 1


def test_there_is_a_tour() -> None:
    assert {command.split()[0] for command, _ in commands()} >= {
        "build",
        "stats",
        "find",
        "show",
        "links",
        "results",
        "view",
        "export",
    }


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(("command", "shown"), commands(), ids=[c for c, _ in commands()])
def test_command(command: str, shown: str) -> None:
    done = CliRunner().invoke(main, shlex.split(command))
    assert done.exit_code == 0, done.stderr
    assert matches(shown, done.stdout), done.stdout


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("code", blocks("python"))
def test_python(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_named(name: str) -> None:
    assert f"kg {name}" in README


@pytest.mark.parametrize("name", [*PAPER_RELATIONS.values(), *RELATIONS, ACHIEVES])
def test_every_relation_is_named(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", [*READERS, *WRITERS])
def test_every_format_is_named(name: str) -> None:
    assert re.search(rf"\b{re.escape(name)}\b", README, re.IGNORECASE)


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
