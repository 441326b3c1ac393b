"""What is put where a document holds text.

``CANARY()`` is a function that exists while output is tried, and tells on whoever
calls it. :class:`Raw` is text of JSON that no encoder makes: ``1e400``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CANARY = "hostile_canary"
CALL = f"{CANARY}()"
_SYSTEM = "__import__('os').system('touch canary')"
_CONNECT = "__import__('socket').create_connection(('127.0.0.1',9))"

LINE_ENDS = {
    "cr": "\r",
    "lf": "\n",
    "crlf": "\r\n",
    "vt": "\v",
    "ff": "\f",
    "fs": "\x1c",
    "gs": "\x1d",
    "rs": "\x1e",
    "nel": "\x85",
    "ls": "\u2028",
    "ps": "\u2029",
}

BENIGN = "harmless"


@dataclass(frozen=True)
class Raw:
    """Text that stands in a JSON document as it is."""

    text: str


@dataclass(frozen=True)
class Payload:
    kind: str
    name: str
    value: Any

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}"


_CODE = {
    "single quote": f"';{CALL};'",
    "double quote": f'";{CALL};"',
    "single expression": f"'+{CALL}+'",
    "double expression": f'"+{CALL}+"',
    "triple double": f'"""\n{CALL}\n"""',
    "triple single": f"'''\n{CALL}\n'''",
    "escaped triple": f'\\"""\n{CALL}\n\\"""',
    "quote after text": f'text""" + {CALL} + """',
    "two quotes at the end": 'text""',
    "backslash at the end": "text\\",
    "backslashes": f"\\\\\\';{CALL};\\\\\\\"",
    "backslash and line": f"text\\\n{CALL}",
    "backslash n": f"text\\n{CALL}\\r\\x0a\\u000a\\N{{LINE FEED}}",
    "octal": f"\\047\\042;{CALL}#",
    "bracket": f']; {CALL}; x: list["',
    "parentheses": f")\n{CALL}\n(",
    "brace": f'}}; {CALL}; {{"',
    "f-string": f"{{{CALL}}}{{{{{CALL}}}}}",
    "format": "{0.__class__.__mro__} %s %(x)s %n ${HOME} $(touch canary) `touch canary`",
    "jinja": "{{ cycler.__init__.__globals__.os.system('touch canary') }}",
    "jinja block": "{% import 'os' as os %}{{ os }}{# x #}{% raw %}",
    "statement": f"x\nimport os\nos.system('touch canary')\n{CALL}\n",
    "system": _SYSTEM,
    "connect": _CONNECT,
    "call": CALL,
    "lambda": f"lambda: {CALL}",
    "annotation": f"list[{CALL}]",
    "decorator": f"\n@{CANARY}\ndef x(): ...\n",
    "walrus": f"(x := {CALL})",
    "comment end": f"text */ --> #}} ]]> {CALL}",
    "coding": "# -*- coding: utf-7 -*-\n+AAo-" + CALL,
    "type comment": f"# type: ignore\nx = 1  # type: {CALL}",
    "pragma": f"# fmt: off\n# noqa\n# mypy: ignore-errors\n{CALL}",
    "doctest": f">>> {CALL}\n1",
    "indentation": f"text\n\n        {CALL}\n\tx",
    "dedent": f"text\n{CALL}",
}

_NAMES = {
    "keyword": "class",
    "soft keyword": "match",
    "constant": "None",
    "builtin": "list",
    "own import": "models",
    "dunder": "__class__",
    "dunder init": "__init__",
    "dunder dict": "__dict__",
    "dunder slots": "__slots__",
    "mangled": "__private",
    "underscore": "_",
    "mro": "mro",
    "self": "self",
    "unknown": "_unknown",
    "from_dict": "from_dict",
    "to_dict": "to_dict",
    "client": "_client",
    "prototype": "__proto__",
    "constructor": "constructor",
    "annotations": "annotations",
    "debug": "__debug__",
    "digits": "123",
    "minus": "-1",
    "punctuation": "!@#$%^&*()",
    "empty": "",
    "blank": " ",
    "ligature": "\ufb01le",
    "twin": "LinkedName",
    "turkish": "\u0130\u0131I",
    "emoji": "\U0001f600",
    "chinese": "\u540d\u5b57",
    "combining": "\u0301\u0301",
}

_PATHS = {
    "parent": "../../../canary",
    "absolute": "/tmp/canary",
    "home": "~/canary",
    "windows": "C:\\canary",
    "backslashes": "..\\..\\canary",
    "unc": "\\\\host\\share\\canary",
    "nul": "a\0b",
    "device": "CON",
    "device with suffix": "aux.py",
    "stream": "a:b",
    "long": "a" * 300,
    "percent": "%2e%2e%2fcanary",
    "dot": ".",
    "dots": "..",
    "init": "__init__",
    "runtime": "_runtime",
    "url": "http://127.0.0.1:9/canary",
    "file url": "file:///etc/passwd",
    "other file": "../other.yaml#/x",
    "userinfo": "https://user:pass@127.0.0.1:9/",
}

_SHOWN = {
    "bidi": "a\u202e\u2066b\u2069\u200f",
    "zero width": "a\u200b\u200d\u2060\ufeffb",
    "tags": "a\U000e0061\U000e0062b",
    "terminal": "\x1b[2J\x1b]0;title\x07\x9b31m\x08\x7f",
    "surrogate": "\ud800",
    "surrogate pair backwards": "\udc00\ud800",
    "noncharacter": "\uffff\ufdd0\U0010ffff",
    "html": "<script>canary()</script><img src=x onerror=canary()>",
    "markdown": "](javascript:canary) ![x](http://127.0.0.1:9/x) [a]: http://x <http://x>",
    "markdown blocks": "\n\n# heading\n\n```\ncode\n```\n| a | b |\n|---|---|\n> q\n- i\n---",
    "link": "[click](http://127.0.0.1:9) http://127.0.0.1:9 www.example.com",
}

_SIZES = {
    "huge": "x " * 20_000,
    "huge word": "x" * 50_000,
    "quotes": '"' * 3_000,
    "backslashes": "\\" * 3_001,
    "lines": "\n" * 5_000,
    "brackets": "[" * 2_000,
    "regex": "(a+)+$" + "a" * 40 + "!",
}

_VALUES = {
    "1e400": Raw("1e400"),
    "-1e400": Raw("-1e400"),
    "NaN": Raw("NaN"),
    "Infinity": Raw("-Infinity"),
    "-0": Raw("-0"),
    "-0.0": Raw("-0.0"),
    "small": Raw("5e-324"),
    "digits": Raw("9" * 400),
    "many digits": Raw("9" * 5_000),
    "float": Raw("1.0"),
    "negative": Raw("-5"),
    "null": None,
    "true": True,
    "list": [CALL],
    "empty list": [],
    "object": {CALL: f'";{CALL};"'},
    "empty object": {},
    "reference": {"$ref": "#/info"},
    "to itself": {"$ref": "#"},
    "outside": {"$ref": "../canary.yaml#/x"},
    "remote": {"$ref": "http://127.0.0.1:9/canary.yaml"},
    "deep": [[[[[[[[[[{"a": [[[[[[[[CALL]]]]]]]]}]]]]]]]]]],
}


def payloads() -> Iterator[Payload]:
    """Yield all payloads, always in one order."""
    for kind, table in (
        ("code", _CODE),
        ("line end", {n: f"text{end}{CALL}{end}" for n, end in LINE_ENDS.items()}),
        ("name", _NAMES),
        ("path", _PATHS),
        ("shown", _SHOWN),
        ("size", _SIZES),
        ("value", _VALUES),
    ):
        for name, value in table.items():
            yield Payload(kind, name, value)
