"""Everything of one kind in a package: its resources, and the types it mentions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specpress import ir


def all_resources(resources: Iterable[ir.Resource]) -> list[ir.Resource]:
    """Return ``resources`` and all below them."""
    found: list[ir.Resource] = []
    for resource in resources:
        found.append(resource)
        found.extend(all_resources(resource.children))
    return found


def methods(package: ir.Package) -> Iterator[ir.Method]:
    """Yield the methods of all resources."""
    for resource in all_resources(package.resources):
        yield from resource.methods


def answered_types(package: ir.Package) -> Iterator[ir.Type]:
    """Return the types of all that is decoded."""
    for module in package.models:
        for declaration in module.declarations:
            if isinstance(declaration, ir.Model):
                yield from (field.type for field in declaration.fields)
                if declaration.additional is not None:
                    yield declaration.additional
            elif isinstance(declaration, ir.Alias):
                yield declaration.type
    yield from (field.type for field in package.headers)
    for method in methods(package):
        yield method.result
        yield from (each.type for each in method.errors if each.type is not None)


def sent_types(package: ir.Package) -> Iterator[ir.Type]:
    """Return the types of all arguments; those of models are with the answers."""
    for method in methods(package):
        yield from (argument.type for argument in method.arguments)
