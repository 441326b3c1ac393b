"""Unions whose objects name their member in a property.

A value that no member has is an ``UnknownVariant`` and nothing to complain about: APIs
add variants. Without the property, and for what is not an object, the members are
compared as in any other union.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .codec_decoder import NO_FIT, Decode, Decoder, Deviations, Fit, Path, TypeMark
from .codec_fields import models_member
from .codec_model import UnknownVariant
from .codec_unions import union_decoder


@dataclass(frozen=True, slots=True)
class Discriminator(TypeMark):
    """The property that says which member of a union an object is."""

    property: str

    mapping: Mapping[str, str] = field(hash=False)
    """Value on the wire → ``__name__`` of the member, or the name of an alias of
    ``models`` that has a discriminator of its own."""

    def decoder(
        self, kinds: list[Any], decoder_of: Callable[[Any], Decoder]
    ) -> Decoder:
        members = [decoder_of(kind) for kind in kinds]
        inferred = union_decoder(members)
        property_name, mapping = self.property, self.mapping
        by_name = {member.model.__name__: member for member in members if member.model}
        unknown = by_name.get(UnknownVariant.__name__)
        decoders: dict[str, Decode] = {}

        def decode_discriminated(value: Any, path: Path, found: Deviations) -> Any:
            if value.__class__ is not dict or property_name not in value:
                return inferred.decode(value, path, found)
            wire_value = _as_key(value[property_name])
            decode_member = decoders.get(wire_value)
            if decode_member is None:
                name = mapping.get(wire_value)
                if name is None:
                    if unknown is not None:
                        return unknown.decode(value, path, found)
                    return inferred.decode(value, path, found)
                member = by_name.get(name) or decoder_of(models_member(name))
                decode_member = decoders[wire_value] = member.decode
            return decode_member(value, path, found)

        def fit(value: Any) -> Fit:
            if value.__class__ is dict and property_name in value:
                if _as_key(value[property_name]) in mapping:
                    return (4, 0, 1, 1)
                return NO_FIT
            return inferred.fit(value)

        return Decoder(inferred.expected, decode_discriminated, inferred.takes, fit=fit)


def _as_key(value: Any) -> str:
    """A discriminator's value as the mapping spells it; its keys are strings."""
    if value.__class__ is str:
        return value
    if value.__class__ is bool:
        return "true" if value else "false"
    return str(value) if value.__class__ is int else ""
