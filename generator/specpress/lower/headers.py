"""Headers of responses → the fields of ``ResponseHeaders``.

In: the responses of all operations. Out: one :class:`ir.Field` for each name, whatever
operations it is of: a header means the same in all of an API, and many documents
describe the same few on every response.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from specpress import ir, naming
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
from specpress.naming import Want
from specpress.openapi import Header, Operation
from specpress.text import Text

_TEXT = ir.ScalarType("str")
_RESERVED = naming.FIELD_RESERVED | {"of"}


def header_nodes(shapes: Shapes, operation: Operation) -> Iterator[Node]:
    """Yield the schemas whose types the headers of ``operation`` need."""
    for header in _headers(operation):
        if header.schema is not None and _is_plain(shapes, Node((header.schema,))):
            yield Node((header.schema,))


def lower_headers(
    types: Types, shapes: Shapes, operations: Iterable[Operation]
) -> tuple[ir.Field, ...]:
    """Return a field for each header, sorted by name."""
    found: dict[str, dict[Header, None]] = {}
    for operation in operations:
        for header in _headers(operation):
            found.setdefault(_key(header), {}).setdefault(header)
    names = _names(found)
    return tuple(
        _field(types, shapes, names[key], tuple(found[key])) for key in sorted(found)
    )


def particular_headers(operations: tuple[Operation, ...]) -> frozenset[Text]:
    """Return the names of headers that less than half of the operations have: others
    need not be said of each."""
    counted = Counter(
        name
        for operation in operations
        for name in {header.name for header in _headers(operation)}
    )
    return frozenset(
        name for name, count in counted.items() if 2 * count < len(operations)
    )


def _headers(operation: Operation) -> Iterator[Header]:
    for response in operation.responses:
        yield from response.headers


def _key(header: Header) -> str:
    return naming.snake_case((header.name,))


def _names(found: dict[str, dict[Header, None]]) -> dict[str, ir.Identifier]:
    wants = [
        Want(key, naming.identifier(key, _RESERVED), (next(iter(headers)).name,))
        for key, headers in found.items()
    ]
    return naming.settle(wants, reserved=_RESERVED).names


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
        wire_name=first.name,
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
