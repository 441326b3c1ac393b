"""Texts of which nothing can be seen are no texts."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from specpress.options import ClientOptions
from tests.generation import generate

BLANKS = ("", " ", "\n", "\t", "\v", "\u0085", "\u00a0", "\u200b", "\u2028", "\ufeff")


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
@pytest.mark.parametrize("summary", [None, "Get it.", "blank"])
def test_everywhere(blank: str, summary: str | None, tmp_path: Path) -> None:
    about = {"description": blank}
    schema = {"type": "object", "title": blank, "properties": {"a": about}, **about}
    answer = {"content": {"application/json": {"schema": schema}}, **about}
    operation = {
        "tags": ["things"],
        "responses": {"200": answer, "404": about},
        **about,
    }
    if summary is not None:
        operation["summary"] = blank if summary == "blank" else summary
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1", "summary": blank, **about},
        "servers": [{"url": "https://api.example", **about}],
        "tags": [{"name": "things", **about}],
        "paths": {
            "/things": {
                "get": {**operation},
                "delete": {"tags": ["things"], "responses": {"204": about}, **about},
            }
        },
        "webhooks": {
            "added": {"post": {"requestBody": answer, "responses": {}, **about}}
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", **about}}
        },
    }
    path = tmp_path / "things.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    files = generate(path, ClientOptions(package="things", client="Client"))
    [resource] = [each for each in files if each.path == "resources/things.py"]
    nodes = ast.walk(ast.parse(resource.text))
    methods = [
        (node.name, ast.get_docstring(node) or "")
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name in ("get", "delete")
    ]
    assert len(methods) == 4
    for name, docstring in methods:
        if name == "get" and summary == "Get it.":
            assert docstring.startswith("Get it")
        else:
            assert docstring.startswith(("``", "See :meth:"))
