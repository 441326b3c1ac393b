"""Security schemes and the root's settings → the client's arguments.

In: :class:`Api`. Out: credentials, requirements, :class:`ir.ClientSettings`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from specpress import ir, naming
from specpress.lower import documentation
from specpress.lower.types import Types
from specpress.lower.vocabulary import is_made_for_each_request, same_header
from specpress.naming import Want
from specpress.openapi import Api, SecurityRequirement, SecurityScheme
from specpress.reserved_words import CLIENT_ARGUMENT_RESERVED
from specpress.source import Pointer
from specpress.text import Text

Kind = Literal["bearer", "basic", "api_key", "http", "client_credentials"]
Requirement = tuple[tuple[Text, ...], ...]
"""Alternatives of schemes that are needed together."""

_ARGUMENTS: dict[Kind, str] = {
    "bearer": "token",
    "basic": "basic_auth",
    "api_key": "api_key",
    "http": "authorization",
    "client_credentials": "client_credentials",
}


def _kinds(scheme: SecurityScheme) -> tuple[Kind, ...]:
    """Return the ways to satisfy a scheme: tokens of people are got elsewhere."""
    match scheme.type:
        case "apiKey":
            return ("api_key",)
        case "oauth2":
            flows = {flow.kind for flow in scheme.flows}
            if flows == {"clientCredentials"}:
                return ("client_credentials",)
            return (
                ("bearer", "client_credentials")
                if "clientCredentials" in flows
                else ("bearer",)
            )
        case "openIdConnect":
            return ("bearer",)
        case "mutualTLS":
            return ()
        case "http":
            if scheme.scheme == Text("bearer"):
                return ("bearer",)
            return ("basic",) if scheme.scheme == Text("basic") else ("http",)


def lower_credentials(api: Api, package: str) -> tuple[ir.Credential, ...]:
    """Return the credentials of each security scheme; mutual TLS has none."""
    found: list[tuple[SecurityScheme, Kind]] = [
        (scheme, kind) for scheme in api.security_schemes for kind in _kinds(scheme)
    ]
    counts = Counter(kind for _, kind in found)
    wants: list[Want[tuple[Text, Kind]]] = []
    for scheme, kind in found:
        # What the document calls an argument is that of the last one.
        stated = scheme.argument if kind == _kinds(scheme)[-1] else None
        plain = stated or (
            _ARGUMENTS[kind] if counts[kind] == 1 else naming.snake_case((scheme.key,))
        )
        wish = naming.identifier(plain, CLIENT_ARGUMENT_RESERVED)
        wants.append(
            Want(
                (scheme.key, kind),
                wish,
                (kind, scheme.key),
                scheme.key == Text(wish.name),
                (
                    naming.identifier(
                        naming.snake_case((scheme.key, _ARGUMENTS[kind])),
                        CLIENT_ARGUMENT_RESERVED,
                    ),
                ),
                stated is not None,
            )
        )
    names = naming.settle(wants, reserved=CLIENT_ARGUMENT_RESERVED).names
    return tuple(
        _credential(s, kind, names[s.key, kind], package, _scopes(api, s.key))
        for s, kind in found
    )


def unmade_credentials(api: Api) -> Iterator[tuple[Pointer, str]]:
    """Yield the schemes of credentials that the client cannot work out, and why."""
    for scheme in api.security_schemes:
        if scheme.scheme is not None and is_made_for_each_request(scheme.scheme):
            reason = (
                "credentials made for each request: the caller gives all that follows "
                "the scheme's name, as a text or a function"
            )
            yield scheme.at, reason


def lower_certificates(api: Api) -> tuple[ir.Documentation, ...]:
    """Return what the document says of certificates that clients have to show."""
    return tuple(
        documentation.of_scheme(scheme)
        for scheme in api.security_schemes
        if scheme.type == "mutualTLS"
    )


def _scopes(api: Api, scheme: Text) -> tuple[Text, ...]:
    """Return the scopes that operations name: others may be none of this client's."""
    found: dict[Text, None] = {}
    for operation in api.operations:
        for way in operation.security:
            for key, scopes in way.schemes:
                if key == scheme:
                    found.update(dict.fromkeys(scopes))
    return tuple(found)


def _credential(
    scheme: SecurityScheme,
    kind: Kind,
    argument: ir.Identifier,
    package: str,
    scopes: tuple[Text, ...],
) -> ir.Credential:
    flow = None
    if kind == "client_credentials":
        flow = next(f for f in scheme.flows if f.kind == "clientCredentials")
    kinds = _kinds(scheme)
    return ir.Credential(
        scheme=scheme.key,
        kind=kind,
        argument=argument,
        environment=(scheme.environment if kind == kinds[-1] else None)
        or naming.environment_name((package, argument.name.rstrip("_"))),
        place=None if scheme.location is None else scheme.location.value,
        parameter=scheme.name,
        http_scheme=scheme.scheme if kind == "http" else None,
        token_url=None if flow is None else flow.token_url,
        scopes=() if flow is None else scopes,
        documentation=(
            documentation.of_scheme(scheme) if kind == kinds[0] else ir.Documentation()
        ),
    )


def requirement(api: Api, alternatives: tuple[SecurityRequirement, ...]) -> Requirement:
    """Return what the client has to add to a request. A certificate is no part of it:
    the transport shows that when it connects."""
    certificates = {s.key for s in api.security_schemes if s.type == "mutualTLS"}
    found = (
        tuple(scheme for scheme, _ in each.schemes if scheme not in certificates)
        for each in alternatives
    )
    return tuple(dict.fromkeys(found))


def default_requirement(api: Api) -> Requirement:
    """Return what most operations require; the document's order breaks a tie."""
    counted = Counter(requirement(api, o.security) for o in api.operations)
    return counted.most_common(1)[0][0] if counted else ()


def lower_settings(
    api: Api, types: Types, error_type: ir.Type | None
) -> ir.ClientSettings:
    settings = api.settings
    idempotency, retry, limits = (
        settings.idempotency,
        settings.retry,
        settings.rate_limit,
    )
    return ir.ClientSettings(
        request_id_header=settings.request_id or _request_id_header(api),
        error_type=error_type,
        error_attributes=tuple(
            ir.ErrorAttribute(
                name=ir.Identifier(name), tokens=tokens, type=ir.ScalarType("str")
            )
            for name, tokens in settings.error
        ),
        idempotency_header=None if idempotency is None else idempotency.header,
        idempotency_replayed=None if idempotency is None else idempotency.replayed,
        retry_pointer=() if retry is None else retry.pointer,
        retry_codes=() if retry is None else retry.retry,
        never_retry_codes=() if retry is None else retry.never,
        rate_limit_headers=(
            None if limits is None else (limits.limit, limits.remaining, limits.reset)
        ),
        rate_classes=(
            ()
            if limits is None
            else tuple((c.name, c.methods, c.per_minute) for c in limits.classes)
        ),
    )


def _request_id_header(api: Api) -> Text | None:
    """Return the request id header that the document itself describes."""
    for operation in api.operations:
        for response in operation.responses:
            for header in response.headers:
                for known in ("X-Request-Id", "Request-Id"):
                    if same_header(header.name, Text(known)):
                        return Text(known)
    return None
