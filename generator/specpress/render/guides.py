"""``README.md`` and ``api.md``: the client for people."""

from __future__ import annotations

from collections.abc import Iterator

from specpress import ir
from specpress.python_text import (
    Annotations,
    Call,
    Expression,
    SourceText,
    expression,
    first_line,
    literal,
    markdown,
    markdown_code,
    own_name,
    signature,
)
from specpress.render.arguments import call_order
from specpress.render.views import EntryView, IndexView, ReadmeView, SectionView
from specpress.text import Text
from specpress.walking import all_resources


def readme(package: ir.Package) -> ReadmeView:
    """Return what the template of ``README.md`` needs."""
    credential = next(iter(package.credentials), None)
    call = _first_call(package)
    summary = package.documentation.summary or package.documentation.description
    return ReadmeView(
        title=markdown(package.title),
        summary=markdown(first_line(summary) if summary else ""),
        package=package.name,
        client=package.client,
        async_client=package.async_client,
        error_base=package.error_base,
        argument=None if credential is None else credential.argument,
        environment=None if credential is None else own_name(credential.environment),
        secret=None if credential is None else _secret(credential),
        call=None if call is None else expression(call[0], indent=4, used=10),
        paged=call is not None and call[1],
        headers=bool(package.headers),
        document=markdown_code(package.document_name),
    )


def _secret(credential: ir.Credential) -> SourceText:
    if credential.kind in ("basic", "client_credentials"):
        return literal("name:secret")
    return literal("secret")


def _first_call(package: ir.Package) -> tuple[Call, bool] | None:
    """Return the call that needs least, and whether its result is paged."""
    best: tuple[tuple[int, int], Call, bool] | None = None
    for resource in all_resources(package.resources):
        for method in resource.methods:
            needed = [argument for argument in method.arguments if argument.required]
            values = [(a.name.name, _sample(a.type)) for a in needed]
            if method.deprecated or any(value is None for _, value in values):
                continue
            if not all(a.name.name.isascii() for a in needed):
                continue
            rank = (len(needed), 0 if method.http_method == "GET" else 1)
            if best is None or rank < best[0]:
                name = f"client.{resource.path}.{method.name.name}"
                if name.isascii():
                    call = Call(name, (), tuple(values))
                    best = rank, call, method.pagination is not None
    return None if best is None else (best[1], best[2])


def _sample(type_: ir.Type) -> Expression:
    match type_:
        case ir.ScalarType(name="str"):
            return "..."
        case ir.ScalarType(name="int"):
            return 1
        case ir.ScalarType(name="bool"):
            return True
        case ir.LiteralType():
            return type_.values[0]
        case ir.UnionType():
            return _sample(type_.members[0])
        case _:
            return None


def index(package: ir.Package) -> IndexView:
    """Return what the template of ``api.md`` needs."""
    return IndexView(
        title=markdown(package.title),
        sections=tuple(
            SectionView(
                heading=markdown_code(("client.", resource.path)),
                entries=tuple(_entries(resource)),
            )
            for resource in all_resources(package.resources)
            if resource.methods
        ),
        events=tuple(_events(package)),
        models=tuple(
            SectionView(
                heading=markdown_code(("models/", module.module, ".py")),
                entries=tuple(
                    EntryView(
                        signature=markdown_code(("models.", declaration.name)),
                        request=None,
                        summary=markdown(_summary(declaration)),
                    )
                    for declaration in module.declarations
                ),
            )
            for module in package.models
        ),
    )


def _events(package: ir.Package) -> Iterator[EntryView]:
    if package.webhooks is None:
        return
    for event in (*package.webhooks.events, *package.webhooks.callbacks):
        text = event.documentation.summary or event.documentation.description
        yield EntryView(
            signature=markdown_code(event.name),
            request=markdown_code(Annotations().annotation(event.type)),
            summary=markdown(first_line(text) if text else ""),
        )


def _summary(declaration: ir.Declaration) -> Text | str:
    if isinstance(declaration, ir.PageModel):
        return ""
    documentation = declaration.documentation
    text = documentation.summary or documentation.description
    return first_line(text) if text else ""


def _entries(resource: ir.Resource) -> Iterator[EntryView]:
    for method in resource.methods:
        result: ir.Type = method.result
        if method.pagination is not None and method.pagination.page is not None:
            result = ir.NamedType(method.pagination.page)
        documentation = method.documentation
        text = documentation.summary or documentation.description
        yield EntryView(
            signature=markdown_code(
                signature(
                    method.name,
                    tuple(_argument(a) for a in method.arguments if a.positional),
                    tuple(
                        _argument(a)
                        for a in call_order(method.arguments)
                        if not a.positional
                    ),
                    Annotations().annotation(result),
                )
            ),
            request=markdown_code((method.http_method, " ", method.path)),
            summary=markdown(first_line(text) if text else ""),
        )


def _argument(argument: ir.Argument) -> tuple[ir.Identifier, SourceText, bool]:
    type_ = Annotations().argument(argument.type, unset=False)
    return argument.name, type_, argument.required
