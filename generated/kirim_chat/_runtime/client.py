"""The clients: what generated methods call, and the waiting.

:class:`SyncAPIClient` and :class:`AsyncAPIClient` wait for the network, for a limit and
before another attempt; everything else about a call is decided in :mod:`.calls`. Both
can be shared: by threads, and by the tasks of one event loop.
"""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from contextvars import ContextVar
from dataclasses import replace
from functools import cached_property, partial
from types import TracebackType
from typing import Any, Generic, ParamSpec, Self, TypeVar, Unpack, cast

from .. import errors
from .calls import Arguments, Call, Result, Target, checked_server, undocumented
from .credentials import Credential, TokenRequest, apply, apply_async
from .http import (
    AsyncHTTPResponse,
    AsyncTransport,
    HTTPResponse,
    Transport,
    TransportError,
)
from .operations import API, Operation, Pagination
from .options import ClientOptions, CopyOptions, RequestOptions, Settings
from .pagination import (
    AsynchronousPage,
    AsyncPager,
    PageAnswer,
    PageRequest,
    SyncPage,
    decoded_type,
    first_async_page,
    first_page,
)
from .redirects import downloading, following, is_redirect, location, too_many_redirects
from .responses import ApiResponse
from .retries import RetryBudget
from .streams import AsyncStreamedResponse, StreamedResponse
from .types import UNSET

T = TypeVar("T")
P = ParamSpec("P")
AnyTransport = TypeVar("AnyTransport", Transport, AsyncTransport)

_NOTHING: Mapping[str, object] = {}
_MAX_REDIRECTS = 5


class _Capture:
    """What ``with_response`` and ``streaming`` want of the next call."""

    def __init__(self, stream: bool) -> None:
        self.stream = stream
        self.response: ApiResponse[Any] | None = None

    def with_result(self, parsed: T) -> ApiResponse[T]:
        if self.response is None:
            raise TypeError("only methods that call the API have a response")
        return replace(self.response, parsed=parsed)


_capture: ContextVar[_Capture | None] = ContextVar("capture", default=None)


class _Streaming(Exception):
    """Carries an answer whose body is not read past the method that asked for it."""

    def __init__(self, call: Call, response: Any) -> None:
        super().__init__()
        self.parts = call, response


class _Pool(Generic[AnyTransport]):
    """The transport of a client and its copies: made for the first request, and made
    again where its connections are none to use: in a process that was forked off, they
    are the parent's; in another event loop, the other loop's."""

    def __init__(self, make: Callable[[], AnyTransport], can_remake: bool) -> None:
        self._make: Callable[[], AnyTransport] = make
        self._can_remake = can_remake
        self._lock = threading.Lock()
        self._transport: AnyTransport | None = None
        self._process = os.getpid()
        self._loop: object = None
        self.budget = RetryBudget()
        self.closed = False

    def get(self, loop: object = None) -> AnyTransport:
        if self.closed:
            raise errors.ClientClosedError("this client was closed")
        if self._process != os.getpid():
            if not self._can_remake:
                raise errors.ClientClosedError(
                    "http_client was made in another process: make a client in this one"
                )
            # Another thread may have held the locks when the process was forked.
            self._lock = threading.Lock()
            self.budget = RetryBudget()
            self._transport = None
            self._process = os.getpid()
        with self._lock:
            if self._loop is not loop and self._can_remake:
                self._transport = None
            if self._transport is None:
                self._transport = self._make()
                self._loop = loop
            return self._transport

    def close(self) -> AnyTransport | None:
        """The transport to close, if it was ever made and is this process's."""
        self.closed = True
        transport, self._transport = self._transport, None
        return transport if self._process == os.getpid() else None


class _BaseClient(Generic[AnyTransport]):
    """What both clients are made of and have in common."""

    def __init__(
        self,
        api: API,
        *,
        credentials: Mapping[str, Credential] | None = None,
        base_url: str | None = None,
        variables: Mapping[str, str] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        """``variables`` fill the braces of the document's server URLs."""
        self._settings = Settings(**options)
        self._pool: _Pool[AnyTransport] = _Pool(
            self._open, self._settings.http_client is None
        )
        self._owns_pool = True
        self._target = Target(
            api,
            None if base_url is None else checked_server(base_url),
            variables or {},
            credentials or {},
            self._pool,
        )

    def _open(self) -> AnyTransport:
        raise NotImplementedError

    def with_options(self, **options: Unpack[CopyOptions]) -> Self:
        """A copy with other options, over the same connections; closing it is not
        needed and does nothing. Headers are added to those there are."""
        if "headers" in options:
            options["headers"] = {**self._settings.headers, **options["headers"]}
        clone = object.__new__(type(self))
        for name, value in vars(self).items():
            # The resources found so far belong to the client they were found on.
            if not isinstance(getattr(type(self), name, None), cached_property):
                setattr(clone, name, value)
        clone._settings = replace(self._settings, **options)
        clone._owns_pool = False
        return clone

    def _begin(
        self, operation: Operation[Any], arguments: Arguments
    ) -> tuple[Call, _Capture]:
        capture = _capture.get() or _Capture(stream=False)
        # A credential or a hook that calls the client is another call.
        _capture.set(None)
        return Call(self._target, operation, arguments, self._settings), capture


def _pagination(operation: Operation[Any]) -> Pagination:
    assert operation.pagination is not None
    return operation.pagination


def _page_arguments(
    arguments: Arguments, page_type: type[Any], request: PageRequest
) -> Arguments:
    return replace(
        arguments,
        query=request.query,
        url=request.url,
        retype=partial(decoded_type, page_type),
    )


def _page_answer(result: Result) -> PageAnswer[Any]:
    response = result.response
    return PageAnswer(response.parsed, result.body, response.headers, result.url)


class SyncAPIClient(_BaseClient[Transport]):
    """A client whose methods return results."""

    def _open(self) -> Transport:
        if self._settings.transport is not None:
            return cast("Transport", self._settings.transport)
        from .transport import open_transport

        return open_transport(self._settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections. Later calls raise :class:`ClientClosedError`."""
        if self._owns_pool and (transport := self._pool.close()) is not None:
            transport.close()

    def call(
        self,
        operation: Operation[T],
        *,
        path: Mapping[str, object] = _NOTHING,
        query: Mapping[str, object] = _NOTHING,
        headers: Mapping[str, object] = _NOTHING,
        cookies: Mapping[str, object] = _NOTHING,
        body: object = UNSET,
        content_type: str | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Make a call; for generated methods."""
        arguments = Arguments(
            path, query, headers, cookies, body, content_type, options
        )
        return cast("T", self.fetch(operation, arguments).response.parsed)

    def page(
        self,
        operation: Operation[Any],
        page_type: type[SyncPage],
        *,
        path: Mapping[str, object] = _NOTHING,
        query: Mapping[str, object] = _NOTHING,
        headers: Mapping[str, object] = _NOTHING,
        cookies: Mapping[str, object] = _NOTHING,
        body: object = UNSET,
        content_type: str | None = None,
        options: RequestOptions | None = None,
    ) -> SyncPage:
        """Fetch the first page of a list; for generated methods."""
        arguments = Arguments(
            path, query, headers, cookies, body, content_type, options
        )

        def fetch(request: PageRequest) -> PageAnswer[Any]:
            return _page_answer(
                self.fetch(operation, _page_arguments(arguments, page_type, request))
            )

        return first_page(page_type, _pagination(operation), query, fetch)

    def fetch(self, operation: Operation[Any], arguments: Arguments) -> Result:
        """Make a call and return everything that came of it."""
        call, capture = self._begin(operation, arguments)
        response = self._send(call, capture.stream)
        if capture.stream:
            raise _Streaming(call, response)
        result = call.result()
        capture.response = result.response
        return result

    def _send(self, call: Call, stream: bool) -> HTTPResponse:
        """Attempts until one succeeds; with ``stream`` its body is left to be read."""
        transport = self._pool.get()
        clock = self._settings.clock
        while True:
            if wait := call.admit():
                clock.sleep(wait)
            send_token = partial(self._send_token, transport, call)
            request = call.request(apply(call.credentials, send_token))
            try:
                with call.observe(request) as attempt:
                    response = transport.send(request)
                    kept = False
                    try:
                        reader = call.received(request, response, attempt, stream)
                        kept = stream and call.has_succeeded
                        if not kept:
                            for chunk in response.body:
                                if not reader.collect(chunk):
                                    break
                            reader.end()
                    finally:
                        if not kept:
                            response.close()
            except TransportError as failure:
                pause = call.failed(request, failure)
            else:
                again = call.answered()
                if again is None:
                    return response
                pause = again
            clock.sleep(pause)

    def _send_token(
        self, transport: Transport, call: Call, token: TokenRequest
    ) -> tuple[int, bytes]:
        try:
            response = transport.send(call.token_request(token))
            try:
                return response.status, b"".join(response.body)
            finally:
                response.close()
        except TransportError as failure:
            call.fail(failure)

    def with_response(self, method: Callable[P, T]) -> Callable[P, ApiResponse[T]]:
        """``client.with_response(client.labels.update)(…)``: the result together with
        status, headers and all else there is to know of the answer."""

        def call(*args: P.args, **kwargs: P.kwargs) -> ApiResponse[T]:
            capture = _Capture(stream=False)
            token = _capture.set(capture)
            try:
                parsed = method(*args, **kwargs)
            finally:
                _capture.reset(token)
            return capture.with_result(parsed)

        return call

    def streaming(
        self, method: Callable[P, object]
    ) -> Callable[P, AbstractContextManager[StreamedResponse]]:
        """``with client.streaming(client.files.download)(…) as response``: the answer
        before its body is read."""

        @contextmanager
        def call(*args: P.args, **kwargs: P.kwargs) -> Generator[StreamedResponse]:
            token = _capture.set(_Capture(stream=True))
            try:
                method(*args, **kwargs)
                raise TypeError(f"{method!r} does not call the API")
            except _Streaming as ready:
                call, response = ready.parts
            finally:
                _capture.reset(token)
            try:
                yield StreamedResponse(call, response)
            finally:
                response.close()

        return call

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] = _NOTHING,
        headers: Mapping[str, object] = _NOTHING,
        body: object = UNSET,
        content_type: str = "application/json",
        options: RequestOptions | None = None,
    ) -> ApiResponse[Any]:
        """Call an endpoint that is not in the document, or another URL.

        The result is the JSON value, text or bytes, by the media type of the answer.
        Credentials are only sent to the API itself.
        """
        operation, arguments = undocumented(
            method, path, query, headers, body, content_type, options
        )
        return self.fetch(operation, arguments).response

    def redirect_url(
        self,
        operation: Operation[Any],
        *,
        path: Mapping[str, object] = _NOTHING,
        query: Mapping[str, object] = _NOTHING,
        headers: Mapping[str, object] = _NOTHING,
        cookies: Mapping[str, object] = _NOTHING,
        options: RequestOptions | None = None,
    ) -> str:
        """Where an operation redirects to; for generated methods."""
        arguments = Arguments(path, query, headers, cookies, options=options)
        return location(self.fetch(operation, arguments))

    def redirect_content(
        self,
        operation: Operation[Any],
        *,
        path: Mapping[str, object] = _NOTHING,
        query: Mapping[str, object] = _NOTHING,
        headers: Mapping[str, object] = _NOTHING,
        cookies: Mapping[str, object] = _NOTHING,
        options: RequestOptions | None = None,
    ) -> bytes:
        """What is found where an operation redirects to, fetched without credentials;
        for generated methods."""
        arguments = Arguments(path, query, headers, cookies, options=options)
        result = self.fetch(downloading(operation), arguments)
        for _ in range(_MAX_REDIRECTS):
            if not is_redirect(result):
                return cast("bytes", result.response.parsed)
            result = self.fetch(*following(operation, result, arguments.options))
        raise too_many_redirects(result)


class AsyncAPIClient(_BaseClient[AsyncTransport]):
    """A client whose methods are coroutines; for asyncio."""

    def _open(self) -> AsyncTransport:
        if self._settings.transport is not None:
            return cast("AsyncTransport", self._settings.transport)
        from .transport import open_async_transport

        return open_async_transport(self._settings)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections. Later calls raise :class:`ClientClosedError`."""
        if self._owns_pool and (transport := self._pool.close()) is not None:
            await transport.close()

    async def call(
        self,
        operation: Operation[T],
        *,
        path: Mapping[str, object] = _NOTHING,
        query: Mapping[str, object] = _NOTHING,
        headers: Mapping[str, object] = _NOTHING,
        cookies: Mapping[str, object] = _NOTHING,
        body: object = UNSET,
        content_type: str | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Make a call; for generated methods."""
        arguments = Arguments(
            path, query, headers, cookies, body, content_type, options
        )
        return cast("T", (await self.fetch(operation, arguments)).response.parsed)

    def pager(
        self,
        operation: Operation[Any],
        page_type: type[AsynchronousPage],
        *,
        path: Mapping[str, object] = _NOTHING,
        query: Mapping[str, object] = _NOTHING,
        headers: Mapping[str, object] = _NOTHING,
        cookies: Mapping[str, object] = _NOTHING,
        body: object = UNSET,
        content_type: str | None = None,
        options: RequestOptions | None = None,
    ) -> AsyncPager[AsynchronousPage, Any]:
        """A list whose pages are fetched when asked for; for generated methods."""
        arguments = Arguments(
            path, query, headers, cookies, body, content_type, options
        )

        async def fetch(request: PageRequest) -> PageAnswer[Any]:
            return _page_answer(
                await self.fetch(
                    operation, _page_arguments(arguments, page_type, request)
                )
            )

        return AsyncPager(
            lambda: first_async_page(page_type, _pagination(operation), query, fetch)
        )

    async def fetch(self, operation: Operation[Any], arguments: Arguments) -> Result:
        """Make a call and return everything that came of it."""
        call, capture = self._begin(operation, arguments)
        response = await self._send(call, capture.stream)
        if capture.stream:
            raise _Streaming(call, response)
        result = call.result()
        capture.response = result.response
        return result

    async def _send(self, call: Call, stream: bool) -> AsyncHTTPResponse:
        """Attempts until one succeeds; with ``stream`` its body is left to be read."""
        import asyncio

        transport = self._pool.get(asyncio.get_running_loop())
        clock = self._settings.clock
        while True:
            if wait := call.admit():
                await clock.sleep_async(wait)
            send_token = partial(self._send_token, transport, call)
            request = call.request(await apply_async(call.credentials, send_token))
            try:
                with call.observe(request) as attempt:
                    response = await transport.send(request)
                    kept = False
                    try:
                        reader = call.received(request, response, attempt, stream)
                        kept = stream and call.has_succeeded
                        if not kept:
                            async for chunk in response.body:
                                if not reader.collect(chunk):
                                    break
                            reader.end()
                    finally:
                        if not kept:
                            await response.close()
            except TransportError as failure:
                pause = call.failed(request, failure)
            else:
                again = call.answered()
                if again is None:
                    return response
                pause = again
            await clock.sleep_async(pause)

    async def _send_token(
        self, transport: AsyncTransport, call: Call, token: TokenRequest
    ) -> tuple[int, bytes]:
        try:
            response = await transport.send(call.token_request(token))
            try:
                return response.status, b"".join(
                    [chunk async for chunk in response.body]
                )
            finally:
                await response.close()
        except TransportError as failure:
            call.fail(failure)

    def with_response(
        self, method: Callable[P, Awaitable[T]]
    ) -> Callable[P, Awaitable[ApiResponse[T]]]:
        """``await client.with_response(client.labels.update)(…)``: the result together with
        status, headers and all else there is to know of the answer."""

        async def call(*args: P.args, **kwargs: P.kwargs) -> ApiResponse[T]:
            capture = _Capture(stream=False)
            token = _capture.set(capture)
            try:
                parsed = await method(*args, **kwargs)
            finally:
                _capture.reset(token)
            return capture.with_result(parsed)

        return call

    def streaming(
        self, method: Callable[P, Awaitable[object]]
    ) -> Callable[P, AbstractAsyncContextManager[AsyncStreamedResponse]]:
        """``async with client.streaming(client.files.download)(…) as response``: the answer
        before its body is read."""

        @asynccontextmanager
        async def call(
            *args: P.args, **kwargs: P.kwargs
        ) -> AsyncGenerator[AsyncStreamedResponse]:
            token = _capture.set(_Capture(stream=True))
            try:
                await method(*args, **kwargs)
                raise TypeError(f"{method!r} does not call the API")
            except _Streaming as ready:
                call, response = ready.parts
            finally:
                _capture.reset(token)
            try:
                yield AsyncStreamedResponse(call, response)
            finally:
                await response.close()

        return call

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] = _NOTHING,
        headers: Mapping[str, object] = _NOTHING,
        body: object = UNSET,
        content_type: str = "application/json",
        options: RequestOptions | None = None,
    ) -> ApiResponse[Any]:
        """Call an endpoint that is not in the document, or another URL.

        The result is the JSON value, text or bytes, by the media type of the answer.
        Credentials are only sent to the API itself.
        """
        operation, arguments = undocumented(
            method, path, query, headers, body, content_type, options
        )
        return (await self.fetch(operation, arguments)).response

    async def redirect_url(
        self,
        operation: Operation[Any],
        *,
        path: Mapping[str, object] = _NOTHING,
        query: Mapping[str, object] = _NOTHING,
        headers: Mapping[str, object] = _NOTHING,
        cookies: Mapping[str, object] = _NOTHING,
        options: RequestOptions | None = None,
    ) -> str:
        """Where an operation redirects to; for generated methods."""
        arguments = Arguments(path, query, headers, cookies, options=options)
        return location(await self.fetch(operation, arguments))

    async def redirect_content(
        self,
        operation: Operation[Any],
        *,
        path: Mapping[str, object] = _NOTHING,
        query: Mapping[str, object] = _NOTHING,
        headers: Mapping[str, object] = _NOTHING,
        cookies: Mapping[str, object] = _NOTHING,
        options: RequestOptions | None = None,
    ) -> bytes:
        """What is found where an operation redirects to, fetched without credentials;
        for generated methods."""
        arguments = Arguments(path, query, headers, cookies, options=options)
        result = await self.fetch(downloading(operation), arguments)
        for _ in range(_MAX_REDIRECTS):
            if not is_redirect(result):
                return cast("bytes", result.response.parsed)
            result = await self.fetch(*following(operation, result, arguments.options))
        raise too_many_redirects(result)
