"""Source files → the same files as black leaves them.

Templates already lay out as black does: one statement a line, trailing commas where a
list is broken over lines. Black has something to do only where a line is too long, so
only the statements with such a line are given to it (it formats 5,700 lines a second,
and clients have a hundred thousand). A test formats whole files and compares.

The runtime is copied as it stands, and other files than Python are not touched.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from specpress.output import SourceFile

LINE_LENGTH = 88


def format_files(files: Iterable[SourceFile]) -> list[SourceFile]:
    """Return ``files`` formatted, in the same order."""
    return [
        (
            SourceFile(file.path, format_module(file.text))
            if file.path.endswith(".py") and not file.path.startswith("_runtime/")
            else file
        )
        for file in files
    ]


def format_module(text: str) -> str:
    """Return one module formatted."""
    lines = text.split("\n")
    long = [number for number, line in enumerate(lines, 1) if _is_long(line)]
    if not long:
        return text
    for node, depth in reversed(list(_statements(ast.parse(text), long))):
        first, last = _extent(node)
        if not any(first <= number <= last for number in long):
            continue
        prose = [
            number
            for string in ast.walk(node)
            if isinstance(string, ast.Expr) and isinstance(string.value, ast.Constant)
            for number in range(string.lineno, (string.end_lineno or 0) + 1)
        ]
        if all(n in prose for n in long if first <= n <= last):
            continue
        source = "\n".join(lines[first - 1 : last])
        lines[first - 1 : last] = _format(source, depth).split("\n")
    return "\n".join(lines)


def _is_long(line: str) -> bool:
    if line.isascii():
        return len(line) > LINE_LENGTH
    # Black counts wide characters twice; which ones, only matters when it is close.
    return len(line) + sum(character >= "\u0300" for character in line) > LINE_LENGTH


def _statements(module: ast.Module, long: list[int]) -> Iterator[tuple[ast.stmt, int]]:
    """Yield the statements of the module with their depth; of a class its members,
    unless its first line is too long."""
    for node in module.body:
        if not isinstance(node, ast.ClassDef) or any(
            node.lineno <= number < node.body[0].lineno for number in long
        ):
            yield node, 0
        else:
            for member in node.body:
                yield member, 1


def _extent(node: ast.stmt) -> tuple[int, int]:
    first = node.lineno
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        first = min([first, *(decorator.lineno for decorator in node.decorator_list)])
    return first, node.end_lineno or first


@lru_cache(maxsize=4096)
def _format(source: str, depth: int) -> str:
    """Return a statement formatted at its depth; the class around it only holds it."""
    # Half a tenth of a second that a run without long lines does not pay.
    import black

    mode = black.Mode(line_length=LINE_LENGTH)
    if depth == 0:
        return black.format_str(source, mode=mode).rstrip("\n")
    formatted = black.format_str(f"class Holder:\n{source}", mode=mode)
    return formatted.partition("\n")[2].rstrip("\n")
