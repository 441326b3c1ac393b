"""Documents in which one schema leads to the next, for a very long way.

No type that Python would recurse through is a type that anyone reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.hostile.forms.made import Json, document_of, form, object_of, ref

_STRING: Json = {"type": "string"}


def _chain(
    length: int, link: Callable[[int, Json], Json], end: Json | None = None
) -> dict[str, Json]:
    """Return components ``A``, ``S1`` … each made by ``link`` of the next."""
    names = ["A", *(f"S{n}" for n in range(1, length)), "End"]
    schemas = {names[n]: link(n, ref(names[n + 1])) for n in range(length)}
    return {**schemas, "End": end or _STRING}


def _list(item: Json) -> Json:
    return {"type": "array", "items": item}


def _map(value: Json) -> Json:
    return {"type": "object", "additionalProperties": value}


def _tuple(*items: Json) -> Json:
    return {
        "type": "array",
        "prefixItems": list(items),
        "items": False,
        "minItems": len(items),
    }


# --- One after the other ---------------------------------------------------------------


@form
def lists_by_reference() -> Json:
    return document_of(_chain(1_500, lambda n, after: _list(after)))


@form
def maps_by_reference() -> Json:
    return document_of(_chain(1_500, lambda n, after: _map(after)))


@form
def tuples_by_reference() -> Json:
    return document_of(_chain(1_500, lambda n, after: _tuple(after, _STRING)))


@form
def lists_maps_and_tuples_by_reference() -> Json:
    kinds: list[Any] = [_list, _map, _tuple]
    return document_of(
        _chain(900, lambda n, after: _list(kinds[n % 3](kinds[n // 3 % 3](after))))
    )


@form
def unions_by_reference() -> Json:
    return document_of(
        _chain(400, lambda n, after: {"anyOf": [after, _list(ref("A"))]})
    )


@form
def unions_with_objects_by_reference() -> Json:
    return document_of(
        _chain(
            500,
            lambda n, after: {
                "oneOf": [after, object_of(**{f"p{n}": after}), _map(after)]
            },
        )
    )


@form
def unions_that_do_not_return() -> Json:
    return document_of(
        _chain(800, lambda n, after: {"oneOf": [_list(after), _map(after), _STRING]})
    )


@form
def unions_of_maps_in_a_ring() -> Json:
    return document_of(
        _chain(600, lambda n, after: {"anyOf": [_map(after), _STRING]}, _list(ref("A")))
    )


@form
def lists_of_nullable_by_reference() -> Json:
    return document_of(
        _chain(
            1_200,
            lambda n, after: _list({"anyOf": [after, {"type": "null"}]}),
        )
    )


@form
def unions_of_all_with_all() -> Json:
    """Every alias names every other: there are more paths than anyone can go."""
    names = ["A", *(f"S{n}" for n in range(1, 40))]
    return document_of(
        {
            name: {"anyOf": [_STRING, *(_list(ref(o)) for o in names if o != name)]}
            for name in names
        }
    )


@form
def lists_in_schemas_without_a_name() -> Json:
    """The schemas are no components: nothing gives them a name."""
    chain = {f"s{n}": _list({"$ref": f"#/x-chain/s{n + 1}"}) for n in range(1_500)}
    return document_of(
        {"A": {"$ref": "#/x-chain/s0"}}, **{"x-chain": {**chain, "s1500": _STRING}}
    )


@form
def doubling_in_schemas_without_a_name() -> Json:
    chain: Json = {}
    for n in range(60):
        after = {"$ref": f"#/x-chain/s{n + 1}"}
        chain[f"s{n}"] = {"anyOf": [_list(after), _map(after)]}
    return document_of(
        {"A": {"$ref": "#/x-chain/s0"}}, **{"x-chain": {**chain, "s60": _STRING}}
    )


@form
def references_into_the_chain() -> Json:
    return document_of(
        _chain(
            700,
            lambda n, after: object_of(
                p=(
                    _list({"$ref": f"#/components/schemas/S{n + 2}/properties/p"})
                    if n < 698
                    else _STRING
                )
            ),
            object_of(p=_STRING),
        )
    )


# --- Objects -----------------------------------------------------------------------------


@form
def objects_by_reference() -> Json:
    return document_of(_chain(2_000, lambda n, after: object_of(next=after)))


@form
def objects_in_unions_by_reference() -> Json:
    """Aliases name classes, whose modules have the next alias."""
    others = [object_of(**{name: _STRING}) for name in "abc"]
    return document_of(
        _chain(
            400,
            lambda n, after: object_of(p={"oneOf": [after, *others]}),
            object_of(z=_STRING),
        )
    )


@form
def objects_in_unions_in_a_ring() -> Json:
    others = [object_of(**{name: _STRING}) for name in "abc"]
    return document_of(
        _chain(
            400,
            lambda n, after: object_of(p={"oneOf": [after, *others]}),
            object_of(p=ref("A")),
        )
    )


@form
def subtypes_of_subtypes() -> Json:
    base = {
        **object_of(kind=_STRING),
        "required": ["kind"],
        "discriminator": {"propertyName": "kind"},
    }
    return document_of(
        _chain(
            400,
            lambda n, after: {"allOf": [after, object_of(**{f"p{n}": _STRING})]},
            base,
        )
    )


@form
def subtypes_that_all_have_discriminators() -> Json:
    def link(n: int, after: Json) -> Json:
        return {
            "allOf": [after, object_of(**{f"p{n}": _STRING})],
            "discriminator": {"propertyName": "kind"},
        }

    end = {**object_of(kind=_STRING), "required": ["kind"]}
    return document_of(_chain(300, link, end))


# --- allOf ---------------------------------------------------------------------------------


@form
def all_of_by_reference() -> Json:
    return document_of(
        _chain(
            1_000,
            lambda n, after: {"allOf": [after, object_of(**{f"p{n}": {}})]},
            object_of(),
        )
    )


@form
def all_of_by_reference_with_properties_beside() -> Json:
    return document_of(
        _chain(
            1_500,
            lambda n, after: {"allOf": [after], **object_of(**{f"p{n}": _STRING})},
            object_of(),
        )
    )


@form
def all_of_by_reference_with_required_only() -> Json:
    return document_of(
        _chain(
            5_000,
            lambda n, after: {"allOf": [after], "required": [f"p{n}"]},
            object_of(p1=_STRING),
        )
    )


@form
def all_of_by_reference_with_bounds_only() -> Json:
    return document_of(
        _chain(8_000, lambda n, after: {"allOf": [after, {"minLength": n}]})
    )


@form
def all_of_with_one_of_by_reference() -> Json:
    return document_of(
        _chain(
            400,
            lambda n, after: {
                "allOf": [
                    after,
                    {"oneOf": [object_of(**{f"p{n}": {}}), object_of(**{f"q{n}": {}})]},
                ]
            },
            object_of(),
        )
    )


@form
def all_of_of_many_at_once() -> Json:
    """Three hundred that each join the same three hundred."""
    parts = {f"P{n}": object_of(**{f"p{n}": _STRING}) for n in range(300)}
    return document_of(
        {
            **parts,
            **{f"W{n}": {"allOf": [ref(p) for p in parts]} for n in range(300)},
            "A": object_of(**{f"w{n}": ref(f"W{n}") for n in range(300)}),
        }
    )


@form
def many_branches_beside_many_properties() -> Json:
    return document_of(
        {
            "A": {
                **object_of(**{f"p{n}": _STRING for n in range(1_500)}),
                "oneOf": [object_of(**{f"q{n}": _STRING}) for n in range(1_000)],
            }
        }
    )


@form
def many_branches_that_lead_to_a_chain() -> Json:
    chain = _chain(
        1_000,
        lambda n, after: {"allOf": [after], "minProperties": n},
        object_of(a=_STRING),
    )
    return document_of(
        {**chain, "B": {"oneOf": [ref(f"S{n}") for n in range(1, 1_000)]}}, ref("B")
    )


@form
def properties_of_chained_parts() -> Json:
    """The same property in every part, each time with another type inside."""
    return document_of(
        _chain(
            500,
            lambda n, after: {
                "allOf": [after, object_of(p=object_of(**{f"x{n}": _STRING}))]
            },
            object_of(p=object_of()),
        )
    )
