"""Generate a client in memory, as ``specpress generate`` does before it writes."""

from __future__ import annotations

from pathlib import Path

from specpress.diagnostics import Report
from specpress.load import load_documents
from specpress.lower import lower_api
from specpress.options import ClientOptions
from specpress.output import SourceFile
from specpress.parse import parse_documents
from specpress.render import render_package

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def generate(specification: Path, options: ClientOptions) -> list[SourceFile]:
    report = Report()
    documents = load_documents(specification, report)
    api = parse_documents(documents, report)
    package = lower_api(api, documents, options, report)
    report.raise_if_errors()
    return render_package(package, TEMPLATES)


def write(files: list[SourceFile], folder: Path) -> None:
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8", newline="\n")
