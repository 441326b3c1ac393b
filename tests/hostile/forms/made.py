"""What forms are made of, and the list of all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any
Make = Callable[[], Json | str | bytes]


@dataclass(frozen=True)
class Form:
    """A document, and the files beside it."""

    name: str
    text: str | bytes
    suffix: str = ".json"
    beside: Mapping[str, str | bytes] = field(default_factory=dict[str, str | bytes])


MADE: list[Callable[[], Form]] = []


def form(make: Make) -> Make:
    """Add what ``make`` returns to the forms: a value to be JSON, or text."""
    suffix = ".yaml" if make.__name__.startswith("yaml_") else ".json"

    def made() -> Form:
        document = make()
        if isinstance(document, Form):
            return document
        text = document if isinstance(document, str | bytes) else json.dumps(document)
        return Form(make.__name__.replace("_", " "), text, suffix)

    MADE.append(made)
    return make


def document_of(
    schemas: Json, root: Json | None = None, version: str = "3.1.0", **more: Json
) -> Json:
    """Return a document that sends and receives ``root``, by default ``A``."""
    schema = {"$ref": "#/components/schemas/A"} if root is None else root
    body = {"content": {"application/json": {"schema": schema}}}
    return {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/a": {
                "post": {
                    "operationId": "send",
                    "requestBody": body,
                    "responses": {"200": {"description": "D", **body}},
                }
            }
        },
        "components": {"schemas": schemas},
        **more,
    }


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def object_of(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}
