"""Webhooks: what is in an event.

Comes in: the raw body and the headers of a request that the receiver got. Goes out: the
event as the model the document has for it; one that the document does not know is an
:class:`UnknownEvent` and never an error. Works without a client and without any web
framework.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NoReturn, Protocol, TypeAlias, TypeVar

from ..errors import ArgumentError, WebhookSignatureError
from .codec import TooDeep, decode
from .responses import point

Event_co = TypeVar("Event_co", covariant=True)


class HeaderItems(Protocol):
    """The headers of any web framework, and any mapping of texts."""

    def items(self) -> Iterable[tuple[str, str]]: ...


EventHeaders: TypeAlias = (
    HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]
)
"""Also as pairs, of texts or (ASGI) of bytes."""


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """An event that this version of the package has no model for."""

    name: str | None
    """What the API calls it, if it says so."""
    data: Any = field(repr=False)
    """Its JSON value; its text if it is not JSON."""


# --- What an event is called ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NameInBody:
    """The name of an event is in its body, at a JSON pointer."""

    pointer: str

    def __call__(self, data: Any, headers: EventHeaders | None) -> str | None:
        name = point(data, self.pointer)
        return name if isinstance(name, str) else None


@dataclass(frozen=True, slots=True)
class NameInHeader:
    """The name of an event is in a header, which nobody signed."""

    header: str

    def __call__(self, data: Any, headers: EventHeaders | None) -> str | None:
        return None if headers is None else header_value(headers, self.header)


# --- Receiving -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReceiver(Generic[Event_co]):
    """Which events there are, and how they are told apart. Made by generated code."""

    events: Mapping[str, Callable[[], Any]] = field(repr=False)
    """Name → a function that gives the type, so that no model is loaded before."""
    name: Callable[[Any, EventHeaders | None], str | None] | None = None
    """What an event is called, by its JSON value and its headers."""

    def parse(self, body: bytes | str, headers: EventHeaders | None = None) -> Event_co:
        """Read an event *without* verifying it: for tests, and for events whose
        signature was checked elsewhere."""
        event: Event_co = self._read(raw_body(body), headers)
        return event

    def _read(self, body: bytes, headers: EventHeaders | None) -> Any:
        try:
            data: Any = json.loads(body)
        except (ValueError, RecursionError):
            return UnknownEvent(None, body.decode("utf-8", "replace"))
        name = self.name and self.name(data, headers)
        if name is not None and name in self.events:
            try:
                event, deviations = decode(self.events[name](), data)
            except TooDeep:
                return UnknownEvent(name, data)
            # What is of another kind as a whole comes back as it was.
            if event is not data or all(each.path != "$" for each in deviations):
                return event
        return UnknownEvent(name, data)


class UnsignedReceiver(WebhookReceiver[Event_co]):
    """Of an API whose document does not say how events are signed."""

    def verify(
        self, body: bytes | str, headers: EventHeaders, **options: object
    ) -> NoReturn:
        """Raise :class:`ArgumentError`: only :meth:`parse` is of use."""
        raise ArgumentError(
            "nothing is known of how this API signs its events, as its document "
            "has no x-specpress-webhooks; parse reads an event unverified"
        )

    unwrap = verify


def raw_body(body: object) -> bytes:
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    raise ArgumentError(
        f"body: the raw body is needed, as it was received, not {type(body).__name__}"
    )


def header_value(headers: Any, name: str) -> str | None:
    """The value of a header that must not be there twice."""
    values: list[str] = []
    try:
        for key, value in headers.items() if hasattr(headers, "items") else headers:
            if _as_text(key).lower() == name.lower():
                values.append(_as_text(value))
    except (TypeError, ValueError):
        raise ArgumentError(
            "headers: a mapping of texts, or pairs of texts or of bytes, is needed"
        ) from None
    if len(values) > 1:
        raise WebhookSignatureError(f"the header {name} is there {len(values)} times")
    return values[0] if values else None


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise TypeError
