"""``client.py`` and ``errors.py``: the two clients, what all operations share, and what
an error of the API tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from specpress import ir
from specpress.python_text import (
    Annotations,
    Call,
    Entries,
    Expression,
    Listed,
    Mapped,
    Words,
    docstring,
    export_order,
    expression,
    first_line,
    import_lines,
    json_pointer,
    literal,
    own_name,
)
from specpress.render.documentation import described, joined, said
from specpress.render.resource_modules import (
    children,
    json_content,
    keyword,
    security,
)
from specpress.render.views import (
    ClientClassView,
    ClientModuleView,
    ErrorAttributeView,
    ErrorModuleView,
    KeywordView,
    ParameterView,
)
from specpress.text import Text

# How the runtime makes a credential of each kind.
_MAKERS = {
    "api_key": "credentials_api_key.api_key",
    "basic": "credentials_basic.basic",
    "bearer": "credentials.bearer",
    "client_credentials": "ClientCredentials",
    "http": "credentials.http",
}


def client_module(package: ir.Package) -> ClientModuleView:
    """Return what the template needs."""
    annotations = Annotations()
    annotations.use("API", "AsyncAPIClient", "ClientOptions", "SyncAPIClient", "Unpack")
    for credential in package.credentials:
        annotations.use(_MAKERS[credential.kind].partition(".")[0])
    if any(len(calls) > 1 for _, calls in _by_scheme(package.credentials)):
        annotations.use("first_given")
    if package.resources or _has_webhooks(package):
        annotations.use("cached_property")
    if package.resources:
        annotations.use("resources")
    if _has_webhooks(package):
        annotations.use("Webhooks", "receiver")
    api = tuple(keyword(name, value) for name, value in _api(package, annotations))
    classes = (
        _class(package, annotations, asynchronous=False),
        _class(package, annotations, asynchronous=True),
    )
    return ClientModuleView(
        docstring=docstring(["The clients."], 0),
        imports=import_lines(annotations.used(), depth=0),
        exported=tuple(
            literal(name.name)
            for name in sorted(
                (package.client, package.async_client),
                key=lambda name: export_order(name.name),
            )
        ),
        api=api,
        classes=classes,
    )


def error_module(package: ir.Package) -> ErrorModuleView:
    """Return what the template of ``errors.py`` needs besides the package."""
    annotations = Annotations()
    annotations.use("Any", "Deviation", "Headers", "RateLimit", "Sent", "Sequence")
    body = annotations.annotation(package.error_body)
    return ErrorModuleView(
        body=body,
        imports=import_lines(annotations.used(), depth=0),
        attributes=tuple(
            ErrorAttributeView(
                name=attribute.name,
                key=literal(attribute.name.name),
                annotation=annotations.annotation(attribute.type),
                declared=attribute.name.name != "request_id",
                docstring=docstring(
                    [("``", json_pointer(attribute.tokens), "`` of the body.")], 4
                ),
            )
            for attribute in package.settings.error_attributes
        ),
    )


def _has_webhooks(package: ir.Package) -> bool:
    """Tell whether the client leads to ``webhooks.py``. A resource of that name comes
    first; the module can be imported in any case."""
    return package.webhooks is not None and all(
        resource.attribute.name != "webhooks" for resource in package.resources
    )


def _api(
    package: ir.Package, annotations: Annotations
) -> Iterator[tuple[str, Expression]]:
    settings = package.settings
    yield "package", package.name.name
    yield "version", package.version
    if package.server is not None:
        yield "server", package.server
    if settings.error_type is not None:
        yield "error", json_content(settings.error_type, annotations)
    if settings.error_attributes:
        attributes = tuple(
            (attribute.name.name, json_pointer(attribute.tokens))
            for attribute in settings.error_attributes
        )
        yield "error_attributes", Mapped(attributes)
    if settings.request_id_header is not None:
        yield "request_id_header", settings.request_id_header
    if settings.idempotency_header is not None:
        yield "idempotency_header", settings.idempotency_header
    if settings.idempotency_replayed is not None:
        yield "replayed_header", settings.idempotency_replayed
    if settings.retry_codes or settings.never_retry_codes:
        annotations.use("RetryCodes")
        yield (
            "retry",
            Call(
                "RetryCodes",
                (),
                (
                    ("pointer", json_pointer(settings.retry_pointer)),
                    ("retry", Listed(settings.retry_codes)),
                    ("never", Listed(settings.never_retry_codes)),
                ),
            ),
        )
    if settings.rate_limit_headers is not None:
        annotations.use("RateLimitHeaders")
        limit, remaining, reset = settings.rate_limit_headers
        yield (
            "rate_limit",
            Call(
                "RateLimitHeaders",
                (),
                (("limit", limit), ("remaining", remaining), ("reset", reset)),
            ),
        )
    if settings.rate_classes:
        annotations.use("RateClass")
        yield (
            "rate_classes",
            Listed(
                tuple(
                    Call("RateClass", (name, Listed(methods), number))
                    for name, methods, number in settings.rate_classes
                )
            ),
        )
    if package.security:
        yield "security", security(package.security)


def _class(
    package: ir.Package, annotations: Annotations, *, asynchronous: bool
) -> ClientClassView:
    parameters = [
        _credential_parameter(credential, annotations, asynchronous=asynchronous)
        for credential in package.credentials
    ]
    for variable in package.server_variables:
        type_: ir.Type = ir.ScalarType("str")
        if variable.values:
            type_ = ir.LiteralType(variable.values)
        parameters.append(
            ParameterView(
                name=variable.name,
                annotation=annotations.annotation(type_),
                default=literal(variable.default),
            )
        )
    placeholder = ("A client of ", package.title, ".")
    return ClientClassView(
        name=package.async_client if asynchronous else package.client,
        base=own_name("AsyncAPIClient" if asynchronous else "SyncAPIClient"),
        docstring=docstring(
            (
                [("The asynchronous twin of :class:`", package.client, "`.")]
                if asynchronous
                else (
                    *(tuple(described(package.documentation)) or (placeholder,)),
                    Entries("Args", tuple(_entries(package))),
                )
            ),
            4,
            placeholder=placeholder,
        ),
        parameters=tuple(parameters),
        keywords=tuple(_super_keywords(package)),
        resources=children(package.resources, asynchronous=asynchronous),
        webhooks=_has_webhooks(package),
    )


def _entries(package: ir.Package) -> Iterator[tuple[ir.Identifier, Words]]:
    """Yield what the document says about the arguments."""
    for credential in package.credentials:
        if words := said(credential.documentation):
            yield credential.argument, words
    for certificate in package.certificates:
        shown = "An ``ssl.SSLContext`` with the certificate that this API wants to see."
        yield ir.Identifier("verify"), joined((said(certificate), (shown,)))
    for variable in package.server_variables:
        if words := said(variable.documentation):
            yield variable.name, words
    servers: list[str | Text | ir.Identifier] = []
    for server in package.servers if len(package.servers) > 1 else ():
        servers += [", " if servers else "; it names ", "``", server.url, "``"]
        if server.description:
            servers += [" (", first_line(server.description), ")"]
    instead = "In place of the document's server" if package.servers else "The server"
    yield ir.Identifier("base_url"), (instead, *servers, ".")
    yield ir.Identifier("options"), _OPTIONS


_OPTIONS = (
    "``timeout``, ``max_retries``, ``headers`` and all else that "
    ":class:`ClientOptions` has."
)


def _credential_parameter(
    credential: ir.Credential, annotations: Annotations, *, asynchronous: bool
) -> ParameterView:
    prefix = "Async" if asynchronous else ""
    match credential.kind:
        case "client_credentials":
            name = "ClientSecret"
        case "basic":
            name = f"{prefix}BasicSecret"
        case _:
            name = f"{prefix}Secret"
    return ParameterView(
        name=credential.argument,
        annotation=annotations.optional(name),
        default=literal(None),
    )


def _super_keywords(package: ir.Package) -> Iterator[KeywordView]:
    def view(name: str, value: Expression) -> KeywordView:
        return KeywordView(
            name=own_name(name), value=expression(value, indent=12, used=len(name) + 2)
        )

    yield view(
        "credentials",
        Mapped(
            tuple(
                (scheme, calls[0] if len(calls) == 1 else Call("first_given", calls))
                for scheme, calls in _by_scheme(package.credentials)
            )
        ),
    )
    if package.server_variables:
        yield view(
            "variables",
            Mapped(tuple((v.variable, v.name) for v in package.server_variables)),
        )


def _by_scheme(
    credentials: tuple[ir.Credential, ...],
) -> Iterator[tuple[Text, tuple[Call, ...]]]:
    for scheme in dict.fromkeys(each.scheme for each in credentials):
        yield scheme, tuple(_credential(c) for c in credentials if c.scheme == scheme)


def _credential(credential: ir.Credential) -> Call:
    """Return the credential as the runtime makes it. Only an argument that is not
    called as usual is named."""
    argument = credential.argument
    leading: tuple[Expression, ...] = (argument,)
    usual: str = credential.kind
    keywords: list[tuple[str, Expression]] = []
    match credential.kind:
        case "bearer":
            usual = "token"
        case "basic":
            usual = "basic_auth"
        case "http":
            leading = (credential.http_scheme or "", argument)
            usual = "credentials"
        case "api_key":
            leading = (
                credential.place or "header",
                credential.parameter or "",
                argument,
            )
        case "client_credentials":
            leading = (argument, credential.token_url or "")
            if credential.scopes:
                keywords.append(("scopes", Listed(credential.scopes)))
        case _:
            assert_never(credential.kind)
    if argument.name != usual:
        keywords.insert(0, ("argument", argument.name))
    return Call(
        _MAKERS[credential.kind],
        (*leading, credential.environment),
        tuple(keywords),
    )
