"""Untrusted text: every string that comes from a document, kept apart from ``str``.

In: the strings of a loaded document. Out: nothing by accident. ``Text`` cannot be
printed, formatted, concatenated or passed where a ``str`` is due; a value reaches
source code only through :mod:`specpress.python_text`, a name only through
:mod:`specpress.naming`, and a message only through :mod:`specpress.messages`.
``reveal`` is the one door, and a test lists the modules that may open it.
"""

from __future__ import annotations

from typing import NoReturn, final


@final
class Text:
    """A string of the document. Equal and ordered by its characters."""

    __slots__ = ("_characters",)
    _characters: str

    def __init__(self, characters: str) -> None:
        object.__setattr__(self, "_characters", characters)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("Text is immutable")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self._characters == other._characters

    def __lt__(self, other: Text) -> bool:
        return self._characters < other._characters

    def __hash__(self) -> int:
        return hash(("Text", self._characters))

    def __bool__(self) -> bool:
        return bool(self._characters)

    def __len__(self) -> int:
        return len(self._characters)

    def __repr__(self) -> str:
        # ``ascii`` escapes controls and bidi marks: safe on a terminal, and only
        # ever seen by a developer.
        return f"Text({self._characters!a})"

    def __str__(self) -> NoReturn:
        raise TypeError("document text must pass an encoder of specpress.python_text")

    def __format__(self, specification: str) -> NoReturn:
        raise TypeError("document text must pass an encoder of specpress.python_text")


def lowered(text: Text) -> Text:
    """Return ``text`` in lower case: what spellings of one name have in common where
    case means nothing."""
    return Text(text._characters.lower())  # pyright: ignore[reportPrivateUsage]


def holds(text: Text, character: str) -> bool:
    """Tell whether ``character`` is in ``text``."""
    return character in text._characters  # pyright: ignore[reportPrivateUsage]


def reveal(text: Text) -> str:
    """Return the characters of ``text``; the caller answers for where they go."""
    return text._characters  # pyright: ignore[reportPrivateUsage]
