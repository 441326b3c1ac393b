"""Values that JSON carries as strings: date-times, dates, times, UUIDs, decimals, bytes
and numbers written as text.

Each has a :class:`Format`: how a string is read and how a value is written. What was
read is written back character for character: where the usual spelling of a value
differs from the received one (``…05.120Z``, ``+00:00``, an upper-case UUID), the value
is of a subclass that remembers it. Such a value compares, counts and formats like any
other; a value computed from it has no memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, SupportsIndex


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of value that is a string in JSON."""

    expected: str
    """What a deviation says was expected."""

    read: Callable[[str], Any]
    """Raises ``ValueError`` for a string that is not of this kind."""

    write: Callable[[Any], str]
    """Raises ``ValueError`` for a value that has no such form."""


class Spelled:
    """Mixed into a type whose values remember how they were written."""

    __slots__ = ()
    spelling: str
    format_name: str

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> Any:
        spelling = getattr(self, "spelling", None)
        if spelling is None:
            return super().__reduce_ex__(protocol)
        return reread, (self.format_name, spelling)


def reread(format_name: str, spelling: str) -> Any:
    """Read again what a copied or pickled value was made from."""
    return _FORMATS[format_name]().read(spelling)


def spelling_of(value: object) -> str | None:
    """The remembered spelling, which a value computed from another has not."""
    return getattr(value, "spelling", None)


# --- Date and time -------------------------------------------------------------------


class SpelledDatetime(Spelled, datetime):
    __slots__ = ("spelling",)
    format_name = "datetime.datetime"


class SpelledDate(Spelled, date):
    __slots__ = ("spelling",)
    format_name = "datetime.date"


class SpelledTime(Spelled, time):
    __slots__ = ("spelling",)
    format_name = "datetime.time"


_FRACTION = r"(?:\.(?!000000)[0-9]{6})?"
_OFFSET = r"(?:Z|[+-](?!00:00)[0-9]{2}:[0-9]{2})"
_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}" + _FRACTION
_usual_datetime = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_TIME}{_OFFSET}")
_usual_date = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_usual_time = re.compile(rf"{_TIME}{_OFFSET}?")
_leap_second = re.compile(r"(?<=:[0-9]{2}:)60")


def read_datetime(text: str) -> datetime:
    # The commonest spelling, 2025-01-31T10:00:00Z (and not 2025-W05-5T10:00:00Z),
    # without the regular expression.
    is_usual = (
        len(text) == 20
        and text[10] == "T"
        and text[19] == "Z"
        and text[13] == ":"
        and text[5] != "W"
    ) or _usual_datetime.fullmatch(text)
    try:
        if is_usual:
            return datetime.fromisoformat(text)
        value = SpelledDatetime.fromisoformat(text)
    except ValueError:
        value = SpelledDatetime.fromisoformat(_plainer(text))
    if value.tzinfo is None:
        raise ValueError("no UTC offset")
    value.spelling = text
    return value


def _plainer(text: str) -> str:
    """RFC 3339 allows lower case and a leap second, which Python's types cannot hold;
    the spelling keeps it."""
    return _leap_second.sub("59", text.upper())


def read_date(text: str) -> date:
    if _usual_date.fullmatch(text):
        return date.fromisoformat(text)
    value = SpelledDate.fromisoformat(text)
    value.spelling = text
    return value


def read_time(text: str) -> time:
    try:
        if _usual_time.fullmatch(text):
            return time.fromisoformat(text)
        value = SpelledTime.fromisoformat(text)
    except ValueError:
        value = SpelledTime.fromisoformat(_plainer(text))
    value.spelling = text
    return value


def write_datetime(value: datetime) -> str:
    if value.__class__ is not datetime:
        spelling = spelling_of(value)
        if spelling is not None:
            return spelling
    if value.tzinfo is UTC:
        # Three times as fast as letting isoformat ask for the offset.
        return value.replace(tzinfo=None).isoformat() + "Z"
    if value.utcoffset() is None:
        raise ValueError(
            "a date-time needs a UTC offset, as in datetime.now(timezone.utc)"
        )
    return _with_z(value.isoformat())


def write_date(value: date) -> str:
    return spelling_of(value) or value.isoformat()


def write_time(value: time) -> str:
    return spelling_of(value) or _with_z(value.isoformat())


def _with_z(text: str) -> str:
    return text[:-6] + "Z" if text.endswith("+00:00") else text


# --- UUID, Decimal, bytes ------------------------------------------------------------
# Their modules are imported when a model mentions them first.


@cache
def uuid_format() -> Format:
    from uuid import UUID

    class SpelledUUID(Spelled, UUID):
        __slots__ = ("spelling",)
        format_name = "uuid.UUID"

    def read(text: str) -> UUID:
        value = UUID(text)
        if str(value) == text:
            return value
        spelled = SpelledUUID(text)
        # A UUID refuses assignment to keep its hash; the spelling is no part of it.
        object.__setattr__(spelled, "spelling", text)
        return spelled

    def write(value: UUID) -> str:
        return spelling_of(value) or str(value)

    return Format("UUID", read, write)


@cache
def decimal_format() -> Format:
    from decimal import Decimal, InvalidOperation

    class SpelledDecimal(Spelled, Decimal):
        __slots__ = ("spelling",)
        format_name = "decimal.Decimal"

    def read(text: str) -> Decimal:
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise ValueError("not a decimal number") from None
        if not value.is_finite():
            raise ValueError("not finite")
        if str(value) == text:
            return value
        spelled = SpelledDecimal(text)
        spelled.spelling = text
        return spelled

    def write(value: Decimal) -> str:
        if not value.is_finite():
            raise ValueError(f"{value} is not a JSON value")
        return spelling_of(value) or str(value)

    return Format("decimal number in a string", read, write)


@cache
def bytes_format() -> Format:
    from base64 import b64decode, b64encode

    class SpelledBytes(Spelled, bytes):
        format_name = "builtins.bytes"

    def read(text: str) -> bytes:
        try:
            value = b64decode(text, validate=True)
            if b64encode(value).decode("ascii") == text:
                return value
        except ValueError:
            # Unpadded, URL-safe or broken into lines: understood all the same.
            plain = "".join(text.split()).rstrip("=").translate(_URL_SAFE)
            value = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        spelled = SpelledBytes(value)
        spelled.spelling = text
        return spelled

    def write(value: bytes) -> str:
        spelling = spelling_of(value)
        return b64encode(value).decode("ascii") if spelling is None else spelling

    return Format("base64 string", read, write)


_URL_SAFE = str.maketrans("-_", "+/")


# --- Numbers and booleans written as text --------------------------------------------


class SpelledInt(Spelled, int):
    format_name = "text:builtins.int"


class SpelledFloat(Spelled, float):
    __slots__ = ("spelling",)
    format_name = "text:builtins.float"


_usual_int = re.compile(r"0|-?[1-9][0-9]*")
_any_int = re.compile(r"[+-]?[0-9]+")
_any_float = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def read_int(text: str) -> int:
    if _usual_int.fullmatch(text):
        return int(text)
    if not _any_int.fullmatch(text):
        raise ValueError("not an integer")
    value = SpelledInt(text)
    value.spelling = text
    return value


def read_float(text: str) -> float:
    if not _any_float.fullmatch(text):
        raise ValueError("not a number")
    value = float(text)
    if repr(value) == text:
        return value
    spelled = SpelledFloat(text)
    spelled.spelling = text
    return spelled


def read_bool(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("not a boolean")
    return text == "true"


def write_int(value: int) -> str:
    return spelling_of(value) or int.__repr__(value)


def write_float(value: float) -> str:
    text = spelling_of(value) or repr(value)
    if text in ("nan", "inf", "-inf"):
        raise ValueError(f"{text} is not a JSON value")
    return text


def write_bool(value: bool) -> str:
    return "true" if value else "false"


# --- Finding one ---------------------------------------------------------------------

_FORMATS: dict[str, Callable[[], Format]] = {
    "builtins.bytes": bytes_format,
    "datetime.date": lambda: Format("date", read_date, write_date),
    "datetime.datetime": lambda: Format("date-time", read_datetime, write_datetime),
    "datetime.time": lambda: Format("time", read_time, write_time),
    "decimal.Decimal": decimal_format,
    "text:builtins.bool": lambda: Format("boolean in a string", read_bool, write_bool),
    "text:builtins.float": lambda: Format(
        "number in a string", read_float, write_float
    ),
    "text:builtins.int": lambda: Format("digit string", read_int, write_int),
    "uuid.UUID": uuid_format,
}


def find_format(kind: type) -> Format | None:
    """The format of a class or of the nearest of its bases that has one.

    By qualified name: comparing with ``UUID`` would import it for everybody.
    """
    for base in kind.__mro__:
        make = _FORMATS.get(f"{base.__module__}.{base.__qualname__}")
        if make is not None:
            return make()
    return None


def find_text_format(kind: type) -> Format | None:
    """The format of a number or boolean that this API writes as a string."""
    make = _FORMATS.get(f"text:{kind.__module__}.{kind.__qualname__}")
    return None if make is None else make()
