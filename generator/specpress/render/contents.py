"""The types that a package mentions."""

from __future__ import annotations

from collections.abc import Iterator

from specpress import ir
from specpress.walking import all_methods


def answered_types(package: ir.Package) -> Iterator[ir.Type]:
    """Return the types of all that is decoded, aliases among them."""
    for module in package.models:
        for declaration in module.declarations:
            if isinstance(declaration, ir.Alias):
                yield declaration.type
    yield from read_types(package)


def read_types(package: ir.Package) -> Iterator[ir.Type]:
    """Return the types of all places where decoding begins. Of aliases, only their
    places say whether they are decoded; models all can be, by ``from_dict``."""
    for module in package.models:
        for declaration in module.declarations:
            if isinstance(declaration, ir.Model):
                yield from (field.type for field in declaration.fields)
                if declaration.additional is not None:
                    yield declaration.additional
    yield from (field.type for field in package.headers)
    for method in all_methods(package.resources):
        for media in (*method.responses, *method.errors):
            if media.type is not None:
                yield media.type
    if package.settings.error_type is not None:
        yield package.settings.error_type
    if package.webhooks is not None:
        for event in (*package.webhooks.events, *package.webhooks.callbacks):
            yield event.type


def sent_types(package: ir.Package) -> Iterator[ir.Type]:
    """Return the types of all arguments; those of models are with the answers."""
    for method in all_methods(package.resources):
        yield from (argument.type for argument in method.arguments)
