"""Request bodies: which media type is sent, and JSON.

Comes in: the value of the argument and the media types the document allows. Goes out:
:class:`RequestContent`. A value that cannot be sent is an :class:`ArgumentError`.
Whatever is not JSON brings a :class:`BodyKind` that makes its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from .codec import Model
from .parameters import checked_header, json_text, naming
from .types import UNSET


@dataclass(frozen=True, slots=True)
class RequestContent:
    """A body ready to be sent. Its ``repr`` shows none of it."""

    content_type: str
    # {% if needs.files %}
    content: bytes | Callable[[], Iterator[bytes]] = field(repr=False)
    """The bytes, or a function that starts reading them from the beginning."""
    replayable: bool = True
    """Whether the content can be read more than once."""
    length: int | None = None
    """Of what is read, in bytes, where it is known beforehand."""
    # {% else %}
    content: bytes = field(repr=False)
    # {% endif %}


class BodyKind(Protocol):
    """How the bytes of a body are made."""

    def content(self, content_type: str, body: object) -> RequestContent:
        """Raises ``ValueError`` or ``TypeError`` for what cannot be sent so."""
        ...


def build_body(
    media: Mapping[str, Literal["json"] | BodyKind],
    body: object,
    # {% if needs.content_types %}
    content_type: str | None = None,
    # {% endif %}
) -> RequestContent | None:
    """Make the content of ``body``; ``UNSET`` is none."""
    if body is UNSET:
        return None
    with naming("body"):
        # {% if needs.content_types %}
        content_type, kind = _choose(media, content_type)
        # {% else %}
        content_type, kind = next(iter(media.items()))
        # {% endif %}
        # {% if needs.ranges %}
        if kind == "json" and isinstance(body, (str, bytes)):
            # Within a range, such as ``*/*``, a text or bytes need not be JSON.
            if essence(content_type).endswith("*"):
                text = isinstance(body, str)
                content_type = "text/plain" if text else "application/octet-stream"
            kind = kind_of(content_type) if content_type not in media else kind
        # {% endif %}
        if kind != "json":
            return kind.content(content_type, body)
        # {% if needs.ranges %}
        if "*" in content_type:
            content_type = "application/json"
        # {% endif %}
        return RequestContent(content_type, json_text(body).encode())


def media_type_for(by_value: Mapping[str, str], body: object) -> str | None:
    """The media type that a value is for, where it is not the first one: by its class
    of ``models``, or because it is a ``str`` or a ``file``."""
    if isinstance(body, Model):
        names = (base.__name__ for base in type(body).__mro__)
        return next((by_value[name] for name in names if name in by_value), None)
    if isinstance(body, str):
        return by_value.get("str")
    as_json = body is None or isinstance(body, (Mapping, list, tuple, int, float))
    return None if as_json else by_value.get("file")


def _choose(
    media: Mapping[str, Literal["json"] | BodyKind], content_type: str | None
) -> tuple[str, Literal["json"] | BodyKind]:
    """The media type to send, by default the first, and how."""
    if content_type is None:
        return next(iter(media.items()))
    checked_header("Content-Type", content_type)
    if content_type in media:
        return content_type, media[content_type]
    wanted = [essence(content_type)]
    # {% if needs.ranges %}
    # A range such as ``image/*`` takes any of its media types.
    main, _, subtype = wanted[0].partition("/")
    wanted += [f"{main}/*+{subtype.rpartition('+')[2]}", f"{main}/*", "*/*"]
    # {% endif %}
    for name in wanted:
        for candidate, kind in media.items():
            if essence(candidate) == name:
                return content_type, kind
    raise ValueError(f"the content type {content_type!r} is none of {', '.join(media)}")


def essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    name = essence(media_type)
    return name in ("application/json", "text/json") or name.endswith("+json")


class _Bytes:
    """Bytes or text as they are, for what no operation of the document sends."""

    def content(self, content_type: str, body: object) -> RequestContent:
        if isinstance(body, str):
            body = body.encode()
        if not isinstance(body, bytes):
            raise TypeError(f"give bytes: this API has no body of {content_type!r}")
        return RequestContent(content_type, body)


def kind_of(content_type: str) -> Literal["json"] | BodyKind:
    """How a body of that type is made, as far as this package has what it takes."""
    if is_json(content_type):
        return "json"
    # {% if needs.forms %}
    if essence(content_type) == "application/x-www-form-urlencoded":
        from .forms import Form

        return Form()
    # {% endif %}
    # {% if needs.multipart %}
    if essence(content_type) == "multipart/form-data":
        from .multipart import Multipart

        return Multipart()
    # {% endif %}
    # {% if needs.files %}
    from .files import FileBody, TextBody

    return TextBody() if essence(content_type).startswith("text/") else FileBody()
    # {% else %}
    return _Bytes()
    # {% endif %}
