"""Relative paths that mean one file on every system.

In: a path with forward slashes, from the generator or from a manifest on disk, which
anybody may have edited. Out: why it is not acceptable, if it is not. Whether a path
exists, and what it is a link to, is the writer's business.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 255
"""What common file systems take for one name, in bytes."""

# Windows keeps these for devices, whatever follows the first dot.
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])"
    r"[ ]*(?:\.|$)",
    re.IGNORECASE,
)
_FORBIDDEN = frozenset('<>:"\\|?*')


def is_reserved_name(name: str) -> bool:
    """Return whether Windows takes ``name`` (with any suffix) for a device."""
    return _DEVICE.match(name) is not None


def folded(path: str) -> str:
    """Return what two paths have in common if some file system takes them for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def objection(path: str) -> str | None:
    """Return what is wrong with ``path``, in a few words, or ``None``."""
    if not path:
        return "is empty"
    for name in path.split("/"):
        if name in {"", ".", ".."}:
            return "is absolute or leaves its folder"
        if any(character in _FORBIDDEN for character in name):
            return "has a character that some systems forbid in names"
        if not name.isprintable():
            return "has a character that cannot be printed"
        if name[-1] in ". " or name[0] == " ":
            return "has a name with a space or dot at its edge"
        if is_reserved_name(name):
            return "has a name that Windows keeps for a device"
        if len(name.encode("utf-8")) > LONGEST_NAME:
            return f"has a name of more than {LONGEST_NAME} bytes"
    return None


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
