"""Reads a document, of one file or several, into plain data in the meaning of 3.1.

In: a path. Out: a :class:`Document`, whose :class:`Node`\\ s know where they stand, so
that references work from file to file. Nothing here is shared with the generator: what
it misreads, the judge is to notice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class _Loader(yaml.CSafeLoader):
    """YAML 1.2: no dates, and only ``true`` and ``false`` are booleans."""

    yaml_implicit_resolvers: Any = {}


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    (
        "float",
        r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$",
        "-+.0123456789",
    ),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("merge", r"^(?:<<)$", "<"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first)
    )


@dataclass(frozen=True)
class Node:
    """A value of a document, and where it stands."""

    file: str
    """The URI of its file."""
    tokens: tuple[str, ...]
    value: Any = field(compare=False, hash=False)

    @property
    def uri(self) -> str:
        return f"{self.file}#{self.pointer}"

    @property
    def pointer(self) -> str:
        return "".join(
            "/" + quote(token.replace("~", "~0").replace("/", "~1"), safe="~")
            for token in self.tokens
        )

    @property
    def name(self) -> str:
        return self.tokens[-1] if self.tokens else ""

    def __getitem__(self, key: str | int) -> Node:
        return Node(self.file, (*self.tokens, str(key)), self.value[key])

    def get(self, key: str) -> Node | None:
        return self[key] if isinstance(self.value, dict) and key in self.value else None

    def items(self, key: str) -> Iterator[tuple[str, Node]]:
        """The members of the object or array at ``key``, if there is one."""
        child = self.get(key)
        if child is not None and isinstance(child.value, dict):
            for name in child.value:
                yield name, child[name]
        elif child is not None and isinstance(child.value, list):
            for index in range(len(child.value)):
                yield str(index), child[index]


class Document:
    """All files of a document."""

    def __init__(self, path: Path) -> None:
        self.files: dict[str, Any] = {}
        self.uri = path.resolve().as_uri()
        version = str(_read(path).get("openapi", "3.1"))
        self.is_30 = version.startswith("3.0")
        self.root = Node(self.uri, (), self.file(self.uri))

    def file(self, uri: str) -> Any:
        """The content of a file, read when first asked for."""
        if uri not in self.files:
            content = _read(Path(unquote(uri.removeprefix("file://"))))
            self.files[uri] = _lifted(content) if self.is_30 else content
        return self.files[uri]

    def target(self, node: Node, reference: str) -> Node:
        """What ``reference``, standing in the file of ``node``, refers to."""
        uri, fragment = urldefrag(urljoin(node.file, reference))
        value = self.file(uri)
        tokens: list[str] = []
        for raw in fragment.split("/")[1:]:
            token = unquote(raw).replace("~1", "/").replace("~0", "~")
            value = value[int(token)] if isinstance(value, list) else value[token]
            tokens.append(token)
        return Node(uri, tuple(tokens), value)

    def resolve(self, node: Node) -> Node:
        """``node``, or the end of the chain of references it begins."""
        for _ in range(50):
            if not isinstance(node.value, dict):
                return node
            reference = node.value.get("$ref")
            if not isinstance(reference, str):
                return node
            node = self.target(node, reference)
        raise ValueError(f"{node.uri} refers to itself")

    @cached_property
    def descendants(self) -> dict[Node, list[Node]]:
        """Component → components that are built upon it with ``allOf``."""
        found: dict[Node, list[Node]] = {}
        components = self.root.get("components")
        if components is None:
            return found
        for _, schema in components.items("schemas"):
            for _, part in schema.items("allOf"):
                if isinstance(part.value, dict) and "$ref" in part.value:
                    base = self.target(part, part.value["$ref"])
                    found.setdefault(base, []).append(schema)
        return found

    @cached_property
    def one_way(self) -> dict[str, frozenset[str]]:
        """Names of properties that are somewhere readOnly, and writeOnly."""
        found: dict[str, set[str]] = {"readOnly": set(), "writeOnly": set()}
        for uri in list(self.files):
            self._collect_one_way(Node(uri, (), self.files[uri]), found)
        return {keyword: frozenset(names) for keyword, names in found.items()}

    def _collect_one_way(self, root: Node, found: dict[str, set[str]]) -> None:
        stack = [root]
        while stack:
            node = stack.pop()
            if isinstance(node.value, list):
                stack += [node[i] for i in range(len(node.value))]
            elif isinstance(node.value, dict):
                for name, schema in node.items("properties"):
                    for keyword in found:
                        if self.has_flag(schema, keyword):
                            found[keyword].add(name)
                stack += [node[key] for key in node.value]

    def has_flag(self, schema: Node, keyword: str) -> bool:
        """Whether a schema, its target or a part of it says ``keyword: true``."""
        seen: set[Node] = set()
        stack = [schema]
        while stack:
            node = stack.pop()
            if node in seen or not isinstance(node.value, dict):
                continue
            seen.add(node)
            if node.value.get(keyword) is True:
                return True
            try:
                if isinstance(node.value.get("$ref"), str):
                    stack.append(self.target(node, node.value["$ref"]))
            except (KeyError, IndexError, ValueError, OSError):
                pass
            stack += [part for _, part in node.items("allOf")]
        return False


def _read(path: Path) -> Any:
    text = path.read_text("utf-8-sig")
    try:
        return json.loads(text)
    except ValueError:
        return _with_text_keys(yaml.load(text, _Loader))


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {_key(key): _with_text_keys(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_text_keys(each) for each in value]
    return value


def _key(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return "null" if key is None else str(key)


def _lifted(value: Any) -> Any:
    """3.0 → 3.1, wherever an object looks like a schema that differs."""
    if isinstance(value, list):
        return [_lifted(each) for each in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        return {"$ref": value["$ref"]}
    result = {key: _lifted(each) for key, each in value.items()}
    for bound in ("Minimum", "Maximum"):
        exclusive = result.get(f"exclusive{bound}")
        if isinstance(exclusive, bool):
            del result[f"exclusive{bound}"]
            if exclusive and bound.lower() in result:
                result[f"exclusive{bound}"] = result.pop(bound.lower())
    if result.get("nullable") is True:
        del result["nullable"]
        if isinstance(result.get("type"), str):
            result["type"] = [result["type"], "null"]
            if isinstance(result.get("enum"), list) and None not in result["enum"]:
                result["enum"] = [*result["enum"], None]
            for keyword in ("oneOf", "anyOf"):
                if isinstance(result.get(keyword), list):
                    result[keyword] = [*result[keyword], {"type": "null"}]
            if isinstance(result.get("allOf"), list):
                del result["type"]
                result = {"anyOf": [result, {"type": "null"}]}
        elif result.keys() & {"allOf", "oneOf", "anyOf", "properties", "enum"}:
            result = {"anyOf": [result, {"type": "null"}]}
    return result
