"""Absent and null are different values, all the way to the wire."""

from datetime import datetime, timezone

from optional_and_nullable import UNSET, Client, models

from tests.loopback import Loopback


def use_absent_and_null(server: Loopback) -> None:
    server.answer(json={"id": "n1", "title": "Milk", "archived_at": None})
    with Client(base_url=server.url) as client:
        note = client.notes.update_note("n1", pinned=None)
    assert server.requests[0].json == {"pinned": None}
    assert note.archived_at is None
    assert note.pinned is UNSET
    assert note.to_dict() == {"id": "n1", "title": "Milk", "archived_at": None}


def use_narrowing(server: Loopback) -> None:
    note = models.Note(
        id="n1",
        title="Milk",
        archived_at=datetime(2026, 5, 23, tzinfo=timezone.utc),
        color="red",
    )
    if note.color is not UNSET and note.color is not None:
        assert note.color.upper() == "RED"
    assert note.to_dict()["archived_at"] == "2026-05-23T00:00:00Z"
    assert models.Note.from_dict(note.to_dict()) == note
