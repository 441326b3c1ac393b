"""What one run of ``parse`` gathers beside its result, and how it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from specpress.documents import Json
from specpress.openapi import (
    Counts,
    Header,
    MediaType,
    Parameter,
    RequestBody,
    Response,
)
from specpress.source import Pointer
from specpress.text import Text


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the versions of the standard differ, as far as reading goes."""

    family: str
    """``3.0``; what messages say."""
    json_schema: bool
    """Schemas are JSON Schema 2020-12 (3.1), not a dialect of their own (3.0)."""


@dataclass(frozen=True, slots=True)
class Override:
    """What the configuration sets on one object: values by key, with their places."""

    at: Pointer
    settings: Mapping[str, tuple[Json, Pointer]]


@dataclass(slots=True)
class Totals:
    links: int = 0
    examples: int = 0
    assertions: int = 0
    external_docs: int = 0

    def counts(self) -> Counts:
        return Counts(
            links=self.links,
            examples=self.examples,
            assertions=self.assertions,
            external_docs=self.external_docs,
        )


class Place(NamedTuple):
    """Where a finding stands: ``key`` points at the key, not at its value."""

    at: Pointer
    key: bool


@dataclass(slots=True)
class Memory:
    """What was read already, by its place: shared objects are read once."""

    parameters: dict[Pointer, Parameter | None] = field(
        default_factory=dict[Pointer, "Parameter | None"]
    )
    headers: dict[tuple[Pointer, Text], Header | None] = field(
        default_factory=dict[tuple[Pointer, Text], "Header | None"]
    )
    bodies: dict[Pointer, RequestBody | None] = field(
        default_factory=dict[Pointer, "RequestBody | None"]
    )
    responses: dict[tuple[Pointer, str], Response] = field(
        default_factory=dict[tuple[Pointer, str], Response]
    )
    contents: dict[Pointer, tuple[MediaType, ...]] = field(
        default_factory=dict[Pointer, "tuple[MediaType, ...]"]
    )
