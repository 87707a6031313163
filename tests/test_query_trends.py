"""Entities by year: what is counted, what rises, what fades, and the line chart of it."""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner
from defusedxml.ElementTree import fromstring
from graphs import answer_from
from timeline import corpus

from kg.cli.trends import sparkline
from kg.cli.trends import trends as command
from kg.errors import KgError, UnknownEntity, UnknownFormat
from kg.query.byyear import NOTABLE, log_odds
from kg.query.trends import ENOUGH, Mover, trend, trends
from kg.view.chart import HEIGHT, WIDTH, line_chart, tick

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>&\x00\x1b[31m"

#: Ten papers a year: "new" is named by 0, 0, 6, 8 of them, "old" by 8, 6, 0, 0, "steady" by 5 each.
NEW, OLD = (0, 0, 6, 8), (8, 6, 0, 0)


def ten_a_year() -> nx.MultiDiGraph:
    papers: list[tuple[int | None, str]] = [(None, "method:steady")]
    for year, new, old in zip(range(2020, 2024), NEW, OLD, strict=True):
        for n in range(10):
            named = (("new", n < new), ("old", n < old), ("steady", n < 5))
            papers.append((year, " ".join(f"method:{name}" for name, is_in in named if is_in)))
    return corpus(*papers, (2023, "task:once"))


def names(movers: tuple[Mover, ...]) -> list[str]:
    return [mover.trend.node.label for mover in movers]


class TestTrend:
    def test_counts_and_shares(self) -> None:
        found = trend(corpus((2020, "task:t"), (2022, "task:t"), (2022, "")), "t")
        assert [(c.year, c.papers, c.share) for c in found.counts] == [
            (2020, 1, 1.0),
            (2021, 0, 0.0),
            (2022, 1, 0.5),
        ]
        assert (found.first_year, found.without_year) == (2020, 0)

    def test_a_paper_that_names_it_twice_counts_once(self) -> None:
        G = corpus((2020, "method:m"))
        G.add_edge("paper:p1", "method:m", "proposes", relation="proposes")
        assert [count.papers for count in trend(G, "m").counts] == [1]

    def test_papers_without_a_year(self) -> None:
        found = trend(corpus((None, "task:t"), (2020, "")), "t")
        assert (found.first_year, found.without_year) == (None, 1)
        assert [count.papers for count in found.counts] == [0]
        assert trend(corpus((None, "task:t")), "t").counts == ()

    def test_only_entities_have_one(self) -> None:
        G = corpus((2020, "task:t"))
        with pytest.raises(KgError, match="is a paper"):
            trend(G, "p1")
        with pytest.raises(UnknownEntity):
            trend(G, "nonsense")


class TestTrends:
    def test_what_rises_and_fades(self) -> None:
        found = trends(ten_a_year(), window=2)
        assert (found.before, found.recent) == ((2020, 2021), (2022, 2023))
        assert names(found.rising["method"]) == ["new"]
        assert names(found.fading["method"]) == ["old"]
        assert found.rising["task"] == ()
        (mover,) = found.rising["method"]
        assert 0 < mover.before < mover.recent < 14 / 20
        assert mover.score >= NOTABLE

    def test_years_and_first_appearances(self) -> None:
        found = trends(ten_a_year())
        assert [(y.year, y.papers, y.first["method"], y.first["task"]) for y in found.years] == [
            (2020, 10, 2, 0),
            (2021, 10, 0, 0),
            (2022, 10, 1, 0),
            (2023, 11, 0, 1),
        ]
        assert found.without_year == 1

    def test_a_change_by_hand(self) -> None:
        """3 of 9 papers, then 6 of 9: the share is 9.5/19 and each period gets 4.5 papers of it."""
        before, recent = 3 + 2.25, 6 + 2.25
        odds = (recent / (13.5 - recent)) / (before / (13.5 - before))
        expected = pytest.approx(math.log(odds) / (1 / before + 1 / recent) ** 0.5)
        assert log_odds((3, 6), (9, 9)) == expected

    @pytest.mark.parametrize(("few", "many"), [((0, 2), (10, 30)), ((0, 1), (40, 60))])
    def test_tiny_counts_do_not_come_first(
        self, few: tuple[int, int], many: tuple[int, int]
    ) -> None:
        assert 0 < log_odds(few, (100, 100)) < log_odds(many, (100, 100))

    def test_the_window_shrinks_to_the_years_there_are(self) -> None:
        found = trends(ten_a_year(), window=10)
        assert (found.before, found.recent) == ((2020, 2021), (2022, 2023))

    def test_years_with_few_papers_are_not_compared(self) -> None:
        full = [(year, "method:m") for year in (2020, 2022, 2023) for _ in range(ENOUGH)]
        found = trends(corpus(*full, *[(2021, "method:m")] * (ENOUGH - 1)), window=1)
        assert (found.before, found.recent) == ((2022,), (2023,))
        found = trends(corpus(*full, *[(2021, "method:m")] * (ENOUGH - 1)), window=3)
        assert (found.before, found.recent) == ((2022,), (2023,))

    def test_one_kind(self) -> None:
        found = trends(ten_a_year(), kind="task")
        assert set(found.rising) == set(found.fading) == set(found.years[0].first) == {"task"}

    def test_limit(self) -> None:
        assert trends(ten_a_year(), limit=0).rising["method"] == ()

    @pytest.mark.parametrize("papers", [(), ((None, "method:m"),), ((2020, "method:m"),)])
    def test_too_few_years(self, papers: tuple[tuple[int | None, str], ...]) -> None:
        found = trends(corpus(*papers))
        assert (found.before, found.recent) == ((), ())
        assert set(found.rising.values()) == {()}

    def test_the_same_whatever_the_order(self) -> None:
        papers = [(2020 + n % 4, f"method:m{n % 3} task:t{n % 5}") for n in range(60)]
        G, H = corpus(*papers), nx.MultiDiGraph()
        H.add_nodes_from(reversed(list(G.nodes(data=True))))
        H.add_edges_from(G.edges(keys=True, data=True))
        assert trends(G) == trends(H)


class TestChart:
    LINES = (("a", [0.0, 5.0, 10.0]), ("b", [1.0, 1.0, 1.0]))

    def test_lines_start_and_end_where_they_should(self) -> None:
        root = fromstring(line_chart("t", [2020, 2021, 2022], self.LINES, unit="%"))
        first = next(
            [tuple(map(float, place.split(","))) for place in line.get("points").split()]
            for line in root.iter(f"{SVG}polyline")
            if line.get("stroke") == "#0072b2"
        )
        xs, ys = zip(*first, strict=True)
        assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1])
        assert ys[0] - ys[1] == pytest.approx(ys[1] - ys[2])
        assert ys[0] > ys[2]

    def test_everything_is_inside(self) -> None:
        svg = line_chart("t" * 500, list(range(1950, 2050)), [("n" * 500, [3.3] * 100)], unit="%")
        for element in fromstring(svg).iter():
            for x in (element.get("x"), element.get("cx")):
                assert x is None or 0 <= float(x) <= WIDTH
            for y in (element.get("y"), element.get("cy")):
                assert y is None or 0 <= float(y) <= HEIGHT

    def test_hostile_names_are_text(self) -> None:
        svg = line_chart(HOSTILE, [2020], [(HOSTILE, [1.0])], unit="%")
        root = fromstring(svg)
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert tags == {"svg", "title", "rect", "text", "polyline", "circle"}
        assert not re.search("[\x00-\x08\x0b-\x1f]", svg)
        assert sum("<script>" in (text.text or "") for text in root.iter(f"{SVG}text")) == 2

    def test_years_are_thinned_out(self) -> None:
        root = fromstring(line_chart("t", list(range(1980, 2026)), [], unit="%"))
        shown = [t.text for t in root.iter(f"{SVG}text") if re.fullmatch(r"\d{4}", t.text or "")]
        assert shown[0] == "2025"
        assert 8 < len(shown) < 20

    @pytest.mark.parametrize("highest", [0.003, 0.1, 1, 1.01, 7, 49.9, 50, 99, 12345])
    def test_ticks(self, highest: float) -> None:
        assert highest <= tick(highest) * 5 * (1 + 1e-9)
        assert tick(highest) * 2 < highest * 1.0001

    def test_nothing_to_draw(self) -> None:
        assert fromstring(line_chart("", [], [], unit="")).tag == f"{SVG}svg"


@pytest.mark.parametrize(
    ("values", "line"),
    [([], ""), ([0], "▁"), ([3], "█"), ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"), ([1, 1000], "▁█")],
)
def test_sparkline(values: list[float], line: str) -> None:
    assert sparkline(values) == line


class TestCommand:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answer_from(monkeypatch, lambda db: ten_a_year())

    def test_overview(self) -> None:
        done = CliRunner().invoke(command, ["--window", "2", "--kind", "method"])
        assert done.exit_code == 0
        lines = done.stdout.splitlines()
        assert lines[0].split() == ["year", "papers", "new", "methods"]
        rising = lines.index("Rising methods")
        assert lines[rising + 1].split() == [
            "name",
            "papers",
            "2020-2021",
            "2022-2023",
            "by",
            "year",
        ]
        assert lines[rising + 2].split()[0] == "new"
        assert lines[rising + 2].endswith("▁▁▆█")
        assert "1 paper without a year" in done.stderr

    def test_one_entity(self) -> None:
        done = CliRunner().invoke(command, ["new"])
        heading, first, bars, _, *table = done.stdout.splitlines()
        assert (heading, first, bars) == ("new (method)", "first in 2022", "▆█")
        assert [line.split() for line in table] == [
            ["year", "papers", "share"],
            ["2022", "6", "60.0%"],
            ["2023", "8", "72.7%"],
        ]
        assert "1 paper without a year" in CliRunner().invoke(command, ["steady"]).stdout

    @pytest.mark.parametrize("args", [[], ["new"]])
    def test_json(self, args: list[str]) -> None:
        done = CliRunner().invoke(command, [*args, "--json"])
        answer = trend(ten_a_year(), "new") if args else trends(ten_a_year())
        assert json.loads(done.stdout) == json.loads(json.dumps(asdict(answer)))

    @pytest.mark.parametrize("args", [[], ["new"]])
    def test_plot(self, args: list[str], tmp_path: Path) -> None:
        path = tmp_path / "t.svg"
        done = CliRunner().invoke(command, [*args, "--window", "2", "--plot", str(path)])
        assert done.exit_code == 0
        texts = [t.text for t in fromstring(path.read_text()).iter(f"{SVG}text")]
        assert {"new", "2022", "2023"} <= set(texts)
        assert "2021" not in texts

    def test_other_suffixes_are_refused(self, tmp_path: Path) -> None:
        done = CliRunner().invoke(command, ["--plot", str(tmp_path / "t.png")])
        assert isinstance(done.exception, UnknownFormat)
        assert done.stdout == ""
        assert list(tmp_path.iterdir()) == []

    def test_no_years(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answer_from(monkeypatch, lambda db: corpus((None, "task:t")))
        done = CliRunner().invoke(command, [])
        assert (done.exit_code, done.stdout) == (0, "")
        assert "Too few years" in done.stderr
        assert "1 paper without a year" in done.stderr
        assert "No paper that names it has a year" in CliRunner().invoke(command, ["t"]).stderr
