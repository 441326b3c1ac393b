"""UUIDs."""

from __future__ import annotations

from uuid import UUID

from .codec_values import Format, Spelled, spelling_of


class SpelledUUID(Spelled, UUID):
    __slots__ = ("spelling",)
    format_name = "uuid.UUID"


def read_uuid(text: str) -> UUID:
    value = UUID(text)
    if str(value) == text:
        return value
    spelled = SpelledUUID(text)
    # A UUID refuses assignment to keep its hash; the spelling is no part of it.
    object.__setattr__(spelled, "spelling", text)
    return spelled


def write_uuid(value: UUID) -> str:
    return spelling_of(value) or str(value)


FORMATS = {"uuid.UUID": Format("UUID", read_uuid, write_uuid)}
