"""Models of the sample, imported on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .contact import Contact as Contact
    from .contact import ContactList as ContactList
    from .contact import Profile as Profile
    from .everything import Everything as Everything
    from .json_value import JsonValue as JsonValue
    from .json_value import Template as Template
    from .label import Label as Label
    from .label import LabelColor as LabelColor
    from .pet import Cat as Cat
    from .pet import Dog as Dog
    from .pet import Litter as Litter
    from .pet import Lizard as Lizard
    from .pet import Pet as Pet
    from .pet import Reptile as Reptile
    from .pet import Snake as Snake
    from .scores import Scores as Scores
    from .shape import Circle as Circle
    from .shape import Drawing as Drawing
    from .shape import Shape as Shape
    from .shape import Square as Square
    from .shape import Text as Text
    from .tree import Branch as Branch
    from .tree import Leaf as Leaf
    from .tree import Node as Node
    from .tree import Tree as Tree

_MODULES = {
    "Branch": "tree",
    "Cat": "pet",
    "Circle": "shape",
    "Contact": "contact",
    "ContactList": "contact",
    "Dog": "pet",
    "Drawing": "shape",
    "Everything": "everything",
    "JsonValue": "json_value",
    "Label": "label",
    "LabelColor": "label",
    "Leaf": "tree",
    "Litter": "pet",
    "Lizard": "pet",
    "Node": "tree",
    "Pet": "pet",
    "Profile": "contact",
    "Reptile": "pet",
    "Scores": "scores",
    "Shape": "shape",
    "Snake": "pet",
    "Square": "shape",
    "Template": "json_value",
    "Text": "shape",
    "Tree": "tree",
}

__all__ = [
    "Branch",
    "Cat",
    "Circle",
    "Contact",
    "ContactList",
    "Dog",
    "Drawing",
    "Everything",
    "JsonValue",
    "Label",
    "LabelColor",
    "Leaf",
    "Litter",
    "Lizard",
    "Node",
    "Pet",
    "Profile",
    "Reptile",
    "Scores",
    "Shape",
    "Snake",
    "Square",
    "Template",
    "Text",
    "Tree",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
