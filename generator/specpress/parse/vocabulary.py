"""The words of the standard: which keys each kind of object may hold.

Data for the other modules of ``parse``: keys that are not listed are reported, keys
of ours (``x-specpress-…``) that do not belong to the kind of object are errors, all
other ``x-`` keys are ignored, but for those of ``value_meanings``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from specpress.openapi import JsonType, Location, Style

PREFIX: Final = "x-specpress-"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object of the standard."""

    name: str
    keys: frozenset[str]
    extensions: frozenset[str] = frozenset()
    """Keys of ours it may hold, with their prefix."""
    newer: frozenset[str] = frozenset()
    """Those of ``keys`` that came with 3.1."""

    @property
    def one(self) -> str:
        """The name with its article."""
        return f"{'an' if self.name[0] in 'AEIOaeio' else 'a'} {self.name}"


def _kind(name: str, keys: str, extensions: str = "", newer: str = "") -> Kind:
    return Kind(
        name,
        frozenset((keys + " " + newer).split()),
        frozenset(PREFIX + key for key in extensions.split()),
        frozenset(newer.split()),
    )


ROOT = _kind(
    "OpenAPI Object",
    "openapi info servers paths components security tags externalDocs",
    "error request-id pagination idempotency retry rate-limit webhooks",
    newer="webhooks jsonSchemaDialect",
)
INFO = _kind(
    "Info Object",
    "title description termsOfService contact license version",
    newer="summary",
)
CONTACT = _kind("Contact Object", "name url email")
LICENSE = _kind("License Object", "name url", newer="identifier")
EXTERNAL_DOCS = _kind("External Documentation Object", "description url")
COMPONENTS = _kind(
    "Components Object",
    "schemas responses parameters examples requestBodies headers securitySchemes "
    "links callbacks",
    newer="pathItems",
)
TAG = _kind("Tag Object", "name description externalDocs")
PATHS = _kind("Paths Object", "")
PATH_ITEM = _kind(
    "Path Item Object",
    "$ref summary description get put post delete options head patch trace servers "
    "parameters",
)
OPERATION = _kind(
    "Operation Object",
    "tags summary description externalDocs operationId parameters requestBody "
    "responses callbacks deprecated security servers",
    "resource method body pagination idempotency",
)
PARAMETER = _kind(
    "Parameter Object",
    "name in description required deprecated allowEmptyValue style explode "
    "allowReserved schema example examples content",
    "name type",
)
HEADER = _kind(
    "Header Object",
    "description required deprecated allowEmptyValue style explode allowReserved "
    "schema example examples content",
)
REQUEST_BODY = _kind("Request Body Object", "description content required")
MEDIA_TYPE = _kind("Media Type Object", "schema example examples encoding")
ENCODING = _kind("Encoding Object", "contentType headers style explode allowReserved")
RESPONSES = _kind("Responses Object", "default")
RESPONSE = _kind("Response Object", "description headers content links")
REDIRECT_RESPONSE = Kind(RESPONSE.name, RESPONSE.keys, frozenset({PREFIX + "redirect"}))
CALLBACK = _kind("Callback Object", "")
SERVER = _kind("Server Object", "url description variables")
SERVER_VARIABLE = _kind("Server Variable Object", "enum default description")
SECURITY_SCHEME = _kind(
    "Security Scheme Object",
    "type description name in scheme bearerFormat flows openIdConnectUrl",
    "argument environment",
)
OAUTH_FLOWS = _kind(
    "OAuth Flows Object", "implicit password clientCredentials authorizationCode"
)
OAUTH_FLOW = _kind("OAuth Flow Object", "authorizationUrl tokenUrl refreshUrl scopes")
DISCRIMINATOR = _kind("Discriminator Object", "propertyName mapping")
XML = _kind("XML Object", "name namespace prefix attribute wrapped")
LINK = _kind(
    "Link Object",
    "operationRef operationId parameters requestBody description server",
)
EXAMPLE = _kind("Example Object", "summary description value externalValue")

METHODS: Final = (
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
)

JSON_TYPES: Final[tuple[JsonType, ...]] = (
    "null",
    "boolean",
    "integer",
    "number",
    "string",
    "array",
    "object",
)

TYPE_WORDS: Final[dict[str, tuple[JsonType, str | None]]] = {
    "file": ("string", "binary"),
    "binary": ("string", "binary"),
    "byte": ("string", "byte"),
    "str": ("string", None),
    "text": ("string", None),
    "char": ("string", None),
    "varchar": ("string", None),
    "enum": ("string", None),
    "uuid": ("string", "uuid"),
    "uri": ("string", "uri"),
    "url": ("string", "uri"),
    "email": ("string", "email"),
    "date": ("string", "date"),
    "datetime": ("string", "date-time"),
    "date-time": ("string", "date-time"),
    "int": ("integer", None),
    "int32": ("integer", "int32"),
    "int64": ("integer", "int64"),
    "long": ("integer", "int64"),
    "float": ("number", "float"),
    "double": ("number", "double"),
    "decimal": ("number", None),
    "bool": ("boolean", None),
    "list": ("array", None),
    "dict": ("object", None),
    "map": ("object", None),
    "hash": ("object", None),
    "none": ("null", None),
    "nil": ("null", None),
}
"""Words that are no types of the standard, and the type and format they mean."""

STYLES: Final[dict[str, Style]] = {
    "matrix": "matrix",
    "label": "label",
    "simple": "simple",
    "form": "form",
    "spaceDelimited": "spaceDelimited",
    "pipeDelimited": "pipeDelimited",
    "deepObject": "deepObject",
}

STYLES_OF: Final[dict[Location, tuple[Style, ...]]] = {
    Location.PATH: ("simple", "label", "matrix"),
    Location.QUERY: ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    Location.HEADER: ("simple",),
    Location.COOKIE: ("form",),
}
"""The styles a location may have, its default first."""

LOCATIONS: Final = {location.value: location for location in Location}

NEWER: Final = frozenset(
    [
        "patternProperties",
        "unevaluatedProperties",
        "propertyNames",
        "dependentRequired",
        "dependencies",
        "prefixItems",
        "unevaluatedItems",
        "additionalItems",
        "contains",
        "minContains",
        "maxContains",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "$dynamicRef",
        "$recursiveRef",
        "if",
        "then",
        "else",
        "dependentSchemas",
        "$defs",
        "definitions",
        "const",
        "examples",
        "$id",
        "$schema",
        "$anchor",
        "$dynamicAnchor",
        "$recursiveAnchor",
        "$vocabulary",
        "$comment",
    ]
)
"""Keywords that a Schema Object of OpenAPI 3.0 does not have."""
