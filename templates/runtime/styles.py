"""Values in a style that the document names, or as a media type.

Comes in: what the document says (:class:`Style`) and a value. Goes out: the text for
the wire. The rules are RFC 6570's, as OpenAPI uses them; ``docs/parameters.md`` lists
them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast
from urllib.parse import quote, urlencode

from .parameters import (
    Parts,
    Place,
    cookie_name,
    cookie_text,
    exploded,
    flat,
    is_scalar,
    json_text,
    opened,
    parts_of,
    path_texts,
    percent,
    refuse,
    repeated,
    text_of,
)
from .types import UNSET

Quote: TypeAlias = Callable[[str], str]

_FORM = "application/x-www-form-urlencoded"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_TRIPLE = re.compile(r"(%[0-9A-Fa-f]{2})")

# ``allowReserved`` lets reserved characters stand, but not those that would end the
# value ("&", "#"), change it ("+" is read as a blank) or are no part of a query at all.
_RESERVED_IN_QUERY = ":/?@!$'()*,;="
_RESERVED_IN_PATH = ":@!$&'()*+,;="


@dataclass(frozen=True, slots=True)
class Style:
    """How a parameter or a part of a form is written: OpenAPI's ``style`` and
    ``explode``, or the media type of a ``content`` parameter."""

    style: str | None = None
    explode: bool | None = None
    allow_reserved: bool = False
    content_type: str | None = None

    # {% if needs.styles %}
    def write(self, place: Place, name: str, value: object) -> str | None:
        content_type = self.content_type
        if content_type is not None:
            ascii_only = place == "header"
            parts: Parts = content_text(value, content_type, ascii_only=ascii_only)
        elif value is None:
            return None
        elif place == "query":
            pairs = self.pairs(name, value, percent)
            return "&".join(f"{key}={text}" for key, text in pairs)
        else:
            parts = parts_of(value)
        if place == "path":
            return self._path(name, parts)
        if place == "query":
            return f"{percent(name)}={percent(flat(parts)[0])}"
        # {% if needs.cookies %}
        if place == "cookie":
            explode = self.explode is not False
            pairs = _form(name, parts, explode, cookie_text, ",", cookie_name)
            return "; ".join(f"{key}={text}" for key, text in pairs)
        # {% endif %}
        if isinstance(parts, str):
            return parts
        text = _refusing(",", str)
        return _simple(parts, bool(self.explode), text, ",") if parts else None

    def _path(self, name: str, parts: Parts) -> str:
        path_texts(parts)
        safe = _RESERVED_IN_PATH if self.allow_reserved else ""

        def encoded(part: str) -> str:
            return quote(part, safe)

        text: Quote = encoded
        explode = bool(self.explode)
        if self.style == "matrix":
            pairs = _form(name, parts, explode, text, ",")
            return "".join(f";{key}={v}" if v else f";{key}" for key, v in pairs)
        if self.style != "label":
            return _simple(parts, explode, text, ",")
        if explode and not isinstance(parts, str):
            text = _refusing(".", text)
        return "." + _simple(parts, explode, text, ".") if parts else ""

    # {% endif %}
    def pairs(self, name: str, value: object, text: Quote) -> list[tuple[str, str]]:
        """Names and values of a query or a form body, encoded; ``text`` encodes one."""
        if self.style == "deepObject":
            return [(text(key), text(part)) for key, part in _deep(name, value, 0)]
        explode = self.explode is not False
        written, delimiter = text, ","
        if self.allow_reserved:
            written = _allow_reserved if explode else _allow_all_but_comma
        if self.style in ("spaceDelimited", "pipeDelimited"):
            explode = bool(self.explode)
            separator = " " if self.style == "spaceDelimited" else "|"
            delimiter = percent(separator)
            if not explode and not is_scalar(value):
                # The separator is percent-encoded and would look the same inside.
                written = _refusing(separator, written)
        if explode:
            pairs = repeated(name, value)
            return [(text(key), written(part)) for key, part in pairs]
        return _form(name, parts_of(value), explode, written, delimiter, text)


def _form(
    name: str,
    parts: Parts,
    explode: bool,
    text: Quote,
    delimiter: str,
    key: Quote | None = None,
) -> list[tuple[str, str]]:
    key = key or text
    if explode or isinstance(parts, str):
        return [(key(member), text(part)) for member, part in exploded(name, parts)]
    return [(key(name), delimiter.join(map(text, flat(parts))))] if parts else []


def _simple(parts: Parts, explode: bool, text: Quote, separator: str) -> str:
    """``separator`` joins what ``explode`` takes apart."""
    separator = separator if explode else ","
    if isinstance(parts, dict) and explode:
        key = _refusing("=", text)
        return separator.join(f"{key(name)}={text(v)}" for name, v in parts.items())
    return separator.join(map(text, flat(parts)))


def _deep(key: str, value: object, depth: int) -> Iterator[tuple[str, str]]:
    """``key[a][b]=…``; arrays count from 0, which the standard leaves open and which
    keeps items that are objects apart."""
    if depth > 32:
        raise ValueError("the value is nested too deeply")
    value = opened(value)
    members: Iterable[tuple[object, object]]
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value).items()
    elif isinstance(value, list):
        members = enumerate(cast("list[object]", value))
    else:
        yield key, text_of(value)
        return
    for name, member in members:
        if member is not UNSET and member is not None:
            inner = name if isinstance(name, int) else text_of(name)
            yield from _deep(f"{key}[{inner}]", member, depth + 1)


def content_text(value: object, content_type: str, *, ascii_only: bool = False) -> str:
    """``value`` as a text of that media type: JSON, unless it is a primitive value and
    another media type, or an object and a form."""
    media_type = content_type.partition(";")[0].strip().lower()
    if not media_type.endswith("json"):
        value = opened(value)
        if not isinstance(value, (Mapping, list)):
            return text_of(value)
        if media_type == _FORM and isinstance(value, Mapping):
            members = cast("Mapping[str, object]", value).items()
            texts = [
                (name, content_text(each, ""))
                for name, each in members
                if each is not None and each is not UNSET
            ]
            return urlencode(texts)
    text = json_text(cast("Any", value))
    return _NOT_ASCII.sub(_escaped, text) if ascii_only else text


def _escaped(character: re.Match[str]) -> str:
    """As it may stand in a string of JSON."""
    return json.dumps(character[0])[1:-1]


def _allow_reserved(text: str) -> str:
    """Reserved expansion: percent-encoded triples are taken as such."""
    pieces = _TRIPLE.split(text)
    return "".join(
        piece if index % 2 else quote(piece, _RESERVED_IN_QUERY)
        for index, piece in enumerate(pieces)
    )


def _allow_all_but_comma(text: str) -> str:
    return _allow_reserved(text).replace(",", "%2C")


def _refusing(separator: str, text: Quote) -> Quote:
    """Refuse parts that contain what separates them, where it cannot be escaped."""
    return lambda part: text(refuse(separator, part))
