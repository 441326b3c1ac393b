"""What the keywords of schemas that hold together say of a value, composition apart.

In: the schemas of one node. Out: the types, values and format that they agree on.
"""

from __future__ import annotations

from specpress.lower.nodes import ScalarShape
from specpress.lower.vocabulary import (
    is_binary,
    is_raw_content,
    json_type,
    string_scalar,
)
from specpress.openapi import ABSENT, JsonType, Schema, Value
from specpress.source import Pointer


def own_structure(schema: Schema) -> bool:
    """Tell whether a schema itself says what a value looks like, ``types`` apart."""
    return bool(
        schema.enum is not None
        or schema.const is not ABSENT
        or schema.format is not None
        or schema.content_encoding is not None
        or schema.properties
        or schema.required
        or schema.additional_properties is not None
        or schema.unevaluated_properties is not None
        or schema.pattern_properties
        or schema.items is not None
        or schema.prefix_items
        or schema.one_of
        or schema.any_of
        or schema.always is False
    )


def implied_type(atoms: tuple[Schema, ...]) -> JsonType | None:
    """Return the type that keywords imply where none is stated."""
    for atom in atoms:
        if (
            atom.properties
            or atom.additional_properties is not None
            or atom.pattern_properties
            or atom.required
            or atom.unevaluated_properties is not None
        ):
            return "object"
        if atom.items is not None or atom.prefix_items:
            return "array"
    for atom in atoms:
        if atom.format is not None and (
            string_scalar(atom.format, None) != "str" or is_binary(atom.format)
        ):
            return "string"
        if (
            atom.pattern is not None
            or atom.min_length is not None
            or atom.max_length is not None
        ):
            return "string"
    return None


def agreed_types(
    atoms: tuple[Schema, ...],
) -> tuple[tuple[JsonType, ...], Pointer | None]:
    """Return the types all ``atoms`` agree on, and where they do not agree."""
    agreed: tuple[JsonType, ...] | None = None
    for atom in atoms:
        if not atom.types:
            continue
        if agreed is None:
            agreed = atom.types
            continue
        both: list[JsonType] = [t for t in agreed if t in atom.types]
        if "integer" in agreed and "number" in atom.types and "integer" not in both:
            both.append("integer")
        if "number" in agreed and "integer" in atom.types and "integer" not in both:
            both.append("integer")
        if "number" in both and "integer" in both and "number" not in atom.types:
            both.remove("number")
        if not both:
            narrower = atom.types if len(atom.types) < len(agreed) else agreed
            return narrower, atom.at
        if both == ["null"] and (agreed != ("null",) and atom.types != ("null",)):
            narrower = atom.types if len(atom.types) < len(agreed) else agreed
            return narrower, atom.at
        agreed = tuple(both)
    return agreed or (), None


def agreed_values(
    atoms: tuple[Schema, ...], types: tuple[JsonType, ...]
) -> tuple[tuple[Value, ...] | None, bool, Pointer | None]:
    """Return the values ``enum`` and ``const`` leave, whether one is a constant, and
    where two lists share none. To JSON Schema ``1.0`` is an integer."""
    whole = "integer" in types and "number" not in types
    left: dict[tuple[str, Value], Value] | None = None
    constant = False
    for atom in atoms:
        lists: list[tuple[Value, ...]] = []
        if atom.enum is not None:
            lists.append(atom.enum)
        if atom.const is not ABSENT:
            lists.append((atom.const,))
            constant = True
        for values in lists:
            if whole:
                values = tuple(map(_as_integer, values))
            # True equals 1 in Python but not in JSON.
            keyed: dict[tuple[str, Value], Value] = {
                (json_type(v), v): v for v in values
            }
            if left is None:
                left = keyed
                continue
            shared = {key: value for key, value in left.items() if key in keyed}
            if not shared:
                return tuple(left.values()), constant, atom.at
            left = shared
    return (None if left is None else tuple(left.values())), constant, None


def _as_integer(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def has_type_of(values: tuple[Value, ...], types: tuple[JsonType, ...]) -> bool:
    """Tell whether one of ``values`` is of one of ``types``, null aside."""
    found = {json_type(value) for value in values if value is not None}
    if "number" in types and "integer" in found:
        return True
    return not found or not types or not found.isdisjoint(types)


def string_shape(atoms: tuple[Schema, ...]) -> ScalarShape:
    for atom in atoms:
        if is_binary(atom.format):
            return ScalarShape("str", binary=True)
        scalar = string_scalar(atom.format, atom.content_encoding)
        if scalar != "str":
            return ScalarShape(scalar)
        if (
            atom.content_media_type is not None
            and is_raw_content(atom.content_media_type)
            and atom.content_encoding is None
            and atom.enum is None
        ):
            return ScalarShape("str", binary=True)
    return ScalarShape("str")
