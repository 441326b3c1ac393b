"""``resources/``: a class and its asynchronous twin, over constants that say what the
document says about each operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from specpress import ir
from specpress.python_text import (
    Annotations,
    Call,
    Expression,
    Listed,
    Mapped,
    SourceText,
    Words,
    deferred,
    docstring,
    export_order,
    expression,
    import_lines,
    json_pointer,
    literal,
    own_name,
)
from specpress.render.arguments import CONTENT_TYPE, call_order
from specpress.render.documentation import Glossary, described
from specpress.render.method_docs import method_docstring
from specpress.render.views import (
    ChildView,
    KeywordView,
    MethodView,
    OperationView,
    ParameterView,
    ResourceClassView,
    ResourceModuleView,
)
from specpress.text import Text


def resource_module(resource: ir.Resource, glossary: Glossary) -> ResourceModuleView:
    """Return what the template of one module needs."""
    annotations = Annotations()
    annotations.use("AsyncAPIClient", "SyncAPIClient")
    if resource.children:
        annotations.use("cached_property", "resources")
    if resource.methods:
        annotations.use("Operation", "RequestOptions")
    operations: dict[ir.Identifier, OperationView] = {}
    for method in resource.methods:
        operations.setdefault(method.constant, _operation(method, annotations))
    classes = (
        _class(resource, annotations, glossary, asynchronous=False),
        _class(resource, annotations, glossary, asynchronous=True),
    )
    return ResourceModuleView(
        docstring=docstring([("What ``client.", resource.path, "`` is.")], 0),
        imports=import_lines(annotations.used()),
        exported=tuple(
            literal(name.name)
            for name in sorted(
                (resource.class_name, resource.async_class_name),
                key=lambda name: export_order(name.name),
            )
        ),
        operations=tuple(operations.values()),
        classes=classes,
    )


# --- Operations ----------------------------------------------------------------------


def keyword(name: str, value: Expression) -> KeywordView:
    """Return ``name=value`` for a call that is written one keyword a line."""
    return KeywordView(
        name=own_name(name), value=expression(value, indent=4, used=len(name) + 2)
    )


def _operation(method: ir.Method, annotations: Annotations) -> OperationView:
    return OperationView(
        constant=method.constant,
        result=annotations.annotation(_decoded(method)),
        http_method=literal(method.http_method),
        path=literal(method.path),
        keywords=tuple(
            keyword(name, value)
            for name, value in _operation_keywords(method, annotations)
        ),
    )


def _decoded(method: ir.Method) -> ir.Type:
    """Return what a call gives; the two methods of a redirect share an operation."""
    return ir.ScalarType("None") if method.redirect else method.result


def _operation_keywords(
    method: ir.Method, annotations: Annotations
) -> Iterator[tuple[str, Expression]]:
    yield "name", method.operation_name
    if method.server is not None:
        yield "server", method.server
    if method.body is not None:
        yield (
            "body",
            Mapped(
                tuple((m.media_type, _body(m, annotations)) for m in method.body.media)
            ),
        )
        if method.body.by_value:
            by_value = tuple(
                (kind.name if isinstance(kind, ir.Identifier) else kind, media)
                for kind, media in method.body.by_value
            )
            yield "body_by_value", Mapped(by_value)
        if not method.body.required:
            yield "body_required", False
    if method.responses:
        yield "responses", answers(method.responses, annotations)
    if method.errors:
        yield "errors", answers(method.errors, annotations)
    if method.security is not None:
        yield "security", security(method.security)
    styles = tuple(
        (Listed((argument.place, argument.wire_name)), style)
        for argument in method.arguments
        for style in _styles(argument, annotations)
    )
    if styles:
        yield "styles", Mapped(styles)
    if method.idempotency_key:
        yield "idempotent", True
    if method.pagination is not None:
        yield "pagination", _pagination(method.pagination, annotations)


_BODY_KINDS = {
    "form": "Form",
    "multipart": "Multipart",
    "text": "TextBody",
    "binary": "FileBody",
}


def _body(media: ir.BodyMedia, annotations: Annotations) -> Expression:
    if media.kind == "json":
        return media.kind
    name = _BODY_KINDS[media.kind]
    annotations.use(name)
    if media.file:
        return Call(name, (), (("file", True),))
    if not media.encodings or media.kind not in ("form", "multipart"):
        return Call(name)
    annotations.use("Part")
    parts = tuple((encoding.property, _part(encoding)) for encoding in media.encodings)
    return Call(name, (Mapped(parts),))


def _part(encoding: ir.PartEncoding) -> Call:
    headers = Mapped(encoding.headers) if encoding.headers else None
    return Call(
        "Part",
        (),
        (
            ("content_type", encoding.content_type),
            ("style", encoding.style),
            ("explode", encoding.explode),
            ("allow_reserved", encoding.allow_reserved or None),
            ("headers", headers),
            ("base64", encoding.base64 or None),
            ("file", encoding.file or None),
        ),
    )


def answers(
    responses: Iterable[ir.ResponseMedia], annotations: Annotations
) -> Expression:
    """Return ``{status: {media type: content}}``."""
    by_status: dict[str, list[tuple[Expression, Expression]]] = {}
    for response in responses:
        media = by_status.setdefault(response.status, [])
        if response.kind != "empty":
            media.append((response.media_type or "*/*", content(response, annotations)))
    return Mapped(
        tuple((status, Mapped(tuple(media))) for status, media in by_status.items())
    )


def content(response: ir.ResponseMedia, annotations: Annotations) -> Expression:
    match response.kind:
        case "json":
            return json_content(response.type or ir.ScalarType("Any"), annotations)
        case "text":
            annotations.use("TEXT")
            return own_name("TEXT")
        case "binary" | "empty":
            annotations.use("BINARY")
            return own_name("BINARY")
        case _:
            assert_never(response.kind)


def json_content(type_: ir.Type, annotations: Annotations) -> Expression:
    """Return ``JSON(lambda: type)``."""
    annotations.use("JSON")
    return Call("JSON", (deferred(annotations.annotation(type_)),))


def security(alternatives: tuple[tuple[Text, ...], ...]) -> Expression:
    """Return alternatives of schemes that are needed together."""
    return Listed(tuple(map(Listed, alternatives)))


def _styles(argument: ir.Argument, annotations: Annotations) -> Iterator[Call]:
    style = argument.style
    if style is None or argument.place in ("body", "whole body"):
        return
    annotations.use("Style")
    if style.content_type is not None:
        yield Call("Style", (), (("content_type", style.content_type),))
        return
    yield Call(
        "Style",
        (style.style,),
        (
            ("explode", style.explode),
            ("allow_reserved", style.allow_reserved or None),
        ),
    )


def _pagination(plan: ir.PaginationPlan, annotations: Annotations) -> Call:
    def pointer(tokens: tuple[Text, ...] | None) -> Text | None:
        return None if tokens is None else json_pointer(tokens)

    def parameter() -> Expression:
        return plan.parameter or ""

    items = ("items", pointer(plan.items))
    following, more = ("next", pointer(plan.next)), ("more", pointer(plan.more))
    total = ("total", pointer(plan.total))
    match plan.style:
        case "cursor":
            call = Call("Cursor", (parameter(),), (following, more, items))
        case "offset":
            limit = ("limit", plan.limit)
            call = Call("Offset", (parameter(),), (limit, total, more, items))
        case "page":
            call = Call("PageNumber", (parameter(),), (total, more, items))
        case "link":
            call = Call("Link", (), (items,))
        case "url":
            call = Call("NextURL", (), (following, items))
        case _:
            assert_never(plan.style)
    annotations.use(call.name)
    return call


# --- Classes -------------------------------------------------------------------------


def _class(
    resource: ir.Resource,
    annotations: Annotations,
    glossary: Glossary,
    *,
    asynchronous: bool,
) -> ResourceClassView:
    name = resource.async_class_name if asynchronous else resource.class_name
    client = "AsyncAPIClient" if asynchronous else "SyncAPIClient"
    list_method = any(
        member == "list"
        for member in (
            *(method.name.name for method in resource.methods),
            *(child.attribute.name for child in resource.children),
        )
    )
    return ResourceClassView(
        name=name,
        client=own_name(client),
        docstring=docstring(
            described(resource.documentation), 4, placeholder=_contents(resource)
        ),
        children=children(resource.children, asynchronous=asynchronous),
        methods=tuple(
            _method(
                method,
                resource,
                annotations,
                glossary,
                asynchronous=asynchronous,
                list_method=list_method,
            )
            for method in resource.methods
        ),
    )


def _contents(resource: ir.Resource) -> Words:
    """Return a docstring for what the document does not describe: what is in it."""
    members = [method.name for method in resource.methods]
    members += [child.attribute for child in resource.children]
    words: list[str | Text | ir.Identifier] = ["``client.", resource.path, "``"]
    for number, member in enumerate(members):
        words += [", " if number else ": ", member]
    return (*words, ".")


def children(
    resources: Iterable[ir.Resource], *, asynchronous: bool
) -> tuple[ChildView, ...]:
    """Return the attributes that lead to ``resources``."""
    return tuple(
        ChildView(
            name=resource.attribute,
            class_name=(
                resource.async_class_name if asynchronous else resource.class_name
            ),
            docstring=docstring(
                described(resource.documentation), 8, placeholder=_contents(resource)
            ),
        )
        for resource in resources
    )


def _method(
    method: ir.Method,
    resource: ir.Resource,
    annotations: Annotations,
    glossary: Glossary,
    *,
    asynchronous: bool,
    list_method: bool,
) -> MethodView:
    def parameter(argument: ir.Argument) -> ParameterView:
        default: SourceText | None = None
        if not argument.required:
            annotations.use("UNSET")
            default = own_name("UNSET")
        elif argument.preset is not None:
            default = literal(argument.preset)
        return ParameterView(
            name=argument.name,
            annotation=annotations.argument(
                argument.type, unset=not argument.required, list_method=list_method
            ),
            default=default,
        )

    if method.deprecated:
        annotations.use("deprecated")
    result, call, page = _result(
        method, annotations, asynchronous=asynchronous, list_method=list_method
    )
    plain = asynchronous and method.pagination is not None
    arguments = call_order(method.arguments)
    keyword_only = [parameter(a) for a in arguments if not a.positional]
    keyword_only.extend(_content_type(method, annotations))
    return MethodView(
        name=method.name,
        constant=method.constant,
        deprecated=(
            literal("The API has deprecated this operation.")
            if method.deprecated
            else None
        ),
        asynchronous=asynchronous and not plain,
        awaited=asynchronous and not plain,
        positional=tuple(parameter(a) for a in arguments if a.positional),
        keyword_only=tuple(keyword_only),
        result=result,
        docstring=method_docstring(
            method, resource, glossary, asynchronous=asynchronous
        ),
        call=own_name(call),
        function="." not in call,
        page=page,
        keywords=tuple(_call_keywords(method, annotations)),
    )


def _result(
    method: ir.Method,
    annotations: Annotations,
    *,
    asynchronous: bool,
    list_method: bool,
) -> tuple[SourceText, str, SourceText | None]:
    """Return the annotation of the result, what is called, and the page class."""
    plan = method.pagination
    if method.redirect is not None:
        url = method.redirect.kind == "url"
        function = "redirect_url" if url else "redirect_content"
        function = f"async_{function}" if asynchronous else function
        annotations.use(function)
        return own_name("str" if url else "bytes"), function, None
    if plan is None:
        result = annotations.annotation(method.result, list_method=list_method)
        return result, "self._client.call", None
    item = annotations.annotation(plan.item_type, list_method=list_method)
    name = plan.async_page if asynchronous else plan.page
    if name is None:
        page = annotations.subscript(
            "AsyncListPage" if asynchronous else "ListPage", item
        )
    else:
        page = annotations.annotation(ir.NamedType(name))
    if asynchronous:
        return annotations.subscript("AsyncPager", page, item), "AsyncPager", page
    annotations.use("first_page")
    return page, "first_page", page


def _content_type(
    method: ir.Method, annotations: Annotations
) -> Iterator[ParameterView]:
    """Yield the argument that chooses between the media types of the body."""
    if method.body is None or method.body.content_type is None:
        return
    yield ParameterView(
        name=CONTENT_TYPE,
        annotation=annotations.annotation(method.body.content_type),
        default=literal(
            None if method.body.by_value else method.body.media[0].media_type
        ),
    )


_PLACES = (
    ("path", "path"),
    ("query", "query"),
    ("headers", "header"),
    ("cookies", "cookie"),
)


def _call_keywords(
    method: ir.Method, annotations: Annotations
) -> Iterator[KeywordView]:
    def view(name: str, value: Expression) -> KeywordView:
        return KeywordView(
            name=own_name(name), value=expression(value, indent=12, used=len(name) + 2)
        )

    for name, place in _PLACES:
        found = [a for a in method.arguments if a.place == place]
        if found:
            yield view(name, Mapped(tuple((a.wire_name, a.name) for a in found)))
    members: list[tuple[Expression, Expression]] = []
    for argument in method.arguments:
        if argument.place == "whole body":
            yield view("body", argument.name)
        elif argument.place == "body":
            value: Expression = argument.name
            if argument.as_text:
                annotations.use("digits")
                value = Call("digits", (argument.name,))
            members.append((argument.wire_name, value))
    if members:
        yield view("body", Mapped(tuple(members)))
    if method.body is not None and method.body.content_type is not None:
        yield view("content_type", CONTENT_TYPE)
