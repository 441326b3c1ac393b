"""What decoding is made of: the decoder of one type, and the deviations it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import NoneType
from typing import Any, TypeAlias, TypeVar

from .codec_model import Deviation

Value = TypeVar("Value")

Path: TypeAlias = tuple[Any, str | int] | None
"""Where a value stands: the path of its parent and its own name or index. Made for
every nested value, so as cheap as possible; text only when something deviates."""

NOTHING: Any = object()
"""Stands for a missing property."""

ANYTHING: frozenset[type] = frozenset({dict, list, str, int, float, bool, NoneType})
"""The classes of JSON values."""

_KINDS: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    NoneType: "null",
    object: "nothing",
}


MOST = 100
"""A long list of nothing as documented says no more after so many."""

_LONGEST_STEP = 100


class Deviations(list[Deviation]):
    """The first deviations of one decoding, in the order of the value."""

    more = 0
    """How many there are beside these."""

    def keep(self, path: Path, expected: str, value: Value) -> Value:
        """Record that ``value`` is not what was expected, and return it."""
        if len(self) >= MOST:
            self.more += 1
            return value
        kind = value.__class__
        self.append(
            Deviation(
                path=path_text(path),
                expected=expected,
                got=_KINDS.get(kind, kind.__name__),
                value=None if value is NOTHING else value,
            )
        )
        return value


def path_text(path: Path) -> str:
    """Write a path as a JSON path: ``$.data[3]['odd name']``."""
    steps: list[str] = []
    while path is not None:
        path, step = path
        if isinstance(step, int):
            steps.append(f"[{step}]")
        elif len(step) > _LONGEST_STEP:
            steps.append(f"[{step[:_LONGEST_STEP] + '…'!r}]")
        elif step.isidentifier():
            steps.append(f".{step}")
        else:
            steps.append(f"[{step!r}]")
    return "$" + "".join(reversed(steps))


Decode: TypeAlias = Callable[[Any, Path, Deviations], Any]


@dataclass(slots=True, eq=False)
class Decoder:
    """How values of one type are read."""

    expected: str
    """The type in a reader's words, for deviations."""

    decode: Decode

    takes: frozenset[type] = ANYTHING
    """The classes of JSON values that can be right."""

    passes: frozenset[type] = frozenset()
    """Values of exactly these classes are right as they are, without ``decode``."""


DecoderOf: TypeAlias = Callable[[Any], Decoder]
"""From an annotation to its decoder; :mod:`.codec_decode` knows all of them."""


class TypeMark:
    """A mark that decides how the type beside it is read."""

    __slots__ = ()

    def decoder(self, kinds: list[Any], decoder_of: DecoderOf) -> Decoder:
        """``kinds``: the members of the union, or the one type."""
        raise NotImplementedError


class ValueMark(TypeMark):
    """A mark that also decides how values are written."""

    __slots__ = ()

    def encode(self, value: Any, path: Path) -> Any:
        raise NotImplementedError
