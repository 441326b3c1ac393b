"""OAuth 2 client credentials: a token for a client id and secret."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast
from urllib.parse import quote_plus, urlencode

from ..errors import ArgumentError
from .credentials import (
    Additions,
    AsyncSend,
    Masked,
    Send,
    TokenRequest,
    can_be_sent,
    from_environment,
)

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
        self._lock = threading.Lock()
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
        if used is None or _bearer(token.text).headers[0] in used.headers:
            self._token = None
        return True

    def apply(self, scopes: tuple[str, ...], send: Send) -> Additions:
        token = self._fresh()
        if token is None:
            with self._lock:
                token = self._fresh()
                if token is None:
                    start = self._clock()
                    token = self._keep(start, *send(self._request()))
        return _bearer(token.text)

    async def apply_async(self, scopes: tuple[str, ...], send: AsyncSend) -> Additions:
        token = self._fresh()
        if token is None:
            async with self._loop_lock():
                token = self._fresh()
                if token is None:
                    start = self._clock()
                    token = self._keep(start, *await send(self._request()))
        return _bearer(token.text)

    def _fresh(self) -> _Token | None:
        token = self._token
        return token if token is not None and self._clock() < token.expires else None

    def _loop_lock(self) -> Any:
        import asyncio

        loop = asyncio.get_running_loop()
        if self._async_lock is None or self._async_lock[0] is not loop:
            self._async_lock = loop, asyncio.Lock()
        return self._async_lock[1]

    def _request(self) -> TokenRequest:
        name, secret = self._client or ("", "")
        form = {"grant_type": "client_credentials"}
        if self._scopes:
            form["scope"] = " ".join(self._scopes)
        headers = [
            ("Accept", "application/json"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ]
        if self._in_body:
            form.update(client_id=name, client_secret=secret)
        else:
            encoded = b64encode(f"{quote_plus(name)}:{quote_plus(secret)}".encode())
            headers.append(("Authorization", Masked(f"Basic {encoded.decode()}")))
        content = urlencode(form).encode("ascii")
        return TokenRequest(self._token_url, tuple(headers), content)

    def _keep(self, start: float, status: int, body: bytes) -> _Token:
        token = _read_token(status, body, start, self._margin)
        if isinstance(token, str):
            # Some tracebacks show local variables.
            del body
            place = self._token_url.partition("?")[0]
            raise ArgumentError(f"{self.argument}: {place} gave no token: {token}")
        self._token = token
        return token


def _read_token(status: int, body: bytes, start: float, margin: float) -> _Token | str:
    """A token, or why there is none: of the answer, that holds nothing but the status
    and OAuth's own error codes."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    members = cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}
    text = members.get("access_token")
    if not 200 <= status <= 299 or not isinstance(text, str) or not text:
        code = members.get("error")
        return f"status {status}" + (f", {code}" if code in _ERROR_CODES else "")
    if not can_be_sent(text):
        return "what it gave cannot be sent"
    seconds = _seconds(members.get("expires_in"))
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


def _bearer(text: str) -> Additions:
    return Additions(headers=(("Authorization", Masked(f"Bearer {text}")),))


def _seconds(lifetime: object) -> float:
    if isinstance(lifetime, str) and lifetime.isascii() and lifetime.isdigit():
        lifetime = int(lifetime[:12])
    if isinstance(lifetime, (int, float)) and 0 <= lifetime < float("inf"):
        return float(lifetime)
    return 300.0
