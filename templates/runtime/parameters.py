"""Arguments of a call as text.

Comes in: a path template, and values by wire name. Goes out: text that can stand on the
wire as it is, written in the default style of its place (RFC 6570, as OpenAPI uses it).
Whatever cannot be written so that the receiver reads the same value is an
:class:`ArgumentError`, raised before anything is sent; messages name the parameter and
never show the value.
# {% if needs.styles %}

A parameter of another style brings a :class:`ParameterStyle`.
# {% endif %}
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, Protocol, TypeAlias, cast
from urllib.parse import quote, unquote

from ..errors import ArgumentError
from .codec import Model, encode, members
from .types import UNSET

Place: TypeAlias = Literal["path", "query", "header", "cookie"]

# {% if needs.objects %}
Parts: TypeAlias = str | list[str] | dict[str, str]
"""A value one step from the wire: the text of a primitive, of the items of an array, or
of the members of an object."""
# {% else %}
Parts: TypeAlias = str | list[str]
"""A value one step from the wire: the text of a primitive, or those of an array."""
# {% endif %}

_PATH = re.compile(r"((?:\{[^{}]*\}|[^?#])*)\??((?:\{[^{}]*\}|[^#])*)")
_EXPRESSION = re.compile(r"\{([^{}]+)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NOT_IN_HEADER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]|[^\x00-\xff]")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_COOKIE_NAME = "!#$&'()*+-./:<>?@[]^_`{|}~"
_COOKIE_OCTETS = _COOKIE_NAME + "="
_PATH_LITERAL = "/:@!$&'()*+,;=?~%"


# --- Styles --------------------------------------------------------------------------


class ParameterStyle(Protocol):
    """How a parameter is written where that is not the default of its place."""

    def write(self, place: Place, name: str, value: object) -> str | None:
        """What is to stand in ``place``, encoded; ``None`` for nothing. Never asked
        for ``UNSET``."""
        ...


Styles: TypeAlias = Mapping[tuple[str, str], ParameterStyle]
"""(place, name) → style; what is missing has the default of its place."""


@dataclass(frozen=True, slots=True)
class Styled:
    """A value with the style in which it is to be written."""

    value: object
    style: ParameterStyle

    def write(self, place: Place, name: str) -> str | None:
        return self.style.write(place, name, self.value)


def styled(
    place: Place, values: Mapping[str, object], styles: Styles
) -> dict[str, object]:
    """``values``, those with a style of their own as :class:`Styled`: ``None``, too,
    which is something to a style, but not in a path."""
    result: dict[str, object] = {}
    for name, value in values.items():
        style = styles.get((place, name))
        missing = value is UNSET or (value is None and place == "path")
        result[name] = value if style is None or missing else Styled(value, style)
    return result


# --- Places --------------------------------------------------------------------------


def build_path(template: str, values: Mapping[str, object]) -> str:
    """Fill ``{name}`` in ``template``, percent-encoded.

    A value can never change the path: it stays in its segment, and does not make the
    segment empty, ``.`` or ``..`` under any number of decodings. Control characters,
    ``?`` and ``#`` are refused: nobody means them in a path, and a server behind a
    decoding proxy would cut the path there.
    """
    segments: list[str] = []
    for segment in template.split("/"):
        # Literal text and names take turns.
        pieces = _EXPRESSION.split(segment)
        for index, piece in enumerate(pieces):
            if index % 2 == 0:
                pieces[index] = quote(piece, _PATH_LITERAL)
                continue
            with naming("path parameter", piece):
                value = values.get(piece, UNSET)
                # {% if needs.styles %}
                if isinstance(value, Styled):
                    pieces[index] = value.write("path", piece) or ""
                    continue
                # {% endif %}
                if value is UNSET or value is None:
                    raise ValueError("a value is needed")
                pieces[index] = ",".join(map(percent, path_texts(parts_of(value))))
        filled = "".join(pieces)
        if len(pieces) > 1:
            with naming("path parameter", _EXPRESSION.findall(segment)[-1]):
                if not filled:
                    raise ValueError("the value is empty")
                if _is_dot_segment(filled):
                    raise ValueError("the value would change the path")
        segments.append(filled)
    return "/".join(segments)


def build_query(values: Mapping[str, object]) -> str:
    """The query string, without ``?``, in the order of ``values``.

    ``UNSET``, ``None``, and empty arrays and objects are left out: RFC 6570 calls them
    undefined. An empty string is ``name=``.
    """
    pairs: list[str] = []
    for name, value in _given(values):
        with naming("query parameter", name):
            # {% if needs.styles %}
            if isinstance(value, Styled):
                pairs += filter(None, [value.write("query", name)])
                continue
            # {% endif %}
            # {% if needs.objects %}
            for key, text in repeated(name, value):
                pairs.append(f"{percent(key)}={percent(text)}")
            # {% else %}
            for text in flat(parts_of(value)):
                pairs.append(f"{percent(name)}={percent(text)}")
            # {% endif %}
    return "&".join(pairs)


def path_and_query(path: str) -> tuple[str, str]:
    """A path template without what it says after ``?`` and ``#``, and the former; in
    the names of parameters both are letters like others."""
    found: tuple[str, str] = _PATH.findall(path)[0]
    return found


def fixed_query(
    written: str, path: Mapping[str, object], query: Mapping[str, object]
) -> str:
    """What stands in a path template after ``?``, with what ``path`` gives for it and
    without what ``query`` gives."""
    parts: list[str] = []
    for part in written.split("&"):
        # Literal text and names take turns.
        pieces = _EXPRESSION.split(part)
        given = query.get(unquote(part.partition("=")[0]), UNSET) is not UNSET
        if not given and all(name in path for name in pieces[1::2]):
            for index, piece in enumerate(pieces):
                if index % 2 == 0:
                    pieces[index] = quote(piece, "=%+,;:@/?~!$'()*")
                    continue
                with naming("path parameter", piece):
                    pieces[index] = percent(text_of(path[piece]))
            parts.append("".join(pieces))
    return "&".join(parts)


def build_headers(values: Mapping[str, object]) -> list[tuple[str, str]]:
    """Header fields. Values are not percent-encoded; all of their characters are in
    Latin-1, none is a control character but tab, and none is lost at the edges."""
    headers: list[tuple[str, str]] = []
    for name, value in _given(values):
        with naming("header parameter", name):
            # {% if needs.styles %}
            if isinstance(value, Styled):
                text = value.write("header", name)
            else:
                text = header_text(parts_of(value))
            # {% else %}
            text = header_text(parts_of(value))
            # {% endif %}
            if text is not None:
                headers.append(checked_header(name, text))
    return headers


def build_cookies(values: Mapping[str, object]) -> str:
    """The value of the ``Cookie`` header, or an empty string.

    Only what may not stand in a cookie is percent-encoded, because many servers do not
    decode. Arrays and objects become several cookies.
    """
    cookies: list[str] = []
    for name, value in _given(values):
        with naming("cookie parameter", name):
            # {% if needs.styles %}
            if isinstance(value, Styled):
                cookies += filter(None, [value.write("cookie", name)])
                continue
            # {% endif %}
            for key, text in exploded(name, parts_of(value)):
                cookies.append(f"{cookie_name(key)}={cookie_text(text)}")
    return "; ".join(cookies)


def _given(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if value is not UNSET and value is not None:
            yield name, value


# --- Texts ---------------------------------------------------------------------------


def percent(text: str) -> str:
    return quote(text, "")


def cookie_name(text: str) -> str:
    """Beyond what the standard calls a token: servers read a name up to ``=``, and
    ``session[id]`` is one that many give."""
    return quote(text, _COOKIE_NAME)


def cookie_text(text: str) -> str:
    return quote(text, _COOKIE_OCTETS)


def repeated(name: str, value: object) -> list[tuple[str, str]]:
    """:func:`exploded`, where a name may come again: an array among the members of an
    object repeats its name as well."""
    value = opened(value)
    if not isinstance(value, Mapping):
        return exploded(name, parts_of(value))
    pairs: list[tuple[str, str]] = []
    for key, member in cast("Mapping[object, object]", value).items():
        inner = opened(member)
        items = cast("list[object]", inner) if isinstance(inner, list) else []
        if isinstance(inner, list) and all(map(is_scalar, items)):
            pairs += exploded(text_of(key), parts_of(items))
        else:
            pairs += exploded("", parts_of({key: member}))
    return pairs


def exploded(name: str, parts: Parts) -> list[tuple[str, str]]:
    # {% if needs.objects %}
    """An array repeats its name; an object stands for its members."""
    # {% else %}
    """An array repeats its name."""
    # {% endif %}
    if isinstance(parts, str):
        return [(name, parts)]
    # {% if needs.objects %}
    if isinstance(parts, dict):
        return list(parts.items())
    # {% endif %}
    return [(name, item) for item in parts]


def flat(parts: Parts) -> list[str]:
    # {% if needs.objects %}
    """The texts of an array; of an object, names and values in turn."""
    if isinstance(parts, dict):
        return [text for member in parts.items() for text in member]
    # {% endif %}
    return parts if isinstance(parts, list) else [parts]


def path_texts(parts: Parts) -> list[str]:
    """:func:`flat`, of what may stand in a path."""
    texts = flat(parts)
    for text in texts:
        if _CONTROL.search(text):
            raise ValueError("the value contains a control character")
        if "?" in text or "#" in text:
            raise ValueError("the value contains '?' or '#'")
    return texts


def header_text(parts: Parts) -> str | None:
    """Parts between commas, which no part may contain: there is no escape for them."""
    if isinstance(parts, str):
        return parts
    return ",".join(refuse(",", text) for text in flat(parts)) if parts else None


def refuse(separator: str, text: str) -> str:
    """Return ``text`` if it does not contain what separates it from others."""
    if separator in text:
        raise ValueError(
            f"a part of the value contains {separator!r}, which separates parts"
        )
    return text


def _is_dot_segment(segment: str) -> bool:
    """Whether any server, proxy or normaliser could take part of it for ``..``."""
    decoded = unquote(segment)
    while decoded != segment:
        segment, decoded = decoded, unquote(decoded)
    return any(
        piece.partition(";")[0].strip() in (".", "..")
        for piece in re.split(r"[/\\]", segment)
    )


# --- Values --------------------------------------------------------------------------


def text_of(value: object) -> str:
    """The text of a primitive value; raises ``ValueError`` for others."""
    if value is None or value is UNSET:
        raise ValueError("an item of an array cannot be None or UNSET")
    if isinstance(value, Enum):
        return text_of(value.value)
    if isinstance(value, str):
        if not value.isascii():
            value.encode()  # refuses lone surrogates
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, (float, Decimal)):
        number = Decimal(repr(float(value))) if isinstance(value, float) else value
        if not number.is_finite():
            raise ValueError("the value is not a finite number")
        if abs(number.adjusted()) > 400:
            raise ValueError("the number is too large or too small to be written out")
        return format(number, "f")
    encoded = encode(value)
    if isinstance(encoded, (str, bool, int, float)):
        return text_of(encoded)
    raise ValueError("a text, number, boolean, date or the like is needed")


def parts_of(value: object) -> Parts:
    # {% if needs.objects %}
    """Take a value apart into texts. Members that are ``None`` or ``UNSET`` are left
    out of objects; values nested deeper than that are JSON, as OpenAPI does it for form
    bodies and leaves it open elsewhere."""
    value = opened(value)
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {
            text_of(name): _part_text(member)
            for name, member in members.items()
            if member is not UNSET and member is not None
        }
    if isinstance(value, list):
        return [_part_text(item) for item in cast("list[object]", value)]
    # {% else %}
    """Take an array apart into texts."""
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
        return [text_of(item) for item in cast("Sequence[object]", value)]
    # {% endif %}
    return text_of(value)


def json_text(value: object) -> str:
    """Compact JSON."""
    return json.dumps(
        encode(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def checked_header(name: str, value: str) -> tuple[str, str]:
    """A header field that arrives as it was given, else ``ValueError``."""
    if not _TOKEN.fullmatch(name):
        raise ValueError("this is not the name of a header")
    if _NOT_IN_HEADER.search(value):
        raise ValueError(
            "the value contains a line break, another control character, or a "
            "character outside Latin-1"
        )
    if value != value.strip(" \t"):
        raise ValueError("the value begins or ends with a blank")
    return name, value


@contextmanager
def naming(what: str, name: str | None = None) -> Generator[None, None, None]:
    """Turn a refusal into an :class:`ArgumentError`: "query parameter 'limit': …"."""
    try:
        yield
    except ArgumentError:
        raise
    except UnicodeEncodeError:
        message = "the value contains half of a surrogate pair"
    except (ValueError, TypeError) as error:
        message = str(error)
    except RecursionError:
        message = "the value is nested too deeply, or contains itself"
    else:
        return
    place = what if name is None else f"{what} {name!r}"
    raise ArgumentError(f"{place}: {message}") from None


def opened(value: object) -> object:
    """Models as objects and every sequence as a list; the rest unchanged."""
    if is_scalar(value):
        return value
    if isinstance(value, Mapping):
        return cast("Mapping[object, object]", value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return list(cast("Sequence[object]", value))
    if isinstance(value, Model):
        return members(value)
    opened: object = encode(value)
    return opened


def is_scalar(value: object) -> bool:
    return isinstance(value, (str, bool, int, float, Decimal, Enum))


def _part_text(value: object) -> str:
    value = opened(value)
    if isinstance(value, (Mapping, list)):
        return json_text(cast("Any", value))
    return text_of(value)
