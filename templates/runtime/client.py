"""The clients: what generated methods call, and the waiting.

:class:`SyncAPIClient` and :class:`AsyncAPIClient` wait for the network, for a limit and
before another attempt; everything else about a call is decided in :mod:`.calls`. Both
can be shared: by threads, and by the tasks of one event loop. Pages and redirects are
made of calls, in modules of their own.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    closing,
    contextmanager,
)
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, Unpack, cast

from .base_client import BaseClient, Capture, Streaming
from .calls import Call, Result
from .credentials import Additions
from .http import (
    AsyncHTTPResponse,
    AsyncTransport,
    HTTPResponse,
    Transport,
    TransportError,
)
from .operations import Operation
from .options import RequestOptions
from .responses import ApiResponse
from .streams import AsyncStreamedResponse, StreamedResponse
from .targets import Arguments, CallArguments, undocumented
from .types import UNSET

T = TypeVar("T")
P = ParamSpec("P")

_NOTHING: Mapping[str, object] = {}


class SyncAPIClient(BaseClient[Transport]):
    """A client whose methods return results."""

    def _open(self) -> Transport:
        if self._settings.transport is not None:
            from .custom import CustomTransport

            return CustomTransport(cast("Transport", self._settings.transport))
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

    def call(self, operation: Operation[T], **arguments: Unpack[CallArguments]) -> T:
        """Make a call; for generated methods."""
        result = self.fetch(operation, Arguments(**arguments))
        return cast("T", result.response.parsed)

    def fetch(self, operation: Operation[Any], arguments: Arguments) -> Result:
        """Make a call and return everything that came of it."""
        call, capture = self.begin(operation, arguments)
        response = self._send(call)
        if call.is_kept:
            raise Streaming(call, response)
        return self.captured(call, capture)

    def _send(self, call: Call) -> HTTPResponse:
        """Attempts until one succeeds."""
        with call.preparing():
            transport = self._pool.get()
        clock = self._settings.clock
        while True:
            with call.admitted() as wait:
                if wait:
                    clock.sleep(wait)
            with call.preparing():
                additions = Additions()
                for credential in call.credentials:
                    additions += credential.apply(self, call)
            request = call.request(additions)
            try:
                with call.observe(request) as attempt:
                    response = transport.send(request)
                    kept = False
                    try:
                        reader = call.received(request, response, attempt)
                        kept = call.is_kept
                        if not kept:
                            reader.collect(response.body)
                    finally:
                        if not kept:
                            response.close()
            except TransportError as failure:
                pause = call.pause_after_failure(request, failure)
            else:
                again = call.pause_after_answer()
                if again is None:
                    return response
                pause = again
            clock.sleep(pause)

    def with_response(self, method: Callable[P, T]) -> Callable[P, ApiResponse[T]]:
        """``client.with_response(client.labels.update)(…)``: the result together with
        status, headers and all else there is to know of the answer."""

        def call(*args: P.args, **kwargs: P.kwargs) -> ApiResponse[T]:
            capture = Capture(stream=False)
            with capture.waiting():
                parsed = method(*args, **kwargs)
            return capture.with_result(parsed)

        return call

    def streaming(
        self, method: Callable[P, object]
    ) -> Callable[P, AbstractContextManager[StreamedResponse]]:
        """``with client.streaming(client.files.download)(…) as response``: the answer
        before its body is read."""

        @contextmanager
        def call(*args: P.args, **kwargs: P.kwargs) -> Generator[StreamedResponse]:
            try:
                with Capture(stream=True).waiting():
                    method(*args, **kwargs)
                raise TypeError(f"{method!r} has no answer to stream")
            except Streaming as ready:
                call, response = ready.parts
            with closing(StreamedResponse(call, response)) as streamed:
                yield streamed

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


class AsyncAPIClient(BaseClient[AsyncTransport]):
    """A client whose methods are coroutines; for asyncio."""

    def _open(self) -> AsyncTransport:
        if self._settings.transport is not None:
            from .custom import AsyncCustomTransport

            return AsyncCustomTransport(
                cast("AsyncTransport", self._settings.transport)
            )
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
        import asyncio

        if self._owns_pool:
            transport = self._pool.close(asyncio.get_running_loop())
            if transport is not None:
                await transport.close()

    async def call(
        self, operation: Operation[T], **arguments: Unpack[CallArguments]
    ) -> T:
        """Make a call; for generated methods."""
        result = await self.fetch(operation, Arguments(**arguments))
        return cast("T", result.response.parsed)

    async def fetch(self, operation: Operation[Any], arguments: Arguments) -> Result:
        """Make a call and return everything that came of it."""
        call, capture = self.begin(operation, arguments)
        response = await self._send(call)
        if call.is_kept:
            raise Streaming(call, response)
        return self.captured(call, capture)

    async def _send(self, call: Call) -> AsyncHTTPResponse:
        """Attempts until one succeeds."""
        import asyncio

        with call.preparing():
            transport = self._pool.get(asyncio.get_running_loop())
        clock = self._settings.clock
        while True:
            with call.admitted() as wait:
                if wait:
                    await clock.sleep_async(wait)
            with call.preparing():
                additions = Additions()
                for credential in call.credentials:
                    additions += await credential.apply_async(self, call)
            request = call.request(additions)
            try:
                with call.observe(request) as attempt:
                    response = await transport.send(request)
                    kept = False
                    try:
                        reader = call.received(request, response, attempt)
                        kept = call.is_kept
                        if not kept:
                            await reader.collect_async(response.body)
                    finally:
                        if not kept:
                            await response.close()
            except TransportError as failure:
                pause = call.pause_after_failure(request, failure)
            else:
                again = call.pause_after_answer()
                if again is None:
                    return response
                pause = again
            await clock.sleep_async(pause)

    def with_response(
        self, method: Callable[P, Awaitable[T]]
    ) -> Callable[P, Awaitable[ApiResponse[T]]]:
        """``await client.with_response(client.labels.update)(…)``: the result together
        with status, headers and all else there is to know of the answer."""

        async def call(*args: P.args, **kwargs: P.kwargs) -> ApiResponse[T]:
            capture = Capture(stream=False)
            with capture.waiting():
                parsed = await method(*args, **kwargs)
            return capture.with_result(parsed)

        return call

    def streaming(
        self, method: Callable[P, Awaitable[object]]
    ) -> Callable[P, AbstractAsyncContextManager[AsyncStreamedResponse]]:
        """``async with client.streaming(client.files.download)(…) as response``: the
        answer before its body is read."""

        @asynccontextmanager
        async def call(
            *args: P.args, **kwargs: P.kwargs
        ) -> AsyncGenerator[AsyncStreamedResponse]:
            try:
                with Capture(stream=True).waiting():
                    await method(*args, **kwargs)
                raise TypeError(f"{method!r} has no answer to stream")
            except Streaming as ready:
                call, response = ready.parts
            streamed = AsyncStreamedResponse(call, response)
            try:
                yield streamed
            finally:
                await streamed.close()

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
