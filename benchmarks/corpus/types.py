"""mypy and pyright, strict, over many clients at once: starting them is what costs.

In: rows. Out: the same rows with what was found.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpus.processes import run
from benchmarks.corpus.steps import Row, Workplace

_BATCH_LINES = 40_000
_SECONDS = 1800


def check_types(work: Workplace, rows: list[Row], skip: set[str]) -> None:
    """Fill in ``mypy`` and ``pyright`` of all rows that have a client."""
    for name, check in (("mypy", _mypy), ("pyright", _pyright)):
        if name in skip:
            continue
        missing: list[Row] = []
        for row in rows:
            if row.exit == 0:
                known = work.known(name, row.tree)
                setattr(row, name, known)
                if known is None:
                    missing.append(row)
        for batch in _batches(missing):
            found = check(work, batch)
            for row in batch:
                result = found.get(row.slug, [])
                setattr(row, name, result)
                if not any("did not finish" in each for each in result):
                    work.keep(name, row.tree, result)
            print(
                f"{name}: {', '.join(row.name for row in batch)}:"
                f" {sum(map(len, found.values()))} findings",
                file=sys.stderr,
                flush=True,
            )


def _batches(rows: list[Row]) -> Iterator[list[Row]]:
    """Small clients together, a large one by itself."""
    batch: list[Row] = []
    lines = 0
    for row in sorted(rows, key=lambda each: each.lines):
        # A runtime has some thousand lines as well.
        size = row.lines + 7_000
        if batch and lines + size > _BATCH_LINES * 4:
            yield batch
            batch, lines = [], 0
        batch.append(row)
        lines += size
    if batch:
        yield batch


def _mypy(work: Workplace, rows: list[Row]) -> dict[str, list[str]]:
    command = [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.11"]
    command += ["--config-file", "", "--no-error-summary", "--hide-error-context"]
    command += ["--cache-dir", str(work.folder / "mypy")]
    for row in rows:
        command += ["-p", row.slug]
    finished = run(command, seconds=_SECONDS, folder=work.packages)
    found: dict[str, list[str]] = {}
    for line in finished.output.splitlines():
        if ": note: " not in line:
            found.setdefault(_slug(line), []).append(line)
    if finished.status not in (0, 1):
        text = (finished.errors or finished.output).strip()[-300:]
        for row in rows:
            found.setdefault(row.slug, [f"mypy did not finish: {text}"])
    return found


def _pyright(work: Workplace, rows: list[Row]) -> dict[str, list[str]]:
    settings = work.folder / "pyright.json"
    settings.write_text(
        json.dumps(
            {
                "include": [f"packages/{row.slug}" for row in rows],
                "extraPaths": ["packages"],
                "pythonVersion": "3.11",
                "typeCheckingMode": "strict",
            }
        ),
        encoding="utf-8",
    )
    finished = run(
        [sys.executable, "-m", "pyright", "--outputjson", "-p", settings]
        + ["--pythonpath", sys.executable],
        seconds=_SECONDS,
        folder=work.folder,
        environment={"NODE_OPTIONS": "--max-old-space-size=8192"},
    )
    found: dict[str, list[str]] = {}
    try:
        answer = json.loads(finished.output)
    except ValueError:
        text = (finished.errors or finished.output).strip()[-300:]
        return {row.slug: [f"pyright did not finish: {text}"] for row in rows}
    for each in answer["generalDiagnostics"]:
        if each["severity"] not in ("error", "warning"):
            continue
        path = Path(each["file"])
        try:
            relative = path.relative_to(work.packages.resolve()).as_posix()
        except ValueError:
            relative = path.as_posix()
        line = each["range"]["start"]["line"] + 1
        rule = each.get("rule", "")
        text = re.sub(r"\s+", " ", each["message"])
        found.setdefault(_slug(relative), []).append(
            f"{relative}:{line}: {text} [{rule}]"
        )
    return found


def _slug(line: str) -> str:
    return re.split(r"[/\\.:]", line, maxsplit=1)[0]
