"""The fields of a model class, read from its annotations.

Annotations are evaluated on a class's first use; that imports the models they name.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from inspect import get_annotations
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from .codec_model import (
    ADDITIONAL_PROPERTIES,
    Model,
    Wire,
    field_names,
    undeclared_of,
)
from .types import UNSET, Unset


@dataclass(frozen=True, slots=True)
class FieldAnnotation:
    """One declared field."""

    name: str
    wire_name: str
    annotation: Any
    required: bool


def annotations_of(model: type[Model]) -> dict[str, Any]:
    """The evaluated annotations of all fields."""
    annotations: dict[str, Any] = {}
    for base in reversed(model.__mro__):
        if base is not Model and issubclass(base, Model):
            # Not get_type_hints: it follows quoted names within quoted names, and
            # their number explodes where many aliases refer to each other. Without
            # locals, a field named like a type does not hide the type.
            names = vars(sys.modules[base.__module__])
            annotations.update(
                get_annotations(base, globals=names, locals={}, eval_str=True)
            )
    return annotations


_FIELDS: dict[type[Model], tuple[FieldAnnotation, ...]] = {}


def model_fields(model: type[Model]) -> tuple[FieldAnnotation, ...]:
    """The declared fields, in order, bases first."""
    if model not in _FIELDS:
        annotations = annotations_of(model)
        names = field_names(model)
        _FIELDS[model] = tuple(_field(name, annotations[name]) for name in names)
    return _FIELDS[model]


def _field(name: str, annotation: Any) -> FieldAnnotation:
    wire_names = [each.name for each in marks_of(annotation) if isinstance(each, Wire)]
    return FieldAnnotation(
        name=name,
        wire_name=wire_names[0] if wire_names else name,
        annotation=annotation,
        required=Unset not in union_members(annotation),
    )


def additional_annotation(model: type[Model]) -> Any:
    """The type of undeclared properties, or ``None`` if the model has no field for
    them."""
    annotation = annotations_of(model).get(ADDITIONAL_PROPERTIES)
    return None if annotation is None else get_args(annotation)[1]


def key_of(annotation: Any) -> tuple[Any, str]:
    """What an annotation is kept by: for Python ``A | B`` equals ``B | A``, but the
    order matters."""
    return annotation, "" if annotation.__class__ is type else repr(annotation)


def union_members(annotation: Any) -> list[Any]:
    """The members of a union, also below ``Annotated``; of anything else, itself."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return union_members(get_args(annotation)[0])
    if origin is Union or origin is UnionType:
        return [
            member
            for argument in get_args(annotation)
            for member in union_members(argument)
        ]
    return [annotation]


def marks_of(annotation: Any) -> Iterator[Any]:
    """What ``Annotated`` adds to a type and to the types that it is made of."""
    if get_origin(annotation) is Annotated:
        yield from annotation.__metadata__
        annotation = annotation.__origin__
    for argument in get_args(annotation):
        yield from marks_of(argument)


def models_member(name: str) -> Any:
    """What ``name`` is in this package's ``models``; may load a module."""
    return getattr(import_module("..models", __package__), name)


def members(model: Model) -> dict[str, Any]:
    """The fields of a model that are set, by wire name, one level deep: the values stay
    what they are in Python. Undeclared ones come last."""
    result = {
        field.wire_name: value
        for field in model_fields(model.__class__)
        if (value := getattr(model, field.name)) is not UNSET
    }
    for name, value in undeclared_of(model).items():
        # A field that was set under its own name wins.
        if value is not UNSET:
            result.setdefault(name, value)
    return result
