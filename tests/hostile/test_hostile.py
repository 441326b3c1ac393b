"""Nothing that a document says makes the generator, or a client, do what it should not.

A sample of the corpus, the same each time. ``COMPLETE=1``, or ``python -m
tests.hostile``, tries everything.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from specpress.parse import vocabulary
from tests.hostile.command import CAUGHT
from tests.hostile.corpus import Case, cases, sample, try_case
from tests.hostile.payloads import CALL
from tests.hostile.positions import seed_document, seeds
from tests.hostile.standard import standard
from tests.hostile.structures import structures, try_structure
from tests.hostile.workers import try_all

REPOSITORY = Path(__file__).resolve().parents[2]
COMPLETE = bool(os.environ.get("COMPLETE"))
HEADLINE = re.compile(r".+:\d+:\d+: (error|warning)\[[a-z0-9-]+\]: .+")

UNBOUNDED = frozenset(
    {
        "deep all of by reference",  # takes longer than ten seconds
        "deep lists by reference",  # Python recurses when it imports the client
        "deep unions by reference",  # typing recurses when it evaluates the types
    }
)
"""What is not in order yet; only complete runs try them."""


@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_the_seeds_reach_every_place_of_the_standard(version: str) -> None:
    reached: set[str] = set()
    for seed, its_version in seeds():
        if its_version == version:
            for labels in standard(version).walk(seed_document(seed, version)).values():
                reached |= labels
    known = standard(version).labels()
    assert len(known) > 150
    assert sorted(known - reached) == []


def test_the_seeds_have_every_key_of_ours() -> None:
    text = "".join(json.dumps(seed_document(*seed)) for seed in seeds())
    ours: set[str] = set()
    for kind in vars(vocabulary).values():
        if isinstance(kind, vocabulary.Kind):
            ours |= kind.extensions
    assert len(ours) > 12
    assert sorted(key for key in ours if f'"{key}"' not in text) == []


def test_payloads() -> None:
    chosen = list(cases()) if COMPLETE else sample(1_050)
    tried = 0
    failures: list[str] = []
    for case, verdict in try_all(chosen, try_case):
        tried += 1
        failures += [f"{case.name}: {finding}" for finding in verdict.findings]
    assert tried == len(chosen)
    assert not failures, "\n".join(failures[:50])


def test_forms() -> None:
    chosen = [s for s in structures() if COMPLETE or s.name not in UNBOUNDED]
    failures: list[str] = []
    for structure, verdict in try_all(chosen, try_structure):
        failures += [f"{structure.name}: {finding}" for finding in verdict.findings]
    assert not failures, "\n".join(failures)


# --- The command ---------------------------------------------------------------------


@dataclass
class Ran:
    status: int
    stderr: str
    stdout: str


def run(folder: Path, *arguments: str) -> Ran:
    completed = subprocess.run(
        [sys.executable, "-m", "tests.hostile.command", str(folder), *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(
                [str(REPOSITORY / "generator"), str(REPOSITORY)]
            ),
        },
        capture_output=True,
        timeout=120,
        check=False,
    )
    stderr = completed.stderr.decode("utf-8")
    assert completed.returncode != CAUGHT, stderr
    assert "Traceback" not in stderr
    for line in (stderr + completed.stdout.decode("utf-8")).splitlines():
        assert line.isprintable(), line
    return Ran(completed.returncode, stderr, completed.stdout.decode("utf-8"))


COMMANDED = [
    case
    for case in sample(1_050)[::60]
    if case.payload.kind in ("code", "line end", "shown", "path")
]


@pytest.mark.parametrize("case", COMMANDED, ids=lambda case: case.name)
def test_the_command(tmp_path: Path, case: Case) -> None:
    document = tmp_path / "document.json"
    document.write_bytes(case.text().encode("utf-8", "surrogatepass"))
    before = document.read_bytes()
    ran = run(tmp_path, "generate", "document.json", "-o", "client")
    assert ran.status in (0, 2), ran.stderr
    assert document.read_bytes() == before
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {"document.json"} | ({"client"} if ran.status == 0 else set())
    if ran.status == 2:
        first = [line for line in ran.stderr.splitlines() if line[:1].strip()]
        assert first and HEADLINE.fullmatch(first[0]), ran.stderr
        assert "    at " in ran.stderr


NAMES = [
    f"a\n{CALL} #.json",
    f"a\r{CALL}.json",
    '"""' + CALL + '""".json',
    "# -*- coding: utf-7 -*-.json",
    "{{ 1 + 1 }}{% raw %}.json",
    "\u202egnp.json",
    "\x1b[2J.json",
    "-o.json",
    "a\udc80b.json",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_the_name_of_the_document(tmp_path: Path, name: str) -> None:
    document = tmp_path / name
    document.write_text(json.dumps(seed_document("information", "3.1")))
    ran = run(tmp_path, "generate", "-o", "client", "--", str(document))
    assert ran.status == 0, ran.stderr
    for path in (tmp_path / "client").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "_runtime" not in path.parts:
            assert text.startswith("# Generated by Specpress from ")
            first, second = text.splitlines()[:2]
            assert not re.search("coding[:=]", first + second)
    imported = subprocess.run(
        [sys.executable, "-c", f"{CALL[:-2]} = lambda: 1 / 0\nimport client.client"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert imported.returncode == 0, imported.stderr.decode()


@pytest.mark.parametrize(
    "output", [".", "..", "/", "document.json", "document.json/x", "\x1b[2J"]
)
def test_the_output_folder(tmp_path: Path, output: str) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    document = folder / "document.json"
    document.write_text(json.dumps(seed_document("information", "3.1")))
    before = document.read_bytes()
    ran = run(folder, "generate", "document.json", "-o", output)
    assert ran.status in (0, 2, 3), ran.stderr
    assert document.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    if ran.status:
        assert [path.name for path in folder.iterdir()] == ["document.json"]
