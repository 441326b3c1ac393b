"""Webhooks that are signed: is an event really from the API.

Comes in: the raw body and the headers of a request that the receiver got, and the
secrets it shares with the API. Goes out: the event, or a
:class:`WebhookSignatureError`. Signatures are HMAC-SHA256.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ..errors import ArgumentError, WebhookSignatureError
from .webhooks import Event_co, EventHeaders, WebhookReceiver, header_value, raw_body

Secrets: TypeAlias = str | bytes | Sequence[str | bytes]
"""One secret, or several of which any may have signed: while they are rotated."""

ReadHeader: TypeAlias = Callable[[EventHeaders], list[str]]
"""What a header holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSignature:
    """How events are signed."""

    signatures: ReadHeader
    """One for each secret, of which any is enough."""
    encoding: Callable[[bytes, str], bool]
    """Whether a text is how a signature is written."""
    payload: str
    """What is signed, with ``{body}`` in it."""
    # {% if needs.signature_values %}
    values: Mapping[str, ReadHeader]
    """What else stands in braces in the payload."""
    # {% endif %}
    # {% if needs.signature_keys_base64 %}
    key_encoding: Literal["text", "base64"] = "text"
    """``base64``: of the key, perhaps after a prefix that ends with ``_``."""
    # {% endif %}
    # {% if needs.signature_times %}
    tolerance: int = 300
    """How many seconds the timestamp may be off, into the past and into the future."""
    # {% endif %}


# --- What headers hold ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeaderParts:
    """Of a header such as ``t=1700000000,v1=<hex>,v1=<hex>``, what is after one key.
    Other parts are for other versions of the scheme."""

    header: str
    key: str

    def __call__(self, headers: EventHeaders) -> list[str]:
        parts = [each.strip() for each in _value(headers, self.header).split(",")]
        if not all("=" in part for part in parts):
            raise WebhookSignatureError(f"the header {self.header} is malformed")
        return _after(self.key, parts, self.header)


@dataclass(frozen=True, slots=True)
class HeaderWords:
    """Of a header such as ``sha256=<hex>`` or ``v1,<base64> v1,<base64>``, what is
    after the prefix."""

    header: str
    prefix: str = ""

    def __call__(self, headers: EventHeaders) -> list[str]:
        return _after(self.prefix, _value(headers, self.header).split(), self.header)


@dataclass(frozen=True, slots=True)
class WholeHeader:
    """A header that holds nothing else."""

    header: str

    def __call__(self, headers: EventHeaders) -> list[str]:
        return [_value(headers, self.header)]


def _kept(headers: Any) -> Any:
    """What can be read more than once."""
    return list(headers) if hasattr(headers, "__next__") else headers


def _value(headers: EventHeaders, name: str) -> str:
    value = header_value(headers, name)
    if value is None:
        raise WebhookSignatureError(f"there is no header {name}")
    return value


def _after(prefix: str, parts: list[str], header: str) -> list[str]:
    found = [each.removeprefix(prefix) for each in parts if each.startswith(prefix)]
    if not found:
        raise WebhookSignatureError(f"the header {header} has no {prefix}…")
    return found


# --- How signatures are written ------------------------------------------------------


def in_hex(digest: bytes, text: str) -> bool:
    return hmac.compare_digest(digest.hex().encode(), _bytes(text.lower()))


def in_base64(digest: bytes, text: str) -> bool:
    return hmac.compare_digest(b64encode(digest), _bytes(text))


def _bytes(text: str) -> bytes:
    """A text that is not ASCII cannot be compared in constant time."""
    return text.encode("utf-8", "surrogatepass")


# --- Receiving -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedReceiver(WebhookReceiver[Event_co]):
    """Which events there are, and how they are signed. Made by generated code."""

    signature: WebhookSignature
    environment: str
    """The environment variable that holds the secret if none is given."""

    def unwrap(
        self,
        body: bytes | str,
        headers: EventHeaders,
        *,
        secret: Secrets | None = None,
        # {% if needs.signature_times %}
        tolerance: int | None = None,
        clock: Callable[[], float] = time.time,
        # {% endif %}
        remember: Callable[[str], bool] | None = None,
    ) -> Event_co:
        """Verify an event (see :meth:`verify`) and return it."""
        headers = _kept(headers)
        self.verify(
            body,
            headers,
            secret=secret,
            # {% if needs.signature_times %}
            tolerance=tolerance,
            clock=clock,
            # {% endif %}
            remember=remember,
        )
        return self.parse(body, headers)

    def verify(
        self,
        body: bytes | str,
        headers: EventHeaders,
        *,
        secret: Secrets | None = None,
        # {% if needs.signature_times %}
        tolerance: int | None = None,
        clock: Callable[[], float] = time.time,
        # {% endif %}
        remember: Callable[[str], bool] | None = None,
    ) -> None:
        """Raise :class:`WebhookSignatureError` unless one of the secrets signed this
        # {% if needs.signature_times %}
        very body, and not longer than ``tolerance`` seconds ago or ahead.
        # {% else %}
        very body.
        # {% endif %}

        ``body`` is what came over the wire, before any parsing. ``remember`` guards
        against an event being sent twice by somebody else: it gets a text that is the
        same for both and returns whether it is new.
        """
        headers = _kept(headers)
        scheme = self.signature
        keys = self._keys(secret)
        values = {"body": raw_body(body)}
        signatures = scheme.signatures(headers)
        # {% if needs.signature_values %}
        for name, read in scheme.values.items():
            texts = read(headers)
            if len(texts) != 1:
                raise WebhookSignatureError(f"there is no single {name}")
            values[name] = _bytes(texts[0])
        # {% endif %}
        content = re.sub(
            rb"\{(\w+)\}",
            lambda name: values[name[1].decode()],
            scheme.payload.encode(),
        )
        digests = [hmac.digest(key, content, "sha256") for key in keys]
        # All are compared, whichever is the one.
        found = [scheme.encoding(each, s) for each in digests for s in signatures]
        if not any(found):
            raise WebhookSignatureError("no signature is of any of the secrets")
        # {% if needs.signature_times %}
        if "timestamp" in values:
            allowed = scheme.tolerance if tolerance is None else tolerance
            _check_time(values["timestamp"], int(clock()), allowed)
        # {% endif %}
        # Not a signature: there may be several, of which any is enough.
        if remember is not None and not remember(hashlib.sha256(content).hexdigest()):
            raise WebhookSignatureError("this event was received before")

    def _keys(self, secret: Any) -> list[bytes]:
        if secret is None:
            secret = os.environ.get(self.environment)
        is_one = isinstance(secret, (str, bytes, bytearray))
        try:
            several = [secret] if is_one else list(secret or ())
            keys = [_key(each) for each in several]
            # {% if needs.signature_keys_base64 %}
            if self.signature.key_encoding == "base64":
                keys = [
                    b64decode(key.rpartition(b"_")[2], validate=True) for key in keys
                ]
            # {% endif %}
        except (TypeError, ValueError):
            keys = []
        if not keys or not all(keys):
            raise ArgumentError(
                f"secret (or {self.environment}): a webhook secret is needed, as str "
                # {% if needs.signature_keys_base64 %}
                f"or bytes ({self.signature.key_encoding}), or several"
                # {% else %}
                "or bytes, or several"
                # {% endif %}
            )
        return keys


def _key(secret: Any) -> bytes:
    return secret.encode() if isinstance(secret, str) else bytes(memoryview(secret))


def _check_time(text: bytes, now: int, tolerance: int) -> None:
    if not re.fullmatch(b"[0-9]{1,15}", text):
        raise WebhookSignatureError("it was signed at no time")
    age = now - int(text)
    if abs(age) > tolerance:
        when = "ago" if age > 0 else "in the future"
        raise WebhookSignatureError(f"it was signed {abs(age)} seconds {when}")
