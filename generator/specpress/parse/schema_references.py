"""References between schemas: ``$ref``, its dynamic forms, discriminator mappings.

In: an object that holds such a keyword. Out: the keys of the schemas it names, which are
put on the reader's list.
"""

from __future__ import annotations

import re
from typing import Any, Final

from specpress.openapi import Discriminator
from specpress.parse.dynamic_references import anchor_around
from specpress.parse.nodes import Node
from specpress.parse.reading import Reader
from specpress.parse.vocabulary import DISCRIMINATOR
from specpress.references import Refusal, classify
from specpress.source import Pointer
from specpress.text import Text


def reference(reader: Reader, node: Node, key: str, fields: dict[str, Any]) -> None:
    reference = reader.reference(node)
    if reference is not None:
        target = reader.documents.resolve(node.at, reference, node.at.child(key))
        if target is not None:
            fields["reference"] = reader.want_target(_schema_at(reader, node, target))


def _schema_at(reader: Reader, node: Node, target: Pointer) -> Pointer:
    """Return ``target``, or the schema inside when a parameter or header is named."""
    value = reader.documents.get(target)
    if (
        isinstance(value, dict)
        and isinstance(value.get("schema"), dict)
        and target.tokens[-2:-1] in (("parameters",), ("headers",))
    ):
        reader.warn(
            "reference-to-other-kind",
            node.at.child("$ref"),
            "the $ref of a schema names a parameter or header; the schema of that was "
            "taken",
            help=("add /schema to the reference",),
        )
        return target.child("schema")
    return target


def dynamic_reference(
    reader: Reader, node: Node, key: str, fields: dict[str, Any]
) -> None:
    """Treat ``$dynamicRef`` and ``$recursiveRef`` as the ``$ref`` they are where nobody
    binds the anchor; :mod:`specpress.parse.dynamic_references` looks who does."""
    reference = node.value[key]
    at = node.at.child(key)
    if not isinstance(reference, str):
        reader.wrong_kind(at, reference, "a string", key)
        return
    if "$ref" in node.value:
        return
    target = reader.documents.try_resolve(node.at, reference)
    if (
        target is not None
        and not target.tokens
        and node.at.tokens[:1] == ("components",)
    ):
        # "#" means the schema around it, not the OpenAPI document.
        target = Pointer(node.at.file, node.at.tokens[:3])
    anchor = reference.rpartition("#")[2]
    if reference == "#" + anchor:
        target = anchor_around(reader, node.at, anchor) or target
    if target is None:
        reader.warn(
            "unresolved-dynamic-reference",
            at,
            Text(reference),
            " names no anchor of the document; any value was assumed",
        )
        return
    named = reader.documents.get(target)
    if isinstance(named, dict) and named.get("$dynamicAnchor") == anchor:
        reader.dynamic_references[node.at] = anchor
    fields["reference"] = reader.want_target(target)


def discriminator(reader: Reader, node: Node, key: str, fields: dict[str, Any]) -> None:
    at = node.at.child(key)
    value = node.value[key]
    if isinstance(value, str):
        reader.warn(
            "older-keyword",
            at,
            "discriminator is a string, as in Swagger 2.0; it was taken as its "
            "propertyName",
            help=("write discriminator: {propertyName: …}",),
            key=True,
        )
        fields["discriminator"] = Discriminator(Text(value), (), at)
        return
    inner = reader.object(value, at, "Discriminator Object")
    if inner is None:
        return
    reader.check_keys(inner, DISCRIMINATOR)
    name = reader.text(inner, "propertyName")
    if name is None:
        reader.missing(inner, "propertyName", DISCRIMINATOR, "it was ignored")
        return
    mapping: list[tuple[Text, Pointer]] = []
    for word, target_name, place in reader.members(inner, "mapping"):
        if not isinstance(target_name, str):
            reader.wrong_kind(place, target_name, "a string", "mapping")
            continue
        target = _mapping_target(reader, inner.at, target_name, place)
        if target is not None:
            mapping.append((Text(word), reader.want_target(target)))
    fields["discriminator"] = Discriminator(name, tuple(mapping), at)


def _mapping_target(
    reader: Reader, base: Pointer, name: str, at: Pointer
) -> Pointer | None:
    """Resolve a value of ``mapping``: the name of a component, else a reference."""
    for file in dict.fromkeys((base.file, reader.documents.root.file)):
        component = Pointer(file, ("components", "schemas", name))
        if reader.documents.has(component):
            return component
    target = _referenced(reader, base, name, at)
    if target is None:
        reader.warn(
            "unresolved-mapping",
            at,
            "discriminator value names ",
            Text(name),
            ", which does not exist; the value was left out of the mapping",
            help=("name a component schema, or write a reference to one",),
        )
    return target


def _referenced(
    reader: Reader, base: Pointer, name: str, at: Pointer
) -> Pointer | None:
    if not ("#" in name or "/" in name or "." in name):
        return None
    target = reader.documents.try_resolve(base, name)
    if (
        target is None
        and _FILE.search(name.partition("#")[0])
        and not isinstance(classify(name), Refusal)
    ):
        # Perhaps a file that nothing else has named yet.
        target = reader.documents.resolve(base, name, at)
    return target


_FILE: Final = re.compile(r"\.(ya?ml|json)$", re.IGNORECASE)
