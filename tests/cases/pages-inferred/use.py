"""A cursor that goes in and comes out, beside one list: pages, without being told."""

from pages_inferred import AsyncClient, Client

from tests.loopback import Loopback


def _answer_pages(server: Loopback) -> None:
    server.answer(json={"events": [{"id": 1}, {"id": 2}], "next_cursor": "c2"})
    server.answer(json={"events": [{"id": 3}], "next_cursor": None})


def use_sync(server: Loopback) -> None:
    _answer_pages(server)
    with Client(base_url=server.url, strict=True) as client:
        page = client.events.list(kind="a")
        assert page.next_cursor == "c2" and len(page.events) == 2
        assert [event.id for event in page] == [1, 2, 3]
    assert [r.query for r in server.requests] == ["kind=a", "cursor=c2&kind=a"] or [
        r.query for r in server.requests
    ] == ["kind=a", "kind=a&cursor=c2"]


async def use_async(server: Loopback) -> None:
    _answer_pages(server)
    async with AsyncClient(base_url=server.url, strict=True) as client:
        assert [event.id async for event in client.events.list()] == [1, 2, 3]
        _answer_pages(server)
        page = await client.events.list()
        assert [event.id for event in page.events] == [1, 2]
