"""Arguments of a call as text in the path, the query, headers and cookies.

Comes in: a path template, values by wire name, and how the document wants them written
(:class:`Style`, only where it is not the default of the place). Goes out: text that can
stand on the wire as it is. Whatever cannot be written so that the receiver reads the
same value is an :class:`ArgumentError`, raised before anything is sent; messages name
the parameter and never show the value. Putting a request together is for the client.

The rules are RFC 6570's, as OpenAPI uses them; ``docs/parameters.md`` lists them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias, cast
from urllib.parse import quote, unquote

from ..errors import ArgumentError
from .codec import Model, encode, members
from .operations import Style
from .types import UNSET

Styles: TypeAlias = Mapping[tuple[str, str], Style]
"""(place, name) → style; what is missing has the default of its place."""

Parts: TypeAlias = str | list[str] | dict[str, str]
"""A value one step from the wire: the text of a primitive, of the items of an array, or
of the members of an object."""

Quote: TypeAlias = Callable[[str], str]

_DEFAULT = Style()

_EXPRESSION = re.compile(r"\{([^{}]+)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NOT_IN_HEADER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]|[^\x00-\xff]")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TRIPLE = re.compile(r"(%[0-9A-Fa-f]{2})")

# ``allowReserved`` lets reserved characters stand, but not those that would end the
# value ("&", "#"), change it ("+" is read as a blank) or are no part of a query at all.
_RESERVED_IN_QUERY = ":/?@!$'()*,;="
_RESERVED_IN_PATH = ":@!$&'()*+,;="
_COOKIE_NAME = "!#$&'*+-.^_`|~"
_COOKIE_OCTETS = "!#$&'()*+-./:<=>?@[]^_`{|}~"
_PATH_LITERAL = "/:@!$&'()*+,;=?~%"


# --- The four places -----------------------------------------------------------------


def build_path(template: str, values: Mapping[str, object], styles: Styles) -> str:
    """Fill ``{name}`` in ``template``, percent-encoded.

    A value can never change the path: it stays in its segment, is not empty, and does
    not make the segment ``.`` or ``..`` under any number of decodings. Control
    characters, ``?`` and ``#`` are refused: nobody means them in a path, and a server
    behind a decoding proxy would cut the path there.
    """
    segments: list[str] = []
    for segment in template.split("/"):
        pieces: list[str] = []
        end = 0
        for expression in _EXPRESSION.finditer(segment):
            name = expression[1]
            pieces.append(quote(segment[end : expression.start()], _PATH_LITERAL))
            with naming("path parameter", name):
                value = values.get(name, UNSET)
                style = styles.get(("path", name), _DEFAULT)
                pieces.append(_path_text(name, value, style))
            end = expression.end()
        pieces.append(quote(segment[end:], _PATH_LITERAL))
        filled = "".join(pieces)
        if end and _is_dot_segment(filled):
            raise ArgumentError(
                f"path parameter {_EXPRESSION.findall(segment)[-1]!r}: "
                "the value would change the path"
            )
        segments.append(filled)
    return "/".join(segments)


def build_query(values: Mapping[str, object], styles: Styles) -> str:
    """The query string, without ``?``, in the order of ``values``.

    ``UNSET``, ``None``, and empty arrays and objects are left out: RFC 6570 calls them
    undefined. An empty string is ``name=``.
    """
    pairs: list[str] = []
    for name, value in values.items():
        style = styles.get(("query", name), _DEFAULT)
        if _is_absent(value, style):
            continue
        with naming("query parameter", name):
            if style.content_type is not None:
                text = content_text(value, style.content_type)
                pairs.append(f"{percent(name)}={percent(text)}")
            else:
                written = styled_pairs(name, value, style, percent)
                pairs.extend(f"{key}={text}" for key, text in written)
    return "&".join(pairs)


def build_headers(
    values: Mapping[str, object], styles: Styles
) -> list[tuple[str, str]]:
    """Header fields. Values are not percent-encoded; all of their characters are in
    Latin-1, none is a control character but tab, and none is lost at the edges."""
    headers: list[tuple[str, str]] = []
    for name, value in values.items():
        style = styles.get(("header", name), _DEFAULT)
        if _is_absent(value, style):
            continue
        with naming("header parameter", name):
            if style.content_type is not None:
                text = content_text(value, style.content_type, ascii_only=True)
            else:
                parts = parts_of(value)
                if not parts and not isinstance(parts, str):
                    continue
                text = _simple(parts, bool(style.explode), _refusing(","))
            headers.append(checked_header(name, text))
    return headers


def build_cookies(values: Mapping[str, object], styles: Styles) -> str:
    """The value of the ``Cookie`` header, or an empty string.

    Only what may not stand in a cookie is percent-encoded, because many servers do not
    decode. Exploded arrays and objects become several cookies.
    """
    cookies: list[str] = []
    for name, value in values.items():
        style = styles.get(("cookie", name), _DEFAULT)
        if _is_absent(value, style):
            continue
        with naming("cookie parameter", name):
            if style.content_type is not None:
                parts: Parts = content_text(value, style.content_type)
            else:
                parts = parts_of(value)
            explode = style.explode is not False
            pairs = _form(name, parts, explode, _cookie_quote, ",", _cookie_name)
            cookies.extend(f"{key}={text}" for key, text in pairs)
    return "; ".join(cookies)


# --- Styles --------------------------------------------------------------------------


def styled_pairs(
    name: str, value: object, style: Style, text: Quote
) -> list[tuple[str, str]]:
    """Names and values of a query or a form body, encoded; ``text`` encodes one."""
    kind = style.style or "form"
    if kind == "deepObject":
        return [(text(key), text(part)) for key, part in _deep(name, value, 0)]
    delimiter = ","
    explode = style.explode
    written = text
    if style.allow_reserved:
        written = _allow_reserved if explode is not False else _allow_all_but_comma
    if kind in ("spaceDelimited", "pipeDelimited"):
        explode = bool(explode)
        delimiter = "%20" if kind == "spaceDelimited" else "%7C"
        if not explode and not _is_scalar(value):
            # The separator is percent-encoded itself and would look the same inside.
            written = _refusing(unquote(delimiter), written)
    return _form(name, parts_of(value), explode is not False, written, delimiter, text)


def _form(
    name: str,
    parts: Parts,
    explode: bool,
    text: Quote,
    delimiter: str,
    key: Quote | None = None,
) -> list[tuple[str, str]]:
    key = key or text
    if isinstance(parts, str):
        return [(key(name), text(parts))]
    if not parts:
        return []
    if isinstance(parts, list):
        if explode:
            return [(key(name), text(item)) for item in parts]
        return [(key(name), delimiter.join(map(text, parts)))]
    if explode:
        return [(key(member), text(item)) for member, item in parts.items()]
    flat = (text(part) for member in parts.items() for part in member)
    return [(key(name), delimiter.join(flat))]


def _simple(
    parts: Parts, explode: bool, text: Quote, separator: str | None = None
) -> str:
    """``separator`` joins what ``explode`` takes apart."""
    if isinstance(parts, str):
        return parts if separator is None else text(parts)
    separator = separator if separator is not None and explode else ","
    if isinstance(parts, list):
        return separator.join(map(text, parts))
    if explode:
        key = _refusing("=", text)
        return separator.join(f"{key(k)}={text(v)}" for k, v in parts.items())
    return separator.join(text(part) for member in parts.items() for part in member)


def _deep(key: str, value: object, depth: int) -> Iterator[tuple[str, str]]:
    """``key[a][b]=…``; arrays count from 0, which the standard leaves open and which
    keeps items that are objects apart."""
    if depth > 32:
        raise ValueError("the value is nested too deeply")
    value = _opened(value)
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


def _path_text(name: str, value: object, style: Style) -> str:
    if value is UNSET or value is None:
        raise ValueError("a value is needed")
    if style.content_type is not None:
        parts: Parts = content_text(value, style.content_type)
    else:
        parts = parts_of(value)
    for part in _texts(parts):
        if _CONTROL.search(part):
            raise ValueError("the value contains a control character")
        if "?" in part or "#" in part:
            raise ValueError("the value contains '?' or '#'")
    safe = _RESERVED_IN_PATH if style.allow_reserved else ""

    def encoded(part: str) -> str:
        return quote(part, safe)

    text: Quote = encoded
    explode = bool(style.explode)
    kind = style.style or "simple"
    if not parts and (kind != "matrix" or not isinstance(parts, str)):
        raise ValueError("the value is empty")
    if kind == "label":
        if explode and not isinstance(parts, str):
            text = _refusing(".", text)
        return "." + _simple(parts, explode, text, ".")
    if kind == "matrix":
        pairs = _form(name, parts, explode, text, ",")
        return "".join(f";{k}={v}" if v else f";{k}" for k, v in pairs)
    filled = _simple(parts, explode, text, ",")
    if not filled:
        raise ValueError("the value is empty")
    return filled


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
    if value is None or value is UNSET:
        raise ValueError("an item of an array cannot be None or UNSET")
    encoded = encode(value)
    if isinstance(encoded, (str, bool, int, float)):
        return text_of(encoded)
    raise ValueError("a text, number, boolean, date or the like is needed")


def parts_of(value: object) -> Parts:
    """Take a value apart into texts. Members that are ``None`` or ``UNSET`` are left
    out of objects; values nested deeper than that are JSON, as OpenAPI does it for form
    bodies and leaves it open elsewhere."""
    value = _opened(value)
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {
            text_of(name): _part_text(member)
            for name, member in members.items()
            if member is not UNSET and member is not None
        }
    if isinstance(value, list):
        return [_part_text(item) for item in cast("list[object]", value)]
    return text_of(value)


def content_text(value: object, content_type: str, *, ascii_only: bool = False) -> str:
    """``value`` as a text of that media type: JSON, unless it is a primitive value and
    another media type."""
    media_type = content_type.partition(";")[0].strip().lower()
    if not media_type.endswith("json"):
        value = _opened(value)
        if not isinstance(value, (Mapping, list)):
            return text_of(value)
    return json_text(cast("Any", value), ascii_only=ascii_only)


def json_text(value: object, *, ascii_only: bool = False) -> str:
    """Compact JSON; raises ``ValueError`` where JSON has no such value."""
    try:
        text = json.dumps(
            encode(value),
            ensure_ascii=ascii_only,
            separators=(",", ":"),
            allow_nan=False,
        )
        if not ascii_only and not text.isascii():
            text.encode()  # refuses lone surrogates
        return text
    except RecursionError:
        raise ValueError("the value is nested too deeply, or contains itself") from None
    except TypeError as error:
        raise ValueError(str(error)) from None


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
def naming(what: str, name: str) -> Generator[None, None, None]:
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
    raise ArgumentError(f"{what} {name!r}: {message}") from None


def _opened(value: object) -> object:
    """Models as objects and every sequence as a list; the rest unchanged."""
    if _is_scalar(value):
        return value
    if isinstance(value, Mapping):
        return cast("Mapping[object, object]", value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return list(cast("Sequence[object]", value))
    if isinstance(value, Model):
        return members(value)
    opened: object = encode(value)
    return opened


def _is_scalar(value: object) -> bool:
    return isinstance(value, (str, bool, int, float, Decimal, Enum))


def _part_text(value: object) -> str:
    opened = _opened(value)
    if isinstance(opened, (Mapping, list)):
        return json_text(cast("Any", opened))
    return text_of(opened)


def _texts(parts: Parts) -> Iterator[str]:
    if isinstance(parts, str):
        yield parts
    elif isinstance(parts, list):
        yield from parts
    else:
        for member in parts.items():
            yield from member


def _is_absent(value: object, style: Style) -> bool:
    return value is UNSET or (value is None and style.content_type is None)


# --- Encodings of one text -----------------------------------------------------------


def percent(text: str) -> str:
    return quote(text, "")


def _allow_reserved(text: str) -> str:
    """Reserved expansion: percent-encoded triples are taken as such."""
    pieces = _TRIPLE.split(text)
    return "".join(
        piece if index % 2 else quote(piece, _RESERVED_IN_QUERY)
        for index, piece in enumerate(pieces)
    )


def _allow_all_but_comma(text: str) -> str:
    return _allow_reserved(text).replace(",", "%2C")


def _cookie_quote(text: str) -> str:
    return quote(text, _COOKIE_OCTETS)


def _cookie_name(text: str) -> str:
    return quote(text, _COOKIE_NAME)


def _refusing(separators: str, text: Quote = str) -> Quote:
    """Refuse parts that contain what separates them, where it cannot be escaped."""

    def refuse(part: str) -> str:
        for separator in separators:
            if separator in part:
                raise ValueError(
                    f"a part of the value contains {separator!r}, which separates parts"
                )
        return text(part)

    return refuse
