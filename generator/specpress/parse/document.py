"""The root of a document: version, info, tags, components, and the order of reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from specpress.diagnostics import DocumentError, Report
from specpress.documents import Documents, Json
from specpress.limits import DEFAULT_LIMITS, Limits
from specpress.openapi import Api
from specpress.parse import extensions
from specpress.parse.contents import component_header
from specpress.parse.gathered import Dialect, Override
from specpress.parse.grammar import split_json_pointer
from specpress.parse.nodes import Node
from specpress.parse.operations import (
    Shared,
    read_paths,
    read_unused_path_items,
    read_webhooks,
)
from specpress.parse.parameters import read_parameter
from specpress.parse.reading import Reader
from specpress.parse.responses import read_response, request_body
from specpress.parse.schemas import SchemaTable
from specpress.parse.servers import (
    defined_schemes,
    security,
    security_schemes,
    servers,
)
from specpress.parse.vocabulary import (
    COMPONENTS,
    CONTACT,
    INFO,
    LICENSE,
    PREFIX,
    ROOT,
    TAG,
)
from specpress.source import CONFIGURATION, Pointer
from specpress.text import Text

_DIALECTS: Final = {
    "3.0": Dialect("3.0", json_schema=False),
    "3.1": Dialect("3.1", json_schema=True),
}
_VERSION: Final = re.compile(r"(\d+\.\d+)(\.\d+.*)?")
_COMPONENT_KEY: Final = re.compile(r"[A-Za-z0-9._-]+")
_SCHEMA_DIALECTS: Final = (
    "https://spec.openapis.org/oas/3.1/dialect/",
    "https://json-schema.org/draft/2020-12/schema",
)

Overrides = Mapping[str, Mapping[str, Json]]


def parse_documents(
    documents: Documents,
    report: Report,
    overrides: Overrides = MappingProxyType({}),
    limits: Limits = DEFAULT_LIMITS,
) -> Api:
    """Return what ``documents`` describe.

    ``overrides`` are settings of the configuration by JSON pointer
    (``{"/paths/~1pets/get": {"method": "list"}}``, ``""`` for the root;
    ``models.yaml#/Pet`` for another file), as if they stood in the document as
    ``x-specpress-method``. Raises :class:`DocumentError` if an error was reported.
    """
    at = Pointer(documents.root.file, ())
    data = documents.root.data
    if not isinstance(data, dict):
        report.error("wrong-kind", at, "the document must be an object")
        raise DocumentError
    root = Node(data, at)
    version, dialect = _version(root, report)
    reader = Reader(
        documents, report, dialect, _overrides(documents, report, overrides), limits
    )
    api = _read(reader, root, version)
    for pointer, override in reader.unused_overrides():
        report.error(
            "bad-override",
            override.at,
            "the configuration has settings for ",
            Text(pointer.fragment()),
            ", where no object can hold any",
        )
    reader.flush()
    report.raise_if_errors()
    return api


def _version(root: Node, report: Report) -> tuple[str, Dialect]:
    """Return the version as stated and how to read it."""
    key = "swagger" if "swagger" in root.value else "openapi"
    stated = root.value.get(key)
    if key not in root.value:
        report.error(
            "unsupported-version",
            root.at,
            "the document does not say openapi: 3.0.x or 3.1.x; it cannot be read",
            help=("is this an OpenAPI document?",),
        )
        raise DocumentError
    spelled = str(stated) if isinstance(stated, (str, float, int)) else ""
    match = _VERSION.fullmatch(spelled.strip())
    dialect = _DIALECTS.get(match[1]) if match and key == "openapi" else None
    if dialect is None:
        report.error(
            "unsupported-version",
            root.at.child(key),
            f"{'Swagger' if key == 'swagger' else 'OpenAPI'} ",
            Text(spelled),
            " is not supported",
            help=("the versions 3.0 and 3.1 are; convert the document to one of them",),
        )
        raise DocumentError
    return spelled.strip(), dialect


def _overrides(
    documents: Documents, report: Report, stated: Overrides
) -> dict[Pointer, Override]:
    found: dict[Pointer, Override] = {}
    root = Pointer(documents.root.file, ())
    for spelled, values in stated.items():
        at = Pointer(CONFIGURATION, ("extensions", spelled))
        file, hash, fragment = spelled.rpartition("#")
        tokens = split_json_pointer(fragment)
        target: Pointer | None = None
        if tokens is not None and not file:
            target = Pointer(root.file, tokens)
        elif tokens is not None and hash:
            target = documents.resolve(root, file + "#", at)
            target = Pointer(target.file, tokens) if target is not None else None
        if target is None or not documents.has(target):
            report.error(
                "bad-override",
                at,
                "the configuration has settings for ",
                Text(spelled),
                ", which is not in the document",
                help=("write a JSON pointer, like /paths/~1pets/get",),
            )
            continue
        before = found.get(target, Override(at, {})).settings
        found[target] = Override(
            at,
            {
                **before,
                **{
                    key if key.startswith(PREFIX) else PREFIX + key: (
                        value,
                        at.child(key),
                    )
                    for key, value in values.items()
                },
            },
        )
    return found


def _read(reader: Reader, root: Node, version: str) -> Api:
    reader.check_keys(root, ROOT)
    _check_schema_dialect(reader, root)
    info = reader.child(root, "info")
    if "info" not in root.value:
        reader.missing(root, "info", ROOT, "an empty one was assumed")
    if info is not None:
        reader.check_keys(info, INFO)
        reader.check_child(info, "contact", CONTACT)
        reader.check_child(info, "license", LICENSE)
    info = info or Node({}, root.at)
    components = reader.child(root, "components")
    table = SchemaTable(reader)
    component_schemas = _component_schemas(reader, components)
    schemes = security_schemes(reader, components) if components else ()
    shared = Shared(
        table.schemas,
        (),
        {scheme.key: None for scheme in schemes},
        defined_schemes(components),
    )
    shared.security = (
        security(reader, root, shared.usable_schemes, shared.defined_schemes) or ()
    )
    if "paths" not in root.value and not reader.dialect.json_schema:
        reader.missing(root, "paths", ROOT, "no operation was found")
    operations = read_paths(reader, root, shared)
    webhooks = read_webhooks(reader, root, shared)
    if components is not None:
        _read_components(reader, components, shared)
    table.read_wanted()
    table.finish(frozenset(at for _, at in component_schemas))
    return Api(
        version=version,
        title=_info_text(reader, root, info, "title", "API"),
        document_version=_info_text(reader, root, info, "version", "0"),
        summary=reader.text(info, "summary"),
        description=reader.text(info, "description"),
        servers=servers(reader, root),
        operations=operations,
        webhooks=webhooks,
        schemas=table.schemas,
        component_schemas=component_schemas,
        security_schemes=schemes,
        tags=_tags(reader, root),
        settings=extensions.settings(reader, root),
        counts=reader.totals.counts(),
        skipped=tuple(reader.skipped),
    )


def _info_text(reader: Reader, root: Node, info: Node, key: str, assumed: str) -> Text:
    if info.at == root.at:
        return Text(assumed)  # There is no info: said already.
    return reader.required_text(info, key, INFO, assumed)


def _check_schema_dialect(reader: Reader, root: Node) -> None:
    stated = reader.text(root, "jsonSchemaDialect")
    spelled = root.value.get("jsonSchemaDialect")
    if stated is not None and not str(spelled).startswith(_SCHEMA_DIALECTS):
        reader.warn(
            "schema-dialect",
            root.at.child("jsonSchemaDialect"),
            "schemas are in the dialect ",
            stated,
            "; they were read as JSON Schema 2020-12",
        )


def _component_schemas(
    reader: Reader, components: Node | None
) -> tuple[tuple[Text, Pointer], ...]:
    if components is None:
        return ()
    return tuple(
        [
            (Text(name), reader.want_schema(at, value))
            for name, value, at in reader.members(components, "schemas")
        ]
    )


def _read_components(reader: Reader, components: Node, shared: Shared) -> None:
    """Read what is defined but perhaps not used, for the schemas in it."""
    reader.check_keys(components, COMPONENTS)
    for kind, value in components.value.items():
        if kind in COMPONENTS.keys and isinstance(value, dict):
            _check_component_keys(reader, Node(value, components.at.child(kind)))
    for _, value, at in reader.members(components, "parameters"):
        read_parameter(reader, value, at)
    for name, value, at in reader.members(components, "headers"):
        component_header(reader, name, value, at)
    for _, value, at in reader.members(components, "requestBodies"):
        request_body(reader, value, at)
    known = {pointer for pointer, _ in reader.memory.responses}
    for _, value, at in reader.members(components, "responses"):
        if at not in known:
            read_response(reader, "default", value, at)
    read_unused_path_items(reader, components, shared)


def _check_component_keys(reader: Reader, components: Node) -> None:
    for name, value in components.value.items():
        if name == "$ref" and isinstance(value, str):
            continue
        if not _COMPONENT_KEY.fullmatch(name):
            reader.warn(
                "component-key",
                components.at.child(name),
                "the name of a component may hold letters, digits, '.', '-' and '_' "
                "only; other characters were taken as they stand",
                key=True,
            )


def _tags(reader: Reader, root: Node) -> tuple[tuple[Text, Text | None], ...]:
    found: dict[Text, Text | None] = {}
    for value, at in reader.items(root, "tags"):
        if isinstance(value, str):
            reader.warn(
                "bad-tag",
                at,
                "a string stands where a Tag Object must stand; it was taken as its name",
                help=("write name: before it",),
            )
            found.setdefault(Text(value), None)
            continue
        node = reader.object(value, at, "Tag Object")
        if node is None:
            continue
        reader.check_keys(node, TAG)
        reader.count_external_docs(node)
        name = reader.text(node, "name")
        if name is None:
            reader.missing(node, "name", TAG, "the tag was ignored")
        elif name in found:
            reader.warn(
                "repeated-tag",
                at,
                "tag ",
                name,
                " is described twice; the first was taken",
            )
        else:
            found[name] = reader.text(node, "description")
    reader.count_external_docs(root)
    return tuple(found.items())
