"""The manifest: its schema, its layout, and what is read back from a folder."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from specpress.manifest import (
    FORMAT_VERSION,
    MANIFEST_PATH,
    Manifest,
    ManifestClient,
    ManifestCoverage,
    ManifestDocument,
    ManifestError,
    ManifestField,
    ManifestFieldsBody,
    ManifestGap,
    ManifestOperation,
    ManifestParameter,
    ManifestResponse,
    ManifestSecurity,
    ManifestSingleBody,
    content_hash,
    manifest_file,
    manifest_listing,
    parse_manifest,
    read_manifest,
    text_hash,
)
from specpress.output import SourceFile

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "docs" / "manifest.schema.json").read_text("utf-8")
)

UPDATE = ManifestOperation(
    id="updateLabel",
    method="PATCH",
    path="/labels/{id}",
    python="labels.update",
    parameters=(
        ManifestParameter(
            location="query", name="dry-run", python="dry_run", required=False
        ),
        ManifestParameter(location="path", name="id", python="label_id", required=True),
    ),
    body=ManifestFieldsBody(
        media_types=("application/json",),
        required=True,
        fields=(
            ManifestField(name="name", python="name", required=True),
            ManifestField(name="color", python="color", required=False),
        ),
    ),
    responses=(
        ManifestResponse(status="204", media_type=None, type="None"),
        ManifestResponse(
            status="200", media_type="application/json", type="LabelResponse"
        ),
    ),
    errors=(
        ManifestError(status="5XX", error_class="ServerError"),
        ManifestError(status="404", error_class="NotFoundError"),
    ),
    additional={"idempotent": {"header": "Idempotency-Key"}, "pagination": None},
)
UPLOAD = ManifestOperation(
    id=None,
    method="POST",
    path="/files",
    python="files.upload",
    body=ManifestSingleBody(
        media_types=("image/png", "image/jpeg"), required=False, argument="body"
    ),
)
MANIFEST = Manifest(
    generator="specpress 0.1.0",
    document=ManifestDocument(sha256="a" * 64, title="Zoo \u202e\u2028", version="1"),
    client=ManifestClient(sync_class="Zoo", async_class="AsyncZoo"),
    options={"package": "zoo", "strict": False},
    security=(
        ManifestSecurity(scheme="b", argument="key", environment=None),
        ManifestSecurity(scheme="a", argument="token", environment="ZOO_TOKEN"),
    ),
    operations=(UPDATE, UPLOAD),
    models={"/components/schemas/Pet": "models.Pet", "more.yaml#/Cat": "models.Cat"},
    coverage=ManifestCoverage(
        counts={"operations": 2, "models": 2},
        degraded=(ManifestGap(pointer="/b", reason="x"),),
        skipped=(
            ManifestGap(pointer="/b", reason="z"),
            ManifestGap(pointer="/a", reason="y"),
        ),
    ),
)
FILES = (SourceFile("b.py", "b = 1\n"), SourceFile("a/a.py", "a = '\u00e9'\n"))
EMPTY = Manifest(
    generator="specpress 0",
    document=ManifestDocument(sha256="0" * 64, title="", version=""),
    client=ManifestClient(sync_class="A", async_class="B"),
)


def text_of(manifest: Manifest) -> str:
    return manifest_file(manifest, FILES).text


def problems(tree: object, schema: object = SCHEMA) -> list[str]:
    validator: Any = Draft202012Validator(cast("dict[str, Any]", schema))
    return [error.message for error in validator.iter_errors(tree)]


def test_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("manifest", [MANIFEST, EMPTY], ids=["full", "empty"])
def test_manifest_follows_the_schema(manifest: Manifest) -> None:
    assert problems(json.loads(text_of(manifest)), closed(SCHEMA)) == []


def closed(schema: object, at: str = "") -> Any:
    """Return the schema with no room for keys it does not name.

    Only here: readers ignore keys that they do not know, and so does the contract.
    """
    if isinstance(schema, list):
        return [closed(each, at) for each in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    members = cast("dict[str, object]", schema)
    inner: dict[str, object] = {
        key: closed(value, key) for key, value in members.items()
    }
    if "properties" in schema and at != "properties":
        inner.setdefault("additionalProperties", False)
    return inner


def test_every_required_key_is_required() -> None:
    """Without any key but the optional ones it is no manifest any more."""
    optional = {"idempotent", "pagination"}
    tree = json.loads(text_of(MANIFEST))
    free = {"options", "models", "counts", "files"}
    broken = 0
    for holder, key in list(_members(tree, free)):
        value = holder.pop(key)
        assert (problems(tree) == []) == (key in optional), key
        holder[key] = value
        broken += 1
    assert broken > 30


def _members(tree: object, free: set[str]) -> Iterator[tuple[dict[str, object], str]]:
    if isinstance(tree, list):
        for each in cast("list[object]", tree):
            yield from _members(each, free)
    elif isinstance(tree, dict):
        members = cast("dict[str, object]", tree)
        for key, value in list(members.items()):
            yield members, key
            if key not in free | {"idempotent", "pagination"}:
                yield from _members(value, free)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("manifest",), 2),
        (("document", "sha256"), "A" * 64),
        (("client", "sync"), "not a name"),
        (("operations", 0, "python"), "labels."),
        (("operations", 0, "body"), {"media_types": ["a/b"], "required": True}),
        (("operations", 1, "responses", 0, "status"), "20"),
        (("operations", 1, "parameters", 0, "in"), "body"),
        (("models",), {"#/a/b": "models.Pet"}),
        (("files",), {"../a.py": "0" * 64}),
        (("files",), {"/a.py": "0" * 64}),
        (("files",), {"specpress.json": "0" * 64}),
        (("files",), {"a.py": "0"}),
    ],
)
def test_schema_refuses(at: tuple[str | int, ...], value: object) -> None:
    tree = json.loads(text_of(MANIFEST))
    holder = tree
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = value
    assert problems(tree) != []


def test_layout() -> None:
    """Sorted, in ASCII, one entry a line; hashes and operations are cut out here."""
    text = re.sub('"[0-9a-f]{64}"', "HASH", text_of(MANIFEST))
    operations = re.findall('^    ({"body".*"responses": .*}),?$', text, re.MULTILINE)
    assert [json.loads(operation)["path"] for operation in operations] == [
        "/files",
        "/labels/{id}",
    ]
    for operation in operations:
        text = text.replace(operation, "OPERATION")
    assert text == """\
{
  "client": {
    "async": "AsyncZoo",
    "sync": "Zoo"
  },
  "coverage": {
    "counts": {
      "models": 2,
      "operations": 2
    },
    "degraded": [
      {"pointer": "/b", "reason": "x"}
    ],
    "skipped": [
      {"pointer": "/a", "reason": "y"},
      {"pointer": "/b", "reason": "z"}
    ]
  },
  "document": {
    "sha256": HASH,
    "title": "Zoo \\u202e\\u2028",
    "version": "1"
  },
  "files": {
    "a/a.py": HASH,
    "b.py": HASH
  },
  "generator": "specpress 0.1.0",
  "manifest": 1,
  "models": {
    "/components/schemas/Pet": "models.Pet",
    "more.yaml#/Cat": "models.Cat"
  },
  "operations": [
    OPERATION,
    OPERATION
  ],
  "options": {
    "package": "zoo",
    "strict": false
  },
  "security": [
    {"argument": "token", "environment": "ZOO_TOKEN", "scheme": "a"},
    {"argument": "key", "environment": null, "scheme": "b"}
  ]
}
"""


def test_order_of_the_input_makes_no_difference() -> None:
    shuffled = random.Random(1)

    def mixed(values: Any) -> Any:
        if isinstance(values, dict):
            pairs = list(cast("dict[str, object]", values).items())
            return dict(shuffled.sample(pairs, len(pairs)))
        return tuple(shuffled.sample(values, len(values)))

    for _ in range(20):
        assert isinstance(UPDATE.body, ManifestFieldsBody)
        update = replace(
            UPDATE,
            parameters=mixed(UPDATE.parameters),
            body=replace(UPDATE.body, fields=mixed(UPDATE.body.fields)),
            responses=mixed(UPDATE.responses),
            errors=mixed(UPDATE.errors),
            additional=mixed(UPDATE.additional),
        )
        manifest = replace(
            MANIFEST,
            options=mixed(MANIFEST.options),
            security=mixed(MANIFEST.security),
            operations=mixed((update, UPLOAD)),
            models=mixed(MANIFEST.models),
            coverage=ManifestCoverage(
                counts=mixed(MANIFEST.coverage.counts),
                degraded=MANIFEST.coverage.degraded,
                skipped=mixed(MANIFEST.coverage.skipped),
            ),
        )
        assert manifest_file(manifest, mixed(FILES)).text == text_of(MANIFEST)


def test_one_more_operation_is_one_more_line() -> None:
    fewer = text_of(replace(MANIFEST, operations=(UPDATE,))).splitlines()
    more = text_of(MANIFEST).splitlines()
    assert [line for line in more if line not in fewer] == [
        next(line for line in more if "files.upload" in line)
    ]


def test_additional_key_of_the_format_is_a_mistake() -> None:
    operation = replace(UPLOAD, additional={"body": None})
    with pytest.raises(ValueError, match="body"):
        text_of(replace(MANIFEST, operations=(operation,)))


def test_listing_other_files_changes_nothing_else() -> None:
    text = text_of(MANIFEST)
    assert manifest_listing(text, FILES).text == text
    assert manifest_listing(text, ()).text == manifest_file(MANIFEST, ()).text


# Reading


def test_what_was_written_is_read(tmp_path: Path) -> None:
    (tmp_path / MANIFEST_PATH).write_text(text_of(MANIFEST), encoding="utf-8")
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert manifest.damage is None
    assert manifest.generator == "specpress 0.1.0"
    assert manifest.files == {file.path: text_hash(file.text) for file in FILES}


def test_no_manifest(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    assert read_manifest(tmp_path / "missing") is None


def test_link_is_no_manifest(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text(text_of(MANIFEST), encoding="utf-8")
    (tmp_path / MANIFEST_PATH).symlink_to(tmp_path / "elsewhere")
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert (manifest.damage, manifest.files) == ("is not a file", {})


def test_layout_of_others_is_read() -> None:
    tree = json.loads(text_of(MANIFEST))
    for text in (json.dumps(tree), json.dumps(tree, indent="\t"), "\ufeff" + "{}"):
        parsed = parse_manifest(text.replace("\n", "\r\n").encode())
        assert (parsed.damage is None) == (text != "\ufeff{}")


@pytest.mark.parametrize(
    ("content", "damage"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b"{}", "has no format version"),
        (b'{"manifest": true}', "has no format version"),
        (b'{"manifest": 1' + b"0" * 5000 + b"}", "is not JSON"),
        (b'{"manifest": 2, "files": {}}', "has format version 2, not 1"),
        (b'{"manifest": 1}', "lists no files"),
        (b'{"manifest": 1, "files": []}', "lists no files"),
        (b'{"manifest": 1, "files": {"a.py": 1}}', "lists a file that"),
    ],
)
def test_damage_is_named(content: bytes, damage: str) -> None:
    parsed = parse_manifest(content)
    assert parsed.damage is not None
    assert parsed.damage.startswith(damage)
    assert parsed.files == {}


@pytest.mark.parametrize(
    "path",
    ["../a.py", "/a.py", "a/../../b.py", "c:\\a.py", "a\\..\\b", "", MANIFEST_PATH],
)
def test_no_path_leads_out_of_the_folder(path: str) -> None:
    digest = "0" * 64
    whole = {"manifest": FORMAT_VERSION, "files": {path: digest, "a.py": digest}}
    for broken in ("", "<<<<<<<\n"):
        text = broken + json.dumps(whole, indent=1)
        parsed = parse_manifest(text.encode())
        assert parsed.damage is not None
        assert parsed.files == {"a.py": digest}


def test_files_are_known_after_a_merge_conflict() -> None:
    text = text_of(MANIFEST).replace('    "b.py"', '<<<<<<< a\n    "b.py"')
    text = text.replace('  "generator"', ">>>>>>> b\n" + '  "generator"')
    parsed = parse_manifest(text.encode())
    assert parsed.damage == "is not JSON"
    assert parsed.files == {file.path: text_hash(file.text) for file in FILES}


def test_hash_is_blind_to_line_ends_alone() -> None:
    assert content_hash(b"a\r\nb\r\n") == content_hash(b"a\nb\n")
    assert content_hash(b"a\rb") != content_hash(b"a\nb")
    assert content_hash(b"a\n") != content_hash(b"a")
    assert text_hash("\u00e9\n") == content_hash("\u00e9\n".encode())
