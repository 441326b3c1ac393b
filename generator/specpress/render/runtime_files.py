"""Which modules of the runtime a client needs: those it imports, and theirs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from specpress.output import SourceFile


def runtime_modules(folder: Path, files: Iterable[SourceFile]) -> list[str]:
    """Return the file names in ``folder`` to copy, sorted.

    A module that nothing imports is left out: webhooks, for one, of an API that sends
    none. Imports inside functions and for type checkers count.
    """
    available = {path.stem: path for path in sorted(folder.glob("*.py"))}
    needed = {"__init__": None} if "__init__" in available else {}
    pending = [
        name
        for file in files
        if file.path.endswith(".py")
        for name in _IMPORT.findall(file.text)
    ]
    while pending:
        name = pending.pop()
        if name in needed or name not in available:
            continue
        needed[name] = None
        pending.extend(_imported(available[name].read_text(encoding="utf-8")))
    return sorted(f"{name}.py" for name in needed)


# As templates write it. A docstring that has such a line only brings a module more.
_IMPORT = re.compile(r"^ *from \.+_runtime\.([a-z_]+) import", re.MULTILINE)


@lru_cache(maxsize=256)
def _imported(text: str) -> tuple[str, ...]:
    """Return the modules of the runtime that one of them imports."""
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            if node.module:
                found.append(node.module.partition(".")[0])
            else:
                found.extend(alias.name for alias in node.names)
    return tuple(found)
