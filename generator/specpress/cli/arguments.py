"""From options of the command line, and the configuration, to the jobs of a run."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

from specpress.cli.exits import FAILED, WRONG, Refusal

if TYPE_CHECKING:
    from specpress.options import Job

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What stands on the command line; None and () where an option was left out."""

    spec: str | None
    config: str | None
    output: str | None = None
    package: str | None = None
    client: str | None = None
    strict: bool = False
    fail_on: tuple[str, ...] = ()
    allow_reference: tuple[str, ...] = ()
    max_bytes: int | None = None
    max_depth: int | None = None
    max_nodes: int | None = None
    max_seconds: float | None = None
    max_files: int | None = None
    max_operations: int | None = None
    max_merged: int | None = None


def given(options: dict[str, Any]) -> Given:
    """Return the options of a command that concern its jobs, taken out of all."""
    return Given(
        **{
            field.name: options.pop(field.name)
            for field in fields(Given)
            if field.name in options
        }
    )


def spec_argument(command: Command) -> Command:
    return click.argument("spec", required=False)(command)


def reading_options(command: Command) -> Command:
    """Add what concerns reading a document."""
    decorators = (
        click.option(
            "--config",
            metavar="FILE",
            help="Read this configuration, not the nearest one.",
        ),
        click.option(
            "--allow-reference",
            metavar="FOLDER",
            multiple=True,
            help="A further folder that references may reach.",
        ),
        click.option("--strict", is_flag=True, help="Take warnings for errors."),
        _limit("--max-bytes", "Size of one file."),
        _limit("--max-depth", "Levels of lists and objects."),
        _limit("--max-nodes", "Values of one file, aliases expanded."),
        _limit("--max-seconds", "Time for reading.", whole=False),
        _limit("--max-files", "Files that references bring in."),
        _limit("--max-operations", "Operations, webhooks and callbacks."),
        _limit("--max-merged", "Fields that models repeat from others."),
    )
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def client_options(command: Command) -> Command:
    """Add what shapes a client."""
    decorators = (
        click.option("-o", "--output", metavar="DIR", help="Folder of the client."),
        click.option("--package", metavar="NAME", help="Import name of the client."),
        click.option("--client", metavar="NAME", help="Name of the client's class."),
    )
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def fail_on_option(command: Command) -> Command:
    return click.option(
        "--fail-on",
        type=click.Choice(["degraded", "skipped"]),
        multiple=True,
        help="Take what is weaker, or missing, in the client for an error.",
    )(command)


def print_options(command: Command) -> Command:
    decorators = (
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("-q", "--quiet", is_flag=True, help="Print errors only."),
    )
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def _limit(option: str, what: str, *, whole: bool = True) -> Decorator:
    bound = click.IntRange(1) if whole else click.FloatRange(0, 1e9, min_open=True)
    return click.option(
        option,
        type=bound,
        metavar="N",
        help=f"Limit: {what}",
        callback=_number,
    )


def _number(
    context: click.Context, parameter: click.Parameter, value: float | None
) -> float | None:
    if value is not None and math.isnan(value):
        raise click.BadParameter("not a number", context, parameter)
    return value


def jobs_of(given: Given) -> list[Job]:
    """Return the jobs that the command line asks for.

    With a document there is one, and no configuration is read. Without, they are those
    of the configuration, and options change them.
    """
    from specpress.configuration import document_objection
    from specpress.options import Job

    if given.spec is not None:
        if given.config is not None:
            raise click.UsageError("--config is for runs without SPEC")
        problem = document_objection(given.spec)
        if problem is not None:
            raise click.UsageError(problem)
        job = Job(document=Path(given.spec), label=given.spec)
        return [_changed(job, given)]
    jobs = configured_jobs(given.config, missing="SPEC is missing")
    if len(jobs) > 1:
        for option in ("output", "package", "client"):
            if getattr(given, option) is not None:
                raise click.UsageError(
                    f"--{option} is for one client, and the configuration has "
                    f"{len(jobs)}"
                )
    return [_changed(job, given) for job in jobs]


def configured_jobs(config: str | None, missing: str) -> list[Job]:
    """Return what the configuration describes; ``missing`` is what it would have said,
    and begins the message where there is none."""
    from specpress.configuration import (
        ConfigurationError,
        find_configuration,
        read_configuration,
    )
    from specpress.portable_path import shown

    path = Path(config) if config is not None else find_configuration(Path.cwd())
    if path is None:
        raise click.UsageError(
            f"{missing}, and there is no specpress.toml and no [tool.specpress] "
            "in a pyproject.toml here or above"
        )
    try:
        jobs = read_configuration(path, named(path))
    except ConfigurationError as error:
        lines = [line for each in error.mistakes for line in each.lines()]
        raise Refusal(WRONG, *lines) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise Refusal(
            FAILED, f"{shown(named(path))}:1:1: error[unreadable-file]: {reason}"
        ) from error
    return [
        replace(
            job,
            label=named(job.document),
            output=None if job.output is None else Path(named(job.output)),
        )
        for job in jobs
    ]


def named(path: Path) -> str:
    """Return how to call ``path`` to somebody who is in the current folder."""
    try:
        relative = Path(os.path.relpath(path)).as_posix()
    except (OSError, ValueError):
        return str(path)
    return str(path) if relative.startswith("../../") else relative


def _changed(job: Job, given: Given) -> Job:
    from specpress.configuration import (
        class_objection,
        package_objection,
        package_of_folder,
    )
    from specpress.limits import OPTIONS
    from specpress.options import GAPS
    from specpress.references import ReferencePolicy

    for value, objection, option in (
        (given.package, package_objection, "--package"),
        (given.client, class_objection, "--client"),
    ):
        problem = objection(value) if value is not None else None
        if problem is not None:
            raise click.BadParameter(problem, param_hint=option)
    for folder in given.allow_reference:
        if not os.path.isdir(folder):
            raise click.BadParameter("no such folder", param_hint="--allow-reference")
    limits = {
        name: getattr(given, name)
        for name in OPTIONS
        if getattr(given, name) is not None
    }
    further = tuple(Path(folder) for folder in given.allow_reference)
    output = job.output if given.output is None else Path(given.output)
    package = given.package or job.client.package
    if package is None and output is not None:
        package = package_of_folder(output)
    return replace(
        job,
        output=output,
        client=replace(
            job.client,
            package=package,
            client=given.client or job.client.client,
        ),
        limits=replace(job.limits, **limits),
        references=ReferencePolicy(job.references.folders + further),
        strict=job.strict or given.strict,
        fail_on=tuple(g for g in GAPS if g in given.fail_on or g in job.fail_on),
    )
