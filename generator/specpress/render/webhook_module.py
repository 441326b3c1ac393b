"""``webhooks.py``: the events of the document and how they are signed."""

from __future__ import annotations

from collections.abc import Iterator

from specpress import ir
from specpress.naming import environment_name
from specpress.python_text import (
    Annotations,
    Call,
    Expression,
    Mapped,
    Name,
    deferred,
    docstring,
    import_lines,
    json_pointer,
    own_name,
)
from specpress.render.resource_modules import keyword
from specpress.render.views import AliasView, DeclarationView, WebhookModuleView

_OWN = ("UnknownEvent",)


def webhook_module(package: ir.Package, webhooks: ir.Webhooks) -> WebhookModuleView:
    """Return what the template needs."""
    annotations = Annotations()
    base = "UnsignedReceiver" if webhooks.signature is None else "SignedReceiver"
    annotations.use("TYPE_CHECKING", "TypeAlias", base)
    keywords = tuple(
        keyword(name, value)
        for name, value in _keywords(package, webhooks, annotations)
    )
    name = ir.Identifier("Event")
    types = tuple(
        dict.fromkeys(each for event in webhooks.events for each in _flat(event.type))
    )
    alias = AliasView(
        name=name,
        value=annotations.late_alias(name, types, _OWN),
        runtime_value=annotations.late_value(types, _OWN, all_late=True),
        docstring=docstring(["What an event is read as."], 4),
    )
    return WebhookModuleView(
        docstring=docstring(["Events that the API sends."], 0),
        base=own_name(base),
        declarations=(DeclarationView(alias=alias),),
        imports=import_lines(annotations.used(), depth=0),
        keywords=keywords,
    )


def _flat(type_: ir.Type) -> tuple[ir.Type, ...]:
    """Return what ``type_`` adds to a union."""
    if not isinstance(type_, ir.UnionType) or type_.discriminator or type_.open:
        return (type_,)
    return type_.members


def _keywords(
    package: ir.Package, webhooks: ir.Webhooks, annotations: Annotations
) -> Iterator[tuple[str, Expression]]:
    if webhooks.signature is not None:
        yield "signature", _signature(webhooks.signature, annotations)
    yield (
        "events",
        Mapped(
            tuple(
                (event.name, deferred(annotations.annotation(event.type)))
                for event in webhooks.events
            )
        ),
    )
    if webhooks.event_pointer is not None:
        annotations.use("NameInBody")
        yield "name", Call("NameInBody", (json_pointer(webhooks.event_pointer),))
    elif webhooks.event_header is not None:
        annotations.use("NameInHeader")
        yield "name", Call("NameInHeader", (webhooks.event_header,))
    if webhooks.signature is not None:
        yield "environment", environment_name((package.name.name, "webhook_secret"))


def _signature(signature: ir.WebhookSignature, annotations: Annotations) -> Expression:
    """Return what verifies it: what the runtime has for each of its parts."""

    def call(name: str, *arguments: Expression) -> Call:
        annotations.use(name)
        return Call(name, arguments)

    header, prefix = signature.header, signature.prefix
    values: dict[str, Expression] = {}
    if signature.timestamp is not None:
        signatures = call("HeaderParts", header, prefix)
        values["timestamp"] = call("HeaderParts", header, signature.timestamp)
    else:
        signatures = call("HeaderWords", header, *([prefix] if prefix else []))
    if signature.timestamp_header is not None:
        values["timestamp"] = call("WholeHeader", signature.timestamp_header)
    if signature.id_header is not None:
        values["id"] = call("WholeHeader", signature.id_header)
    encoding = f"in_{signature.encoding}"
    annotations.use("WebhookSignature", encoding)
    keywords: list[tuple[str, Expression | None]] = [
        ("signatures", signatures),
        ("encoding", Name(encoding)),
        ("payload", signature.payload),
        ("values", Mapped(tuple(values.items())) if values else None),
        ("key_encoding", "base64" if signature.key_encoding == "base64" else None),
        ("tolerance", signature.tolerance if "timestamp" in values else None),
    ]
    return Call("WebhookSignature", (), tuple(keywords))
