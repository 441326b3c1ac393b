"""A documented redirect is two methods; the token stays with the API's own host."""

from redirects import AsyncClient, Client

from tests.loopback import Loopback, Running


def use_url_and_download(server: Loopback) -> None:
    other = Loopback()
    other.answer(body=b"image", headers={"content-type": "image/png"})
    with Running(other) as elsewhere:
        # Another name of this machine is another origin.
        target = elsewhere.url.replace("127.0.0.1", "localhost") + "/cdn/1"
        server.answer(status=302, body=b"", headers={"location": target})
        with Client(token="t0ken", base_url=server.url) as client:
            assert client.media.get_url("m1") == target
            assert client.media.download("m1") == b"image"
    assert server.requests[0].headers["authorization"] == "Bearer t0ken"
    assert "authorization" not in other.requests[0].headers


async def use_async(server: Loopback) -> None:
    server.answer(status=302, body=b"", headers={"location": "/elsewhere"})
    async with AsyncClient(token="t0ken", base_url=server.url) as client:
        assert await client.media.get_url("m1") == server.url + "/elsewhere"
