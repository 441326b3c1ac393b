"""The standard's own JSON Schema, asked where a document holds text.

Out: labels, one for each property, map key and list item of each kind of object where
a string, a number or any value may stand: ``Parameter.name``, ``Paths.{key}``,
``schema.enum[]``. The documents of ``seeds`` are walked along the same schema, so that
places they do not reach are known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

_OAS = resources.files("openapi_spec_validator") / "resources/schemas"
_DIALECT = resources.files("openapi_schema_validator") / "schemas/oas3.1"
_DRAFT = resources.files("jsonschema_specifications") / "schemas/draft202012"
_VOCABULARIES = (
    "applicator",
    "content",
    "core",
    "format-annotation",
    "meta-data",
    "unevaluated",
    "validation",
)

Json = Any
Path = tuple[str, ...]
KEY = "\0key"
"""The last token of a path that means the key of a member, not its value."""


@dataclass(frozen=True)
class _At:
    """A schema, the file it stands in, and what values it describes are called."""

    schema: Json
    file: Json
    label: str

    def within(self, schema: Json, label: str | None = None) -> _At:
        return _At(schema, self.file, self.label if label is None else label)


@dataclass(frozen=True)
class Standard:
    root: Json
    dialect: tuple[Json, ...] = ()

    def labels(self) -> set[str]:
        """Return the labels of all places for text."""
        found: set[str] = set()
        seen: set[tuple[int, str]] = set()
        pending = [_At(self.root, self.root, "root")]
        while pending:
            at = pending.pop()
            if (id(at.schema), at.label) in seen:
                continue
            seen.add((id(at.schema), at.label))
            if _is_leaf(at.schema):
                found.add(at.label)
            pending.extend(self._same(at))
            pending.extend(inner for _, inner in self._properties(at))
            for is_free, inner in self._members(at):
                if is_free:
                    found.add(f"{at.label}.{{key}}")
                pending.append(inner)
            pending.extend(self._items(at))
        return found

    def walk(self, document: Json) -> dict[Path, set[str]]:
        """Return the labels of each value and key in ``document``."""
        found: dict[Path, set[str]] = {}
        seen: set[tuple[Path, int, str]] = set()
        pending: list[tuple[Path, Json, _At]] = [
            ((), document, _At(self.root, self.root, "root"))
        ]
        while pending:
            path, node, at = pending.pop()
            if (path, id(at.schema), at.label) in seen:
                continue
            seen.add((path, id(at.schema), at.label))
            if _is_leaf(at.schema):
                found.setdefault(path, set()).add(at.label)
            pending.extend((path, node, inner) for inner in self._same(at))
            if isinstance(node, dict):
                properties = list(self._properties(at))
                for name, inner in properties:
                    if name in node:
                        pending.append(((*path, name), node[name], inner))
                known = {name for name, _ in properties}
                for is_free, inner in self._members(at):
                    for name in node:
                        if name in known or name.startswith("x-"):
                            continue
                        if is_free:
                            found.setdefault((*path, name, KEY), set()).add(
                                f"{at.label}.{{key}}"
                            )
                        pending.append(((*path, name), node[name], inner))
            if isinstance(node, list):
                for index, item in enumerate(node):
                    for inner in self._items(at):
                        pending.append(((*path, str(index)), item, inner))
        return found

    # What a schema is made of

    def _same(self, at: _At) -> Iterator[_At]:
        """Schemas of the same value."""
        schema = at.schema
        if not isinstance(schema, dict):
            return
        if "$ref" in schema:
            yield self._follow(at, schema["$ref"])
        if "$dynamicRef" in schema:
            for file in self.dialect:
                yield _At(file, file, "Schema")
        for word in ("allOf", "oneOf", "anyOf"):
            yield from (at.within(each) for each in schema.get(word, ()))
        for word in ("then", "else"):
            if word in schema:
                yield at.within(schema[word])
        for each in schema.get("dependentSchemas", {}).values():
            yield at.within(each)

    def _properties(self, at: _At) -> Iterator[tuple[str, _At]]:
        if isinstance(at.schema, dict):
            for name, inner in at.schema.get("properties", {}).items():
                yield name, at.within(inner, f"{at.label}.{name}")

    def _members(self, at: _At) -> Iterator[tuple[bool, _At]]:
        """Schemas of the members of a map, and whether their keys are free."""
        if not isinstance(at.schema, dict):
            return
        label = f"{at.label}.*"
        for pattern, inner in at.schema.get("patternProperties", {}).items():
            if pattern != "^x-":
                yield not pattern.startswith(("^(", "^\\$")), at.within(inner, label)
        inner = at.schema.get("additionalProperties", False)
        if inner is not False:
            yield True, at.within(inner, label)

    def _items(self, at: _At) -> Iterator[_At]:
        if isinstance(at.schema, dict) and "items" in at.schema:
            yield at.within(at.schema["items"], f"{at.label}[]")

    def _follow(self, at: _At, reference: str) -> _At:
        name, _, fragment = reference.partition("#")
        file = at.file
        for each in self.dialect if name else ():
            if each["$id"].endswith("/" + name):
                file = each
        node, last = file, at.label
        for last in fragment.split("/")[1:]:
            node = node[last]
        is_scalar = isinstance(node, dict) and node.get("type") in ("string", "integer")
        return _At(node, file, at.label if is_scalar else last)


def _is_leaf(schema: Json) -> bool:
    """Tell whether a string, a number or just anything may stand there."""
    if schema is True or schema == {}:
        return True
    if not isinstance(schema, dict):
        return False
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if {"string", "number", "integer", "boolean"} & set(types):
        return True
    return not types and bool({"enum", "const", "default", "format"} & schema.keys())


def _read(file: Any) -> Json:
    return json.loads(file.read_text(encoding="utf-8"))


@lru_cache
def standard(version: str) -> Standard:
    """Return the schema of ``3.0`` or ``3.1``."""
    if version == "3.0":
        return Standard(_read(_OAS / "v3.0/schema.json"))
    dialect = [_read(_DRAFT / "vocabularies" / name) for name in _VOCABULARIES]
    # Keywords of older drafts that are still read.
    dialect.append(_read(_DRAFT / "metaschema.json"))
    dialect.append(_read(_DIALECT / "vocabularies/base"))
    return Standard(_read(_OAS / "v3.1/schema.json"), tuple(dialect))
