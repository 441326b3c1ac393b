"""A media type that is a range leaves the choice to the caller, or to the file."""

from io import BytesIO

from media_ranges import AsyncClient, Client
from media_ranges._runtime.files import File

from tests.loopback import Loopback


def use_requests(server: Loopback) -> None:
    server.answer(body=b"x", headers={"content-type": "text/plain"})
    with Client(base_url=server.url) as client:
        client.files.put_image(body=File("a.png", b"1"))
        client.files.put_image(body=BytesIO(b"1"), content_type="image/webp")
        client.files.put_image(body=b"1")
        client.files.put_any(body="text")
        client.files.put_any(body=b"1")
        client.files.put_any(body="<a/>", content_type="application/xml")
        client.files.post_any(body={"a": 1})
        client.files.post_any(body="text")
        client.files.post_any(body=b"1", content_type="application/zip")
        client.files.put_mixed(body={"url": "u"})
        client.files.put_mixed(body=b"1", content_type="image/gif")
        client.files.put_csv(body=b"a,b")
        assert client.files.put_token(body="a.b.c") == "x"
        assert client.files.put_token(body=b"a.b.c") == "x"
        client.files.put_archive(body=b"PK")
    sent = [(r.headers["content-type"], r.body) for r in server.requests]
    assert sent == [
        ("image/png", b"1"),
        ("image/webp", b"1"),
        ("image/octet-stream", b"1"),
        ("text/plain; charset=utf-8", b"text"),
        ("application/octet-stream", b"1"),
        ("application/xml", b"<a/>"),
        ("application/json", b'{"a":1}'),
        ("text/plain; charset=utf-8", b"text"),
        ("application/zip", b"1"),
        ("application/json", b'{"url":"u"}'),
        ("image/gif", b"1"),
        ("text/csv", b"a,b"),
        ("application/jwt", b"a.b.c"),
        ("application/jwt", b"a.b.c"),
        ("application/zip", b"PK"),
    ]


async def use_answers(server: Loopback) -> None:
    server.answer(body=b"12", headers={"content-type": "text/plain"})
    server.answer(body=b'"text"', headers={"content-type": "application/json"})
    server.answer(body=b"\xff", headers={"content-type": "image/png"})
    server.answer(body=b"a", headers={"content-type": "text/plain"})
    server.answer(body=b"a,b", headers={"content-type": "text/csv"})
    server.answer(body=b"<svg/>", headers={"content-type": "image/svg+xml"})
    server.answer(body=b"a.b", headers={"content-type": "application/jwt"})
    async with AsyncClient(base_url=server.url) as client:
        assert await client.files.put_image(body=b"") == "12"
        assert await client.files.put_image(body=b"") == "text"
        assert await client.files.put_any(body="") == b"\xff"
        assert await client.files.put_mixed(body=b"", content_type="image/gif") == "a"
        assert await client.files.put_csv(body=b"") == b"a,b"
        assert await client.files.put_token(body="") == "<svg/>"
        assert await client.files.put_archive(body=b"") == b"a.b"
