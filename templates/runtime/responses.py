"""Answers: their bytes, text and JSON, and what callers get with a result.

Comes in: headers and the pieces of a body as they arrive. Goes out: the same
decompressed, as text or as a JSON value. What it means is in :mod:`.results`.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Generic, NoReturn, TypeVar, cast

from .bodies import essence
from .codec import Deviation, Model, members
from .http import Headers, RateLimit
from .operations import RateLimitHeaders
from .types import UNSET

T = TypeVar("T")

_PIECE = 1 << 20
_GZIP = b"\x1f\x8b"

_TEXT_CHARSETS = re.compile(
    r"utf-?(8|16|32)([-_]?[bl]e)?|(us-)?ascii|latin-?1|iso-8859-\d+|windows-125\d|"
    r"cp\d+|koi8-[ru]|shift_jis|euc-(jp|kr)|iso-2022-jp|gb(2312|k|18030)|big5",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ApiResponse(Generic[T]):
    """A result together with the answer it came from."""

    parsed: T
    status: int
    headers: Headers
    request_id: str | None
    deviations: list[Deviation]
    """Where the answer contradicts the document; of many, the first hundred."""
    rate_limit: RateLimit
    attempts: int
    replayed: bool
    """Whether the API repeated the answer to an earlier call with the same key."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        return essence(self.headers.get("content-type", ""))

    @property
    def text(self) -> str:
        return self.body.decode(charset(self.headers), errors="replace")


# --- Bytes ---------------------------------------------------------------------------


class BodyReader:
    """Decompresses a body, and stops at ``limit`` decoded bytes.

    What is wrong with the body is said in ``problem``; what came before it stays.
    """

    def __init__(self, headers: Headers, limit: int) -> None:
        self.problem: str | None = None
        self._limit = limit
        self._size = 0
        # Grows in place and gives its bytes away as they are: no second copy.
        self._kept = BytesIO()
        self._started = False
        self._rest: bytes = b""
        """After the end of a member of gzip: the first byte of another, perhaps."""
        self._inflate: Any = None
        coding = headers.get("content-encoding", "").strip().lower()
        self._is_gzip = coding in ("gzip", "x-gzip")
        if self._is_gzip:
            self._inflate = zlib.decompressobj(31)
        elif coding == "deflate":
            self._inflate = zlib.decompressobj()
        elif coding not in ("", "identity"):
            self.problem = f"it is compressed as {coding[:20]!r}"

    def collect(self, chunks: Iterable[bytes]) -> None:
        """Keep all of a body, or what of it is of use."""
        for chunk in chunks:
            self._kept.writelines(self.feed(chunk))
            if self.problem is not None:
                break
        self.end()

    async def collect_async(self, chunks: AsyncIterable[bytes]) -> None:
        async for chunk in chunks:
            self._kept.writelines(self.feed(chunk))
            if self.problem is not None:
                break
        self.end()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Decode a piece without keeping it: in small ones, so that a bomb is seen
        before it is in memory."""
        if self._inflate is None:
            if self.problem is None:
                yield self._counted(chunk)
            return
        chunk = self._rest + chunk
        self._rest = b""
        if len(chunk) < 2 and not (self._started or self._is_gzip):
            # Too short to tell what is called "deflate" from the bare format.
            self._rest = chunk
            return
        while self.problem is None:
            if self._inflate.eof:
                if not chunk or (self._is_gzip and chunk == _GZIP[:1]):
                    self._rest = chunk
                    return
                if not self._is_gzip or not chunk.startswith(_GZIP):
                    # Surplus, and no member will follow it: dropped, but counted.
                    self._is_gzip = False
                    self._counted(chunk)
                    return
                self._inflate = zlib.decompressobj(31)
            bound = min(self._limit - self._size + 1, _PIECE)
            try:
                part = self._inflate.decompress(chunk, bound)
            except zlib.error as error:
                if self._started or self._is_gzip:
                    self.problem = f"its compression is broken: {error}"
                    return
                # Some servers call the bare format "deflate".
                self._inflate, self._started = zlib.decompressobj(-15), True
                continue
            self._started = self._started or bool(chunk)
            yield self._counted(part)
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data
            if not chunk and not self._inflate.eof and len(part) < bound:
                return

    def _counted(self, part: bytes) -> bytes:
        self._size += len(part)
        if self._size <= self._limit:
            return part
        self.problem = f"it is larger than {self._limit} bytes"
        return part[: self._limit - self._size]

    def end(self) -> None:
        """The body is over; it may be cut off inside its compression."""
        begun = self._started or self._rest
        if self._inflate is not None and begun and not self._inflate.eof:
            self.problem = self.problem or "it is cut off"

    def content(self) -> bytes:
        return self._kept.getvalue()


# --- Text and JSON -------------------------------------------------------------------


def charset(headers: Headers) -> str:
    """Of ``Content-Type``; UTF-8 where it names none, or none that is text."""
    match = re.search(
        r'charset\s*=\s*"?([\w.:-]+)', headers.get("content-type", ""), re.IGNORECASE
    )
    name = match[1] if match else ""
    if not _TEXT_CHARSETS.fullmatch(name) or name.lower() in ("utf-8", "utf8"):
        return "utf-8-sig"
    try:
        b"".decode(name)
    except LookupError:
        return "utf-8-sig"
    return name


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def parse_json(body: bytes, headers: Headers) -> Any:
    """The JSON value of ``body``. Of equal keys the last one counts; ``ValueError``
    for everything that is not JSON, ``NaN`` and too deep nesting included."""
    encoding = charset(headers)
    if encoding == "utf-8-sig" and b"\0" in body[:4]:
        encoding = json.detect_encoding(body)
    try:
        return json.loads(body.decode(encoding), parse_constant=_refuse)
    except RecursionError:
        problem = "it is nested too deeply"
    except UnicodeDecodeError as error:
        problem = f"it is not {error.encoding}"
    except ValueError as error:
        problem = str(error)
    # Not where the other is handled, which shows the body in more than one place.
    del body
    raise ValueError(problem)


def point(value: Any, pointer: str) -> Any:
    """The JSON value at a JSON pointer, or ``None``; ``-1`` is the last of a list.
    Models are entered by the names of the API."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Model):
            value = members(value).get(token)
        elif isinstance(value, Mapping):
            value = cast("Mapping[str, Any]", value).get(token)
        elif isinstance(value, list) and re.fullmatch("-1|[0-9]{1,9}", token):
            items = cast("list[object]", value)[int(token) :]
            value = items[0] if items else None
        else:
            return None
    return None if value is UNSET else value


def rate_limit_of(names: RateLimitHeaders | None, headers: Headers) -> RateLimit:
    def number(name: str | None) -> float | None:
        text = headers.get(name, "") if name else ""
        return float(text) if re.fullmatch(r"\d{1,15}(\.\d{1,6})?", text) else None

    if names is None:
        return RateLimit()
    limit, remaining = number(names.limit), number(names.remaining)
    return RateLimit(
        None if limit is None else int(limit),
        None if remaining is None else int(remaining),
        number(names.reset),
    )
