"""What an answer means: its body as text, its result, or the error it is.

Comes in: status, headers and the bytes of a body. Goes out: a value of the documented
type with the deviations from it, or an exception of the package. Nothing here waits
for the network, so both clients share all of it.
"""

from __future__ import annotations

import json
import logging
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, NoReturn, TypeVar, cast

from .. import errors
from .codec import Deviation, TooDeep, UnknownVariant, decode
from .http import Headers, RateLimit
from .operations import API, JSON, Answers, Content, Operation, RateLimitHeaders, Raw

T = TypeVar("T")

_PIECE = 1 << 20

_TEXT_CHARSETS = re.compile(
    r"utf-?(8|16|32)([-_]?[bl]e)?|(us-)?ascii|latin-?1|iso-8859-\d+|windows-125\d|"
    r"cp\d+|koi8-[ru]|shift_jis|euc-(jp|kr)|iso-2022-jp|gb(2312|k|18030)|big5",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ApiResponse(Generic[T]):
    """A result together with the answer it came from."""

    parsed: T
    status: int
    headers: Headers
    request_id: str | None
    deviations: list[Deviation]
    """Where the answer contradicts the document."""
    rate_limit: RateLimit
    attempts: int
    replayed: bool
    """Whether the API repeated the answer to an earlier call with the same key."""


# --- Bytes ---------------------------------------------------------------------------


class BodyReader:
    """Decompresses a body, and stops at ``limit`` decoded bytes.

    What is wrong with the body is said in ``problem``; what came before it stays.
    """

    def __init__(self, headers: Headers, limit: int) -> None:
        self.problem: str | None = None
        self._limit = limit
        self._size = 0
        self._parts: list[bytes] = []
        self._started = False
        self._inflate: Any = None
        coding = headers.get("content-encoding", "").strip().lower()
        self._is_gzip = coding in ("gzip", "x-gzip")
        if self._is_gzip:
            self._inflate = zlib.decompressobj(31)
        elif coding == "deflate":
            self._inflate = zlib.decompressobj()
        elif coding not in ("", "identity"):
            self.problem = f"it is compressed as {coding[:20]!r}"

    def collect(self, chunk: bytes) -> bool:
        """Keep a piece; ``False`` when there is no use in further ones."""
        self._parts.append(self.feed(chunk))
        return self.problem is None

    def feed(self, chunk: bytes) -> bytes:
        """Decode a piece without keeping it."""
        if self.problem is not None:
            return b""
        if self._inflate is None:
            return self._counted(chunk)
        parts: list[bytes] = []
        while self.problem is None:
            # A small piece at a time, so that a bomb is seen before it is in memory.
            bound = min(self._limit - self._size + 1, _PIECE)
            try:
                part = self._inflate.decompress(chunk, bound)
            except zlib.error as error:
                if self._started or self._is_gzip:
                    self.problem = f"its compression is broken: {error}"
                    break
                # Some servers call the bare format "deflate".
                self._inflate, self._started = zlib.decompressobj(-15), True
                continue
            self._started = self._started or bool(chunk)
            parts.append(self._counted(part))
            chunk = self._inflate.unconsumed_tail
            if self._inflate.eof:
                chunk = self._inflate.unused_data
                if not self._is_gzip or not chunk.startswith(b"\x1f\x8b"):
                    break
                self._inflate = zlib.decompressobj(31)
            elif not chunk and len(part) < bound:
                break
        return b"".join(parts)

    def _counted(self, part: bytes) -> bytes:
        self._size += len(part)
        if self._size <= self._limit:
            return part
        self.problem = f"it is larger than {self._limit} bytes"
        return part[: self._limit - self._size]

    def end(self) -> None:
        """The body is over; it may be cut off inside its compression."""
        if self._inflate is not None and self._started and not self._inflate.eof:
            self.problem = self.problem or "it is cut off"

    def content(self) -> bytes:
        return b"".join(self._parts)


# --- Text and JSON -------------------------------------------------------------------


def media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def charset(headers: Headers) -> str:
    """Of ``Content-Type``; UTF-8 where it names none, or none that is text."""
    match = re.search(
        r'charset\s*=\s*"?([\w.:-]+)', headers.get("content-type", ""), re.IGNORECASE
    )
    name = match[1] if match else ""
    if not _TEXT_CHARSETS.fullmatch(name) or name.lower() in ("utf-8", "utf8"):
        return "utf-8-sig"
    try:
        b"".decode(name)
    except LookupError:
        return "utf-8-sig"
    return name


def text_of(body: bytes, headers: Headers) -> str:
    return body.decode(charset(headers), errors="replace")


def is_json(media: str) -> bool:
    return media in ("application/json", "text/json") or media.endswith("+json")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def parse_json(body: bytes, headers: Headers) -> Any:
    """The JSON value of ``body``. Of equal keys the last one counts; ``ValueError``
    for everything that is not JSON, ``NaN`` and too deep nesting included."""
    encoding = charset(headers)
    if encoding == "utf-8-sig" and b"\0" in body[:4]:
        encoding = json.detect_encoding(body)
    try:
        return json.loads(body.decode(encoding), parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def point(value: Any, pointer: str) -> Any:
    """What a JSON pointer points at, else ``None``."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping):
            value = cast("Mapping[str, Any]", value).get(token)
        elif isinstance(value, list) and token.isdecimal():
            items = cast("Any", value)
            value = items[int(token)] if int(token) < len(items) else None
        else:
            return None
    return value


_WITHOUT_BODY = (204, 205, 304)
"""Never have one, whatever is documented (RFC 9110 section 15)."""

# --- Results -------------------------------------------------------------------------


def find(answers: Answers, status: int) -> Mapping[str, Content] | None:
    """The answer documented for ``status``: exactly, by range, or by default."""
    for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if key in answers:
            return answers[key]
    return None


def is_success(operation: Operation[Any], status: int) -> bool:
    return 200 <= status < 300 or str(status) in operation.responses


def _nearest(answers: Answers, status: int) -> Mapping[str, Content]:
    """For a success nobody documented: the answer with the closest status that has a
    body, else one without."""

    def distance(key: str) -> tuple[bool, int]:
        digits = key[:3].upper().replace("X", "0")
        number = int(digits) if digits.isdecimal() else 999
        return not answers[key], abs(number - status)

    successes = [key for key in answers if key[:1] == "2" or key == "default"]
    return answers[min(successes, key=distance)] if successes else {}


def _select(media: Mapping[str, Content], received: str) -> Content | None:
    """The content for a received media type; a missing one is the first."""
    if not received:
        return next(iter(media.values()))
    for documented, content in media.items():
        name = documented.partition(";")[0].strip().lower()
        kind, _, subtype = name.partition("/")
        if (
            name in (received, "*/*")
            or (subtype == "*" and received.startswith(kind + "/"))
            or (isinstance(content, JSON) and is_json(received))
        ):
            return content
    return None


def result_of(
    operation: Operation[Any],
    status: int,
    headers: Headers,
    body: bytes,
    retype: Callable[[Any], Any],
) -> tuple[Any, Any, list[Deviation]]:
    """A success: its value, the JSON value that was made of, and where this deviates
    from the document. ``retype`` replaces the documented type."""

    def fail(message: str) -> NoReturn:
        raise errors.ResponseDecodeError(
            f"{status}: {message}",
            status=status,
            headers=headers,
            text=text_of(body, headers),
        )

    deviations: list[Deviation] = []
    content: Content | None
    media = find(operation.responses, status)
    exact = str(status) in operation.responses
    if media is None:
        media = _nearest(operation.responses, status)
        documented = ", ".join(operation.responses) or "nothing"
        deviations.append(Deviation("$status", documented, str(status), status))
    if not media or (exact and not body and status in _WITHOUT_BODY):
        return None, None, deviations
    received = media_type(headers)
    if not body and not exact:
        content = _select(media, received) or next(iter(media.values()))
        if isinstance(content, JSON):
            target = retype(content.type())
            if target is Any:
                return None, None, deviations
            deviations.append(Deviation("$", "a body", "none", None))
            result, found = decode(target, {})
            if _of_another_kind(result, found):
                fail("the body is empty")
            return result, {}, deviations
    elif not body:
        content = _select(media, received)
        if content is None or isinstance(content, JSON):
            fail("the body is empty")
    else:
        content = _select(media, received)
    if content is None:
        binary = [each for each in media.values() if isinstance(each, Raw)]
        if not binary or is_json(received) or received == "text/html":
            fail(f"{received!r} is not the documented {' or '.join(media)}")
        content = binary[0]
        deviations.append(
            Deviation("$content-type", " or ".join(media), received, received)
        )
    if isinstance(content, Raw):
        raw = body if content.kind == "binary" else text_of(body, headers)
        return raw, None, deviations
    try:
        value = parse_json(body, headers)
    except ValueError as error:
        if content.type() is not Any or not received or is_json(received):
            fail(f"the body is not JSON: {error}")
        # ``*/*`` of anything: what is not JSON is as good.
        is_text = received.startswith("text/")
        return text_of(body, headers) if is_text else body, None, deviations
    try:
        result, found = decode(retype(content.type()), value)
    except TooDeep as error:
        fail(str(error))
    if _of_another_kind(result, found):
        fail(f"the body is not {found[0].expected} but {found[0].got}")
    return result, value, deviations + found


def _of_another_kind(result: Any, deviations: list[Deviation]) -> bool:
    """Whether nothing of the documented type came out."""
    return not isinstance(result, UnknownVariant) and any(
        deviation.path == "$" for deviation in deviations
    )


# --- Errors --------------------------------------------------------------------------


def error_of(
    api: API, operation: Operation[Any], status: int, headers: Headers, body: bytes
) -> errors.APIError:
    """The exception for an answer that is no success, whatever its body is."""
    value: Any
    try:
        value = parse_json(body, headers) if body else None
    except ValueError:
        value = text_of(body, headers)
    else:
        value = "" if not body else value
    media = find(operation.errors, status)
    content = _select(media, media_type(headers)) if media else api.error
    model: Any = None
    if isinstance(content, JSON) and isinstance(value, (dict, list)):
        try:
            model, deviations = decode(content.type(), value)
            if any(_is_outer(deviation) for deviation in deviations):
                model = None
        except TooDeep:
            pass
    error_class = errors.ERROR_CLASSES.get(status) or errors.ERROR_CLASSES.get(
        status // 100, errors.APIError
    )
    error = error_class(
        f"{status} {reason(status)}{_message(value)}",
        status=status,
        headers=headers,
        body=value,
        error=model,
    )
    for name, pointer in api.error_attributes.items():
        found = point(value, pointer)
        if isinstance(found, errors.ERROR_ATTRIBUTES.get(name, str)):
            setattr(error, name, found)
    return error


def _is_outer(deviation: Deviation) -> bool:
    """Whether the value is not even outwardly of the documented shape."""
    return deviation.path.count(".") + deviation.path.count("[") <= 1


def reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(no such status)"


def _message(body: Any) -> str:
    """What the usual places of an error body say, shortened."""
    for pointer in ("/error/message", "/message", "/detail", "/title", "/error"):
        text = point(body, pointer)
        if isinstance(text, str) and text.strip():
            text = " ".join(text.split())
            text = "".join(each if each.isprintable() else "\ufffd" for each in text)
            return ": " + (text if len(text) <= 300 else text[:300] + "…")
    return ""


def rate_limit_of(names: RateLimitHeaders | None, headers: Headers) -> RateLimit:
    def number(name: str | None) -> float | None:
        text = headers.get(name, "") if name else ""
        return float(text) if re.fullmatch(r"\d{1,15}(\.\d{1,6})?", text) else None

    if names is None:
        return RateLimit()
    limit, remaining = number(names.limit), number(names.remaining)
    return RateLimit(
        None if limit is None else int(limit),
        None if remaining is None else int(remaining),
        number(names.reset),
    )


# --- Deviations ----------------------------------------------------------------------

_logged: set[tuple[str, ...]] = set()


def log_deviations(
    api: API, operation: Operation[Any], deviations: list[Deviation]
) -> None:
    """A warning for each kind of deviation, once in the life of the process."""
    for deviation in deviations:
        path = re.sub(r"\[\d+\]", "[]", deviation.path)
        kind = (api.package, operation.name, path, deviation.expected, deviation.got)
        if kind not in _logged and len(_logged) < 1000:
            _logged.add(kind)
            logging.getLogger(api.package).warning(
                "%s %s answers otherwise than documented: %s is %s, not %s",
                operation.method,
                operation.path,
                path,
                deviation.got,
                deviation.expected,
            )


def deviation_error(deviations: list[Deviation], result: Any) -> errors.DeviationError:
    lines = [f"{each.path} is {each.got}, not {each.expected}" for each in deviations]
    return errors.DeviationError(
        "the answer is otherwise than documented: " + "; ".join(lines),
        deviations=deviations,
        result=result,
    )
