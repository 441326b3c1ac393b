"""Pages: walking a list that the API gives in pieces.

Comes in: how an operation is paged (:data:`.operations.Pagination`), the query of the
first call, and a function that makes the call again with another query or at another
URL. Goes out: a page that is the answer itself and can be iterated over all that
follow. Nothing is fetched before it is asked for, and nothing is fetched twice: a page
that leads back to an earlier one is a :class:`PaginationError`.

Sending is for the client; it fulfils :data:`Fetch` and calls :func:`first_page`.
"""

from __future__ import annotations

import re
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterator,
    Mapping,
)
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeAlias, TypeVar, cast, get_origin
from urllib.parse import urldefrag, urljoin, urlsplit

from ..errors import PaginationError
from .codec import Model, members
from .operations import Cursor, Link, NextURL, Offset, PageNumber, Pagination
from .types import UNSET

T = TypeVar("T")
SyncPage = TypeVar("SyncPage", bound="Page[Any]")
AsynchronousPage = TypeVar("AsynchronousPage", bound="AsyncPage[Any]")

_LINK = re.compile(
    r'\s*<([^<>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s";,]*))?)*)\s*(?:,|$)'
)
_LINK_PARAMETER = re.compile(
    r';\s*([^\s=;,]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s";,]*))'
)
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_STATE = "(page)"  # no field can have this name
_PORTS = {"http": 80, "https": 443}


# --- What the client fulfils ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What to ask for; everything else (path, headers, options) is as in the first
    call."""

    query: Mapping[str, object]
    """The arguments of the query, all of them."""
    url: str | None = None
    """Asked for instead of path and query: absolute, and of the origin that answered
    before. Credentials are applied to it as to any other request."""


@dataclass(frozen=True, slots=True)
class PageAnswer(Generic[T]):
    """An answer to a :class:`PageRequest`."""

    result: T
    """The decoded body: an instance of :func:`decoded_type`."""
    body: Any
    """Its JSON value."""
    headers: Mapping[str, str]
    """By name in any case."""
    url: str
    """The URL that was asked for."""


Fetch: TypeAlias = Callable[[PageRequest], PageAnswer[Any]]
AsyncFetch: TypeAlias = Callable[[PageRequest], Awaitable[PageAnswer[Any]]]


def decoded_type(page_type: type[Any], documented: Any) -> Any:
    """What the body is to be decoded to: the page itself, which extends the documented
    model, or the documented list that a :class:`ListPage` will hold."""
    return documented if get_origin(page_type) or _is_list(page_type) else page_type


def first_page(
    page_type: type[SyncPage],
    pagination: Pagination,
    query: Mapping[str, object],
    fetch: Fetch,
) -> SyncPage:
    """Make the first call."""
    walk = _Walk(page_type, pagination, fetch)
    request = PageRequest(dict(query))
    page: SyncPage = walk.page(request, fetch(request), 0)
    return page


async def first_async_page(
    page_type: type[AsynchronousPage],
    pagination: Pagination,
    query: Mapping[str, object],
    fetch: AsyncFetch,
) -> AsynchronousPage:
    """:func:`first_page` for asyncio."""
    walk = _Walk(page_type, pagination, fetch)
    request = PageRequest(dict(query))
    page: AsynchronousPage = walk.page(request, await fetch(request), 0)
    return page


# --- What the caller gets ------------------------------------------------------------


class Page(Generic[T]):
    """A page of an answer. Iterating gives the items of this page and of all that
    follow, which are fetched on the way.

    Nothing here is called like a field that answers are known to have, such as
    ``data``, ``items`` or ``has_more``, and nothing here relies on its own names.
    """

    def __iter__(self) -> Iterator[T]:
        for page in _pages(self):
            yield from _items(page)

    def iter_pages(self) -> Iterator[Self]:
        """This page and all that follow."""
        return _pages(self)

    def next_page(self) -> Self | None:
        """Fetch the following page; ``None`` after the last."""
        return _following(self)

    def has_next_page(self) -> bool:
        """Whether there is another page, as far as the answer tells."""
        return _state_of(self).next_request() is not None


class AsyncPage(Generic[T]):
    """A page of an answer. ``async for`` gives the items of this page and of all that
    follow, which are fetched on the way."""

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in _async_pages(self):
            for item in _items(page):
                yield item

    def iter_pages(self) -> AsyncIterator[Self]:
        """This page and all that follow."""
        return _async_pages(self)

    async def next_page(self) -> Self | None:
        """Fetch the following page; ``None`` after the last."""
        return await _async_following(self)

    def has_next_page(self) -> bool:
        """Whether there is another page, as far as the answer tells."""
        return _state_of(self).next_request() is not None


class AsyncPager(Generic[AsynchronousPage, T]):
    """A paged call that has not been made: ``await`` it for one page, or use
    ``async for`` for the items of all pages."""

    def __init__(self, first: Callable[[], Awaitable[AsynchronousPage]]) -> None:
        self._first = first

    def __await__(self) -> Generator[Any, Any, AsynchronousPage]:
        return self._first().__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.iter_pages():
            for item in _items(page):
                yield item

    async def iter_pages(self) -> AsyncIterator[AsynchronousPage]:
        """Page by page."""
        async for page in _async_pages(await self._first()):
            yield page


class ListPage(Page[T]):
    """A page of an API whose answer is the list itself."""

    def __init__(self, data: list[T]) -> None:
        self.data = data
        """The items of this page."""

    def __repr__(self) -> str:
        return f"ListPage({self.data!r})"


class AsyncListPage(AsyncPage[T]):
    """A page of an API whose answer is the list itself."""

    def __init__(self, data: list[T]) -> None:
        self.data = data
        """The items of this page."""

    def __repr__(self) -> str:
        return f"AsyncListPage({self.data!r})"


def _pages(page: SyncPage) -> Iterator[SyncPage]:
    following: SyncPage | None = page
    while following is not None:
        yield following
        following = _following(following)


def _following(page: SyncPage) -> SyncPage | None:
    state = _state_of(page)
    request = state.next_request()
    if request is None:
        return None
    answer: PageAnswer[Any] = state.walk.fetch(request)
    following: SyncPage = state.walk.page(request, answer, state.number + 1)
    return following


async def _async_pages(page: AsynchronousPage) -> AsyncIterator[AsynchronousPage]:
    following: AsynchronousPage | None = page
    while following is not None:
        yield following
        following = await _async_following(following)


async def _async_following(page: AsynchronousPage) -> AsynchronousPage | None:
    state = _state_of(page)
    request = state.next_request()
    if request is None:
        return None
    answer: PageAnswer[Any] = await state.walk.fetch(request)
    following: AsynchronousPage = state.walk.page(request, answer, state.number + 1)
    return following


# --- From one page to the next -------------------------------------------------------


@dataclass(slots=True)
class _Walk:
    """What all pages of one call share."""

    page_type: type[Any]
    pagination: Pagination
    fetch: Callable[[PageRequest], Any]
    asked: dict[object, int] = field(default_factory=dict[object, int])
    """What was asked for → the number of the page that asked for it first."""

    def page(self, request: PageRequest, answer: PageAnswer[Any], number: int) -> Any:
        page = answer.result
        if isinstance(page, list):
            page = self.page_type(page)
        self.asked.setdefault(_identity(self.pagination, request), number)
        if isinstance(self.pagination, (Link, NextURL)):
            self.asked.setdefault(answer.url, number)
        vars(page)[_STATE] = _State(self, request, answer, number)
        return page


@dataclass(slots=True)
class _State:
    """What a page knows beside its fields."""

    walk: _Walk
    request: PageRequest
    answer: PageAnswer[Any]
    number: int

    def next_request(self) -> PageRequest | None:
        pagination = self.walk.pagination
        request = next_request(pagination, self.request, self.answer)
        if request is not None:
            asked = self.walk.asked.get(_identity(pagination, request))
            if asked is not None and asked <= self.number:
                raise PaginationError(
                    f"page {self.number + 1} leads back to page {asked + 1}"
                )
        return request


def next_request(
    pagination: Pagination, request: PageRequest, answer: PageAnswer[Any]
) -> PageRequest | None:
    """What to ask for after ``answer``; ``None`` after the last page."""
    match pagination:
        case Cursor():
            return _after_cursor(pagination, request, answer)
        case Offset():
            return _after_offset(pagination, request, answer)
        case PageNumber():
            return _after_number(pagination, request, answer)
        case Link():
            return _after_url(_linked(answer.headers), answer)
        case NextURL():
            return _after_url(value_at(answer.body, pagination.next), answer)


def _after_cursor(
    cursor: Cursor, request: PageRequest, answer: PageAnswer[Any]
) -> PageRequest | None:
    more = _more(cursor.more, answer)
    if more is False:
        return None
    following = value_at(answer.body, cursor.next)
    if not following:
        if more:
            raise PaginationError("the answer says that more follows, but not where")
        return None
    if not isinstance(following, (str, int)) or following is True:
        raise PaginationError(f"the cursor at {cursor.next} is neither text nor number")
    return _with(request, cursor.parameter, following)


def _after_offset(
    offset: Offset, request: PageRequest, answer: PageAnswer[Any]
) -> PageRequest | None:
    here = _number(request.query.get(offset.parameter)) or 0
    count = _count(answer, offset.items)
    more = _more(offset.more, answer)
    if more is None and offset.total is not None:
        total = _number(value_at(answer.body, offset.total))
        more = None if total is None else here + count < total
    if more is None:
        # A page that is not full proves nothing: servers lower the limit as they like.
        more = count > 0
    if not more:
        return None
    step = count
    if not step and offset.limit is not None:
        step = _number(request.query.get(offset.limit)) or 0
    if not step:
        raise PaginationError("an empty page that is not the last")
    return _with(request, offset.parameter, here + step)


def _after_number(
    pages: PageNumber, request: PageRequest, answer: PageAnswer[Any]
) -> PageRequest | None:
    here = _number(request.query.get(pages.parameter))
    if here is None:
        here = pages.first
    count = _count(answer, pages.items)
    more = _more(pages.more, answer)
    if more is None and pages.total is not None and _counts_pages(pages.total):
        total = _number(value_at(answer.body, pages.total))
        more = None if total is None else here - pages.first + 1 < total
    if more is None:
        more = count > 0
    return _with(request, pages.parameter, here + 1) if more else None


def _after_url(target: object, answer: PageAnswer[Any]) -> PageRequest | None:
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
    return PageRequest({}, url)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Raises ``ValueError`` for URLs that carry a user, and for those without host."""
    parts = urlsplit(url)
    if "@" in parts.netloc or not parts.hostname:
        raise ValueError(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _linked(headers: Mapping[str, str]) -> str | None:
    """The target of the first ``rel="next"`` of the ``Link`` header."""
    text = next((v for name, v in headers.items() if name.lower() == "link"), "")
    position = 0
    while link := _LINK.match(text, position):
        for name, quoted, bare in _LINK_PARAMETER.findall(link[2]):
            if name.lower() == "rel":
                if "next" in (quoted or bare).lower().split():
                    return link[1]
                break
        position = link.end()
    return None


# --- Reading answers -----------------------------------------------------------------


def value_at(value: Any, pointer: str) -> Any:
    """The JSON value at a JSON pointer, or ``None``; ``-1`` is the last of a list.
    Models are entered by the names of the API."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Model):
            value = members(value).get(token)
        elif isinstance(value, Mapping):
            value = cast("Mapping[str, Any]", value).get(token)
        elif isinstance(value, list) and re.fullmatch("-1|[0-9]{1,9}", token):
            items = cast("list[object]", value)
            value = items[int(token)] if int(token) < len(items) else None
        else:
            return None
    return None if value is UNSET else value


def _items(page: Any) -> list[Any]:
    state = _state_of(page)
    # A body that is a list is held by the page, all others are the page.
    items = value_at(state.answer.result, state.walk.pagination.items)
    if items is None:
        return []
    if not isinstance(items, list):
        raise PaginationError(f"there is no list at {state.walk.pagination.items!r}")
    return cast("list[object]", items)


def _count(answer: PageAnswer[Any], pointer: str) -> int:
    items = value_at(answer.body, pointer)
    return len(cast("list[object]", items)) if isinstance(items, list) else 0


def _more(pointer: str | None, answer: PageAnswer[Any]) -> bool | None:
    if pointer is None:
        return None
    more = value_at(answer.body, pointer)
    return more if isinstance(more, bool) else None


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch("[0-9]{1,18}", value):
        return int(value)
    return None


def _counts_pages(pointer: str) -> bool:
    return "page" in pointer.rpartition("/")[2].lower()


def _with(request: PageRequest, parameter: str, value: object) -> PageRequest:
    return PageRequest({**request.query, parameter: value})


def _identity(pagination: Pagination, request: PageRequest) -> object:
    if isinstance(pagination, (Link, NextURL)):
        return request.url
    value = request.query.get(pagination.parameter)
    return None if value is None or value is UNSET else str(value)


def _state_of(page: object) -> _State:
    state: _State | None = vars(page).get(_STATE)
    if state is None:
        raise PaginationError("this page does not come from a call, so none follows it")
    return state


def _is_list(page_type: type[Any]) -> bool:
    return issubclass(page_type, (ListPage, AsyncListPage))
