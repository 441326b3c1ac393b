"""Request bodies: JSON, forms, multipart, text, and bytes and files as they are.

Comes in: the value of the argument and the media types the document allows. Goes out:
:class:`RequestContent`, the bytes or a way to read them again and again. A value that
cannot be sent is an :class:`ArgumentError`. Sending, and deciding whether a body that
cannot be replayed is tried again, is for the client.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote_plus, unquote

from ..errors import ArgumentError
from .codec import Model, members
from .operations import BodyKind, Form, Multipart, Part, Style
from .parameters import (
    checked_header,
    content_text,
    json_text,
    naming,
    percent,
    styled_pairs,
    text_of,
)
from .types import UNSET, File

_CHUNK = 64 * 1024
_CHARSET = re.compile(r""";\s*charset\s*=\s*"?([^\s";]+)""", re.IGNORECASE)
_QUOTED = {'"': "%22", "\\": "\\\\", "\r": "%0D", "\n": "%0A"}
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
_DEFAULT = Part()


@dataclass(frozen=True, slots=True)
class RequestContent:
    """A body ready to be sent. Its ``repr`` shows none of it."""

    content_type: str
    content: bytes | Callable[[], Iterator[bytes]]
    """The bytes, or a function that starts reading them from the beginning."""
    replayable: bool = True
    """Whether the content can be read more than once."""
    length: int | None = None
    """In bytes, where it is known beforehand."""

    def __repr__(self) -> str:
        return f"<RequestContent {self.content_type}, {self.length} bytes>"

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces, from the beginning."""
        if isinstance(self.content, bytes):
            yield self.content
        else:
            yield from self.content()

    async def async_chunks(self) -> AsyncIterator[bytes]:
        """The same for ``async for``. Files are read in small pieces without a thread:
        that is quicker, and no slower for others, than switching to one."""
        for chunk in self.chunks():
            yield chunk


def build_body(
    media: Mapping[str, BodyKind],
    body: object,
    content_type: str | None = None,
    *,
    boundary: Callable[[], str] | None = None,
) -> RequestContent | None:
    """Make the content of ``body`` for ``content_type``, by default the first of
    ``media``. ``UNSET`` is no body. ``boundary`` makes the text between the parts of a
    multipart body, by default at random."""
    if body is UNSET:
        return None
    with naming("argument", "body"):
        content_type, kind = _choose(media, content_type)
        concrete = "*" not in content_type
        match kind:
            case "json":
                content = json_text(body).encode()
                return _whole(content_type if concrete else "application/json", content)
            case "text" if not _is_file(body):
                return _text(content_type if concrete else "text/plain", body)
            case "form" | Form():
                return _whole(content_type, _form(body, _parts(kind)).encode())
            case "multipart" | Multipart():
                make = boundary or _boundary
                return _multipart(content_type, body, _parts(kind), make)
            case "text" | "binary":
                file = _Upload.of(body)
                declared = content_type if concrete else None
                return RequestContent(
                    file.media_type(declared),
                    file.whole() if file.data is not None else file.chunks,
                    file.replayable,
                    file.length,
                )


def _choose(
    media: Mapping[str, BodyKind], content_type: str | None
) -> tuple[str, BodyKind]:
    """The media type to send, and how; a range such as ``image/*`` takes any of its
    media types."""
    if content_type is None:
        return next(iter(media.items()))
    checked_header("Content-Type", content_type)
    if content_type in media:
        return content_type, media[content_type]
    essence = _essence(content_type)
    for name in (essence, essence.partition("/")[0] + "/*", "*/*"):
        for candidate, kind in media.items():
            if _essence(candidate) == name:
                return content_type, kind
    raise ValueError(f"the content type {content_type!r} is none of {', '.join(media)}")


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _whole(content_type: str, content: bytes) -> RequestContent:
    return RequestContent(content_type, content, length=len(content))


def _text(content_type: str, body: object) -> RequestContent:
    text = text_of(body)
    charset = _CHARSET.search(content_type)
    if charset is not None:
        try:
            encoding = codecs.lookup(charset[1])
        except LookupError:
            raise ValueError(f"the character set {charset[1]!r} is unknown") from None
        try:
            return _whole(content_type, encoding.encode(text)[0])
        except UnicodeError:
            raise ValueError(f"the text cannot be written in {charset[1]}") from None
    if content_type.lower().startswith("text/"):
        content_type += "; charset=utf-8"
    return _whole(content_type, text.encode())


def _members(body: object) -> Mapping[str, object]:
    """What an object is made of, one level deep: files must stay files."""
    if isinstance(body, Model):
        return members(body)
    if isinstance(body, Mapping):
        return cast("Mapping[str, object]", body)
    raise ValueError("an object is needed: a model or a mapping")


def _parts(kind: BodyKind) -> Mapping[str, Part]:
    return kind.parts if isinstance(kind, (Form, Multipart)) else {}


# --- Forms ---------------------------------------------------------------------------


def _form(body: object, encodings: Mapping[str, Part]) -> str:
    """Arrays repeat their name and objects are JSON, where no style says otherwise."""
    pairs: list[tuple[str, str]] = []
    for name, value in _members(body).items():
        if value is UNSET or value is None:
            continue
        part = encodings.get(name, _DEFAULT)
        with naming("form field", name):
            style = _style(part)
            if style is not None:
                pairs.extend(styled_pairs(name, value, style, quote_plus))
            else:
                for item in _repeated(value):
                    text = content_text(item, part.content_type or "text/plain")
                    pairs.append((quote_plus(name), quote_plus(text)))
    return "&".join(f"{name}={text}" for name, text in pairs)


def _style(part: Part) -> Style | None:
    """Any of the three makes the other two count, by the standard."""
    if part.style is None and part.explode is None and not part.allow_reserved:
        return None
    return Style(part.style, part.explode, part.allow_reserved)


def _repeated(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if _is_array(value) else (value,)


def _is_object(value: object) -> bool:
    return isinstance(value, (Mapping, Model))


def _is_array(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(
        value, (str, bytes, bytearray, memoryview)
    )


# --- Multipart -----------------------------------------------------------------------


def _multipart(
    content_type: str,
    body: object,
    encodings: Mapping[str, Part],
    boundary: Callable[[], str],
) -> RequestContent:
    """An array as a body gives parts without names, as ``multipart/mixed`` has them."""
    delimiter = boundary()
    segments: list[bytes | _Upload] = []
    named = not _is_array(body)
    parts = (
        _members(body).items()
        if named
        else [("", item) for item in cast("Sequence[object]", body)]
    )
    for name, value in parts:
        if value is UNSET or value is None:
            continue
        with naming("part", name):
            encoding = encodings.get(name, _DEFAULT)
            for key, headers, content in _encoded_parts(name, value, encoding):
                disposition = f'form-data; name="{_quoted(key)}"' if named else ""
                head = _part_head(delimiter, disposition, headers, encoding, content)
                segments += (head.encode(), content, b"\r\n")
    segments.append(f"--{delimiter}--\r\n".encode())
    essence = _essence(content_type)
    if "*" in essence:
        essence = "multipart/form-data"
    return _joined(f"{essence}; boundary={delimiter}", segments)


_EncodedPart = tuple[str, "str | None", "bytes | _Upload"]
"""Name, media type, content."""


def _encoded_parts(name: str, value: object, part: Part) -> Iterator[_EncodedPart]:
    """An array is one part per item. A text has no media type of its own, which means
    ``text/plain``; an object is JSON, a file what it says it is."""
    style = _style(part)
    if style is not None and not _is_file(value):
        for key, text in styled_pairs(name, value, style, percent):
            yield unquote(key), None, unquote(text).encode()
        return
    for item in _repeated(value):
        declared = part.content_type
        if item is UNSET or item is None:
            raise ValueError("an item of an array cannot be None or UNSET")
        if _is_file(item):
            upload = _Upload.of(item, name)
            yield name, upload.media_type(declared), upload
            continue
        if declared is not None and ("*" in declared or "," in declared):
            declared = None
        if declared is None and (_is_object(item) or _is_array(item)):
            declared = "application/json"
        text = content_text(item, declared or "text/plain")
        yield name, declared, text.encode()


def _part_head(
    delimiter: str,
    disposition: str,
    media_type: str | None,
    part: Part,
    content: bytes | _Upload,
) -> str:
    headers: list[tuple[str, str]] = []
    if isinstance(content, _Upload):
        disposition = disposition or "attachment"
        disposition += f'; filename="{_quoted(content.name)}"'
    lines = [f"--{delimiter}"]
    if disposition:
        lines.append(f"Content-Disposition: {disposition}")
    if media_type is not None:
        headers.append(("Content-Type", media_type))
    headers.extend(part.headers.items())
    for name, value in headers:
        lines.append(": ".join(checked_header(name, value)))
    return "\r\n".join([*lines, "", ""])


def _quoted(text: str) -> str:
    """A name between quotes, as browsers write it, but with backslashes doubled: most
    parsers take one for an escape."""
    if _CONTROL.search(text):
        raise ValueError("the name contains a control character")
    return "".join(_QUOTED.get(character, character) for character in text)


def _boundary() -> str:
    import secrets

    return secrets.token_hex(16)


def _joined(content_type: str, segments: list[bytes | _Upload]) -> RequestContent:
    """One piece where everything is in memory anyway, else a stream."""
    if all(isinstance(part, bytes) or part.data is not None for part in segments):
        return _whole(
            content_type,
            b"".join(p if isinstance(p, bytes) else p.whole() for p in segments),
        )

    def chunks() -> Iterator[bytes]:
        for part in segments:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part.chunks()

    lengths = [len(p) if isinstance(p, bytes) else p.length for p in segments]
    known = [length for length in lengths if length is not None]
    return RequestContent(
        content_type,
        chunks,
        all(isinstance(part, bytes) or part.replayable for part in segments),
        sum(known) if len(known) == len(lengths) else None,
    )


# --- Files ---------------------------------------------------------------------------


def _is_file(value: object) -> bool:
    return isinstance(value, (File, bytes, bytearray, os.PathLike)) or callable(
        getattr(value, "read", None)
    )


@dataclass(frozen=True, slots=True)
class _Upload:
    """Something to upload, opened only when it is read."""

    name: str
    content_type: str | None
    """Where the user said so."""
    length: int | None
    replayable: bool = True
    data: bytes | None = field(default=None, repr=False)
    path: os.PathLike[str] | None = None
    file: Any = None
    start: int | None = None
    """Where in ``file`` the content begins, if that can be returned to."""

    @classmethod
    def of(cls, value: object, default_name: str = "file") -> _Upload:
        """Raises ``ValueError`` for what is no file, or cannot be read."""
        name: str | None = None
        content_type: str | None = None
        if isinstance(value, File):
            name, content_type, value = value.name, value.content_type, value.content
        if isinstance(value, (bytes, bytearray)):
            data = bytes(value)
            return cls(name or default_name, content_type, len(data), data=data)
        if isinstance(value, os.PathLike):
            path = cast("os.PathLike[str]", value)
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
            raise TypeError("bytes, a path (pathlib), an open file or File is needed")
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
        its name suggests if the document allows it."""
        if self.content_type is not None:
            return self.content_type
        choices = [choice.strip() for choice in (declared or "").split(",") if choice]
        if len(choices) == 1 and "*" not in choices[0]:
            return choices[0]
        import mimetypes

        guess = mimetypes.MimeTypes().guess_type(self.name)[0]
        if guess is not None and (not choices or _accepts(choices, guess)):
            return guess
        concrete = [choice for choice in choices if "*" not in choice]
        return concrete[0] if concrete else "application/octet-stream"


def _size(path: os.PathLike[str]) -> int | None:
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
    essences = {_essence(choice) for choice in choices}
    main = media_type.partition("/")[0]
    return not essences.isdisjoint((media_type, f"{main}/*", "*/*"))


__all__ = ["RequestContent", "build_body"]
