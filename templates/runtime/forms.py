"""``application/x-www-form-urlencoded``, and what it shares with multipart bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote_plus

from .bodies import RequestContent
from .codec import Model, members
from .parameters import naming
from .styles import Style, content_text
from .types import UNSET


@dataclass(frozen=True, slots=True)
class Part:
    """How one property of a form or multipart body is written."""

    content_type: str | None = None
    style: str | None = None
    explode: bool | None = None
    allow_reserved: bool = False
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    base64: bool = False
    """In a multipart body, bytes are a text in base64, as in JSON, and no file."""
    file: bool = False
    """In a multipart body, it is a file, so that a text is none."""

    def as_style(self) -> Style | None:
        """Any of the three makes the other two count, by the standard."""
        if self.style is None and self.explode is None and not self.allow_reserved:
            return None
        return Style(self.style, self.explode, self.allow_reserved)


PLAIN = Part()


@dataclass(frozen=True, slots=True)
class Form:
    """Arrays repeat their name and objects are JSON, where no part says otherwise."""

    parts: Mapping[str, Part] = field(default_factory=dict[str, Part])

    def content(self, content_type: str, body: object) -> RequestContent:
        pairs: list[tuple[str, str]] = []
        for name, value in members_of(body).items():
            if value is UNSET or value is None:
                continue
            part = self.parts.get(name, PLAIN)
            with naming("form field", name):
                if (style := part.as_style()) is not None:
                    pairs.extend(style.pairs(name, value, quote_plus))
                    continue
                for item in repeated(value):
                    text = content_text(item, part.content_type or "text/plain")
                    pairs.append((quote_plus(name), quote_plus(text)))
        form = "&".join(f"{name}={text}" for name, text in pairs)
        return RequestContent(content_type, form.encode())


def members_of(body: object) -> Mapping[str, object]:
    """What an object is made of, one level deep: files must stay files."""
    if isinstance(body, Model):
        return members(body)
    if isinstance(body, Mapping):
        return cast("Mapping[str, object]", body)
    raise ValueError("an object is needed: a model or a mapping")


def repeated(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if is_array(value) else (value,)


def is_array(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(
        value, (str, bytes, bytearray, memoryview)
    )
