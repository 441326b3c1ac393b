"""Documents that are hostile by their form: too deep, too many, circular, ambiguous.

Each ends within the time of :mod:`tests.hostile.workers`, as a client or refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.hostile.trial import Laboratory, Verdict

Json = Any


@dataclass(frozen=True)
class Structure:
    name: str
    text: str | bytes
    suffix: str = ".json"


_MADE: list[tuple[str, Callable[[], Json | str | bytes], str]] = []


def structures() -> list[Structure]:
    """Return all structures."""
    found: list[Structure] = []
    for name, make, suffix in _MADE:
        made = make()
        text = made if isinstance(made, str | bytes) else json.dumps(made)
        found.append(Structure(name, text, suffix))
    return found


def try_structure(laboratory: Laboratory, structure: Structure) -> Verdict:
    return laboratory.try_text(structure.text, "document" + structure.suffix)


def _structure(
    make: Callable[[], Json | str | bytes],
) -> Callable[[], Json | str | bytes]:
    suffix = ".yaml" if make.__name__.startswith("yaml_") else ".json"
    _MADE.append((make.__name__.replace("_", " "), make, suffix))
    return make


def _document(
    schemas: Json, root: Json | None = None, version: str = "3.1.0", **more: Json
) -> Json:
    """Return a document that sends and receives ``root``, by default ``A``."""
    schema = {"$ref": "#/components/schemas/A"} if root is None else root
    body = {"content": {"application/json": {"schema": schema}}}
    return {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/a": {
                "post": {
                    "operationId": "send",
                    "requestBody": body,
                    "responses": {"200": {"description": "D", **body}},
                }
            }
        },
        "components": {"schemas": schemas},
        **more,
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


# --- Text ----------------------------------------------------------------------------

_HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"


@_structure
def empty() -> str:
    return ""


@_structure
def only_blanks() -> str:
    return " \n\t\n" * 10_000


@_structure
def binary() -> bytes:
    return bytes(range(256)) * 100


@_structure
def gzip() -> bytes:
    return b"\x1f\x8b\x08\x00" + bytes(100)


@_structure
def utf_16() -> bytes:
    return json.dumps(_document({"A": _object()})).encode("utf-16")


@_structure
def utf_7_cookie() -> bytes:
    return b"# -*- coding: utf-7 -*-\n" + _HEAD.encode()


@_structure
def byte_order_mark_twice() -> bytes:
    return b"\xef\xbb\xbf\xef\xbb\xbf" + json.dumps(_document({"A": {}})).encode()


@_structure
def truncated_json() -> str:
    return json.dumps(_document({"A": _object(a={"type": "string"})}))[:-7]


@_structure
def truncated_utf_8() -> bytes:
    return b'{"openapi": "3.1.0", "info": {"title": "\xc3'


@_structure
def json_deep_lists() -> str:
    return '{"openapi": ' + "[" * 100_000 + "]" * 100_000 + "}"


@_structure
def json_deep_objects() -> str:
    return '{"a":' * 100_000 + "1" + "}" * 100_000


@_structure
def json_unclosed_lists() -> str:
    return "[" * 2_000_000


@_structure
def yaml_deep_flow() -> str:
    return _HEAD + "x-deep: " + "[" * 100_000 + "]" * 100_000


@_structure
def yaml_deep_block() -> str:
    return _HEAD + "x-deep:\n" + "".join(" " * n + "-\n" for n in range(1, 3_000))


@_structure
def yaml_deep_dashes() -> str:
    return _HEAD + "x-deep:\n  " + "- " * 50_000 + "x\n"


@_structure
def yaml_deep_question_marks() -> str:
    return _HEAD + "? " * 50_000 + "x\n"


@_structure
def yaml_alias_bomb() -> str:
    lines = ["x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for n in range(1, 12):
        lines.append(f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]")
    return _HEAD + "\n".join(lines) + "\n"


@_structure
def yaml_alias_bomb_of_keys() -> str:
    lines = ["x-a0: &a0 {a: x, b: x}"]
    for n in range(1, 40):
        lines.append(f"x-a{n}: &a{n} {{a: *a{n - 1}, b: *a{n - 1}}}")
    return _HEAD + "\n".join(lines) + "\n"


@_structure
def yaml_merge_bomb() -> str:
    lines = ["x-m0: &m0 {a0: 1, b0: 2}"]
    for n in range(1, 30):
        lines.append(f"x-m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}], a{n}: 1}}")
    return _HEAD + "\n".join(lines) + "\n"


@_structure
def yaml_alias_to_itself() -> str:
    return _HEAD + "x-self: &self [*self]\n"


@_structure
def yaml_schema_alias_to_itself() -> str:
    return _HEAD + (
        "components:\n  schemas:\n    A: &a\n      type: object\n"
        "      properties: {again: *a}\n"
    )


@_structure
def yaml_merge_of_itself() -> str:
    return _HEAD + "x-self: &self\n  <<: *self\n  a: 1\n"


@_structure
def yaml_python_objects() -> str:
    tags = [
        "!!python/object/apply:os.system ['touch canary']",
        "!!python/object/new:os.system ['touch canary']",
        "!!python/name:os.system",
        "!!python/module:os",
        "!<tag:yaml.org,2002:python/object/apply:os.system> ['touch canary']",
        "!!binary aGVsbG8=",
        "!!set {a, b}",
        "!local x",
    ]
    return _HEAD + "".join(f"x-{n}: {tag}\n" for n, tag in enumerate(tags))


@_structure
def yaml_tag_directive() -> str:
    return (
        "%TAG !p! tag:yaml.org,2002:python/\n---\n"
        + _HEAD
        + "x: !p!object/apply:os.system ['touch canary']\n"
    )


@_structure
def yaml_many_documents() -> str:
    return "---\n".join([_HEAD] * 1_000)


@_structure
def yaml_many_anchors() -> str:
    return _HEAD + "".join(f"x-{n}: &a{n} v\n" for n in range(50_000))


@_structure
def yaml_long_scalar() -> str:
    return _HEAD + "x: '" + "a" * 5_000_000 + "'\n"


@_structure
def yaml_folded_lines() -> str:
    return _HEAD + "x: >\n" + "  a\n\n" * 200_000


@_structure
def yaml_quoted_lines() -> str:
    return _HEAD + "x: '" + "\n" * 500_000 + "'\n"


@_structure
def yaml_many_quotes() -> str:
    return _HEAD + "x: '" + "''" * 500_000 + "'\n"


@_structure
def yaml_long_key() -> str:
    return _HEAD + "a" * 100_000 + ": 1\n"


@_structure
def yaml_numbers() -> str:
    texts = [
        ".inf -.inf .nan 1e400 0x10 0o17 0777 1_000 12:30:45 2001-01-01",
        "NO on Off ~ = << 1e-400 +1 -0 0b1 1e1000000000 0x" + "f" * 5_000,
    ]
    values = " ".join(texts).split()
    return _HEAD + "".join(f"x-{n}: {value}\n" for n, value in enumerate(values))


@_structure
def json_many_digits() -> str:
    text = json.dumps(_document({"A": _object(a={"type": "integer", "maximum": 5})}))
    return text.replace('"maximum": 5', '"maximum": ' + "9" * 100_000)


@_structure
def json_duplicate_keys() -> str:
    return "{" + ",".join(['"openapi": "3.1.0"'] * 50_000) + "}"


# --- Many ----------------------------------------------------------------------------


@_structure
def enum_of_ten_thousand() -> Json:
    return _document(
        {"A": {"type": "string", "enum": [f"v{n}" for n in range(10_000)]}}
    )


@_structure
def enum_of_twins() -> Json:
    values = ["A" * n + "a" * (12 - n) for n in range(12)]
    values += [f"v{'-' * n}" for n in range(300)]
    return _document(
        {"A": _object(a={"type": "string", "enum": values}), "B": {"enum": values}}
    )


@_structure
def properties_of_five_thousand() -> Json:
    return _document(
        {"A": _object(**{f"p{n}": {"type": "string"} for n in range(5_000)})}
    )


@_structure
def properties_that_collide() -> Json:
    names = ["a" + "-_. /"[n % 5] * (n // 5 + 1) + "b" for n in range(1_000)]
    return _document({"A": _object(**{name: {"type": "string"} for name in names})})


@_structure
def schemas_that_collide() -> Json:
    names = ["pet" + "-_."[n % 3] * (n // 3 + 1) for n in range(600)]
    schemas = {name: _object(x={"type": "string"}) for name in names}
    return _document({**schemas, "A": _object(**{n: _ref(n) for n in names})})


@_structure
def operations_that_collide() -> Json:
    document = _document({"A": _object()})
    document["paths"] = {
        f"/a{'-' * n}": {"get": {"responses": {"204": {"description": "D"}}}}
        for n in range(300)
    }
    return document


@_structure
def tags_that_collide() -> Json:
    document = _document({"A": _object()})
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


@_structure
def parameters_of_five_hundred() -> Json:
    document = _document({"A": _object()})
    document["paths"]["/a"]["post"]["parameters"] = [
        {"name": f"p{'-' * n}", "in": "query", "schema": {"type": "string"}}
        for n in range(500)
    ]
    return document


@_structure
def parameters_in_every_place() -> Json:
    document = _document({"A": _object(id={"type": "string"})})
    document["paths"]["/a/{id}"] = document["paths"].pop("/a")
    document["paths"]["/a/{id}"]["post"]["parameters"] = [
        {"name": "id", "in": place, "required": True, "schema": {"type": "string"}}
        for place in ("path", "query", "header", "cookie")
    ]
    return document


@_structure
def schemas_of_three_thousand() -> Json:
    schemas = {f"S{n}": _object(next=_ref(f"S{n + 1}")) for n in range(3_000)}
    return _document({**schemas, "S3000": {"type": "string"}, "A": _ref("S0")})


@_structure
def one_schema_in_two_thousand_operations() -> Json:
    document = _document({"A": _object(a={"type": "string"})})
    operation = document["paths"]["/a"]["post"]
    document["paths"] = {
        f"/a{n}": {"post": {**operation, "operationId": f"send{n}"}} for n in range(500)
    }
    return document


@_structure
def media_types_of_two_hundred() -> Json:
    document = _document({"A": _object()})
    content = {f"application/x-{n}+json": {"schema": _ref("A")} for n in range(200)}
    document["paths"]["/a"]["post"]["requestBody"] = {"content": content}
    document["paths"]["/a"]["post"]["responses"]["200"]["content"] = content
    return document


@_structure
def statuses_of_five_hundred() -> Json:
    document = _document({"A": _object()})
    document["paths"]["/a"]["post"]["responses"] = {
        str(status): {"description": "D"} for status in range(100, 600)
    }
    return document


@_structure
def security_alternatives_of_two_hundred() -> Json:
    schemes = {
        f"s{n}": {"type": "apiKey", "in": "header", "name": f"X-{n}"}
        for n in range(200)
    }
    document = _document({"A": {}}, security=[{name: []} for name in schemes])
    document["components"]["securitySchemes"] = schemes
    return document


# --- Regular expressions -------------------------------------------------------------


@_structure
def patterns_that_backtrack() -> Json:
    patterns = [
        "(a+)+$",
        "(a|a)*$",
        "(.*a){50}",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(" * 500 + ")" * 500,
        "[",
        "(?<x>a)\\k<x>",
        "\\p{L}",
        "a{1,100000}",
        "(?i)(?=(a+))\\1",
    ]
    text = "a" * 5_000 + "!"
    return _document(
        {
            "A": _object(
                **{
                    f"p{n}": {
                        "type": "string",
                        "pattern": pattern,
                        "default": text,
                        "example": text,
                    }
                    for n, pattern in enumerate(patterns)
                }
            )
        }
    )


@_structure
def markdown_that_backtracks() -> Json:
    texts = ["![" * 20_000, "`" * 50_001, "<" * 50_000, "*a_" * 20_000, "> " * 20_000]
    texts += ["- " * 20_000, "\\" * 50_000, " " * 100_000 + "x", "[a](" * 10_000]
    texts += ["coding: " * 5_000, "x\n" + ">>> " * 5_000, '""" ' * 5_000]
    return _document(
        {"A": _object(**{f"p{n}": {"description": t} for n, t in enumerate(texts)})}
    )


@_structure
def names_that_backtrack() -> Json:
    names = ["aA" * 5_000, "a1" * 5_000, "A" * 20_000, "<" * 10_000, "_" * 20_000]
    names += ["Aa1_-" * 3_000, "+" * 10_000, "\u01c5" * 5_000, "\ufb03" * 5_000]
    return _document({"A": _object(**{name: {"type": "string"} for name in names})})


@_structure
def paths_that_backtrack() -> Json:
    document = _document({"A": {}})
    operation = {"get": {"responses": {"204": {"description": "D"}}}}
    for path in [
        "/" * 10_000,
        "/{" * 5_000,
        "/}" * 5_000,
        "/{}" * 3_000,
        "/{a" * 3_000,
    ]:
        document["paths"][path] = operation
    return document


# --- References ----------------------------------------------------------------------


@_structure
def reference_to_itself() -> Json:
    return _document({"A": _ref("A")})


@_structure
def references_in_a_ring() -> Json:
    ring = {f"S{n}": _ref(f"S{(n + 1) % 500}") for n in range(500)}
    return _document({**ring, "A": _ref("S0")})


@_structure
def references_in_a_chain() -> Json:
    chain = {f"S{n}": _ref(f"S{n + 1}") for n in range(2_000)}
    return _document({**chain, "S2000": {"type": "string"}, "A": _ref("S0")})


@_structure
def reference_into_itself() -> Json:
    return _document({"A": _object(a={"$ref": "#/components/schemas/A/properties/a"})})


@_structure
def reference_to_the_root() -> Json:
    return _document({"A": {"$ref": "#"}})


@_structure
def reference_through_a_reference() -> Json:
    return _document(
        {
            "A": {"$ref": "#/components/schemas/B/properties/x/properties/y"},
            "B": _object(x=_ref("C")),
            "C": _object(y={"type": "string"}),
        }
    )


@_structure
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
        "#\ud800",
        "x" * 5_000,
    ]
    return _document(
        {"A": _object(**{f"p{n}": {"$ref": t} for n, t in enumerate(targets)})}
    )


@_structure
def references_in_data() -> Json:
    data = {"$ref": "http://127.0.0.1:9/x.yaml#/a"}
    return _document(
        {
            "A": _object(
                a={"default": data, "example": data, "enum": [data], "const": data},
                b={"type": "object", "properties": {"$ref": {"type": "string"}}},
            )
        }
    )


@_structure
def references_of_every_kind_to_themselves() -> Json:
    document = _document({"A": {}})
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


@_structure
def path_items_shared() -> Json:
    document = _document({"A": _object()})
    for n in range(5):
        document["paths"][f"/b{n}"] = {"$ref": "#/paths/~1a"}
    return document


@_structure
def callbacks_in_callbacks() -> Json:
    document = _document({"A": _object()})
    operation = document["paths"]["/a"]["post"]
    operation["callbacks"] = {"c": {"{$url}": {"$ref": "#/paths/~1a"}}}
    return document


# --- Recursion -----------------------------------------------------------------------


@_structure
def recursion_everywhere() -> Json:
    a = _ref("A")
    return _document(
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


@_structure
def all_of_itself() -> Json:
    return _document({"A": {"allOf": [_ref("A"), _object(a={"type": "string"})]}})


@_structure
def any_of_itself() -> Json:
    return _document({"A": {"anyOf": [_ref("A"), {"type": "string"}]}})


@_structure
def one_of_only_itself() -> Json:
    return _document({"A": {"oneOf": [_ref("A")]}})


@_structure
def one_of_each_other() -> Json:
    return _document(
        {
            "A": {"oneOf": [_ref("B"), {"type": "string"}]},
            "B": {"oneOf": [_ref("A"), {"type": "integer"}]},
        }
    )


@_structure
def items_of_itself() -> Json:
    return _document({"A": {"type": "array", "items": _ref("A")}})


@_structure
def map_of_itself() -> Json:
    return _document({"A": {"type": "object", "additionalProperties": _ref("A")}})


@_structure
def tuple_of_itself() -> Json:
    return _document({"A": {"type": "array", "prefixItems": [_ref("A"), _ref("A")]}})


@_structure
def all_of_in_items_of_itself() -> Json:
    inner = {"allOf": [_ref("A"), {"type": "array", "items": _ref("B")}]}
    return _document({"A": {"type": "array", "items": inner}, "B": _ref("A")})


@_structure
def all_of_that_grows() -> Json:
    return _document(
        {
            "A": _object(
                a={"allOf": [_ref("A"), _object(b={"allOf": [_ref("A"), _ref("B")]})]}
            ),
            "B": _object(a={"allOf": [_ref("A"), _ref("B")]}),
        }
    )


@_structure
def all_of_that_grows_in_many_ways() -> Json:
    names = [f"S{n}" for n in range(12)]
    schemas = {
        name: _object(
            **{
                f"p{k}": {"allOf": [_ref(name), _ref(names[(n + k + 1) % 12])]}
                for k in range(4)
            }
        )
        for n, name in enumerate(names)
    }
    return _document({**schemas, "A": _ref("S0")})


@_structure
def all_of_the_same_property() -> Json:
    parts = [
        _object(p=_object(**{f"x{n}": {"$ref": "#/components/schemas/A"}}))
        for n in range(15)
    ]
    return _document({"A": {"allOf": parts}})


@_structure
def recursive_all_of_on_one_property() -> Json:
    schemas = {
        f"S{n}": _object(p={"allOf": [_ref(f"S{k}") for k in range(10) if k != n]})
        for n in range(10)
    }
    return _document({**schemas, "A": _ref("S0")})


@_structure
def properties_that_choose_subsets() -> Json:
    """Each property leads to another conjunction: without a bound, 2^20 of them."""
    count = 20
    schemas = {
        f"S{n}": _object(
            **{
                f"p{k}": {"allOf": [_ref(f"S{n}"), _ref(f"S{k}")]}
                for k in range(count)
                if k != n
            }
        )
        for n in range(count)
    }
    return _document({**schemas, "A": _ref("S0")})


@_structure
def dynamic_references() -> Json:
    return _document(
        {
            "A": {
                "$id": "https://example.com/a",
                "$dynamicAnchor": "node",
                **_object(a={"$dynamicRef": "#node"}),
            },
            "B": {"$dynamicAnchor": "node", "allOf": [_ref("A")]},
        },
        _object(a=_ref("A"), b=_ref("B")),
    )


# --- Explosions ----------------------------------------------------------------------


@_structure
def all_of_doubling() -> Json:
    schemas: Json = {
        f"S{n}": {"allOf": [_ref(f"S{n + 1}"), _ref(f"S{n + 1}"), {"title": f"T{n}"}]}
        for n in range(60)
    }
    return _document({**schemas, "S60": _object(x={"type": "string"}), "A": _ref("S0")})


@_structure
def all_of_doubling_inline() -> Json:
    def level(n: int) -> Json:
        leaf = {"type": "object", "properties": {f"p{n}": {"type": "string"}}}
        return leaf if n == 0 else {"allOf": [level(n - 1), level(n - 1)]}

    return _document({"A": level(12)})


@_structure
def one_of_times_one_of() -> Json:
    def choice(group: int) -> Json:
        return {"oneOf": [_object(**{f"g{group}c{n}": {}}) for n in range(10)]}

    return _document({"A": {"allOf": [choice(group) for group in range(10)]}})


@_structure
def one_of_beside_any_of() -> Json:
    branches = [_object(**{f"p{n}": {"type": "string"}}) for n in range(40)]
    return _document({"A": {"oneOf": branches, "anyOf": branches, "allOf": branches}})


@_structure
def one_of_doubling() -> Json:
    schemas: Json = {
        f"S{n}": {"oneOf": [_ref(f"S{n + 1}"), _ref(f"S{n + 1}"), {"type": "null"}]}
        for n in range(60)
    }
    return _document({**schemas, "S60": {"type": "string"}, "A": _ref("S0")})


@_structure
def one_of_nested() -> Json:
    schema: Json = {"type": "string"}
    for n in range(30):
        schema = {
            "oneOf": [schema, _object(**{f"p{n}": schema})] if n < 8 else [schema]
        }
    return _document({"A": schema})


@_structure
def one_of_thousand() -> Json:
    members = {
        f"M{n}": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"const": f"k{n}"}},
        }
        for n in range(1_000)
    }
    return _document(
        {
            **members,
            "A": {
                "oneOf": [_ref(name) for name in members],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {f"k{n}": f"M{n}" for n in range(1_000)},
                },
            },
        }
    )


@_structure
def one_of_thousand_without_discriminator() -> Json:
    return _document({"A": {"oneOf": [_object(**{f"p{n}": {}}) for n in range(1_000)]}})


@_structure
def discriminators_that_are_long() -> Json:
    names = [f"{'x' * 3_000}{n}" for n in range(20)]
    members = {
        f"M{n}": {**_object(kind={"type": "string"}), "required": ["kind"]}
        for n in range(20)
    }
    return _document(
        {
            **members,
            "A": {
                "oneOf": [_ref(name) for name in members],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": dict(zip(names, members, strict=True)),
                },
            },
        }
    )


@_structure
def discriminator_of_parents() -> Json:
    a = {
        **_object(kind={"type": "string"}),
        "required": ["kind"],
        "discriminator": {"propertyName": "kind"},
    }
    children: Json = {
        f"C{n}": {"allOf": [_ref("A" if n == 0 else f"C{n - 1}"), _object(a=_ref("A"))]}
        for n in range(40)
    }
    return _document({"A": a, **children})


@_structure
def conditions_of_twenty() -> Json:
    conditions = [
        {"if": _object(**{f"p{n}": {"const": n}}), "then": _object(**{f"q{n}": {}})}
        for n in range(20)
    ]
    return _document({"A": {"type": "object", "allOf": conditions}})


@_structure
def enums_that_meet() -> Json:
    values = [f"v{n}" for n in range(3_000)]
    return _document({"A": {"allOf": [{"enum": values[n:]} for n in range(200)]}})


@_structure
def deep_inline_objects() -> Json:
    schema: Json = {"type": "string"}
    for n in range(20):
        schema = {"type": "object", "properties": {f"level{n}": schema}}
    return _document({"A": schema})


@_structure
def deep_inline_lists() -> Json:
    schema: Json = {"type": "string"}
    for _ in range(40):
        schema = {"type": "array", "items": schema}
    return _document({"A": schema})


@_structure
def deep_lists_by_reference() -> Json:
    schemas: Json = {
        f"S{n}": {"type": "array", "items": _ref(f"S{n + 1}")} for n in range(1_500)
    }
    return _document({**schemas, "S1500": {"type": "string"}, "A": _ref("S0")})


@_structure
def deep_unions_by_reference() -> Json:
    schemas: Json = {
        f"S{n}": {"anyOf": [_ref(f"S{n + 1}"), {"type": "array", "items": _ref("S0")}]}
        for n in range(400)
    }
    return _document({**schemas, "S400": {"type": "string"}, "A": _ref("S0")})


@_structure
def deep_all_of_by_reference() -> Json:
    schemas: Json = {
        f"S{n}": {"allOf": [_ref(f"S{n + 1}"), _object(**{f"p{n}": {}})]}
        for n in range(1_000)
    }
    return _document({**schemas, "S1000": _object(), "A": _ref("S0")})


@_structure
def deep_examples_and_defaults() -> Json:
    value: Json = "x"
    for _ in range(85):
        value = [value]
    return _document({"A": {"type": "array", "default": value, "example": value}})


@_structure
def wide_default() -> Json:
    return _document({"A": _object(a={"type": "array", "default": ["x"] * 100_000})})


@_structure
def names_beyond_every_limit() -> Json:
    long = "x" * 1_000
    document = _document(
        {long: _object(**{long: _object(**{long: {"enum": [long, long + "y"]}})})},
        _ref(long),
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


@_structure
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
