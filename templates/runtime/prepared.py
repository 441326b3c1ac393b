"""A call made ready to be sent.

Comes in: an operation, the arguments of a call, the settings of the client. Goes out:
:class:`Prepared`, which all attempts of the call share, and from it the request of an
attempt. Whatever cannot be sent is an :class:`ArgumentError`.
"""

from __future__ import annotations

import platform
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, unquote_plus, urljoin

from ..errors import ArgumentError
from .bodies import RequestContent, build_body, media_type_for
from .codec import encode
from .credentials import Additions, Credential, Masked, choose
from .http import HTTPRequest, Timeout
from .operations import API, Operation
from .options import RequestOptions, Settings, request_options
from .parameters import (
    build_cookies,
    build_headers,
    build_path,
    build_query,
    checked_header,
    fixed_query,
    naming,
    path_and_query,
    styled,
)
from .targets import Arguments, Target, origin
from .types import UNSET


@dataclass(frozen=True, slots=True)
class Prepared:
    """What every attempt of a call sends, but for what credentials add."""

    method: str
    url: str
    # {% if needs.cookies %}
    cookies: str
    # {% endif %}
    headers: tuple[tuple[str, str], ...]
    content: RequestContent | None
    credentials: tuple[Credential, ...]
    has_key: bool
    """Whether an idempotency key is among the headers."""
    is_own: bool
    """Whether it goes to the API, and not to where a redirect or a URL leads."""


def prepare(
    target: Target, operation: Operation[Any], arguments: Arguments, settings: Settings
) -> Prepared:
    options = request_options(arguments.options)
    server = target.server_of(operation)
    url = _address(server, operation, arguments, options)
    is_own = origin(url) == origin(server)
    with naming("body"):
        body = _body(operation, arguments.body, options)
    # {% if needs.content_types %}
    media_type = arguments.content_type
    # {% if needs.bodies_by_value %}
    if media_type is None:
        media_type = media_type_for(operation.body_by_value, arguments.body)
    # {% endif %}
    content = build_body(operation.body, body, media_type)
    # {% else %}
    content = build_body(operation.body, body)
    # {% endif %}
    given = _given_headers(target.api, operation, arguments, options)
    headers = checked_headers(
        [
            *_own_headers(target.api, operation, content),
            *_headers_of_client(settings, is_own),
            *given.values(),
        ]
    )
    credentials: tuple[Credential, ...] = ()
    # {% if needs.credentials %}
    # None for another origin, nor where the caller gave a header for it.
    if is_own and "authorization" not in headers:
        security = operation.security
        if security is None:
            security = target.api.security
        credentials = choose(security, target.credentials)
    # {% endif %}
    return Prepared(
        operation.method,
        url,
        # {% if needs.cookies %}
        # {% if needs.styles %}
        build_cookies(styled("cookie", arguments.cookies, operation.styles)),
        # {% else %}
        build_cookies(arguments.cookies),
        # {% endif %}
        # {% endif %}
        tuple(headers.values()),
        content,
        credentials,
        # Not where only the client's headers have one: two calls would be one.
        target.api.idempotency_header.lower() in given,
        is_own,
    )


def request_of(
    prepared: Prepared, additions: Additions, timeout: Timeout
) -> HTTPRequest:
    """The request of one attempt. Its content begins anew. What an argument of the call
    says already, or a link, no credential says again."""
    method, url, headers = prepared.method, prepared.url, list(prepared.headers)
    # {% if needs.keys_in_queries %}
    pairs = url.partition("?")[2].split("&")
    names = {unquote_plus(pair.partition("=")[0]) for pair in pairs}
    more = (
        f"{quote(name, '')}={quote(value, '')}"
        for name, value in additions.query
        if name not in names
    )
    url = _with_query(url, "&".join(more))
    # {% endif %}
    names = {name.lower() for name, _ in headers}
    headers += [each for each in additions.headers if each[0].lower() not in names]
    # {% if needs.cookies %}
    cookies = [prepared.cookies, build_cookies(dict(additions.cookies))]
    if any(cookies):
        headers.append(("Cookie", "; ".join(filter(None, cookies))))
    # {% endif %}
    content = b"" if prepared.content is None else prepared.content.content
    # {% if needs.files %}
    begun = content if isinstance(content, bytes) else content()
    return HTTPRequest(method, url, headers, begun, timeout)
    # {% else %}
    return HTTPRequest(method, url, headers, content, timeout)
    # {% endif %}


def user_agent(api: API) -> str:
    name = quote(api.package.rpartition(".")[2].replace("_", "-"))
    return f"{name}/{api.version} Python/{platform.python_version()}"


def _address(
    server: str,
    operation: Operation[Any],
    arguments: Arguments,
    options: RequestOptions,
) -> str:
    given = {**arguments.query, **options.get("query", {})}
    # {% if needs.styles %}
    given = styled("query", given, operation.styles)
    # {% endif %}
    query = build_query(given)
    if arguments.url is not None:
        url = arguments.url.partition("#")[0]
        is_whole = re.match(r"[A-Za-z][\w+.-]*://", url)
        return _with_query(url if is_whole else urljoin(f"{server}/", url), query)
    template, path = operation.path, arguments.path
    # {% if needs.fixed_queries %}
    # Some documents tell operations of one path apart by a query or fragment.
    template, fixed = path_and_query(template)
    fixed = fixed_query(fixed, path, given)
    # {% endif %}
    # {% if needs.styles %}
    path = styled("path", path, operation.styles)
    # {% endif %}
    url = f"{server}/{build_path(template, path).lstrip('/')}"
    # {% if needs.fixed_queries %}
    url = _with_query(url, fixed)
    # {% endif %}
    return _with_query(url, query)


def _with_query(url: str, query: str) -> str:
    """``url``, which may be a link with a query of its own, with more of it."""
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query}"


def _body(operation: Operation[Any], body: object, options: RequestOptions) -> object:
    if extra := options.get("body"):
        members: Any = {} if body is UNSET else encode(body)
        if not isinstance(members, dict):
            raise ArgumentError("only a JSON object takes further members")
        return {**cast("dict[str, Any]", members), **extra}
    if not operation.body_required and isinstance(body, Mapping):
        given = cast("Mapping[str, object]", body)
        if given and all(each is UNSET for each in given.values()):
            return UNSET
        return given
    return body


def _own_headers(
    api: API, operation: Operation[Any], content: RequestContent | None
) -> list[tuple[str, str]]:
    accepted = [name for media in operation.responses.values() for name in media]
    headers = [
        ("Accept", ", ".join(dict.fromkeys(accepted)) or "*/*"),
        ("Accept-Encoding", "gzip, deflate"),
        ("User-Agent", user_agent(api)),
    ]
    if content is not None and content.content_type:
        headers.append(("Content-Type", content.content_type))
    # {% if needs.files %}
    if (
        content is not None
        and content.length is not None
        and not isinstance(content.content, bytes)
    ):
        headers.append(("Content-Length", str(content.length)))
    # {% endif %}
    return headers


def _given_headers(
    api: API, operation: Operation[Any], arguments: Arguments, options: RequestOptions
) -> dict[str, tuple[str, str]]:
    """The headers of the call, with its idempotency key: the caller's, or a new one
    where the document wants one."""
    name, lower = api.idempotency_header, api.idempotency_header.lower()
    key = options.get("idempotency_key")
    headers = checked_headers(
        [
            *([] if key is None else [(name, key)]),
            # {% if needs.styles %}
            *build_headers(styled("header", arguments.headers, operation.styles)),
            # {% else %}
            *build_headers(arguments.headers),
            # {% endif %}
            *options.get("headers", {}).items(),
        ]
    )
    # {% if needs.pages %}
    if arguments.follows:
        headers.pop(lower, None)
    # {% endif %}
    if operation.idempotent:
        headers.setdefault(lower, (name, str(uuid.uuid4())))
    if lower in headers and not headers[lower][1]:
        raise ArgumentError("an idempotency key cannot be empty")
    return headers


def _headers_of_client(settings: Settings, is_own: bool) -> list[tuple[str, str]]:
    """For the API alone: they may be secrets. Some tracebacks show local variables."""
    given = settings.headers.items() if is_own else ()
    return [(name, Masked(value)) for name, value in given]


def checked_headers(headers: list[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """By name in lower case; what comes later wins."""
    result: dict[str, tuple[str, str]] = {}
    for name, value in headers:
        with naming("header", name):
            result[name.lower()] = checked_header(name, value)
    return result
