"""Lists, texts and chains of other things than schemas, far too long."""

from __future__ import annotations

from tests.hostile.forms.made import Json, document_of, form, object_of, ref

_STRING: Json = {"type": "string"}


@form
def paths_of_one_hundred_thousand() -> Json:
    made = document_of({"A": object_of()})
    operation = {"get": {"responses": {"204": {"description": "D"}}}}
    made["paths"] = {f"/a/{n}": operation for n in range(100_000)}
    return made


@form
def required_of_one_hundred_thousand() -> Json:
    return document_of(
        {"A": {"type": "object", "required": [f"p{n}" for n in range(100_000)]}}
    )


@form
def enum_of_one_hundred_thousand() -> Json:
    return document_of({"A": {"enum": [f"value {n}" for n in range(100_000)]}})


@form
def enum_of_long_values() -> Json:
    return document_of({"A": {"enum": [f"{n}" + "x" * 100_000 for n in range(50)]}})


@form
def very_long_texts() -> Json:
    long = "word " * 200_000
    return document_of(
        {
            "A": object_of(
                a={"type": "string", "pattern": "a" * 1_000_000},
                b={"type": "string", "pattern": "(a|b)" * 100_000},
                c={"type": "string", "description": long, "title": long},
                d={"type": "string", "description": "x" * 1_000_000},
                e={"type": "string", "format": "x" * 1_000_000},
                **{"f" * 1_000_000: _STRING},
            )
        }
    )


@form
def parameter_references_in_a_chain() -> Json:
    made = document_of({"A": object_of()})
    made["components"]["parameters"] = {
        f"p{n}": {"$ref": f"#/components/parameters/p{n + 1}"} for n in range(2_000)
    } | {"p2000": {"name": "q", "in": "query", "schema": _STRING}}
    made["paths"]["/a"]["post"]["parameters"] = [{"$ref": "#/components/parameters/p0"}]
    return made


@form
def path_item_references_in_a_chain() -> Json:
    made = document_of({"A": object_of()})
    item = made["paths"]["/a"]
    made["components"]["pathItems"] = {
        f"p{n}": {"$ref": f"#/components/pathItems/p{n + 1}"} for n in range(1_500)
    } | {"p1500": item}
    made["paths"] = {"/a": {"$ref": "#/components/pathItems/p0"}}
    return made


@form
def callbacks_that_lead_to_themselves() -> Json:
    made = document_of({"A": object_of()})
    made["paths"]["/a"]["post"]["callbacks"] = {
        f"again{n}": {"{$request.body#/u}": {"$ref": "#/paths/~1a"}} for n in range(3)
    }
    return made


@form
def links_to_links() -> Json:
    made = document_of({"A": object_of()})
    made["components"]["links"] = {
        f"l{n}": {"$ref": f"#/components/links/l{(n + 1) % 1_000}"}
        for n in range(1_000)
    }
    made["paths"]["/a"]["post"]["responses"]["200"]["links"] = {
        "x": {"$ref": "#/components/links/l0"}
    }
    return made


@form
def tags_of_ten_thousand() -> Json:
    made = document_of({"A": object_of()})
    made["tags"] = [{"name": f"t{n}", "parent": f"t{n - 1}"} for n in range(1, 10_000)]
    made["paths"] = {
        f"/a/{n}": {
            "get": {
                "tags": [f"t{k}" for k in range(n, n + 20)],
                "responses": {"204": {"description": "D"}},
            }
        }
        for n in range(500)
    }
    return made


@form
def server_variables_of_five_thousand() -> Json:
    names = [f"v{n}" for n in range(5_000)]
    return document_of(
        {"A": object_of()},
        servers=[
            {
                "url": "https://" + "".join(f"{{{n}}}" for n in names) + ".example",
                "variables": {n: {"default": "a", "enum": ["a", "b"]} for n in names},
            }
        ],
    )


@form
def discriminator_of_ten_thousand_values() -> Json:
    return document_of(
        {
            "B": object_of(kind=_STRING),
            "C": object_of(kind=_STRING, c=_STRING),
            "A": {
                "oneOf": [ref("B"), ref("C")],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {
                        f"v{n}": f"#/components/schemas/{'BC'[n % 2]}"
                        for n in range(10_000)
                    },
                },
            },
        }
    )


@form
def headers_of_two_thousand() -> Json:
    made = document_of({"A": object_of()})
    made["paths"]["/a"]["post"]["responses"]["200"]["headers"] = {
        f"X-{n}": {"schema": {"type": "array", "items": _STRING}} for n in range(2_000)
    }
    return made
