"""What a run has to say about a document: diagnostics, collected in a report.

A mistake in the document is a :class:`Diagnostic`; a mistake in this program is an
exception. Stages append to the :class:`Report` and go on as far as they can.
Rendering (positions, sorting, escaping) is :mod:`specpress.messages`' alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from specpress.source import Pointer, Position
from specpress.text import Text


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    ``message`` and ``help`` are tuples of our own words (``str``) and document text
    (``Text``), so that document text is quoted and escaped when it is shown:
    ``("schema ", Text("Pet"), " has no type")``.
    """

    severity: Severity
    code: str
    at: Pointer
    message: tuple[str | Text, ...]
    help: tuple[str | Text, ...] = ()
    position: Position | None = None
    """Known only where there is no tree to point into (a syntax error)."""
    key: bool = False
    """Point at the key of ``at`` rather than at its value."""


class DocumentError(Exception):
    """A stage that has nothing left to work with stops here; the report says why."""


class Report:
    """The findings of one run, in the order they were found, without repeats."""

    def __init__(self) -> None:
        self._diagnostics: dict[Diagnostic, None] = {}

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._diagnostics)

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep ``diagnostic`` unless the same was said already."""
        self._diagnostics.setdefault(diagnostic)

    def error(
        self,
        code: str,
        at: Pointer,
        *message: str | Text,
        help: tuple[str | Text, ...] = (),
        position: Position | None = None,
        key: bool = False,
    ) -> None:
        """Report that nothing can be generated, and why."""
        self.add(
            Diagnostic(Severity.ERROR, code, at, message, help, position, key),
        )

    def warning(
        self,
        code: str,
        at: Pointer,
        *message: str | Text,
        help: tuple[str | Text, ...] = (),
        position: Position | None = None,
        key: bool = False,
    ) -> None:
        """Report something odd, what was assumed, and what it means for the output."""
        self.add(
            Diagnostic(Severity.WARNING, code, at, message, help, position, key),
        )

    @property
    def errors(self) -> int:
        return sum(d.severity is Severity.ERROR for d in self._diagnostics)

    @property
    def warnings(self) -> int:
        return sum(d.severity is Severity.WARNING for d in self._diagnostics)

    def raise_if_errors(self) -> None:
        """Raise :class:`DocumentError` if any error was reported."""
        if self.errors:
            raise DocumentError
