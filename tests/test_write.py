"""Writing: what is touched, what is refused, and what an interruption leaves.

The fault tests run a change of a small client once per file-system call, and let that
call fail or the process end there.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest
from fault_injection import Faults, Killed, number_of_calls

from specpress.manifest import (
    GENERATED_MARK,
    MANIFEST_PATH,
    Manifest,
    ManifestClient,
    ManifestDocument,
    manifest_file,
)
from specpress.output import Change, ChangeKind, SourceFile
from specpress.write import (
    OutputRefused,
    WriteError,
    check_files,
    recover,
    write_files,
)
from specpress.write.lock import locked
from specpress.write.transaction import lock_name

MANIFEST = Manifest(
    generator="specpress 0",
    document=ManifestDocument(sha256="0" * 64, title="Zoo", version="1"),
    client=ManifestClient(sync_class="Zoo", async_class="AsyncZoo"),
)


def client(**texts: str) -> list[SourceFile]:
    """Return the files of a client; ``__`` in a keyword is a slash, ``_py`` a dot."""
    files = [
        SourceFile(name.replace("__", "/").replace("_py", ".py"), text)
        for name, text in texts.items()
    ]
    return [*files, manifest_file(MANIFEST, files)]


OLD = client(
    same_py="same = 1\n",
    changed_py="old = 1\n",
    models__a_py="a = 1\n",
    models__b_py="b = 1\n",
    gone__deep__c_py="c = 1\n",
)
NEW = client(
    same_py="same = 1\n",
    changed_py="new = 1\n",
    models__a_py="a = 2\n",
    fresh__deep__d_py="d = 1\n",
)


COMPLETED = "an interrupted run was completed"
UNDONE = "an interrupted run was undone"
REMOVED = "what an interrupted run had prepared was removed"


Tree: TypeAlias = "dict[str, bytes | str] | None"


def tree(root: Path) -> Tree:
    """Return what is in ``root``: contents, link targets, folders."""
    if not root.is_dir():
        return None
    found: dict[str, bytes | str] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = f"link to {os.readlink(path)}"
        elif path.is_dir():
            found[name] = "folder"
        else:
            found[name] = path.read_bytes()
    return found


def kinds(changes: Sequence[Change]) -> dict[str, str]:
    return {change.path: change.kind.value for change in changes}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def old(root: Path) -> Path:
    """The output folder after a first run, with files of somebody else in it."""
    write_files(OLD, root)
    (root / "notes.txt").write_text("mine")
    (root / "models" / "mine.py").write_text("mine = 1\n")
    return root


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk thousands of times; a test below looks at the calls."""

    def settle(descriptor: int) -> None:
        assert descriptor >= 0

    monkeypatch.setattr(os, "fsync", settle)


def beside(root: Path) -> list[str]:
    return sorted(entry.name for entry in root.parent.iterdir())


# What is written


def test_first_run_creates_everything(root: Path) -> None:
    written = write_files(OLD, root)
    assert set(kinds(written.changes).values()) == {"created"}
    assert [change.path for change in written.changes] == sorted(
        file.path for file in OLD
    )
    assert written.recovered is None
    assert {file.path: file.text.encode() for file in OLD} == {
        name: content
        for name, content in (tree(root) or {}).items()
        if content != "folder"
    }
    assert beside(root) == ["out"]


def test_second_run_touches_nothing(old: Path) -> None:
    before = {path: path.lstat().st_mtime_ns for path in (old, *old.rglob("*"))}
    inodes = {path: path.lstat().st_ino for path in (old, *old.rglob("*"))}
    written = write_files(OLD, old)
    assert set(kinds(written.changes).values()) == {"unchanged"}
    assert {path: path.lstat().st_mtime_ns for path in before} == before
    assert {path: path.lstat().st_ino for path in inodes} == inodes


def test_next_run_touches_only_what_changed(old: Path) -> None:
    unchanged = (old / "same.py").lstat()
    written = write_files(NEW, old)
    assert kinds(written.changes) == {
        "changed.py": "changed",
        "fresh/deep/d.py": "created",
        "gone/deep/c.py": "removed",
        "models/a.py": "changed",
        "models/b.py": "removed",
        "same.py": "unchanged",
        MANIFEST_PATH: "changed",
    }
    assert (old / "same.py").lstat().st_mtime_ns == unchanged.st_mtime_ns
    assert (old / "same.py").lstat().st_ino == unchanged.st_ino
    assert not (old / "gone").exists()
    assert (old / "notes.txt").read_text() == "mine"
    assert (old / "models" / "mine.py").read_text() == "mine = 1\n"
    assert beside(old) == ["out"]
    assert check_files(NEW, old) == [
        Change(file.path, ChangeKind.UNCHANGED)
        for file in sorted(NEW, key=lambda file: file.path)
    ]


def test_check_says_what_writing_does_and_does_nothing(old: Path) -> None:
    (old / "changed.py").write_text("mine = 1\n")
    before = tree(old)
    checked = check_files(NEW, old)
    assert tree(old) == before
    assert beside(old) == ["out"]
    assert checked == list(write_files(NEW, old).changes)


def test_check_of_a_missing_folder_creates_none(root: Path) -> None:
    assert {change.kind for change in check_files(OLD, root)} == {ChangeKind.CREATED}
    assert not root.exists()


def test_edited_file_is_announced_before_it_is_replaced(old: Path) -> None:
    (old / "changed.py").write_text("mine = 1\n")
    seen: list[tuple[str, str]] = []

    def announce(changes: Sequence[Change]) -> None:
        seen.append((kinds(changes)["changed.py"], (old / "changed.py").read_text()))

    write_files(OLD, old, announce=announce)
    assert seen == [("edited", "mine = 1\n")]
    assert (old / "changed.py").read_text() == "old = 1\n"


def test_edited_file_that_is_no_longer_produced_stays(old: Path) -> None:
    (old / "models" / "b.py").write_text("mine = 1\n")
    assert kinds(write_files(NEW, old).changes)["models/b.py"] == "edited"
    assert (old / "models" / "b.py").read_text() == "mine = 1\n"
    assert "models/b.py" not in kinds(write_files(NEW, old).changes)


def test_missing_own_file_is_written_again(old: Path) -> None:
    (old / "same.py").unlink()
    assert kinds(write_files(OLD, old).changes)["same.py"] == "created"


def test_line_ends_of_the_host_are_no_difference(old: Path) -> None:
    for path in old.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = tree(old)
    assert set(kinds(write_files(OLD, old).changes).values()) == {"unchanged"}
    assert tree(old) == before


def test_compiled_files_do_not_keep_an_emptied_folder(old: Path) -> None:
    cache = old / "gone" / "deep" / "__pycache__"
    cache.mkdir()
    (cache / "c.cpython-311.pyc").write_bytes(b"")
    write_files(NEW, old)
    assert not (old / "gone").exists()


def test_folder_with_a_foreign_file_stays(old: Path) -> None:
    (old / "gone" / "mine.txt").write_text("mine")
    write_files(NEW, old)
    assert sorted(path.name for path in (old / "gone").iterdir()) == ["mine.txt"]


@pytest.mark.parametrize(
    ("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o000, 0o644)]
)
def test_modes_follow_the_umask(root: Path, umask: int, mode: int) -> None:
    former = os.umask(umask)
    try:
        write_files(OLD, root)
    finally:
        os.umask(former)
    for path in root.rglob("*"):
        expected = mode if path.is_file() else 0o777 & ~umask
        assert stat.S_IMODE(path.stat().st_mode) == expected


# What is not ours


def test_foreign_file_in_the_way_is_refused(root: Path) -> None:
    root.mkdir()
    (root / "changed.py").write_text("mine = 1\n")
    (root / "same.py").write_text("mine = 1\n")
    before = tree(root)
    with pytest.raises(OutputRefused, match=r"changed\.py, same\.py; move"):
        write_files(OLD, root)
    with pytest.raises(OutputRefused):
        check_files(OLD, root)
    assert tree(root) == before
    assert beside(root) == ["out"]


def test_foreign_file_with_the_very_text_is_no_obstacle(root: Path) -> None:
    root.mkdir()
    (root / "same.py").write_text("same = 1\n")
    assert kinds(write_files(OLD, root).changes)["same.py"] == "unchanged"


def test_own_file_is_known_without_a_manifest(root: Path) -> None:
    files = client(same_py=f"# {GENERATED_MARK}; do not edit.\nx = 1\n")
    write_files(files, root)
    (root / MANIFEST_PATH).unlink()
    changed = client(same_py=f"# {GENERATED_MARK}; do not edit.\nx = 2\n")
    assert kinds(write_files(changed, root).changes)["same.py"] == "edited"


def test_manifest_with_a_merge_conflict_still_knows_its_files(old: Path) -> None:
    path = old / MANIFEST_PATH
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:3], "<<<<<<< ours\n", *lines[3:], ">>>>>>>\n"]))
    changes = kinds(write_files(NEW, old).changes)
    assert changes["models/b.py"] == "removed"
    assert changes["changed.py"] == "changed"
    assert changes[MANIFEST_PATH] == "edited"


@pytest.mark.parametrize("path", ["../outside.txt", "link/outside.txt"])
def test_manifest_cannot_reach_out_of_the_folder(
    old: Path, tmp_path: Path, path: str
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    (old / "link").symlink_to(tmp_path)
    listed = manifest_file(MANIFEST, [SourceFile(path, "mine")])
    (old / MANIFEST_PATH).write_text(listed.text)
    write_files(client(same_py="same = 1\n"), old)
    assert outside.read_text() == "mine"


# Links


def test_link_where_a_file_must_stand_is_refused(old: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("old = 1\n")
    (old / "changed.py").unlink()
    (old / "changed.py").symlink_to(outside)
    before = tree(old)
    with pytest.raises(OutputRefused, match="is a link"):
        write_files(NEW, old)
    assert tree(old) == before
    assert outside.read_text() == "old = 1\n"


def test_dangling_link_where_a_file_must_stand_is_refused(old: Path) -> None:
    (old / "fresh").mkdir()
    (old / "fresh" / "deep").symlink_to(old.parent / "nowhere")
    with pytest.raises(OutputRefused, match="is a link"):
        write_files(NEW, old)
    assert not (old.parent / "nowhere").exists()


def test_linked_folder_in_the_output_is_refused(old: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    shutil.move(old / "models", outside)
    (old / "models").symlink_to(outside)
    before = tree(outside)
    with pytest.raises(OutputRefused, match="is a link"):
        write_files(NEW, old)
    assert tree(outside) == before


def test_nothing_is_removed_through_a_link(old: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    shutil.move(old / "gone", outside)
    (old / "gone").symlink_to(outside)
    write_files(NEW, old)
    assert (outside / "deep" / "c.py").exists()
    assert (old / "gone").is_symlink()


def test_other_names_of_a_file_are_never_changed(old: Path, tmp_path: Path) -> None:
    for name in ("changed.py", "models/b.py", MANIFEST_PATH):
        os.link(old / name, tmp_path / name.replace("/", "-"))
    manifest = (old / MANIFEST_PATH).read_bytes()
    write_files(NEW, old)
    assert (tmp_path / "changed.py").read_text() == "old = 1\n"
    assert (tmp_path / "models-b.py").read_text() == "b = 1\n"
    assert (tmp_path / MANIFEST_PATH).read_bytes() == manifest
    assert (old / "changed.py").read_text() == "new = 1\n"


def test_output_folder_may_itself_be_a_link(old: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(old)
    write_files(NEW, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (old / "changed.py").read_text() == "new = 1\n"


# Where nothing is written


def test_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for root in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputRefused, match="is not a folder"):
            write_files(OLD, root)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("bad", ["/", "a\0b"])
def test_impossible_output_is_refused(bad: str) -> None:
    with pytest.raises(OutputRefused):
        write_files(OLD, Path(bad))


def test_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(OutputRefused, match="is not a folder"):
        write_files(OLD, tmp_path / "loop")


def test_output_that_holds_or_is_the_input_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    spec = folder / "openapi.yaml"
    spec.write_text("openapi: 3.1.0")
    (tmp_path / "link").symlink_to(folder)
    (tmp_path / "spec.yaml").symlink_to(spec)
    below = folder / "below"
    refused: list[tuple[Path, Path]] = [
        (folder, spec),
        (tmp_path, spec),
        (tmp_path / "link", spec),
        (folder, tmp_path / "link" / "openapi.yaml"),
        (folder, tmp_path / "spec.yaml"),
        (folder, folder),
        (below, folder),
        (tmp_path / "link" / "below", folder),
        (below / "..", folder),
    ]
    for root, source in refused:
        with pytest.raises(OutputRefused, match="choose another"):
            write_files(OLD, root, inputs=[source])
    assert tree(folder) == {"openapi.yaml": b"openapi: 3.1.0"}
    write_files(OLD, below, inputs=[spec])
    assert spec.read_text() == "openapi: 3.1.0"


def test_other_spelling_of_the_input_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mounts and file systems blind to case give one folder two names."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "openapi.yaml").write_text("openapi: 3.1.0")
    (tmp_path / "PROJECT").symlink_to(folder)
    monkeypatch.setattr(os.path, "realpath", os.path.abspath)
    with pytest.raises(OutputRefused, match="holds the input"):
        write_files(OLD, folder, inputs=[tmp_path / "PROJECT" / "openapi.yaml"])
    with pytest.raises(OutputRefused, match="lies in the input"):
        write_files(OLD, folder / "below", inputs=[tmp_path / "PROJECT"])


def test_folders_above_the_output_go_with_a_failed_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "not" / "yet" / "out"
    replace = os.replace

    def denied(source: Path, target: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "replace", denied)
    with pytest.raises(WriteError):
        write_files(OLD, root)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(os, "replace", replace)
    write_files(OLD, root)
    assert beside(root) == ["out"]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../up.py",
        "a/../b.py",
        "./a.py",
        "a//b.py",
        "a\\b.py",
        "c:/a.py",
        "con.py",
        "models/NUL",
        "lpt1.tar.gz",
        "com\u00b9.py",
        "a.py.",
        "a /b.py",
        "a\nb.py",
        "a\u202eb.py",
        "x" * 256,
        "\u00e9" * 128,
    ],
)
def test_path_that_not_every_system_has_is_refused(root: Path, path: str) -> None:
    with pytest.raises(OutputRefused) as caught:
        write_files([SourceFile(path, "")], root)
    assert str(caught.value).isprintable()
    assert not root.exists()


@pytest.mark.parametrize(
    "paths",
    [
        ("a.py", "A.py"),
        ("a.py", "a.py"),
        ("\u00e9.py", "e\u0301.py"),
        ("stra\u00dfe.py", "STRASSE.py"),
        ("a", "A/b.py"),
    ],
)
def test_paths_that_are_one_on_some_system_are_refused(
    root: Path, paths: tuple[str, str]
) -> None:
    with pytest.raises(OutputRefused, match="on some systems|as well"):
        write_files([SourceFile(path, "") for path in paths], root)
    assert not root.exists()


# Faults


@contextmanager
def restored(root: Path, files: Sequence[SourceFile] | None) -> Generator[None]:
    """Start from the folder after a run that wrote ``files``."""
    shutil.rmtree(root.parent, ignore_errors=True)
    root.parent.mkdir()
    if files is not None:
        # Written once and copied: this is done hundreds of times.
        pattern = root.parent.parent / "pattern"
        if not pattern.exists():
            write_files(files, pattern)
            (pattern / "notes.txt").write_text("mine")
        shutil.copytree(pattern, root)
    yield


Scenario = tuple["list[SourceFile] | None", "list[SourceFile]"]
SCENARIOS: dict[str, Scenario] = {
    "first": (None, OLD),
    "next": (OLD, NEW),
    "nothing to do": (OLD, OLD),
}


def outcomes(root: Path, scenario: Scenario) -> tuple[Tree, Tree]:
    before, after = scenario
    with restored(root, before):
        old = tree(root)
        write_files(after, root)
        return old, tree(root)


ERRORS = (
    errno.ENOSPC,
    errno.EACCES,
    errno.EIO,
    errno.EROFS,
    errno.EDQUOT,
    errno.ENAMETOOLONG,
    errno.EXDEV,
)


@pytest.mark.parametrize("name", SCENARIOS)
def test_one_failing_call_leaves_the_old_tree(tmp_path: Path, name: str) -> None:
    root = tmp_path / "place" / "out"
    scenario = SCENARIOS[name]
    old, new = outcomes(root, scenario)
    with restored(root, scenario[0]):
        calls = number_of_calls(lambda: write_files(scenario[1], root))
    failed = 0
    for at in range(calls):
        error = ERRORS[at % len(ERRORS)]
        with restored(root, scenario[0]):
            faults = Faults(at, error)
            try:
                with faults.injected():
                    write_files(scenario[1], root)
            except WriteError as caught:
                failed += 1
                message = str(caught)
                assert os.strerror(error) in message
                assert "\n" not in message
                assert tree(root) == old, (at, faults.names[at])
            else:
                assert tree(root) == new, (at, faults.names[at])
            recover(root)
            assert beside(root) == (["out"] if root.exists() else [])
    if name != "nothing to do":
        assert failed > calls / 2


@pytest.mark.parametrize("name", ["first", "next"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_calls_that_keep_failing_leave_one_tree(
    tmp_path: Path, name: str, error: int
) -> None:
    root = tmp_path / "place" / "out"
    scenario = SCENARIOS[name]
    old, new = outcomes(root, scenario)
    with restored(root, scenario[0]):
        calls = number_of_calls(lambda: write_files(scenario[1], root))
    for at in range(0, calls, 2):
        with restored(root, scenario[0]):
            try:
                with Faults(at, error, lasting=True).injected():
                    write_files(scenario[1], root)
            except WriteError as caught:
                assert os.strerror(error) in str(caught)
            recover(root)
            assert tree(root) in (old, new)
            assert beside(root) == (["out"] if root.exists() else [])


@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_at_every_call(tmp_path: Path, name: str) -> None:
    root = tmp_path / "place" / "out"
    scenario = SCENARIOS[name]
    old, new = outcomes(root, scenario)
    with restored(root, scenario[0]):
        calls = number_of_calls(lambda: write_files(scenario[1], root))
    said: set[str | None] = set()
    for at in range(calls):
        with restored(root, scenario[0]):
            with pytest.raises(Killed), Faults(at).injected():
                write_files(scenario[1], root)
            halfway = tree(root)
            message = recover(root)
            said.add(message)
            if message not in {COMPLETED, UNDONE}:
                assert halfway in (old, new), at
            assert tree(root) in (old, new), at
            assert beside(root) == (["out"] if root.exists() else []), at
            assert recover(root) is None
            write_files(scenario[1], root)
            assert tree(root) == new
    if name != "nothing to do":
        assert said == {COMPLETED, REMOVED, None}


def test_killed_again_while_recovering(tmp_path: Path) -> None:
    root = tmp_path / "place" / "out"
    scenario = SCENARIOS["next"]
    old, new = outcomes(root, scenario)
    with restored(root, scenario[0]):
        calls = number_of_calls(lambda: write_files(scenario[1], root))
    for at in range(calls // 2, calls, 13):
        again = 0
        while True:
            with restored(root, scenario[0]):
                with pytest.raises(Killed), Faults(at).injected():
                    write_files(scenario[1], root)
                try:
                    with Faults(again).injected():
                        recover(root)
                except Killed:
                    recover(root)
                    assert tree(root) in (old, new)
                    assert beside(root) == ["out"]
                else:
                    break
            again += 5


def test_failure_while_undoing_is_made_good_by_the_next_command(
    tmp_path: Path,
) -> None:
    root = tmp_path / "place" / "out"
    old, new = outcomes(root, SCENARIOS["next"])
    with restored(root, OLD):
        with Faults().injected() as faults:
            write_files(NEW, root)
    replacements = [at for at, call in enumerate(faults.names) if call == "replace"]
    said: list[str | None] = []
    for at in replacements[1:]:
        # One replacement fails, and everything from some step of undoing on.
        for later in range(1, 40, 3):
            with restored(root, OLD):
                faults = Faults(at, errno.EIO, again=at + later)
                with pytest.raises(WriteError), faults.injected():
                    write_files(NEW, root)
                said.append(recover(root))
                assert tree(root) in (old, new)
                assert beside(root) == ["out"]
    assert UNDONE in said


def test_short_writes_are_continued(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def three_bytes(descriptor: int, content: memoryview) -> int:
        return write(descriptor, content[:3])

    monkeypatch.setattr(os, "write", three_bytes)
    write_files(OLD, root)
    assert (root / "changed.py").read_text() == "old = 1\n"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
@pytest.mark.parametrize("sent", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_real_signal_in_the_middle(tmp_path: Path, sent: str) -> None:
    root = tmp_path / "place" / "out"
    old, new = outcomes(root, SCENARIOS["next"])
    with restored(root, OLD):
        program = textwrap.dedent(f"""
            import os, signal, sys
            from pathlib import Path
            sys.path[:0] = {sys.path!r}
            from test_write import NEW
            from specpress.write import write_files
            # A shell that runs this in the background has it ignored.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            replace, count = os.replace, 0
            def stop(*arguments):
                global count
                count += 1
                if count == 4:
                    os.kill(os.getpid(), signal.{sent})
                return replace(*arguments)
            os.replace = stop
            write_files(NEW, Path({str(root)!r}))
            """)
        ended = subprocess.run(
            [sys.executable, "-c", program], stderr=subprocess.PIPE, timeout=60
        )
        assert ended.returncode in {-getattr(signal, sent), 1, 130}
        recover(root)
        assert tree(root) in (old, new)
        assert beside(root) == ["out"]


# After an interruption


def interrupted(root: Path) -> None:
    """Kill a run from ``OLD`` to ``NEW`` when one file is replaced, more are not."""
    with restored(root, OLD), Faults().injected() as faults:
        write_files(NEW, root)
    journal, first, second, *_ = (
        at for at, call in enumerate(faults.names) if call == "replace"
    )
    assert journal < first
    with restored(root, OLD), pytest.raises(Killed), Faults(second).injected():
        write_files(NEW, root)
    assert (root / "changed.py").read_text() == "new = 1\n"
    assert (root / "models" / "a.py").read_text() == "a = 1\n"


def test_recovery_leaves_what_was_edited_since(tmp_path: Path) -> None:
    root = tmp_path / "place" / "out"
    interrupted(root)
    (root / "models" / "a.py").write_text("mine = 1\n")
    assert recover(root) == COMPLETED
    assert (root / "models" / "a.py").read_text() == "mine = 1\n"
    assert kinds(check_files(NEW, root))["models/a.py"] == "edited"


def test_writing_recovers_first_and_says_so(tmp_path: Path) -> None:
    root = tmp_path / "place" / "out"
    interrupted(root)
    written = write_files(NEW, root)
    assert written.recovered == COMPLETED
    assert set(kinds(written.changes).values()) == {"unchanged"}


def test_torn_new_file_is_not_used(tmp_path: Path) -> None:
    root = tmp_path / "place" / "out"
    old, _ = outcomes(root, SCENARIOS["next"])
    interrupted(root)
    (staging,) = root.parent.glob(".specpress-*-*")
    for staged in (staging / "new").iterdir():
        staged.write_bytes(b"")
    (root / "same.py").write_text("mine = 1\n")
    (root / "models" / "a.py").write_text("mine = 2\n")
    assert recover(root) == UNDONE
    mine = {"same.py": b"mine = 1\n", "models/a.py": b"mine = 2\n"}
    assert tree(root) == {**(old or {}), **mine}


@pytest.mark.parametrize(
    "journal",
    [
        '{"steps": [["../outside.py", null, "HASH"]], "created": [], "emptied": []}',
        '{"steps": [], "created": ["../made"], "emptied": []}',
        '{"steps": [], "created": [], "emptied": ["../empty"]}',
        '{"steps": [["a.py", null]], "created": [], "emptied": []}',
        '{"created": [], "emptied": []}',
        "[]",
        "{",
    ],
)
def test_damaged_journal_is_not_followed(tmp_path: Path, journal: str) -> None:
    root = tmp_path / "place" / "out"
    interrupted(root)
    (staging,) = root.parent.glob(".specpress-*-*")
    digest = hashlib.sha256((staging / "new" / "1").read_bytes()).hexdigest()
    (staging / "new" / "0").write_bytes((staging / "new" / "1").read_bytes())
    (staging / "journal").write_text(journal.replace("HASH", digest))
    (root.parent / "empty").mkdir()
    (root.parent / lock_name(root)).unlink()
    before = tree(root.parent)
    with pytest.raises(WriteError, match=f"damaged; remove .*{staging.name}$"):
        recover(root)
    assert tree(root.parent) == before


def test_staging_of_others_is_not_trusted(tmp_path: Path) -> None:
    root = tmp_path / "place" / "out"
    interrupted(root)
    (staging,) = root.parent.glob(".specpress-*-*")
    staging.chmod(0o777)
    before = tree(root)
    assert recover(root) is None
    assert tree(root) == before
    assert staging.exists()


def test_staging_of_a_sibling_is_left_alone(tmp_path: Path) -> None:
    root = tmp_path / "place" / "out"
    interrupted(root)
    write_files(OLD, tmp_path / "place" / "other")
    assert len(list(root.parent.glob(".specpress-*-*"))) == 1


def test_disk_has_everything_before_it_counts(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new files and the journal are on the disk before the journal has its name."""
    settled: set[int] = set()
    seen: list[tuple[int, bool]] = []
    replace = os.replace

    def settle(descriptor: int) -> None:
        settled.add(os.fstat(descriptor).st_ino)

    def look(source: Path, target: Path) -> None:
        seen.append((os.lstat(source).st_ino, os.lstat(source).st_ino in settled))
        replace(source, target)
        if len(seen) == 1:
            new = source.parent / "new"
            assert new.stat().st_ino in settled
            assert all(path.stat().st_ino in settled for path in new.iterdir())
            settled.discard(source.parent.stat().st_ino)
        if len(seen) == 2:
            # The journal's own name came after, and that of the folder it is in.
            assert source.parents[1].stat().st_ino in settled
            assert source.parents[2].stat().st_ino in settled

    monkeypatch.setattr(os, "fsync", settle)
    monkeypatch.setattr(os, "replace", look)
    write_files(NEW, old)
    assert len(seen) == 5
    assert all(known for _, known in seen)


def test_manifest_is_written_last(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[str] = []
    replace, unlink = os.replace, os.unlink

    def replaced(source: Path, target: Path) -> None:
        if target.is_relative_to(old):
            touched.append(target.name)
        replace(source, target)

    def unlinked(path: Path) -> None:
        if path.is_relative_to(old):
            touched.append(path.name)
        unlink(path)

    monkeypatch.setattr(os, "replace", replaced)
    monkeypatch.setattr(os, "unlink", unlinked)
    write_files(client(changed_py="new = 1\n", zebra_py="z = 1\n"), old)
    assert touched == [
        "changed.py",
        "zebra.py",
        "c.py",
        "a.py",
        "b.py",
        "same.py",
        MANIFEST_PATH,
    ]


def test_staging_is_private(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    replace = os.replace

    def look(source: Path, target: Path) -> None:
        for staging in root.parent.glob(".specpress-*-*"):
            seen.append(stat.S_IMODE(staging.stat().st_mode))
        replace(source, target)

    monkeypatch.setattr(os, "replace", look)
    write_files(OLD, root)
    assert set(seen) == {0o700}


def test_output_on_a_disk_of_its_own_is_staged_inside(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, link = os.replace, os.link

    def across(source: Path, target: Path) -> None:
        inside = [Path(each).is_relative_to(old) for each in (source, target)]
        if inside[0] != inside[1]:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        replace(source, target)

    def linked(source: Path, target: Path, **keywords: bool) -> None:
        inside = [Path(each).is_relative_to(old) for each in (source, target)]
        if inside[0] != inside[1]:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        link(source, target, **keywords)

    monkeypatch.setattr(os, "replace", across)
    monkeypatch.setattr(os, "link", linked)
    write_files(NEW, old)
    assert (old / "changed.py").read_text() == "new = 1\n"
    assert not list(old.glob(".specpress-*"))
    assert beside(old) == ["out"]


def test_disk_without_hard_links_will_do(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*arguments: object, **keywords: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", denied)
    before = tree(old)
    replace = os.replace

    def fails_late(source: Path, target: Path) -> None:
        if target.name == MANIFEST_PATH and source.parent.name == "new":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(source), None, target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", fails_late)
    with pytest.raises(WriteError, match=r"out/specpress\.json: Input/output error$"):
        write_files(NEW, old)
    assert tree(old) == before
    monkeypatch.setattr(os, "replace", replace)
    write_files(NEW, old)
    assert (old / "changed.py").read_text() == "new = 1\n"


def test_read_only_parent_is_no_obstacle(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mkdir, access, os_open = os.mkdir, os.access, os.open

    def denied(path: object, *rest: int) -> None:
        if Path(str(path)).parent == old.parent:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        mkdir(str(path), *rest)

    def opened(path: object, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT and Path(str(path)).parent == old.parent:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return os_open(str(path), flags, mode)

    def allowed(path: Path, mode: int) -> bool:
        return path != old.parent and access(path, mode)

    monkeypatch.setattr(os, "mkdir", denied)
    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "access", allowed)
    write_files(NEW, old)
    assert (old / "changed.py").read_text() == "new = 1\n"
    assert not list(old.glob(".specpress-*"))


def test_read_only_output_that_is_up_to_date_is_no_error(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def allowed(path: Path, mode: int) -> bool:
        return False

    monkeypatch.setattr(os, "access", allowed)
    assert set(kinds(write_files(OLD, old).changes).values()) == {"unchanged"}
    with pytest.raises(WriteError, match="Permission denied"):
        write_files(NEW, old)


# Two runs at once


def test_run_that_waits_too_long_ends_with_a_message(old: Path) -> None:
    with locked(old.parent / lock_name(old), old, 0):
        before = tree(old)
        with pytest.raises(WriteError, match="another run is writing"):
            write_files(NEW, old, patience=0)
        assert tree(old) == before
    write_files(NEW, old, patience=0)
    assert beside(old) == ["out"]


def test_lock_of_a_dead_process_blocks_nobody(old: Path) -> None:
    (old.parent / lock_name(old)).write_bytes(b"")
    write_files(NEW, old, patience=0)
    assert beside(old) == ["out"]


def test_lock_on_a_file_without_a_name_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The holder may remove the file between our opening and our locking it."""
    path = tmp_path / "lock"
    named: list[bool] = []

    def lock_descriptor(descriptor: int) -> bool:
        if not named:
            path.unlink()
        named.append(path.exists())
        return True

    monkeypatch.setattr("specpress.write.lock._lock_descriptor", lock_descriptor)
    with locked(path, tmp_path, 60):
        assert path.exists()
    assert named == [False, True]


def test_many_runs_at_once_never_mix(root: Path) -> None:
    versions = [
        client(**{f"m{name}_py": f"x = {run}\n" for name in "abcdef"})
        for run in range(6)
    ]
    failures: list[BaseException] = []

    def run(files: list[SourceFile]) -> None:
        try:
            write_files(files, root, patience=60)
        except BaseException as error:
            failures.append(error)

    for _ in range(5):
        threads = [threading.Thread(target=run, args=(files,)) for files in versions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert tree(root) in [
            {file.path: file.text.encode() for file in files} for files in versions
        ]
    assert failures == []
    assert beside(root) == ["out"]
