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
    additional_of,
    field_names,
    unknown_of,
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
    """The evaluated annotations of all fields, in order, bases first."""
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
    return {name: annotations[name] for name in field_names(model)}


_FIELDS: dict[type[Model], tuple[FieldAnnotation, ...]] = {}


def model_fields(model: type[Model]) -> tuple[FieldAnnotation, ...]:
    """The declared fields, without that for undeclared properties."""
    known = _FIELDS.get(model)
    if known is not None:
        return known
    _FIELDS[model] = tuple(
        FieldAnnotation(
            name=name,
            wire_name=next(
                (mark.name for mark in marks_of(annotation) if isinstance(mark, Wire)),
                name,
            ),
            annotation=annotation,
            required=Unset not in union_members(annotation),
        )
        for name, annotation in annotations_of(model).items()
        if name != ADDITIONAL_PROPERTIES
    )
    return _FIELDS[model]


def additional_annotation(model: type[Model]) -> Any:
    """The type of undeclared properties, or ``None`` if the model has no field for
    them."""
    annotation = annotations_of(model).get(ADDITIONAL_PROPERTIES)
    return None if annotation is None else get_args(annotation)[1]


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
    typed = ADDITIONAL_PROPERTIES in field_names(model)
    for name, value in (
        additional_of(model) if typed else unknown_of(model) or {}
    ).items():
        # A field that was set under its own name wins.
        if value is not UNSET:
            result.setdefault(name, value)
    return result
