"""Operations that answer with a redirect: where it leads, and what is found there.

Redirects are followed only for such operations, by a request of its own without
credentials, and never from ``https`` to ``http``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Unpack, cast
from urllib.parse import urljoin, urlsplit

from ..errors import ResponseDecodeError
from .calls import Result
from .client import AsyncAPIClient, SyncAPIClient
from .operations import BINARY, REDIRECTS, Content, Operation
from .options import RequestOptions
from .responses import Answer
from .results import decode_error
from .targets import Arguments, CallArguments

_MOST = 5


def redirect_url(
    client: SyncAPIClient,
    operation: Operation[Any],
    **arguments: Unpack[CallArguments],
) -> str:
    """Where an operation redirects to; for generated methods."""
    return _location(operation, client.fetch(operation, Arguments(**arguments)))


async def async_redirect_url(
    client: AsyncAPIClient,
    operation: Operation[Any],
    **arguments: Unpack[CallArguments],
) -> str:
    """:func:`redirect_url` for asyncio."""
    return _location(operation, await client.fetch(operation, Arguments(**arguments)))


def redirect_content(
    client: SyncAPIClient,
    operation: Operation[Any],
    **arguments: Unpack[CallArguments],
) -> bytes:
    """What is found where an operation redirects to; for generated methods."""
    result = client.fetch(_downloading(operation), Arguments(**arguments))
    for _ in range(_MOST):
        if not _redirects(result):
            break
        following = _next_request(operation, result, arguments.get("options"))
        result = client.fetch(*following)
    return _found(operation, result)


async def async_redirect_content(
    client: AsyncAPIClient,
    operation: Operation[Any],
    **arguments: Unpack[CallArguments],
) -> bytes:
    """:func:`redirect_content` for asyncio."""
    result = await client.fetch(_downloading(operation), Arguments(**arguments))
    for _ in range(_MOST):
        if not _redirects(result):
            break
        following = _next_request(operation, result, arguments.get("options"))
        result = await client.fetch(*following)
    return _found(operation, result)


def _redirects(result: Result) -> bool:
    return result.response.status in REDIRECTS


def _found(operation: Operation[Any], result: Result) -> bytes:
    if _redirects(result):
        raise _unusable(operation, result, "too many redirects")
    return cast("bytes", result.response.parsed)


def _location(operation: Operation[Any], result: Result) -> str:
    """The absolute URL of a redirect."""
    target = result.response.headers.get("location", "")
    try:
        url = urljoin(result.url, target)
        parts = urlsplit(url)
        usable = target and parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        usable = url = ""
    if not usable:
        raise _unusable(
            operation, result, "it redirects to no URL that can be followed"
        )
    return url


def _downloading(operation: Operation[Any]) -> Operation[Any]:
    """``operation`` with the bytes for a result, whether redirected to or not."""
    redirects: dict[str, dict[str, Content]] = {str(each): {} for each in REDIRECTS}
    return replace(operation, responses={"2XX": {"*/*": BINARY}, **redirects})


def _next_request(
    operation: Operation[Any], result: Result, options: RequestOptions | None
) -> tuple[Operation[Any], Arguments]:
    """The request to where ``result`` redirects, with what is left of the time."""
    url = _location(operation, result)
    if urlsplit(url).scheme == "http" and urlsplit(result.url).scheme == "https":
        raise _unusable(operation, result, "it redirects from https to http")
    kept: Any = {
        name: value
        for name, value in (options or {}).items()
        if name in ("timeout", "max_retries")
    }
    download: Operation[Any] = Operation(
        "GET", operation.path, name=operation.name, security=()
    )
    return _downloading(download), Arguments(
        options=kept, url=url, elapsed=result.elapsed
    )


def _unusable(
    operation: Operation[Any], result: Result, message: str
) -> ResponseDecodeError:
    response = result.response
    error = decode_error(Answer(response.status, response.headers, b""), message)
    return result.tell(error, operation)
