"""What an API sends of itself: webhooks and callbacks → the union of events.

In: the operations of webhooks and callbacks, and the root's settings. Out:
:class:`ir.Webhooks`. An event is called what its body says where the settings point, or,
where it is unmistakable, in the one property that names it; else as in the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from specpress import ir
from specpress.diagnostics import Report
from specpress.lower import documentation
from specpress.lower.alternatives import alternatives
from specpress.lower.answers import documented
from specpress.lower.joined import ANY, union
from specpress.lower.media import kind_of
from specpress.lower.nodes import EnumShape, Node, ObjectShape
from specpress.lower.shapes import Shapes
from specpress.lower.types import Types
from specpress.openapi import Api, Operation, WebhookSignature
from specpress.text import Text

_NAMING = tuple(
    Text(name)
    for name in (
        "type",
        "event",
        "event_type",
        "eventType",
        "event_name",
        "eventName",
        "kind",
        "topic",
    )
)
"""Properties that name an event, if all of their values are stated."""


def callback_operations(operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
    """Return the operations of all callbacks."""
    return tuple(
        inner
        for operation in operations
        for callback in operation.callbacks
        for inner in callback.operations
    )


def lower_webhooks(
    api: Api, shapes: Shapes, types: Types, report: Report
) -> ir.Webhooks | None:
    """Return the events, and how they are told apart."""
    callbacks = callback_operations(api.operations)
    if not api.webhooks and not callbacks:
        return None
    settings = api.settings.webhooks
    signature = None if settings is None else settings.signature
    header = None if settings is None else settings.event_header
    pointer = None if settings is None else settings.event_pointer
    if header is None and pointer is None:
        pointer = _inferred(shapes, api.webhooks)
    if api.webhooks and header is None and pointer is None:
        report.warning(
            "unnamed-events",
            api.webhooks[0].at,
            "nothing says where an event has its name; each will be read as "
            "UnknownEvent",
            help=("add x-specpress-webhooks: {event: {pointer: /type}}, or a header",),
        )
    return ir.Webhooks(
        events=_events(
            _event(shapes, types, webhook, name)
            for webhook in api.webhooks
            for name in _names(shapes, webhook, pointer) or (webhook.path,)
        ),
        callbacks=tuple(
            _event(shapes, types, inner, callback.name)
            for operation in api.operations
            for callback in operation.callbacks
            for inner in callback.operations
        ),
        signature=None if signature is None else _signature(signature),
        event_header=header,
        event_pointer=pointer,
    )


def _inferred(
    shapes: Shapes, webhooks: tuple[Operation, ...]
) -> tuple[Text, ...] | None:
    """Return where all events have names, each its own; ``None`` if no property, or
    more than one, could be meant."""
    found: list[tuple[Text, ...]] = []
    for name in _NAMING:
        names = [_names(shapes, webhook, (name,)) for webhook in webhooks]
        several = [each for of_one in names for each in of_one]
        if names and all(names) and len(set(several)) == len(several):
            found.append((name,))
    return found[0] if len(found) == 1 else None


def _names(
    shapes: Shapes, webhook: Operation, pointer: tuple[Text, ...] | None
) -> tuple[Text, ...]:
    """Return the values that the body of a webhook is documented to have at
    ``pointer``."""
    if pointer is None or webhook.body is None:
        return ()
    nodes = [
        Node((media.schema,))
        for media in webhook.body.content
        if media.schema is not None and kind_of(shapes, media) == "json"
    ]
    for token in pointer:
        nodes = [inner for node in nodes for inner in _property(shapes, node, token)]
    found: dict[Text, None] = {}
    for node in nodes:
        for each in alternatives(shapes, node):
            shape = shapes.shaped(each).shape
            if not isinstance(shape, EnumShape):
                return ()
            found |= dict.fromkeys(v for v in shape.values if isinstance(v, Text))
    return tuple(found)


def _property(shapes: Shapes, node: Node, name: Text) -> Iterator[Node]:
    for each in alternatives(shapes, node):
        shape = shapes.shaped(each).shape
        if isinstance(shape, ObjectShape):
            yield from (slot.node for slot in shape.slots if slot.name == name)


def _signature(signature: WebhookSignature) -> ir.WebhookSignature:
    return ir.WebhookSignature(
        header=signature.header,
        prefix=signature.prefix,
        encoding=signature.encoding,
        payload=signature.payload,
        timestamp=signature.timestamp,
        timestamp_header=signature.timestamp_header,
        id_header=signature.id_header,
        key_encoding=signature.key_encoding,
        tolerance=signature.tolerance,
    )


def _events(events: Iterable[ir.WebhookEvent]) -> tuple[ir.WebhookEvent, ...]:
    """Return one event for each name: a webhook may have several methods."""
    found: dict[Text, ir.WebhookEvent] = {}
    for event in events:
        known = found.get(event.name)
        found[event.name] = (
            event
            if known is None
            else replace(known, type=union((known.type, event.type)))
        )
    return tuple(found.values())


def _event(
    shapes: Shapes, types: Types, operation: Operation, name: Text
) -> ir.WebhookEvent:
    return ir.WebhookEvent(
        name=name,
        type=event_type(types, shapes, operation),
        documentation=documentation.of_operation(operation),
        at=operation.at,
    )


def event_type(types: Types, shapes: Shapes, operation: Operation) -> ir.Type:
    """Return what the body of a webhook or callback is read as."""
    if operation.body is None:
        return ANY
    for media in operation.body.content:
        if media.schema is not None and kind_of(shapes, media) == "json":
            return documented(types, media)
    types.degrade(operation.body.at, "an event that is not JSON is any value")
    return ANY
