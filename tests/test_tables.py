"""Tables to take along: what each format makes of harmless and of hostile cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click import Command
from click.testing import CliRunner, Result
from graphs import CCT, CIFAR, SENTENCES, TOP1, VIT, answer_from, tiny_graph
from hypothesis import given
from hypothesis import strategies as st

from kg.cli.ask import results
from kg.cli.compare import compare
from kg.cli.tables import FORMATS
from kg.export.tables import TABLES, Strong

DATA = Path(__file__).parent / "data" / "tables"
SUFFIX = {"csv": "csv", "markdown": "md", "latex": "tex"}
HEADER = ("method", "top-1 | accuracy ↑", "note")
ROWS = (
    ("CCT", Strong("98.0%"), "R&D_1 #3 {x} ~ $5^2$"),
    ("β-VAE ×2", "-3.5", "<script>alert(1)</script> &lt;b&gt;"),
    ("=cmd|' /C calc'!A0", "+2.1%", r"\input{/etc/passwd} \\ % ``x''"),
    ("[1em]", Strong(""), "[a](https://b.c) *d* `e` !f"),
    ("*", "1,000", 'two\nlines\tand "quotes"\r\x1b[31m\x00'),
    ("مجموعة", "", "@SUM(1)"),
)

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the graph built by hand."""
    answer_from(monkeypatch, lambda db: tiny_graph())

    def invoke(command: Command, *args: str, **options: Any) -> Result:
        return CliRunner().invoke(command, args, catch_exceptions=False, **options)

    return invoke


def test_every_format_is_offered() -> None:
    assert ("table", *TABLES) == FORMATS


@pytest.mark.parametrize("form", TABLES)
def test_golden(form: str) -> None:
    golden = (DATA / f"hostile.{SUFFIX[form]}").read_text(encoding="utf-8")
    assert TABLES[form](HEADER, ROWS, numeric={1}) == golden


@pytest.mark.parametrize("form", TABLES)
def test_no_rows(form: str) -> None:
    assert "top-1" in TABLES[form](HEADER, [])


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_csv_says_the_same_in_one_line(rows: list[tuple[str, str]]) -> None:
    text = TABLES["csv"](("a", "b"), rows)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert len(read) == len(rows) + 1 == text.count("\n")
    for cell in (cell for row in read for cell in row):
        assert not re.match(r"[=@]", cell)


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_markdown_keeps_its_columns(rows: list[tuple[str, str]]) -> None:
    lines = TABLES["markdown"](("a", "b"), rows).splitlines()
    for line in lines:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3
        assert not re.search(r"(?<!\\)(?:\\\\)*[<>`\[]", line)


@given(st.text())
def test_latex_has_no_command_of_the_cell(text: str) -> None:
    table = TABLES["latex"](("a",), [(text,)])
    cell = table.split("\\midrule\n")[1].split(" \\\\\n")[0]
    # What the encoder makes of signs: raised and lowered ones, and compositions.
    safe = re.sub(
        r"\\ensuremath\{[_^][^{}]+\}|\\!|~~|\\[a-zA-Z]+|\\[#$%&_{}'\"`^~=.,; -]", "", cell
    )
    assert not re.search(r"[#$%&_^~\\]", safe)
    assert "input" not in re.findall(r"\\([a-zA-Z]+)", cell)


@pytest.mark.parametrize("form", TABLES)
def test_leaderboards(run: Run, form: str) -> None:
    done = run(results, "--dataset", "CIFAR-10", "--format", form)
    golden = (DATA / f"results.{SUFFIX[form]}").read_text(encoding="utf-8")
    assert (done.exit_code, done.stdout) == (0, golden)


@pytest.mark.parametrize("form", TABLES)
def test_comparisons(run: Run, form: str) -> None:
    done = run(compare, "CCT", "ViT", "seed-03", "--format", form)
    golden = (DATA / f"compare.{SUFFIX[form]}").read_text(encoding="utf-8")
    assert (done.exit_code, done.stdout) == (0, golden)


def test_a_comparison_for_people(run: Run) -> None:
    done = run(compare, "CCT", "ViT")
    golden = (DATA / "compare.txt").read_text(encoding="utf-8")
    assert (done.exit_code, done.stdout) == (0, golden)


def test_the_best_has_a_star(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    G = tiny_graph()
    level = G.edges[CCT, TOP1, f"achieves:98%@{CIFAR}#seed-01"]
    G.add_edge(VIT, TOP1, "achieves:97%", **{**level, "value": "97%", "number": 97.0})
    answer_from(monkeypatch, lambda db: G)
    done = run(compare, "CCT", "ViT")
    assert re.search(r"^top-1 accuracy ↑ +CIFAR-10 +98% \* +97%$", done.stdout, re.MULTILINE)
    assert "  CCT: 98%\n" in done.stdout
    assert SENTENCES["seed-01"][3] in done.stdout
    assert "* the best of its row" in done.stderr
    assert "| **98%** | 97% |" in run(compare, "CCT", "ViT", "--format", "markdown").stdout


def test_a_limit_and_all(run: Run) -> None:
    lines = run(results, "--limit", "1", "--format", "csv").stdout.splitlines()
    assert len(lines) < len(run(results, "--format", "csv").stdout.splitlines())


def test_no_conflicts(run: Run) -> None:
    done = run(results, "--conflicts")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "No two papers" in done.stderr


@pytest.mark.parametrize("command", [results, compare], ids=lambda c: c.name)
def test_json_or_format(run: Run, command: Command) -> None:
    names = ("CCT", "ViT") if command is compare else ()
    done = run(command, *names, "--json", "--format", "csv")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "not both" in done.stderr


def test_json_of_a_comparison(run: Run) -> None:
    assert '"benchmarks"' in run(compare, "CCT", "ViT", "--json").stdout


def test_one_name_is_wrong_usage(run: Run) -> None:
    assert run(compare, "CCT").exit_code == 2
