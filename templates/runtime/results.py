"""What an answer means: a result, or the error it is.

Comes in: an operation, and an :class:`.responses.Answer`. Goes out: a value of the
documented type with the deviations from it, or an exception of the package. Nothing
here waits for the network, so both clients share all of it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

from .. import errors
from .codec import Deviation, TooDeep, UnknownVariant, decode
from .operations import API, BINARY, JSON, TEXT, Answers, Content, Operation, Raw
from .responses import Answer, is_json, parse_json, point

_WITHOUT_BODY = ("204", "205", "304")
"""Never have one, whatever is documented (RFC 9110 section 15)."""


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


Read: TypeAlias = tuple[Any, Any, list[Deviation]]
"""A value, the JSON value that it was made of, and where it deviates."""


def result_of(
    operation: Operation[Any], answer: Answer, retype: Callable[[Any], Any]
) -> Read:
    """What a success means. ``retype`` replaces the documented type."""
    deviations: list[Deviation] = []
    status = str(answer.status)
    media = find(operation.responses, answer.status)
    if media is None:
        media = _nearest(operation.responses, answer.status)
        documented = ", ".join(operation.responses) or "nothing"
        deviations.append(Deviation("$status", documented, status, answer.status))
    is_exact = status in operation.responses
    if not media or (is_exact and not answer.body and status in _WITHOUT_BODY):
        return None, None, deviations
    content = _select(media, answer.media_type)
    if answer.body:
        value, body, found = _read(media, content, answer, retype)
    elif is_exact:
        value, body, found = _read_nothing(content, answer)
    else:
        content = content or next(iter(media.values()))
        value, body, found = _read_missing(content, answer, retype)
    return value, body, deviations + found


def _read(
    media: Mapping[str, Content],
    content: Content | None,
    answer: Answer,
    retype: Callable[[Any], Any],
) -> Read:
    deviations: list[Deviation] = []
    received = answer.media_type
    if content is None:
        raws = [each for each in media.values() if isinstance(each, Raw)]
        documented = " or ".join(media)
        if not raws or is_json(received) or received == "text/html":
            raise decode_error(
                answer, f"{received!r} is not the documented {documented}"
            )
        content = raws[0]
        deviations = [Deviation("$content-type", documented, received, received)]
    if isinstance(content, Raw):
        return _raw(content, answer), None, deviations
    try:
        value = parse_json(answer.body, answer.headers)
    except ValueError as error:
        if content.type() is not Any or not received or is_json(received):
            problem = f"the body is not JSON: {error}"
            raise decode_error(answer, problem) from error
        # ``*/*`` of anything: what is not JSON is as good.
        return _raw(TEXT if received.startswith("text/") else BINARY, answer), None, []
    try:
        result, deviations = decode(retype(content.type()), value)
    except TooDeep as error:
        raise decode_error(answer, str(error)) from error
    if _is_of_another_kind(result, deviations):
        first = deviations[0]
        raise decode_error(answer, f"the body is not {first.expected} but {first.got}")
    return result, value, deviations


def _read_nothing(content: Content | None, answer: Answer) -> Read:
    """No body where the document promises one for this very status."""
    if not isinstance(content, Raw):
        raise decode_error(answer, "the body is empty")
    return _raw(content, answer), None, []


def _read_missing(
    content: Content, answer: Answer, retype: Callable[[Any], Any]
) -> Read:
    """No body where the document only has a range: a model without its fields."""
    if isinstance(content, Raw):
        return _raw(content, answer), None, []
    target = retype(content.type())
    if target is Any:
        return None, None, []
    result, found = decode(target, {})
    if _is_of_another_kind(result, found):
        raise decode_error(answer, "the body is empty")
    return result, {}, [Deviation("$", "a body", "none", None)]


def _raw(content: Raw, answer: Answer) -> bytes | str:
    return answer.body if content.kind == "binary" else answer.text


def decode_error(answer: Answer, message: str) -> errors.ResponseDecodeError:
    return errors.ResponseDecodeError(
        f"{answer.status}: {message}",
        status=answer.status,
        headers=answer.headers,
        text=answer.text,
    )


def _is_of_another_kind(result: Any, deviations: list[Deviation]) -> bool:
    """Whether nothing of the documented type came out."""
    return not isinstance(result, UnknownVariant) and any(
        deviation.path == "$" for deviation in deviations
    )


# --- Errors --------------------------------------------------------------------------


def error_of(api: API, operation: Operation[Any], answer: Answer) -> errors.APIError:
    """The exception for an answer that is no success, whatever its body is."""
    value: Any = ""
    if answer.body:
        try:
            value = parse_json(answer.body, answer.headers)
        except ValueError:
            value = answer.text
    error_class = errors.ERROR_CLASSES.get(answer.status) or errors.ERROR_CLASSES.get(
        answer.status // 100, errors.APIError
    )
    error = error_class(
        f"{answer.status} {reason(answer.status)}{_message(value)}",
        status=answer.status,
        headers=answer.headers,
        body=value,
        error=_error_model(api, operation, answer, value),
    )
    for name, pointer in api.error_attributes.items():
        found = point(value, pointer)
        if isinstance(found, errors.ERROR_ATTRIBUTES.get(name, str)):
            setattr(error, name, found)
    return error


def _error_model(
    api: API, operation: Operation[Any], answer: Answer, value: Any
) -> Any:
    """The documented model of an error body, where this is one."""
    media = find(operation.errors, answer.status)
    content = _select(media, answer.media_type) if media else api.error
    if not isinstance(content, JSON) or not isinstance(value, (dict, list)):
        return None
    try:
        model, deviations = decode(content.type(), value)
    except TooDeep:
        return None
    return None if any(map(_is_outer, deviations)) else model


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
