"""One run at a time for one output folder."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from specpress.portable_path import shown
from specpress.write.errors import WriteError

_PAUSE = 0.05


@contextmanager
def locked(path: Path, root: Path, patience: float) -> Generator[None]:
    """Hold the lock at ``path``, waiting ``patience`` seconds for who has it.

    The system lets go of the lock of a process that died, so a lock file left behind
    blocks nobody. It is removed on the way out, by its holder alone.
    """
    deadline = time.monotonic() + patience
    while (descriptor := _try_lock(path)) is None:
        if time.monotonic() >= deadline:
            raise WriteError(f"{shown(root)}: another run is writing to this folder")
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        _unlock(descriptor, path)


def _try_lock(path: Path) -> int | None:
    """Return the descriptor of the locked file, or ``None`` if another run has it."""
    no_follow: int = getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | no_follow, 0o600)
    try:
        if _lock_descriptor(descriptor) and _is_same_file(descriptor, path):
            return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _is_same_file(descriptor: int, path: Path) -> bool:
    # The holder removes the file before it lets go, so a lock may be on a file that
    # has no name any more while another run locks a new one.
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock_descriptor(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int, path: Path) -> None:
        # An open file cannot be removed here; one that another run has opened in
        # between stays, and that run removes it.
        with suppress(OSError):
            os.close(descriptor)
        with suppress(OSError):
            os.unlink(path)

else:
    import fcntl

    def _lock_descriptor(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int, path: Path) -> None:
        # By now the run has succeeded or failed for another reason; a lock file that
        # stays blocks nobody.
        try:
            with suppress(OSError):
                os.unlink(path)
        finally:
            with suppress(OSError):
                os.close(descriptor)
