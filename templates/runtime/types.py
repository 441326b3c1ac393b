"""Small types that signatures and models mention: an absent value, and sequences that
are not strings."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal, NoReturn, Protocol, TypeVar


class Unset(Enum):
    """The type of ``UNSET``. An enum of one member, so that ``is`` narrows."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __str__(self) -> str:
        return "UNSET"

    if not TYPE_CHECKING:

        # An enum has both; who asks UNSET for them expects an object of the API.
        name = value = property()

        def __getattr__(self, name: str) -> NoReturn:
            raise AttributeError(f"UNSET has no {name!r}: the field was not there")


UNSET: Final = Unset.UNSET
"""Not given, or not there. ``None`` is JSON's ``null`` and something else."""


Item_co = TypeVar("Item_co", covariant=True)


class SequenceOf(Protocol[Item_co]):
    """A list, a tuple or any other sequence, but no ``str`` and no ``bytes``.

    ``Sequence[str]`` takes one bare string and so hides a forgotten pair of brackets.
    Here ``__contains__`` must take any object, which that of ``str`` does not.
    """

    def __getitem__(self, index: int, /) -> Item_co: ...
    def __contains__(self, value: object, /) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Item_co]: ...
    def __reversed__(self) -> Iterator[Item_co]: ...


def digits(value: int | Unset | None) -> str | Unset | None:
    """Write an ``int`` as the digit string that this API expects for it."""
    if value is None or value is UNSET:
        return value
    return str(int(value))
