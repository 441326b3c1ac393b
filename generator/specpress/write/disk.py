"""The few things done to the disk, none of which follows a link in its last name."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

_NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_BINARY: int = getattr(os, "O_BINARY", 0)
_CHUNK = 1 << 20

# FAT and some network drives have no hard links, file systems limit their number, and
# Linux forbids them for files of other owners.
_NO_LINKS = frozenset(
    {
        errno.EACCES,
        errno.EMLINK,
        errno.ENOSYS,
        errno.ENOTSUP,
        errno.EOPNOTSUPP,
        errno.EPERM,
    }
)


def kind_of(path: Path) -> os.stat_result | None:
    """Return what stands at ``path``, links not followed; ``None`` for nothing."""
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_folder(path: Path) -> bool:
    """Return whether a real folder, no link to one, stands at ``path``."""
    found = kind_of(path)
    return found is not None and stat.S_ISDIR(found.st_mode)


def is_file(path: Path) -> bool:
    """Return whether a regular file, no link to one, stands at ``path``."""
    found = kind_of(path)
    return found is not None and stat.S_ISREG(found.st_mode)


def read_file(path: Path) -> bytes:
    """Return the content of the regular file at ``path``."""
    descriptor = os.open(path, os.O_RDONLY | _NO_FOLLOW | _BINARY)
    try:
        chunks: list[bytes] = []
        while chunk := os.read(descriptor, _CHUNK):
            chunks.append(chunk)
        return b"".join(chunks)
    finally:
        os.close(descriptor)


def create_file(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet, and wait until the disk has it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
    descriptor = os.open(path, flags, 0o644)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep_copy(path: Path, copy: Path) -> None:
    """Give the file at ``path`` a second name, or a copy where links do not exist."""
    try:
        os.link(path, copy, follow_symlinks=False)
    except NotImplementedError:
        create_file(copy, read_file(path))
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        create_file(copy, read_file(path))


def settle_folder(path: Path) -> None:
    """Wait until the disk has the names in the folder."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_file(path: Path) -> None:
    """Remove a file if it is there."""
    try:
        os.unlink(path)
    except (FileNotFoundError, NotADirectoryError):
        pass


def remove_empty_folder(path: Path) -> bool:
    """Remove a folder if it is there and empty; return whether it is gone."""
    try:
        with os.scandir(path) as entries:
            if any(True for _ in entries):
                return False
        os.rmdir(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    return True
