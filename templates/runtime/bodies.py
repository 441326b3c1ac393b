"""Request bodies: JSON, forms, multipart, text and raw bytes.

Comes in: the value of the argument and the media types the document allows. Goes out:
:class:`RequestContent`, the bytes or a way to read them again and again. A value that
cannot be sent is an :class:`ArgumentError`. Sending, and deciding whether a body that
cannot be replayed is tried again, is for the client.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Union

from ..errors import ArgumentError
from .operations import BodyKind
from .parameters import json_text
from .types import UNSET

_CHARSET = re.compile(r""";\s*charset\s*=\s*"?([^\s";]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RequestContent:
    """A body ready to be sent. Its ``repr`` shows none of it."""

    content_type: str
    content: Union[bytes, Callable[[], Iterator[bytes]]]
    """The bytes, or a function that starts reading them from the beginning."""
    replayable: bool = True
    """Whether the content can be read more than once."""
    length: int | None = None
    """In bytes, where it is known beforehand."""

    def __repr__(self) -> str:
        return f"<RequestContent {self.content_type}, {self.length} bytes>"


def build_body(
    media: Mapping[str, BodyKind], body: object, content_type: str | None = None
) -> RequestContent | None:
    """Make the content of ``body`` for ``content_type``, by default the first of
    ``media``. ``UNSET`` is no body."""
    if body is UNSET:
        return None
    content_type, kind = _choose(media, content_type)
    if kind == "json":
        return _whole(content_type, _json_bytes(body))
    raise NotImplementedError(kind)


def _choose(
    media: Mapping[str, BodyKind], content_type: str | None
) -> tuple[str, BodyKind]:
    if content_type is None:
        content_type = next(iter(media))
    kind = media.get(content_type)
    if kind is None:
        raise ArgumentError(
            f"content_type: {content_type!r} is none of {', '.join(media)}"
        )
    return content_type, kind


def _whole(content_type: str, content: bytes) -> RequestContent:
    return RequestContent(content_type, content, length=len(content))


def _json_bytes(body: object) -> bytes:
    try:
        return json_text(body).encode()
    except UnicodeEncodeError:
        message = "a text contains half of a surrogate pair"
    except ValueError as error:
        message = str(error)
    raise ArgumentError(f"body: {message}")
