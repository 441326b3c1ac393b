"""``x-specpress-…`` keys: a closed grammar, from the document or the configuration.

In: an object that may hold such keys. Out: values checked to be what the grammar
allows, so that later stages can use them as names without looking again. Whatever does
not fit is the error ``bad-extension``; nothing is guessed.
"""

from __future__ import annotations

import difflib
import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, TypeVar

from specpress.documents import Json
from specpress.openapi import (
    Idempotency,
    Pagination,
    PaginationStyle,
    RateLimit,
    RateLimitClass,
    Redirect,
    RetryCodes,
    Settings,
    WebhookSettings,
    WebhookSignature,
)
from specpress.parse.reading import Node, Reader, kind_of
from specpress.parse.vocabulary import METHODS, PREFIX, Kind
from specpress.source import Pointer
from specpress.text import Text

COMPONENT_SCHEMA: Final = Kind(
    "component schema", frozenset(), frozenset({PREFIX + "name"})
)
PROPERTY_SCHEMA: Final = Kind(
    "property's schema", frozenset(), frozenset({PREFIX + "name", PREFIX + "type"})
)

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]{0,99}")
_CLASS: Final = re.compile(r"[A-Z][A-Za-z0-9]{0,99}")
_ENVIRONMENT: Final = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_TYPES: Final = (
    "int",
    "float",
    "bool",
    "str",
    "datetime",
    "date",
    "decimal",
    "uuid",
)
_RESERVED_ATTRIBUTES: Final = frozenset(
    {"args", "add_note", "body", "error", "headers", "status", "with_traceback"}
)
_STYLES: Final[dict[str, tuple[PaginationStyle, tuple[str, ...], tuple[str, ...]]]] = {
    "cursor": ("cursor", ("parameter", "next", "items"), ("more",)),
    "offset": ("offset", ("parameter", "items"), ("limit", "total")),
    "page": ("page", ("parameter", "items"), ("total", "more")),
    "link": ("link", ("items",), ()),
    "url": ("url", ("next", "items"), ()),
}
"""Style: itself, the members it needs, those it may have."""

T = TypeVar("T")
Grammar = Callable[[Reader, Json, Pointer, str], "T | None"]
"""Checks a value; None after an error."""


# What stands on single objects


def python_name(reader: Reader, node: Node, is_class: bool) -> str | None:
    """Return ``x-specpress-name``: a class's name, or an argument's or field's."""
    return _setting(reader, node, "name", _class if is_class else _identifier)


def python_type(reader: Reader, node: Node) -> str | None:
    return _setting(reader, node, "type", _one_of(_TYPES))


def resource(reader: Reader, node: Node) -> tuple[str, ...] | None:
    return _setting(reader, node, "resource", _dotted)


def method_name(reader: Reader, node: Node) -> str | None:
    return _setting(reader, node, "method", _identifier)


def body_form(reader: Reader, node: Node) -> Literal["arguments", "single"] | None:
    match _setting(reader, node, "body", _one_of(("arguments", "single"))):
        case "arguments":
            return "arguments"
        case "single":
            return "single"
        case _:
            return None


def operation_pagination(
    reader: Reader, node: Node
) -> Pagination | Literal[False] | None:
    found = reader.setting(node, "pagination")
    if found is not None and found[0] is False:
        return False
    return _setting(reader, node, "pagination", _pagination)


def operation_idempotency(reader: Reader, node: Node) -> bool | None:
    return _setting(reader, node, "idempotency", _boolean)


def redirect(reader: Reader, node: Node) -> Redirect | None:
    return _setting(reader, node, "redirect", _redirect)


def argument(reader: Reader, node: Node) -> str | None:
    return _setting(reader, node, "argument", _identifier)


def environment(reader: Reader, node: Node) -> str | None:
    return _setting(
        reader, node, "environment", _spelled(_ENVIRONMENT, "like API_TOKEN")
    )


def settings(reader: Reader, root: Node) -> Settings:
    """Return what the keys on the root of the document say."""
    return Settings(
        error=_setting(reader, root, "error", _error) or (),
        request_id=_setting(reader, root, "request-id", _header),
        pagination=_setting(reader, root, "pagination", _pagination),
        idempotency=_setting(reader, root, "idempotency", _idempotency),
        retry=_setting(reader, root, "retry", _retry),
        rate_limit=_setting(reader, root, "rate-limit", _rate_limit),
        webhooks=_setting(reader, root, "webhooks", _webhooks),
    )


# The pieces of the grammar


def _setting(reader: Reader, node: Node, name: str, grammar: Grammar[T]) -> T | None:
    found = reader.setting(node, name)
    if found is None:
        return None
    value, at = found
    return grammar(reader, value, at, PREFIX + name)


def _bad(reader: Reader, at: Pointer, *message: str | Text, help: str = "") -> None:
    reader.report.error(
        "bad-extension", at, *message, help=(help,) if help else (), key=True
    )


def _string(reader: Reader, value: Json, at: Pointer, what: str) -> str | None:
    if isinstance(value, str):
        return value
    _bad(reader, at, f"{what} must be a string, not {kind_of(value)}")
    return None


def _spelled(pattern: re.Pattern[str], description: str) -> Grammar[str]:
    def grammar(reader: Reader, value: Json, at: Pointer, what: str) -> str | None:
        string = _string(reader, value, at, what)
        if string is None:
            return None
        if not pattern.fullmatch(string) or keyword.iskeyword(string):
            _bad(
                reader, at, Text(string), f" cannot be {what}: it must be {description}"
            )
            return None
        return string

    return grammar


_identifier = _spelled(
    _IDENTIFIER, "a Python name in lower case, like contact_id, and no keyword"
)
_class = _spelled(_CLASS, "a Python class name, like ContactLabel, and no keyword")


def _header(reader: Reader, value: Json, at: Pointer, what: str) -> Text | None:
    name = _spelled(_HEADER, "the name of a header")(reader, value, at, what)
    return None if name is None else Text(name)


def _nonempty(reader: Reader, value: Json, at: Pointer, what: str) -> Text | None:
    string = _string(reader, value, at, what)
    if string == "":
        _bad(reader, at, f"{what} must not be empty")
        return None
    return None if string is None else Text(string)


def _one_of(choices: Sequence[str]) -> Grammar[str]:
    def grammar(reader: Reader, value: Json, at: Pointer, what: str) -> str | None:
        string = _string(reader, value, at, what)
        if string is None or string in choices:
            return string
        _bad(
            reader,
            at,
            Text(string),
            f" cannot be {what}",
            help=_suggestion(string, choices),
        )
        return None

    return grammar


def _suggestion(word: str, choices: Sequence[str]) -> str:
    close = difflib.get_close_matches(word[:60], choices, 1, 0.6)
    if close:
        return f"did you mean {close[0]}?"
    return f"it may be: {', '.join(choices)}"


def _dotted(
    reader: Reader, value: Json, at: Pointer, what: str
) -> tuple[str, ...] | None:
    string = _string(reader, value, at, what)
    if string is None:
        return None
    names = [_identifier(reader, name, at, what) for name in string.split(".")]
    return None if None in names else tuple(name for name in names if name is not None)


def _boolean(reader: Reader, value: Json, at: Pointer, what: str) -> bool | None:
    if isinstance(value, bool):
        return value
    _bad(reader, at, f"{what} must be true or false, not {kind_of(value)}")
    return None


def _positive(reader: Reader, value: Json, at: Pointer, what: str) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    _bad(reader, at, f"{what} must be a whole number greater than 0")
    return None


def _pointer(
    reader: Reader, value: Json, at: Pointer, what: str
) -> tuple[Text, ...] | None:
    string = _string(reader, value, at, what)
    if string is None:
        return None
    tokens = split_json_pointer(string)
    if tokens is None:
        _bad(
            reader,
            at,
            Text(string),
            f" cannot be {what}: it is no JSON pointer",
            help="write it like /data/0/id",
        )
        return None
    return tuple(Text(token) for token in tokens)


def split_json_pointer(pointer: str) -> tuple[str, ...] | None:
    """Return the unescaped tokens of an RFC 6901 pointer; None if it is none."""
    if not pointer:
        return ()
    if not pointer.startswith("/") or re.search("~(?![01])", pointer):
        return None
    return tuple(
        token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")
    )


def _members(
    reader: Reader,
    value: Json,
    at: Pointer,
    what: str,
    required: Sequence[str],
    optional: Sequence[str] = (),
) -> Mapping[str, Json] | None:
    """Return ``value`` if it is an object with just these members."""
    if not isinstance(value, dict):
        _bad(reader, at, f"{what} must be an object, not {kind_of(value)}")
        return None
    good = True
    for name in value:
        if name not in required and name not in optional:
            good = False
            _bad(
                reader,
                _inside(at, name, reader),
                Text(name),
                f" is not a member of {what}",
                help=_suggestion(name, [*required, *optional]),
            )
    for name in required:
        if name not in value:
            good = False
            _bad(reader, at, f"{what} needs {name}")
    return value if good else None


def _inside(at: Pointer, name: str, reader: Reader) -> Pointer:
    """Return the place of a member, or ``at`` when the configuration set the value."""
    inside = at.child(name)
    return inside if reader.documents.has(inside) else at


def _member(
    reader: Reader,
    members: Mapping[str, Json],
    name: str,
    at: Pointer,
    what: str,
    grammar: Grammar[T],
) -> T | None:
    if name not in members:
        return None
    return grammar(
        reader, members[name], _inside(at, name, reader), f"{name} of {what}"
    )


def _list_of(grammar: Grammar[T]) -> Grammar[tuple[T, ...]]:
    def check(
        reader: Reader, value: Json, at: Pointer, what: str
    ) -> tuple[T, ...] | None:
        if not isinstance(value, list):
            _bad(reader, at, f"{what} must be a list, not {kind_of(value)}")
            return None
        found: list[T] = []
        for index, item in enumerate(value):
            checked = grammar(reader, item, _inside(at, str(index), reader), what)
            if checked is None:
                return None
            found.append(checked)
        return tuple(found)

    return check


_methods = _list_of(_one_of([method.upper() for method in METHODS]))
_texts = _list_of(_nonempty)


def _redirect(reader: Reader, value: Json, at: Pointer, what: str) -> Redirect | None:
    members = _members(reader, value, at, what, ("url", "download"))
    if members is None:
        return None
    url = _member(reader, members, "url", at, what, _identifier)
    download = _member(reader, members, "download", at, what, _identifier)
    if url is None or download is None:
        return None
    if url == download:
        _bad(reader, at, f"{what} needs two different names")
        return None
    return Redirect(url=url, download=download)


def _error(
    reader: Reader, value: Json, at: Pointer, what: str
) -> tuple[tuple[str, tuple[Text, ...]], ...] | None:
    if not isinstance(value, dict):
        _bad(reader, at, f"{what} must be an object, not {kind_of(value)}")
        return None
    found: list[tuple[str, tuple[Text, ...]]] = []
    for name in value:
        place = _inside(at, name, reader)
        attribute = _identifier(reader, name, place, f"an attribute in {what}")
        pointer = _member(reader, value, name, at, what, _pointer)
        if attribute in _RESERVED_ATTRIBUTES:
            _bad(reader, place, f"{attribute} is an attribute of every error already")
        elif attribute is not None and pointer is not None:
            found.append((attribute, pointer))
    return tuple(found)


def _pagination(
    reader: Reader, value: Json, at: Pointer, what: str
) -> Pagination | None:
    stated = value.get("style") if isinstance(value, dict) else "cursor"
    style = _one_of(tuple(_STYLES))(reader, stated, at, f"style of {what}")
    if style is None:
        return None
    name, required, optional = _STYLES[style]
    members = _members(reader, value, at, what, ("style", *required), optional)
    if members is None:
        return None

    def pointer(member: str) -> tuple[Text, ...] | None:
        return _member(reader, members, member, at, what, _pointer)

    return Pagination(
        style=name,
        parameter=_member(reader, members, "parameter", at, what, _nonempty),
        limit=_member(reader, members, "limit", at, what, _nonempty),
        next=pointer("next"),
        more=pointer("more"),
        total=pointer("total"),
        items=pointer("items") or (),
    )


def _idempotency(
    reader: Reader, value: Json, at: Pointer, what: str
) -> Idempotency | None:
    members = _members(reader, value, at, what, ("header", "methods"), ("replayed",))
    if members is None:
        return None
    header = _member(reader, members, "header", at, what, _header)
    methods = _member(reader, members, "methods", at, what, _methods)
    replayed = _member(reader, members, "replayed", at, what, _header)
    if header is None or methods is None:
        return None
    return Idempotency(header=header, methods=methods, replayed=replayed)


def _retry(reader: Reader, value: Json, at: Pointer, what: str) -> RetryCodes | None:
    outer = _members(reader, value, at, what, ("codes",))
    if outer is None:
        return None
    at, what = _inside(at, "codes", reader), f"codes of {what}"
    members = _members(reader, outer["codes"], at, what, ("pointer",), _RETRY)
    if members is None:
        return None
    pointer = _member(reader, members, "pointer", at, what, _pointer)
    if pointer is None:
        return None
    return RetryCodes(
        pointer=pointer,
        retry=_member(reader, members, "retry", at, what, _texts) or (),
        never=_member(reader, members, "never", at, what, _texts) or (),
    )


_RETRY: Final = ("retry", "never")
_RATE_LIMIT: Final = ("limit", "remaining", "reset", "classes")


def _rate_limit(
    reader: Reader, value: Json, at: Pointer, what: str
) -> RateLimit | None:
    members = _members(reader, value, at, what, (), _RATE_LIMIT)
    if members is None:
        return None
    classes = _member(reader, members, "classes", at, what, _rate_limit_classes)
    return RateLimit(
        limit=_member(reader, members, "limit", at, what, _header),
        remaining=_member(reader, members, "remaining", at, what, _header),
        reset=_member(reader, members, "reset", at, what, _header),
        classes=classes or (),
    )


def _rate_limit_classes(
    reader: Reader, value: Json, at: Pointer, what: str
) -> tuple[RateLimitClass, ...] | None:
    if not isinstance(value, dict):
        _bad(reader, at, f"{what} must be an object, not {kind_of(value)}")
        return None
    found: list[RateLimitClass] = []
    for key, inner in value.items():
        place = _inside(at, key, reader)
        name = _identifier(reader, key, place, f"a name in {what}")
        members = _members(reader, inner, place, what, ("methods", "per_minute"))
        if name is None or members is None:
            continue
        methods = _member(reader, members, "methods", place, what, _methods)
        limit = _member(reader, members, "per_minute", place, what, _positive)
        if methods is not None and limit is not None:
            found.append(RateLimitClass(name=name, methods=methods, per_minute=limit))
    return tuple(found)


def _webhooks(
    reader: Reader, value: Json, at: Pointer, what: str
) -> WebhookSettings | None:
    members = _members(reader, value, at, what, (), ("signature", "event", "id"))
    if members is None:
        return None
    signature = _member(reader, members, "signature", at, what, _signature)
    event: Mapping[str, Json] | None = None
    event_at = _inside(at, "event", reader)
    event_what = f"event of {what}"
    if "event" in members:
        event = _members(
            reader, members["event"], event_at, event_what, (), ("header", "pointer")
        )
        if event is not None and len(event) != 1:
            _bad(reader, event_at, f"{event_what} needs either header or pointer")
            event = None
    id_at = _inside(at, "id", reader)
    identity: Mapping[str, Json] | None = None
    if "id" in members:
        identity = _members(reader, members["id"], id_at, f"id of {what}", ("header",))
    return WebhookSettings(
        signature=signature,
        event_header=_member(
            reader, event or {}, "header", event_at, event_what, _header
        ),
        event_pointer=_member(
            reader, event or {}, "pointer", event_at, event_what, _pointer
        ),
        id_header=_member(
            reader, identity or {}, "header", id_at, f"id of {what}", _header
        ),
    )


def _signature(
    reader: Reader, value: Json, at: Pointer, what: str
) -> WebhookSignature | None:
    optional = ("timestamp", "signatures", "payload", "tolerance")
    members = _members(reader, value, at, what, ("header", "scheme"), optional)
    if members is None:
        return None
    header = _member(reader, members, "header", at, what, _header)
    stated = _member(reader, members, "scheme", at, what, _one_of(_SCHEMES))
    if header is None or stated is None:
        return None
    timestamped = stated == "timestamped-hmac-sha256"
    if timestamped:
        for name in ("timestamp", "signatures"):
            if name not in members:
                _bad(reader, at, f"{what} needs {name} with this scheme")
    return WebhookSignature(
        header=header,
        scheme="timestamped-hmac-sha256" if timestamped else "hmac-sha256",
        timestamp=_member(reader, members, "timestamp", at, what, _nonempty),
        signatures=_member(reader, members, "signatures", at, what, _nonempty),
        payload=_member(reader, members, "payload", at, what, _payload),
        tolerance=_member(reader, members, "tolerance", at, what, _positive) or 300,
    )


_SCHEMES: Final = ("timestamped-hmac-sha256", "hmac-sha256")


def _payload(reader: Reader, value: Json, at: Pointer, what: str) -> Text | None:
    string = _string(reader, value, at, what)
    if string is None:
        return None
    names: list[str] = _PLACEHOLDER.findall(string)
    rest = _PLACEHOLDER.sub("", string)
    if (
        "body" not in names
        or set(names) - {"body", "timestamp"}
        or "{" in rest
        or "}" in rest
    ):
        _bad(
            reader,
            at,
            Text(string),
            f" cannot be {what}: it must hold {{body}} and may hold {{timestamp}}",
        )
        return None
    return Text(string)
