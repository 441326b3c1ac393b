"""Every place for text, and documents with something else in it.

The documents of ``seeds`` hold something at each place that the standard knows
(:mod:`tests.hostile.standard`), at each ``x-specpress-…`` key, and at keys of other
generators. Keys, and values of ``name``, that begin with ``linked`` are replaced
wherever they stand: in ``$ref``, ``required``, ``{templates}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

import yaml

from tests.hostile.standard import KEY, Path, standard

Json = Any
SEEDS = FilePath(__file__).parent / "seeds"
VERSIONS = {"3.0": "3.0.3", "3.1": "3.1.0"}
_KINDS = {"both": ("3.0", "3.1"), "old": ("3.0",), "new": ("3.1",)}
_LINKED = re.compile(r"linked[A-Z]|X-Linked")
FREE_TEXT = re.compile(
    r"description|summary|title|\$comment|example|externalDocs|externalValue|contact"
    r"|license|termsOfService|bearerFormat|xml",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Position:
    """A value or key in a seed. ``label`` is what the standard calls the place."""

    seed: str
    version: str
    path: Path
    label: str

    @property
    def name(self) -> str:
        return f"{self.seed}-{self.version}:/" + "/".join(
            "(key)" if token == KEY else token for token in self.path
        )

    @property
    def is_key(self) -> bool:
        return self.path[-1:] == (KEY,)

    @property
    def is_prose(self) -> bool:
        return FREE_TEXT.search(self.label) is not None

    def document(self, payload: Json) -> Json:
        """Return the seed with ``payload`` here."""
        document = seed_document(self.seed, self.version)
        path = self.path[:-1] if self.is_key else self.path
        old = path[-1] if self.is_key else _get(document, path)
        linked = isinstance(old, str) and _LINKED.match(old)
        if linked and isinstance(payload, str) and (self.is_key or path[-1] == "name"):
            return _linked(document, old, payload)
        if not self.is_key:
            return _map_at(document, path, lambda value: payload)
        key = payload if isinstance(payload, str) else json.dumps(payload)

        def renamed(parent: Json) -> Json:
            return {key if name == old else name: parent[name] for name in parent}

        return _map_at(document, path[:-1], renamed)


@lru_cache
def _seed_text(seed: str) -> str:
    (file,) = SEEDS.glob(f"{seed}.*.yaml")
    return json.dumps(yaml.safe_load(file.read_text(encoding="utf-8")))


def seed_document(seed: str, version: str) -> Json:
    """Return a document that has nothing against anybody."""
    return {"openapi": VERSIONS[version], **json.loads(_seed_text(seed))}


def seeds() -> list[tuple[str, str]]:
    """Return the seeds and the versions they are for."""
    found: list[tuple[str, str]] = []
    for file in sorted(SEEDS.glob("*.yaml")):
        name, kind, _ = file.name.split(".")
        found += [(name, version) for version in _KINDS[kind]]
    return found


@lru_cache
def positions() -> tuple[Position, ...]:
    """Return a position for each label of each version (for those whose meaning
    depends on what is around, one for each surrounding), and those that are no part of
    the standard: keys of ours, of others, and keys that are not free."""
    found: dict[tuple[str, str, str], Position] = {}
    for seed, version in seeds():
        document = seed_document(seed, version)
        labels = standard(version).walk(document)
        for path in _places(document):
            known = sorted(labels.get(path, ()))
            if not known and version == "3.0":
                continue
            label = known[0] if known else _other_label(path)
            context = _shape(path) if known and _is_context(label) else ""
            found.setdefault(
                (version, label, context), Position(seed, version, path, label)
            )
    return tuple(found.values())


def _other_label(path: Path) -> str:
    """Return what to call a place that the standard does not name."""
    if path[-1] == KEY and not any(token.startswith("x-") for token in path):
        return f"fixed key {path[-2]}"
    return f"extension {_shape(path)}"


def _is_context(label: str) -> bool:
    """Tell whether the same keyword means something else elsewhere in a document."""
    return label.endswith(
        ("name", "enum[]", "default", ".{key}", "const", "format", "type", "$ref")
    )


def _shape(path: Path) -> str:
    """Return ``path`` with the indices of lists left out."""
    return "/".join("[]" if token.isdecimal() else token for token in path).replace(
        KEY, "{key}"
    )


def _places(node: Json, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each key and of each value that holds no others."""
    if isinstance(node, dict):
        for name in node:
            yield (*path, name, KEY)
            yield from _places(node[name], (*path, name))
    elif isinstance(node, list) and node:
        for index, item in enumerate(node):
            yield from _places(item, (*path, str(index)))
    else:
        yield path


def _get(node: Json, path: Path) -> Json:
    for token in path:
        node = node[int(token)] if isinstance(node, list) else node[token]
    return node


def _map_at(node: Json, path: Path, change: Callable[[Json], Json]) -> Json:
    if not path:
        return change(node)
    token, rest = path[0], path[1:]
    if isinstance(node, list):
        index = int(token)
        return [*node[:index], _map_at(node[index], rest, change), *node[index + 1 :]]
    return {
        name: _map_at(member, rest, change) if name == token else member
        for name, member in node.items()
    }


def _linked(node: Json, old: str, new: str) -> Json:
    """Replace ``old`` as a whole string, as a key, in references and templates."""
    token = new.replace("~", "~0").replace("/", "~1").replace("%", "%25")

    def text(string: str) -> str:
        if string == old:
            return new
        if string.startswith("#/"):
            return "/".join(token if t == old else t for t in string.split("/"))
        return string.replace("{" + old + "}", "{" + new + "}")

    if isinstance(node, dict):
        return {text(name): _linked(member, old, new) for name, member in node.items()}
    if isinstance(node, list):
        return [_linked(item, old, new) for item in node]
    return text(node) if isinstance(node, str) else node
