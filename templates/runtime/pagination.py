"""Pages: walking a list that the API gives in pieces.

Comes in: how an operation is paged (a :class:`Pagination`, each in its own module), and
the arguments of the first call. Goes out: a page that is the answer itself and can be
iterated over all that follow. Nothing is fetched before it is asked for, and nothing is
fetched twice: a page that leads back to an earlier one is a :class:`PaginationError`,
and so are too many without an item.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, Self, TypeVar, Unpack, cast

from ..errors import PaginationError
from .calls import Result
from .client import AsyncAPIClient, SyncAPIClient
from .operations import JSON, Operation
from .options import request_options
from .responses import point
from .targets import Arguments, CallArguments

T = TypeVar("T")
SyncPage = TypeVar("SyncPage", bound="Page[Any]")
AsynchronousPage = TypeVar("AsynchronousPage", bound="AsyncPage[Any]")

_STATE = "(page)"  # no field can have this name
_MOST_EMPTY = 100


class Pagination(Protocol):
    """How one page leads to the next."""

    @property
    def items(self) -> str:
        """Where they are in the body: a JSON pointer, as all such names here."""
        ...

    def next_request(self, asked: Arguments, answer: Result) -> Arguments | None:
        """What to ask for after ``answer``; ``None`` after the last page."""
        ...


# --- What the caller gets ------------------------------------------------------------


def first_page(
    client: SyncAPIClient,
    operation: Operation[Any],
    page_type: type[SyncPage],
    **arguments: Unpack[CallArguments],
) -> SyncPage:
    """Fetch the first page of a list; for generated methods."""
    walk = _Walk(operation, page_type, client.fetch)
    asked = _first_request(arguments)
    page: SyncPage = walk.page(asked, client.fetch(walk.operation, asked))
    return page


class _AnyPage:
    def has_next_page(self) -> bool:
        """Whether there is another page, as far as the answer tells."""
        return _state_of(self).next_request() is not None

    # Copies, pickled or not, have the fields of a page, and lead nowhere.
    def __getstate__(self) -> object:
        state: Any = super().__getstate__()
        slots: Any = {}
        if isinstance(state, tuple):
            state, slots = cast("tuple[Any, Any]", state)
        attributes: dict[str, Any] = state or {}
        return {**attributes, _STATE: None}, slots


class Page(_AnyPage, Generic[T]):
    """A page of an answer. Iterating gives the items of this page and of all that
    follow, which are fetched on the way.

    Nothing here is called like a field that answers are known to have, such as
    ``data``, ``items`` or ``has_more``; should one be called so, that name alone is
    lost.
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


class AsyncPage(_AnyPage, Generic[T]):
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


class AsyncPager(Generic[AsynchronousPage, T]):
    """A paged call that has not been made: ``await`` it for one page, or use
    ``async for`` for the items of all pages."""

    def __init__(
        self,
        client: AsyncAPIClient,
        operation: Operation[Any],
        page_type: type[AsynchronousPage],
        **arguments: Unpack[CallArguments],
    ) -> None:
        """For generated methods."""
        self._call = client, operation, page_type, arguments

    async def _first(self) -> AsynchronousPage:
        client, operation, page_type, arguments = self._call
        walk = _Walk(operation, page_type, client.fetch)
        asked = _first_request(arguments)
        page: AsynchronousPage = walk.page(
            asked, await client.fetch(walk.operation, asked)
        )
        return page

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


def _pages(page: SyncPage) -> Iterator[SyncPage]:
    following: SyncPage | None = page
    while following is not None:
        yield following
        following = _following(following)


def _following(page: SyncPage) -> SyncPage | None:
    state = _state_of(page)
    asked = state.next_request()
    if asked is None:
        return None
    answer = state.walk.fetch(state.walk.operation, asked)
    following: SyncPage = state.walk.page(asked, answer, state)
    return following


async def _async_pages(page: AsynchronousPage) -> AsyncIterator[AsynchronousPage]:
    following: AsynchronousPage | None = page
    while following is not None:
        yield following
        following = await _async_following(following)


async def _async_following(page: AsynchronousPage) -> AsynchronousPage | None:
    state = _state_of(page)
    asked = state.next_request()
    if asked is None:
        return None
    answer = await state.walk.fetch(state.walk.operation, asked)
    following: AsynchronousPage = state.walk.page(asked, answer, state)
    return following


# --- From one page to the next -------------------------------------------------------


@dataclass(slots=True)
class _Walk:
    """What all pages of one call share."""

    operation: Operation[Any]
    page_type: type[Any]
    fetch: Callable[[Operation[Any], Arguments], Any]
    asked: dict[object, int] = field(default_factory=dict[object, int])
    """What was asked for → the number of the page that asked for it first."""

    def __post_init__(self) -> None:
        # {% if needs.listed_pages %}
        if not self.pagination.items:
            return  # The page will hold the documented list.
        # {% endif %}
        # The page extends the documented model.
        page = JSON(lambda: self.page_type)
        answers = {
            status: {
                name: page if isinstance(content, JSON) else content
                for name, content in media.items()
            }
            for status, media in self.operation.responses.items()
        }
        self.operation = replace(self.operation, responses=answers)

    @property
    def pagination(self) -> Pagination:
        return cast("Pagination", self.operation.pagination)

    def page(
        self, asked: Arguments, answer: Result, previous: _State | None = None
    ) -> Any:
        page = answer.response.parsed
        number = 0 if previous is None else previous.number + 1
        empty = 0 if previous is None else previous.empty
        empty = 0 if point(page, self.pagination.items) else empty + 1
        # {% if needs.listed_pages %}
        if isinstance(page, list):
            page = self.page_type(page)
        # {% endif %}
        self.asked.setdefault(_identity(asked), number)
        self.asked.setdefault(answer.url, number)
        vars(page)[_STATE] = _State(self, asked, answer, number, empty)
        return page


@dataclass(slots=True)
class _State:
    """What a page knows beside its fields."""

    walk: _Walk
    asked: Arguments
    answer: Result
    number: int
    empty: int
    """How many pages in a row, this one included, have no item."""

    def next_request(self) -> Arguments | None:
        try:
            request = self.walk.pagination.next_request(self.asked, self.answer)
            if request is None:
                return None
            number = self.walk.asked.get(_identity(request))
            if number is not None and number <= self.number:
                raise PaginationError(
                    f"page {self.number + 1} leads back to page {number + 1}"
                )
            if self.empty >= _MOST_EMPTY:
                raise PaginationError(f"{self.empty} pages in a row have no item")
        except PaginationError as error:
            # What is wrong with a page is wrong with the answer to a call.
            self.answer.tell(error, self.walk.operation)
            raise
        return replace(request, follows=True)


# --- Requests ------------------------------------------------------------------------


def _first_request(arguments: CallArguments) -> Arguments:
    """With the query of ``request_options`` among the arguments, so that what the
    following pages ask for wins over it."""
    asked = Arguments(**arguments)
    options = request_options(asked.options).copy()
    query = {**asked.query, **options.pop("query", {})}
    return replace(asked, query=query, options=options)


def asking(asked: Arguments, parameter: str, value: object) -> Arguments:
    return replace(asked, query={**asked.query, parameter: value})


def _identity(asked: Arguments) -> object:
    """What tells requests for different pages apart."""
    return asked.url or tuple((name, str(each)) for name, each in asked.query.items())


# --- Reading answers -----------------------------------------------------------------


def _items(page: Any) -> list[Any]:
    state = _state_of(page)
    # {% if needs.listed_pages %}
    # A body that is a list is held by the page, all others are the page.
    page = state.answer.response.parsed
    # {% endif %}
    pointer = state.walk.pagination.items
    items = point(page, pointer)
    if items is not None and not isinstance(items, list):
        error = PaginationError(f"there is no list at {pointer!r}")
        raise state.answer.tell(error, state.walk.operation)
    return cast("list[object]", items or [])


def says_more(pointer: str | None, answer: Result) -> bool | None:
    """Whether the answer says that more follows; ``None`` if it does not say."""
    if pointer is None:
        return None
    more = point(answer.body, pointer)
    return more if isinstance(more, bool) else None


def _state_of(page: object) -> _State:
    state: _State | None = vars(page).get(_STATE)
    if state is None:
        raise PaginationError("this page does not come from a call, so none follows it")
    return state
