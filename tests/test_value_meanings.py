"""What stands beside an enum about its values, in all the ways people write it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from specpress.documents import Json
from specpress.openapi import Value
from specpress.parse.nodes import Node
from specpress.parse.value_meanings import value_meanings
from specpress.source import Pointer
from specpress.text import Text


def said(schema: Mapping[str, Json]) -> dict[Value, tuple[Text, ...]]:
    return dict(value_meanings(Node(schema, Pointer("a.yaml", ()))))


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ({"x-enum-varnames": ["Open", "Shut"]}, {0: ("Open",), 1: ("Shut",)}),
        ({"x-enumNames": {"0": "Open"}}, {0: ("Open",)}),
        ({"x-enum-descriptions": ["", "Shut."]}, {1: ("Shut.",)}),
        (
            {"x-enum-varnames": ["A", "B"], "x-enumDescriptions": {"1": "Shut."}},
            {0: ("A",), 1: ("B", "Shut.")},
        ),
        (
            {"x-ms-enum": {"values": [{"value": 1, "name": "B", "description": "b"}]}},
            {1: ("B", "b")},
        ),
        # Said twice, or nothing but the value.
        (
            {"x-enumNames": ["A", "A"], "x-enum-descriptions": ["A", "B"]},
            {0: ("A",), 1: ("A", "B")},
        ),
        ({"x-enum-varnames": ["0", "_1"]}, {}),
        # Not as anyone writes it.
        ({"x-enum-varnames": ["Open"]}, {}),
        ({"x-enum-varnames": "Open"}, {}),
        ({"x-enum-varnames": [1, None], "x-ms-enum": [], "x-enumNames": None}, {}),
        ({"x-ms-enum": {"values": {"value": 1}}}, {}),
        ({"x-ms-enum": {"values": [1, {"name": "B"}]}}, {}),
    ],
)
def test_meanings(
    beside: dict[str, Json], expected: dict[int, tuple[str, ...]]
) -> None:
    found = {value: tuple(map(Text, texts)) for value, texts in expected.items()}
    assert said({"enum": [0, 1], **beside}) == found


def test_values_of_any_kind() -> None:
    names: Json = {"true": "Yes", "null": "Unknown", "in-box": "In box", "x": "X-ray"}
    schema: dict[str, Json] = {"enum": [True, None, "in-box", "x", [1]]}
    assert said({**schema, "x-enumNames": names}) == {
        True: (Text("Yes"),),
        None: (Text("Unknown"),),
        Text("x"): (Text("X-ray"),),
    }
    assert said({"enum": "x", "x-enumNames": names}) == {}
