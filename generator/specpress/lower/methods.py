"""Operations → methods and resources.

In: operations with their names, types, the plan of pages. Out: the tree of
:class:`ir.Resource`, methods ordered by path and HTTP method.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from specpress import ir, naming
from specpress.diagnostics import Report
from specpress.lower import documentation
from specpress.lower.answers import (
    answer_docs,
    error_docs,
    error_responses,
    lower_responses,
    result_type,
    success_responses,
    unusual_errors,
)
from specpress.lower.arguments import lower_arguments
from specpress.lower.client import Requirement, requirement
from specpress.lower.joined import ANY
from specpress.lower.modules import module_file
from specpress.lower.operation_names import (
    OperationKey,
    OperationName,
    ResourcePath,
    key_of,
)
from specpress.lower.pages import PagePlan
from specpress.lower.servers import Servers
from specpress.lower.shapes import Shapes
from specpress.lower.types import RESULT, Types
from specpress.lower.vocabulary import header_key
from specpress.lower.webhooks import event_type
from specpress.openapi import Api, Operation
from specpress.reserved_words import (
    MEMBER_RESERVED,
    MODULE_RESERVED,
    RESOURCE_CLASS_RESERVED,
)
from specpress.source import Pointer
from specpress.text import Text

_METHOD_ORDER = (
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What methods do not repeat."""

    servers: Servers
    security: Requirement
    error_type: ir.Type | None
    headers: frozenset[Text]
    """Keys of those that not most answers have: a method says that it has one."""


def common_error_type(
    types: Types, shapes: Shapes, operations: Sequence[Operation]
) -> ir.Type | None:
    """Return what most documented errors decode to, those apart that are as much a
    result."""
    counted: Counter[ir.Type] = Counter()
    for operation in operations:
        results = success_responses(operation)
        errors = [r for r in error_responses(operation) if r not in results]
        for media in lower_responses(types, shapes, operation, errors):
            if media.kind == "json" and media.type is not None and media.type != ANY:
                counted[media.type] += 1
    return counted.most_common(1)[0][0] if counted else None


def lower_resources(
    api: Api,
    shapes: Shapes,
    types: Types,
    names: Mapping[OperationKey, OperationName],
    plans: Mapping[Pointer, PagePlan],
    defaults: Defaults,
    pins: dict[Pointer, str],
    report: Report,
) -> tuple[ir.Resource, ...]:
    """Return the resources of the client; each holds those below it."""
    methods: dict[ResourcePath, list[tuple[Operation, tuple[ir.Method, ...]]]] = {}
    for operation in api.operations:
        lowered = _methods(
            api, shapes, types, operation, names, plans, defaults, pins, report
        )
        methods.setdefault(names[key_of(operation)].resource, []).append(
            (operation, lowered)
        )
    paths: dict[ResourcePath, None] = {}
    for path in methods:
        for length in range(1, len(path) + 1):
            paths[path[:length]] = None
    described = {
        naming.snake_case((name,)): description for name, description in api.tags
    }
    classes = _class_names(tuple(paths))
    return tuple(
        _resource(path, paths, methods, described, classes)
        for path in sorted(paths)
        if len(path) == 1
    )


def _class_names(
    paths: tuple[ResourcePath, ...],
) -> dict[ResourcePath, tuple[ir.Identifier, ir.Identifier]]:
    """Return the classes of every resource; ``Async`` before one may be another."""
    reserved = RESOURCE_CLASS_RESERVED
    wants = [
        naming.Want(
            (path, prefix),
            naming.identifier(naming.pascal_case((*prefix, *path)), reserved),
            (*prefix, *path),
            suffixed=(
                naming.identifier(
                    naming.pascal_case((*prefix, *path, "Resource")), reserved
                ),
            ),
        )
        for path in paths
        for prefix in ((), ("Async",))
    ]
    names = naming.settle(wants, reserved=reserved).names
    return {path: (names[path, ()], names[path, ("Async",)]) for path in paths}


def _resource(
    path: ResourcePath,
    paths: Mapping[ResourcePath, None],
    methods: Mapping[ResourcePath, list[tuple[Operation, tuple[ir.Method, ...]]]],
    described: Mapping[str, Text | None],
    classes: Mapping[ResourcePath, tuple[ir.Identifier, ir.Identifier]],
) -> ir.Resource:
    found = sorted(
        methods.get(path, ()),
        key=lambda pair: (
            pair[0].path,
            (
                _METHOD_ORDER.index(pair[0].method)
                if pair[0].method in _METHOD_ORDER
                else len(_METHOD_ORDER)
            ),
        ),
    )
    class_name, async_class_name = classes[path]
    return ir.Resource(
        attribute=ir.Identifier(path[-1]),
        class_name=class_name,
        async_class_name=async_class_name,
        module=naming.identifier(module_file(naming.snake_case(path)), MODULE_RESERVED),
        path=".".join(path),
        documentation=documentation.of_text(described.get(path[-1])),
        methods=tuple(method for _, lowered in found for method in lowered),
        children=tuple(
            _resource(other, paths, methods, described, classes)
            for other in sorted(paths)
            if len(other) == len(path) + 1 and other[: len(path)] == path
        ),
    )


def _methods(
    api: Api,
    shapes: Shapes,
    types: Types,
    operation: Operation,
    names: Mapping[OperationKey, OperationName],
    plans: Mapping[Pointer, PagePlan],
    defaults: Defaults,
    pins: dict[Pointer, str],
    report: Report,
) -> tuple[ir.Method, ...]:
    redirect = next(
        ((r.status, r.redirect) for r in operation.responses if r.redirect is not None),
        None,
    )
    method = _method(
        api,
        shapes,
        types,
        operation,
        names[key_of(operation)],
        plans,
        defaults,
        pins,
        report,
    )
    if redirect is None:
        return (method,)
    status, settings = redirect
    found: list[ir.Method] = []
    kinds: tuple[tuple[str, ir.RedirectPlan, ir.Type], ...] = (
        (
            settings.url,
            ir.RedirectPlan(kind="url", status=status),
            ir.ScalarType("str"),
        ),
        (
            settings.download,
            ir.RedirectPlan(kind="download", status=status),
            ir.BinaryType(),
        ),
    )
    for name, plan, result in kinds:
        dotted = ".".join((*names[key_of(operation)].resource, name))
        found.append(
            replace(
                method,
                name=naming.identifier(name, MEMBER_RESERVED),
                operation_name=dotted,
                redirect=plan,
                result=result,
            )
        )
    return tuple(found)


def _method(
    api: Api,
    shapes: Shapes,
    types: Types,
    operation: Operation,
    name: OperationName,
    plans: Mapping[Pointer, PagePlan],
    defaults: Defaults,
    pins: dict[Pointer, str],
    report: Report,
) -> ir.Method:
    arguments, body = lower_arguments(types, shapes, operation, pins, report)
    successes = success_responses(operation)
    responses = lower_responses(types, shapes, operation, successes)
    failures = error_responses(operation)
    security = requirement(api, operation.security)
    idempotency = api.settings.idempotency
    plan = plans.get(operation.at)
    return ir.Method(
        name=name.method,
        constant=ir.Identifier(
            naming.extended(naming.constant_case((name.method.name,)), prefix="_")
        ),
        operation_name=name.dotted,
        operation_id=operation.operation_id,
        http_method=operation.method,
        path=operation.path,
        server=defaults.servers.own(operation),
        documentation=documentation.of_operation(operation),
        arguments=arguments,
        body=body,
        responses=responses,
        errors=unusual_errors(
            lower_responses(types, shapes, operation, failures), defaults.error_type
        ),
        answer_docs=answer_docs(successes),
        error_docs=error_docs(failures),
        headers=_particular(operation, defaults.headers),
        callbacks=tuple(
            ir.CallbackDoc(
                name=callback.name,
                http_method=inner.method,
                expression=callback.expression,
                type=event_type(types, shapes, inner),
            )
            for callback in operation.callbacks
            for inner in callback.operations
        ),
        result=result_type(responses),
        security=None if security == defaults.security else security,
        pagination=None if plan is None else _pagination(types, plan),
        idempotency_key=(
            operation.idempotency
            if operation.idempotency is not None
            else idempotency is not None and operation.method in idempotency.methods
        ),
        deprecated=operation.deprecated,
        at=operation.at,
    )


def _particular(operation: Operation, keys: frozenset[Text]) -> tuple[Text, ...]:
    """Return the names of headers that not most answers have, each once."""
    found: dict[Text, Text] = {}
    for response in operation.responses:
        for header in response.headers:
            key = header_key(header.name)
            if key in keys:
                found.setdefault(key, header.name)
    return tuple(found.values())


def page_names(
    types: Types, plan: PagePlan
) -> tuple[ir.Identifier, ir.Identifier, ir.Identifier] | None:
    """Return the model of the answer, and the classes of its page."""
    if plan.body is None:
        return None
    model = types.class_name(plan.body, "out")
    if model is None:
        return None
    return (
        model,
        ir.Identifier(naming.extended(model.name, suffix="Page")),
        ir.Identifier(naming.extended(model.name, prefix="Async", suffix="Page")),
    )


def _pagination(types: Types, plan: PagePlan) -> ir.PaginationPlan:
    names = page_names(types, plan)
    settings = plan.settings
    return ir.PaginationPlan(
        style=settings.style,
        parameter=settings.parameter,
        limit=settings.limit,
        next=settings.next,
        more=settings.more,
        total=settings.total,
        items=settings.items,
        inferred=plan.inferred,
        item_type=ANY if plan.item is None else types.type_of(plan.item, RESULT),
        page=None if names is None else names[1],
        async_page=None if names is None else names[2],
    )
