"""How the properties of a form or multipart body are written.

In: a :class:`MediaType`. Out: what its ``encoding`` says of them, and which are bytes in
base64: a multipart body takes bytes for a file.
"""

from __future__ import annotations

from collections.abc import Iterator

from specpress import ir
from specpress.lower.media import kind_of
from specpress.lower.nodes import (
    ArrayShape,
    Node,
    ObjectShape,
    ScalarShape,
    UnionShape,
)
from specpress.lower.shapes import Shapes
from specpress.openapi import MediaType
from specpress.text import Text


def part_encodings(shapes: Shapes, media: MediaType) -> tuple[ir.PartEncoding, ...]:
    """Return what is to be said of properties."""
    base64: dict[Text, None] = {}
    if media.schema is not None and kind_of(shapes, media) == "multipart":
        base64 = dict.fromkeys(_in_base64(shapes, Node((media.schema,)), set()))
    said = {each.property: each for each in media.encodings}
    return tuple(
        ir.PartEncoding(
            property=name,
            content_type=each.content_type if each else None,
            style=each.style if each else None,
            explode=each.explode if each else None,
            allow_reserved=each.allow_reserved if each else None,
            base64=name in base64,
        )
        for name in dict.fromkeys((*said, *base64))
        for each in (said.get(name),)
    )


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
