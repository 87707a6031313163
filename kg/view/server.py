"""`kg serve`: the page over a store, read-only, for the reader's own browser.

Pages of other origins can neither read an answer (nothing allows them to) nor reach the server by
a name of theirs that points here (only known hosts are answered).
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kg.errors import KgError
from kg.store import Store, open_store
from kg.view.answers import Answers
from kg.view.names import Names
from kg.view.questions import BadQuestion, asked
from kg.view.render import Page, served_page
from kg.view.rows import StoreRows

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

#: Bytes of an address: the ids of all that is drawn may stand in one.
LONGEST: Final = 1 << 20
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_T = TypeVar("_T")


class Served:
    """What is kept between requests, as long as the file stays as it is: the page, all names."""

    def __init__(self, db: Path, title: str) -> None:
        self._db = db
        self._title = title
        self._state: list[tuple[int, int]] = []
        self._kept: dict[Callable[[Store], Any], Any] = {}
        self._lock = threading.Lock()

    def page(self) -> Page:
        """The page, with what is drawn when it opens."""
        with open_store(self._db, readonly=True) as store:
            return self._once(store, self._page)

    def answer(self, what: str, parameters: str) -> Any:
        """The answer to one of the page's questions."""
        with open_store(self._db, readonly=True) as store, store.snapshot():
            names = self._once(store, _names) if what in ("ready", "search") else None
            return asked(what, parameters, Answers(store, names))

    def _page(self, store: Store) -> Page:
        return served_page(store, title=self._title)

    def _once(self, store: Store, make: Callable[[Store], _T]) -> _T:
        with self._lock:
            if self._state != (state := _state(self._db)):
                self._state, self._kept = state, {}
            if make not in self._kept:
                self._kept[make] = make(store)
            made: _T = self._kept[make]
            return made


def _state(db: Path) -> list[tuple[int, int]]:
    """What changes whenever the database does, also while what is new is in its log."""
    files = (db, db.with_name(f"{db.name}-wal"))
    stats = [file.stat() for file in files if file.exists()]
    return [(stat.st_mtime_ns, stat.st_size) for stat in stats]


def _names(store: Store) -> Names:
    return Names(StoreRows(store))


def app(db: Path, *, title: str, hosts: list[str]) -> Starlette:
    """The server as an ASGI application, for requests to one of these hosts.

    Raises StoreError when the file is none of ours, and KgError without the package starlette.
    """
    try:
        from starlette.applications import Starlette
        from starlette.middleware import Middleware
        from starlette.middleware.trustedhost import TrustedHostMiddleware
        from starlette.responses import HTMLResponse, PlainTextResponse, Response
        from starlette.routing import Route
    except ImportError as error:
        raise KgError("starlette is missing: pip install 'kg[serve]'") from error
    with open_store(db, readonly=True):
        served = Served(db, title)

    # Plain functions: starlette runs them in threads, and each opens the file for itself.
    def page(request: Request) -> Response:
        html, policy = served.page()
        rules = {"Content-Security-Policy": f"{policy}; frame-ancestors 'none'"}
        return HTMLResponse(html, headers={**HEADERS, **rules})

    def answer(request: Request) -> Response:
        try:
            found = served.answer(request.path_params["what"], request.query_params.get("q", "{}"))
        except BadQuestion as error:
            return _line(str(error), 400)
        except KgError as error:
            return _line(str(error), 500)
        text = json.dumps(found, separators=(",", ":"), allow_nan=False)
        return Response(text, media_type="application/json", headers=HEADERS)

    def _line(text: str, status: int) -> Response:
        return PlainTextResponse(" ".join(text.split()) + "\n", status, headers=HEADERS)

    def unknown(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 404)
        return _line("only the page and its questions are here, to be read", status)

    return Starlette(
        routes=[
            Route("/", page, methods=["GET"]),
            Route("/api/{what}", answer, methods=["GET"]),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
        ],
        exception_handlers={404: unknown, 405: unknown},
    )


def is_loopback(host: str) -> bool:
    """Whether only this computer reaches the host.

    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "example.org")]
    [True, True, True, False, False]
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hosts_of(host: str) -> list[str]:
    """By which hosts a server that listens at this one may be asked: none that a stranger owns.

    >>> hosts_of("127.0.0.1")
    ['127.0.0.1', '[::1]', 'localhost']
    """
    known = {"127.0.0.1", "::1", "localhost", host}
    if not is_loopback(host):
        own = socket.gethostname()
        known.add(own)
        with suppress(OSError):
            known |= {str(found[4][0]) for found in socket.getaddrinfo(own, None)}
    named = known - {"0.0.0.0", "::"}  # noqa: S104
    return sorted(f"[{name}]" if ":" in name else name for name in named)


@contextmanager
def listening(host: str, port: int) -> Iterator[tuple[socket.socket, str]]:
    """A socket that listens there, and the page's address; raises KgError where that fails."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        opened = socket.create_server((host, port), family=family)
    except OSError as error:
        raise KgError(f"cannot listen at {host}:{port}: {error.strerror or error}") from error
    with opened:
        name = f"[{host}]" if family == socket.AF_INET6 else host
        yield opened, f"http://{name}:{opened.getsockname()[1]}/"


def run(db: Path, sock: socket.socket, *, host: str, title: str) -> None:
    """Serve the page of a database until the process is interrupted. Raises what `app` raises."""
    served = app(db, title=title, hosts=hosts_of(host))
    try:
        import uvicorn
    except ImportError as error:
        raise KgError("uvicorn is missing: pip install 'kg[serve]'") from error
    config = uvicorn.Config(
        served,
        http="h11",
        h11_max_incomplete_event_size=LONGEST,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[sock])
