"""Making the calls to the file system fail, one after the other.

:class:`Faults` counts the calls of ``os`` that touch files while a function runs, and
at a chosen call raises an error once, raises it from then on, or behaves as if the
process were killed: that call and every later one does nothing, so that no cleanup
can happen either. Only descriptors are really closed, as the system would do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CALLS = (
    "access",
    "close",
    "fstat",
    "fsync",
    "link",
    "lstat",
    "mkdir",
    "open",
    "read",
    "replace",
    "rmdir",
    "scandir",
    "stat",
    "unlink",
    "write",
)


class Killed(BaseException):
    """Stands for the end of the process."""


class Faults:
    """Fails at the call ``at`` (counted from 0); never if it is ``None``.

    Fails at every call from ``again`` on as well.
    """

    def __init__(
        self,
        at: int | None = None,
        error: int | None = None,
        lasting: bool = False,
        again: int | None = None,
    ) -> None:
        self.at = at
        self.error = error
        # Nothing comes after the end of the process.
        self.again = at if lasting or error is None else again
        self.count = 0
        self.names: list[str] = []

    def due(self, name: str) -> bool:
        number = self.count
        self.count += 1
        self.names.append(name)
        return number == self.at or (self.again is not None and number >= self.again)

    def exception(self, path: object) -> BaseException:
        if self.error is None:
            return Killed()
        named = str(path) if isinstance(path, str | Path) else None
        return OSError(self.error, os.strerror(self.error), named)

    @contextmanager
    def injected(self) -> Generator[Faults]:
        with pytest.MonkeyPatch.context() as patch:
            for name in CALLS:
                patch.setattr(os, name, self._replacement(name, getattr(os, name)))
            yield self

    def _replacement(
        self, name: str, original: Callable[..., Any]
    ) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            if not self.due(name):
                return original(*arguments, **keywords)
            if name == "close":
                original(*arguments, **keywords)
            raise self.exception(arguments[0] if arguments else None)

        return call


def number_of_calls(function: Callable[[], object]) -> int:
    """Return how many calls ``function`` makes when none of them fails."""
    with Faults().injected() as faults:
        function()
    return faults.count
