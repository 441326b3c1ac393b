"""Ways through the package to be produced: all that is inside a type, a resource.

In: parts of :mod:`specpress.ir`. Out: what is inside them, or a type with what is
inside it changed. Which types hold others is said here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from specpress import ir


def parts(type_: ir.Type) -> tuple[ir.Type, ...]:
    """Return the types that ``type_`` is made of, not what is inside them. A named one
    is not entered."""
    match type_:
        case ir.ListType(item):
            return (item,)
        case ir.DictType(value):
            return (value,)
        case ir.TupleType(items):
            return items
        case ir.UnionType(members):
            return members
        case _:
            return ()


def nested_types(type_: ir.Type) -> Iterator[ir.Type]:
    """Yield ``type_`` and all types inside it."""
    yield type_
    for part in parts(type_):
        yield from nested_types(part)


def mapped(type_: ir.Type, change: Callable[[ir.Type], ir.Type]) -> ir.Type:
    """Return ``type_`` after ``change`` of all types inside it, and then of itself."""
    match type_:
        case ir.ListType(item):
            return change(replace(type_, item=mapped(item, change)))
        case ir.DictType(value):
            return change(replace(type_, value=mapped(value, change)))
        case ir.TupleType(items):
            return change(ir.TupleType(tuple(mapped(i, change) for i in items)))
        case ir.UnionType(members):
            changed = tuple(mapped(member, change) for member in members)
            return change(replace(type_, members=changed))
        case _:
            return change(type_)


def all_resources(resources: Iterable[ir.Resource]) -> Iterator[ir.Resource]:
    """Yield ``resources``, each before those below it."""
    for resource in resources:
        yield resource
        yield from all_resources(resource.children)


def all_methods(resources: Iterable[ir.Resource]) -> Iterator[ir.Method]:
    """Yield the methods of ``resources`` and of all below them."""
    for resource in all_resources(resources):
        yield from resource.methods
