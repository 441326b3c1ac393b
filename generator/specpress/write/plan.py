"""What has to be done to a folder so that it holds the files of a run.

In: the files and the folder. Out: a :class:`Plan`. Nothing is changed here. What
would replace or remove something that this program did not write is refused.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from specpress.manifest import (
    GENERATED_MARK,
    MANIFEST_PATH,
    ManifestOnDisk,
    content_hash,
    parse_manifest,
)
from specpress.output import Change, ChangeKind, SourceFile
from specpress.portable_path import folded, objection, shown
from specpress.write.disk import is_file, is_folder, kind_of, read_file
from specpress.write.errors import OutputRefused

_MARK = GENERATED_MARK.encode("ascii")
_MARK_WITHIN = 300
_NAMED_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One file to create, replace or remove.

    ``old`` and ``new`` are the SHA-256 of its content before and after, to the byte;
    ``None`` stands for no file.
    """

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """``steps`` in order, the manifest last, and the outcome for every file.

    ``created`` are the folders that do not exist yet, outer ones first, the output
    folder itself as ``""``; ``emptied`` those to remove if nothing is left in them,
    inner ones first.
    """

    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    created: tuple[str, ...]
    emptied: tuple[str, ...]


def exact_hash(content: bytes) -> str:
    """Return the SHA-256 of ``content`` as it is."""
    return hashlib.sha256(content).hexdigest()


def contents_of(files: Sequence[SourceFile]) -> dict[str, bytes]:
    """Return the content of each file by path; the manifest comes last.

    Raises :class:`OutputRefused` if two paths are one file on some system, or a path
    is none that every system has.
    """
    contents: dict[str, bytes] = {}
    spelled: dict[str, str] = {}
    for file in sorted(files, key=lambda file: (file.path == MANIFEST_PATH, file.path)):
        if reason := objection(file.path):
            raise OutputRefused(f"the file name '{shown(file.path)}' {reason}")
        same = spelled.setdefault(folded(file.path), file.path)
        if same != file.path or file.path in contents:
            raise OutputRefused(
                f"'{shown(same)}' and '{shown(file.path)}' are one file on some systems"
            )
        contents[file.path] = file.text.encode("utf-8")
    for path in contents:
        for folder in PurePosixPath(path).parents:
            if folder.name and (file_path := spelled.get(folded(str(folder)))):
                raise OutputRefused(
                    f"'{shown(file_path)}' is the folder of '{shown(path)}' as well"
                )
    return contents


def plan_changes(root: Path, contents: Mapping[str, bytes]) -> Plan:
    """Return what makes the folder ``root`` hold ``contents``."""
    manifest = _manifest(root)
    listed: Mapping[str, str] = {} if manifest is None else manifest.files
    created = _missing_folders(root, contents)
    changes: list[Change] = []
    steps: list[Step] = []
    foreign: list[str] = []
    for path, content in contents.items():
        present = _present(root, path, foreign)
        if present is None:
            changes.append(Change(path, ChangeKind.CREATED))
            steps.append(Step(path, None, exact_hash(content)))
        elif content_hash(present) == content_hash(content):
            changes.append(Change(path, ChangeKind.UNCHANGED))
        elif (kind := _own(path, present, listed.get(path), manifest)) is not None:
            changes.append(Change(path, kind))
            steps.append(Step(path, exact_hash(present), exact_hash(content)))
        else:
            foreign.append(path)
    if foreign:
        raise OutputRefused(
            f"{shown(root)} holds what Specpress did not write and will not replace: "
            f"{_named(foreign)}; move it away or choose another output folder"
        )
    removed: list[Step] = []
    spelled = {folded(path): path for path in contents}
    for path in sorted(listed.keys() - contents.keys()):
        if not _is_respelled(root, path, spelled.get(folded(path))):
            _plan_removal(root, path, listed[path], changes, removed)
    last = steps[-1:] if steps and steps[-1].path == MANIFEST_PATH else []
    first = steps[: len(steps) - len(last)]
    return Plan(
        tuple(sorted(changes, key=lambda change: change.path)),
        (*first, *removed, *last),
        tuple(created),
        tuple(_emptied(removed, contents)),
    )


def _manifest(root: Path) -> ManifestOnDisk | None:
    path = root / MANIFEST_PATH
    return parse_manifest(read_file(path)) if is_file(path) else None


def _missing_folders(root: Path, paths: Iterable[str]) -> list[str]:
    """Return the folders to create; refuse what stands in the way of one."""
    folders = {
        str(folder) for path in paths for folder in PurePosixPath(path).parents
    } - {"."}
    missing = [] if is_folder(root) else [""]
    for folder in sorted(folders):
        found = kind_of(root / folder)
        if found is None:
            missing.append(folder)
        elif not stat.S_ISDIR(found.st_mode):
            what = "a link" if stat.S_ISLNK(found.st_mode) else "not a folder"
            raise OutputRefused(
                f"{shown(root / folder)} is {what} where a folder of the client must "
                "stand; remove it or choose another output folder"
            )
    return missing


def _present(root: Path, path: str, foreign: list[str]) -> bytes | None:
    """Return the content of the file at ``path``; a link is nobody's file of ours."""
    found = kind_of(root / path)
    if found is None:
        return None
    if not stat.S_ISREG(found.st_mode):
        what = "a link" if stat.S_ISLNK(found.st_mode) else "not a file"
        raise OutputRefused(
            f"{shown(root / path)} is {what} where a file of the client must stand; "
            "remove it or choose another output folder"
        )
    return read_file(root / path)


def _own(
    path: str, present: bytes, written: str | None, manifest: ManifestOnDisk | None
) -> ChangeKind | None:
    """Return how a file of ours differs, or ``None`` if it is not ours."""
    if path == MANIFEST_PATH:
        damaged = manifest is None or manifest.damage is not None
        return ChangeKind.EDITED if damaged else ChangeKind.CHANGED
    if written is not None:
        same = content_hash(present) == written
        return ChangeKind.CHANGED if same else ChangeKind.EDITED
    # The manifest is lost, or a merge took one side of it and both of the files.
    return ChangeKind.EDITED if _MARK in present[:_MARK_WITHIN] else None


def _plan_removal(
    root: Path,
    path: str,
    written: str,
    changes: list[Change],
    removed: list[Step],
) -> None:
    """Plan to remove a file of a former run, unless it was edited since."""
    folders = [str(folder) for folder in PurePosixPath(path).parents][:-1]
    if not is_file(root / path) or not all(is_folder(root / each) for each in folders):
        return
    present = read_file(root / path)
    if content_hash(present) == written:
        changes.append(Change(path, ChangeKind.REMOVED))
        removed.append(Step(path, exact_hash(present), None))
    else:
        # Somebody's work is in it and no new text takes its place: it stays, and is
        # foreign from now on.
        changes.append(Change(path, ChangeKind.EDITED))


def _is_respelled(root: Path, path: str, produced: str | None) -> bool:
    """Return whether ``path`` is the file ``produced`` where case is no difference."""
    return (
        produced is not None
        and is_file(root / path)
        and is_file(root / produced)
        and os.path.samestat(os.lstat(root / path), os.lstat(root / produced))
    )


def _emptied(removed: Sequence[Step], paths: Iterable[str]) -> list[str]:
    kept = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
    left = {
        str(folder) for step in removed for folder in PurePosixPath(step.path).parents
    }
    return sorted(left - kept - {"."}, key=lambda each: (-each.count("/"), each))


def _named(paths: Sequence[str]) -> str:
    names = ", ".join(shown(path) for path in paths[:_NAMED_AT_MOST])
    rest = len(paths) - _NAMED_AT_MOST
    return f"{names} and {rest} more" if rest > 0 else names
