"""Parameters and bodies → the arguments of a method.

In: an operation and the shapes. Out: :class:`ir.Argument` and :class:`ir.Body`.
"""

from __future__ import annotations

from dataclasses import dataclass

from specpress import ir, naming
from specpress.diagnostics import Report
from specpress.lower import documentation
from specpress.lower.bodies import flattened, lower_body, whole_body
from specpress.lower.joined import ANY
from specpress.lower.nodes import Node, Slot
from specpress.lower.shapes import Shapes
from specpress.lower.types import ARGUMENT, Types, only_value
from specpress.lower.vocabulary import header_is_reserved, path_parameters
from specpress.naming import Want
from specpress.openapi import Location, Operation, Parameter, RequestBody
from specpress.reserved_words import ARGUMENT_RESERVED
from specpress.source import Pointer
from specpress.text import Text

_DEFAULTS = {
    Location.PATH: ("simple", False),
    Location.QUERY: ("form", True),
    Location.HEADER: ("simple", False),
    Location.COOKIE: ("form", True),
}

_RESERVED = ARGUMENT_RESERVED | {"body"}


def sent_parameters(operation: Operation) -> tuple[Parameter, ...]:
    """Return the parameters that count; the standard has some headers ignored."""
    return tuple(
        p
        for p in operation.parameters
        if not (p.location is Location.HEADER and header_is_reserved(p.name))
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    location: str
    name: Text


def lower_arguments(
    types: Types,
    shapes: Shapes,
    operation: Operation,
    pins: dict[Pointer, str],
    report: Report,
) -> tuple[tuple[ir.Argument, ...], ir.Body | None]:
    """Return the arguments in the order they are written, and the body."""
    parameters = sent_parameters(operation)
    names = _parameter_names(operation, parameters, pins, report)
    order = {name: index for index, name in enumerate(path_parameters(operation.path))}
    in_path = sorted(
        (p for p in parameters if p.location is Location.PATH),
        key=lambda p: order.get(p.name, len(order)),
    )
    others = [p for p in parameters if p.location is not Location.PATH]
    arguments = [
        _parameter(types, parameter, names[_key(parameter)])
        for parameter in (*in_path, *others)
    ]
    if operation.body is None or not operation.body.content:
        return tuple(arguments), None
    slots = flattened(shapes, operation.body, operation.body_form)
    taken = frozenset(name.name for name in names.values())
    if slots is None:
        arguments.append(whole_body(types, shapes, operation.body))
    else:
        arguments.extend(_body_fields(types, shapes, operation.body, slots, taken))
    return tuple(arguments), lower_body(
        types, shapes, operation.body, slots is not None
    )


def _key(parameter: Parameter) -> _Wanted:
    return _Wanted(parameter.location.value, parameter.name)


def _parameter_names(
    operation: Operation,
    parameters: tuple[Parameter, ...],
    pins: dict[Pointer, str],
    report: Report,
) -> dict[_Wanted, ir.Identifier]:
    wants: list[Want[_Wanted]] = []
    in_path = {
        naming.snake_case((p.name,)) for p in parameters if p.location is Location.PATH
    }
    for parameter in parameters:
        pinned = pins.get(parameter.at) or parameter.python_name
        wish = naming.identifier(
            pinned or naming.snake_case((parameter.name,)), _RESERVED
        )
        wants.append(
            Want(
                _key(parameter),
                wish,
                (parameter.location.value, parameter.name),
                parameter.location is Location.PATH
                or (parameter.name == Text(wish.name) and wish.name not in in_path),
                (
                    naming.identifier(
                        naming.snake_case((parameter.name, parameter.location.value)),
                        _RESERVED,
                    ),
                ),
                pinned is not None,
            )
        )
    settled = naming.settle(wants, reserved=_RESERVED)
    at = {_key(parameter): parameter.at for parameter in parameters}
    for collision in settled.collisions:
        for key, name in collision.renamed:
            report.warning(
                "name-collision",
                at[key],
                "more than one parameter of the operation would become the argument "
                f"{collision.wish.name}; this one becomes {name.name}",
                help=("set x-specpress-name on the parameter",),
            )
    return settled.names


def _parameter(types: Types, parameter: Parameter, name: ir.Identifier) -> ir.Argument:
    media = parameter.content
    schema = media.schema if media is not None else parameter.schema
    type_ = types.type_of(Node((schema,)), ARGUMENT) if schema is not None else ANY
    if parameter.python_type is not None:
        scalar: dict[str, ir.Scalar] = {"decimal": "Decimal", "uuid": "UUID"}
        kind = parameter.python_type
        type_ = ir.ScalarType(scalar.get(kind, kind))  # type: ignore[arg-type]
    described = None
    if schema is not None:
        retyped = parameter.python_type is not None
        described = types.documentation_of(Node((schema,)), retyped=retyped)
    doc = documentation.of_text(parameter.description)
    if described is not None:
        doc = ir.Documentation(
            description=doc.description or described.description,
            notes=described.notes,
        )
    positional = parameter.location is Location.PATH
    return ir.Argument(
        name=name,
        wire_name=parameter.name,
        place=parameter.location.value,
        type=type_,
        required=positional or parameter.required,
        preset=only_value(type_) if parameter.required and not positional else None,
        positional=positional,
        style=_style(parameter, type_),
        documentation=doc,
        deprecated=parameter.deprecated,
        at=parameter.at,
    )


def _style(parameter: Parameter, type_: ir.Type) -> ir.ParameterStyle | None:
    if parameter.content is not None:
        return ir.ParameterStyle(
            style=parameter.style,
            explode=parameter.explode,
            allow_reserved=parameter.allow_reserved,
            content_type=parameter.content.name,
        )
    style, explode = _DEFAULTS[parameter.location]
    same_explode = parameter.explode == explode or (
        parameter.style in ("simple", "form") and not _is_composite(type_)
    )
    if parameter.style == style and same_explode and not parameter.allow_reserved:
        return None
    return ir.ParameterStyle(
        style=parameter.style,
        explode=parameter.explode,
        allow_reserved=parameter.allow_reserved,
    )


def _is_composite(type_: ir.Type) -> bool:
    match type_:
        case ir.ScalarType(name):
            return name == "Any"
        case ir.LiteralType():
            return False
        case ir.UnionType(members):
            return any(_is_composite(m) for m in members)
        case ir.NamedType():
            # An alias of an enum is a scalar, but only the declarations know.
            return True
        case _:
            return True


def _body_fields(
    types: Types,
    shapes: Shapes,
    body: RequestBody,
    slots: tuple[Slot, ...],
    taken: frozenset[str],
) -> list[ir.Argument]:
    schema = body.content[0].schema
    owner = None if schema is None else shapes.canonical(Node((schema,)))[0]
    plain = types.field_names(slots, ARGUMENT_RESERVED)
    clashing = tuple(s for s in slots if plain[s.name].name in taken)
    names = dict(plain)
    for slot in clashing:
        names[slot.name] = naming.identifier(
            naming.extended(plain[slot.name].name, prefix="body_"),
            taken | {n.name for n in plain.values()},
        )
    found: list[ir.Argument] = []
    for slot in slots:
        type_ = types.type_of(slot.node, ARGUMENT)
        found.append(
            ir.Argument(
                name=names[slot.name],
                wire_name=slot.name,
                place="body",
                type=type_,
                required=slot.required,
                preset=types.preset(slot, type_, owner) if slot.required else None,
                documentation=types.documentation_of(slot.node),
                deprecated=any(shapes.schema(p).deprecated for p in slot.node.schemas),
                as_text=_is_as_text(type_),
                at=slot.node.schemas[0],
            )
        )
    return found


def _is_as_text(type_: ir.Type) -> bool:
    if isinstance(type_, ir.UnionType):
        return any(_is_as_text(m) for m in type_.members)
    return isinstance(type_, ir.ScalarType) and type_.as_text
