"""The server of the Model Context Protocol, asked by the protocol's own client."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from graphs import CCT, CIFAR, IMAGENET, SCRIPT, VIT, tiny_graph

from kg import query
from kg.cli import Main
from kg.cli.mcp import mcp as command
from kg.cli.output import to_json
from kg.errors import StoreError
from kg.graph import open_graph
from kg.query.gaps import gaps
from kg.query.memory import Memory

mcp = pytest.importorskip("mcp")
pytest.importorskip("mcp.server.mcpserver", reason="mcp 2")
anyio = pytest.importorskip("anyio")
stdio = pytest.importorskip("mcp.client.stdio")

TOOLS = ("find", "show", "links", "results", "gaps")

Ask = Callable[..., Any]


def asked(server: Any, *calls: tuple[str, dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    """The tools that the server lists, and its answers to the calls."""

    async def session() -> tuple[list[Any], list[Any]]:
        async with mcp.Client(server) as client:
            tools = (await client.list_tools()).tools
            return tools, [await client.call_tool(name, arguments) for name, arguments in calls]

    result: tuple[list[Any], list[Any]] = anyio.run(session)
    return result


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Call one tool of a server over the graph built by hand."""
    from kg import serve
    from kg.store import open_store

    db = tmp_path / "kg.db"
    with open_store(db, create=True):
        pass
    monkeypatch.setattr(serve, "open_reader", lambda db, least: nullcontext(Memory(tiny_graph())))
    server = serve.server(db)

    def call(tool: str, /, **arguments: Any) -> Any:
        return asked(server, (tool, arguments))[1][0]

    return call


def plain(answer: Any) -> Any:
    """The answer's dataclasses as JSON has them."""
    return json.loads(to_json(answer))


def test_over_stdio_every_tool_answers(seed_db: Path) -> None:
    server = stdio.stdio_client(
        stdio.StdioServerParameters(
            command=sys.executable, args=["-m", "kg", "mcp", "--db", str(seed_db)]
        )
    )
    calls = [
        ("find", {"text": "transformer", "limit": 3}),
        ("show", {"name": "seed-01", "limit": 2}),
        ("links", {"a": "Transformer", "relation": "uses", "limit": 2}),
        ("links", {"a": "Transformer", "b": "CIFAR-10"}),
        ("results", {"dataset": "CIFAR-10"}),
        ("gaps", {"limit": 2}),
        ("show", {"name": "no such thing"}),
    ]
    tools, answers = asked(server, *calls)
    found, shown, linked, both, numbers, ideas, error = answers
    assert tuple(tool.name for tool in tools) == TOOLS
    assert not any(answer.is_error for answer in answers[:-1])
    G = open_graph(seed_db)
    assert found.structured_content["matches"] == plain(query.find(G, "transformer", limit=3))
    assert shown.structured_content["id"] == "paper:seed-01"
    groups = query.link_groups(G, "Transformer", relation="uses", limit=2)
    assert linked.structured_content["groups"] == plain(groups)
    connections = query.connections(G, "Transformer", "CIFAR-10")
    assert both.structured_content["paths"] == plain(connections.paths)
    rows = query.results(G, dataset="CIFAR-10")
    assert numbers.structured_content == {"total": len(rows), "rows": plain(rows[:20])}
    assert ideas.structured_content["gaps"] == plain(gaps(G, limit=2))
    assert error.is_error
    assert error.content[0].text.endswith("nothing in the graph is called 'no such thing'")


def test_tools_are_typed_described_and_read_only(seed_db: Path) -> None:
    from kg.serve import server

    tools, _ = asked(server(seed_db))
    assert tuple(tool.name for tool in tools) == TOOLS
    for tool in tools:
        assert tool.description
        assert tool.annotations.read_only_hint
        assert tool.output_schema["type"] == "object"
        assert tool.input_schema["properties"]["limit"]["maximum"] == 100
        for parameter in tool.input_schema["properties"].values():
            assert "type" in parameter or "anyOf" in parameter
    show = next(tool for tool in tools if tool.name == "show")
    assert "A node id" in show.input_schema["properties"]["name"]["description"]
    assert show.output_schema["properties"].keys() == query.Card.__dataclass_fields__.keys()


class TestAnswers:
    def test_text_and_structure_say_the_same(self, ask: Ask) -> None:
        answer = ask("show", name="CCT")
        assert json.loads(answer.content[0].text) == answer.structured_content
        assert answer.structured_content["id"] == CCT

    def test_show_is_the_card(self, ask: Ask) -> None:
        card = query.card(tiny_graph(), "CIFAR-10", sentences=1, limit=5)
        assert ask("show", name="CIFAR-10").structured_content == plain(asdict(card))

    def test_a_paper_has_its_text(self, ask: Ask) -> None:
        shown = ask("show", name="seed-01").structured_content
        assert shown["title"] == "Compact Transformers for Small Images"
        assert shown["authors"] == ["Ada Ångström", "Bo Li"]

    def test_links_of_one_and_of_two(self, ask: Ask) -> None:
        alone = ask("links", a="CCT").structured_content
        assert alone["direct"] == alone["shared"] == alone["paths"] == []
        assert sum(group["total"] for group in alone["groups"]) == tiny_graph().degree(CCT)
        both = ask("links", a="ViT", b="ImageNet-1K", limit=1).structured_content
        assert both["groups"] == []
        assert {shared["node"]["kind"] for s in both["shared"] for shared in s["neighbours"]}
        ends = [both["paths"][0]["hops"][0][end]["id"] for end in ("source", "target")]
        assert VIT in ends
        assert IMAGENET not in ends

    def test_results_filter(self, ask: Ask) -> None:
        rows = ask("results", dataset="CIFAR-10").structured_content
        assert rows["total"] == 2
        assert {row["dataset_id"] for row in rows["rows"]} == {CIFAR}

    def test_limit_cuts_every_list(self, ask: Ask) -> None:
        assert len(ask("find", text="a", limit=1).structured_content["matches"]) == 1
        assert len(ask("results", limit=1).structured_content["rows"]) == 1
        shown = ask("show", name="CCT", limit=1).structured_content
        assert all(len(group["links"]) == 1 for group in shown["links"])
        assert len(shown["results"]) == len(shown["sentences"]) == 1

    def test_text_of_papers_is_a_value(self, ask: Ask) -> None:
        shown = ask("show", name="method:scriptalert1script").structured_content
        assert shown["label"] == SCRIPT


class TestErrors:
    @pytest.mark.parametrize(
        ("name", "arguments", "message"),
        [
            ("show", {"name": "nix"}, "nothing in the graph is called 'nix'"),
            ("show", {"name": "SAM"}, "'SAM' means several nodes, pick one by its id"),
            ("results", {"dataset": "CCT"}, "nothing in the graph is called 'CCT'"),
            ("gaps", {"name": "seed-01"}, "is a paper: gaps join"),
        ],
    )
    def test_ours_are_one_line(
        self, ask: Ask, name: str, arguments: dict[str, Any], message: str
    ) -> None:
        answer = ask(name, **arguments)
        assert answer.is_error
        (content,) = answer.content
        assert message in content.text
        assert "\n" not in content.text

    @pytest.mark.parametrize(
        ("name", "arguments"),
        [
            ("find", {}),
            ("find", {"text": "a", "limit": 0}),
            ("find", {"text": "a", "limit": 101}),
            ("show", {"name": "CCT", "kind": "model"}),
            ("links", {"a": "CCT", "relation": "likes"}),
        ],
    )
    def test_wrong_arguments_are_refused(
        self, ask: Ask, name: str, arguments: dict[str, Any]
    ) -> None:
        assert ask(name, **arguments).is_error

    def test_a_missing_file_stops_it_at_once(self, tmp_path: Path) -> None:
        from kg.serve import server

        with pytest.raises(StoreError, match="no such database"):
            server(tmp_path / "no.db")

    def test_without_the_library_it_says_how_to_get_it(
        self, seed_db: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "mcp.server", None)
        main = Main(commands={"mcp": command})
        result = CliRunner().invoke(main, ["mcp", "--db", str(seed_db)])
        assert result.exit_code == 1
        assert result.stderr == "Error: mcp 2 is missing: pip install 'kg[mcp]'\n"


def test_a_build_is_seen_by_the_next_question(seed_db: Path, tmp_path: Path) -> None:
    from kg.serve import Tools
    from kg.store import open_store

    db = tmp_path / "kg.db"
    shutil.copy(seed_db, db)
    tools = Tools(db, 0.0)
    assert tools.show("seed-01").id == "paper:seed-01"
    db.unlink()
    with pytest.raises(StoreError):
        tools.show("seed-01")
    with open_store(db, create=True):
        pass
    assert not tools.find("seed-01").matches
