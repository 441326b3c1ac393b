"""Small documents that ask for more combinations than anyone could read."""

from __future__ import annotations

from tests.hostile.forms.made import Json, document_of, form, object_of, ref


@form
def all_of_doubling() -> Json:
    schemas: Json = {
        f"S{n}": {"allOf": [ref(f"S{n + 1}"), ref(f"S{n + 1}"), {"title": f"T{n}"}]}
        for n in range(60)
    }
    return document_of(
        {**schemas, "S60": object_of(x={"type": "string"}), "A": ref("S0")}
    )


@form
def all_of_doubling_inline() -> Json:
    def level(n: int) -> Json:
        leaf = {"type": "object", "properties": {f"p{n}": {"type": "string"}}}
        return leaf if n == 0 else {"allOf": [level(n - 1), level(n - 1)]}

    return document_of({"A": level(12)})


@form
def one_of_times_one_of() -> Json:
    def choice(group: int) -> Json:
        return {"oneOf": [object_of(**{f"g{group}c{n}": {}}) for n in range(10)]}

    return document_of({"A": {"allOf": [choice(group) for group in range(10)]}})


@form
def one_of_beside_any_of() -> Json:
    branches = [object_of(**{f"p{n}": {"type": "string"}}) for n in range(40)]
    return document_of({"A": {"oneOf": branches, "anyOf": branches, "allOf": branches}})


@form
def one_of_doubling() -> Json:
    schemas: Json = {
        f"S{n}": {"oneOf": [ref(f"S{n + 1}"), ref(f"S{n + 1}"), {"type": "null"}]}
        for n in range(60)
    }
    return document_of({**schemas, "S60": {"type": "string"}, "A": ref("S0")})


@form
def one_of_nested() -> Json:
    schema: Json = {"type": "string"}
    for n in range(30):
        schema = {
            "oneOf": [schema, object_of(**{f"p{n}": schema})] if n < 8 else [schema]
        }
    return document_of({"A": schema})


@form
def one_of_thousand() -> Json:
    members = {
        f"M{n}": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"const": f"k{n}"}},
        }
        for n in range(1_000)
    }
    return document_of(
        {
            **members,
            "A": {
                "oneOf": [ref(name) for name in members],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {f"k{n}": f"M{n}" for n in range(1_000)},
                },
            },
        }
    )


@form
def one_of_thousand_without_discriminator() -> Json:
    return document_of(
        {"A": {"oneOf": [object_of(**{f"p{n}": {}}) for n in range(1_000)]}}
    )


@form
def discriminators_that_are_long() -> Json:
    names = [f"{'x' * 3_000}{n}" for n in range(20)]
    members = {
        f"M{n}": {**object_of(kind={"type": "string"}), "required": ["kind"]}
        for n in range(20)
    }
    return document_of(
        {
            **members,
            "A": {
                "oneOf": [ref(name) for name in members],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": dict(zip(names, members, strict=True)),
                },
            },
        }
    )


@form
def discriminator_of_parents() -> Json:
    a = {
        **object_of(kind={"type": "string"}),
        "required": ["kind"],
        "discriminator": {"propertyName": "kind"},
    }
    children: Json = {
        f"C{n}": {"allOf": [ref("A" if n == 0 else f"C{n - 1}"), object_of(a=ref("A"))]}
        for n in range(40)
    }
    return document_of({"A": a, **children})


@form
def conditions_of_twenty() -> Json:
    conditions = [
        {"if": object_of(**{f"p{n}": {"const": n}}), "then": object_of(**{f"q{n}": {}})}
        for n in range(20)
    ]
    return document_of({"A": {"type": "object", "allOf": conditions}})


@form
def enums_that_meet() -> Json:
    values = [f"v{n}" for n in range(3_000)]
    return document_of({"A": {"allOf": [{"enum": values[n:]} for n in range(200)]}})


@form
def deep_inline_objects() -> Json:
    schema: Json = {"type": "string"}
    for n in range(20):
        schema = {"type": "object", "properties": {f"level{n}": schema}}
    return document_of({"A": schema})


@form
def deep_inline_lists() -> Json:
    schema: Json = {"type": "string"}
    for _ in range(40):
        schema = {"type": "array", "items": schema}
    return document_of({"A": schema})


@form
def deep_examples_and_defaults() -> Json:
    value: Json = "x"
    for _ in range(85):
        value = [value]
    return document_of({"A": {"type": "array", "default": value, "example": value}})


@form
def wide_default() -> Json:
    return document_of(
        {"A": object_of(a={"type": "array", "default": ["x"] * 100_000})}
    )


@form
def names_beyond_every_limit() -> Json:
    long = "x" * 1_000
    document = document_of(
        {long: object_of(**{long: object_of(**{long: {"enum": [long, long + "y"]}})})},
        ref(long),
        tags=[{"name": long}],
        servers=[{"url": f"https://{long}.example"}],
    )
    operation = document["paths"].pop("/a")["post"]
    operation["operationId"] = long
    operation["tags"] = [long]
    operation["parameters"] = [
        {"name": long, "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "X-" + long, "in": "header", "schema": {"type": "string"}},
    ]
    document["paths"]["/{" + long + "}"] = {"post": operation}
    document["components"]["securitySchemes"] = {
        long: {"type": "http", "scheme": "bearer"}
    }
    document["security"] = [{long: []}]
    return document


@form
def everything_is_of_the_wrong_type() -> Json:
    wrong: Json = [None, 1, "x", [], {}, True]
    return {
        "openapi": "3.1.0",
        "info": wrong,
        "paths": {"/a": {"get": wrong, "post": {"responses": wrong}}, "/b": wrong},
        "components": {"schemas": {"A": wrong, "B": {"properties": wrong}}},
        "tags": wrong,
        "servers": wrong,
        "security": wrong,
        "webhooks": wrong,
    }
