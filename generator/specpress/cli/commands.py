"""The commands. Each gets its jobs, runs them, prints, and returns the exit status.

What a command needs is imported when it runs: see :mod:`specpress.cli`.
"""

from __future__ import annotations

import difflib
import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from specpress import __version__
from specpress.cli.arguments import (
    client_options,
    configured_jobs,
    fail_on_option,
    given,
    jobs_of,
    named,
    print_options,
    reading_options,
    spec_argument,
)
from specpress.cli.exits import DIFFERENT, DONE, FAILED, WRONG, Refusal
from specpress.cli.progress import Progress

if TYPE_CHECKING:
    from specpress.cli.printing import Result
    from specpress.options import Job
    from specpress.output import Change, SourceFile
    from specpress.pipeline import Announce, Outcome
    from specpress.write import Written

    Run: TypeAlias = Callable[[Job, Announce], Outcome]
    Finish: TypeAlias = Callable[[Outcome, Path, Announce], Written]

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 88}


class _Commands(click.Group):
    """A group that says which command was probably meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            names = self.list_commands(ctx)
            word = args[0][:60]
            begun = [name for name in names if word and name.startswith(word)]
            close = begun or difflib.get_close_matches(word, names, 1, 0.6)
            if not close:
                raise
            said = f"{error.message} Did you mean {close[0]}?"
            raise click.UsageError(said, ctx) from error


@click.group(cls=_Commands, context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="specpress")
def specpress() -> None:
    """Generate typed Python clients from OpenAPI documents.

    Without SPEC, commands read [tool.specpress] in the nearest pyproject.toml, or
    specpress.toml, from the current folder upwards.
    """


@specpress.command()
@spec_argument
@client_options
@fail_on_option
@reading_options
@print_options
def generate(as_json: bool, quiet: bool, **options: Any) -> int:
    """Write the client of SPEC into a folder."""
    from specpress.cli import printing
    from specpress.pipeline import make_client, write_client

    jobs = _with_output(jobs_of(given(options)))
    results = _finished(jobs, make_client, write_client, quiet or as_json)
    status = _status(results)
    if as_json:
        _print_records("generate", results, status, printing.overwritten_record)
        return status
    for result in results:
        printing.print_recovered(result)
        printing.print_findings(result, quiet=quiet, ending="; nothing written")
        if result.job.output is not None:
            printing.print_edited(
                result.changes, result.outcome.files, result.job.output
            )
        if status == DONE and not quiet:
            printing.print_summary(result)
    return status


@specpress.command()
@spec_argument
@client_options
@fail_on_option
@reading_options
@print_options
def check(as_json: bool, quiet: bool, **options: Any) -> int:
    """Compare the client of SPEC with the folder, and write nothing."""
    from specpress.cli import printing
    from specpress.pipeline import check_client, make_client

    jobs = _with_output(jobs_of(given(options)))
    results = _finished(jobs, make_client, check_client, quiet or as_json)
    status = _status(results)
    found = {id(each): printing.differences(each.changes) for each in results}
    if status == DONE and any(found.values()):
        status = DIFFERENT
    if as_json:
        _print_records(
            "check",
            results,
            status,
            lambda result: {
                "differences": [
                    {"path": path, "difference": what}
                    for path, what in found[id(result)]
                ]
            },
        )
        return status
    for result in results:
        printing.print_recovered(result)
        printing.print_findings(result, quiet=quiet)
        output = result.job.output
        if result.outcome.failed or output is None:
            continue
        for path, what in found[id(result)]:
            click.echo(f"{what:<12}{named(output / path)}")
        if not quiet:
            number = len(found[id(result)])
            click.echo(
                f"{named(output)} is current"
                if not number
                else f"{number} of {len(result.changes)} files of {named(output)} "
                "are not what `specpress generate` writes"
            )
    return status


@specpress.command()
@spec_argument
@reading_options
@print_options
def validate(as_json: bool, quiet: bool, **options: Any) -> int:
    """Say what is wrong with SPEC; openapi-spec-validator reads it, too."""
    from specpress.cli import printing
    from specpress.pipeline import validate_document

    results = _finished(jobs_of(given(options)), validate_document, None, quiet)
    status = _status(results)
    if as_json:
        _print_records("validate", results, status)
        return status
    for result in results:
        printing.print_findings(result, quiet=quiet)
        if not quiet and not result.outcome.failed:
            click.echo(f"{result.job.label} can be generated")
    return status


@specpress.command()
@spec_argument
@fail_on_option
@reading_options
@print_options
def coverage(as_json: bool, quiet: bool, **options: Any) -> int:
    """Say what of SPEC is weaker in the client, or missing, and on which lines."""
    from specpress.cli import printing
    from specpress.pipeline import lower_document

    results = _finished(jobs_of(given(options)), lower_document, None, quiet)
    status = _status(results)
    if as_json:
        _print_records("coverage", results, status, printing.coverage_record)
        return status
    for result in results:
        printing.print_findings(result, quiet=quiet)
        if not quiet:
            printing.print_coverage(result)
    return status


@specpress.command()
@click.argument("what", metavar="POINTER|NAME")
@spec_argument
@reading_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(what: str, as_json: bool, **options: Any) -> int:
    """Say which lines of SPEC made a piece of code, and why it looks so.

    POINTER is a JSON pointer (/components/schemas/Pet), NAME what the code calls it
    (models.Pet, pets.list, pets.list.limit).
    """
    from specpress.cli import printing
    from specpress.explain import Unknown
    from specpress.explain import explain as explain_piece
    from specpress.pipeline import lower_document
    from specpress.portable_path import shown

    records: list[dict[str, Any]] = []
    similar: dict[str, None] = {}
    results = _finished(jobs_of(given(options)), lower_document, None, as_json)
    for result in results:
        outcome = result.outcome
        if outcome.package is None or outcome.documents is None or outcome.failed:
            printing.print_findings(result, quiet=False)
            return _status([result])
        found = explain_piece(
            outcome.package, outcome.documents, outcome.report, result.job.client, what
        )
        if isinstance(found, Unknown):
            similar.update(dict.fromkeys(found.similar))
            continue
        for each in found:
            records.append(
                printing.explanation_record(each, outcome.documents, result.job.label)
            )
            if not as_json:
                printing.print_explanation(each, outcome.documents, result.job.label)
    if not records:
        raise Refusal(
            WRONG,
            f"specpress: error: nothing is called '{shown(what)}', or stands there",
            *([f"    help: did you mean {', '.join(similar)}?"] if similar else []),
        )
    if as_json:
        printing.print_json({"command": "explain", "exit": DONE, "pieces": records})
    return DONE


@specpress.command()
@click.argument("destination", metavar="DEST")
@click.option(
    "--from",
    "source",
    metavar="FOLDER",
    help="The generated client; by default the output of the configuration.",
)
@click.option(
    "--config", metavar="FILE", help="Read this configuration, not the nearest one."
)
@print_options
def vendor(
    destination: str, source: str | None, config: str | None, as_json: bool, quiet: bool
) -> int:
    """Place the generated client at DEST, in another repository.

    What is printed then goes into the settings of that repository, so that its tools
    leave the client as it is.
    """
    from specpress.cli import printing
    from specpress.output import ChangeKind
    from specpress.portable_path import shown
    from specpress.vendor import (
        VendorError,
        client_files,
        host_settings,
        import_path,
        repository_of,
    )
    from specpress.write import write_files

    folder = Path(source) if source is not None else _configured_output(config)
    target = Path(destination)

    def place() -> tuple[list[SourceFile], tuple[Change, ...]]:
        try:
            files = client_files(folder, place=import_path(target))
        except VendorError as error:
            raise Refusal(WRONG, f"specpress: error: {error}") from error
        return files, write_files(files, target, inputs=[folder]).changes

    files, changes = _writing(place)
    settings = host_settings(target, repository_of(target))
    written = sum(change.kind is not ChangeKind.UNCHANGED for change in changes)
    if as_json:
        printing.print_json(
            {
                "command": "vendor",
                "exit": DONE,
                "source": str(folder),
                "destination": destination,
                "files": {change.path: change.kind.value for change in changes},
                "overwritten": printing.edited_files(changes, files)[0],
                "settings": settings,
            }
        )
        return DONE
    printing.print_edited(changes, files, target)
    if not quiet:
        click.echo(
            f"{written} files written, {len(changes) - written} unchanged in "
            f"{named(target)}\n\n"
            "So that the tools of the repository leave the client as it is:\n\n"
            f"{settings}\n"
            f"`specpress verify {shlex.quote(shown(named(target)))}` proves that it is."
        )
    return DONE


@specpress.command()
@click.argument("destination", metavar="DEST")
@print_options
def verify(destination: str, as_json: bool, quiet: bool) -> int:
    """Prove offline that the folder DEST is a client as it was generated."""
    from specpress.cli import printing
    from specpress.portable_path import shown
    from specpress.vendor import Difference, VendorError, verify_client
    from specpress.write import recover

    folder = Path(destination)

    def compare() -> list[Difference]:
        recovered = recover(folder)
        if recovered is not None:
            click.echo(f"specpress: {shown(recovered)}", err=True)
        try:
            return verify_client(folder)
        except VendorError as error:
            raise Refusal(WRONG, f"specpress: error: {error}") from error

    found = _writing(compare)
    status = DIFFERENT if found else DONE
    if as_json:
        printing.print_json(
            {
                "command": "verify",
                "exit": status,
                "differences": [
                    {"path": each.path, "difference": each.kind.value} for each in found
                ],
            }
        )
        return status
    for each in found:
        click.echo(f"{each.kind.value:<9}{shown(folder / each.path)}")
    if not quiet and not found:
        click.echo(f"{named(folder)} is as it was generated")
    return status


# What the commands share


def _finished(
    jobs: list[Job], run: Run, finish: Finish | None, silent: bool
) -> list[Result]:
    """Run every job, and then, if all went well, ``finish`` each.

    So that of several clients none is written if one cannot be made.
    """
    from specpress.cli.printing import Result

    made: list[tuple[Job, Outcome, float]] = []
    results: list[Result] = []
    with Progress(wanted=not silent) as progress:
        for job in jobs:
            start = time.monotonic()
            outcome = run(job, progress.announce)
            made.append((job, outcome, time.monotonic() - start))
        failed = any(outcome.failed for _, outcome, _ in made)
        for job, outcome, seconds in made:
            changes: tuple[Change, ...] = ()
            recovered: str | None = None
            if finish is not None and job.output is not None and not failed:
                start = time.monotonic()
                written = _writing(_bound(finish, outcome, job.output, progress))
                changes, recovered = written.changes, written.recovered
                seconds += time.monotonic() - start
            results.append(
                Result(
                    job=job,
                    outcome=outcome,
                    seconds=seconds,
                    changes=changes,
                    recovered=recovered,
                )
            )
    return results


def _bound(
    finish: Finish, outcome: Outcome, output: Path, progress: Progress
) -> Callable[[], Written]:
    return lambda: finish(outcome, output, progress.announce)


def _writing(action: Callable[[], Any]) -> Any:
    """Do something with files, and refuse what cannot be done, in one line."""
    from specpress.portable_path import shown
    from specpress.write import OutputRefused, WriteError

    try:
        return action()
    except OutputRefused as error:
        raise Refusal(WRONG, f"specpress: error: {error}") from error
    except WriteError as error:
        raise Refusal(FAILED, f"specpress: error: {error}") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        where = f"{shown(error.filename)}: " if error.filename is not None else ""
        raise Refusal(FAILED, f"specpress: error: {where}{reason}") from error


def _status(results: list[Result]) -> int:
    """Return the status: reading failed, or a document is wrong, or all is well."""
    failed = [result.outcome for result in results if result.outcome.failed]
    if not failed:
        return DONE
    unreadable = all(
        diagnostic.code == "unreadable-file"
        for outcome in failed
        for diagnostic in outcome.report
    )
    return FAILED if unreadable else WRONG


def _with_output(jobs: list[Job]) -> list[Job]:
    if any(job.output is None for job in jobs):
        raise click.UsageError("--output is missing: where shall the client go?")
    return jobs


def _configured_output(config: str | None) -> Path:
    jobs = configured_jobs(config, missing="--from is missing: which client?")
    outputs = [job.output for job in jobs if job.output is not None]
    if len(outputs) != 1:
        raise click.UsageError(
            f"the configuration has {len(outputs)} clients: choose one with --from"
        )
    return outputs[0]


def _print_records(
    command: str,
    results: list[Result],
    status: int,
    more: Callable[[Result], dict[str, Any]] | None = None,
) -> None:
    from specpress.cli.printing import print_json, result_record

    print_json(
        {
            "command": command,
            "exit": status,
            "clients": [
                result_record(result) | (more(result) if more is not None else {})
                for result in results
            ],
        }
    )
