"""What decoding is made of: the decoder of one type, and the deviations it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, TypeAlias, TypeVar

from .codec_model import Deviation, Model

Value = TypeVar("Value")

Path: TypeAlias = tuple[Any, str | int] | None
"""Where a value stands: the path of its parent and its own name or index. Made for
every nested value, so as cheap as possible; text only when something deviates."""

Fit: TypeAlias = tuple[int, ...]
"""How well a value fits a type by its surface; greater is better. The first number: 5
is the type itself or a listed value, 4 a value of the type, 3 a float that is an
integer, 2 an object of which nothing is demanded, 1 what does not fit, or what anything
is. Those that follow tell equals apart: less that is wrong, more that is the same."""

NO_FIT: Fit = ()

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


_MOST = 100
"""A long list of nothing as documented says no more after so many."""

_LONGEST_STEP = 100


class Deviations(list[Deviation]):
    """The first deviations of one decoding, in the order of the value."""

    def __init__(self, trials: int = 0) -> None:
        super().__init__()
        self.more = 0
        """How many there are beside these."""
        self.trials = trials
        """How many unions above are just being tried; see :mod:`.codec_unions`."""

    @property
    def total(self) -> int:
        return len(self) + self.more

    def adopt(self, others: Deviations) -> None:
        """Take over what a trial found."""
        taken = others[: _MOST - len(self)]
        self.extend(taken)
        self.more += others.total - len(taken)

    def keep(self, path: Path, expected: str, value: Value) -> Value:
        """Record that ``value`` is not what was expected, and return it."""
        if len(self) >= _MOST:
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


def no_fit(value: Any) -> Fit:
    return NO_FIT


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

    fit: Callable[[Any], Fit] = field(default=no_fit)
    """How well a value fits by its surface, to choose a member of a union."""

    listed: frozenset[tuple[type, Any]] | None = None
    """The values of a ``Literal`` with their classes, as ``1 == True``."""

    closed: bool = False
    """No value but the listed ones is right."""

    model: type[Model] | None = None
    """The class, of a model."""


class TypeMark:
    """A mark that decides how the type beside it is read."""

    __slots__ = ()

    def decoder(
        self, kinds: list[Any], decoder_of: Callable[[Any], Decoder]
    ) -> Decoder:
        """``kinds``: the members of the union, or the one type."""
        raise NotImplementedError


class ValueMark(TypeMark):
    """A mark that also decides how values are written."""

    __slots__ = ()

    def encode(self, value: Any, path: Path) -> Any:
        raise NotImplementedError
