"""References that lead in circles, out of the folder, or to other things."""

from __future__ import annotations

from tests.hostile.forms.made import Json, document_of, form, object_of, ref


@form
def reference_to_itself() -> Json:
    return document_of({"A": ref("A")})


@form
def references_in_a_ring() -> Json:
    ring = {f"S{n}": ref(f"S{(n + 1) % 500}") for n in range(500)}
    return document_of({**ring, "A": ref("S0")})


@form
def references_in_a_chain() -> Json:
    chain = {f"S{n}": ref(f"S{n + 1}") for n in range(2_000)}
    return document_of({**chain, "S2000": {"type": "string"}, "A": ref("S0")})


@form
def reference_into_itself() -> Json:
    return document_of(
        {"A": object_of(a={"$ref": "#/components/schemas/A/properties/a"})}
    )


@form
def reference_to_the_root() -> Json:
    return document_of({"A": {"$ref": "#"}})


@form
def reference_through_a_reference() -> Json:
    return document_of(
        {
            "A": {"$ref": "#/components/schemas/B/properties/x/properties/y"},
            "B": object_of(x=ref("C")),
            "C": object_of(y={"type": "string"}),
        }
    )


@form
def references_that_lead_out() -> Json:
    targets = [
        "../secret.yaml",
        "/etc/passwd",
        "file:///etc/passwd",
        "C:\\secret.yaml",
        "\\\\host\\share\\x.yaml",
        "//host/x.yaml",
        "http://127.0.0.1:9/x.yaml",
        "HTTPS://user:password@127.0.0.1:9/x.yaml",
        "%2e%2e/secret.yaml",
        "a/%2e%2e/%2E%2E/%2e%2e/secret.yaml",
        "document.json/../../secret.yaml",
        "ftp:x",
        "javascript:x",
        "data:application/json,{}",
        "\0.yaml",
        "con.yaml",
        "?x",
        " ",
        "#/%",
        "x" * 5_000,
    ]
    return document_of(
        {"A": object_of(**{f"p{n}": {"$ref": t} for n, t in enumerate(targets)})}
    )


@form
def references_in_data() -> Json:
    data = {"$ref": "http://127.0.0.1:9/x.yaml#/a"}
    return document_of(
        {
            "A": object_of(
                a={"default": data, "example": data, "enum": [data], "const": data},
                b={"type": "object", "properties": {"$ref": {"type": "string"}}},
            )
        }
    )


@form
def references_of_every_kind_to_themselves() -> Json:
    document = document_of({"A": {}})
    kinds = "responses parameters examples requestBodies headers securitySchemes links"
    for kind in (kinds + " callbacks pathItems").split():
        document["components"][kind] = {
            "a": {"$ref": f"#/components/{kind}/b"},
            "b": {"$ref": f"#/components/{kind}/a"},
        }
    operation = document["paths"]["/a"]["post"]
    operation["parameters"] = [{"$ref": "#/components/parameters/a"}]
    operation["requestBody"] = {"$ref": "#/components/requestBodies/a"}
    operation["responses"] = {"200": {"$ref": "#/components/responses/a"}}
    operation["callbacks"] = {"c": {"$ref": "#/components/callbacks/a"}}
    document["paths"]["/b"] = {"$ref": "#/components/pathItems/a"}
    return document


@form
def path_items_shared() -> Json:
    document = document_of({"A": object_of()})
    for n in range(5):
        document["paths"][f"/b{n}"] = {"$ref": "#/paths/~1a"}
    return document


@form
def callbacks_in_callbacks() -> Json:
    document = document_of({"A": object_of()})
    operation = document["paths"]["/a"]["post"]
    operation["callbacks"] = {"c": {"{$url}": {"$ref": "#/paths/~1a"}}}
    return document
