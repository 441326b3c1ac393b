"""Pages that link to the next one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urldefrag, urljoin, urlsplit

from ..errors import PaginationError
from .calls import Result
from .responses import point
from .targets import Arguments

# Never fails and never goes back, so that long headers cost no more than their length.
_PIECE = re.compile(r'[,;]|(?:[^,;"<]|"(?:[^"\\]|\\.)*"?|<[^>]*>?)+')
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f-\x9f\\\ud800-\udfff]")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Link:
    """The ``Link`` header names the next page with ``rel="next"``."""

    items: str

    def next_request(self, asked: Arguments, answer: Result) -> Arguments | None:
        return _linked_to(_target(answer.response.headers), asked, answer)


@dataclass(frozen=True, slots=True)
class NextURL:
    """The answer holds the URL of the next page."""

    next: str
    items: str

    def next_request(self, asked: Arguments, answer: Result) -> Arguments | None:
        return _linked_to(point(answer.body, self.next), asked, answer)


def _linked_to(target: object, asked: Arguments, answer: Result) -> Arguments | None:
    if target is None or target == "":
        return None
    if not isinstance(target, str) or _NOT_IN_URL.search(target):
        raise PaginationError("the next page is at something that is no URL")
    try:
        url = urldefrag(urljoin(answer.url, target)).url
        same = _origin(url) == _origin(answer.url)
    except ValueError:
        raise PaginationError("the next page is at something that is no URL") from None
    if not same:
        raise PaginationError("the next page is on another server; it was not followed")
    return replace(asked, query={}, url=url)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Raises ``ValueError`` for URLs that carry a user, and for those without host."""
    parts = urlsplit(url)
    if "@" in parts.netloc or not parts.hostname:
        raise ValueError(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _target(headers: Mapping[str, str]) -> str | None:
    """The target of the first ``rel="next"`` of the ``Link`` header."""
    text = next((v for name, v in headers.items() if name.lower() == "link"), "")
    target = relation = None
    for piece in [*_PIECE.findall(text), ","]:
        name, _, value = piece.partition("=")
        if piece == ",":
            if relation and "next" in relation.strip(' "').lower().split():
                return target
            target = relation = None
        elif piece.strip().startswith("<"):
            target = piece.strip(" \t<>")
        elif name.strip().lower() == "rel" and relation is None:
            relation = value
    return None
