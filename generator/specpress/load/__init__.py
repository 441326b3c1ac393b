"""Read documents: text in JSON or YAML to plain data, within limits.

In: the path of the root document, and on demand the files that references name. Out:
:class:`~specpress.documents.Documents`; whatever is wrong goes to the report. Nothing
is fetched, no object is built, no file outside the root document's folder is opened
unless the policy names its folder. What the data means is the parser's question.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from specpress.diagnostics import DocumentError, Report
from specpress.documents import Document, Documents
from specpress.limits import DEFAULT_LIMITS, OPTIONS, Limits
from specpress.load.deadline import Deadline
from specpress.load.encoding import decode
from specpress.load.files import Refused, read_reference, read_root
from specpress.load.json_reader import looks_like_json, read_json
from specpress.load.reporting import report_seconds
from specpress.load.yaml_reader import read_yaml
from specpress.positions import find_positions
from specpress.references import OWN_FOLDER_ONLY, ReferencePolicy
from specpress.source import Pointer, Position
from specpress.text import Text

__all__ = ["load_documents"]


def load_documents(
    path: Path,
    report: Report,
    limits: Limits = DEFAULT_LIMITS,
    policy: ReferencePolicy = OWN_FOLDER_ONLY,
    clock: Callable[[], float] = time.monotonic,
) -> Documents:
    """Return the document at ``path``, ready to bring in those it refers to.

    Raises :class:`DocumentError` after reporting why it cannot be read.
    """
    reader = _Reader(path, report, limits, policy, clock)
    root = reader.read_root()
    if root is None:
        raise DocumentError
    return Documents(root, reader, report)


class _Reader:
    """Reads files for one run and keeps count of them and of the time."""

    def __init__(
        self,
        root: Path,
        report: Report,
        limits: Limits,
        policy: ReferencePolicy,
        clock: Callable[[], float],
    ) -> None:
        self._root = root
        self._folder = root.parent
        self._report = report
        self._limits = limits
        self._policy = policy
        self._deadline = Deadline(clock, limits.max_seconds)
        self._files = 1

    def read_root(self) -> Document | None:
        at = Pointer("", ())
        try:
            content = read_root(self._root, self._limits)
        except Refused as refused:
            self._report.error(refused.code, at, *refused.message, help=refused.help)
            return None
        document = self._read(at, self._root, content)
        if document is not None and not isinstance(document.data, dict):
            places = find_positions(document.text, document.format, [()])
            self._report.error(
                "not-an-object",
                at,
                "an OpenAPI document must be an object",
                position=places[()][1],
            )
            return None
        return document

    def read_file(self, file: str, at: Pointer, reference: str) -> Document | None:
        try:
            path, content = read_reference(
                self._folder, file, self._limits, self._policy
            )
        except Refused as refused:
            self._report.error(
                refused.code,
                at,
                Text(reference),
                " ",
                *refused.message,
                help=refused.help,
            )
            return None
        if self._files >= self._limits.max_files:
            self._report.error(
                "limit-files",
                at,
                Text(reference),
                f" is not read: {self._limits.max_files} files are the limit",
                help=(f"{OPTIONS['max_files']} raises the limit",),
            )
            return None
        self._files += 1
        return self._read(Pointer(file, ()), path, content)

    def _read(self, at: Pointer, path: Path, content: bytes) -> Document | None:
        with self._deadline as deadline:
            document = self._decode(at, path, content)
            if document is not None and deadline.passed:
                report_seconds(at, self._report, self._limits, Position(1, 1))
                return None
            return document

    def _decode(self, at: Pointer, path: Path, content: bytes) -> Document | None:
        report, limits = self._report, self._limits
        text = decode(content, at, report)
        if text is None:
            return None
        digest = sha256(content.replace(b"\r\n", b"\n")).hexdigest()
        if looks_like_json(text):
            is_named_json = path.suffix.lower() == ".json"
            outcome = read_json(text, at, report, limits, is_named_json)
            if outcome is not None:
                if not outcome.readable:
                    return None
                return Document(at.file, path, "json", text, outcome.data, digest)
        composed = read_yaml(text, at, report, limits, self._deadline)
        if composed is None:
            return None
        return Document(at.file, path, "yaml", text, composed.data, digest)
