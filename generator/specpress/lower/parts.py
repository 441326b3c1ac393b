"""How the properties of a form or multipart body are written.

In: a :class:`MediaType`. Out: what its ``encoding`` says of them, and which of them are
files, or bytes in base64: a multipart body takes a text for a text, bytes for a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specpress import ir
from specpress.lower.alternatives import alternatives
from specpress.lower.media import kind_of
from specpress.lower.nodes import (
    ArrayShape,
    EnumShape,
    Node,
    ObjectShape,
    ScalarShape,
    Shape,
)
from specpress.lower.shapes import Shapes
from specpress.openapi import Encoding, Header, MediaType
from specpress.text import Text


def part_encodings(shapes: Shapes, media: MediaType) -> tuple[ir.PartEncoding, ...]:
    """Return what is to be said of properties."""
    values: dict[Text, list[Shape]] = {}
    if media.schema is not None and kind_of(shapes, media) == "multipart":
        for name, node in _properties(shapes, Node((media.schema,))):
            values.setdefault(name, []).extend(_values(shapes, node, set()))
    said = {each.property: each for each in media.encodings}
    found: list[ir.PartEncoding] = []
    for name in dict.fromkeys((*said, *values)):
        kinds = [_kind(shape) for shape in values.get(name, ())]
        part = ir.PartEncoding(
            property=name,
            file=set(kinds) == {"file"},
            base64="base64" in kinds and "file" not in kinds,
        )
        if (stated := said.get(name)) is not None:
            part = replace(
                part,
                content_type=stated.content_type,
                style=stated.style,
                explode=stated.explode,
                allow_reserved=stated.allow_reserved,
                headers=tuple(_constant_headers(shapes, stated)),
            )
        if part != ir.PartEncoding(property=name):
            found.append(part)
    return tuple(found)


def variable_headers(shapes: Shapes, media: MediaType) -> Iterator[Header]:
    """Yield the headers of parts whose values the document does not settle."""
    if kind_of(shapes, media) == "multipart":
        for encoding in media.encodings:
            for header in encoding.headers:
                if _constant(shapes, header) is None:
                    yield header


def _constant_headers(
    shapes: Shapes, encoding: Encoding
) -> Iterator[tuple[Text, Text | str]]:
    for header in encoding.headers:
        value = _constant(shapes, header)
        if value is not None:
            yield header.name, value


def _constant(shapes: Shapes, header: Header) -> Text | str | None:
    """Return the text of the only value that a header can have."""
    if header.schema is None:
        return None
    match shapes.shaped(shapes.canonical(Node((header.schema,)))[0]).shape:
        case EnumShape((Text() as text,)):
            return text
        case EnumShape((bool() as flag,)):
            return "true" if flag else "false"
        case EnumShape((int() as number,)):
            return str(number)
        case _:
            return None


def _kind(shape: Shape) -> str:
    match shape:
        case ScalarShape(binary=True):
            return "file"
        case ScalarShape("bytes"):
            return "base64"
        case _:
            return "other"


def _properties(shapes: Shapes, node: Node) -> Iterator[tuple[Text, Node]]:
    """Yield the properties of an object, or of all that a union offers."""
    for each in alternatives(shapes, node):
        shape = shapes.shaped(each).shape
        if isinstance(shape, ObjectShape):
            yield from ((slot.name, slot.node) for slot in shape.slots)


def _values(shapes: Shapes, node: Node, seen: set[Node]) -> Iterator[Shape]:
    """Yield what the parts of one property may be: an array is a part per item."""
    for each in alternatives(shapes, node):
        if each in seen:
            continue
        seen.add(each)
        match shapes.shaped(each).shape:
            case ArrayShape((_, *_) as items):
                for item in items:
                    yield from _values(shapes, item, seen)
            case shape:
                yield shape
