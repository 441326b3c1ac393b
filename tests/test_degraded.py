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
    encoding: Json = {
        "order": {
            "contentType": "application/json",
            "headers": {"X-Order": {}, "X-Kind": {"schema": {"enum": ["order"]}}},
        },
        "file": {"contentType": "image/png", "headers": {"Content-Type": {}}},
    }
    media = {"schema": {"type": "object"}, "encoding": encoding}
    body = {"content": {"multipart/form-data": media}}
    found = degraded(tmp_path, paths={"/a": {"post": {"requestBody": body}}})
    assert found == {
        "/paths/~1a/post/requestBody/content/multipart~1form-data/encoding/order"
        "/headers/X-Order": "a header of a part: sent only if File(headers=...) has it"
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


def test_bodies_that_are_not_json(tmp_path: Path) -> None:
    line: Json = {"schema": {"type": "object", "properties": {"a": {}}}}
    text: Json = {"schema": {"type": "string"}}
    number: Json = {"schema": {"type": "integer"}}
    day: Json = {"schema": {"type": "string", "format": "date"}}
    raw: Json = {"schema": {"type": "string", "format": "binary"}}
    contents: dict[str, Json] = {
        "200": {
            "application/json": line,
            "text/event-stream": number,
            "text/csv": text,
        },
        "201": {"application/x-ndjson": line, "image/png": raw},
        "202": {"application/cbor": line, "application/pdf": text, "a/b": {}},
        "203": {"text/plain": day},
    }
    responses = {
        status: {"description": "", "content": content}
        for status, content in contents.items()
    }
    body = {"content": {"application/yaml": line, "text/plain": text, "a/cbor": number}}
    found = degraded(
        tmp_path, paths={"/a": {"put": {"requestBody": body, "responses": responses}}}
    )
    short = {at.removeprefix("/paths/~1a/put/"): why for at, why in found.items()}
    assert short == {
        "requestBody/content/application~1yaml": "a body that is not JSON is passed as "
        "it is sent",
        "requestBody/content/a~1cbor": "a body that is not JSON is passed as it is sent",
        "responses/200/content/text~1event-stream": "an answer that is not JSON is "
        "passed on as text",
        "responses/201/content/application~1x-ndjson": "an answer that is not JSON is "
        "passed on as text",
        "responses/202/content/application~1cbor": "an answer that is not JSON is "
        "passed on as bytes",
        "responses/203/content/text~1plain": "an answer that is not JSON is passed on "
        "as text",
    }


def test_forms_that_are_no_objects(tmp_path: Path) -> None:
    text: Json = {"schema": {"type": "string"}}
    raw: Json = {"schema": {"type": "string", "format": "binary"}}
    form, parts = "application/x-www-form-urlencoded", "multipart/form-data"
    bodies: dict[str, Json] = {
        "/text": {form: text, "multipart/mixed; Boundary=b": text},
        "/pairs": {form: {"schema": {"type": "array"}}},
        "/file": {parts: raw},
        "/files": {parts: {"schema": {"type": "array", "items": raw["schema"]}}},
        "/ready": {parts: text},
        "/mixed": {"multipart/mixed": raw},
    }
    found = degraded(
        tmp_path,
        paths={
            path: {"post": {"requestBody": {"content": content}}}
            for path, content in bodies.items()
        },
    )
    boundary = "a multipart body that is sent as it is: content_type has its boundary"
    assert {at.split("/")[2]: reason for at, reason in found.items()} == {
        "~1pairs": "a body that is not JSON is passed as it is sent",
        "~1file": "a part without a name: it is called file",
        "~1ready": boundary,
        "~1mixed": boundary,
    }


def test_alternatives_that_are_not_asked_for(tmp_path: Path) -> None:
    one = {"type": "object", "properties": {"one": {"type": "string"}}}
    content = {
        "application/json": {"schema": {"$ref": "#/components/schemas/One"}},
        "application/xml": {"schema": {"$ref": "#/components/schemas/One"}},
        "text/event-stream": {"schema": one},
    }
    found = degraded(
        tmp_path,
        components={"schemas": {"One": one}},
        paths={"/a": {"get": {"responses": {"200": {"content": content}}}}},
    )
    assert found == {
        "/paths/~1a/get/responses/200/content/text~1event-stream": "an answer that is "
        "not asked for: JSON is"
    }


def test_what_conditions_leave_of_properties(tmp_path: Path) -> None:
    number: Json = {"type": "integer"}
    thing: Json = {
        "type": "object",
        "properties": {"kind": {"type": "string"}},
        "if": {"required": ["kind"]},
        "then": {"properties": {"z": {"type": "string"}}},
        "unevaluatedProperties": number,
    }
    closed = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {}},
        "additionalProperties": False,
    }
    found = degraded(tmp_path, components={"schemas": {"T": thing, "C": closed}})
    assert found == {
        "/components/schemas/T/unevaluatedProperties": "unevaluatedProperties beside "
        "conditions: any value",
        "/components/schemas/C/required/1": "a required property that "
        "additionalProperties forbids",
    }


def test_credentials_that_are_made_for_each_request(tmp_path: Path) -> None:
    names = ("SSWS", "Digest", "scram-sha-256", "AWS4-HMAC-SHA256", "basic", "Token")
    schemes = {name: {"type": "http", "scheme": name} for name in names}
    found = degraded(tmp_path, components={"securitySchemes": schemes})
    assert [at.rpartition("/")[2] for at in found] == [
        "AWS4-HMAC-SHA256",
        "Digest",
        "scram-sha-256",
    ]
