"""Golden cases: a few lines of a document, the code they become, and that code in use.

Each folder of ``tests/cases`` is named after a behaviour and holds ``spec.yaml`` (or
``.json``), ``expected/`` (the files that matter), ``use.py`` (functions ``use_…`` that
call the client against a real server) and, where the document is odd, ``messages.txt``.
``case.toml`` may name more files to expect.

``make goldens`` rewrites what is expected. A golden preserves; it does not judge: read
its diff.
"""

from __future__ import annotations

import ast
import asyncio
import functools
import importlib
import inspect
import os
import runpy
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import black
import pytest

from specpress.messages import render_report
from specpress.options import ClientOptions, Job
from specpress.output import SourceFile
from specpress.pipeline import make_client
from tests.loopback import Loopback, Running

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())
REWRITE = bool(os.environ.get("REWRITE"))
HEADER = ("# isort: skip_file\n", "# fmt: off\n")


def package_of(case: str) -> str:
    return case.replace("-", "_")


@functools.cache
def generate(case: str) -> tuple[list[SourceFile], list[str]]:
    """Return the files of the client, and the messages about its document."""
    document = next((CASES / case).glob("spec.*"))
    job = Job(
        document=document,
        label=document.name,
        client=ClientOptions(package=package_of(case), client="Client"),
    )
    outcome = make_client(job)
    lines = render_report(outcome.report, outcome.documents, document.name)
    assert outcome.files, "\n".join(lines)
    return outcome.files, lines


def expected_files(case: str, files: list[SourceFile]) -> dict[str, str]:
    """Return the files that a case is about: models, resources, and those it names."""
    settings = CASES / case / "case.toml"
    more = tomllib.loads(settings.read_text())["files"] if settings.exists() else []
    return {
        file.path: file.text
        for file in files
        if file.path in more
        or (
            file.path.startswith(("models/", "resources/"))
            and not file.path.endswith("__init__.py")
        )
    }


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the client of every case, importable."""
    folder = tmp_path_factory.mktemp("cases")
    for case in NAMES:
        for file in generate(case)[0]:
            path = folder / package_of(case) / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8", newline="\n")
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    yield folder
    sys.path.remove(str(folder))


@pytest.mark.parametrize("case", NAMES)
def test_files_are_as_expected(case: str) -> None:
    files, messages = generate(case)
    wanted = expected_files(case, files)
    folder = CASES / case / "expected"
    said = CASES / case / "messages.txt"
    text = "".join(f"{line}\n" for line in messages)
    if REWRITE:
        shutil.rmtree(folder, ignore_errors=True)
        for path, content in wanted.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content, encoding="utf-8", newline="\n")
        said.write_text(text, encoding="utf-8") if text else said.unlink(True)
    found = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    assert wanted == found, "read the difference, then run: make goldens"
    assert text == (said.read_text(encoding="utf-8") if said.exists() else "")


@pytest.mark.parametrize("case", NAMES)
def test_code_is_formatted_and_compiles(case: str) -> None:
    mode = black.Mode(target_versions={black.TargetVersion.PY311})
    for file in generate(case)[0]:
        if not file.path.endswith(".py"):
            continue
        compile(file.text, file.path, "exec")
        if file.text.strip():
            text = file.text
            for line in HEADER:
                text = text.replace(line, "", 1)
            assert black.format_str(text, mode=mode) == text, file.path


def _uses() -> Iterator[tuple[str, str]]:
    for case in NAMES:
        tree = ast.parse((CASES / case / "use.py").read_text(encoding="utf-8"))
        names = [
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name.startswith("use_")
        ]
        assert names, f"{case}/use.py uses nothing"
        yield from ((case, name) for name in names)


@pytest.mark.parametrize(("case", "name"), list(_uses()))
def test_code_does_what_the_case_says(case: str, name: str, packages: Path) -> None:
    function = runpy.run_path(str(CASES / case / "use.py"))[name]
    server = Loopback()
    with Running(server) as running:
        server.url = running.url
        result = function(server)
        if inspect.isawaitable(result):
            asyncio.run(_finished(result))


async def _finished(result: object) -> None:
    assert inspect.isawaitable(result)
    await result


def _checked(packages: Path, *command: str) -> None:
    for case in NAMES:
        shutil.copy(CASES / case / "use.py", packages / f"use_{package_of(case)}.py")
    root = CASES.parents[1]
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=packages,
        env={**os.environ, "MYPYPATH": str(root), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


def test_mypy_finds_nothing(packages: Path) -> None:
    _checked(packages, "mypy", "--strict", "--python-version", "3.11", ".")


def test_pyright_finds_nothing(packages: Path) -> None:
    root = CASES.parents[1]
    (packages / "pyrightconfig.json").write_text(
        '{"typeCheckingMode": "strict", "pythonVersion": "3.11", '
        f'"extraPaths": [".", "{root.as_posix()}"]}}'
    )
    _checked(packages, "pyright", "--pythonpath", sys.executable)


def test_ruff_finds_nothing(packages: Path) -> None:
    # The uses are checked where they stand, with this repository's own packages known.
    clients = [package_of(case) for case in NAMES]
    # ASYNC109: a document may well have a parameter called timeout.
    rules = ("--extend-select", "S,B,ASYNC", "--ignore", "ASYNC109")
    settings = ("--line-length", "88", "--no-cache")
    _checked(packages, "ruff", "check", *settings, *rules, *clients)
