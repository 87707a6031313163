"""Ctrl-C and SIGTERM: to stop at a good moment, and soon."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def deferred() -> Iterator[Callable[[], bool]]:
    """Hold back a first Ctrl-C while the block runs; what it gives tells whether there was one.

    Then KeyboardInterrupt is raised at the block's end, and a second one acts at once. So does
    SIGTERM, where the program has a handler for it. Only the main thread can do this; elsewhere
    nothing is held back.

    >>> with deferred() as asked:
    ...     asked()
    False
    """
    held: list[int] = []
    before: dict[int, Any] = {}

    def hold(number: int, frame: FrameType | None) -> None:
        if held:
            before[number](number, frame)
        held.append(number)

    if threading.current_thread() is threading.main_thread():
        before = {s: h for s in _SIGNALS if callable(h := signal.getsignal(s))}
    for number in before:
        signal.signal(number, hold)
    try:
        yield lambda: bool(held)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if held:
        raise KeyboardInterrupt


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM acts as Ctrl-C while the block runs, if this is the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
