"""Nodes → Python types and the declarations of ``models``.

In: shapes, the graph of uses, names. Out: :class:`ir.Type` for any node at any place,
and the model modules. "Degraded" is collected on the way: where the Python type is
weaker than the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from specpress import ir, naming
from specpress.diagnostics import Report
from specpress.lower import documentation
from specpress.lower.graph import Graph, Use, Variant, is_read_only, keeps_slot
from specpress.lower.joined import (
    ANY,
    ANY_MAPPING,
    NONE,
    optional,
    union,
    without_int,
)
from specpress.lower.nodes import (
    AnyShape,
    ArrayShape,
    EnumShape,
    MapShape,
    Node,
    ObjectShape,
    ReferenceShape,
    ScalarShape,
    Slot,
    TupleShape,
    UnionShape,
)
from specpress.lower.shapes import Shapes
from specpress.lower.type_names import TypeNames
from specpress.lower.vocabulary import json_type
from specpress.naming import Want
from specpress.openapi import JsonType, Schema, Value
from specpress.reserved_words import FIELD_RESERVED, PAGE_FIELD_RESERVED
from specpress.source import Pointer
from specpress.text import Text

_WRITTEN_OUT = 8
"""Aliases inside each other that an argument spells out before it names one."""
_WRITTEN_LEVELS = 20
_WRITTEN_IN_ALL = 50
"""How deep inside an argument an alias is spelled out, and how many of them."""
_LONGEST_LITERAL = 10_000
"""Values of an enum that anyone, or a type checker, still tells apart."""

_OF_JSON: dict[JsonType, ir.Type] = {
    "null": NONE,
    "boolean": ir.ScalarType("bool"),
    "integer": ir.ScalarType("int"),
    "number": ir.ScalarType("float"),
    "string": ir.ScalarType("str"),
    "array": ir.ListType(ANY),
    "object": ir.DictType(ANY),
}

_OF_EXTENSION: dict[str, ir.Scalar] = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "str": "str",
    "datetime": "datetime",
    "date": "date",
    "decimal": "Decimal",
    "uuid": "UUID",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a type stands. ``open``: it is decoded from answers, so enums take any
    value of their kind. ``argument``: the caller passes it, so sequences and mappings
    of any class do. ``upload``: raw bytes are a file."""

    use: Use
    open: bool = False
    argument: bool = False
    upload: bool = False


ARGUMENT = Place("in", argument=True)
UPLOAD = Place("in", argument=True, upload=True)
RESULT = Place("out", open=True)


class Types:
    """Types of one document; remembers what came out weaker than the document."""

    def __init__(
        self, shapes: Shapes, graph: Graph, names: TypeNames, report: Report
    ) -> None:
        self._shapes = shapes
        self._graph = graph
        self._names = names
        self._report = report
        self._writing: list[Node] = []
        self._levels = 0
        self._written = 0
        self._unions: dict[Node, tuple[Node, ...]] = {}
        self._discriminated = _discriminated(shapes, graph)
        self.degraded: dict[tuple[Pointer, str], None] = {}

    # --- Types -----------------------------------------------------------------------

    def type_of(self, node: Node, place: Place) -> ir.Type:
        """Return the type of a value of ``node`` at ``place``."""
        own = self._override(node)
        if own is not None:
            return own
        target, nullable = self._shapes.canonical(node)
        shaped = self._shapes.shaped(target)
        variant = self._graph.variant(target, place.use)
        name = self._names.classes.get(variant)
        if name is None:
            written = self._inline(target, place)
            if place.argument and isinstance(written, ir.UnionType):
                written = without_int(written)
            return optional(written, nullable or shaped.nullable)
        named: ir.Type = ir.NamedType(name)
        match shaped.shape:
            case ObjectShape():
                nullable = nullable or shaped.nullable
                if place.argument:
                    named = union((named, ANY_MAPPING))
            case EnumShape(values):
                if place.open:
                    named = union((named, *_kinds(values)))
            case UnionShape() if place.argument and self._holds_object(target):
                named = union((named, ANY_MAPPING))
            case ArrayShape() | MapShape() if (
                place.argument
                and target not in self._writing
                and len(self._writing) < _WRITTEN_OUT
                and self._levels < _WRITTEN_LEVELS
                and self._written < _WRITTEN_IN_ALL
            ):
                # The alias says ``list``; an argument takes any sequence. One that
                # contains itself has to be named further down.
                self._written += 1
                self._writing.append(target)
                named = self._inline(target, place)
                self._writing.pop()
            case _:
                pass
        return optional(named, nullable)

    def _override(self, node: Node) -> ir.Type | None:
        """Return the type that ``x-specpress-type`` pins."""
        for pointer in node.schemas:
            schema = self._shapes.schema(pointer)
            if schema.python_type is None:
                continue
            scalar = _OF_EXTENSION[schema.python_type]
            target, nullable = self._shapes.canonical(node)
            shaped = self._shapes.shaped(target)
            text = shaped.shape == ScalarShape("str") and scalar in (
                "int",
                "float",
                "bool",
            )
            return optional(
                ir.ScalarType(scalar, as_text=text), nullable or shaped.nullable
            )
        return None

    def _holds_object(self, node: Node) -> bool:
        """Tell whether an object is among the members of a union, at any level."""
        return any(
            isinstance(self._shapes.shaped(target).shape, ObjectShape)
            for target in (node, *self._united(node))
        )

    def _inline(self, node: Node, place: Place) -> ir.Type:
        """Return the type of a canonical node written out, null apart."""
        self.note(node)
        if self._levels == 0:
            self._written = 0
        self._levels += 1
        try:
            return self._written_out(node, place)
        finally:
            self._levels -= 1

    def _written_out(self, node: Node, place: Place) -> ir.Type:
        shape = self._shapes.shaped(node).shape
        match shape:
            case AnyShape():
                return ANY
            case ReferenceShape():
                self.degrade(node.schemas[0], "a schema that is only itself")
                return ANY
            case ScalarShape(name, binary):
                if binary and place.upload:
                    return ir.FileType()
                return ir.ScalarType(name)
            case EnumShape():
                return self._enum(node, shape, place)
            case ArrayShape(items):
                item = union(self.type_of(n, place) for n in items) if items else ANY
                return ir.ListType(item, argument=place.argument)
            case TupleShape(items):
                return ir.TupleType(tuple(self.type_of(n, place) for n in items))
            case MapShape(values):
                value = union(self.type_of(n, place) for n in values) if values else ANY
                return ir.DictType(value, argument=place.argument)
            case ObjectShape():
                return ir.DictType(ANY, argument=place.argument)
            case UnionShape():
                return self._union(node, shape, place)

    def _enum(self, node: Node, shape: EnumShape, place: Place) -> ir.Type:
        values = tuple(v for v in shape.values if isinstance(v, Text | int | bool))
        kinds = _kinds(shape.values)
        if len(values) < len(shape.values):
            self.degrade(
                node.schemas[0], "enum values that Literal cannot hold: not told apart"
            )
            return union(kinds)
        if len(values) > _LONGEST_LITERAL:
            self.degrade(
                node.schemas[0],
                f"an enum of more than {_LONGEST_LITERAL} values: any of their kind",
            )
            return union(kinds)
        literal = ir.LiteralType(values)
        if place.open and not shape.constant:
            return union((literal, *kinds))
        return literal

    def _union(self, node: Node, shape: UnionShape, place: Place) -> ir.Type:
        parts: list[ir.Type] = []
        models = 0
        nullable = False
        for member in self._members(node, shape):
            target, null_on_the_way = self._shapes.canonical(member)
            nullable = (
                nullable or null_on_the_way or self._shapes.shaped(target).nullable
            )
            parts.append(self.type_of(member, place))
            if isinstance(self._shapes.shaped(target).shape, ObjectShape):
                models += 1
        joined = union(parts)
        if isinstance(joined, ir.LiteralType) and len(joined.values) > 1 and place.open:
            joined = union((joined, *_kinds(joined.values)))
        discriminator = self._discriminator(shape, place.use)
        loose = any(
            isinstance(part, ir.DictType) or part == ANY
            for part in (joined.members if isinstance(joined, ir.UnionType) else parts)
        )
        if isinstance(joined, ir.UnionType):
            joined = replace(
                joined,
                discriminator=None if place.argument else discriminator,
                open=place.open
                and not loose
                and (models > 1 or discriminator is not None),
            )
        return joined

    def _members(self, node: Node, shape: UnionShape) -> Iterator[Node]:
        """Yield the members of a union. One that is a union of this very one is
        replaced by its own members: no alias may be a member of itself."""
        seen: set[Node] = {node}
        stack = list(reversed(shape.members))
        while stack:
            member = stack.pop()
            target = self._shapes.canonical(member)[0]
            inner = self._shapes.shaped(target).shape
            if target in seen:
                continue
            if isinstance(inner, UnionShape) and node in self._united(target):
                seen.add(target)
                stack.extend(reversed(inner.members))
            else:
                yield member

    def _united(self, node: Node) -> tuple[Node, ...]:
        """Return every node that a union has among its members, at any level."""
        known = self._unions.get(node)
        if known is not None:
            return known
        found: dict[Node, None] = {}
        stack = [node]
        while stack:
            shape = self._shapes.shaped(stack.pop()).shape
            if isinstance(shape, UnionShape):
                for member in shape.members:
                    target = self._shapes.canonical(member)[0]
                    if target not in found:
                        found[target] = None
                        stack.append(target)
        self._unions[node] = tuple(found)
        return tuple(found)

    def _discriminator(
        self, shape: UnionShape, use: Use
    ) -> ir.DiscriminatorInfo | None:
        if shape.discriminator is None:
            return None
        mapping: list[tuple[Text, ir.Identifier]] = []
        for value, member in shape.mapping:
            target = self._shapes.canonical(member)[0]
            name = self._names.classes.get(self._graph.variant(target, use))
            if name is not None and isinstance(
                self._shapes.shaped(target).shape, ObjectShape
            ):
                mapping.append((value, name))
        if not mapping:
            return None
        return ir.DiscriminatorInfo(shape.discriminator, tuple(mapping))

    def degrade(self, at: Pointer, reason: str) -> None:
        """Record that the Python type at ``at`` is weaker than the document's."""
        self.degraded.setdefault((at, reason))

    # --- Declarations ----------------------------------------------------------------

    def declare(
        self, aliases: Iterable[Node], paged: frozenset[Node]
    ) -> Mapping[ir.Identifier, tuple[ir.Declaration, ...]]:
        """Return the declarations of each module. ``paged`` are bodies of paged
        answers: their fields keep clear of a page's own attributes."""
        modules: dict[ir.Identifier, list[ir.Declaration]] = {}
        for node in self._graph.declared:
            self.note(node)
            for variant in self._graph.variants(node):
                modules.setdefault(self._names.modules[variant], []).append(
                    self._declaration(variant, node in paged)
                )
        for node in aliases:
            variant = Variant(node)
            place = replace(RESULT, open=False)
            modules.setdefault(self._names.modules[variant], []).append(
                ir.Alias(
                    name=self._names.classes[variant],
                    documentation=documentation.of_schema(
                        self._shapes.schema(node.schemas[0])
                    ),
                    type=self.type_of(node, place),
                    at=node.schemas[0],
                )
            )
        return {name: tuple(found) for name, found in modules.items()}

    def note(self, node: Node) -> None:
        """Say what was lost or assumed when ``node`` was shaped."""
        shaped = self._shapes.shaped(node)
        for at, reason in shaped.degraded:
            self.degrade(at, reason)
        for at, reason in shaped.conflicts:
            self._report.warning(
                "schema-conflict",
                at,
                f"the schema states {reason}",
                help=("make the schemas agree",),
            )

    def _place(self, variant: Variant) -> Place:
        uses = self._graph.uses.get(variant.node, frozenset[Use](("out",)))
        use: Use = variant.use or ("out" if "out" in uses else "in")
        upload = use == "in" and variant.node in self._graph.uploads
        return Place(use, open=use == "out", upload=upload)

    def _declaration(self, variant: Variant, paged: bool) -> ir.Declaration:
        node = variant.node
        place = self._place(variant)
        shaped = self._shapes.shaped(node)
        name = self._names.classes[variant]
        schema = self._shapes.schema((*node.chosen[-1:], *node.schemas)[0])
        described = documentation.of_schema(
            schema,
            self._notes(self._shapes.atoms(node)),
        )
        if not isinstance(shaped.shape, ObjectShape):
            inner = (
                replace(place, open=False)
                if isinstance(shaped.shape, EnumShape)
                else place
            )
            return ir.Alias(
                name=name,
                documentation=described,
                type=optional(self._inline(node, inner), shaped.nullable),
                at=node.schemas[0],
            )
        slots = tuple(
            slot
            for slot in shaped.shape.slots
            if keeps_slot(
                self._shapes,
                slot,
                variant.use or _only(self._graph.uses.get(node, frozenset())),
            )
        )
        names = self.field_names(
            slots,
            FIELD_RESERVED | (PAGE_FIELD_RESERVED if paged else frozenset[str]()),
        )
        extra = shaped.shape.additional
        return ir.Model(
            name=name,
            documentation=described,
            fields=tuple(
                self._field(slot, names[slot.name], place, node) for slot in slots
            ),
            additional=(
                union(self.type_of(n, place) for n in extra) if extra else None
            ),
            at=node.schemas[0],
            deprecated=schema.deprecated,
        )

    def field_names(
        self, slots: tuple[Slot, ...], reserved: frozenset[str]
    ) -> dict[Text, ir.Identifier]:
        """Return the Python names of properties; collisions are warnings."""
        wants: list[Want[Text]] = []
        for slot in slots:
            pinned = next(
                (
                    name
                    for p in slot.node.schemas
                    if (name := self._shapes.schema(p).python_name) is not None
                    and not name[:1].isupper()
                ),
                None,
            )
            wish = naming.identifier(
                pinned or naming.snake_case((slot.name,)), reserved
            )
            wants.append(
                Want(
                    slot.name,
                    wish,
                    (slot.name,),
                    slot.name == Text(wish.name),
                    (
                        naming.identifier(
                            naming.extended(wish.name, suffix="_field"), reserved
                        ),
                    ),
                    pinned is not None,
                )
            )
        settled = naming.settle(wants, reserved=reserved)
        at = {slot.name: slot.node.schemas[0] for slot in slots}
        for collision in settled.collisions:
            for wire, given in collision.renamed:
                self._report.warning(
                    "name-collision",
                    at[wire],
                    "more than one property would become the field "
                    f"{collision.wish.name}; ",
                    wire,
                    f" becomes {given.name}",
                    help=("set x-specpress-name on the property",),
                    key=True,
                )
        return settled.names

    def _field(
        self, slot: Slot, name: ir.Identifier, place: Place, owner: Node
    ) -> ir.Field:
        type_ = self.type_of(slot.node, place)
        required = slot.required
        if place.use == "out" and required and self._is_input_only_pair(slot):
            required = False
        return ir.Field(
            name=name,
            wire_name=slot.name,
            type=type_,
            required=required,
            preset=self.preset(slot, type_, owner) if required else None,
            deprecated=any(
                self._shapes.schema(p).deprecated for p in slot.node.schemas
            ),
            documentation=self.documentation_of(slot.node),
            at=slot.node.schemas[0],
        )

    def preset(
        self, slot: Slot, type_: ir.Type, owner: Node | None
    ) -> ir.Preset | None:
        """Return the only value that a required property of ``owner`` has, so that
        nobody has to type it: its own, or the one that discriminators know."""
        named = self._discriminated.get((owner, slot.name)) if owner else None
        if only_value(type_) is None and named is not None and len(named) == 1:
            (value,) = named
            return value if _takes(type_, value) else None
        return only_value(type_)

    def _is_input_only_pair(self, slot: Slot) -> bool:
        """Tell whether ``readOnly`` and ``writeOnly`` meet on one property, which then
        belongs to neither direction for sure."""
        return is_read_only(self._shapes, slot) and any(
            atom.write_only for atom in self._shapes.atoms(slot.node)
        )

    def documentation_of(
        self, node: Node, *, retyped: bool = False
    ) -> ir.Documentation:
        """Return what the document says about a value at its place: the words beside a
        reference, else those of what it refers to unless that has a docstring of its
        own. ``retyped``: the value is not of the schema's type."""
        description: Text | None = None
        title: Text | None = None
        for pointer in node.schemas:
            schema = self._shapes.schema(pointer)
            description = description or documentation.said(schema.description)
            title = title or documentation.said(schema.title)
        target, _ = self._shapes.canonical(node)
        named = any(v in self._names.classes for v in self._graph.variants(target))
        if not named and description is None:
            for atom in reversed(self._shapes.atoms(node)):
                description = description or documentation.said(atom.description)
        atoms = (
            [self._shapes.schema(p) for p in node.schemas]
            if named
            else self._shapes.atoms(node)
        )
        return ir.Documentation(
            summary=None if description or named else title,
            description=description,
            notes=self._notes(atoms, retyped=retyped),
        )

    def _notes(
        self, atoms: Sequence[Schema], *, retyped: bool = False
    ) -> tuple[documentation.Note, ...]:
        notes = list(documentation.notes_of(atoms, retyped=retyped))
        for atom in atoms:
            notes += documentation.of_enum(atom)
            for branches in (atom.one_of, atom.any_of):
                schemas = [self._shapes.schema(branch) for branch in branches]
                notes += documentation.of_values(schemas)
        return tuple(notes)

    def class_name(self, node: Node, use: Use) -> ir.Identifier | None:
        """Return the name of the declared type of ``node``, if it has one."""
        target = self._shapes.canonical(node)[0]
        return self._names.classes.get(self._graph.variant(target, use))

    def module_name(self, node: Node, use: Use) -> ir.Identifier:
        target = self._shapes.canonical(node)[0]
        return self._names.modules[self._graph.variant(target, use)]


def _kinds(values: Iterable[Value]) -> tuple[ir.Type, ...]:
    """Return the open types that the values of an enum belong to."""
    return tuple(dict.fromkeys(_OF_JSON[json_type(value)] for value in values))


def _only(uses: frozenset[Use]) -> Use | None:
    return next(iter(uses)) if len(uses) == 1 else None


def only_value(type_: ir.Type) -> ir.Preset | None:
    """Return the value of a type that has but one."""
    if isinstance(type_, ir.LiteralType) and len(type_.values) == 1:
        return type_.values[0]
    return None


def _takes(type_: ir.Type, text: Text) -> bool:
    members = type_.members if isinstance(type_, ir.UnionType) else (type_,)
    return any(
        member == _OF_JSON["string"]
        or (isinstance(member, ir.LiteralType) and text in member.values)
        for member in members
    )


def _discriminated(
    shapes: Shapes, graph: Graph
) -> dict[tuple[Node, Text], frozenset[Text]]:
    """Return which values discriminators have for a member, by the property they are
    in."""
    found: dict[tuple[Node, Text], frozenset[Text]] = {}
    for node in graph.uses:
        shape = shapes.shaped(node).shape
        if isinstance(shape, UnionShape) and shape.discriminator is not None:
            for value, member in shape.mapping:
                key = shapes.canonical(member)[0], shape.discriminator
                found[key] = found.get(key, frozenset()) | {value}
    return found
