"""The whole way from a document to a folder: the stages in their order.

In: a :class:`~specpress.options.Job`. Out: an :class:`Outcome`, which has the findings
and whatever was made before one of them ended the run. Nothing is written before every
file is made and proven. What is printed, and with which status the program ends, is for
:mod:`specpress.cli`.

The findings of the independent validator are warnings: our own parser decides.
:func:`make_client` asks it about documents of up to :data:`VALIDATED_UP_TO` characters,
for which it takes a second or two, and not about larger ones, for which it would be
the longest stage by far. ``specpress validate`` asks it about any document.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from specpress import __version__, ir
from specpress.describe import describe_package
from specpress.diagnostics import DocumentError, Report, Severity
from specpress.documents import Documents
from specpress.format import format_files
from specpress.load import load_documents
from specpress.lower import lower_api
from specpress.manifest import manifest_file
from specpress.options import Job
from specpress.output import SourceFile
from specpress.parse import parse_documents
from specpress.proof import prove
from specpress.render import render_package, template_folder
from specpress.validate import spec_validator_findings
from specpress.vendor import GITATTRIBUTES
from specpress.write import Written, check_files, recover, write_files

GENERATOR = f"specpress {__version__}"

VALIDATED_UP_TO = 250_000
"""Characters of a document, all files together, that generating has validated."""
_VALIDATION_SECONDS = 6.0

Announce = Callable[[str], None]
"""Told the name of a stage when it begins."""


def _silent(stage: str) -> None:
    """Announce nothing."""


@dataclass(slots=True)
class Outcome:
    """What a run came to: ``package`` and ``files`` as far as it got."""

    report: Report
    documents: Documents | None = None
    package: ir.Package | None = None
    files: list[SourceFile] = field(default_factory=list[SourceFile])

    @property
    def failed(self) -> bool:
        return self.report.errors > 0


def validate_document(job: Job, announce: Announce = _silent) -> Outcome:
    """Read the document of ``job``, and let the independent validator read it too."""
    outcome = Outcome(Report())
    with _document_errors():
        _read(job, outcome, announce, validate=True)
    return _judged(job, outcome)


def lower_document(job: Job, announce: Announce = _silent) -> Outcome:
    """Work out the package that the document becomes, and make no file of it."""
    outcome = Outcome(Report())
    with _document_errors():
        _read(job, outcome, announce, validate=False)
    return _judged(job, outcome)


def make_client(job: Job, announce: Announce = _silent) -> Outcome:
    """Make every file of the client, in memory."""
    outcome = Outcome(Report())
    with _document_errors():
        _read(job, outcome, announce, validate=None)
    outcome = _judged(job, outcome)
    if outcome.failed or outcome.package is None:
        return outcome
    announce("render")
    files = render_package(outcome.package, template_folder())
    announce("format")
    files = format_files(files)
    announce("prove")
    prove(files, outcome.package)
    manifest = describe_package(outcome.package, job.client, job.extensions, GENERATOR)
    files = [*files, GITATTRIBUTES]
    outcome.files = [*files, manifest_file(manifest, files)]
    return outcome


def write_client(
    outcome: Outcome, output: Path, announce: Announce = _silent
) -> Written:
    """Make the folder ``output`` hold the files of ``outcome``."""
    announce("write")
    inputs = [document.path for document in outcome.documents or ()]
    return write_files(outcome.files, output, inputs=inputs)


def check_client(
    outcome: Outcome, output: Path, announce: Announce = _silent
) -> Written:
    """Return what :func:`write_client` would do to the folder ``output``.

    Nothing of it is done; but a run that was interrupted in the folder is completed
    or undone first, since nobody can say what its files are.
    """
    announce("compare")
    recovered = recover(output)
    return Written(tuple(check_files(outcome.files, output)), recovered)


@contextmanager
def _document_errors() -> Generator[None]:
    """Stop a run, whose report says why."""
    try:
        yield
    except DocumentError:
        return


def _read(
    job: Job, outcome: Outcome, announce: Announce, *, validate: bool | None
) -> None:
    """Load, parse and lower; ``validate`` is None where the size decides."""
    report = outcome.report
    announce("load")
    documents = load_documents(job.document, report, job.limits, job.references)
    outcome.documents = documents
    announce("parse")
    api = parse_documents(documents, report, job.extensions, job.limits)
    size = sum(len(document.text) for document in documents)
    # The validator's own bound, which grows with the size, is for those who ask for it.
    seconds = None if validate else _VALIDATION_SECONDS
    if validate or (validate is None and size <= VALIDATED_UP_TO):
        announce("validate")
        spec_validator_findings(documents, report, seconds)
    announce("lower")
    package = lower_api(api, documents, job.client, report, job.limits)
    report.raise_if_errors()
    outcome.package = package


def _judged(job: Job, outcome: Outcome) -> Outcome:
    """Return ``outcome`` with errors for what ``job`` does not put up with."""
    report = Report()
    for finding in outcome.report:
        if job.strict and finding.severity is Severity.WARNING:
            finding = replace(finding, severity=Severity.ERROR)
        report.add(finding)
    if outcome.package is not None:
        coverage = outcome.package.coverage
        for name in job.fail_on:
            gaps = coverage.degraded if name == "degraded" else coverage.skipped
            for pointer, reason in gaps:
                report.error(name, pointer, reason)
    return replace(outcome, report=report)
