"""How much of the runtime a client holds: lines, and lines of code.

    python benchmarks/runtime_size.py [--write docs/evidence/runtime-size.md]

Counts the runtime of the Kirim client, of those of some cases in ``tests/cases``, and
the whole of it. A line of code is one that is not empty, no comment and no
docstring.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
import tokenize
from collections.abc import Collection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "generator"), str(ROOT)]

from specpress.options import ClientOptions, Job
from specpress.pipeline import make_client
from specpress.render import template_folder
from specpress.render.runtime_files import runtime_texts
from specpress.render.runtime_needs import EVERYTHING

CASES = (
    "required-constants",
    "discriminated-union",
    "inferred-union",
    "multipart-upload",
    "pages-inferred",
    "parameter-styles",
    "security-alternatives",
    "webhooks-and-callbacks",
)

WHAT = (
    "What of the runtime a client holds: modules, lines, and lines that are code (not "
    "empty, no comment, no docstring). Written by `python benchmarks/runtime_size.py`."
)

_EMPTY = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}


def code_lines(text: str) -> int:
    """Return how many lines of a module are code."""
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _EMPTY:
            code.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            code.difference_update(range(node.lineno, (node.end_lineno or 0) + 1))
    return len(code)


def runtimes() -> dict[str, dict[str, str]]:
    """Return the modules of each client, by what it is the client of."""
    kirim = ROOT / "generated" / "kirim_chat" / "_runtime"
    found = {
        "Kirim Chat": {
            path.stem: path.read_text(encoding="utf-8") for path in kirim.glob("*.py")
        }
    }
    for case in CASES:
        document = ROOT / "tests" / "cases" / case / "spec.yaml"
        client = ClientOptions(package="client", client="Client")
        job = Job(document=document, label=document.name, client=client)
        found[case] = {
            Path(file.path).stem: file.text
            for file in make_client(job).files
            if file.path.startswith("_runtime/")
        }
    found["all there is"] = runtime_texts(template_folder() / "runtime", EVERYTHING)
    return found


def describe() -> list[str]:
    """Return the lines of the report."""
    clients = runtimes()
    lines = [
        "# Size of the runtime",
        "",
        WHAT,
        "",
        "| client | modules | lines | of code |",
        "|---|---:|---:|---:|",
        *(
            _row(name, str(len(texts)), texts.values())
            for name, texts in clients.items()
        ),
        "",
        "Of the Kirim client, in the order in which to read them:",
        "",
        "| module | lines | of code |",
        "|---|---:|---:|",
    ]
    kirim = clients["Kirim Chat"]
    for name in re.findall("^    ([a-z0-9_]+) ", kirim["__init__"], re.MULTILINE):
        lines.append(_row(f"`{name}`", "", [kirim[name]]).replace("|  |", "|"))
    return lines


def _row(name: str, count: str, texts: Collection[str]) -> str:
    whole = sum(text.count("\n") for text in texts)
    code = sum(map(code_lines, texts))
    return f"| {name} | {count} | {whole:,} | {code:,} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    text = "\n".join(describe()) + "\n"
    if arguments.write is None:
        print(text, end="")
    else:
        arguments.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
