"""What of a document is weaker in its client: each place is said, with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from specpress.options import ClientOptions, Job
from specpress.pipeline import make_client

Json = Any


def degraded(folder: Path, **parts: Json) -> dict[str, str]:
    """Return what is degraded of a document, by its place."""
    document = folder / "document.json"
    whole = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}
    document.write_text(json.dumps(whole | parts))
    options = ClientOptions(package="made", client="Made")
    outcome = make_client(Job(document=document, label=document.name, client=options))
    assert outcome.package is not None
    return {at.fragment(): reason for at, reason in outcome.package.coverage.degraded}


def test_decimals_that_are_numbers(tmp_path: Path) -> None:
    properties = {
        "total": {"type": "number", "format": "decimal"},
        "price": {"type": "string", "format": "decimal"},
        "tax": {"type": ["number", "null"], "format": "double"},
    }
    found = degraded(
        tmp_path,
        components={"schemas": {"Bill": {"type": "object", "properties": properties}}},
    )
    assert list(found) == ["/components/schemas/Bill/properties/total"]
    assert found.popitem()[1].endswith("digits beyond a float's are lost")


def test_headers_of_parts(tmp_path: Path) -> None:
    encoding = {
        "order": {"contentType": "application/json", "headers": {"X-Order": {}}},
        "file": {"contentType": "image/png", "headers": {"Content-Type": {}}},
    }
    media = {"schema": {"type": "object"}, "encoding": encoding}
    body = {"content": {"multipart/form-data": media}}
    found = degraded(tmp_path, paths={"/a": {"post": {"requestBody": body}}})
    assert found == {
        "/paths/~1a/post/requestBody/content/multipart~1form-data/encoding/order"
        "/headers": "headers of a part: they are not sent"
    }


def test_servers_that_nothing_can_be_sent_to(tmp_path: Path) -> None:
    own = [{"url": "https://a.example#v2"}, {"url": "/never"}]
    found = degraded(
        tmp_path,
        servers=[{"url": "https://a.example/api?tenant=1"}, {"url": "/further"}],
        paths={"/a": {"get": {}, "put": {"servers": own}, "post": {}}},
    )
    reason = "a server URL with a query or fragment: base_url has to be given"
    assert found == {"/servers/0": reason, "/paths/~1a/put/servers/0": reason}
    relative = degraded(tmp_path, servers=[{"url": "/v1"}], paths={"/a": {"get": {}}})
    assert relative == {"/servers/0": "a relative server URL: base_url has to be given"}
