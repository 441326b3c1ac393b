"""Reads request bodies: JSON, forms (``urllib``) and multipart (``werkzeug``).

In: the media types of the document and what came. Out: the JSON value that was meant,
texts and files being what they are, or :class:`Unreadable`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote_plus

from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from tests.judge.documents import Document, Node
from tests.judge.parameters import Parameter, Reader, Unreadable, is_json, query_pairs
from tests.judge.validation import Validation


class BodyReader:
    """Reads the bodies of one document."""

    def __init__(
        self, document: Document, validation: Validation, reader: Reader
    ) -> None:
        self.document = document
        self.validation = validation
        self.reader = reader

    def read(self, contents: Node, content_type: str, body: bytes) -> Any:
        """The value of ``body`` after the ``content`` map it is of."""
        received, options = parse_options_header(content_type)
        media = self._media(contents, content_type, received)
        if media is None:
            documented = ", ".join(contents.value)
            raise Unreadable(f"media type {received or 'missing'}, not {documented}")
        media = self.document.resolve(media)
        schema = media.get("schema")
        if is_json(received):
            return self._json(schema, body)
        if received == "application/x-www-form-urlencoded":
            return self._first(schema, lambda branch: self._form(media, branch, body))
        if received.startswith("multipart/"):
            boundary = options.get("boundary")
            if not boundary:
                raise Unreadable("a multipart body without boundary")
            return self._first(
                schema,
                lambda branch: self._multipart(media, branch, parts_of(body, boundary)),
            )
        if received.startswith("text/") and schema is not None:
            text = body.decode(options.get("charset", "utf-8"))
            return self.reader.typed(schema, text) if _is_text(self, schema) else text
        return body

    def _media(self, contents: Node, whole: str, received: str) -> Node | None:
        if whole in contents.value:
            return contents[whole]
        for name in contents.value:
            if name.partition(";")[0].strip().lower() == received.lower():
                return contents[name]
        for name in contents.value:
            kind, _, subtype = name.partition(";")[0].strip().partition("/")
            if kind == "*" or (subtype == "*" and received.startswith(kind + "/")):
                return contents[name]
            if subtype == "*+json" and is_json(received):
                return contents[name]
        return None

    def _first(self, schema: Node | None, read: Callable[[Node | None], Any]) -> Any:
        """What the first branch of a union makes of a form; of another schema, it."""
        whole = None if schema is None else self.document.resolve(schema)
        branches: list[Node] = []
        for keyword in ("oneOf", "anyOf"):
            branches += [] if whole is None else [b for _, b in whole.items(keyword)]
        if not branches or whole is None or "properties" in whole.value:
            return read(schema)
        problem = Unreadable("no branch")
        for branch in branches:
            try:
                return read(branch)
            except Unreadable as error:
                problem = error
        raise problem

    def _json(self, schema: Node | None, body: bytes) -> Any:
        try:
            value = json.loads(body)
        except ValueError as error:
            raise Unreadable(f"the body is not JSON: {error}") from None
        errors = self.validation.errors(schema, value, "in") if schema else []
        if errors:
            raise Unreadable(f"the body: {errors[0]}")
        return value

    def _form(self, media: Node, schema: Node | None, body: bytes) -> Any:
        try:
            pairs = query_pairs(body.decode("ascii"))
        except UnicodeDecodeError:
            raise Unreadable("a form that is not ASCII") from None
        used: set[int] = set()
        result: dict[str, Any] = {}
        names, _ = self.reader.properties(schema)
        encodings = dict(media.items("encoding"))
        for name in sorted(names):
            parameter = self._property(name, schema, encodings.get(name))
            value = self.reader.query(parameter, pairs, used)
            if value is not ...:
                result[name] = value
        for index, (raw_name, _) in enumerate(pairs):
            if index not in used:
                name = unquote_plus(raw_name)
                parameter = self._property(name, schema, None)
                result[name] = self.reader.query(parameter, pairs, used)
        return self._whole(schema, result)

    def _property(
        self, name: str, schema: Node | None, encoding: Node | None
    ) -> Parameter:
        settings: dict[str, Any] = {} if encoding is None else encoding.value
        inner = self.reader.property_schema(schema, name)
        styled = settings.keys() & {"style", "explode", "allowReserved"}
        kinds = self.reader.kinds(inner)
        media_type = settings.get("contentType")
        if not styled and media_type is None and "object" in kinds:
            media_type = "application/json"
        if media_type is not None and not is_json(media_type):
            media_type = None
        style = settings.get("style", "form")
        return Parameter(
            name=name,
            place="query",
            required=False,
            style=style,
            explode=settings.get("explode", style == "form"),
            schema=inner,
            media_type=None if styled or "array" in kinds else media_type,
        )

    def _multipart(self, media: Node, schema: Node | None, parts: list[Part]) -> Any:
        encodings = dict(media.items("encoding"))
        if schema is not None and self.reader.kinds(schema) == {"array"}:
            # Names have no meaning where the document has none.
            inner = self.reader.item_schema(schema)
            return self._whole(
                schema, [self._part(each, inner, None) for each in parts]
            )
        result = self._styled(parts, schema, encodings)
        found: dict[str, list[Any]] = {}
        for part in parts:
            inner = self.reader.property_schema(schema, part.name)
            if inner is not None and "array" in self.reader.kinds(inner):
                inner = self.reader.item_schema(inner) or inner
            found.setdefault(part.name, []).append(
                self._part(part, inner, encodings.get(part.name))
            )
        for name, values in found.items():
            inner = self.reader.property_schema(schema, name)
            kinds = set() if inner is None else self.reader.kinds(inner)
            is_array = "array" in kinds and (
                len(values) > 1 or kinds - {"null"} == {"array"}
            )
            is_array = is_array and not (
                len(values) == 1 and isinstance(values[0], list)
            )
            if len(values) > 1 and not is_array and inner is not None:
                raise Unreadable(f"the part {name!r} came {len(values)} times")
            result[name] = values if is_array or len(values) > 1 else values[0]
        return self._whole(schema, result)

    def _styled(
        self, parts: list[Part], schema: Node | None, encodings: dict[str, Node]
    ) -> dict[str, Any]:
        """Properties whose encoding has a style: their parts, which are taken out of
        ``parts``, are pairs as in a query. 3.0 knows styles in forms alone."""
        result: dict[str, Any] = {}
        styles = {"style", "explode", "allowReserved"}
        for name, encoding in encodings.items():
            if self.document.is_30 or not encoding.value.keys() & styles:
                continue
            pairs = [(quote(each.name), quote(each.content)) for each in parts]
            if (
                encoding.value.get("explode", True) is False
                and "style" in encoding.value
            ):
                separators = {"spaceDelimited": " ", "pipeDelimited": "|"}
                separator = separators.get(encoding.value["style"], ",")
                pairs = [
                    (quote(each.name), quote(each.content, safe=separator))
                    for each in parts
                ]
            used: set[int] = set()
            parameter = self._property(name, schema, encoding)
            value = self.reader.query(parameter, pairs, used)
            if value is not ...:
                result[name] = value
            parts[:] = [each for i, each in enumerate(parts) if i not in used]
        return result

    def _part(self, part: Part, schema: Node | None, encoding: Node | None) -> Any:
        expected = None if encoding is None else encoding.value.get("contentType")
        received = parse_options_header(part.content_type or "text/plain")[0]
        if isinstance(expected, str) and part.content_type is not None:
            allowed = [each.split(";")[0].strip() for each in expected.split(",")]
            if not any(_fits(received, each) for each in allowed):
                raise Unreadable(
                    f"the part {part.name!r} is {received}, not {expected}"
                )
        if is_json(received):
            try:
                return json.loads(part.content)
            except ValueError as error:
                raise Unreadable(f"the part {part.name!r}: {error}") from None
        if received == "application/x-www-form-urlencoded" and schema is not None:
            return self._form(schema, schema, part.content)
        if expected is not None and "xml" in expected:
            return Opaque(part.content)
        if part.is_file or not received.startswith("text/plain"):
            return part.content
        text = part.content.decode("utf-8", "surrogateescape")
        for reading in self.reader.readings(schema, text, 1):
            if schema is None or self.validation.is_valid(schema, reading, "in"):
                return reading
        return text

    def is_binary(self, schema: Node) -> bool:
        """Whether a schema says that a value is raw bytes."""
        value = self.document.resolve(schema).value
        return isinstance(value, dict) and value.get("format") in ("binary", "file")

    def _whole(self, schema: Node | None, value: Any) -> Any:
        if isinstance(value, dict) and any(
            isinstance(v, Opaque) for v in value.values()
        ):
            return value
        errors = self.validation.errors(schema, _texts(value), "in") if schema else []
        if errors:
            raise Unreadable(f"the body: {errors[0]}")
        return value


class Opaque(bytes):
    """Text of a language that the judge cannot read, such as XML."""


class Part:
    """A part of a multipart body."""

    def __init__(self, headers: Headers, name: str, filename: str | None) -> None:
        self.name = name
        self.headers = headers
        self.filename = filename
        self.content = b""

    @property
    def is_file(self) -> bool:
        return self.filename is not None

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")


def parts_of(body: bytes, boundary: str) -> list[Part]:
    """The parts, read by werkzeug."""
    decoder = MultipartDecoder(boundary.encode("latin-1"))
    found: list[Part] = []
    try:
        decoder.receive_data(body)
        decoder.receive_data(None)
        for event in _events(decoder):
            if isinstance(event, Field):
                found.append(Part(event.headers, event.name, None))
            elif isinstance(event, File):
                found.append(Part(event.headers, event.name, event.filename))
            elif isinstance(event, Data):
                found[-1].content += event.data
    except ValueError as error:
        raise Unreadable(f"a broken multipart body: {error}") from None
    return found


def _events(decoder: MultipartDecoder) -> Iterable[object]:
    while True:
        event = decoder.next_event()
        yield event
        if isinstance(event, Epilogue):
            return


def _fits(received: str, allowed: str) -> bool:
    kind, _, subtype = allowed.partition("/")
    return (
        allowed in ("*/*", received)
        or (subtype == "*" and received.startswith(kind + "/"))
        or not allowed
    )


def _is_text(bodies: BodyReader, schema: Node) -> bool:
    return not bodies.reader.kinds(schema) & {"object", "array"}


def _texts(value: Any) -> Any:
    """``value`` with files as texts, which is what schemas say they are."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return base64.b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {name: _texts(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_texts(each) for each in value]
    return value
