"""Which names of the runtime's modules a client needs, and the modules with these alone.

In: the texts of all modules, and the names that are wanted of them. Out: the texts of
those that are left. A name is a class, a function or a constant of a module; what needs
it is another of them, of its own module or of one that imports it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from specpress.python_text.prose import LINE_LENGTH

Wanted = tuple[str, str]
"""A module and a name in it."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """One at the top of a module, with the comments above it and, of a constant, the
    text below."""

    text: str
    heading: str
    """The comment that begins a part of the module, if it is above this."""
    kind: str
    """``import``, ``definition`` (after which two lines are empty) or ``other``."""
    names: frozenset[str]
    """Those it makes; without any it stays."""
    uses: frozenset[str]
    imports: tuple[Wanted, ...]
    """From modules of the runtime, inside of it."""
    node: ast.Import | ast.ImportFrom | None = None
    group: int = 0
    """Of an import: groups are parted by an empty line."""
    empty: int = 0
    """How many lines above it are."""


def trimmed(texts: Mapping[str, str], wanted: Iterable[Wanted]) -> dict[str, str]:
    """Return the modules that are needed, without what nobody needs of them."""
    modules = {name: _statements(text) for name, text in texts.items()}
    makers = {
        (module, name): statement
        for module, statements in modules.items()
        for statement in statements
        for name in statement.names
    }
    kept: set[Wanted] = set()
    found: set[str] = set()
    pending = [each for each in wanted if each[0] in modules]
    while pending:
        each = pending.pop()
        if each in kept:
            continue
        kept.add(each)
        module, name = each
        if module not in found:
            found.add(module)
            for statement in modules[module]:
                if not statement.names:
                    pending += _needs(module, statement)
        if maker := makers.get(each):
            pending += _needs(module, maker, name)
            pending += ((module, other) for other in _others(maker))
    return {
        module: _text(modules[module], {name for each, name in kept if each == module})
        for module in found
    }


def _others(maker: _Statement) -> Collection[str]:
    """Names that a statement makes together; those of an import stand alone."""
    return maker.names if maker.node is None else ()


def _needs(module: str, statement: _Statement, name: str = "") -> Iterator[Wanted]:
    """What a statement of ``module`` needs; of an import, what ``name`` in it does."""
    if isinstance(node := statement.node, ast.ImportFrom) and node.level == 1:
        for alias in node.names:
            if name == (alias.asname or alias.name):
                yield node.module or "", alias.name
    yield from statement.imports
    for used in statement.uses:
        yield module, used


# --- Reading -------------------------------------------------------------------------

_HEADING = re.compile(r"^# --- .* -+\n+", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")


@lru_cache(maxsize=256)
def _statements(text: str) -> tuple[_Statement, ...]:
    lines = text.splitlines(keepends=True)
    nodes = ast.parse(text).body
    found: list[_Statement] = []
    end = 0
    for index, node in enumerate(nodes):
        last = node.end_lineno or 0
        if last <= end:
            continue  # the text below the constant before it
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and index + 1 < len(nodes):
            following = nodes[index + 1]
            if _is_text(following):
                last = following.end_lineno or 0
        found.append(_statement(node, "".join(lines[end:last])))
        end = last
    return tuple(found)


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _statement(node: ast.stmt, text: str) -> _Statement:
    empty = len(text) - len(text.lstrip("\n"))
    heading = ""
    if match := _HEADING.search(text):
        heading, text = match[0].strip(), text[match.end() :]
    used: set[str] = set()
    imports: list[Wanted] = []
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            used.add(each.id)
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            if each.func.id in ("TypeVar", "cast"):
                used.update(_quoted(each))
        elif isinstance(each, ast.ImportFrom) and each.level == 1 and each is not node:
            imports += ((each.module or "", alias.name) for alias in each.names)
    kind, group = "other", 0
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        kind = "import"
        level = node.level if isinstance(node, ast.ImportFrom) else 0
        is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        group = -1 if is_future else min(level, 1)
    elif isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        kind = "definition"
    imported = node if isinstance(node, (ast.Import, ast.ImportFrom)) else None
    return _Statement(
        text=text.strip("\n"),
        empty=empty,
        heading=heading,
        kind=kind,
        names=frozenset(_made(node)) if group >= 0 else frozenset(),
        uses=frozenset(used),
        imports=tuple(imports),
        node=imported if group >= 0 else None,
        group=group,
    )


def _quoted(call: ast.Call) -> Iterator[str]:
    """The names in the types that a call has as texts."""
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        for each in ast.walk(argument):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield from _WORD.findall(each.value)


def _made(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            yield name
        case ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (each.id for each in targets if isinstance(each, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (each.asname or each.name.partition(".")[0] for each in names)
        case ast.If(body=body, orelse=orelse) | ast.Try(body=body, orelse=orelse):
            for each in (*body, *orelse):
                yield from _made(each)
        case _:
            pass


# --- Writing -------------------------------------------------------------------------


def _text(statements: Iterable[_Statement], names: Collection[str]) -> str:
    """Lay out what is left as black does."""
    parts: list[str] = []
    before: _Statement | None = None
    heading = ""
    for statement in statements:
        heading = statement.heading or heading
        left = statement.names & set(names)
        if statement.names and not left and "__all__" not in statement.names:
            continue
        text = statement.text
        if statement.node is not None:
            text = _import(statement.node, left, text)
        elif "__all__" in statement.names:
            text = "\n".join(_listed(text, names))
        parts.append("\n" * _distance(before, statement, bool(heading)))
        if heading:
            parts.append(heading + "\n\n" + "\n" * (statement.kind == "definition"))
            heading = ""
        parts.append(text + "\n")
        before = statement
    return "".join(parts)


def _distance(before: _Statement | None, after: _Statement, headed: bool) -> int:
    """How many lines are empty between two statements."""
    if before is None:
        return 0
    if before.kind == "definition" or (after.kind == "definition" and not headed):
        return 2
    if before.kind == "import":
        return int(after.kind != "import" or before.group != after.group)
    return after.empty


def _import(node: ast.Import | ast.ImportFrom, left: Collection[str], text: str) -> str:
    names = [
        f"{each.name} as {each.asname}" if each.asname else each.name
        for each in node.names
        if (each.asname or each.name.partition(".")[0]) in left
    ]
    if len(names) == len(node.names) or isinstance(node, ast.Import):
        return text
    start = f"from {'.' * node.level}{node.module or ''} import "
    line = start + ", ".join(names)
    if len(line) <= LINE_LENGTH:
        return line
    return f"{start}(\n" + "".join(f"    {name},\n" for name in names) + ")"


def _listed(text: str, names: Collection[str]) -> Iterator[str]:
    """``__all__`` without the names that are gone."""
    for line in text.split("\n"):
        entry = re.fullmatch(r' *"(\w+)",', line)
        if entry is None or entry[1] in names:
            yield line
