"""Decoders of everything but models, unions and names: scalars, enums, values that are
strings in JSON, arrays, maps and tuples."""

from __future__ import annotations

from json import dumps
from typing import Any

from .codec_decoder import ANYTHING, Decoder, Deviations, Path
from .codec_values import Format

# --- Scalars -------------------------------------------------------------------------


def scalar_decoder(expected: str, passes: set[type]) -> Decoder:
    """A type whose values stand in JSON as they are."""
    classes = frozenset(passes)

    def decode_scalar(value: Any, path: Path, found: Deviations) -> Any:
        if value.__class__ in classes:
            return value
        return found.keep(path, expected, value)

    return Decoder(expected, decode_scalar, classes, classes)


def _decode_integer(value: Any, path: Path, found: Deviations) -> Any:
    if value.__class__ is int:
        return value
    # JSON has one kind of number: 1.0 is an integer.
    if value.__class__ is float and value.is_integer():
        return int(value)
    return found.keep(path, "integer", value)


INTEGER = Decoder("integer", _decode_integer, frozenset({int, float}), frozenset({int}))

ANY = Decoder("any value", lambda value, path, found: value, ANYTHING, ANYTHING)


def literal_decoder(values: tuple[Any, ...]) -> Decoder:
    listed = frozenset((value.__class__, value) for value in values)
    expected = " or ".join(dumps(value, ensure_ascii=False) for value in values)

    def decode_literal(value: Any, path: Path, found: Deviations) -> Any:
        try:
            if (value.__class__, value) in listed:
                return value
        except TypeError:  # a list or an object: not hashable, not listed
            pass
        if value.__class__ is float and (int, value) in listed:
            return int(value)
        return found.keep(path, expected, value)

    takes = {kind for kind, _ in listed}
    if int in takes:
        takes.add(float)
    return Decoder(expected, decode_literal, frozenset(takes))


def formatted_decoder(string_format: Format) -> Decoder:
    read = string_format.read
    expected = string_format.expected

    def decode_formatted(value: Any, path: Path, found: Deviations) -> Any:
        if value.__class__ is str:
            try:
                return read(value)
            except ValueError:
                pass
        return found.keep(path, expected, value)

    return Decoder(expected, decode_formatted, frozenset({str}))


# --- Containers ----------------------------------------------------------------------


def list_decoder(item: Decoder) -> Decoder:
    expected = "array"
    item_passes = item.passes
    item_decode = item.decode

    def decode_list(value: Any, path: Path, found: Deviations) -> Any:
        if value.__class__ is not list:
            return found.keep(path, expected, value)
        return [
            (
                one
                if one.__class__ in item_passes
                else item_decode(one, (path, index), found)
            )
            for index, one in enumerate(value)
        ]

    return Decoder(expected, decode_list, frozenset({list}))


def dict_decoder(item: Decoder) -> Decoder:
    expected = "object"

    def decode_dict(value: Any, path: Path, found: Deviations) -> Any:
        if value.__class__ is not dict:
            return found.keep(path, expected, value)
        return decode_values(value, item, path, found)

    return Decoder(expected, decode_dict, frozenset({dict}))


def decode_values(
    value: dict[str, Any], item: Decoder, path: Path, found: Deviations
) -> dict[str, Any]:
    """Read each value of an object."""
    passes = item.passes
    item_decode = item.decode
    return {
        name: (
            one if one.__class__ in passes else item_decode(one, (path, name), found)
        )
        for name, one in value.items()
    }


def tuple_decoder(items: list[Decoder]) -> Decoder:
    expected = f"array of {len(items)}"

    def decode_tuple(value: Any, path: Path, found: Deviations) -> Any:
        if value.__class__ is not list or len(value) != len(items):
            return found.keep(path, expected, value)
        return tuple(
            item.decode(one, (path, index), found)
            for index, (item, one) in enumerate(zip(items, value, strict=True))
        )

    return Decoder(expected, decode_tuple, frozenset({list}))
