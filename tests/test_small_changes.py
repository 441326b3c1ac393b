"""A small change of the document is a small pull request: which files change, and by
how many lines. Names, files and positions depend on nothing but a node itself."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from specpress.options import ClientOptions, Job
from specpress.pipeline import make_client

KIRIM = Path(__file__).resolve().parents[1] / "spec" / "kirim.yaml"
Change = Callable[[dict[str, Any]], None]


def _files(document: dict[str, Any], folder: Path) -> dict[str, str]:
    path = folder / "kirim.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    client = ClientOptions(package="kirim_chat", client="KirimChat")
    outcome = make_client(Job(document=path, label=path.name, client=client))
    assert outcome.files
    return {file.path: file.text for file in outcome.files}


def _parameter(document: dict[str, Any]) -> None:
    document["paths"]["/contacts"]["get"]["parameters"].append(
        {"name": "sort", "in": "query", "schema": {"type": "string"}}
    )


def _field(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Label"]["properties"]["icon"] = {
        "type": "string",
        "description": "Shown beside the name.",
    }


def _description(document: dict[str, Any]) -> None:
    label = document["components"]["schemas"]["Label"]
    label["properties"]["team_id"]["description"] = "The team that owns it."


def _schema(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Note"] = {
        "type": "object",
        "properties": {"text": {"type": "string"}},
    }


def _order(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = dict(reversed(schemas.items()))


@pytest.mark.parametrize(
    ("change", "files", "lines"),
    [
        (_parameter, {"resources/contacts.py", "api.md"}, 24),
        (_field, {"models/label.py"}, 4),
        (_description, {"models/label.py"}, 2),
        (_schema, {"models/__init__.py", "models/note.py", "api.md"}, 26),
        (_order, set[str](), 0),
    ],
)
def test_a_small_change_is_a_small_difference(
    change: Change, files: set[str], lines: int, tmp_path: Path
) -> None:
    document = yaml.safe_load(KIRIM.read_text(encoding="utf-8"))
    before = _files(document, tmp_path)
    change(document)
    after = _files(document, tmp_path)
    changed = {
        path
        for path in {*before, *after} - {"specpress.json"}
        if before.get(path) != after.get(path)
    }
    assert changed <= files
    count = sum(
        line[:1] in "+-" and line[:3] not in ("+++", "---")
        for path in changed
        for line in difflib.unified_diff(
            before.get(path, "").splitlines(),
            after.get(path, "").splitlines(),
            lineterm="",
            n=0,
        )
    )
    assert count <= lines
