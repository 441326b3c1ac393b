"""Typed additional properties."""

from __future__ import annotations

from dataclasses import dataclass, field

from .._runtime.codec import Model
from .._runtime.types import UNSET, Unset


@dataclass(kw_only=True, slots=True)
class Scores(Model):
    """Points by player."""

    title: str | Unset = UNSET

    additional_properties: dict[str, int] = field(default_factory=dict[str, int])
    """Points."""
