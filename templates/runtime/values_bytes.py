"""Bytes, written in base64."""

from __future__ import annotations

from base64 import b64decode, b64encode

from .codec_values import Format, Spelled, spelling_of

_URL_SAFE = str.maketrans("-_", "+/")


class SpelledBytes(Spelled, bytes):
    format_name = "builtins.bytes"


def read_bytes(text: str) -> bytes:
    try:
        value = b64decode(text, validate=True)
        if b64encode(value).decode("ascii") == text:
            return value
    except ValueError:
        # Unpadded, URL-safe or broken into lines: understood all the same.
        plain = "".join(text.split()).rstrip("=").translate(_URL_SAFE)
        value = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    spelled = SpelledBytes(value)
    spelled.spelling = text
    return spelled


def write_bytes(value: bytes) -> str:
    spelling = spelling_of(value)
    return b64encode(value).decode("ascii") if spelling is None else spelling


FORMATS = {"builtins.bytes": Format("base64 string", read_bytes, write_bytes)}
