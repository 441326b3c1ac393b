"""The vectors of ``parameters.json`` as ``docs/parameters.md``.

``python tests/vectors/parameters.py`` writes the page; a test compares it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).with_name("parameters.json")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "parameters.md"

_KINDS = ("empty", "string", "array", "object")

_OPENING = """\
# Parameters on the wire

What generated clients send for each parameter of a document. The first table holds the
examples of the OpenAPI standard (3.0.4 and 3.1.1, "Style Examples") with the name
`color`; cells that the standard marks "n/a" say what we do there. The rest is decided
by RFC 6570 or, where both are silent, by us. Every row is a test
(`tests/vectors/parameters.json`).

Two promises hold everywhere. A receiver that follows the standard reads the value that
was given, or the call raises `ArgumentError` (a `ValueError`) before anything is sent.
And what is `UNSET` is not sent at all.
"""

_CLOSING = """\
## Form bodies

`application/x-www-form-urlencoded` follows the query where an `encoding` names a
`style`, `explode` or `allowReserved`. Everything else goes by content type: arrays
repeat their name, objects are JSON, the rest is text. A blank is written `+`.
A form that the document has as a text or an array is sent as it is given.

## Multipart bodies

A part per property; an array is a part per item. Texts have no `Content-Type` of their
own, which means `text/plain`; objects are `application/json`. A file is
`application/octet-stream`, unless `File(...)`, its `encoding` or its name says more;
so are bytes that the document has in base64 (`format: byte`, `contentEncoding: base64`),
which are written so, and without a file name. Documented headers of a part are sent
where they have but one value; further ones of a file are given with it, in
`File(name, content, headers=…)`.
In names of parts and files `"`, CR and LF are written `%22`, `%0D`, `%0A`, as browsers
do, and backslashes are doubled; other control characters are refused. A body that is
an array gives parts without names, as `multipart/mixed` has them; in
`multipart/form-data`, which needs names, they are called `file`, and so
is the body that is one file (`format: binary`). `null` is left out. A multipart body that
is any other text or bytes is sent as it is given; its boundary stands in the document,
in `content_type=`, or in `File(name, content, content_type)`.
"""


def load() -> dict[str, Any]:
    vectors: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
    return vectors


def page(vectors: dict[str, Any]) -> str:
    """The Markdown text of the page."""
    lines = [_OPENING, "## Styles", ""]
    shown = [json.dumps(vectors["values"][kind]) for kind in _KINDS]
    lines += _row("in", "style", "explode", *(f"`{text}`" for text in shown))
    lines += _row(*["---"] * 7)
    for row in vectors["styles"]:
        explode = "true" if row["explode"] else "false"
        cells = (_code(row[kind], "refused") for kind in _KINDS)
        lines += _row(row["in"], row["style"], explode, *cells)
    lines += ["", "## Values", ""]
    lines += _row("in", "how", "value", "on the wire", "why")
    lines += _row(*["---"] * 5)
    for row in vectors["cases"]:
        wire = _code(row["wire"] or None, "not sent")
        lines += _row(row["in"], _how(row), _value(row), wire, row["why"])
    lines += ["", "## Refused", ""]
    lines += _row("in", "how", "value", "why")
    lines += _row(*["---"] * 4)
    for row in vectors["refused"]:
        lines += _row(row["in"], _how(row), _value(row), row["why"])
    return "\n".join([*lines, "", _CLOSING])


def _row(*cells: str) -> list[str]:
    return ["| " + " | ".join(cells) + " |"]


def _how(row: dict[str, Any]) -> str:
    keys = ("style", "explode", "allow_reserved", "content_type")
    said = [f"{key}={json.dumps(row[key])}" for key in keys if key in row]
    return _code(" ".join(said), "default") if said else "default"


def _value(row: dict[str, Any]) -> str:
    value = row["value"]
    plain = json.dumps(value, ensure_ascii=False)
    return _code(plain if plain.isprintable() else json.dumps(value), "")


def _code(text: str | None, without: str) -> str:
    if text is None:
        return without
    escaped = text.replace("|", "\\|")
    return f"`{escaped}`" if text else "(empty)"


if __name__ == "__main__":
    PAGE.write_text(page(load()), "utf-8", newline="\n")
