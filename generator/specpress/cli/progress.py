"""Show what a run is doing, on a terminal and only if it takes a while."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.status import Status

_PATIENCE = 1.0
"""Seconds until it is worth showing anything."""

_STAGES = {
    "load": "reading",
    "parse": "understanding",
    "validate": "asking openapi-spec-validator",
    "lower": "choosing names and types",
    "render": "writing source",
    "format": "formatting",
    "prove": "proving that the source is what it should be",
    "write": "writing files",
    "compare": "comparing files",
}


class Progress:
    """A line on standard error with the stage of the run; gone when it ends."""

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted and sys.stderr.isatty()
        self._lock = threading.Lock()
        self._status: Status | None = None
        self._stage = ""
        self._over = False
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        if self._wanted:
            self._timer = threading.Timer(_PATIENCE, self._show)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._over = True
            if self._status is not None:
                self._status.stop()
                self._status = None

    def announce(self, stage: str) -> None:
        """Say that ``stage`` begins."""
        with self._lock:
            self._stage = _STAGES.get(stage, stage)
            if self._status is not None:
                self._status.update(self._stage)

    def _show(self) -> None:
        from rich.console import Console
        from rich.status import Status

        with self._lock:
            if not self._over:
                self._status = Status(self._stage, console=Console(stderr=True))
                self._status.start()
