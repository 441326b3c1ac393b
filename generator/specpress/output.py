"""What a run produces: files to write, and what happened to each on disk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the client.

    ``path`` is relative to the output folder, with forward slashes; ``text`` is UTF-8
    text with LF line ends.
    """

    path: str
    text: str


class ChangeKind(Enum):
    """What writing did, or checking would do, to one file."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    EDITED = "edited"
    """The file on disk differs from what the manifest says was written: edited by
    hand since. It is reported before it is replaced."""


@dataclass(frozen=True, slots=True)
class Change:
    """The outcome for one file, ``path`` as in :class:`SourceFile`."""

    path: str
    kind: ChangeKind
