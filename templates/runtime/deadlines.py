"""The total time of a call, kept under a transport: by each wait for the network.

Comes in: when a call has to be over. Goes out: bounds for whoever waits. A task can be
cancelled; a thread cannot, so what it waits with is :class:`Bounded`.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from typing import Any

from .http import Timeout

_SLACK = 0.05
"""So that the timeout of a phase, which tells more, comes before the total one."""


def deadline_of(timeout: Timeout) -> float | None:
    return None if timeout.total is None else time.monotonic() + timeout.total


def check(deadline: float | None) -> None:
    """Data that is there already needs no waiting, so no timeout stops its flow."""
    if deadline is not None and time.monotonic() > deadline:
        raise TimeoutError


def remaining(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    return deadline - time.monotonic() + _SLACK


_SLICE = 65_536
"""Bytes that are sent without a look at the clock."""


class _Limits(threading.local):
    deadline: float | None = None


_limits = _Limits()


@contextmanager
def until(deadline: float | None) -> Generator[None]:
    """Bound each wait of this thread for the network by what is left until then."""
    before = _limits.deadline
    _limits.deadline = deadline
    try:
        yield
    finally:
        _limits.deadline = before


def _left(timeout: float | None) -> float | None:
    deadline = _limits.deadline
    if deadline is None:
        return timeout
    left = max(deadline - time.monotonic(), 0.001)
    return left if timeout is None else min(timeout, left)


class Bounded:
    """A network backend or stream of httpcore2 with shorter timeouts.

    A timeout of httpx2 bounds one wait; a server that sends a byte now and then never
    runs into it. A thread cannot be cancelled like a task, so each single wait is
    given no more than what is left of the whole call.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **more: Any
    ) -> Any:
        """One time for all addresses of a host; httpcore2 gives it to each. Of what is
        left an address gets its share, but two seconds if there are as many."""
        left = _left(timeout)
        end = None if left is None else time.monotonic() + left
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        while True:
            if end is not None:
                left = max(end - time.monotonic(), 0.001)
                left = max(left / len(addresses), min(left, 2.0))
            try:
                connected = self._inner.connect_tcp(
                    addresses.pop(0), port, timeout=left, **more
                )
            except Exception:
                if not addresses or (end is not None and time.monotonic() > end):
                    raise
            else:
                return Bounded(connected)

    def start_tls(self, *args: Any, timeout: float | None = None, **more: Any) -> Any:
        if len(args) == 3:
            *rest, timeout = args
            args = tuple(rest)
        return Bounded(self._inner.start_tls(*args, timeout=_left(timeout), **more))

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        # A flood of "100 Continue" is always there: none of its reads has to wait.
        check(_limits.deadline)
        return self._inner.read(max_bytes, timeout=_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # httpcore2 gives the whole timeout to each part that the system takes.
        rest = memoryview(buffer)
        while rest:
            check(_limits.deadline)
            self._inner.write(rest[:_SLICE], timeout=_left(timeout))
            rest = rest[_SLICE:]


async def to_its_end(closing: Coroutine[Any, Any, None]) -> None:
    """Wait for ``closing``, however often the task that waits is cancelled: what is
    closed by half counts as busy for good."""
    task = asyncio.ensure_future(closing)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
