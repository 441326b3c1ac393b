"""Small types that signatures and models mention: an absent value, sequences that are
not strings, files to upload.

Nothing here knows JSON or HTTP; what becomes of a value on the wire is decided in
:mod:`.codec`, :mod:`.parameters` and :mod:`.bodies`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from os import PathLike
from typing import (
    Final,
    Literal,
    Protocol,
    TypeAlias,
    TypeVar,
)

__all__ = [
    "UNSET",
    "BinaryFile",
    "File",
    "FileInput",
    "SequenceOf",
    "Unset",
    "digits",
]


class Unset(Enum):
    """The type of ``UNSET``. An enum of one member, so that ``is`` narrows."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __str__(self) -> str:
        return "UNSET"


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


class BinaryFile(Protocol):
    """What is needed of an open file: ``read`` that gives bytes."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload under a name and media type of your choice."""

    name: str
    """The file name that the server is told."""

    content: bytes | PathLike[str] | BinaryFile

    content_type: str | None = None
    """``None``: worked out from the name."""


FileInput: TypeAlias = bytes | PathLike[str] | BinaryFile | File
"""Something to upload: bytes, a path, a file opened for binary reading, or ``File``."""


def digits(value: int | Unset | None) -> str | Unset | None:
    """Write an ``int`` as the digit string that this API expects for it."""
    if value is None or value is UNSET:
        return value
    return str(int(value))
