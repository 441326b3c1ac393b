"""What nobody described is said to be where it stands."""

from __future__ import annotations

import pytest

from specpress.python_text import docstring
from specpress.render.documentation import origin
from specpress.source import Pointer

ANSWER = ("paths", "/a/{b}", "get", "responses", "200", "content", "a/json", "schema")
BODY = ("paths", "/a", "post", "requestBody", "content", "a/json", "schema")
SHARED = ("components", "responses", "Made", "content", "a/json", "schema")


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("components", "schemas", "User"), "The schema ``User``."),
        (
            ("components", "schemas", "User", "properties", "tags", "items"),
            "``tags[]`` in the schema ``User``.",
        ),
        (
            ("components", "schemas", "A", "allOf", "0", "additionalProperties"),
            "``{}`` in the schema ``A``.",
        ),
        (SHARED, "The answer ``Made``."),
        (
            (*SHARED, "properties", "properties", "anyOf", "1"),
            "``properties`` in the answer ``Made``.",
        ),
        (("components", "requestBodies", "New"), "The body ``New``."),
        (BODY, "The body of ``POST /a``."),
        (ANSWER, "The answer 200 to ``GET /a/{b}``."),
        ((*ANSWER, "items"), "``[]`` in the answer 200 to ``GET /a/{b}``."),
        (("webhooks", "paid", "post", "requestBody"), "The event ``paid``."),
        (("components", "headers", "X"), "``#/components/headers/X`` of the document."),
        ((), "``#`` of the document."),
    ],
)
def test_origin(tokens: tuple[str, ...], said: str) -> None:
    assert docstring([origin(Pointer("", tokens))], 0) == docstring([said], 0)


def test_another_file() -> None:
    said = "``a.yaml#/components/schemas/A`` of the document."
    at = Pointer("a.yaml", ("components", "schemas", "A"))
    assert docstring([origin(at)], 0) == docstring([said], 0)
