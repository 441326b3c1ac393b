"""Whether a value is what a schema of the document says, by the library ``jsonschema``.

In: a schema node and a JSON value. Out: the errors, as short lines. Keywords of the
wrong kind say nothing, a pattern that Python cannot read neither; a value that fits
several branches of ``oneOf`` fits (the arguments are the caller's choice). What is
``readOnly`` may be missing in a request, what is ``writeOnly`` in an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.judge.documents import Document, Node
from tests.judge.patterns import python_pattern

_KINDS: dict[str, type | tuple[type, ...]] = {
    "$ref": str,
    "additionalProperties": (dict, bool),
    "allOf": list,
    "anyOf": list,
    "contains": (dict, bool),
    "dependentRequired": dict,
    "dependentSchemas": dict,
    "enum": list,
    "exclusiveMaximum": (int, float),
    "exclusiveMinimum": (int, float),
    "format": str,
    "if": (dict, bool),
    "items": (dict, bool),
    "maxItems": int,
    "maxLength": int,
    "maxProperties": int,
    "maximum": (int, float),
    "minItems": int,
    "minLength": int,
    "minProperties": int,
    "minimum": (int, float),
    "multipleOf": (int, float),
    "not": (dict, bool),
    "oneOf": list,
    "pattern": str,
    "patternProperties": dict,
    "prefixItems": list,
    "properties": dict,
    "propertyNames": (dict, bool),
    "required": list,
    "type": (str, list),
    "unevaluatedItems": (dict, bool),
    "unevaluatedProperties": (dict, bool),
    "uniqueItems": bool,
}
_TYPES = {"array", "boolean", "integer", "null", "number", "object", "string"}

_FORMATS = FormatChecker([])
_FORMATS.checkers = {
    name: Draft202012Validator.FORMAT_CHECKER.checkers[name]
    for name in ("date", "date-time", "uuid", "ipv4", "ipv6", "email")
}

Check = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]


def _guarded(keyword: str, check: Check) -> Check:
    kind = _KINDS[keyword]

    def guarded(
        validator: Any, value: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        # A boolean is an int to Python.
        is_number = isinstance(value, bool) and kind in (int, (int, float))
        if isinstance(value, kind) and not is_number:
            yield from check(validator, value, instance, schema) or ()

    return guarded


def _pattern(
    validator: Any, pattern: str, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if isinstance(instance, str):
        try:
            matches = re.search(python_pattern(pattern), instance)
        except re.error:
            return
        if not matches:
            yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _type(
    validator: Any, types: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    types = [types] if isinstance(types, str) else types
    if any(each not in _TYPES for each in types):
        return
    if not any(validator.is_type(instance, each) for each in types):
        yield ValidationError(f"{instance!r:.80} is not of type {' or '.join(types)}")


class Validation:
    """Checks values against the schemas of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._registry: Registry[Any] = Registry(retrieve=self._retrieve)  # type: ignore[call-arg]
        self._classes = {
            direction: self._validator_class(keyword)
            for direction, keyword in (("in", "readOnly"), ("out", "writeOnly"))
        }

    def _retrieve(self, uri: str) -> Resource[Any]:
        return Resource(  # type: ignore[call-arg]
            contents=self.document.file(uri), specification=DRAFT202012
        )

    def _validator_class(self, absent: str) -> Any:
        checks: dict[str, Check] = {
            keyword: _guarded(keyword, check)
            for keyword, check in Draft202012Validator.VALIDATORS.items()
            if keyword in _KINDS
        }

        def required(
            validator: Any, names: Any, instance: Any, schema: Any
        ) -> Iterator[ValidationError]:
            if not isinstance(instance, dict):
                return
            for name in names:
                if name in instance:
                    continue
                declared = (schema.get("properties") or {}).get(name)
                if isinstance(declared, dict) and "$ref" not in declared:
                    excused = declared.get(absent) is True or (
                        "allOf" in declared and name in self.document.one_way[absent]
                    )
                else:
                    excused = name in self.document.one_way[absent]
                if not excused:
                    yield ValidationError(f"{name!r} is required")

        # What a dynamic reference means depends on the caller's schema: not judged.
        checks["$dynamicRef"] = lambda validator, value, instance, schema: None
        checks["required"] = _guarded("required", required)
        checks["pattern"] = _guarded("pattern", _pattern)
        checks["type"] = _guarded("type", _type)
        checks["oneOf"] = checks["anyOf"]
        return extend(Draft202012Validator, checks)  # type: ignore[no-untyped-call]

    def errors(self, schema: Node, value: Any, direction: str) -> list[str]:
        """What is wrong with ``value``; ``direction``: ``in`` is a request's."""
        validator = self._classes[direction](
            {"$ref": schema.uri}, registry=self._registry, format_checker=_FORMATS
        )
        return [
            f"{error.json_path}: {_reason(error)}"
            for error in validator.iter_errors(value)
        ]

    def is_valid(self, schema: Node, value: Any, direction: str) -> bool:
        try:
            return not self.errors(schema, value, direction)
        except RecursionError:
            return False


def _reason(error: ValidationError) -> str:
    """The message, or that of the branch which fits best."""
    while error.context:
        error = max(error.context, key=lambda each: len(each.absolute_path))
    return error.message[:160]
