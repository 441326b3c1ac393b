"""The whole package, put together from its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from specpress import ir, naming
from specpress.diagnostics import Report
from specpress.documents import Documents
from specpress.limits import DEFAULT_LIMITS, Limits
from specpress.lower import documentation
from specpress.lower.answers import (
    decoded_media,
    error_base,
    error_body,
    error_responses,
    success_responses,
)
from specpress.lower.arguments import sent_parameters
from specpress.lower.bodies import body_nodes
from specpress.lower.client import (
    default_requirement,
    lower_certificates,
    lower_credentials,
    lower_settings,
    unmade_credentials,
)
from specpress.lower.components import found_components, with_found
from specpress.lower.depth import LEADS_TOO_FAR, bound_depth
from specpress.lower.graph import Graph, Use, explore
from specpress.lower.headers import (
    header_nodes,
    lower_headers,
    particular_headers,
)
from specpress.lower.joined import ANY
from specpress.lower.media import kind_of
from specpress.lower.methods import (
    Defaults,
    common_error_type,
    lower_resources,
    page_names,
)
from specpress.lower.modules import order_modules
from specpress.lower.nodes import (
    Node,
)
from specpress.lower.operation_names import (
    OperationKey,
    OperationName,
    key_of,
    name_operations,
)
from specpress.lower.pages import PagePlan, plan_pages
from specpress.lower.servers import lower_servers, unusable
from specpress.lower.shapes import Shapes
from specpress.lower.type_names import (
    Origins,
    TypeNames,
    Words,
    name_types,
    shared_words,
)
from specpress.lower.types import RESULT, Types
from specpress.lower.vocabulary import media_kind
from specpress.lower.webhooks import callback_operations, lower_webhooks
from specpress.openapi import Api, Operation
from specpress.options import ClientOptions
from specpress.reserved_words import CLIENT_CLASS_RESERVED, STANDARD_LIBRARY
from specpress.source import CONFIGURATION, Pointer
from specpress.text import Text

Gap = tuple[Pointer, str]


def lower_api(
    api: Api,
    documents: Documents,
    options: ClientOptions,
    report: Report,
    limits: Limits = DEFAULT_LIMITS,
) -> ir.Package:
    """Return the package that ``api`` becomes."""
    pins = _pins(documents, options, report)
    found = found_components(api)
    pins |= {found[at]: name for at, name in pins.items() if at in found}
    api = with_found(api, found)
    shapes = Shapes(api.schemas, api.component_schemas, report, limits)
    operation_names = name_operations(api.operations, pins, report)
    events = (*api.webhooks, *callback_operations(api.operations))
    graph = explore(
        shapes, _used(api, shapes, events), api.component_schemas, _uploaded(api)
    )
    origins = Origins(
        shapes,
        api.component_schemas,
        _places(api, shapes, operation_names),
        graph.holders,
    )
    aliases = tuple(
        node
        for _, pointer in api.component_schemas
        if shapes.canonical(node := Node((pointer,)))[0] != node
        and shapes.canonical(node)[0] in set(graph.declared)
    )
    type_names = name_types(shapes, graph, origins, aliases, pins, report)
    types = Types(shapes, graph, type_names, report)
    for _, pointer in api.component_schemas:
        types.note(Node((pointer,)))
    plans = _plans(api, shapes, report)
    error_type = common_error_type(types, shapes, api.operations)
    servers = lower_servers(api, operation_names, report)
    server = servers.default
    defaults = Defaults(
        servers,
        default_requirement(api),
        error_type,
        particular_headers(api.operations),
    )
    resources = lower_resources(
        api, shapes, types, operation_names, plans, defaults, pins, report
    )
    webhooks = lower_webhooks(api, shapes, types, report)
    headers = lower_headers(types, shapes, api.operations, report)
    modules = _modules(types, aliases, plans)
    package = options.package or _package_name(api.title)
    client = options.client or naming.pascal_case((api.title,))
    name = naming.identifier(package)
    class_name = naming.identifier(client, CLIENT_CLASS_RESERVED)
    degraded = list(types.degraded)
    degraded += unusable(api, servers)
    degraded += unmade_credentials(api)
    return ir.Package(
        name=name,
        version=options.version or "0.1.0",
        client=class_name,
        async_client=ir.Identifier(naming.extended(class_name.name, prefix="Async")),
        error_base=ir.Identifier(error_base(class_name.name)),
        error_body=error_body(error_type, resources),
        title=api.title,
        document_version=api.document_version,
        document_name=Text(documents.root.path.name),
        document_sha256=documents.root.sha256,
        documentation=documentation.of_text(api.description, api.summary),
        server=server,
        servers=servers.all,
        server_variables=servers.variables,
        credentials=lower_credentials(api, name.name),
        certificates=lower_certificates(api),
        security=defaults.security,
        settings=lower_settings(api, types, error_type),
        models=modules,
        resources=resources,
        webhooks=webhooks,
        headers=headers,
        coverage=_coverage(api, modules, tuple(degraded)),
        model_names=_model_names(
            (*found, *(pointer for _, pointer in api.component_schemas)),
            shapes,
            graph,
            type_names,
        ),
    )


def _package_name(title: Text) -> str:
    name = naming.snake_case((title,))
    if name in STANDARD_LIBRARY:
        return naming.extended(name, suffix="_client")
    return name


def _pins(
    documents: Documents, options: ClientOptions, report: Report
) -> dict[Pointer, str]:
    """Return the names that the configuration pins."""
    pins: dict[Pointer, str] = {}
    root = Pointer("", ())
    for key, name in options.names.items():
        at = Pointer(CONFIGURATION, ("names", key))
        pointer = documents.try_resolve(root, key if "#" in key else "#" + key)
        if pointer is None:
            report.error(
                "bad-configuration",
                at,
                "nothing of the document stands at ",
                Text(key),
                help=("use the JSON pointer of a schema, operation or parameter",),
            )
        elif not naming.is_identifier(name):
            report.error(
                "bad-configuration",
                at,
                "not a Python identifier: ",
                Text(name),
            )
        else:
            pins[pointer] = name
    return pins


def _used(
    api: Api, shapes: Shapes, events: tuple[Operation, ...]
) -> list[tuple[Node, Use]]:
    found: list[tuple[Node, Use]] = []
    components = frozenset(pointer for _, pointer in api.component_schemas)
    for operation in api.operations:
        for parameter in sent_parameters(operation):
            schema = (
                parameter.content.schema
                if parameter.content is not None
                else parameter.schema
            )
            if schema is not None:
                found.append((Node((schema,)), "in"))
        found.extend(
            body_nodes(shapes, operation.body, operation.body_form, components)
        )
        for response in (*success_responses(operation), *error_responses(operation)):
            for media in decoded_media(shapes, operation, response):
                if media.schema is not None and kind_of(shapes, media) == "json":
                    found.append((Node((media.schema,)), "out"))
        found.extend((node, "out") for node in header_nodes(shapes, operation))
    for event in events:
        if event.body is None:
            continue
        for media in event.body.content:
            if media.schema is not None and kind_of(shapes, media) == "json":
                found.append((Node((media.schema,)), "out"))
    return found


def _uploaded(api: Api) -> list[Node]:
    return [
        Node((media.schema,))
        for operation in api.operations
        if operation.body is not None
        for media in operation.body.content
        if media.schema is not None and media_kind(media.name) == "multipart"
    ]


_SHARED_CONTENTS = ("components", "requestBodies"), ("components", "responses")


def _places(
    api: Api, shapes: Shapes, names: Mapping[OperationKey, OperationName]
) -> dict[Pointer, Words]:
    """Return the words of schemas that stand inside operations."""
    places: dict[Pointer, Words] = {}

    def put(pointer: Pointer | None, words: Words) -> None:
        # A shared component speaks for itself, whoever uses it.
        if pointer is not None and pointer.tokens[:1] != ("components",):
            places.setdefault(pointer, words)

    def put_content(
        pointer: Pointer | None, base: Words, told: Words, role: Words
    ) -> None:
        if pointer is None:
            return
        if pointer.tokens[:2] in _SHARED_CONTENTS:
            places.setdefault(pointer, (*shared_words(pointer), *told))
        else:
            put(pointer, (*base, *told, *role))

    def visit(operation: Operation, base: Words) -> None:
        for parameter in operation.parameters:
            put(parameter.schema, (*base, parameter.name))
            if parameter.content is not None:
                put(parameter.content.schema, (*base, parameter.name))
        if operation.body is not None:
            kinds = Counter(kind_of(shapes, m) for m in operation.body.content)
            for media in operation.body.content:
                kind = kind_of(shapes, media)
                told: Words = (kind,) if len(kinds) > 1 else ()
                told = told if kinds[kind] == 1 else (media.name,)
                put_content(media.schema, base, told, ("Body",))
        successes = {r.status for r in success_responses(operation)}
        for response in operation.responses:
            plain = response.status in successes and len(successes) == 1
            code = () if plain else (response.status.replace("default", "Default"),)
            decoded = [m for m in response.content if kind_of(shapes, m) == "json"]
            for media in response.content:
                told = () if not decoded or media is decoded[0] else (media.name,)
                role = "Response" if response.status in successes else "Error"
                put_content(media.schema, base, told, (role, *code))
            for header in response.headers:
                put(header.schema, (*base, header.name, "Header"))
        for callback in operation.callbacks:
            for inner in callback.operations:
                visit(inner, (*base, callback.name))

    for operation in api.operations:
        visit(operation, names[key_of(operation)].words)
    for webhook in api.webhooks:
        visit(webhook, (webhook.path, "Webhook"))
    return places


def _plans(api: Api, shapes: Shapes, report: Report) -> dict[Pointer, PagePlan]:
    found: dict[Pointer, PagePlan] = {}
    for operation in api.operations:
        plan = plan_pages(api, shapes, operation, report)
        if plan is not None:
            found[operation.at] = plan
    return found


def _modules(
    types: Types, aliases: tuple[Node, ...], plans: Mapping[Pointer, PagePlan]
) -> tuple[ir.ModelModule, ...]:
    bodies = {plan.body: plan for plan in plans.values() if plan.body is not None}
    declared = {
        module: list(found)
        for module, found in types.declare(aliases, frozenset(bodies)).items()
    }
    for node, plan in bodies.items():
        names = page_names(types, plan)
        if names is None:
            continue
        model, page, async_page = names
        declared[types.module_name(node, "out")].append(
            ir.PageModel(
                name=page,
                async_name=async_page,
                model=model,
                item=ANY if plan.item is None else types.type_of(plan.item, RESULT),
            )
        )
    bounded, cut = bound_depth(declared)
    for at in cut:
        types.degrade(at, LEADS_TOO_FAR)
    return order_modules(bounded)


def _coverage(
    api: Api, modules: tuple[ir.ModelModule, ...], degraded: tuple[Gap, ...]
) -> ir.Coverage:
    """Return what became of the document."""
    counts = {
        "operations": len(api.operations),
        "parameters": sum(len(o.parameters) for o in api.operations),
        "request_bodies": sum(o.body is not None for o in api.operations),
        "responses": sum(len(o.responses) for o in api.operations),
        "schemas": len(api.schemas),
        "component_schemas": len(api.component_schemas),
        "models": sum(isinstance(d, ir.Model) for m in modules for d in m.declarations),
        "aliases": sum(
            isinstance(d, ir.Alias) for m in modules for d in m.declarations
        ),
        "webhooks": len(api.webhooks),
        "callbacks": len(callback_operations(api.operations)),
        "security_schemes": len(api.security_schemes),
        "links": api.counts.links,
        "examples": api.counts.examples,
        "assertions": api.counts.assertions,
        "external_docs": api.counts.external_docs,
    }
    skipped = [(s.at, s.reason) for s in api.skipped]
    skipped.extend(
        (p.at, "a header parameter that the standard has ignored")
        for o in api.operations
        for p in o.parameters
        if p not in sent_parameters(o)
    )
    return ir.Coverage(
        counts=tuple(sorted(counts.items())),
        degraded=tuple(sorted(dict.fromkeys(degraded))),
        skipped=tuple(sorted(dict.fromkeys(skipped))),
    )


def _model_names(
    components: Iterable[Pointer], shapes: Shapes, graph: Graph, names: TypeNames
) -> tuple[tuple[Pointer, ir.Identifier], ...]:
    """Return the class of every schema that is one, or that has one's name."""
    found: dict[Pointer, ir.Identifier] = {}
    for variant, name in names.classes.items():
        node = variant.node
        whole = len(node.schemas) == 1 and not node.chosen and not node.family
        if whole and variant.use != "in":
            found.setdefault(node.schemas[0], name)
    for pointer in components:
        target = shapes.canonical(Node((pointer,)))[0]
        shared = names.classes.get(graph.variant(target, "out"))
        if shared is not None:
            found.setdefault(pointer, shared)
    return tuple(sorted(found.items()))
