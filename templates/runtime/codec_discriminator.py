"""Unions whose objects name their member in a property.

A value that no member has is an ``UnknownVariant`` and nothing to complain about: APIs
# {% if needs.comparing %}
add variants. Without the property, and for what is not an object, the members are
compared as in any other union.
# {% else %}
add variants. Without the property it is one, too, and a deviation.
# {% endif %}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# {% if needs.comparing %}
from .codec_comparing import (
    NO_FIT,
    Fit,
    Surface,
    compared_union,
    surface_of,
    union_surface,
)

# {% endif %}
from .codec_decoder import Decode, Decoder, DecoderOf, Deviations, Path, TypeMark
from .codec_fields import models_member
from .codec_model import Model, UnknownVariant
from .codec_unions import union_decoder


@dataclass(frozen=True, slots=True)
class Discriminator(TypeMark):
    """The property that says which member of a union an object is."""

    property: str

    mapping: Mapping[str, str] = field(hash=False)
    """Value on the wire → ``__name__`` of the member, or the name of an alias of
    ``models`` that has a discriminator of its own."""

    def decoder(self, kinds: list[Any], decoder_of: DecoderOf) -> Decoder:
        # {% if needs.comparing %}
        others = compared_union(kinds, decoder_of)
        # {% else %}
        others = union_decoder(
            [kind for kind in kinds if kind is not UnknownVariant], decoder_of
        )
        # {% endif %}
        property_name, mapping = self.property, self.mapping
        by_name = {
            kind.__name__: decoder_of(kind)
            for kind in kinds
            if isinstance(kind, type) and issubclass(kind, Model)
        }
        unknown = by_name.get(UnknownVariant.__name__, others)
        decoders: dict[str, Decode] = {}

        def decode_discriminated(value: Any, path: Path, found: Deviations) -> Any:
            # {% if needs.comparing %}
            if value.__class__ is not dict or property_name not in value:
                return others.decode(value, path, found)
            # {% else %}
            if value.__class__ is not dict:
                return others.decode(value, path, found)
            if property_name not in value:
                found.keep(path, others.expected, value)
                return unknown.decode(value, path, found)
            # {% endif %}
            wire_value = _as_key(value[property_name])
            decode_member = decoders.get(wire_value)
            if decode_member is None:
                name = mapping.get(wire_value)
                if name is None:
                    return unknown.decode(value, path, found)
                member = by_name.get(name) or decoder_of(models_member(name))
                decode_member = decoders[wire_value] = member.decode
            return decode_member(value, path, found)

        return Decoder(others.expected, decode_discriminated, others.takes)

    # {% if needs.comparing %}
    def surface(self, kinds: list[Any]) -> Surface:
        others = union_surface([surface_of(kind) for kind in kinds])

        def fit(value: Any) -> Fit:
            if value.__class__ is dict and self.property in value:
                if _as_key(value[self.property]) in self.mapping:
                    return (4, 0, 1, 1)
                return NO_FIT
            return others.fit(value)

        return Surface(fit, others.takes)

    # {% endif %}


def _as_key(value: Any) -> str:
    """A discriminator's value as the mapping spells it; its keys are strings."""
    if value.__class__ is str:
        return value
    if value.__class__ is bool:
        return "true" if value else "false"
    return str(value) if value.__class__ is int else ""
