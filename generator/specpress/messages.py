"""Diagnostics as people and programs read them.

In: a :class:`~specpress.diagnostics.Report`, the documents it speaks of (if it came to
any) and what the user called the first one. Out: lines for a terminal, or records for
``--json``. This is where document text becomes visible, so here it is quoted, escaped
and shortened; nothing in it can move the cursor, colour or reorder what is shown.
"""

from __future__ import annotations

import os.path
import posixpath
from dataclasses import dataclass
from typing import TypedDict

from specpress.configuration_text import ConfigurationText, dotted
from specpress.diagnostics import Diagnostic, Report, Severity
from specpress.documents import Documents
from specpress.source import CONFIGURATION, Pointer, Position
from specpress.text import Text, reveal

MOST_SHOWN = 20
_LONGEST_TEXT = 200
_LONGEST_POINTER = 600


class Record(TypedDict):
    """One finding for ``--json``."""

    file: str
    line: int
    column: int
    severity: str
    code: str
    message: str
    pointer: str
    help: str


@dataclass(frozen=True, slots=True)
class _Placed:
    """A diagnostic with everything that it is sorted and shown by."""

    diagnostic: Diagnostic
    file: str
    position: Position
    message: str
    help: str
    where: str
    """The node, as the user would point at it."""

    def order(self) -> tuple[str, Position, bool, str, str, str]:
        diagnostic = self.diagnostic
        return (
            self.file,
            self.position,
            diagnostic.severity is Severity.WARNING,
            diagnostic.code,
            self.message,
            diagnostic.at.fragment(),
        )


def render_report(
    report: Report,
    documents: Documents | None,
    root_label: str,
    most: int = MOST_SHOWN,
    configuration: ConfigurationText | None = None,
) -> list[str]:
    """Return the lines to print: at most ``most`` findings, then how many more.

    Sorted by place. Where not all fit, errors go before warnings.
    """
    placed = _place(report, documents, root_label, configuration)
    shown = placed
    if len(placed) > most:
        by_severity = sorted(
            placed, key=lambda each: each.diagnostic.severity is Severity.WARNING
        )
        shown = sorted(by_severity[:most], key=_Placed.order)
    lines: list[str] = []
    for each in shown:
        lines += _lines(each)
    if len(placed) > len(shown):
        hidden = len(placed) - len(shown)
        errors = report.errors - sum(
            each.diagnostic.severity is Severity.ERROR for each in shown
        )
        lines.append(
            f"{hidden} more not shown: {count(errors, 'error')}, "
            f"{count(hidden - errors, 'warning')}"
        )
    return lines


def report_records(
    report: Report,
    documents: Documents | None,
    root_label: str,
    configuration: ConfigurationText | None = None,
) -> list[Record]:
    """Return every finding as data, sorted by place.

    File and pointer are the exact text: write them with an encoder such as JSON's.
    """
    return [
        Record(
            file=each.file,
            line=each.position.line,
            column=each.position.column,
            severity=each.diagnostic.severity.value,
            code=each.diagnostic.code,
            message=each.message,
            pointer=each.diagnostic.at.fragment(),
            help=each.help,
        )
        for each in _place(report, documents, root_label, configuration)
    ]


def count(number: int, noun: str) -> str:
    """Return ``1 error``, ``2 errors``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def escape(text: str) -> str:
    """Return ``text`` with all that is not plainly visible as an escape.

    Controls, line ends, bidi marks, other formatting and unpaired surrogates; letters
    of any script stay. One backslash stays one: see :func:`quote`.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else _escape_character(character)
        for character in text
    )


def quote(text: str) -> str:
    """Return document text in quotes, escaped, and shortened in the middle."""
    if len(text) > _LONGEST_TEXT:
        text = text[: _LONGEST_TEXT - 50] + "…" + text[-49:]
    mark = '"' if "'" in text and '"' not in text else "'"
    text = text.replace("\\", "\\\\").replace(mark, "\\" + mark)
    return f"{mark}{escape(text)}{mark}"


def _escape_character(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(
            character, f"\\x{number:02x}"
        )
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _lines(placed: _Placed) -> list[str]:
    diagnostic = placed.diagnostic
    position = placed.position
    place = f"{escape(placed.file)}:{position.line}:{position.column}"
    kind = f"{diagnostic.severity.value}[{diagnostic.code}]"
    lines = [f"{place}: {kind}: {placed.message}"]
    where = placed.where
    if where:
        if len(where) > _LONGEST_POINTER:
            half = _LONGEST_POINTER // 2
            where = where[:half] + "…" + where[-half:]
        lines.append(f"    at {escape(where)}")
    else:
        lines.append("    at the root")
    if placed.help:
        lines.append(f"    help: {placed.help}")
    return lines


def _place(
    report: Report,
    documents: Documents | None,
    root_label: str,
    configuration: ConfigurationText | None,
) -> list[_Placed]:
    diagnostics = list(report)
    found: dict[Pointer, tuple[Position, Position]] = {}
    if documents is not None:
        found = documents.positions(
            {d.at: None for d in diagnostics if d.position is None}
        )
    placed: list[_Placed] = []
    for diagnostic in diagnostics:
        position = diagnostic.position
        if diagnostic.at.file == CONFIGURATION:
            placed.append(_in_configuration(diagnostic, configuration))
            continue
        if position is None:
            key, value = found.get(diagnostic.at, (Position(1, 1), Position(1, 1)))
            position = key if diagnostic.key else value
        placed.append(
            _Placed(
                diagnostic,
                _label(diagnostic.at.file, root_label),
                position,
                words(diagnostic.message),
                words(diagnostic.help),
                diagnostic.at.fragment(),
            )
        )
    return sorted(placed, key=_Placed.order)


def _in_configuration(
    diagnostic: Diagnostic, configuration: ConfigurationText | None
) -> _Placed:
    """Return a finding about a setting with its place in the file that has it."""
    configuration = configuration or ConfigurationText("the configuration", "")
    keys = (*configuration.client, *diagnostic.at.tokens)
    return _Placed(
        diagnostic,
        configuration.label,
        configuration.position(keys),
        words(diagnostic.message),
        words(diagnostic.help),
        dotted(keys),
    )


def _label(file: str, root_label: str) -> str:
    """Return how to name ``file`` to someone who calls the root ``root_label``."""
    if not file:
        return root_label
    folder = os.path.dirname(root_label).replace(os.sep, "/")
    return posixpath.normpath(posixpath.join(folder, file))


def words(parts: tuple[str | Text, ...]) -> str:
    """Return what a finding says, with text of the document quoted."""
    return "".join(
        quote(reveal(part)) if isinstance(part, Text) else part for part in parts
    )
