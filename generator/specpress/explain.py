"""Which lines of the document made a piece of code, and why it looks as it does.

In: the package of a run, its documents and findings, and a JSON pointer or a Python
name. Out: an :class:`Explanation` for each piece of code that is meant. Everything said
was decided before; nothing is decided or guessed here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from specpress import ir
from specpress.diagnostics import Report
from specpress.documents import Documents, Json
from specpress.options import ClientOptions
from specpress.python_text import Annotations, printed
from specpress.references import split_pointer
from specpress.source import Pointer
from specpress.text import Text
from specpress.walking import all_resources

Words: TypeAlias = tuple[str | Text, ...]

_MOST_INSIDE = 30
_SETTINGS = {
    "x-specpress-name": "named",
    "x-specpress-method": "named",
    "x-specpress-resource": "placed",
    "x-specpress-type": "typed",
    "x-specpress-body": "its body is formed",
    "x-specpress-pagination": "paged",
    "x-specpress-redirect": "split in two",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of code: its dotted name, what it is, and the node it stands for.

    ``wire_name`` is what the document calls it; None where it calls it nothing.
    """

    python: str
    kind: str
    at: Pointer
    type: str = ""
    wire_name: Text | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a piece looks as it does; ``at`` is the node that says so."""

    kind: str
    """renamed, merged, degraded, skipped, warning or set."""
    at: Pointer
    words: Words


@dataclass(frozen=True, slots=True)
class Explanation:
    """A piece, the lines of the document that it comes from, and the reasons.

    ``inside`` are the pieces made from what stands within its node.
    """

    piece: Piece
    first_line: int
    last_line: int
    reasons: tuple[Reason, ...]
    inside: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is called so, and nothing stands there; ``similar`` names do exist."""

    similar: tuple[str, ...]


def explain(
    package: ir.Package,
    documents: Documents,
    report: Report,
    options: ClientOptions,
    what: str,
) -> list[Explanation] | Unknown:
    """Return what is known of ``what``: a pointer (``/paths/…``) or a Python name."""
    pieces = list(_pieces(package))
    if what.startswith(("/", "#")) or "#/" in what:
        found = _at(pieces, documents, what)
    else:
        found = _named(pieces, package, what)
    if not found:
        return _similar(pieces, what)
    return [
        _explanation(piece, pieces, package, documents, report, options)
        for piece in found
    ]


# The pieces of a package


def _pieces(package: ir.Package) -> Iterator[Piece]:
    yield Piece(package.client.name, "client", Pointer("", ()))
    for module in package.models:
        for declaration in module.declarations:
            yield from _of_declaration(declaration)
    for resource in all_resources(package.resources):
        yield from _of_resource(resource)
    if package.webhooks is not None:
        for event in (*package.webhooks.events, *package.webhooks.callbacks):
            yield Piece(
                "webhooks", "event", event.at, _annotation(event.type), event.name
            )


def _of_declaration(declaration: ir.Declaration) -> Iterator[Piece]:
    if isinstance(declaration, ir.PageModel):
        return
    name = f"models.{declaration.name.name}"
    at = declaration.at
    if isinstance(declaration, ir.Alias):
        yield Piece(name, "type", at, _annotation(declaration.type), _last(at))
        return
    yield Piece(name, "class", at, "", _last(at))
    for field in declaration.fields:
        yield Piece(
            f"{name}.{field.name.name}",
            "field",
            field.at,
            _annotation(field.type) + ("" if field.required else " | Unset"),
            field.wire_name,
        )


def _of_resource(resource: ir.Resource) -> Iterator[Piece]:
    for method in resource.methods:
        name = f"{resource.path}.{method.name.name}"
        yield Piece(
            name, "method", method.at, _annotation(method.result), method.operation_id
        )
        for argument in method.arguments:
            whole = argument.place == "whole body"
            yield Piece(
                f"{name}.{argument.name.name}",
                "argument",
                argument.at,
                _annotation(argument.type) + ("" if argument.required else " | Unset"),
                None if whole else argument.wire_name,
            )


def _annotation(type_: ir.Type) -> str:
    return printed(Annotations().annotation(type_))


def _last(at: Pointer) -> Text | None:
    """Return the key of a component; a schema elsewhere has no name of its own."""
    is_component = len(at.tokens) == 3 and at.tokens[0] == "components"
    return Text(at.tokens[-1]) if is_component else None


# Looking up


def _at(pieces: list[Piece], documents: Documents, what: str) -> list[Piece]:
    """Return the pieces made from a node; else from what is in it, or around it."""
    file, _, fragment = what.rpartition("#")
    tokens = split_pointer(fragment)
    pointer = None if tokens is None else Pointer(file, tokens)
    if pointer is None or not _exists(documents, pointer):
        return []
    exact = [piece for piece in pieces if piece.at == pointer]
    if exact:
        return exact
    inside = [piece for piece in pieces if _holds(pointer, piece.at)]
    if inside:
        names = {piece.python for piece in inside}
        outer = [p for p in inside if p.python.rpartition(".")[0] not in names]
        return outer[:_MOST_INSIDE]
    around = [piece for piece in pieces if _holds(piece.at, pointer)]
    deepest = max((len(piece.at.tokens) for piece in around), default=0)
    return [piece for piece in around if len(piece.at.tokens) == deepest]


def _exists(documents: Documents, pointer: Pointer) -> bool:
    return any(d.file == pointer.file for d in documents) and documents.has(pointer)


def _named(pieces: list[Piece], package: ir.Package, what: str) -> list[Piece]:
    """Return the pieces whose dotted name is, or ends in, ``what``."""
    name = what.removesuffix("()")
    for prefix in (package.name.name, "client"):
        name = name.removeprefix(prefix + ".")
    if name == package.async_client.name:
        name = package.client.name
    exact = [piece for piece in pieces if piece.python == name]
    return exact or [p for p in pieces if p.python.endswith("." + name)][:_MOST_INSIDE]


def _similar(pieces: list[Piece], what: str) -> Unknown:
    names = dict.fromkeys(piece.python for piece in pieces)
    last = {name.rpartition(".")[2]: name for name in names}
    word = what.rpartition("/")[2].rpartition(".")[2][:80]
    close = difflib.get_close_matches(word, last, 3, 0.6)
    return Unknown(tuple(last[each] for each in close))


def _holds(outer: Pointer, inner: Pointer) -> bool:
    """Return whether ``inner`` lies in ``outer``, or is it."""
    size = len(outer.tokens)
    return outer.file == inner.file and inner.tokens[:size] == outer.tokens


# Reasons


def _explanation(
    piece: Piece,
    pieces: list[Piece],
    package: ir.Package,
    documents: Documents,
    report: Report,
    options: ClientOptions,
) -> Explanation:
    reasons = [
        *_of_names(piece, documents, options),
        *_of_merging(piece, pieces, documents),
        *_of_findings(piece, package, report),
    ]
    within = [p for p in pieces if p.python.startswith(piece.python + ".")]
    first, last = _lines(documents, piece.at)
    return Explanation(
        piece,
        first,
        last,
        tuple(dict.fromkeys(reasons)),
        tuple(within[:_MOST_INSIDE]),
    )


def _of_names(
    piece: Piece, documents: Documents, options: ClientOptions
) -> Iterator[Reason]:
    python = piece.python.rpartition(".")[2]
    wire = piece.wire_name
    if wire is not None and wire != Text(python):
        yield Reason(
            "renamed", piece.at, ("the document says ", wire, f", Python {python}")
        )
    for pointer, name in options.names.items():
        if split_pointer(pointer.removeprefix("#")) == piece.at.tokens:
            yield Reason(
                "set", piece.at, (f"named {name} by the configuration's names",)
            )
    for key, effect in _SETTINGS.items():
        if key in _members(documents, piece.at):
            yield Reason("set", piece.at.child(key), (f"{effect} by {key}",))


def _of_merging(
    piece: Piece, pieces: list[Piece], documents: Documents
) -> Iterator[Reason]:
    branches = _members(documents, piece.at).get("allOf")
    if isinstance(branches, list) and len(branches) > 1:
        yield Reason(
            "merged",
            piece.at.child("allOf"),
            (f"{len(branches)} schemas of allOf are one class",),
        )
    for other in pieces:
        if other.kind == "type" and other.type == piece.python:
            yield Reason("merged", other.at, (f"{other.python} is the same class",))


def _of_findings(piece: Piece, package: ir.Package, report: Report) -> Iterator[Reason]:
    gaps = (
        ("degraded", package.coverage.degraded),
        ("skipped", package.coverage.skipped),
    )
    for kind, found in gaps:
        for at, reason in found:
            if piece.at.tokens and _holds(piece.at, at):
                yield Reason(kind, at, (reason,))
    for diagnostic in report:
        if piece.at.tokens and _holds(piece.at, diagnostic.at):
            yield Reason("warning", diagnostic.at, diagnostic.message)


def _members(documents: Documents, at: Pointer) -> Mapping[str, Json]:
    node = documents.get(at) if _exists(documents, at) else None
    return node if isinstance(node, dict) else {}


def _lines(documents: Documents, at: Pointer) -> tuple[int, int]:
    """Return the first and last line of a node: its key's, and its last value's."""
    last = at
    node: Json = documents.get(at) if _exists(documents, at) else None
    while isinstance(node, dict | list) and node:
        if isinstance(node, dict):
            key = next(reversed(node))
            node = node[key]
        else:
            key = str(len(node) - 1)
            node = node[-1]
        last = last.child(key)
    found = documents.positions((at, last))
    if at not in found:
        return 1, 1
    return found[at][0].line, max(found[at][0].line, found[last][1].line)
