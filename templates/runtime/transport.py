"""HTTP by httpx2; no other module imports it, and the client imports this one when it
sends its first request.

Comes in: an :class:`HTTPRequest`. Goes out: an :class:`HTTPResponse` whose body is
still compressed, or a :class:`TransportError`. One request, one attempt: no redirect,
no cookie jar, no ``.netrc``, no decompression.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import ssl
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import suppress
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar, cast

try:
    import httpx2
except ModuleNotFoundError as error:
    if error.name != "httpx2":
        raise
    raise ImportError(
        "calls are sent by httpx2, which is not installed: pip install 'httpx2>=2.12'",
        name="httpx2",
    ) from error

from ..errors import ArgumentError
from .custom import Source, quietly
from .deadlines import check, deadline_of, remaining, to_its_end, until
from .http import (
    AsyncHTTPResponse,
    Headers,
    HTTPRequest,
    HTTPResponse,
    Kind,
    Sent,
    TransportError,
)
from .internals import adapt, is_undone, refuse_surplus
from .options import Settings

Client = TypeVar("Client", httpx2.Client, httpx2.AsyncClient)

_FAILURES: dict[type[Exception], tuple[Kind, Sent]] = {
    httpx2.ConnectTimeout: ("timeout", "not_sent"),
    httpx2.PoolTimeout: ("timeout", "not_sent"),
    httpx2.TimeoutException: ("timeout", "unknown"),
    httpx2.ConnectError: ("connection", "not_sent"),
    httpx2.ProxyError: ("connection", "not_sent"),
    httpx2.UnsupportedProtocol: ("argument", "not_sent"),
    httpx2.LocalProtocolError: ("argument", "not_sent"),
    httpx2.InvalidURL: ("argument", "not_sent"),
    UnicodeError: ("argument", "not_sent"),
    socket.gaierror: ("connection", "not_sent"),
    Exception: ("connection", "unknown"),
}
"""The first class that fits. The last one: a connection lost on the way."""

_OUTSIDE_HTTPCORE = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    httpx2.StreamError,
    TimeoutError,
    UnicodeEncodeError,
)
"""What httpx2 and this module raise themselves, before and after httpcore2."""


def open_transport(settings: Settings) -> HTTPXTransport:
    return HTTPXTransport(*_client(httpx2.Client, settings))


def open_async_transport(settings: Settings) -> AsyncHTTPXTransport:
    return AsyncHTTPXTransport(*_client(httpx2.AsyncClient, settings))


def _client(kind: type[Client], settings: Settings) -> tuple[Client, bool]:
    """The caller's client or one of our own, and whether it is ours."""
    # At DEBUG, libraries print headers: credentials, cookies, signed locations.
    for name in ("hpack", "httpcore2"):
        logger = logging.getLogger(name)
        logger.setLevel(logger.level or logging.INFO)
    given = settings.http_client
    if given is None:
        client = _made(kind, settings)
        adapt(client, bounded=isinstance(client, httpx2.Client))
        return client, True
    if not isinstance(given, kind):
        raise ArgumentError(f"http_client must be a httpx2.{kind.__name__}")
    return given, False


def _made(client: type[Client], settings: Settings) -> Client:
    made: Callable[..., Client] = client
    verify = settings.verify
    try:
        if isinstance(verify, str):
            is_folder = os.path.isdir(verify)
            verify = ssl.create_default_context(
                cafile=None if is_folder else verify,
                capath=verify if is_folder else None,
            )
        return made(
            verify=verify,
            http2=settings.http2,
            proxy=settings.proxy,
            trust_env=settings.trust_env,
            timeout=None,
            limits=httpx2.Limits(
                max_connections=100,
                max_keepalive_connections=100,
                keepalive_expiry=30.0,
            ),
            # Answers are no place to keep state between calls and threads.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
    except ImportError as error:
        refused = str(error)
    except (ValueError, TypeError, OSError, httpx2.InvalidURL) as error:
        refused = f"proxy, verify or the environment's: {type(error).__name__}"
    # Out here, where the error is no context of this one: its message and its frames
    # have the URL of a proxy, which may hold a password.
    raise ArgumentError(refused)


class HTTPXTransport:
    """:class:`Transport` over a ``httpx2.Client``."""

    def __init__(self, client: httpx2.Client, owned: bool) -> None:
        self._client = client
        self._owned = owned

    def send(self, request: HTTPRequest, /) -> HTTPResponse:
        deadline = deadline_of(request.timeout)
        progress = _Progress()
        # {% if needs.files %}
        source = Source(request.content)
        # {% endif %}
        try:
            with until(deadline):
                response = self._client.send(
                    # {% if needs.files %}
                    _outgoing(request, source.content or None, progress.note),
                    # {% else %}
                    _outgoing(request, request.content or None, progress.note),
                    # {% endif %}
                    stream=True,
                    auth=None,
                    follow_redirects=False,
                )
        except Exception as error:
            # {% if needs.files %}
            if error is source.error:
                raise
            # {% endif %}
            if not self._owned and _is_of_hook(self._client, error):
                raise
            raise progress.judged(translate(error)) from _bare(error)
        return HTTPResponse(
            status=response.status_code,
            headers=_headers(response),
            body=_read(self._client, response, deadline),
            close=quietly(response.close),
            version=response.http_version,
        )

    def close(self) -> None:
        if self._owned:
            self._client.close()


class AsyncHTTPXTransport:
    """:class:`AsyncTransport` over a ``httpx2.AsyncClient``."""

    def __init__(self, client: httpx2.AsyncClient, owned: bool) -> None:
        self._client = client
        self._owned = owned

    async def send(self, request: HTTPRequest, /) -> AsyncHTTPResponse:
        deadline = deadline_of(request.timeout)
        progress = _Progress()
        # {% if needs.files %}
        source = Source(request.content)
        # {% endif %}
        try:
            async with asyncio.timeout(remaining(deadline)):
                response = await self._client.send(
                    # {% if needs.files %}
                    _outgoing(
                        request, source.content_async or None, progress.note_async
                    ),
                    # {% else %}
                    _outgoing(request, request.content or None, progress.note_async),
                    # {% endif %}
                    stream=True,
                    auth=None,
                    follow_redirects=False,
                )
        except Exception as error:
            # {% if needs.files %}
            if error is source.error:
                raise
            # {% endif %}
            if not self._owned and _is_of_hook(self._client, error):
                raise
            raise progress.judged(translate(error)) from _bare(error)
        body = _read_async(self._client, response, deadline)
        return AsyncHTTPResponse(
            status=response.status_code,
            headers=_headers(response),
            body=body,
            close=_closing_async(response, body),
            version=response.http_version,
        )

    async def close(self) -> None:
        if self._owned:
            await self._client.aclose()


# --- Requests ------------------------------------------------------------------------


class _QuietURL(httpx2.URL):
    """Keeps the query out of httpx2's log line ``HTTP Request: GET …``."""

    def __str__(self) -> str:
        return super().__str__().partition("?")[0]


class _Progress:
    """How far an attempt came, as httpcore2 tells it."""

    def __init__(self) -> None:
        self._begun = self._used = False

    def note(self, event: str, info: dict[str, Any]) -> None:
        self._begun = True
        request = info.get("request")
        if request is not None and request.method != b"CONNECT":
            self._used = True

    async def note_async(self, event: str, info: dict[str, Any]) -> None:
        self.note(event, info)

    def judged(self, failure: TransportError) -> TransportError:
        """A failure while connecting leaves the request unsent; so does one while a
        proxy is asked for a tunnel."""
        if self._begun and not self._used:
            failure.sent = "not_sent"
        return failure


_LONGEST = 1_000_000.0
"""Seconds. No system waits for ever, or for more than some weeks, if told how long."""


def _outgoing(request: HTTPRequest, content: Any, trace: Any) -> httpx2.Request:
    timeout = request.timeout

    def phase(seconds: float | None) -> float | None:
        limits = [each for each in (seconds, timeout.total) if each is not None]
        return min(max(min(limits), 0.001), _LONGEST) if limits else None

    outgoing = httpx2.Request(
        request.method,
        request.url,
        headers=[
            (name.encode("ascii"), value.encode("latin-1"))
            for name, value in request.headers
        ],
        content=content,
        extensions={
            "trace": trace,
            "timeout": {
                "connect": phase(timeout.connect),
                "read": phase(timeout.read),
                "write": phase(timeout.write),
                "pool": phase(timeout.pool),
            },
        },
    )
    outgoing.url = _QuietURL(outgoing.url)
    return outgoing


# --- Answers -------------------------------------------------------------------------


def _is_read(response: httpx2.Response) -> bool:
    """Whether an event hook of the caller's ``http_client`` read the body. Its
    connection may already carry another call: nothing more must be read from it."""
    return response.is_closed or response.is_stream_consumed


def _headers(response: httpx2.Response) -> Headers:
    # What httpx2 read, it has decompressed.
    left_out = b"content-encoding" if _is_read(response) else b""
    return Headers(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in response.headers.raw
        if name.lower() != left_out
    )


def _read(
    client: httpx2.Client, response: httpx2.Response, deadline: float | None
) -> Iterator[bytes]:
    if _is_read(response):
        yield _content(response)
        return
    # Not by ``iter_raw``, which closes the response when it is at the end.
    chunks = iter(cast("httpx2.SyncByteStream", response.stream))
    try:
        while True:
            with until(deadline):
                chunk = next(chunks, None)
            if chunk is None:
                refuse_surplus(response.stream)
                return
            yield chunk
            check(deadline)
    except Exception as error:  # noqa: BLE001  (all of them get a class of ours)
        raise translate(error) from _bare(error)
    finally:
        response.close()
        if (stream := _left_open(client, response)) is not None:
            stream.close()


async def _read_async(
    client: httpx2.AsyncClient, response: httpx2.Response, deadline: float | None
) -> AsyncGenerator[bytes]:
    if _is_read(response):
        yield _content(response)
        return
    chunks = aiter(cast("httpx2.AsyncByteStream", response.stream))
    try:
        while True:
            async with asyncio.timeout(remaining(deadline)):
                chunk = await anext(chunks, None)
            if chunk is None:
                refuse_surplus(response.stream)
                return
            yield chunk
            check(deadline)
    except Exception as error:  # noqa: BLE001  (all of them get a class of ours)
        raise translate(error) from _bare(error)
    finally:
        await to_its_end(response.aclose())
        if (stream := _left_open(client, response)) is not None:
            await to_its_end(stream.aclose())


def _left_open(
    client: httpx2.Client | httpx2.AsyncClient, response: httpx2.Response
) -> Any:
    """The connection, if the client was closed while it was being opened."""
    return response.extensions.get("network_stream") if client.is_closed else None


def _content(response: httpx2.Response) -> bytes:
    try:
        return response.content
    except httpx2.StreamError as error:
        message = (
            "a hook of http_client took the body of the answer and did not keep it"
        )
        raise TransportError(
            message, kind="argument", sent="unknown", final=True
        ) from _bare(error)


def _closing_async(
    response: httpx2.Response, body: AsyncGenerator[bytes]
) -> Callable[[], Awaitable[None]]:
    async def finish() -> None:
        with suppress(Exception):
            # Else the event loop does it, in a task of its own, at some later time.
            await body.aclose()
        with suppress(Exception):
            await response.aclose()

    async def close() -> None:
        if not response.is_closed:
            await to_its_end(finish())

    return close


# --- Failures ------------------------------------------------------------------------


def translate(error: Exception) -> TransportError:
    """Any exception of httpx2, and what it lets through, as one of ours."""
    text = str(error) or type(error).__name__
    if isinstance(error, RuntimeError) and "closed" in text:
        return TransportError(text, kind="closed", sent="not_sent", final=True)
    if isinstance(error, TimeoutError):
        text = "the total time is used up"
        return TransportError(text, kind="timeout", sent="unknown")
    kind, sent = next(_FAILURES[each] for each in _FAILURES if isinstance(error, each))
    detail = next(iter(getattr(error.__cause__, "args", ())), None)
    if type(detail).__module__.startswith("h2."):
        kind, sent = "connection", "not_sent" if is_undone(detail) else "unknown"
    final = kind == "argument" or _is_untrusted(error)
    return TransportError(text, kind=kind, sent=sent, final=final)


def _is_of_hook(client: httpx2.Client | httpx2.AsyncClient, error: Exception) -> bool:
    """Whether a function that the caller gave to this ``http_client`` raised it. Then
    it did not come through httpcore2, and is not one of httpx2's own."""
    if isinstance(error, httpx2.HTTPStatusError):
        return True
    if client.is_closed or isinstance(error, _OUTSIDE_HTTPCORE):
        return False
    frames = traceback.walk_tb(error.__traceback__)
    names = [str(frame.f_globals.get("__name__")) for frame, _ in frames]
    return not any(name.startswith("httpcore2.") for name in names)


def _is_untrusted(error: BaseException | None) -> bool:
    """Whether the certificate of the server was refused: it will be again."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _bare(error: BaseException) -> BaseException:
    """``error`` without tracebacks: their frames hold the bytes of the request, and
    with them the credentials."""
    current: BaseException | None = error
    while current is not None:
        current.__traceback__ = None
        current = current.__cause__ or current.__context__
    return error
