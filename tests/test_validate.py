"""The second opinion: right places, nothing fetched, and never the end of a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from reading import ROOT, Reading, read_text

from specpress import validate
from specpress.diagnostics import Severity
from specpress.validate import spec_validator_findings

REPOSITORY = Path(__file__).resolve().parent.parent
EMPTY = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}}


def opinion(folder: Path, document: Any, max_seconds: float | None = None) -> Reading:
    reading = read_text(folder, json.dumps(document), "spec.json")
    spec_validator_findings(reading.loaded, reading.report, max_seconds)
    assert all(d.severity is Severity.WARNING for d in reading.report)
    assert set(reading.codes()) <= {"spec-validator"}
    return reading


def places(reading: Reading) -> list[str]:
    return sorted({d.at.file + "#" + d.at.fragment() for d in reading.report})


def test_a_good_document_has_no_findings(tmp_path: Path) -> None:
    assert opinion(tmp_path, {**EMPTY, "paths": {}}).lines() == []


def test_findings_stand_where_they_belong(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(
        "schemas:\n  Far: {type: string, default: 5}\n"
    )
    operation: dict[str, Any] = {
        "operationId": "same",
        "parameters": [{"$ref": "#/components/parameters/P"}],
        "requestBody": {
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/A"}}
            }
        },
        "responses": {
            "200": {
                "description": "d",
                "content": {
                    "application/json": {
                        "schema": {"$ref": "other.yaml#/schemas/Far"},
                    }
                },
            }
        },
    }
    document: dict[str, Any] = {
        **EMPTY,
        "paths": {
            "/a~b/{x}": {"get": operation},
            "/c": {"get": {"operationId": "same", "responses": {}}},
        },
        "components": {
            "parameters": {
                "P": {
                    "in": "query",
                    "name": "p",
                    "schema": {"type": "integer", "default": "no"},
                }
            },
            "schemas": {
                "A": {"properties": {"deep": {"items": {"minLength": "x"}}}},
                "B": {"allOf": [{}], "required": ["missing"]},
            },
        },
        "tags": [{"name": "t"}, {"name": "t"}],
    }
    reading = read_text(tmp_path, json.dumps(document), "spec.json")
    assert reading.loaded.resolve(ROOT, "other.yaml", ROOT) is not None
    spec_validator_findings(reading.loaded, reading.report)
    assert places(reading) == [
        "#/components/parameters/P/schema/default",
        "#/components/schemas/A/properties/deep/items/minLength",
        "#/components/schemas/B",
        "#/paths/~1a~0b~1{x}/get",
        "#/paths/~1c/get",
        "#/paths/~1c/get/responses",
        "#/tags",
        "other.yaml#/schemas/Far/default",
    ]


@pytest.mark.parametrize("version", ["2.0", "3.0.4", "3.1.1", "3.2.0", "9.9", None, 3])
def test_any_version(tmp_path: Path, version: object) -> None:
    document: dict[str, Any] = {"info": {"title": "t", "version": "1"}, "paths": {}}
    document["swagger" if version == "2.0" else "openapi"] = version
    assert places(opinion(tmp_path, document)) == []


STRANGE: list[Any] = [
    {},
    {"paths": 5},
    {"paths": []},
    {"paths": {"/": []}},
    {"paths": {"/": {"get": []}}},
    {"paths": {"/": {"parameters": {}}}},
    {"paths": {"/": {"get": {"parameters": [5, {}], "responses": {"200": 1}}}}},
    {"paths": {"/{": {"get": {"responses": {}}}}},
    {"paths": {"/": {"$ref": "#/paths/~1"}}},
    {"components": {"schemas": {"A": 5, "B": {"$ref": 5}, "C": {"allOf": 5}}}},
    {"components": {"schemas": {"A": {"$schema": "https://example.com/x"}}}},
    {"components": {"schemas": {"A": {"$schema": 5, "type": []}}}},
    {"components": {"schemas": {"A": {"$id": "https://[", "default": 1}}}},
    {"components": {"schemas": {"A": {"pattern": "(", "default": "x"}}}},
    {"components": {"schemas": {"A": {"pattern": "x{9999999999}", "default": "x"}}}},
    {"components": {"schemas": {"A": {"multipleOf": 0, "default": 1}}}},
    {"components": {"schemas": {"A": {"multipleOf": 1e-308, "default": 1e308}}}},
    {"info": None, "tags": 5},
    {
        "jsonSchemaDialect": "https://example.com/x",
        "components": {"schemas": {"A": {}}},
    },
]


@pytest.mark.parametrize("strange", STRANGE)
def test_nothing_makes_it_fail(tmp_path: Path, strange: dict[str, Any]) -> None:
    for line in opinion(tmp_path, {**EMPTY, **strange}).lines():
        assert line.isprintable()


def test_recursion_ends(tmp_path: Path) -> None:
    schemas: dict[str, Any] = {
        "Value": {
            "anyOf": [
                {"type": "array", "items": {"$ref": "#/components/schemas/Value"}}
            ]
        },
        "All": {"allOf": [{"$ref": "#/components/schemas/Value"}], "default": [[1]]},
    }
    document = {**EMPTY, "components": {"schemas": schemas}}
    assert len(opinion(tmp_path, document).codes()) <= 1


def never_ending() -> dict[str, dict[str, Any]]:
    return {
        "pattern": {
            "A": {"type": "string", "pattern": "^(a+)+$", "default": "a" * 40 + "!"}
        },
        "tangle": {
            f"S{level}": {
                "allOf": (
                    [{"$ref": f"#/components/schemas/S{level + 1}"}] * 2
                    if level < 60
                    else []
                )
            }
            for level in range(61)
        },
    }


@pytest.mark.parametrize("name", never_ending())
def test_what_never_ends_is_stopped(tmp_path: Path, name: str) -> None:
    document = {**EMPTY, "components": {"schemas": never_ending()[name]}}
    assert opinion(tmp_path, document, 2).lines() == []


def test_what_was_asked_for_and_never_ends_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validate, "LEAST_SECONDS", 2)
    schemas = next(iter(never_ending().values()))
    line, *_ = opinion(tmp_path, {**EMPTY, "components": {"schemas": schemas}}).lines()
    assert "stopped: it did not finish within 2 seconds" in line


def test_what_it_says_is_escaped_and_shortened(tmp_path: Path) -> None:
    text = "\x1b[31m\u202e" + "x" * 100_000
    document = {**EMPTY, "paths": {}, "tags": [{"name": text}, {"name": text}, text]}
    lines = opinion(tmp_path, document).lines()
    assert lines
    for line in lines:
        assert line.isprintable()
        assert len(line) < 1_000


def test_a_failing_process_is_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    line, *_ = opinion(tmp_path, {**EMPTY, "paths": {}}).lines()
    assert "could not run (FileNotFoundError)" in line
    monkeypatch.setattr(sys, "executable", "/bin/false")
    line, *_ = opinion(tmp_path, {**EMPTY, "paths": {}}).lines()
    assert "failed on this document ('exit status 1')" in line


def test_the_environment_does_not_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("OPENAPI_SPEC_VALIDATOR_SCHEMA_VALIDATOR_BACKEND", "x")
    assert opinion(tmp_path, {**EMPTY, "paths": {}}).lines() == []


WATCHED = """
import json, sys
from specpress.validate.process import find
given = json.load(sys.stdin)
good = given["good"]
for version in ("3.0.3", "3.1.0"):
    # Once, so that everything is imported and its own schemas are read.
    find("https://document.invalid/x", {"https://document.invalid/x": {**good, "openapi": version}})
seen = []
def watch(event, arguments):
    if event.startswith(("socket.", "urllib.", "subprocess.", "os.", "http.", "ftplib.")):
        seen.append([event, repr(arguments)])
    elif event == "open":
        seen.append([event, repr(arguments[0])])
sys.addaudithook(watch)
results = []
for document in given["hostile"]:
    results.append(find("https://document.invalid/x", {"https://document.invalid/x": document}))
events = list(seen)
print(json.dumps({"events": events, "results": results}))
"""

TARGETS = [
    "http://127.0.0.1:9/x",
    "https://localhost:9/x.json",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "ftp://127.0.0.1:9/x",
    "data:application/json,{}",
    "gopher://127.0.0.1:9/",
    "//127.0.0.1:9/x",
    "/etc/passwd",
    "../marker.yaml",
    "other.yaml",
    "urn:x:y",
]


def test_it_opens_nothing_and_asks_nobody() -> None:
    hostile: list[Any] = []
    for version in ("3.0.3", "3.1.0"):
        for target in TARGETS:
            reference = {"$ref": target}
            kinds: list[dict[str, Any]] = [
                {"A": {"type": "object", "default": reference}},
                {"A": {"properties": {"x": {"default": {"y": [reference]}}}}},
                {"A": {"example": reference, "examples": [reference]}},
                {"A": {"enum": [reference], "const": reference}},
                {"A": {"$schema": target, "$id": target, "default": {}}},
                {"A": reference},
                {"A": {"$dynamicRef": target, "default": 1}},
                {"A": {"properties": {"$ref": {"type": "string"}}}},
            ]
            for schemas in kinds:
                hostile.append(
                    {**EMPTY, "openapi": version, "components": {"schemas": schemas}}
                )
            hostile.append({**EMPTY, "openapi": version, "paths": {"/": reference}})
            hostile.append({**EMPTY, "jsonSchemaDialect": target, "x": reference})
    schema: dict[str, Any] = {"A": {"type": "object", "pattern": "x", "default": {}}}
    good: dict[str, Any] = {**EMPTY, "paths": {}, "components": {"schemas": schema}}
    ended = subprocess.run(
        [sys.executable, "-c", WATCHED],
        input=json.dumps({"good": good, "hostile": hostile}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "generator")},
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    outcome = json.loads(ended.stdout)
    assert outcome["events"] == []
    assert len(outcome["results"]) == len(hostile)
    assert "root:" not in ended.stdout
