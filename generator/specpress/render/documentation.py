"""Documentation of the document as sections of a docstring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specpress.ir import Documentation
from specpress.python_text import Entries, Words, begins_with
from specpress.source import Pointer
from specpress.text import Text


def described(
    documentation: Documentation, deprecated: bool = False
) -> Iterator[Words | Entries]:
    """Yield summary, description and notes; a summary that only repeats the beginning
    of the description is left out."""
    summary, description = documentation.summary, documentation.description
    if summary and not (description and begins_with(description, summary)):
        yield summary
    if description:
        yield description
    if deprecated:
        yield "Deprecated."
    if documentation.notes:
        yield joined(documentation.notes)


def brief(documentation: Documentation) -> Words:
    """Return the summary, or else what the description begins with."""
    if documentation.summary:
        return documentation.summary
    return documentation.description or ""


def joined(notes: Iterable[tuple[str | Text, ...]]) -> tuple[str | Text, ...]:
    """Return all notes in one paragraph."""
    words: list[str | Text] = []
    for note in notes:
        if words:
            words.append(" ")
        words.extend(note)
    return tuple(words)


def origin(at: Pointer) -> Words:
    """Return a docstring for what the document does not describe: where it stands."""
    return ("``", Text(f"{at.file}#{at.fragment()}"), "`` of the document.")
