"""Where the generator says that no comparing is needed, comparing finds the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import make_dataclass
from itertools import permutations
from typing import Any, Literal

import pytest

from specpress import ir
from specpress.ir import Identifier
from specpress.render.json_kinds import is_ambiguous
from specpress.source import Pointer
from specpress.text import Text

VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    1.0,
    2.5,
    "",
    "a",
    "c",
    "2025-01-31T10:00:00Z",
    [],
    [1],
    ["a", 1],
    {},
    {"name": "a"},
    {"name": 1, "more": 2},
    {"kind": "b"},
]
NAMED: dict[Identifier, Any] = {
    Identifier(name): ir.Model(
        name=Identifier(name),
        documentation=ir.Documentation(),
        fields=(),
        additional=None,
        at=Pointer("", ()),
    )
    for name in ("A", "B")
}
TYPES: dict[str, ir.Type] = {
    "str": ir.ScalarType("str"),
    "int": ir.ScalarType("int"),
    "float": ir.ScalarType("float"),
    "bool": ir.ScalarType("bool"),
    "None": ir.ScalarType("None"),
    "datetime": ir.ScalarType("datetime"),
    "texts": ir.LiteralType((Text("a"), Text("b"))),
    "other texts": ir.LiteralType((Text("c"),)),
    "one": ir.LiteralType((1,)),
    "yes": ir.LiteralType((True,)),
    "list": ir.ListType(ir.ScalarType("int")),
    "tuple": ir.TupleType((ir.ScalarType("str"), ir.ScalarType("int"))),
    "map": ir.DictType(ir.ScalarType("int")),
    "A": ir.NamedType(Identifier("A")),
    "B": ir.NamedType(Identifier("B")),
}


@pytest.fixture(scope="module")
def annotations(sample: Any) -> dict[str, Any]:
    codec = sample.module("_runtime.codec")

    def model(called: str, **fields: Any) -> Any:
        made = make_dataclass(
            called, fields.items(), bases=(codec.Model,), kw_only=True, slots=True
        )
        made.__module__ = __name__
        return made

    return {
        "str": str,
        "int": int,
        "float": float,
        "bool": bool,
        "None": None,
        "datetime": dt.datetime,
        "texts": Literal["a", "b"],
        "other texts": Literal["c"],
        "one": Literal[1],
        "yes": Literal[True],
        "list": list[int],
        "tuple": tuple[str, int],
        "map": dict[str, int],
        "A": model("A", name=str),
        "B": model("B", kind=str),
    }


@pytest.mark.parametrize("first", TYPES)
def test_by_kind_as_by_comparing(
    sample: Any, annotations: dict[str, Any], first: str
) -> None:
    decoder = sample.module("_runtime.codec_decoder")
    decoder_of = sample.module("_runtime.codec_decode").decoder_of
    by_kind = sample.module("_runtime.codec_unions").union_decoder
    compared = sample.module("_runtime.codec_comparing").compared_union
    told = 0
    for others in (*permutations(TYPES, 1), *permutations(TYPES, 2)):
        names = (first, *others)
        union = ir.UnionType(tuple(TYPES[name] for name in names))
        if len(set(names)) < len(names) or is_ambiguous(union, NAMED):
            continue
        told += 1
        kinds = [annotations[name] for name in names]
        one, other = by_kind(kinds, decoder_of), compared(kinds, decoder_of)
        assert (one.takes, one.passes) == (other.takes, other.passes)
        for value in VALUES:
            here, there = decoder.Deviations(), decoder.Deviations()
            read = one.decode(value, None, here)
            expected = other.decode(value, None, there)
            assert (type(read), read) == (type(expected), expected), (names, value)
            assert here == there, (names, value)
    assert told > 5


@pytest.mark.parametrize(
    "names",
    [
        ("A", "B"),
        ("A", "map"),
        ("list", "tuple"),
        ("int", "float"),
        ("one", "int"),
        ("str", "datetime"),
        ("datetime", "texts"),
        ("texts", "other texts"),
    ],
)
def test_what_has_to_be_compared(names: tuple[str, ...]) -> None:
    members = tuple(TYPES[name] for name in names)
    assert is_ambiguous(ir.UnionType(members), NAMED)
    assert is_ambiguous(ir.UnionType((*members, TYPES["None"])), NAMED)
    assert is_ambiguous(ir.UnionType((TYPES["A"], TYPES["None"]), open=True), NAMED)
    nested = ir.UnionType((ir.UnionType(members), TYPES["None"]))
    assert is_ambiguous(nested, NAMED)
    alias = ir.Alias(
        name=Identifier("C"),
        documentation=ir.Documentation(),
        type=ir.UnionType(members[1:]) if len(members) > 2 else members[1],
        at=Pointer("", ()),
    )
    by_name = ir.UnionType((members[0], ir.NamedType(Identifier("C"))))
    assert is_ambiguous(by_name, {**NAMED, Identifier("C"): alias})
