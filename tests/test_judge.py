"""The judge judges: it takes what the document says, and nothing else.

It is only worth its answers if it can say no. Requests here are written by hand and sent
by ``http.client``; nothing of ours is in between.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.judge import Drop, Exchange, Impossible, Judge, Respond
from tests.judge.documents import Document
from tests.judge.patterns import matching
from tests.judge.validation import Validation
from tests.judge.values import Values
from tests.loopback import Running
from tests.vectors.parameters import load

SPECIFICATION = """
openapi: 3.1.0
info: {title: Judged, version: '1'}
security: [{key: []}]
paths:
  /items/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
    get:
      parameters:
        - {name: tags, in: query, schema: {type: array, items: {enum: [a, b]}}}
        - {name: size, in: query, explode: false, required: true,
           schema: {type: array, items: {type: integer}}}
        - {name: filter, in: query, style: deepObject,
           schema: {type: object, properties: {color: {type: string}}}}
        - {name: X-Level, in: header, schema: {type: integer}}
      responses:
        '200':
          description: One
          headers: {X-Left: {schema: {type: integer}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
    put:
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Item'}}
          application/x-www-form-urlencoded:
            schema: {$ref: '#/components/schemas/Item'}
          multipart/form-data:
            schema: {$ref: '#/components/schemas/Item'}
      responses: {'204': {description: Done}}
  /items/all:
    get:
      security: []
      responses:
        '200':
          description: All
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Item'}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Item:
      type: object
      required: [name, count]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string, minLength: 2}
        count: {type: integer}
        tags: {type: array, items: {type: string}}
      additionalProperties: false
"""

GOOD = "/items/7?size=1,2"
ITEM = {"name": "ab", "count": 3}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Judge, str]]:
    path = tmp_path_factory.mktemp("judge") / "spec.yaml"
    path.write_text(SPECIFICATION, "utf-8")
    judge = Judge(path)
    with Running(judge) as running:
        yield judge, running.url


def send(
    judged: tuple[Judge, str],
    method: str,
    target: str,
    body: bytes | None = None,
    **headers: str,
) -> tuple[Exchange, http.client.HTTPResponse, bytes]:
    judge, url = judged
    judge.exchanges.clear()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    names = {name.replace("_", "-"): text for name, text in headers.items()}
    connection.request(method, target, body, {"X-Key": "k", **names})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return judge.exchanges[0], response, content


# --- Requests ------------------------------------------------------------------------


def test_what_the_document_says_is_taken(judged: tuple[Judge, str]) -> None:
    exchange, response, content = send(
        judged, "GET", GOOD + "&tags=a&tags=b&filter%5Bcolor%5D=red%20", X_Level="3"
    )
    assert exchange.problems == []
    assert exchange.parameters == {
        ("path", "id"): 7,
        ("query", "size"): [1, 2],
        ("query", "tags"): ["a", "b"],
        ("query", "filter"): {"color": "red "},
        ("header", "X-Level"): 3,
    }
    assert response.status == 200
    assert response.getheader("x-left") == "3"
    assert json.loads(content) == exchange.answer
    assert exchange.answer.keys() == {"id", "name", "count", "tags"}


@pytest.mark.parametrize(
    ("target", "headers", "problem"),
    [
        ("/items/seven?size=1", {}, "path id: $: 'seven' is not of type integer"),
        ("/items/0?size=1", {}, "path id: $: 0 is less than the minimum of 1"),
        ("/items/7", {}, "query size is missing"),
        ("/items/7?size=1&size=2", {}, "query size: size came 2 times"),
        ("/items/7?size=x", {}, "query size: $[0]: 'x' is not of type integer"),
        (GOOD + "&tags=c", {}, "query tags: $[0]: 'c' is not one of ['a', 'b']"),
        (GOOD + "&more=1", {}, "unknown query parameter more"),
        (GOOD, {"X_Level": "high"}, "header X-Level: $: 'high' is not of type integer"),
        ("/nothing", {}, "no operation GET /nothing"),
        ("/items/a%2Fb?size=1", {}, "path id: $: 'a/b' is not of type integer"),
    ],
)
def test_what_it_does_not_say_is_refused(
    judged: tuple[Judge, str], target: str, headers: dict[str, str], problem: str
) -> None:
    exchange, _, _ = send(judged, "GET", target, **headers)
    assert exchange.problems == [problem]


def test_a_credential_is_needed_where_the_document_says_so(
    judged: tuple[Judge, str],
) -> None:
    _, url = judged
    for target, problems in (
        (GOOD, ["no credential for key"]),
        ("/items/all", []),
    ):
        judged[0].exchanges.clear()
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("GET", target)
        connection.getresponse().read()
        connection.close()
        assert judged[0].exchanges[0].problems == problems


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", b'{"name": "ab", "count": 3}'),
        ("application/x-www-form-urlencoded", b"name=ab&count=3"),
        (
            "multipart/form-data; boundary=X",
            b'--X\r\nContent-Disposition: form-data; name="name"\r\n\r\nab\r\n'
            b'--X\r\nContent-Disposition: form-data; name="count"\r\n\r\n3\r\n--X--\r\n',
        ),
    ],
)
def test_bodies_are_read_in_each_media_type(
    judged: tuple[Judge, str], media_type: str, body: bytes
) -> None:
    exchange, response, _ = send(
        judged, "PUT", "/items/1", body, Content_Type=media_type
    )
    assert exchange.problems == []
    assert exchange.body == ITEM
    assert response.status == 204


@pytest.mark.parametrize(
    ("media_type", "body", "problem"),
    [
        ("application/json", b"{", "the body is not JSON"),
        ("application/json", b'{"name": "ab"}', "'count' is required"),
        ("application/json", b'{"name": "a", "count": 1}', "too short"),
        ("application/json", b'{"name": "ab", "count": 1, "x": 1}', "Additional"),
        ("application/json", b'{"name": "ab", "count": "1"}', "not of type integer"),
        ("application/xml", b"<a/>", "media type application/xml"),
        (
            "application/x-www-form-urlencoded",
            b"name=ab&count=x",
            "not of type integer",
        ),
        ("application/x-www-form-urlencoded", b"name=ab", "'count' is required"),
        ("multipart/form-data", b"", "without boundary"),
        ("multipart/form-data; boundary=X", b"--X\r\nnot a part", "broken multipart"),
    ],
)
def test_a_body_that_is_not_as_documented_is_refused(
    judged: tuple[Judge, str], media_type: str, body: bytes, problem: str
) -> None:
    exchange, _, _ = send(judged, "PUT", "/items/1", body, Content_Type=media_type)
    assert len(exchange.problems) == 1
    assert problem in exchange.problems[0]


def test_a_required_body_is_missed(judged: tuple[Judge, str]) -> None:
    exchange, _, _ = send(judged, "PUT", "/items/1")
    assert exchange.problems == ["the body is missing"]


def test_a_body_that_nobody_documented_is_refused(judged: tuple[Judge, str]) -> None:
    exchange, _, _ = send(judged, "GET", GOOD, b"{}", Content_Type="application/json")
    assert exchange.problems == ["there is a body, and none is documented"]


def test_scripts_are_followed_in_order(judged: tuple[Judge, str]) -> None:
    judged[0].script.extend([Respond(418, b"no"), Drop()])
    _, response, content = send(judged, "GET", GOOD)
    assert (response.status, content) == (418, b"no")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        send(judged, "GET", GOOD)
    _, response, _ = send(judged, "GET", GOOD)
    assert response.status == 200


# --- Parameters ----------------------------------------------------------------------

_VECTORS = load()
_SCHEMAS: dict[str, Any] = {
    "string": {"type": "string"},
    "array": {"type": "array", "items": {"type": "string"}},
    "object": {
        "type": "object",
        "properties": {name: {"type": "integer"} for name in "RGB"},
    },
}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        pytest.param(
            row, kind, id=f"{row['in']}-{row['style']}-{row['explode']}-{kind}"
        )
        for row in _VECTORS["styles"]
        for kind in _SCHEMAS
        if row[kind] is not None
    ],
)
def test_the_table_of_the_standard_is_read(
    tmp_path: Path, row: dict[str, Any], kind: str
) -> None:
    """Each example of the standard's table gives the value that it is an example of."""
    parameter = {
        "name": "color",
        "in": row["in"],
        "required": True,
        "style": row["style"],
        "explode": row["explode"],
        "schema": _SCHEMAS[kind],
    }
    path = "/{color}" if row["in"] == "path" else "/"
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {path: {"get": {"parameters": [parameter], "responses": {}}}},
    }
    file = tmp_path / "spec.json"
    file.write_text(json.dumps(document), "utf-8")
    judge = Judge(file)
    target, headers = "/", []
    if row["in"] == "path":
        target = f"/{row[kind]}"
    elif row["in"] == "query":
        target = f"/?{row[kind]}"
    elif row["in"] == "header":
        headers = [("color", row[kind])]
    else:
        headers = [("cookie", row[kind].replace("&", "; "))]
    exchange = Exchange("GET", target, headers, b"")
    judge.judge(exchange)
    assert exchange.problems == []
    assert exchange.parameters == {(row["in"], "color"): _VECTORS["values"][kind]}


# --- Values --------------------------------------------------------------------------


def values_of(schemas: dict[str, Any], folder: Path, version: str = "3.1.0") -> Values:
    document = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    path = folder / "spec.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    read = Document(path)
    return Values(read, Validation(read))


def made(
    schema: Any, folder: Path, *, version: str = "3.1.0", **others: Any
) -> list[Any]:
    """All that is made for a schema: full and not, beginning with each branch."""
    values = values_of({"S": schema, **others}, folder, version)
    node = values.document.root["components"]["schemas"]["S"]
    return [
        values.make(node, "out", full=full, turn=turn)
        for turn in (0, 1, 2)
        for full in (True, False)
    ]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[A-Z]{3}-\\d{2,4}$", "maxLength": 6},
        {"type": "string", "minLength": 40, "maxLength": 40},
        {"type": "integer", "exclusiveMinimum": 4, "maximum": 6, "multipleOf": 3},
        {"type": "number", "minimum": 0.2, "maximum": 0.3},
        {
            "type": "array",
            "items": {"enum": [1, 2, 3]},
            "minItems": 3,
            "uniqueItems": True,
        },
        {
            "type": "object",
            "minProperties": 2,
            "additionalProperties": {"type": "integer"},
        },
        {"type": ["null", "string"], "format": "date-time"},
        {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
        {"oneOf": [{"type": "integer"}, {"type": "number"}]},
        {"allOf": [{"required": ["a"]}, {"properties": {"a": {"const": 5}}}]},
        {
            "if": {"properties": {"kind": {"const": "a"}}, "required": ["kind"]},
            "then": {"required": ["b"]},
            "properties": {"kind": {"enum": ["a"]}, "b": {"type": "integer"}},
            "required": ["kind"],
        },
    ],
)
def test_values_hold(schema: dict[str, Any], tmp_path: Path) -> None:
    """What is made is checked when it is made; so it is enough that it is."""
    assert len(made(schema, tmp_path)) == 6


def test_each_branch_of_a_union_has_its_turn(tmp_path: Path) -> None:
    schema = {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]}
    kinds = {type(each) for each in made(schema, tmp_path)}
    assert kinds == {str, int, bool}


def test_discriminators_are_set_as_the_mapping_says(tmp_path: Path) -> None:
    kinds = made(
        {
            "oneOf": [
                {"$ref": "#/components/schemas/Cat"},
                {"$ref": "#/components/schemas/Dog"},
            ],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {"miau": "#/components/schemas/Cat"},
            },
        },
        tmp_path,
        Cat={"type": "object", "properties": {"kind": {"type": "string"}}},
        Dog={"type": "object", "properties": {"kind": {"type": "string"}}},
    )
    assert {each["kind"] for each in kinds} == {"miau", "Dog"}


def test_recursion_ends(tmp_path: Path) -> None:
    tree = {
        "type": "object",
        "required": ["children"],
        "properties": {
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/S"}},
            "parent": {"$ref": "#/components/schemas/S"},
        },
    }
    full, required, *_ = made(tree, tmp_path)
    assert full["parent"]["children"]
    assert required == {"children": []}


def test_recursion_within_unions_ends(tmp_path: Path) -> None:
    again = {"$ref": "#/components/schemas/S"}
    both = {"left": again, "right": again}
    expression = {
        "oneOf": [
            {"type": "object", "required": ["left", "right"], "properties": both},
            {"type": "string"},
        ]
    }
    assert len(made(expression, tmp_path)) == 6
    linked = {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"anyOf": [again, {"type": "null"}]}},
    }
    assert len(made(linked, tmp_path)) == 6


def test_nullable_is_understood_in_3_0(tmp_path: Path) -> None:
    values = values_of({"S": {"type": "string", "nullable": True}}, tmp_path, "3.0.3")
    node = values.document.root["components"]["schemas"]["S"]
    assert values.validation.is_valid(node, None, "out")
    assert not values.validation.is_valid(node, 5, "out")


def test_what_cannot_be_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Impossible):
        made({"type": "integer", "minimum": 5, "maximum": 4}, tmp_path)
    with pytest.raises(Impossible):
        made(
            {
                "type": "object",
                "required": ["s"],
                "properties": {"s": {"$ref": "#/components/schemas/S"}},
            },
            tmp_path,
        )


@given(some.integers(0, 5), some.integers(0, 5))
@settings(max_examples=25, deadline=None)
def test_patterns_are_matched_at_any_length(least: int, more: int) -> None:
    pattern = f"^[a-c]{{{least},{least + more}}}$"
    found = matching(pattern, least, least + more)
    assert found is not None
    assert least <= len(found) <= least + more
    assert set(found) <= set("abc")
