"""Values that JSON carries as strings: how they are found, read and written.

Each has a :class:`Format`, in a module of its own for each kind (``values_…``). A package
has those that its models or arguments mention.

What was read is written back character for character: where the usual spelling of a
value differs from the received one (``…05.120Z``, ``+00:00``, an upper-case UUID), the
value is of a subclass that remembers it. Such a value compares, counts and formats like
any other; a value computed from it has no memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, NoReturn, SupportsIndex


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
    string_format = _format(format_name)
    return spelling if string_format is None else string_format.read(spelling)


def spelling_of(value: object) -> str | None:
    """The remembered spelling, which a value computed from another has not."""
    return getattr(value, "spelling", None)


# --- Finding one ---------------------------------------------------------------------


@cache
def find_format(kind: type) -> Format | None:
    """The format of a class or of the nearest of its bases that has one.

    By qualified name: comparing with ``UUID`` would import it for everybody.
    """
    for base in kind.__mro__:
        string_format = _format(f"{base.__module__}.{base.__qualname__}")
        if string_format is not None:
            return string_format
    return None


def _format(name: str) -> Format | None:
    found = _FORMATS.get(name)
    if isinstance(found, str):
        string_format: Format = import_module(found, __package__).FORMATS[name]
        return string_format
    return found


def _refuse(value: object) -> NoReturn:
    raise ValueError("this API has no such values")


def _plain(value: Any) -> str:
    text: str = value.isoformat()
    return text


_FORMATS: dict[str, str | Format] = {
    # {% if needs.bytes %}
    "builtins.bytes": ".values_bytes",
    # {% else %}
    "builtins.bytes": Format("", _refuse, _refuse),
    # {% endif %}
    # {% if needs.dates %}
    "datetime.date": ".values_times",
    # {% else %}
    "datetime.date": Format("", _refuse, _plain),
    # {% endif %}
    # {% if needs.datetimes %}
    "datetime.datetime": ".values_times",
    # {% else %}
    "datetime.datetime": Format("", _refuse, _plain),
    # {% endif %}
    # {% if needs.times %}
    "datetime.time": ".values_times",
    # {% else %}
    "datetime.time": Format("", _refuse, _plain),
    # {% endif %}
    # {% if needs.decimals %}
    "decimal.Decimal": ".values_decimal",
    # {% else %}
    "decimal.Decimal": Format("", _refuse, str),
    # {% endif %}
    # {% if needs.digit_strings %}
    "text:builtins.bool": ".values_text",
    "text:builtins.float": ".values_text",
    "text:builtins.int": ".values_text",
    # {% endif %}
    # {% if needs.uuids %}
    "uuid.UUID": ".values_uuid",
    # {% else %}
    "uuid.UUID": Format("", _refuse, str),
    # {% endif %}
}
"""By qualified name, the module that has it; or how values are written that no model
has, but a free-form one can hold."""
