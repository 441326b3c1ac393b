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
    deferred,
    docstring,
    import_lines,
    json_pointer,
)
from specpress.render.resource_modules import keyword
from specpress.render.views import AliasView, DeclarationView, WebhookModuleView
from specpress.text import Text

_OWN = ("UnknownEvent",)


def webhook_module(package: ir.Package, webhooks: ir.Webhooks) -> WebhookModuleView:
    """Return what the template needs."""
    annotations = Annotations()
    annotations.use("TYPE_CHECKING", "TypeAlias", "WebhookReceiver")
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
        annotations.use("WebhookSignature")
        yield "signature", _signature(webhooks.signature)
    yield (
        "events",
        Mapped(
            tuple(
                (event.name, deferred(annotations.annotation(event.type)))
                for event in webhooks.events
            )
        ),
    )
    if webhooks.event_header is not None:
        yield "event_header", webhooks.event_header
    if webhooks.event_pointer is not None:
        yield "event_pointer", json_pointer(webhooks.event_pointer)
    if webhooks.signature is not None:
        yield "environment", environment_name((package.name.name, "webhook_secret"))


def _signature(signature: ir.WebhookSignature) -> Expression:
    """Return what makes it; only what is not the default."""
    keywords: dict[str, Expression] = {
        "payload": signature.payload,
        "prefix": signature.prefix,
        "encoding": signature.encoding,
        "timestamp": signature.timestamp,
        "timestamp_header": signature.timestamp_header,
        "id_header": signature.id_header,
        "key_encoding": signature.key_encoding,
        "tolerance": signature.tolerance,
    }
    defaults = (None, Text(""), "hex", "text")
    return Call(
        "WebhookSignature",
        (signature.header,),
        tuple(each for each in keywords.items() if each[1] not in defaults),
    )
