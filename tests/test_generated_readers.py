"""The Kirim client as those see it who only read it: type checkers, editors, people."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "generated" / "kirim_chat"
sys.path.insert(0, str(PACKAGE.parent))

import kirim_chat
from kirim_chat import webhooks
from kirim_chat.resources import Messages


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "_runtime" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", ["", "models", "resources"])
def test_a_misspelt_import_is_an_error_to_type_checkers(folder: str) -> None:
    # A module-level __getattr__ that they see makes every name an ``object``.
    tree = ast.parse((PACKAGE / folder / "__init__.py").read_text(encoding="utf-8"))
    seen = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert seen == ["__dir__"]
    assert any(
        isinstance(node, ast.If) and ast.unparse(node.test) == "not TYPE_CHECKING"
        for node in tree.body
    )
    assert not hasattr(kirim_chat, "Nonsense")


def test_what_an_event_may_be_can_be_imported() -> None:
    assert {"Event", "UnknownEvent", "unwrap"} <= set(webhooks.__all__)
    assert all(hasattr(webhooks, name) for name in webhooks.__all__)


def test_modules_are_there_without_importing_them_one_by_one() -> None:
    program = "import kirim_chat as k; k.models.Label, k.errors.APIError, k.webhooks"
    subprocess.run([sys.executable, "-c", program], cwd=PACKAGE.parent, check=True)


def test_the_types_of_public_methods_are_exported() -> None:
    assert {"AsyncPager", "ApiResponse", "Deviation"} <= set(kirim_chat.__all__)


def test_quoted_types_are_read_by_every_tool() -> None:
    for _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant):
                text = node.value.value
                if ast.unparse(node.annotation) == "TypeAlias":
                    assert isinstance(text, str)
                    assert isinstance(ast.parse(text, mode="eval"), ast.Expression)


def test_every_field_says_what_it_is() -> None:
    for path, tree in modules():
        for node in tree.body:
            if path.parent.name == "models" and isinstance(node, ast.ClassDef):
                for field, text in zip(node.body[1::2], node.body[2::2], strict=True):
                    assert isinstance(field, ast.AnnAssign)
                    assert isinstance(text, ast.Expr)


def test_every_argument_is_explained_and_what_must_be_given_comes_first() -> None:
    for path, tree in modules():
        for method in ast.walk(tree):
            if path.parent.name == "resources" and isinstance(method, ast.FunctionDef):
                text = ast.get_docstring(method) or ""
                names = [each.arg for each in method.args.kwonlyargs]
                if "; see :meth:" in text or "request_options" not in names:
                    continue
                needed = [default is None for default in method.args.kw_defaults]
                assert needed == sorted(needed, reverse=True)
                for name in names[:-1]:
                    assert f"\n    {name}: " in text, (path, method.name)


def test_the_two_methods_of_a_redirect_say_what_they_return() -> None:
    assert "which is not fetched" in (Messages.get_media_url.__doc__ or "")
    assert "not\nsent to another host" in cleandoc(
        Messages.download_media.__doc__ or ""
    )


def test_summaries_end() -> None:
    for _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                text = ast.get_docstring(node)
                assert text is None or text.partition("\n\n")[0][-1] in ".:"
