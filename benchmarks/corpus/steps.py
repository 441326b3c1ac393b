"""What is done with one document, and what comes of it.

In: a document and a folder to work in. Out: a :class:`Row`, kept on disk by the digest
of everything it depends on.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.corpus.documents import Document, source_digest
from benchmarks.corpus.processes import run

REPOSITORY = Path(__file__).resolve().parents[2]
_MAIN = "import sys; from specpress.cli import main; sys.exit(main())"
_LOCATED = re.compile(r"^.+?:\d+:\d+: error\[[\w-]+\]: .+", re.MULTILINE)
_MARKS = re.compile(r"^# (?:fmt: off|isort: ?skip_file|ruff: noqa.*)\n", re.MULTILINE)
_OPERATION = re.compile(r"/paths/[^/]+/[a-z]+$")


@dataclass
class Row:
    """What is known of one document. Lists hold findings; an empty one is good."""

    name: str
    slug: str
    version: str
    valid: bool | None = None
    exit: int | None = None
    message: str = ""
    """Of a document that was refused: the first line."""
    is_located: bool = False
    operations: int = 0
    lines: int = 0
    warnings: int = 0
    degraded: int = 0
    skipped: list[str] = field(default_factory=list[str])
    """Operations."""
    skipped_other: int = 0
    cpu_seconds: float = 0.0
    peak_megabytes: float = 0.0
    tree: str = ""
    """Digest of the generated files."""
    same: list[str] = field(default_factory=list[str])
    ruff: list[str] = field(default_factory=list[str])
    black: list[str] = field(default_factory=list[str])
    imports: list[str] = field(default_factory=list[str])
    hints: list[str] = field(default_factory=list[str])
    calls: list[list[str]] = field(default_factory=list[list[str]])
    unjudged: list[list[str]] = field(default_factory=list[list[str]])
    """Calls for which the document allows no value that the judge could find."""
    mypy: list[str] | None = None
    pyright: list[str] | None = None

    @property
    def is_refused(self) -> bool:
        return self.exit != 0


class Workplace:
    """The folder that clients and results are kept in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.packages = folder / "packages"
        self.results = folder / "results"
        for each in (self.packages, self.results):
            each.mkdir(parents=True, exist_ok=True)
        self.generator = source_digest(
            REPOSITORY / "generator", REPOSITORY / "templates"
        )
        self.judge = source_digest(
            REPOSITORY / "tests" / "judge", REPOSITORY / "benchmarks" / "corpus"
        )

    def known(self, kind: str, key: str) -> Any:
        path = self.results / f"{kind}-{key[:40]}.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def keep(self, kind: str, key: str, value: Any) -> None:
        path = self.results / f"{kind}-{key[:40]}.json"
        path.write_text(json.dumps(value), encoding="utf-8")

    def process(self, document: Document, skip: set[str]) -> Row:
        """Do everything but the type checks with ``document``."""
        row = self._generated(document)
        row.valid = self._is_valid(document)
        if row.exit == 0:
            if "lint" not in skip:
                self._lint(row)
            if "calls" not in skip:
                self._exercise(document, row)
        return row

    # --- Generating ------------------------------------------------------------------

    def _generated(self, document: Document) -> Row:
        key = _key(document.slug, document.digest, self.generator)
        known = self.known("generated", key)
        folder = self.packages / document.slug
        if known is not None and (known["exit"] != 0 or _tree(folder) == known["tree"]):
            return Row(**known)
        row = Row(document.name, document.slug, document.version)
        second = self.folder / "second" / document.slug
        for seed, output in (("0", folder), ("1", second)):
            shutil.rmtree(output, ignore_errors=True)
            command = [sys.executable, "-c", _MAIN, "generate", document.path]
            command += ["--output", output]
            if document.references is not None:
                command += ["--allow-reference", document.references]
            finished = run(
                command,
                seconds=600,
                folder=self.folder,
                environment={
                    "PYTHONHASHSEED": seed,
                    "PYTHONPATH": str(REPOSITORY / "generator"),
                },
            )
            if output is folder:
                row.exit = finished.status
                row.cpu_seconds = round(finished.cpu_seconds, 1)
                row.peak_megabytes = round(finished.peak_megabytes)
                row.warnings = finished.errors.count(": warning[")
                if finished.status != 0:
                    text = finished.errors.strip() or finished.output.strip()
                    located = _LOCATED.search(text)
                    row.is_located = located is not None
                    lines = text.splitlines() or ["no message"]
                    row.message = located[0] if located else lines[-1]
                    self.keep("generated", key, asdict(row))
                    return row
            elif finished.status != 0:
                row.same.append(f"the second run ended with {finished.status}")
        if not row.same:
            row.same = _different(folder, second)
        shutil.rmtree(second, ignore_errors=True)
        self._read_manifest(folder, row)
        self.keep("generated", key, asdict(row))
        return row

    def _read_manifest(self, folder: Path, row: Row) -> None:
        manifest = json.loads((folder / "specpress.json").read_text("utf-8"))
        coverage = manifest["coverage"]
        row.degraded = len(coverage["degraded"])
        row.skipped = [
            f"{each['pointer']}: {each['reason']}"
            for each in coverage["skipped"]
            if _OPERATION.search(each["pointer"])
        ]
        row.skipped_other = len(coverage["skipped"]) - len(row.skipped)
        row.operations = len(manifest["operations"])
        row.lines = sum(
            path.read_bytes().count(b"\n")
            for path in folder.rglob("*.py")
            if "_runtime" not in path.parts
        )
        row.tree = _tree(folder)

    def _is_valid(self, document: Document) -> bool | None:
        """What openapi-spec-validator says."""
        key = _key(document.digest, document.name)
        known = self.known("valid", key)
        if known is None:
            command = [sys.executable, "-m", "openapi_spec_validator", document.path]
            finished = run(command, seconds=300)
            known = {"valid": finished.status == 0 if finished.status >= 0 else None}
            self.keep("valid", key, known)
        result: bool | None = known["valid"]
        return result

    # --- Reading and calling ---------------------------------------------------------

    def _lint(self, row: Row) -> None:
        key = _key(row.slug, row.tree, self.judge)
        known = self.known("lint", key)
        if known is None:
            # The marks that keep a host's tools off are to keep nothing off here.
            folder = self.folder / "unmarked" / row.slug
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(
                self.packages / row.slug,
                folder,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
            for path in folder.rglob("*.py"):
                text = path.read_text("utf-8")
                path.write_text(_MARKS.sub("", text), encoding="utf-8")
            options = ["--no-cache", "--isolated", "--output-format", "concise"]
            ruff = run(
                [sys.executable, "-m", "ruff", "check", *options]
                + ["--extend-select", "I", "--target-version", "py311", folder],
                seconds=120,
                folder=self.packages,
            )
            black = run(
                [sys.executable, "-m", "black", "--check", "-q"]
                + ["--config", os.devnull, "-t", "py311", folder],
                seconds=600,
                folder=self.packages,
            )
            known = {
                "ruff": [
                    line
                    for line in ruff.output.splitlines()
                    if ruff.status != 0 and ":" in line
                ],
                "black": [] if black.status == 0 else [black.errors or "would change"],
            }
            shutil.rmtree(folder)
            self.keep("lint", key, known)
        row.ruff, row.black = known["ruff"], known["black"]

    def _exercise(self, document: Document, row: Row) -> None:
        key = _key(row.slug, row.tree, document.digest, self.judge)
        known = self.known("exercise", key)
        if known is None:
            finished = run(
                [sys.executable, "-m", "benchmarks.corpus.exercise"]
                + [self.packages / row.slug, document.path],
                seconds=900,
                folder=REPOSITORY,
                environment={"PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}"},
            )
            try:
                known = json.loads(finished.output.splitlines()[-1])
            except (IndexError, ValueError):
                lines = finished.errors.strip().splitlines() or ["no output"]
                reason = f"ended with {finished.status}: {lines[-1]}"
                known = {"imports": [reason], "hints": [], "calls": [], "operations": 0}
            self.keep("exercise", key, known)
        row.imports, row.hints = known["imports"], known["hints"]
        row.calls = [each for each in known["calls"] if each[1] != "judge"]
        row.unjudged = [each for each in known["calls"] if each[1] == "judge"]
        row.operations = known["operations"] or row.operations


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _tree(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            relative = path.relative_to(folder).as_posix()
            digest.update(relative.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _different(one: Path, other: Path) -> list[str]:
    names = sorted(
        {
            path.relative_to(folder).as_posix()
            for folder in (one, other)
            for path in folder.rglob("*")
            if path.is_file()
        }
    )
    return [
        name
        for name in names
        if not (one / name).exists()
        or not (other / name).exists()
        or (one / name).read_bytes() != (other / name).read_bytes()
    ]
