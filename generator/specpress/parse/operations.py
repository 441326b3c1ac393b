"""Paths, path items, operations, callbacks and webhooks.

In: the nodes under ``paths``, ``webhooks`` and ``callbacks``. Out: operations with what
their path item shares filled in, in the order of the document. An operation is never
left out because something inside it is odd.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from specpress.diagnostics import DocumentError
from specpress.documents import LONGEST_CHAIN, Json
from specpress.limits import OPTIONS
from specpress.openapi import (
    Callback,
    Operation,
    Parameter,
    Schema,
    SecurityRequirement,
    Server,
)
from specpress.parse import extensions
from specpress.parse.nodes import Node
from specpress.parse.parameters import (
    fit_to_path,
    merge_parameters,
    parameter_list,
    swagger_body,
    without_ignored,
)
from specpress.parse.reading import Reader
from specpress.parse.responses import request_body, responses
from specpress.parse.servers import security, servers
from specpress.parse.vocabulary import (
    CALLBACK,
    METHODS,
    OPERATION,
    PATH_ITEM,
    PATHS,
)
from specpress.source import Pointer
from specpress.text import Text

_TOKEN: Final = re.compile(r"[A-Za-z][A-Za-z-]{0,29}")


@dataclass(slots=True)
class Shared:
    """What the operations of one document have in common."""

    schemas: dict[Pointer, Schema]
    """Where assumed schemas go."""
    security: tuple[SecurityRequirement, ...]
    usable_schemes: Collection[Text]
    defined_schemes: Collection[str]
    operation_ids: dict[Text, Pointer] = field(default_factory=dict[Text, Pointer])
    operations: int = 0
    """How many were read."""


@dataclass(frozen=True, slots=True)
class _PathItem:
    """A path item, its own and its target's keys in one."""

    node: Node
    servers: tuple[Server, ...]
    parameters: tuple[Parameter, ...]


def read_paths(reader: Reader, root: Node, shared: Shared) -> tuple[Operation, ...]:
    """Return the operations under ``paths``."""
    paths = reader.child(root, "paths")
    if paths is None:
        return ()
    reader.check_keys(paths, PATHS, pattern=True)
    found: list[Operation] = []
    shapes: dict[str, str] = {}
    for path, value in paths.value.items():
        if path.startswith("x-"):
            continue
        at = paths.at.child(path)
        path = _checked_path(reader, path, at, shapes)
        found.extend(_operations(reader, path, value, at, shared, fit=True))
    return tuple(found)


def _checked_path(
    reader: Reader, path: str, at: Pointer, shapes: dict[str, str]
) -> str:
    if not path.startswith("/"):
        reader.warn(
            "path-without-slash",
            at,
            "the path does not begin with /; one was put before it",
            key=True,
        )
        path = "/" + path
    literal = re.sub(r"\{[^{}]*\}", "", path)
    if "?" in literal or "#" in literal:
        reader.warn(
            "query-in-path",
            at,
            "the path holds ? or #, which in OpenAPI no path does; it was taken as it "
            "stands",
            help=("describe a query as parameters",),
            key=True,
        )
    shape = re.sub(r"\{[^{}]*\}", "{}", path)
    if shapes.setdefault(shape, path) != path:
        reader.warn(
            "same-path",
            at,
            "the path differs from ",
            Text(shapes[shape]),
            " in the names of its parameters only; both were taken",
            key=True,
        )
    return path


def read_webhooks(reader: Reader, root: Node, shared: Shared) -> tuple[Operation, ...]:
    found: list[Operation] = []
    for name, value, at in reader.members(root, "webhooks"):
        if not name.startswith("x-"):
            found.extend(_operations(reader, name, value, at, shared, fit=False))
    return tuple(found)


def read_unused_path_items(reader: Reader, components: Node, shared: Shared) -> None:
    """Read path items and callbacks of the components for the schemas they hold."""
    for name, value, at in reader.members(components, "pathItems"):
        for _ in _operations(reader, name, value, at, _apart(shared), fit=False):
            pass
    for name, value, at in reader.members(components, "callbacks"):
        _callback(reader, name, value, at, _apart(shared), {})


def _apart(shared: Shared) -> Shared:
    """Return ``shared`` with ids and a count of its own: these operations are not
    called."""
    return Shared(
        shared.schemas,
        shared.security,
        shared.usable_schemes,
        shared.defined_schemes,
    )


def _operations(
    reader: Reader,
    path: str,
    value: Json,
    at: Pointer,
    shared: Shared,
    *,
    fit: bool,
    seen: dict[Pointer, None] | None = None,
) -> Iterator[Operation]:
    """Yield the operations of a path item; ``fit`` its parameters to the path."""
    node = _path_item(reader, value, at)
    if node is None:
        return
    odd = {key for key in node.value if _is_odd_method(key, node.value[key])}
    for part in _parts(node):
        reader.check_keys(part, PATH_ITEM, also=odd)
    item = _PathItem(
        node,
        servers(reader, _holder(node, "servers")),
        tuple(parameter_list(reader, _holder(node, "parameters"))),
    )
    for key, inner in node.value.items():
        place = _place(node, at, key)
        method = _method(reader, place, key, inner)
        if method is None:
            continue
        operation = reader.object(inner, place, "Operation Object")
        if operation is None and inner is None:
            operation = Node({}, place)
        if operation is not None:
            _count(reader, shared, place)
            yield _operation(
                reader, method, path, operation, item, at, shared, fit, seen
            )


def _count(reader: Reader, shared: Shared, place: Pointer) -> None:
    """Count an operation, and give up before one too many is read."""
    shared.operations += 1
    most = reader.limits.max_operations
    if shared.operations > most:
        reader.report.error(
            "limit-operations",
            place,
            f"the document has more than {most} operations",
            help=(f"{OPTIONS['max_operations']} raises the limit",),
        )
        raise DocumentError


class _Merged(dict[str, Json]):
    """A path item with keys of its target; knows where each stands."""

    places: dict[str, Pointer]


def _place(node: Node, at: Pointer, key: str) -> Pointer:
    if isinstance(node.value, _Merged):
        return node.value.places[key]
    return node.at.child(key)


def _holder(node: Node, key: str) -> Node:
    """Return the object of the document in which ``key`` of a path item stands."""
    if isinstance(node.value, _Merged) and key in node.value:
        place = node.value.places[key]
        return Node({key: node.value[key]}, Pointer(place.file, place.tokens[:-1]))
    return node


def _parts(node: Node) -> Iterator[Node]:
    """Yield the objects of the document that a path item is put together from."""
    if not isinstance(node.value, _Merged):
        yield node
        return
    parts: dict[Pointer, dict[str, Json]] = {}
    for key in node.value:
        part = _holder(node, key)
        parts.setdefault(part.at, {}).update(part.value)
    for at, value in parts.items():
        yield Node(value, at)


def _path_item(reader: Reader, value: Json, at: Pointer) -> Node | None:
    """Return a path item; what stands beside its ``$ref`` goes before its target."""
    node = reader.written(value, at, "Path Item Object")
    if node is None or "$ref" not in node.value:
        return node
    merged = _Merged()
    merged.places = {}
    trail: dict[Pointer, None] = {}
    while True:
        for key, inner in node.value.items():
            if key == "$ref":
                continue
            if key in merged:
                reader.warn(
                    "beside-reference",
                    merged.places[key],
                    Text(key),
                    " beside the $ref of a Path Item Object stands in its target, too; "
                    "the one beside the $ref was taken",
                    key=True,
                )
            elif key.startswith("x-") and trail:
                continue  # Settings hold where they stand.
            else:
                merged[key] = inner
                merged.places[key] = node.at.child(key)
        if "$ref" not in node.value:
            return Node(merged, at)
        trail[node.at] = None
        reference = reader.reference(node)
        if reference is None:
            return None
        target = reader.documents.resolve(node.at, reference, node.at.child("$ref"))
        if target is None:
            return None
        if target in trail:
            reader.report.error(
                "circular-reference",
                node.at.child("$ref"),
                "this reference leads back to itself and never to a path item",
            )
            return None
        if len(trail) > LONGEST_CHAIN:
            reader.documents.report_chain(next(iter(trail)).child("$ref"))
            return None
        following = reader.written(
            reader.documents.get(target), target, "Path Item Object"
        )
        if following is None:
            return None
        node = following


def _is_odd_method(key: str, value: Json) -> bool:
    return (
        key not in PATH_ITEM.keys
        and not key.startswith("x-")
        and _TOKEN.fullmatch(key) is not None
        and isinstance(value, dict)
        and (key.lower() in METHODS or "responses" in value or "operationId" in value)
    )


def _method(reader: Reader, place: Pointer, key: str, value: Json) -> str | None:
    """Return the method that ``key`` stands for, in upper case."""
    if key in METHODS:
        return key.upper()
    if not _is_odd_method(key, value):
        return None
    meant = key.upper()
    reader.warn(
        "unknown-method",
        place,
        Text(key),
        " is not a method of a Path Item Object; requests are sent as ",
        Text(meant),
        help=(f"the methods are {', '.join(METHODS)}",),
        key=True,
    )
    return meant


def _operation(
    reader: Reader,
    method: str,
    path: str,
    node: Node,
    item: _PathItem,
    path_item_at: Pointer,
    shared: Shared,
    fit: bool,
    seen: dict[Pointer, None] | None,
) -> Operation:
    reader.check_keys(node, OPERATION)
    parameters = merge_parameters(item.parameters, parameter_list(reader, node))
    stated = security(reader, node, shared.usable_schemes, shared.defined_schemes)
    requirements = shared.security if stated is None else stated
    parameters = without_ignored(reader, parameters, secured=bool(requirements))
    if fit:
        parameters = fit_to_path(reader, parameters, path, path_item_at, shared.schemas)
    body = None
    if node.value.get("requestBody") is not None:
        body = request_body(
            reader, node.value["requestBody"], node.at.child("requestBody")
        )
    elif _has_swagger_parameters(item.node) or _has_swagger_parameters(node):
        body = swagger_body(reader, (item.node, node))
    if body is not None and method == "TRACE":
        reader.warn(
            "body-not-expected",
            node.at.child("requestBody"),
            "a TRACE request has no body in HTTP; it is sent as described",
            key=True,
        )
    reader.count_external_docs(node)
    return Operation(
        at=node.at,
        method=method,
        path=Text(path),
        operation_id=_operation_id(reader, node, shared),
        tags=reader.texts(node, "tags"),
        summary=_own_or_shared(reader, node, item.node, "summary"),
        description=_own_or_shared(reader, node, item.node, "description"),
        deprecated=reader.flag(node, "deprecated"),
        parameters=parameters,
        body=body,
        responses=responses(reader, node),
        callbacks=_callbacks(reader, node, shared, seen),
        servers=servers(reader, node) or item.servers,
        security=requirements,
        resource=extensions.resource(reader, node),
        method_name=extensions.method_name(reader, node),
        body_form=extensions.body_form(reader, node),
        pagination=extensions.operation_pagination(reader, node),
        idempotency=extensions.operation_idempotency(reader, node),
    )


def _own_or_shared(
    reader: Reader, operation: Node, path_item: Node, key: str
) -> Text | None:
    own = reader.text(operation, key)
    return reader.text(path_item, key) if own is None else own


def _has_swagger_parameters(owner: Node) -> bool:
    stated = owner.value.get("parameters")
    if not isinstance(stated, list):
        return False
    return any(
        isinstance(value, dict) and value.get("in") in ("body", "formData")
        for value in stated
    )


def _operation_id(reader: Reader, node: Node, shared: Shared) -> Text | None:
    operation_id = reader.text(node, "operationId")
    if not operation_id:
        return None
    first = shared.operation_ids.setdefault(operation_id, node.at)
    if first != node.at:
        reader.warn(
            "repeated-operation-id",
            node.at.child("operationId"),
            "operationId ",
            operation_id,
            " is taken by ",
            Text(first.fragment()),
            "; both operations were kept, the path and method tell them apart",
            help=("give each operation an id of its own",),
        )
    return operation_id


def _callbacks(
    reader: Reader, node: Node, shared: Shared, seen: dict[Pointer, None] | None
) -> tuple[Callback, ...]:
    if "callbacks" not in node.value:
        return ()
    found: list[Callback] = []
    trail: dict[Pointer, None] = {} if seen is None else seen
    for name, value, at in reader.members(node, "callbacks"):
        found.extend(_callback(reader, name, value, at, shared, trail))
    return tuple(found)


def _callback(
    reader: Reader,
    name: str,
    value: Json,
    at: Pointer,
    shared: Shared,
    seen: dict[Pointer, None],
) -> list[Callback]:
    """Return what one callback may send. ``seen`` holds the path items that were read
    for the same operation: each is there once, whichever way it comes up again, so
    that a callback that leads back to itself has an end."""
    node = reader.follow(value, at, "Callback Object")
    if node is None:
        return []
    reader.check_keys(node, CALLBACK, pattern=True)
    found: list[Callback] = []
    for expression, inner in node.value.items():
        if expression.startswith("x-"):
            continue
        place = node.at.child(expression)
        if place in seen:
            continue
        seen[place] = None
        operations = _operations(
            reader, expression, inner, place, shared, fit=False, seen=seen
        )
        found.append(
            Callback(
                at=place,
                name=Text(name),
                expression=Text(expression),
                operations=tuple(operations),
            )
        )
    return found
