"""What can have but one value need not be typed; a default is the server's."""

from urllib.parse import parse_qs

from required_constants import Client, models

from tests.loopback import Loopback


def use_constants(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        client.events.add("eu", size=5, count=1, item=models.Item(size=2))
        client.events.add("eu", size=5, count=1, item={"size": 2}, mode="fast")
    first, second = server.requests
    assert parse_qs(first.query) == {"api-version": ["2024-01-01"], "size": ["5"]}
    assert first.json == {
        "type": "event",
        "count": 1,
        "item": {"version": 2, "size": 2},
    }
    assert "mode=fast" in second.query


def use_answers(_: Loopback) -> None:
    # What is missing in an answer is missing.
    item = models.Item.from_dict({"size": 1})
    assert not item.version and item.to_dict() == {"size": 1}
