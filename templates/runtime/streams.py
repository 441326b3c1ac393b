"""Answers whose bodies are read piece by piece.

Comes in: an answer that has begun. Goes out: its decompressed bytes, as they arrive.
What goes wrong on the way is an exception of the package.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import BinaryIO, NoReturn

from .calls import Call
from .http import AsyncHTTPResponse, Headers, HTTPResponse, TransportError


class _Streamed:
    def __init__(self, call: Call) -> None:
        self._call = call
        self._reader = call.reader
        self._begun = self._closed = False
        response = call.wrap(None, [])
        self.status: int = response.status
        self.headers: Headers = response.headers
        self.request_id: str | None = response.request_id

    def _begin(self) -> None:
        if self._begun:
            raise RuntimeError("the body was read before, at least in part")
        self._begun = True
        self._check()

    def _decoded(self, chunk: bytes) -> Iterator[bytes]:
        for piece in self._reader.feed(chunk):
            if piece:
                yield piece
        self._check()

    def _end(self) -> None:
        self._reader.end()
        self._check()

    def _failed(self, failure: TransportError) -> NoReturn:
        self._check()
        self._call.fail(failure)

    def _check(self) -> None:
        # What was closed under its reader may look like the end of the body.
        if self._closed:
            raise RuntimeError("the body can only be read inside the block")
        if self._reader.problem is not None:
            raise self._call.unreadable()


class StreamedResponse(_Streamed):
    """An answer inside ``with client.streaming(…)(…)``."""

    def __init__(self, call: Call, response: HTTPResponse) -> None:
        super().__init__(call)
        self._response = response

    def iter_bytes(self) -> Iterator[bytes]:
        """The body in pieces of any size; once."""
        self._begin()
        try:
            for chunk in self._response.body:
                yield from self._decoded(chunk)
        except TransportError as failure:
            self._failed(failure)
        self._end()

    def read(self) -> bytes:
        kept = BytesIO()
        kept.writelines(self.iter_bytes())
        return kept.getvalue()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the body to a file, which is there only once all of it is."""
        with _replacing(path) as file:
            file.writelines(self.iter_bytes())

    def close(self) -> None:
        """Give the connection back, at the latest when the block ends; nothing can be
        read any more."""
        self._closed = True
        self._response.close()


class AsyncStreamedResponse(_Streamed):
    """An answer inside ``async with client.streaming(…)(…)``."""

    def __init__(self, call: Call, response: AsyncHTTPResponse) -> None:
        super().__init__(call)
        self._response = response

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body in pieces of any size; once."""
        self._begin()
        try:
            async for chunk in self._response.body:
                for piece in self._decoded(chunk):
                    yield piece
        except TransportError as failure:
            self._failed(failure)
        self._end()

    async def read(self) -> bytes:
        kept = BytesIO()
        async for piece in self.iter_bytes():
            kept.write(piece)
        return kept.getvalue()

    async def save(self, path: str | os.PathLike[str]) -> None:
        """Write the body to a file, which is there only once all of it is."""
        # Opening a local file waits for no one; writing one piece hardly does.
        with _replacing(path) as file:
            async for piece in self.iter_bytes():
                file.write(piece)

    async def close(self) -> None:
        """Give the connection back, at the latest when the block ends; nothing can be
        read any more."""
        self._closed = True
        await self._response.close()


@contextmanager
def _replacing(path: str | os.PathLike[str]) -> Generator[BinaryIO]:
    """A new file beside ``path`` that takes its place when all went well."""
    part = f"{os.fspath(path)}.{uuid.uuid4().hex}.part"
    try:
        with open(part, "xb") as file:
            yield file
        os.replace(part, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.remove(part)
        raise
