"""Writing: from files in memory to files on disk, whole or not at all.

In: the files of a run, the output folder, and the files the run read. Out: what
happened to each file. The text of the files is left to the earlier stages, except
that the manifest found on disk says which files are our own.

Only what changes is touched; files of a former run that are no longer produced are
removed; files of anybody else are never touched. See ``transaction`` for what happens
when a run is stopped half-way.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from specpress.output import Change, SourceFile
from specpress.portable_path import shown
from specpress.write.disk import is_folder, kind_of
from specpress.write.errors import OutputRefused, WriteError, write_error
from specpress.write.lock import locked
from specpress.write.plan import contents_of, plan_changes
from specpress.write.transaction import (
    carry_out,
    finish_interrupted,
    leftovers,
    lock_name,
)

__all__ = [
    "OutputRefused",
    "WriteError",
    "Written",
    "check_files",
    "recover",
    "write_files",
]

PATIENCE = 10.0
"""For how many seconds a run waits for another one to end."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a run did: every file's outcome, sorted by path.

    ``recovered`` says what became of an earlier run that was interrupted.
    """

    changes: tuple[Change, ...]
    recovered: str | None


def write_files(
    files: Sequence[SourceFile],
    root: Path,
    *,
    inputs: Sequence[Path] = (),
    announce: Callable[[Sequence[Change]], None] | None = None,
    patience: float = PATIENCE,
) -> Written:
    """Make the folder ``root`` hold ``files``; the manifest is written last.

    ``inputs`` are the files and folders that were read: an output folder that is one
    of them, above or inside one is refused. ``announce`` is told the changes before
    the first file is touched. Raises :class:`OutputRefused` or :class:`WriteError`;
    the folder is then as it was before.
    """
    contents = contents_of(files)
    folder = _output_folder(root, inputs)
    with _reported(folder):
        made = _make_parents(folder)
        try:
            with _held(folder, patience) as lock:
                recovered = finish_interrupted(folder) if lock else None
                plan = plan_changes(folder, contents)
                if announce is not None:
                    announce(plan.changes)
                if plan.steps:
                    if lock is None:
                        raise PermissionError(
                            errno.EACCES, os.strerror(errno.EACCES), str(folder)
                        )
                    carry_out(plan, contents, folder)
        except BaseException:
            _remove_parents(made)
            raise
    return Written(plan.changes, recovered)


def check_files(files: Sequence[SourceFile], root: Path) -> list[Change]:
    """Return what writing would do, and write nothing."""
    contents = contents_of(files)
    folder = _output_folder(root, ())
    with _reported(folder):
        return list(plan_changes(folder, contents).changes)


def recover(root: Path, *, patience: float = PATIENCE) -> str | None:
    """Complete or undo a run into ``root`` that was interrupted; say which."""
    folder = _output_folder(root, ())
    with _reported(folder):
        places = (folder.parent, folder)
        name = lock_name(folder)
        if not leftovers(folder) and not any(kind_of(each / name) for each in places):
            return None
        with _held(folder, patience) as lock:
            return finish_interrupted(folder) if lock else None


@contextmanager
def _reported(folder: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise write_error(error, folder) from error


@contextmanager
def _held(folder: Path, patience: float) -> Generator[Path | None]:
    """Hold the lock of ``folder``, beside it or, if that is read-only, in it.

    Gives ``None`` where neither can be written to: a run that would change nothing
    can still say so.
    """
    for place in (folder.parent, folder):
        path = place / lock_name(folder)
        if is_folder(place) and os.access(place, os.W_OK | os.X_OK):
            with locked(path, folder, patience):
                yield path
            return
    yield None


def _output_folder(root: Path, inputs: Sequence[Path]) -> Path:
    """Return where ``root`` really is, or refuse it."""
    try:
        folder = Path(os.path.realpath(root))
        exists = kind_of(folder) is not None
        standing = next(
            place for place in (folder, *folder.parents) if kind_of(place) is not None
        )
        if not is_folder(standing):
            raise OutputRefused(f"{shown(standing)} is not a folder")
    except OSError as error:
        raise write_error(error, root) from error
    except ValueError as error:
        raise OutputRefused(f"{shown(root)} is no path: {error}") from error
    if folder == folder.parent:
        raise OutputRefused(f"{shown(folder)} is no place for a client")
    for each in inputs:
        source = Path(os.path.realpath(each))
        if exists and any(
            _is_same(folder, place) for place in (source, *source.parents)
        ):
            raise OutputRefused(
                f"the output folder {shown(root)} holds the input {shown(each)}; "
                "choose another output folder"
            )
        if any(_is_same(source, place) for place in (folder, *folder.parents)):
            raise OutputRefused(
                f"the output folder {shown(root)} lies in the input {shown(each)}; "
                "choose another output folder"
            )
    return folder


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one == other or os.path.samefile(one, other)
    except OSError:
        return False


def _make_parents(folder: Path) -> list[Path]:
    """Create the folders above ``folder``; return the new ones, outer ones first."""
    missing: list[Path] = []
    for place in folder.parents:
        if is_folder(place):
            break
        missing.insert(0, place)
    made: list[Path] = []
    try:
        for place in missing:
            os.mkdir(place)
            made.append(place)
    except BaseException:
        _remove_parents(made)
        raise
    return made


def _remove_parents(made: Sequence[Path]) -> None:
    for place in reversed(made):
        try:
            os.rmdir(place)
        except OSError:
            return
