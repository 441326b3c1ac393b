"""What there is no public place for in httpx2, done inside of it.

Comes in: clients, streams and errors of httpx2 and httpcore2, which this module does not
import. Where their inside changes, nothing breaks, but that much is lost:

- :func:`adapt`: synchronous calls keep to their total time between the parts of a body
  only, not in each wait; requests share HTTP/2 connections.
- :func:`refuse_surplus`: what a server sends beyond its answer is taken for the answer
  to the next request on the connection.
- :func:`is_undone`: a request that a server did not look at counts as perhaps done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .deadlines import Bounded


def adapt(client: object, *, bounded: bool) -> None:
    """Put :class:`.deadlines.Bounded` (if ``bounded``) and :class:`Exclusive` into a
    client."""
    state: dict[str, Any] = vars(client)
    for transport in (state.get("_transport"), *state.get("_mounts", {}).values()):
        pool: Any = getattr(transport, "_pool", None)
        if bounded and hasattr(pool, "_network_backend"):
            pool._network_backend = Bounded(pool._network_backend)
        if getattr(pool, "_http2", False) and hasattr(pool, "create_connection"):
            pool.create_connection = _exclusively(pool.create_connection)


def refuse_surplus(stream: Any) -> None:
    """Let the connection of an answer be closed if a server sent more than the answer.

    HTTP/2 tells answers apart by itself.
    """
    for name in ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state"):
        stream = getattr(stream, name, None)
    if stream is not None and stream.trailing_data[0]:
        stream.send_failed()


# --- HTTP/2 --------------------------------------------------------------------------


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


def _exclusively(create: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda origin: Exclusive(create(origin))


def is_undone(detail: Any) -> bool:
    """Whether what ended a request by HTTP/2 says that nothing was done with it: the
    server refused the stream or all streams, or the stream could not be opened."""
    return (
        getattr(detail, "error_code", None) == 7
        or getattr(detail, "last_stream_id", None) == 0
        or type(detail).__name__ == "StreamIDTooLowError"
    )
