"""Which nodes are reached from where, in which direction, and which get a name.

In: :class:`Shapes` and the nodes that operations use. Out: :class:`Graph`. A node is
used "in" when a request holds it and "out" when an answer does; where ``readOnly`` or
``writeOnly`` makes a difference and both happen, it becomes two Python types.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

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
from specpress.source import Pointer
from specpress.text import Text

Use: TypeAlias = Literal["in", "out"]

_INLINE_UNION_MEMBERS = 3
_INLINE_ENUM_VALUES = 6
_INLINE_LEVELS = 20
_INLINE_NODES = 30
"""How deep, and how large, a type may get before a part of it gets a name."""


@dataclass(frozen=True, slots=True, order=True)
class Variant:
    """A node, and the direction where that makes a difference."""

    node: Node
    use: Use | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """``uses``: canonical node → directions. ``directional``: nodes that differ by
    direction. ``declared``: nodes with a Python name of their own, in order of
    discovery."""

    uses: dict[Node, frozenset[Use]]
    directional: frozenset[Node]
    declared: tuple[Node, ...]
    uploads: frozenset[Node]
    """Nodes that a multipart body holds: their raw bytes are files."""
    holders: dict[tuple[Pointer, ...], tuple[Node, Text | str]]
    """For schemas that hold together: the node they were put together in, and under
    which name. Of several the first by pointer, whatever the order of the document."""

    def variant(self, node: Node, use: Use) -> Variant:
        """Return which of the types of a canonical ``node`` stands at a place."""
        if node in self.directional and len(self.uses.get(node, ())) == 2:
            return Variant(node, use)
        return Variant(node)

    def variants(self, node: Node) -> tuple[Variant, ...]:
        """Return every type that ``node`` becomes."""
        if node in self.directional and len(self.uses.get(node, ())) == 2:
            return (Variant(node, "out"), Variant(node, "in"))
        return (Variant(node),)

    def used_out(self, variant: Variant) -> bool:
        """Tell whether the type is ever decoded from an answer."""
        if variant.use is not None:
            return variant.use == "out"
        return "out" in self.uses.get(variant.node, frozenset(("out",)))


def is_read_only(shapes: Shapes, slot: Slot) -> bool:
    return any(atom.read_only for atom in shapes.atoms(slot.node))


def is_write_only(shapes: Shapes, slot: Slot) -> bool:
    return any(atom.write_only for atom in shapes.atoms(slot.node))


def children(shapes: Shapes, node: Node) -> tuple[Node, ...]:
    """Return the nodes that the shape of ``node`` is made of, as they are written."""
    match shapes.shaped(node).shape:
        case ObjectShape(slots, additional):
            return (*(slot.node for slot in slots), *additional)
        case UnionShape(members):
            return members
        case ArrayShape(items) | TupleShape(items):
            return items
        case MapShape(values):
            return values
        case ReferenceShape(target):
            return (target,)
        case AnyShape() | ScalarShape() | EnumShape():
            return ()


def explore(
    shapes: Shapes,
    used: Iterable[tuple[Node, Use]],
    components: Iterable[tuple[Text, Pointer]],
    uploaded: Iterable[Node],
) -> Graph:
    """Follow everything from ``used`` and from every component."""
    component_nodes = [Node((pointer,)) for _, pointer in components]
    families = [
        Node((node.schemas[0],), family=True)
        for node in component_nodes
        if shapes.is_family(node.schemas[0])
    ]
    roots = list(used)
    everything = _reachable(
        shapes, [*component_nodes, *families, *(node for node, _ in roots)]
    )
    directional = _directional(shapes, everything)
    uses: dict[Node, set[Use]] = {}
    _spread(shapes, roots, uses)
    # A component that no operation reaches is still part of the document.
    _spread(
        shapes,
        [(n, "out") for n in component_nodes if shapes.canonical(n)[0] not in uses],
        uses,
    )
    named = set(component_nodes)
    declared = [n for n in everything if _is_declared(shapes, n, n in named)]
    declared_set = set(declared)
    for node in _unnamed_cycles(shapes, everything, declared_set):
        if node not in declared_set:
            declared.append(node)
            declared_set.add(node)
    declared.extend(_overgrown(shapes, everything, declared_set))
    return Graph(
        {node: frozenset(found) for node, found in uses.items()},
        frozenset(directional),
        tuple(node for node in declared if node in uses or node in named),
        frozenset(_reachable(shapes, list(uploaded))),
        _holders(shapes, everything),
    )


def _holders(
    shapes: Shapes, nodes: list[Node]
) -> dict[tuple[Pointer, ...], tuple[Node, Text | str]]:
    found: dict[tuple[Pointer, ...], tuple[Node, Text | str]] = {}
    for node in nodes:
        for word, child in _named_children(shapes, node):
            schemas = child.schemas
            if len(schemas) < 2 or schemas == node.schemas:
                continue
            if schemas not in found or node < found[schemas][0]:
                found[schemas] = (node, word)
    return found


def _named_children(shapes: Shapes, node: Node) -> tuple[tuple[Text | str, Node], ...]:
    match shapes.shaped(node).shape:
        case ObjectShape(slots, additional):
            return (
                *((slot.name, slot.node) for slot in slots),
                *(("Value", value) for value in additional),
            )
        case ArrayShape(items) | TupleShape(items):
            return tuple(("Item", item) for item in items)
        case MapShape(values):
            return tuple(("Value", value) for value in values)
        case _:
            return ()


def _reachable(shapes: Shapes, roots: list[Node]) -> list[Node]:
    """Return canonical nodes in a depth-first order that follows the document."""
    found: dict[Node, None] = {}
    stack = list(reversed(roots))
    while stack:
        node = shapes.canonical(stack.pop())[0]
        if node in found:
            continue
        found[node] = None
        stack.extend(reversed(children(shapes, node)))
    return list(found)


def _directional(shapes: Shapes, nodes: list[Node]) -> set[Node]:
    """Return nodes that differ by direction, themselves or by what they hold."""
    parents: dict[Node, list[Node]] = {}
    marked: list[Node] = []
    for node in nodes:
        shape = shapes.shaped(node).shape
        if isinstance(shape, ObjectShape) and any(
            is_read_only(shapes, slot)
            or is_write_only(shapes, slot)
            or _is_binary(shapes, slot.node)
            for slot in shape.slots
        ):
            marked.append(node)
        for child in children(shapes, node):
            parents.setdefault(shapes.canonical(child)[0], []).append(node)
    found: set[Node] = set()
    while marked:
        node = marked.pop()
        if node in found:
            continue
        found.add(node)
        marked.extend(parents.get(node, ()))
    return found


def _is_binary(shapes: Shapes, node: Node) -> bool:
    shape = shapes.shaped(shapes.canonical(node)[0]).shape
    return isinstance(shape, ScalarShape) and shape.binary


def _spread(
    shapes: Shapes, roots: Iterable[tuple[Node, Use]], uses: dict[Node, set[Use]]
) -> None:
    stack: list[tuple[Node, Use]] = [
        (shapes.canonical(node)[0], use) for node, use in roots
    ]
    while stack:
        node, use = stack.pop()
        found = uses.setdefault(node, set())
        if use in found:
            continue
        found.add(use)
        shape = shapes.shaped(node).shape
        if isinstance(shape, ObjectShape):
            below = [slot.node for slot in shape.slots if keeps_slot(shapes, slot, use)]
            below.extend(shape.additional)
        else:
            below = list(children(shapes, node))
        stack.extend((shapes.canonical(child)[0], use) for child in below)


def keeps_slot(shapes: Shapes, slot: Slot, use: Use | None) -> bool:
    """Tell whether a property belongs to the type used in this direction."""
    if use == "in":
        return not is_read_only(shapes, slot)
    if use == "out":
        return not is_write_only(shapes, slot)
    return True


def _is_declared(shapes: Shapes, node: Node, is_component: bool) -> bool:
    shape = shapes.shaped(node).shape
    match shape:
        case ObjectShape():
            return True
        case UnionShape(members, discriminator):
            return (
                is_component
                or node.family
                or discriminator is not None
                or len(members) > _INLINE_UNION_MEMBERS
            ) and not (node.only is None and _is_scalar_union(shapes, shape))
        case EnumShape(values):
            return is_component or len(values) > _INLINE_ENUM_VALUES
        case ArrayShape() | TupleShape() | MapShape():
            return is_component
        case ReferenceShape() | AnyShape() | ScalarShape():
            return False


def _is_scalar_union(shapes: Shapes, shape: UnionShape) -> bool:
    """Tell whether a union comes down to plain types: no name is worth it."""
    return all(
        isinstance(
            shapes.shaped(shapes.canonical(member)[0]).shape, ScalarShape | AnyShape
        )
        for member in shape.members
    )


def _overgrown(
    shapes: Shapes, nodes: list[Node], declared: set[Node]
) -> Iterator[Node]:
    """Yield nodes to declare so that nothing between two names is too much to write:
    references to schemas that are no components may lead on and on."""
    grown: dict[Node, tuple[int, int]] = {node: (0, 1) for node in declared}
    for start in nodes:
        stack: list[tuple[Node, bool]] = [(start, False)]
        while stack:
            node, done = stack.pop()
            if node in grown:
                continue
            below = [shapes.canonical(c)[0] for c in children(shapes, node)]
            if not done:
                stack.append((node, True))
                stack.extend((child, False) for child in below if child not in grown)
                continue
            levels = 1 + max((grown[child][0] for child in below), default=0)
            size = 1 + sum(grown[child][1] for child in below)
            if below and (levels > _INLINE_LEVELS or size > _INLINE_NODES):
                yield node
                levels, size = 0, 1
            grown[node] = levels, size


def _unnamed_cycles(
    shapes: Shapes, nodes: list[Node], declared: set[Node]
) -> list[Node]:
    """Return nodes to declare so that every cycle passes through a name."""
    found: list[Node] = []
    state: dict[Node, int] = {}
    for start in nodes:
        stack: list[tuple[Node, bool]] = [(start, False)]
        while stack:
            node, done = stack.pop()
            if done:
                state[node] = 2
                continue
            if node in declared or state.get(node) == 2:
                continue
            if state.get(node) == 1:
                if node not in found:
                    found.append(node)
                continue
            state[node] = 1
            stack.append((node, True))
            stack.extend(
                (shapes.canonical(child)[0], False) for child in children(shapes, node)
            )
    return found
