"""Responses of an operation → what its method returns and raises.

In: Response Objects. Out: :class:`ir.ResponseMedia` for success and error, the result
type, and the documented errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specpress import ir, naming
from specpress.lower import documentation
from specpress.lower.joined import ANY, NONE, union
from specpress.lower.media import kind_of
from specpress.lower.nodes import (
    Node,
    ObjectShape,
    UnionShape,
)
from specpress.lower.shapes import Shapes
from specpress.lower.types import RESULT, Types
from specpress.lower.untyped import loses_schema, says_otherwise
from specpress.lower.vocabulary import media_kind, status_sort_key
from specpress.openapi import MediaType, Operation, Response
from specpress.reserved_words import ERROR_RESERVED
from specpress.text import Text
from specpress.walking import all_methods

# One fixed table, the same in every client; errors.py defines the classes.
_CLASSES = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableEntityError",
    "429": "RateLimitError",
    "500": "InternalServerError",
}


_NEVER_A_BODY = frozenset(("204", "205", "304"))
"""Whatever content they are given, HTTP has none there (RFC 9110, section 15)."""


def error_base(client: str) -> str:
    """Return the name of the base of all errors of a client class."""
    name = naming.extended(client, suffix="Error")
    taken = name in ERROR_RESERVED
    return naming.extended(name, prefix="Base") if taken else name


_MOST_BODIES = 4
"""Of a longer union nobody can check every member."""


def error_body(common: ir.Type | None, resources: Iterable[ir.Resource]) -> ir.Type:
    """Return the type of a decoded error body, whichever operation it answers."""
    types = dict.fromkeys(() if common is None else (common,))
    for method in all_methods(resources):
        for media in method.errors:
            if media.kind in ("json", "text") and media.type is not None:
                types[media.type] = None
    if not types or len(types) > _MOST_BODIES:
        return ANY
    return union((*types, NONE))


def error_class(status: str) -> str:
    """Return the class that answers with ``status`` are raised as."""
    if status in _CLASSES:
        return _CLASSES[status]
    first = status[:1]
    if first == "4":
        return "ClientError"
    if first == "5":
        return "ServerError"
    if first == "3":
        return "RedirectError"
    return "APIError"


def success_responses(operation: Operation) -> tuple[Response, ...]:
    """Return the answers that are results: 2xx ones and redirects with methods of
    their own, or ``default`` where there is none (OpenAPI 3.1 section 4.8.16)."""
    found = [
        r
        for r in operation.responses
        if r.status.startswith("2") or r.redirect is not None
    ]
    if not found:
        found = [r for r in operation.responses if r.status == "default"]
    return tuple(sorted(found, key=lambda r: status_sort_key(r.status)))


def error_responses(operation: Operation) -> tuple[Response, ...]:
    """Return the answers that are errors. ``default`` covers every status that is not
    declared: where it is the result, errors have the same content."""
    successes = {
        id(r)
        for r in success_responses(operation)
        if r.status != "default" or not r.content
    }
    found = [
        r
        for r in operation.responses
        if id(r) not in successes and not r.status.startswith("1")
    ]
    return tuple(sorted(found, key=lambda r: status_sort_key(r.status)))


def decoded_media(
    shapes: Shapes, operation: Operation, response: Response
) -> tuple[MediaType, ...]:
    """Return the media types of a response that the client reads; HTTP has no body in
    answers to HEAD, whatever content they are given.

    Next to JSON, an alternative that only repeats the same object as XML, text or a
    stream of events is not asked for.
    """
    if response.status in _NEVER_A_BODY or operation.method == "HEAD":
        return ()
    has_json = any(kind_of(shapes, m) == "json" for m in response.content)
    return tuple(
        m for m in response.content if not (has_json and _is_other_form(shapes, m))
    )


def _is_other_form(shapes: Shapes, media: MediaType) -> bool:
    kind = kind_of(shapes, media)
    if kind in ("json", "binary"):
        return False
    if kind in ("xml", "form", "multipart"):
        return True
    if media.schema is None:
        return False
    shape = shapes.shaped(shapes.canonical(Node((media.schema,)))[0]).shape
    return isinstance(shape, ObjectShape | UnionShape)


def lower_responses(
    types: Types, shapes: Shapes, operation: Operation, responses: Iterable[Response]
) -> tuple[ir.ResponseMedia, ...]:
    """Return one entry for each status and media type that is read."""
    found: list[ir.ResponseMedia] = []
    for response in responses:
        read = decoded_media(shapes, operation, response)
        if not read:
            found.append(
                ir.ResponseMedia(
                    status=response.status,
                    media_type=None,
                    kind="empty",
                    type=None,
                    at=response.at,
                )
            )
        for media in read:
            found.extend(_media(types, shapes, response, media))
        for media in response.content if read else ():
            if media not in read and says_otherwise(shapes, media, read):
                types.degrade(media.at, "an answer that is not asked for: JSON is")
    return tuple(found)


def unusual_errors(
    errors: tuple[ir.ResponseMedia, ...], usual: ir.Type | None
) -> tuple[ir.ResponseMedia, ...]:
    """Return the errors that are not what errors are anyway: ``usual``, or nothing
    where there is no such type. Of those that are, the ones that another entry
    would be taken for: at run time the status itself is looked for first, then its
    range, then ``default``."""
    anyway = ("empty", None) if usual is None else ("json", usual)
    kept = {each.status for each in errors if (each.kind, each.type) != anyway}

    def is_taken_for_another(status: str) -> bool:
        wider = {"default"} if status == "default" else {f"{status[0]}XX", "default"}
        return bool(kept & (wider - {status}))

    kept |= {each.status for each in errors if is_taken_for_another(each.status)}
    return tuple(each for each in errors if each.status in kept)


def _media(
    types: Types, shapes: Shapes, response: Response, media: MediaType
) -> Iterator[ir.ResponseMedia]:
    kind = kind_of(shapes, media)
    if kind == "text" and media_kind(media.name) == "json":
        # A text of any media type: one of JSON stands in quotes.
        yield ir.ResponseMedia(
            status=response.status,
            media_type=Text("application/json"),
            kind="json",
            type=documented(types, media),
            at=media.at,
        )
    type_: ir.Type
    result: ir.ResponseKind
    if kind == "json":
        type_ = documented(types, media)
        result = "json"
    elif kind in ("text", "xml", "form"):
        type_, result = ir.ScalarType("str"), "text"
        if kind != "text":
            types.degrade(media.at, f"an answer in {kind} is passed on as text")
        elif loses_schema(shapes, media):
            types.degrade(media.at, "an answer that is not JSON is passed on as text")
    else:
        type_, result = ir.BinaryType(), "binary"
        if kind == "multipart":
            types.degrade(media.at, "a multipart answer is passed on as bytes")
        elif loses_schema(shapes, media):
            types.degrade(media.at, "an answer that is not JSON is passed on as bytes")
    yield ir.ResponseMedia(
        status=response.status,
        media_type=media.name,
        kind=result,
        type=type_,
        at=media.at,
    )


def documented(types: Types, media: MediaType) -> ir.Type:
    """Return the type of a body that is JSON."""
    if media.schema is None:
        return ANY
    return types.type_of(Node((media.schema,)), RESULT)


def result_type(responses: Iterable[ir.ResponseMedia]) -> ir.Type:
    """Return the union of what the answers decode to."""
    found = [NONE if r.type is None else r.type for r in responses]
    return union(found) if found else NONE


def answer_docs(
    successes: tuple[Response, ...],
) -> tuple[tuple[str, Text | None], ...]:
    """Return what tells several successes apart; of one, its result says enough."""
    if len(successes) < 2:
        return ()
    return tuple((each.status, each.description) for each in successes)


def error_docs(responses: Iterable[Response]) -> tuple[ir.ErrorDoc, ...]:
    return tuple(
        ir.ErrorDoc(
            status=response.status,
            class_name=ir.Identifier(error_class(response.status)),
            documentation=documentation.of_text(response.description),
        )
        for response in responses
        if response.status != "default"
    )
