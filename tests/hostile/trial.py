"""One hostile document: make its client, look at it, import it, use it.

Out: :class:`Verdict`. A document is either refused, with messages of the right form,
or becomes a client that is what it would be for a harmless document.
"""

from __future__ import annotations

import ast
import asyncio
import dataclasses
import hashlib
import importlib
import inspect
import io
import json
import os
import py_compile
import re
import sys
import tokenize
import traceback
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from markdown_it import MarkdownIt

from specpress import pipeline
from specpress.diagnostics import Report, Severity
from specpress.documents import Documents
from specpress.messages import render_report
from specpress.options import ClientOptions, Job
from specpress.output import SourceFile
from specpress.pipeline import make_client
from specpress.render import template_folder
from specpress.render.runtime_files import runtime_texts
from specpress.render.runtime_needs import EVERYTHING
from specpress.write.plan import contents_of
from tests.generation import write
from tests.hostile.guard import Forbidden, Guard
from tests.hostile.payloads import Raw
from tests.hostile.positions import seed_document, seeds

PACKAGE = "hostile_client"
_HEADLINE = re.compile(r"[^\n]+?:\d+:\d+: (error|warning)\[[a-z]+(-[a-z0-9]+)*\]: .+")
_RAW = "@@RAW@@"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)


@dataclass
class Verdict:
    """``findings`` is empty if all is well."""

    refused: bool = False
    codes: tuple[str, ...] = ()
    findings: list[str] = field(default_factory=list[str])
    digest: str = ""
    texts: frozenset[str] = frozenset()
    """The strings that stand in the code of the client."""
    warned: frozenset[tuple[str, ...]] = frozenset()
    """Where warnings point."""


@dataclass(frozen=True)
class Vocabulary:
    """What stands in the code of clients for harmless documents."""

    node_types: frozenset[str]
    calls: frozenset[str]
    imports: frozenset[str]
    decorators: frozenset[str]
    comments: frozenset[str]
    links: frozenset[str]


def document_text(document: Any, form: str) -> str:
    """Return ``document`` as JSON (``json``, ``ascii``) or YAML."""
    raws: list[str] = []

    def encode(value: Any) -> Any:
        if isinstance(value, Raw):
            raws.append(value.text)
            return f"{_RAW}{len(raws) - 1}"
        if isinstance(value, dict):
            return {key: encode(member) for key, member in value.items()}
        return [encode(item) for item in value] if isinstance(value, list) else value

    encoded = encode(document)
    if form == "yaml":
        text = yaml.safe_dump(
            encoded, allow_unicode=True, sort_keys=False, width=10_000
        )
        return re.sub(_RAW + r"(\d+)", lambda match: raws[int(match[1])], text)
    text = json.dumps(encoded, ensure_ascii=form == "ascii", indent=1)
    return re.sub(f'"{_RAW}(\\d+)"', lambda match: raws[int(match[1])], text)


def suffix(form: str) -> str:
    return ".yaml" if form == "yaml" else ".json"


class Laboratory:
    """A folder to try documents in, one after the other."""

    def __init__(self, folder: Path) -> None:
        repository = Path(__file__).resolve().parents[2]
        self.folder = folder
        self.guard = Guard((repository, folder / "case", folder / "bytecode"))
        self.made: Callable[[], object] = lambda: None
        """Called when there is a client, or none, before it is looked at."""
        self._seen: dict[str, list[str]] = {}
        # The independent validator is a process of its own, slow, and only warns.
        pipeline.VALIDATED_UP_TO = -1
        sys.pycache_prefix = str(folder / "bytecode")
        sys.path.insert(0, str(folder / "case" / "output"))
        (folder / "case" / "input").mkdir(parents=True)
        (folder / "case" / "output").mkdir()
        (folder / "case" / "beside.txt").write_text("beside")
        self.vocabulary = self._harmless()
        self._compile_runtime()

    def try_text(
        self,
        text: str | bytes,
        name: str,
        beside: Mapping[str, str | bytes] = MappingProxyType({}),
    ) -> Verdict:
        """Try the document ``text`` in a file called ``name``, with files beside it."""
        place = self.folder / "case" / "input"
        for old in place.iterdir():
            old.unlink()
        path = place / name
        for file, content in {**beside, name: text}.items():
            (place / file).write_bytes(
                content.encode("utf-8", "surrogatepass")
                if isinstance(content, str)
                else content
            )
        before = _snapshot(self.folder / "case", PACKAGE)
        verdict = Verdict()
        files: list[SourceFile] = []
        with self.guard.watching() as deeds:
            try:
                files = self._make(path, verdict)
            except Forbidden:
                pass
            except Exception:
                verdict.findings.append("crash: " + _last_lines())
        verdict.findings += deeds
        self.made()
        if files and not verdict.findings:
            verdict.findings += self._examine(files, verdict)
        if _snapshot(self.folder / "case", PACKAGE) != before:
            verdict.findings.append("something else was written or removed")
        return verdict

    # Making

    def _make(self, path: Path, verdict: Verdict) -> list[SourceFile]:
        job = Job(
            document=path,
            label=path.name,
            client=ClientOptions(package=PACKAGE, client="HostileClient"),
        )
        outcome = make_client(job)
        report = outcome.report
        verdict.refused = outcome.failed
        verdict.codes = tuple(d.code for d in report if d.severity is Severity.ERROR)
        verdict.warned = frozenset(d.at.tokens for d in report)
        verdict.findings += _judge_messages(report, outcome.documents, path.name)
        if not outcome.failed and not outcome.files:
            verdict.findings.append("nothing was made, and nothing was said")
        return [] if outcome.failed else outcome.files

    # Looking

    def _examine(self, files: list[SourceFile], verdict: Verdict) -> list[str]:
        own = [f for f in files if not f.path.startswith("_runtime/")]
        digest = hashlib.sha256()
        for file in own:
            digest.update(f"{file.path}\0{file.text}\0".encode("utf-8", "replace"))
        verdict.digest = digest.hexdigest()
        try:
            contents_of(files)
        except Exception:
            return ["paths: " + _last_lines()]
        trees: dict[str, ast.Module] = {}
        findings: list[str] = []
        for file in own:
            found = _INVISIBLE.search(file.text)
            if found:
                findings.append(f"{file.path} has {found[0]!a}")
            if file.path.endswith(".py"):
                try:
                    trees[file.path] = ast.parse(file.text, type_comments=True)
                except (SyntaxError, ValueError) as error:
                    findings.append(f"{file.path} does not parse: {error!a}")
                findings += _judge_top(file)
        verdict.texts = frozenset(_texts(trees.values()))
        if verdict.digest in self._seen:
            return findings + self._seen[verdict.digest]
        if not findings:
            findings += _judge_against(
                vocabulary_of(trees, own, self.vocabulary.comments), self.vocabulary
            )
        if not findings:
            write(own, self._output())
            findings += self._use(sorted(trees))
        if len(findings) < 20:
            self._seen[verdict.digest] = findings
        return findings

    def _output(self) -> Path:
        """Return the folder of the package, without what is left of the last one but
        the runtime, which is always the whole one."""
        output = self.folder / "case" / "output" / PACKAGE
        for path in sorted(output.rglob("*"), reverse=True):
            if "_runtime" in path.parts:
                continue
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
        return output

    # Using

    def _use(self, modules: list[str]) -> list[str]:
        for name in [n for n in sys.modules if n.partition(".")[0] == PACKAGE]:
            del sys.modules[name]
        importlib.invalidate_caches()
        findings: list[str] = []
        with self.guard.watching((self.folder / "bytecode",)) as deeds:
            try:
                for path in modules:
                    name = path.removesuffix(".py").removesuffix("__init__")
                    dotted = ".".join([PACKAGE, *filter(None, name.split("/"))])
                    _touch(importlib.import_module(dotted))
                _construct()
            except Forbidden:
                pass
            except Exception:
                findings.append("use: " + _last_lines())
        return findings + deeds

    def _harmless(self) -> Vocabulary:
        trees: dict[str, ast.Module] = {}
        files: list[SourceFile] = []
        for seed, version in seeds():
            path = self.folder / "case" / "input" / "seed.json"
            path.write_text(json.dumps(seed_document(seed, version)))
            verdict = Verdict()
            made = self._make(path, verdict)
            if verdict.findings or not made:
                raise AssertionError((seed, version, verdict))
            for file in made:
                if not file.path.startswith("_runtime/"):
                    files.append(file)
                    if file.path.endswith(".py"):
                        trees[f"{seed}{version}{file.path}"] = ast.parse(file.text)
        return vocabulary_of(trees, files, frozenset())

    def _compile_runtime(self) -> None:
        """Keep bytecode of the runtime and of nothing else: two sources of the same
        second and size are one for Python."""
        output = self._output()
        texts = runtime_texts(template_folder() / "runtime", EVERYTHING)
        for name, text in texts.items():
            target = output / "_runtime" / f"{name}.py"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            py_compile.compile(str(target), doraise=True)
        sys.dont_write_bytecode = True


# --- Judging -------------------------------------------------------------------------


def vocabulary_of(
    trees: dict[str, ast.Module], files: list[SourceFile], comments: frozenset[str]
) -> Vocabulary:
    """Return what the code and the Markdown of ``files`` are made of."""
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    found_comments = [
        token.string
        for file in files
        if file.path.endswith(".py")
        for token in tokenize.generate_tokens(io.StringIO(file.text).readline)
        if token.type == tokenize.COMMENT and token.start[0] > 1
    ]
    return Vocabulary(
        frozenset(type(node).__name__ for node in nodes),
        frozenset(_callee(node) for node in nodes if isinstance(node, ast.Call)),
        frozenset(name for node in nodes for name in _imports(node)),
        frozenset(
            (
                ast.unparse(decorator)
                if not isinstance(decorator, ast.Call)
                else _callee(decorator)
            )
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            for decorator in node.decorator_list
        ),
        frozenset(found_comments),
        frozenset(
            element
            for file in files
            if file.path.endswith(".md")
            for element in _active_markdown(file.text)
        ),
    )


def _judge_against(found: Vocabulary, allowed: Vocabulary) -> list[str]:
    return [
        f"{part.name}: {item!a}"
        for part in dataclasses.fields(Vocabulary)
        for item in sorted(getattr(found, part.name) - getattr(allowed, part.name))
    ]


def _callee(call: ast.Call) -> str:
    name = ast.unparse(call.func)
    # Classes of the client itself, which are called what the document calls them.
    return re.sub(r"^resources\.[^.()]+$", "resources.…", name)


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (f"import {alias.name}" for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        yield from (f"from {node.module} import {alias.name}" for alias in node.names)


def _active_markdown(text: str) -> Iterator[str]:
    for token in MarkdownIt("commonmark").parse(text):
        if token.type in ("html_block", "heading_open", "fence", "hr", "code_block"):
            yield token.type + (
                f" {token.info}" if token.type == "fence" else token.tag
            )
        for child in token.children or ():
            if child.type in ("html_inline", "image", "link_open"):
                yield f"{child.type} {child.attrGet('href') or child.content}"


def _texts(trees: Iterable[ast.Module]) -> Iterator[str]:
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield node.target.id


def _judge_top(file: SourceFile) -> list[str]:
    first, second = (file.text + "\n\n").split("\n")[:2]
    findings: list[str] = []
    if not first.startswith("# Generated by Specpress from "):
        findings.append(f"{file.path} begins with {first!a}")
    if re.search(r"coding[:=]", first + second):
        findings.append(f"{file.path} declares an encoding: {first!a} {second!a}")
    return findings


def _judge_messages(
    report: Report, documents: Documents | None, label: str
) -> list[str]:
    findings: list[str] = []
    lines = render_report(report, documents, label)
    for line in lines:
        if _INVISIBLE.search(line) or "\n" in line or not line.isprintable():
            findings.append(f"message with {line!a}"[:300])
        if len(line) > 3_000:
            findings.append(f"message of {len(line)} characters: {line[:100]!a}")
        if not line.startswith("    ") and not _HEADLINE.fullmatch(line):
            if not re.fullmatch(r"\d+ more not shown: .*", line):
                findings.append(f"message without a place: {line!a}"[:300])
    for diagnostic in report:
        file, at = diagnostic.at.file, diagnostic.at
        if documents is not None and not file and diagnostic.position is None:
            if not documents.has(at):
                findings.append(
                    f"{diagnostic.code} is about nothing: {at.fragment()!a}"
                )
    return findings


# --- Using ---------------------------------------------------------------------------


def _touch(module: types.ModuleType) -> None:
    """Look at everything public in ``module``, as editors and type checkers do."""
    for name in dir(module):
        if name.startswith("__"):
            continue
        value = getattr(module, name)
        if getattr(value, "__module__", "").partition(".")[0] != PACKAGE:
            continue
        inspect.getdoc(value)
        if inspect.isclass(value):
            typing.get_type_hints(value, include_extras=True)
            for member_name, member in sorted(vars(value).items()):
                member = getattr(member, "func", member)
                if inspect.isfunction(member) and not member_name.startswith("__"):
                    typing.get_type_hints(member, include_extras=True)
                    inspect.signature(member)
            if dataclasses.is_dataclass(value) and ".models" in value.__module__:
                _build(value)


def _build(model: Any) -> None:
    names = [f.name for f in dataclasses.fields(model)]
    built = model(**{name: None for name in names})
    repr(built)
    if "PathLike" in repr(typing.get_type_hints(model)):
        return  # Files are sent and never read.
    for data in ({}, {"unknown": [1, {"a": None}]}):
        read = model.from_dict(data)
        if read.to_dict() is None:
            raise AssertionError(model)
        repr(read)


def _construct() -> None:
    package = importlib.import_module(PACKAGE)
    with package.HostileClient() as client:
        repr(client)
        _resources(client)
    asyncio.run(_construct_asynchronous(package))


async def _construct_asynchronous(package: Any) -> None:
    async with package.AsyncHostileClient() as client:
        _resources(client)


def _resources(node: Any) -> None:
    for name, member in sorted(vars(type(node)).items()):
        if hasattr(member, "func"):
            inner = getattr(node, name)
            if type(inner).__module__.startswith(f"{PACKAGE}.resources"):
                _resources(inner)


def _last_lines() -> str:
    kind, error, trace = sys.exc_info()
    frames = traceback.extract_tb(trace)
    places = [
        f"{os.path.basename(os.path.dirname(f.filename))}/{os.path.basename(f.filename)}:{f.lineno}"
        for f in frames[-4:]
    ]
    name = kind.__name__ if kind else ""
    return f"{name}: {str(error)[:200]!a} at {' > '.join(places)}"


def _snapshot(folder: Path, beside: str) -> dict[str, tuple[int, bytes]]:
    found: dict[str, tuple[int, bytes]] = {}
    for path in sorted(folder.parent.rglob("*")):
        parts = path.relative_to(folder.parent).parts
        if "bytecode" in parts or beside in parts:
            continue
        content = path.read_bytes() if path.is_file() else b""
        found["/".join(parts)] = (path.lstat().st_mode, content)
    return found
