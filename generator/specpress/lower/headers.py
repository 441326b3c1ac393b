"""Headers of responses → the fields of ``ResponseHeaders``.

In: the responses of all operations. Out: one :class:`ir.Field` for each header,
whatever operations it is of and however its name is capitalized: a header means the
same in all of an API, and many documents describe the same few on every response.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from specpress import ir, naming
from specpress.diagnostics import Report
from specpress.lower import documentation
from specpress.lower.joined import ANY, union
from specpress.lower.nodes import (
    AnyShape,
    ArrayShape,
    EnumShape,
    Node,
    ScalarShape,
    UnionShape,
)
from specpress.lower.shapes import Shapes
from specpress.lower.types import RESULT, Types
from specpress.lower.vocabulary import header_key
from specpress.naming import Want
from specpress.openapi import Header, Operation
from specpress.reserved_words import FIELD_RESERVED
from specpress.text import Text

_TEXT = ir.ScalarType("str")
_RESERVED = FIELD_RESERVED | {"of"}


def header_nodes(shapes: Shapes, operation: Operation) -> Iterator[Node]:
    """Yield the schemas whose types the headers of ``operation`` need."""
    for header in _headers(operation):
        if header.schema is not None and _is_plain(shapes, Node((header.schema,))):
            yield Node((header.schema,))


def lower_headers(
    types: Types, shapes: Shapes, operations: Iterable[Operation], report: Report
) -> tuple[ir.Field, ...]:
    """Return a field for each header, sorted by name."""
    described: dict[Text, dict[Header, None]] = {}
    for operation in operations:
        for header in _headers(operation):
            described.setdefault(header_key(header.name), {}).setdefault(header)
    found = {key: tuple(headers) for key, headers in described.items()}
    names = _names(found, report)
    return tuple(
        _field(types, shapes, names[key], found[key])
        for key in sorted(found, key=lambda key: names[key])
    )


def particular_headers(operations: tuple[Operation, ...]) -> frozenset[Text]:
    """Return the keys of headers that less than half of the operations have: others
    need not be said of each."""
    counted = Counter(
        key
        for operation in operations
        for key in {header_key(header.name) for header in _headers(operation)}
    )
    return frozenset(
        key for key, count in counted.items() if 2 * count < len(operations)
    )


def _headers(operation: Operation) -> Iterator[Header]:
    for response in operation.responses:
        yield from response.headers


def _spelling(headers: tuple[Header, ...]) -> Text:
    """Return the same one of the spellings of a name in whatever order they come; one
    with capitals, which tell its words apart, before one without."""
    return min(header.name for header in headers)


def _names(
    found: Mapping[Text, tuple[Header, ...]], report: Report
) -> dict[Text, ir.Identifier]:
    wants: list[Want[Text]] = []
    for key, headers in found.items():
        wish = naming.identifier(naming.snake_case((_spelling(headers),)), _RESERVED)
        other = naming.extended(wish.name, suffix="_header")
        wants.append(
            Want(
                key,
                wish,
                (key,),
                key == Text(wish.name),
                (naming.identifier(other, _RESERVED),),
            )
        )
    settled = naming.settle(wants, reserved=_RESERVED)
    for collision in settled.collisions:
        for key, given in collision.renamed:
            report.warning(
                "name-collision",
                found[key][0].at,
                "more than one header would become the field "
                f"{collision.wish.name}; ",
                _spelling(found[key]),
                f" becomes {given.name}",
            )
    return settled.names


def _field(
    types: Types, shapes: Shapes, name: ir.Identifier, headers: tuple[Header, ...]
) -> ir.Field:
    first = headers[0]
    described = next((h.description for h in headers if h.description), None)
    notes: tuple[documentation.Note, ...] = ()
    if first.schema is not None:
        of_schema = types.documentation_of(Node((first.schema,)))
        described = described or of_schema.description
        notes = of_schema.notes
    return ir.Field(
        name=name,
        wire_name=_spelling(headers),
        type=union(_type(types, shapes, header) for header in headers),
        required=False,
        deprecated=all(header.deprecated for header in headers),
        documentation=ir.Documentation(description=described or None, notes=notes),
        at=first.at,
    )


def _type(types: Types, shapes: Shapes, header: Header) -> ir.Type:
    if header.schema is None:
        if header.content is not None:
            types.degrade(header.at, "a header with content is passed on as text")
        return _TEXT
    node = Node((header.schema,))
    if not _is_plain(shapes, node):
        types.degrade(header.at, "a header that is an object is passed on as text")
        return _TEXT
    found = types.type_of(node, RESULT)
    return _TEXT if found == ANY else found


def _is_plain(shapes: Shapes, node: Node, *, in_list: bool = False) -> bool:
    """Tell whether a text can be read as a value: a plain one, or a list of such."""
    shape = shapes.shaped(shapes.canonical(node)[0]).shape
    match shape:
        case ScalarShape() | EnumShape() | AnyShape():
            return True
        case ArrayShape(items):
            return not in_list and all(
                _is_plain(shapes, item, in_list=True) for item in items
            )
        case UnionShape(members):
            return all(_is_plain(shapes, member, in_list=True) for member in members)
        case _:
            return False
