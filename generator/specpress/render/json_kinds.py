"""What kinds of JSON values a type has: whether the kind, or a discriminator, says which
member of a union a value is, or values have to be compared with the members; and whether
a parameter can be an object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from specpress import ir
from specpress.render.contents import read_types
from specpress.walking import parts

Kind: TypeAlias = Literal[
    "object", "array", "string", "integer", "number", "boolean", "null"
]

Named: TypeAlias = dict[ir.Identifier, ir.Model | ir.Alias]

_ALL: frozenset[Kind] = frozenset(
    {"object", "array", "string", "integer", "number", "boolean", "null"}
)
_SCALARS: dict[ir.Scalar, frozenset[Kind]] = {
    "Any": _ALL,
    "None": frozenset({"null"}),
    "bool": frozenset({"boolean"}),
    "int": frozenset({"integer", "number"}),
    "float": frozenset({"integer", "number"}),
}
"""What is missing is a string. A number may be an integer: ``1.0``."""


def needs_comparing(package: ir.Package) -> bool:
    """Tell whether a value that is read can be of several members of its union."""
    named = _named(package)
    seen: set[ir.Type] = set()
    pending = list(read_types(package))
    while pending:
        type_ = pending.pop()
        if type_ in seen:
            continue
        seen.add(type_)
        if isinstance(type_, ir.NamedType):
            declaration = named.get(type_.name)
            if isinstance(declaration, ir.Alias):
                pending.append(declaration.type)
        elif isinstance(type_, ir.UnionType) and is_ambiguous(type_, named):
            return True
        pending += parts(type_)
    return False


def hold_objects(types: Iterable[ir.Type], package: ir.Package) -> bool:
    """Tell whether a value of one of ``types`` can be more than a text, a number and the
    like, or a list of these."""
    named = _named(package)
    for type_ in types:
        for member in _members(type_, named):
            if "object" in _kinds(member, named) or isinstance(member, ir.TupleType):
                return True
            if isinstance(member, ir.ListType):
                for item in _members(member.item, named):
                    if _kinds(item, named) & {"array", "object"}:
                        return True
    return False


def _named(package: ir.Package) -> Named:
    return {
        declaration.name: declaration
        for module in package.models
        for declaration in module.declarations
        if not isinstance(declaration, ir.PageModel)
    }


def is_ambiguous(union: ir.UnionType, named: Named) -> bool:
    members = [*_members(union, named)]
    if _is_told_by_discriminator(union, members, named):
        members = [each for each in members if "object" not in _kinds(each, named)]
    elif union.open:
        return True
    plain = [each for each in members if not isinstance(each, ir.LiteralType)]
    listed = [each for each in members if isinstance(each, ir.LiteralType)]
    passing: set[Kind] = set()
    for member in plain:
        if isinstance(member, ir.ScalarType) and not member.as_text:
            passing |= _PASSING.get(member.name, frozenset())
    return _overlap(_kinds(each, named) for each in plain) or _overlap(
        _kinds(each, named)
        for each in (*listed, *plain)
        if not _kinds(each, named) <= passing
    )


_PASSING: dict[ir.Scalar, frozenset[Kind]] = {
    "str": frozenset({"string"}),
    "bool": frozenset({"boolean"}),
    "None": frozenset({"null"}),
}
"""Values of these kinds are right as they are, listed beside them or not."""


def _overlap(kinds: Iterable[frozenset[Kind]]) -> bool:
    taken: set[Kind] = set()
    for each in kinds:
        if taken & each:
            return True
        taken |= each
    return False


def _is_told_by_discriminator(
    union: ir.UnionType, members: list[ir.Type], named: Named
) -> bool:
    """Tell whether each object has the property; one with another value, or without
    it, is an unknown variant."""
    if union.discriminator is None or not union.open:
        return False
    property_ = union.discriminator.property
    for member in members:
        if "object" in _kinds(member, named):
            model = named.get(member.name) if isinstance(member, ir.NamedType) else None
            if not isinstance(model, ir.Model) or not any(
                field.wire_name == property_ and field.required
                for field in model.fields
            ):
                return False
    return True


def _members(type_: ir.Type, named: Named, depth: int = 0) -> Iterator[ir.Type]:
    """Yield the members of a union as Python sees them: aliases of unions are entered,
    but for quoted ones, which are looked up when a value comes."""
    if isinstance(type_, ir.UnionType) and (depth == 0 or type_.discriminator is None):
        for member in type_.members:
            yield from _members(member, named, depth + 1)
    elif (
        isinstance(type_, ir.NamedType)
        and not type_.quoted
        and isinstance(alias := named.get(type_.name), ir.Alias)
    ):
        yield from _members(alias.type, named, depth + 1)
    else:
        yield type_


def _kinds(type_: ir.Type, named: Named) -> frozenset[Kind]:
    match type_:
        case ir.ScalarType(name=name, as_text=False):
            return _SCALARS.get(name, frozenset({"string"}))
        case ir.LiteralType(values):
            return frozenset(kind for value in values for kind in _of_value(value))
        case ir.ListType() | ir.TupleType():
            return frozenset({"array"})
        case ir.DictType():
            return frozenset({"object"})
        case ir.UnionType():
            members = _members(type_, named)
            return frozenset[Kind]().union(*(_kinds(each, named) for each in members))
        case ir.NamedType(name=name, quoted=False) if isinstance(
            named.get(name), ir.Model
        ):
            return frozenset({"object"})
        case ir.NamedType():
            return _ALL
        case _:
            return frozenset({"string"})


def _of_value(value: object) -> tuple[Kind, ...]:
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("boolean",)
    return ("integer", "number") if isinstance(value, int) else ("string",)
