"""Text and values as Python literals.

``ast.literal_eval`` of a literal gives the value back, for every code point. Letters
of every script stay readable; what cannot be seen or turns lines around is escaped.
Quotes are black's: double, unless that needs more backslashes.
"""

from __future__ import annotations

import math
import re
from typing import assert_never

from specpress.openapi import ObjectValue, Value
from specpress.python_text.source import SourceText
from specpress.python_text.unsafe import UNSAFE, escape
from specpress.text import Text, reveal

_SHORT = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SHORT_PATTERN = re.compile(r"[\\\n\r\t]")


def literal(value: Value | str) -> SourceText:
    """Return the literal of a JSON value or of one of our own strings."""
    return SourceText(literal_characters(value))


def literal_characters(value: Value | str) -> str:
    """As :func:`literal`, for the other encoders of this package."""
    match value:
        case Text():
            return _string(reveal(value))
        case str():
            return _string(value)
        case None | bool():
            return repr(value)
        case int():
            return f"{value:#x}" if abs(value) >= 10**4000 else repr(value)
        case float():
            if not math.isfinite(value):
                raise ValueError("infinity and NaN are no values of JSON")
            return repr(value)
        case tuple():
            return "[" + ", ".join(map(literal_characters, value)) + "]"
        case ObjectValue():
            return (
                "{"
                + ", ".join(
                    f"{literal_characters(name)}: {literal_characters(member)}"
                    for name, member in value.members
                )
                + "}"
            )
    assert_never(value)


def _string(characters: str) -> str:
    body = _SHORT_PATTERN.sub(lambda match: _SHORT[match[0]], characters)
    body = UNSAFE.sub(escape, body)
    if body.count('"') > body.count("'"):
        return "'" + body.replace("'", "\\'") + "'"
    return '"' + body.replace('"', '\\"') + '"'
