"""The pieces of the grammar of ``x-specpress-…`` keys.

In: a value, its place and what to call it. Out: the value, checked, or None after the
error ``bad-extension``. What the keys mean is for ``extensions``.
"""

from __future__ import annotations

import difflib
import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from specpress.documents import Json
from specpress.parse.nodes import Node, kind_of
from specpress.parse.reading import Reader
from specpress.parse.vocabulary import METHODS, PREFIX
from specpress.source import CONFIGURATION, Pointer
from specpress.text import Text

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]{0,99}")
_CLASS: Final = re.compile(r"[A-Z][A-Za-z0-9]{0,99}")
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")

T = TypeVar("T")
Name = TypeVar("Name", bound=str)
Grammar = Callable[[Reader, Json, Pointer, str], "T | None"]
"""Checks a value; None after an error."""


def setting(reader: Reader, node: Node, name: str, grammar: Grammar[T]) -> T | None:
    found = reader.setting(node, name)
    if found is None:
        return None
    value, at = found
    return grammar(reader, value, at, PREFIX + name)


def bad(reader: Reader, at: Pointer, *message: str | Text, help: str = "") -> None:
    reader.report.error(
        "bad-extension", at, *message, help=(help,) if help else (), key=True
    )


def string_of(reader: Reader, value: Json, at: Pointer, what: str) -> str | None:
    if isinstance(value, str):
        return value
    bad(reader, at, f"{what} must be a string, not {kind_of(value)}")
    return None


def spelled(pattern: re.Pattern[str], description: str) -> Grammar[str]:
    def grammar(reader: Reader, value: Json, at: Pointer, what: str) -> str | None:
        string = string_of(reader, value, at, what)
        if string is None:
            return None
        if not pattern.fullmatch(string) or keyword.iskeyword(string):
            bad(
                reader, at, Text(string), f" cannot be {what}: it must be {description}"
            )
            return None
        return string

    return grammar


identifier = spelled(
    _IDENTIFIER, "a Python name in lower case, like contact_id, and no keyword"
)
class_name = spelled(_CLASS, "a Python class name, like ContactLabel, and no keyword")


def header_name(reader: Reader, value: Json, at: Pointer, what: str) -> Text | None:
    name = spelled(_HEADER, "the name of a header")(reader, value, at, what)
    return None if name is None else Text(name)


def nonempty(reader: Reader, value: Json, at: Pointer, what: str) -> Text | None:
    string = string_of(reader, value, at, what)
    if string == "":
        bad(reader, at, f"{what} must not be empty")
        return None
    return None if string is None else Text(string)


def one_of(choices: Sequence[str]) -> Grammar[str]:
    def grammar(reader: Reader, value: Json, at: Pointer, what: str) -> str | None:
        string = string_of(reader, value, at, what)
        if string is None or string in choices:
            return string
        bad(
            reader,
            at,
            Text(string),
            f" cannot be {what}",
            help=_suggestion(string, choices),
        )
        return None

    return grammar


def _suggestion(word: str, choices: Sequence[str]) -> str:
    close = difflib.get_close_matches(word[:60], choices, 1, 0.6)
    if close:
        return f"did you mean {close[0]}?"
    return f"it may be: {', '.join(choices)}"


def dotted(
    reader: Reader, value: Json, at: Pointer, what: str
) -> tuple[str, ...] | None:
    string = string_of(reader, value, at, what)
    if string is None:
        return None
    names = [identifier(reader, name, at, what) for name in string.split(".")]
    return None if None in names else tuple(name for name in names if name is not None)


def boolean(reader: Reader, value: Json, at: Pointer, what: str) -> bool | None:
    if isinstance(value, bool):
        return value
    bad(reader, at, f"{what} must be true or false, not {kind_of(value)}")
    return None


def positive(reader: Reader, value: Json, at: Pointer, what: str) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    bad(reader, at, f"{what} must be a whole number greater than 0")
    return None


def json_pointer(
    reader: Reader, value: Json, at: Pointer, what: str
) -> tuple[Text, ...] | None:
    string = string_of(reader, value, at, what)
    if string is None:
        return None
    tokens = split_json_pointer(string)
    if tokens is None:
        bad(
            reader,
            at,
            Text(string),
            f" cannot be {what}: it is no JSON pointer",
            help="write it like /data/0/id",
        )
        return None
    return tuple(Text(token) for token in tokens)


def split_json_pointer(pointer: str) -> tuple[str, ...] | None:
    """Return the unescaped tokens of an RFC 6901 pointer; None if it is none."""
    if not pointer:
        return ()
    if not pointer.startswith("/") or re.search("~(?![01])", pointer):
        return None
    return tuple(
        token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")
    )


def members_of(
    reader: Reader,
    value: Json,
    at: Pointer,
    what: str,
    required: Sequence[str],
    optional: Sequence[str] = (),
) -> Mapping[str, Json] | None:
    """Return ``value`` if it is an object with just these members."""
    if not isinstance(value, dict):
        bad(reader, at, f"{what} must be an object, not {kind_of(value)}")
        return None
    good = True
    for name in value:
        if name not in required and name not in optional:
            good = False
            bad(
                reader,
                inside(at, name, reader),
                Text(name),
                f" is not a member of {what}",
                help=_suggestion(name, [*required, *optional]),
            )
    for name in required:
        if name not in value:
            good = False
            bad(reader, at, f"{what} needs {name}")
    return value if good else None


def variant_of(
    reader: Reader,
    value: Json,
    at: Pointer,
    what: str,
    member: str,
    variants: Mapping[Name, tuple[Sequence[str], Sequence[str]]],
) -> tuple[Name, Mapping[str, Json]] | None:
    """Return which of ``variants`` the ``member`` of an object names, and the object,
    which has just the members that this one needs, and may have."""
    if not isinstance(value, dict):
        bad(reader, at, f"{what} must be an object, not {kind_of(value)}")
        return None
    if member not in value:
        # Perhaps one of the others is this one, misspelled.
        known = dict.fromkeys(
            name for needed, more in variants.values() for name in (*needed, *more)
        )
        members_of(reader, value, at, what, (member,), tuple(known))
        return None
    stated = read_member(reader, value, member, at, what, one_of(tuple(variants)))
    chosen = next((name for name in variants if name == stated), None)
    if chosen is None:
        return None
    needed, more = variants[chosen]
    members = members_of(reader, value, at, what, (member, *needed), more)
    return None if members is None else (chosen, members)


def inside(at: Pointer, name: str, reader: Reader) -> Pointer:
    """Return the place of a member, or ``at`` where nothing stands there."""
    inside = at.child(name)
    if at.file == CONFIGURATION or reader.documents.has(inside):
        return inside
    return at


def read_member(
    reader: Reader,
    members: Mapping[str, Json],
    name: str,
    at: Pointer,
    what: str,
    grammar: Grammar[T],
) -> T | None:
    if name not in members:
        return None
    return grammar(reader, members[name], inside(at, name, reader), f"{name} of {what}")


def list_of(grammar: Grammar[T]) -> Grammar[tuple[T, ...]]:
    def check(
        reader: Reader, value: Json, at: Pointer, what: str
    ) -> tuple[T, ...] | None:
        if not isinstance(value, list):
            bad(reader, at, f"{what} must be a list, not {kind_of(value)}")
            return None
        found: list[T] = []
        for index, item in enumerate(value):
            checked = grammar(reader, item, inside(at, str(index), reader), what)
            if checked is None:
                return None
            found.append(checked)
        return tuple(found)

    return check


http_methods = list_of(one_of([method.upper() for method in METHODS]))
texts = list_of(nonempty)
