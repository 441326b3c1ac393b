"""Slows calls down before the API has to say 429: a token bucket per class.

Comes in: the method of a request, and how long it can wait. Goes out: seconds to wait
before it is sent; the client does the waiting, so that one limiter serves threads and
tasks alike.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from heapq import heappop, heappush

from ..errors import ArgumentError
from .operations import RateClass


class RateLimiter:
    """``KirimChat(limiter=RateLimiter())`` keeps to the documented limits, or to those
    given. Several clients of one account may share one limiter.

    A bucket holds ``burst`` requests (a tenth of a minute's by default) and fills
    evenly, so that burst and filling together stay below the limit in every minute.
    Who comes to an empty bucket reserves the next token and waits for it: calls are let
    through in the order in which they came. Who cannot wait so long takes none; who
    gives up waiting leaves the token to the next who comes before it is due.
    """

    def __init__(
        self, classes: Sequence[RateClass] | None = None, *, burst: float | None = None
    ) -> None:
        for each in classes or ():
            if not each.per_minute > 0:
                raise ArgumentError(f"{each.name}: per_minute must be more than 0")
        self._classes = classes
        self._burst = burst
        self._buckets: dict[str, tuple[float, float]] = {}
        # When the tokens come that were reserved and given back; heaps.
        self._released: dict[str, list[float]] = {}
        # Of each process its own: in one that was forked off, the parent's may be held
        # by a thread that is not there.
        self._locks: dict[int, threading.Lock] = {}

    def reserve(
        self, method: str, documented: Sequence[RateClass], now: float, longest: float
    ) -> float:
        """The seconds until a token is there, which is taken unless they are more than
        ``longest``."""
        rate_class = self._class_of(method, documented)
        if rate_class is None:
            return 0.0
        limit = rate_class.per_minute
        burst = max(self._burst or limit / 10, 1.0)
        # A full bucket and what flows in during a minute are the limit together.
        per_second = max(limit - burst, limit / 2) / 60
        with self._lock():
            released = self._released.get(rate_class.name, [])
            while released and released[0] <= now:
                heappop(released)
            if released:
                wait = released[0] - now
                if wait <= longest:
                    heappop(released)
                return wait
            tokens, filled = self._buckets.get(rate_class.name, (burst, now))
            tokens = min(tokens + max(now - filled, 0.0) * per_second, burst) - 1.0
            wait = max(-tokens / per_second, 0.0)
            if wait <= longest:
                self._buckets[rate_class.name] = (tokens, now)
        return wait

    def release(
        self, method: str, documented: Sequence[RateClass], moment: float
    ) -> None:
        """Give back the token that was to be there at ``moment``."""
        rate_class = self._class_of(method, documented)
        if rate_class is not None:
            with self._lock():
                heappush(self._released.setdefault(rate_class.name, []), moment)

    def _class_of(
        self, method: str, documented: Sequence[RateClass]
    ) -> RateClass | None:
        classes = documented if self._classes is None else self._classes
        return next((each for each in classes if method in each.methods), None)

    def _lock(self) -> threading.Lock:
        return self._locks.setdefault(os.getpid(), threading.Lock())
