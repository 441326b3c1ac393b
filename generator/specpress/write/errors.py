"""Why nothing, or not everything, was written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

from specpress.portable_path import shown

PRIVATE_PREFIX = ".specpress-"
"""How the names of staging folders and lock files begin."""


class OutputRefused(Exception):
    """The output folder is not one to write to, or holds what is not ours to replace.

    The message is for the user: what was found, and what to do.
    """


class WriteError(Exception):
    """The system refused a step; the message is a path and the cause, in one line."""


def write_error(error: OSError, folder: Path) -> WriteError:
    """Return ``error`` as a :class:`WriteError` about the path that the user knows.

    That is never one in a staging folder: those stand for the output ``folder``.
    """
    where = str(folder)
    for named in cast("tuple[object, ...]", (error.filename2, error.filename)):
        if isinstance(named, str | bytes | os.PathLike):
            name = os.fsdecode(cast("str | bytes | os.PathLike[str]", named))
            if PRIVATE_PREFIX not in name:
                where = name
                break
    return WriteError(f"{shown(where)}: {error.strerror or type(error).__name__}")
