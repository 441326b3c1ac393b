"""Bodies that are text, bytes or files as they are, and files of multipart bodies."""

from __future__ import annotations

import codecs
import io
import mimetypes
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any, Protocol, TypeAlias, cast

from ..errors import ArgumentError
from .bodies import RequestContent, essence
from .parameters import text_of

_CHUNK = 64 * 1024
_CHARSET = re.compile(r""";\s*charset\s*=\s*"?([^\s";]+)""", re.IGNORECASE)


class BinaryFile(Protocol):
    """What is needed of an open file: ``read`` that gives bytes."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload under a name and media type of your choice."""

    name: str
    """The file name that the server is told."""

    content: bytes | PathLike[str] | BinaryFile

    content_type: str | None = None
    """``None``: worked out from the name."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of its part of a multipart body; other bodies have none."""


FileInput: TypeAlias = bytes | PathLike[str] | BinaryFile | File
"""Something to upload: bytes, a path, a file opened for binary reading, or ``File``."""


@dataclass(frozen=True, slots=True)
class FileBody:
    """A file."""

    def content(self, content_type: str, body: object) -> RequestContent:
        file = Upload.of(body)
        return RequestContent(
            file.media_type(content_type),
            file.whole() if file.data is not None else file.chunks,
            file.replayable,
            file.length,
        )


@dataclass(frozen=True, slots=True)
class TextBody:
    """A text, or a file."""

    def content(self, content_type: str, body: object) -> RequestContent:
        if is_file(body):
            return FileBody().content(content_type, body)
        return _text("text/plain" if "*" in content_type else content_type, body)


def _text(content_type: str, body: object) -> RequestContent:
    text = text_of(body)
    charset = _CHARSET.search(content_type)
    if charset is not None:
        try:
            encoding = codecs.lookup(charset[1])
        except LookupError:
            raise ValueError(f"the character set {charset[1]!r} is unknown") from None
        try:
            return RequestContent(content_type, encoding.encode(text)[0])
        except UnicodeError:
            raise ValueError(f"the text cannot be written in {charset[1]}") from None
    if content_type.lower().startswith("text/"):
        content_type += "; charset=utf-8"
    return RequestContent(content_type, text.encode())


def is_file(value: object) -> bool:
    return isinstance(value, (File, bytes, bytearray, os.PathLike)) or callable(
        getattr(value, "read", None)
    )


@dataclass(frozen=True, slots=True)
class Upload:
    """Something to upload, opened only when it is read."""

    name: str
    content_type: str | None
    """Where the user said so."""
    length: int | None
    replayable: bool = True
    data: bytes | None = field(default=None, repr=False)
    path: PathLike[str] | None = None
    file: Any = None
    start: int | None = None
    """Where in ``file`` the content begins, if that can be returned to."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @classmethod
    def of(cls, value: object, default_name: str = "file") -> Upload:
        """Raises ``ValueError`` for what is no file, or cannot be read."""
        if isinstance(value, File) and value.headers:
            plain = replace(value, headers={})
            return replace(cls.of(plain, default_name), headers=value.headers)
        name: str | None = None
        content_type: str | None = None
        if isinstance(value, File):
            name, content_type, value = value.name, value.content_type, value.content
        if isinstance(value, (bytes, bytearray)):
            data = bytes(value)
            return cls(name or default_name, content_type, len(data), data=data)
        if isinstance(value, os.PathLike):
            path = cast("PathLike[str]", value)
            length = _size(path)
            return cls(
                name or os.path.basename(os.fspath(path)),
                content_type,
                length,
                length is not None,
                path=path,
            )
        if isinstance(value, io.TextIOBase):
            raise TypeError("the file must be opened in binary mode")
        if not callable(getattr(value, "read", None)):
            raise TypeError(
                "bytes, a path (pathlib.Path), an open file or File is needed, not "
                f"{type(value).__name__}"
            )
        own_name = getattr(value, "name", None)
        if name is None and isinstance(own_name, str):
            name = os.path.basename(own_name)
        start, length = _extent(value)
        return cls(
            name or default_name,
            content_type,
            length,
            start is not None,
            file=value,
            start=start,
        )

    def whole(self) -> bytes:
        return self.data or b""

    def chunks(self) -> Iterator[bytes]:
        """Read it, never more than was announced."""
        if self.data is not None:
            yield self.data
        elif self.path is not None:
            with open(self.path, "rb") as file:
                yield from self._read(file)
        else:
            if self.start is not None:
                self.file.seek(self.start)
            yield from self._read(self.file)

    def _read(self, file: Any) -> Iterator[bytes]:
        left = self.length
        while left is None or left > 0:
            chunk = file.read(_CHUNK if left is None else min(_CHUNK, left))
            if not isinstance(chunk, bytes):
                raise ArgumentError("the file to upload must give bytes when read")
            if not chunk:
                return
            if left is not None:
                left -= len(chunk)
            yield chunk

    def media_type(self, declared: str | None) -> str:
        """Its own media type, else the one that the document declares, else the one
        its name suggests if the document allows it, else one that it allows."""
        if self.content_type is not None:
            return self.content_type
        choices = [choice.strip() for choice in (declared or "").split(",") if choice]
        if len(choices) == 1 and "*" not in choices[0]:
            return choices[0]
        guess = mimetypes.MimeTypes().guess_type(self.name)[0]
        if guess is not None and (not choices or _accepts(choices, guess)):
            return guess
        concrete = [choice for choice in choices if "*" not in choice]
        if concrete:
            return concrete[0]
        kind = choices[0].partition("/")[0] if choices else "*"
        unknown = "plain" if kind == "text" else "octet-stream"
        return f"{'application' if kind == '*' else kind}/{unknown}"


def _size(path: PathLike[str]) -> int | None:
    """The length of a file, ``None`` for a pipe or a device."""
    try:
        status = os.stat(path)
        readable = os.access(path, os.R_OK)
    except OSError as error:
        raise ValueError(f"the file cannot be read: {error.strerror}") from None
    if stat.S_ISDIR(status.st_mode) or not readable:
        raise ValueError("the file cannot be read")
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _extent(file: Any) -> tuple[int | None, int | None]:
    """Where an open file stands, and how much follows."""
    try:
        if not file.seekable():
            return None, None
        start = int(file.tell())
        length = max(int(file.seek(0, os.SEEK_END)) - start, 0)
        file.seek(start)
    except (AttributeError, OSError):
        return None, None
    return start, length


def _accepts(choices: Sequence[str], media_type: str) -> bool:
    essences = {essence(choice) for choice in choices}
    main = media_type.partition("/")[0]
    return not essences.isdisjoint((media_type, f"{main}/*", "*/*"))
