"""The gate: text of a document in every position of a package, and nothing of it runs.

Each payload is put in place of every text of the sample package. The result must parse,
pass the proof, and have exactly the statements of the package with harmless text. The
other half weakens the encoders one by one: each time something here must notice.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from types import ModuleType
from typing import Any

import pytest
from sample_ir import PACKAGE

from specpress import ir
from specpress.format import MARKS, format_files
from specpress.output import SourceFile
from specpress.proof import ProofError, prove
from specpress.python_text import expressions, literals, prose, source, unsafe
from specpress.render import render_package, template_folder
from specpress.text import Text, reveal

PAYLOADS = [
    '"""\ncanary()\n"""',
    "'''\ncanary()\n'''",
    '"; canary(); "',
    "'; canary(); '",
    '"}); canary(); ({"',
    "\\",
    '\\"',
    '\\\\"""',
    "\ncanary()",
    "\r\ncanary()",
    "\rcanary()",
    "\x0bcanary()",
    "\x0ccanary()",
    "\x1ccanary()",
    "\x85canary()",
    "\u2028canary()",
    "\u2029canary()",
    "\0canary()",
    "\x1b]0;canary\x07",
    "\u202ecanary()\u2066",
    "\u200bcanary\ufeff",
    "\ud800canary",
    "-*- coding: utf-7 -*- canary",
    "#\ncanary()",
    "# type: ignore",
    ">>> canary()",
    "{{ canary() }}",
    "{% for canary in x %}",
    "{canary()}",
    "%(canary)s",
    "${canary}",
    "`canary`",
    "```\ncanary()\n```",
    "<!-- canary",
    "<script>canary()</script>",
    "[canary](javascript:canary)",
    "__import__('os').system('canary')",
    "canary" * 200,
    " ",
    '"',
    '"' * 7,
    "カナリア\u0301",
]


def with_text(value: Any, change: Callable[[str], str]) -> Any:
    """Return ``value`` with every text in it changed."""
    if isinstance(value, Text):
        return Text(change(reveal(value)))
    if isinstance(value, tuple):
        return tuple(with_text(each, change) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                each.name: with_text(getattr(value, each.name), change)
                for each in fields(value)
            },
        )
    return value


def files_of(package: ir.Package) -> list[SourceFile]:
    files = format_files(render_package(package, template_folder()))
    prove(files, package)
    return [file for file in files if not file.path.startswith("_runtime/")]


class _Blind(ast.NodeTransformer):
    """Makes all strings of a tree equal, and what a text may change besides."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):
            return ast.Constant("text")
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        # A field is annotated with its wire name if that is another.
        self.generic_visit(node)
        match node:
            case ast.Subscript(
                value=ast.Name(id="Annotated"),
                slice=ast.Tuple(elts=[inner, ast.Call(func=ast.Name(id="Wire"))]),
            ):
                return inner
            case _:
                return node


def shape(text: str) -> str:
    tree = _Blind().visit(ast.parse(text))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            runtime = node.level and node.module
            node.names = [
                n for n in node.names if n.name != "Annotated" and not runtime
            ]
        body = getattr(node, "body", None)
        if isinstance(body, list):
            # Documentation comes and goes with its text.
            node.body = [  # type: ignore[attr-defined]
                each
                for each in body
                if not (
                    isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
                )
            ]
    return ast.dump(tree)


def shapes(files: list[SourceFile]) -> dict[str, str]:
    return {f.path: shape(f.text) for f in files if f.path.endswith(".py")}


def distinct(payload: str) -> Callable[[str], str]:
    """Put ``payload`` into a text and keep it distinct from the others: two keys of a
    dictionary, for one, must stay two."""
    return lambda text: f"{payload}{text}{payload}"


HARMLESS = shapes(files_of(with_text(PACKAGE, distinct("x"))))


def wire_names(package: ir.Package) -> Iterator[str]:
    """Yield what goes over the wire as it is: names, paths."""
    for module in package.models:
        for declaration in module.declarations:
            if isinstance(declaration, ir.Model):
                for field in declaration.fields:
                    if reveal(field.wire_name) != field.name.name:
                        yield reveal(field.wire_name)
    for resource in package.resources:
        for method in resource.methods:
            yield reveal(method.path)
            for argument in method.arguments:
                if argument.place != "whole body":
                    yield reveal(argument.wire_name)


def gate_holds(payload: str) -> None:
    """Raise unless a package full of ``payload`` is the same but for its texts."""
    package = with_text(PACKAGE, distinct(payload))
    files = files_of(package)
    assert shapes(files) == HARMLESS
    said = {
        node.value
        for file in files
        if file.path.endswith(".py")
        for node in ast.walk(ast.parse(file.text))
        if isinstance(node, ast.Constant)
    }
    assert set(wire_names(package)) <= said
    for file in files:
        found = unsafe.UNSAFE.search(file.text.replace("\n", ""))
        assert found is None, (file.path, found)
        if file.path.endswith(".py"):
            assert not re.search(r"^\s*>>>", file.text, re.MULTILINE), file.path
            tokens = tokenize.generate_tokens(io.StringIO(file.text).readline)
            comments = [t.string for t in tokens if t.type == tokenize.COMMENT]
            assert comments[0].startswith("# Generated by Specpress from ")
            assert "coding:" not in comments[0]
            assert "".join(f"{c}\n" for c in comments[1:3]) == MARKS
            assert len(comments) == 3 or file.path == "errors.py"
            assert file.text.split("\n")[3].startswith('"""')


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_text_stays_text_in_every_position(payload: str) -> None:
    gate_holds(payload)


# --- Weakened encoders are noticed ---------------------------------------------------


def _raw(words: prose.Words) -> str:
    pieces = [words] if isinstance(words, str | Text | ir.Identifier) else words
    return "".join(
        (
            p
            if isinstance(p, str)
            else p.name if isinstance(p, ir.Identifier) else reveal(p)
        )
        for p in pieces
    )


NEVER = re.compile("(?!)()()")


def _unquoted(value: Any) -> str:
    return f'"{_raw(value) if isinstance(value, str | Text) else value}"'


def _unescaped(value: source.SourceText) -> str:
    return value._source.replace("\\", "")


# What is weakened, and a text that must then do harm.
WEAKENINGS: list[tuple[ModuleType, str, object, str]] = [
    (literals, "_string", lambda text: f'"{text}"', '"""\ncanary()\n"""'),
    (literals, "UNSAFE", NEVER, "\x0bcanary()"),
    (literals, "_SHORT_PATTERN", NEVER, "\\"),
    (prose, "UNSAFE", NEVER, "\0canary()"),
    (prose, "INVISIBLE", NEVER, "\u200bcanary\ufeff"),
    (prose, "LINE_END", NEVER, "\r\ncanary()"),
    (prose, "_DOCTEST", NEVER, ">>> canary()"),
    (prose, "_CODING", NEVER, "-*- coding: utf-7 -*- canary"),
    (prose, "_plain", _raw, "\rcanary()"),
    (prose, "_MARKDOWN", NEVER, "`canary`"),
    (expressions, "literal_characters", _unquoted, '"""\ncanary()\n"""'),
    (source, "characters", _unescaped, '"""\ncanary()\n"""'),
]


@pytest.mark.parametrize(
    ("module", "name", "weak", "payload"),
    WEAKENINGS,
    ids=[f"{module.__name__}.{name}" for module, name, _, _ in WEAKENINGS],
)
def test_a_weakened_encoder_is_noticed(
    module: ModuleType,
    name: str,
    weak: object,
    payload: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert payload in PAYLOADS
    assert not is_noticed(payload)
    monkeypatch.setattr(module, name, weak)
    assert is_noticed(payload)


def is_noticed(payload: str) -> bool:
    try:
        markdown_holds(payload)
        prose_holds()
        gate_holds(payload)
    except (AssertionError, ProofError, SyntaxError, ValueError):
        return True
    return False


def markdown_holds(payload: str) -> None:
    text = source.printed(prose.markdown(Text(payload)))
    for markup in ("<", "[", "`", "{"):
        assert text.count(markup) == text.count("\\" + markup)


def prose_holds() -> None:
    """Raise unless prose has the lines of its author and nothing that is not seen."""
    text = source.printed(prose.docstring([Text("a\r\nb\u2028c\x0bd")], 0))
    assert text == '"""a\nb\nc\nd\n"""'
    assert source.printed(prose.comment(Text("a\u200bb\ufeff\xadc"))) == "abc"


def test_every_encoder_holds_for_markdown() -> None:
    for payload in PAYLOADS:
        markdown_holds(payload)
