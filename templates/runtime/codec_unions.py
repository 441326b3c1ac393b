"""Unions of which the kind of a JSON value says the member: one of them is an object, one
an array, and so on. Only listed texts may stand beside all others.
"""

from __future__ import annotations

from typing import Any

from .codec_decoder import Decoder, DecoderOf, Deviations, Path


def union_decoder(kinds: list[Any], decoder_of: DecoderOf) -> Decoder:
    """The decoder of a union of ``kinds``."""
    members = [decoder_of(kind) for kind in kinds]
    if len(members) == 1:
        return members[0]
    expected = " or ".join(dict.fromkeys(member.expected for member in members))
    passes = frozenset[type]().union(*(member.passes for member in members))
    by_class = {kind: member for member in members for kind in member.takes}

    def decode_union(value: Any, path: Path, found: Deviations) -> Any:
        if value.__class__ in passes:
            return value
        member = by_class.get(value.__class__)
        if member is None:
            return found.keep(path, expected, value)
        return member.decode(value, path, found)

    return Decoder(expected, decode_union, frozenset(by_class), passes)
