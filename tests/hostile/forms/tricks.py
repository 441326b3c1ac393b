"""Tricks of YAML and JSON: what one reader takes for something, and another does not."""

from __future__ import annotations

import json
from functools import partial

from tests.hostile.forms.made import MADE, Form, document_of, object_of

_HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
_YAML: dict[str, str | bytes] = {
    "alias as a key": _HEAD + "x-a: &a k\n*a : v\n",
    "merge of scalars": _HEAD + "x-a:\n  <<: [1, 2]\n  b: 1\n",
    "merge in a schema": _HEAD
    + "x-b: &b {type: object, properties: {a: {type: string}}}\n"
    + "components: {schemas: {A: {<<: *b, required: [a]}}}\n",
    "lists and maps as keys": _HEAD + "x-a: {[1, 2]: 3, {a: b}: 4}\n",
    "tag of a tuple": _HEAD + "x: !!python/tuple [1]\n",
    "tag on a key": _HEAD + "!!str x-a: 1\n!!python/name:os.system x-b: 1\n",
    "another version": "%YAML 9.9\n---\n" + _HEAD,
    "unknown directive": "%FOO bar\n---\n" + _HEAD,
    "directive twice": "%TAG ! tag:x,2000:\n%TAG ! tag:y,2000:\n---\n" + _HEAD,
    "text after the end": _HEAD + "...\nfoo: [\n",
    "escapes": _HEAD + 'x: "\\x1b[2J\\u202e\\U0001F600\\N\\_\\L\\P\\0\\e"\n',
    "escaped surrogates": _HEAD + 'x-a: "\\ud800\\udc00 \\uD800"\n',
    "escape of nothing": _HEAD + 'x-a: "\\q"\n',
    "escape beyond Unicode": _HEAD + 'x-a: "\\U00110000"\n',
    "keys of every type": _HEAD
    + "x-d: {2001-01-01: a, 1: b, 1.0: c, true: d, null: e, ~: f, .nan: g}\n",
    "statuses of every kind": _HEAD.replace("paths: {}", "paths:")
    + "  /a: {get: {responses: {200: {description: D}, 0x190: {description: E}, "
    + "4_04: {description: F}, 5e2: {description: G}}}}\n",
    "tabs": _HEAD + "x-a:\n\t- b\n",
    "utf-32": ("\ufeff" + _HEAD).encode("utf-32"),
    "latin-1": _HEAD.encode() + b"x-a: \xe9\n",
    "nul": _HEAD + "x-a: a\0b\n",
    "numbers out of range": _HEAD
    + "components: {schemas: {A: {type: number, maximum: 1e999999999, "
    + "default: .nan, enum: [.inf, -.inf, .nan, 1e400]}}}\n",
    "integers of many digits": _HEAD
    + "components: {schemas: {A: {type: integer, maximum: 0x"
    + "f" * 20_000
    + ", default: "
    + "9" * 20_000
    + "}}}\n",
    "numbers of YAML 1.1": _HEAD
    + "components: {schemas: {A: {enum: [0o17, 017, 1:30, +.5, 0b11, 1_0]}}}\n",
    "long anchor": _HEAD + "x-a: &" + "a" * 1_000_000 + " b\n",
    "aliases of one scalar": _HEAD + "x-a: &a b\nx-b: [" + "*a," * 100_000 + "]\n",
    "comments": _HEAD + ("#" * 79 + "\n") * 100_000,
    "commas": _HEAD + "x: [" + "," * 1_000_000 + "]\n",
    "colons": _HEAD + "x: " + ": " * 200_000 + "\n",
    "unclosed quote": _HEAD + "x: '" + "a\n" * 200_000,
    "indentation of millions": _HEAD + "x: |9999999999\n a\n",
}
_NUMBERS = {
    "digits of an exponent": "1e" + "9" * 5_000,
    "negative zero": "-0e-99999999",
    "a million digits": "1" * 1_000_000,
    "a million digits of a fraction": "0." + "1" * 1_000_000,
}
_PLAIN = json.dumps(document_of({"A": object_of()}))
_NAMES = (
    "__proto__ constructor __class__ __dict__ __slots__ __init__ __init_subclass__ "
    "__getattr__ self cls to_dict from_dict additional_properties mro"
).split()
_JSON: dict[str, str | bytes] = {
    **{
        name: json.dumps(
            document_of({"A": {"type": "number", "maximum": 5, "default": 5}})
        ).replace("5", number)
        for name, number in _NUMBERS.items()
    },
    "comments": "// x\n" + _PLAIN,
    "trailing comma": _PLAIN[:-1] + ",}",
    "single quotes": _PLAIN.replace('"', "'"),
    "nul and surrogates in names": json.dumps(
        document_of({"A": {"type": "string"}, "a\0b": {}, "\ud800": {}})
    ),
    "names of Python's own": json.dumps(
        document_of({"A": object_of(**{key: {"type": "string"} for key in _NAMES})})
    ),
    "control character": _PLAIN.replace('"T"', '"a\x01b"'),
    "two values": _PLAIN * 2,
    "utf-16 without a mark": _PLAIN.encode("utf-16-le"),
    "halves of characters": json.dumps(
        document_of({"A": object_of(**{"\ud83d\ude00": {}, "\udc00": {}})})
    ),
}

_FORMS = [
    *(Form(f"yaml: {name}", text, ".yaml") for name, text in _YAML.items()),
    *(Form(f"json: {name}", text, ".json") for name, text in _JSON.items()),
]
MADE.extend(partial(Form, f.name, f.text, f.suffix) for f in _FORMS)
