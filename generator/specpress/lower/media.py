"""How a body is read and written, from its media type and its schema.

In: a :class:`MediaType`. Out: its :data:`MediaKind`. What a media type alone says is
:func:`specpress.lower.vocabulary.media_kind`.
"""

from __future__ import annotations

from specpress.lower.nodes import (
    EnumShape,
    Node,
    ScalarShape,
)
from specpress.lower.shapes import Shapes
from specpress.lower.vocabulary import (
    MediaKind,
    is_any_kind,
    is_file,
    media_kind,
)
from specpress.openapi import MediaType
from specpress.text import Text


def kind_of(shapes: Shapes, media: MediaType) -> MediaKind:
    """Return how a body of ``media`` is read and written: one of any type (``*/*``) is
    JSON unless its schema says that it is a text, or raw bytes; a text may be raw bytes,
    too, and what is neither text nor a file by its name may be a text."""
    kind = media_kind(media.name)
    unspecific = kind == "json" and is_any_kind(media.name)
    open_ = unspecific or (kind == "binary" and not is_file(media.name))
    if media.schema is None or not (open_ or kind in ("text", "xml")):
        return kind
    shape = shapes.shaped(shapes.canonical(Node((media.schema,)))[0]).shape
    match shape:
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
