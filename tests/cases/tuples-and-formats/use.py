"""Standard-library types that write back what they read."""

from datetime import date, datetime, time, timezone
from decimal import Decimal
from uuid import UUID

from tuples_and_formats import Client

from tests.loopback import Loopback

SAMPLE = {
    "at": "2026-05-23T08:00:00.123456789Z",
    "day": "2026-05-23",
    "clock": "08:00:00Z",
    "key": "0E2A6C64-7B6F-4F3C-9C3A-0A6B1F0F3A55",
    "price": "1.10",
    "blob": "aGk=",
    "site": "https://example.com",
    "big": 9007199254740993,
    "span": "P1Y2M",
    "point": [1.5, 2],
    "loose": ["a", 1, 2],
}


def use_round_trip(server: Loopback) -> None:
    server.answer(json=SAMPLE)
    with Client(base_url=server.url, strict=True) as client:
        sample = client.samples.get_sample(
            day=date(2026, 5, 23),
            since=datetime(2026, 5, 23, tzinfo=timezone.utc),
            key=UUID(int=1),
        )
    assert sample.at == datetime(2026, 5, 23, 8, 0, 0, 123456, timezone.utc)
    assert sample.clock == time(8, tzinfo=timezone.utc)
    assert sample.key == UUID("0e2a6c64-7b6f-4f3c-9c3a-0a6b1f0f3a55")
    assert sample.price == Decimal("1.10") and sample.blob == b"hi"
    assert sample.point == (1.5, 2)
    assert sample.to_dict() == SAMPLE
    assert server.requests[0].query == (
        "day=2026-05-23&since=2026-05-23T00%3A00%3A00Z"
        "&key=00000000-0000-0000-0000-000000000001"
    )
