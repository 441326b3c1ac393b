"""Where things stand in a document: files, JSON pointers, lines and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; line and column count from 1, in characters."""

    line: int
    column: int


CONFIGURATION: Final = "\0"
"""No file is called so: a pointer into it has the keys of a setting, from the table of
the client in the configuration."""


@dataclass(frozen=True, slots=True, order=True)
class Pointer:
    """A node of a document: the file's key and the tokens of its JSON pointer.

    ``file`` is the path relative to the root document's folder, with forward slashes;
    the root document is the empty string. Tokens are unescaped (RFC 6901 section 4).
    They are document text: print them through ``diagnostics`` only.
    """

    file: str
    tokens: tuple[str, ...]

    def child(self, *tokens: str) -> Pointer:
        """Return the pointer ``tokens`` below this one."""
        return Pointer(self.file, self.tokens + tokens)

    def fragment(self) -> str:
        """Return the escaped JSON pointer (``/paths/~1pets/get``), without ``#``."""
        return "".join(
            "/" + token.replace("~", "~0").replace("/", "~1") for token in self.tokens
        )
