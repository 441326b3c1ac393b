"""Open files, and only those that may be opened.

The root document is where the user says. A file that a reference names must lie, after
every link is resolved, in the root document's folder or in one the policy allows, and
be an ordinary file.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from specpress.limits import OPTIONS, Limits
from specpress.references import ReferencePolicy
from specpress.text import Text


class Refused(Exception):
    """A file is not read: the code of the error, its words and what to do."""

    def __init__(
        self, code: str, *message: str | Text, help: tuple[str | Text, ...] = ()
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.help = help


def read_root(path: Path, limits: Limits) -> bytes:
    """Return the bytes of the root document."""
    try:
        return _read(os.path.realpath(path, strict=True), limits)
    except (OSError, ValueError) as error:
        raise Refused("unreadable-file", "cannot be read: ", _reason(error)) from None


def read_reference(
    folder: Path, file: str, limits: Limits, policy: ReferencePolicy
) -> tuple[Path, bytes]:
    """Return path and bytes of ``file``, seen from the root document's ``folder``."""
    home = os.path.realpath(folder)
    allowed = [home, *(os.path.realpath(extra) for extra in policy.folders)]
    # First by name alone, so that nothing outside is even asked about.
    if not _is_inside(os.path.normpath(os.path.join(home, file)), allowed):
        raise Refused(
            "forbidden-reference",
            "is not followed: it leads out of the document's folder",
            help=_ALLOW_IT,
        )
    try:
        path = os.path.realpath(os.path.join(home, file), strict=True)
        if not _is_inside(path, allowed):
            raise Refused(
                "forbidden-reference",
                "is not followed: a link leads out of the document's folder",
                help=_ALLOW_IT,
            )
        return Path(path), _read(path, limits)
    except FileNotFoundError:
        raise Refused(
            "unresolved-reference", "does not exist: there is no such file"
        ) from None
    except (OSError, ValueError) as error:
        raise Refused(
            "unresolved-reference", "cannot be read: ", _reason(error)
        ) from None


_ALLOW_IT = ("--allow-reference FOLDER allows a further folder",)


def _is_inside(path: str, folders: list[str]) -> bool:
    return any(
        path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)
        for folder in folders
    )


def _read(path: str, limits: Limits) -> bytes:
    # Looked at before it is opened: opening a device or a pipe can do something.
    if not stat.S_ISREG(os.stat(path, follow_symlinks=False).st_mode):
        raise OSError(errno.EINVAL, "not an ordinary file")
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    flags |= getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        # And once more what was really opened.
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not an ordinary file")
        content = b""
        if status.st_size <= limits.max_bytes:
            content = stream.read(limits.max_bytes + 1)
        if status.st_size > limits.max_bytes or len(content) > limits.max_bytes:
            raise Refused(
                "limit-bytes",
                f"the file is larger than {limits.max_bytes} bytes",
                help=(f"{OPTIONS['max_bytes']} raises the limit",),
            )
        return content


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno == errno.EINVAL:
        return "it is not an ordinary file"
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    return "no file can have this name"
