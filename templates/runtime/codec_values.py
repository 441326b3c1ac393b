"""Values that JSON carries as strings: how they are found, read and written.

Each has a :class:`Format`, in a module of its own for each kind: ``values_times``,
``values_uuid``, ``values_decimal``, ``values_bytes``, and ``values_text`` for numbers
written as text. A package has those that its models or arguments mention.

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

_MODULES = {
    "builtins.bytes": "values_bytes",
    "datetime.date": "values_times",
    "datetime.datetime": "values_times",
    "datetime.time": "values_times",
    "decimal.Decimal": "values_decimal",
    "text:builtins.bool": "values_text",
    "text:builtins.float": "values_text",
    "text:builtins.int": "values_text",
    "uuid.UUID": "values_uuid",
}


def find_format(kind: type) -> Format | None:
    """The format of a class or of the nearest of its bases that has one.

    By qualified name: comparing with ``UUID`` would import it for everybody.
    """
    for base in kind.__mro__:
        string_format = _format(f"{base.__module__}.{base.__qualname__}")
        if string_format is not None:
            return string_format
    return None


@cache
def _format(name: str) -> Format | None:
    module = _MODULES.get(name)
    if module is None:
        return None
    try:
        found = import_module(f".{module}", __package__)
    except ModuleNotFoundError:
        # No model has such a value, but a free-form one can still hold it.
        write = _refuse if name == "builtins.bytes" else _plain
        return Format(name, _refuse, write)
    string_format: Format = found.FORMATS[name]
    return string_format


def _plain(value: Any) -> str:
    text: str = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text


def _refuse(value: object) -> NoReturn:
    raise ValueError("this API has no such values")
