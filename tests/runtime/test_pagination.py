"""Pages: which request follows which answer, and walking them all."""

from __future__ import annotations

import asyncio
import copy
import pickle
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from conftest import AssembledPackage, assemble

URL = "https://api.example/v1/contacts?search=a"

PAGES = '''\
from __future__ import annotations

from dataclasses import dataclass

from . import models
from ._runtime.codec import Model
from ._runtime.pagination import AsyncPage, AsyncPager, Page
from ._runtime.types import UNSET, Unset
from .models.contact import ContactList


class ContactListPage(ContactList, Page["models.Contact"]):
    """A page."""


class AsyncContactListPage(ContactList, AsyncPage["models.Contact"]):
    """A page."""


@dataclass(kw_only=True, slots=True)
class Awkward(Model):
    """Fields called like the methods of pages and like what holds their items."""

    items: list[int]

    data: str | Unset = UNSET

    has_more: bool | Unset = UNSET

    pages: int | Unset = UNSET


class AwkwardPage(Awkward, Page[int]):
    """A page."""


class AsyncAwkwardPage(Awkward, AsyncPage[int]):
    """A page."""
'''


class Server:
    """Answers requests for pages from a table, and notes what was asked for."""

    def __init__(
        self,
        paging: Paging,
        page_type: Any,
        answer: Callable[[Any], tuple[Any, Mapping[str, str]]],
        documented: Any = Any,
    ) -> None:
        self.asked: list[Any] = []
        self._paging = paging
        self.documented = documented
        self._answer = answer

    def fetch(self, operation: Any, arguments: Any) -> Any:
        self.asked.append(arguments.url or dict(arguments.query))
        body, headers = self._answer(arguments)
        content = operation.responses["200"]["application/json"]
        parsed = self._paging.decode(content.type(), body)[0]
        return self._paging.result(parsed, body, headers, arguments.url or URL)


class AsyncServer:
    def __init__(self, server: Server) -> None:
        self._server = server

    async def fetch(self, operation: Any, arguments: Any) -> Any:
        return self._server.fetch(operation, arguments)


class Paging:
    def __init__(self, package: AssembledPackage) -> None:
        self.pagination = package.module("_runtime.pagination")
        counted = package.module("_runtime.pagination_counted")
        linked = package.module("_runtime.pagination_linked")
        self.Cursor = package.module("_runtime.pagination_cursor").Cursor
        self.Offset, self.PageNumber = counted.Offset, counted.PageNumber
        self.Link, self.NextURL = linked.Link, linked.NextURL
        self.lists = package.module("_runtime.pagination_lists")
        self.point = package.module("_runtime.responses").point
        self.arguments = package.module("_runtime.targets").Arguments
        self.decode = package.module("_runtime.codec").decode
        self.pages = package.module("pages")
        self.models = package.module("models")
        self.unset = package.module("_runtime.types").UNSET
        self.error = package.module("errors").PaginationError
        self._operations = package.module("_runtime.operations")
        self._result = package.module("_runtime.calls").Result
        self._headers = package.module("_runtime.http").Headers
        self._rate_limit = package.module("_runtime.http").RateLimit
        self._responses = package.module("_runtime.responses")

    def result(
        self, parsed: Any, body: Any, headers: Mapping[str, str], url: str
    ) -> Any:
        response = self._responses.ApiResponse(
            parsed,
            200,
            self._headers(headers.items()),
            None,
            [],
            self._rate_limit(),
            1,
            False,
        )
        return self._result(response, body, url, 1.5)

    def after(
        self,
        pagination: Any,
        body: Any,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        url: str = URL,
    ) -> Any:
        """What follows ``body``: a query or a URL, or ``None``."""
        answer = self.result(body, body, headers or {}, url)
        following = pagination.next_request(self.arguments(query=query or {}), answer)
        return following and (following.url or following.query)

    def operation(self, pagination: Any, server: Server) -> Any:
        answer = {"application/json": self._operations.JSON(lambda: server.documented)}
        return self._operations.Operation(
            "GET", "/contacts", responses={"200": answer}, pagination=pagination
        )

    def first(self, page_type: Any, pagination: Any, query: Any, server: Server) -> Any:
        operation = self.operation(pagination, server)
        return self.pagination.first_page(server, operation, page_type, query=query)

    def pager(self, page_type: Any, pagination: Any, query: Any, server: Server) -> Any:
        operation = self.operation(pagination, server)
        client = AsyncServer(server)
        return self.pagination.AsyncPager(client, operation, page_type, query=query)

    def walk(
        self, page_type: Any, pagination: Any, query: Any, server: Server
    ) -> tuple[list[Any], list[Any]]:
        """All items, first with ``for``, then with ``async for``."""
        items = list(self.first(page_type[0], pagination, query, server))
        asked = list(server.asked)

        async def collect() -> list[Any]:
            pager = self.pager(page_type[1], pagination, query, server)
            return [item async for item in pager]

        server.asked.clear()
        assert asyncio.run(collect()) == items
        assert server.asked == asked
        return items, asked


@pytest.fixture(scope="module")
def paging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paging]:
    package = assemble(tmp_path_factory.mktemp("paging"), {"pages.py": PAGES})
    yield Paging(package)
    package.forget()


def contact(number: int) -> dict[str, Any]:
    return {
        "id": f"c{number}",
        "object": "contact",
        "phone": None,
        "status": "active",
        "tags": [],
        "messages": 0,
        "created_at": "2024-01-01T00:00:00Z",
        "profile": {"name": "x"},
    }


def cursors(pages: Mapping[str | None, tuple[list[int], str | None, bool]]) -> Any:
    def answer(request: Any) -> tuple[Any, Mapping[str, str]]:
        numbers, following, more = pages[request.query.get("cursor") or None]
        body = {
            "data": [contact(number) for number in numbers],
            "has_more": more,
            "next_cursor": following,
        }
        return body, {}

    return answer


# --- Walking -------------------------------------------------------------------------


def test_every_item_of_every_page(paging: Paging) -> None:
    pages = paging.pages.ContactListPage, paging.pages.AsyncContactListPage
    pagination = paging.Cursor(
        "cursor", next="/next_cursor", more="/has_more", items="/data"
    )
    server = Server(
        paging,
        pages[0],
        cursors(
            {
                None: ([1, 2], "a", True),
                "a": ([], "b", True),  # an empty page is not the last
                "b": ([3], "c", False),
            }
        ),
    )
    query = {"search": "x", "limit": "2", "cursor": paging.unset}
    items, asked = paging.walk(pages, pagination, query, server)
    assert [item.id for item in items] == ["c1", "c2", "c3"]
    assert all(type(item) is paging.models.Contact for item in items)
    assert asked == [
        query,
        {"search": "x", "limit": "2", "cursor": "a"},
        {"search": "x", "limit": "2", "cursor": "b"},
    ]


def test_pages_are_fetched_when_they_are_needed(paging: Paging) -> None:
    cursor = paging.Cursor("cursor", next="/next_cursor", items="/data")
    page_type = paging.pages.ContactListPage
    answer = cursors({None: ([1, 2], "a", True), "a": ([3], None, False)})
    server = Server(paging, page_type, answer)
    page = paging.first(page_type, cursor, {}, server)
    items = iter(page)
    next(items), next(items)
    assert len(server.asked) == 1
    assert next(items).id == "c3" and len(server.asked) == 2

    assert page.has_more is True and page.has_next_page()
    second = page.next_page()
    assert type(second) is page_type and second.next_cursor is None
    assert not second.has_next_page() and second.next_page() is None
    assert [len(each.data) for each in page.iter_pages()] == [2, 1]
    assert page == page_type.from_dict(page.to_dict())
    assert "(page)" not in repr(page)


def test_a_pager_is_awaited_or_iterated(paging: Paging) -> None:
    cursor = paging.Cursor("cursor", next="/next_cursor", items="/data")
    page_type = paging.pages.AsyncContactListPage
    answer = cursors({None: ([1], "a", True), "a": ([2], None, False)})
    server = Server(paging, page_type, answer)

    async def use() -> None:
        pager = paging.pager(page_type, cursor, {}, server)
        assert server.asked == []
        page = await pager
        assert [each.id for each in page.data] == ["c1"] and len(server.asked) == 1
        assert [each.id async for each in page] == ["c1", "c2"]
        following = await page.next_page()
        assert following is not None and await following.next_page() is None
        assert [
            len(p.data)
            async for p in paging.pager(page_type, cursor, {}, server).iter_pages()
        ] == [1, 1]
        assert [len(p.data) async for p in page.iter_pages()] == [1, 1]

    asyncio.run(use())


def test_fields_may_be_called_like_anything(paging: Paging) -> None:
    pages = paging.pages.AwkwardPage, paging.pages.AsyncAwkwardPage
    pagination = paging.PageNumber("page", items="/items", total="/pages")

    def answer(request: Any) -> tuple[Any, Mapping[str, str]]:
        number = request.query.get("page", 1)
        return {
            "items": [number, -number],
            "data": "x",
            "has_more": True,
            "pages": 2,
        }, {}

    server = Server(paging, pages[0], answer)
    assert paging.walk(pages, pagination, {}, server)[0] == [1, -1, 2, -2]


def test_a_list_as_the_answer(paging: Paging) -> None:
    runtime = paging.lists
    pages = runtime.ListPage[int], runtime.AsyncListPage[int]

    def answer(request: Any) -> tuple[Any, Mapping[str, str]]:
        if request.url is None:
            return [1, 2], {"Link": '<https://api.example/v1/p2>; rel="next"'}
        return [3], {"link": '<https://api.example/v1/contacts>; rel="first"'}

    server = Server(paging, pages[0], answer, list[int])
    items, asked = paging.walk(pages, paging.Link(items=""), {"q": 1}, server)
    assert items == [1, 2, 3]
    assert asked == [{"q": 1}, "https://api.example/v1/p2"]
    page = paging.first(pages[0], paging.Link(""), {}, server)
    assert page.data == [1, 2] and repr(page) == "ListPage([1, 2])"


@pytest.mark.parametrize("repeated", ["a", "b"])
def test_a_repeated_cursor_is_an_error(paging: Paging, repeated: str) -> None:
    cursor = paging.Cursor("cursor", next="/next_cursor", items="/data")
    page_type = paging.pages.ContactListPage
    answer = cursors(
        {None: ([1], "a", True), "a": ([2], "b", True), "b": ([3], repeated, True)}
    )
    server = Server(paging, page_type, answer)
    page = paging.first(page_type, cursor, {}, server)
    seen: list[str] = []
    with pytest.raises(paging.error, match="leads back"):
        for item in page:
            seen.append(item.id)
    assert seen == ["c1", "c2", "c3"] and len(server.asked) == 3
    # Walking again from the first page is no repetition.
    assert page.next_page().data[0].id == "c2"


def test_the_cursor_of_the_first_call_counts(paging: Paging) -> None:
    cursor = paging.Cursor("cursor", next="/next_cursor", items="/data")
    page_type = paging.pages.ContactListPage
    server = Server(paging, page_type, cursors({"a": ([1], "a", True)}))
    query = {"cursor": "a"}
    page = paging.first(page_type, cursor, query, server)
    with pytest.raises(paging.error, match="leads back"):
        page.next_page()


def test_a_link_back_to_the_first_page_is_an_error(paging: Paging) -> None:
    page_type = paging.lists.ListPage[int]
    link = {"Link": f'<{URL}>; rel="next"'}
    server = Server(paging, page_type, lambda _: ([1], link), list[int])
    page = paging.first(page_type, paging.Link(""), {}, server)
    with pytest.raises(paging.error, match="leads back"):
        list(page)


def test_what_following_pages_ask_for_wins_over_the_options(paging: Paging) -> None:
    pages = paging.pages.AwkwardPage, paging.pages.AsyncAwkwardPage
    pagination = paging.Offset("offset", items="/items")

    def answer(request: Any) -> tuple[Any, Mapping[str, str]]:
        assert request.options == {"max_retries": 0}
        here = request.query["offset"]
        return {"items": [here, here + 1] if here < 14 else []}, {}

    server = Server(paging, pages[0], answer)
    options = {"query": {"offset": 10, "q": "x"}, "max_retries": 0}
    operation = paging.operation(pagination, server)
    query = {"offset": paging.unset}
    page = paging.pagination.first_page(
        server, operation, pages[0], query=query, options=options
    )
    assert list(page) == [10, 11, 12, 13]
    assert server.asked == [{"offset": n, "q": "x"} for n in (10, 12, 14)]
    assert options == {"query": {"offset": 10, "q": "x"}, "max_retries": 0}


def test_pages_without_items_end(paging: Paging) -> None:
    pages = paging.pages.AwkwardPage, paging.pages.AsyncAwkwardPage
    pagination = paging.PageNumber("page", items="/items", more="/has_more")
    some = {1, 99, 198}

    def answer(request: Any) -> tuple[Any, Mapping[str, str]]:
        number = request.query.get("page", 1)
        return {"items": [number] if number in some else [], "has_more": True}, {}

    server = Server(paging, pages[0], answer)
    items: list[int] = []
    with pytest.raises(paging.error, match="100 pages in a row") as raised:
        items.extend(paging.first(pages[0], pagination, {}, server))
    assert items == sorted(some) and len(server.asked) == 298
    error = raised.value
    assert (error.method, error.path) == ("GET", "/contacts")
    assert (error.sent, error.attempts, error.elapsed) == ("answered", 1, 1.5)


def test_a_page_made_by_hand_has_nothing_after_it(paging: Paging) -> None:
    page = paging.pages.ContactListPage(data=[], has_more=False)
    with pytest.raises(paging.error):
        page.next_page()


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda page: pickle.loads(pickle.dumps(page))]
)
def test_a_copy_of_a_page_has_its_fields_and_leads_nowhere(
    paging: Paging, copied: Callable[[Any], Any]
) -> None:
    lists = paging.lists.ListPage[int]
    server = Server(paging, lists, lambda request: ([1, 2], {}), list[int])
    listed = copied(paging.first(lists, paging.Link(items=""), {}, server))
    assert listed.data == [1, 2]
    body = {"data": [{"id": "ct_1"}], "has_more": True, "next_cursor": "b", "new": 1}
    cursor = paging.Cursor("cursor", next="/next_cursor", items="/data")
    page_type = paging.pages.ContactListPage
    server = Server(paging, page_type, lambda request: (body, {}))
    page = copied(paging.first(page_type, cursor, {}, server))
    assert type(page) is page_type and page.to_dict() == body
    made = copied(page_type(data=[], has_more=False))
    assert made.data == []
    for copy_of in (listed, page, made):
        with pytest.raises(paging.error):
            copy_of.next_page()


# --- Which request follows -----------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "following"),
    [
        ({"next": "b", "more": True}, "b"),
        ({"next": "b", "more": False}, None),
        ({"next": "b"}, "b"),
        ({"next": "b", "more": None}, "b"),
        ({"next": 7, "more": True}, 7),
        ({"next": None, "more": False}, None),
        ({"next": "", "more": False}, None),
        ({"next": None}, None),
        ({"next": 0}, None),
        ({}, None),
        ([], None),
        (None, None),
    ],
)
def test_cursor(paging: Paging, body: Any, following: Any) -> None:
    cursor = paging.Cursor("after", next="/next", more="/more", items="/data")
    expected = following and {"q": "x", "after": following}
    assert paging.after(cursor, body, {"q": "x", "after": "a"}) == expected


def test_the_cursor_may_be_in_the_last_item(paging: Paging) -> None:
    cursor = paging.Cursor("after", next="/data/-1/id", more="/more", items="/data")
    body = {"data": [{"id": 1}, {"id": 2}], "more": True}
    assert paging.after(cursor, body) == {"after": 2}
    assert paging.after(cursor, {"data": [], "more": False}) is None


@pytest.mark.parametrize(
    "body",
    [{"more": True}, {"next": {}, "more": True}, {"next": [1]}, {"next": "\ud800"}],
)
def test_a_cursor_that_cannot_be_told(paging: Paging, body: Any) -> None:
    cursor = paging.Cursor("after", next="/next", more="/more", items="/data")
    with pytest.raises(paging.error):
        paging.after(cursor, body)


@pytest.mark.parametrize(
    ("query", "body", "following"),
    [
        ({}, {"data": [1, 2]}, 2),
        ({"offset": 4}, {"data": [1, 2]}, 6),
        ({"offset": "4"}, {"data": [1, 2]}, 6),
        ({"offset": 4}, {"data": []}, None),
        ({"offset": 4}, {"data": [1, 2], "total": 6}, None),
        ({"offset": 4}, {"data": [1, 2], "total": 7}, 6),
        ({"offset": 4}, {"data": [1, 2], "total": "7"}, 6),
        ({"offset": 4}, {"data": [1, 2], "total": 99, "more": False}, None),
        ({"offset": 4, "limit": 10}, {"data": [], "more": True}, 14),
        ({"offset": 4, "limit": "10"}, {"data": [], "total": 30}, 14),
    ],
)
def test_offset(paging: Paging, query: Any, body: Any, following: int | None) -> None:
    offset = paging.Offset(
        "offset", items="/data", limit="limit", total="/total", more="/more"
    )
    expected = following and {**query, "offset": following}
    assert paging.after(offset, body, query) == expected


def test_an_empty_page_without_a_limit_leads_nowhere(paging: Paging) -> None:
    offset = paging.Offset("offset", items="/data", more="/more")
    with pytest.raises(paging.error):
        paging.after(offset, {"data": [], "more": True})


@pytest.mark.parametrize(
    ("query", "body", "following"),
    [
        ({}, {"data": [1]}, 2),
        ({"page": 3}, {"data": [1]}, 4),
        ({"page": "3"}, {"data": [1]}, 4),
        ({"page": 3}, {"data": []}, None),
        ({"page": 3}, {"data": [], "more": True}, 4),
        ({"page": 3}, {"data": [1], "more": False}, None),
        ({"page": 3}, {"data": [1], "total_pages": 3}, None),
        ({"page": 3}, {"data": [1], "total_pages": 4}, 4),
    ],
)
def test_page_number(
    paging: Paging, query: Any, body: Any, following: int | None
) -> None:
    number = paging.PageNumber(
        "page", items="/data", total="/total_pages", more="/more"
    )
    expected = following and {**query, "page": following}
    assert paging.after(number, body, query) == expected


def test_pages_that_count_from_zero(paging: Paging) -> None:
    number = paging.PageNumber("page", items="/data", total="/pages", first=0)
    assert paging.after(number, {"data": [1], "pages": 2}) == {"page": 1}
    assert paging.after(number, {"data": [1], "pages": 2}, {"page": 1}) is None


BASE = "https://api.example"


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ('<https://api.example/p?x=1>; rel="next"', f"{BASE}/p?x=1"),
        ("<https://api.example/p>; rel=next", f"{BASE}/p"),
        ("</v1/p?cursor=a,b>; rel=next", f"{BASE}/v1/p?cursor=a,b"),
        ("<?page=2>; rel=next", f"{BASE}/v1/contacts?page=2"),
        ("<p#part>; rel=next", f"{BASE}/v1/p"),
        ('<a>; rel="prev", <b>; rel="next"', f"{BASE}/v1/b"),
        ('<a>; title="x, <c>; rel=next"; rel="prev", <b>; rel="next"', f"{BASE}/v1/b"),
        ('<a>; title="\\"; rel=next, <c>"; rel="next"', f"{BASE}/v1/a"),
        ('<a>; REL="Last NEXT"', f"{BASE}/v1/a"),
        ('<a> ; rel = "next"', f"{BASE}/v1/a"),
        ('<a>; rel="prev"; rel="next"', None),
        ('<a>; rel="nextish"', None),
        ("<a>", None),
        ("<a; rel=next", None),
        ('<a>; title="b; rel=next', None),
        ("rel=next", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_link(paging: Paging, link: str, following: str | None) -> None:
    pagination = paging.Link(items="/data")
    assert paging.after(pagination, {}, headers={"link": link}) == following
    assert paging.after(pagination, {}, headers={"Link": link}) == following
    url = paging.NextURL(next="/links/next", items="/data")
    if following is not None:
        assert paging.after(url, {"links": {"next": following}}) == following


@pytest.mark.parametrize("part", [" ", "<", '"', '"\\', ",", ";", "=", "<>;rel=", "a"])
def test_a_long_link_header_is_read_in_one_go(paging: Paging, part: str) -> None:
    def seconds(size: int) -> float:
        text = ("<x>; rel=" + part * (size // len(part)))[:size] + '"'
        started = time.process_time()
        paging.after(paging.Link(items="/data"), {}, headers={"link": text})
        return time.process_time() - started

    # What costs the square of its length takes half a minute for so much.
    assert min(seconds(100_000) for _ in range(3)) < 1


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/p",
        "http://api.example/p",
        "https://api.example:444/p",
        "https://user@api.example/p",
        "https://api.example@evil.example/p",
        "https://api.example\\@evil.example/p",
        "//evil.example/p",
        "\\\\evil.example/p",
        "/\\evil.example",
        "https://api.example.evil.example/",
        "https://[::1",
        "https://api.example:port/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://api.example/a b",
        "https://api.example/\r\nX: y",
        "\thttps://evil.example/",
        "/p?\ud800",
    ],
)
def test_other_origins_are_not_followed(paging: Paging, target: str) -> None:
    url = paging.NextURL(next="/next", items="/data")
    with pytest.raises(paging.error) as caught:
        paging.after(url, {"next": target})
    assert "evil" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://api.example:443/p", "HTTPS://API.example/p"])
def test_the_same_origin_in_other_words(paging: Paging, url: str) -> None:
    pagination = paging.NextURL(next="/next", items="/data")
    assert paging.after(pagination, {"next": url}) is not None


@pytest.mark.parametrize("target", [None, ""])
def test_no_next_url(paging: Paging, target: str | None) -> None:
    url = paging.NextURL(next="/next", items="/data")
    assert paging.after(url, {"next": target}) is None


@pytest.mark.parametrize("target", [1, True, {}, ["a"]])
def test_a_next_url_that_is_none(paging: Paging, target: object) -> None:
    url = paging.NextURL(next="/next", items="/data")
    with pytest.raises(paging.error):
        paging.after(url, {"next": target})


# --- Where the items are -------------------------------------------------------------


@pytest.mark.parametrize("data", [{}, {"data": None}, {"data": []}])
def test_no_items(paging: Paging, data: dict[str, Any]) -> None:
    cursor = paging.Cursor("cursor", next="/next_cursor", items="/data")
    page_type = paging.pages.ContactListPage
    server = Server(paging, page_type, lambda _: ({**data, "has_more": False}, {}))
    page = paging.first(page_type, cursor, {}, server)
    assert list(page) == []


def test_items_that_are_no_list(paging: Paging) -> None:
    cursor = paging.Cursor("cursor", next="/next_cursor", items="/data")
    page_type = paging.pages.ContactListPage
    server = Server(paging, page_type, lambda _: ({"data": "x"}, {}))
    page = paging.first(page_type, cursor, {}, server)
    with pytest.raises(paging.error, match="no list at '/data'") as raised:
        list(page)
    assert (raised.value.path, raised.value.sent) == ("/contacts", "answered")


def test_pointers(paging: Paging) -> None:
    point = paging.point
    body = {"a/b": {"~c": [1, {"": 2}]}}
    assert point(body, "") is body
    assert point(body, "/a~1b/~0c/0") == 1
    assert point(body, "/a~1b/~0c/-1/") == 2
    assert point([], "/-1") is None
    for pointer in (
        "/x",
        "/a~1b/~0c/2",
        "/a~1b/~0c/x",
        "/a~1b/~0c/0/y",
        "/a~1b/~0c/-2",
    ):
        assert point(body, pointer) is None
