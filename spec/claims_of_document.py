"""What an OpenAPI document claims, under the locations of `facts_of_pages`.

In comes the content of `kirim.yaml`; out goes, for each operation, a mapping of
locations to claims. A claim is `sourced` where a shared component around it says
under `x-source` where it comes from. Weighing claims is left to `comparison`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Tree = dict[str, Any]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
KEYWORDS = {
    "pattern": "pattern",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minimum": "minimum",
    "maximum": "maximum",
    "minProperties": "min_properties",
    "enum": "enum",
    "default": "default",
    "format": "format",
}


@dataclass(frozen=True, slots=True)
class Claim:
    value: Any
    sourced: bool = False


Claims = dict[str, Claim]


class Document:
    """A document with its references followed; only local ones are known."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def target(self, reference: str) -> Tree:
        node: Any = self.tree
        for part in reference.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        assert isinstance(node, dict)
        return node

    def resolved(self, node: Tree) -> tuple[Tree, bool]:
        """The node behind its references, and whether an `x-source` was passed."""
        sourced = "x-source" in node
        while "$ref" in node:
            beside = {key: value for key, value in node.items() if key != "$ref"}
            node = {**self.target(node["$ref"]), **beside}
            sourced = sourced or "x-source" in node
        return node, sourced

    def operations(self) -> Iterator[tuple[str, Tree]]:
        for path, item in self.tree["paths"].items():
            for method in METHODS:
                if method in item:
                    yield f"{method.upper()} {path}", item[method]

    def flattened(self, schema: Tree) -> tuple[Tree, bool]:
        """A schema with the branches of its `allOf` laid over one another."""
        schema, sourced = self.resolved(schema)
        if "allOf" not in schema:
            return schema, sourced
        flat = {key: value for key, value in schema.items() if key != "allOf"}
        for branch in schema["allOf"]:
            part, part_sourced = self.flattened(branch)
            sourced = sourced or part_sourced
            flat = {
                **part,
                **flat,
                "properties": {
                    **flat.get("properties", {}),
                    **part.get("properties", {}),
                },
                "required": [*flat.get("required", []), *part.get("required", [])],
            }
        return flat, sourced


def claims_of_document(document: Document) -> Claims:
    tree = document.tree
    name, scheme = next(iter(tree["components"]["securitySchemes"].items()))
    return {
        "openapi": Claim(tree["openapi"]),
        "info.title": Claim(tree["info"]["title"]),
        "info.version": Claim(tree["info"]["version"]),
        "info.contact.name": Claim(tree["info"]["contact"]["name"]),
        "info.contact.url": Claim(tree["info"]["contact"]["url"]),
        "security.name": Claim(name),
        "security.type": Claim(scheme["type"]),
        "security.scheme": Claim(scheme["scheme"]),
        "security.bearerFormat": Claim(scheme["bearerFormat"]),
        "tags": Claim(tuple(tag["name"] for tag in tree["tags"])),
    }


def claims_of_schema(document: Document, name: str) -> Claims:
    found: Claims = {}
    schema = document.tree["components"]["schemas"].get(name)
    if schema is not None:
        _add_schema(found, document, name, schema, False)
    return found


def claims_of_operation(document: Document, operation: Tree) -> Claims:
    source = operation["x-source"]
    found: Claims = {
        "summary": Claim(operation.get("summary")),
        "tag": Claim(", ".join(operation.get("tags", []))),
        "auth": Claim(_authentication(document, operation)),
        "pages": Claim(tuple(source["pages"])),
    }
    if source.get("open"):
        found["open"] = Claim(True)
    if operation.get("description"):
        found["description"] = Claim(True)
    servers = operation.get("servers", [])
    found["servers.count"] = Claim(len(servers))
    for index, server in enumerate(servers):
        found[f"servers.{index}"] = Claim(server["url"])
    for node in operation.get("parameters", []):
        parameter, sourced = document.resolved(node)
        where, name = parameter["in"], parameter["name"]
        location = f"{where}.{name.lower() if where == 'header' else name}"
        found[f"{location}.required"] = Claim(parameter.get("required", False), sourced)
        _add_schema(found, document, location, parameter["schema"], sourced)
        _describe(found, location, parameter, sourced)
    _add_body(found, document, operation.get("requestBody"))
    _add_answers(found, document, operation["responses"])
    return found


def _authentication(document: Document, operation: Tree) -> str:
    security = operation.get("security", document.tree.get("security", []))
    if not security:
        return "none"
    schemes = document.tree["components"]["securitySchemes"]
    return ", ".join(
        str(schemes[name].get("scheme"))
        for requirement in security
        for name in requirement
    )


def _add_body(found: Claims, document: Document, body: Tree | None) -> None:
    if body is None:
        found["body"] = Claim(None)
        return
    body, _ = document.resolved(body)
    content = next(iter(body["content"].values()))
    found["body.media_type"] = Claim(", ".join(body["content"]))
    found["body.required"] = Claim(body.get("required", False))
    if "example" in content:
        found["body.example"] = Claim(content["example"])
    schema, _ = document.flattened(content["schema"])
    found["body.kind"] = Claim(tuple(sorted(_kinds(document, schema))))
    for kind in ("anyOf", "oneOf"):
        if kind in schema:
            found["body.composition"] = Claim(kind)
            for branch in schema[kind]:
                location = f"body.{_variant(branch['$ref'])}"
                found[location] = Claim(True)
                _add_properties(found, document, location, branch, False)
    _add_properties(found, document, "body", content["schema"], False)
    if "minProperties" in schema:
        found["body.min_properties"] = Claim(schema["minProperties"])


def _variant(reference: str) -> str:
    """`TextMessage` holds a `text`, `ReadReceipt` is a `read_receipt`."""
    name = reference.rsplit("/", 1)[-1].removesuffix("Message")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _add_answers(found: Claims, document: Document, responses: Tree) -> None:
    errors = {
        status: document.resolved(node)[0]
        for status, node in responses.items()
        if status[0] in "45"
    }
    found["errors.titles"] = Claim(
        tuple(error["description"] for error in errors.values())
    )
    found["errors.complete"] = Claim(tuple(errors))
    for status, error in errors.items():
        location = f"errors.{status}"
        found[location] = Claim(True)
        found[f"{location}.title"] = Claim(error["description"])
        schema = error["content"]["application/json"]["schema"]
        found[f"{location}.schema"] = Claim(schema["$ref"].rsplit("/", 1)[-1])
    for status in responses:
        if status not in errors:
            _add_success(found, document, status, responses[status])


def _add_success(found: Claims, document: Document, status: str, node: Tree) -> None:
    answer, _ = document.resolved(node)
    found["response.status"] = Claim(status)
    found["response.title"] = Claim(answer["description"])
    for name, header in answer.get("headers", {}).items():
        header, sourced = document.resolved(header)
        location = f"response.header.{name.lower()}"
        required = header.get("required", False)
        found[f"{location}.required"] = Claim(required, sourced)
        _add_schema(found, document, location, header["schema"], sourced)
        _describe(found, location, header, sourced)
    content = answer.get("content", {})
    found["response.media_type"] = Claim(", ".join(content) or None)
    for media in content.values():
        if "example" in media:
            found["response.example"] = Claim(media["example"])
        schema, _ = document.flattened(media["schema"])
        found["response.kind"] = Claim(tuple(sorted(_kinds(document, schema))))
        _add_properties(found, document, "response", media["schema"], False)


def _add_properties(
    found: Claims, document: Document, location: str, schema: Tree, sourced: bool
) -> None:
    flat, own = document.flattened(schema)
    required = flat.get("required", [])
    for name, node in flat.get("properties", {}).items():
        place = f"{location}.{name}"
        found[f"{place}.required"] = Claim(name in required, sourced or own)
        _add_schema(found, document, place, node, sourced or own)


def _add_schema(
    found: Claims, document: Document, location: str, schema: Tree, sourced: bool
) -> None:
    flat, own = document.flattened(schema)
    sourced = sourced or own
    kinds = _kinds(document, flat)
    found[f"{location}.type"] = Claim(
        tuple(sorted(kind for kind in kinds if kind != "null")), sourced
    )
    found[f"{location}.nullable"] = Claim("null" in kinds, sourced)
    for key, keyword in KEYWORDS.items():
        if key in flat:
            value = flat[key]
            value = tuple(value) if isinstance(value, list) else value
            found[f"{location}.{keyword}"] = Claim(value, sourced)
    if "examples" in flat:
        found[f"{location}.example"] = Claim(tuple(flat["examples"]), sourced)
    if "additionalProperties" in flat:
        extra = flat["additionalProperties"]
        found[f"{location}.additional_properties"] = Claim(extra, sourced)
    _describe(found, location, flat, sourced)
    if isinstance(flat.get("items"), dict) and flat["items"]:
        _add_schema(found, document, f"{location}.items", flat["items"], sourced)
    _add_properties(found, document, location, schema, sourced)


def _kinds(document: Document, schema: Tree) -> set[str]:
    kind = schema.get("type", [])
    kinds = set(kind if isinstance(kind, list) else [kind])
    for branch in (*schema.get("anyOf", []), *schema.get("oneOf", [])):
        kinds |= _kinds(document, document.flattened(branch)[0])
    return kinds


def _describe(found: Claims, location: str, node: Tree, sourced: bool) -> None:
    if node.get("description"):
        found[f"{location}.description"] = Claim(True, sourced)
        found[f"{location}.mention"] = Claim(node["description"], sourced)
