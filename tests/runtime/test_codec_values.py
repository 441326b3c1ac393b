"""Values that are strings in JSON, and what can and cannot be written."""

from __future__ import annotations

import collections
import copy
import enum
import pickle
import types
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pytest


@pytest.fixture
def codec(sample: Any) -> Any:
    return sample.module("_runtime.codec")


@pytest.fixture
def as_text(sample: Any) -> Any:
    return sample.module("_runtime.values_text").AS_TEXT


@pytest.fixture
def models(sample: Any) -> Any:
    return sample.module("models")


MOMENT = datetime(2025, 1, 31, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (datetime, "2025-01-31T10:00:00Z", MOMENT),
        (datetime, "2025-01-31t10:00:00z", MOMENT),
        (datetime, "2025-01-31T10:00:00+00:00", MOMENT),
        (datetime, "2025-01-31T10:00:00-00:00", MOMENT),
        (datetime, "2025-01-31T12:00:00+02:00", MOMENT),
        (datetime, "2025-01-31 10:00:00Z", MOMENT),
        (datetime, "2025-01-31T10:00:00.000Z", MOMENT),
        (datetime, "2025-01-31T10:00:00.120Z", MOMENT.replace(microsecond=120_000)),
        (datetime, "2025-01-31T10:00:00.1Z", MOMENT.replace(microsecond=100_000)),
        (datetime, "2025-01-31T10:00:00.000001Z", MOMENT.replace(microsecond=1)),
        (
            datetime,
            "2025-01-31T10:00:00.123456789Z",
            MOMENT.replace(microsecond=123456),
        ),
        (datetime, "2025-W05-5T10:00:00Z", MOMENT),
        (datetime, "2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, 0, UTC)),
        (date, "2025-01-31", date(2025, 1, 31)),
        (date, "20250131", date(2025, 1, 31)),
        (time, "10:00:00", time(10)),
        (time, "10:00", time(10)),
        (time, "23:59:60z", time(23, 59, 59, tzinfo=UTC)),
        (time, "10:00:00Z", time(10, tzinfo=UTC)),
        (
            time,
            "10:00:00.5+01:00",
            time(10, 0, 0, 500_000, timezone(timedelta(hours=1))),
        ),
        (
            UUID,
            "123e4567-e89b-12d3-a456-426614174000",
            UUID(int=0x123E4567E89B12D3A456426614174000),
        ),
        (
            UUID,
            "123E4567-E89B-12D3-A456-426614174000",
            UUID(int=0x123E4567E89B12D3A456426614174000),
        ),
        (
            UUID,
            "{123e4567e89b12d3a456426614174000}",
            UUID(int=0x123E4567E89B12D3A456426614174000),
        ),
        (Decimal, "1.50", Decimal("1.50")),
        (Decimal, "1e5", Decimal("1e5")),
        (Decimal, "-0", Decimal("-0")),
        (bytes, "aGk=", b"hi"),
        (bytes, "aGk", b"hi"),
        (bytes, "-_8=", b"\xfb\xff"),
        (bytes, "aG\nk=", b"hi"),
        (bytes, "", b""),
    ],
)
def test_what_was_read_is_written_character_for_character(
    codec: Any, kind: Any, text: str, value: Any
) -> None:
    read, found = codec.decode(kind, text)
    assert found == []
    assert read == value
    assert isinstance(read, kind)
    assert hash(read) == hash(value)
    assert codec.encode(read) == text
    for twin in (
        copy.deepcopy(read),
        copy.copy(read),
        pickle.loads(pickle.dumps(read)),
    ):
        assert twin == read
        assert codec.encode(twin) == text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (datetime, "2025-01-31T10:00:00"),
        (datetime, "2025-01-31"),
        (datetime, "2025-02-30T10:00:00Z"),
        (datetime, ""),
        (date, "2025-01-31T10:00:00Z"),
        (time, "25:00:00"),
        (UUID, "123"),
        (Decimal, "NaN"),
        (Decimal, "Infinity"),
        (Decimal, "one"),
        (bytes, "ä"),
        (bytes, "a"),
        (Annotated[int, "text"], "1.5"),
        (Annotated[int, "text"], ""),
        (Annotated[int, "text"], "٣"),
        (Annotated[int, "text"], "9" * 5000),
        (Annotated[float, "text"], "nan"),
        (Annotated[bool, "text"], "True"),
    ],
)
def test_other_strings_are_kept_and_reported(
    codec: Any, as_text: Any, kind: Any, text: str
) -> None:
    if hasattr(kind, "__metadata__"):
        kind = Annotated[kind.__origin__, as_text]
    read, found = codec.decode(kind, text)
    assert read == text
    assert [one.path for one in found] == ["$"]


def test_a_computed_value_has_no_memory(codec: Any) -> None:
    read, _ = codec.decode(datetime, "2025-01-31T10:00:00.120+00:00")
    later = read + timedelta(hours=1)
    assert codec.encode(later) == "2025-01-31T11:00:00.120000Z"
    assert codec.encode(read.replace(microsecond=0)) == "2025-01-31T10:00:00Z"
    assert pickle.loads(pickle.dumps(later)) == later


@pytest.mark.parametrize("text", ["7", "-7", "007", "+7", "0", "-0"])
def test_digit_strings(codec: Any, as_text: Any, text: str) -> None:
    target = list[Annotated[int, as_text]]
    read, found = codec.decode(target, [text])
    assert (read, found) == ([int(text)], [])
    assert isinstance(read[0], int)


def test_numbers_written_as_text(build_package: Any) -> None:
    package = build_package(
        {
            "models/texts.py": (
                "from __future__ import annotations\n"
                "from dataclasses import dataclass\n"
                "from typing import Annotated\n"
                "from .._runtime.codec import Model, Wire\n"
                "from .._runtime.types import UNSET, Unset\n"
                "from .._runtime.values_text import AS_TEXT\n"
                "@dataclass(kw_only=True, slots=True)\n"
                "class Texts(Model):\n"
                "    a: Annotated[int | Unset, Wire('A'), AS_TEXT] = UNSET\n"
                "    b: Annotated[int | None, AS_TEXT] | Unset = UNSET\n"
                "    c: list[Annotated[int, AS_TEXT]] | Unset = UNSET\n"
                "    d: dict[str, Annotated[float, AS_TEXT]] | Unset = UNSET\n"
                "    e: Annotated[bool, AS_TEXT] | Unset = UNSET\n"
            )
        }
    )
    texts_class = package.module("models.texts").Texts
    codec = package.module("_runtime.codec")
    data = {"A": "07", "b": None, "c": ["1", "2"], "d": {"x": "1.50"}, "e": "true"}
    texts, found = codec.decode(texts_class, data)
    assert found == []
    assert (texts.a, texts.b, texts.c, texts.d, texts.e) == (
        7,
        None,
        [1, 2],
        {"x": 1.5},
        True,
    )
    assert codec.encode(texts) == data
    assert codec.encode(texts_class(a=5, b=6)) == {"A": "5", "b": "6"}


# --- Writing -------------------------------------------------------------------------


class Colour(str, enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


class Name(str):
    def __str__(self) -> str:
        return "something else"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Colour.RED, "red"),
        (Level.LOW, 1),
        (Name("x"), "x"),
        ((1, 2), [1, 2]),
        (range(3), [0, 1, 2]),
        (collections.deque([1]), [1]),
        ({3}, [3]),
        (frozenset({3}), [3]),
        ({}.keys(), []),
        (types.MappingProxyType({"a": date(2025, 1, 31)}), {"a": "2025-01-31"}),
        (collections.OrderedDict(a=1), {"a": 1}),
        ({Colour.RED: 1, Name("x"): 2}, {"red": 1, "x": 2}),
        (bytearray(b"hi"), "aGk="),
        (memoryview(b"hi"), "aGk="),
        (
            datetime(2025, 1, 31, 12, tzinfo=timezone(timedelta(hours=2))),
            "2025-01-31T12:00:00+02:00",
        ),
        (time(10, tzinfo=UTC), "10:00:00Z"),
        (Decimal("1.50"), "1.50"),
        (UUID(int=0), "00000000-0000-0000-0000-000000000000"),
        (1.5, 1.5),
        (10**400, 10**400),
    ],
)
def test_values_are_written_by_what_they_are(
    codec: Any, value: Any, expected: Any
) -> None:
    result = codec.encode(value)
    assert result == expected
    assert type(result) is type(expected)


def test_unset_members_are_left_out(codec: Any, sample: Any, models: Any) -> None:
    unset = sample.module("_runtime.types").UNSET
    profile = models.Profile(name="Ann")
    assert codec.encode({"a": unset, "b": None, "c": profile}) == {
        "b": None,
        "c": {"name": "Ann"},
    }
    with pytest.raises(TypeError, match=r"^\$\[0\]: UNSET"):
        codec.encode([unset])


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ({"a": [float("nan")]}, ValueError, r"^\$\.a\[0\]: nan "),
        ({"a": float("inf")}, ValueError, r"^\$\.a: inf "),
        ({"a": Decimal("NaN")}, ValueError, r"^\$\.a: NaN "),
        ({"a": datetime(2025, 1, 31)}, ValueError, r"^\$\.a: .*UTC offset"),
        ({"a": object()}, TypeError, r"^\$\.a: object has no JSON form"),
        ({"a": (n for n in "ab")}, TypeError, r"^\$\.a: generator "),
        ({"a": {1: 2}}, TypeError, r"^\$\.a: the key 1 "),
    ],
)
def test_what_json_cannot_hold_is_refused_with_its_place(
    codec: Any, value: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        codec.encode(value)
