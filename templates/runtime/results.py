"""What an answer means: a result, or the error it is.

Comes in: an operation, and an :class:`.responses.Answer`. Goes out: a value of the
documented type with the deviations from it, or an exception of the package. Nothing
here waits for the network, so both clients share all of it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from .. import errors
from .bodies import essence, is_json
from .codec import Deviation, TooDeep, UnknownVariant, decode
from .operations import API, BINARY, JSON, TEXT, Answers, Content, Operation, Raw
from .responses import Answer, parse_json, point

_WITHOUT_BODY = ("204", "205", "304")
"""Never have one, whatever is documented (RFC 9110 section 15)."""


def find(answers: Answers, status: int) -> Mapping[str, Content] | None:
    """The answer documented for ``status``: exactly, by range, or by default."""
    for key in (str(status), f"{status // 100}XX", "default"):
        if key in answers:
            return answers[key]
    return None


def is_success(operation: Operation[Any], status: int) -> bool:
    return 200 <= status < 300 or str(status) in operation.responses


def _nearest(answers: Answers, status: int) -> Mapping[str, Content]:
    """For a success nobody documented: the answer with the closest status that has a
    body, else one without."""

    def distance(key: str) -> tuple[bool, int]:
        digits = key.replace("X", "0")
        number = int(digits) if digits.isdecimal() else 999
        return not answers[key], abs(number - status)

    successes = [key for key in answers if key[:1] == "2" or key == "default"]
    return answers[min(successes, key=distance)] if successes else {}


def _select(media: Mapping[str, Content], answer: Answer) -> Content | None:
    """The content for the media type of an answer: the most specific one, the first of
    equals. JSON is JSON under any of its names; a missing media type is the first."""
    received = answer.media_type
    if not received:
        return next(iter(media.values()))
    main = received.partition("/")[0]
    # {% if needs.media_parameters %}
    whole = _without_blanks(answer.headers["content-type"])
    # {% endif %}
    tests: tuple[Callable[[str], bool], ...] = (
        # {% if needs.media_parameters %}
        lambda name: _without_blanks(name) == whole,
        # {% endif %}
        lambda name: essence(name) == received,
        lambda name: essence(name) == f"{main}/*",
        lambda name: is_json(received) and isinstance(media[name], JSON),
        lambda name: essence(name) == "*/*",
    )
    return next((media[name] for fits in tests for name in media if fits(name)), None)


def _without_blanks(text: str) -> str:
    return "".join(text.split()).lower()


@dataclass(frozen=True, slots=True)
class Read:
    """A value, the JSON value that it was made of, and where it deviates. Shows none of
    it: tracebacks may show local variables."""

    value: Any = field(repr=False)
    body: Any = field(default=None, repr=False)
    deviations: list[Deviation] = field(default_factory=list[Deviation], repr=False)
    more: int = 0
    """How many deviations there are beside these."""


def result_of(operation: Operation[Any], answer: Answer) -> Read:
    """What a success means."""
    deviations: list[Deviation] = []
    status = str(answer.status)
    media = find(operation.responses, answer.status)
    if media is None:
        media = _nearest(operation.responses, answer.status)
        documented = ", ".join(operation.responses) or "nothing"
        deviations.append(Deviation("$status", documented, status, answer.status))
    is_exact = status in operation.responses
    if not media or (is_exact and not answer.body and status in _WITHOUT_BODY):
        return Read(None, None, deviations)
    content = _select(media, answer)
    if answer.body:
        read = _read_body(media, content, answer)
    elif is_exact:
        read = _read_nothing(content, answer)
    else:
        content = content or next(iter(media.values()))
        read = _read_missing(content, answer)
    return replace(read, deviations=deviations + read.deviations)


def _read_body(
    media: Mapping[str, Content], content: Content | None, answer: Answer
) -> Read:
    received = answer.media_type
    if content is None:
        documented = " or ".join(media)
        # {% if needs.raw_answers %}
        raws = [each for each in media.values() if isinstance(each, Raw)]
        if raws and not is_json(received) and received != "text/html":
            deviation = Deviation("$content-type", documented, received, received)
            return Read(_raw(raws[0], answer), None, [deviation])
        # {% endif %}
        raise decode_error(answer, f"{received!r} is not the documented {documented}")
    if isinstance(content, Raw):
        return Read(_raw(content, answer))
    try:
        read = _decoded(content, parse_json(answer.body, answer.headers))
    except TooDeep as error:
        problem = str(error)
    except ValueError as error:
        if content.type() is Any and received and not is_json(received):
            # ``*/*`` of anything: what is not JSON is as good.
            return Read(_raw(TEXT if received.startswith("text/") else BINARY, answer))
        problem = f"the body is not JSON: {error}"
    else:
        if not _is_of_another_kind(read):
            return read
        first = read.deviations[0]
        problem = f"the body is not {first.expected} but {first.got}"
    raise decode_error(answer, problem)


def _decoded(content: JSON, body: Any) -> Read:
    value, deviations = decode(content.type(), body)
    return Read(value, body, deviations, deviations.more)


def _read_nothing(content: Content | None, answer: Answer) -> Read:
    """No body where the document promises one for this very status."""
    if not isinstance(content, Raw):
        raise decode_error(answer, "the body is empty")
    return Read(_raw(content, answer))


def _read_missing(content: Content, answer: Answer) -> Read:
    """No body where the document only has a range: a model without its fields."""
    if isinstance(content, Raw):
        return Read(_raw(content, answer))
    if content.type() is Any:
        return Read(None)
    read = _decoded(content, {})
    if _is_of_another_kind(read):
        raise decode_error(answer, "the body is empty")
    return Read(read.value, read.body, [Deviation("$", "a body", "none", None)])


def _raw(content: Raw, answer: Answer) -> bytes | str:
    return answer.body if content.kind == "binary" else answer.text


def decode_error(answer: Answer, message: str) -> errors.ResponseDecodeError:
    return errors.ResponseDecodeError(
        f"{answer.status}: {shown(message)}",
        status=answer.status,
        headers=answer.headers,
        text=answer.text,
    )


def _is_of_another_kind(read: Read) -> bool:
    """Whether nothing of the documented type came out."""
    # {% if needs.open_unions %}
    if isinstance(read.value, UnknownVariant):
        return False
    # {% endif %}
    return any(deviation.path == "$" for deviation in read.deviations)


# --- Errors --------------------------------------------------------------------------


def error_of(
    api: API, operation: Operation[Any], answer: Answer, hide: Callable[[str], str]
) -> errors.APIError:
    """The exception for an answer that is no success, whatever its body is. ``hide``
    takes secrets out of a text."""
    # {% if needs.error_models %}
    content = _error_content(api, operation, answer)
    model: Any = (answer.text or None) if content == TEXT else None
    # {% endif %}
    body: Any = answer.text
    with suppress(TooDeep, ValueError):
        body = parse_json(answer.body, answer.headers)
        # {% if needs.error_models %}
        if isinstance(content, JSON):
            model = _error_model(content, body)
        # {% endif %}
    error_class = errors.ERROR_CLASSES.get(answer.status) or errors.ERROR_CLASSES.get(
        answer.status // 100, errors.APIError
    )
    error = error_class(
        f"{answer.status} {reason(answer.status)}{_message(body, hide)}",
        status=answer.status,
        headers=answer.headers,
        body=body,
        # {% if needs.error_models %}
        error=model,
        # {% endif %}
    )
    # {% if needs.error_attributes %}
    for name, pointer in api.error_attributes.items():
        found = point(body, pointer)
        if isinstance(found, errors.ERROR_ATTRIBUTES.get(name, str)):
            setattr(error, name, found)
    # {% endif %}
    return error


def _error_content(
    api: API, operation: Operation[Any], answer: Answer
) -> Content | None:
    """What is documented of an error body."""
    media = find(operation.errors, answer.status)
    if media is None:
        return api.error
    return _select(media, answer) if media else None


def _error_model(content: JSON, body: Any) -> Any:
    """The documented model of an error body, where this is one."""
    model, deviations = decode(content.type(), body)
    is_another = deviations.more or any(map(_is_outer, deviations))
    return None if is_another else model


def _is_outer(deviation: Deviation) -> bool:
    """Whether the value is not even outwardly of the documented shape."""
    return deviation.path.count(".") + deviation.path.count("[") <= 1


def reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(no such status)"


def _message(body: Any, hide: Callable[[str], str]) -> str:
    """What the usual places of an error body say, shortened."""
    for pointer in ("/error/message", "/message", "/detail", "/title", "/error"):
        text = point(body, pointer)
        if isinstance(text, str) and text.strip():
            return ": " + shown(hide(text))
    return ""


def shown(text: str) -> str:
    """A text of the answer as a part of one line."""
    text = " ".join(text[:1000].split())
    text = "".join(each if each.isprintable() else "\ufffd" for each in text)
    return text if len(text) <= 300 else text[:300] + "…"


# --- Deviations ----------------------------------------------------------------------

_SHOWN = 10
_logged: set[tuple[str, ...]] = set()


def log_deviations(
    api: API, operation: Operation[Any], deviations: list[Deviation]
) -> None:
    """A warning for each kind of deviation, once in the life of the process."""
    for deviation in deviations:
        # Without indices, and without keys that are more than a name.
        path = shown(re.sub(r"\[[^]]*\]", "[]", deviation.path))
        kind = (api.package, operation.name, path, deviation.expected, deviation.got)
        if kind not in _logged and len(_logged) < 1000:
            _logged.add(kind)
            logging.getLogger(api.package).warning(
                "%s %s answers otherwise than documented: %s",
                operation.method,
                operation.path,
                _told(deviation, path),
            )


def _told(deviation: Deviation, path: str) -> str:
    if deviation.got == "nothing":
        return f"{path} is missing"
    return f"{path} is {deviation.got}, not {deviation.expected}"


def deviation_error(read: Read) -> errors.DeviationError:
    lines = [shown(_told(each, each.path)) for each in read.deviations[:_SHOWN]]
    if more := len(read.deviations) + read.more - len(lines):
        lines.append(f"and {more} more")
    return errors.DeviationError(
        "the answer is otherwise than documented: " + "; ".join(lines),
        deviations=read.deviations,
        result=read.value,
    )
