"""What events are called: what their bodies say, where that is plain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from specpress import ir
from specpress.options import ClientOptions, Job
from specpress.pipeline import make_client

Json = Any


def events(folder: Path, bodies: Json, **settings: Json) -> ir.Webhooks:
    """Return the events of webhooks with these bodies, by their keys."""
    webhooks = {
        key: {
            "post": {"requestBody": {"content": {"application/json": {"schema": body}}}}
        }
        for key, body in bodies.items()
    }
    head = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}
    document = folder / "document.json"
    document.write_text(json.dumps({**head, "webhooks": webhooks, **settings}))
    options = ClientOptions(package="made", client="Made")
    outcome = make_client(Job(document=document, label=document.name, client=options))
    assert outcome.package is not None and outcome.package.webhooks is not None
    return outcome.package.webhooks


def names(webhooks: ir.Webhooks) -> list[str]:
    # Texts show themselves by ``repr`` alone.
    return [repr(event.name)[6:-2] for event in webhooks.events]


def body(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


def pointed(pointer: str) -> Json:
    return {"event": {"pointer": pointer}}


SHIPPED = {"const": "order.shipped"}
LOW = {"enum": ["stock.low", "stock.out"]}


def test_where_the_settings_point(tmp_path: Path) -> None:
    bodies = {
        "orderShipped": body(data=body(is_=SHIPPED)),
        "stock": {
            "oneOf": [body(data=body(is_=LOW)), body(data=body(is_={"const": "x"}))]
        },
        "other": body(data=body(is_={"type": "string"})),
    }
    found = events(tmp_path, bodies, **{"x-specpress-webhooks": pointed("/data/is_")})
    assert names(found) == ["order.shipped", "stock.low", "stock.out", "x", "other"]


def test_where_it_is_plain(tmp_path: Path) -> None:
    bodies = {
        "orderShipped": body(type=SHIPPED, object={"const": "event"}),
        "stock": body(type=LOW, object={"const": "event"}),
    }
    found = events(tmp_path, bodies)
    assert repr(found.event_pointer) == "(Text('type'),)"
    assert names(found) == ["order.shipped", "stock.low", "stock.out"]


def test_where_it_is_not(tmp_path: Path) -> None:
    twice = {"a": body(type=SHIPPED), "b": body(type=SHIPPED)}
    either = {"a": body(type=SHIPPED, kind={"const": "x"})}
    partly = {"a": body(type=SHIPPED), "b": body(type={"type": "string"})}
    unusual = {"a": body(version={"const": "1"})}
    for bodies in (twice, either, partly, unusual):
        found = events(tmp_path, bodies)
        assert found.event_pointer is None
        assert names(found) == list(bodies)


def test_a_header_is_enough(tmp_path: Path) -> None:
    settings = {"x-specpress-webhooks": {"event": {"header": "X-Event"}}}
    found = events(tmp_path, {"a": body(type=SHIPPED)}, **settings)
    assert found.event_pointer is None and names(found) == ["a"]
