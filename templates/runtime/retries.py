"""Whether a call is tried again, and when: decisions without input or output.

Comes in: what became of an attempt. Goes out: seconds to wait, or ``None`` for no
further attempt. The clock and the random source are arguments.
"""

from __future__ import annotations

import email.utils
import math
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from .http import Sent
from .operations import RetryCodes

IDEMPOTENT_METHODS = frozenset(("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"))
RETRIED_STATUSES = frozenset((408, 425, 429, 500, 502, 503, 504))

_chance = random.SystemRandom()


class Clock:
    """Time, sleep and chance; a test replaces them."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> float:
        """Seconds since 1970, to compare with dates of the server."""
        return time.time()

    def random(self) -> float:
        """In [0, 1); not the same in processes that were forked off."""
        return _chance.random()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        import asyncio

        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt."""

    sent: Sent
    status: int | None = None
    # {% if needs.retry_codes %}
    code: Any = field(default=None, repr=False)
    """What ``RetryCodes.pointer`` points at in the body."""
    # {% endif %}
    retry_after: float | None = None
    final: bool = False
    """Nothing that another attempt could change: an argument, a failed handshake."""


def is_retryable(
    outcome: Outcome,
    method: str,
    *,
    has_key: bool,
    # {% if needs.files %}
    replayable: bool,
    # {% endif %}
    # {% if needs.retry_codes %}
    codes: RetryCodes | None = None,
    # {% endif %}
) -> bool:
    """What was not sent, and 429, whatever the method; all else that may pass for
    idempotent methods, and where a key makes a call one of them.
    # {% if needs.files %}

    ``replayable``: the body can be sent again.
    # {% endif %}
    """
    # {% if needs.files %}
    if not replayable:
        return False
    # {% endif %}
    if outcome.final:
        return False
    # {% if needs.retry_codes %}
    if codes is not None and outcome.code in codes.never:
        return False
    # {% endif %}
    if outcome.sent == "not_sent" or outcome.status == 429:
        return True
    if method not in IDEMPOTENT_METHODS and not (
        has_key and method in ("POST", "PATCH")
    ):
        return False
    if outcome.sent == "unknown":
        return True
    # {% if needs.retry_codes %}
    if codes is not None and outcome.code in codes.retry:
        return True
    # {% endif %}
    return outcome.status in RETRIED_STATUSES


def backoff(attempt: int, chance: float) -> float:
    """Full jitter: the wait after attempt ``attempt`` (from 1)."""
    return chance * min(0.5 * 2.0 ** min(attempt - 1, 10), 8.0)


def parse_retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """``retry-after-ms``, or ``Retry-After`` in seconds or as a date; ``None`` where
    there is none that makes sense. A date in the past is no wait."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if not text or len(text) > 64:
            continue
        try:
            seconds = float(text) * scale
        except ValueError:
            seconds = _until(text, now) if scale == 1.0 else math.nan
        if 0.0 <= seconds < math.inf:
            return seconds
    return None


def _until(date: str, now: float) -> float:
    try:
        parsed = email.utils.parsedate_to_datetime(date)
    except (ValueError, OverflowError, TypeError, IndexError):
        return math.nan
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return max(parsed.timestamp() - now, 0.0)


class RetryBudget:
    """Bounds what retries add to the load of a service that fails.

    Each retry takes one token of ``capacity``; a call that succeeds gives back what
    its retries took, or a tenth where there were none. An outage costs a client at
    most ``capacity`` more requests.
    """

    def __init__(self, capacity: float = 100.0) -> None:
        self._capacity = capacity
        self._tokens = capacity
        self._lock = threading.Lock()

    def take(self) -> bool:
        with self._lock:
            if self._tokens < 1.0:
                return False
            self._tokens -= 1.0
            return True

    def refund(self, retries: int) -> None:
        with self._lock:
            self._tokens = min(self._tokens + (retries or 0.1), self._capacity)
