"""Credentials: what an API wants to see before it answers.

Comes in: what the user gave, or the environment variable that stands in for it, and the
security requirements of an operation. Goes out: what is added to one attempt
(:class:`Additions`). It is asked for again at each attempt, so that a provider can give
a newer token.

Whether a request goes to the API's own origin is the client's to know: for any other it
asks for nothing. No secret is in any ``repr`` or message.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol, TypeAlias, TypeVar
from urllib.parse import quote

from ..errors import ArgumentError
from .http import TransportError
from .operations import Security

T = TypeVar("T")

Secret: TypeAlias = str | Callable[[], str]
"""A secret, or a function that gives it whenever it is needed."""

AsyncSecret: TypeAlias = str | Callable[[], str | Awaitable[str]]
"""The same, and the function may be a coroutine function."""


class Masked(str):
    """A text that does not show in the ``repr`` of what holds it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


@dataclass(frozen=True, slots=True)
class Additions:
    """What credentials add to a request, not encoded yet."""

    headers: tuple[tuple[str, str], ...] = ()
    # {% if needs.keys_in_queries %}
    query: tuple[tuple[str, str], ...] = ()
    # {% endif %}
    # {% if needs.cookies %}
    cookies: tuple[tuple[str, str], ...] = ()
    # {% endif %}
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What of it must not show."""

    def hide(self, text: str) -> str:
        """``text`` without the secrets: some APIs repeat them in their errors."""
        for value in self.secrets:
            for secret in (value, value.rpartition(" ")[2]):
                if len(secret) > 3:
                    text = re.sub("".join(map(_in_any_spelling, secret)), "***", text)
        return text

    def __add__(self, other: Additions) -> Additions:
        return Additions(
            self.headers + other.headers,
            # {% if needs.keys_in_queries %}
            self.query + other.query,
            # {% endif %}
            # {% if needs.cookies %}
            self.cookies + other.cookies,
            # {% endif %}
            self.secrets + other.secrets,
        )


def _in_any_spelling(character: str) -> str:
    """A pattern for a character that may be percent-encoded, as in a URL."""
    if character.isascii() and character.isalnum():
        return character
    encoded = quote(character, "", errors="replace")
    return f"(?:{re.escape(character)}|(?i:{encoded}))"


class Credential(Protocol):
    """A credential of a client, given or not."""

    @property
    def argument(self) -> str:
        """The argument of the client that takes it."""
        ...

    @property
    def environment(self) -> str | None:
        """The environment variable that takes its place."""
        ...

    def is_given(self) -> bool: ...

    def apply(self, client: Any, call: Any) -> Additions:
        """What it adds to an attempt of ``call``, a :class:`.calls.Call`. ``client`` is
        for calls that it takes to know, such as for a token."""
        ...

    async def apply_async(self, client: Any, call: Any) -> Additions: ...

    def reject(self, used: Additions | None = None) -> bool:
        """The API did not accept it, or what of it was ``used``. ``True`` if another
        attempt can use something else, so that a call refused with 401 is worth
        repeating once."""
        ...


# --- Secrets that are sent as they are -----------------------------------------------


class Given:
    """A secret, where it goes, and how it is written there."""

    def __init__(
        self,
        secret: Any,
        environment: str | None,
        argument: str,
        write: Callable[[Any], Additions],
    ) -> None:
        self.argument = argument
        self.environment = environment
        # Read once: a client does not change under its user's feet.
        self._secret = secret or from_environment(environment)
        self._write = write

    def __repr__(self) -> str:
        return f"<credential {self.argument}, {'' if self.is_given() else 'not '}given>"

    def is_given(self) -> bool:
        return bool(self._secret)

    def apply(self, client: Any, call: Any) -> Additions:
        return self._additions(self._now())

    async def apply_async(self, client: Any, call: Any) -> Additions:
        return self._additions(await self._later(call))

    def reject(self, used: Additions | None = None) -> bool:
        return callable(self._secret)

    def _now(self) -> Any:
        secret = self._secret() if callable(self._secret) else self._secret
        if inspect.isawaitable(secret):
            if inspect.iscoroutine(secret):
                secret.close()
            raise ArgumentError(
                f"{self.argument}: a coroutine function needs the asynchronous client"
            )
        return secret

    async def _later(self, call: Any) -> Any:
        secret = self._secret() if callable(self._secret) else self._secret
        return await in_time(call, secret) if inspect.isawaitable(secret) else secret

    def _additions(self, secret: Any) -> Additions:
        problem: str | None = None
        try:
            additions = self._write(secret)
            if all(can_be_sent(text) for _, text in additions.headers):
                return additions
            problem = (
                "the secret has a line break or another character that cannot be sent"
            )
        except (TypeError, ValueError) as error:
            problem = str(error)
        # Some tracebacks show local variables.
        del secret
        raise ArgumentError(f"{self.argument}: {problem}")


async def in_time(call: Any, awaitable: Awaitable[T]) -> T:
    """What ``awaitable`` gives, within the time that is left of the call."""
    import asyncio

    limit = asyncio.timeout(call.timeout.total)
    try:
        async with limit:
            return await awaitable
    except TimeoutError:
        if not limit.expired():
            raise
    fail_late(call)


def fail_late(call: Any) -> NoReturn:
    message = "the total time was used up by waiting for a credential"
    fail: Callable[[TransportError], NoReturn] = call.fail
    fail(TransportError(message, kind="timeout", sent="not_sent"))


def bearer(
    secret: AsyncSecret | None,
    environment: str | None = None,
    *,
    argument: str = "token",
) -> Credential:
    """``Authorization: Bearer …``; also for tokens that were got elsewhere (OAuth 2,
    OpenID Connect)."""

    def write(secret: str) -> Additions:
        return authorization(f"Bearer {secret_text(secret)}")

    return Given(secret, environment, argument, write)


def http(
    scheme: str,
    secret: AsyncSecret | None,
    environment: str | None = None,
    *,
    argument: str = "credentials",
) -> Credential:
    """``Authorization`` with another scheme: ``secret`` is all that follows its
    name."""

    def write(secret: str) -> Additions:
        return authorization(f"{scheme} {secret_text(secret)}")

    return Given(secret, environment, argument, write)


# --- Requirements --------------------------------------------------------------------


def choose(
    security: Security, credentials: Mapping[str, Credential]
) -> tuple[Credential, ...]:
    """The credentials that an operation is called with: the first alternative of which
    all are given, else none where the document allows that."""
    for alternative in security:
        chosen = [credentials.get(scheme) for scheme in alternative]
        given = tuple(each for each in chosen if each is not None and each.is_given())
        if given and len(given) == len(alternative):
            return given
    if not security or () in security:
        return ()
    ways = [
        " and ".join(_naming(scheme, credentials.get(scheme)) for scheme in way)
        for way in security
    ]
    raise ArgumentError(f"this call needs {', or '.join(ways)}")


def _naming(scheme: str, credential: Credential | None) -> str:
    if credential is None:
        return f"credentials for {scheme}, which this client does not know"
    if credential.environment is None:
        return f"the argument {credential.argument} of the client"
    return (
        f"the argument {credential.argument} of the client "
        f"(or the environment variable {credential.environment})"
    )


def from_environment(name: str | None) -> str | None:
    return os.environ.get(name) or None if name is not None else None


def secret_text(secret: object) -> str:
    if not isinstance(secret, str):
        raise TypeError(f"a text is needed, not {type(secret).__name__}")
    if not secret:
        raise ValueError("the function gave an empty text")
    if secret != secret.strip():
        raise ValueError("the secret begins or ends with a blank or a line break")
    return secret


def can_be_sent(text: str) -> bool:
    return text.isascii() and text.isprintable()


def authorization(text: str) -> Additions:
    return Additions((("Authorization", Masked(text)),), secrets=(text,))
