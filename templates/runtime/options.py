"""Options of a client and of a single call, as the types of keyword arguments."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias, TypedDict, cast

from ..errors import ArgumentError
from .http import (
    AsyncHTTPResponse,
    AsyncTransport,
    HTTPRequest,
    HTTPResponse,
    Timeout,
    Transport,
)
from .operations import RateClass
from .retries import Clock

TimeoutOption: TypeAlias = float | Timeout | None
"""A number is the total time of a call; ``None`` is no limit at all."""


class RequestOptions(TypedDict, total=False):
    """Per-call options: the value of a method's ``request_options``."""

    timeout: TimeoutOption
    max_retries: int
    headers: Mapping[str, str]
    """Added to the request; they win over the method's own."""
    query: Mapping[str, Any]
    """Added to the query."""
    body: Mapping[str, Any]
    """Members added to a body that is a JSON object."""
    idempotency_key: str
    """Instead of a key made for this call."""


class Limiter(Protocol):
    """Says how long a request has to wait; see ``ratelimit.RateLimiter``.

    It may have a method ``release(method, documented, moment)``, called where a wait is
    interrupted (a task is cancelled) that would have ended at ``moment``.
    """

    def reserve(
        self,
        method: str,
        documented: Sequence[RateClass],
        now: float,
        longest: float,
        /,
    ) -> float:
        """The seconds. Where they are more than ``longest``, the request is refused and
        must count for nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions called around each attempt, with its number from 1. They run in the
    thread or task of the call; what they raise ends it. No coroutine functions."""

    request: Callable[[HTTPRequest, int], object] | None = None
    """May change the headers, credentials included; only those of a trace come later."""
    response: (
        Callable[[HTTPRequest, HTTPResponse | AsyncHTTPResponse, int], object] | None
    ) = None
    """Before the body is read."""
    failure: Callable[[HTTPRequest, Exception, int], object] | None = None


class CopyOptions(TypedDict, total=False):
    """What copies of a client may do differently: ``client.with_options(…)``."""

    timeout: TimeoutOption
    max_retries: int
    """Attempts after the first one; 2."""
    max_retry_after: float
    """The longest wait the API may ask for; 60 seconds. Above: no further attempt."""
    strict: bool
    """Raise :class:`DeviationError` for answers that contradict the document."""
    headers: Mapping[str, str]
    """Added to every request."""
    max_response_bytes: int
    """Of a decompressed body; 100 MB."""
    hooks: Hooks
    limiter: Limiter | None
    """Slows calls down before the API says 429."""


class ClientOptions(CopyOptions, total=False):
    """Options of a client."""

    transport: Transport | AsyncTransport | None
    """Sends the requests in place of httpx2."""
    http_client: object
    """A ``httpx2.Client`` (``httpx2.AsyncClient``) to send with; not closed."""
    proxy: str | None
    verify: bool | str | ssl.SSLContext
    """Whether, or against which file or context, certificates are checked."""
    http2: bool
    """Needs ``httpx2[http2]``."""
    trust_env: bool
    """Whether ``HTTPS_PROXY``, ``NO_PROXY`` and ``SSL_CERT_FILE`` count; ``True``."""
    clock: Clock
    """Time, sleep and chance, for tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of a client with their defaults."""

    timeout: TimeoutOption = field(default_factory=Timeout)
    max_retries: int = 2
    max_retry_after: float = 60.0
    strict: bool = False
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    max_response_bytes: int = 100_000_000
    hooks: Hooks = field(default_factory=Hooks)
    limiter: Limiter | None = None
    transport: Transport | AsyncTransport | None = None
    http_client: object = None
    proxy: str | None = field(default=None, repr=False)
    verify: bool | str | ssl.SSLContext = True
    http2: bool = False
    trust_env: bool = True
    clock: Clock = field(default_factory=Clock)


def check_options(
    owner: str,
    options: Mapping[str, object],
    known: Iterable[str],
    error: type[Exception] = ArgumentError,
) -> None:
    """Refuse options that ``owner`` does not have, or not with such a value."""
    known = dict.fromkeys(known)
    if unknown := sorted(options.keys() - known):
        raise error(
            f"{owner} has no {', '.join(map(repr, unknown))}; it has "
            f"{', '.join(known)}"
        )
    for name, (fits, wanted) in _WANTED.items():
        if name in options and not fits(options[name]):
            raise ArgumentError(f"{owner}: {name} must be {wanted}")


def _holds_texts(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    pairs = cast("Mapping[object, object]", value).items()
    return all(isinstance(each, str) for pair in pairs for each in pair)


_WANTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "max_retries": (
        lambda value: isinstance(value, int) and value >= 0,
        "a whole number, 0 or more",
    ),
    "max_retry_after": (
        lambda value: isinstance(value, (int, float)) and value >= 0,
        "a number of seconds",
    ),
    "max_response_bytes": (
        lambda value: isinstance(value, int) and value >= 0,
        "a number of bytes",
    ),
    "headers": (_holds_texts, "a mapping of texts"),
    "query": (lambda value: isinstance(value, Mapping), "a mapping"),
    "hooks": (lambda value: isinstance(value, Hooks), "Hooks(…)"),
    "limiter": (
        lambda value: value is None or hasattr(value, "reserve"),
        "a limiter, which has a method reserve",
    ),
}


def request_options(options: RequestOptions | None) -> RequestOptions:
    """Options of a call that can be relied on."""
    options = options or {}
    check_options("request_options", options, RequestOptions.__annotations__)
    return options


def timeout_of(option: TimeoutOption) -> Timeout:
    if isinstance(option, Timeout):
        return option
    if option is None:
        return Timeout(None, None, None, None, None)
    return replace(Timeout(), total=option)
