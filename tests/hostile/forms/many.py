"""A great many of one thing, and names that collide."""

from __future__ import annotations

from tests.hostile.forms.made import Json, document_of, form, object_of, ref


@form
def enum_of_ten_thousand() -> Json:
    return document_of(
        {"A": {"type": "string", "enum": [f"v{n}" for n in range(10_000)]}}
    )


@form
def enum_of_twins() -> Json:
    values = ["A" * n + "a" * (12 - n) for n in range(12)]
    values += [f"v{'-' * n}" for n in range(300)]
    return document_of(
        {"A": object_of(a={"type": "string", "enum": values}), "B": {"enum": values}}
    )


@form
def properties_of_five_thousand() -> Json:
    return document_of(
        {"A": object_of(**{f"p{n}": {"type": "string"} for n in range(5_000)})}
    )


@form
def properties_that_collide() -> Json:
    names = ["a" + "-_. /"[n % 5] * (n // 5 + 1) + "b" for n in range(1_000)]
    return document_of({"A": object_of(**{name: {"type": "string"} for name in names})})


@form
def schemas_that_collide() -> Json:
    names = ["pet" + "-_."[n % 3] * (n // 3 + 1) for n in range(600)]
    schemas = {name: object_of(x={"type": "string"}) for name in names}
    return document_of({**schemas, "A": object_of(**{n: ref(n) for n in names})})


@form
def operations_that_collide() -> Json:
    document = document_of({"A": object_of()})
    document["paths"] = {
        f"/a{'-' * n}": {"get": {"responses": {"204": {"description": "D"}}}}
        for n in range(300)
    }
    return document


@form
def tags_that_collide() -> Json:
    document = document_of({"A": object_of()})
    document["paths"] = {
        f"/a{n}": {
            "get": {
                "tags": ["Pet" + "- _."[n % 4] * (n // 4 + 1)],
                "operationId": "get",
                "responses": {"204": {"description": "D"}},
            }
        }
        for n in range(200)
    }
    return document


@form
def parameters_of_five_hundred() -> Json:
    document = document_of({"A": object_of()})
    document["paths"]["/a"]["post"]["parameters"] = [
        {"name": f"p{'-' * n}", "in": "query", "schema": {"type": "string"}}
        for n in range(500)
    ]
    return document


@form
def parameters_in_every_place() -> Json:
    document = document_of({"A": object_of(id={"type": "string"})})
    document["paths"]["/a/{id}"] = document["paths"].pop("/a")
    document["paths"]["/a/{id}"]["post"]["parameters"] = [
        {"name": "id", "in": place, "required": True, "schema": {"type": "string"}}
        for place in ("path", "query", "header", "cookie")
    ]
    return document


@form
def schemas_of_three_thousand() -> Json:
    schemas = {f"S{n}": object_of(next=ref(f"S{n + 1}")) for n in range(3_000)}
    return document_of({**schemas, "S3000": {"type": "string"}, "A": ref("S0")})


@form
def one_schema_in_two_thousand_operations() -> Json:
    document = document_of({"A": object_of(a={"type": "string"})})
    operation = document["paths"]["/a"]["post"]
    document["paths"] = {
        f"/a{n}": {"post": {**operation, "operationId": f"send{n}"}} for n in range(500)
    }
    return document


@form
def media_types_of_two_hundred() -> Json:
    document = document_of({"A": object_of()})
    content = {f"application/x-{n}+json": {"schema": ref("A")} for n in range(200)}
    document["paths"]["/a"]["post"]["requestBody"] = {"content": content}
    document["paths"]["/a"]["post"]["responses"]["200"]["content"] = content
    return document


@form
def statuses_of_five_hundred() -> Json:
    document = document_of({"A": object_of()})
    document["paths"]["/a"]["post"]["responses"] = {
        str(status): {"description": "D"} for status in range(100, 600)
    }
    return document


@form
def security_alternatives_of_two_hundred() -> Json:
    schemes = {
        f"s{n}": {"type": "apiKey", "in": "header", "name": f"X-{n}"}
        for n in range(200)
    }
    document = document_of({"A": {}}, security=[{name: []} for name in schemes])
    document["components"]["securitySchemes"] = schemes
    return document


@form
def security_schemes_in_other_letters() -> Json:
    names = ["\u0301\u0301", "\u540d\u5b57", "cl\u00e9", "\u0130\u0131I", "\U0001f600"]
    schemes = {
        name: {"type": "apiKey", "in": "header", "name": f"X-{n}"}
        for n, name in enumerate(names)
    }
    document = document_of(
        {"A": object_of()}, security=[{name: [] for name in schemes}]
    )
    document["info"]["title"] = "\u540d\u5b57"
    document["components"]["securitySchemes"] = schemes
    return document
