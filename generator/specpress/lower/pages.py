"""Which operations are paged, and how the next page is found.

In: an operation, the root's settings, shapes. Out: a plan, configured or, where it is
unmistakable, inferred: a query parameter that takes a cursor and an answer that holds
one beside its only list.
"""

from __future__ import annotations

from dataclasses import dataclass

from specpress.lower.answers import decoded_media, success_responses
from specpress.lower.nodes import (
    ArrayShape,
    Node,
    ObjectShape,
    ScalarShape,
    Slot,
)
from specpress.lower.shapes import Shapes
from specpress.lower.vocabulary import media_kind, same_header
from specpress.openapi import Api, Location, Operation, Pagination
from specpress.text import Text

_CURSORS = {
    "cursor": ("next_cursor", "nextCursor"),
    "after": ("next_cursor", "nextCursor"),
    "starting_after": ("next_cursor", "nextCursor"),
    "page_token": ("next_page_token",),
    "pageToken": ("nextPageToken",),
    "next_token": ("next_token",),
    "nextToken": ("nextToken",),
    "continuation_token": ("continuation_token",),
    "continuationToken": ("continuationToken",),
}
"""Query parameter → where its next value is in the answer."""
_MORE_FIELDS = ("has_more", "hasMore", "has_next", "hasNext")


@dataclass(frozen=True, slots=True)
class PagePlan:
    """``body``: the canonical node of the answer, an object, or ``None`` where the
    answer is itself the list; ``item``: the node of one item."""

    settings: Pagination
    inferred: bool
    body: Node | None
    item: Node | None


def plan_pages(api: Api, shapes: Shapes, operation: Operation) -> PagePlan | None:
    """Return how ``operation`` is paged, or ``None``."""
    if operation.pagination is False:
        return None
    schema = _answer(shapes, operation)
    if schema is None:
        return None
    configured = operation.pagination or api.settings.pagination
    if configured is not None:
        plan = _configured(shapes, operation, configured, schema)
        if plan is not None:
            return plan
    return _inferred(shapes, operation, schema)


def _answer(shapes: Shapes, operation: Operation) -> Node | None:
    """Return the one node that success answers hold, if it is one."""
    found: list[Node] = []
    for response in success_responses(operation):
        media = decoded_media(shapes, operation, response)
        if len(media) != 1 or media_kind(media[0].name) != "json":
            return None
        schema = media[0].schema
        if schema is None:
            return None
        found.append(shapes.canonical(Node((schema,)))[0])
    unique = list(dict.fromkeys(found))
    return unique[0] if len(unique) == 1 else None


def _has_query(operation: Operation, name: Text | None) -> bool:
    return name is not None and any(
        p.location is Location.QUERY and p.name == name for p in operation.parameters
    )


def _configured(
    shapes: Shapes, operation: Operation, settings: Pagination, body: Node
) -> PagePlan | None:
    by_query = settings.style in ("cursor", "offset", "page")
    if by_query and not _has_query(operation, settings.parameter):
        return None
    items = _at(shapes, body, settings.items)
    if items is None:
        return None
    shape = shapes.shaped(items).shape
    if not isinstance(shape, ArrayShape) or len(shape.items) > 1:
        return None
    for pointer in (settings.next, settings.more):
        if pointer is not None and _at(shapes, body, pointer) is None:
            return None
    is_list = isinstance(shapes.shaped(body).shape, ArrayShape)
    return PagePlan(
        settings,
        False,
        None if is_list else body,
        shape.items[0] if shape.items else None,
    )


def _at(shapes: Shapes, node: Node, pointer: tuple[Text, ...]) -> Node | None:
    """Return the node that ``pointer`` leads to inside values of ``node``."""
    for token in pointer:
        shape = shapes.shaped(node).shape
        if not isinstance(shape, ObjectShape):
            return None
        slot = next((s for s in shape.slots if s.name == token), None)
        if slot is None:
            return None
        node = shapes.canonical(slot.node)[0]
    return node


def _inferred(shapes: Shapes, operation: Operation, body: Node) -> PagePlan | None:
    if operation.method != "GET":
        return None
    shape = shapes.shaped(body).shape
    if isinstance(shape, ArrayShape):
        if any(
            same_header(header.name, Text("Link"))
            for response in success_responses(operation)
            for header in response.headers
        ):
            item = shape.items[0] if len(shape.items) == 1 else None
            return PagePlan(Pagination(style="link"), True, None, item)
        return None
    if not isinstance(shape, ObjectShape):
        return None
    lists = [s for s in shape.slots if _is_list_of_objects(shapes, s)]
    slots = {slot.name: slot for slot in shape.slots}
    found = [
        (parameter, slots[Text(field)])
        for name, fields in _CURSORS.items()
        for field in fields
        for parameter in operation.parameters
        if parameter.location is Location.QUERY
        and parameter.name == Text(name)
        and Text(field) in slots
    ]
    if len(lists) != 1 or len(found) != 1:
        return None
    parameter, cursor = found[0]
    # What must be given on the first page is no cursor, nor is what is no plain text.
    if parameter.required or parameter.schema is None:
        return None
    for node in (Node((parameter.schema,)), cursor.node):
        if shapes.shaped(shapes.canonical(node)[0]).shape != ScalarShape("str"):
            return None
    array = shapes.shaped(shapes.canonical(lists[0].node)[0]).shape
    assert isinstance(array, ArrayShape)
    more = next(
        (s.name for s in shape.slots if s.name in map(Text, _MORE_FIELDS)), None
    )
    settings = Pagination(
        style="cursor",
        parameter=parameter.name,
        next=(cursor.name,),
        more=None if more is None else (more,),
        items=(lists[0].name,),
    )
    return PagePlan(settings, True, body, array.items[0])


def _is_list_of_objects(shapes: Shapes, slot: Slot) -> bool:
    shape = shapes.shaped(shapes.canonical(slot.node)[0]).shape
    return isinstance(shape, ArrayShape) and len(shape.items) == 1
