"""Request bodies and responses.

In: nodes of these kinds, behind references or not. Out: the objects of
:mod:`specpress.openapi`, responses by status.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from specpress.documents import Json
from specpress.openapi import MediaType, RequestBody, Response
from specpress.parse import extensions
from specpress.parse.contents import content, description_beside, headers, schema
from specpress.parse.nodes import Node
from specpress.parse.reading import Reader
from specpress.parse.vocabulary import (
    LINK,
    REDIRECT_RESPONSE,
    REQUEST_BODY,
    RESPONSE,
    RESPONSES,
)
from specpress.source import Pointer
from specpress.text import Text

_STATUS: Final = re.compile(r"[1-9][0-9][0-9]")
_RANGE: Final = re.compile(r"[1-5][xX]{2}")


def request_body(reader: Reader, value: Json, at: Pointer) -> RequestBody | None:
    node = reader.follow(value, at, "Request Body Object")
    if node is None:
        return None
    if node.at not in reader.memory.bodies:
        reader.memory.bodies[node.at] = _request_body(reader, node)
    body = reader.memory.bodies[node.at]
    description = description_beside(reader, value, at, "Request Body Object")
    if body is None or description is None:
        return body
    return replace(body, description=description)


def _request_body(reader: Reader, node: Node) -> RequestBody | None:
    reader.check_keys(node, REQUEST_BODY, also=_without_content(node))
    media_types = content(reader, node)
    if not media_types and "schema" in node.value:
        media_types = (_schema_as_json(reader, node),)
    if not media_types:
        reader.warn(
            "missing-key",
            node.at,
            "a Request Body Object needs content with a media type, which is not "
            "there; no body was assumed",
            key=True,
        )
        return None
    return RequestBody(
        at=node.at,
        description=reader.text(node, "description"),
        required=reader.flag(node, "required"),
        content=media_types,
    )


def _without_content(node: Node) -> tuple[str, ...]:
    """Return the key that is taken for the content that is missing."""
    return () if "content" in node.value else ("schema",)


def _schema_as_json(reader: Reader, node: Node) -> MediaType:
    reader.warn(
        "missing-content",
        node.at.child("schema"),
        "a schema stands here without a media type, as in Swagger 2.0; "
        "application/json was assumed",
        help=("write content: {application/json: {schema: …}}",),
        key=True,
    )
    return MediaType(
        at=node.at, name=Text("application/json"), schema=schema(reader, node)
    )


def responses(reader: Reader, operation: Node) -> tuple[Response, ...]:
    """Return the responses of an operation by status."""
    if operation.value.get("responses") is None:
        reader.warn(
            "missing-responses",
            operation.at,
            "an Operation Object needs responses, which are not there; any answer "
            "without a body was assumed",
            help=("describe what the operation answers",),
            key=True,
        )
        return ()
    node = reader.child(operation, "responses")
    if node is None:
        return ()
    reader.check_keys(node, RESPONSES, pattern=True)
    if not any(not key.startswith("x-") for key in node.value):
        reader.warn(
            "missing-responses",
            node.at,
            "responses describes no status; any answer without a body was assumed",
            key=True,
        )
    found: dict[str, Response] = {}
    for key, value in node.value.items():
        if key.startswith("x-"):
            continue
        at = node.at.child(key)
        status = _status(reader, key, at)
        if status is None:
            continue
        if status in found:
            reader.warn(
                "repeated-status",
                at,
                f"status {status} is described twice; the first was taken",
                key=True,
            )
            continue
        response = read_response(reader, status, value, at)
        if response is not None:
            found[status] = response
    return tuple(found.values())


def _status(reader: Reader, key: str, at: Pointer) -> str | None:
    meant: str | None = None
    spelled = key.strip()
    if spelled.lower() == "default":
        meant = "default"
    elif _RANGE.fullmatch(spelled):
        meant = spelled.upper()
    elif _STATUS.fullmatch(spelled):
        meant = spelled
        if int(spelled) > 599:
            reader.warn(
                "bad-status",
                at,
                f"{spelled} is no status of HTTP; it was taken as it stands",
                key=True,
            )
    if meant is None:
        reader.skip(
            "bad-status",
            at,
            "its key is not a status",
            Text(key),
            " is not a status; this response was left out",
            help="write three digits, a range such as 4XX, or default",
        )
    elif meant != key:
        reader.warn(
            "bad-status",
            at,
            Text(key),
            f" is not a status; {meant} was assumed",
            key=True,
        )
    return meant


def read_response(
    reader: Reader, status: str, value: Json, at: Pointer
) -> Response | None:
    if value is None:
        # Writing only the status is common and clear: an answer without a body.
        reader.object(value, at, "Response Object")
        return Response(at=at, status=status, description=None, headers=(), content=())
    node = reader.follow(value, at, "Response Object")
    if node is None:
        return None
    key = (node.at, status)
    if key not in reader.memory.responses:
        reader.memory.responses[key] = _response(reader, status, node)
    response = reader.memory.responses[key]
    description = description_beside(reader, value, at, "Response Object")
    return (
        response if description is None else replace(response, description=description)
    )


def _response(reader: Reader, status: str, node: Node) -> Response:
    redirecting = status.startswith("3")
    kind = REDIRECT_RESPONSE if redirecting else RESPONSE
    reader.check_keys(node, kind, also=_without_content(node))
    description = reader.text(node, "description")
    if "description" not in node.value:
        reader.missing(node, "description", RESPONSE, "none was assumed")
    links = 0
    for _, value, at in reader.members(node, "links"):
        link = reader.follow(value, at, "Link Object")
        if link is not None:
            reader.check_keys(link, LINK)
            links += 1
    reader.totals.links += links
    media_types = content(reader, node)
    if not media_types and "schema" in node.value:
        media_types = (_schema_as_json(reader, node),)
    return Response(
        at=node.at,
        status=status,
        description=description,
        headers=headers(reader, node),
        content=media_types,
        redirect=extensions.redirect(reader, node) if redirecting else None,
        links=links,
    )
