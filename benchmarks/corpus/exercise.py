"""In a process of its own: import a client, evaluate its annotations, call everything.

    python -m benchmarks.corpus.exercise PACKAGE_FOLDER DOCUMENT

Prints a JSON object: what was wrong with ``imports``, ``hints`` and ``calls``, and the
number of operations.
"""

from __future__ import annotations

import importlib
import inspect
import json
import logging
import sys
import typing
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.judge import Judge
from tests.judge.driver import Driver
from tests.loopback import Running


def exercise(folder: Path, document: Path) -> dict[str, Any]:
    """Do all of it with the client in ``folder``."""
    logging.disable(logging.CRITICAL)
    sys.path.insert(0, str(folder.parent))
    imports: list[str] = []
    modules: list[ModuleType] = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        try:
            modules.append(importlib.import_module(name))
        except Exception as error:  # noqa: BLE001  (a finding, whatever it is)
            imports.append(f"{name}: {_line(error)}")
    hints = [] if imports else list(_broken_hints(modules))
    manifest = json.loads((folder / "specpress.json").read_text("utf-8"))
    calls: list[list[str]] = []
    operations = len(manifest["operations"])
    if not imports:
        try:
            judge = Judge(document)
            operations = len(judge.routes)
            with Running(judge) as running:
                driver = Driver(modules[0], manifest, judge, running.url)
                for found in driver.run(lambda index: index % 2 == 1):
                    line = [found.operation, found.kind, found.reason]
                    if line not in calls:
                        calls.append(line)
        except Exception as error:  # noqa: BLE001  (a finding, whatever it is)
            calls.append(["*", "judge", _line(error)])
    return {
        "imports": imports,
        "hints": hints,
        "calls": calls,
        "operations": operations,
    }


def _broken_hints(modules: list[ModuleType]) -> Iterator[str]:
    for module in modules:
        if "._runtime" in module.__name__:
            continue
        for name, value in list(vars(module).items()):
            if (
                name.startswith("_")
                or getattr(value, "__module__", None) != module.__name__
            ):
                continue
            for label, target in _annotated(name, value):
                try:
                    typing.get_type_hints(target, include_extras=True)
                except Exception as error:  # noqa: BLE001  (a finding, whatever it is)
                    yield f"{module.__name__}.{label}: {_line(error)}"


def _annotated(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What has annotations: functions, classes and what is public in them."""
    if inspect.isfunction(value):
        yield name, value
    if not inspect.isclass(value):
        return
    yield name, value
    for inner, member in vars(value).items():
        if inner.startswith("_") and inner != "__init__":
            continue
        target: Any = member
        if isinstance(member, cached_property):
            target = member.func
        elif isinstance(member, property):
            target = member.fget
        elif isinstance(member, (classmethod, staticmethod)):
            target = member.__func__
        if inspect.isfunction(target):
            yield f"{name}.{inner}", target


def _line(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0][:300]


if __name__ == "__main__":
    print(json.dumps(exercise(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))))
