"""Characters that may not stand in a generated file as they are.

The list is written out and not asked of ``unicodedata``, whose answers change from one
Python version to the next: the same document gives the same bytes on all of them.
"""

from __future__ import annotations

import re

LINE_ENDS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What some program, somewhere, takes for the end of a line."""

LINE_END = re.compile("\r\n|[" + LINE_ENDS + "]")

# Format characters of the bidirectional algorithm: what a reviewer sees is not what
# Python reads (CVE-2021-42574).
_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065"
    "\u206a-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SPACES = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_CONTROLS = "\\x00-\x1f\x7f-\x9f\u2028\u2029"
_NOT_CHARACTERS = (
    "\ud800-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff"
    + "".join(
        f"{chr(p + 0xFFFE)}{chr(p + 0xFFFF)}" for p in range(0x10000, 0xF0000, 0x10000)
    )
)  # surrogates, private use, noncharacters

UNSAFE = re.compile(
    f"[{_CONTROLS}{_BIDIRECTIONAL}{_INVISIBLE}{_SPACES}{_NOT_CHARACTERS}]"
)
INVISIBLE = re.compile(f"[{_INVISIBLE}]+")
SPACES = re.compile(f"[{_SPACES}]")


def escape(match: re.Match[str]) -> str:
    """Return the shortest Python escape of the one character that was matched."""
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
