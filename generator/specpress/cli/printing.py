"""What a run prints: findings and refusals on standard error, results on standard
output; with ``--json`` one JSON object on standard output and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from specpress.diagnostics import Report, Severity
from specpress.documents import Documents
from specpress.explain import Explanation
from specpress.messages import count, escape, render_report, report_records, words
from specpress.options import Job
from specpress.output import Change, ChangeKind, SourceFile
from specpress.pipeline import Outcome
from specpress.portable_path import shown
from specpress.source import Pointer

_DIFFERENCE = {
    ChangeKind.CREATED: "missing",
    ChangeKind.CHANGED: "not current",
    ChangeKind.REMOVED: "left over",
    ChangeKind.EDITED: "edited",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One job's outcome, and what became of the folder."""

    job: Job
    outcome: Outcome
    seconds: float
    changes: tuple[Change, ...] = ()
    recovered: str | None = None


def print_json(tree: Mapping[str, Any]) -> None:
    click.echo(json.dumps(tree, indent=2, sort_keys=False))


def print_findings(result: Result, *, quiet: bool, ending: str = "") -> None:
    """Print the findings of a run and how many they are.

    ``ending`` says what an error means for the output. ``quiet`` keeps warnings back.
    """
    report = _errors_of(result.outcome.report) if quiet else result.outcome.report
    if not report.errors and not report.warnings:
        return
    lines = render_report(
        report,
        result.outcome.documents,
        result.job.label,
        configuration=result.job.configuration,
    )
    counts = [
        count(number, noun)
        for number, noun in ((report.errors, "error"), (report.warnings, "warning"))
        if number
    ]
    closing = ", ".join(counts) + (ending if report.errors else "")
    for line in (*lines, closing):
        click.echo(line, err=True)


def _errors_of(report: Report) -> Report:
    errors = Report()
    for finding in report:
        if finding.severity is Severity.ERROR:
            errors.add(finding)
    return errors


def print_summary(result: Result) -> None:
    """Print what was made, on a few lines."""
    outcome = result.outcome
    package = outcome.package
    if package is None:
        return
    output = "" if result.job.output is None else f" in {shown(result.job.output)}"
    counts = dict(package.coverage.counts)
    kinds = Counter(change.kind for change in result.changes)
    written = kinds[ChangeKind.CREATED] + kinds[ChangeKind.CHANGED]
    written += kinds[ChangeKind.EDITED]
    files = (
        f"{written} written, {kinds[ChangeKind.UNCHANGED]} unchanged, "
        f"{kinds[ChangeKind.REMOVED]} removed"
    )
    rows = [
        ("operations", str(counts.get("operations", 0))),
        ("models", str(counts.get("models", 0))),
        ("files", files),
        ("degraded", str(len(package.coverage.degraded))),
        ("skipped", str(len(package.coverage.skipped))),
        ("warnings", str(outcome.report.warnings)),
        ("seconds", f"{result.seconds:.1f}"),
    ]
    click.echo(f"{package.name.name}{output}, from {shown(result.job.label)}")
    for name, value in rows:
        click.echo(f"  {name:<12}{value}")
    if package.coverage.degraded or package.coverage.skipped:
        click.echo("  `specpress coverage` says what is degraded or skipped")


def print_edited(
    changes: Iterable[Change], made: Iterable[SourceFile], folder: Path
) -> None:
    """Warn of work that was lost, or is no part of the client any more; ``made`` are
    the files that were written. It is said to those who want errors only, too."""
    overwritten, kept = edited_files(changes, made)
    if overwritten:
        _warn(
            f"{shown(folder)}: overwritten: {count(len(overwritten), 'file')} edited by "
            f"hand since the last run: {_some(overwritten)}; the edits are in your "
            "version control, if anywhere"
        )
    if kept:
        _warn(
            f"{shown(folder)}: left as it is: {count(len(kept), 'file')} edited by hand "
            f"and no longer part of the client: {_some(kept)}"
        )


def edited_files(
    changes: Iterable[Change], made: Iterable[SourceFile]
) -> tuple[list[str], list[str]]:
    """Return the edited files that were overwritten, and those that were kept."""
    written = {file.path for file in made}
    edited = [change.path for change in changes if change.kind is ChangeKind.EDITED]
    return (
        [path for path in edited if path in written],
        [path for path in edited if path not in written],
    )


def _warn(text: str) -> None:
    click.echo(f"specpress: warning: {text}", err=True)


def _some(paths: list[str]) -> str:
    named = ", ".join(shown(path) for path in paths[:_NAMED])
    return named + (f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else "")


_NAMED = 10


def print_recovered(result: Result) -> None:
    if result.recovered is not None:
        click.echo(f"specpress: {shown(result.recovered)}", err=True)


def differences(changes: Iterable[Change]) -> list[tuple[str, str]]:
    """Return what is not as it should be, and why, by path."""
    return [
        (change.path, _DIFFERENCE[change.kind])
        for change in changes
        if change.kind is not ChangeKind.UNCHANGED
    ]


def result_record(result: Result) -> dict[str, Any]:
    """Return one result for ``--json``."""
    outcome = result.outcome
    package = outcome.package
    kinds = Counter(change.kind.value for change in result.changes)
    return {
        "spec": result.job.label,
        "output": None if result.job.output is None else str(result.job.output),
        "package": None if package is None else package.name.name,
        "counts": {} if package is None else dict(package.coverage.counts),
        "files": {kind.value: kinds[kind.value] for kind in ChangeKind},
        "degraded": 0 if package is None else len(package.coverage.degraded),
        "skipped": 0 if package is None else len(package.coverage.skipped),
        "errors": outcome.report.errors,
        "warnings": outcome.report.warnings,
        "seconds": round(result.seconds, 3),
        "recovered": result.recovered,
        "diagnostics": report_records(
            outcome.report,
            outcome.documents,
            result.job.label,
            result.job.configuration,
        ),
    }


def overwritten_record(result: Result) -> dict[str, Any]:
    """Return which files lost what somebody wrote into them, for ``--json``."""
    return {"overwritten": edited_files(result.changes, result.outcome.files)[0]}


# Coverage


def coverage_record(result: Result) -> dict[str, Any]:
    """Return counts, and every gap with its line, for ``--json``."""
    package = result.outcome.package
    if package is None:
        return {}
    coverage = package.coverage
    return {
        "counts": dict(coverage.counts),
        "degraded": _gap_records(result, coverage.degraded),
        "skipped": _gap_records(result, coverage.skipped),
    }


def print_coverage(result: Result) -> None:
    record = coverage_record(result)
    if not record:
        return
    width = max(len(name) for name in record["counts"]) + 2
    for name, number in record["counts"].items():
        click.echo(f"{name.replace('_', ' '):<{width}}{number}")
    for kind in ("degraded", "skipped"):
        gaps = record[kind]
        click.echo(f"{kind:<{width}}{len(gaps)}")
        for gap in gaps:
            place = f"{escape(gap['file'])}:{gap['line']}:{gap['column']}"
            click.echo(f"  {place}: {escape(gap['reason'])}")
            click.echo(f"      at {escape(gap['pointer']) or 'the root'}")


def _gap_records(
    result: Result, gaps: tuple[tuple[Pointer, str], ...]
) -> list[dict[str, Any]]:
    """Return the gaps with their places, found as those of findings are."""
    report = Report()
    for pointer, reason in gaps:
        report.warning("gap", pointer, reason)
    return [
        {
            "file": record["file"],
            "line": record["line"],
            "column": record["column"],
            "pointer": record["pointer"],
            "reason": record["message"],
        }
        for record in report_records(report, result.outcome.documents, result.job.label)
    ]


# Explanations


def explanation_record(
    explanation: Explanation, documents: Documents, label: str
) -> dict[str, Any]:
    """Return an explanation for ``--json``."""
    piece = explanation.piece
    return {
        "python": piece.python,
        "kind": piece.kind,
        "type": piece.type,
        "file": _file(documents, piece.at, label),
        "first_line": explanation.first_line,
        "last_line": explanation.last_line,
        "pointer": piece.at.fragment(),
        "reasons": [
            {
                "kind": reason.kind,
                "text": words(reason.words),
                "pointer": reason.at.fragment(),
            }
            for reason in explanation.reasons
        ],
        "inside": [
            {"python": each.python, "kind": each.kind, "pointer": each.at.fragment()}
            for each in explanation.inside
        ],
    }


def print_explanation(
    explanation: Explanation, documents: Documents, label: str
) -> None:
    record = explanation_record(explanation, documents, label)
    lines = f"{record['first_line']}"
    if record["last_line"] != record["first_line"]:
        lines += f"-{record['last_line']}"
    typed = f": {record['type']}" if record["type"] else ""
    click.echo(f"{record['python']}{escape(typed)}")
    click.echo(
        f"  {record['kind']} from {escape(record['file'])}:{lines} "
        f"at {escape(record['pointer']) or 'the root'}"
    )
    for reason in record["reasons"]:
        click.echo(f"  {reason['kind']}: {escape(reason['text'])}")
        if reason["pointer"] != record["pointer"]:
            click.echo(f"      at {escape(reason['pointer'])}")
    if record["inside"]:
        inside = [each["python"].rpartition(".")[2] for each in record["inside"]]
        click.echo(f"  holds: {', '.join(inside)}")


def _file(documents: Documents, at: Pointer, label: str) -> str:
    report = Report()
    report.warning("place", at, "")
    (record,) = report_records(report, documents, label)
    return record["file"]
