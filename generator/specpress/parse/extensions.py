"""``x-specpress-…`` keys: a closed grammar, from the document or the configuration.

In: an object that may hold such keys. Out: values checked to be what the grammar
allows, so that later stages can use them as names without looking again. Whatever does
not fit is the error ``bad-extension``; nothing is guessed.
"""

from __future__ import annotations

import re
from typing import Final, Literal

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
)
from specpress.parse.grammar import (
    bad,
    boolean,
    class_name,
    dotted,
    header_name,
    http_methods,
    identifier,
    inside,
    json_pointer,
    members_of,
    nonempty,
    one_of,
    positive,
    read_member,
    setting,
    spelled,
    texts,
    variant_of,
)
from specpress.parse.nodes import Node, kind_of
from specpress.parse.reading import Reader
from specpress.parse.vocabulary import PREFIX, Kind
from specpress.parse.webhook_settings import webhooks
from specpress.source import Pointer
from specpress.text import Text

COMPONENT_SCHEMA: Final = Kind(
    "component schema", frozenset(), frozenset({PREFIX + "name"})
)
PROPERTY_SCHEMA: Final = Kind(
    "property's schema", frozenset(), frozenset({PREFIX + "name", PREFIX + "type"})
)

_ENVIRONMENT: Final = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
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
_STYLES: Final[dict[PaginationStyle, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "cursor": (("parameter", "next", "items"), ("more",)),
    "offset": (("parameter", "items"), ("limit", "total")),
    "page": (("parameter", "items"), ("total", "more")),
    "link": (("items",), ()),
    "url": (("next", "items"), ()),
}
"""Style: the members it needs, those it may have."""


# What stands on single objects


def python_name(reader: Reader, node: Node, is_class: bool) -> str | None:
    """Return ``x-specpress-name``: a class's name, or an argument's or field's."""
    return setting(reader, node, "name", class_name if is_class else identifier)


def python_type(reader: Reader, node: Node) -> str | None:
    return setting(reader, node, "type", one_of(_TYPES))


def resource(reader: Reader, node: Node) -> tuple[str, ...] | None:
    return setting(reader, node, "resource", dotted)


def method_name(reader: Reader, node: Node) -> str | None:
    return setting(reader, node, "method", identifier)


def body_form(reader: Reader, node: Node) -> Literal["arguments", "single"] | None:
    match setting(reader, node, "body", one_of(("arguments", "single"))):
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
    return setting(reader, node, "pagination", _pagination)


def operation_idempotency(reader: Reader, node: Node) -> bool | None:
    return setting(reader, node, "idempotency", boolean)


def redirect(reader: Reader, node: Node) -> Redirect | None:
    return setting(reader, node, "redirect", _redirect)


def argument(reader: Reader, node: Node) -> str | None:
    return setting(reader, node, "argument", identifier)


def environment(reader: Reader, node: Node) -> str | None:
    return setting(reader, node, "environment", spelled(_ENVIRONMENT, "like API_TOKEN"))


def settings(reader: Reader, root: Node) -> Settings:
    """Return what the keys on the root of the document say."""
    return Settings(
        error=setting(reader, root, "error", _error) or (),
        request_id=setting(reader, root, "request-id", header_name),
        pagination=setting(reader, root, "pagination", _pagination),
        idempotency=setting(reader, root, "idempotency", _idempotency),
        retry=setting(reader, root, "retry", _retry),
        rate_limit=setting(reader, root, "rate-limit", _rate_limit),
        webhooks=setting(reader, root, "webhooks", webhooks),
    )


def _redirect(reader: Reader, value: Json, at: Pointer, what: str) -> Redirect | None:
    members = members_of(reader, value, at, what, ("url", "download"))
    if members is None:
        return None
    url = read_member(reader, members, "url", at, what, identifier)
    download = read_member(reader, members, "download", at, what, identifier)
    if url is None or download is None:
        return None
    if url == download:
        bad(reader, at, f"{what} needs two different names")
        return None
    return Redirect(url=url, download=download)


def _error(
    reader: Reader, value: Json, at: Pointer, what: str
) -> tuple[tuple[str, tuple[Text, ...]], ...] | None:
    if not isinstance(value, dict):
        bad(reader, at, f"{what} must be an object, not {kind_of(value)}")
        return None
    found: list[tuple[str, tuple[Text, ...]]] = []
    for name in value:
        place = inside(at, name, reader)
        attribute = identifier(reader, name, place, f"an attribute in {what}")
        pointer = read_member(reader, value, name, at, what, json_pointer)
        if attribute in _RESERVED_ATTRIBUTES:
            bad(reader, place, f"{attribute} is an attribute of every error already")
        elif attribute is not None and pointer is not None:
            found.append((attribute, pointer))
    return tuple(found)


def _pagination(
    reader: Reader, value: Json, at: Pointer, what: str
) -> Pagination | None:
    stated = variant_of(reader, value, at, what, "style", _STYLES)
    if stated is None:
        return None
    style, members = stated

    def pointer(member: str) -> tuple[Text, ...] | None:
        return read_member(reader, members, member, at, what, json_pointer)

    return Pagination(
        style=style,
        parameter=read_member(reader, members, "parameter", at, what, nonempty),
        limit=read_member(reader, members, "limit", at, what, nonempty),
        next=pointer("next"),
        more=pointer("more"),
        total=pointer("total"),
        items=pointer("items") or (),
        at=at,
    )


def _idempotency(
    reader: Reader, value: Json, at: Pointer, what: str
) -> Idempotency | None:
    members = members_of(reader, value, at, what, ("header", "methods"), ("replayed",))
    if members is None:
        return None
    header = read_member(reader, members, "header", at, what, header_name)
    methods = read_member(reader, members, "methods", at, what, http_methods)
    replayed = read_member(reader, members, "replayed", at, what, header_name)
    if header is None or methods is None:
        return None
    return Idempotency(header=header, methods=methods, replayed=replayed)


def _retry(reader: Reader, value: Json, at: Pointer, what: str) -> RetryCodes | None:
    outer = members_of(reader, value, at, what, ("codes",))
    if outer is None:
        return None
    at, what = inside(at, "codes", reader), f"codes of {what}"
    members = members_of(reader, outer["codes"], at, what, ("pointer",), _RETRY)
    if members is None:
        return None
    pointer = read_member(reader, members, "pointer", at, what, json_pointer)
    if pointer is None:
        return None
    return RetryCodes(
        pointer=pointer,
        retry=read_member(reader, members, "retry", at, what, texts) or (),
        never=read_member(reader, members, "never", at, what, texts) or (),
    )


_RETRY: Final = ("retry", "never")
_RATE_LIMIT: Final = ("limit", "remaining", "reset", "classes")


def _rate_limit(
    reader: Reader, value: Json, at: Pointer, what: str
) -> RateLimit | None:
    members = members_of(reader, value, at, what, (), _RATE_LIMIT)
    if members is None:
        return None
    classes = read_member(reader, members, "classes", at, what, _rate_limit_classes)
    return RateLimit(
        limit=read_member(reader, members, "limit", at, what, header_name),
        remaining=read_member(reader, members, "remaining", at, what, header_name),
        reset=read_member(reader, members, "reset", at, what, header_name),
        classes=classes or (),
    )


def _rate_limit_classes(
    reader: Reader, value: Json, at: Pointer, what: str
) -> tuple[RateLimitClass, ...] | None:
    if not isinstance(value, dict):
        bad(reader, at, f"{what} must be an object, not {kind_of(value)}")
        return None
    found: list[RateLimitClass] = []
    for key, inner in value.items():
        place = inside(at, key, reader)
        name = identifier(reader, key, place, f"a name in {what}")
        members = members_of(reader, inner, place, what, ("methods", "per_minute"))
        if name is None or members is None:
            continue
        methods = read_member(reader, members, "methods", place, what, http_methods)
        limit = read_member(reader, members, "per_minute", place, what, positive)
        if methods is not None and limit is not None:
            found.append(RateLimitClass(name=name, methods=methods, per_minute=limit))
    return tuple(found)
