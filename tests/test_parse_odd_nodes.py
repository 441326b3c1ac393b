"""Parse: whatever stands anywhere, the answer is an Api or a report with errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from specpress.diagnostics import DocumentError, Report
from specpress.documents import Document, Documents, Json
from specpress.parse import parse_documents
from specpress.source import Pointer


class NoOtherFiles:
    def read_file(self, file: str, at: Pointer, reference: str) -> None:
        return None


def document() -> dict[str, Json]:
    """Return a small document that holds an object of each kind."""
    schema: Json = {
        "type": "object",
        "title": "Pet",
        "required": ["name"],
        "properties": {"name": {"type": "string", "maxLength": 5, "default": "x"}},
        "additionalProperties": {"items": {"enum": [1, None]}},
        "allOf": [{"$ref": "#/components/schemas/Pet"}],
        "oneOf": [{"nullable": True, "type": "integer", "minimum": 1}],
        "discriminator": {"propertyName": "name", "mapping": {"a": "Pet"}},
        "example": {"name": "x"},
        "xml": {"name": "pet"},
    }
    operation: Json = {
        "operationId": "read",
        "tags": ["pets"],
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {}},
            {"name": "q", "in": "query", "style": "form", "content": {"a/b": {}}},
        ],
        "requestBody": {
            "content": {
                "multipart/form-data": {
                    "schema": schema,
                    "encoding": {"name": {"headers": {"X-A": {"schema": {}}}}},
                    "examples": {"one": {"value": 1}},
                }
            }
        },
        "responses": {
            "200": {
                "description": "Done",
                "headers": {"X-B": {"content": {"a/b": {"schema": {}}}}},
                "content": {"application/json": {"schema": schema, "example": 1}},
                "links": {"next": {"operationId": "read"}},
            },
            "302": {
                "description": "Elsewhere",
                "x-specpress-redirect": {"url": "a", "download": "b"},
            },
        },
        "callbacks": {"changed": {"{$url}": {"post": {"responses": {}}}}},
        "security": [{"key": []}],
        "servers": [{"url": "/{v}", "variables": {"v": {"default": "1"}}}],
        "x-specpress-method": "read",
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Case", "version": "1", "contact": {"name": "A"}},
        "tags": [{"name": "pets", "externalDocs": {"url": "x"}}],
        "paths": {"/pets/{id}": {"summary": "A pet", "get": operation}},
        "webhooks": {"added": {"post": {"responses": {}}}},
        "components": {
            "schemas": {"Pet": {"$defs": {"a": True}}},
            "securitySchemes": {
                "key": {"type": "apiKey", "name": "k", "in": "query"},
                "login": {
                    "type": "oauth2",
                    "flows": {"implicit": {"scopes": {"a": "b"}}},
                },
            },
        },
        "x-specpress-error": {"code": "/code"},
        "x-specpress-pagination": {"style": "url", "next": "/n", "items": "/i"},
        "x-specpress-webhooks": {
            "signature": {"header": "X", "scheme": "hmac-sha256", "payload": "{body}"},
            "event": {"header": "Y"},
        },
    }


ODD: tuple[Json, ...] = (
    None,
    True,
    -1,
    1.5,
    "",
    "x",
    [],
    [None],
    {},
    {"a": None},
    {"$ref": "#/nowhere"},
    {"$ref": 5},
    {"$ref": "#"},
    {"$ref": "#/components/schemas/Pet"},
    {"x-specpress-name": 1},
)


def places(
    node: Json,
) -> Iterator[tuple[dict[str, Json], str] | tuple[list[Json], int]]:
    """Yield every container and key below ``node``."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield node, key
            yield from places(value)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield node, index
            yield from places(item)


def parse(data: Json, version: Literal["3.0.3", "3.1.0"]) -> None:
    if isinstance(data, dict) and data.get("openapi") == "3.1.0":
        data = {**data, "openapi": version}
    report = Report()
    root = Document(
        file="", path=Path("spec.json"), format="json", text="", data=data, sha256=""
    )
    try:
        parse_documents(Documents(root, NoOtherFiles(), report), report)
    except DocumentError:
        assert report.errors
    else:
        assert not report.errors


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_any_value_anywhere(odd: Json, version: Literal["3.0.3", "3.1.0"]) -> None:
    data = document()
    tried = 0
    for container, key in list(places(data)):
        if isinstance(container, dict):
            assert isinstance(key, str)
            former = container[key]
            container[key] = odd
            parse(data, version)
            container[key] = former
        else:
            assert isinstance(key, int)
            former = container[key]
            container[key] = odd
            parse(data, version)
            container[key] = former
        tried += 1
    assert tried > 100
