"""What the caller brings along to send with.

Comes in: a :class:`Transport` that the caller wrote. Goes out: the same, where all that
goes wrong is a :class:`TransportError`.
# {% if needs.files %}

And streams, of which an exception can be told from one of the transport.
# {% endif %}
"""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
)
from contextlib import suppress
from dataclasses import replace

from .deadlines import check, deadline_of, remaining
from .http import (
    AsyncHTTPResponse,
    AsyncTransport,
    HTTPRequest,
    HTTPResponse,
    Transport,
    TransportError,
)


class Source:
    """The content of a request. An exception of the caller's own stream is the
    caller's, not a lost connection."""

    def __init__(self, content: bytes | Iterable[bytes]) -> None:
        self._content = content
        self.error: BaseException | None = None

    @property
    def content(self) -> bytes | Iterator[bytes]:
        if isinstance(self._content, bytes):
            return self._content
        return self._iterate(self._content)

    @property
    def content_async(self) -> bytes | AsyncIterator[bytes]:
        if isinstance(self._content, bytes):
            return self._content
        return self._iterate_async(self._content)

    def _iterate(self, content: Iterable[bytes]) -> Iterator[bytes]:
        try:
            yield from content
        except Exception as error:
            self.error = error
            raise

    async def _iterate_async(self, content: Iterable[bytes]) -> AsyncIterator[bytes]:
        for chunk in self._iterate(content):
            yield chunk


class CustomTransport:
    """Around a transport of the caller's: all it raises is a lost connection, and it
    cannot fail to close an answer."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner

    def send(self, request: HTTPRequest, /) -> HTTPResponse:
        deadline = deadline_of(request.timeout)
        # {% if needs.files %}
        source = Source(request.content)
        request = replace(request, content=source.content)
        # {% endif %}
        try:
            response = self._inner.send(request)
        except TransportError:
            raise
        except Exception as error:
            # {% if needs.files %}
            if error is source.error:
                raise
            # {% endif %}
            raise _lost(error) from error
        return replace(
            response,
            body=_read(response.body, deadline),
            close=quietly(response.close),
        )

    def close(self) -> None:
        self._inner.close()


class AsyncCustomTransport:
    """:class:`CustomTransport` for asyncio, where the total time bounds all of it."""

    def __init__(self, inner: AsyncTransport) -> None:
        self._inner = inner

    async def send(self, request: HTTPRequest, /) -> AsyncHTTPResponse:
        deadline = deadline_of(request.timeout)
        # {% if needs.files %}
        source = Source(request.content)
        request = replace(request, content=source.content)
        # {% endif %}
        try:
            async with asyncio.timeout(remaining(deadline)):
                response = await self._inner.send(request)
        except TransportError:
            raise
        except Exception as error:
            # {% if needs.files %}
            if error is source.error:
                raise
            # {% endif %}
            raise _lost(error) from error
        return replace(
            response,
            body=_read_async(response.body, deadline),
            close=_closing_async(response.close),
        )

    async def close(self) -> None:
        await self._inner.close()


def _read(body: Iterable[bytes], deadline: float | None) -> Iterator[bytes]:
    try:
        for chunk in body:
            yield chunk
            check(deadline)
    except TransportError:
        raise
    except Exception as error:
        raise _lost(error) from error


async def _read_async(
    body: AsyncIterable[bytes], deadline: float | None
) -> AsyncIterator[bytes]:
    chunks = aiter(body)
    try:
        while True:
            async with asyncio.timeout(remaining(deadline)):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield chunk
            check(deadline)
    except TransportError:
        raise
    except Exception as error:
        raise _lost(error) from error


def _lost(error: Exception) -> TransportError:
    if isinstance(error, TimeoutError):
        text = str(error) or "the total time is used up"
        return TransportError(text, kind="timeout", sent="unknown")
    text = f"{type(error).__name__}: {error}"
    return TransportError(text, kind="connection", sent="unknown")


def quietly(close: Callable[[], None]) -> Callable[[], None]:
    """There is nothing left to save, and a call may be failing already."""

    def quiet() -> None:
        with suppress(Exception):
            close()

    return quiet


def _closing_async(
    close: Callable[[], Awaitable[None]],
) -> Callable[[], Awaitable[None]]:
    async def quiet() -> None:
        with suppress(Exception):
            await close()

    return quiet
