"""Words of the document that belong to a vocabulary: formats, media types, paths.

In: :class:`Text`. Out: words of ours, or pieces of text. Nothing else in ``lower``
looks inside a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Literal

from specpress import ir
from specpress.openapi import JsonType, ObjectValue, Value
from specpress.text import Text, lowered, reveal

# OpenAPI 3.1 section 4.4 and the format registry of the OpenAPI Initiative. Formats
# that are not here stay what their type says: a ``str`` for ``uri`` or ``email``.
_STRING_FORMATS: dict[str, ir.Scalar] = {
    "date-time": "datetime",
    "date": "date",
    "time": "time",
    "uuid": "UUID",
    "byte": "bytes",
    "base64": "bytes",
    "decimal": "Decimal",
}


def string_scalar(format_: Text | None, content_encoding: Text | None) -> ir.Scalar:
    """Return the type of a JSON string with this format."""
    if format_ is not None and (known := _STRING_FORMATS.get(reveal(format_))):
        return known
    if content_encoding is not None and reveal(content_encoding).lower() == "base64":
        return "bytes"
    return "str"


def is_decimal(format_: Text | None) -> bool:
    """Tell whether the format asks for more digits than a float has."""
    return format_ is not None and reveal(format_) == "decimal"


def is_binary(format_: Text | None) -> bool:
    """Tell whether the format says that the value is raw bytes."""
    return format_ is not None and reveal(format_) in ("binary", "file")


def is_raw_content(media_type: Text) -> bool:
    """Tell whether ``contentMediaType`` says that a string stands for raw bytes."""
    return media_kind(media_type) in ("binary", "multipart")


MediaKind = Literal["json", "form", "multipart", "text", "binary", "xml"]

_TEXT_SUBTYPES = {"yaml", "x-yaml", "javascript", "graphql", "x-ndjson", "jsonl"}


def media_kind(media_type: Text) -> MediaKind:
    """Return how a body of ``media_type`` is read and written.

    Ranges count too: ``application/*`` and ``*/*`` are read as JSON, which is what
    documents that write them mean (OpenAPI 3.1 section 4.8.14).
    """
    name = reveal(media_type).partition(";")[0].strip().lower()
    main, _, sub = name.partition("/")
    if main == "multipart":
        return "multipart"
    if name == "application/x-www-form-urlencoded":
        return "form"
    if name in ("*/*", "application/*") or sub == "json" or sub.endswith("+json"):
        return "json"
    if sub == "xml" or sub.endswith("+xml"):
        return "xml" if main != "image" else "binary"
    if main == "text" or sub in _TEXT_SUBTYPES or sub.endswith("+yaml"):
        return "text"
    return "binary"


_FILES = frozenset({"image", "audio", "video", "font", "model"})
_FILE_WORD = re.compile(
    r"\b(7z|archive|avro|binary|bzip2?|cbor|compressed|cose|dicom|diskimage|download|"
    r"excel|grpc|gtar|gzip|image|ms|msgpack|msword|ocsp|octet|opendocument|"
    r"openxmlformats|pack|parquet|pdf|pkcs10|pkcs12|pkcs7|pkcs8|pkix|pkpass|protobuf|"
    r"rar|rpm|sqlite3|stream|tar|tile|wasm|x509|xz|zip|zstd)\b"
)


def is_file(media_type: Text) -> bool:
    """Tell whether what is neither JSON nor text by its media type is a file, even if
    the schema says no more than ``type: string``, as many documents do."""
    name = reveal(media_type).partition(";")[0].strip().lower()
    main, _, sub = name.partition("/")
    if name == "image/svg+xml":
        return False
    return main in _FILES or "*" in name or _FILE_WORD.search(sub) is not None


def is_plain_json(media_type: Text) -> bool:
    """Tell whether this is the one spelling people mean by JSON."""
    return media_kind(media_type) == "json"


def is_unspecific(media_type: Text) -> bool:
    """Tell whether the media type names nothing in particular (``*/*``)."""
    return "*" in reveal(media_type)


def is_any_kind(media_type: Text) -> bool:
    """Tell whether the media type leaves open even whether it is JSON: ``*/*``, but not
    ``application/*+json``."""
    return is_unspecific(media_type) and "+" not in reveal(media_type)


def is_multipart_form(media_type: Text) -> bool:
    """Tell whether the parts of a body have names."""
    return reveal(media_type).partition(";")[0].strip().lower() == "multipart/form-data"


def lacks_boundary(media_type: Text) -> bool:
    """Tell whether a body that is multipart cannot be read by its media type alone."""
    parameters = "".join(reveal(media_type).lower().split()).split(";")[1:]
    return media_kind(media_type) == "multipart" and not any(
        parameter.startswith("boundary=") for parameter in parameters
    )


def header_is_reserved(name: Text) -> bool:
    """Tell whether a header parameter of this name is to be ignored (OpenAPI 3.1
    section 4.8.12.2.1)."""
    return reveal(name).lower() in ("accept", "content-type", "authorization")


def header_key(name: Text) -> Text:
    """Return what all spellings of a header's name have in common: for HTTP their case
    means nothing."""
    return lowered(name)


def same_header(one: Text, other: Text) -> bool:
    """Compare two header names the way HTTP does."""
    return header_key(one) == header_key(other)


_MADE_FOR_EACH_REQUEST = re.compile(
    "concealed|digest|dpop|gnap|hawk|hoba|mutual|negotiate|ntlm|signature"
    "|scram-.*|aws4-.*|.*hmac.*",
    re.IGNORECASE,
)


def is_made_for_each_request(http_scheme: Text) -> bool:
    """Tell whether what follows the name of an HTTP authentication scheme answers a
    challenge or signs the request."""
    return _MADE_FOR_EACH_REQUEST.fullmatch(reveal(http_scheme)) is not None


def is_relative(url: Text) -> bool:
    """Tell whether a server URL lacks a scheme and host."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|\{", reveal(url)) is None


def has_query(url: Text) -> bool:
    """Tell whether a server URL has more than a path after it, so that no path of an
    operation can follow."""
    return re.search(r"[?#]", reveal(url)) is not None


def with_variables(url: Text, names: Mapping[Text, Text]) -> Text:
    """Return a server URL with its variables called as ``names`` says."""

    def renamed(variable: re.Match[str]) -> str:
        name = Text(variable[1])
        return "{" + reveal(names.get(name, name)) + "}"

    return Text(re.sub(r"\{([^{}]*)\}", renamed, reveal(url)))


def path_segments(path: Text) -> tuple[tuple[Text, bool], ...]:
    """Return the segments of a path: (text, whether it is a parameter).

    ``/users/{id}.json`` gives (users, False), (id, True).
    """
    found: list[tuple[Text, bool]] = []
    for segment in reveal(path).split("/"):
        if not segment:
            continue
        names = re.findall(r"\{([^{}]*)\}", segment)
        if names:
            found.extend((Text(name), True) for name in names)
        else:
            found.append((Text(segment), False))
    return tuple(found)


_VERSION = re.compile(r"api|rest|v?\d+([._-]\d+)*((alpha|beta|rc)\d*)?", re.IGNORECASE)


def version_segments(path: Text) -> tuple[Text, ...]:
    """Return the segments that a path begins with and that say nothing of what it is
    about: ``api`` and ``v1`` of ``/api/v1/pets``."""
    found: list[Text] = []
    for text, is_parameter in path_segments(path):
        if is_parameter or not _VERSION.fullmatch(reveal(text)):
            break
        found.append(text)
    return tuple(found)


def path_parameters(path: Text) -> tuple[Text, ...]:
    """Return the names between braces, in the order of the path, without repeats."""
    names = re.findall(r"\{([^{}]*)\}", reveal(path))
    return tuple(Text(name) for name in dict.fromkeys(names))


def without_tag(operation_id: Text, tag: Text | None) -> Text:
    """Return an operation id without the tag that some documents put before it
    (``issues/list``, ``Pets.get``)."""
    name = reveal(operation_id)
    if tag is None:
        return operation_id
    match = re.match(re.escape(reveal(tag)) + r"[/._:-]+(?=.)", name, re.IGNORECASE)
    return Text(name[match.end() :]) if match else operation_id


_TYPE_OF_VALUE: tuple[tuple[type, JsonType], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (Text, "string"),
    (tuple, "array"),
)


def json_text(value: Value, longest: int) -> Text:
    """Return ``value`` as JSON, cut after ``longest`` characters."""
    written = json.dumps(_bare(value), ensure_ascii=False)
    return Text(written if len(written) <= longest else f"{written[:longest]} …")


def _bare(value: Value) -> object:
    if isinstance(value, Text):
        return reveal(value)
    if isinstance(value, tuple):
        return [_bare(item) for item in value]
    if isinstance(value, ObjectValue):
        return {reveal(name): _bare(item) for name, item in value.members}
    return value


def json_type(value: object) -> JsonType:
    """Return the JSON type of a value of the document."""
    if value is None:
        return "null"
    for kind, name in _TYPE_OF_VALUE:
        if isinstance(value, kind):
            return name
    return "object"


def pointer_words(token: str) -> Text:
    """Return a token of a JSON pointer as the document text that it is."""
    return Text(token)


def file_stem(file: str) -> Text:
    """Return the name of a file of the document without folder and extension."""
    return Text(file.rpartition("/")[2].partition(".")[0])


def status_sort_key(status: str) -> tuple[int, str]:
    """Order statuses: exact ones, then ranges, then ``default``."""
    if status == "default":
        return (2, status)
    return (1 if status.endswith("XX") else 0, status)
