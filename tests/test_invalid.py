"""One invalid document per diagnostic code, with the whole of what is said about it.

A case is a folder ``invalid/<code>/`` with ``stderr.txt``, the document ``spec.yaml`` (or
``spec.json``; none where it is missing) and whatever that refers to; ``arguments.txt``
holds options and their values, if it takes some. Run with ``REWRITE=1`` to write
``stderr.txt`` anew, and read the difference.
"""

from __future__ import annotations

import ast
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from specpress.diagnostics import DocumentError, Report
from specpress.documents import Documents
from specpress.limits import DEFAULT_LIMITS, OPTIONS, Limits
from specpress.load import load_documents
from specpress.messages import render_report
from specpress.parse import parse_documents
from specpress.validate import spec_validator_findings

INVALID = Path(__file__).parent / "invalid"
PACKAGE = Path(__file__).parent.parent / "generator" / "specpress"
CASES = sorted(path.name for path in INVALID.iterdir() if path.is_dir())

CHECKED = ("documents.py", "load", "parse", "validate")
"""Where each code that is reported must have a case."""
REPORTING = {"error", "warning", "warn", "Mistake", "Refused", "_report"}
"""The functions that take a code."""

ELSEWHERE = {"bad-override"}
"""Codes about a configuration, which these cases have not."""


def limits_of(case: Path) -> Limits:
    limits = DEFAULT_LIMITS
    arguments = case / "arguments.txt"
    words = arguments.read_text().split() if arguments.exists() else []
    fields = {option: field for field, option in OPTIONS.items()}
    for option, value in zip(words[::2], words[1::2], strict=True):
        field = fields[option]
        limits = replace(limits, **{field: type(getattr(limits, field))(value)})
    return limits


def messages_about(case: Path) -> str:
    """Return what the command prints for the document of ``case``."""
    path = next(iter(sorted(case.glob("spec.*"))), case / "spec.yaml")
    report = Report()
    documents: Documents | None = None
    try:
        documents = load_documents(path, report, limits_of(case))
        parse_documents(documents, report)
        if case.name == "spec-validator":
            spec_validator_findings(documents, report)
    except DocumentError:
        assert report.errors
    return "".join(line + "\n" for line in render_report(report, documents, path.name))


@pytest.mark.parametrize("code", CASES)
def test_the_whole_message(code: str) -> None:
    case = INVALID / code
    said = messages_about(case)
    expected = case / "stderr.txt"
    if os.environ.get("REWRITE"):
        expected.write_text(said, encoding="utf-8", newline="\n")
    assert f"[{code}]: " in said
    assert said == expected.read_text(encoding="utf-8")


def codes_of(path: Path) -> set[str]:
    """Return the codes that a module reports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else ""
        if isinstance(function, ast.Name):
            name = function.id
        if name not in REPORTING:
            continue
        for argument in node.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                if re.fullmatch(r"[a-z]+(-[a-z]+)+", argument.value):
                    found.add(argument.value)
                break
    return found


def test_every_code_has_a_case() -> None:
    codes: set[str] = set()
    for name in CHECKED:
        root = PACKAGE / name
        for path in [root] if root.is_file() else sorted(root.rglob("*.py")):
            codes |= codes_of(path)
    assert {"duplicate-key", "spec-validator", "forbidden-tag"} <= codes
    assert sorted(codes - set(CASES) - ELSEWHERE) == []
