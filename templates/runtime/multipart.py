"""``multipart/form-data``, and other multipart bodies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from urllib.parse import unquote

from .bodies import RequestContent, essence
from .codec import Model
from .files import Upload, is_file
from .forms import PLAIN, Part, is_array, members_of, repeated
from .parameters import checked_header, naming, percent
from .styles import content_text
from .types import UNSET

_QUOTED = {'"': "%22", "\\": "\\\\", "\r": "%0D", "\n": "%0A"}
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")


def _boundary() -> str:
    return token_hex(16)


@dataclass(frozen=True, slots=True)
class Multipart:
    """An array as a body gives parts without names, as ``multipart/mixed`` has them;
    a form has no such, and they are called ``file``."""

    parts: Mapping[str, Part] = field(default_factory=dict[str, Part])
    file: bool = False
    """The body is no object but one file."""
    boundary: Callable[[], str] = _boundary

    def content(self, content_type: str, body: object) -> RequestContent:
        delimiter = self.boundary()
        if self.file:
            body = {"file": body}
        segments: list[bytes | Upload] = []
        is_form = essence(content_type) == "multipart/form-data"
        named = is_form or not is_array(body)
        items = [("file" if is_form else "", item) for item in repeated(body)]
        for name, value in items if is_array(body) else members_of(body).items():
            if value is UNSET or value is None:
                continue
            with naming("part", name):
                part = self.parts.get(name, PLAIN)
                for key, headers, content in _encoded(name, value, part):
                    disposition = f'form-data; name="{_quoted(key)}"' if named else ""
                    head = _head(delimiter, disposition, headers, part, content)
                    segments += (head.encode(), content, b"\r\n")
        segments.append(f"--{delimiter}--\r\n".encode())
        name = essence(content_type)
        if "*" in name:
            name = "multipart/form-data"
        return _joined(f"{name}; boundary={delimiter}", segments)


def _encoded(
    name: str, value: object, part: Part
) -> Iterator[tuple[str, str | None, bytes | Upload]]:
    """Name, media type and content. An array is one part per item. A text has no media
    type of its own, which means ``text/plain``; an object is JSON, a file what it says
    it is. Bytes in base64 are ``application/octet-stream``, by the standard."""
    style = part.as_style()
    if style is not None and not _is_upload(value, part):
        for key, text in style.pairs(name, value, percent):
            yield unquote(key), None, unquote(text).encode()
        return
    for item in repeated(value):
        declared = part.content_type
        if item is UNSET or item is None:
            raise ValueError("an item of an array cannot be None or UNSET")
        if _is_upload(item, part):
            upload = Upload.of(item, name)
            yield name, upload.media_type(declared), upload
            continue
        if declared is not None and ("*" in declared or "," in declared):
            declared = None
        if declared is None and (_is_object(item) or is_array(item)):
            declared = "application/json"
        if declared is None and part.base64 and is_file(item):
            declared = "application/octet-stream"
        text = content_text(item, declared or "text/plain")
        yield name, declared, text.encode()


def _is_upload(value: object, part: Part) -> bool:
    is_text = part.base64 and isinstance(value, (bytes, bytearray))
    return part.file or (is_file(value) and not is_text)


def _is_object(value: object) -> bool:
    return isinstance(value, (Mapping, Model))


def _head(
    delimiter: str,
    disposition: str,
    media_type: str | None,
    part: Part,
    content: bytes | Upload,
) -> str:
    stated = [*part.headers.items()]
    if isinstance(content, Upload):
        disposition = disposition or "attachment"
        disposition += f'; filename="{_quoted(content.name)}"'
        stated += content.headers.items()
    if media_type is not None:
        stated.insert(0, ("Content-Type", media_type))
    # Of equal names the last one wins, but for the one that says which part it is.
    headers = {name.lower(): checked_header(name, value) for name, value in stated}
    headers.pop("content-disposition", None)
    lines = [f"--{delimiter}", *map(": ".join, headers.values())]
    if disposition:
        lines.insert(1, f"Content-Disposition: {disposition}")
    return "\r\n".join([*lines, "", ""])


def _quoted(text: str) -> str:
    """A name between quotes, as browsers write it, but with backslashes doubled: most
    parsers take one for an escape."""
    if _CONTROL.search(text):
        raise ValueError("the name contains a control character")
    return "".join(_QUOTED.get(character, character) for character in text)


def _joined(content_type: str, segments: list[bytes | Upload]) -> RequestContent:
    """One piece where everything is in memory anyway, else a stream."""
    if all(isinstance(part, bytes) or part.data is not None for part in segments):
        content = b"".join(p if isinstance(p, bytes) else p.whole() for p in segments)
        return RequestContent(content_type, content, length=len(content))

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
