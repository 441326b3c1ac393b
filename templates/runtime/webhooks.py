"""Webhooks: is an event really from the API, and what is in it.

Comes in: the raw body and the headers of a request that the receiver got, and the
secrets it shares with the API. Goes out: the event as the model the document has for
it; one that the document does not know is an :class:`UnknownEvent` and never an error.
Works without a client and without any web framework.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar, cast

from ..errors import ArgumentError, WebhookSignatureError
from .codec import TooDeep, decode
from .responses import point

Event_co = TypeVar("Event_co", covariant=True)

Secrets: TypeAlias = str | bytes | Sequence[str | bytes]
"""One secret, or several of which any may have signed: while they are rotated."""


class HeaderItems(Protocol):
    """The headers of any web framework, and any mapping of texts."""

    def items(self) -> Iterable[tuple[str, str]]: ...


Headers: TypeAlias = (
    HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]
)
"""Also as pairs, of texts or (ASGI) of bytes."""


@dataclass(frozen=True, slots=True)
class WebhookSignature:
    """HMAC-SHA256 of ``payload``, in a header: ``t=1700000000,v1=<hex>,v1=<hex>`` or
    ``sha256=<hex>`` or ``v1,<base64> v1,<base64>``, one for each secret."""

    header: str
    _: KW_ONLY
    prefix: str = ""
    """What stands before each signature: ``v1=``."""
    encoding: Literal["hex", "base64"] = "hex"
    payload: str = "{body}"
    """What is signed, with ``{body}``, ``{timestamp}`` and ``{id}`` in it. Without a
    timestamp, a signature proves nothing about when the event was sent."""
    timestamp: str | None = None
    """What stands before the Unix time, if it is in the same header: ``t=``. Its parts
    are separated by commas then, else by blanks."""
    timestamp_header: str | None = None
    id_header: str | None = None
    key_encoding: Literal["text", "base64"] = "text"
    """``base64``: of the key, perhaps after a prefix that ends with ``_``."""
    tolerance: int = 300
    """How many seconds the timestamp may be off, into the past and into the future."""


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

    signature: WebhookSignature | None = None
    """``None``: the document does not say, so that only :meth:`parse` is of use."""
    events: Mapping[str, Callable[[], Any]] = field(repr=False)
    """Name → a function that gives the type, so that no model is loaded before."""
    event_header: str | None = None
    event_pointer: str | None = None
    """Where the name is in the body. Wins over the header, which nobody signed."""
    environment: str | None = None
    """The environment variable that holds the secret if none is given."""

    def unwrap(
        self,
        body: bytes | str,
        headers: Headers,
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
        headers: Headers,
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
            raise ArgumentError(
                "nothing is known of how this API signs its events, as its document "
                "has no x-specpress-webhooks; parse reads an event unverified"
            )
        keys = self._keys(scheme, secret)
        content, moment, candidates = _signed(scheme, _raw(body), headers)
        if not _is_signed(scheme, keys, content, candidates):
            raise WebhookSignatureError("no signature is of any of the secrets")
        age = 0 if moment is None else int(clock()) - moment
        allowed = scheme.tolerance if tolerance is None else tolerance
        if moment is not None and abs(age) > allowed:
            when = "ago" if age > 0 else "in the future"
            raise WebhookSignatureError(f"it was signed {abs(age)} seconds {when}")
        # Not a signature: there may be several, of which any is enough.
        if remember is not None and not remember(hashlib.sha256(content).hexdigest()):
            raise WebhookSignatureError("this event was received before")

    def parse(self, body: bytes | str, headers: Headers | None = None) -> Event_co:
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
        if make is not None:
            try:
                read, deviations = decode(make(), data)
            except TooDeep:
                return cast("Event_co", event)
            # What is of another kind as a whole comes back as it was.
            if read is not data or all(each.path != "$" for each in deviations):
                event = read
        return cast("Event_co", event)

    def _name(self, data: Any, headers: Headers | None) -> str | None:
        if self.event_pointer is not None:
            name = point(data, self.event_pointer)
            if isinstance(name, str):
                return name
        if self.event_header is not None and headers is not None:
            return _header(headers, self.event_header)
        return None

    def _keys(self, scheme: WebhookSignature, secret: Any) -> list[bytes]:
        if secret is None and self.environment is not None:
            secret = os.environ.get(self.environment)
        is_one = isinstance(secret, (str, bytes, bytearray))
        try:
            several = [secret] if is_one else list(secret or ())
            keys = [_key(scheme, each) for each in several]
        except (TypeError, ValueError):
            keys = []
        if not keys:
            known = f" (or {self.environment})" if self.environment else ""
            raise ArgumentError(
                f"secret{known}: a webhook secret is needed ({scheme.key_encoding}, "
                "as str or bytes), or several"
            )
        return keys


def _key(scheme: WebhookSignature, secret: Any) -> bytes:
    key = secret.encode() if isinstance(secret, str) else bytes(memoryview(secret))
    if scheme.key_encoding == "base64":
        key = b64decode(key.rpartition(b"_")[2], validate=True)
    if not key:
        raise ValueError
    return key


def _raw(body: object) -> bytes:
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    raise ArgumentError(
        f"body: the raw body is needed, as it was received, not {type(body).__name__}"
    )


def _header(headers: Any, name: str) -> str | None:
    """The value of a header that must not be there twice."""
    values: list[str] = []
    try:
        for key, value in headers.items() if hasattr(headers, "items") else headers:
            if _text(key).lower() == name.lower():
                values.append(_text(value))
    except (TypeError, ValueError):
        raise ArgumentError(
            "headers: a mapping of texts, or pairs of texts or of bytes, is needed"
        ) from None
    if len(values) > 1:
        raise WebhookSignatureError(f"the header {name} is there {len(values)} times")
    return values[0] if values else None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise TypeError


def _required(headers: Headers, name: str) -> str:
    value = _header(headers, name)
    if value is None:
        raise WebhookSignatureError(f"there is no header {name}")
    return value


def _signed(
    scheme: WebhookSignature, body: bytes, headers: Headers
) -> tuple[bytes, int | None, list[str]]:
    """What was signed, when, and the signatures. Other parts of the header are for
    other versions of the scheme."""
    value = _required(headers, scheme.header)
    parts = [each.strip() for each in value.split("," if scheme.timestamp else None)]
    if scheme.timestamp and not all("=" in part for part in parts):
        raise WebhookSignatureError(f"the header {scheme.header} is malformed")
    candidates = _after(scheme.prefix, parts)
    if not candidates:
        raise WebhookSignatureError(
            f"{scheme.header} has no signature {scheme.prefix}…"
        )
    values = {"body": body}
    moment: str | None = None
    if scheme.timestamp_header:
        moment = _required(headers, scheme.timestamp_header)
    elif scheme.timestamp:
        moments = _after(scheme.timestamp, parts)
        moment = moments[0] if len(moments) == 1 else ""
    if moment is not None:
        if not re.fullmatch("[0-9]{1,15}", moment):
            name = scheme.timestamp_header or scheme.header
            raise WebhookSignatureError(f"{name} has no single timestamp")
        values["timestamp"] = moment.encode()
    if scheme.id_header:
        name = _required(headers, scheme.id_header)
        values["id"] = name.encode("utf-8", "surrogatepass")
    pieces = re.split(r"\{(\w+)\}", scheme.payload)
    content = [pieces[0].encode()]
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        content += [values[name], text.encode()]
    return b"".join(content), None if moment is None else int(moment), candidates


def _after(prefix: str, parts: Sequence[str]) -> list[str]:
    return [each.removeprefix(prefix) for each in parts if each.startswith(prefix)]


def _is_signed(
    scheme: WebhookSignature,
    keys: Sequence[bytes],
    content: bytes,
    candidates: Sequence[str],
) -> bool:
    """Whether one of the keys made one of the signatures. Compares as bytes, because a
    text that is not ASCII cannot be compared in constant time, and always all of them.
    """
    found = False
    is_hex = scheme.encoding == "hex"
    for key in keys:
        digest = hmac.digest(key, content, "sha256")
        expected = digest.hex().encode() if is_hex else b64encode(digest)
        for candidate in candidates:
            text = candidate.lower() if is_hex else candidate
            given = text.encode("utf-8", "surrogatepass")
            found |= hmac.compare_digest(expected, given)
    return found
