"""``x-specpress-webhooks``: how an API signs its events, and what it calls them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from specpress.documents import Json
from specpress.openapi import WebhookSettings, WebhookSignature
from specpress.parse.grammar import (
    Grammar,
    bad,
    header_name,
    inside,
    json_pointer,
    members_of,
    nonempty,
    one_of,
    positive,
    read_member,
    spelled,
    string_of,
    variant_of,
)
from specpress.parse.reading import Reader
from specpress.source import Pointer
from specpress.text import Text

T = TypeVar("T")

_COMMON: Final = ("payload", "encoding", "key_encoding", "tolerance")
_SCHEMES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "timestamped-hmac-sha256": (("header", "timestamp", "signatures"), _COMMON),
    "hmac-sha256": (("header",), ("prefix", "timestamp_header", *_COMMON)),
}
"""What each needs, and may have."""
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


def webhooks(
    reader: Reader, value: Json, at: Pointer, what: str
) -> WebhookSettings | None:
    members = members_of(reader, value, at, what, (), ("signature", "event", "id"))
    if members is None:
        return None
    event: Mapping[str, Json] | None = None
    event_at = inside(at, "event", reader)
    event_what = f"event of {what}"
    if "event" in members:
        event = members_of(
            reader, members["event"], event_at, event_what, (), ("header", "pointer")
        )
        if event is not None and len(event) != 1:
            bad(reader, event_at, f"{event_what} needs either header or pointer")
            event = None
    id_header = read_member(reader, members, "id", at, what, _header)
    signature = partial(_signature, id_header)
    return WebhookSettings(
        signature=read_member(reader, members, "signature", at, what, signature),
        event_header=read_member(
            reader, event or {}, "header", event_at, event_what, header_name
        ),
        event_pointer=read_member(
            reader, event or {}, "pointer", event_at, event_what, json_pointer
        ),
    )


def _header(reader: Reader, value: Json, at: Pointer, what: str) -> Text | None:
    members = members_of(reader, value, at, what, ("header",))
    return read_member(reader, members or {}, "header", at, what, header_name)


def _signature(
    id_header: Text | None, reader: Reader, value: Json, at: Pointer, what: str
) -> WebhookSignature | None:
    stated = variant_of(reader, value, at, what, "scheme", _SCHEMES)
    if stated is None:
        return None
    _, members = stated

    def read(member: str, grammar: Grammar[T]) -> T | None:
        return read_member(reader, members, member, at, what, grammar)

    header = read("header", header_name)
    prefix = read("prefix", nonempty) or read("signatures", _key) or Text("")
    timestamp = read("timestamp", _key)
    timestamp_header = read("timestamp_header", header_name)
    timed = timestamp is not None or timestamp_header is not None
    payload: _Payload | None = _Payload(Text("{body}"), frozenset({"body"}))
    if timed:
        payload = _Payload(Text("{timestamp}.{body}"), frozenset({"timestamp", "body"}))
    if "payload" in members:
        payload = read("payload", partial(_payload, timed, id_header is not None))
    if header is None or payload is None:
        return None
    return WebhookSignature(
        header=header,
        prefix=prefix,
        encoding="base64" if read("encoding", _ENCODING) == "base64" else "hex",
        payload=payload.template,
        timestamp=timestamp,
        timestamp_header=timestamp_header,
        id_header=id_header if "id" in payload.names else None,
        key_encoding=(
            "base64" if read("key_encoding", _KEY_ENCODING) == "base64" else "text"
        ),
        tolerance=read("tolerance", positive) or 300,
    )


_ENCODING: Final = one_of(("hex", "base64"))
_KEY_ENCODING: Final = one_of(("text", "base64"))


def _key(reader: Reader, value: Json, at: Pointer, what: str) -> Text | None:
    """Return a key of the header with the sign that follows it."""
    key = spelled(_KEY, "letters, digits, - or _")(reader, value, at, what)
    return None if key is None else Text(f"{key}=")


@dataclass(frozen=True, slots=True)
class _Payload:
    template: Text
    names: frozenset[str]


def _payload(
    timed: bool, has_id: bool, reader: Reader, value: Json, at: Pointer, what: str
) -> _Payload | None:
    """A time that nobody signed would prove nothing."""
    string = string_of(reader, value, at, what)
    if string is None:
        return None
    names = frozenset[str](_PLACEHOLDER.findall(string))
    rest = _PLACEHOLDER.sub("", string)
    must = {"body", "timestamp"} if timed else {"body"}
    may = {*must, "id"} if has_id else must
    if must <= names <= may and not set("{}") & set(rest):
        return _Payload(Text(string), names)
    bad(
        reader,
        at,
        Text(string),
        f" cannot be {what}: it must hold {_braced(must)}",
        help=f"it may hold {_braced(may)}; where the time is, and the id, must be given",
    )
    return None


def _braced(names: Collection[str]) -> str:
    return " and ".join(f"{{{name}}}" for name in sorted(names))
