"""Schemas → shapes: what a value looks like once ``$ref`` and composition are seen
through.

In: the schema table of :class:`specpress.openapi.Api`. Out: for each node one
:class:`Shaped`. A node is a conjunction of schemas: one schema of the document, or
what ``allOf`` and a property stated twice make hold together. Branches of ``oneOf``
and ``anyOf`` become members of a union, each joined with what stands beside the
keyword. Nothing here knows Python's names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product

from specpress.diagnostics import DocumentError, Report
from specpress.limits import OPTIONS, Limits
from specpress.lower.families import Families
from specpress.lower.keywords import (
    agreed_types,
    agreed_values,
    has_type_of,
    implied_type,
    own_structure,
    string_shape,
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
    Shape,
    Shaped,
    Slot,
    TupleShape,
    UnionShape,
)
from specpress.lower.vocabulary import is_decimal, json_type
from specpress.openapi import ABSENT, JsonType, Schema, Value
from specpress.source import Pointer
from specpress.text import Text

_MAX_VARIANTS = 64
_MAX_CONJUNCTIONS = 1_000
"""Structures that are put together from several schemas. Schemas that are joined with
themselves again and again, each time with another, would make any number."""
_ALL_TYPES: tuple[JsonType, ...] = (
    "boolean",
    "integer",
    "number",
    "string",
    "array",
    "object",
)


class Shapes:
    """The shapes of one document's schemas, worked out when asked for."""

    def __init__(
        self,
        schemas: Mapping[Pointer, Schema],
        components: tuple[tuple[Text, Pointer], ...],
        report: Report,
        limits: Limits,
    ) -> None:
        self._schemas = schemas
        self._components = components
        self._report = report
        self._limits = limits
        self._fields: set[Node] = set()
        self._merged = 0
        self._shaped: dict[Node, Shaped] = {}
        self._shaping: set[Node] = set()
        self._silent: dict[Pointer, bool] = {}
        self._atoms: dict[Node, tuple[Schema, ...]] = {}
        self._canonical: dict[Node, tuple[Node, bool]] = {}
        self._conjunctions: set[tuple[Pointer, ...]] = set()
        self._families = Families(schemas, components, self.atoms)

    # --- Access ----------------------------------------------------------------------

    def schema(self, pointer: Pointer) -> Schema:
        return self._schemas[pointer]

    def shaped(self, node: Node) -> Shaped:
        """Return the shape of ``node``; a shape refers to other nodes, so recursion
        ends here."""
        found = self._shaped.get(node)
        if found is None:
            if node in self._shaping:
                # Asked for by its own members while they are looked at: they need
                # only know that it is not what they look for.
                return Shaped(AnyShape())
            self._shaping.add(node)
            found = self._shape(node)
            self._shaping.discard(node)
            self._shaped[node] = found
        return found

    def canonical(self, node: Node) -> tuple[Node, bool]:
        """Follow references to the node that has a shape of its own; also tell
        whether null is allowed on the way there (not: by that node itself)."""
        path: dict[Node, bool] = {}
        while True:
            known = self._canonical.get(node)
            if known is not None:
                break
            shaped = self.shaped(node)
            if not isinstance(shaped.shape, ReferenceShape) or node in path:
                known = node, False
                break
            path[node] = shaped.nullable
            node = shaped.shape.target
        target, nullable = known
        for passed, own in reversed(path.items()):
            nullable = nullable or own
            if not self._shaping:
                self._canonical[passed] = target, nullable
        return target, nullable

    def atoms(self, node: Node) -> tuple[Schema, ...]:
        """Return every schema that holds for ``node``, through ``$ref`` and ``allOf``,
        those built upon before those that build."""
        found = self._atoms.get(node)
        if found is None:
            collected: dict[Pointer, Schema] = {}
            self._collect(node.schemas + node.chosen, collected)
            found = tuple(collected.values())
            self._atoms[node] = found
            # A schema and what it refers to are two; more were put together.
            self._count_merged(max(0, len(found) - 2), node.schemas[0])
        return found

    def _count_merged(self, more: int, at: Pointer) -> None:
        """Give up where schemas repeat each other so often that what they become is
        out of all proportion to the document."""
        self._merged += more
        if self._merged > self._limits.max_merged:
            self._report.error(
                "limit-merged",
                at,
                "allOf, oneOf and anyOf put together more than "
                f"{self._limits.max_merged} schemas and fields of others",
                help=(f"{OPTIONS['max_merged']} raises the limit",),
            )
            raise DocumentError

    def _collect(
        self, pointers: tuple[Pointer, ...], collected: dict[Pointer, Schema]
    ) -> None:
        # An explicit stack: documents nest deeper than Python likes to recurse.
        visiting: set[Pointer] = set()
        stack: list[tuple[Pointer, bool]] = [(p, False) for p in reversed(pointers)]
        while stack:
            pointer, done = stack.pop()
            schema = self._schemas.get(pointer)
            if schema is None:
                continue
            if done:
                collected.setdefault(pointer, schema)
                continue
            if pointer in visiting or pointer in collected:
                continue
            visiting.add(pointer)
            stack.append((pointer, True))
            stack.extend((member, False) for member in reversed(schema.all_of))
            if schema.reference is not None:
                stack.append((schema.reference, False))

    # --- Families --------------------------------------------------------------------

    def is_family(self, pointer: Pointer) -> bool:
        return pointer in self._families

    def _family(self, node: Node) -> Shaped:
        base = node.schemas[0]
        nullable = self.shaped(Node((base,))).nullable
        return Shaped(self._families.union(base), nullable=nullable)

    def _siblings(
        self, branches: tuple[Pointer, ...], members: list[Node], sole: bool
    ) -> UnionShape | None:
        """Return the union of branches that all refer to what is built upon one base
        with a discriminator: a value that names a sibling's child selects the sibling.
        """
        if not self._families:
            return None
        targets = [self.canonical(Node((branch,)))[0] for branch in branches]
        if any(target != Node(target.schemas[:1]) for target in targets):
            return None
        base = self._families.base_of(target.schemas[0] for target in targets)
        if base is None:
            return None
        whole = self._families.union(base)
        assert whole.discriminator is not None
        found: dict[Pointer, Node] = {}
        for branch, target in zip(branches, targets, strict=True):
            member = _of_branch(branch, members, sole)
            if member is not None:
                found[target.schemas[0]] = member
        mapping: dict[Text, Node] = {}
        for value, node in whole.mapping:
            line = (node.schemas[0], *(a.at for a in reversed(self.atoms(node))))
            selected = next((found[at] for at in line if at in found), None)
            if selected is not None:
                mapping[value] = selected
        union = tuple(dict.fromkeys(members))
        for member in union:
            own = tuple(self._constants(member, whole.discriminator))
            if len(own) == 1:
                mapping.setdefault(own[0], member)
        return UnionShape(union, whole.discriminator, tuple(mapping.items()))

    # --- Shaping ---------------------------------------------------------------------

    def reference_to(self, pointer: Pointer) -> Node:
        """Return what a ``$ref`` to ``pointer`` stands for."""
        return Node((pointer,), family=self.is_family(pointer))

    def _shape(self, node: Node) -> Shaped:
        if node.family:
            return self._family(node)
        target = self._sole_target(node)
        if target is not None:
            nullable = any(
                "null" in s.types
                for p in node.schemas
                if (s := self._schemas.get(p)) is not None
            )
            return Shaped(ReferenceShape(target), nullable)
        atoms = self.atoms(node)
        if any(atom.always is False for atom in atoms):
            return Shaped(
                AnyShape(),
                degraded=((node.schemas[0], "a schema that allows no value"),),
            )
        union = self._composed(node, atoms)
        if union is not None:
            return union
        return self._plain(node, atoms)

    def _sole_target(self, node: Node) -> Node | None:
        """Return the one other node that ``node`` is nothing but, if any."""
        if node.only is not None:
            return None
        if len(node.schemas) + len(node.chosen) > 1:
            stating = [
                p for p in (*node.schemas, *node.chosen) if not self._is_silent(p)
            ]
            if node.chosen:
                # A schema whose branch was picked is not whole without the pick.
                if len(stating) == 1 and stating[0] in node.chosen:
                    return Node((stating[0],))
                return None
            if len(stating) == 1:
                return Node((stating[0],))
            resolved = {self.canonical(Node((p,)))[0] for p in stating}
            return resolved.pop() if len(resolved) == 1 else None
        pointer = node.schemas[0]
        schema = self._schemas[pointer]
        targets = [
            *([schema.reference] if schema.reference is not None else []),
            *(p for p in schema.all_of if not self._is_silent(p)),
        ]
        if len(targets) != 1 or targets[0] == pointer or own_structure(schema):
            return None
        target = targets[0]
        stated: set[JsonType | None] = {t for t in schema.types if t != "null"}
        if stated:
            beyond = self.atoms(Node((target,)))
            known: set[JsonType | None] = {
                t for t in agreed_types(beyond)[0] if t != "null"
            } or {implied_type(beyond)}
            if known != stated:
                return None
        if schema.reference is not None:
            return self.reference_to(target)
        # A member that is written out here is no other node: this one is it.
        inner = self._schemas.get(target)
        if inner is not None and inner.reference is not None:
            return Node((target,))
        return self._sole_target(Node((target,)))

    def _is_silent(self, pointer: Pointer) -> bool:
        """Tell whether a schema says nothing about the shape: only annotations."""
        found = self._silent.get(pointer)
        if found is None:
            # A schema that contains itself says no more than its other parts do.
            self._silent[pointer] = True
            schema = self._schemas.get(pointer)
            found = schema is None or (
                not own_structure(schema)
                and not schema.types
                and schema.reference is None
                and all(self._is_silent(p) for p in schema.all_of)
            )
            self._silent[pointer] = found
        return found

    def _asserts_only(self, pointer: Pointer) -> bool:
        """Tell whether a branch only restricts what stands beside it:
        ``anyOf: [{required: [a]}, {required: [b]}]``."""
        for atom in self.atoms(Node((pointer,))):
            if set(atom.types) - {"object"}:
                return False
            if not all(self._is_silent(p.schema) for p in atom.properties):
                return False
            if own_structure(replace(atom, required=(), properties=())):
                return False
        return True

    def _is_redundant(
        self, atoms: tuple[Schema, ...], branches: tuple[Pointer, ...]
    ) -> bool:
        """Tell whether what stands beside the branches is said again in each of them:
        a base that only repeats the discriminator adds nothing to a member."""
        names = {p.name for atom in atoms for p in atom.properties}
        for atom in atoms:
            bare = replace(
                atom, one_of=(), any_of=(), properties=(), required=(), types=()
            )
            if own_structure(bare) and not (
                bare.additional_properties is not None
                and self._is_silent(bare.additional_properties)
            ):
                return False
        return all(
            names
            <= {p.name for atom in self.atoms(Node((branch,))) for p in atom.properties}
            for branch in branches
        )

    def _groups(self, node: Node) -> list[tuple[Schema, tuple[Pointer, ...]]]:
        chosen = set(node.chosen)
        atoms = self.atoms(node)
        present = {atom.at for atom in atoms}
        return [
            (atom, branches)
            for atom in atoms
            for branches in (atom.one_of, atom.any_of)
            if branches
            and chosen.isdisjoint(branches)
            and _keyword(branches) not in chosen
            and not self._is_decided(atom, branches, present)
        ]

    def _is_decided(
        self, atom: Schema, branches: tuple[Pointer, ...], present: set[Pointer]
    ) -> bool:
        """Tell whether one of the branches holds anyway: a child that is built upon a
        parent which lists its children."""
        return any(
            reference in present and reference != atom.at
            for branch in branches
            if (reference := self._schemas[branch].reference) is not None
        )

    def _composed(self, node: Node, atoms: tuple[Schema, ...]) -> Shaped | None:
        groups = self._groups(node)
        if not groups:
            return None
        has_base = any(
            own_structure(replace(a, one_of=(), any_of=(), required=())) for a in atoms
        ) and not (
            len(groups) == 1
            and not all(self._asserts_only(b) for b in groups[0][1])
            and self._is_redundant(atoms, groups[0][1])
        )
        nullable = "null" in agreed_types(atoms)[0]
        kept: list[tuple[Schema, tuple[Pointer, ...]]] = []
        for atom, branches in groups:
            rest = tuple(b for b in branches if not self._is_null(b))
            if len(rest) < len(branches):
                nullable = True
            if not rest:
                continue
            if all(self._is_silent(b) for b in rest) and not has_base:
                continue
            if has_base and all(self._asserts_only(b) for b in rest):
                continue
            kept.append((atom, rest))
        if not kept:
            shaped = self._plain(node, atoms)
            return replace(shaped, nullable=shaped.nullable or nullable)
        degraded: tuple[tuple[Pointer, str], ...] = ()
        dropped: tuple[Pointer, ...] = ()
        size = 1
        for _, rest in kept:
            size *= len(rest)
        if size > _MAX_VARIANTS and len(kept) > 1:
            degraded = (
                (kept[1][0].at, "too many combinations of oneOf/anyOf; the first kept"),
            )
            dropped = tuple(_keyword(rest) for _, rest in kept[1:])
            kept = kept[:1]
        sole = (
            len(kept) == 1
            and not (has_base or dropped)
            and not node.chosen
            and not node.only
        )
        members: list[Node] = []
        for picks in product(*(rest for _, rest in kept)):
            if sole:
                members.append(Node((picks[0],)))
            else:
                members.append(
                    Node(node.schemas, node.chosen + dropped + tuple(picks), node.only)
                )
        if not sole:
            # A branch that contradicts its base has no values: it is no member.
            alive = [m for m in members if not self.shaped(m).conflicts]
            members = alive or members
        if len(members) == 1:
            inner = self.shaped(members[0])
            if sole and not isinstance(inner.shape, ReferenceShape):
                # Written out here: this node is it, not another one.
                return replace(
                    inner,
                    nullable=inner.nullable or nullable,
                    degraded=inner.degraded + degraded,
                )
            return Shaped(ReferenceShape(members[0]), nullable, degraded)
        discriminator = next(
            (a.discriminator for a, _ in kept if a.discriminator is not None), None
        )
        if discriminator is None:
            union = (
                self._siblings(kept[0][1], members, sole) if len(kept) == 1 else None
            )
            union = union or UnionShape(tuple(dict.fromkeys(members)))
            return Shaped(union, nullable, degraded)
        mapping = self._mapping(node, kept, members, sole)
        return Shaped(
            UnionShape(tuple(dict.fromkeys(members)), discriminator.property, mapping),
            nullable,
            degraded,
        )

    def _mapping(
        self,
        node: Node,
        kept: list[tuple[Schema, tuple[Pointer, ...]]],
        members: list[Node],
        sole: bool,
    ) -> tuple[tuple[Text, Node], ...]:
        """Return which value of the discriminator selects which member: mapped names
        first, then the values that a member allows, else its component's name."""
        atom, rest = next((a, r) for a, r in kept if a.discriminator is not None)
        assert atom.discriminator is not None
        by_target: dict[Pointer, Node] = {}
        for branch in rest:
            member = _of_branch(branch, members, sole)
            if member is None:
                continue
            by_target[branch] = member
            schema = self._schemas[branch]
            if schema.reference is not None:
                by_target.setdefault(schema.reference, member)
        mapping: dict[Text, Node] = {}
        mapped: set[Node] = set()
        for value, target in atom.discriminator.mapping:
            member = by_target.get(target)
            if member is not None:
                mapping[value] = member
                mapped.add(member)
        names = {pointer: name for name, pointer in self._components}
        allowed = {
            member: tuple(self._constants(member, atom.discriminator.property))
            for member in members
        }
        for target, member in by_target.items():
            name = names.get(target)
            possible = not allowed[member] or name in allowed[member]
            if member not in mapped and name is not None and possible:
                mapping.setdefault(name, member)
        named = set(mapping.values())
        taken = Counter(value for values in allowed.values() for value in set(values))
        for member, values in allowed.items():
            if member not in named:
                for value in values:
                    if taken[value] == 1:
                        mapping.setdefault(value, member)
        return tuple(mapping.items())

    def _constants(self, member: Node, name: Text) -> Iterator[Text]:
        """Return the values that ``member`` fixes for the discriminator."""
        node, _ = self.canonical(member)
        shape = self.shaped(node).shape
        if not isinstance(shape, ObjectShape):
            return
        for slot in shape.slots:
            if slot.name == name:
                inner = self.shaped(self.canonical(slot.node)[0]).shape
                if isinstance(inner, EnumShape):
                    yield from _as_keys(inner.values)

    def _is_null(self, pointer: Pointer) -> bool:
        atoms = self.atoms(Node((pointer,)))
        if any(a.types == ("null",) for a in atoms):
            return True
        return any(
            (a.enum is not None and a.enum == (None,)) or a.const is None for a in atoms
        )

    # --- Without composition ---------------------------------------------------------

    def _plain(self, node: Node, atoms: tuple[Schema, ...]) -> Shaped:
        conflicts: list[tuple[Pointer, str]] = []
        types, clash = agreed_types(atoms)
        if clash is not None:
            conflicts.append(
                (clash, "types that no value has at once; the narrower is kept")
            )
        nullable = "null" in types
        values, constant, clash = agreed_values(atoms, types)
        if clash is not None:
            conflicts.append(
                (clash, "enum values that share none; the first list is kept")
            )
        elif values and not has_type_of(values, types):
            at = next(
                a.at for a in atoms if a.enum is not None or a.const is not ABSENT
            )
            conflicts.append(
                (at, "enum values that none of its types has; the values are kept")
            )
        if values is not None:
            if any(value is None for value in values):
                nullable = True
            rest = tuple(v for v in values if v is not None)
            if node.only is not None:
                rest = tuple(
                    v
                    for v in rest
                    if json_type(v) == node.only
                    or (node.only == "number" and json_type(v) == "integer")
                )
            if rest:
                return Shaped(
                    EnumShape(rest, constant or len(rest) == 1),
                    nullable,
                    conflicts=tuple(conflicts),
                )
            if values and node.only is None:
                return Shaped(ScalarShape("None"), nullable, conflicts=tuple(conflicts))
        stated: list[JsonType] = [t for t in types if t != "null"]
        if node.only is not None:
            stated = [node.only]
            nullable = False
        elif "integer" in stated and "number" in stated:
            stated.remove("integer")
        if types == ("null",):
            return Shaped(ScalarShape("None"), True, conflicts=tuple(conflicts))
        if len(stated) > 1:
            if set(stated) >= set(_ALL_TYPES) - {"integer"}:
                return Shaped(AnyShape(), nullable, conflicts=tuple(conflicts))
            return Shaped(
                UnionShape(tuple(replace(node, only=t) for t in stated)),
                nullable,
                conflicts=tuple(conflicts),
            )
        kind = stated[0] if stated else implied_type(atoms)
        shape, degraded = self._of_type(kind, atoms, node)
        return Shaped(shape, nullable, degraded, tuple(conflicts))

    def _of_type(
        self, kind: JsonType | None, atoms: tuple[Schema, ...], node: Node
    ) -> tuple[Shape, tuple[tuple[Pointer, str], ...]]:
        match kind:
            case "boolean":
                return ScalarShape("bool"), ()
            case "integer":
                return ScalarShape("int"), ()
            case "number":
                lost = "a decimal that JSON has as a number: digits beyond a float's"
                return ScalarShape("float"), tuple(
                    (atom.at, f"{lost} are lost")
                    for atom in atoms
                    if is_decimal(atom.format)
                )
            case "string":
                return string_shape(atoms), ()
            case "array":
                return self._array(atoms)
            case "object":
                return self._object(atoms)
            case _:
                return AnyShape(), ()

    def _array(
        self, atoms: tuple[Schema, ...]
    ) -> tuple[Shape, tuple[tuple[Pointer, str], ...]]:
        prefix = next((a for a in atoms if a.prefix_items), None)
        items = tuple(
            dict.fromkeys(a.items for a in atoms if a.items is not None)
        ) or tuple(
            dict.fromkeys(
                a.unevaluated_items for a in atoms if a.unevaluated_items is not None
            )
        )
        if prefix is not None:
            length = len(prefix.prefix_items)
            closed = any(self._schemas[p].always is False for p in items) or any(
                a.max_items is not None and a.max_items <= length for a in atoms
            )
            full = any((a.min_items or 0) >= length for a in atoms)
            nodes = tuple(Node((p,)) for p in prefix.prefix_items)
            if closed and full:
                return TupleShape(nodes), ()
            rest = [Node((p,)) for p in items if self._schemas[p].always is not False]
            if not closed and not rest:
                return ArrayShape(()), (
                    (prefix.at, "a tuple of open length: items are not typed"),
                )
            return ArrayShape((*nodes, *rest)), (
                (prefix.at, "a tuple of open length: items share one type"),
            )
        if not items:
            return ArrayShape(()), ()
        degraded: list[tuple[Pointer, str]] = []
        joined = self._joined(items, degraded)
        return ArrayShape((joined,)), tuple(degraded)

    def _joined(
        self, pointers: tuple[Pointer, ...], degraded: list[tuple[Pointer, str]]
    ) -> Node:
        """Return the node of schemas that hold together, or only of the first where
        the document has too many such."""
        if len(pointers) > 1 and pointers not in self._conjunctions:
            atoms = self.atoms(Node(pointers))
            if not any(a.properties or a.items is not None for a in atoms):
                return Node(pointers)
            if len(self._conjunctions) >= _MAX_CONJUNCTIONS:
                degraded.append(
                    (pointers[0], "too many schemas joined with others; the first kept")
                )
                return Node(pointers[:1])
            self._conjunctions.add(pointers)
        return Node(pointers)

    def _object(
        self, atoms: tuple[Schema, ...]
    ) -> tuple[Shape, tuple[tuple[Pointer, str], ...]]:
        declared: dict[Text, list[Pointer]] = {}
        required: set[Text] = set()
        additional: list[Pointer] = []
        patterns: list[Pointer] = []
        degraded: list[tuple[Pointer, str]] = []
        is_open = False
        for atom in atoms:
            for item in atom.properties:
                declared.setdefault(item.name, []).append(item.schema)
            required.update(atom.required)
            if atom.additional_properties is not None:
                additional.append(atom.additional_properties)
            elif atom.unevaluated_properties is not None:
                additional.append(atom.unevaluated_properties)
                if not _CONDITIONS.isdisjoint(atom.rules):
                    reason = "unevaluatedProperties beside conditions: any value"
                    degraded.append((atom.unevaluated_properties, reason))
                    is_open = True
            patterns.extend(p.schema for p in atom.pattern_properties)
        slots: list[Slot] = []
        for name, pointers in declared.items():
            alive = [
                p
                for p in dict.fromkeys(pointers)
                if self._schemas[p].always is not False
            ]
            if not alive:
                if name in required:
                    degraded.append((pointers[0], "a property that allows no value"))
                continue
            joined = self._joined(tuple(alive), degraded)
            slots.append(Slot(name, joined, name in required))
        typed = [
            p
            for p in dict.fromkeys(additional)
            if self._schemas[p].always is None and not self._is_silent(p)
        ]
        values = [self._joined(tuple(typed), degraded)] if typed else []
        values.extend(
            Node((p,)) for p in dict.fromkeys(patterns) if not self._is_silent(p)
        )
        if patterns:
            owner = next(a for a in atoms if a.pattern_properties)
            degraded.append((owner.at, "patterns of property names are not told apart"))
        if is_open:
            values = []
        if not slots:
            return MapShape(tuple(values)), tuple(degraded)
        # A required name that nothing declares is a field like any undeclared one.
        forbidden = not is_open and any(
            self._schemas[p].always is False for p in additional
        )
        for item in (each for atom in atoms for each in atom.undeclared):
            if item.name in declared:
                continue
            declared[item.name] = [item.schema]
            if forbidden:
                reason = "a required property that additionalProperties forbids"
                degraded.append((item.schema, reason))
            else:
                node = values[0] if values else Node((item.schema,))
                slots.append(Slot(item.name, node, True))
        nodes = {slot.node for slot in slots}
        self._count_merged(len(nodes & self._fields), atoms[-1].at)
        self._fields |= nodes
        return ObjectShape(tuple(slots), tuple(values)), tuple(degraded)


_CONDITIONS = frozenset(("if", "dependentSchemas"))
"""Keywords that evaluate properties, of which nothing else here knows."""


def _of_branch(branch: Pointer, members: list[Node], sole: bool) -> Node | None:
    """Return the member of a union that ``branch`` was picked for."""
    return next(
        (m for m in members if branch in (m.schemas if sole else m.chosen)), None
    )


def _keyword(branches: tuple[Pointer, ...]) -> Pointer:
    """Return where the list of ``branches`` stands."""
    return Pointer(branches[0].file, branches[0].tokens[:-1])


def _as_keys(values: Iterable[Value]) -> Iterator[Text]:
    """Yield values of a discriminator as keys of its mapping, which are texts."""
    for value in values:
        if isinstance(value, Text):
            yield value
        elif isinstance(value, bool | int):
            yield Text(str(value).lower())
