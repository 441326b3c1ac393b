"""How a body is read and written, from its media type and its schema.

In: a :class:`MediaType`. Out: its :data:`MediaKind`. What a media type alone says is
:func:`specpress.lower.vocabulary.media_kind`.
"""

from __future__ import annotations

from specpress.lower.nodes import (
    Node,
    ScalarShape,
)
from specpress.lower.shapes import Shapes
from specpress.lower.vocabulary import MediaKind, is_unspecific, media_kind
from specpress.openapi import MediaType


def kind_of(shapes: Shapes, media: MediaType) -> MediaKind:
    """Return how a body of ``media`` is read and written: one of any type (``*/*``) is
    JSON unless its schema says that it is raw bytes."""
    kind = media_kind(media.name)
    if kind == "json" and is_unspecific(media.name) and media.schema is not None:
        shape = shapes.shaped(shapes.canonical(Node((media.schema,)))[0]).shape
        if isinstance(shape, ScalarShape) and shape.binary:
            return "binary"
    return kind
