"""Why nothing, or not everything, was written."""

from __future__ import annotations

import os
from pathlib import Path


class OutputRefused(Exception):
    """The output folder is not one to write to, or holds what is not ours to replace.

    The message is for the user: what was found, and what to do.
    """


class WriteError(Exception):
    """The system refused a step; the message is a path and the cause, in one line."""


def write_error(error: OSError, path: Path) -> WriteError:
    """Return ``error`` as a :class:`WriteError` about ``path`` or what it names."""
    named: object = error.filename
    where = os.fsdecode(named) if isinstance(named, str | bytes) else str(path)
    return WriteError(f"{shown(where)}: {error.strerror or type(error).__name__}")


def shown(path: object) -> str:
    """Return ``path`` for a message: what cannot be printed is escaped."""
    return "".join(
        (
            character
            if character.isprintable()
            else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        )
        for character in str(path)
    )
