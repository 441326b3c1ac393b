"""Texts that are hard to read, before anything is known of OpenAPI."""

from __future__ import annotations

import json

from tests.hostile.forms.made import document_of, form, object_of

_HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"


@form
def empty() -> str:
    return ""


@form
def only_blanks() -> str:
    return " \n\t\n" * 10_000


@form
def binary() -> bytes:
    return bytes(range(256)) * 100


@form
def gzip() -> bytes:
    return b"\x1f\x8b\x08\x00" + bytes(100)


@form
def utf_16() -> bytes:
    return json.dumps(document_of({"A": object_of()})).encode("utf-16")


@form
def utf_7_cookie() -> bytes:
    return b"# -*- coding: utf-7 -*-\n" + _HEAD.encode()


@form
def byte_order_mark_twice() -> bytes:
    return b"\xef\xbb\xbf\xef\xbb\xbf" + json.dumps(document_of({"A": {}})).encode()


@form
def truncated_json() -> str:
    return json.dumps(document_of({"A": object_of(a={"type": "string"})}))[:-7]


@form
def truncated_utf_8() -> bytes:
    return b'{"openapi": "3.1.0", "info": {"title": "\xc3'


@form
def json_deep_lists() -> str:
    return '{"openapi": ' + "[" * 100_000 + "]" * 100_000 + "}"


@form
def json_deep_objects() -> str:
    return '{"a":' * 100_000 + "1" + "}" * 100_000


@form
def json_unclosed_lists() -> str:
    return "[" * 2_000_000


@form
def yaml_deep_flow() -> str:
    return _HEAD + "x-deep: " + "[" * 100_000 + "]" * 100_000


@form
def yaml_deep_block() -> str:
    return _HEAD + "x-deep:\n" + "".join(" " * n + "-\n" for n in range(1, 3_000))


@form
def yaml_deep_dashes() -> str:
    return _HEAD + "x-deep:\n  " + "- " * 50_000 + "x\n"


@form
def yaml_deep_question_marks() -> str:
    return _HEAD + "? " * 50_000 + "x\n"


@form
def yaml_alias_bomb() -> str:
    lines = ["x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for n in range(1, 12):
        lines.append(f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]")
    return _HEAD + "\n".join(lines) + "\n"


@form
def yaml_alias_bomb_of_keys() -> str:
    lines = ["x-a0: &a0 {a: x, b: x}"]
    for n in range(1, 40):
        lines.append(f"x-a{n}: &a{n} {{a: *a{n - 1}, b: *a{n - 1}}}")
    return _HEAD + "\n".join(lines) + "\n"


@form
def yaml_merge_bomb() -> str:
    lines = ["x-m0: &m0 {a0: 1, b0: 2}"]
    for n in range(1, 30):
        lines.append(f"x-m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}], a{n}: 1}}")
    return _HEAD + "\n".join(lines) + "\n"


@form
def yaml_alias_to_itself() -> str:
    return _HEAD + "x-self: &self [*self]\n"


@form
def yaml_schema_alias_to_itself() -> str:
    return _HEAD + (
        "components:\n  schemas:\n    A: &a\n      type: object\n"
        "      properties: {again: *a}\n"
    )


@form
def yaml_merge_of_itself() -> str:
    return _HEAD + "x-self: &self\n  <<: *self\n  a: 1\n"


@form
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


@form
def yaml_tag_directive() -> str:
    return (
        "%TAG !p! tag:yaml.org,2002:python/\n---\n"
        + _HEAD
        + "x: !p!object/apply:os.system ['touch canary']\n"
    )


@form
def yaml_many_documents() -> str:
    return "---\n".join([_HEAD] * 1_000)


@form
def yaml_many_anchors() -> str:
    return _HEAD + "".join(f"x-{n}: &a{n} v\n" for n in range(50_000))


@form
def yaml_long_scalar() -> str:
    return _HEAD + "x: '" + "a" * 5_000_000 + "'\n"


@form
def yaml_folded_lines() -> str:
    return _HEAD + "x: >\n" + "  a\n\n" * 200_000


@form
def yaml_quoted_lines() -> str:
    return _HEAD + "x: '" + "\n" * 500_000 + "'\n"


@form
def yaml_many_quotes() -> str:
    return _HEAD + "x: '" + "''" * 500_000 + "'\n"


@form
def yaml_long_key() -> str:
    return _HEAD + "a" * 100_000 + ": 1\n"


@form
def yaml_numbers() -> str:
    texts = [
        ".inf -.inf .nan 1e400 0x10 0o17 0777 1_000 12:30:45 2001-01-01",
        "NO on Off ~ = << 1e-400 +1 -0 0b1 1e1000000000 0x" + "f" * 5_000,
    ]
    values = " ".join(texts).split()
    return _HEAD + "".join(f"x-{n}: {value}\n" for n, value in enumerate(values))


@form
def json_many_digits() -> str:
    text = json.dumps(
        document_of({"A": object_of(a={"type": "integer", "maximum": 5})})
    )
    return text.replace('"maximum": 5', '"maximum": ' + "9" * 100_000)


@form
def json_duplicate_keys() -> str:
    return "{" + ",".join(['"openapi": "3.1.0"'] * 50_000) + "}"
