"""``$dynamicRef``: what it means for each schema that binds its anchor.

In: the table of schemas, where each ``$dynamicRef`` is a reference to what its anchor
is by itself. Out: the same, with a copy of what depends on that anchor for each schema
that has another one of the name, itself or in its ``$defs`` (JSON Schema 2020-12,
section 8.2.3.2). A copy stands below the schema that it is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from specpress.documents import Json
from specpress.openapi import Discriminator, Property, Schema
from specpress.parse.reading import Reader
from specpress.source import Pointer
from specpress.text import Text

_MOST_COPIES: Final = 5_000
"""Templates that refer to templates would make any number."""


def anchor_around(reader: Reader, at: Pointer, name: str) -> Pointer | None:
    """Return the anchor of the innermost schema around ``at`` that has one of that
    name, itself or in its ``$defs``."""
    found = [
        (len(owner.tokens), anchor)
        for anchor in _anchors(reader).get(name, ())
        if _within(at, owner := _owner(anchor)) is not None
    ]
    return max(found)[1] if found else None


def bind(reader: Reader, schemas: dict[Pointer, Schema]) -> None:
    """Put the copies into ``schemas``, and let those they are for refer to them."""
    if not reader.dynamic_references:
        return
    bindings: dict[Pointer, dict[str, Pointer]] = {}
    for name in dict.fromkeys(reader.dynamic_references.values()):
        for anchor in _anchors(reader).get(name, ()):
            if anchor in schemas:
                bindings.setdefault(_owner(anchor), {})[name] = anchor
    copies: dict[Pointer, Schema] = {}
    for binder, bound in sorted(bindings.items()):
        if binder not in schemas:
            continue
        names = _copied(reader, schemas, binder, bound)
        if len(copies) + len(names) > _MOST_COPIES:
            reader.warn(
                "dynamic-reference",
                binder,
                f"binds {', '.join(bound)} for more schemas than anyone could read; "
                "they were taken as they are without it",
                help=("write the types out where they are used",),
            )
            continue
        for at, copy in names.items():
            schema = replace(schemas[at], at=copy)
            name = reader.dynamic_references.get(at, "")
            if name in bound:
                schema = replace(schema, reference=bound[name])
            copies[copy] = _redirected(schema, names)
    schemas.update(copies)


def _owner(anchor: Pointer) -> Pointer:
    """Return the schema that binds ``anchor``: where it is one of ``$defs``, the one
    that has these."""
    inside = anchor.tokens[-2:-1] == ("$defs",)
    return Pointer(anchor.file, anchor.tokens[:-2]) if inside else anchor


def _anchors(reader: Reader) -> Mapping[str, list[Pointer]]:
    """Return all schemas with a dynamic anchor, by its name."""
    known = reader.dynamic_anchors
    if known is None:
        found: dict[str, list[Pointer]] = {}
        for document in reader.documents:
            stack: list[tuple[Json, Pointer]] = [
                (document.data, Pointer(document.file, ()))
            ]
            while stack:
                value, at = stack.pop()
                if isinstance(value, dict):
                    name = value.get("$dynamicAnchor")
                    if isinstance(name, str):
                        found.setdefault(name, []).append(at)
                    stack.extend((v, at.child(key)) for key, v in value.items())
                elif isinstance(value, list):
                    stack.extend((v, at.child(str(i))) for i, v in enumerate(value))
        reader.dynamic_anchors = known = found
    return known


def _copied(
    reader: Reader,
    schemas: Mapping[Pointer, Schema],
    binder: Pointer,
    bound: Mapping[str, Pointer],
) -> dict[Pointer, Pointer]:
    """Return the schemas that mean something else below ``binder``, with the places of
    their copies. What stands in the binder stays where it is."""
    above: dict[Pointer, list[Pointer]] = {}
    ends: list[Pointer] = []
    stack = [binder]
    seen = {binder}
    while stack:
        at = stack.pop()
        name = reader.dynamic_references.get(at, "")
        if name in bound:
            if schemas[at].reference != bound[name]:
                ends.append(at)
            continue
        for target in _targets(schemas[at]):
            above.setdefault(target, []).append(at)
            if target not in seen and target in schemas:
                seen.add(target)
                stack.append(target)
    depending: set[Pointer] = set()
    while ends:
        at = ends.pop()
        if at not in depending:
            depending.add(at)
            ends.extend(above.get(at, ()))
    template = schemas[binder].reference
    found: dict[Pointer, Pointer] = {}
    used: set[Pointer] = set()
    for at in sorted(depending):
        copy = at
        if _within(at, binder) is None:
            inner = None if template is None else _within(at, template)
            copy = binder.child("$ref", *(at.tokens if inner is None else inner))
        while copy in used:
            copy = copy.child("$ref")
        used.add(copy)
        found[at] = copy
    return found


def _within(at: Pointer, around: Pointer) -> tuple[str, ...] | None:
    """Return the way from ``around`` to ``at``, if that stands in it."""
    length = len(around.tokens)
    if at.file != around.file or at.tokens[:length] != around.tokens:
        return None
    return at.tokens[length:]


def _targets(schema: Schema) -> Iterator[Pointer]:
    """Yield the schemas that say what a value of ``schema`` looks like."""
    for one in (
        schema.reference,
        schema.additional_properties,
        schema.unevaluated_properties,
        schema.items,
        schema.unevaluated_items,
    ):
        if one is not None:
            yield one
    for several in (
        schema.all_of,
        schema.one_of,
        schema.any_of,
        schema.prefix_items,
        tuple([each.schema for each in schema.properties]),
        tuple([each.schema for each in schema.pattern_properties]),
    ):
        yield from several


def _redirected(schema: Schema, names: Mapping[Pointer, Pointer]) -> Schema:
    def one(at: Pointer | None) -> Pointer | None:
        return None if at is None else names.get(at, at)

    def several(found: Iterable[Pointer]) -> tuple[Pointer, ...]:
        return tuple([names.get(at, at) for at in found])

    def properties(found: tuple[Property, ...]) -> tuple[Property, ...]:
        return tuple([replace(p, schema=names.get(p.schema, p.schema)) for p in found])

    def mapping(found: Discriminator) -> Discriminator:
        pairs: list[tuple[Text, Pointer]] = [
            (word, names.get(at, at)) for word, at in found.mapping
        ]
        return replace(found, mapping=tuple(pairs))

    reference = one(schema.reference)
    # A copy has no name of its own: it is what refers to it.
    is_copy = reference is not None and reference.tokens[:-1] == schema.at.tokens
    return replace(
        schema,
        reference=None if is_copy else reference,
        all_of=(
            *((reference,) if is_copy and reference is not None else ()),
            *several(schema.all_of),
        ),
        one_of=several(schema.one_of),
        any_of=several(schema.any_of),
        additional_properties=one(schema.additional_properties),
        unevaluated_properties=one(schema.unevaluated_properties),
        items=one(schema.items),
        unevaluated_items=one(schema.unevaluated_items),
        prefix_items=several(schema.prefix_items),
        properties=properties(schema.properties),
        pattern_properties=properties(schema.pattern_properties),
        discriminator=(
            None if schema.discriminator is None else mapping(schema.discriminator)
        ),
    )
