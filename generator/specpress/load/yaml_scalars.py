"""What a YAML scalar means: the core schema of YAML 1.2, and no other tags.

In: scalar events of a YAML parser. Out: JSON's values, or a :class:`Mistake`.
"""

from __future__ import annotations

import math
import re
from typing import Any

from specpress.documents import Json
from specpress.load.reporting import is_broken
from specpress.text import Text
from specpress.yaml_events import join_surrogates

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_INT = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_CORE = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset(
    _CORE + name for name in ("str", "int", "float", "bool", "null")
)
_TAG_OF: dict[type, str] = {
    str: _CORE + "str",
    int: _CORE + "int",
    float: _CORE + "float",
    bool: _CORE + "bool",
    type(None): _CORE + "null",
}
_LONGEST_BASED = 3_000
"""Fewer digits than Python refuses to write in base ten."""
_NUMBER_START = frozenset("0123456789+-.")


class Mistake(Exception):
    """A mistake in the document, by the index of its character."""

    def __init__(self, index: int, code: str, *message: str | Text) -> None:
        super().__init__(code)
        self.index = index
        self.code = code
        self.message = message


def scalar(event: Any) -> Json:
    """Return what a scalar means, by its tag, its quotes or its look."""
    text: str = event.value
    tag = event.tag
    style = event.style
    if tag is None or tag == "!":
        if style:
            return joined(text, event) if style == '"' else text
        return _plain(text, event)
    if tag not in _SCALAR_TAGS:
        raise forbidden(event)
    if tag == _CORE + "str":
        return joined(text, event) if style == '"' else text
    value = _plain(text, event)
    if tag == _CORE + "float" and type(value) is int:
        value = float(value)
    if tag != _TAG_OF[type(value)]:
        raise Mistake(
            event.start_mark.index,
            "invalid-yaml",
            "this is not YAML: ",
            Text(text),
            " is not what its tag says",
        )
    return value


def check_tag(event: Any, kind: str) -> None:
    """Refuse any tag but the one that says what the node is anyway."""
    if event.tag is not None and event.tag not in ("!", _CORE + kind):
        raise forbidden(event)


def _plain(text: str, event: Any) -> Json:
    """Return what a scalar without quotes means."""
    if text in _NULL:
        return None
    first = text[0]
    if first not in _NUMBER_START:
        return _BOOL.get(text, text)
    if _INT.match(text):
        try:
            return int(text)
        except ValueError:
            # Python refuses thousands of digits: reading them takes quadratic time.
            raise _out_of_range(text, event) from None
    if _BASED.match(text):
        if len(text) > _LONGEST_BASED:
            raise _out_of_range(text, event)
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.match(text):
        value = float(text)
        if math.isfinite(value):
            return value
        raise _out_of_range(text, event)
    if _NOT_FINITE.match(text):
        raise _out_of_range(text, event)
    return text


def joined(text: str, event: Any) -> str:
    """Return text with pairs of surrogate escapes joined to what they mean."""
    if not is_broken(text):
        return text
    text = join_surrogates(text)
    if is_broken(text):
        raise Mistake(
            event.start_mark.index,
            "lone-surrogate",
            "a text here has half of a surrogate pair, which is no character",
        )
    return text


def forbidden(event: Any) -> Mistake:
    return Mistake(
        event.start_mark.index,
        "forbidden-tag",
        "the tag ",
        Text(event.tag),
        " is not read: a document is plain data",
    )


def _out_of_range(text: str, event: Any) -> Mistake:
    return Mistake(
        event.start_mark.index,
        "number-out-of-range",
        Text(text),
        " is no number, or too large for one",
    )
