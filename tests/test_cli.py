"""The command line: what it prints where, and how it ends."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from graphs import CCT, IC, SCRIPT, SENTENCES, answer_from, tiny_graph
from rich.console import Console

import kg.graph
from kg.cli import COMMANDS, answers, main
from kg.cli.blocks import (
    Block,
    Fact,
    Facts,
    Heading,
    Hint,
    Quote,
    Table,
    marks,
    plain,
    printable,
    shorten,
)
from kg.cli.output import to_json
from kg.cli.terminal import draw
from kg.query import card, connections, link_groups, links, results
from kg.query.memory import Memory

DATA = Path(__file__).parent / "data"
BOX = re.compile("[─│╭╮╰╯━┃╷╵•]")
HOSTILE = "[red]\x1b[31m A\u202eB\x9b31m"
ABSTRACT = (
    "We propose NovelNet, a compact network for image classification. "
    "NovelNet reaches 91.2% accuracy on CIFAR-10."
)

Run = Callable[..., Result]


@pytest.fixture
def run(seed_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder, on the database of the seed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KG_DB", str(seed_db))

    def invoke(*args: str, **options: Any) -> Result:
        return CliRunner().invoke(main, args, **options)

    return invoke


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the query commands answer from the graph built by hand."""
    answer_from(monkeypatch, lambda db: tiny_graph())


def page(path: Path, *papers: tuple[str, str]) -> Path:
    lines = (json.dumps({"id": i, "title": f"Title {i}", "abstract": a}) for i, a in papers)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class TestBlocks:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("plain [red] text", "plain [red] text"),
            ("two\nlines\tand  gaps", "two lines and gaps"),
            ("\x1b[31mred", "�[31mred"),
            ("\x9b31mred", "�31mred"),
            ("\x07bell\x00", "�bell�"),
            ("right\u202eleft\u2066", "right�left�"),
            ("lone \ud800", "lone �"),
            ("Poincaré 中文 مج 🙂", "Poincaré 中文 مج 🙂"),
        ],
    )
    def test_printable(self, text: str, shown: str) -> None:
        assert printable(text) == shown

    @pytest.mark.parametrize(
        ("sentence", "names", "found"),
        [
            ("ViT and vit", ("ViT",), ["ViT", "vit"]),
            ("ViTs are not ViT", ("ViT",), ["ViT"]),
            (
                "Vision Transformer (ViT)",
                ("Transformer", "Vision Transformer"),
                ["Vision Transformer"],
            ),
            ("85% (a+b)", ("(a+b)", "85%"), ["85%", "(a+b)"]),
            ("nothing", ("", "else"), []),
        ],
    )
    def test_marks(self, sentence: str, names: tuple[str, ...], found: list[str]) -> None:
        assert [sentence[a:b] for a, b in marks(sentence, names)] == found

    @pytest.mark.parametrize("place", [0, 20, 50])
    def test_shorten_keeps_the_name(self, place: int) -> None:
        words = ["word"] * 60
        words[place] = "CCT"
        short = shorten(" ".join(words), ["CCT"], width=60)
        assert "CCT" in short
        assert len(short) <= 64

    def test_shorten_leaves_short_sentences(self) -> None:
        assert shorten("CCT is small.", ["CCT"], width=60) == "CCT is small."

    def test_table_aligns(self) -> None:
        table = Table(("name", "n"), (("a", "10"), ("long name", "2")), numeric=frozenset({1}))
        assert list(plain([table])) == ["name        n", "a          10", "long name   2"]


class TestAnswers:
    def test_card_of_a_paper(self) -> None:
        G = tiny_graph()
        shown = "\n".join(plain(answers.show(card(G, "seed-03"), Memory(G))))
        assert shown == (DATA / "card.txt").read_text(encoding="utf-8").rstrip("\n")

    def test_card_says_what_it_leaves_out(self) -> None:
        G = tiny_graph()
        shown = answers.show(card(G, CCT, limit=1), Memory(G))
        titles = [block.title for block in shown if isinstance(block, Facts)]
        assert "Evaluated on (1 of 2; 1 more: --all)" in titles
        assert "Uses" in titles

    def test_every_link_has_a_section(self) -> None:
        G = tiny_graph()
        for node in G:
            found = links(G, node)
            blocks = answers.links(node, link_groups(G, node), Memory(G))
            shown = [fact for b in blocks if isinstance(b, Facts) for fact in b.facts]
            assert len(shown) == len(found)

    def test_hops_have_their_true_direction(self) -> None:
        G = tiny_graph()
        answer = connections(G, CCT, "SAM (Scale-Aware Modulation)")
        lines = list(plain(answers.connections(answer, Memory(G))))
        assert "  CCT --uses--> Vision Transformer (0.70 hand)" in lines
        assert (
            "  Vision Transformer <--compared_with-- SAM (Scale-Aware Modulation) (0.80 hand)"
            in lines
        )
        assert not any("<--uses-- Vision Transformer" in line for line in lines)

    def test_unlinked(self) -> None:
        G = tiny_graph()
        G.add_node("task:x", label="x", kind="task", aliases=[], papers=1)
        assert list(answers.connections(connections(G, CCT, "x"), Memory(G)))[-1:] == [
            Hint(("No short path joins the two.",))
        ]

    def test_every_number_has_its_sentence(self) -> None:
        tables = list(answers.results(results(tiny_graph())))
        for table in tables:
            assert isinstance(table, Table)
            value = table.header.index("value")
            said = zip(table.rows, table.quotes, strict=True)
            assert all(row[value] in quote.sentence for row, quote in said)

    def test_changes_stand_apart_from_levels(self) -> None:
        lines = list(plain(answers.results(results(tiny_graph()))))
        rest = lines.index("Changes against a baseline")
        assert not any("3.5%" in line for line in lines[:rest])
        assert [line.split()[:4] for line in lines[rest + 2 :]] == [
            ["ImageNet-1K", "top-1", "accuracy", "3.5%"]
        ]
        levels = list(plain(answers.results(results(tiny_graph(), dataset="CIFAR-10"))))
        assert "Changes against a baseline" not in levels

    def test_a_paper_is_told_in_its_order(self) -> None:
        G = tiny_graph()
        blocks = list(answers.show(card(G, "seed-01"), Memory(G)))
        metrics = next(b for b in blocks if isinstance(b, Facts) and b.title == "Metrics")
        numbers = next(b for b in blocks if isinstance(b, Facts) and b.title == "Numbers")
        assert [fact.text for fact in metrics.facts] == ["parameters", "top-1 accuracy"]
        assert [(fact.text.split()[0], fact.note) for fact in numbers.facts] == [
            ("0.28M", "0.60"),
            ("98%", "0.60"),
            ("3.5%", "change · 0.50"),
        ]

    def test_a_link_says_who_agrees_in_the_paper_that_is_quoted(self) -> None:
        G = tiny_graph()
        edge = G.edges[CCT, IC, "used_for"]
        first, second = edge["evidence"]
        agreed = [replace(first, extractor=name, confidence=0.92) for name in ("rules", "model")]
        edge.update(confidence=0.92, evidence=sorted([*agreed, replace(second, extractor="name")]))
        lines = list(plain(answers.links(CCT, link_groups(G, CCT), Memory(G))))
        assert "  --used_for--> image classification (2 papers · 0.92 model+rules)" in lines

    def test_a_sentence_is_printed_once_a_section(self) -> None:
        G = tiny_graph()
        lines = list(plain(answers.show(card(G, "seed-01"), Memory(G))))
        numbers = lines[lines.index("Numbers") :]
        assert sum(SENTENCES["seed-01"][3] in line for line in numbers) == 1


class TestTerminal:
    BLOCKS: tuple[Block, ...] = (
        Heading(HOSTILE, (HOSTILE,), HOSTILE),
        Table((HOSTILE,), ((HOSTILE,),), HOSTILE, quotes=(Quote(HOSTILE, HOSTILE, (HOSTILE,)),)),
        Facts(HOSTILE, (Fact(HOSTILE, HOSTILE, (Quote(HOSTILE, HOSTILE, ("A",)),)),)),
        Hint((HOSTILE,)),
    )

    def drawn(self, blocks: tuple[Block, ...], *, width: int = 200) -> str:
        file = io.StringIO()
        console = Console(file=file, force_terminal=True, width=width, markup=False, emoji=False)
        draw(blocks, console=console)
        return file.getvalue()

    @pytest.mark.parametrize("width", [80, 200])
    def test_hostile_text_does_nothing(self, width: int) -> None:
        text = re.sub("\x1b\\[[0-9;]*m", "", self.drawn(self.BLOCKS, width=width))
        assert "[red]�[31m A�B�31m" in text
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
        assert "\x1b[31m" not in self.drawn(self.BLOCKS, width=width)

    def test_hostile_text_does_nothing_in_a_pipe(self) -> None:
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", "".join(plain(self.BLOCKS)))

    def test_names_are_marked(self) -> None:
        facts = Facts("Uses", (Fact("ViT", quotes=(Quote("It uses ViT.", "a", ("ViT",)),)),))
        assert "\x1b[1mViT\x1b[0m" in self.drawn((facts,))

    def test_shared_sentence_is_shown_once(self) -> None:
        quote = Quote("CCT and ViT are small.", "a")
        facts = Facts("Uses", (Fact("CCT", quotes=(quote,)), Fact("ViT", quotes=(quote,))))
        assert self.drawn((facts,)).count("are small") == 1

    @pytest.mark.parametrize(("width", "shown"), [(80, False), (160, True)])
    def test_wide_tables_have_sentences(self, width: int, shown: bool) -> None:
        table = Table(("a",), (("b",),), quotes=(Quote("A sentence.", "p"),))
        assert ("A sentence." in self.drawn((table,), width=width)) is shown


#: Each command that reads the graph.
READERS = [
    ("stats",),
    ("find", "CIFAR-10"),
    ("show", "CIFAR-10"),
    ("links", "CIFAR-10"),
    ("links", "seed-01", "CIFAR-10"),
    ("results",),
    ("view", "-o", "page.html"),
    ("export", "graph.json"),
]
ANSWERS = [
    ("stats",),
    ("find", "transformer"),
    ("show", "seed-01"),
    ("show", "CIFAR-10"),
    ("links", "CIFAR-10"),
    ("links", "seed-01", "CIFAR-10"),
    ("results",),
    ("results", "--dataset", "CIFAR-10"),
]


@pytest.mark.parametrize("args", ANSWERS, ids=" ".join)
class TestEveryAnswer:
    def test_is_plain_in_a_pipe(self, run: Run, args: tuple[str, ...]) -> None:
        done = run(*args)
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout.strip()
        assert not BOX.search(done.stdout)
        assert "\x1b" not in done.stdout

    def test_is_json_on_demand(self, run: Run, args: tuple[str, ...]) -> None:
        done = run(*args, "--json")
        assert (done.exit_code, done.stderr) == (0, "")
        assert json.loads(done.stdout)


def test_show_a_paper_of_the_seed(run: Run) -> None:
    lines = run("show", "seed-01").stdout.splitlines()
    assert lines[0] == "Escaping the Big Data Paradigm with Compact Transformers (paper)"
    assert {"Proposes", "Datasets", "Metrics", "Numbers"} <= set(lines)
    assert any("98% accuracy on CIFAR-10" in line for line in lines)


def test_terminal_gets_colour_and_boxes(seed_db: Path) -> None:
    leader, follower = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "KG_DB": str(seed_db)}
    env.pop("NO_COLOR", None)
    with subprocess.Popen(
        [sys.executable, "-m", "kg", "show", "seed-01"], stdout=follower, env=env
    ):
        os.close(follower)
        shown = b""
        while chunk := _read(leader):
            shown += chunk
    os.close(leader)
    assert BOX.search(shown.decode())
    assert b"\x1b[" in shown


def _read(terminal: int) -> bytes:
    """The next bytes; none when the other end was closed, which Linux tells as an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


class TestErrors:
    def test_unknown_name(self, run: Run) -> None:
        done = run("show", "CIFAR-11")
        assert (done.exit_code, done.stdout) == (1, "")
        assert re.fullmatch(r"Error: .*CIFAR-11.*did you mean .*CIFAR-10.*\n", done.stderr)

    @pytest.mark.usefixtures("tiny")
    def test_ambiguous_name(self, run: Run) -> None:
        done = run("show", "SAM")
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.count("\n") == 1
        assert "Segment Anything Model" in done.stderr
        assert "Scale-Aware Modulation" in done.stderr

    @pytest.mark.usefixtures("tiny")
    def test_kind_picks(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def two_kinds(db: Path) -> Any:
            G = tiny_graph()
            G.add_node(
                "task:bert",
                label="BERT",
                kind="task",
                aliases=[],
                papers=1,
                first_year=None,
                last_year=None,
            )
            return G

        answer_from(monkeypatch, two_kinds)
        assert run("show", "BERT").exit_code == 1
        assert run("show", "BERT", "--kind", "task").stdout.startswith("BERT (task)\n")

    @pytest.mark.usefixtures("tiny")
    def test_hostile_name_in_an_error(self, run: Run) -> None:
        done = run("show", "\x1b[31mno such thing")
        assert done.exit_code == 1
        assert "\x1b" not in done.stderr

    @pytest.mark.parametrize(
        "args", [("stats",), ("show", "x"), ("view",), ("export", "x.json"), ("stats", "--digest")]
    )
    def test_no_database(self, run: Run, args: tuple[str, ...]) -> None:
        done = run(*args, "--db", "none.db")
        assert (done.exit_code, done.stdout) == (1, "")
        assert re.fullmatch(r"Error: none\.db: .*kg build.*\n", done.stderr)

    @pytest.mark.parametrize(
        "args",
        [
            ("nonsense",),
            ("show",),
            ("extract",),
            ("find", "x", "--kind", "nonsense"),
            ("find", "x", "--limit", "0"),
            *((*args, "--min-confidence", "1.01") for args in READERS),
            *(("stats", "--min-confidence", p) for p in ("-0.01", "nan", "inf", "50%", "")),
            *(
                (command, "-", "--min-confidence", p)
                for command in ("build", "extract")
                for p in ("-0.01", "1.01", "nan", "")
            ),
            ("stats", "--digest", "--min-confidence", "0.5"),
            ("export", "x", "--format", "nonsense"),
            ("completion", "tcsh"),
        ],
    )
    def test_wrong_usage(self, run: Run, args: tuple[str, ...]) -> None:
        done = run(*args)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "Usage: " in done.stderr

    def test_unknown_suffix(self, run: Run) -> None:
        done = run("export", "graph.docx")
        assert done.exit_code == 1
        assert "csv, gexf, graphml, json" in done.stderr

    def test_missing_source(self, run: Run) -> None:
        done = run("build", "nowhere.bib", "--db", "new.db")
        assert done.exit_code == 1
        assert re.fullmatch(r"Error: nowhere\.bib: .*\n", done.stderr)

    def test_no_default_data(self, run: Run) -> None:
        done = run("build", "--db", "new.db")
        assert done.exit_code == 1
        assert re.fullmatch(r"Error: data/?: .*\n", done.stderr)

    def test_unwritable_place(self, run: Run) -> None:
        Path("file").write_text("")
        done = run("view", "-o", "file/page.html")
        assert done.exit_code == 1
        assert done.stderr.startswith("Error: ")
        assert done.stderr.count("\n") == 1

    @pytest.mark.parametrize(("command", "hint"), [("build", "goes on from there"), ("stats", "")])
    def test_interrupt(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, command: str, hint: str
    ) -> None:
        def interrupt(*args: object, **options: object) -> None:
            raise KeyboardInterrupt

        answer_from(monkeypatch, interrupt)
        monkeypatch.setattr(sys.modules["kg.build"], "build", interrupt)
        done = run(command)
        assert done.exit_code == 130
        assert done.stderr.startswith("Stopped.")
        assert hint in done.stderr

    def test_closed_pipe_is_silent(self, seed_db: Path) -> None:
        command = [sys.executable, "-m", "kg", "links", "seed-01", "--json", "--db", str(seed_db)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            assert process.stderr.read() == b""


class TestBuild:
    def test_writes_what_it_says(self, run: Run) -> None:
        source = page(Path("papers.jsonl"), ("a", ABSTRACT))
        done = run("build", str(source), "--db", "out/field.db", "--json")
        assert done.exit_code == 0
        report = json.loads(done.stdout)
        assert report["papers"] == 1
        assert report["files"] == ["out/field.db", "out/field.html", "out/field.graphml"]
        assert "<title>field</title>" in Path("out/field.html").read_text()
        assert sorted(p.name for p in Path("out").iterdir()) == [
            "field.db",
            "field.graphml",
            "field.html",
        ]

    def test_the_database_alone(self, run: Run) -> None:
        source = page(Path("papers.jsonl"), ("a", ABSTRACT))
        done = run("build", str(source), "--db", "out/field.db", "--db-only", "--json")
        assert json.loads(done.stdout)["files"] == ["out/field.db"]
        assert [p.name for p in Path("out").iterdir()] == ["field.db"]

    def test_summary(self, run: Run) -> None:
        source = page(Path("papers.jsonl"), ("a", ABSTRACT))
        done = run("build", str(source), "--db", "field.db")
        assert re.search(r"^papers +1 +1 new, 0 changed, 0 unchanged$", done.stdout, re.MULTILINE)
        assert re.search(r"^field\.html$", done.stdout, re.MULTILINE)
        assert "kg show NovelNet --db field.db" in done.stderr
        again = run("build", str(source), "--db", "field.db")
        assert "0 new, 0 changed, 1 unchanged" in again.stdout

    def test_rejected_records(self, run: Run) -> None:
        source = page(Path("papers.jsonl"), ("a", ABSTRACT))
        with source.open("a") as file:
            file.write("{broken\n" * 7)
        done = run("build", str(source), "--db", "field.db")
        assert done.exit_code == 0
        warned = [line for line in done.stderr.splitlines() if line.startswith("papers.jsonl:")]
        assert [line.split(":")[1] for line in warned] == ["2", "3", "4", "5", "6"]
        assert "2 more" in done.stderr
        records = [json.loads(line) for line in Path("rejected.jsonl").read_text().splitlines()]
        assert [record["line"] for record in records] == [2, 3, 4, 5, 6, 7, 8]
        assert all(set(record) == {"path", "line", "reason", "record"} for record in records)

        page(source, ("a", ABSTRACT))
        assert run("build", str(source), "--db", "field.db").exit_code == 0
        assert not Path("rejected.jsonl").exists(), "it would speak for an earlier build"

    def test_strict(self, run: Run) -> None:
        source = page(Path("papers.jsonl"), ("a", ABSTRACT))
        with source.open("a") as file:
            file.write("{broken\n")
        done = run("build", str(source), "--db", "field.db", "--strict")
        assert done.exit_code == 1
        assert re.fullmatch(r"Error: papers\.jsonl:2: .*\n", done.stderr)

    def test_takes_data_without_sources(self, run: Run) -> None:
        Path("data").mkdir()
        page(Path("data/papers.jsonl"), ("a", ABSTRACT))
        assert run("build", "--db", "field.db").exit_code == 0


class TestFiles:
    def test_extract(self, run: Run) -> None:
        source = page(Path("papers.jsonl"), ("a", ABSTRACT), ("b", ABSTRACT.replace("91", "92")))
        printed = run("extract", str(source))
        assert printed.exit_code == 0
        rows = [json.loads(line) for line in printed.stdout.splitlines()]
        assert [row["id"] for row in rows] == ["a", "b"]
        assert set(rows[0]) == {
            "id",
            "title",
            "abstract",
            "entities",
            "relations",
            "results",
            "evidence",
        }
        assert rows[0]["evidence"]["relative"] == [False]
        written = run("extract", str(source), "-o", "rows.jsonl")
        assert (written.exit_code, written.stdout) == (0, "")
        assert Path("rows.jsonl").read_text() == printed.stdout

    def test_extract_stdin(self, run: Run) -> None:
        text = page(Path("papers.jsonl"), ("a", ABSTRACT)).read_text()
        done = run("extract", "-", input=text)
        assert done.exit_code == 0
        assert json.loads(done.stdout)["abstract"] == ABSTRACT

    def test_evaluate(self, run: Run) -> None:
        source = page(Path("papers.jsonl"), ("a", ABSTRACT))
        run("extract", str(source), "-o", "rows.jsonl")
        done = run("evaluate", "rows.jsonl", "rows.jsonl")
        assert done.exit_code == 0
        assert re.search(r"^entity ALL +1\.000 +1\.000 +1\.000", done.stdout, re.MULTILINE)
        assert json.loads(run("evaluate", "rows.jsonl", "rows.jsonl", "--json").stdout)

    def test_evaluate_what_is_no_row(self, run: Run) -> None:
        Path("rows.jsonl").write_text('{"id": "a", "entities": []}\nbroken\n')
        done = run("evaluate", "rows.jsonl", "rows.jsonl")
        assert done.exit_code == 1
        assert done.stderr.startswith("Error: rows.jsonl:")

    def test_view(self, run: Run) -> None:
        done = run("view", "-o", "page.html", "--focus", "CIFAR-10")
        assert (done.exit_code, done.stdout) == (0, "page.html\n")
        assert Path("page.html").read_text().lstrip().lower().startswith("<!doctype html>")

    @pytest.mark.parametrize(
        ("title", "shown"), [((), "Knowledge graph"), (("--title", "My <field>"), "My &lt;field")]
    )
    def test_view_title(self, run: Run, seed_db: Path, title: tuple[str, ...], shown: str) -> None:
        assert run("view", "-o", "page.html", *title, "--db", str(seed_db)).exit_code == 0
        assert f"<title>{shown}" in Path("page.html").read_text()

    def test_view_unknown_focus(self, run: Run) -> None:
        done = run("view", "-o", "page.html", "--focus", "CIFAR-11")
        assert done.exit_code == 1
        assert "CIFAR-10" in done.stderr
        assert not Path("page.html").exists()

    def test_view_open(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        opened: list[str] = []
        monkeypatch.setattr(click, "launch", opened.append)
        assert run("view", "-o", "page.html", "--open").exit_code == 0
        assert opened == [Path("page.html").resolve().as_uri()]

    @pytest.mark.parametrize("name", ["g.graphml", "g.json", "g.csv"])
    def test_export(self, run: Run, name: str) -> None:
        done = run("export", name)
        assert done.exit_code == 0
        assert name in done.stdout.splitlines()
        assert all(Path(path).stat().st_size for path in done.stdout.splitlines())

    def test_export_into_a_pipe(self, seed_db: Path) -> None:
        command = [sys.executable, "-m", "kg", "export", "/dev/stdout", "--format", "json"]
        done = subprocess.run(
            [*command, "--db", str(seed_db)], check=True, stdout=subprocess.PIPE, text=True
        )
        assert json.loads(done.stdout)["nodes"]

    def test_export_format(self, run: Run) -> None:
        assert run("export", "g.txt", "--format", "json").exit_code == 0
        assert json.loads(Path("g.txt").read_text())

    def test_stats_digest(self, run: Run) -> None:
        done = run("stats", "--digest")
        assert re.fullmatch(r"[0-9a-f]{64}\n", done.stdout)
        as_json = run("stats", "--digest", "--json")
        assert json.loads(as_json.stdout) == {"digest": done.stdout.strip()}


class TestMinConfidence:
    @pytest.mark.parametrize("args", [a for a in READERS if a[0] != "view"], ids=" ".join)
    def test_every_reader_takes_it(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
    ) -> None:
        asked: list[float] = []

        def reading(db: Path, least: float) -> AbstractContextManager[Any]:
            asked.append(least)
            return nullcontext(Memory(tiny_graph()))

        def whole(db: Path, *, min_confidence: float) -> Any:
            asked.append(min_confidence)
            return tiny_graph()

        monkeypatch.setattr("kg.store.open_reader", reading)
        monkeypatch.setattr("kg.graph.open_graph", whole)
        for given, least in (((), 0.0), (("--min-confidence", "0.75"), 0.75)):
            assert run(*args, *given).exit_code == 0
            assert asked.pop() == least

    @pytest.mark.usefixtures("tiny")
    def test_only_what_is_surer_is_answered(self, run: Run) -> None:
        def found(*args: str) -> list[tuple[str, float]]:
            links = json.loads(run("links", "seed-01", "--json", *args).stdout)
            return [(link["target"]["label"], link["confidence"]) for link in links]

        everything = found()
        sure = [(label, confidence) for label, confidence in everything if confidence >= 0.6]
        assert 0 < len(sure) < len(everything)
        assert found("--min-confidence", "0.6") == sure

    @pytest.mark.usefixtures("tiny")
    def test_a_name_that_is_less_sure_is_not_there(self, run: Run) -> None:
        assert run("show", "CIFAR-10", "--min-confidence", "0.7").exit_code == 0
        assert run("show", "CIFAR-10", "--min-confidence", "0.75").exit_code == 1
        assert run("show", "seed-01", "--min-confidence", "1").exit_code == 0

    def test_extract_keeps_what_is_sure(self, run: Run) -> None:
        source = page(Path("papers.jsonl"), ("a", ABSTRACT))

        def kept(*args: str) -> list[float]:
            """The confidence of each entity, relation and result."""
            done = run("extract", str(source), *args)
            assert done.exit_code == 0
            row = json.loads(done.stdout)
            said = [fact["sentences"] for fact in row["evidence"]["entities"]]
            said += row["evidence"]["relations"] + row["evidence"]["results"]
            facts = (*row["entities"], *row["relations"], *row["results"])
            assert len(facts) == len(said)
            return [sentences[0]["confidence"] for sentences in said]

        sure, everything = kept("--min-confidence", "0.9"), kept("--min-confidence", "0")
        assert all(confidence >= 0.9 for confidence in sure)
        assert 0 < len(sure) < len(kept()) <= len(everything)
        assert kept("--min-confidence", "1") == []

    def test_build_keeps_what_is_sure(self, run: Run) -> None:
        source = page(Path("papers.jsonl"), ("a", ABSTRACT))

        def built(*args: str) -> dict[str, Any]:
            done = run("build", str(source), "--db", "field.db", "--json", *args)
            assert done.exit_code == 0
            report: dict[str, Any] = json.loads(done.stdout)
            return report

        whole, sure = built(), built("--min-confidence", "0.9")
        assert sure["edges"] < whole["edges"]
        assert (sure["changed"], sure["unchanged"]) == (1, 0)
        again = built("--min-confidence", "0.9")
        assert (again["changed"], again["unchanged"]) == (0, 1)
        assert again["edges"] == sure["edges"]

    def test_a_digest_is_of_the_whole(self, run: Run) -> None:
        done = run("stats", "--digest", "--min-confidence", "0.5")
        assert "Error: --digest is of the whole graph: leave out --min-confidence." in done.stderr
        assert run("stats", "--digest", "--min-confidence", "0").exit_code == 0


def test_find_nothing(run: Run) -> None:
    done = run("find", "qqqqqqqqzzzzzzzz")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "Nothing found for 'qqqqqqqqzzzzzzzz'.\n"


@pytest.mark.usefixtures("tiny")
def test_find_by_kind(run: Run) -> None:
    kinds = {match["kind"] for match in json.loads(run("find", "i", "--json").stdout)}
    assert len(kinds) > 1
    only = json.loads(run("find", "i", "--kind", "dataset", "--json").stdout)
    assert {match["kind"] for match in only} == {"dataset"}


@pytest.mark.usefixtures("tiny")
def test_markup_is_text(run: Run) -> None:
    assert run("show", SCRIPT).stdout.startswith(f"{SCRIPT} (method)\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(run: Run, shell: str) -> None:
    done = run("completion", shell)
    assert done.exit_code == 0
    assert f"_KG_COMPLETE={shell}_complete" in done.stdout


def test_completion_of_formats(run: Run) -> None:
    env = {
        "_KG_COMPLETE": "bash_complete",
        "COMP_WORDS": "kg export x --format g",
        "COMP_CWORD": "4",
    }
    assert "graphml" in run(env=env, prog_name="kg").stdout


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_has_an_example(run: Run, name: str) -> None:
    for option in ("-h", "--help"):
        shown = run(name, option).stdout
        assert re.search(rf"Examples?:\n +kg {name}\b|Examples?:\n +cat .* \| kg {name}\b", shown)


def test_help_fits_the_line(run: Run) -> None:
    assert "..." not in run("--help").stdout.partition("Commands:")[2]


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"kg, version {kg.__version__}\n"


def test_json_holds_no_raw_controls() -> None:
    assert to_json({"t": HOSTILE + "\ud800"}, indent=None).isprintable()
    assert json.loads(to_json({"t": HOSTILE}))["t"] == HOSTILE
