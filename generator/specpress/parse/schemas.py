"""Schema Objects: every schema that the document holds or refers to, in one table.

In: the schemas that other modules put on the reader's list. Out: the table of
:class:`~specpress.openapi.Schema` by place, with the meaning of OpenAPI 3.1 whatever
the version. Works through a list, so no depth of nesting or recursion matters. What a
schema becomes in Python is not asked here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, TypeAlias

from specpress.documents import Json
from specpress.openapi import Discriminator, JsonType, Property, Schema, Value
from specpress.parse import extensions
from specpress.parse.reading import Node, Reader, kind_of, value_of
from specpress.parse.vocabulary import (
    DISCRIMINATOR,
    JSON_TYPES,
    PREFIX,
    TYPE_WORDS,
    XML,
    Kind,
)
from specpress.references import Refusal, classify
from specpress.source import Pointer
from specpress.text import Text

Fields: TypeAlias = dict[str, Any]
"""The fields of a :class:`Schema` that is being read."""
Handler: TypeAlias = Callable[["SchemaTable", Node, str, Fields], None]


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
        """Check what can be judged only when all schemas are there."""
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
                self.warn_newer(
                    node, key, f"{key} is not a keyword of a schema in OpenAPI 3.0; its"
                )
            handler(self, node, key, fields)
        for key in self.reader.overrides_at(node.at):
            self._other_key(node, key)
        self._add_required_flags(node, fields)
        if fields.pop("nullable", False):
            self._add_null(node, fields)
        if "unsupported" in fields:
            fields["unsupported"] = tuple(sorted(fields["unsupported"]))
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

    def warn_newer(self, node: Node, key: str, found: str) -> None:
        self.reader.warn(
            "newer-keyword",
            node.at.child(key),
            f"{found} meaning in 3.1 was taken",
            help=("state openapi: 3.1.0, or leave it out",),
            key=True,
        )

    def _other_key(self, node: Node, key: str) -> None:
        if key.startswith("x-"):
            if key.startswith(PREFIX):
                if key in (PREFIX + "name", PREFIX + "type"):
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
_KEPT_SIBLINGS: Final = frozenset(
    {"description", "nullable", "readOnly", "writeOnly", "deprecated"}
)
_ANNOTATIONS: Final = frozenset(
    "title description default examples read_only write_only deprecated".split()
)
_OF_ARRAYS: Final = ("items", "prefix_items", "min_items", "max_items")
_OF_OBJECTS: Final = ("properties", "additional_properties", "pattern_properties")


# One handler per keyword: reads it and sets a field, or says why not.


def _text(field: str) -> Handler:
    def handler(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
        fields[field] = table.reader.text(node, key)

    return handler


def _flag(field: str) -> Handler:
    def handler(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
        fields[field] = table.reader.flag(node, key)

    return handler


def _number(field: str) -> Handler:
    def handler(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
        table.reader.totals.assertions += 1
        number = table.reader.number(node, key)
        if field == "multiple_of" and number is not None and number <= 0:
            table.reader.warn(
                "bad-limit",
                node.at.child(key),
                "multipleOf must be greater than 0; it was ignored",
            )
            number = None
        if node.value.get("exclusive" + field.capitalize()) is not True:
            fields[field] = number

    return handler


def _count(field: str | None) -> Handler:
    def handler(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
        table.reader.totals.assertions += 1
        number = table.reader.count(node, key)
        if field is None:
            _add_unsupported(key, fields)
        else:
            fields[field] = number

    return handler


def _exclusive(field: str, beside: str) -> Handler:
    """3.0 says ``exclusiveMinimum: true`` beside ``minimum``, 3.1 a number."""

    def handler(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
        table.reader.totals.assertions += 1
        old = not table.reader.dialect.json_schema
        value = node.value[key]
        if not isinstance(value, bool):
            if old and value is not None:
                table.warn_newer(
                    node, key, f"{key} is true or false in OpenAPI 3.0; the number's"
                )
            fields[field] = table.reader.number(node, key)
            return
        if not old:
            table.reader.warn(
                "older-keyword",
                node.at.child(key),
                f"{key} is a number in OpenAPI 3.1; the boolean was taken as in 3.0",
                key=True,
            )
        if value and beside in node.value:
            fields[field] = table.reader.number(node, beside)

    return handler


def _schema(field: str | None) -> Handler:
    def handler(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
        at = table.reader.want_schema(node.at.child(key), node.value[key])
        if field is None:
            _add_unsupported(key, fields)
        else:
            fields[field] = at

    return handler


def _schema_list(field: str) -> Handler:
    def handler(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
        fields[field] = _want_list(table, node, key)

    return handler


def _want_list(table: SchemaTable, node: Node, key: str) -> tuple[Pointer, ...]:
    reader = table.reader
    wanted = tuple(
        [reader.want_schema(at, value) for value, at in reader.items(node, key)]
    )
    if not wanted and node.value[key] == []:
        reader.warn(
            "empty-list",
            node.at.child(key),
            f"{key} lists nothing; it was ignored",
            key=True,
        )
    return wanted


def _schema_map(table: SchemaTable, node: Node, key: str) -> Iterator[Property]:
    for name, value, at in table.reader.members(node, key):
        yield Property(Text(name), table.reader.want_schema(at, value))


def _properties(field: str) -> Handler:
    def handler(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
        fields[field] = tuple(_schema_map(table, node, key))

    return handler


def _definitions(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    for _ in _schema_map(table, node, key):
        pass


def _condition(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    found: tuple[Pointer, ...]
    if key == "dependentSchemas":
        found = tuple([item.schema for item in _schema_map(table, node, key)])
    else:
        found = (table.reader.want_schema(node.at.child(key), node.value[key]),)
    fields["conditions"] = fields.get("conditions", ()) + found


def _xml(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    table.reader.check_child(node, key, XML)
    _add_unsupported(key, fields)


def _assertion(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    table.reader.totals.assertions += 1
    _add_unsupported(key, fields)


def _add_unsupported(key: str, fields: Fields) -> None:
    fields.setdefault("unsupported", []).append(key)


def _silent(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    """Says nothing about values: ``$schema``, ``$comment``, ``$anchor`` …"""


def _type(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    reader = table.reader
    value = node.value[key]
    at = node.at.child(key)
    if isinstance(value, list):
        if not reader.dialect.json_schema:
            table.warn_newer(node, key, "type is one word in OpenAPI 3.0; the list's")
        words = [(word, at.child(str(index))) for index, word in enumerate(value)]
    else:
        words = [(value, at)]
    found: set[JsonType] = set()
    for word, place in words:
        known = _type_of_word(table, node, word, place, fields)
        if known is None:
            # One word that may mean anything leaves nothing to check.
            return
        found.add(known)
    if not words:
        reader.warn("empty-list", at, "type lists nothing; it was ignored", key=True)
    fields["types"] = tuple([word for word in JSON_TYPES if word in found])


def _type_of_word(
    table: SchemaTable, node: Node, word: Json, at: Pointer, fields: Fields
) -> JsonType | None:
    reader = table.reader
    for name in JSON_TYPES:
        if word == name:
            listed = isinstance(node.value["type"], list)
            if name == "null" and not reader.dialect.json_schema and not listed:
                reader.warn(
                    "newer-keyword",
                    at,
                    "type null is not in OpenAPI 3.0; its meaning in 3.1 was taken",
                    help=("write nullable: true",),
                )
            return name
    if word is None:
        reader.warn(
            "unknown-type",
            at,
            'type null is written without quotes; "null" was assumed',
            help=('write "null" in quotes',),
        )
        return "null"
    if not isinstance(word, str):
        reader.wrong_kind(at, word, "a string", "type")
        return None
    lowered = word.lower()
    meant: JsonType | None = None
    format: str | None = None
    if lowered in JSON_TYPES:
        meant = next(name for name in JSON_TYPES if name == lowered)
    elif lowered in TYPE_WORDS:
        meant, format = TYPE_WORDS[lowered]
    assumed = meant if format is None else f"{meant} with format {format}"
    reader.warn(
        "unknown-type",
        at,
        "there is no type ",
        Text(word),
        "; any value was assumed" if meant is None else f"; {assumed} was assumed",
        help=(f"the types are {', '.join(JSON_TYPES)}",),
    )
    if format is not None and "format" not in node.value:
        fields["format"] = Text(format)
    return meant


def _enum(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    reader = table.reader
    members = tuple([value_of(item) for item, _ in reader.items(node, key)])
    if members:
        fields["enum"] = members
    elif node.value[key] == []:
        reader.warn(
            "empty-list",
            node.at.child(key),
            "enum lists nothing, so no value would be allowed; it was ignored",
            key=True,
        )


def _value(field: str) -> Handler:
    def handler(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
        fields[field] = value_of(node.value[key])

    return handler


def _example(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    table.reader.totals.examples += 1
    fields["examples"] = (value_of(node.value[key]), *fields.get("examples", ()))


def _examples(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    value = node.value[key]
    found: list[Value]
    if isinstance(value, list):
        found = [value_of(item) for item in value]
    else:
        table.reader.warn(
            "bad-examples",
            node.at.child(key),
            f"{kind_of(value)} stands where a list must stand (examples of a schema); "
            "it was ignored",
            help=("list the values, or write example for a single one",),
            key=True,
        )
        found = []
    table.reader.totals.examples += len(found)
    fields["examples"] = (*fields.get("examples", ()), *found)


def _nullable(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    if table.reader.dialect.json_schema:
        table.reader.warn(
            "older-keyword",
            node.at.child(key),
            "nullable is not a keyword of OpenAPI 3.1; it was taken as in 3.0",
            help=('write "null" among the types',),
            key=True,
        )
    fields["nullable"] = table.reader.flag(node, key)


def _required(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    reader = table.reader
    if isinstance(node.value[key], bool):
        reader.warn(
            "required-flag",
            node.at.child(key),
            "required is true or false inside a schema; it was taken as a word about "
            "the property that the schema describes",
            help=("list the property's name under required of the object",),
            key=True,
        )
        return
    stated = reader.texts(node, key)
    names = tuple(dict.fromkeys(stated))
    if len(names) < len(stated):
        reader.warn(
            "repeated-item",
            node.at.child(key),
            "required lists a name more than once; once was taken",
            key=True,
        )
    fields["required"] = names


def _items(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    if not isinstance(node.value[key], list):
        fields["items"] = table.reader.want_schema(node.at.child(key), node.value[key])
        return
    table.reader.warn(
        "older-keyword",
        node.at.child(key),
        "items is a list, as in older JSON Schema; it was taken as prefixItems",
        help=("write prefixItems",),
        key=True,
    )
    fields["prefix_items"] = _want_list(table, node, key)
    if "additionalItems" in node.value:
        fields["items"] = table.reader.want_schema(
            node.at.child("additionalItems"), node.value["additionalItems"]
        )


def _reference(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    reader = table.reader
    reference = reader.reference(node)
    if reference is not None:
        target = reader.documents.resolve(node.at, reference, node.at.child(key))
        if target is not None:
            fields["reference"] = reader.want_target(_schema_at(reader, node, target))


def _schema_at(reader: Reader, node: Node, target: Pointer) -> Pointer:
    """Return ``target``, or the schema inside when a parameter or header is named."""
    value = reader.documents.get(target)
    if (
        isinstance(value, dict)
        and isinstance(value.get("schema"), dict)
        and target.tokens[-2:-1] in (("parameters",), ("headers",))
    ):
        reader.warn(
            "reference-to-other-kind",
            node.at.child("$ref"),
            "the $ref of a schema names a parameter or header; the schema of that was "
            "taken",
            help=("add /schema to the reference",),
        )
        return target.child("schema")
    return target


def _dynamic_reference(
    table: SchemaTable, node: Node, key: str, fields: Fields
) -> None:
    """Treat ``$dynamicRef`` and ``$recursiveRef`` as the ``$ref`` they stand for
    where nothing is overridden."""
    reader = table.reader
    reference = node.value[key]
    at = node.at.child(key)
    if not isinstance(reference, str):
        reader.wrong_kind(at, reference, "a string", key)
        return
    if "$ref" in node.value:
        return
    target = reader.documents.try_resolve(node.at, reference)
    if (
        target is not None
        and not target.tokens
        and node.at.tokens[:1] == ("components",)
    ):
        # "#" means the schema around it, not the OpenAPI document.
        target = Pointer(node.at.file, node.at.tokens[:3])
    if target is None:
        reader.warn(
            "unresolved-dynamic-reference",
            at,
            Text(reference),
            " names no anchor of the document; any value was assumed",
        )
    else:
        fields["reference"] = reader.want_target(target)


def _external_docs(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    table.reader.count_external_docs(node)


def _pattern(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    table.reader.totals.assertions += 1
    fields["pattern"] = table.reader.text(node, key)


def _unique_items(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    table.reader.totals.assertions += 1
    fields["unique_items"] = table.reader.flag(node, key)


def _discriminator(table: SchemaTable, node: Node, key: str, fields: Fields) -> None:
    reader = table.reader
    at = node.at.child(key)
    value = node.value[key]
    if isinstance(value, str):
        reader.warn(
            "older-keyword",
            at,
            "discriminator is a string, as in Swagger 2.0; it was taken as its "
            "propertyName",
            help=("write discriminator: {propertyName: …}",),
            key=True,
        )
        fields["discriminator"] = Discriminator(Text(value), (), at)
        return
    inner = reader.object(value, at, "Discriminator Object")
    if inner is None:
        return
    reader.check_keys(inner, DISCRIMINATOR)
    name = reader.text(inner, "propertyName")
    if name is None:
        reader.missing(inner, "propertyName", DISCRIMINATOR, "it was ignored")
        return
    mapping: list[tuple[Text, Pointer]] = []
    for word, target_name, place in reader.members(inner, "mapping"):
        if not isinstance(target_name, str):
            reader.wrong_kind(place, target_name, "a string", "mapping")
            continue
        target = _mapping_target(reader, inner.at, target_name, place)
        if target is not None:
            mapping.append((Text(word), reader.want_target(target)))
    fields["discriminator"] = Discriminator(name, tuple(mapping), at)


def _mapping_target(
    reader: Reader, base: Pointer, name: str, at: Pointer
) -> Pointer | None:
    """Resolve a value of ``mapping``: the name of a component, else a reference."""
    for file in dict.fromkeys((base.file, reader.documents.root.file)):
        component = Pointer(file, ("components", "schemas", name))
        if reader.documents.has(component):
            return component
    target = _referenced(reader, base, name, at)
    if target is None:
        reader.warn(
            "unresolved-mapping",
            at,
            "discriminator value names ",
            Text(name),
            ", which does not exist; the value was left out of the mapping",
            help=("name a component schema, or write a reference to one",),
        )
    return target


def _referenced(
    reader: Reader, base: Pointer, name: str, at: Pointer
) -> Pointer | None:
    if not ("#" in name or "/" in name or "." in name):
        return None
    target = reader.documents.try_resolve(base, name)
    if target is None and _FILE.search(name.partition("#")[0]):
        # Perhaps a file that nothing else has named yet.
        if not isinstance(classify(name), Refusal):
            target = reader.documents.resolve(base, name, at)
    return target


_FILE: Final = re.compile(r"\.(ya?ml|json)$", re.IGNORECASE)
_OBJECT_KEYWORDS: Final[dict[str, Handler]] = {
    "properties": _properties("properties"),
    "patternProperties": _properties("pattern_properties"),
    "additionalProperties": _schema("additional_properties"),
    "unevaluatedProperties": _schema("unevaluated_properties"),
    "required": _required,
    "propertyNames": _schema(None),
    "minProperties": _count(None),
    "maxProperties": _count(None),
    "dependentRequired": _assertion,
    "dependencies": _assertion,
}
_ARRAY_KEYWORDS: Final[dict[str, Handler]] = {
    "items": _items,
    "prefixItems": _schema_list("prefix_items"),
    "unevaluatedItems": _schema("unevaluated_items"),
    "additionalItems": _silent,
    "contains": _schema(None),
    "minContains": _count(None),
    "maxContains": _count(None),
    "minItems": _count("min_items"),
    "maxItems": _count("max_items"),
    "uniqueItems": _unique_items,
}
_SCALAR_KEYWORDS: Final[dict[str, Handler]] = {
    "pattern": _pattern,
    "minLength": _count("min_length"),
    "maxLength": _count("max_length"),
    "minimum": _number("minimum"),
    "maximum": _number("maximum"),
    "exclusiveMinimum": _exclusive("exclusive_minimum", "minimum"),
    "exclusiveMaximum": _exclusive("exclusive_maximum", "maximum"),
    "multipleOf": _number("multiple_of"),
    "format": _text("format"),
    "contentEncoding": _text("content_encoding"),
    "contentMediaType": _text("content_media_type"),
    "contentSchema": _schema(None),
}
_COMPOSITION: Final[dict[str, Handler]] = {
    "$ref": _reference,
    "$dynamicRef": _dynamic_reference,
    "$recursiveRef": _dynamic_reference,
    "allOf": _schema_list("all_of"),
    "oneOf": _schema_list("one_of"),
    "anyOf": _schema_list("any_of"),
    "not": _schema("negation"),
    "if": _condition,
    "then": _condition,
    "else": _condition,
    "dependentSchemas": _condition,
    "discriminator": _discriminator,
    "$defs": _definitions,
    "definitions": _definitions,
}
_VALUES_AND_NOTES: Final[dict[str, Handler]] = {
    "type": _type,
    "nullable": _nullable,
    "enum": _enum,
    "const": _value("const"),
    "default": _value("default"),
    "example": _example,
    "examples": _examples,
    "title": _text("title"),
    "description": _text("description"),
    "readOnly": _flag("read_only"),
    "writeOnly": _flag("write_only"),
    "deprecated": _flag("deprecated"),
    "xml": _xml,
    "externalDocs": _external_docs,
    "$id": _silent,
    "$schema": _silent,
    "$anchor": _silent,
    "$dynamicAnchor": _silent,
    "$recursiveAnchor": _silent,
    "$vocabulary": _silent,
    "$comment": _silent,
}
HANDLERS: Final[dict[str, Handler]] = {
    **_OBJECT_KEYWORDS,
    **_ARRAY_KEYWORDS,
    **_SCALAR_KEYWORDS,
    **_COMPOSITION,
    **_VALUES_AND_NOTES,
}
KEYWORDS: Final = tuple(HANDLERS)
NEWER: Final = frozenset(
    "patternProperties unevaluatedProperties propertyNames dependentRequired "
    "dependencies prefixItems unevaluatedItems additionalItems contains minContains "
    "maxContains contentEncoding contentMediaType contentSchema $dynamicRef "
    "$recursiveRef if then else dependentSchemas $defs definitions const examples $id "
    "$schema $anchor $dynamicAnchor $recursiveAnchor $vocabulary $comment".split()
)
"""Keywords that a Schema Object of OpenAPI 3.0 does not have."""
