"""A union told apart by inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from .. import models
from .._runtime.codec import Model, UnknownVariant
from .._runtime.types import UNSET, Unset


@dataclass(kw_only=True, slots=True)
class Circle(Model):
    """A circle."""

    radius: float

    colour: str | Unset = UNSET


@dataclass(kw_only=True, slots=True)
class Square(Model):
    """A square."""

    side: float

    colour: str | Unset = UNSET


@dataclass(kw_only=True, slots=True)
class Text(Model):
    """A text."""

    type: Literal["text"] = "text"

    side: float

    text: str | Unset = UNSET


Shape: TypeAlias = Circle | Square | Text | str | None | UnknownVariant


@dataclass(kw_only=True, slots=True)
class Drawing(Model):
    """Shapes."""

    shapes: list[models.Shape]

    closed: models.Circle | models.Square | Unset = UNSET
