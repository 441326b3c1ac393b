"""The syntax tree of a rendered module, and what must hold for every one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NoReturn

from specpress.output import SourceFile


class ProofError(Exception):
    """A rendered module is not what it should be: a mistake in this program."""


_IMPORTED = frozenset(
    {
        "__future__",
        "builtins",
        "collections.abc",
        "dataclasses",
        "datetime",
        "decimal",
        "functools",
        "typing",
        "uuid",
    }
)
_BUILTINS = frozenset(
    {
        "Exception",
        "RuntimeError",
        "ValueError",
        "__name__",
        "bool",
        "bytes",
        "dict",
        "float",
        "getattr",
        "globals",
        "int",
        "isinstance",
        "len",
        "list",
        "object",
        "property",
        "str",
        "super",
        "tuple",
        "type",
    }
)
_CALLED = frozenset(
    {
        "API",
        "AsyncPager",
        "ClientCredentials",
        "Cursor",
        "Discriminator",
        "FileBody",
        "Form",
        "ForwardRef",
        "HeaderParts",
        "HeaderWords",
        "JSON",
        "Link",
        "Multipart",
        "NameInBody",
        "NameInHeader",
        "NextURL",
        "Offset",
        "Operation",
        "PageNumber",
        "Part",
        "RateClass",
        "RateLimitHeaders",
        "RetryCodes",
        "Style",
        "TextBody",
        "WebhookSignature",
        "Webhooks",
        "WholeHeader",
        "Wire",
        "credentials_api_key.api_key",
        "first_given",
        "credentials_basic.basic",
        "credentials.bearer",
        "credentials.http",
        "async_redirect_content",
        "async_redirect_url",
        "dataclass",
        "dataclass_field",
        "deprecated",
        "digits",
        "first_page",
        "globals",
        "lazy_attribute",
        "redirect_content",
        "redirect_url",
        "self._client.call",
        "super",
        "super().__init__",
    }
)
_STATEMENTS = (
    ast.AnnAssign,
    ast.Assign,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Expr,
    ast.FunctionDef,
    ast.If,
    ast.Import,
    ast.ImportFrom,
    ast.Return,
)


_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=]")


class Module:
    """One module. Every method raises :class:`ProofError` if something is not so."""

    def __init__(self, file: SourceFile) -> None:
        self.path = file.path
        self._lines = file.text.split("\n")
        try:
            self.tree = ast.parse(file.text)
        except (SyntaxError, ValueError, RecursionError) as error:
            raise ProofError(f"{file.path}: does not parse: {error}") from error
        self._nodes = list(ast.walk(self.tree))

    def fail(self, what: str) -> NoReturn:
        raise ProofError(f"{self.path}: not as meant: {what}")

    def class_named(self, name: str) -> ast.ClassDef:
        """Return the class of the module that is called ``name``."""
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                return node
        self.fail(f"there is no class {name}")

    def check_form(self, *, varies: bool = True) -> None:
        """Check what holds for every module; ``varies``: of a module whose statements
        all depend on the document."""
        if any(_COOKIE.match(line) for line in self._lines[:2]):
            self.fail("a coding cookie")
        known = {*_BUILTINS, *self._defined()}
        for node in self._nodes:
            match node:
                case ast.Import():
                    for alias in node.names:
                        if alias.name not in _IMPORTED:
                            self.fail(f"import of {alias.name}")
                case ast.ImportFrom(level=0):
                    if node.module not in _IMPORTED:
                        self.fail(f"import of {node.module}")
                case ast.ImportFrom():
                    if node.level > 1 + self.path.count("/"):
                        self.fail("an import from outside the package")
                case ast.Name():
                    if node.id not in known:
                        self.fail(f"the name {node.id}")
                case ast.Attribute(attr=name) if varies and name.startswith("__"):
                    if name != "__init__":
                        self.fail(f"the attribute {name}")
                case ast.Call() if varies:
                    if ast.unparse(node.func) not in _CALLED and not _makes_child(node):
                        self.fail(f"a call of {ast.unparse(node.func)}")
                    if ast.unparse(node.func) == "ForwardRef":
                        self._check_quoted(node.args[0])
                case ast.ClassDef():
                    for base in node.bases:
                        self._check_quoted(base)
                case ast.stmt() if varies:
                    if not isinstance(node, _STATEMENTS):
                        self.fail(f"a statement of kind {type(node).__name__}")
                    if isinstance(node, ast.Expr) and not _is_text_or_call(node):
                        self.fail("an expression by itself")
                case _:
                    pass

    def _check_quoted(self, node: ast.expr) -> None:
        """Check text that Python evaluates later: types, and so no call."""
        for text in ast.walk(node):
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                try:
                    inner = ast.walk(ast.parse(text.value, mode="eval"))
                except (SyntaxError, ValueError):
                    self.fail("a quoted type")
                for part in inner:
                    if isinstance(part, ast.Call) and not (
                        ast.unparse(part.func) in ("Wire", "Discriminator")
                    ):
                        self.fail("a quoted type that is none")

    def _defined(self) -> Iterator[str]:
        """Yield every name that the module imports, defines or takes as argument."""
        for node in self._nodes:
            match node:
                case ast.alias():
                    yield node.asname or node.name
                case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                    yield node.name
                case ast.arg():
                    yield node.arg
                case ast.Name(ctx=ast.Store()):
                    yield node.id
                case _:
                    pass

    def check_defined(self, names: list[str]) -> None:
        """Check that the module defines ``names``, in any order, and no others."""
        found = dict.fromkeys(_targets(self.tree.body))
        if sorted(found) != sorted(dict.fromkeys(names)):
            self.fail("its names: " + _difference(list(found), names))

    def check_class(
        self, node: ast.ClassDef, bases: list[str], decorators: list[str]
    ) -> None:
        """Check the first line of a class."""
        if [ast.unparse(base) for base in node.bases] != bases or node.keywords:
            self.fail(f"bases of {node.name}")
        if [ast.unparse(each) for each in node.decorator_list] != decorators:
            self.fail(f"decorators of {node.name}")

    def check_members(self, node: ast.ClassDef, names: list[str]) -> None:
        """Check that a class defines ``names`` in this order and holds nothing else."""
        found = list(_targets(node.body))
        if found != names:
            self.fail(f"members of {node.name}: " + _difference(found, names))

    def check_lazy(self, homes: Mapping[str, str] | None) -> None:
        """Check an ``__init__.py``: each name in ``homes`` comes from its module."""
        tables = {
            name: node.value
            for node in self.tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
            for name in _targets([node])
        }
        try:
            modules = ast.literal_eval(tables["_MODULES"])
            exported = ast.literal_eval(tables["__all__"])
        except (KeyError, ValueError):
            self.fail("its tables of names")
        if sorted(exported) != sorted(modules):
            self.fail("its exported names")
        if homes is not None and modules != homes:
            self.fail("its names: " + _difference(list(modules), list(homes)))
        names = ["_MODULES", "__all__", "__dir__", "__getattr__"]
        self.check_defined(names if homes is not None else [*names, "__version__"])


def _targets(statements: list[ast.stmt]) -> Iterator[str]:
    for node in statements:
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name
            case ast.Assign():
                yield from (ast.unparse(target) for target in node.targets)
            case ast.AnnAssign():
                yield ast.unparse(node.target)
            case ast.If(
                test=ast.Name(id="TYPE_CHECKING")
                | ast.UnaryOp(op=ast.Not(), operand=ast.Name(id="TYPE_CHECKING"))
            ):
                yield from _targets(node.body)
                yield from _targets(node.orelse)
            case ast.Import() | ast.ImportFrom():
                pass
            case ast.Expr(value=ast.Constant(value=str())):
                pass
            case _:
                yield ast.unparse(node)


def _is_text_or_call(node: ast.Expr) -> bool:
    match node.value:
        case ast.Constant(value=str()):
            return True
        case ast.Call():
            return ast.unparse(node.value.func) == "super().__init__"
        case _:
            return False


def _makes_child(node: ast.Call) -> bool:
    """Tell whether this is ``resources.Labels(self._client)``."""
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="resources")), args=[_], keywords=[]
        ):
            return ast.unparse(node.args[0]) in ("self", "self._client")
        case _:
            return False


def _difference(found: list[str], meant: list[str]) -> str:
    more = [name for name in found if name not in meant]
    less = [name for name in meant if name not in found]
    return f"too many {more[:5]!a}, missing {less[:5]!a}"
