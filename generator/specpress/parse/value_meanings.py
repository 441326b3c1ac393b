"""What the values of an enum mean: a widespread habit, in keys that no standard has.

``x-enum-varnames`` and ``x-enum-descriptions`` (OpenAPI Generator), ``x-enumNames``
(NSwag), ``x-enumDescriptions`` (Redoc) stand beside ``enum``: a text for each value, in
the same order, or by value. ``x-ms-enum`` (AutoRest) lists objects with ``value``. Written
otherwise they say nothing; none is an error, for none is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from specpress.documents import Json
from specpress.openapi import Value
from specpress.parse.nodes import Node, value_of
from specpress.text import Text

_NAMES: Final = ("x-enum-varnames", "x-enumNames", "x-enum-names")
_DESCRIPTIONS: Final = (
    "x-enum-descriptions",
    "x-enumDescriptions",
    "x-enum-comments",
)


def value_meanings(node: Node) -> Iterator[tuple[Value, tuple[Text, ...]]]:
    """Yield the values of an enum of which anything is said, with name and description
    or either. A name that is spelled like the value says nothing."""
    values = node.value.get("enum")
    if not isinstance(values, list):
        return
    listed = _by_value(node.value.get("x-ms-enum"))
    for index, value in enumerate(values):
        own = listed.get(_key(value), {})
        name = _first(_NAMES, node, values, index) or own.get("name")
        about = _first(_DESCRIPTIONS, node, values, index) or own.get("description")
        said = [text for text in (name, about) if isinstance(text, str)]
        said = [text for text in said if text and _folded(text) != _folded(value)]
        if said:
            yield value_of(value), tuple(map(Text, dict.fromkeys(said)))


def _first(
    keys: tuple[str, ...], node: Node, values: list[Json], index: int
) -> str | None:
    for key in keys:
        texts = node.value.get(key)
        text: Json = None
        if isinstance(texts, list) and len(texts) == len(values):
            text = texts[index]
        elif isinstance(texts, dict):
            text = texts.get(_key(values[index]))
        if isinstance(text, str) and text:
            return text
    return None


def _by_value(extension: Json) -> dict[str, Mapping[str, Json]]:
    listed = extension.get("values") if isinstance(extension, dict) else None
    return {
        _key(each.get("value")): each
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict)
    }


def _key(value: Json) -> str:
    """How a value is written as a key."""
    if value is None:
        return "null"
    return value if isinstance(value, str) else str(value).lower()


def _folded(value: Json) -> str:
    return "".join(filter(str.isalnum, _key(value))).casefold()
