"""Parse: what a document says, whatever its version and however it is spelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from specpress.diagnostics import DocumentError, Report
from specpress.load import load_documents
from specpress.openapi import (
    ABSENT,
    Api,
    Location,
    ObjectValue,
    Operation,
    Schema,
    SecurityRequirement,
)
from specpress.parse import parse_documents
from specpress.source import Pointer
from specpress.text import Text

HEAD = "openapi: {version}\ninfo: {{title: Case, version: '1'}}\n"


def parse(
    folder: Path, body: str, version: str = "3.1.0", **files: str
) -> tuple[Api, Report]:
    """Return what a document says; ``files`` lie beside it as ``<name>.yaml``."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    path = folder / "spec.yaml"
    path.write_text(HEAD.format(version=version) + body, encoding="utf-8")
    report = Report()
    documents = load_documents(path, report)
    return parse_documents(documents, report), report


def codes(report: Report) -> list[str]:
    return [diagnostic.code for diagnostic in report]


def schemas(folder: Path, text: str, version: str = "3.1.0") -> tuple[Api, Report]:
    """Return a document whose component schemas are ``text``."""
    indented = "".join(f"    {line}\n" for line in text.strip("\n").splitlines())
    return parse(folder, f"paths: {{}}\ncomponents:\n  schemas:\n{indented}", version)


def component(api: Api, *tokens: str) -> Schema:
    return api.schemas[Pointer("", ("components", "schemas", *tokens))]


def only_operation(api: Api) -> Operation:
    (operation,) = api.operations
    return operation


def test_nothing_is_a_plain_string(tmp_path: Path) -> None:
    api, _ = schemas(tmp_path, "Pet: {type: string, enum: [a], default: a}")
    pet = component(api, "Pet")
    assert api.title == Text("Case")
    assert pet.enum == (Text("a"),)
    assert pet.default == Text("a")
    assert api.component_schemas == ((Text("Pet"), pet.at),)


def test_what_is_not_stated_differs_from_null(tmp_path: Path) -> None:
    api, _ = schemas(tmp_path, "A: {default: null, const: null}\nB: {}")
    assert component(api, "A").default is None
    assert component(api, "A").const is None
    assert component(api, "B").default is ABSENT
    assert component(api, "B").const is ABSENT


# Null, in all spellings of 3.0


def test_nullable_with_a_type(tmp_path: Path) -> None:
    api, report = schemas(tmp_path, "A: {type: string, nullable: true}", "3.0.3")
    assert component(api, "A").types == ("null", "string")
    assert not codes(report)


def test_nullable_without_a_type_means_what_the_keywords_suggest(
    tmp_path: Path,
) -> None:
    api, _ = schemas(
        tmp_path,
        """
A: {nullable: true, properties: {x: {type: string}}}
B: {nullable: true, items: {type: string}}
C: {nullable: true}
""",
        "3.0.3",
    )
    assert component(api, "A").types == ("null", "object")
    assert component(api, "B").types == ("null", "array")
    assert component(api, "C").types == ()


@pytest.mark.parametrize("composition", ["oneOf", "anyOf"])
def test_nullable_adds_an_alternative(tmp_path: Path, composition: str) -> None:
    api, report = schemas(
        tmp_path,
        f"A: {{nullable: true, {composition}: [{{type: string}}, {{type: integer}}]}}",
        "3.0.3",
    )
    a = component(api, "A")
    alternatives = a.one_of or a.any_of
    assert len(alternatives) == 3
    assert api.schemas[alternatives[-1]].types == ("null",)
    assert not codes(report)


def test_nullable_around_one_reference(tmp_path: Path) -> None:
    api, report = schemas(
        tmp_path,
        """
Name: {type: string}
A: {nullable: true, description: Kept., allOf: [{$ref: '#/components/schemas/Name'}]}
""",
        "3.0.3",
    )
    a = component(api, "A")
    assert a.all_of == ()
    assert a.description == Text("Kept.")
    name, null = (api.schemas[at] for at in a.any_of)
    assert name.reference == component(api, "Name").at
    assert null.types == ("null",)
    assert not codes(report)


def test_nullable_beside_a_reference(tmp_path: Path) -> None:
    api, report = schemas(
        tmp_path,
        "Name: {type: string}\n"
        "A: {nullable: true, $ref: '#/components/schemas/Name', maxLength: 3}",
        "3.0.3",
    )
    a = component(api, "A")
    assert a.reference is None
    name, null = (api.schemas[at] for at in a.any_of)
    assert name.reference == component(api, "Name").at
    assert null.types == ("null",)
    assert a.max_length is None
    assert codes(report) == ["beside-reference", "beside-reference"]


def test_nullable_around_several_parts(tmp_path: Path) -> None:
    api, _ = schemas(
        tmp_path,
        "A: {type: object, nullable: true, allOf: [{type: object}, {required: [x]}]}",
        "3.0.3",
    )
    a = component(api, "A")
    whole, null = (api.schemas[at] for at in a.any_of)
    assert (a.types, a.all_of) == ((), ())
    assert whole.types == ("object",)
    assert len(whole.all_of) == 2
    assert null.types == ("null",)


# Other differences between versions


def test_exclusive_limits_of_both_versions(tmp_path: Path) -> None:
    old, report = schemas(
        tmp_path,
        "A: {type: integer, exclusiveMinimum: true, minimum: 5, maximum: 9}",
        "3.0.3",
    )
    a = component(old, "A")
    assert (a.minimum, a.exclusive_minimum, a.maximum) == (None, 5, 9)
    assert not codes(report)
    new, report = schemas(
        tmp_path, "A: {type: integer, exclusiveMinimum: 5, minimum: 3}"
    )
    a = component(new, "A")
    assert (a.minimum, a.exclusive_minimum) == (3, 5)
    assert not codes(report)


def test_siblings_of_a_reference_count_since_3_1(tmp_path: Path) -> None:
    text = "B: {type: string}\nA: {$ref: '#/components/schemas/B', maxLength: 5}"
    api, report = schemas(tmp_path, text)
    assert component(api, "A").max_length == 5
    assert not codes(report)


def test_types_come_in_one_order(tmp_path: Path) -> None:
    api, _ = schemas(tmp_path, "A: {type: [string, 'null', integer]}")
    assert component(api, "A").types == ("null", "integer", "string")


def test_boolean_schemas(tmp_path: Path) -> None:
    api, _ = schemas(
        tmp_path, "A: true\nB: {additionalProperties: false, items: {not: {}}}"
    )
    assert component(api, "A").always is True
    closed = component(api, "B").additional_properties
    assert closed is not None
    assert api.schemas[closed].always is False


def test_words_that_are_no_types(tmp_path: Path) -> None:
    api, report = schemas(
        tmp_path,
        "A: {type: file}\nB: {type: String}\nC: {type: datetime}\nD: {type: x}",
    )
    assert component(api, "A").types == ("string",)
    assert component(api, "A").format == Text("binary")
    assert component(api, "B").types == ("string",)
    assert component(api, "C").format == Text("date-time")
    assert component(api, "D").types == ()
    assert codes(report) == ["unknown-type"] * 4


def test_required_as_a_flag_speaks_of_the_property(tmp_path: Path) -> None:
    api, report = schemas(
        tmp_path,
        "A: {type: object, required: [b], properties: {a: {required: true}, b: {}}}",
    )
    assert component(api, "A").required == (Text("b"), Text("a"))
    assert codes(report) == ["required-flag"]


def test_rules_are_listed(tmp_path: Path) -> None:
    api, report = schemas(
        tmp_path, "A: {xml: {}, contains: {type: string}, minProperties: 1, extra: 1}"
    )
    assert component(api, "A").rules == ("contains",)
    assert component(api, "A").min_properties == 1
    assert component(api, "A", "contains").types == ("string",)
    assert not codes(report)


# References


def test_references_to_any_place(tmp_path: Path) -> None:
    api, report = parse(
        tmp_path,
        """
paths:
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
    get:
      responses:
        '200':
          description: Done
          content:
            application/json:
              schema: {$ref: 'other.yaml#/definitions/a~1b'}
components:
  schemas:
    Id: {$ref: '#/paths/~1pets~1%7Bid%7D/parameters/0/schema'}
    Name:
      type: object
      properties: {first: {$ref: '#/components/schemas/Name/$defs/part'}}
      $defs: {part: {type: string}}
""",
        other="definitions: {a/b: {type: object, properties: {c: {$ref: '#/x'}}}}\n"
        "x: {type: integer}\n",
    )
    identity = component(api, "Id").reference
    assert identity is not None
    assert api.schemas[identity].format == Text("uuid")
    schema = only_operation(api).responses[0].content[0].schema
    assert schema is not None
    target = Pointer("other.yaml", ("definitions", "a/b"))
    assert api.schemas[schema].reference == target
    inner = api.schemas[api.schemas[target].properties[0].schema].reference
    assert inner is not None
    assert api.schemas[inner].types == ("integer",)
    assert component(api, "Name", "$defs", "part").types == ("string",)
    assert not codes(report)


def test_parts_behind_references_are_followed(tmp_path: Path) -> None:
    api, report = parse(
        tmp_path,
        """
paths:
  /pets: {$ref: 'paths.yaml#/pets'}
components:
  parameters:
    limit: {name: limit, in: query, schema: {type: integer}}
  requestBodies:
    pet: {content: {application/json: {schema: {type: object}}}}
  headers:
    left: {schema: {type: integer}}
  responses:
    done:
      description: Done
      headers: {X-Left: {$ref: '#/components/headers/left'}}
      content:
        application/json:
          examples: {one: {$ref: '#/components/examples/one'}}
  examples:
    one: {value: {a: 1}}
""",
        paths="""
pets:
  post:
    parameters:
      - $ref: 'spec.yaml#/components/parameters/limit'
        description: Of this call.
    requestBody: {$ref: 'spec.yaml#/components/requestBodies/pet'}
    responses: {'200': {$ref: 'spec.yaml#/components/responses/done'}}
""",
    )
    operation = only_operation(api)
    assert operation.at == Pointer("paths.yaml", ("pets", "post"))
    assert operation.path == Text("/pets")
    assert operation.parameters[0].name == Text("limit")
    assert operation.parameters[0].description == Text("Of this call.")
    assert operation.body is not None
    response = operation.responses[0]
    assert response.headers[0].name == Text("X-Left")
    assert response.content[0].examples == (ObjectValue(((Text("a"), 1),)),)
    assert not codes(report)


def test_data_that_looks_like_a_reference_is_left_alone(tmp_path: Path) -> None:
    api, report = schemas(
        tmp_path,
        "A: {default: {$ref: '#/nowhere'}, enum: [{$ref: 'http://x/'}],"
        " example: {$ref: 5}, properties: {$ref: {type: string}}}",
    )
    assert component(api, "A").properties[0].name == Text("$ref")
    assert not codes(report)


def test_recursion_of_every_kind_ends(tmp_path: Path) -> None:
    api, report = schemas(
        tmp_path,
        """
Self: {properties: {next: {$ref: '#/components/schemas/Self'}}}
A: {items: {$ref: '#/components/schemas/B'}}
B: {additionalProperties: {$ref: '#/components/schemas/A'}}
Union: {oneOf: [{type: string}, {$ref: '#/components/schemas/Union'}]}
Animal: {oneOf: [{$ref: '#/components/schemas/Dog'}]}
Dog: {allOf: [{$ref: '#/components/schemas/Animal'}]}
""",
    )
    assert len(api.component_schemas) == 6
    assert not codes(report)


def test_a_schema_made_of_itself_is_cut(tmp_path: Path) -> None:
    api, report = schemas(
        tmp_path,
        """
A: {allOf: [{$ref: '#/components/schemas/B'}, {type: object}]}
B: {allOf: [{$ref: '#/components/schemas/A'}, {required: [x]}]}
""",
    )
    assert codes(report) == ["circular-all-of"]
    for start in api.schemas:
        trail = [start]
        while trail:
            schema = api.schemas[trail.pop()]
            parts = [*schema.all_of, *filter(None, [schema.reference])]
            assert start not in parts
            trail += parts


@pytest.mark.parametrize(
    "text",
    [
        "A: {$ref: '#/components/schemas/A'}",
        "A: {$ref: '#/components/schemas/B'}\nB: {$ref: '#/components/schemas/A'}",
    ],
)
def test_a_reference_to_nothing_but_itself_is_an_error(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(DocumentError):
        schemas(tmp_path, text)


def test_mapping_values_are_names_before_references(tmp_path: Path) -> None:
    api, report = parse(
        tmp_path,
        """
paths: {}
components:
  schemas:
    dog.yaml: {type: object}
    Cat: {type: object}
    Pet:
      discriminator:
        propertyName: kind
        mapping:
          cat: Cat
          kitten: '#/components/schemas/Cat'
          dog: dog.yaml
          bird: bird.yaml
          fish: Fish
""",
        bird="type: object\n",
    )
    discriminator = component(api, "Pet").discriminator
    assert discriminator is not None
    cat = component(api, "Cat").at
    assert discriminator.mapping == (
        (Text("cat"), cat),
        (Text("kitten"), cat),
        (Text("dog"), component(api, "dog.yaml").at),
        (Text("bird"), Pointer("bird.yaml", ())),
    )
    assert codes(report) == ["unresolved-mapping"]


def test_a_dynamic_reference_is_taken_as_the_anchor_it_names(tmp_path: Path) -> None:
    api, report = schemas(
        tmp_path,
        """
Tree:
  $dynamicAnchor: node
  properties: {children: {items: {$dynamicRef: '#node'}}}
""",
    )
    items = component(api, "Tree", "properties", "children", "items")
    assert items.reference == component(api, "Tree").at
    assert not codes(report)


# Operations


def test_parameters_of_path_and_operation_are_one_list(tmp_path: Path) -> None:
    api, report = parse(
        tmp_path,
        """
paths:
  /pets/{id}/{kind}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: limit, in: query, schema: {type: integer}}
    get:
      parameters:
        - {name: trace, in: header, schema: {type: string}}
        - {name: limit, in: query, required: true, schema: {type: string}}
      responses: {'200': {description: Done}}
""",
    )
    operation = only_operation(api)
    assert [p.name for p in operation.parameters] == [
        Text("id"),
        Text("limit"),
        Text("trace"),
        Text("kind"),
    ]
    assert operation.parameters[1].required
    assumed = operation.parameters[3]
    assert assumed.location is Location.PATH
    assert assumed.schema is not None
    assert api.schemas[assumed.schema].types == ("string",)
    assert codes(report) == ["undeclared-path-parameter"]


def test_styles_have_the_defaults_of_the_standard(tmp_path: Path) -> None:
    listed = "".join(
        f"        - {{name: p, in: {location}, required: true, schema: {{}}{more}}}\n"
        for location, more in (
            ("path", ""),
            ("query", ""),
            ("header", ""),
            ("cookie", ""),
        )
    )
    api, report = parse(
        tmp_path,
        "paths:\n  /{p}:\n    get:\n      responses: {'200': {description: Done}}\n"
        f"      parameters:\n{listed}"
        "        - {name: q, in: query, schema: {}, style: deepObject}\n",
    )
    assert [(p.style, p.explode) for p in only_operation(api).parameters] == [
        ("simple", False),
        ("form", True),
        ("simple", False),
        ("form", True),
        ("deepObject", False),
    ]
    assert not codes(report)


def test_security_of_the_document_and_of_operations(tmp_path: Path) -> None:
    api, _ = parse(
        tmp_path,
        """
security: [{key: []}, {}]
paths:
  /a: {get: {responses: {'200': {description: Done}}}}
  /b: {get: {security: [], responses: {'200': {description: Done}}}}
  /c:
    get:
      security: [{key: [], token: [read]}, {lost: []}]
      responses: {'200': {description: Done}}
components:
  securitySchemes:
    key: {type: apiKey, name: X-Key, in: header}
    token: {type: http, scheme: Bearer}
    other: {type: http, scheme: ' SSWS'}
""",
    )
    a, b, c = (operation.security for operation in api.operations)
    assert a == (SecurityRequirement(((Text("key"), ()),)), SecurityRequirement(()))
    assert b == ()
    both = ((Text("key"), ()), (Text("token"), (Text("read"),)))
    assert c == (SecurityRequirement(both),)
    assert api.security_schemes[1].scheme == Text("bearer")
    assert api.security_schemes[2].scheme == Text("SSWS")


def test_callbacks_that_lead_back_to_themselves_end(tmp_path: Path) -> None:
    api, report = parse(
        tmp_path,
        """
paths:
  /pets:
    post:
      callbacks: {changed: {$ref: '#/components/callbacks/changed'}}
      responses: {'200': {description: Done}}
components:
  callbacks:
    changed:
      '{$request.body#/url}':
        post:
          callbacks: {changed: {$ref: '#/components/callbacks/changed'}}
          responses: {'200': {description: Done}}
""",
    )
    (callback,) = only_operation(api).callbacks
    assert callback.name == Text("changed")
    assert callback.operations[0].method == "POST"
    assert callback.operations[0].callbacks == ()
    assert not api.skipped
    assert not codes(report)


def test_webhooks_are_operations_of_their_own(tmp_path: Path) -> None:
    api, _ = parse(
        tmp_path,
        "webhooks:\n  petAdded:\n    post:\n"
        "      requestBody: {content: {application/json: {schema: {}}}}\n"
        "      responses: {'200': {description: Done}}\n",
    )
    assert api.operations == ()
    assert api.webhooks[0].path == Text("petAdded")
    assert api.webhooks[0].body is not None


@pytest.mark.parametrize(
    "inside",
    [
        "get: null",
        "get: {}",
        "GET: {responses: {}}",
        "get: {parameters: null, responses: null, tags: [1]}",
        "get: {responses: {'2000': {description: Odd}, abc: {}}}",
        "get: {security: [{nowhere: []}], operationId: ''}",
        "get: {parameters: [{in: query}, {name: a}, {name: b, in: nowhere}]}",
        "get: {requestBody: {}, callbacks: {a: {}}, servers: [{}]}",
        "get: {requestBody: {content: {application/json: null}}, deprecated: 1}",
        "query: {responses: {'200': {description: Done}}}",
    ],
)
def test_an_operation_is_never_lost(tmp_path: Path, inside: str) -> None:
    api, report = parse(tmp_path, f"paths: {{/pets: {{{inside}}}}}\n")
    assert only_operation(api).path == Text("/pets")
    assert report.warnings


def test_swagger_leftovers_in_parameters_and_responses(tmp_path: Path) -> None:
    api, _ = parse(
        tmp_path,
        """
paths:
  /pets:
    post:
      parameters:
        - {name: pet, in: body, required: true, schema: {type: object}}
        - {name: limit, in: query, type: integer, maximum: 5}
      responses: {'200': {description: Done, schema: {type: string}}}
""",
        "3.0.3",
    )
    operation = only_operation(api)
    assert operation.body is not None
    assert operation.body.required
    (limit,) = operation.parameters
    assert limit.schema is not None
    assert api.schemas[limit.schema].types == ("integer",)
    assert api.schemas[limit.schema].maximum == 5
    assert operation.responses[0].content[0].name == Text("application/json")


def test_documentation_is_counted(tmp_path: Path) -> None:
    api, _ = parse(
        tmp_path,
        """
externalDocs: {url: https://example.com}
paths:
  /pets:
    get:
      responses:
        '200':
          description: Done
          links: {next: {operationId: x}}
          content:
            application/json:
              example: 1
              schema: {type: string, pattern: a, maxLength: 3, example: b}
""",
    )
    counts = api.counts
    assert (counts.links, counts.examples) == (1, 2)
    assert (counts.assertions, counts.external_docs) == (2, 1)


def test_equal_warnings_are_one(tmp_path: Path) -> None:
    _, report = schemas(
        tmp_path, "A: {type: string, nullable: true}\nB: {type: string, nullable: true}"
    )
    (diagnostic,) = report
    assert diagnostic.at == Pointer("", ("components", "schemas", "A", "nullable"))
    assert diagnostic.message[-1] == " (and at 1 other place)"


def test_depth_does_not_matter(tmp_path: Path) -> None:
    depth = 90
    text = "A: " + "{items: " * depth + "{type: string}" + "}" * depth
    api, _ = schemas(tmp_path, text)
    assert component(api, "A", *["items"] * depth).types == ("string",)
