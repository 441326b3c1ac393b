"""Nodes, and JSON data as values: what needs neither documents nor a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from specpress.documents import Json
from specpress.openapi import ObjectValue, Value
from specpress.source import Pointer
from specpress.text import Text


class Node(NamedTuple):
    """An object of the document and where it stands."""

    value: Mapping[str, Json]
    at: Pointer


def kind_of(value: Json) -> str:
    """Return what ``value`` is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"


def value_of(value: Json) -> Value:
    """Return a default, an example or another JSON value as data."""
    if isinstance(value, str):
        return Text(value)
    if isinstance(value, list):
        return tuple([value_of(item) for item in value])
    if isinstance(value, dict):
        return ObjectValue(
            tuple([(Text(key), value_of(item)) for key, item in value.items()])
        )
    return value
