"""Bytes to text: UTF-8, or what a byte order mark says."""

from __future__ import annotations

import codecs

from specpress.diagnostics import Report
from specpress.positions import LineTable
from specpress.source import Pointer

# UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_SAVE_IT = ("save it as UTF-8",)


def decode(content: bytes, at: Pointer, report: Report) -> str | None:
    """Return the text without byte order mark; None after reporting why not."""
    codec, name, mark = "utf-8", "UTF-8", b""
    for candidate, candidate_codec, candidate_name in _MARKS:
        if content.startswith(candidate):
            codec, name, mark = candidate_codec, candidate_name, candidate
            break
    body = content[len(mark) :]
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(codec)
        position = LineTable(before).position(len(before))
        if b"\0" in body[:1024] and codec == "utf-8":
            report.error("not-text", at, "this is a binary file", position=position)
        else:
            report.error(
                "unknown-encoding",
                at,
                f"this is not {name} text (byte 0x{body[error.start]:02x})",
                help=_SAVE_IT,
                position=position,
            )
        return None
    index = text.find("\0")
    if index >= 0:
        position = LineTable(text).position(index)
        if not mark and _has_wide_characters(content):
            report.error(
                "unknown-encoding",
                at,
                "this looks like UTF-16 or UTF-32 without a byte order mark",
                help=_SAVE_IT,
                position=position,
            )
        else:
            report.error(
                "not-text", at, "the text has a NUL character", position=position
            )
        return None
    return text


def _has_wide_characters(content: bytes) -> bool:
    """Tell whether every second byte at the beginning is zero."""
    head = content[:64]
    return not any(head[0::2]) or not any(head[1::2]) or head.count(0) > len(head) // 2
