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
from .codec_values import find_format
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


def encode_value(value: Any, path: Path) -> Any:
    """:func:`encode` of what stands at ``path``."""
    kind = value.__class__
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if issubclass(kind, Model):
        return _encode_model(value, path)
    if issubclass(kind, Mapping):
        return _encode_mapping(value, path)
    if value is UNSET:
        raise TypeError(f"{path_text(path)}: UNSET is no value; leave the member out")
    if issubclass(kind, Enum):
        return encode_value(value.value, path)
    # Of subclasses, which may look different, what they are made of.
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        return int(value)
    if issubclass(kind, float):
        if not math.isfinite(value):
            raise ValueError(f"{path_text(path)}: {value!r} has no JSON form")
        return float(value)
    if issubclass(kind, (bytearray, memoryview)):
        return encode_value(bytes(value), path)
    if (string_format := find_format(kind)) is not None:
        try:
            return string_format.write(value)
        except ValueError as error:
            raise ValueError(f"{path_text(path)}: {error}") from None
    if issubclass(kind, (Sequence, AbstractSet)):
        return [encode_value(one, (path, index)) for index, one in enumerate(value)]
    raise TypeError(f"{path_text(path)}: {kind.__name__} has no JSON form")


def _encode_mapping(value: Mapping[Any, Any], path: Path) -> Any:
    result: dict[str, Any] = {}
    for key, one in value.items():
        if one is UNSET:
            continue
        if not isinstance(key, str):
            raise TypeError(f"{path_text(path)}: the key {key!r} is not a string")
        name = key.value if isinstance(key, Enum) else str.__str__(key)
        result[name] = encode_value(one, (path, name))
    return result


def _encode_model(value: Any, path: Path) -> Any:
    # {% if needs.digit_strings %}
    if marks := _value_marks(value.__class__):
        return {
            name: marks.get(name, marks[""])(one, (path, name))
            for name, one in members(value).items()
        }
    # {% endif %}
    return {
        name: one if one.__class__ is str else encode_value(one, (path, name))
        for name, one in members(value).items()
    }


@cache
def _value_marks(model: Any) -> dict[str, Callable[[Any, Path], Any]]:
    """How fields are written, by wire name, if one of them is written otherwise than
    what it holds; those that are not declared under an empty text."""
    annotations = {each.wire_name: each.annotation for each in model_fields(model)}
    # {% if needs.additional %}
    annotations.setdefault("", additional_annotation(model))
    # {% endif %}
    encoders = {name: _encoder_for(each) for name, each in annotations.items()}
    encoders.setdefault("", encode_value)
    return encoders if {*encoders.values()} != {encode_value} else {}


def _encoder_for(annotation: Any) -> Callable[[Any, Path], Any]:
    for mark in marks_of(annotation):
        if isinstance(mark, ValueMark):
            return mark.encode
    return encode_value
