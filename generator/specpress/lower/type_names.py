"""Names of models and aliases, and the modules they stand in.

In: the declared nodes. Out: :class:`TypeNames`. A node's identity is its path of wire
names: component key, property, branch; see "Names" in ARCHITECTURE.md. Nothing here
depends on the order of the document or on a neighbour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from specpress import naming
from specpress.diagnostics import Report
from specpress.ir import Identifier
from specpress.lower.graph import Graph, Variant
from specpress.lower.modules import module_file
from specpress.lower.nodes import (
    EnumShape,
    Node,
    ObjectShape,
)
from specpress.lower.shapes import Shapes
from specpress.lower.vocabulary import file_stem, json_type, pointer_words
from specpress.naming import Settled, Want
from specpress.openapi import Schema
from specpress.reserved_words import CLASS_RESERVED, MODULE_RESERVED
from specpress.source import Pointer
from specpress.text import Text

Words: TypeAlias = tuple[str | Text, ...]

_COMPONENT_ROLES: dict[str, Words] = {
    "schemas": (),
    "responses": ("Response",),
    "requestBodies": ("Body",),
    "parameters": (),
    "headers": ("Header",),
    "callbacks": ("Callback",),
    "pathItems": (),
    "mediaTypes": (),
}
_STRUCTURE = {
    "$ref",
    "allOf",
    "components",
    "content",
    "nullable",
    "paths",
    "schema",
    "schemas",
}


def shared_words(pointer: Pointer) -> Words:
    """Return the words of the component in which ``pointer`` stands."""
    role = _COMPONENT_ROLES.get(pointer.tokens[1], ())
    return (pointer_words(pointer.tokens[2]), *role)


@dataclass(frozen=True, slots=True)
class TypeNames:
    """``classes``: the name of each type; ``modules``: where it stands; ``roots``: for
    a module its first, naming type."""

    classes: Mapping[Variant, Identifier]
    modules: Mapping[Variant, Identifier]


class Origins:
    """The path of wire names of any schema."""

    def __init__(
        self,
        shapes: Shapes,
        components: tuple[tuple[Text, Pointer], ...],
        places: Mapping[Pointer, Words],
        holders: Mapping[tuple[Pointer, ...], tuple[Node, Text | str]],
    ) -> None:
        self._shapes = shapes
        self._components = {pointer: key for key, pointer in components}
        self._places = places
        self._holders = holders
        self._settled: Mapping[Pointer, str] = {}
        self._branch_words: dict[Pointer, dict[str, Words]] = {}

    def words(self, node: Node) -> tuple[Words, Pointer]:
        """Return the words of ``node`` and the pointer of what it stands in: its
        component, or the place in an operation."""
        words, root = self._schemas_words(node.schemas, frozenset())
        for branch in node.chosen:
            words += self._branch_word(branch)
        if node.only is not None:
            words += (node.only.capitalize(),)
        if node.family:
            words = ("Any", *words)
        return words, root

    def _schemas_words(
        self, schemas: tuple[Pointer, ...], above: frozenset[tuple[Pointer, ...]]
    ) -> tuple[Words, Pointer]:
        """Return the words of schemas that hold together: where they were put
        together, since each alone may be shared."""
        holder = self._holders.get(schemas)
        if len(schemas) == 1 or holder is None or schemas in above:
            return self._pointer_words(schemas[-1])
        node, word = holder
        words, root = self._schemas_words(node.schemas, above | {schemas})
        for branch in node.chosen:
            words += self._branch_word(branch)
        return (*words, word), root

    def settle(self, classes: Mapping[Pointer, str]) -> None:
        """Take the classes of components as the start of what stands inside them."""
        self._settled = classes
        self._branch_words.clear()

    def is_component(self, node: Node) -> bool:
        return (
            len(node.schemas) == 1
            and not node.chosen
            and node.only is None
            and not node.family
            and node.schemas[0] in self._components
        )

    def component_key(self, node: Node) -> Text:
        return self._components[node.schemas[0]]

    def _pointer_words(self, pointer: Pointer) -> tuple[Words, Pointer]:
        tokens = pointer.tokens
        for length in range(len(tokens), 0, -1):
            prefix = Pointer(pointer.file, tokens[:length])
            if prefix in self._components:
                start: Words = (self._settled.get(prefix, self._components[prefix]),)
                return start + self._rest(prefix, tokens[length:]), prefix
            if prefix in self._places:
                words = self._places[prefix] + self._rest(prefix, tokens[length:])
                if tokens[0] == "components":
                    prefix = Pointer(pointer.file, tokens[:3])
                return words, prefix
            if length == 3 and tokens[0] == "components":
                rest = self._rest(prefix, tokens[length:])
                return shared_words(prefix) + rest, prefix
        stem: Words = (file_stem(pointer.file),) if pointer.file else ("Document",)
        root = Pointer(pointer.file, ())
        return stem + self._rest(root, tokens), root

    def _rest(self, at: Pointer, tokens: tuple[str, ...]) -> Words:
        words: Words = ()
        rest = list(tokens)
        while rest:
            token = rest.pop(0)
            at = at.child(token)
            if token in ("properties", "$defs", "definitions") and rest:
                at = at.child(rest[0])
                words += (pointer_words(rest.pop(0)),)
            elif token in ("oneOf", "anyOf") and rest:
                at = at.child(rest.pop(0))
                words += self._branch_word(at)
            elif token == "prefixItems" and rest:
                index = rest.pop(0)
                at = at.child(index)
                words += ("Item", index)
            elif token == "patternProperties" and rest:
                at = at.child(rest.pop(0))
                words += ("Value",)
            elif token == "items":
                words += ("Item",)
            elif token in ("additionalProperties", "unevaluatedProperties"):
                words += ("Value",)
            elif token == "allOf" and rest:
                at = at.child(rest.pop(0))
            elif token not in _STRUCTURE:
                words += (pointer_words(token),)
        return words

    def _branch_word(self, pointer: Pointer) -> Words:
        """Return what tells a branch from its siblings: the component it refers to,
        its title, its constant, its type; its index as the last resort."""
        last = pointer.tokens[-1]
        if last in ("oneOf", "anyOf"):
            # No branch of it was picked.
            return ()
        parent = Pointer(pointer.file, pointer.tokens[:-1])
        if parent not in self._branch_words:
            self._branch_words[parent] = {}
            self._branch_words[parent] = self._words_of_branches(parent)
        return self._branch_words[parent].get(last, ("Variant", last))

    def _words_of_branches(self, parent: Pointer) -> dict[str, Words]:
        branches: list[Schema] = []
        while True:
            try:
                at = parent.child(str(len(branches)))
                branches.append(self._shapes.schema(at))
            except KeyError:
                break
        found: dict[str, Words] = {}
        for read in (self._target, self._title, self._constant, self._type):
            words = [read(branch) for branch in branches]
            counts = Counter(words)
            for index, mine in enumerate(words):
                if mine is not None and counts[mine] == 1:
                    found.setdefault(str(index), mine)
        for index in range(len(branches)):
            found.setdefault(str(index), ("Variant", str(index + 1)))
        return found

    def _target(self, schema: Schema) -> Words | None:
        if schema.reference is None:
            return None
        return self._pointer_words(schema.reference)[0]

    def _title(self, schema: Schema) -> Words | None:
        return (schema.title,) if schema.title else None

    def _constant(self, schema: Schema) -> Words | None:
        shape = self._shapes.shaped(Node((schema.at,))).shape
        if isinstance(shape, ObjectShape):
            for slot in shape.slots:
                inner = self._shapes.shaped(self._shapes.canonical(slot.node)[0]).shape
                if isinstance(inner, EnumShape) and inner.constant:
                    value = inner.values[0]
                    if isinstance(value, Text) and value:
                        return (value,)
        if isinstance(shape, EnumShape) and shape.constant:
            value = shape.values[0]
            if isinstance(value, Text) and value:
                return (value,)
        return None

    def _type(self, schema: Schema) -> Words | None:
        types = [t for t in schema.types if t != "null"]
        if len(types) == 1:
            return (types[0].capitalize(),)
        if schema.properties:
            return ("Object",)
        if schema.enum:
            return (json_type(schema.enum[0]).capitalize(), "Values")
        return None


def name_types(
    shapes: Shapes,
    graph: Graph,
    origins: Origins,
    aliases: tuple[Node, ...],
    pins: Mapping[Pointer, str],
    report: Report,
) -> TypeNames:
    """Name every declared node, and ``aliases``: components that are nothing but a
    reference to another."""
    nodes = (*graph.declared, *aliases)
    components = [node for node in nodes if origins.is_component(node)]
    first = [
        _want(shapes, origins, v, pins) for n in components for v in graph.variants(n)
    ]
    settled = naming.settle(first)
    _report_collisions(settled, report)
    # What stands inside a component is called after the component's class, so that
    # two components of nearly one name do not fight again over each inner schema.
    origins.settle(
        {
            variant.node.schemas[0]: name.name
            for variant, name in settled.names.items()
            if variant.use != "in"
        }
    )
    taken = [
        replace(want, wish=settled.names[want.key], suffixed=(), pinned=True)
        for want in first
    ]
    inner = [
        _want(shapes, origins, variant, pins)
        for node in nodes
        if not origins.is_component(node)
        for variant in graph.variants(node)
    ]
    settled = naming.settle([*taken, *inner])
    _report_collisions(settled, report)
    roots = {variant: origins.words(variant.node)[1] for variant in settled.names}
    return TypeNames(settled.names, _modules(settled.names, roots, origins))


def _want(
    shapes: Shapes, origins: Origins, variant: Variant, pins: Mapping[Pointer, str]
) -> Want[Variant]:
    node = variant.node
    words, _ = origins.words(node)
    pinned = _pin(shapes, node, pins)
    suffix: Words = ("Input",) if variant.use == "in" else ()
    name = (
        naming.extended(pinned, suffix="Input" if suffix else "")
        if pinned is not None
        else naming.pascal_case(words + suffix)
    )
    wish = naming.identifier(name, CLASS_RESERVED)
    is_component = origins.is_component(node)
    role = "Schema" if is_component else "Type"
    return Want(
        variant,
        wish,
        _identity(node, variant),
        not suffix and is_component and origins.component_key(node) == Text(wish.name),
        (
            naming.identifier(
                naming.pascal_case((*words, *suffix, role)), CLASS_RESERVED
            ),
        ),
        pinned is not None,
    )


def _report_collisions(settled: Settled[Variant], report: Report) -> None:
    for collision in settled.collisions:
        for variant, given in collision.renamed:
            report.warning(
                "name-collision",
                variant.node.schemas[-1],
                f"more than one schema would become the class {collision.wish.name}; "
                f"this one becomes {given.name}",
                help=("set x-specpress-name, or names in the configuration",),
                key=True,
            )


def _pin(shapes: Shapes, node: Node, pins: Mapping[Pointer, str]) -> str | None:
    if len(node.schemas) != 1 or node.chosen or node.only or node.family:
        return None
    pointer = node.schemas[0]
    if pointer in pins:
        return pins[pointer]
    name = shapes.schema(pointer).python_name
    return name if name is not None and name[:1].isupper() else None


def _identity(node: Node, variant: Variant) -> Words:
    tokens: list[str] = []
    for pointer in (*node.schemas, *node.chosen):
        tokens.append(pointer.file)
        tokens.extend(pointer.tokens)
    tail = [node.only or "", "family" if node.family else "", variant.use or ""]
    # The last part is what tells nodes apart most often: the node's own name.
    return (*tail, *(Text(token) for token in tokens))


def _modules(
    classes: Mapping[Variant, Identifier],
    roots: Mapping[Variant, Pointer],
    origins: Origins,
) -> dict[Variant, Identifier]:
    """Put each type into the module of what it stands in."""
    own_names: dict[Pointer, str] = {}
    for variant, name in classes.items():
        node = variant.node
        is_root = roots[variant] in node.schemas and not node.chosen
        if is_root and variant.use != "in":
            own_names.setdefault(roots[variant], name.name)
    wants: dict[Pointer, Want[Pointer]] = {}
    for variant in classes:
        root = roots[variant]
        if root in wants:
            continue
        words = origins.words(Node((root,)))[0]
        own = own_names.get(root)
        source: Words = (own,) if own is not None else (naming.pascal_case(words),)
        wish = naming.identifier(
            module_file(naming.snake_case(source)), MODULE_RESERVED
        )
        wants[root] = Want(
            root,
            wish,
            (root.file, *(Text(token) for token in root.tokens)),
            suffixed=(
                naming.identifier(
                    module_file(naming.snake_case((*words, "model"))),
                    MODULE_RESERVED,
                ),
            ),
        )
    settled = naming.settle(
        tuple(wants.values()), file_names=True, reserved=MODULE_RESERVED
    )
    return {variant: settled.names[roots[variant]] for variant in classes}
