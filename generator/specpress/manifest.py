"""The manifest of a generated client: ``specpress.json``.

In: what was generated, as plain values. Out: its text, and what a manifest on disk
says. The contract is ``docs/manifest.schema.json``. Nothing here is used to choose
names: the manifest tells other programs about the client, the writer which files are
its own, and ``specpress verify`` what they should be.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, cast

from specpress.output import SourceFile
from specpress.portable_path import objection

MANIFEST_PATH = "specpress.json"
FORMAT_VERSION = 1

Json: TypeAlias = (
    "str | int | float | bool | None | Sequence[Json] | Mapping[str, Json]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestDocument:
    sha256: str
    title: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestClient:
    """The names of the two client classes."""

    sync_class: str
    async_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestSecurity:
    scheme: str
    argument: str
    environment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestParameter:
    location: str
    """``in`` on the wire: path, query, querystring, header or cookie."""
    name: str
    python: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestField:
    name: str
    python: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFieldsBody:
    """A body whose properties are keyword arguments."""

    media_types: tuple[str, ...]
    required: bool
    fields: tuple[ManifestField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestSingleBody:
    """A body that is one argument."""

    media_types: tuple[str, ...]
    required: bool
    argument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestResponse:
    status: str
    media_type: str | None
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestError:
    status: str
    error_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestOperation:
    """One operation that has a method.

    ``additional`` are the keys an operation may have besides, such as ``pagination``;
    one named like a key of the format is a mistake.
    """

    id: str | None
    method: str
    path: str
    python: str
    parameters: tuple[ManifestParameter, ...] = ()
    body: ManifestFieldsBody | ManifestSingleBody | None = None
    responses: tuple[ManifestResponse, ...] = ()
    errors: tuple[ManifestError, ...] = ()
    additional: Mapping[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestGap:
    """A node of the document that is degraded or skipped, and why."""

    pointer: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestCoverage:
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    degraded: tuple[ManifestGap, ...] = ()
    skipped: tuple[ManifestGap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a run has to say about the client it made; ``files`` is added last."""

    generator: str
    document: ManifestDocument
    client: ManifestClient
    options: Mapping[str, Json] = field(default_factory=dict[str, Json])
    security: tuple[ManifestSecurity, ...] = ()
    operations: tuple[ManifestOperation, ...] = ()
    models: Mapping[str, str] = field(default_factory=dict[str, str])
    coverage: ManifestCoverage = field(default_factory=ManifestCoverage)


def manifest_file(manifest: Manifest, files: Iterable[SourceFile]) -> SourceFile:
    """Return the manifest of a client that consists of ``files``.

    The order of lists and mappings makes no difference to the text.
    """
    tree: dict[str, Json] = {
        "manifest": FORMAT_VERSION,
        "generator": manifest.generator,
        "document": {
            "sha256": manifest.document.sha256,
            "title": manifest.document.title,
            "version": manifest.document.version,
        },
        "options": manifest.options,
        "client": {
            "sync": manifest.client.sync_class,
            "async": manifest.client.async_class,
        },
        "security": [
            {
                "scheme": security.scheme,
                "argument": security.argument,
                "environment": security.environment,
            }
            for security in sorted(
                manifest.security, key=lambda each: (each.scheme, each.argument)
            )
        ],
        "operations": [
            _operation(operation)
            for operation in sorted(
                manifest.operations, key=lambda each: (each.path, each.method)
            )
        ],
        "models": manifest.models,
        "coverage": {
            "counts": manifest.coverage.counts,
            "degraded": _gaps(manifest.coverage.degraded),
            "skipped": _gaps(manifest.coverage.skipped),
        },
        "files": {file.path: text_hash(file.text) for file in files},
    }
    return SourceFile(MANIFEST_PATH, _layout(tree, 0) + "\n")


def _operation(operation: ManifestOperation) -> Json:
    known: dict[str, Json] = {
        "id": operation.id,
        "method": operation.method,
        "path": operation.path,
        "python": operation.python,
        "parameters": [
            {
                "in": parameter.location,
                "name": parameter.name,
                "python": parameter.python,
                "required": parameter.required,
            }
            for parameter in sorted(
                operation.parameters, key=lambda each: (each.location, each.name)
            )
        ],
        "body": _body(operation.body),
        "responses": [
            {
                "status": response.status,
                "media_type": response.media_type,
                "type": response.type,
            }
            for response in sorted(
                operation.responses,
                key=lambda each: (each.status, each.media_type or "", each.type),
            )
        ],
        "errors": [
            {"status": error.status, "class": error.error_class}
            for error in sorted(
                operation.errors, key=lambda each: (each.status, each.error_class)
            )
        ],
    }
    repeated = sorted(known.keys() & operation.additional.keys())
    if repeated:
        raise ValueError(f"additional keys repeat keys of the format: {repeated}")
    return known | dict(operation.additional)


def _body(body: ManifestFieldsBody | ManifestSingleBody | None) -> Json:
    if body is None:
        return None
    tree: dict[str, Json] = {
        "media_types": sorted(body.media_types),
        "required": body.required,
    }
    if isinstance(body, ManifestSingleBody):
        tree["argument"] = body.argument
    else:
        tree["fields"] = [
            {"name": each.name, "python": each.python, "required": each.required}
            for each in sorted(body.fields, key=lambda each: each.name)
        ]
    return tree


def _gaps(gaps: Iterable[ManifestGap]) -> Json:
    return [
        {"pointer": gap.pointer, "reason": gap.reason}
        for gap in sorted(gaps, key=lambda each: (each.pointer, each.reason))
    ]


# The mappings and lists that are broken over lines; all else stays on one line.
_BROKEN = frozenset(
    {
        (),
        ("client",),
        ("coverage",),
        ("coverage", "counts"),
        ("coverage", "degraded"),
        ("coverage", "skipped"),
        ("document",),
        ("files",),
        ("models",),
        ("operations",),
        ("options",),
        ("security",),
    }
)


def _layout(value: Json, depth: int, at: tuple[str, ...] = ()) -> str:
    """Return ``value`` as JSON in ASCII, one entry of a table a line."""
    if not value or at not in _BROKEN:
        return _line(value)
    if isinstance(value, Mapping):
        entries = [
            f"{_line(key)}: {_layout(value[key], depth + 1, (*at, key))}"
            for key in sorted(value)
        ]
        opening, closing = "{}"
    else:
        entries = [_line(entry) for entry in cast("Sequence[Json]", value)]
        opening, closing = "[]"
    margin = "  " * (depth + 1)
    lines = ",\n".join(margin + entry for entry in entries)
    return f"{opening}\n{lines}\n{'  ' * depth}{closing}"


def _line(value: Json) -> str:
    return json.dumps(value, sort_keys=True, allow_nan=False, default=dict)


def text_hash(text: str) -> str:
    """Return the SHA-256 of ``text`` as UTF-8 with LF line ends."""
    return content_hash(text.encode("utf-8"))


def content_hash(content: bytes) -> str:
    """Return the SHA-256 of ``content``, blind to whether its lines end in CR LF."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


@dataclass(frozen=True, slots=True)
class ManifestOnDisk:
    """What a manifest in a folder says about the files beside it.

    ``files`` maps paths to hashes. ``damage`` tells why the text is no manifest;
    ``files`` then has what can still be made out, which is enough to know one's own
    files again after a merge conflict.
    """

    generator: str
    files: Mapping[str, str]
    damage: str | None = None


def read_manifest(folder: Path) -> ManifestOnDisk | None:
    """Return what the manifest in ``folder`` says, or ``None`` if there is none.

    Raises :class:`OSError` if there is one that cannot be read.
    """
    try:
        content = (folder / MANIFEST_PATH).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return parse_manifest(content)


def parse_manifest(content: bytes) -> ManifestOnDisk:
    """Return what the manifest with this ``content`` says.

    It may come from anywhere: no path in the result leaves the folder.
    """
    try:
        tree = cast("object", json.loads(content.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return _salvage(content, "is not JSON")
    if not isinstance(tree, dict):
        return _salvage(content, "is not a JSON object")
    manifest = cast("dict[str, object]", tree)
    version = manifest.get("manifest")
    if not isinstance(version, int) or isinstance(version, bool):
        return _salvage(content, "has no format version")
    if version != FORMAT_VERSION:
        return _salvage(content, f"has format version {version}, not {FORMAT_VERSION}")
    files = manifest.get("files")
    if not isinstance(files, dict):
        return _salvage(content, "lists no files")
    listed = cast("dict[str, object]", files)
    hashes: dict[str, str] = {}
    damage: str | None = None
    for path in sorted(listed):
        digest = listed[path]
        if _is_own_path(path) and isinstance(digest, str) and _HASH.fullmatch(digest):
            hashes[path] = digest
        else:
            damage = "lists a file that no client can have"
    generator = manifest.get("generator")
    return ManifestOnDisk(
        generator if isinstance(generator, str) else "", hashes, damage
    )


_HASH = re.compile(r"[0-9a-f]{64}")
_FILE_LINE = re.compile(r'^ *("[^"\n]*"): "([0-9a-f]{64})",? *\r?$', re.MULTILINE)


def _salvage(content: bytes, damage: str) -> ManifestOnDisk:
    hashes: dict[str, str] = {}
    for quoted, digest in _FILE_LINE.findall(content.decode("utf-8", "replace")):
        try:
            path = cast("object", json.loads(quoted))
        except ValueError:
            continue
        if isinstance(path, str) and _is_own_path(path):
            hashes[path] = digest
    return ManifestOnDisk("", hashes, damage)


def _is_own_path(path: str) -> bool:
    return path != MANIFEST_PATH and objection(path) is None
