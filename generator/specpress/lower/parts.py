"""How the properties of a form or multipart body are written.

In: a :class:`MediaType`. Out: what its ``encoding`` says of them, and which are bytes in
base64: a multipart body takes bytes for a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specpress import ir
from specpress.lower.media import kind_of
from specpress.lower.nodes import (
    ArrayShape,
    EnumShape,
    Node,
    ObjectShape,
    ScalarShape,
    UnionShape,
)
from specpress.lower.shapes import Shapes
from specpress.openapi import Encoding, Header, MediaType
from specpress.text import Text


def part_encodings(shapes: Shapes, media: MediaType) -> tuple[ir.PartEncoding, ...]:
    """Return what is to be said of properties."""
    base64: dict[Text, None] = {}
    if media.schema is not None and kind_of(shapes, media) == "multipart":
        base64 = dict.fromkeys(_in_base64(shapes, Node((media.schema,)), set()))
    said = {each.property: each for each in media.encodings}
    found: list[ir.PartEncoding] = []
    for name in dict.fromkeys((*said, *base64)):
        part = ir.PartEncoding(property=name, base64=name in base64)
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


def _in_base64(shapes: Shapes, node: Node, seen: set[Node]) -> Iterator[Text]:
    """Yield the properties of an object, or of any that a union offers."""
    node = shapes.canonical(node)[0]
    if node in seen:
        return
    seen.add(node)
    match shapes.shaped(node).shape:
        case ObjectShape(slots):
            for slot in slots:
                scalars = list(_scalars(shapes, slot.node, set()))
                if any(each.name == "bytes" for each in scalars) and not any(
                    each.binary for each in scalars
                ):
                    yield slot.name
        case UnionShape(members):
            for member in members:
                yield from _in_base64(shapes, member, seen)
        case _:
            return


def _scalars(shapes: Shapes, node: Node, seen: set[Node]) -> Iterator[ScalarShape]:
    """Yield what the parts of one property may be: an array is a part per item."""
    node = shapes.canonical(node)[0]
    if node in seen:
        return
    seen.add(node)
    match shapes.shaped(node).shape:
        case ScalarShape() as scalar:
            yield scalar
        case ArrayShape(nodes) | UnionShape(nodes):
            for inner in nodes:
                yield from _scalars(shapes, inner, seen)
        case _:
            return
