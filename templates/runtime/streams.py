"""Answers whose bodies are read piece by piece.

Comes in: an answer that has begun. Goes out: its decompressed bytes, as they arrive.
What goes wrong on the way is an exception of the package.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from io import BytesIO

from .calls import Call
from .http import AsyncHTTPResponse, Headers, HTTPResponse, TransportError


class _Streamed:
    def __init__(self, call: Call) -> None:
        self._call = call
        self._reader = call.reader
        response = call.wrap(None, [])
        self.status: int = response.status
        self.headers: Headers = response.headers
        self.request_id: str | None = response.request_id

    def _decoded(self, chunk: bytes) -> Iterator[bytes]:
        for piece in self._reader.feed(chunk):
            if piece:
                yield piece
        self._check()

    def _end(self) -> None:
        self._reader.end()
        self._check()

    def _check(self) -> None:
        if self._reader.problem is not None:
            raise self._call.unreadable()


class StreamedResponse(_Streamed):
    """An answer inside ``with client.streaming(…)(…)``."""

    def __init__(self, call: Call, response: HTTPResponse) -> None:
        super().__init__(call)
        self._response = response

    def iter_bytes(self) -> Iterator[bytes]:
        """The body in pieces of any size."""
        try:
            for chunk in self._response.body:
                yield from self._decoded(chunk)
        except TransportError as failure:
            self._call.fail(failure)
        self._end()

    def read(self) -> bytes:
        kept = BytesIO()
        kept.writelines(self.iter_bytes())
        return kept.getvalue()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the body to a file, which is there only once all of it is."""
        part = f"{os.fspath(path)}.part"
        try:
            with open(part, "wb") as file:
                file.writelines(self.iter_bytes())
            os.replace(part, path)
        except BaseException:
            _remove(part)
            raise


class AsyncStreamedResponse(_Streamed):
    """An answer inside ``async with client.streaming(…)(…)``."""

    def __init__(self, call: Call, response: AsyncHTTPResponse) -> None:
        super().__init__(call)
        self._response = response

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body in pieces of any size."""
        try:
            async for chunk in self._response.body:
                for piece in self._decoded(chunk):
                    yield piece
        except TransportError as failure:
            self._call.fail(failure)
        self._end()

    async def read(self) -> bytes:
        kept = BytesIO()
        async for piece in self.iter_bytes():
            kept.write(piece)
        return kept.getvalue()

    async def save(self, path: str | os.PathLike[str]) -> None:
        """Write the body to a file, which is there only once all of it is."""
        part = f"{os.fspath(path)}.part"
        try:
            # Opening a local file waits for no one; writing one piece hardly does.
            with open(part, "wb") as file:  # noqa: ASYNC230
                async for piece in self.iter_bytes():
                    file.write(piece)
            os.replace(part, path)
        except BaseException:
            _remove(part)
            raise


def _remove(path: str) -> None:
    if os.path.exists(path):
        os.remove(path)
