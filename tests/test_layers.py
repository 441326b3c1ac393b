"""Modules import in one direction, and few of them see characters of a document."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "generator" / "specpress"
MODULES = sorted(ROOT.rglob("*.py"))

# Stages of the pipeline. A stage imports data, never another stage.
VERBS = {
    "format",
    "load",
    "lower",
    "parse",
    "proof",
    "render",
    "validate",
    "write",
}
CONDUCTORS = {"cli", "pipeline"}

REVEALING = {
    "describe.py",
    "lower/vocabulary.py",
    "messages.py",
    "naming.py",
    "proof/__init__.py",
    "python_text/expressions.py",
    "python_text/literals.py",
    "python_text/prose.py",
    "text.py",
}
"""Modules that may call ``reveal``: the gate, names, messages, the manifest, the words
of a vocabulary, and the proof, which compares and writes nothing."""


def unit(path: Path) -> str:
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


def imported_units(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            parts = (node.module or "").split(".")
            if parts[0] == "specpress":
                found |= {parts[1]} if len(parts) > 1 else {n.name for n in node.names}
        elif isinstance(node, ast.Import):
            assert not any(name.name.startswith("specpress.") for name in node.names)
    return found - {"__version__"}


GRAPH: dict[str, set[str]] = {}
for each in MODULES:
    GRAPH.setdefault(unit(each), set()).update(imported_units(each) - {unit(each)})


@pytest.mark.parametrize("name", sorted(GRAPH))
def test_imports_never_lead_back(name: str) -> None:
    reached: set[str] = set()
    pending = set(GRAPH[name])
    while pending:
        other = pending.pop()
        if other not in reached:
            reached.add(other)
            pending |= GRAPH.get(other, set())
    assert name not in reached


@pytest.mark.parametrize("name", sorted(set(GRAPH) - CONDUCTORS))
def test_no_stage_is_imported_but_by_the_pipeline(name: str) -> None:
    assert not GRAPH[name] & VERBS


def test_stages_exist() -> None:
    assert VERBS | CONDUCTORS <= set(GRAPH)


def calls(path: Path, name: str) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def mentions(path: Path, name: str) -> bool:
    return any(
        (isinstance(node, ast.alias) and node.name == name)
        or (isinstance(node, ast.Attribute) and node.attr == name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_who_may_reveal_text_of_the_document() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if mentions(path, "reveal") or mentions(path, "_characters")
    }
    assert found == REVEALING


def test_only_the_gate_makes_source_text() -> None:
    for path in MODULES:
        if unit(path) != "python_text":
            assert not calls(path, "SourceText"), path


def test_only_rendering_prints_source_text_into_files() -> None:
    found = {unit(path) for path in MODULES if mentions(path, "printed")}
    assert found == {"python_text", "render", "describe", "explain"}


@pytest.mark.parametrize("name", ["eval", "exec", "compile", "__import__"])
def test_nothing_is_evaluated(name: str) -> None:
    assert not [path for path in MODULES if calls(path, name)]
