"""Request bodies → the argument for one, and what its media types make of it.

In: a :class:`RequestBody` and the shapes. Out: :class:`ir.Body`; whether the properties
of a body are arguments of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from specpress import ir
from specpress.lower import documentation
from specpress.lower.alternatives import alternatives
from specpress.lower.graph import Use, keeps_slot
from specpress.lower.joined import ANY, optional, union
from specpress.lower.media import is_one_file, kind_of
from specpress.lower.nodes import (
    AnyShape,
    EnumShape,
    Node,
    ObjectShape,
    ScalarShape,
    Slot,
)
from specpress.lower.parts import part_encodings, variable_headers
from specpress.lower.shapes import Shapes
from specpress.lower.types import ARGUMENT, UPLOAD, Types
from specpress.lower.untyped import loses_schema
from specpress.lower.vocabulary import (
    MediaKind,
    is_unspecific,
    lacks_boundary,
    media_kind,
)
from specpress.openapi import MediaType, RequestBody
from specpress.source import Pointer
from specpress.text import Text


def flattened(
    shapes: Shapes, body: RequestBody | None, form: str | None
) -> tuple[Slot, ...] | None:
    """Return the properties that become arguments, or ``None`` where the body is one
    argument."""
    if body is None or form == "single" or len(body.content) != 1:
        return None
    media = body.content[0]
    if kind_of(shapes, media) != "json" or media.schema is None:
        return None
    node, nullable = shapes.canonical(Node((media.schema,)))
    shaped = shapes.shaped(node)
    if nullable or shaped.nullable or not isinstance(shaped.shape, ObjectShape):
        return None
    slots = tuple(s for s in shaped.shape.slots if keeps_slot(shapes, s, "in"))
    if not slots:
        return None
    if shaped.shape.additional and form != "arguments":
        return None
    if not body.required and any(s.required for s in slots) and form != "arguments":
        return None
    return slots


def body_nodes(
    shapes: Shapes,
    body: RequestBody | None,
    form: str | None,
    components: frozenset[Pointer],
) -> tuple[tuple[Node, Use], ...]:
    """Return the nodes whose types a request needs."""
    if body is None:
        return ()
    slots = flattened(shapes, body, form)
    if slots is not None:
        # The properties alone: an inline object that is spread over arguments needs
        # no class. A component has one anyway, and this is how it is used.
        root = Node((body.content[0].schema,)) if body.content[0].schema else None
        whole = [] if root is None else [shapes.canonical(root)[0]]
        return (
            *((slot.node, "in") for slot in slots),
            *((node, "in") for node in whole if node.schemas[0] in components),
        )
    return tuple(
        (Node((media.schema,)), "in")
        for media in body.content
        if media.schema is not None
        and kind_of(shapes, media) in ("json", "form", "multipart")
    )


def whole_body(types: Types, shapes: Shapes, body: RequestBody) -> ir.Argument:
    return ir.Argument(
        name=ir.Identifier("body"),
        wire_name=Text("body"),
        place="whole body",
        type=union(_media_type(types, shapes, media) for media in body.content),
        required=body.required,
        documentation=documentation.of_text(body.description),
        at=body.at,
    )


def _media_type(types: Types, shapes: Shapes, media: MediaType) -> ir.Type:
    if loses_schema(shapes, media):
        types.degrade(media.at, "a body that is not JSON is passed as it is sent")
    kind = kind_of(shapes, media)
    if kind in ("text", "binary") and lacks_boundary(media.name):
        reason = "a multipart body that is sent as it is: content_type has its boundary"
        types.degrade(media.at, reason)
    match kind:
        case "json":
            if media.schema is None:
                return ANY
            return types.type_of(Node((media.schema,)), ARGUMENT)
        case "form" | "multipart":
            if media.schema is None:
                return ir.DictType(ANY, argument=True)
            place = ARGUMENT if kind == "form" else UPLOAD
            if is_one_file(shapes, media):
                types.degrade(media.at, "a part without a name: it is called file")
            return types.type_of(Node((media.schema,)), place)
        case "text":
            text = ir.ScalarType("str")
            # What is of any type may as well be a file.
            is_any = media_kind(media.name) != "text"
            return union((text, ir.FileType())) if is_any else text
        case "xml":
            types.degrade(media.at, "a body in XML is passed as text")
            return ir.ScalarType("str")
        case "binary":
            return ir.FileType()


def lower_body(
    types: Types, shapes: Shapes, body: RequestBody, is_flattened: bool
) -> ir.Body:
    media: list[ir.BodyMedia] = []
    for item in body.content:
        kind = kind_of(shapes, item)
        for header in variable_headers(shapes, item):
            reason = "a header of a part: sent only if File(headers=...) has it"
            types.degrade(header.at, reason)
        media.append(
            ir.BodyMedia(
                media_type=item.name,
                kind="text" if kind == "xml" else kind,
                encodings=part_encodings(shapes, item),
                file=is_one_file(shapes, item),
                open=_open(item.name, kind),
            )
        )
    choice = _choice(media)
    by_value = () if is_flattened else tuple(_by_value(types, shapes, body))
    if choice is not None and by_value:
        choice = optional(choice, True)
    return ir.Body(
        media=tuple(media),
        required=body.required,
        flattened=is_flattened,
        content_type=choice,
        by_value=by_value,
    )


def _choice(media: list[ir.BodyMedia]) -> ir.Type | None:
    """Return the type of the argument that chooses a media type. A range such as
    ``image/*`` leaves it to the caller, as does a boundary that is not ours."""
    named = tuple(m.media_type for m in media if m.open is None)
    any_text = ir.ScalarType("str")
    if len(named) == len(media):
        return ir.LiteralType(named) if len(media) > 1 else None
    return union((ir.LiteralType(named), any_text)) if named else any_text


def _open(media_type: Text, kind: MediaKind) -> ir.OpenKind | None:
    if is_unspecific(media_type):
        return "range"
    return "boundary" if kind != "multipart" and lacks_boundary(media_type) else None


def _by_value(
    types: Types, shapes: Shapes, body: RequestBody
) -> Iterator[tuple[ir.Identifier | ir.ValueKind, Text]]:
    """Yield what is for a media type other than the first, as far as it is of a class
    that no media type before it takes."""
    taken: dict[ir.Identifier | ir.ValueKind, None] = {}
    for media in body.content:
        classes = dict.fromkeys(_classes(types, shapes, media))
        if "any" in classes:
            return
        if taken and not is_unspecific(media.name):
            for each in classes:
                if each not in taken:
                    yield each, media.name
        taken |= classes


def _classes(
    types: Types, shapes: Shapes, media: MediaType
) -> Iterator[ir.Identifier | ir.ValueKind]:
    """Yield the classes of values that a media type is given."""
    kind = kind_of(shapes, media)
    if kind in ("text", "xml"):
        yield "str"
        if kind == "text" and media_kind(media.name) != "text":
            yield "file"
        return
    if kind == "binary":
        yield "file"
        return
    if media.schema is None:
        yield "any"
        return
    for node in alternatives(shapes, Node((media.schema,))):
        match shapes.shaped(node).shape:
            case AnyShape():
                yield "any"
            case ScalarShape("str") | EnumShape():
                yield "str"
            case ScalarShape("bytes"):
                yield "file"
            case _:
                name = types.class_name(node, "in")
                if name is not None:
                    yield name
