"""What has to be sent, and is known beforehand, need not be typed."""

import datetime
from urllib.parse import parse_qs

from required_with_a_default import Client, models

from tests.loopback import Loopback


def use_presets(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        day = datetime.date(2026, 1, 2)
        item = models.Item(name="a")
        client.events.add(since=day, unfit=1, item=item)
        client.events.add(since=day, unfit=1, item=item, size=5, color="blue", on=True)
    first, second = server.requests
    assert parse_qs(first.query) == {
        "api-version": ["2024-01-01"],
        "size": ["20"],
        "since": ["2026-01-02"],
    }
    assert first.json == {
        "type": "event",
        "count": 3,
        "color": "red",
        "on": False,
        "item": {"name": "a", "size": 1},
    }
    assert "size=5" in second.query
    assert second.json["color"] == "blue" and second.json["on"] is True


def use_answers(_: Loopback) -> None:
    # What is missing in an answer is missing.
    item = models.Item.from_dict({"name": "a"})
    assert not item.size and item.to_dict() == {"name": "a"}
