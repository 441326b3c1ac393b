"""The keywords of a Schema Object: one handler each, in one table.

In: an object that holds the keyword. Out: fields of :class:`~specpress.openapi.Schema`;
schemas inside are put on the reader's list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from specpress.documents import Json
from specpress.openapi import JsonType, Property, Value
from specpress.parse.nodes import Node, kind_of, value_of
from specpress.parse.reading import Reader
from specpress.parse.schema_references import (
    discriminator,
    dynamic_reference,
    reference,
)
from specpress.parse.vocabulary import JSON_TYPES, TYPE_WORDS, XML
from specpress.source import Pointer
from specpress.text import Text

Fields: TypeAlias = dict[str, Any]
"""The fields of a schema that is being read."""
Handler: TypeAlias = Callable[[Reader, Node, str, Fields], None]


def warn_newer(reader: Reader, node: Node, key: str, found: str) -> None:
    reader.warn(
        "newer-keyword",
        node.at.child(key),
        f"{found} meaning in 3.1 was taken",
        help=("state openapi: 3.1.0, or leave it out",),
        key=True,
    )


# One handler per keyword: reads it and sets a field, or says why not.


def _text(field: str) -> Handler:
    def handler(reader: Reader, node: Node, key: str, fields: Fields) -> None:
        fields[field] = reader.text(node, key)

    return handler


def _flag(field: str) -> Handler:
    def handler(reader: Reader, node: Node, key: str, fields: Fields) -> None:
        fields[field] = reader.flag(node, key)

    return handler


def _number(field: str) -> Handler:
    def handler(reader: Reader, node: Node, key: str, fields: Fields) -> None:
        reader.totals.assertions += 1
        number = reader.number(node, key)
        if field == "multiple_of" and number is not None and number <= 0:
            reader.warn(
                "bad-limit",
                node.at.child(key),
                "multipleOf must be greater than 0; it was ignored",
            )
            number = None
        if node.value.get("exclusive" + field.capitalize()) is not True:
            fields[field] = number

    return handler


def _count(field: str) -> Handler:
    def handler(reader: Reader, node: Node, key: str, fields: Fields) -> None:
        reader.totals.assertions += 1
        fields[field] = reader.count(node, key)

    return handler


def _exclusive(field: str, beside: str) -> Handler:
    """3.0 says ``exclusiveMinimum: true`` beside ``minimum``, 3.1 a number."""

    def handler(reader: Reader, node: Node, key: str, fields: Fields) -> None:
        reader.totals.assertions += 1
        old = not reader.dialect.json_schema
        value = node.value[key]
        if not isinstance(value, bool):
            if old and value is not None:
                warn_newer(
                    reader,
                    node,
                    key,
                    f"{key} is true or false in OpenAPI 3.0; the number's",
                )
            fields[field] = reader.number(node, key)
            return
        if not old:
            reader.warn(
                "older-keyword",
                node.at.child(key),
                f"{key} is a number in OpenAPI 3.1; the boolean was taken as in 3.0",
                key=True,
            )
        if value and beside in node.value:
            fields[field] = reader.number(node, beside)

    return handler


def _schema(field: str) -> Handler:
    def handler(reader: Reader, node: Node, key: str, fields: Fields) -> None:
        fields[field] = reader.want_schema(node.at.child(key), node.value[key])

    return handler


def _schema_list(field: str) -> Handler:
    def handler(reader: Reader, node: Node, key: str, fields: Fields) -> None:
        fields[field] = _want_list(reader, node, key)

    return handler


def _want_list(reader: Reader, node: Node, key: str) -> tuple[Pointer, ...]:
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


def _schema_map(reader: Reader, node: Node, key: str) -> Iterator[Property]:
    for name, value, at in reader.members(node, key):
        yield Property(Text(name), reader.want_schema(at, value))


def _properties(field: str) -> Handler:
    def handler(reader: Reader, node: Node, key: str, fields: Fields) -> None:
        fields[field] = tuple(_schema_map(reader, node, key))

    return handler


def _definitions(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    for _ in _schema_map(reader, node, key):
        pass


def _rule(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    """Something that no type can say: it is named in docstrings."""
    reader.totals.assertions += 1
    fields.setdefault("rules", []).append(key)


def _count_rule(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    reader.count(node, key)
    _rule(reader, node, key, fields)


def _schema_rule(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    reader.want_schema(node.at.child(key), node.value[key])
    _rule(reader, node, key, fields)


def _schemas_rule(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    for _ in _schema_map(reader, node, key):
        pass
    _rule(reader, node, key, fields)


def _xml(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    reader.check_child(node, key, XML)


def _silent(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    """Says nothing about values: ``$schema``, ``$comment``, ``$anchor`` …"""


def _type(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    value = node.value[key]
    at = node.at.child(key)
    if isinstance(value, list):
        if not reader.dialect.json_schema:
            warn_newer(reader, node, key, "type is one word in OpenAPI 3.0; the list's")
        words = [(word, at.child(str(index))) for index, word in enumerate(value)]
    else:
        words = [(value, at)]
    found: set[JsonType] = set()
    for word, place in words:
        known = _type_of_word(reader, node, word, place, fields)
        if known is None:
            # One word that may mean anything leaves nothing to check.
            return
        found.add(known)
    if not words:
        reader.warn("empty-list", at, "type lists nothing; it was ignored", key=True)
    fields["types"] = tuple([word for word in JSON_TYPES if word in found])


def _type_of_word(
    reader: Reader, node: Node, word: Json, at: Pointer, fields: Fields
) -> JsonType | None:
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


def _enum(reader: Reader, node: Node, key: str, fields: Fields) -> None:
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
    def handler(reader: Reader, node: Node, key: str, fields: Fields) -> None:
        fields[field] = value_of(node.value[key])

    return handler


def _example(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    reader.totals.examples += 1
    fields["examples"] = (value_of(node.value[key]), *fields.get("examples", ()))


def _examples(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    value = node.value[key]
    found: list[Value]
    if isinstance(value, list):
        found = [value_of(item) for item in value]
    else:
        reader.warn(
            "bad-examples",
            node.at.child(key),
            f"{kind_of(value)} stands where a list must stand (examples of a schema); "
            "it was ignored",
            help=("list the values, or write example for a single one",),
            key=True,
        )
        found = []
    reader.totals.examples += len(found)
    fields["examples"] = (*fields.get("examples", ()), *found)


def _nullable(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    if reader.dialect.json_schema:
        reader.warn(
            "older-keyword",
            node.at.child(key),
            "nullable is not a keyword of OpenAPI 3.1; it was taken as in 3.0",
            help=('write "null" among the types',),
            key=True,
        )
    fields["nullable"] = reader.flag(node, key)


def _required(reader: Reader, node: Node, key: str, fields: Fields) -> None:
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


def _items(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    if not isinstance(node.value[key], list):
        fields["items"] = reader.want_schema(node.at.child(key), node.value[key])
        return
    reader.warn(
        "older-keyword",
        node.at.child(key),
        "items is a list, as in older JSON Schema; it was taken as prefixItems",
        help=("write prefixItems",),
        key=True,
    )
    fields["prefix_items"] = _want_list(reader, node, key)
    if "additionalItems" in node.value:
        fields["items"] = reader.want_schema(
            node.at.child("additionalItems"), node.value["additionalItems"]
        )


def _external_docs(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    reader.count_external_docs(node)


def _pattern(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    reader.totals.assertions += 1
    fields["pattern"] = reader.text(node, key)


def _unique_items(reader: Reader, node: Node, key: str, fields: Fields) -> None:
    reader.totals.assertions += 1
    fields["unique_items"] = reader.flag(node, key)


_OBJECT_KEYWORDS: Final[dict[str, Handler]] = {
    "properties": _properties("properties"),
    "patternProperties": _properties("pattern_properties"),
    "additionalProperties": _schema("additional_properties"),
    "unevaluatedProperties": _schema("unevaluated_properties"),
    "required": _required,
    "propertyNames": _schema_rule,
    "minProperties": _count("min_properties"),
    "maxProperties": _count("max_properties"),
    "dependentRequired": _rule,
    "dependencies": _rule,
}
_ARRAY_KEYWORDS: Final[dict[str, Handler]] = {
    "items": _items,
    "prefixItems": _schema_list("prefix_items"),
    "unevaluatedItems": _schema("unevaluated_items"),
    "additionalItems": _silent,
    "contains": _schema_rule,
    "minContains": _count_rule,
    "maxContains": _count_rule,
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
    "contentSchema": _schema_rule,
}
_COMPOSITION: Final[dict[str, Handler]] = {
    "$ref": reference,
    "$dynamicRef": dynamic_reference,
    "$recursiveRef": dynamic_reference,
    "allOf": _schema_list("all_of"),
    "oneOf": _schema_list("one_of"),
    "anyOf": _schema_list("any_of"),
    "not": _schema_rule,
    "if": _schema_rule,
    "then": _schema_rule,
    "else": _schema_rule,
    "dependentSchemas": _schemas_rule,
    "discriminator": discriminator,
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
