"""OAuth 2 client credentials: a token for a client id and secret.

The token is fetched by a call of the client, within the time of the call that needs it,
without hooks, limiter and credentials.
"""

from __future__ import annotations

import os
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast
from urllib.parse import quote_plus, urlencode

from ..errors import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    ResponseDecodeError,
)
from .bodies import RequestContent
from .calls import Call
from .client import AsyncAPIClient, SyncAPIClient
from .credentials import (
    Additions,
    Credential,
    Masked,
    authorization,
    can_be_sent,
    fail_late,
    from_environment,
    in_time,
)
from .http import Kind, TransportError
from .operations import JSON, Operation
from .options import CopyOptions, Hooks
from .retries import RETRIED_STATUSES
from .targets import Arguments

ClientSecret: TypeAlias = tuple[str, str] | str
"""Client id and client secret, or a text ``id:secret``."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    expires: float
    """By the credential's clock, some time before it really does."""


class ClientCredentials:
    """Fetches a token with a client id and secret, and keeps it until shortly before it
    expires. Of many calls that need a new one at once, one fetches it."""

    def __init__(
        self,
        client: ClientSecret | None,
        token_url: str,
        environment: str | None = None,
        *,
        argument: str = "client_credentials",
        scopes: tuple[str, ...] = (),
        in_body: bool = False,
        margin: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """They go to ``token_url`` in the ``Authorization`` header, or in the form with
        ``in_body``. A token is not used in the last ``margin`` seconds of its life, of
        a short one in its second half; one that does not say when it expires is kept
        for five minutes."""
        self.argument = argument
        self.environment = environment
        self._client = _pair(client or from_environment(environment))
        self._token_url = token_url
        self._scopes = scopes
        self._in_body = in_body
        self._margin = margin
        self._clock = clock
        self._token: _Token | None = None
        # Of each process its own: in one that was forked off, the parent's may be held
        # by a thread that is not there.
        self._locks: dict[int, threading.Lock] = {}
        # An asyncio lock belongs to the loop in which it was first waited for.
        self._async_lock: tuple[object, Any] | None = None

    def __repr__(self) -> str:
        return f"<credential {self.argument}, {'' if self.is_given() else 'not '}given>"

    def is_given(self) -> bool:
        return self._client is not None

    def reject(self, used: Additions | None = None) -> bool:
        token = self._token
        # Another call may have fetched a new one meanwhile.
        if token is None:
            return True
        if used is None or f"Bearer {token.text}" in used.secrets:
            self._token = None
        return True

    def apply(self, client: SyncAPIClient, call: Call) -> Additions:
        token = self._fresh()
        if token is None:
            lock = self._locks.setdefault(os.getpid(), threading.Lock())
            total = call.timeout.total
            patience = (
                -1 if total is None else min(max(total, 0), threading.TIMEOUT_MAX)
            )
            if not lock.acquire(timeout=patience):
                fail_late(call)
            try:
                token = self._fresh()
                if token is None:
                    token = self._keep(call, self._clock(), self._ask(client, call))
            finally:
                lock.release()
        return authorization(f"Bearer {token.text}")

    async def apply_async(self, client: AsyncAPIClient, call: Call) -> Additions:
        token = self._fresh()
        if token is None:
            token = await in_time(call, self._next(client, call))
        return authorization(f"Bearer {token.text}")

    async def _next(self, client: AsyncAPIClient, call: Call) -> _Token:
        async with self._loop_lock():
            token = self._fresh()
            if token is None:
                start = self._clock()
                token = self._keep(call, start, await self._ask_async(client, call))
            return token

    def _fresh(self) -> _Token | None:
        token = self._token
        return token if token is not None and self._clock() < token.expires else None

    def _loop_lock(self) -> Any:
        import asyncio

        loop = asyncio.get_running_loop()
        if self._async_lock is None or self._async_lock[0] is not loop:
            self._async_lock = loop, asyncio.Lock()
        return self._async_lock[1]

    def _request(self, call: Call) -> tuple[Operation[Any], Arguments]:
        name, secret = self._client or ("", "")
        form = {"grant_type": "client_credentials"}
        headers: dict[str, str] = {}
        if self._scopes:
            form["scope"] = " ".join(self._scopes)
        if self._in_body:
            form.update(client_id=name, client_secret=secret)
        else:
            encoded = b64encode(f"{quote_plus(name)}:{quote_plus(secret)}".encode())
            headers["Authorization"] = Masked(f"Basic {encoded.decode()}")
        operation: Operation[Any] = Operation(
            "POST",
            "/token",
            name="token",
            server=call.server,
            body={"application/x-www-form-urlencoded": _Form(urlencode(form))},
            responses={"2XX": {"application/json": _ANY, "*/*": _ANY}},
            security=(),
            # Asking twice does no harm: the token of an answer that was lost expires.
            idempotent=True,
        )
        return operation, Arguments(
            headers=headers,
            body=None,
            options={"timeout": call.timeout},
            url=self._token_url,
        )

    def _ask(self, client: SyncAPIClient, call: Call) -> object:
        """The answer to a request for a token, or the error that came of it."""
        client = client.with_options(**_PLAIN)
        try:
            return client.fetch(*self._request(call)).response.parsed
        except _ANSWERS as error:
            return error

    async def _ask_async(self, client: AsyncAPIClient, call: Call) -> object:
        client = client.with_options(**_PLAIN)
        try:
            return (await client.fetch(*self._request(call))).response.parsed
        except _ANSWERS as error:
            return error

    def _keep(self, call: Call, start: float, answer: object) -> _Token:
        token = _read_token(_members(answer), start, self._margin)
        if token is not None:
            self._token = token
            return token
        place = self._token_url.partition("?")[0]
        message = f"{self.argument}: {place} gave no token: {_problem(answer)}"
        failure = TransportError(message, kind=_kind(answer), sent="not_sent")
        if isinstance(answer, APIConnectionError):
            failure.__cause__ = answer
        if isinstance(answer, APIError):
            failure.retry_after = answer.retry_after
        # Some tracebacks show local variables, and an answer may repeat the secret.
        del answer
        call.fail(failure)


@dataclass(frozen=True, slots=True)
class _Form:
    """The form is made before; so no ``repr`` of arguments shows it."""

    text: str = field(repr=False)

    def content(self, content_type: str, body: object) -> RequestContent:
        return RequestContent(content_type, self.text.encode("ascii"))


_ANY = JSON(lambda: Any)
_PLAIN = CopyOptions(hooks=Hooks(), limiter=None)
_ANSWERS = APIConnectionError, APIError, ResponseDecodeError


def _members(answer: object) -> Mapping[str, Any]:
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}


def _kind(answer: object) -> Kind:
    """Whose fault it is: the network's, that of a service which may recover, or of what
    the client was given."""
    if isinstance(answer, APITimeoutError):
        return "timeout"
    status = answer.status if isinstance(answer, APIError) else None
    if isinstance(answer, APIConnectionError) or status in RETRIED_STATUSES:
        return "connection"
    return "argument"


def _problem(answer: object) -> str:
    """The status, and of the answer nothing but OAuth's own error codes."""
    if isinstance(answer, APIConnectionError):
        return str(answer.args[0])
    if not isinstance(answer, (APIError, ResponseDecodeError)):
        return "no text that can be sent"
    code = _members(vars(answer).get("body")).get("error")
    return f"status {answer.status}" + (f", {code}" if code in _ERROR_CODES else "")


def _read_token(
    answer: Mapping[str, Any], start: float, margin: float
) -> _Token | None:
    text = answer.get("access_token")
    if not isinstance(text, str) or not text or not can_be_sent(text):
        return None
    seconds = _seconds(answer.get("expires_in"))
    return _Token(text, start + seconds - min(margin, seconds / 2))


_ERROR_CODES = (
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
)


def _pair(client: ClientSecret | None) -> tuple[str, str] | None:
    if isinstance(client, str):
        name, _, secret = client.partition(":")
        return name, secret
    return client


def _seconds(lifetime: object) -> float:
    if isinstance(lifetime, str) and lifetime.isascii() and lifetime.isdigit():
        lifetime = int(lifetime[:12])
    if isinstance(lifetime, (int, float)) and 0 <= lifetime < float("inf"):
        return float(min(lifetime, 1e9))
    return 300.0


def first_given(*credentials: Credential) -> Credential:
    """The first that is given; if none is, the first of all, which errors then name."""
    return next((each for each in credentials if each.is_given()), credentials[0])
