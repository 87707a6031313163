"""How far a long command is, as a person sees it on a terminal, and in a log."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from kg.cli import output
from kg.cli.bars import drawn
from kg.cli.output import progress, progress_line


def test_a_bar_tells_rate_and_time_left() -> None:
    written = io.StringIO()
    seconds = iter(range(1000))
    console = Console(
        file=written, force_terminal=True, width=120, get_time=lambda: float(next(seconds))
    )
    with drawn("papers", console=console) as told:
        for done in range(0, 600, 100):
            told("Reading papers", done, 1000)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written.getvalue())
    assert re.search(r"Reading papers .* 500/1000 [\d.]+ papers/s 0:00:\d\d 0:0\d:\d\d", shown)


def test_a_log_gets_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0.0, *range(1, 100)])
    monkeypatch.setattr(output.time, "monotonic", lambda: float(next(seconds)))
    with progress("Reading papers") as tell:
        for done in range(1, 91):
            tell(10 * done, 1200)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "Reading papers: 300 of 1,200 papers, 10.0 papers/s, 90 s left",
        "Reading papers: 600 of 1,200 papers, 10.0 papers/s, 60 s left",
        "Reading papers: 900 of 1,200 papers, 10.0 papers/s, 30 s left",
    ]


def test_a_short_command_prints_none(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Reading papers") as tell:
        tell(1, 2)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("total", "end"), [(None, "0.0 papers/s"), (3, "0.0 papers/s")])
def test_nothing_done_yet_has_no_end(total: int | None, end: str) -> None:
    assert progress_line("Reading", "papers", 0, total, 60).endswith(end)
