"""Types joined to one: unions, and null beside a type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from specpress import ir
from specpress.lower.vocabulary import json_type
from specpress.openapi import Value
from specpress.text import Text

ANY = ir.ScalarType("Any")
NONE = ir.ScalarType("None")
ANY_MAPPING = ir.DictType(ANY, argument=True)
_INT = ir.ScalarType("int")
_FLOAT = ir.ScalarType("float")


def union(types: Iterable[ir.Type]) -> ir.Type:
    """Return the union of ``types``: flat, unique, literals joined, ``None`` last."""
    members: dict[ir.Type, None] = {}
    literals: dict[tuple[str, Value], Text | int | bool | None] = {}
    nullable = False
    position: ir.Type | None = None
    is_open = False
    for type_ in types:
        inner = (
            type_.members
            if isinstance(type_, ir.UnionType) and type_.discriminator is None
            else (type_,)
        )
        is_open = is_open or (isinstance(type_, ir.UnionType) and type_.open)
        for member in inner:
            if member == NONE:
                nullable = True
            elif isinstance(member, ir.LiteralType):
                for value in member.values:
                    literals.setdefault((json_type(value), value), value)
                if position is None:
                    position = member
                    members[position] = None
            else:
                members[member] = None
    if ANY in members:
        return ANY
    found: list[ir.Type] = [
        ir.LiteralType(tuple(literals.values())) if member is position else member
        for member in members
    ]
    # A mapping of any kind stands after the models that it may be instead of.
    found.sort(key=lambda member: member == ANY_MAPPING)
    if nullable:
        found.append(NONE)
    if not found:
        return ANY
    if len(found) == 1:
        return found[0]
    return ir.UnionType(tuple(found), open=is_open)


def without_int(type_: ir.UnionType) -> ir.Type:
    """Leave ``int`` out beside ``float``: checkers take one wherever an argument may
    be the other."""
    if _FLOAT not in type_.members or _INT not in type_.members:
        return type_
    rest = tuple(member for member in type_.members if member != _INT)
    return rest[0] if len(rest) == 1 else replace(type_, members=rest)


def optional(type_: ir.Type, nullable: bool) -> ir.Type:
    if not nullable or type_ == ANY:
        return type_
    if isinstance(type_, ir.UnionType):
        if NONE in type_.members:
            return type_
        return replace(type_, members=(*type_.members, NONE))
    return type_ if type_ == NONE else ir.UnionType((type_, NONE))
