"""One invalid document per diagnostic code, with the whole of what is said about it.

A case is a folder ``invalid/<code>/`` with ``stderr.txt``, the document ``spec.yaml`` (or
``spec.json``; none where it is missing) and whatever that refers to; ``arguments.txt``
holds options and their values, if it takes some, and ``specpress.toml`` a configuration.
The command runs in that folder. Run with ``REWRITE=1`` to write ``stderr.txt`` anew, and
read the difference.
"""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

from specpress import cli

INVALID = Path(__file__).parent / "invalid"
PACKAGE = Path(__file__).parent.parent / "generator" / "specpress"
CASES = sorted(path.name for path in INVALID.iterdir() if path.is_dir())

CHECKED = (
    "configuration.py",
    "documents.py",
    "load",
    "lower",
    "parse",
    "pipeline.py",
    "validate",
)
"""Where each code that is reported must have a case."""
REPORTING = {"error", "warning", "warn", "Mistake", "Refused", "_report"}
"""The functions that take a code."""


def arguments_of(case: Path) -> list[str]:
    """Return the command for a case: one that reads the document and writes nothing.

    openapi-spec-validator has something to say about nearly every case; it is asked
    in its own.
    """
    command = ["validate" if case.name == "spec-validator" else "coverage"]
    if not (case / "specpress.toml").exists():
        path = next(iter(sorted(case.glob("spec.*"))), case / "spec.yaml")
        command.append(path.name)
    options = case / "arguments.txt"
    return command + (options.read_text().split() if options.exists() else [])


@pytest.mark.parametrize("code", CASES)
def test_the_whole_message(
    code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = INVALID / code
    monkeypatch.chdir(case)
    status = cli.main(arguments_of(case))
    said = capsys.readouterr().err
    expected = case / "stderr.txt"
    if os.environ.get("REWRITE"):
        expected.write_text(said, encoding="utf-8", newline="\n")
    assert f"[{code}]: " in said
    assert said == expected.read_text(encoding="utf-8")
    if ": error[" not in said:
        assert status == 0
    else:
        assert status == (3 if code == "unreadable-file" else 2)


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
    assert sorted(codes - set(CASES)) == []
