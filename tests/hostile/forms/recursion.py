"""Schemas that contain themselves."""

from __future__ import annotations

from tests.hostile.forms.made import Json, document_of, form, object_of, ref


@form
def recursion_everywhere() -> Json:
    a = ref("A")
    return document_of(
        {
            "A": {
                "type": "object",
                "properties": {"a": a, "list": {"type": "array", "items": a}},
                "additionalProperties": a,
                "patternProperties": {"^x": a},
                "propertyNames": a,
                "unevaluatedProperties": a,
                "if": a,
                "then": a,
                "else": a,
                "not": a,
                "dependentSchemas": {"a": a},
                "$defs": {"a": a},
            }
        }
    )


@form
def all_of_itself() -> Json:
    return document_of({"A": {"allOf": [ref("A"), object_of(a={"type": "string"})]}})


@form
def any_of_itself() -> Json:
    return document_of({"A": {"anyOf": [ref("A"), {"type": "string"}]}})


@form
def one_of_only_itself() -> Json:
    return document_of({"A": {"oneOf": [ref("A")]}})


@form
def one_of_each_other() -> Json:
    return document_of(
        {
            "A": {"oneOf": [ref("B"), {"type": "string"}]},
            "B": {"oneOf": [ref("A"), {"type": "integer"}]},
        }
    )


@form
def items_of_itself() -> Json:
    return document_of({"A": {"type": "array", "items": ref("A")}})


@form
def map_of_itself() -> Json:
    return document_of({"A": {"type": "object", "additionalProperties": ref("A")}})


@form
def tuple_of_itself() -> Json:
    return document_of({"A": {"type": "array", "prefixItems": [ref("A"), ref("A")]}})


@form
def all_of_in_items_of_itself() -> Json:
    inner = {"allOf": [ref("A"), {"type": "array", "items": ref("B")}]}
    return document_of({"A": {"type": "array", "items": inner}, "B": ref("A")})


@form
def all_of_that_grows() -> Json:
    return document_of(
        {
            "A": object_of(
                a={"allOf": [ref("A"), object_of(b={"allOf": [ref("A"), ref("B")]})]}
            ),
            "B": object_of(a={"allOf": [ref("A"), ref("B")]}),
        }
    )


@form
def all_of_that_grows_in_many_ways() -> Json:
    names = [f"S{n}" for n in range(12)]
    schemas = {
        name: object_of(
            **{
                f"p{k}": {"allOf": [ref(name), ref(names[(n + k + 1) % 12])]}
                for k in range(4)
            }
        )
        for n, name in enumerate(names)
    }
    return document_of({**schemas, "A": ref("S0")})


@form
def all_of_the_same_property() -> Json:
    parts = [
        object_of(p=object_of(**{f"x{n}": {"$ref": "#/components/schemas/A"}}))
        for n in range(15)
    ]
    return document_of({"A": {"allOf": parts}})


@form
def recursive_all_of_on_one_property() -> Json:
    schemas = {
        f"S{n}": object_of(p={"allOf": [ref(f"S{k}") for k in range(10) if k != n]})
        for n in range(10)
    }
    return document_of({**schemas, "A": ref("S0")})


@form
def properties_that_choose_subsets() -> Json:
    """Each property leads to another conjunction: without a bound, 2^20 of them."""
    count = 20
    schemas = {
        f"S{n}": object_of(
            **{
                f"p{k}": {"allOf": [ref(f"S{n}"), ref(f"S{k}")]}
                for k in range(count)
                if k != n
            }
        )
        for n in range(count)
    }
    return document_of({**schemas, "A": ref("S0")})


@form
def dynamic_references() -> Json:
    return document_of(
        {
            "A": {
                "$id": "https://example.com/a",
                "$dynamicAnchor": "node",
                **object_of(a={"$dynamicRef": "#node"}),
            },
            "B": {"$dynamicAnchor": "node", "allOf": [ref("A")]},
        },
        object_of(a=ref("A"), b=ref("B")),
    )
