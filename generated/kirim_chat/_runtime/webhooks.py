"""Webhooks: is an event really from the API, and what is in it.

Comes in: the raw body and the headers of a request that the receiver got, and the
secrets it shares with the API. Goes out: the event as the model the document has for
it; one that the document does not know is an :class:`UnknownEvent` and never an error.
Works without a client and without any web framework.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

from ..errors import ArgumentError, WebhookSignatureError
from .codec import decode
from .responses import point

Event_co = TypeVar("Event_co", covariant=True)

Secrets: TypeAlias = str | bytes | Sequence[str | bytes]
"""One secret, or several of which any may have signed: while they are rotated."""


class HeaderItems(Protocol):
    """The headers of any web framework, and any mapping of texts."""

    def items(self) -> Iterable[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True)
class TimestampedSignature:
    """``t=1700000000,v1=<hex>,v1=<hex>``: HMAC-SHA256 over ``<t>.<raw body>``."""

    header: str
    timestamp: str = "t"
    """Key of the Unix time in the header."""
    signature: str = "v1"
    """Key of a signature; there is one for each secret."""
    tolerance: int = 300
    """How many seconds the timestamp may be off, into the past and into the future."""


@dataclass(frozen=True, slots=True)
class PlainSignature:
    """``sha256=<hex>``, or without the prefix: HMAC-SHA256 over the raw body. It proves
    nothing about when the event was sent."""

    header: str
    prefix: str = ""


Signature: TypeAlias = TimestampedSignature | PlainSignature


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """An event that this version of the package has no model for."""

    name: str | None
    """What the API calls it, if it says so."""
    data: Any = field(repr=False)
    """Its JSON value; its text if it is not JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReceiver(Generic[Event_co]):
    """How an API signs its events, and which there are. Made by generated code."""

    signature: Signature | None = None
    """``None``: the document does not say, so that only :meth:`parse` is of use."""
    events: Mapping[str, Callable[[], Any]]
    """Name → a function that gives the type, so that no model is loaded before."""
    event_header: str | None = None
    event_pointer: str | None = None
    """Where the name is in the body. Wins over the header, which nobody signed."""
    environment: str | None = None
    """The environment variable that holds the secret if none is given."""

    def unwrap(
        self,
        body: bytes | str,
        headers: HeaderItems,
        *,
        secret: Secrets | None = None,
        tolerance: int | None = None,
        clock: Callable[[], float] = time.time,
        remember: Callable[[str], bool] | None = None,
    ) -> Event_co:
        """Verify an event (see :meth:`verify`) and return it."""
        self.verify(
            body,
            headers,
            secret=secret,
            tolerance=tolerance,
            clock=clock,
            remember=remember,
        )
        event: Event_co = self.parse(body, headers)
        return event

    def verify(
        self,
        body: bytes | str,
        headers: HeaderItems,
        *,
        secret: Secrets | None = None,
        tolerance: int | None = None,
        clock: Callable[[], float] = time.time,
        remember: Callable[[str], bool] | None = None,
    ) -> None:
        """Raise :class:`WebhookSignatureError` unless one of the secrets signed this
        very body, and not longer than ``tolerance`` seconds ago or ahead.

        ``body`` is what came over the wire, before any parsing. ``remember`` guards
        against an event being sent twice by somebody else: it gets a text that is the
        same for both and returns whether it is new.
        """
        scheme = self.signature
        if scheme is None:
            raise ArgumentError("nothing is known of how this API signs its events")
        keys = self._keys(secret)
        content = _raw(body)
        value = _header(headers, scheme.header)
        if value is None:
            raise WebhookSignatureError(f"there is no header {scheme.header}")
        age = allowed = 0
        if isinstance(scheme, TimestampedSignature):
            moment, candidates = _timestamped(scheme, value)
            content = moment.encode() + b"." + content
            age = int(clock()) - int(moment)
            allowed = scheme.tolerance if tolerance is None else tolerance
        else:
            candidates = _plain(scheme, value)
        digest = _matching(keys, content, candidates)
        if digest is None:
            raise WebhookSignatureError("no signature is of any of the secrets")
        if abs(age) > allowed:
            when = "ago" if age > 0 else "in the future"
            raise WebhookSignatureError(f"it was signed {abs(age)} seconds {when}")
        if remember is not None and not remember(digest):
            raise WebhookSignatureError("this event was received before")

    def parse(self, body: bytes | str, headers: HeaderItems | None = None) -> Event_co:
        """Read an event *without* verifying it: for tests, and for events whose
        signature was checked elsewhere."""
        content = _raw(body)
        try:
            data: Any = json.loads(content)
        except (ValueError, RecursionError):
            unknown: Any = UnknownEvent(None, content.decode("utf-8", "replace"))
            return cast("Event_co", unknown)
        name = self._name(data, headers)
        event: Any = UnknownEvent(name, data)
        make = self.events.get(name) if name is not None else None
        if make is not None and isinstance(data, dict):
            event, _ = decode(make(), data)
        return cast("Event_co", event)

    def _name(self, data: Any, headers: HeaderItems | None) -> str | None:
        if self.event_pointer is not None:
            name = point(data, self.event_pointer)
            if isinstance(name, str):
                return name
        if self.event_header is not None and headers is not None:
            return _header(headers, self.event_header)
        return None

    def _keys(self, secret: Secrets | None) -> list[bytes]:
        if secret is None and self.environment is not None:
            secret = os.environ.get(self.environment)
        several = [secret] if isinstance(secret, (str, bytes)) else list(secret or ())
        keys = [key.encode() if isinstance(key, str) else key for key in several]
        if not keys or not all(keys):
            known = f" (or {self.environment})" if self.environment else ""
            raise ArgumentError(f"secret{known}: a webhook secret is needed")
        return keys


def _raw(body: object) -> bytes:
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    raise ArgumentError(
        f"body: the raw body is needed, as it was received, not {type(body).__name__}"
    )


def _header(headers: HeaderItems, name: str) -> str | None:
    """The value of a header that must not be there twice."""
    values = [value for key, value in headers.items() if key.lower() == name.lower()]
    if len(values) > 1:
        raise WebhookSignatureError(f"the header {name} is there {len(values)} times")
    return values[0] if values else None


def _timestamped(scheme: TimestampedSignature, value: str) -> tuple[str, list[str]]:
    """The timestamp as it was written, which is what was signed, and the signatures.
    Keys that are not ours are for other versions of the scheme."""
    moments: list[str] = []
    candidates: list[str] = []
    for part in value.split(","):
        key, equals, text = part.strip().partition("=")
        if not equals:
            raise WebhookSignatureError(f"the header {scheme.header} is malformed")
        if key == scheme.timestamp:
            moments.append(text)
        elif key == scheme.signature:
            candidates.append(text)
    if len(moments) != 1 or not re.fullmatch("[0-9]{1,15}", moments[0]):
        raise WebhookSignatureError(f"{scheme.header} has no single timestamp")
    if not candidates:
        raise WebhookSignatureError(f"{scheme.header} has no {scheme.signature}")
    return moments[0], candidates


def _plain(scheme: PlainSignature, value: str) -> list[str]:
    value = value.strip()
    if not value.startswith(scheme.prefix):
        raise WebhookSignatureError(f"{scheme.header} has no {scheme.prefix}")
    return [value.removeprefix(scheme.prefix)]


def _matching(
    keys: Sequence[bytes], content: bytes, candidates: Sequence[str]
) -> str | None:
    """The signature that one of the keys made. Compares as bytes, because a text that
    is not ASCII cannot be compared in constant time, and always all of them."""
    found: str | None = None
    for key in keys:
        digest = hmac.digest(key, content, "sha256").hex()
        expected = digest.encode("ascii")
        for candidate in candidates:
            given = candidate.lower().encode("utf-8", "surrogatepass")
            if hmac.compare_digest(expected, given):
                found = digest
    return found
