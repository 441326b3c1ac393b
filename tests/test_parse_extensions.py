"""Parse: the keys of ours, in the document and from the configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from specpress.diagnostics import DocumentError, Report
from specpress.documents import Json
from specpress.load import load_documents
from specpress.openapi import (
    Api,
    Idempotency,
    Pagination,
    RateLimit,
    RateLimitClass,
    Redirect,
    RetryCodes,
    WebhookSettings,
    WebhookSignature,
)
from specpress.parse import extensions, parse_documents, vocabulary
from specpress.source import Pointer
from specpress.text import Text

DOCUMENT = """
openapi: 3.1.0
info: {title: Case, version: '1'}
x-other-tool: [anything]
paths:
  /labels/{id}:
    patch:
      x-specpress-resource: phone_numbers.labels
      x-specpress-method: update
      x-specpress-body: single
      x-specpress-pagination: false
      x-specpress-idempotency: true
      parameters:
        - $ref: '#/components/parameters/id'
          x-specpress-name: label_id
        - name: limit
          in: query
          schema: {type: string}
          x-specpress-name: page_size
          x-specpress-type: int
      responses:
        '302':
          description: Elsewhere
          x-specpress-redirect: {url: media_url, download: download_media}
components:
  parameters:
    id: {name: id, in: path, required: true, schema: {type: string}}
  schemas:
    label-v2:
      type: object
      x-specpress-name: Label
      properties:
        class: {type: string, x-specpress-name: class_name, x-specpress-type: int}
  securitySchemes:
    bearer:
      type: http
      scheme: bearer
      x-specpress-argument: token
      x-specpress-environment: KIRIM_TOKEN
"""

ROOT = """
openapi: 3.1.0
info: {title: Case, version: '1'}
paths: {}
x-specpress-error: {type: /error/type, request_id: /error/a~1b}
x-specpress-request-id: X-Request-Id
x-specpress-pagination:
  {style: cursor, parameter: cursor, next: /next, more: /more, items: /data}
x-specpress-idempotency:
  {header: Idempotency-Key, methods: [POST], replayed: Idempotent-Replayed}
x-specpress-retry: {codes: {pointer: /error/code, retry: [busy], never: [conflict]}}
x-specpress-rate-limit:
  limit: X-RateLimit-Limit
  classes: {write: {methods: [POST], per_minute: 60}}
x-specpress-webhooks:
  signature:
    header: X-Signature
    scheme: timestamped-hmac-sha256
    timestamp: t
    signatures: v1
    payload: "{timestamp}.{body}"
  event: {pointer: /type}
  id: {header: X-Event-Id}
"""


def parse(
    folder: Path, text: str, overrides: Mapping[str, Mapping[str, Json]] | None = None
) -> tuple[Api, Report]:
    path = folder / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    report = Report()
    documents = load_documents(path, report)
    return parse_documents(documents, report, overrides or {}), report


def refusals(
    folder: Path, text: str, overrides: Mapping[str, Mapping[str, Json]] | None = None
) -> list[str]:
    """Return the codes of the errors that refuse a document."""
    path = folder / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    report = Report()
    documents = load_documents(path, report)
    with pytest.raises(DocumentError):
        parse_documents(documents, report, overrides or {})
    return [diagnostic.code for diagnostic in report]


def test_settings_on_single_objects(tmp_path: Path) -> None:
    api, report = parse(tmp_path, DOCUMENT)
    (operation,) = api.operations
    assert operation.resource == ("phone_numbers", "labels")
    assert operation.method_name == "update"
    assert operation.body_form == "single"
    assert operation.pagination is False
    assert operation.idempotency is True
    identity, limit = operation.parameters
    assert identity.python_name == "label_id"
    assert (limit.python_name, limit.python_type) == ("page_size", "int")
    assert operation.responses[0].redirect == Redirect(
        url="media_url", download="download_media"
    )
    label = Pointer("", ("components", "schemas", "label-v2"))
    assert api.schemas[label].python_name == "Label"
    property_schema = api.schemas[label.child("properties", "class")]
    assert property_schema.python_name == "class_name"
    assert property_schema.python_type == "int"
    assert api.security_schemes[0].argument == "token"
    assert api.security_schemes[0].environment == "KIRIM_TOKEN"
    assert not list(report)


def test_settings_on_the_root(tmp_path: Path) -> None:
    api, report = parse(tmp_path, ROOT)
    settings = api.settings
    assert settings.error == (
        ("type", (Text("error"), Text("type"))),
        ("request_id", (Text("error"), Text("a/b"))),
    )
    assert settings.request_id == Text("X-Request-Id")
    assert settings.pagination == Pagination(
        style="cursor",
        parameter=Text("cursor"),
        next=(Text("next"),),
        more=(Text("more"),),
        items=(Text("data"),),
    )
    assert settings.idempotency == Idempotency(
        header=Text("Idempotency-Key"),
        methods=("POST",),
        replayed=Text("Idempotent-Replayed"),
    )
    assert settings.retry == RetryCodes(
        pointer=(Text("error"), Text("code")),
        retry=(Text("busy"),),
        never=(Text("conflict"),),
    )
    assert settings.rate_limit == RateLimit(
        limit=Text("X-RateLimit-Limit"),
        remaining=None,
        reset=None,
        classes=(RateLimitClass(name="write", methods=("POST",), per_minute=60),),
    )
    assert settings.webhooks == WebhookSettings(
        signature=WebhookSignature(
            header=Text("X-Signature"),
            prefix=Text("v1="),
            encoding="hex",
            payload=Text("{timestamp}.{body}"),
            timestamp=Text("t="),
            timestamp_header=None,
            id_header=None,
            key_encoding="text",
            tolerance=300,
        ),
        event_header=None,
        event_pointer=(Text("type"),),
    )
    assert not list(report)


OPERATION = "/paths/~1labels~1{id}/patch"
LABEL = "/components/schemas/label-v2"


def test_the_configuration_goes_before_the_document(tmp_path: Path) -> None:
    api, report = parse(
        tmp_path,
        DOCUMENT,
        {
            "": {"request-id": "X-Id"},
            OPERATION: {
                "method": "rename",
                "pagination": {"style": "link", "items": ""},
            },
            f"{OPERATION}/parameters/1": {"name": "most"},
            LABEL: {"name": "Tag"},
            f"{LABEL}/properties/class": {"x-specpress-name": "kind"},
        },
    )
    (operation,) = api.operations
    assert api.settings.request_id == Text("X-Id")
    assert operation.method_name == "rename"
    assert operation.pagination == Pagination(style="link")
    assert operation.resource == ("phone_numbers", "labels")
    assert operation.parameters[1].python_name == "most"
    label = Pointer("", ("components", "schemas", "label-v2"))
    assert api.schemas[label].python_name == "Tag"
    assert api.schemas[label.child("properties", "class")].python_name == "kind"
    assert not list(report)


@pytest.mark.parametrize(
    ("pointer", "values", "code"),
    [
        ("/paths/~1nowhere", {"method": "list"}, "bad-override"),
        ("paths", {"method": "list"}, "bad-override"),
        ("/info/title", {"method": "list"}, "bad-override"),
        ("/info", {"method": "list"}, "bad-extension"),
        (OPERATION, {"methd": "list"}, "bad-extension"),
        (OPERATION, {"method": "class"}, "bad-extension"),
        (OPERATION, {"method": "List"}, "bad-extension"),
        (OPERATION, {"method": "list\n"}, "bad-extension"),
        (OPERATION, {"method": "_list"}, "bad-extension"),
        (OPERATION, {"method": 5}, "bad-extension"),
        (OPERATION, {"resource": "a..b"}, "bad-extension"),
        (OPERATION, {"body": "both"}, "bad-extension"),
        (OPERATION, {"idempotency": "yes"}, "bad-extension"),
        (OPERATION, {"pagination": True}, "bad-extension"),
        (OPERATION, {"pagination": {"style": "cursor"}}, "bad-extension"),
        (LABEL, {"name": "label"}, "bad-extension"),
        (LABEL, {"type": "int"}, "bad-extension"),
        (f"{LABEL}/properties/class", {"name": "Class"}, "bad-extension"),
        (f"{LABEL}/properties/class", {"type": "complex"}, "bad-extension"),
        ("/components/securitySchemes/bearer", {"environment": "x"}, "bad-extension"),
        ("", {"error": {"status": "/status"}}, "bad-extension"),
        ("", {"error": {"kind": "status"}}, "bad-extension"),
        ("", {"error": {"kind": "/a~2"}}, "bad-extension"),
        ("", {"request-id": "X Id"}, "bad-extension"),
        ("", {"request-id": "X-Id\r\nSet: 1"}, "bad-extension"),
        ("", {"idempotency": {"header": "K", "methods": ["SEND"]}}, "bad-extension"),
        ("", {"rate-limit": {"classes": {"a": {"methods": []}}}}, "bad-extension"),
        ("", {"webhooks": {"event": {}}}, "bad-extension"),
    ],
)
def test_what_the_grammar_does_not_allow_is_an_error(
    tmp_path: Path, pointer: str, values: dict[str, Json], code: str
) -> None:
    assert code in refusals(tmp_path, DOCUMENT, {pointer: values})


PLAIN = {"header": "X", "scheme": "hmac-sha256"}
TIMED = {"header": "X", "scheme": "timestamped-hmac-sha256", "timestamp": "t"}
SIGNED = {**TIMED, "signatures": "v1"}
ID = {"id": {"header": "X-Event-Id"}}


@pytest.mark.parametrize(
    ("signature", "more", "expected"),
    [
        (PLAIN, {}, {"payload": "{body}"}),
        (
            {**PLAIN, "prefix": "sha256=", "encoding": "base64", "tolerance": 5},
            ID,
            {"prefix": "sha256=", "encoding": "base64", "tolerance": 5},
        ),
        (
            {**PLAIN, "timestamp_header": "X-Time"},
            {},
            {"timestamp_header": "X-Time", "payload": "{timestamp}.{body}"},
        ),
        (
            {**PLAIN, "payload": "{id}:{body}%", "key_encoding": "base64"},
            ID,
            {
                "payload": "{id}:{body}%",
                "id_header": "X-Event-Id",
                "key_encoding": "base64",
            },
        ),
        (
            {**SIGNED, "payload": "{body}{timestamp}{body}"},
            ID,
            {
                "timestamp": "t=",
                "prefix": "v1=",
                "payload": "{body}{timestamp}{body}",
            },
        ),
    ],
)
def test_signatures_of_webhooks(
    tmp_path: Path, signature: Json, more: dict[str, Json], expected: dict[str, Any]
) -> None:
    settings: Json = {"webhooks": {"signature": signature, **more}}
    api, report = parse(tmp_path, DOCUMENT, {"": settings})
    defaults = {
        "header": "X",
        "prefix": "",
        "encoding": "hex",
        "payload": "{body}",
        "timestamp": None,
        "timestamp_header": None,
        "id_header": None,
        "key_encoding": "text",
        "tolerance": 300,
    }
    values = {**defaults, **expected}
    for name in ("header", "prefix", "payload", "timestamp_header", "id_header"):
        values[name] = None if values[name] is None else Text(values[name])
    values["timestamp"] = values["timestamp"] and Text(values["timestamp"])
    assert api.settings.webhooks is not None
    assert api.settings.webhooks.signature == WebhookSignature(**values)
    assert not list(report)


@pytest.mark.parametrize(
    ("signature", "more"),
    [
        ("X", {}),
        ({"header": "X"}, {}),
        ({"header": "X", "scheme": "rsa"}, {}),
        ({"scheme": "hmac-sha256"}, {}),
        (TIMED, {}),
        ({**TIMED, "signatures": "v1="}, {}),
        ({**SIGNED, "prefix": "v1="}, {}),
        ({**SIGNED, "timestamp_header": "X-Time"}, {}),
        ({**SIGNED, "payload": "{body}"}, {}),
        ({**SIGNED, "encoding": "base32"}, {}),
        ({**SIGNED, "key_encoding": "hex"}, {}),
        ({**SIGNED, "tolerance": 0}, {}),
        ({**PLAIN, "timestamp": "t"}, {}),
        ({**PLAIN, "signatures": "v1"}, {}),
        ({**PLAIN, "prefix": ""}, {}),
        ({**PLAIN, "timestamp_header": "X-Time\r\nY: "}, {}),
        ({**PLAIN, "timestamp_header": "X-Time", "payload": "{body}"}, {}),
        ({**PLAIN, "payload": "{timestamp}.{body}"}, {}),
        ({**PLAIN, "payload": "{id}.{body}"}, {}),
        ({**PLAIN, "payload": "{id}"}, ID),
        ({**PLAIN, "payload": "{body.__class__}"}, {}),
        ({**PLAIN, "payload": "{body!r}{body}"}, {}),
        ({**PLAIN, "payload": "{{body}}"}, {}),
        ({**PLAIN, "payload": "{body}}"}, {}),
        ({**PLAIN, "payload": "{body}{}"}, {}),
        ({**PLAIN, "payload": ["{body}"]}, {}),
    ],
)
def test_signatures_that_are_no_scheme(
    tmp_path: Path, signature: Json, more: dict[str, Json]
) -> None:
    settings: Json = {"webhooks": {"signature": signature, **more}}
    assert set(refusals(tmp_path, DOCUMENT, {"": settings})) == {"bad-extension"}


def test_a_key_of_ours_in_the_wrong_place_is_an_error(tmp_path: Path) -> None:
    text = DOCUMENT.replace("info: {", "info: {x-specpress-method: list, ")
    assert refusals(tmp_path, text) == ["bad-extension"]


PAGE = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text("utf-8")
KINDS = [
    kind
    for module in (vocabulary, extensions)
    for kind in vars(module).values()
    if isinstance(kind, vocabulary.Kind)
]
NAMES = {
    "Operation Object": "operation",
    "OpenAPI Object": "root",
    "Parameter Object": "parameter",
    "Response Object": "response",
    "Security Scheme Object": "security scheme",
}


def test_every_key_is_documented_where_it_may_stand() -> None:
    table = PAGE.partition("| key | stands on |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]*) \|", table, re.MULTILINE)
    documented = {
        (key, place) for key, places in rows for place in places.split(", ")
    } - {("redirect", "of a status 3xx")}
    assert documented == {
        (key.removeprefix(vocabulary.PREFIX), NAMES.get(kind.name, kind.name))
        for kind in KINDS
        for key in kind.extensions
    }


def test_every_style_of_pagination_is_documented() -> None:
    rows = re.findall(r"^\| `([a-z]+)` \| .* \| (`.*`) \| (.*)\|$", PAGE, re.MULTILINE)
    documented = {
        style: (re.findall("`([a-z]+)`", needs), re.findall("`([a-z]+)`", may))
        for style, needs, may in rows
        if style in ("cursor", "offset", "page", "link", "url")
    }
    assert documented == {
        style: (list(needs), list(may))
        for style, (needs, may) in extensions._STYLES.items()
    }


def test_documented_examples_are_in_the_grammar(tmp_path: Path) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    examples = [yaml.safe_load(block) for block in blocks]
    stated = 0
    for example in examples:
        if not any(key.startswith(vocabulary.PREFIX) for key in example):
            example = {"webhooks": example}
        _, report = parse(tmp_path, DOCUMENT, {"": example})
        assert not list(report), example
        stated += 1
    assert stated >= 6
