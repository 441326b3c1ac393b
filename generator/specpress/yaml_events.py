"""Events of YAML text, as PyYAML's parser gives them.

In: text. Out: a parser to take events from, and the way around one thing that libyaml
refuses: characters beyond U+FFFF written as two escapes (``"\\ud83d\\ude00"``), as JSON
and many YAML writers do. What events mean is for those who take them.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

EVENT_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Called with text; only ever asked for ``get_event``, and disposed of.

libyaml's where it is there, about ten times as fast. The other half of either class
builds objects and recurses.
"""

_REFUSAL = "Unicode character escape"
_ESCAPE = re.compile(r"\\u([dD])([89a-fA-F])")
_SHIFTED_ESCAPE = re.compile(r"\\u([eE])([89a-fA-F])")
_TAKEN = re.compile(r"\\u[eE][89a-fA-F]|\\U0000[eE][89a-fA-F]|[\ue800-\uefff]")
_SHIFTED = re.compile("[\ue800-\uefff]+")


def is_surrogate_refusal(error: yaml.YAMLError) -> bool:
    """Tell whether the parser stopped at an escape for half a surrogate pair."""
    return _REFUSAL in str(error)


def shift_surrogates(text: str) -> str | None:
    """Return the text with ``\\uDxxx`` as ``\\uExxx``, a private character, instead.

    Nothing moves, so positions stay right. None if those are in use already.
    """
    if _TAKEN.search(text) or not _ESCAPE.search(text):
        return None
    return _ESCAPE.sub(
        lambda match: f"\\u{'e' if match[1] == 'd' else 'E'}{match[2]}", text
    )


def restore_surrogates(value: str) -> str:
    """Undo :func:`shift_surrogates` in a scalar of the shifted text.

    Escapes of a text in double quotes have become characters by then; elsewhere, as in
    a pattern in single quotes, they are text.
    """
    value = _SHIFTED_ESCAPE.sub(
        lambda match: f"\\u{'d' if match[1] == 'e' else 'D'}{match[2]}", value
    )
    return _SHIFTED.sub(
        lambda match: "".join(chr(ord(each) - 0x1000) for each in match[0]), value
    )


def join_surrogates(value: str) -> str:
    """Join pairs of surrogates to the characters they mean; others stay."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
