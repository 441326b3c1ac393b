"""A real HTTP server on loopback that answers what a test tells it to.

It keeps what it was sent, as bytes on the wire were understood by an HTTP server that
is not ours (uvicorn), so that tests speak of requests, not of our own client.
"""

from __future__ import annotations

import json as json_module
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import uvicorn


@dataclass(frozen=True)
class Received:
    """A request as it arrived. ``target`` is the raw path and query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def json(self) -> Any:
        return json_module.loads(self.body)


@dataclass
class _Answer:
    status: int
    body: bytes
    headers: list[tuple[bytes, bytes]]


@dataclass
class Loopback:
    """Answers are given in the order they were set; the last one is repeated."""

    requests: list[Received] = field(default_factory=list[Received])
    url: str = ""

    def __post_init__(self) -> None:
        self._answers: deque[_Answer] = deque()
        self._last = _Answer(404, b"", [])

    def answer(
        self,
        *,
        status: int = 200,
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Set the next answer: JSON, or ``body`` as it is."""
        content = body if body is not None else b""
        found = {k.lower(): v for k, v in (headers or {}).items()}
        if body is None and status not in (204, 304):
            content = json_module.dumps(json).encode()
            found.setdefault("content-type", "application/json")
        self._answers.append(
            _Answer(
                status,
                content,
                [(k.encode(), v.encode("latin-1")) for k, v in found.items()],
            )
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        target = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("latin-1")
        self.requests.append(
            Received(
                scope["method"],
                target,
                {k.decode(): v.decode("latin-1") for k, v in scope["headers"]},
                body,
            )
        )
        if self._answers:
            self._last = self._answers.popleft()
        await send(
            {
                "type": "http.response.start",
                "status": self._last.status,
                "headers": self._last.headers,
            }
        )
        await send({"type": "http.response.body", "body": self._last.body})


class Running:
    """Serves an ASGI application in a thread until the block ends."""

    def __init__(self, application: Any) -> None:
        self.server = uvicorn.Server(
            uvicorn.Config(
                application,
                host="127.0.0.1",
                port=0,
                log_level="critical",
                lifespan="off",
                access_log=False,
            )
        )
        self._thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self.server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the server did not start")
            self._thread.join(0.005)
        return self

    @property
    def url(self) -> str:
        host, port = self.server.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.should_exit = True
        self._thread.join(10)
