"""The facts of the documentation pages as a flat list.

In comes the content of `facts/api-facts.yaml`; out goes one `Fact` for everything
that a document can hold or contradict. Finding them in a document is left to
`claims_of_document`, weighing the two to `comparison`.

A location names the same thing on both sides: `query.limit.pattern`,
`body.contact_ids.items`, `response.data.color.enum`, `errors.404.title`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Tree = dict[str, Any]
Pointer = tuple[str, ...]

# Keys that explain, qualify or locate a fact and state nothing a document could
# hold. What is in neither this set nor a `Fact` is reported by `unread`.
REMARKS = frozenset(
    {
        "about",
        "conflict",
        "conflicts",
        "default_note",
        "default_source",
        "enum_note",
        "example_kind",
        "extent",
        "form",
        "from",
        "generation",
        "guide_confidence",
        "guide_url",
        "kind",
        "max_items_source",
        "min_items_open",
        "nesting",
        "note",
        "notes",
        "open_question",
        "page_extent",
        "page_status",
        "reason",
        "server",
        "title_note",
        "value_type",
        "what",
    }
)
# Keys that say how sure a fact is; `inferred_locations` reads them.
CONFIDENCE = ("confidence", "_confidence", "_reason")
KEYWORDS = (
    "pattern",
    "min_length",
    "max_length",
    "max_items",
    "enum",
    "default",
    "format",
    "example",
)
# What a guide adds to a parameter or field, under the name of the keyword.
GUIDE_KEYWORDS = {"guide_max_length": "max_length", "guide_values": "enum"}
# What a schema cannot say, and a description has to.
MENTIONED = ("guide_minimum", "guide_maximum", "guide_error", "format_note")


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of the pages; `pointer` is its place in the facts file."""

    subject: str
    location: str
    value: Any
    pointer: Pointer
    inferred: bool = False


def facts_of(facts: Tree) -> list[Fact]:
    found = list(_facts_of_opening(facts["official_openapi_opening"]))
    for name, schema in facts["schemas"].items():
        found += facts_of_schema(name, schema)
    for key, operation in facts["operations"].items():
        found += facts_of_operation(key, operation)
    for group in ("operations_without_page", "successor_operations"):
        for key in facts[group]:
            found.append(Fact(key, "absent", True, (group, key)))
    return found


def _facts_of_opening(opening: Tree) -> Iterator[Fact]:
    places: dict[str, Pointer] = {
        "openapi": ("openapi",),
        "info.title": ("title",),
        "info.version": ("version",),
        "info.contact.name": ("contact", "name"),
        "info.contact.url": ("contact", "url"),
        "security.name": ("security_scheme", "name"),
        "security.type": ("security_scheme", "type"),
        "security.scheme": ("security_scheme", "scheme"),
        "security.bearerFormat": ("security_scheme", "bearerFormat"),
        "tags": ("tags_in_order",),
    }
    for location, pointer in places.items():
        value: Any = opening
        for part in pointer:
            value = value[part]
        place = ("official_openapi_opening", *pointer)
        yield Fact("document", location, _frozen(value), place)


def facts_of_schema(name: str, schema: Tree) -> list[Fact]:
    subject = f"schema {name}"
    pointer = ("schemas", name)
    found = list(_facts_of_fields(subject, name, schema["fields"], pointer, False))
    if "example" in schema:
        place = (*pointer, "example")
        found.append(Fact(subject, f"{name}.example", schema["example"], place))
    return found


def facts_of_operation(key: str, operation: Tree) -> list[Fact]:
    at = ("operations", key)
    found = [
        Fact(key, "summary", operation["summary"], (*at, "summary")),
        Fact(key, "tag", operation["tag"], (*at, "tag")),
        Fact(key, "auth", operation["auth"]["scheme"], (*at, "auth", "scheme")),
    ]
    if operation["description"] is not None:
        found.append(Fact(key, "description", True, (*at, "description")))
    for index, url in enumerate(operation["servers_seen"]):
        place: Pointer = (*at, "servers_seen", str(index))
        found.append(Fact(key, f"servers.{index}", url, place))
    servers = len(operation["servers_seen"])
    found.append(Fact(key, "servers.count", servers, (*at, "servers_seen")))
    for index, source in enumerate(operation["sources"]):
        place = (*at, "sources", str(index), "doc_url")
        found.append(Fact(key, "pages", source["doc_url"], place))
    for where, parameters in operation["parameters"].items():
        # Header names are the same in any case.
        named = {
            name.lower() if where == "header" else name: (parameter, name)
            for name, parameter in parameters.items()
        }
        for name, (parameter, spelled) in named.items():
            found += _facts_of_field(
                key,
                f"{where}.{name}",
                parameter,
                (*at, "parameters", where, spelled),
                False,
            )
    found += _facts_of_body(key, operation["request_body"], (*at, "request_body"))
    found += _facts_of_success(
        key, operation["responses"]["success"], (*at, "responses", "success")
    )
    found += _facts_of_errors(
        key, operation["responses"]["errors"], (*at, "responses", "errors")
    )
    return found


def _facts_of_body(key: str, body: Tree | None, at: Pointer) -> Iterator[Fact]:
    if body is None:
        yield Fact(key, "body", None, at)
        return
    yield Fact(key, "body.media_type", body["media_type"], (*at, "media_type"))
    # Fields are listed, so it is an object.
    yield Fact(key, "body.kind", ("object",), (*at, "media_type"))
    required = body["required"]
    yield Fact(
        key,
        "body.required",
        bool(required["value"]),
        (*at, "required", "value"),
        required["confidence"] == "inferred",
    )
    if "min_properties" in body:
        place = (*at, "min_properties", "value")
        yield Fact(key, "body.min_properties", body["min_properties"]["value"], place)
    if "composition" in body:
        yield Fact(key, "body.composition", body["composition"], (*at, "composition"))
    if "example" in body:
        yield Fact(key, "body.example", body["example"], (*at, "example"))
    yield from _facts_of_fields(key, "body", body.get("fields", {}), at, False)
    for name, variant in body.get("variants", {}).items():
        place = (*at, "variants", name)
        inferred = variant["confidence"] == "inferred"
        yield Fact(key, f"body.{name}", True, (*place, "fields"), inferred)
        yield from _facts_of_fields(
            key, f"body.{name}", variant["fields"], place, inferred
        )


def _facts_of_success(key: str, success: Tree | None, at: Pointer) -> Iterator[Fact]:
    if success is None:
        return
    status = success["status"]
    documented = status["confidence"] == "documented"
    yield Fact(
        key,
        "response.status",
        str(status["value"]) if documented else "2XX",
        (*at, "status", "value"),
        not documented,
    )
    if success["title"] is not None:
        yield Fact(key, "response.title", success["title"], (*at, "title"))
    yield Fact(key, "response.media_type", success["media_type"], (*at, "media_type"))
    if success["fields"]:
        yield Fact(key, "response.kind", ("object",), (*at, "media_type"))
    if "example" in success:
        yield Fact(key, "response.example", success["example"], (*at, "example"))
    for name, header in success.get("headers", {}).items():
        place = (*at, "headers", name)
        yield from _facts_of_field(
            key, f"response.header.{name.lower()}", header, place, False
        )
    yield from _facts_of_fields(key, "response", success["fields"], at, False)


def _facts_of_errors(key: str, errors: Tree | None, at: Pointer) -> Iterator[Fact]:
    if errors is None:
        return
    statuses = tuple(str(error["status"]["value"]) for error in errors["list"])
    titles = tuple(errors["titles_in_order"])
    yield Fact(key, "errors.titles", titles, (*at, "titles_in_order"))
    if errors["list_complete"]:
        yield Fact(key, "errors.complete", statuses, (*at, "list_complete"))
    else:
        yield Fact(key, "open", True, (*at, "list_complete"))
    for index, (status, error) in enumerate(zip(statuses, errors["list"], strict=True)):
        place = (*at, "list", str(index))
        location = f"errors.{status}"
        inferred = error["status"]["confidence"] == "inferred"
        yield Fact(key, location, True, (*place, "status", "value"), inferred)
        yield Fact(key, f"{location}.title", error["title"], (*place, "title"))
        yield Fact(key, f"{location}.schema", error["schema"], (*place, "schema"))


def _facts_of_fields(
    subject: str, location: str, fields: Tree, at: Pointer, inferred: bool
) -> Iterator[Fact]:
    for name, field in fields.items():
        yield from _facts_of_field(
            subject, f"{location}.{name}", field, (*at, "fields", name), inferred
        )


def _facts_of_field(
    subject: str, location: str, field: Tree, at: Pointer, inferred: bool
) -> Iterator[Fact]:
    inferred = inferred or field.get("confidence") == "inferred"

    def fact(what: str, value: Any, key: str, *below: str) -> Fact:
        unsure = inferred or field.get(f"{what}_confidence") == "inferred"
        return Fact(subject, f"{location}.{what}", value, (*at, key, *below), unsure)

    kinds = tuple(sorted(field["type"].split(" or ")))
    yield fact("type", kinds, "type")
    yield fact("nullable", field.get("nullable", False), "nullable")
    if "required" in field:
        yield fact("required", field["required"], "required")
    if "description" in field:
        yield fact("description", True, "description")
    for keyword in KEYWORDS:
        if keyword in field:
            yield fact(keyword, _frozen(field[keyword]), keyword)
    for key, keyword in GUIDE_KEYWORDS.items():
        if key in field:
            yield fact(keyword, _frozen(field[key]), key)
    if "guide_default" in field:
        # The parameter is a string on the wire, and so is its default.
        yield fact("default", str(field["guide_default"]), "guide_default")
    for key in MENTIONED:
        if key in field:
            yield fact("mention", _mention(str(field[key])), key)
    if "additional_properties" in field:
        value = field["additional_properties"]["value"]
        yield fact("additional_properties", value, "additional_properties", "value")
    if "items" in field:
        yield from _facts_of_field(
            subject, f"{location}.items", field["items"], (*at, "items"), inferred
        )
    yield from _facts_of_fields(
        subject, location, field.get("fields", {}), at, inferred
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _mention(text: str) -> str:
    """The word a description has to hold: a code, a number or a name of a form."""
    words = text.split()
    return next((word for word in words if "_" in word), words[0])


def inferred_locations(operation: Tree) -> list[str]:
    """Where the facts of an operation are inferred, the outermost place of each."""
    found: list[str] = []

    def walk(location: str, node: Tree) -> None:
        if node.get("confidence") == "inferred":
            found.append(location)
            return
        for what in ("required", "pattern", "enum"):
            if node.get(f"{what}_confidence") == "inferred":
                found.append(f"{location}.{what}")
        if "items" in node:
            walk(f"{location}.items", node["items"])
        for name, field in node.get("fields", {}).items():
            walk(f"{location}.{name}", field)

    for where, parameters in operation["parameters"].items():
        for name, parameter in parameters.items():
            walk(f"{where}.{name}", parameter)
    body = operation["request_body"]
    if body is not None:
        if body["required"]["confidence"] == "inferred":
            found.append("body.required")
        for name, node in (body.get("fields") or body.get("variants") or {}).items():
            walk(f"body.{name}", node)
    success = operation["responses"]["success"]
    if success is not None:
        for name, field in success["fields"].items():
            walk(f"response.{name}", field)
    return found


def unread(facts: Tree, read: list[Fact]) -> list[Pointer]:
    """Places of the facts file that no `Fact` took and no remark explains."""
    taken = {fact.pointer for fact in read}
    missed: list[Pointer] = []

    def walk(node: Any, pointer: Pointer) -> None:
        if pointer in taken and not isinstance(node, list):
            return
        key = pointer[-1] if pointer else ""
        if key in REMARKS or key.endswith(CONFIDENCE):
            return
        if isinstance(node, dict) and node:
            for name, child in node.items():
                walk(child, (*pointer, name))
        elif isinstance(node, list) and pointer not in taken:
            for index, child in enumerate(node):
                walk(child, (*pointer, str(index)))
        elif pointer not in taken and node not in ({}, [], None):
            missed.append(pointer)

    for group in ("schemas", "operations"):
        walk(facts[group], (group,))
    return missed
