"""Operations that answer with a redirect: where it leads, and what is found there.

Redirects are followed only for such operations, by a request of its own without
credentials, and never from ``https`` to ``http``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from .. import errors
from .calls import Result
from .operations import BINARY, Content, Operation
from .options import RequestOptions
from .targets import Arguments

_STATUSES = ("301", "302", "303", "307", "308")


def location(result: Result) -> str:
    """The absolute URL of a redirect."""
    target = result.response.headers.get("location", "")
    try:
        url = urljoin(result.url, target)
        parts = urlsplit(url)
        usable = target and parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        usable = url = ""
    if not usable:
        raise _unusable(result, "it redirects to no URL that can be followed")
    return url


def is_redirect(result: Result) -> bool:
    return str(result.response.status) in _STATUSES


def downloading(operation: Operation[Any]) -> Operation[Any]:
    """``operation`` with the bytes for a result, whether redirected to or not."""
    redirects: dict[str, dict[str, Content]] = {status: {} for status in _STATUSES}
    return replace(operation, responses={"2XX": {"*/*": BINARY}, **redirects})


def following(
    operation: Operation[Any], result: Result, options: RequestOptions | None
) -> tuple[Operation[Any], Arguments]:
    """The request to where ``result`` redirects, with the caller's timeouts alone."""
    url = location(result)
    if url.startswith("http:") and result.url.startswith("https:"):
        raise _unusable(result, "it redirects from https to http")
    kept: RequestOptions = {}
    if options is not None:
        if "timeout" in options:
            kept["timeout"] = options["timeout"]
        if "max_retries" in options:
            kept["max_retries"] = options["max_retries"]
    download: Operation[Any] = Operation(
        "GET", operation.path, name=operation.name, security=()
    )
    return downloading(download), Arguments(options=kept, url=url)


def too_many_redirects(result: Result) -> errors.ResponseDecodeError:
    return _unusable(result, "too many redirects")


def _unusable(result: Result, message: str) -> errors.ResponseDecodeError:
    response = result.response
    error = errors.ResponseDecodeError(
        f"{response.status}: {message}",
        status=response.status,
        headers=response.headers,
        text="",
    )
    error.sent = "answered"
    error.attempts = response.attempts
    error.request_id = response.request_id
    return error
