"""Values → JSON values, driven by what the values are.

# {% if needs.digit_strings %}
A model's annotations matter in one case only: a number that an API writes as text.
# {% endif %}
Whatever JSON cannot hold is refused with an error that names the place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from functools import cache
from typing import Any

from .codec_decoder import Path, ValueMark, path_text
from .codec_fields import additional_annotation, marks_of, members, model_fields
from .codec_model import Model, TooDeep
from .codec_values import Format, find_format
from .types import UNSET


def encode(value: Any) -> Any:
    """Return ``value`` as ``json.dumps`` takes it.

    Takes models, mappings, sequences, sets, date-times, dates, times, UUIDs, decimals,
    bytes, enum members and plain JSON values. ``UNSET`` members of models and mappings
    are left out. Raises ``ValueError`` for a value that has no JSON form (``nan``, a
    date-time without offset), ``TypeError`` for a type that has none.
    """
    try:
        return encode_value(value, None)
    except RecursionError:
        raise TooDeep("the value is nested too deeply or contains itself") from None


Encode = Callable[[Any, Path], Any]


def encode_value(value: Any, path: Path) -> Any:
    """:func:`encode` of what stands at ``path``."""
    kind = value.__class__
    if kind is str or kind is int or kind is bool or value is None:
        return value
    encoder = _ENCODERS.get(kind)
    if encoder is None:
        encoder = _ENCODERS[kind] = _encoder_of(kind, path)
    return encoder(value, path)


def _encoder_of(kind: type[Any], path: Path) -> Encode:
    """Choose how values of a class are written, the first time one comes."""
    if issubclass(kind, Model):
        return _encode_model
    if issubclass(kind, Enum):
        return _encode_enum
    if issubclass(kind, str):
        return _encode_str
    if issubclass(kind, int):
        return _encode_int
    if issubclass(kind, float):
        return _encode_float
    if issubclass(kind, (bytearray, memoryview)):
        return _encode_buffer
    string_format = find_format(kind)
    if string_format is not None:
        return _format_encoder(string_format)
    if issubclass(kind, Mapping):
        return _encode_mapping
    if issubclass(kind, (Sequence, AbstractSet)):
        return _encode_items
    raise TypeError(f"{path_text(path)}: {kind.__name__} has no JSON form")


def _encode_enum(value: Any, path: Path) -> Any:
    if value is UNSET:
        raise TypeError(f"{path_text(path)}: UNSET is no value; leave the member out")
    return encode_value(value.value, path)


def _encode_str(value: Any, path: Path) -> Any:
    return str.__str__(value)


def _encode_int(value: Any, path: Path) -> Any:
    return int(value)


def _encode_float(value: Any, path: Path) -> Any:
    if not math.isfinite(value):
        raise ValueError(f"{path_text(path)}: {value!r} has no JSON form")
    return float(value)


def _encode_buffer(value: Any, path: Path) -> Any:
    return encode_value(bytes(value), path)


def _encode_mapping(value: Any, path: Path) -> Any:
    result: dict[str, Any] = {}
    for name, one in value.items():
        if one is UNSET:
            continue
        key = name
        if key.__class__ is not str:
            if not isinstance(key, str):
                raise TypeError(f"{path_text(path)}: the key {key!r} is not a string")
            key = key.value if isinstance(key, Enum) else str.__str__(key)
        result[key] = encode_value(one, (path, key))
    return result


def _encode_items(value: Any, path: Path) -> Any:
    return [encode_value(one, (path, index)) for index, one in enumerate(value)]


def _format_encoder(string_format: Format) -> Encode:
    write = string_format.write

    def encode_formatted(value: Any, path: Path) -> Any:
        try:
            return write(value)
        except ValueError as error:
            raise ValueError(f"{path_text(path)}: {error}") from None

    return encode_formatted


_ENCODERS: dict[type, Encode] = {
    dict: _encode_mapping,
    float: _encode_float,
    list: _encode_items,
    tuple: _encode_items,
}


# --- Models --------------------------------------------------------------------------


def _encode_model(value: Any, path: Path) -> Any:
    given = members(value)
    # {% if needs.digit_strings %}
    if marks := _value_marks(value.__class__):
        return {
            name: marks.get(name, marks[""])(one, (path, name))
            for name, one in given.items()
        }
    # {% endif %}
    return {
        name: one if one.__class__ is str else encode_value(one, (path, name))
        for name, one in given.items()
    }


@cache
def _value_marks(model: Any) -> dict[str, Encode]:
    """How fields are written, by wire name, if one of them is written otherwise than
    what it holds; those that are not declared under an empty text."""
    annotations = {each.wire_name: each.annotation for each in model_fields(model)}
    # {% if needs.additional %}
    annotations.setdefault("", additional_annotation(model))
    # {% endif %}
    encoders = {name: _encoder_for(each) for name, each in annotations.items()}
    encoders.setdefault("", encode_value)
    return encoders if {*encoders.values()} != {encode_value} else {}


def _encoder_for(annotation: Any) -> Encode:
    for mark in marks_of(annotation):
        if isinstance(mark, ValueMark):
            return mark.encode
    return encode_value
