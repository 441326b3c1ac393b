"""Modules that lead to modules, and aliases that lead to aliases, for a long way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specpress.lower.depth import LEADS_TOO_FAR
from specpress.options import ClientOptions, Job
from specpress.pipeline import make_client
from tests.generation import write

Json = Any


def coverage_and_import(
    folder: Path, schemas: dict[str, Json], imported: str
) -> list[str]:
    """Make a client, import ``imported`` of its models, and return what is degraded."""
    document = folder / "document.json"
    document.write_text(
        json.dumps(
            {
                "openapi": "3.1.0",
                "info": {"title": "T", "version": "1"},
                "paths": {},
                "components": {"schemas": schemas},
            }
        )
    )
    outcome = make_client(
        Job(
            document=document,
            label="document.json",
            client=ClientOptions(package="made", client="Made"),
        )
    )
    assert outcome.package is not None
    write(outcome.files, folder / "made")
    subprocess.run(
        [
            sys.executable,
            "-c",
            f"import made.models as m, typing; x = m.{imported}\n"
            "class C: a: x\n"
            "typing.get_type_hints(C)",
        ],
        cwd=folder,
        check=True,
    )
    degraded = outcome.package.coverage.degraded
    assert {reason for _, reason in degraded} <= {LEADS_TOO_FAR}
    return [pointer.tokens[-1] for pointer, _ in degraded]


def ref(number: int) -> Json:
    return {"$ref": f"#/components/schemas/S{number}"}


def test_a_long_chain_of_aliases_is_cut_now_and_then(tmp_path: Path) -> None:
    chain = {f"S{n}": {"type": "array", "items": ref(n + 1)} for n in range(120)}
    schemas: dict[str, Json] = {**chain, "S120": {"type": "string"}}
    assert coverage_and_import(tmp_path, schemas, "S0") == ["S19", "S69"]


def test_fifty_levels_are_kept(tmp_path: Path) -> None:
    chain = {f"S{n}": {"type": "array", "items": ref(n + 1)} for n in range(50)}
    schemas: dict[str, Json] = {**chain, "S50": {"type": "string"}}
    assert coverage_and_import(tmp_path, schemas, "S0") == []


def test_a_long_circle_of_aliases_is_cut(tmp_path: Path) -> None:
    schemas = {
        f"S{n}": {"anyOf": [{"type": "string"}, {"type": "array", "items": ref(m)}]}
        for n in range(120)
        for m in [(n + 1) % 120]
    }
    assert 2 <= len(coverage_and_import(tmp_path, schemas, "S0")) <= 10


@pytest.mark.parametrize("ring", [False, True])
def test_modules_that_import_modules_are_cut_by_quotes(
    tmp_path: Path, ring: bool
) -> None:
    """Classes end an alias: nothing is weaker for it."""
    others = [{"properties": {name: {"type": "string"}}} for name in "abc"]
    schemas = {
        f"S{n}": {"properties": {"p": {"oneOf": [ref((n + 1) % 150), *others]}}}
        for n in range(150)
    }
    if not ring:
        schemas["S149"] = {"properties": {"p": {"type": "string"}}}
    assert coverage_and_import(tmp_path, schemas, "S0P") == []
