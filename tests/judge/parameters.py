"""Reads parameters as a receiver that follows the standard does.

In: a parameter of the document and the text that came. Out: the JSON value, or
:class:`Unreadable`. Text has no types; a text is read as the first of integer, number,
boolean, null and string that its schema allows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests.judge.documents import Document, Node
from tests.judge.validation import Validation

Pairs = list[tuple[str, str]]
"""Names and values as they stand on the wire, still encoded."""

_DEFAULT_STYLES = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
}
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")


class Unreadable(Exception):
    """What came is not what the document says."""


@dataclass(frozen=True)
class Parameter:
    """A parameter, or a property of a form body."""

    name: str
    place: str
    required: bool
    style: str
    explode: bool
    schema: Node | None
    media_type: str | None = None
    """Of a parameter with ``content``."""
    empty_allowed: bool = False


def parameter_of(document: Document, node: Node) -> Parameter:
    """The parameter at ``node``, which is no reference."""
    value = node.value
    place = value["in"]
    style = value.get("style") or _DEFAULT_STYLES.get(place, "form")
    schema = node.get("schema")
    media_type = None
    for name, media in node.items("content"):
        media_type, schema = name, document.resolve(media).get("schema")
    explode = value.get("explode")
    return Parameter(
        name=value["name"],
        place=place,
        required=value.get("required") is True or place == "path",
        style=style,
        explode=style == "form" if explode is None else bool(explode),
        schema=schema,
        media_type=media_type,
        empty_allowed=value.get("allowEmptyValue") is True,
    )


class Reader:
    """Reads the parameters of one document."""

    def __init__(self, document: Document, validation: Validation) -> None:
        self.document = document
        self.validation = validation

    # --- Places ----------------------------------------------------------------------

    def path(self, parameter: Parameter, raw: str) -> Any:
        """From the text between the slashes."""
        if parameter.media_type is not None:
            return self._content(parameter, unquote(raw))
        if parameter.style == "label":
            raw = _without(raw, ".")
        if parameter.style == "matrix":
            return self._matrix(parameter, raw)
        return self._simple(parameter, raw, "." if parameter.style == "label" else ",")

    def header(self, parameter: Parameter, raw: str) -> Any:
        if parameter.media_type is not None:
            return self._content(parameter, raw)
        return self._simple(parameter, raw, ",", decode=str)

    def query(self, parameter: Parameter, pairs: Pairs, used: set[int]) -> Any:
        """From the pairs of a query, cookie header or form; marks the used ones.
        ``...`` if there are none."""
        form = _form_text
        kinds = self.kinds(parameter.schema)
        own = [i for i, (name, _) in enumerate(pairs) if form(name) == parameter.name]
        if parameter.media_type is not None:
            if not own:
                return ...
            used.update(own[:1])
            return self._content(parameter, form(pairs[own[0]][1]))
        if parameter.style == "deepObject" and kinds & {"object", "array", "any"}:
            found = self._deep(parameter, pairs, used)
            if found is not ... or "any" not in kinds:
                return found
        if "object" in kinds and parameter.explode and not own:
            return self._exploded_object(parameter, pairs, used)
        if not own:
            return ...
        used.update(own)
        raw = [pairs[index][1] for index in own]
        if parameter.explode and len(raw) == 1 and kinds - {"array", "object"}:
            # One value of a union with arrays is more likely no array.
            text = form(raw[0])
            return self._first(parameter.schema, iter([text, [text]]))
        if parameter.explode and ("array" in kinds or len(raw) > 1):
            if "array" in kinds or "any" in kinds:
                decoded = [form(each) for each in raw]
                if "array" in kinds and decoded == [""] and len(raw) == 1:
                    return self._first(parameter.schema, iter([[""], [], ""]))
                return self._typed(parameter.schema, decoded)
            raise Unreadable(f"{parameter.name} came {len(raw)} times")
        if len(raw) > 1:
            raise Unreadable(f"{parameter.name} came {len(raw)} times")
        if parameter.explode:
            return self._typed(parameter.schema, form(raw[0]))
        pattern = {
            "spaceDelimited": r"%20|\+| ",
            "pipeDelimited": r"%7[Cc]|\|",
        }.get(parameter.style, ",")
        return self._delimited(parameter, raw[0], pattern, form)

    # --- Styles ----------------------------------------------------------------------

    def _simple(
        self,
        parameter: Parameter,
        raw: str,
        separator: str,
        decode: Callable[[str], str] = unquote,
    ) -> Any:
        if separator == "." and not parameter.explode:
            separator = ","
        if parameter.explode and "object" in self.kinds(parameter.schema):
            members = [each.partition("=") for each in raw.split(separator) if each]
            if all(equals for _, equals, _ in members):
                return self._typed(
                    parameter.schema,
                    {decode(name): decode(text) for name, _, text in members},
                )
        return self._delimited(parameter, raw, re.escape(separator), decode)

    def _delimited(
        self, parameter: Parameter, raw: str, pattern: str, decode: Callable[[str], str]
    ) -> Any:
        """Items, or names and values in turn, between delimiters."""
        kinds = self.kinds(parameter.schema)
        parts = [decode(each).strip() for each in re.split(pattern, raw)]
        if raw == "":
            parts = []
        if decode is not str:
            parts = [decode(each) for each in re.split(pattern, raw)] if raw else []
        candidates: list[Any] = []
        if "array" in kinds:
            candidates.append(parts)
        if "object" in kinds and len(parts) % 2 == 0:
            candidates.append(dict(zip(parts[::2], parts[1::2], strict=True)))
        if kinds - {"array", "object"}:
            candidates.append(decode(raw))
        if "any" in kinds and len(parts) > 1:
            candidates.append(parts)
        return self._first(parameter.schema, iter(candidates))

    def _matrix(self, parameter: Parameter, raw: str) -> Any:
        members = [each.partition("=") for each in _without(raw, ";").split(";")]
        kinds = self.kinds(parameter.schema)
        if not parameter.explode or not kinds & {"array", "object"}:
            name, _, text = members[0]
            if len(members) != 1 or unquote(name) != parameter.name:
                raise Unreadable(f"{raw!r} does not begin with ;{parameter.name}")
            return self._delimited(parameter, text, ",", unquote)
        if "array" in kinds and all(unquote(m[0]) == parameter.name for m in members):
            return self._typed(parameter.schema, [unquote(m[2]) for m in members])
        return self._typed(
            parameter.schema, {unquote(m[0]): unquote(m[2]) for m in members}
        )

    def _exploded_object(
        self, parameter: Parameter, pairs: Pairs, used: set[int]
    ) -> Any:
        declared, is_open = self.properties(parameter.schema)
        result: dict[str, Any] = {}
        for index, (raw_name, raw_text) in enumerate(pairs):
            name, text = _form_text(raw_name), _form_text(raw_text)
            if index in used or not (name in declared or is_open):
                continue
            inner = self.property_schema(parameter.schema, name)
            is_array = inner is not None and "array" in self.kinds(inner)
            if name in result and not is_array:
                # Another parameter has a property of this name.
                continue
            used.add(index)
            if is_array:
                result.setdefault(name, []).append(text)
            else:
                result[name] = text
        return self._typed(parameter.schema, result) if result else ...

    def _deep(self, parameter: Parameter, pairs: Pairs, used: set[int]) -> Any:
        result: Any = ...
        for index, (raw_name, raw_text) in enumerate(pairs):
            name, text = _form_text(raw_name), _form_text(raw_text)
            head, bracket, rest = name.partition("[")
            if head != parameter.name or not bracket:
                continue
            used.add(index)
            keys = rest[:-1].split("][")
            result = {} if result is ... else result
            inner = result
            for key in keys[:-1]:
                inner = inner.setdefault(key, {})
            known = inner.get(keys[-1], ...)
            if known is ...:
                inner[keys[-1]] = text
            else:
                inner[keys[-1]] = (
                    [*known, text] if isinstance(known, list) else [known, text]
                )
        return ... if result is ... else self._typed(parameter.schema, _lists(result))

    def _content(self, parameter: Parameter, text: str) -> Any:
        if not is_json(parameter.media_type or ""):
            return text
        try:
            value = json.loads(text)
        except ValueError as error:
            raise Unreadable(f"{parameter.name} is not JSON: {error}") from None
        return self._checked(parameter.schema, value)

    # --- Types -----------------------------------------------------------------------

    def typed(self, schema: Node | None, value: Any) -> Any:
        """``value``, of texts, as ``schema`` would have it."""
        return self._typed(schema, value)

    def _typed(self, schema: Node | None, value: Any) -> Any:
        return self._first(schema, iter([value]))

    def _first(self, schema: Node | None, candidates: Iterator[Any]) -> Any:
        """The first reading of one of the texts that the schema allows."""
        problem = ""
        for candidate in candidates:
            for reading in self.readings(schema, candidate, 0):
                if schema is None:
                    return reading
                errors = self.validation.errors(schema, reading, "in")
                if not errors:
                    return reading
                problem = problem or errors[0]
        raise Unreadable(problem or "nothing came")

    def _checked(self, schema: Node | None, value: Any) -> Any:
        errors = self.validation.errors(schema, value, "in") if schema else []
        if errors:
            raise Unreadable(errors[0])
        return value

    def readings(self, schema: Node | None, value: Any, depth: int) -> Iterator[Any]:
        """What texts can mean; the likeliest first."""
        if isinstance(value, str):
            kinds = self.kinds(schema)
            if kinds & {"integer", "number", "any"} and _NUMBER.fullmatch(value):
                yield json.loads(value)
            if kinds & {"boolean", "any"} and value in ("true", "false"):
                yield value == "true"
            if "null" in kinds and value in ("", "null"):
                yield None
            yield value
            if depth and kinds & {"object", "array"} and value[:1] in ("{", "["):
                try:
                    yield json.loads(value)
                except ValueError:
                    return
            elif kinds & {"array"}:
                yield next(iter([self._item_list(schema, [value], depth)]))
        elif isinstance(value, list):
            yield self._item_list(schema, value, depth)
            yield value
        elif isinstance(value, dict):
            yield {
                name: self._best(self.property_schema(schema, name), each, depth)
                for name, each in value.items()
            }
            yield value

    def _item_list(
        self, schema: Node | None, value: list[Any], depth: int
    ) -> list[Any]:
        items = self.item_schema(schema)
        return [self._best(items, each, depth) for each in value]

    def _best(self, schema: Node | None, value: Any, depth: int) -> Any:
        for reading in self.readings(schema, value, depth + 1):
            if schema is None or self.validation.is_valid(schema, reading, "in"):
                return reading
        return value

    # --- What a schema speaks of -----------------------------------------------------

    def parts(self, schema: Node | None) -> list[Node]:
        """A schema and all it refers to or is composed of."""
        found: list[Node] = []
        stack = [] if schema is None else [schema]
        while stack:
            node = stack.pop()
            if node in found or not isinstance(node.value, dict):
                continue
            found.append(node)
            if isinstance(node.value.get("$ref"), str):
                stack.append(self.document.target(node, node.value["$ref"]))
            for keyword in ("allOf", "oneOf", "anyOf"):
                stack += [part for _, part in node.items(keyword)]
        return found

    def kinds(self, schema: Node | None) -> set[str]:
        found: set[str] = set()
        for node in self.parts(schema):
            value = node.value
            declared = value.get("type")
            if isinstance(declared, str):
                found.add(declared)
            elif isinstance(declared, list):
                found.update(declared)
            elif "properties" in value or "additionalProperties" in value:
                found.add("object")
            elif "items" in value or "prefixItems" in value:
                found.add("array")
            else:
                for each in (
                    (value["const"],) if "const" in value else value.get("enum") or ()
                ):
                    found.add(_kind_of(each))
        return found or {"any", "string"}

    def properties(self, schema: Node | None) -> tuple[set[str], bool]:
        """Declared names, and whether there may be others."""
        names: set[str] = set()
        is_open = False
        for node in self.parts(schema):
            names.update(name for name, _ in node.items("properties"))
            more = node.value.get("additionalProperties")
            is_open = is_open or more is True or isinstance(more, dict)
        return names, is_open or not names

    def property_schema(self, schema: Node | None, name: str) -> Node | None:
        parts = self.parts(schema)
        for node in parts:
            for each, found in node.items("properties"):
                if each == name:
                    return found
        for node in parts:
            more = node.get("additionalProperties")
            if more is not None and isinstance(more.value, dict):
                return more
        return None

    def item_schema(self, schema: Node | None) -> Node | None:
        for node in self.parts(schema):
            items = node.get("items")
            if items is not None and isinstance(items.value, dict):
                return items
        return None


def is_json(media_type: str) -> bool:
    name = media_type.partition(";")[0].strip().lower()
    return name in ("application/json", "text/json") or name.endswith("+json")


def query_pairs(query: str) -> Pairs:
    """The pairs of a query or a form, not decoded."""
    found: Pairs = []
    for part in query.split("&") if query else ():
        name, _, text = part.partition("=")
        found.append((name, text))
    return found


def _form_text(raw: str) -> str:
    return unquote(raw.replace("+", " "))


def _without(raw: str, prefix: str) -> str:
    if not raw.startswith(prefix):
        raise Unreadable(f"{raw!r} does not begin with {prefix!r}")
    return raw[1:]


def _lists(value: Any) -> Any:
    """Objects whose keys count from 0 are arrays."""
    if not isinstance(value, dict):
        return value
    if list(value) == [str(index) for index in range(len(value))]:
        return [_lists(each) for each in value.values()]
    if list(value) == [""]:
        only = value[""]
        return only if isinstance(only, list) else [_lists(only)]
    return {name: _lists(each) for name, each in value.items()}


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    kinds: Sequence[tuple[type, str]] = (
        (str, "string"),
        (int, "integer"),
        (float, "number"),
        (list, "array"),
        (dict, "object"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")
