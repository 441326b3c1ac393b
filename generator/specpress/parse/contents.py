"""What is sent and received: media types, parts, headers, bodies, responses.

In: nodes of these kinds, behind references or not. Out: the objects of
:mod:`specpress.openapi`; their schemas are put on the reader's list.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from specpress.documents import Json
from specpress.openapi import (
    Encoding,
    Header,
    MediaType,
    Style,
    Value,
)
from specpress.parse.nodes import Node, value_of
from specpress.parse.reading import Reader
from specpress.parse.vocabulary import (
    ENCODING,
    EXAMPLE,
    HEADER,
    MEDIA_TYPE,
    STYLES,
)
from specpress.source import Pointer
from specpress.text import Text

_ENCODING_STYLES: Final = ("form", "spaceDelimited", "pipeDelimited", "deepObject")


def examples(reader: Reader, node: Node) -> tuple[Value, ...]:
    """Return the values under ``example`` and ``examples``."""
    found: list[Value] = []
    if "example" in node.value:
        reader.totals.examples += 1
        found.append(value_of(node.value["example"]))
    stated = node.value.get("examples")
    if isinstance(stated, list):
        reader.warn(
            "bad-examples",
            node.at.child("examples"),
            "a list stands where named examples must stand; its items were taken",
            help=("name each one: examples: {first: {value: …}}",),
            key=True,
        )
        reader.totals.examples += len(stated)
        return (*found, *[value_of(item) for item in stated])
    if "examples" not in node.value:
        return tuple(found)
    if found:
        reader.warn(
            "example-and-examples",
            node.at,
            "example and examples exclude each other; both were taken",
            key=True,
        )
    for name, value, at in reader.members(node, "examples"):
        reader.totals.examples += 1
        if not isinstance(value, dict):
            reader.warn(
                "bad-examples",
                at,
                "example ",
                Text(name),
                " is not an object with a value; it was taken as the value itself",
                help=("write value: before it",),
                key=True,
            )
            found.append(value_of(value))
            continue
        example = reader.follow(value, at, "Example Object")
        if example is None:
            continue
        reader.check_keys(example, EXAMPLE)
        if "value" in example.value:
            found.append(value_of(example.value["value"]))
    return tuple(found)


def content(
    reader: Reader, node: Node, in_header: bool = False
) -> tuple[MediaType, ...]:
    """Return the entries of the map under ``content``.

    ``encoding`` means nothing below a header: not read there, which also keeps headers
    of parts of headers from going round in circles.
    """
    at = node.at.child("content")
    known = reader.memory.contents.get(at)
    if known is None:
        known = tuple(
            media_type
            for name, value, place in reader.members(node, "content")
            if (media_type := _media_type(reader, name, value, place, in_header))
        )
        reader.memory.contents[at] = known
    return known


def _media_type(
    reader: Reader, name: str, value: Json, at: Pointer, in_header: bool
) -> MediaType | None:
    if value is None:
        reader.object(value, at, "Media Type Object")
        return MediaType(at=at, name=Text(name), schema=None)
    node = reader.follow(value, at, "Media Type Object")
    if node is None:
        return None
    if "/" not in name and name in MEDIA_TYPE.keys:
        reader.warn(
            "bad-media-type",
            at,
            Text(name),
            " stands where a media type must stand; it was ignored",
            help=("move it into the media type",),
            key=True,
        )
        return None
    reader.check_keys(node, MEDIA_TYPE)
    if "/" not in name:
        reader.warn(
            "bad-media-type",
            at,
            Text(name),
            " is not a media type (type/subtype); it is sent and compared as it stands",
            key=True,
        )
    # Version 3.0 knows styles in forms only, and everywhere else has them ignored.
    styled = reader.dialect.json_schema or name.partition(";")[0].strip().lower() == (
        "application/x-www-form-urlencoded"
    )
    encodings: list[Encoding] = []
    if not in_header:
        for part, inner, place in reader.members(node, "encoding"):
            encoding = _encoding(reader, part, inner, place, styled)
            if encoding is not None:
                encodings.append(encoding)
    return MediaType(
        at=node.at,
        name=Text(name),
        schema=schema(reader, node),
        encodings=tuple(encodings),
        examples=examples(reader, node),
    )


def schema(reader: Reader, node: Node, key: str = "schema") -> Pointer | None:
    """Put the schema under ``key`` on the list; return its key."""
    if key not in node.value:
        return None
    return reader.want_schema(node.at.child(key), node.value[key])


def _encoding(
    reader: Reader, name: str, value: Json, at: Pointer, styled: bool
) -> Encoding | None:
    node = reader.object(value, at, "Encoding Object")
    if node is None:
        return None
    reader.check_keys(node, ENCODING)
    style = style_of(reader, node, _ENCODING_STYLES, "an encoding")
    return Encoding(
        at=at,
        property=Text(name),
        content_type=reader.text(node, "contentType"),
        headers=headers(reader, node),
        style=style if styled else None,
        explode=reader.optional_flag(node, "explode") if styled else None,
        allow_reserved=(
            reader.optional_flag(node, "allowReserved") if styled else None
        ),
    )


def style_of(
    reader: Reader, node: Node, allowed: tuple[Style, ...], what: str
) -> Style | None:
    """Return the stated style if it may stand here; else None, after a warning."""
    stated = node.value.get("style")
    if stated is None:
        return None
    at = node.at.child("style")
    style = STYLES.get(stated) if isinstance(stated, str) else None
    if style in allowed:
        return style
    spelled = reader.as_text(stated, at, "style")
    if spelled is None:
        return None
    reader.warn(
        "unknown-style" if style is None else "misplaced-style",
        at,
        "there is no style " if style is None else "style ",
        spelled,
        "" if style is None else f" is not for {what}",
        f"; {allowed[0]} was assumed",
        help=(f"the styles of {what} are {', '.join(allowed)}",),
    )
    return None


def headers(reader: Reader, node: Node) -> tuple[Header, ...]:
    """Return the headers of a response or of a part, but for ``Content-Type``, which
    the standard tells to ignore."""
    found: dict[str, Header] = {}
    for name, value, at in reader.members(node, "headers"):
        if name.lower() == "content-type":
            continue
        header = _header(reader, name, value, at)
        if header is None:
            continue
        if name.lower() in found:
            reader.warn(
                "repeated-header",
                at,
                "header ",
                Text(name),
                " is described twice (case does not matter); the first was taken",
                key=True,
            )
            continue
        found[name.lower()] = header
    return tuple(found.values())


def component_header(reader: Reader, name: str, value: Json, at: Pointer) -> None:
    """Read a header for its schemas only."""
    _header(reader, name, value, at)


def _header(reader: Reader, name: str, value: Json, at: Pointer) -> Header | None:
    node = reader.follow(value, at, "Header Object")
    if node is None:
        return None
    key = (node.at, Text(name))
    if key not in reader.memory.headers:
        reader.check_keys(node, HEADER, also=written_out_keys(node))
        style_of(reader, node, ("simple",), "a header")
        media_types = content(reader, node, in_header=True)
        examples(reader, node)
        reader.memory.headers[key] = Header(
            at=node.at,
            name=Text(name),
            description=reader.text(node, "description"),
            required=reader.flag(node, "required"),
            deprecated=reader.flag(node, "deprecated"),
            explode=reader.flag(node, "explode"),
            schema=schema(reader, node) or schema_written_out(reader, node),
            content=media_types[0] if media_types else None,
        )
    header = reader.memory.headers[key]
    description = description_beside(reader, value, at, "Header Object")
    if header is None or description is None:
        return header
    return replace(header, description=description)


def written_out_keys(node: Node) -> tuple[str, ...]:
    """Return the keys of a schema that may stand in ``node`` for want of one."""
    if "type" not in node.value or "content" in node.value or "schema" in node.value:
        return ()
    return _SCHEMA_KEYS


def schema_written_out(reader: Reader, node: Node) -> Pointer | None:
    """Take ``type`` and its like beside the other keys for the schema that is missing
    (the way of Swagger 2.0)."""
    if not written_out_keys(node):
        return None
    reader.warn(
        "missing-schema",
        node.at,
        "the type stands beside the other keys, as in Swagger 2.0; it was taken as "
        "the schema",
        help=("move type and what belongs to it into schema",),
        key=True,
    )
    inner = {key: node.value[key] for key in _SCHEMA_KEYS if key in node.value}
    return reader.want_schema(node.at, inner)


_SCHEMA_KEYS: Final = (
    "type",
    "format",
    "items",
    "enum",
    "default",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "multipleOf",
    "pattern",
    "nullable",
)


def description_beside(
    reader: Reader, value: Json, at: Pointer, what: str
) -> Text | None:
    """Return the description that stands beside a ``$ref``, which since 3.1 goes
    before that of its target."""
    if not isinstance(value, dict) or "$ref" not in value or len(value) == 1:
        return None
    node = Node(value, at)
    reader.warn_beside_reference(node, what)
    return reader.text(node, "description")
