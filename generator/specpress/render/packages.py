"""``__init__.py`` files: names that are imported when they are first asked for."""

from __future__ import annotations

from collections.abc import Iterable

from specpress import ir
from specpress.python_text import (
    SourceText,
    Words,
    docstring,
    export_order,
    import_lines,
    import_order,
    literal,
    own_name,
)
from specpress.render.contents import answered_types
from specpress.render.views import LazyName, LazyPackageView
from specpress.walking import all_methods, all_resources, nested_types

_ERRORS = (
    "APIConnectionError",
    "APIError",
    "APITimeoutError",
    "ArgumentError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ClientError",
    "ConflictError",
    "DeviationError",
    "InternalServerError",
    "NotFoundError",
    "PaginationError",
    "PermissionDeniedError",
    "RateLimitError",
    "RedirectError",
    "ResponseDecodeError",
    "ServerError",
    "UnprocessableEntityError",
    "WebhookSignatureError",
)
"""What ``errors.py`` defines besides its base class."""

_RUNTIME = {
    "UNSET": "_runtime.types",
    "ApiResponse": "_runtime.responses",
    "AsyncHTTPResponse": "_runtime.http",
    "AsyncStreamedResponse": "_runtime.streams",
    "AsyncTransport": "_runtime.http",
    "ClientOptions": "_runtime.options",
    "Clock": "_runtime.retries",
    "Deviation": "_runtime.codec",
    "HTTPRequest": "_runtime.http",
    "HTTPResponse": "_runtime.http",
    "Headers": "_runtime.http",
    "Hooks": "_runtime.options",
    "RateLimit": "_runtime.http",
    "RequestOptions": "_runtime.options",
    "StreamedResponse": "_runtime.streams",
    "Timeout": "_runtime.http",
    "Transport": "_runtime.http",
    "TransportError": "_runtime.http",
    "Unset": "_runtime.types",
}
"""What users of a client name themselves."""


def top_package(package: ir.Package) -> LazyPackageView:
    """Return the package's own ``__init__.py``."""
    names = {package.error_base.name: "errors"}
    names.update(dict.fromkeys(_ERRORS, "errors"))
    names.update(_RUNTIME)
    methods = list(all_methods(package.resources))
    if any(method.pagination is not None for method in methods):
        names.update(
            dict.fromkeys(("AsyncPage", "AsyncPager", "Page"), "_runtime.pagination")
        )
    if any(map(_sends_files, methods)):
        names["File"] = "_runtime.files"
    if any(_is_open(type_) for type_ in answered_types(package)):
        names["UnknownVariant"] = "_runtime.codec"
    if package.settings.rate_classes:
        names["RateClass"] = "_runtime.operations"
        names["RateLimiter"] = "_runtime.ratelimit"
    if package.headers:
        names["ResponseHeaders"] = "headers"
    names["errors"] = names["models"] = ""
    if package.webhooks is not None:
        names["webhooks"] = ""
    names[package.client.name] = "client"
    names[package.async_client.name] = "client"
    return _view(
        [("Client of ", package.title, ".")],
        ((ir.Identifier(name), module) for name, module in names.items()),
        depth=0,
        version=package.version,
    )


def _sends_files(method: ir.Method) -> bool:
    return method.body is not None and any(
        media.kind in ("multipart", "text", "binary") for media in method.body.media
    )


def _is_open(type_: ir.Type) -> bool:
    return any(
        isinstance(part, ir.UnionType) and part.open for part in nested_types(type_)
    )


def models_package(package: ir.Package) -> LazyPackageView:
    """Return ``models/__init__.py``."""
    names: list[tuple[ir.Identifier, str]] = []
    for module in package.models:
        for declaration in module.declarations:
            names.append((declaration.name, module.module.name))
            if isinstance(declaration, ir.PageModel):
                names.append((declaration.async_name, module.module.name))
    return _view(["Models of the API."], names)


def resources_package(package: ir.Package) -> LazyPackageView:
    """Return ``resources/__init__.py``."""
    names: list[tuple[ir.Identifier, str]] = []
    for resource in all_resources(package.resources):
        for name in (resource.class_name, resource.async_class_name):
            names.append((name, resource.module.name))
    return _view(["Resources of the API."], names)


def _view(
    words: list[Words],
    names: Iterable[tuple[ir.Identifier, str]],
    *,
    depth: int = 1,
    version: str | None = None,
) -> LazyPackageView:
    views = tuple(
        LazyName(
            name=name,
            key=literal(name.name),
            module=_module(module),
            module_key=literal(module),
        )
        for name, module in sorted(
            names, key=lambda pair: import_order(pair[0].name, pair[1])
        )
    )
    return LazyPackageView(
        docstring=docstring(words, 0),
        lazy_import=import_lines(("lazy_attribute",), depth)[0],
        imports=views,
        exported=tuple(sorted(views, key=lambda view: export_order(view.name.name))),
        version=None if version is None else literal(version),
    )


def _module(module: str) -> ir.Identifier | SourceText | None:
    if not module:
        return None
    return own_name(module) if "." in module else ir.Identifier(module)
