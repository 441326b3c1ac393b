"""Parameter Objects: where a value goes and how it is spelled there.

In: the lists of a path item and of an operation. Out: parameters with the defaults of
the standard filled in, without repeats, one for each ``{name}`` of the path. What
Swagger 2.0 wrote as a parameter in the body is returned as a body.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from specpress.documents import Json
from specpress.openapi import (
    Location,
    MediaType,
    Parameter,
    RequestBody,
    Schema,
)
from specpress.parse import extensions
from specpress.parse.contents import (
    content,
    description_beside,
    examples,
    schema,
    schema_written_out,
    style_of,
    written_out_keys,
)
from specpress.parse.nodes import Node
from specpress.parse.reading import Reader
from specpress.parse.vocabulary import LOCATIONS, PARAMETER, PREFIX, STYLES_OF
from specpress.source import Pointer
from specpress.text import Text, lowered

_TEMPLATE: Final = re.compile(r"\{([^{}]*)\}")
_IGNORED_HEADERS: Final = {
    Text("accept"): "in OpenAPI the media type of the responses",
    Text("content-type"): "in OpenAPI the media type of the body",
    Text("authorization"): "security",
    Text("content-length"): "in HTTP the length of the body",
    Text("transfer-encoding"): "in HTTP the length of the body",
}
"""Headers that no parameter may set, and what decides them: the first three by OpenAPI,
the others by HTTP."""


def template_names(path: str) -> tuple[str, ...]:
    """Return the names between braces in a path, each once."""
    return tuple(dict.fromkeys(_TEMPLATE.findall(path)))


def parameter_list(reader: Reader, owner: Node) -> list[Parameter]:
    """Return what the ``parameters`` of a path item or operation hold."""
    found: dict[tuple[Location, Text], Parameter] = {}
    for value, at in reader.items(owner, "parameters"):
        parameter = read_parameter(reader, value, at)
        if parameter is None:
            continue
        identity = _identity(parameter)
        if identity in found:
            reader.warn(
                "repeated-parameter",
                at,
                f"{parameter.location.value} parameter ",
                parameter.name,
                " is listed twice; the first was taken",
                help=("remove one of them",),
            )
            continue
        found[identity] = parameter
    return list(found.values())


def _identity(parameter: Parameter) -> tuple[Location, Text]:
    # To HTTP, spellings of a header's name that differ in case are one header.
    is_header = parameter.location is Location.HEADER
    name = lowered(parameter.name) if is_header else parameter.name
    return parameter.location, name


def merge_parameters(
    shared: Iterable[Parameter], own: Iterable[Parameter]
) -> tuple[Parameter, ...]:
    """Return the path item's parameters, replaced or followed by the operation's."""
    merged = {_identity(parameter): parameter for parameter in shared}
    merged.update({_identity(parameter): parameter for parameter in own})
    return tuple(merged.values())


def without_ignored(
    reader: Reader, parameters: tuple[Parameter, ...], secured: bool
) -> tuple[Parameter, ...]:
    """Leave out the headers that the standard tells to ignore, and those that frame a
    message: any other value than the true one breaks it.

    ``Authorization`` stays where no security requirement would set it: otherwise a
    call could not say who it is.
    """
    kept: list[Parameter] = []
    for parameter in parameters:
        meaning = _IGNORED_HEADERS.get(lowered(parameter.name))
        if parameter.location is not Location.HEADER or meaning is None:
            kept.append(parameter)
        elif meaning == "security" and not secured:
            kept.append(parameter)
            reader.warn(
                "ignored-header",
                parameter.at,
                "header parameter ",
                parameter.name,
                " is for security schemes to describe; as none applies, it was taken "
                "as a parameter",
                help=("describe it under components/securitySchemes",),
            )
        else:
            reader.skip(
                "ignored-header",
                parameter.at,
                f"{meaning} decides this header",
                "header parameter ",
                parameter.name,
                f" was left out: {meaning} decides its value",
                help="remove it; a call can still set any header",
            )
    return tuple(kept)


def fit_to_path(
    reader: Reader,
    parameters: tuple[Parameter, ...],
    path: str,
    path_item: Pointer,
    schemas: dict[Pointer, Schema],
) -> tuple[Parameter, ...]:
    """Return one path parameter for each ``{name}`` of ``path``, and the others."""
    names = [Text(name) for name in template_names(path)]
    fitting: list[Parameter] = []
    for parameter in parameters:
        if parameter.location is Location.PATH and parameter.name not in names:
            reader.skip(
                "unused-path-parameter",
                parameter.at,
                "the path has no place for it",
                "path parameter ",
                parameter.name,
                " does not occur in ",
                Text(path),
                "; it was left out there",
                help="write {name} in the path, or remove the parameter",
            )
        else:
            fitting.append(parameter)
    declared = {p.name for p in fitting if p.location is Location.PATH}
    # Some write a query into the path, and declare it as well.
    query = template_names(re.sub(r"^(\{[^{}]*\}|[^?])*", "", path))
    declared |= {
        p.name
        for p in fitting
        if p.location is Location.QUERY and p.name in map(Text, query)
    }
    for name in names:
        if name in declared:
            continue
        reader.warn(
            "undeclared-path-parameter",
            path_item,
            "the path names ",
            name,
            ", which no parameter describes; a string was assumed",
            help=("add it to the parameters with in: path and required: true",),
            key=True,
        )
        schemas.setdefault(path_item, Schema(at=path_item, types=("string",)))
        fitting.append(_assumed(name, path_item))
    return tuple(fitting)


def _assumed(name: Text, path_item: Pointer) -> Parameter:
    return Parameter(
        at=path_item,
        name=name,
        location=Location.PATH,
        description=None,
        required=True,
        deprecated=False,
        style="simple",
        explode=False,
        allow_reserved=False,
        schema=path_item,
        content=None,
    )


def read_parameter(reader: Reader, value: Json, at: Pointer) -> Parameter | None:
    """Return a parameter, its definition read once wherever it is used."""
    node = reader.follow(value, at, "Parameter Object")
    if node is None:
        return None
    if node.at not in reader.memory.parameters:
        reader.memory.parameters[node.at] = _parameter(reader, node)
    parameter = reader.memory.parameters[node.at]
    if parameter is None or node.at == at or not isinstance(value, dict):
        return parameter
    description = description_beside(reader, value, at, "Parameter Object")
    if description is not None:
        parameter = replace(parameter, description=description)
    return _renamed_here(reader, Node(value, at), parameter)


def _renamed_here(reader: Reader, use: Node, parameter: Parameter) -> Parameter:
    """Apply settings that stand beside the ``$ref``."""
    if not reader.overrides_at(use.at) and not any(
        key.startswith(PREFIX) for key in use.value
    ):
        return parameter
    reader.check_keys(use, PARAMETER, pattern=True)
    return replace(
        parameter,
        python_name=extensions.python_name(reader, use, is_class=False)
        or parameter.python_name,
        python_type=extensions.python_type(reader, use) or parameter.python_type,
    )


def _parameter(reader: Reader, node: Node) -> Parameter | None:
    name = reader.text(node, "name")
    if name is None or not name:
        reader.skip(
            "unnamed-parameter",
            node.at,
            "it has no name",
            "a Parameter Object needs a name; without one it was left out",
            help="add its name and in",
        )
        return None
    location = _location(reader, node, name)
    if location is None:
        return None
    reader.check_keys(node, PARAMETER, also=written_out_keys(node))
    required = reader.flag(node, "required")
    if location is Location.PATH and not required:
        reader.warn(
            "optional-path-parameter",
            node.at,
            "path parameter ",
            name,
            " is not marked required; it was taken as required",
            help=("add required: true",),
        )
        required = True
    allowed = STYLES_OF[location]
    what = f"a {location.value} parameter"
    style = style_of(reader, node, allowed, what) or allowed[0]
    allow_reserved = reader.flag(node, "allowReserved")
    if allow_reserved and location is not Location.QUERY:
        reader.warn(
            "misplaced-key",
            node.at.child("allowReserved"),
            "allowReserved is only for query parameters; it was ignored",
            key=True,
        )
        allow_reserved = False
    schema_at, media_type = _schema_or_content(reader, node, name)
    return Parameter(
        at=node.at,
        name=name,
        location=location,
        description=reader.text(node, "description"),
        required=required,
        deprecated=reader.flag(node, "deprecated"),
        style=style,
        explode=reader.flag(node, "explode", default=style == "form"),
        allow_reserved=allow_reserved,
        schema=schema_at,
        content=media_type,
        examples=examples(reader, node),
        python_name=extensions.python_name(reader, node, is_class=False),
        python_type=extensions.python_type(reader, node),
    )


def _location(reader: Reader, node: Node, name: Text) -> Location | None:
    stated = node.value.get("in")
    at = node.at.child("in")
    if not isinstance(stated, str):
        if stated is not None:
            reader.wrong_kind(at, stated, "a string", "in")
            return None
        _skip_without_location(reader, node.at, name)
        return None
    if stated in LOCATIONS:
        return LOCATIONS[stated]
    if stated in ("body", "formData"):
        return None  # Read by ``swagger_body``.
    close = difflib.get_close_matches(stated.strip().lower()[:60], LOCATIONS, 1, 0.7)
    if not close:
        _skip_without_location(reader, at, name)
        return None
    reader.warn(
        "unknown-location",
        at,
        "there is no location ",
        Text(stated),
        f"; {close[0]} was assumed for parameter ",
        name,
        help=("in is path, query, header or cookie",),
    )
    return LOCATIONS[close[0]]


def _skip_without_location(reader: Reader, at: Pointer, name: Text) -> None:
    reader.skip(
        "unknown-location",
        at,
        "it does not say where it goes",
        "parameter ",
        name,
        " does not say where it goes; it was left out",
        help="in is path, query, header or cookie",
    )


def _schema_or_content(
    reader: Reader, node: Node, name: Text
) -> tuple[Pointer | None, MediaType | None]:
    schema_at = schema(reader, node)
    media_types = content(reader, node)
    if schema_at is not None and media_types:
        reader.warn(
            "schema-and-content",
            node.at,
            "parameter ",
            name,
            " has both schema and content, which exclude each other; schema was taken",
            help=("remove one of them",),
        )
        return schema_at, None
    if schema_at is not None:
        return schema_at, None
    if media_types:
        first, *others = media_types
        if others:
            reader.warn(
                "several-media-types",
                node.at.child("content"),
                "content of parameter ",
                name,
                " must hold one media type; the first was taken",
                key=True,
            )
        return None, first
    schema_at = schema_written_out(reader, node)
    if schema_at is None:
        reader.warn(
            "missing-schema",
            node.at,
            "parameter ",
            name,
            " has neither schema nor content; any value was assumed",
            help=("add a schema",),
        )
    return schema_at, None


def swagger_body(reader: Reader, owners: Iterable[Node]) -> RequestBody | None:
    """Return the body that parameters with ``in: body`` describe, the way of Swagger
    2.0; those of a form are left out, one by one."""
    body: RequestBody | None = None
    for owner in owners:
        if owner.value.get("parameters") is None:
            continue
        for value, at in reader.items(owner, "parameters"):
            node = reader.follow(value, at, "Parameter Object")
            if node is None or node.value.get("in") not in ("body", "formData"):
                continue
            if node.value["in"] == "body" and "schema" in node.value:
                reader.warn(
                    "swagger-parameter",
                    node.at,
                    "a parameter in the body is Swagger 2.0; a JSON body was assumed",
                    help=("write requestBody",),
                )
                media_type = MediaType(
                    at=node.at,
                    name=Text("application/json"),
                    schema=schema(reader, node),
                )
                body = body or RequestBody(
                    at=node.at,
                    description=reader.text(node, "description"),
                    required=reader.flag(node, "required"),
                    content=(media_type,),
                )
            else:
                reader.skip(
                    "swagger-parameter",
                    node.at,
                    "parameters in a form are Swagger 2.0",
                    "a parameter in a form is Swagger 2.0; it was left out",
                    help="write requestBody",
                )
    return body
