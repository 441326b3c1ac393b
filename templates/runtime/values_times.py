"""Date-times, dates and times of day, by RFC 3339."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from .codec_values import Format, Spelled, spelling_of


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


FORMATS = {
    # {% if needs.dates %}
    "datetime.date": Format("date", read_date, write_date),
    # {% endif %}
    # {% if needs.datetimes %}
    "datetime.datetime": Format("date-time", read_datetime, write_datetime),
    # {% endif %}
    # {% if needs.times %}
    "datetime.time": Format("time", read_time, write_time),
    # {% endif %}
}
