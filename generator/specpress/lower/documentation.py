"""What the document says about a thing, as words for a docstring.

In: schemas and operations. Out: :class:`ir.Documentation`. Assertions of the document
(patterns, lengths, bounds) become sentences: they are documentation here, not checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from specpress import ir
from specpress.lower.vocabulary import json_text
from specpress.openapi import (
    ABSENT,
    OAuthFlow,
    Operation,
    Schema,
    SecurityRequirement,
    SecurityScheme,
    Value,
)
from specpress.python_text import says_only
from specpress.text import Text

Note = tuple[str | Text, ...]


def of_text(description: Text | None, summary: Text | None = None) -> ir.Documentation:
    """Return documentation made of the document's own words."""
    return ir.Documentation(summary=said(summary), description=said(description))


def said(text: Text | None) -> Text | None:
    """Return ``text`` unless nothing of it can be seen."""
    return None if text is None or says_only(text, "") else text


def of_operation(operation: Operation) -> ir.Documentation:
    summary, description = operation.summary, operation.description
    if summary is not None and summary == description:
        description = None
    documentation = of_text(description, summary)
    ways = [scopes for way in operation.security if (scopes := _scopes(way))]
    return replace(documentation, notes=_listed("Scopes: ", dict.fromkeys(ways)))


def _scopes(way: SecurityRequirement) -> Note:
    """Return the scopes that are needed together, between commas."""
    words: list[str | Text] = []
    for scope in dict.fromkeys(scope for _, scopes in way.schemes for scope in scopes):
        words += [", " if words else "", "``", scope, "``"]
    return tuple(words)


def of_scheme(scheme: SecurityScheme) -> ir.Documentation:
    """Return what the document says about a secret, and where one is to be had."""
    notes: list[Note] = []
    if scheme.bearer_format:
        notes.append(("Format: ", scheme.bearer_format, "."))
    if scheme.open_id_url:
        notes.append(("OpenID Connect: ``", scheme.open_id_url, "``."))
    scopes: dict[Text, Note] = {}
    for flow in scheme.flows:
        notes.append(_flow_note(flow))
        for name, description in flow.scopes:
            about = (" (", description, ")") if description else ()
            scopes.setdefault(name, ("``", name, "``", *about))
    notes += _listed("Scopes: ", scopes.values(), ", ")
    return replace(of_text(scheme.description), notes=tuple(notes))


_FLOWS = {
    "authorizationCode": "authorization code",
    "clientCredentials": "client credentials",
    "implicit": "implicit",
    "password": "password",
}


def _flow_note(flow: OAuthFlow) -> Note:
    words: list[str | Text] = [f"OAuth 2, {_FLOWS[flow.kind]}"]
    for what, url in (
        ("authorization at", flow.authorization_url),
        ("tokens at", flow.token_url),
        ("refreshed at", flow.refresh_url),
    ):
        if url:
            words += [": " if len(words) == 1 else ", ", f"{what} ``", url, "``"]
    return (*words, ".")


def _listed(
    head: str, items: Iterable[Note], between: str = "; or "
) -> tuple[Note, ...]:
    """Return one sentence of all ``items``, or none of none."""
    words: list[str | Text] = []
    for item in items:
        words += [between if words else head, *item]
    return ((*words, "."),) if words else ()


def of_schema(schema: Schema, notes: Iterable[Note] = ()) -> ir.Documentation:
    """Return the documentation of a declared type."""
    description = said(schema.description)
    return ir.Documentation(
        summary=None if description else said(schema.title),
        description=description,
        notes=tuple(notes),
    )


def notes_of(atoms: Sequence[Schema], *, retyped: bool = False) -> tuple[Note, ...]:
    """Return the assertions of ``atoms`` as sentences; patterns, which have no end that
    can be seen, last. ``retyped``: the type is not that of the schema, so that the
    pattern is none of its."""
    notes: dict[Note, None] = {}
    patterns: dict[Note, None] = {}
    for atom in atoms:
        if atom.pattern and not (retyped or atom.python_type):
            patterns["Pattern: ", atom.pattern] = None
        for find in (_text_notes, _number_notes, _list_notes, _object_notes):
            notes.update(dict.fromkeys(find(atom)))
        value = atom.default
        if value is not ABSENT and value is not None:
            notes[("Default: ", _shown(value), ".")] = None
    rules = sorted({rule for atom in atoms for rule in atom.rules})
    further = _listed("Further rules: ", [(f"``{rule}``",) for rule in rules], ", ")
    return (*notes, *further, *patterns)


_MOST_MEANINGS = 20
"""Values of an enum that a paragraph still explains."""


def of_values(branches: Sequence[Schema]) -> tuple[Note, ...]:
    """Return what ``oneOf`` of constants says about each of them."""
    said: list[Note] = []
    for branch in branches:
        if branch.const is ABSENT:
            return ()
        if words := branch.title or branch.description:
            said.append(_meaning(branch.const, (words,)))
    return _listed("Values: ", said[:_MOST_MEANINGS], ", ")


def of_enum(schema: Schema) -> tuple[Note, ...]:
    """Return what stands beside ``enum`` about each of its values."""
    said = [_meaning(*each) for each in schema.meanings[:_MOST_MEANINGS]]
    return _listed("Values: ", said, ", ")


def _meaning(value: Value, words: tuple[Text, ...]) -> Note:
    name, *more = words
    return (
        "``",
        _shown(value),
        "`` (",
        name,
        *(x for w in more for x in (": ", w)),
        ")",
    )


_LONGEST_DEFAULT = 200
"""Characters of a list or object that a sentence still holds."""


def _shown(value: Value) -> str | Text:
    if isinstance(value, Text):
        return value
    return json_text(value, _LONGEST_DEFAULT)


def _text_notes(atom: Schema) -> Iterable[Note]:
    if atom.min_length is not None and atom.max_length is not None:
        if atom.min_length == atom.max_length:
            yield (f"Exactly {_count(atom.min_length, 'character')}.",)
        else:
            yield (f"{atom.min_length} to {_count(atom.max_length, 'character')}.",)
    elif atom.min_length:
        yield (f"At least {_count(atom.min_length, 'character')}.",)
    elif atom.max_length is not None:
        yield (f"At most {_count(atom.max_length, 'character')}.",)


def _number_notes(atom: Schema) -> Iterable[Note]:
    low, high = atom.minimum, atom.maximum
    if low is not None and high is not None:
        yield (f"{low} to {high}.",)
    elif low is not None:
        yield (f"At least {low}.",)
    elif high is not None:
        yield (f"At most {high}.",)
    if atom.exclusive_minimum is not None:
        yield (f"More than {atom.exclusive_minimum}.",)
    if atom.exclusive_maximum is not None:
        yield (f"Less than {atom.exclusive_maximum}.",)
    if atom.multiple_of is not None:
        yield (f"A multiple of {atom.multiple_of}.",)


def _list_notes(atom: Schema) -> Iterable[Note]:
    low, high = atom.min_items, atom.max_items
    if low is not None and high is not None:
        yield (f"{low} to {_count(high, 'item')}.",)
    elif low:
        yield (f"At least {_count(low, 'item')}.",)
    elif high is not None:
        yield (f"At most {_count(high, 'item')}.",)
    if atom.unique_items:
        yield ("No item twice.",)


def _object_notes(atom: Schema) -> Iterable[Note]:
    low, high = atom.min_properties, atom.max_properties
    if low is not None and high is not None:
        yield (f"{low} to {high} properties.",)
    elif low:
        yield ("At least 1 property." if low == 1 else f"At least {low} properties.",)
    elif high is not None:
        yield (f"At most {high} properties.",)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
