"""Where each operation lives in the client: its resource and its method's name.

In: operations. Out: for each a path of attributes (``phone_numbers.contacts``) and a
method name (``list``). ``x-specpress-*`` decides; else the first tag and the
operationId; else the path and the HTTP method.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from specpress import naming
from specpress.diagnostics import Report
from specpress.ir import Identifier
from specpress.lower.vocabulary import path_segments, version_segments, without_tag
from specpress.naming import Want
from specpress.openapi import Operation
from specpress.reserved_words import CLIENT_RESERVED, MEMBER_RESERVED
from specpress.source import Pointer
from specpress.text import Text

ResourcePath: TypeAlias = tuple[str, ...]
OperationKey: TypeAlias = tuple[Text, str]
"""Path and HTTP method: two paths may share one Path Item by reference."""


def key_of(operation: Operation) -> OperationKey:
    return operation.path, operation.method


@dataclass(frozen=True, slots=True)
class OperationName:
    resource: ResourcePath
    method: Identifier

    @property
    def dotted(self) -> str:
        return ".".join((*self.resource, self.method.name))

    @property
    def words(self) -> tuple[str, ...]:
        """Words for types of this operation; a resource that the method's name
        already speaks of is not said twice."""
        method = naming.words(self.method.name)
        own = naming.words(self.resource[-1])
        stem = tuple(word.rstrip("s") for word in method)
        spoken = tuple(word.rstrip("s") for word in own)
        if any(
            stem[start : start + len(own)] == spoken for start in range(len(method))
        ):
            return (*self.resource[:-1], self.method.name)
        return (*self.resource, self.method.name)


def name_operations(
    operations: Iterable[Operation], pins: Mapping[Pointer, str], report: Report
) -> dict[OperationKey, OperationName]:
    """Name every operation; collisions are warnings."""
    by_resource: dict[ResourcePath, list[Operation]] = {}
    for operation in operations:
        by_resource.setdefault(_resource(operation), []).append(operation)
    named: dict[OperationKey, OperationName] = {}
    for resource, members in by_resource.items():
        children = {
            other[len(resource)]
            for other in by_resource
            if len(other) > len(resource) and other[: len(resource)] == resource
        }
        reserved = MEMBER_RESERVED | children
        settled = naming.settle(
            [_want(operation, reserved, pins) for operation in members],
            reserved=reserved,
        )
        at = {key_of(operation): operation.at for operation in members}
        for collision in settled.collisions:
            for key, name in collision.renamed:
                report.warning(
                    "name-collision",
                    at[key],
                    "more than one operation would become the method "
                    f"{'.'.join(resource)}.{collision.wish.name}; "
                    f"this one becomes {name.name}",
                    help=("set operationId or x-specpress-method",),
                    key=True,
                )
        for key, name in settled.names.items():
            named[key] = OperationName(resource, name)
    return named


def _resource(operation: Operation) -> ResourcePath:
    if operation.resource is not None:
        return operation.resource
    word: Text | None = operation.tags[0] if operation.tags else None
    if word is None:
        segments = path_segments(operation.path)
        later = segments[len(version_segments(operation.path)) :]
        word = next(
            (text for text, variable in (*later, *segments) if not variable), None
        )
    parts: tuple[str | Text, ...] = ("root",) if word is None else (word,)
    wish = naming.identifier(naming.snake_case(parts), CLIENT_RESERVED)
    return (wish.name,)


def _want(
    operation: Operation, reserved: frozenset[str], pins: Mapping[Pointer, str]
) -> Want[OperationKey]:
    pinned = pins.get(operation.at) or operation.method_name
    by_path = path_words(operation, _resource(operation)[-1])
    words: tuple[str | Text, ...]
    if pinned is not None:
        words = (pinned,)
    elif operation.operation_id:
        tag = operation.tags[0] if operation.tags else Text(_resource(operation)[-1])
        words = (without_tag(operation.operation_id, tag),)
    else:
        words = by_path
    name = pinned or naming.snake_case(words)
    wish = naming.identifier(name, reserved)
    return Want(
        key_of(operation),
        wish,
        (operation.method, operation.path),
        operation.operation_id == Text(wish.name),
        (
            naming.identifier(
                naming.snake_case((*words, *version_segments(operation.path))), reserved
            ),
            naming.identifier(naming.snake_case((*words, *by_path)), reserved),
            naming.identifier(
                naming.snake_case((*words, operation.method.lower())), reserved
            ),
        ),
        pinned is not None,
    )


def path_words(operation: Operation, resource: str) -> tuple[str | Text, ...]:
    """Return words for an operation without an id: ``get_toys_by_pet_id``, for
    ``/v1/pets/{pet_id}/toys`` in the resource ``pets``."""
    segments = path_segments(operation.path)
    segments = segments[len(version_segments(operation.path)) :]
    first, is_variable = segments[0] if segments else (Text(""), True)
    if not is_variable and naming.snake_case((first,)) == resource.rstrip("_"):
        segments = segments[1:]
    words: list[str | Text] = [operation.method.lower()]
    words.extend(text for text, variable in segments if not variable)
    variables = [text for text, variable in segments if variable]
    if variables:
        words.append("by")
        words.extend(variables)
    return tuple(words)
