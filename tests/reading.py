"""Read a document for a test, and say what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from specpress.diagnostics import Diagnostic, DocumentError, Report
from specpress.documents import Documents, Json
from specpress.limits import DEFAULT_LIMITS, Limits
from specpress.load import load_documents
from specpress.messages import render_report
from specpress.references import OWN_FOLDER_ONLY, ReferencePolicy
from specpress.source import Pointer
from specpress.text import Text

ROOT = Pointer("", ())


@dataclass(frozen=True)
class Reading:
    """What reading gave: documents, unless there was an error, and the report."""

    documents: Documents | None
    report: Report

    @property
    def data(self) -> Json:
        assert self.documents is not None, self.lines()
        return self.documents.root.data

    @property
    def loaded(self) -> Documents:
        assert self.documents is not None, self.lines()
        return self.documents

    def codes(self) -> list[str]:
        return [diagnostic.code for diagnostic in self.report]

    def only(self) -> Diagnostic:
        """Return the one diagnostic; fail if there are more or none."""
        (diagnostic,) = self.report
        return diagnostic

    def lines(self) -> list[str]:
        return render_report(self.report, self.documents, "spec.yaml")


def read(
    path: Path,
    limits: Limits = DEFAULT_LIMITS,
    policy: ReferencePolicy = OWN_FOLDER_ONLY,
) -> Reading:
    report = Report()
    try:
        documents = load_documents(path, report, limits, policy)
    except DocumentError:
        assert report.errors
        return Reading(None, report)
    return Reading(documents, report)


def read_text(
    folder: Path,
    text: str | bytes,
    name: str = "spec.yaml",
    limits: Limits = DEFAULT_LIMITS,
) -> Reading:
    """Write ``text`` into a file of ``folder`` and read it."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, limits)


def resolve_all(reading: Reading) -> None:
    """Follow every ``$ref`` of the root as a parser would that takes all for one."""
    documents = reading.loaded
    pending = [(documents.root.data, ROOT)]
    while pending:
        node, pointer = pending.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str):
                documents.follow(pointer, reference, pointer.child("$ref"))
            pending += [(node[key], pointer.child(key)) for key in reversed(node)]
        elif isinstance(node, list):
            pending += [
                (item, pointer.child(str(index))) for index, item in enumerate(node)
            ]


__all__ = ["ROOT", "Reading", "Text", "read", "read_text", "resolve_all"]
