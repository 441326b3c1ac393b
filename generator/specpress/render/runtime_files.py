"""Which modules of the runtime a client needs: those it imports, and theirs; and those
for the kinds of values it mentions."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from specpress import ir
from specpress.output import SourceFile
from specpress.render.contents import answered_types, sent_types
from specpress.walking import all_methods, nested_types


def runtime_files(
    folder: Path, files: Iterable[SourceFile], also: Iterable[str]
) -> Iterator[SourceFile]:
    """Yield the modules that are needed, as they are in ``folder``, but that the list
    of them in ``__init__`` is of these alone."""
    names = runtime_modules(folder, files, also)
    for name in names:
        text = (folder / name).read_text(encoding="utf-8")
        if name == "__init__.py":
            text = _listing({name.removesuffix(".py") for name in names}, text)
        yield SourceFile(f"_runtime/{name}", text)


def _listing(modules: Collection[str], text: str) -> str:
    """Return ``text`` without the lines of other modules, and without the headings that
    then have none."""
    paragraphs: list[str] = []
    text, end, after = text.rpartition('\n"""')
    for paragraph in text.split("\n\n"):
        lines = [
            line
            for line in paragraph.split("\n")
            if (entry := _ENTRY.match(line)) is None or entry[1] in modules
        ]
        if len(lines) > 1 or not _ENTRY.search(paragraph):
            paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs) + end + after


_ENTRY = re.compile(r"^    ([a-z0-9_]+) ", re.MULTILINE)


def runtime_modules(
    folder: Path, files: Iterable[SourceFile], also: Iterable[str] = ()
) -> list[str]:
    """Return the file names in ``folder`` to copy, sorted.

    A module that nothing imports is left out: webhooks, for one, of an API that sends
    none. Imports inside functions and for type checkers count. ``also``: what the
    runtime finds by name.
    """
    available = {path.stem: path for path in sorted(folder.glob("*.py"))}
    needed = {"__init__": None} if "__init__" in available else {}
    pending = list(also)
    for file in files:
        if file.path.endswith(".py"):
            pending.extend(_IMPORT.findall(file.text))
            for names in _IMPORT_OF_MODULES.findall(file.text):
                pending.extend(names.split(", "))
    while pending:
        name = pending.pop()
        if name in needed or name not in available:
            continue
        needed[name] = None
        pending.extend(_imported(available[name].read_text(encoding="utf-8")))
    return sorted(f"{name}.py" for name in needed)


# As templates write it. A docstring that has such a line only brings a module more.
_IMPORT = re.compile(r"^ *from \.+_runtime\.([a-z0-9_]+) import", re.MULTILINE)
_IMPORT_OF_MODULES = re.compile(
    r"^ *from \.+_runtime import ([a-z0-9_, ]+)$", re.MULTILINE
)

_VALUES: dict[ir.Scalar, str] = {
    "bytes": "values_bytes",
    "datetime": "values_times",
    "date": "values_times",
    "time": "values_times",
    "Decimal": "values_decimal",
    "UUID": "values_uuid",
}


def value_modules(package: ir.Package) -> set[str]:
    """Return the modules for the values of this API that are strings in JSON."""
    found: set[str] = set()
    for type_ in (*answered_types(package), *sent_types(package)):
        for part in nested_types(type_):
            if isinstance(part, ir.ScalarType) and part.name in _VALUES:
                found.add(_VALUES[part.name])
    if any(map(_may_write_files, all_methods(package.resources))):
        found.add(_VALUES["bytes"])
    return found


def _may_write_files(method: ir.Method) -> bool:
    """Tell whether a body with files may be sent as something else than multipart: then
    they are texts."""
    kinds = {media.kind for media in method.body.media} if method.body else set[str]()
    return "multipart" in kinds and bool(kinds & {"json", "form"})


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
