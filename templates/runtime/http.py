"""A request and an answer as plain data, and what a transport does with them.

Comes in: nothing. Goes out: the records that the client hands to a transport, and
:class:`Transport`/:class:`AsyncTransport`, which anyone can write (a recording, a
cache, a fake). Nothing here touches the network.
"""

from __future__ import annotations

import math
from collections.abc import (
    AsyncIterable,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
)
from dataclasses import dataclass, field, fields
from typing import Literal, Protocol, TypeAlias, get_args

Sent: TypeAlias = Literal["not_sent", "unknown", "answered"]
"""Whether the API saw a request: no; perhaps; and it answered."""

Kind: TypeAlias = Literal["connection", "timeout", "argument", "closed"]

_SHOWN = frozenset(("content-length", "content-type", "date", "retry-after", "server"))


class Headers(Mapping[str, str]):
    """Header fields; names in any case, equal names joined by a comma.

    ``repr`` shows the values of harmless ones only.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in fields:
            self._fields.setdefault(name.lower(), []).append(value)

    def __getitem__(self, name: str) -> str:
        return ", ".join(self._fields[name.lower()])

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._fields

    def get_all(self, name: str) -> list[str]:
        """Every value of a header that may be repeated, such as ``Set-Cookie``."""
        return list(self._fields.get(name.lower(), ()))

    def __repr__(self) -> str:
        shown = {
            name: self[name] if name in _SHOWN or name.startswith("x-rate") else "***"
            for name in self
        }
        return f"Headers({shown})"


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What the API says about the calls that are left; ``None`` where it does not."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None
    """As sent: seconds from now with some APIs, a Unix time with others."""


@dataclass(frozen=True, slots=True)
class Timeout:
    """Seconds for each phase of an attempt, and ``total`` for the whole call: waiting
    for a connection, all attempts and the pauses between them, and the body of the
    answer. ``None`` is no limit."""

    total: float | None = 300.0
    connect: float | None = 5.0
    read: float | None = 60.0
    write: float | None = 60.0
    pool: float | None = 10.0

    def __post_init__(self) -> None:
        for each in fields(self):
            seconds: object = getattr(self, each.name)
            if seconds is None or (
                isinstance(seconds, (int, float)) and not math.isnan(seconds)
            ):
                continue
            from ..errors import ArgumentError

            raise ArgumentError(
                f"the timeout {each.name} is no number of seconds: {seconds!r}"
            )


@dataclass(frozen=True, slots=True)
class HTTPRequest:
    """One attempt. Its ``repr`` shows no query, no header value, no body."""

    method: str
    url: str
    headers: list[tuple[str, str]]
    # {% if needs.files %}
    content: bytes | Iterable[bytes]
    # {% else %}
    content: bytes
    # {% endif %}
    timeout: Timeout
    """``total`` is what is left of the whole call."""

    def __repr__(self) -> str:
        return f"<HTTPRequest {self.method} {self.url.partition('?')[0]}>"


@dataclass(slots=True)
class HTTPResponse:
    """An answer whose body is yet to be read, as it came over the wire: still
    compressed. ``close`` gives the connection back and may be called twice."""

    status: int
    headers: Headers
    body: Iterable[bytes] = field(repr=False)
    close: Callable[[], None]
    version: str = "HTTP/1.1"


@dataclass(slots=True)
class AsyncHTTPResponse:
    """The same with a body that is read with ``async for``."""

    status: int
    headers: Headers
    body: AsyncIterable[bytes] = field(repr=False)
    close: Callable[[], Awaitable[None]]
    version: str = "HTTP/1.1"


class TransportError(Exception):
    """Why there is no answer. ``final``: another attempt would end the same way."""

    def __init__(
        self, message: str, *, kind: Kind, sent: Sent, final: bool = False
    ) -> None:
        super().__init__(message)
        if kind not in get_args(Kind) or sent not in get_args(Sent):
            raise ValueError(f"no failure is {kind!r}, or {sent!r}")
        self.kind = kind
        self.sent: Sent = sent
        self.final = final
        # {% if needs.tokens %}
        self.retry_after: float | None = None
        """Seconds, where the giver of tokens asked to wait."""
        # {% endif %}


class Transport(Protocol):
    """Sends one request, follows no redirect, tries once. What goes wrong is raised as
    :class:`TransportError`; any other exception counts as a lost connection.
    # {% if needs.files %}

    One that came out of the content that is sent is the caller's own.
    # {% endif %}
    """

    def send(self, request: HTTPRequest, /) -> HTTPResponse: ...

    def close(self) -> None: ...


class AsyncTransport(Protocol):
    """:class:`Transport` for asyncio."""

    async def send(self, request: HTTPRequest, /) -> AsyncHTTPResponse: ...

    async def close(self) -> None: ...
