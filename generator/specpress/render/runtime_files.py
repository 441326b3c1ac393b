"""Which modules of the runtime a client needs: those it imports, and theirs; and those
for the kinds of values it mentions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import jinja2

from specpress import ir
from specpress.output import SourceFile
from specpress.render.runtime_names import Wanted, trimmed
from specpress.render.runtime_needs import Needs, needs_of


def runtime_files(
    folder: Path, package: ir.Package, files: Iterable[SourceFile]
) -> Iterator[SourceFile]:
    """Yield the modules of ``folder`` that ``files`` need, with what they need of them.

    A module, a class or a function that nothing names is left out: webhooks, for one,
    of an API that sends none. What is inside them depends on :class:`Needs`.
    """
    needs = needs_of(package)
    texts = runtime_texts(folder, needs)
    kept = trimmed(texts, [*_named(files), *_values(needs)])
    start = _listing(kept, texts["__init__"])
    for name, text in sorted({**kept, "__init__": start}.items()):
        yield SourceFile(f"_runtime/{name}.py", text)


def runtime_texts(folder: Path, needs: Needs) -> dict[str, str]:
    """Return all modules as an API with these needs has them, none left out."""
    return {
        path.stem: _text(path.read_text(encoding="utf-8"), needs)
        for path in sorted(folder.glob("*.py"))
    }


@lru_cache(maxsize=512)
def _text(source: str, needs: Needs) -> str:
    return RUNTIME_ENVIRONMENT.from_string(source).render(needs=needs)


RUNTIME_ENVIRONMENT = jinja2.Environment(
    # Modules stay modules for whoever looks at them: conditions are comments.
    block_start_string="# {%",
    variable_start_string="# {{",
    comment_start_string="# {#",
    autoescape=False,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


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


def _named(files: Iterable[SourceFile]) -> Iterator[Wanted]:
    """Yield what generated modules name of the runtime."""
    for file in files:
        if not file.path.endswith(".py"):
            continue
        for match in _IMPORT.finditer(file.text):
            for name in (match[2] or match[3]).split(","):
                if name.strip():
                    yield match[1], name.split()[0]
        for match in _IMPORT_OF_MODULES.finditer(file.text):
            for module in match[1].split(", "):
                for name in re.findall(rf"\b{module}\.(\w+)", file.text):
                    yield module, name


# As templates write it. A docstring that has such a line only brings a module more.
_IMPORT = re.compile(
    r"^ *from \.+_runtime\.([a-z0-9_]+) import (?:\(([^)]*)\)|(.*))$", re.MULTILINE
)
_IMPORT_OF_MODULES = re.compile(
    r"^ *from \.+_runtime import ([a-z0-9_, ]+)$", re.MULTILINE
)


def _values(needs: Needs) -> Iterator[Wanted]:
    """Yield what the runtime itself finds by name."""
    for module, is_needed in (
        ("values_bytes", needs.bytes),
        ("values_decimal", needs.decimals),
        ("values_times", needs.dates or needs.datetimes or needs.times),
        ("values_uuid", needs.uuids),
    ):
        if is_needed:
            yield module, "FORMATS"
