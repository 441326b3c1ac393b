"""What both clients have in common: options, copies, the connections behind them."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cached_property
from typing import Any, Generic, Self, TypeVar, Unpack

from .. import errors
from .calls import Call, Result
from .credentials import Credential
from .http import AsyncTransport, Transport
from .operations import API, Operation
from .options import ClientOptions, CopyOptions, Settings, check_options
from .responses import ApiResponse
from .retries import RetryBudget
from .targets import Arguments, Target, checked_server

T = TypeVar("T")
AnyTransport = TypeVar("AnyTransport", Transport, AsyncTransport)


class Capture:
    """What ``with_response`` and ``streaming`` want of the next call."""

    def __init__(self, stream: bool) -> None:
        self.stream = stream
        self.taken = False
        self.response: ApiResponse[Any] | None = None

    @contextmanager
    def waiting(self) -> Generator[None]:
        """Let the next call find it."""
        token = capturing.set(self)
        try:
            yield
        finally:
            capturing.reset(token)

    def take(self) -> Self | None:
        """For the first call alone. Others are a credential's, a hook's, or those of
        tasks beside it."""
        taken, self.taken = self.taken, True
        return None if taken else self

    def with_result(self, parsed: T) -> ApiResponse[T]:
        if self.response is None:
            raise TypeError("only methods that call the API have a response")
        return replace(self.response, parsed=parsed)


capturing: ContextVar[Capture | None] = ContextVar("capture", default=None)


class Streaming(Exception):
    """Carries an answer whose body is not read past the method that asked for it."""

    def __init__(self, call: Call, response: Any) -> None:
        super().__init__()
        self.parts = call, response


class Pool(Generic[AnyTransport]):
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
            if self.closed:
                raise errors.ClientClosedError("this client was closed")
            if self._loop is not loop and self._can_remake:
                self._transport = None
            if self._transport is None:
                self._transport = self._make()
                self._loop = loop
            return self._transport

    def close(self, loop: object = None) -> AnyTransport | None:
        """The transport to close, if it was ever made, and is this process's and this
        event loop's: connections of a loop that is closed cannot be."""
        self.closed = True
        if self._process != os.getpid():
            return None
        with self._lock:
            transport, self._transport = self._transport, None
        return transport if self._loop is loop else None


class BaseClient(Generic[AnyTransport]):
    """What both clients are made of and have in common."""

    def __init__(
        self,
        api: API,
        *,
        credentials: Mapping[str, Credential] | None = None,
        base_url: str | None = None,
        # {% if needs.variables %}
        variables: Mapping[str, str] | None = None,
        # {% endif %}
        **options: Unpack[ClientOptions],
    ) -> None:
        # {% if needs.variables %}
        # ``variables`` fill the braces of the document's server URLs.
        # {% endif %}
        logger = logging.getLogger(api.package)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
        own: Mapping[str, object] = type(self).__init__.__kwdefaults__ or {}
        known = [*own, *ClientOptions.__annotations__]
        check_options(type(self).__name__, options, known, TypeError)
        self._settings = Settings(**options)
        self._pool: Pool[AnyTransport] = Pool(
            self._open, self._settings.http_client is None
        )
        self._owns_pool = True
        self._target = Target(
            api,
            None if base_url is None else checked_server(base_url),
            # {% if needs.variables %}
            variables or {},
            # {% endif %}
            credentials or {},
            self._pool,
        )

    def __repr__(self) -> str:
        server = self._target.server or self._target.api.server
        return f"<{type(self).__name__} {server or 'without a server'}>"

    def _open(self) -> AnyTransport:
        raise NotImplementedError

    def with_options(self, **options: Unpack[CopyOptions]) -> Self:
        """A copy with other options, over the same connections; closing it is not
        needed and does nothing. Headers are added to those there are."""
        check_options(
            type(self).__name__, options, CopyOptions.__annotations__, TypeError
        )
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

    def begin(
        self, operation: Operation[Any], arguments: Arguments
    ) -> tuple[Call, Capture | None]:
        capture = capturing.get()
        capture = capture and capture.take()
        try:
            stream = capture is not None and capture.stream
            call = Call(self._target, operation, arguments, self._settings, stream)
        except errors.ArgumentError as error:
            error.method, error.path = operation.method, operation.path
            raise
        return call, capture

    def captured(self, call: Call, capture: Capture | None) -> Result:
        """The result of a call, for ``with_response`` too. Of a call that is
        redirected, what is found there is the answer."""
        result = call.result()
        if capture is not None:
            capture.response = result.response
            capture.taken = not call.is_redirect
        return result
