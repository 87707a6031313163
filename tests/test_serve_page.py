"""`kg serve`: the page over a store, for the reader's own browser and nobody else."""

from __future__ import annotations

import json
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from graphs import CCT, VIT, TinyLexicon, paper, tiny_extractions

from kg.cli.serve import serve
from kg.errors import KgError, StoreError
from kg.store import open_store

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

from starlette.testclient import TestClient

from kg.view.server import app, hosts_of, listening


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("serve") / "field.db"
    with open_store(path, create=True) as store:
        store.put([(paper(e.paper), e) for e in tiny_extractions()], version="1")
        store.update_graph(lexicon=TinyLexicon())
    return path


@pytest.fixture
def client(db: Path) -> TestClient:
    served = app(db, title="Field <b>", hosts=hosts_of("127.0.0.1"))
    return TestClient(served, base_url="http://127.0.0.1:8000")


def ask(client: TestClient, what: str, **question: Any) -> Any:
    return client.get(f"/api/{what}", params={"q": json.dumps(question)})


def test_the_page(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>Field &lt;b&gt;</title>" in answer.text
    assert 'id="graph"' not in answer.text
    core = re.search(r'id="core">(.*?)</script>', answer.text)
    assert core is not None
    about = json.loads(core[1])
    assert about["source"] == "served"
    assert about["counts"]["papers"] == 4
    assert VIT in {node["id"] for node in about["drawing"]["nodes"]}


def test_the_header_says_what_the_page_says_and_more(client: TestClient) -> None:
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    [own] = re.findall(r'Content-Security-Policy" content="([^"]+)"', answer.text)
    assert policy == own.replace("&#39;", "'") + "; frame-ancestors 'none'"
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy


def test_every_answer_is_for_its_page_alone(client: TestClient) -> None:
    for answer in (client.get("/"), ask(client, "node", id=CCT), client.get("/none")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers


def test_a_question(client: TestClient) -> None:
    answer = ask(client, "search", text="vit", limit=3, kinds=None)
    assert answer.headers["content-type"] == "application/json"
    assert [match["node"]["id"] for match in answer.json()] == [VIT]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/node?q={", 400),
        ("/api/node", 400),
        ("/api/node?q=%00", 400),
        ("/api/none?q={}", 400),
        ("/api/__init__?q={}", 400),
        ("/api/", 404),
        ("/../../etc/passwd", 404),
        ("/view.js", 404),
        ("/api/node/..%2f..", 404),
    ],
)
def test_what_is_no_question_gets_one_line(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.count("\n") == 1
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_it_only_reads(client: TestClient, method: str) -> None:
    assert client.request(method, "/").status_code == 405
    assert client.request(method, "/api/node").status_code == 405


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("localhost.evil.example:8000", 400),
        ("", 400),
    ],
)
def test_only_its_own_hosts_are_answered(client: TestClient, host: str, status: int) -> None:
    assert client.get("/", headers={"host": host}).status_code == status


def test_a_host_that_is_open_to_all_is_not_itself_a_name() -> None:
    assert "0.0.0.0" not in hosts_of("0.0.0.0")
    assert {"localhost", socket.gethostname()} <= set(hosts_of("0.0.0.0"))


def test_a_changed_file_gives_a_changed_page(db: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.db"
    shutil.copy(db, own)
    client = TestClient(app(own, title="Field", hosts=["testserver"]))
    question = {"text": "seed", "limit": 9, "kinds": ["paper"]}
    assert ask(client, "node", id="paper:seed-01").json() is not None
    assert client.get("/").text.count("paper:seed-01") > 0
    before = ask(client, "search", **question).json()
    with open_store(own) as store:
        store.remove(["seed-01"])
        store.update_graph(lexicon=TinyLexicon())
    assert ask(client, "node", id="paper:seed-01").json() is None
    assert client.get("/").text.count("paper:seed-01") == 0
    assert len(ask(client, "search", **question).json()) <= len(before)


def test_a_file_that_is_gone_is_told_in_one_line(db: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.db"
    shutil.copy(db, own)
    client = TestClient(app(own, title="Field", hosts=["testserver"]))
    own.unlink()
    answer = ask(client, "node", id=CCT)
    assert answer.status_code == 500
    assert answer.text.count("\n") == 1


def test_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such database"):
        app(tmp_path / "none.db", title="", hosts=[])


def test_a_port_that_is_taken() -> None:
    with (
        listening("127.0.0.1", 0) as (sock, address),
        pytest.raises(KgError, match="cannot listen at"),
        listening("127.0.0.1", sock.getsockname()[1]),
    ):
        assert address.startswith("http://127.0.0.1:")


def test_a_host_that_others_reach_is_warned_about(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.view.server.run", lambda *args, **options: None)
    for host, warned in (("127.0.0.1", False), ("0.0.0.0", True)):
        result = CliRunner().invoke(serve, ["--db", str(db), "--host", host, "--port", "0"])
        assert result.exit_code == 0
        assert ("Warning" in result.stderr) == warned
        assert result.stdout.startswith(f"http://{host}:")


@contextmanager
def running(db: Path) -> Iterator[str]:
    """The address of a server in a thread."""
    import uvicorn

    with listening("127.0.0.1", 0) as (sock, address):
        served = app(db, title="Field", hosts=hosts_of("127.0.0.1"))
        server = uvicorn.Server(uvicorn.Config(served, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield address
        server.should_exit = True
        thread.join()


@pytest.mark.browser
def test_the_page_asks_only_its_server(db: Path, request: pytest.FixtureRequest) -> None:
    from browser import chromium

    if chromium() is None:
        pytest.skip("no chromium")
    page = request.getfixturevalue("browser").new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with running(db) as address:
        page.goto(f"{address}#{'node=' + VIT}")
        page.get_by_role("heading", name="Vision Transformer").first.wait_for()
        page.get_by_role("combobox", name="Search").fill("cct")
        page.get_by_role("option").first.wait_for()
        page.close()
    assert complaints == []
    assert all(url.startswith(address) for url in asked)
    assert any("/api/card" in url for url in asked)
