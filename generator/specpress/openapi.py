"""An OpenAPI document as the standard describes it: frozen data, no behaviour.

Every supported version is lifted to the meaning of OpenAPI 3.1 before it gets here.
References to anything but schemas are already followed. Schemas live in one table
(:attr:`Api.schemas`), keyed by their pointer, and refer to each other by key, so
recursion needs no special case. Strings of the document are :class:`Text`; words of
a closed vocabulary of the standard are enums or literals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, TypeAlias, Union

from specpress.source import Pointer
from specpress.text import Text

Value: TypeAlias = Union[
    None,
    bool,
    int,
    float,
    Text,
    tuple["Value", ...],
    "ObjectValue",
]
"""A JSON value of the document: a default, an example, a member of an enum."""


@dataclass(frozen=True, slots=True)
class ObjectValue:
    """A JSON object as data, members in the order of the document."""

    members: tuple[tuple[Text, Value], ...]


class Absent(Enum):
    """Not stated, where ``None`` would mean ``null``."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT

JsonType: TypeAlias = Literal[
    "null", "boolean", "integer", "number", "string", "array", "object"
]


@dataclass(frozen=True, slots=True)
class Discriminator:
    """``mapping`` holds resolved schema keys; a value that resolves to nothing is
    reported by ``parse`` and left out."""

    property: Text
    mapping: tuple[tuple[Text, Pointer], ...]
    at: Pointer


@dataclass(frozen=True, slots=True)
class Property:
    name: Text
    schema: Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A Schema Object (JSON Schema 2020-12 with the OpenAPI vocabulary).

    A field that the document does not state is empty, ``None`` or ``ABSENT``.
    ``types`` is sorted in the order of :data:`JsonType` and holds "null" for
    ``nullable: true``. ``exclusiveMinimum: true`` of 3.0 is already a number.
    """

    at: Pointer
    always: bool | None = None
    """``True`` or ``False`` for a boolean schema, else ``None``."""
    reference: Pointer | None = None
    """The schema that ``$ref`` names; the other fields are its siblings (3.1)."""
    types: tuple[JsonType, ...] = ()
    enum: tuple[Value, ...] | None = None
    meanings: tuple[tuple[Value, tuple[Text, ...]], ...] = ()
    """Values of ``enum`` with a name, a description, or both."""
    const: Value | Absent = ABSENT
    format: Text | None = None
    content_encoding: Text | None = None
    content_media_type: Text | None = None
    title: Text | None = None
    description: Text | None = None
    default: Value | Absent = ABSENT
    examples: tuple[Value, ...] = ()
    read_only: bool = False
    write_only: bool = False
    deprecated: bool = False
    properties: tuple[Property, ...] = ()
    required: tuple[Text, ...] = ()
    undeclared: tuple[Property, ...] = ()
    """Required names that are not among ``properties``, each with a schema of any value."""
    additional_properties: Pointer | None = None
    """Also for ``additionalProperties: true`` and ``false`` (a boolean schema)."""
    unevaluated_properties: Pointer | None = None
    pattern_properties: tuple[Property, ...] = ()
    """``Property.name`` is the pattern."""
    items: Pointer | None = None
    prefix_items: tuple[Pointer, ...] = ()
    unevaluated_items: Pointer | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False
    all_of: tuple[Pointer, ...] = ()
    one_of: tuple[Pointer, ...] = ()
    any_of: tuple[Pointer, ...] = ()
    discriminator: Discriminator | None = None
    pattern: Text | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: int | float | None = None
    min_properties: int | None = None
    max_properties: int | None = None
    rules: tuple[str, ...] = ()
    """Keywords found here that say more of values than any field above: ``not``,
    ``if``, ``contains``, ``dependentRequired`` …, sorted."""
    python_name: str | None = None
    """``x-specpress-name``, checked to be an identifier."""
    python_type: str | None = None
    """``x-specpress-type``, one of the fixed list."""


class Location(Enum):
    """``in`` of a Parameter Object."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"


Style: TypeAlias = Literal[
    "matrix",
    "label",
    "simple",
    "form",
    "spaceDelimited",
    "pipeDelimited",
    "deepObject",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A Header Object of a response or of a part."""

    at: Pointer
    name: Text
    description: Text | None
    required: bool
    deprecated: bool
    explode: bool
    schema: Pointer | None
    content: MediaType | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """An Encoding Object; ``None`` where the standard's default holds."""

    at: Pointer
    property: Text
    content_type: Text | None
    headers: tuple[Header, ...]
    style: Style | None
    explode: bool | None
    allow_reserved: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """One entry of a ``content`` map."""

    at: Pointer
    name: Text
    """As the document spells it: ``application/json; charset=utf-8``."""
    schema: Pointer | None
    encodings: tuple[Encoding, ...] = ()
    examples: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A Parameter Object with the defaults of the standard filled in."""

    at: Pointer
    name: Text
    location: Location
    description: Text | None
    required: bool
    deprecated: bool
    style: Style
    explode: bool
    allow_reserved: bool
    schema: Pointer | None
    content: MediaType | None
    examples: tuple[Value, ...] = ()
    python_name: str | None = None
    python_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    at: Pointer
    description: Text | None
    required: bool
    content: tuple[MediaType, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """``x-specpress-redirect``: the names of the two methods of a 3xx response."""

    url: str
    download: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    at: Pointer
    status: str
    """Three digits, ``1XX`` to ``5XX``, or ``default``."""
    description: Text | None
    headers: tuple[Header, ...]
    content: tuple[MediaType, ...]
    redirect: Redirect | None = None
    links: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerVariable:
    name: Text
    default: Text
    enum: tuple[Text, ...]
    description: Text | None
    at: Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    at: Pointer
    url: Text
    """With ``{variables}``; relative when the document says so."""
    description: Text | None
    variables: tuple[ServerVariable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthFlow:
    kind: Literal["implicit", "password", "clientCredentials", "authorizationCode"]
    authorization_url: Text | None
    token_url: Text | None
    refresh_url: Text | None
    scopes: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityScheme:
    at: Pointer
    key: Text
    """The name in ``components/securitySchemes``."""
    type: Literal["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"]
    description: Text | None
    name: Text | None = None
    """apiKey: the parameter's name."""
    location: Location | None = None
    """apiKey: where it goes; never PATH."""
    scheme: Text | None = None
    """http: ``bearer``, ``basic`` … lower-cased."""
    bearer_format: Text | None = None
    flows: tuple[OAuthFlow, ...] = ()
    open_id_url: Text | None = None
    argument: str | None = None
    """``x-specpress-argument``."""
    environment: str | None = None
    """``x-specpress-environment``."""


@dataclass(frozen=True, slots=True)
class SecurityRequirement:
    """Schemes that must hold together (AND): (scheme key, scopes). An empty one means
    that the operation may be called without credentials."""

    schemes: tuple[tuple[Text, tuple[Text, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One path item of a Callback Object: what the server will send back."""

    at: Pointer
    name: Text
    expression: Text
    operations: tuple[Operation, ...]


PaginationStyle: TypeAlias = Literal["cursor", "offset", "page", "link", "url"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """``x-specpress-pagination``. Pointers are JSON pointers into the response body,
    split into unescaped tokens. ``at`` is where it is stated."""

    style: PaginationStyle
    parameter: Text | None = None
    limit: Text | None = None
    next: tuple[Text, ...] | None = None
    more: tuple[Text, ...] | None = None
    total: tuple[Text, ...] | None = None
    items: tuple[Text, ...] = ()
    at: Pointer | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An Operation Object with what its Path Item shares filled in."""

    at: Pointer
    method: str
    """Upper case: ``GET``."""
    path: Text
    """The key under ``paths`` (for a webhook: its name)."""
    operation_id: Text | None
    tags: tuple[Text, ...]
    summary: Text | None
    description: Text | None
    deprecated: bool
    parameters: tuple[Parameter, ...]
    """In the order of the document, the Path Item's first; without repeats. Every
    ``{name}`` of the path is here, once (added and reported if not declared)."""
    body: RequestBody | None
    responses: tuple[Response, ...]
    callbacks: tuple[Callback, ...]
    servers: tuple[Server, ...]
    """Empty where the document's own servers hold."""
    security: tuple[SecurityRequirement, ...]
    """Alternatives (OR), the document's own filled in; empty: no credentials."""
    resource: tuple[str, ...] | None = None
    """``x-specpress-resource``."""
    method_name: str | None = None
    """``x-specpress-method``."""
    body_form: Literal["arguments", "single"] | None = None
    pagination: Pagination | Literal[False] | None = None
    idempotency: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    header: Text
    methods: tuple[str, ...]
    replayed: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryCodes:
    pointer: tuple[Text, ...]
    retry: tuple[Text, ...]
    never: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimitClass:
    name: str
    methods: tuple[str, ...]
    per_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    limit: Text | None
    remaining: Text | None
    reset: Text | None
    classes: tuple[RateLimitClass, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSignature:
    """HMAC-SHA256 of ``payload``."""

    header: Text
    prefix: Text
    """What stands before each signature in the header: ``v1=``."""
    encoding: Literal["hex", "base64"]
    payload: Text
    """What is signed; holds ``{body}``, perhaps ``{timestamp}`` and ``{id}``."""
    timestamp: Text | None
    """What stands before the time in the header; ``None``: it is not there."""
    timestamp_header: Text | None
    id_header: Text | None
    """``None`` where the payload does not hold it."""
    key_encoding: Literal["text", "base64"]
    tolerance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    signature: WebhookSignature | None
    event_header: Text | None
    event_pointer: tuple[Text, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The ``x-specpress-*`` keys of the document's root."""

    error: tuple[tuple[str, tuple[Text, ...]], ...] = ()
    """(attribute, pointer tokens) in the order of the document."""
    request_id: Text | None = None
    pagination: Pagination | None = None
    idempotency: Idempotency | None = None
    retry: RetryCodes | None = None
    rate_limit: RateLimit | None = None
    webhooks: WebhookSettings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is documentation only: counted, neither degraded nor skipped."""

    links: int = 0
    examples: int = 0
    assertions: int = 0
    external_docs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something of the document that gets no Python counterpart, and why."""

    at: Pointer
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    version: str
    """As the document states it: ``3.0.3``."""
    title: Text
    document_version: Text
    summary: Text | None
    description: Text | None
    servers: tuple[Server, ...]
    operations: tuple[Operation, ...]
    webhooks: tuple[Operation, ...]
    schemas: Mapping[Pointer, Schema]
    """Every schema of the document, and of those it refers to."""
    component_schemas: tuple[tuple[Text, Pointer], ...]
    security_schemes: tuple[SecurityScheme, ...]
    tags: tuple[tuple[Text, Text | None], ...]
    """(name, description)."""
    settings: Settings = field(default_factory=Settings)
    counts: Counts = field(default_factory=Counts)
    skipped: tuple[Skipped, ...] = ()
