"""The same document gives the same bytes, whoever runs it, where and when.

Each child process generates many clients under a setting of its own: hash seed,
locale, time zone, umask, working folder, optimization, the order in which folders list
their files, and where the document lies. What it writes and what it says must be what
the first one wrote and said. The settings are chosen so that each pair of values is
tried together; ``COMPLETE=1`` tries many more. Other interpreters take part if they
are named in ``PYTHONS`` or found as ``python3.x``, and have what is needed.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
CASES = sorted((REPOSITORY / "tests" / "cases").glob("*/spec.yaml"))
COMPLETE = bool(os.environ.get("COMPLETE"))

Digests = dict[str, dict[str, str]]

VALUES: dict[str, tuple[str, ...]] = {
    "PYTHONHASHSEED": ("0", "1", "42", "4294967295"),
    "LC_ALL": ("C", "C.UTF-8", "tr_TR.UTF-8"),
    "TZ": ("UTC", "Asia/Jakarta", "Pacific/Apia"),
    "UMASK": ("022", "077", "000"),
    "FOLDER": ("beside", "elsewhere"),
    "LISTING": ("as it is", "reversed", "shuffled"),
    "PYTHONOPTIMIZE": ("", "2"),
    "PYTHONUTF8": ("0", "1"),
}

CHILD = r"""
import hashlib, json, os, random, sys
from pathlib import Path

os.umask(int(os.environ["UMASK"], 8))
listing = os.environ["LISTING"]
real = os.listdir, os.scandir


def order(entries):
    entries = sorted(entries, key=lambda e: getattr(e, "name", e))
    if listing == "reversed":
        entries.reverse()
    elif listing == "shuffled":
        random.Random(7).shuffle(entries)
    return entries


class Scanned:
    def __init__(self, path):
        with real[1](path) as entries:
            self.entries = iter(order(entries))
    def __iter__(self):
        return self.entries
    def __next__(self):
        return next(self.entries)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass
    def close(self):
        pass


if listing != "as it is":
    os.listdir = lambda path=".": order(real[0](path))
    os.scandir = lambda path=".": Scanned(path)

from specpress import pipeline
from specpress.messages import render_report
from specpress.options import ClientOptions, Job

pipeline.VALIDATED_UP_TO = -1
found = {}
for name in sys.argv[1:]:
    job = Job(document=Path(name), label="spec.yaml", client=ClientOptions())
    outcome = pipeline.make_client(job)
    said = "\n".join(render_report(outcome.report, outcome.documents, job.label))
    key = Path(name).parent.name
    found[key] = {"(messages)": said}
    for file in outcome.files:
        text = file.text
        for private in json.loads(os.environ["PRIVATE"]):
            if private in text:
                text = "holds " + private
        content = text.encode("utf-8")
        found[key][file.path] = hashlib.sha256(content).hexdigest()
    folder = Path(os.environ["OUTPUT"]) / key
    pipeline.write_client(outcome, folder)
    written = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    assert written == {f.path: f.text.encode("utf-8") for f in outcome.files}
print(json.dumps(found))
"""


def generated(folder: Path, setting: dict[str, str], python: str = "") -> Digests:
    """Return the digests of what a child writes under ``setting``."""
    documents = folder / "documents"
    for case in CASES:
        shutil.copytree(case.parent, documents / case.parent.name)
    names = [documents / case.parent.name / case.name for case in CASES]
    beside = setting["FOLDER"] == "beside"
    private = [str(folder), socket.gethostname() + ".", str(REPOSITORY)]
    environment = {
        **{name: value for name, value in setting.items() if value},
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(REPOSITORY / "generator"),
        "OUTPUT": str(folder / "output"),
        "PRIVATE": json.dumps(private),
    }
    completed = subprocess.run(
        [
            python or sys.executable,
            "-c",
            CHILD,
            *(str(n.relative_to(documents)) if beside else str(n) for n in names),
        ],
        cwd=documents if beside else "/",
        env=environment,
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr.decode("utf-8", "replace")
    digests: Digests = json.loads(completed.stdout)
    assert len(digests) == len(CASES)
    return digests


def pairwise() -> Iterator[dict[str, str]]:
    """Yield settings in which every two values of two axes meet; the first is the
    first value of each axis."""
    names = list(VALUES)
    missing = {
        ((a, x), (b, y))
        for a, b in itertools.combinations(names, 2)
        for x in VALUES[a]
        for y in VALUES[b]
    }
    chosen = tuple(values[0] for values in VALUES.values())
    while True:
        setting = dict(zip(names, chosen, strict=True))
        yield setting
        missing -= set(itertools.combinations(setting.items(), 2))
        if not missing:
            return
        chosen = max(
            itertools.product(*VALUES.values()),
            key=lambda values: len(
                missing.intersection(
                    itertools.combinations(zip(names, values, strict=True), 2)
                )
            ),
        )


SETTINGS = list(pairwise())
FEW = SETTINGS[1:4]
"""What is tried every time: their values differ on every axis."""
if COMPLETE:
    FEW = SETTINGS[1:] + [
        {**SETTINGS[n % len(SETTINGS)], "PYTHONHASHSEED": str(n)}
        for n in range(100, 116)
    ]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Digests:
    return generated(tmp_path_factory.mktemp("first"), SETTINGS[0])


def test_every_pair_of_values_meets() -> None:
    assert len(SETTINGS) < 30
    for a, b in itertools.combinations(VALUES, 2):
        met = {(setting[a], setting[b]) for setting in SETTINGS}
        assert met == set(itertools.product(VALUES[a], VALUES[b]))


@pytest.mark.parametrize("number", range(len(FEW)))
def test_the_same_bytes(number: int, expected: Digests, tmp_path: Path) -> None:
    found = generated(tmp_path, FEW[number])
    assert differences(expected, found) == []


def differences(one: Digests, other: Digests) -> list[str]:
    """Return which files of which clients are not the same."""
    return [
        f"{case}: {path}"
        for case in one
        for path in {**one[case], **other[case]}
        if one[case].get(path) != other[case].get(path)
    ]


def interpreters() -> list[str]:
    named = os.environ.get("PYTHONS", "").split(os.pathsep)
    found = [name for name in named if name]
    for minor in range(11, 16):
        python = shutil.which(f"python3.{minor}")
        if python and minor != sys.version_info.minor:
            found.append(python)
    return found


def has_dependencies(python: str) -> bool:
    """Tell whether ``python`` runs and has the formatter's very version."""
    completed = subprocess.run(
        [python, "-c", "import black, click, jinja2, yaml; print(black.__version__)"],
        capture_output=True,
        check=False,
    )
    return completed.stdout.decode().strip() == metadata.version("black")


@pytest.mark.parametrize("python", interpreters())
def test_other_versions_of_python(
    python: str, expected: Digests, tmp_path: Path
) -> None:
    if not has_dependencies(python):
        pytest.skip(f"{python} has no black of the same version, click, jinja2, yaml")
    assert differences(expected, generated(tmp_path, SETTINGS[1], python)) == []


def test_files_are_readable_by_their_owner_only_where_the_mask_says_so(
    tmp_path: Path,
) -> None:
    generated(tmp_path, {**SETTINGS[0], "UMASK": "077"})
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "output").rglob("*")}
    assert modes == {0}
