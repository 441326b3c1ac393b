"""The Python package to be produced: frozen data, no behaviour.

``lower`` fills it in from the document; templates print it. It does not know
OpenAPI's objects. Names are settled here (:class:`Identifier`), text of the document
is still :class:`Text` and becomes source only in :mod:`specpress.python_text`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, final

from specpress.openapi import ObjectValue, Value
from specpress.source import Pointer
from specpress.text import Text


@final
@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A Python identifier; only :mod:`specpress.naming` makes one."""

    name: str


# --- Types ---------------------------------------------------------------------------


Scalar: TypeAlias = Literal[
    "Any",
    "None",
    "bool",
    "int",
    "float",
    "str",
    "bytes",
    "datetime",
    "date",
    "time",
    "UUID",
    "Decimal",
]


@dataclass(frozen=True, slots=True)
class ScalarType:
    """A type that needs no parameters. ``wire`` is set where the JSON form is a string
    that is not the type's usual one: ``int`` on a digit string."""

    name: Scalar
    as_text: bool = False
    """The wire value is a string: ``int`` for a digit string (x-specpress-type)."""


@dataclass(frozen=True, slots=True)
class LiteralType:
    """``Literal[...]`` of strings, integers, booleans and null."""

    values: tuple[Text | int | bool | None, ...]


@dataclass(frozen=True, slots=True)
class ListType:
    item: Type
    argument: bool = False
    """In an argument: ``SequenceOf[...]``, which takes any sequence but ``str``."""


@dataclass(frozen=True, slots=True)
class DictType:
    value: Type
    argument: bool = False
    """In an argument: ``Mapping[str, ...]``."""


@dataclass(frozen=True, slots=True)
class TupleType:
    items: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class DiscriminatorInfo:
    """Which member a discriminator value selects; members by class name."""

    property: Text
    mapping: tuple[tuple[Text, Identifier], ...]


@dataclass(frozen=True, slots=True)
class UnionType:
    """``A | B``. Members are unique, ``None`` last. With ``open`` the annotation ends
    in ``UnknownVariant``: an object that no member describes."""

    members: tuple[Type, ...]
    discriminator: DiscriminatorInfo | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class NamedType:
    """A model or an alias of ``models``: ``models.Label``."""

    name: Identifier
    quoted: bool = False
    """In an alias: looked up when it is needed, not when the alias is made."""
    module: Identifier | None = None
    """Of a name that leads back to the alias it is in: then it is written with its
    module, ``models.json.Json``, because pyright gives up on a circle that goes through
    the names of the package."""


@dataclass(frozen=True, slots=True)
class FileType:
    """What an upload takes: a path, bytes, an open binary file, or ``File``."""


@dataclass(frozen=True, slots=True)
class BinaryType:
    """A binary response body: ``bytes``."""


Type: TypeAlias = (
    ScalarType
    | LiteralType
    | ListType
    | DictType
    | TupleType
    | UnionType
    | NamedType
    | FileType
    | BinaryType
)


# --- Models --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Documentation:
    """Text of the document about one thing, for a docstring.

    ``notes`` are our own sentences (with document text where quoted), such as the
    pattern or bounds of a field: "At most 50 characters."
    """

    summary: Text | None = None
    description: Text | None = None
    notes: tuple[tuple[str | Text, ...], ...] = ()


Preset: TypeAlias = Text | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A property of an object."""

    name: Identifier
    wire_name: Text
    type: Type
    required: bool
    """``False``: the annotation ends in ``| Unset`` and the default is ``UNSET``."""
    preset: Preset | None = None
    """What a required one is unless the caller says otherwise."""
    deprecated: bool = False
    documentation: Documentation = field(default_factory=Documentation)
    at: Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A dataclass. ``additional`` is the type of properties that are not declared
    when the document gives one, else ``None`` (unknown ones are kept as they came)."""

    name: Identifier
    documentation: Documentation
    fields: tuple[Field, ...]
    additional: Type | None
    at: Pointer
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """``Name: TypeAlias = …``."""

    name: Identifier
    documentation: Documentation
    type: Type
    at: Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class PageModel:
    """``class ContactListPage(ContactList, Page[models.Contact])`` and its
    asynchronous twin, written below the model of the response."""

    name: Identifier
    async_name: Identifier
    model: Identifier
    item: Type


Declaration: TypeAlias = Model | Alias | PageModel


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelModule:
    """``models/<module>.py``: a component schema, its inline schemas below it."""

    module: Identifier
    declarations: tuple[Declaration, ...]


# --- Operations ----------------------------------------------------------------------


Place: TypeAlias = Literal["path", "query", "header", "cookie"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterStyle:
    """How a parameter is written, where it is not the default of its place."""

    style: str
    explode: bool
    allow_reserved: bool = False
    content_type: Text | None = None
    """``content``-typed: serialised as this media type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A parameter of a generated method.

    ``place`` is where its value goes: a parameter of the request, a field of a
    flattened JSON body ("body"), or the whole body ("whole body").
    """

    name: Identifier
    wire_name: Text
    place: Literal["path", "query", "header", "cookie", "body", "whole body"]
    type: Type
    required: bool
    preset: Preset | None = None
    """See :class:`Field`."""
    positional: bool = False
    style: ParameterStyle | None = None
    documentation: Documentation = field(default_factory=Documentation)
    deprecated: bool = False
    as_text: bool = False
    """A body field whose wire form is text: the digit string of an ``int``."""
    at: Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEncoding:
    """How one property of a form or multipart body is written."""

    property: Text
    content_type: Text | None = None
    style: str | None = None
    explode: bool | None = None
    allow_reserved: bool | None = None
    headers: tuple[tuple[Text, Text | str], ...] = ()
    """Those of one value."""
    base64: bool = False
    """Its bytes are no file: base64, as in JSON."""
    file: bool = False
    """It is a file, or several, and nothing else."""


ValueKind: TypeAlias = Literal["any", "str", "file"]
"""Values that are of no class of the package."""

BodyKind: TypeAlias = Literal["json", "form", "multipart", "text", "binary"]


OpenKind: TypeAlias = Literal["range", "boundary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMedia:
    media_type: Text
    kind: BodyKind
    encodings: tuple[PartEncoding, ...] = ()
    file: bool = False
    """Of multipart: one file instead of an object."""
    open: OpenKind | None = None
    """What of the media type is the caller's to say: which of a range it is, or the
    boundary of a body that is sent as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The request body. ``flattened``: its properties are arguments of the method."""

    media: tuple[BodyMedia, ...]
    required: bool
    flattened: bool
    content_type: Type | None = None
    """Of the argument that says which of them is sent; ``None`` where there is no
    choice."""
    by_value: tuple[tuple[Identifier | ValueKind, Text], ...] = ()
    """Classes of values → the media type that is for them, where it is not the first."""


ResponseKind: TypeAlias = Literal["json", "text", "binary", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseMedia:
    """One answer the document describes. ``type`` is ``None`` for "empty"."""

    status: str
    """``200``, ``2XX`` or ``default``."""
    media_type: Text | None
    kind: ResponseKind
    type: Type | None
    at: Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackDoc:
    """What the API sends back to the caller, to a URL that the request tells."""

    name: Text
    http_method: str
    expression: Text
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class PaginationPlan:
    """How the next page is found; tokens of JSON pointers into the body."""

    style: Literal["cursor", "offset", "page", "link", "url"]
    parameter: Text | None
    limit: Text | None
    next: tuple[Text, ...] | None
    more: tuple[Text, ...] | None
    total: tuple[Text, ...] | None
    items: tuple[Text, ...]
    inferred: bool
    item_type: Type
    page: Identifier | None
    """The :class:`PageModel`; ``None`` where the body is itself the list."""
    async_page: Identifier | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectPlan:
    """An operation whose documented answer is a redirect becomes two methods; this
    one either returns the URL or downloads from it without credentials."""

    kind: Literal["url", "download"]
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDoc:
    """A documented error answer: its status, class and the document's words."""

    status: str
    class_name: Identifier
    documentation: Documentation


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method of a resource, and the constant that describes its operation."""

    name: Identifier
    constant: Identifier
    """``_UPDATE``: the module constant that holds the ``Operation``."""
    operation_name: str
    """Dotted: ``labels.update``; for logs and the manifest."""
    operation_id: Text | None = None
    http_method: str
    path: Text
    server: Text | None
    """The operation's own server URL, where it is not the client's."""
    documentation: Documentation
    arguments: tuple[Argument, ...]
    body: Body | None
    responses: tuple[ResponseMedia, ...]
    """Success answers."""
    errors: tuple[ResponseMedia, ...]
    """Error answers whose type is not the package's default error type."""
    answer_docs: tuple[tuple[str, Text | None], ...]
    """What the document says of several successes: (status, description)."""
    error_docs: tuple[ErrorDoc, ...]
    headers: tuple[Text, ...] = ()
    """Names of documented headers that most other answers have not."""
    callbacks: tuple[CallbackDoc, ...] = ()
    result: Type
    security: tuple[tuple[Text, ...], ...] | None
    """``None``: the package's default; ``()``: none."""
    pagination: PaginationPlan | None = None
    redirect: RedirectPlan | None = None
    idempotency_key: bool = False
    deprecated: bool = False
    at: Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """``resources/<module>.py`` with a class and its asynchronous twin.

    ``children`` are resources reached through an attribute of this one.
    """

    attribute: Identifier
    class_name: Identifier
    async_class_name: Identifier
    module: Identifier
    path: str
    """Dotted attribute path from the client: ``phone_numbers.contacts``."""
    documentation: Documentation
    methods: tuple[Method, ...]
    children: tuple[Resource, ...]


# --- The package ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A security scheme as an argument of the client."""

    scheme: Text
    """Key in the document."""
    kind: Literal["bearer", "basic", "api_key", "http", "client_credentials"]
    argument: Identifier
    environment: str
    place: Place | None = None
    parameter: Text | None = None
    http_scheme: Text | None = None
    token_url: Text | None = None
    scopes: tuple[Text, ...] = ()
    documentation: Documentation = field(default_factory=Documentation)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """A server that the document names."""

    url: Text
    description: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerVariableArgument:
    """A server variable as a keyword of the client."""

    name: Identifier
    variable: Text
    """As it stands in the URLs of servers."""
    default: Text
    values: tuple[Text, ...]
    documentation: Documentation


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorAttribute:
    """An attribute of ``APIError`` read out of the error body."""

    name: Identifier
    tokens: tuple[Text, ...]
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSettings:
    request_id_header: Text | None
    error_type: Type | None
    """What most documented errors decode to."""
    error_attributes: tuple[ErrorAttribute, ...]
    idempotency_header: Text | None
    idempotency_replayed: Text | None
    retry_pointer: tuple[Text, ...]
    retry_codes: tuple[Text, ...]
    never_retry_codes: tuple[Text, ...]
    rate_limit_headers: tuple[Text | None, Text | None, Text | None] | None
    """Limit, remaining, reset."""
    rate_classes: tuple[tuple[str, tuple[str, ...], int], ...]
    """(name, methods, requests per minute)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """A webhook of the document, or a callback: its payload type."""

    name: Text
    """The wire name of the event."""
    type: Type
    documentation: Documentation
    at: Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSignature:
    """HMAC-SHA256 of ``payload``, in a header."""

    header: Text
    prefix: Text
    encoding: Literal["hex", "base64"]
    payload: Text
    timestamp: Text | None
    """What stands before the time in the header; ``None``: it is not there."""
    timestamp_header: Text | None
    id_header: Text | None
    key_encoding: Literal["text", "base64"]
    tolerance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """``webhooks.py``: verification and the typed union of events."""

    events: tuple[WebhookEvent, ...]
    callbacks: tuple[WebhookEvent, ...]
    signature: WebhookSignature | None
    event_header: Text | None
    event_pointer: tuple[Text, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What became of the document: counts, and what is weaker or missing."""

    counts: tuple[tuple[str, int], ...]
    degraded: tuple[tuple[Pointer, str], ...]
    skipped: tuple[tuple[Pointer, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Everything the templates print."""

    name: Identifier
    """The import package: ``kirim_chat``."""
    version: str
    client: Identifier
    async_client: Identifier
    error_base: Identifier
    error_body: Type
    """What ``APIError.error`` can be: the model of a documented error, or ``None``."""
    title: Text
    document_version: Text
    document_name: Text
    """File name of the document, for the header of each file."""
    document_sha256: str
    documentation: Documentation
    server: Text | None
    servers: tuple[ServerAddress, ...]
    server_variables: tuple[ServerVariableArgument, ...]
    credentials: tuple[Credential, ...]
    certificates: tuple[Documentation, ...]
    """What is said of certificates that clients show: the transport's business."""
    security: tuple[tuple[Text, ...], ...]
    """The package's default requirement."""
    settings: ClientSettings
    models: tuple[ModelModule, ...]
    resources: tuple[Resource, ...]
    webhooks: Webhooks | None
    headers: tuple[Field, ...] = ()
    """Of ``ResponseHeaders``: what the document says about the headers of answers."""
    coverage: Coverage
    model_names: tuple[tuple[Pointer, Identifier], ...]
    """Every schema that has a Python name, for the manifest and ``explain``."""
    options: tuple[tuple[str, str], ...] = ()


__all__ = [
    "Alias",
    "Argument",
    "BinaryType",
    "Body",
    "BodyKind",
    "BodyMedia",
    "CallbackDoc",
    "ClientSettings",
    "Coverage",
    "Credential",
    "Declaration",
    "DictType",
    "DiscriminatorInfo",
    "Documentation",
    "ErrorAttribute",
    "ErrorDoc",
    "Field",
    "FileType",
    "Identifier",
    "ListType",
    "LiteralType",
    "Method",
    "Model",
    "ModelModule",
    "NamedType",
    "ObjectValue",
    "Package",
    "PageModel",
    "PaginationPlan",
    "ParameterStyle",
    "PartEncoding",
    "Place",
    "RedirectPlan",
    "Resource",
    "ResponseKind",
    "ResponseMedia",
    "Scalar",
    "ScalarType",
    "ServerAddress",
    "ServerVariableArgument",
    "TupleType",
    "Type",
    "UnionType",
    "Value",
    "WebhookEvent",
    "Webhooks",
]
