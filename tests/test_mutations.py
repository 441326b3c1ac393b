"""Weaken an encoder or take a check away, and something here fails.

``MUTANTS`` are changes of the program, each with the check that must notice it. The
checks are small versions of what the other tests do, quick enough to run for every
mutant; each passes as long as nothing is changed.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from specpress import naming, pipeline, proof
from specpress.diagnostics import DocumentError, Report
from specpress.ir import Identifier
from specpress.limits import DEFAULT_LIMITS, Limits
from specpress.load import load_documents
from specpress.messages import render_report
from specpress.options import ClientOptions, Job
from specpress.output import SourceFile
from specpress.parse import parse_documents
from specpress.python_text import (
    Call,
    SourceText,
    comment,
    docstring,
    expression,
    literal,
    markdown,
    markdown_code,
    printed,
)
from specpress.references import Refusal, Target, classify
from specpress.source import Pointer
from specpress.text import Text
from specpress.write import OutputRefused, write_files
from tests.hostile.payloads import CALL, LINE_ENDS
from tests.hostile.positions import seed_document
from tests.mutation import mutated

NASTY = [
    "'",
    '"',
    "\"'",
    '\'""',
    '"""',
    "'''",
    "\\",
    '\\"',
    'text"',
    "text\\",
    'a""" + b + """',
    "\\x41\\N{DASH}",
    "{x}{{ y }}{% z %}%s",
    "\x00\x07\x1b[2J\x7f\x9b",
    "\u202e\u2066\u200b\ufeff\u00ad",
    "\ud800",
    "# -*- coding: utf-7 -*-",
    ">>> " + CALL,
    *(f"a{end}{CALL}{end}" for end in LINE_ENDS.values()),
]
SHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def source_of(text: SourceText) -> str:
    return printed(text)


def is_refused(action: Callable[[], object], error: type[Exception]) -> bool:
    try:
        action()
    except error:
        return True
    return False


# --- Checks --------------------------------------------------------------------------


def literals_are_their_values(_: Path) -> None:
    for nasty in NASTY:
        source = source_of(literal(Text(nasty)))
        assert ast.literal_eval(source) == nasty
        assert len(source.splitlines()) == 1 and not SHOWN.search(source)
    for number in (0, -0.0, 1e300, 10**4500, -5):
        assert ast.literal_eval(source_of(literal(number))) == number
    assert is_refused(lambda: literal(float("inf")), ValueError)
    assert is_refused(lambda: literal(float("nan")), ValueError)


def docstrings_are_one_string(_: Path) -> None:
    for nasty in [*NASTY, f'" {CALL} "', 'x\n\n"""' + CALL, "\\" * 3 + '"' * 7]:
        for sections in (
            (Text(nasty),),
            ("Ours.", Text(nasty)),
            (Text(nasty), "Ours."),
        ):
            source = source_of(docstring(sections, 4, "Nothing."))
            tree = ast.parse(f"def f():\n    {source}\n")
            (function,) = tree.body
            assert isinstance(function, ast.FunctionDef)
            (only,) = function.body
            assert isinstance(only, ast.Expr) and isinstance(only.value, ast.Constant)
            assert not SHOWN.search(source)
            assert ">>>" not in source
            for line in source.split("\n")[1:]:
                assert not line or line.startswith("    ")


def comments_are_one_comment(_: Path) -> None:
    for nasty in NASTY:
        source = source_of(comment(("From ", Text(nasty))))
        assert len(source.splitlines()) == 1 and not SHOWN.search(source)
        assert "#" not in source
        assert not re.search("coding[:=]", source)


def markdown_is_plain(_: Path) -> None:
    from markdown_it import MarkdownIt

    texts = ["<script>", "[a](http://x)", "![a](b)", "`a`", "*a* _b_", "a | b", "&lt;"]
    texts += ["# a", "- a", "1. a", "> a", "a\n\n# b", "```\na", "<http://x>", "---"]
    for text in texts:
        tokens = (
            MarkdownIt("commonmark")
            .enable("table")
            .parse(source_of(markdown(Text(text))))
        )
        kinds = [t.type for t in tokens]
        assert kinds == ["paragraph_open", "inline", "paragraph_close"], text
        (children,) = [t.children or [] for t in tokens if t.type == "inline"]
        assert {child.type for child in children} <= {"text", "text_special"}, text
    for text in ["a`b", "``", "`", "a``b`"]:
        inline = MarkdownIt("commonmark").parse(source_of(markdown_code(Text(text))))[1]
        assert [child.type for child in inline.children or []] == ["code_inline"]


def only_source_is_printed(_: Path) -> None:
    for value in ("text", Text("text"), 1, None, ["x"], b"x"):
        assert is_refused(lambda value=value: printed(value), TypeError)  # type: ignore[misc]
    for make in (str, "{}".format, lambda text: f"{text}"):
        assert is_refused(lambda make=make: make(Text("x")), TypeError)  # type: ignore[misc]
        assert is_refused(
            lambda make=make: make(literal("x")), TypeError  # type: ignore[misc]
        )


def own_names_are_names(_: Path) -> None:
    for name in ("os.system('x')", "a b", "", "a..b", "x\n"):
        call = Call(name)
        assert is_refused(
            lambda call=call: expression(call, indent=0), ValueError  # type: ignore[misc]
        )


def names_are_identifiers(_: Path) -> None:
    words = [*NASTY, "class", "None", "2fa", "\ufb01le", "\u0130", "a" * 500, "__a__"]
    words += ["", " ", "-", "self", "import", "\u540d", "\u2167", "a\u0301", "\u0e33"]
    for word in words:
        for case in (naming.snake_case, naming.pascal_case, naming.constant_case):
            name = naming.identifier(case([Text(word)])).name
            assert name.isidentifier() and not ast.parse(name).body == []
            assert ast.parse(name).body[0].value.id == name  # type: ignore[attr-defined]
            assert not name.startswith("_")
            assert len(name.encode()) <= 121
    for word in ("class", "__a", "a b", "a-b", "\ufb01le", "a" * 200, "1a", ""):
        assert not naming.is_identifier(word)
        if word != "class":
            assert is_refused(
                lambda word=word: naming.identifier(word), ValueError  # type: ignore[misc]
            )


def names_are_apart(_: Path) -> None:
    def settled(*texts: str, file_names: bool = False) -> list[str]:
        wants = [
            naming.Want(text, Identifier(naming.snake_case([text])), (text,), False)
            for text in texts
        ]
        names = naming.settle(wants, file_names=file_names).names
        return [names[text].name for text in texts]

    found = settled("a-b", "a_b", "a.b", "aB", "a b")
    assert len(set(found)) == 5
    assert sorted(settled("a b", "aB", "a.b", "a_b", "a-b")) == sorted(found)
    wants = [
        naming.Want(name, Identifier(name), (name,), True)
        for name in ("Ab", "aB", "AB")
    ]
    longer = (Identifier("name_by_thing"),)
    wanting = [
        naming.Want(key, Identifier("name"), (key,), suffixed=longer) for key in "ab"
    ]
    assert len(set(naming.settle(wanting).names.values())) == 2
    taken = [*wanting[:1], naming.Want("c", longer[0], ("c",)), *wanting[1:]]
    assert len(set(naming.settle(taken).names.values())) == 3
    files = naming.settle(wants, file_names=True).names.values()
    assert len({name.name.casefold() for name in files}) == 3


def messages_are_plain(folder: Path) -> None:
    report = Report()
    at = Pointer("", ("a\x1b[2J", "b\u202ec\n"))
    for nasty in NASTY:
        report.error("a-code", at, "says ", Text(nasty), " here", help=(Text(nasty),))
    for number in range(30):
        report.warning("b-code", at, f"number {number}")
    lines = render_report(report, None, "x\n\x1b[2J\u202e.yaml")
    assert len(lines) <= 61
    assert all(line.isprintable() for line in lines)
    assert "more not shown" in lines[-1]
    report = Report()
    report.error("a-code", at, "says ", Text("a' b\\n"), Text("x" * 100_000))
    line, *_ = render_report(report, None, "x")
    assert len(line) < 1_000
    assert "a' b\\\\n" in line


def references_stay(folder: Path) -> None:
    refused = ["http://h/x", "file:///x", "C:\\x", "C:/x", "//h/x", "/x", "\\x", "a\\b"]
    refused += ["%2fx", "%5cx", "a?b", "a\nb", "\\\\h\\x", "%00", "ftp:x", "urn:x"]
    refused += ["%68ttp://h/x", "%ff"]
    for reference in refused:
        assert isinstance(classify(reference), Refusal), reference
    assert classify("#/a") == Target("", "/a")
    outside = folder / "secret.yaml"
    outside.write_text("a: {type: string}")
    home = folder / "home"
    home.mkdir()
    (home / "link.yaml").symlink_to(outside)
    os.mkfifo(home / "pipe.yaml")
    outward = ("../secret.yaml", "a/../../secret.yaml", "../nothing.yaml", "link.yaml")
    for target in (*outward, "pipe.yaml"):
        said = problems(home, {"components": {"schemas": {"A": {"$ref": target}}}})
        assert said & {"forbidden-reference", "unresolved-reference"}, target
        if target != "pipe.yaml":
            assert "forbidden-reference" in said, target
    data = {"$ref": "http://h/x"}
    schema = {"default": data, "example": data, "enum": [data], "type": "object"}
    said = problems(home, {"components": {"schemas": {"A": schema}}})
    assert "forbidden-reference" not in said


HEAD: dict[str, object] = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "1"},
    "paths": {},
}


def problems(
    folder: Path,
    more: dict[str, object] | str | None,
    limits: Limits = DEFAULT_LIMITS,
    name: str = "document.json",
) -> set[str]:
    """Return the codes of what is said about a document."""
    path = folder / name
    if isinstance(more, dict):
        path.write_text(json.dumps({**HEAD, **more}))
    elif isinstance(more, str):
        path.write_text(more)
    report = Report()
    try:
        documents = load_documents(path, report, limits)
        parse_documents(documents, report)
    except DocumentError:
        pass
    return {diagnostic.code for diagnostic in report}


def reading_is_bounded(folder: Path) -> None:
    deep = "[" * 150 + "]" * 150
    head = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
    bomb = "x-0: &a0 [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"x-{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 8)
    )
    ladder = "x-0: &l0 []\n" + "".join(
        f"x-{n}: &l{n} [*l{n - 1}]\n" for n in range(1, 150)
    )
    small = Limits(max_nodes=1_000, max_bytes=100_000)
    yaml = "document.yaml"
    assert problems(folder, "{" + f'"x": {deep}' + "}") == {"limit-depth"}
    assert problems(folder, head + f"x-deep: {deep}\n", name=yaml) == {"limit-depth"}
    assert problems(folder, head + ladder, name=yaml) == {"limit-depth"}
    assert problems(folder, head + bomb, small, yaml) == {"limit-nodes"}
    assert problems(folder, {"x-a": [0] * 2_000}, small) == {"limit-nodes"}
    assert problems(folder, {"x-a": "b" * 200_000}, small) == {"limit-bytes"}
    assert problems(folder, '{"openapi": "3.1.0", "openapi": "3.1.0"}') == {
        "duplicate-key"
    }
    assert problems(folder, "openapi: 3.1.0\nopenapi: 3.1.0\n", name=yaml) == {
        "duplicate-key"
    }
    for number in ("NaN", "1e400", "-Infinity", "9" * 5_000):
        assert problems(folder, '{"x": ' + number + "}") == {"number-out-of-range"}
    assert problems(folder, '{"x": "\\ud800"}') == {"lone-surrogate"}
    for tag in ("!!python/name:os.system", "!x y", "!!set {a}", "!!binary aa=="):
        assert problems(folder, head + f"x: {tag}\n", name=yaml) == {"forbidden-tag"}
    assert problems(folder, head + "x: &a [*a]\n", name=yaml) == {"invalid-alias"}
    assert problems(folder, head + "---\na: 1\n", name=yaml) == {"several-documents"}
    (folder / "binary.yaml").write_bytes(bytes(range(256)))
    assert problems(folder, None, name="binary.yaml") == {"not-text"}


def keys_of_ours_are_no_code(folder: Path) -> None:
    settings: dict[str, object] = {
        "x-specpress-error": {"a": "b"},
        "x-specpress-request-id": "a\r\nb",
        "x-specpress-idempotency": {"header": CALL, "methods": ["POST"]},
        "x-specpress-pagination": {"style": CALL},
        "x-specpress-name": "x",
    }
    for key, value in settings.items():
        said = problems(folder, {key: value})
        assert said & {"bad-extension", "misplaced-key"}, key
    for name in (CALL, "class", "a.b", "A b", "__x", "\u00c9a", "a"):
        schema = {"type": "object", "x-specpress-name": name}
        said = problems(folder, {"components": {"schemas": {"A": schema}}})
        assert "bad-extension" in said, name
    for name in (CALL, "class", "a.b", "a b", "__x", "\u00e9", "A"):
        member = {"type": "string", "x-specpress-name": name}
        holder = {"type": "object", "properties": {"p": member}}
        said = problems(folder, {"components": {"schemas": {"A": holder}}})
        assert "bad-extension" in said, name


def files_stay_inside(folder: Path) -> None:
    for number, path in enumerate(
        ["../x", "/x", "a/../../x", "C:\\x", "a\\b", "con.py", "a/nul", "x\n", "a//b"]
        + ["x" * 300, "", ".", "a:b", "a ", "a."]
    ):
        place = folder / f"out{number}"
        refused = is_refused(
            lambda path=path, place=place: write_files(  # type: ignore[misc]
                [SourceFile(path, "# Generated by Specpress\n")], place
            ),
            OutputRefused,
        )
        assert refused, path
    twins = [SourceFile("a.py", ""), SourceFile("A.py", "")]
    assert is_refused(lambda: write_files(twins, folder / "twins"), OutputRefused)
    both = [SourceFile("a", ""), SourceFile("a/b", "")]
    assert is_refused(lambda: write_files(both, folder / "both"), OutputRefused)
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.py").write_text("mine")
    output = folder / "output"
    output.mkdir()
    (output / "models").symlink_to(elsewhere)
    (output / "b.py").symlink_to(elsewhere / "a.py")
    for path in ("models/a.py", "models/new.py", "b.py"):
        files = [SourceFile(path, "# Generated by Specpress\n")]
        assert is_refused(lambda files=files: write_files(files, output), OutputRefused)  # type: ignore[misc]
    (output / "foreign.py").write_text("mine")
    foreign = [SourceFile("foreign.py", "ours")]
    assert is_refused(lambda: write_files(foreign, output), OutputRefused)
    document = folder / "here" / "document.yaml"
    document.parent.mkdir()
    document.write_text("a: 1")
    for place in (document.parent, folder, document, document / "x"):
        assert is_refused(
            lambda place=place: write_files(  # type: ignore[misc]
                [SourceFile("a.py", "")], place, inputs=[document]
            ),
            OutputRefused,
        ), place
    read = folder / "read"
    read.mkdir()
    assert is_refused(
        lambda: write_files([SourceFile("a.py", "")], read / "x", inputs=[read]),
        OutputRefused,
    )
    assert [path.name for path in elsewhere.iterdir()] == ["a.py"]
    assert (elsewhere / "a.py").read_text() == "mine"
    assert document.read_text() == "a: 1"
    assert (output / "foreign.py").read_text() == "mine"


def proof_finds_what_is_added(folder: Path) -> None:
    outcome = client_of(folder, "schemas")
    package = outcome.package
    assert package is not None
    files = [f for f in outcome.files if f.path.endswith((".py", ".md"))]
    proof.prove(files, package)
    changes: list[tuple[str, Callable[[str], str]]] = [
        ("models/linked_cat.py", lambda text: text + f"\n{CALL}\n"),
        ("models/linked_cat.py", lambda text: text + "\nimport os\n"),
        ("models/linked_cat.py", lambda text: text + "\nfrom os import path\n"),
        ("models/linked_cat.py", lambda text: text + "\nfrom ....x import y\n"),
        ("models/linked_cat.py", lambda text: text + "\nx = ().__class__\n"),
        ("models/linked_cat.py", lambda text: text + "\nclass Another: ...\n"),
        ("models/linked_cat.py", lambda text: text + "\n(\n"),
        ("models/linked_cat.py", lambda text: text.replace("linkedName", "other")),
        ("models/linked_cat.py", lambda text: text.replace("(Model)", "(Wire)")),
        ("models/linked_cat.py", lambda text: "# coding: utf-7\n" + text),
        ("models/linked_cat.py", lambda text: text + "\nraise SystemExit\n"),
        ("models/linked_cat.py", lambda text: text + "\npass\n"),
        ("models/linked_cat.py", lambda text: text.replace("= UNSET", "= hidden")),
        ("models/linked_cat.py", lambda text: text.replace("= UNSET", "= str()")),
        (
            "models/linked_cat.py",
            lambda text: text.replace("= UNSET", "= Unset.__class__"),
        ),
        ("models/linked_cat.py", lambda text: text + "\n'x' + 'y'\n"),
        ("resources/pets.py", lambda text: text.replace('"/pets"', '"/other"')),
        ("resources/pets.py", lambda text: text.replace('"GET"', '"PUT"')),
        ("resources/pets.py", lambda text: text.replace("def list", "def other")),
        ("client.py", lambda text: text + "\nprint('x')\n"),
        (
            "client.py",
            lambda text: text.replace(
                "        super()", "        pass\n        super()"
            ),
        ),
        (
            "client.py",
            lambda text: text.replace(
                "        super()", "        1 + 1\n        super()"
            ),
        ),
    ]
    for path, change in changes:
        changed = [
            SourceFile(f.path, change(f.text)) if f.path == path else f for f in files
        ]
        assert changed != files, path
        assert is_refused(
            lambda changed=changed: proof.prove(changed, package),  # type: ignore[misc]
            proof.ProofError,
        ), change(path)
    fewer = [f for f in files if f.path != "client.py"]
    assert is_refused(lambda: proof.prove(fewer, package), proof.ProofError)
    more = [*files, SourceFile("other.py", "x = 1\n")]
    assert is_refused(lambda: proof.prove(more, package), proof.ProofError)


def client_of(folder: Path, seed: str, title: str = "Seed") -> pipeline.Outcome:
    document = seed_document(seed, "3.1")
    document["info"]["title"] = title
    path = folder / "document.json"
    path.write_text(json.dumps(document))
    outcome = pipeline.make_client(
        Job(
            document=path,
            label="document.json",
            client=ClientOptions(package="mutant_client", client="MutantClient"),
        )
    )
    assert not outcome.failed
    return outcome


@dataclass(frozen=True)
class Mutant:
    module: str
    old: str
    new: str
    check: Callable[[Path], None]

    @property
    def name(self) -> str:
        first = self.old.strip().splitlines()[0]
        return f"{self.module.removeprefix('specpress.')}: {first[:60]}"


def _of(
    module: str, check: Callable[[Path], None], *changes: tuple[str, str]
) -> list[Mutant]:
    return [Mutant(f"specpress.{module}", old, new, check) for old, new in changes]


MUTANTS = [
    *_of(
        "python_text.literals",
        literals_are_their_values,
        (
            '_SHORT_PATTERN = re.compile(r"[\\\\\\n\\r\\t]")',
            '_SHORT_PATTERN = re.compile(r"[\\n\\r\\t]")',
        ),
        ("    body = UNSAFE.sub(escape, body)\n", ""),
        ("""body.replace("'", "\\\\'")""", "body"),
        ("""body.replace('"', '\\\\"')""", "body"),
        ("if not math.isfinite(value):", "if False:"),
        (
            'return f"{value:#x}" if abs(value) >= 10**4000 else repr(value)',
            "return repr(value)",
        ),
    ),
    *_of(
        "python_text.unsafe",
        literals_are_their_values,
        ("{_CONTROLS}{_BIDIRECTIONAL}", "{_BIDIRECTIONAL}"),
        ("{_CONTROLS}{_BIDIRECTIONAL}", "{_CONTROLS}"),
        ("{_INVISIBLE}{_SPACES}{_NOT_CHARACTERS}", "{_SPACES}{_NOT_CHARACTERS}"),
        ("{_SPACES}{_NOT_CHARACTERS}", "{_SPACES}"),
    ),
    *_of(
        "python_text.prose",
        docstrings_are_one_string,
        ('.replace("\\\\", "\\\\\\\\")', ""),
        (""".replace('\"\"\"', '\\\\"\\\\"\\\\"')""", ""),
        ("""{" " if first.endswith(_QUOTE) else ""}""", ""),
        ("""    body = _DOCTEST.sub(r"\\1> > >", body)\n""", ""),
        (
            """    return "\\n".join(UNSAFE.sub(escape, line) for line in text.split("\\n"))""",
            "    return text",
        ),
        (
            '        lines.append(blanks + line if line else "")',
            "        lines.append(line)",
        ),
    ),
    *_of(
        "python_text.prose",
        comments_are_one_comment,
        ("""    return " ".join(_plain(words).split())""", "    return _plain(words)"),
        (""".replace("#", "\\\\x23")""", ""),
        (
            """    text = _CODING.sub(lambda match: f"coding\\\\x{ord(match[0][-1]):02x}", text)\n""",
            "",
        ),
    ),
    *_of(
        "python_text.prose",
        markdown_is_plain,
        ("""_MARKDOWN.sub(r"\\\\\\1", one_line(words))""", "one_line(words)"),
        (
            """    text = _BLOCK_START.sub(lambda m: f"{m[1]}\\\\{m[2]}" if m[1] else f"\\\\{m[3]}", text)\n""",
            "",
        ),
        ("""max((len(run) for run in re.findall("`+", text)), default=0) + 1""", "1"),
    ),
    *_of(
        "python_text.source",
        only_source_is_printed,
        (
            "    if type(value) is Identifier:\n        return value.name\n    raise TypeError(",
            "    return str(value)\n    raise TypeError(",
        ),
        (
            "    if type(value) is Identifier:\n        return value.name\n    raise TypeError(",
            "    if isinstance(value, str):\n        return value\n    raise TypeError(",
        ),
    ),
    *_of(
        "text",
        only_source_is_printed,
        (
            '    def __str__(self) -> NoReturn:\n        raise TypeError("document text must pass an encoder of specpress.python_text")',
            "    def __str__(self) -> NoReturn:\n        return self._characters",
        ),
        (
            '    def __format__(self, specification: str) -> NoReturn:\n        raise TypeError("document text must pass an encoder of specpress.python_text")',
            "    def __format__(self, specification: str) -> NoReturn:\n        return self._characters",
        ),
    ),
    *_of(
        "python_text.expressions",
        own_names_are_names,
        ("    if not _DOTTED.fullmatch(name):", "    if False:"),
    ),
    *_of(
        "naming",
        names_are_identifiers,
        (
            "    while free in KEYWORDS or free in reserved:",
            "    while free in reserved:",
        ),
        ("    if not is_identifier(free):", "    if False:"),
        ("        name.isidentifier()\n", "        True\n"),
        ("        and name not in KEYWORDS\n", ""),
        ("""        and not name.startswith("__")\n""", ""),
        ("""        and _UCD.normalize("NFKC", name) == name\n""", ""),
        ("        and len(name.encode()) <= LONGEST_IDENTIFIER + 1\n", ""),
        ("    return _clip(name, LONGEST_IDENTIFIER)", "    return name"),
    ),
    *_of(
        "naming",
        names_are_apart,
        (
            "if fold(name) not in taken and keepers[fold(name)] is want",
            "if True",
        ),
        ("""    return _UCD.normalize("NFKC", name.casefold())""", "    return name"),
    ),
    *_of(
        "messages",
        messages_are_plain,
        (
            "        character if character.isprintable() else _escape_character(character)",
            "        character",
        ),
        (
            """    return f"{mark}{escape(text)}{mark}\"""",
            """    return f"{mark}{text}{mark}\"""",
        ),
        ("    if len(text) > _LONGEST_TEXT:", "    if False:"),
        (
            """    place = f"{escape(placed.file)}:""",
            """    place = f"{placed.file}:""",
        ),
        (
            """        lines.append(f"    at {escape(where)}")""",
            """        lines.append(f"    at {where}")""",
        ),
        ("    if len(placed) > most:", "    if False:"),
        (""".replace("\\\\", "\\\\\\\\").replace(mark""", ".replace(mark"),
    ),
    *_of(
        "references",
        references_stay,
        ("    if scheme is not None:", "    if False:"),
        ("""    if uri.startswith(("/", "\\\\")):""", "    if False:"),
        ("""    if "\\\\" in uri:""", "    if False:"),
        ("    if _CONTROL.search(uri):", "    if False:"),
        ("""    if not decoded and "?" in uri:""", "    if False:"),
        ("    refusal = _refuse(path, decoded=True)", "    refusal = None"),
    ),
    *_of(
        "load.files",
        references_stay,
        (
            "    if not _is_inside(os.path.normpath(os.path.join(home, file)), allowed):",
            "    if False:",
        ),
        ("        if not _is_inside(path, allowed):", "        if False:"),
        (
            "    return any(\n        path.startswith(",
            "    return True or any(\n        path.startswith(",
        ),
    ),
    *_of(
        "load.files",
        reading_is_bounded,
        (
            "        if status.st_size > limits.max_bytes or len(content) > limits.max_bytes:",
            "        if False:",
        ),
    ),
    *_of(
        "load.yaml_reader",
        reading_is_bounded,
        (
            "                if len(levels) >= limits.max_depth:",
            "                if False:",
        ),
        (
            "                if len(levels) + anchored.height > limits.max_depth:",
            "                if False:",
        ),
        ("        if self._nodes > self._limits.max_nodes:", "        if False:"),
        (
            "                self._count(anchored.size, event)",
            "                self._count(1, event)",
        ),
        ("""                check_tag(event, "map" if is_mapping else "seq")\n""", ""),
        ("        if anchored is None:", "        if False:"),
        ("            self.repeats = True", "            pass"),
        ("                if documents > 1:", "                if False:"),
    ),
    *_of(
        "load.json_reader",
        reading_is_bounded,
        (
            "        repeats = repeats or len(collected) != len(pairs)",
            "        repeats = False",
        ),
        (
            "            elif isinstance(node, float) and not math.isfinite(node):",
            "            elif False:",
        ),
        ("        if depth > limits.max_depth:", "        if False:"),
        ("    if _SURROGATE.search(text):", "    if False:"),
    ),
    *_of(
        "parse.grammar",
        keys_of_ours_are_no_code,
        (
            "        if not pattern.fullmatch(string) or keyword.iskeyword(string):",
            "        if keyword.iskeyword(string):",
        ),
        (
            "        if not pattern.fullmatch(string) or keyword.iskeyword(string):",
            "        if not pattern.fullmatch(string):",
        ),
        (
            "        if not pattern.fullmatch(string) or keyword.iskeyword(string):",
            "        if not pattern.match(string) or keyword.iskeyword(string):",
        ),
    ),
    *_of(
        "portable_path",
        files_stay_inside,
        ("""        if name in {"", ".", ".."}:""", "        if False:"),
        (
            "        if any(character in _FORBIDDEN for character in name):",
            "        if False:",
        ),
        ("        if not name.isprintable():", "        if False:"),
        ("""        if name[-1] in ". " or name[0] == " ":""", "        if False:"),
        ("        if is_reserved_name(name):", "        if False:"),
        (
            """        if len(name.encode("utf-8")) > LONGEST_NAME:""",
            "        if False:",
        ),
        (
            'unicodedata.normalize("NFC", path).casefold()',
            'unicodedata.normalize("NFC", path)',
        ),
    ),
    *_of(
        "write.plan",
        files_stay_inside,
        ("        if reason := objection(file.path):", "        if reason := '':"),
        ("        if same != file.path or file.path in contents:", "        if False:"),
        (
            "            if folder.name and (file_path := spelled.get(folded(str(folder)))):",
            "            if file_path := '':",
        ),
        ("        elif not stat.S_ISDIR(found.st_mode):", "        elif False:"),
        ("    if not stat.S_ISREG(found.st_mode):", "    if False:"),
        (
            "    if foreign:\n        raise OutputRefused(",
            "    if False:\n        raise OutputRefused(",
        ),
    ),
    *_of(
        "write",
        files_stay_inside,
        ("        if exists and any(", "        if False and any("),
        (
            "        if any(_is_same(source, place) for place in (folder, *folder.parents)):",
            "        if False:",
        ),
    ),
    *_of(
        "proof.module",
        proof_finds_what_is_added,
        (
            "        if any(_COOKIE.match(line) for line in self._lines[:2]):",
            "        if False:",
        ),
        (
            "                        if alias.name not in _IMPORTED:",
            "                        if False:",
        ),
        (
            "                    if node.module not in _IMPORTED:",
            "                    if False:",
        ),
        (
            '                    if node.level > 1 + self.path.count("/"):',
            "                    if False:",
        ),
        (
            "                    if node.id not in known:",
            "                    if False:",
        ),
        ('                    if name != "__init__":', "                    if False:"),
        (
            "                    if ast.unparse(node.func) not in _CALLED and not _makes_child(node):",
            "                    if False:",
        ),
        (
            "                    if not isinstance(node, _STATEMENTS):",
            "                    if False:",
        ),
        (
            "                    if isinstance(node, ast.Expr) and not _is_text_or_call(node):",
            "                    if False:",
        ),
    ),
    *_of(
        "proof",
        proof_finds_what_is_added,
        (
            "        if check is None:",
            "        if check is None:\n            continue\n        if False:",
        ),
        ("    if sorted(proven) != sorted(expected):", "    if False:"),
        ("    if said != [method.http_method, reveal(method.path)]:", "    if False:"),
    ),
]

CHECKS = list(dict.fromkeys(mutant.check for mutant in MUTANTS))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_checks_pass(check: Callable[[Path], None], tmp_path: Path) -> None:
    check(tmp_path)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_mutants_are_noticed(mutant: Mutant, tmp_path: Path) -> None:
    noticed = False
    with mutated(mutant.module, mutant.old, mutant.new):
        try:
            mutant.check(tmp_path)
        except (Exception, AssertionError):
            noticed = True
    assert noticed, f"{mutant.check.__name__} did not notice {mutant.name}"


def test_nothing_stays_changed(tmp_path: Path) -> None:
    for mutant in MUTANTS[::7]:
        with mutated(mutant.module, mutant.old, mutant.new):
            pass
    for number, check in enumerate(CHECKS):
        folder = tmp_path / str(number)
        folder.mkdir()
        check(folder)


def test_every_module_of_the_gate_has_mutants() -> None:
    gate = {
        "specpress.naming",
        "specpress.messages",
        "specpress.references",
        "specpress.portable_path",
        "specpress.text",
        "specpress.load.files",
        "specpress.load.json_reader",
        "specpress.load.yaml_reader",
        "specpress.parse.grammar",
        "specpress.proof",
        "specpress.proof.module",
        "specpress.write",
        "specpress.write.plan",
        "specpress.python_text.literals",
        "specpress.python_text.prose",
        "specpress.python_text.source",
        "specpress.python_text.unsafe",
        "specpress.python_text.expressions",
    }
    assert sorted(gate - {mutant.module for mutant in MUTANTS}) == []
    for name in gate:
        importlib.import_module(name)
