"""Carrying out a plan so that it happens whole or not at all.

Everything is first put into a private folder beside the output: the new files under
``new``, a second name of each file to be replaced or removed under ``old``. Then a
journal is written. From that moment on the run counts: whoever finds the journal can
complete it (the new files are there) or undo it (so are the old ones). The journal is
removed when the last step is done. A folder without a journal means that nothing was
touched, or that all was done, and is merely removed.

The caller holds the lock of the output folder.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from specpress.portable_path import folded, objection, shown
from specpress.write.disk import (
    create_file,
    is_file,
    is_folder,
    keep_copy,
    kind_of,
    read_file,
    remove_empty_folder,
    remove_file,
    settle_folder,
)
from specpress.write.errors import PRIVATE_PREFIX
from specpress.write.plan import Plan, Step, exact_hash

_FORWARD = "journal"
_BACK = "undo"
_UNFINISHED = "journal.part"
_NEW = "new"
_OLD = "old"


def lock_name(root: Path) -> str:
    """Return the name of the lock file of ``root``, the same for every run."""
    return f"{_prefix(root)}.lock"


def _prefix(root: Path) -> str:
    # A hash, since the folder's own name may already be as long as names can be.
    name = folded(root.name).encode("utf-8", "surrogateescape")
    return f"{PRIVATE_PREFIX}{hashlib.sha256(name).hexdigest()[:12]}"


def leftovers(root: Path) -> list[Path]:
    """Return the staging folders of interrupted runs, beside ``root`` or in it.

    A folder that other users could have made or filled is not trusted.
    """
    found: list[Path] = []
    for place in (root.parent, root):
        if not is_folder(place):
            continue
        start = f"{_prefix(root)}-"
        with os.scandir(place) as entries:
            names = sorted(each.name for each in entries if each.name.startswith(start))
        found += [place / name for name in names if _is_private(place / name)]
    return found


def _is_private(path: Path) -> bool:
    found = kind_of(path)
    if found is None or not stat.S_ISDIR(found.st_mode):
        return False
    if not hasattr(os, "geteuid"):
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & 0o077


def carry_out(plan: Plan, contents: Mapping[str, bytes], root: Path) -> None:
    """Do what ``plan`` says; on any failure leave ``root`` as it was.

    Raises :class:`OSError`.
    """
    beside = root.parent
    try:
        _carry_out(plan, contents, root, beside)
    except OSError as error:
        # The output may be a mount of its own, or its parent read-only.
        apart = {errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS}
        if error.errno not in apart or not is_folder(root):
            raise
        if leftovers(root):
            raise
        _carry_out(plan, contents, root, root)


def _carry_out(
    plan: Plan, contents: Mapping[str, bytes], root: Path, place: Path
) -> None:
    staging = place / f"{_prefix(root)}-{secrets.token_hex(8)}"
    journal = Journal(plan.steps, plan.created, plan.emptied)
    try:
        _stage(staging, journal, contents, root)
        _complete(staging, journal, root, trusting=True)
    except BaseException:
        _undo(staging, journal, root)
        discard(staging)
        raise
    discard(staging)


@dataclass(frozen=True, slots=True)
class Journal:
    """The part of a plan that is needed to complete or undo it."""

    steps: tuple[Step, ...]
    created: tuple[str, ...]
    emptied: tuple[str, ...]


def _stage(
    staging: Path, journal: Journal, contents: Mapping[str, bytes], root: Path
) -> None:
    os.mkdir(staging, 0o700)
    os.mkdir(staging / _NEW, 0o700)
    os.mkdir(staging / _OLD, 0o700)
    for number, step in enumerate(journal.steps):
        if step.old is not None:
            keep_copy(root / step.path, staging / _OLD / str(number))
        if step.new is not None:
            create_file(staging / _NEW / str(number), contents[step.path])
    settle_folder(staging / _NEW)
    settle_folder(staging / _OLD)
    text = json.dumps(
        {
            "steps": [[step.path, step.old, step.new] for step in journal.steps],
            "created": journal.created,
            "emptied": journal.emptied,
        }
    )
    create_file(staging / _UNFINISHED, text.encode("ascii"))
    os.replace(staging / _UNFINISHED, staging / _FORWARD)
    settle_folder(staging)
    settle_folder(staging.parent)


def _complete(staging: Path, journal: Journal, root: Path, *, trusting: bool) -> None:
    """Do the steps that are still to do, and remove the journal.

    Unless ``trusting``, a file that changed since the journal was written is left:
    somebody has edited it after the interruption.
    """
    for folder in journal.created:
        if not is_folder(root / folder):
            os.mkdir(root / folder)
    for number, step in enumerate(journal.steps):
        target = root / step.path
        # What is done already has the new hash here.
        if not trusting and _hash_at(target) != step.old:
            continue
        if step.new is None:
            remove_file(target)
        else:
            os.replace(staging / _NEW / str(number), target)
    for folder in journal.emptied:
        _remove_bytecode(root / folder)
        remove_empty_folder(root / folder)
    for parent in sorted({(root / step.path).parent for step in journal.steps}):
        if is_folder(parent):
            settle_folder(parent)
    os.unlink(staging / _FORWARD)


def _undo(staging: Path, journal: Journal, root: Path) -> None:
    """Put back what the steps replaced or removed, and remove the journal."""
    if is_file(staging / _FORWARD):
        # From here on completing is impossible: the new files may be gone.
        os.replace(staging / _FORWARD, staging / _BACK)
    elif not is_file(staging / _BACK):
        return
    for number, step in reversed(tuple(enumerate(journal.steps))):
        target = root / step.path
        present = _hash_at(target)
        if present not in {None, step.new} or present == step.old:
            continue
        if step.old is not None:
            kept = staging / _OLD / str(number)
            if is_file(kept):
                os.makedirs(target.parent, exist_ok=True)
                os.replace(kept, target)
        else:
            remove_file(target)
    for folder in reversed(journal.created):
        remove_empty_folder(root / folder)
    os.unlink(staging / _BACK)


def _hash_at(path: Path) -> str | None:
    return exact_hash(read_file(path)) if is_file(path) else None


def _remove_bytecode(folder: Path) -> None:
    """Remove what Python compiled from the files that were in ``folder``.

    Only if nothing else is left in it: otherwise the folder stays anyway.
    """
    compiled = folder / "__pycache__"
    if not is_folder(compiled) or _names(folder) != [compiled.name]:
        return
    names = _names(compiled)
    if all(name.endswith(".pyc") for name in names):
        for name in names:
            remove_file(compiled / name)
        remove_empty_folder(compiled)


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries)


def discard(staging: Path) -> None:
    """Remove a staging folder without a journal; what cannot be removed stays.

    It does no harm, and the next command tries again.
    """
    try:
        if is_file(staging / _FORWARD) or is_file(staging / _BACK):
            return
        remove_file(staging / _UNFINISHED)
        for folder in (staging / _NEW, staging / _OLD):
            if is_folder(folder):
                for name in _names(folder):
                    remove_file(folder / name)
                remove_empty_folder(folder)
        remove_empty_folder(staging)
    except OSError:
        pass


def finish_interrupted(root: Path) -> str | None:
    """Complete or undo what an interrupted run left; say which.

    Raises :class:`OSError` if neither is possible.
    """
    said: str | None = None
    for staging in leftovers(root):
        journal = _read_journal(staging)
        if journal is None:
            said = said or "what an interrupted run had prepared was removed"
        else:
            said = _finish(staging, journal, root)
        discard(staging)
    return said


def _finish(staging: Path, journal: Journal, root: Path) -> str:
    if is_file(staging / _FORWARD) and _is_whole(staging, journal, root):
        try:
            _complete(staging, journal, root, trusting=False)
            return "an interrupted run was completed"
        except OSError:
            _undo(staging, journal, root)
    else:
        _undo(staging, journal, root)
    return "an interrupted run was undone"


def _is_whole(staging: Path, journal: Journal, root: Path) -> bool:
    """Return whether every new file is complete, staged or already in its place.

    It is not if the machine, and not only the program, was stopped at a bad moment.
    """
    for number, step in enumerate(journal.steps):
        staged = staging / _NEW / str(number)
        if step.new is not None and is_file(staged) and _hash_at(staged) != step.new:
            return False
    return True


def _read_journal(staging: Path) -> Journal | None:
    for name in (_FORWARD, _BACK):
        if is_file(staging / name):
            break
    else:
        return None
    try:
        return _parse_journal(read_file(staging / name))
    except (ValueError, KeyError, TypeError) as error:
        raise OSError(
            errno.EINVAL,
            f"the journal of an interrupted run is damaged; remove {shown(staging)}",
        ) from error


def _parse_journal(content: bytes) -> Journal:
    """Return the journal; raise some :class:`ValueError` or the like if it is none."""
    tree = cast("dict[str, list[str]]", json.loads(content))
    steps = tuple(
        Step(path, old, new)
        for path, old, new in cast(
            "list[tuple[str, str | None, str | None]]", tree["steps"]
        )
    )
    created = tuple(tree["created"])
    emptied = tuple(tree["emptied"])
    folders = [folder for folder in (*created, *emptied) if folder]
    for path in (*(step.path for step in steps), *folders):
        if objection(path):
            raise ValueError("a path that no client can have")
    return Journal(steps, created, emptied)
