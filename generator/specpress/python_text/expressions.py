"""Expressions: the arguments of the declarations in generated modules.

An expression is data until it is written here. Names and callables are our own and
must be dotted identifiers; everything else is a literal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias, Union

from specpress.ir import Identifier
from specpress.python_text.literals import literal_characters
from specpress.python_text.source import SourceText, characters
from specpress.text import Text, reveal

_DOTTED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")

Expression: TypeAlias = Union[
    None,
    bool,
    int,
    str,
    Text,
    SourceText,
    Identifier,
    "Name",
    "Call",
    "Mapped",
    "Listed",
]
"""``str`` and ``Text`` are string literals; source text stands for itself."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the runtime."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """``name(positional, keyword=value)``; a keyword of which the value is None is none."""

    name: str
    positional: tuple[Expression, ...] = ()
    keywords: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class Mapped:
    """A dictionary."""

    items: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A tuple."""

    items: tuple[Expression, ...]


def own_name(name: str) -> SourceText:
    """Return a dotted name of ours."""
    return SourceText(_dotted(name))


def signature(
    name: Identifier,
    positional: tuple[tuple[Identifier, SourceText, bool], ...],
    keyword_only: tuple[tuple[Identifier, SourceText, bool], ...],
    result: SourceText,
) -> SourceText:
    """Return a signature for people; arguments with their types, and whether they
    must be given."""

    def argument(name: Identifier, type_: SourceText, needed: bool) -> str:
        default = "" if needed else " = UNSET"
        return f"{name.name}: {characters(type_)}{default}"

    parts = [argument(*each) for each in positional]
    if keyword_only:
        parts += ["*", *(argument(*each) for each in keyword_only)]
    return SourceText(f"{name.name}({', '.join(parts)}) -> {characters(result)}")


def deferred(type_: SourceText) -> SourceText:
    """Return ``lambda: type``, which names the type only when it is called."""
    return SourceText(f"lambda: {characters(type_)}")


def json_pointer(tokens: tuple[Text, ...]) -> Text:
    """Return the JSON pointer made of ``tokens`` (RFC 6901)."""
    return Text(
        "".join(
            "/" + reveal(token).replace("~", "~0").replace("/", "~1")
            for token in tokens
        )
    )


def expression(value: Expression, *, indent: int, used: int = 0) -> SourceText:
    """Return ``value`` as source at ``indent`` after ``used`` characters on its line;
    over several lines, with trailing commas, if it is too long for one."""
    return SourceText(_write(value, indent, 88 - indent - used))


def _write(value: Expression, indent: int, room: int) -> str:
    flat = _flat(value)
    if len(flat) <= room and "\n" not in flat:
        return flat
    opening, items, closing = _parts(value)
    if not items:
        return flat
    inner = " " * (indent + 4)
    lines = [
        f"{inner}{prefix}{_write(item, indent + 4, 88 - indent - 5 - len(prefix))},\n"
        for prefix, item in items
    ]
    return f"{opening}\n{''.join(lines)}{' ' * indent}{closing}"


def _flat(value: Expression) -> str:
    match value:
        case SourceText():
            return characters(value)
        case Identifier():
            return value.name
        case Name():
            return _dotted(value.name)
        case Call() | Mapped() | Listed():
            opening, items, closing = _parts(value)
            inner = ", ".join(prefix + _flat(item) for prefix, item in items)
            if isinstance(value, Listed) and len(items) == 1:
                inner += ","
            return opening + inner + closing
        case _:
            return literal_characters(value)


def _parts(value: Expression) -> tuple[str, list[tuple[str, Expression]], str]:
    match value:
        case Call():
            items: list[tuple[str, Expression]] = [("", p) for p in value.positional]
            items += [
                (f"{_dotted(name)}=", item)
                for name, item in value.keywords
                if item is not None
            ]
            return f"{_dotted(value.name)}(", items, ")"
        case Mapped():
            return "{", [(f"{_flat(k)}: ", item) for k, item in value.items], "}"
        case Listed():
            return "(", [("", item) for item in value.items], ")"
        case _:
            return "", [], ""


def _dotted(name: str) -> str:
    if not _DOTTED.fullmatch(name):
        raise ValueError(f"not a name of ours: {name!a}")
    return name
