"""Which lines made a piece of code, and why it looks so."""

from __future__ import annotations

from pathlib import Path

import pytest

from specpress.explain import Explanation, Unknown, explain
from specpress.messages import words
from specpress.options import ClientOptions, Job
from specpress.pipeline import lower_document

SPEC = """\
openapi: 3.1.0
info: {title: Zoo, version: '1'}
paths:
  /animals:
    get:
      tags: [animals]
      operationId: listAnimals
      x-specpress-method: all
      parameters:
        - {name: page-size, in: query, schema: {type: integer}}
        - {name: Accept, in: header, schema: {type: string}}
      responses:
        '200':
          description: Animals
          content:
            application/json: {schema: {$ref: '#/components/schemas/Cat'}}
components:
  schemas:
    Animal:
      type: object
      properties:
        name: {type: string}
    Cat:
      allOf:
        - $ref: '#/components/schemas/Animal'
        - type: object
          properties:
            class: {type: string}
            lives:
              type: integer
    Feline: {$ref: '#/components/schemas/Cat'}
"""


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("zoo") / "zoo.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def about(
    spec: Path, what: str, options: ClientOptions | None = None
) -> list[Explanation] | Unknown:
    options = options or ClientOptions()
    outcome = lower_document(Job(document=spec, label=spec.name, client=options))
    assert outcome.package is not None
    assert outcome.documents is not None
    return explain(outcome.package, outcome.documents, outcome.report, options, what)


def one(
    spec: Path, what: str, options: ClientOptions | None = None
) -> tuple[Explanation, list[str]]:
    """Return the only explanation, and its reasons as they are printed."""
    found = about(spec, what, options)
    assert isinstance(found, list)
    (explanation,) = found
    reasons = [f"{r.kind}: {words(r.words)}" for r in explanation.reasons]
    return explanation, reasons


def line_of(text: str) -> int:
    (number,) = (n for n, line in enumerate(SPEC.split("\n"), 1) if text in line)
    return number


@pytest.mark.parametrize(
    "what",
    [
        "models.Cat",
        "Cat",
        "zoo.models.Cat",
        "/components/schemas/Cat",
        "#/components/schemas/Cat",
    ],
)
def test_a_class_by_name_and_pointer(spec: Path, what: str) -> None:
    cat, reasons = one(spec, what)
    assert cat.piece.python == "models.Cat"
    assert cat.first_line == line_of("    Cat:")
    assert cat.last_line == line_of("              type: integer")
    assert [each.python for each in cat.inside] == [
        "models.Cat.name",
        "models.Cat.class_",
        "models.Cat.lives",
    ]
    assert reasons == [
        "merged: 2 schemas of allOf are one class",
        "merged: models.Feline is the same class",
    ]


def test_a_field_whose_name_had_to_change(spec: Path) -> None:
    field, reasons = one(spec, "models.Cat.class_")
    assert field.first_line == field.last_line == line_of("class: {type")
    assert field.piece.type == "str | Unset"
    assert reasons == ["renamed: the document says 'class', Python class_"]


@pytest.mark.parametrize("what", ["animals.all", "client.animals.all()", "all"])
def test_a_method_and_what_was_lost_in_it(spec: Path, what: str) -> None:
    method, reasons = one(spec, what)
    assert method.piece.kind == "method"
    assert method.first_line == line_of("    get:")
    assert reasons == [
        "renamed: the document says 'listAnimals', Python all",
        "set: named by x-specpress-method",
        "skipped: in OpenAPI the media type of the responses decides this header",
        (
            "warning: header parameter 'Accept' was left out: in OpenAPI the media type "
            "of the responses decides its value"
        ),
    ]
    assert [each.python for each in method.inside] == ["animals.all.page_size"]


def test_a_node_in_the_middle_of_a_piece(spec: Path) -> None:
    field, _ = one(spec, "/components/schemas/Cat/allOf/1/properties/lives/type")
    assert field.piece.python == "models.Cat.lives"


def test_a_node_around_pieces(spec: Path) -> None:
    found = about(spec, "/paths/~1animals")
    assert isinstance(found, list)
    assert [each.piece.python for each in found] == ["animals.all"]


def test_a_name_that_the_configuration_pins(spec: Path) -> None:
    options = ClientOptions(names={"/components/schemas/Cat": "Tiger"})
    cat, reasons = one(spec, "models.Tiger", options)
    assert cat.piece.python == "models.Tiger"
    assert reasons[:2] == [
        "renamed: the document says 'Cat', Python Tiger",
        "set: named Tiger by the configuration's names",
    ]


@pytest.mark.parametrize("what", ["AsyncZoo", "Zoo", "#"])
def test_the_client(spec: Path, what: str) -> None:
    client, _ = one(spec, what)
    assert client.piece.python == "Zoo"


def test_what_there_is_not(spec: Path) -> None:
    assert about(spec, "models.Catt") == Unknown(("models.Cat",))
    assert about(spec, "/components/schemas/Dog") == Unknown(())
    assert about(spec, "other.yaml#/Kiwi") == Unknown(())
    assert about(spec, "#pets") == Unknown(())
