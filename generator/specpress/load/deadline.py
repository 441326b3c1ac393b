"""The time that reading may take, all files together."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self


class Deadline:
    """Counts the time spent inside ``with``; other stages' time is theirs."""

    def __init__(self, clock: Callable[[], float], max_seconds: float) -> None:
        self._clock = clock
        self._max_seconds = max_seconds
        self._spent = 0.0
        self._entered = 0.0

    def __enter__(self) -> Self:
        self._entered = self._clock()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._spent += self._clock() - self._entered

    @property
    def passed(self) -> bool:
        return self._spent + self._clock() - self._entered > self._max_seconds
