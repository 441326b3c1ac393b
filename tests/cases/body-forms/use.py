"""A JSON object becomes arguments; any other body is one argument."""

from body_forms import AsyncClient, Client, models

from tests.loopback import Loopback


def use_forms(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        client.bodies.flat(
            "a b", body_name="n", tags=("x",), owner={"id": "o"}, timeout=1.5
        )
        client.bodies.flat("a", body_name="n", owner=models.Owner(id="o"))
        client.bodies.optional()
        client.bodies.optional(note="n")
        client.bodies.whole(body=models.Owner(id="o"))
        client.bodies.several(body=["a"])
        client.bodies.several(body="text", content_type="text/plain")
        client.bodies.several(body=b"\0", content_type="application/octet-stream")
    sent = [(r.headers.get("content-type"), r.body) for r in server.requests]
    assert server.requests[0].target == "/flat/a%20b"
    assert server.requests[0].json == {
        "name": "n",
        "tags": ["x"],
        "owner": {"id": "o"},
        "timeout": 1.5,
    }
    assert server.requests[1].json == {"name": "n", "owner": {"id": "o"}}
    assert sent[2] == (None, b"")
    assert server.requests[3].json == {"note": "n"}
    assert server.requests[4].json == {"id": "o"}
    assert server.requests[5].json == ["a"]
    assert sent[6][1] == b"text" and str(sent[6][0]).startswith("text/plain")
    assert sent[7] == ("application/octet-stream", b"\0")


async def use_async(server: Loopback) -> None:
    server.answer(status=204)
    async with AsyncClient(base_url=server.url) as client:
        await client.bodies.flat("a", body_name="n")
    assert server.requests[0].json == {"name": "n"}
