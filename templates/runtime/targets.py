"""Where a call goes, and with which arguments.

Comes in: the servers of the document or the caller's, and what a method was given.
Goes out: URLs that are safe to send to, and :class:`Arguments`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypedDict
from urllib.parse import parse_qs, quote, unquote, urlsplit

from ..errors import ArgumentError
from .bodies import kind_of
from .credentials import Credential
from .operations import API, BINARY, JSON, TEXT, Operation
from .options import RequestOptions
from .parameters import naming
from .retries import RetryBudget
from .types import UNSET


class CallArguments(TypedDict, total=False):
    """What a generated method passes on, by wire names; ``UNSET`` is nothing."""

    path: Mapping[str, object]
    query: Mapping[str, object]
    headers: Mapping[str, object]
    # {% if needs.cookies %}
    cookies: Mapping[str, object]
    # {% endif %}
    body: object
    # {% if needs.content_types %}
    content_type: str | None
    # {% endif %}
    options: RequestOptions | None


@dataclass(frozen=True, slots=True)
class Arguments:
    """:class:`CallArguments` with their defaults, and what pages and links add."""

    path: Mapping[str, object] = field(default_factory=dict[str, object])
    query: Mapping[str, object] = field(default_factory=dict[str, object])
    headers: Mapping[str, object] = field(default_factory=dict[str, object])
    # {% if needs.cookies %}
    cookies: Mapping[str, object] = field(default_factory=dict[str, object])
    # {% endif %}
    body: object = UNSET
    # {% if needs.content_types %}
    content_type: str | None = None
    # {% endif %}
    options: RequestOptions | None = None
    url: str | None = None
    """In place of server, path and query: a link that the API gave, maybe relative."""
    elapsed: float = 0.0
    """Seconds of the call that are gone: before a redirect."""
    # {% if needs.pages %}
    follows: bool = False
    """It is for a page that follows: the caller's idempotency key was for the first."""
    # {% endif %}


class HasBudget(Protocol):
    budget: RetryBudget
    closed: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Where a client sends to: its API, server and credentials."""

    api: API
    server: str | None
    """In place of every server of the document."""
    # {% if needs.variables %}
    variables: Mapping[str, str]
    # {% endif %}
    credentials: Mapping[str, Credential] = field(repr=False)
    pool: HasBudget = field(repr=False)

    def server_of(self, operation: Operation[Any]) -> str:
        """Without the last slash; ``ArgumentError`` where it is no URL to send to."""
        server = self.server
        if server is None:
            server = operation.server or self.api.server or ""
            # {% if needs.variables %}
            server = self._filled(server)
            # {% endif %}
        return checked_server(server)

    # {% if needs.variables %}
    def _filled(self, server: str) -> str:
        """No variable changes more than the part of the URL in which it stands."""
        host = re.match(r"[a-z]+://[^/]*", server)

        def value(name: re.Match[str]) -> str:
            text = self.variables.get(name[1], name[0])
            if host is None or name[0] == text:
                return text
            if name.start() < host.end():
                return text if re.fullmatch(r"[\w.:-]+", text) else name[0]
            return quote(text, safe="/:@!$&'()*+,;=~")

        return re.sub(r"\{([^{}]*)\}", value, server)

    # {% endif %}


def checked_server(server: str, name: str = "base_url") -> str:
    try:
        parts = urlsplit(server)
        host = re.fullmatch(r"\w[\w.-]*|[\da-fA-F:.]+(%\w+)?", parts.hostname or "")
        usable = parts.scheme in ("http", "https") and host
        unusual = parts.username or parts.query or parts.fragment or "{" in server
        _ = parts.port
    except ValueError:
        usable, unusual = None, None
    if not usable or unusual or re.search(r"[\x00-\x20\x7f\\]", server):
        raise ArgumentError(
            f"{name} must be given, as http:// or https:// with a host and, if need "
            "be, a path; without user, query and fragment"
        )
    return server.rstrip("/")


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port; of what is no URL, one that nothing else has."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return url, None, None
    return parts.scheme, parts.hostname, port


def undocumented(
    method: str,
    path: str,
    query: Mapping[str, object],
    headers: Mapping[str, object],
    body: object,
    content_type: str,
    options: RequestOptions | None,
) -> tuple[Operation[Any], Arguments]:
    """A call that is in no document."""
    with naming("argument", "path"):
        path.encode()
    is_url = path.startswith(("http://", "https://"))
    template, _, written = path.partition("#")[0].partition("?")
    if any(each in (".", "..") for each in re.split(r"[/\\]", unquote(template))):
        raise ArgumentError("path contains '.' or '..', which would change it")
    if not re.fullmatch(r"[A-Z]{1,20}", method.upper()):
        raise ArgumentError("method is not the name of a method of HTTP")
    if is_url:
        checked_server(template, "the URL")
    operation: Operation[Any] = Operation(
        method.upper(),
        urlsplit(path).path if is_url else template,
        name="request",
        body={content_type: kind_of(content_type)},
        responses={
            "2XX": {
                "application/json": JSON(lambda: Any),
                "text/*": TEXT,
                "*/*": BINARY,
            }
        },
    )
    if not is_url:
        query = {**parse_qs(written, keep_blank_values=True), **query}
    arguments = Arguments(
        query=query,
        headers=headers,
        body=body,
        # {% if needs.content_types %}
        content_type=content_type,
        # {% endif %}
        options=options,
        url=path if is_url else None,
    )
    return operation, arguments
