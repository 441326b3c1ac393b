"""Source text: what may be printed into a generated file, and how it gets there.

:class:`SourceText` is not a ``str``: it cannot slip into an f-string or be mistaken for
text of the document. Only the encoders of this package make one, and only
:func:`printed`, which is Jinja's ``finalize``, takes the characters out.
"""

from __future__ import annotations

from typing import NoReturn, final

from specpress.ir import Identifier


@final
class SourceText:
    """Characters that are safe in the one position they were encoded for."""

    __slots__ = ("_source",)
    _source: str

    def __init__(self, source: str) -> None:
        object.__setattr__(self, "_source", source)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("SourceText is immutable")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SourceText) and self._source == other._source

    def __hash__(self) -> int:
        return hash(("SourceText", self._source))

    def __bool__(self) -> bool:
        return bool(self._source)

    def __repr__(self) -> str:
        return f"SourceText({self._source!a})"

    def __str__(self) -> NoReturn:
        raise TypeError("source text is printed by templates only")

    def __format__(self, specification: str) -> NoReturn:
        raise TypeError("source text is printed by templates only")


def characters(source: SourceText) -> str:
    """Return the characters of ``source``: for the encoders of this package, which
    join them, and for :func:`printed`."""
    return source._source  # pyright: ignore[reportPrivateUsage]


def printed(value: object) -> str:
    """Return what a template may print; TypeError for everything else.

    Every printed value of a template passes here: text of the document, our own
    strings, numbers and ``None`` have no business in output by themselves.
    """
    if type(value) is SourceText:
        return characters(value)
    if type(value) is Identifier:
        return value.name
    raise TypeError(
        f"a template printed a value of type {type(value).__name__}, "
        "which no encoder has made source text"
    )
