"""The Kirim document holds what the documentation pages say, and no more.

The facts are read by `spec.facts_of_pages`, the document by
`spec.claims_of_document`; nothing of the generator takes part.
"""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from spec.claims_of_document import Document
from spec.comparison import (
    DOCUMENT,
    FACTS,
    FOLDER,
    all_claims,
    compare,
    load,
    unmet,
)
from spec.facts_of_pages import Tree, facts_of, facts_of_operation, unread

TREE = load(DOCUMENT)
PAGES = load(FACTS)
OPERATIONS = sorted(PAGES["operations"])
GUIDES = (FOLDER / "facts" / "guides-facts.md").read_text(encoding="utf-8")
DELETED = object()


def test_every_fact_is_held_and_nothing_else_is_claimed() -> None:
    assert [str(difference) for difference in compare(TREE, PAGES)] == []


def test_every_place_of_the_facts_file_is_read() -> None:
    read = facts_of(PAGES)
    assert unread(PAGES, read) == []
    assert len({fact.subject for fact in read if fact.location == "summary"}) == 27
    # Counted without the reader: each field of a page is a mapping with a type.
    assert sum(1 for fact in read if fact.location.endswith(".type")) >= 389
    assert len(read) >= 2090


def test_a_new_key_in_the_facts_file_is_not_passed_over() -> None:
    pages = copy.deepcopy(PAGES)
    parameter = pages["operations"]["GET /contacts"]["parameters"]["query"]["search"]
    parameter["multiple_of"] = 3
    assert [pointer[-1] for pointer in unread(pages, facts_of(pages))] == [
        "multiple_of"
    ]


@pytest.mark.parametrize("key", OPERATIONS)
def test_each_fact_is_reported_when_the_page_says_otherwise(key: str) -> None:
    claims = all_claims(TREE, PAGES)
    facts = facts_of_operation(key, PAGES["operations"][key])
    assert facts
    for fact in facts:
        if fact.location.endswith(("description", ".kind")):
            # Only a missing description is a difference, its words being ours; and
            # the pages cannot but list fields. Changed documents are tried below.
            continue
        operation = copy.deepcopy(PAGES["operations"][key])
        _contradict(operation, fact.pointer[2:])
        read = facts_of_operation(key, operation)
        reported = [difference.location for difference in unmet(read, claims)]
        place = fact.location
        if place == "open" or place.startswith("errors."):
            # Another status, or a list said to be complete, is another location.
            place = ""
        assert any(
            location.startswith(place) for location in reported
        ), f"{key}: {fact.location} can be contradicted unnoticed"


def _contradict(operation: Tree, pointer: tuple[str, ...]) -> None:
    """Change the value at a pointer into one that no document could hold."""
    *parents, last = pointer
    node: Any = operation
    for part in parents:
        node = node[_key(node, part)]
    key = _key(node, last)
    # `nullable` is a fact of every field, also of one that does not print it.
    value: Any = False if last == "nullable" and last not in node else node[key]
    if last == "fields":
        node[key] = {"contradiction": {"type": "string"}}
    elif last == "request_body":
        required = {"value": True, "confidence": "documented"}
        node[key] = {"media_type": "text/html", "required": required}
    elif last == "list_complete":
        node[key] = not value
        node["titles_in_order"] = ["Contradiction"]
    elif last == "value" and {"confidence", "reason"} <= set(node):
        # A status, which counts as soon as a page has printed it, or a flag.
        node[key] = not value if isinstance(value, bool) else 299
        node["confidence"] = "documented"
    elif last == "example":
        extra = {"contradiction": 1}
        node[key] = {**value, **extra} if isinstance(value, dict) else extra
    elif last == "guide_error":
        node[key] = "400 contradiction_code"
    elif isinstance(value, bool):
        node[key] = not value
    elif isinstance(value, int):
        node[key] = value + 10_000
    elif "__iter__" in dir(value) and not isinstance(value, str):
        node[key] = [*value, "contradiction"]
    else:
        node[key] = f"contradiction of {value}"


def _key(node: Any, part: str) -> Any:
    return int(part) if isinstance(node, list) else part


def _pages_operation(method: str, path: str) -> str:
    return f"/paths/{path.replace('/', '~1')}/{method}"


CONTACTS = _pages_operation("get", "/contacts")
LABELS = _pages_operation("post", "/labels")
SEND = _pages_operation("post", "/messages")
MEDIA = _pages_operation("get", "/messages/{id}/media")
SCHEMAS = "/components/schemas"
MUTATIONS: list[tuple[str, object, str]] = [
    (CONTACTS, DELETED, "GET /contacts: summary"),
    (f"{CONTACTS}/summary", "List", "GET /contacts: summary"),
    (f"{CONTACTS}/description", "", "GET /contacts: description"),
    (f"{CONTACTS}/tags/0", "Meta", "GET /contacts: tag"),
    (f"{CONTACTS}/security", [], "GET /contacts: auth"),
    (f"{CONTACTS}/servers/0/url", "https://a.example", "GET /contacts: servers.0"),
    (f"{CONTACTS}/parameters/0", DELETED, "query.phone.type"),
    (f"{CONTACTS}/parameters/2", DELETED, "query.limit.default"),
    (f"{CONTACTS}/responses/401", DELETED, "GET /contacts: errors.401"),
    (f"{CONTACTS}/responses/2XX/description", "Ok", "GET /contacts: response.title"),
    (f"{CONTACTS}/x-source/confidence", "inferred", "x-source.confidence"),
    (f"{CONTACTS}/x-source/inferred", DELETED, "x-source.inferred.statuses"),
    (f"{CONTACTS}/x-source/pages/0", "https://a.example", "GET /contacts: pages"),
    (f"{MEDIA}/responses/302/headers", {}, "response.header.location.type"),
    (f"{SEND}/responses/422", DELETED, "POST /messages: errors.422"),
    (f"{SEND}/responses/429", DELETED, "POST /messages: errors.429"),
    (f"{LABELS}/requestBody/required", DELETED, "POST /labels: body.required"),
    (f"{LABELS}/requestBody/content/application~1json/example", {}, "body.example"),
    ("/components/parameters/Limit/schema/pattern", "^.$", "query.limit.pattern"),
    ("/components/parameters/Limit/description", "Size.", "query.limit.mention"),
    ("/components/parameters/SearchFilter/schema/maxLength", 201, "max_length"),
    ("/components/parameters/PhoneFilter/required", True, "query.phone.required"),
    ("/components/responses/ResourceNotFound/description", "x", "errors.404.title"),
    ("/components/securitySchemes/bearerAuth/scheme", "basic", "security.scheme"),
    ("/components/parameters/Cursor/description", DELETED, "query.cursor.description"),
    (f"{SCHEMAS}/Contact/properties/email", DELETED, "response.data.email.type"),
    (f"{SCHEMAS}/Contact/properties/email/type", "string", "data.email.nullable"),
    (f"{SCHEMAS}/Contact/required/3", DELETED, "response.data.name.required"),
    (f"{SCHEMAS}/ContactId/pattern", DELETED, "path.id.pattern"),
    (f"{SCHEMAS}/ContactId/examples", [], "response.data.id.example"),
    (f"{SCHEMAS}/ContactResponse/type", "array", "GET /contacts/{id}: response.kind"),
    (f"{SCHEMAS}/CreateLabelRequest/type", "array", "POST /labels: body.kind"),
    (f"{SCHEMAS}/LabelColor/enum/0", DELETED, "body.color.enum"),
    (f"{SCHEMAS}/CreateLabelRequest/properties/color/default", "red", "color.default"),
    (f"{SCHEMAS}/Label/properties/created_at/format", DELETED, "created_at.format"),
    (f"{SCHEMAS}/ErrorType/enum/6", DELETED, "ErrorEnvelope.error.type.enum"),
    (f"{SCHEMAS}/BulkLabelRequest/properties/contact_ids/maxItems", 10, "max_items"),
    (f"{SCHEMAS}/UpdateConversationRequest/minProperties", DELETED, "min_properties"),
    (f"{SCHEMAS}/SendMessageFromNumberRequest/anyOf/7", DELETED, "body.read_receipt"),
    # Nothing of these is in the facts, a guide or a mark.
    (f"{SCHEMAS}/Label/properties/icon", {"type": "string"}, "response.data.icon"),
    (f"{SCHEMAS}/Label/properties/name/maxLength", 50, "response.data.name.max_length"),
    (f"{CONTACTS}/responses/418", {"$ref": "#/components/responses/ResourceNotFound"},
     "errors.418"),
    ("/paths/~1customers", {"post": {**TREE["paths"]["/labels"]["post"]}},
     "POST /customers: absent"),
    ("/paths/~1teams", {"get": {**TREE["paths"]["/labels"]["post"]}},
     "GET /teams: operation"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("pointer", "value", "reported"),
    MUTATIONS,
    ids=[pointer for pointer, _, _ in MUTATIONS],
)
def test_a_changed_document_is_reported(
    pointer: str, value: object, reported: str
) -> None:
    tree = copy.deepcopy(TREE)
    node: Any = tree
    *parents, last = [
        part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]
    ]
    for part in parents:
        node = node[_key(node, part)]
    if value is DELETED:
        del node[_key(node, last)]
    else:
        node[_key(node, last)] = value
    found = [str(difference) for difference in compare(tree, PAGES)]
    assert any(reported in line for line in found), found


def test_codes_of_the_error_guide_are_known() -> None:
    table = re.findall(r"^\| (?:\d{3}|5xx) \| [^|]* \| `(\w+)`", GUIDES, re.MULTILINE)
    # Of the renamed API, which the document leaves out.
    named = set(table) - {"template_already_exists"}
    assert len(named) == 20
    code = TREE["components"]["schemas"]["ErrorDetail"]["properties"]["code"]
    assert set(code["examples"]) == named


def test_prefixes_of_ids_are_those_of_the_guide() -> None:
    (line,) = [line for line in GUIDES.splitlines() if line.startswith("- Prefixes:")]
    named = set(re.findall(r"`(\w+)_` [a-z A-Z]+", line))
    patterns = {
        match[1]
        for schema in TREE["components"]["schemas"].values()
        if (match := re.match(r"\^([a-z]+)_\[0-9A-HJKMNP-TV-Z]\{26}\$$",
                              schema.get("pattern", "")))
    }  # fmt: skip
    assert patterns
    # Templates have no operation, users go by their internal ids, accounts have
    # an id in one sample only, and customers belong to the renamed API.
    assert patterns == named - {"tmpl", "usr", "wba", "cus"}


def test_webhooks_are_those_of_the_guide() -> None:
    rows = re.findall(r"^\| `([a-z]+\.[a-z]+)` \| (meta|kirim)", GUIDES, re.MULTILINE)
    assert len(rows) == 7
    assert list(TREE["webhooks"]) == [event for event, _ in rows]
    for event, source in rows:
        body = TREE["webhooks"][event]["post"]["requestBody"]["content"]
        reference = body["application/json"]["schema"]["$ref"]
        assert (reference.endswith("/MetaEvent")) == (source == "meta")
    headers = {
        parameter["name"]
        for parameter in TREE["components"]["parameters"].values()
        if parameter["in"] == "header" and parameter["name"] != "Idempotency-Key"
    }
    (line,) = [line for line in GUIDES.splitlines() if line.startswith("Delivery head")]
    assert headers == set(re.findall(r"X-Kirim-[A-Za-z-]+", line))


def _fields(document: Document, schema: Tree) -> Any:
    """The fields of an object below one another, `None` for anything else."""
    flat, _ = document.flattened(schema)
    if "properties" not in flat:
        return None
    assert flat["type"] == "object"
    return {
        name: _fields(document, field) for name, field in flat["properties"].items()
    }


def test_events_have_the_fields_of_the_guide() -> None:
    document = Document(TREE)
    schemas = TREE["components"]["schemas"]
    conversation = {"id": None, "object": None, "status": None}
    people = {"user_id": None, "team_id": None, "previous_user_id": None}
    contact = _fields(document, schemas["Contact"])
    assert list(_fields(document, schemas["MetaEvent"])) == ["object", "entry"]
    for event, data in {
        "message.created": None,
        "conversation.assigned": {"conversation": conversation, "assignee": people},
        "conversation.closed": {
            "conversation": {**conversation, "closed_by_user_id": None}
        },
        "contact.created": {"contact": contact, "acquisition_source": None},
        "contact.updated": {"contact": contact, "changed_fields": None},
    }.items():
        body = TREE["webhooks"][event]["post"]["requestBody"]["content"]
        schema, _ = document.flattened(body["application/json"]["schema"])
        envelope = {"id", "type", "created_at", "livemode", "data"}
        assert set(_fields(document, schema)) == envelope
        assert set(schema["required"]) == envelope - {"livemode"}
        assert schema["properties"]["type"]["enum"] == [event]
        assert _fields(document, schema["properties"]["data"]) == data


def test_settings_of_the_generator_are_those_of_the_guides() -> None:
    limits = TREE["x-specpress-rate-limit"]
    for header in (limits["limit"], limits["remaining"], limits["reset"]):
        assert f"`{header}`" in GUIDES
    budget = [group["per_minute"] for group in limits["classes"].values()]
    assert "Default (free) {} write / {} read".format(*budget) in GUIDES
    idempotency = TREE["x-specpress-idempotency"]
    assert f"Request header `{idempotency['header']}`" in GUIDES
    assert f"`{idempotency['replayed']}: true`" in GUIDES
    for code in TREE["x-specpress-retry"]["codes"]["retry"]:
        assert f"`{code}`" in GUIDES
    for code in TREE["x-specpress-retry"]["codes"]["never"]:
        assert f"`{code}`" in GUIDES
    signature = TREE["x-specpress-webhooks"]["signature"]
    assert f"`{signature['header']}: t=<unix seconds>,v1=<hex>" in GUIDES
    assert f"tolerance {signature['tolerance']} s" in GUIDES


def test_every_post_takes_an_idempotency_key_and_nothing_else_does() -> None:
    for path, item in TREE["paths"].items():
        for method, operation in item.items():
            takes = {"$ref": "#/components/parameters/IdempotencyKey"} in operation.get(
                "parameters", []
            )
            assert takes == (method == "post"), f"{method} {path}"


def test_operations_left_out_are_listed_as_unknown() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    left_out = [*PAGES["operations_without_page"], *PAGES["successor_operations"]]
    assert len(left_out) == 30
    assert [key for key in left_out if f"`{key}`" not in readme] == []


def test_names_are_given_once() -> None:
    operations = [
        operation for item in TREE["paths"].values() for operation in item.values()
    ]
    identifiers = [operation["operationId"] for operation in operations]
    assert len(set(identifiers)) == 27
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in identifiers)
    calls = {
        f"{operation['x-specpress-resource']}.{operation['x-specpress-method']}"
        for operation in operations
    }
    assert len(calls) == 27


def test_the_document_is_valid() -> None:
    errors = [error.message for error in OpenAPIV31SpecValidator(TREE).iter_errors()]
    assert errors == []


def _examples(node: Any, pointer: str) -> Iterator[tuple[str, str, Any]]:
    """Each example with the pointer of the schema it has to satisfy."""
    if isinstance(node, dict):
        if "example" in node and "schema" in node:
            yield f"{pointer}/example", f"{pointer}/schema", node["example"]
        if isinstance(node.get("examples"), list) and "properties" not in pointer[-11:]:
            for index, example in enumerate(node["examples"]):
                yield f"{pointer}/examples/{index}", pointer, example
        for key, child in node.items():
            if key not in ("example", "examples"):
                escaped = str(key).replace("~", "~0").replace("/", "~1")
                yield from _examples(child, f"{pointer}/{escaped}")
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _examples(child, f"{pointer}/{index}")


def test_every_example_satisfies_its_schema() -> None:
    resource = DRAFT202012.create_resource(TREE)
    registry: Registry[Any] = Registry().with_resource("urn:kirim", resource)
    examples = list(_examples(TREE, ""))
    assert len(examples) > 60
    for pointer, schema, example in examples:
        quoted = schema.replace("{", "%7B").replace("}", "%7D")
        validator = Draft202012Validator(
            {"$ref": f"urn:kirim#{quoted}"},
            registry=registry,
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        problems = [error.message for error in validator.iter_errors(example)]
        assert problems == [], pointer


def test_the_report_counts_every_operation() -> None:
    answer = subprocess.run(
        [sys.executable, str(FOLDER / "report.py")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    for key in PAGES["operations"]:
        assert key in answer.stdout
    assert "missing or contradicting: none" in answer.stdout
