"""Schema Objects: every schema that the document holds or refers to, in one table.

In: the schemas that other modules put on the reader's list. Out: the table of
:class:`~specpress.openapi.Schema` by place, with the meaning of OpenAPI 3.1 whatever
the version. Works through a list, so no depth of nesting or recursion matters. What a
schema becomes in Python is not asked here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from specpress.documents import Json
from specpress.openapi import JsonType, Property, Schema, Value
from specpress.parse import extensions
from specpress.parse.dynamic_references import bind
from specpress.parse.keywords import HANDLERS, KEYWORDS, Fields, warn_newer
from specpress.parse.nodes import Node
from specpress.parse.reading import Reader
from specpress.parse.value_meanings import value_meanings
from specpress.parse.vocabulary import (
    NEWER,
    PREFIX,
    Kind,
)
from specpress.source import Pointer
from specpress.text import Text


class SchemaTable:
    """Reads schemas until none is wanted any more."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.schemas: dict[Pointer, Schema] = {}
        self._named: list[Node] = []
        self._next = 0

    def read_wanted(self) -> None:
        """Read every schema that is on the list, and those they bring in."""
        wanted = self.reader.wanted
        while self._next < len(wanted):
            at, value = wanted[self._next]
            self._next += 1
            self.schemas[at] = self._read(at, value)

    def finish(self, components: frozenset[Pointer]) -> None:
        """Do and check what can be only when all schemas are there."""
        bind(self.reader, self.schemas)
        if not self._refuse_circular_references():
            self._cut_circular_all_of()
        self._apply_names(components)

    def _read(self, at: Pointer, value: Json) -> Schema:
        if isinstance(value, bool):
            return Schema(at=at, always=value)
        if not isinstance(value, dict):
            if value is None:
                self.reader.warn(
                    "null-value",
                    at,
                    "null stands where a schema must stand; any value was assumed",
                    help=("write {} for any value",),
                )
            else:
                self.reader.wrong_kind(at, value, "an object", "Schema Object")
            return Schema(at=at)
        return self._read_object(Node(value, at))

    def _read_object(self, node: Node) -> Schema:
        old = not self.reader.dialect.json_schema
        fields: Fields = {}
        if old and "$ref" in node.value:
            node = self._without_siblings(node)
        for key in node.value:
            handler = HANDLERS.get(key)
            if handler is None:
                self._other_key(node, key)
                continue
            if old and key in NEWER:
                warn_newer(
                    self.reader,
                    node,
                    key,
                    f"{key} is not a keyword of a schema in OpenAPI 3.0; its",
                )
            handler(self.reader, node, key, fields)
        overrides = self.reader.overrides_at(node.at)
        if not _NAMING.isdisjoint(overrides):
            self._named.append(node)
        elif overrides:
            self.reader.check_keys(Node({}, node.at), _SCHEMA)
        self._add_required_flags(node, fields)
        self._add_undeclared(node, fields)
        if fields.pop("nullable", False):
            self._add_null(node, fields)
        if "enum" in fields:
            fields["meanings"] = tuple(value_meanings(node))
        if "rules" in fields:
            fields["rules"] = tuple(sorted(fields["rules"]))
        if old and "array" in fields.get("types", ()) and "items" not in node.value:
            self.reader.missing(
                node, "items", _SCHEMA, "items of any kind were assumed"
            )
        return Schema(at=node.at, **fields)

    def _without_siblings(self, node: Node) -> Node:
        """Return what counts of an object with ``$ref`` in OpenAPI 3.0."""
        kept: dict[str, Json] = {}
        for key, value in node.value.items():
            if key == "$ref" or key.startswith("x-"):
                kept[key] = value
            elif key in _KEPT_SIBLINGS:
                kept[key] = value
                self.reader.warn(
                    "beside-reference",
                    node.at.child(key),
                    Text(key),
                    " beside a $ref has no meaning in OpenAPI 3.0; it was taken as it "
                    "is meant in 3.1",
                    help=("wrap the $ref in allOf to make it plain",),
                    key=True,
                )
            else:
                self.reader.warn(
                    "beside-reference",
                    node.at.child(key),
                    Text(key),
                    " beside a $ref has no meaning in OpenAPI 3.0 and was ignored",
                    help=("wrap the $ref in allOf to have both",),
                    key=True,
                )
        return Node(kept, node.at)

    def _other_key(self, node: Node, key: str) -> None:
        if key.startswith("x-"):
            if key.startswith(PREFIX):
                if key in _NAMING:
                    self._named.append(node)
                else:
                    self.reader.check_keys(Node({key: None}, node.at), _SCHEMA)
            return
        close = difflib.get_close_matches(key[:60], KEYWORDS, 1, 0.85)
        if self.reader.dialect.json_schema and not close:
            return  # JSON Schema allows unknown keywords: they are annotations.
        self.reader.warn(
            "unknown-key",
            node.at.child(key),
            Text(key),
            " is not a keyword of a Schema Object in OpenAPI "
            f"{self.reader.dialect.family} and was ignored",
            help=(f"did you mean {close[0]}?",) if close else (),
            key=True,
        )

    def _add_required_flags(self, node: Node, fields: Fields) -> None:
        """Take ``required: true`` inside a property as a word about the property."""
        properties = node.value.get("properties")
        if not isinstance(properties, dict):
            return
        stated: tuple[Text, ...] = fields.get("required", ())
        flagged = tuple(
            Text(name)
            for name, value in properties.items()
            if isinstance(value, dict)
            and value.get("required") is True
            and Text(name) not in stated
        )
        if flagged:
            fields["required"] = stated + flagged

    def _add_undeclared(self, node: Node, fields: Fields) -> None:
        """Give names that are required and not declared here a schema of any value,
        keyed by where they are required. It counts if nothing that holds together with
        this schema declares them, either."""
        declared = {each.name for each in fields.get("properties", ())}
        undeclared: list[Property] = []
        for index, name in enumerate(fields.get("required", ())):
            if name not in declared:
                at = node.at.child("required").child(str(index))
                self.schemas[at] = Schema(at=at, always=True)
                undeclared.append(Property(name=name, schema=at))
        if undeclared:
            fields["undeclared"] = tuple(undeclared)

    # Null

    def _add_null(self, node: Node, fields: Fields) -> None:
        """Say ``nullable: true`` as JSON Schema does.

        With a type or an enum, null joins them. With alternatives it is one more.
        Otherwise the schema becomes ``anyOf`` of what it was and null: the new branches
        are keyed by places inside it.
        """
        null = node.at.child("nullable")
        types: tuple[JsonType, ...] = fields.get("types", ())
        composed = [name for name in ("one_of", "any_of") if fields.get(name)]
        enum: tuple[Value, ...] | None = fields.get("enum")
        if enum is not None and None not in enum:
            fields["enum"] = (*enum, None)
            self.reader.warn(
                "nullable-enum",
                node.at.child("enum"),
                "nullable is true but the enum does not list null; null was taken as "
                "allowed",
                help=("add null to the enum, or remove nullable",),
                key=True,
            )
        if types and "null" not in types:
            fields["types"] = ("null", *types)
        if composed:
            for name in composed:
                if not self._has_null(fields[name]):
                    fields[name] = (*fields[name], null)
                    self.schemas[null] = Schema(at=null, types=("null",))
        elif fields.get("all_of") or fields.get("reference") is not None:
            self.schemas[null] = Schema(at=null, types=("null",))
            self._move_into_branch(node, fields, types)
            fields["any_of"] = (*fields["any_of"], null)
        elif not types and enum is None:
            implied: list[JsonType] = []
            if any(fields.get(name) is not None for name in _OF_ARRAYS):
                implied.append("array")
            if any(fields.get(name) is not None for name in _OF_OBJECTS):
                implied.append("object")
            if implied:
                fields["types"] = ("null", *implied)

    def _move_into_branch(
        self, node: Node, fields: Fields, types: tuple[JsonType, ...]
    ) -> None:
        inner: Fields = {
            name: fields.pop(name) for name in list(fields) if name not in _ANNOTATIONS
        }
        if types:
            inner["types"] = types
        all_of: tuple[Pointer, ...] = inner.get("all_of", ())
        if len(all_of) == 1 and set(inner) <= {"all_of", "types"}:
            fields["any_of"] = all_of
            return
        branch = node.at.child("$ref" if "reference" in inner else "allOf")
        self.schemas[branch] = Schema(at=branch, **inner)
        fields["any_of"] = (branch,)

    def _has_null(self, branches: tuple[Pointer, ...]) -> bool:
        """Whether one of the branches is null itself, as written here."""
        for branch in branches:
            value = self.reader.documents.get(branch)
            if isinstance(value, dict) and value.get("type") == "null":
                return True
        return False

    # When all are there

    def _refuse_circular_references(self) -> bool:
        """Report schemas whose references lead back to themselves; return whether
        there are any."""
        ends: set[Pointer] = set()
        found = False
        for start in self.schemas:
            trail: dict[Pointer, None] = {}
            at = start
            while at not in ends:
                target = self.schemas[at].reference
                if at in trail:
                    self.reader.report.error(
                        "circular-reference",
                        at.child("$ref"),
                        "this reference leads back to itself and never to a definition",
                        help=("let one of the schemas on the way say what it is",),
                    )
                    found = True
                    break
                trail[at] = None
                if target is None:
                    break
                at = target
            ends.update(trail)
        return found

    def _cut_circular_all_of(self) -> None:
        """Make sure that ``$ref`` and ``allOf`` alone never lead back to where one
        came from: a schema that is made of itself says nothing there."""
        done: set[Pointer] = set()
        for start in self.schemas:
            if start in done:
                continue
            open_schemas: dict[Pointer, Iterator[Pointer]] = {
                start: iter(self._parts(start))
            }
            while open_schemas:
                at, parts = next(reversed(open_schemas.items()))
                part = next(parts, None)
                if part is None:
                    done.add(at)
                    del open_schemas[at]
                elif part in open_schemas:
                    self._cut(at, part)
                elif part not in done:
                    open_schemas[part] = iter(self._parts(part))

    def _parts(self, at: Pointer) -> tuple[Pointer, ...]:
        schema = self.schemas[at]
        return (
            schema.all_of
            if schema.reference is None
            else (schema.reference, *schema.all_of)
        )

    def _cut(self, at: Pointer, part: Pointer) -> None:
        schema = self.schemas[at]
        self.schemas[at] = replace(
            schema,
            reference=None if schema.reference == part else schema.reference,
            all_of=tuple([branch for branch in schema.all_of if branch != part]),
        )
        self.reader.warn(
            "circular-all-of",
            at,
            "by way of allOf the schema is made of itself, which says nothing; that "
            "part was ignored",
            help=("remove it from allOf",),
            key=True,
        )

    def _apply_names(self, components: frozenset[Pointer]) -> None:
        if not self._named:
            return
        properties = {
            item.schema
            for schema in self.schemas.values()
            for item in schema.properties
        }
        for value, at in self._named:
            kind = (
                extensions.PROPERTY_SCHEMA
                if at in properties
                else extensions.COMPONENT_SCHEMA if at in components else _SCHEMA
            )
            ours = {k: v for k, v in value.items() if k.startswith(PREFIX)}
            ours_node = Node(ours, at)
            self.reader.check_keys(ours_node, kind)
            if kind is _SCHEMA:
                continue
            self.schemas[at] = replace(
                self.schemas[at],
                python_name=extensions.python_name(
                    self.reader, ours_node, is_class=at in components
                ),
                python_type=(
                    extensions.python_type(self.reader, ours_node)
                    if at in properties
                    else None
                ),
            )


_SCHEMA: Final = Kind("Schema Object", frozenset())
_NAMING: Final = frozenset({PREFIX + "name", PREFIX + "type"})
_KEPT_SIBLINGS: Final = frozenset(
    {"description", "nullable", "readOnly", "writeOnly", "deprecated"}
)
_ANNOTATIONS: Final = frozenset(
    [
        "title",
        "description",
        "default",
        "examples",
        "read_only",
        "write_only",
        "deprecated",
    ]
)
_OF_ARRAYS: Final = ("items", "prefix_items", "min_items", "max_items")
_OF_OBJECTS: Final = ("properties", "additional_properties", "pattern_properties")
