"""How a body is read and written, from its media type and its schema.

In: a :class:`MediaType`. Out: its :data:`MediaKind`. What a media type alone says is
:func:`specpress.lower.vocabulary.media_kind`.
"""

from __future__ import annotations

from specpress.lower.nodes import (
    ArrayShape,
    EnumShape,
    Node,
    ScalarShape,
    Shape,
    TupleShape,
    UnionShape,
)
from specpress.lower.shapes import Shapes
from specpress.lower.vocabulary import (
    MediaKind,
    is_any_kind,
    is_file,
    is_multipart_form,
    media_kind,
)
from specpress.openapi import MediaType
from specpress.text import Text


def kind_of(shapes: Shapes, media: MediaType) -> MediaKind:
    """Return how a body of ``media`` is read and written: one of any type (``*/*``) is
    JSON unless its schema says that it is a text, or raw bytes; a text may be raw bytes,
    too, and what is neither text nor a file by its name may be a text. A form that is no
    object is the text, or the bytes, that somebody else made of one."""
    kind = media_kind(media.name)
    if media.schema is not None and kind in ("form", "multipart"):
        return _of_form(shapes, media, _shape(shapes, Node((media.schema,))))
    unspecific = kind == "json" and is_any_kind(media.name)
    open_ = unspecific or (kind == "binary" and not is_file(media.name))
    if media.schema is None or not (open_ or kind in ("text", "xml")):
        return kind
    match _shape(shapes, Node((media.schema,))):
        case ScalarShape(binary=True):
            return "binary"
        case ScalarShape("str") if open_:
            return "text"
        case EnumShape(values) if open_ and all(
            isinstance(value, Text) for value in values
        ):
            return "text"
        case _:
            return kind


def is_one_file(shapes: Shapes, media: MediaType) -> bool:
    """Tell whether a body has parts with names, and a file in place of an object."""
    if media.schema is None or not is_multipart_form(media.name):
        return False
    shape = _shape(shapes, Node((media.schema,)))
    return isinstance(shape, ScalarShape) and shape.binary


def _of_form(shapes: Shapes, media: MediaType, shape: Shape) -> MediaKind:
    kind = media_kind(media.name)
    match shape:
        case ScalarShape(binary=True) if kind == "multipart":
            return kind if is_one_file(shapes, media) else "binary"
        case ScalarShape("Any"):
            return kind
        case ScalarShape() | EnumShape():
            return "text"
        case ArrayShape() | TupleShape() if kind == "form":
            return "text"
        case UnionShape(members) if all(
            isinstance(_shape(shapes, member), ScalarShape | EnumShape)
            for member in members
        ):
            return "text"
        case _:
            return kind


def _shape(shapes: Shapes, node: Node) -> Shape:
    return shapes.shaped(shapes.canonical(node)[0]).shape
