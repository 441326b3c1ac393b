"""Random types and values: what conforms is read without deviation and written back as
it came; whatever is read, nothing is lost and nothing raises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import make_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from types import GenericAlias
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Drawn = tuple[Any, "st.SearchStrategy[Any]"]
"""A type, and the JSON values that conform to it."""

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)

MOMENTS = st.builds(
    "{:%Y-%m-%dT%H:%M:%S}{}{}".format,
    st.datetimes(min_value=datetime(1000, 1, 1)),
    st.sampled_from(["", ".5", ".120", ".000000", ".123456", ".123456789"]),
    st.sampled_from(["Z", "z", "+00:00", "-00:00", "+05:30", "-11:00"]),
)

SCALARS: list[Drawn] = [
    (Any, JSON),
    (bool, st.booleans()),
    (int, st.integers()),
    (float, st.floats(allow_nan=False, allow_infinity=False) | st.integers()),
    (str, st.text(max_size=8)),
    (datetime, MOMENTS),
    (date, st.dates(min_value=date(1000, 1, 1)).map(str)),
    (UUID, st.uuids().flatmap(lambda one: st.sampled_from([str(one), one.hex]))),
    (Decimal, st.decimals(allow_nan=False, allow_infinity=False).map(str)),
    (Literal["a", 1] | None, st.sampled_from(["a", 1, None])),
    (Literal["a", "b"] | str, st.sampled_from(["a", "z"])),
]

NAMES = ["id", "name", "value", "kind", "items"]


@st.composite
def models_of(draw: Any, inner: st.SearchStrategy[Drawn], sample: Any) -> Drawn:
    codec = sample.module("_runtime.codec")
    types = sample.module("_runtime.types")
    fields: list[Any] = []
    required: dict[str, Any] = {}
    optional: dict[str, Any] = {"unknown-field": JSON}
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4)):
        annotation, values = draw(inner)
        wire_name = draw(st.sampled_from([name, name.upper(), f"{name}-$"]))
        if draw(st.booleans()):
            required[wire_name] = values
            annotation = Annotated[annotation, codec.Wire(wire_name)]
            fields.append((name, annotation))
        else:
            optional[wire_name] = values
            annotation = annotation | types.Unset
            annotation = Annotated[annotation, codec.Wire(wire_name)]
            fields.append((name, annotation, types.UNSET))
    model = make_dataclass(
        "Drawn", fields, bases=(codec.Model,), kw_only=True, slots=True
    )
    model.__module__ = __name__
    return model, st.fixed_dictionaries(required, optional=optional)


def drawn(sample: Any) -> st.SearchStrategy[Drawn]:
    def extend(inner: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn]:
        return st.one_of(
            inner.map(
                lambda one: (GenericAlias(list, one[0]), st.lists(one[1], max_size=3))
            ),
            inner.map(
                lambda one: (
                    GenericAlias(dict, (str, one[0])),
                    st.dictionaries(st.text(max_size=4), one[1], max_size=3),
                )
            ),
            inner.map(lambda one: (one[0] | None, st.none() | one[1])),
            st.tuples(inner, inner).map(
                lambda two: (
                    GenericAlias(tuple, (two[0][0], two[1][0])),
                    st.tuples(*(t[1] for t in two)).map(list),
                )
            ),
            models_of(inner, sample),
        )

    return st.recursive(st.sampled_from(SCALARS), extend, max_leaves=6)


def unions(sample: Any) -> st.SearchStrategy[Drawn]:
    members = st.lists(drawn(sample), min_size=2, max_size=3)
    return members.map(
        lambda some: (
            reduce(or_, [one[0] for one in some]),
            st.one_of(*(one[1] for one in some)),
        )
    )


@pytest.fixture(scope="module")
def codec(sample: Any) -> Any:
    return sample.module("_runtime.codec")


checked = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def same(left: Any, right: Any) -> bool:
    """Equality of JSON values that tells ``1`` from ``True``."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            same(left[key], right[key]) for key in left
        )
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def run(sample: Any, draw: Callable[[Any], Any], source: Any) -> tuple[Any, Any]:
    target, values = draw(source)
    return target, draw(values)


@given(st.data())
@checked
def test_conforming_values(sample: Any, codec: Any, data: st.DataObject) -> None:
    target, value = run(sample, data.draw, drawn(sample))
    read, found = codec.decode(target, value)
    assert found == []
    assert same(codec.encode(read), value)
    assert codec.decode(target, codec.encode(read)) == (read, [])


@given(st.data())
@checked
def test_members_of_unions(sample: Any, codec: Any, data: st.DataObject) -> None:
    target, value = run(sample, data.draw, unions(sample))
    read, _ = codec.decode(target, value)
    assert same(codec.encode(read), value)
    assert codec.decode(target, codec.encode(read))[0] == read


@given(st.data())
@checked
def test_any_value_as_any_type(sample: Any, codec: Any, data: st.DataObject) -> None:
    target, _ = run(sample, data.draw, drawn(sample) | unions(sample))
    value = data.draw(JSON)
    read, _ = codec.decode(target, value)
    assert same(codec.encode(read), value)
