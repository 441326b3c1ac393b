"""A discriminated union with a nested one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from .. import models
from .._runtime.codec import Model, UnknownVariant, Wire
from .._runtime.codec_discriminator import Discriminator
from .._runtime.types import UNSET, Unset


@dataclass(kw_only=True, slots=True)
class Cat(Model):
    """A cat."""

    pet_type: Annotated[Literal["cat"], Wire("petType")] = "cat"

    indoor: bool | Unset = UNSET


@dataclass(kw_only=True, slots=True)
class Dog(Model):
    """A dog."""

    pet_type: Annotated[str, Wire("petType")]

    bark: str


@dataclass(kw_only=True, slots=True)
class Snake(Model):
    """A snake."""

    pet_type: Annotated[Literal["reptile"], Wire("petType")] = "reptile"

    kind: Literal["snake"] = "snake"

    length: int


@dataclass(kw_only=True, slots=True)
class Lizard(Model):
    """A lizard."""

    pet_type: Annotated[Literal["reptile"], Wire("petType")] = "reptile"

    kind: Literal["lizard"] = "lizard"

    friends: list[models.Pet] | Unset = UNSET


Reptile: TypeAlias = Annotated[
    Snake | Lizard | UnknownVariant,
    Discriminator("kind", {"snake": "Snake", "lizard": "Lizard"}),
]

Pet: TypeAlias = Annotated[
    Cat | Dog | Reptile | UnknownVariant,
    Discriminator("petType", {"cat": "Cat", "dog": "Dog", "reptile": "Reptile"}),
]


@dataclass(kw_only=True, slots=True)
class Litter(Model):
    """Several pets."""

    pets: list[models.Pet]

    favourite: models.Pet | None | Unset = UNSET
