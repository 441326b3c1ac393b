"""Families: a discriminator on a schema that others build upon by ``allOf``.

In: the components, and what holds for each of them. Out: the members of each base, and
the union that they are (OpenAPI 3.1, "Composition and Inheritance").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from specpress.lower.nodes import Node, UnionShape
from specpress.openapi import Discriminator, Schema
from specpress.source import Pointer
from specpress.text import Text

Components = tuple[tuple[Text, Pointer], ...]


class Families:
    """The bases of one document, each with the components that are built upon it."""

    def __init__(
        self,
        schemas: Mapping[Pointer, Schema],
        components: Components,
        atoms: Callable[[Node], tuple[Schema, ...]],
    ) -> None:
        self._components = components
        self._discriminators: dict[Pointer, Discriminator] = {}
        for _, pointer in components:
            schema = schemas.get(pointer)
            if schema is None or schema.one_of or schema.any_of:
                continue
            if schema.discriminator is not None:
                self._discriminators[pointer] = schema.discriminator
        members: dict[Pointer, list[tuple[Text, Pointer]]]
        members = {base: [] for base in self._discriminators}
        for name, pointer in components if members else ():
            schema = schemas.get(pointer)
            if schema is None or not schema.all_of:
                continue
            for atom in atoms(Node((pointer,))):
                if atom.at in members and atom.at != pointer:
                    members[atom.at].append((name, pointer))
        self._members = {base: found for base, found in members.items() if found}

    def __bool__(self) -> bool:
        return bool(self._members)

    def __contains__(self, pointer: Pointer) -> bool:
        return pointer in self._members

    def base_of(self, members: Iterable[Pointer]) -> Pointer | None:
        """Return a base that all of ``members`` are built upon."""
        wanted = set(members)
        for base, family in self._members.items():
            if wanted <= {pointer for _, pointer in family}:
                return base
        return None

    def union(self, base: Pointer) -> UnionShape:
        """Return all members of a family, the base included."""
        discriminator, members = self._discriminators[base], self._members[base]
        mapping: dict[Text, Node] = {
            value: Node((target,)) for value, target in discriminator.mapping
        }
        mapped = {target.schemas[0] for target in mapping.values()}
        for name, pointer in members:
            if pointer not in mapped:
                mapping.setdefault(name, Node((pointer,)))
        for name, pointer in self._components:
            if pointer == base and base not in mapped:
                mapping.setdefault(name, Node((base,)))
        nodes = dict.fromkeys([Node((p,)) for _, p in members])
        nodes |= dict.fromkeys(mapping.values())
        nodes[Node((base,))] = None
        return UnionShape(tuple(nodes), discriminator.property, tuple(mapping.items()))
