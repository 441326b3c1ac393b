"""Makes JSON values that a schema of the document allows.

In: a schema node and the direction (``in``: a request). Out: a value, checked by
:mod:`.validation`, or :class:`Impossible`. What a schema means is worked out as a
conjunction of all that holds through ``$ref``, ``allOf`` and a chosen branch of each
union. The same question always has the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from tests.judge import scalars
from tests.judge.documents import Document, Node
from tests.judge.patterns import python_pattern
from tests.judge.validation import Validation

Direction = Literal["in", "out"]
Nodes = tuple[Node, ...]

_DEPTH = 6
_BUDGET = 250
_WORK = 20_000
"""Nodes that are looked at for one value, those given up included."""
_OBJECT_WORDS = ("properties", "additionalProperties", "required", "maxProperties")
_ABSENT = {"in": "readOnly", "out": "writeOnly"}


class Impossible(Exception):
    """No value was found."""


class Values:
    """Makes values for one document."""

    def __init__(self, document: Document, validation: Validation) -> None:
        self.document = document
        self.validation = validation

    def make(
        self, schema: Node, direction: Direction, *, full: bool = True, turn: int = 0
    ) -> Any:
        """A value: with all properties if ``full``, or with what is required. Unions
        begin with the branch ``turn``."""
        problem = "no value"
        tries = ((full, turn), (not full, turn), (full, turn + 1), (False, turn + 2))
        for everything, start in tries:
            maker = _Maker(self, direction, everything, start)
            try:
                value = maker.value((schema,), 0)
                errors = self.validation.errors(schema, value, direction)
            except (Impossible, RecursionError) as error:
                problem = str(error)
                continue
            if not errors:
                return value
            problem = errors[0]
        raise Impossible(f"{schema.pointer}: {problem}")

    def flat(self, nodes: Nodes, scope: Nodes = ()) -> list[Node]:
        """All schemas that hold where ``nodes`` do, without following unions.
        ``scope``: what they stand in, outermost first, for dynamic references."""
        found: list[Node] = []
        stack = list(reversed(nodes))
        while stack:
            node = stack.pop()
            if node in found:
                continue
            found.append(node)
            if not isinstance(node.value, dict):
                continue
            more = [part for _, part in node.items("allOf")]
            if isinstance(node.value.get("$ref"), str):
                more.append(self.document.target(node, node.value["$ref"]))
            if isinstance(node.value.get("$dynamicRef"), str):
                more += self._bound(node.value["$dynamicRef"], (*scope, *found))
            stack += reversed(more)
        return found

    def _bound(self, reference: str, scope: Nodes) -> list[Node]:
        """What a dynamic reference means: the outermost schema with its anchor."""
        name = reference.rpartition("#")[2]
        for node in scope:
            inner = [each for _, each in node.items("$defs")]
            for each in (node, *inner):
                if _is_object(each.value) and each.value.get("$dynamicAnchor") == name:
                    return [each]
        return []


class _Maker:
    """One attempt: ``full`` and ``turn`` decide all choices."""

    def __init__(
        self, values: Values, direction: Direction, full: bool, turn: int
    ) -> None:
        self.values = values
        self.document = values.document
        self.direction: Direction = direction
        self.full = full
        self.turn = turn
        self.budget = _BUDGET
        self.work = 0
        self.scope: Nodes = ()

    def value(
        self, nodes: Nodes, depth: int, done: frozenset[Node] = frozenset()
    ) -> Any:
        """A value for the conjunction; ``done``: unions that have their branch."""
        self.budget -= 1
        self.work += 1
        if depth > 40 or self.budget < -3000 or self.work > _WORK:
            raise Impossible("a value without end")
        outer = self.scope
        flat = self.values.flat(nodes, outer)
        self.scope = (*outer, *flat)
        try:
            return self._value(nodes, flat, depth, done)
        finally:
            self.scope = outer

    def _value(
        self, nodes: Nodes, flat: list[Node], depth: int, done: frozenset[Node]
    ) -> Any:
        if any(node.value is False for node in flat):
            raise Impossible("nothing is allowed")
        for node in flat:
            if node in done or not isinstance(node.value, dict):
                continue
            for keyword in ("oneOf", "anyOf"):
                branches = [branch for _, branch in node.items(keyword)]
                if branches:
                    return self._union(nodes, node, branches, depth, done)
        for node in flat:
            if node not in done and _is_object(node.value) and "if" in node.value:
                return self._conditional(nodes, node, depth, done | {node})
        base = self._base(flat)
        if base is not None and base not in done:
            children = self._children(base)
            if children:
                return self._first(
                    [(*nodes, child) for child in children], depth, done | {base}
                )
        result = self._plain(flat, depth)
        if isinstance(result, dict):
            self._discriminate(result, flat)
        return result

    # --- Unions ----------------------------------------------------------------------

    def _union(
        self,
        nodes: Nodes,
        node: Node,
        branches: list[Node],
        depth: int,
        done: frozenset[Node],
    ) -> Any:
        real = [each for each in branches if each.value != {"type": "null"}]
        start = self.turn % len(real) if real else 0
        # Null comes last: it may be the only end of a recursion.
        ordered = real[start:] + real[:start]
        ordered += [each for each in branches if each not in real]
        if depth >= _DEPTH:
            ordered.sort(key=self._leads_back)
        return self._first(
            [(*nodes, each) for each in ordered], depth, done | {node}, node, ordered
        )

    def _leads_back(self, branch: Node) -> bool:
        """Whether a branch is of what a value is being made for already."""
        return any(each in self.scope for each in self.values.flat((branch,)))

    def _first(
        self,
        choices: list[Nodes],
        depth: int,
        done: frozenset[Node],
        union: Node | None = None,
        branches: list[Node] | None = None,
    ) -> Any:
        """The first choice of which there is a value; one that fits only its branch
        is better than one that fits several."""
        spare: list[Any] = []
        problem: Exception = Impossible("a union without branches")
        for index, choice in enumerate(choices[:12]):
            before = self.budget
            try:
                value = self.value(choice, depth, done)
            except Impossible as error:
                problem = error
                self.budget = before
                continue
            if union is None or branches is None or len(branches) == 1:
                return value
            fitting = self._fitting(branches, value)
            if index in fitting and len(fitting) == 1:
                return value
            if index in fitting:
                spare.append(value)
        if spare:
            return spare[0]
        raise Impossible(str(problem))

    def _fitting(self, branches: list[Node], value: Any) -> list[int]:
        check = self.values.validation.is_valid
        return [
            index
            for index, branch in enumerate(branches[:40])
            if check(branch, value, self.direction)
        ]

    def _conditional(
        self, nodes: Nodes, node: Node, depth: int, done: frozenset[Node]
    ) -> Any:
        """One of: ``if`` and ``then``; ``else``; neither; whichever fits."""
        taken = [each for key in ("if", "then") if (each := node.get(key)) is not None]
        other = [each for each in (node.get("else"),) if each is not None]
        choices = [(*nodes, *taken), (*nodes, *other), nodes, (*nodes, *taken[1:])]
        problem = "a condition without a value"
        for choice in choices:
            try:
                value = self.value(choice, depth, done)
            except Impossible as error:
                problem = str(error)
                continue
            if self.values.validation.is_valid(node, value, self.direction):
                return value
        raise Impossible(problem)

    # --- Discriminators --------------------------------------------------------------

    def _base(self, flat: list[Node]) -> Node | None:
        """The schema with a discriminator and no union that was asked for by itself,
        not as a part of one of its children."""
        for node in flat:
            value = node.value
            if (
                isinstance(value, dict)
                and isinstance(value.get("discriminator"), dict)
                and not value.keys() & {"oneOf", "anyOf"}
            ):
                components = [each for each in flat if _is_component(each)]
                if components and components[0] == node:
                    return node
        return None

    def _children(self, base: Node) -> list[Node]:
        found = list(self.document.descendants.get(base, ()))
        mapping = base.value["discriminator"].get("mapping")
        if isinstance(mapping, dict):
            for reference in mapping.values():
                target = self._mapped(base, reference)
                if target is not None and target not in found and target != base:
                    found.append(target)
        start = self.turn % len(found) if found else 0
        return found[start:] + found[:start]

    def _mapped(self, node: Node, reference: Any) -> Node | None:
        if not isinstance(reference, str):
            return None
        if "/" not in reference and "#" not in reference and "." not in reference:
            reference = f"#/components/schemas/{reference}"
        try:
            return self.document.target(node, reference)
        except (KeyError, IndexError, ValueError, OSError):
            return None

    def _discriminate(self, result: dict[str, Any], flat: list[Node]) -> None:
        """Set the discriminating properties of ``result``."""
        components = [each for each in flat if _is_component(each)]
        for node in flat:
            spec = node.value.get("discriminator") if _is_object(node.value) else None
            if not isinstance(spec, dict) or "propertyName" not in spec:
                continue
            name = spec["propertyName"]
            mapping = spec.get("mapping")
            mapping = mapping if isinstance(mapping, dict) else {}
            targets = {
                value: self._mapped(node, reference)
                for value, reference in mapping.items()
            }
            own = [each for each in components if each != node] or components
            allowed = self._enumerated(flat, name)
            found = [
                value
                for component in own
                for value, target in targets.items()
                if target == component
            ]
            found += [each.name for each in own if each not in targets.values()]
            for value in found:
                if allowed is None or value in allowed:
                    result[name] = value
                    break

    def _enumerated(self, flat: list[Node], name: str) -> list[Any] | None:
        for node in flat:
            properties = node.get("properties") if _is_object(node.value) else None
            schema = properties.get(name) if properties is not None else None
            if schema is None:
                continue
            for each in self.values.flat((schema,), self.scope):
                if _is_object(each.value) and "const" in each.value:
                    return [each.value["const"]]
                if _is_object(each.value) and isinstance(each.value.get("enum"), list):
                    return list(each.value["enum"])
        return None

    # --- Values of one kind ----------------------------------------------------------

    def _plain(self, flat: list[Node], depth: int) -> Any:
        keywords: dict[str, list[Any]] = {}
        for node in flat:
            if isinstance(node.value, dict):
                for keyword, value in node.value.items():
                    keywords.setdefault(keyword, []).append(value)
        enums = [each for each in keywords.get("enum", ()) if isinstance(each, list)]
        enums = [[each] for each in keywords.get("const", ())] + enums
        if enums:
            types = _types(keywords)
            common = [
                value
                for value in enums[0]
                if all(value in other for other in enums[1:])
                and (types is None or any(_is(value, each) for each in types))
            ]
            if not common:
                raise Impossible("an enum without a value")
            real = [each for each in common if each is not None] or common
            return real[self.turn % len(real)]
        kind = self._kind(keywords)
        if kind == "object":
            return self._object(flat, keywords, depth)
        if kind == "array":
            return self._array(flat, keywords, depth)
        if kind == "string":
            return scalars.text(keywords)
        if kind in ("integer", "number"):
            return scalars.number_of(keywords, kind == "integer")
        if kind == "boolean":
            return True
        return None if kind == "null" else "anything"

    def _kind(self, keywords: dict[str, list[Any]]) -> str:
        types = _types(keywords)
        if types is not None:
            real = [each for each in types if each != "null"]
            if not real and "null" not in types:
                raise Impossible("types that exclude each other")
            return real[self.turn % len(real)] if real else "null"
        if any(word in keywords for word in _OBJECT_WORDS):
            return "object"
        if "items" in keywords or "prefixItems" in keywords:
            return "array"
        if keywords.keys() & {"pattern", "minLength", "maxLength"}:
            return "string"
        if keywords.keys() & {"minimum", "maximum", "multipleOf"}:
            return "number"
        return "any"

    def _object(
        self, flat: list[Node], keywords: dict[str, list[Any]], depth: int
    ) -> Any:
        declared: dict[str, list[Node]] = {}
        for node in flat:
            if isinstance(node.value, dict):
                for name, schema in node.items("properties"):
                    declared.setdefault(name, []).append(schema)
        required = list(
            dict.fromkeys(
                name
                for names in keywords.get("required", ())
                if isinstance(names, list)
                for name in names
            )
        )
        for node in flat:
            # What one part does not allow, no other part can bring in.
            if (
                _is_object(node.value)
                and node.value.get("additionalProperties") is False
            ):
                if "patternProperties" not in node.value:
                    own = {name for name, _ in node.items("properties")}
                    declared = {n: each for n, each in declared.items() if n in own}
        absent = _ABSENT[self.direction]
        hidden = {
            name
            for name, schemas in declared.items()
            if any(self.document.has_flag(each, absent) for each in schemas)
        }
        most = min(_whole(keywords, "maxProperties"), default=10_000)
        least = max(_whole(keywords, "minProperties"), default=0)
        result: dict[str, Any] = {}
        for name in required:
            if name in hidden:
                continue
            schemas = declared.get(name) or self._undeclared(flat, name)
            result[name] = self.value(tuple(schemas), depth + 1)
        for name, schemas in declared.items():
            wanted = self.full and depth < _DEPTH and self.budget > 0
            if name in result or name in hidden or not (wanted or len(result) < least):
                continue
            if len(result) >= most:
                break
            before = self.budget
            try:
                result[name] = self.value(tuple(schemas), depth + 1)
            except Impossible:
                self.budget = before
        return self._with_more(result, flat, keywords, depth, least, most)

    def _with_more(
        self,
        result: dict[str, Any],
        flat: list[Node],
        keywords: dict[str, list[Any]],
        depth: int,
        least: int,
        most: int,
    ) -> dict[str, Any]:
        """``result`` with undeclared properties, where the document speaks of them."""
        typed = any(
            _is_object(each) and each
            for each in keywords.get("additionalProperties", ())
        ) or ("patternProperties" in keywords)
        is_free = not result and "properties" not in keywords
        typed = typed or is_free
        closed = any(each is False for each in keywords.get("additionalProperties", ()))
        closed = closed or False in keywords.get("unevaluatedProperties", ())
        wanted = 1 if self.full and typed and depth < _DEPTH and self.budget > 0 else 0
        wanted = max(wanted, least - len(result))
        for name in self._new_names(keywords):
            if wanted <= 0 or len(result) >= most:
                break
            if name in result or (closed and "patternProperties" not in keywords):
                continue
            before = self.budget
            try:
                result[name] = self.value(self._undeclared(flat, name), depth + 1)
            except Impossible:
                self.budget = before
                break
            wanted -= 1
        return result

    def _new_names(self, keywords: dict[str, list[Any]]) -> Iterator[str]:
        for patterns in keywords.get("patternProperties", ()):
            if _is_object(patterns):
                for pattern in patterns:
                    yield scalars.text({"pattern": [pattern]})
        names = [each for each in keywords.get("propertyNames", ()) if _is_object(each)]
        merged: dict[str, list[Any]] = {}
        for each in names:
            for keyword, value in each.items():
                merged.setdefault(keyword, []).append(value)
        for enum in merged.get("enum", ()):
            yield from (name for name in enum if isinstance(name, str))
        if merged:
            yield scalars.text(merged)
        for index in range(20):
            yield f"additional {index}" if index else "additional"

    def _undeclared(self, flat: list[Node], name: str) -> Nodes:
        """The schemas of a property that is not declared."""
        found: list[Node] = []
        for node in flat:
            if not isinstance(node.value, dict):
                continue
            hit = False
            for pattern, schema in node.items("patternProperties"):
                try:
                    if re.search(python_pattern(pattern), name):
                        found.append(schema)
                        hit = True
                except re.error:
                    continue
            other = node.get("additionalProperties")
            if other is not None and not hit:
                found.append(other)
        return tuple(found)

    def _array(
        self, flat: list[Node], keywords: dict[str, list[Any]], depth: int
    ) -> Any:
        least = max(_whole(keywords, "minItems"), default=0)
        most = min(_whole(keywords, "maxItems"), default=10_000)
        first = [
            [schema for _, schema in node.items("prefixItems")]
            for node in flat
            if _is_object(node.value)
        ]
        prefix = max(first, key=len, default=[])
        items = tuple(
            schema
            for node in flat
            if _is_object(node.value)
            and (schema := node.get("items")) is not None
            and isinstance(schema.value, (dict, bool))
        )
        wanted = 1 if self.full and depth < _DEPTH and self.budget > 0 else 0
        wanted = min(max(wanted, least, len(prefix)), most)
        unique = True in keywords.get("uniqueItems", ())
        result: list[Any] = []
        for index in range(min(wanted, 2000)):
            nodes = (prefix[index],) if index < len(prefix) else items
            before, turn = self.budget, self.turn
            try:
                if index >= len(prefix) and result and (not unique):
                    result.append(result[-1])
                    continue
                self.turn += index - len(prefix)
                value = self.value(nodes, depth + 1)
                if unique and value in result:
                    value = _another(value, index)
                result.append(value)
            except Impossible:
                if len(result) < max(least, len(prefix)):
                    raise
                self.budget = before
                break
            finally:
                self.turn = turn
        return result


def _another(value: Any, index: int) -> Any:
    if isinstance(value, str):
        return str(int(value) + index) if value.isdigit() else f"{value}{index}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value + index
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, (str, int)):
                return {**value, name: _another(each, index)}
    return value


def _is_component(node: Node) -> bool:
    return len(node.tokens) == 3 and node.tokens[:2] == ("components", "schemas")


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _whole(keywords: dict[str, list[Any]], name: str) -> list[int]:
    return [each for each in keywords.get(name, ()) if isinstance(each, int)]


def _types(keywords: dict[str, list[Any]]) -> list[str] | None:
    """The types that all schemas allow, or ``None`` if none says a word."""
    found: list[str] | None = None
    for each in keywords.get("type", ()):
        names = [each] if isinstance(each, str) else each
        if not isinstance(names, list) or not all(name in _KNOWN for name in names):
            continue
        if found is None:
            found = list(names)
            continue
        narrowed = [name for name in found if name in names]
        if "integer" in names and "number" in found and "integer" not in narrowed:
            narrowed.append("integer")
        if "number" in names and "integer" in found and "integer" not in narrowed:
            narrowed.append("integer")
        found = narrowed
    return found


_KNOWN = {"array", "boolean", "integer", "null", "number", "object", "string"}


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    kinds: dict[str, Any] = {
        "array": list,
        "boolean": bool,
        "integer": int,
        "null": type(None),
        "number": (int, float),
        "object": dict,
        "string": str,
    }
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, kinds[kind])
