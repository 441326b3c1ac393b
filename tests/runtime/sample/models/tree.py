"""Recursive models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from .. import models
from .._runtime.codec import Model
from .._runtime.types import UNSET, Unset


@dataclass(kw_only=True, slots=True)
class Node(Model):
    """A node with itself below it."""

    name: str

    next: models.Node | None | Unset = UNSET

    children: list[models.Node] | Unset = UNSET

    by_name: dict[str, models.Node] | Unset = UNSET


@dataclass(kw_only=True, slots=True)
class Leaf(Model):
    """The end of a branch."""

    value: int


@dataclass(kw_only=True, slots=True)
class Branch(Model):
    """Has two trees."""

    left: models.Tree

    right: models.Tree | Unset = UNSET


Tree: TypeAlias = Leaf | Branch
