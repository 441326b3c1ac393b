"""Servers and their variables, security schemes and requirements.

In: nodes of these kinds. Out: the objects of :mod:`specpress.openapi`. Which address
and which credential a call ends up with is decided later.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal

from specpress.documents import Json
from specpress.openapi import (
    Location,
    OAuthFlow,
    SecurityRequirement,
    SecurityScheme,
    Server,
    ServerVariable,
)
from specpress.parse import extensions
from specpress.parse.nodes import Node
from specpress.parse.parameters import template_names
from specpress.parse.reading import Reader
from specpress.parse.vocabulary import (
    LOCATIONS,
    OAUTH_FLOW,
    OAUTH_FLOWS,
    SECURITY_SCHEME,
    SERVER,
    SERVER_VARIABLE,
)
from specpress.source import Pointer
from specpress.text import Text


def servers(reader: Reader, owner: Node) -> tuple[Server, ...]:
    found: list[Server] = []
    for value, at in reader.items(owner, "servers"):
        node = reader.object(value, at, "Server Object")
        if node is not None:
            found.append(_server(reader, node))
    return tuple(found)


def _server(reader: Reader, node: Node) -> Server:
    reader.check_keys(node, SERVER)
    url = reader.required_text(node, "url", SERVER, "/")
    variables: dict[str, ServerVariable] = {}
    for name, value, at in reader.members(node, "variables"):
        inner = reader.object(value, at, "Server Variable Object")
        if inner is not None:
            variables[name] = _variable(reader, name, inner)
    stated = node.value.get("url")
    for name in template_names(stated) if isinstance(stated, str) else ():
        if name not in variables:
            reader.warn(
                "undeclared-server-variable",
                node.at.child("url"),
                "the URL names ",
                Text(name),
                ", which no variable describes; an empty default was assumed",
                help=("add it to variables, with a default",),
            )
            variables[name] = ServerVariable(
                name=Text(name),
                default=Text(""),
                enum=(),
                description=None,
                at=node.at,
            )
    return Server(
        at=node.at,
        url=url,
        description=reader.text(node, "description"),
        variables=tuple(variables.values()),
    )


def _variable(reader: Reader, name: str, node: Node) -> ServerVariable:
    reader.check_keys(node, SERVER_VARIABLE)
    choices = reader.texts(node, "enum")
    default = reader.text(node, "default")
    if default is None:
        default = choices[0] if choices else Text("")
        reader.warn(
            "missing-default",
            node.at,
            "server variable ",
            Text(name),
            " has no default; ",
            default,
            " was assumed",
            help=("add a default",),
        )
    elif choices and default not in choices:
        reader.warn(
            "default-not-in-enum",
            node.at.child("default"),
            "the default of server variable ",
            Text(name),
            " is not in its enum; it was taken as it stands",
        )
    return ServerVariable(
        name=Text(name),
        default=default,
        enum=choices,
        description=reader.text(node, "description"),
        at=node.at,
    )


# Security


def security_schemes(reader: Reader, components: Node) -> tuple[SecurityScheme, ...]:
    found: list[SecurityScheme] = []
    for key, value, at in reader.members(components, "securitySchemes"):
        node = reader.follow(value, at, "Security Scheme Object")
        if node is not None:
            scheme = _security_scheme(reader, key, node)
            if scheme is not None:
                found.append(scheme)
    return tuple(found)


def _security_scheme(reader: Reader, key: str, node: Node) -> SecurityScheme | None:
    reader.check_keys(node, SECURITY_SCHEME)
    type, scheme = _scheme_type(reader, node)
    if type is None:
        reader.skip(
            "unknown-security-type",
            node.at,
            "its type is unknown",
            "security scheme ",
            Text(key),
            " has no type of the standard; it was left out, calls go without it",
            help="type is apiKey, http, mutualTLS, oauth2 or openIdConnect",
        )
        return None
    name = reader.text(node, "name")
    location = _credential_location(reader, node) if type == "apiKey" else None
    if type == "apiKey" and (name is None or location is None):
        reader.skip(
            "incomplete-security-scheme",
            node.at,
            "it does not say where the key goes",
            "security scheme ",
            Text(key),
            " needs name and in (query, header or cookie); it was left out, calls go "
            "without it",
            help="add name and in",
        )
        return None
    if type == "http" and not scheme:
        reader.warn(
            "incomplete-security-scheme",
            node.at,
            "security scheme ",
            Text(key),
            " does not say its scheme; bearer was assumed",
            help=("add scheme: bearer or scheme: basic",),
        )
        scheme = "bearer"
    return SecurityScheme(
        at=node.at,
        key=Text(key),
        type=type,
        description=reader.text(node, "description"),
        name=name,
        location=location,
        scheme=Text(scheme) if scheme else None,
        bearer_format=reader.text(node, "bearerFormat"),
        flows=_flows(reader, node) if type == "oauth2" else (),
        open_id_url=reader.text(node, "openIdConnectUrl"),
        argument=extensions.argument(reader, node),
        environment=extensions.environment(reader, node),
    )


SchemeType = Literal["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"]
_TYPES: Final[dict[str, SchemeType]] = {
    "apikey": "apiKey",
    "http": "http",
    "mutualtls": "mutualTLS",
    "oauth2": "oauth2",
    "openidconnect": "openIdConnect",
}


def _scheme_type(reader: Reader, node: Node) -> tuple[SchemeType | None, str | None]:
    """Return the type and, for ``http``, the scheme as it is spelled; the two that
    everybody knows in lower case."""
    stated = node.value.get("type")
    scheme = node.value.get("scheme")
    spelled = scheme.strip() if isinstance(scheme, str) else None
    if spelled is not None and spelled.lower() in ("basic", "bearer"):
        spelled = spelled.lower()
    if not isinstance(stated, str):
        if stated is not None:
            reader.wrong_kind(node.at.child("type"), stated, "a string", "type")
        return None, None
    meant = _TYPES.get(stated.strip().lower())
    if meant is None and stated.strip().lower() in ("basic", "bearer"):
        meant, spelled = "http", stated.strip().lower()
    if meant is not None and meant != stated:
        reader.warn(
            "unknown-security-type",
            node.at.child("type"),
            "there is no security scheme type ",
            Text(stated),
            f"; {meant} was assumed",
        )
    return meant, spelled if meant == "http" else None


def _credential_location(reader: Reader, node: Node) -> Location | None:
    stated = node.value.get("in")
    location = (
        LOCATIONS.get(stated.strip().lower()) if isinstance(stated, str) else None
    )
    return None if location is Location.PATH else location


def _flows(reader: Reader, node: Node) -> tuple[OAuthFlow, ...]:
    flows = reader.child(node, "flows")
    if flows is None:
        return ()
    reader.check_keys(flows, OAUTH_FLOWS)
    found: list[OAuthFlow] = []
    for kind in _FLOWS:
        inner = reader.child(flows, kind)
        if inner is None:
            continue
        reader.check_keys(inner, OAUTH_FLOW)
        needs_authorization = kind in ("implicit", "authorizationCode")
        for url, needed in (
            ("authorizationUrl", needs_authorization),
            ("tokenUrl", kind != "implicit"),
        ):
            if needed and inner.value.get(url) is None:
                reader.missing(
                    inner, url, OAUTH_FLOW, "a token must be given to the client"
                )
        found.append(
            OAuthFlow(
                kind=kind,
                authorization_url=reader.text(inner, "authorizationUrl"),
                token_url=reader.text(inner, "tokenUrl"),
                refresh_url=reader.text(inner, "refreshUrl"),
                scopes=_scopes(reader, inner),
            )
        )
    return tuple(found)


_FLOWS: Final[
    tuple[
        Literal["implicit", "password", "clientCredentials", "authorizationCode"], ...
    ]
] = ("implicit", "password", "clientCredentials", "authorizationCode")


def _scopes(reader: Reader, flow: Node) -> tuple[tuple[Text, Text], ...]:
    found: list[tuple[Text, Text]] = []
    for name, value, at in reader.members(flow, "scopes"):
        text = Text("") if value is None else reader.as_text(value, at, "scope")
        if text is not None:
            found.append((Text(name), text))
    return tuple(found)


def security(
    reader: Reader, owner: Node, known: Collection[Text], defined: Collection[str]
) -> tuple[SecurityRequirement, ...] | None:
    """Return the alternatives that ``owner`` states; None if it states nothing.

    ``known`` are the schemes that can be used, ``defined`` all the document's.
    """
    if owner.value.get("security") is None:
        return None
    found: list[SecurityRequirement] = []
    for value, at in reader.items(owner, "security"):
        node = reader.object(value, at, "Security Requirement Object")
        if node is None:
            continue
        schemes: list[tuple[Text, tuple[Text, ...]]] = []
        for name, stated in node.value.items():
            if Text(name) in known:
                scopes = _required_scopes(reader, stated, node.at.child(name))
                schemes.append((Text(name), scopes))
            elif name not in defined:
                _warn_unknown(reader, name, node.at.child(name))
        if schemes or not node.value:
            found.append(SecurityRequirement(tuple(schemes)))
    return tuple(found)


def _required_scopes(reader: Reader, value: Json, at: Pointer) -> tuple[Text, ...]:
    if value is None:
        return ()
    read = (
        reader.as_text(item, place, "scope")
        for item, place in reader.list_items(value, at, "scopes")
    )
    return tuple(scope for scope in read if scope is not None)


def _warn_unknown(reader: Reader, name: str, at: Pointer) -> None:
    reader.warn(
        "unknown-security-scheme",
        at,
        "there is no security scheme ",
        Text(name),
        "; calls go without it",
        help=("add it to components/securitySchemes",),
        key=True,
    )


def defined_schemes(components: Node | None) -> Collection[str]:
    stated: Json = components.value.get("securitySchemes") if components else None
    return stated.keys() if isinstance(stated, dict) else ()
