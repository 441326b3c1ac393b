"""Nodes and their shapes: frozen data, no behaviour.

A node is a conjunction of schemas: one schema of the document, or what ``allOf`` and a
property stated twice make hold together. Its shape says what a value looks like, and
refers to other nodes, so it may be recursive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from specpress.ir import Scalar
from specpress.openapi import JsonType, Value
from specpress.source import Pointer
from specpress.text import Text


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """Schemas that hold together.

    ``chosen`` are branches of ``oneOf``/``anyOf`` that were picked, or the keyword
    itself where none is; ``only`` narrows to one JSON type (a member of ``type:
    [string, object]``); ``family`` means the schema or one of those built upon it with
    ``allOf`` (its discriminator tells).
    """

    schemas: tuple[Pointer, ...]
    chosen: tuple[Pointer, ...] = ()
    only: JsonType | None = None
    family: bool = False


@dataclass(frozen=True, slots=True)
class AnyShape:
    pass


@dataclass(frozen=True, slots=True)
class ScalarShape:
    name: Scalar
    binary: bool = False


@dataclass(frozen=True, slots=True)
class EnumShape:
    """Values without null, unique; not all of them fit in a ``Literal``."""

    values: tuple[Value, ...]
    constant: bool


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """Items are of one of these nodes; none: anything."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class TupleShape:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapShape:
    """An object without declared properties; more than one value type when patterns
    of keys have types of their own; empty: anything."""

    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A declared property. Several schemas where it is declared more than once."""

    name: Text
    node: Node
    required: bool


@dataclass(frozen=True, slots=True)
class ObjectShape:
    slots: tuple[Slot, ...]
    additional: tuple[Node, ...]
    """Types of undeclared properties, where the document gives some."""


@dataclass(frozen=True, slots=True)
class UnionShape:
    members: tuple[Node, ...]
    discriminator: Text | None = None
    mapping: tuple[tuple[Text, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceShape:
    """Nothing but another node."""

    target: Node


Shape: TypeAlias = (
    AnyShape
    | ScalarShape
    | EnumShape
    | ArrayShape
    | TupleShape
    | MapShape
    | ObjectShape
    | UnionShape
    | ReferenceShape
)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A shape, whether null is allowed beside it, and what was lost on the way."""

    shape: Shape
    nullable: bool = False
    degraded: tuple[tuple[Pointer, str], ...] = ()
    conflicts: tuple[tuple[Pointer, str], ...] = ()
    """Contradictions of the document, with what was assumed: warnings."""
