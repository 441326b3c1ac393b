"""HTTP/2, as far as it differs: connections carry one request at a time, and servers
say what they did not look at.

Comes in: connections and errors of httpcore2. Nothing here imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Exclusive:
    """A connection of httpcore2 that carries one request at a time, also by HTTP/2:
    there, a timeout of one request would end all others, and a thread would wait for
    what another reads."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def can_multiplex(self) -> bool:
        return False

    def is_available(self) -> bool:
        return self._inner.is_idle() and self._inner.is_available() and self._is_clear()

    def has_expired(self) -> bool:
        unusable = self._inner.is_idle() and not self.is_available()
        return unusable or self._inner.has_expired()

    def _is_clear(self) -> bool:
        """Whether no answer is left that was not read to its end."""
        connection = getattr(self._inner, "_connection", None)
        state = getattr(connection, "_h2_state", None)
        # A copy: another thread may be opening a stream.
        streams = [] if state is None else list(state.streams.values())
        return all(stream.closed for stream in streams)


def exclusively(create: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda origin: Exclusive(create(origin))


def is_undone(detail: Any) -> bool:
    """Whether what ended a request by HTTP/2 says that nothing was done with it: the
    server refused the stream or all streams, or the stream could not be opened."""
    return (
        getattr(detail, "error_code", None) == 7
        or getattr(detail, "last_stream_id", None) == 0
        or type(detail).__name__ == "StreamIDTooLowError"
    )
