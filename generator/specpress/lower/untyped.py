"""Bodies that are neither JSON nor a form: what their schema says is not read.

In: a :class:`MediaType`. Out: whether its schema says more than the text or the bytes
that the client passes on.
"""

from __future__ import annotations

from specpress.lower.media import kind_of
from specpress.lower.nodes import AnyShape, Node, ScalarShape
from specpress.lower.shapes import Shapes
from specpress.lower.vocabulary import media_kind
from specpress.openapi import MediaType


def loses_schema(shapes: Shapes, media: MediaType) -> bool:
    """Tell whether a text or bytes are all that is left of a schema that says more."""
    kind = kind_of(shapes, media)
    if media.schema is None or kind not in ("text", "binary"):
        return False
    if media_kind(media.name) == "json":
        # Of any type: the schema says itself that it is a text, or raw bytes.
        return False
    shape = shapes.shaped(shapes.canonical(Node((media.schema,)))[0]).shape
    match shape:
        case AnyShape() | ScalarShape("str"):
            return False
        case ScalarShape("bytes"):
            return kind == "text"
        case _:
            return True


def says_otherwise(
    shapes: Shapes, media: MediaType, read: tuple[MediaType, ...]
) -> bool:
    """Tell whether an alternative that is not asked for has another schema than those
    in JSON that are."""
    if media.schema is None:
        return False
    own = shapes.canonical(Node((media.schema,)))[0]
    return all(
        shapes.canonical(Node((other.schema,)))[0] != own
        for other in read
        if other.schema is not None and kind_of(shapes, other) == "json"
    )
