"""Which operations are paged, and how the next page is found.

In: an operation, the root's settings, shapes. Out: a plan, configured or, where it is
unmistakable, inferred: a query parameter that takes a cursor and an answer that holds
one beside its only list. What is stated for one operation has to fit it; what is stated
for all pages those that it fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from specpress.diagnostics import Report
from specpress.lower.answers import decoded_media, success_responses
from specpress.lower.nodes import (
    ArrayShape,
    EnumShape,
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


@dataclass(frozen=True, slots=True)
class Misfit:
    """A member of settings that an operation has nothing for, and what to say of it.

    ``member`` is ``None`` where the settings as a whole do not fit.
    """

    member: str | None
    message: tuple[str | Text, ...]
    help: tuple[str | Text, ...] = ()


def plan_pages(
    api: Api, shapes: Shapes, operation: Operation, report: Report
) -> PagePlan | None:
    """Return how ``operation`` is paged, or ``None``."""
    stated = operation.pagination
    if stated is False:
        return None
    body = _answer(shapes, operation)
    if stated is not None:
        misfits = _misfits(shapes, operation, stated, body)
        for misfit in misfits:
            _report(report, operation, stated, misfit)
        return None if misfits or body is None else _plan(shapes, stated, body)
    if body is None:
        return None
    default = api.settings.pagination
    if default is not None:
        default = _without_spare(shapes, operation, default, body)
        if not _misfits(shapes, operation, default, body):
            return _plan(shapes, default, body)
    return _inferred(shapes, operation, body)


def _report(
    report: Report, operation: Operation, stated: Pagination, misfit: Misfit
) -> None:
    at = stated.at or operation.at
    report.error(
        "pagination-mismatch",
        at if misfit.member is None else at.child(misfit.member),
        "the pagination does not fit its operation: ",
        *misfit.message,
        help=misfit.help,
        key=True,
    )


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


def _query_names(operation: Operation) -> tuple[Text, ...]:
    return tuple(p.name for p in operation.parameters if p.location is Location.QUERY)


def _without_spare(
    shapes: Shapes, operation: Operation, settings: Pagination, body: Node
) -> Pagination:
    """Return what is left for one operation of settings for all of them."""
    total, limit = settings.total, settings.limit
    if total is not None and _lacking(shapes, body, total) is not None:
        total = None
    if limit is not None and limit not in _query_names(operation):
        limit = None
    return replace(settings, total=total, limit=limit)


def _misfits(
    shapes: Shapes, operation: Operation, settings: Pagination, body: Node | None
) -> list[Misfit]:
    """Return what of ``settings`` the operation has nothing for."""
    found: list[Misfit] = []
    names = _query_names(operation)
    for member, name in (("parameter", settings.parameter), ("limit", settings.limit)):
        if name is not None and name not in names:
            found.append(
                Misfit(
                    member,
                    ("there is no query parameter ", name),
                    _choice("the query parameters are ", names),
                )
            )
    if body is None:
        words = "successful answers are not one kind of JSON"
        found.append(Misfit(None, (words,), ("state pagination: false, or none",)))
        return found
    for member, pointer in (
        ("items", settings.items),
        ("next", settings.next),
        ("more", settings.more),
        ("total", settings.total),
    ):
        misfit = None
        if pointer is not None:
            misfit = _lacking(shapes, body, pointer)
        if misfit is not None:
            found.append(Misfit(member, *misfit))
        elif member == "items" and _items(shapes, body, settings) is None:
            words = "what the answer has there is not described as a list of items"
            found.append(Misfit(member, (words,)))
    return found


def _lacking(
    shapes: Shapes, node: Node, pointer: tuple[Text, ...]
) -> tuple[tuple[str | Text, ...], tuple[str | Text, ...]] | None:
    """Return what to say if ``pointer`` leads to nothing inside values of ``node``;
    ``None`` if it does, or goes on where the document says nothing."""
    for token in pointer:
        shape = shapes.shaped(node).shape
        if isinstance(shape, ScalarShape | EnumShape):
            return ("the answer has no object that could hold ", token), ()
        if not isinstance(shape, ObjectShape) or shape.additional:
            return None
        slot = next((s for s in shape.slots if s.name == token), None)
        if slot is None:
            return (
                ("the answer has no ", token, " there"),
                _choice("the object there has ", [s.name for s in shape.slots]),
            )
        node = shapes.canonical(slot.node)[0]
    return None


def _choice(before: str, names: Sequence[Text]) -> tuple[str | Text, ...]:
    """Return a few of what could have been meant."""
    words: list[str | Text] = []
    for name in names[:_SHOWN]:
        words += [", " if words else before, name]
    if len(names) > _SHOWN:
        words.append(f" and {len(names) - _SHOWN} more")
    return tuple(words)


_SHOWN = 8


def _items(shapes: Shapes, body: Node, settings: Pagination) -> ArrayShape | None:
    """Return the list that the items of a page are in."""
    node = _at(shapes, body, settings.items)
    shape = None if node is None else shapes.shaped(node).shape
    if not isinstance(shape, ArrayShape) or len(shape.items) > 1:
        return None
    return shape


def _plan(shapes: Shapes, settings: Pagination, body: Node) -> PagePlan:
    """Return the plan of settings that fit."""
    array = _items(shapes, body, settings)
    assert array is not None
    is_list = isinstance(shapes.shaped(body).shape, ArrayShape)
    item = array.items[0] if array.items else None
    return PagePlan(settings, False, None if is_list else body, item)


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
