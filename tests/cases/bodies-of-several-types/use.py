"""What is given says which of several media types it is sent as."""

from io import BytesIO

from bodies_of_several_types import AsyncClient, Client, File, models

from tests.loopback import Loopback


def sent(server: Loopback) -> list[tuple[str, bytes]]:
    return [
        (request.headers.get("content-type", "").partition(";")[0], request.body)
        for request in server.requests
    ]


def use_values(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        client.files.add(body=models.Link(url="u"))
        client.files.add(body={"url": "u"})
        client.files.add(body=b"1")
        client.files.add(body=BytesIO(b"2"))
        client.files.add(body=File("a.png", b"3"))
        client.files.add(body="4")
    assert sent(server) == [
        ("application/json", b'{"url":"u"}'),
        ("application/json", b'{"url":"u"}'),
        ("image/png", b"1"),
        ("image/png", b"2"),
        ("image/png", b"3"),
        ("text/plain", b"4"),
    ]


async def use_models(server: Loopback) -> None:
    server.answer(status=204)
    async with AsyncClient(base_url=server.url) as client:
        await client.files.add(body=models.Upload(file=b"1"))
        await client.files.add(body={"file": b"1"}, content_type="multipart/form-data")
    for kind, content in sent(server):
        assert kind == "multipart/form-data"
        assert b'name="file"; filename="file"' in content


def use_what_the_first_takes_too(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        client.files.replace(body=models.Link(url="u"))
        client.files.replace(body="text")
        client.files.replace(body="text", content_type="text/plain")
        client.files.replace(body=b"1", content_type="image/gif")
        client.files.replace()
    assert sent(server) == [
        ("application/json", b'{"url":"u"}'),
        ("application/json", b'"text"'),
        ("text/plain", b"text"),
        ("image/gif", b"1"),
        ("", b""),
    ]
