"""docs/mapping.md and the golden cases name each other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES = {path.name for path in (ROOT / "tests" / "cases").iterdir() if path.is_dir()}
PAGE = (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8")


def _named() -> list[str]:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    last = [row.rstrip("| ").rpartition("|")[2].strip() for row in rows]
    return [cell.strip("`") for cell in last if re.fullmatch(r"`[a-z0-9-]+`", cell)]


def test_every_row_names_a_case_that_exists() -> None:
    rows = [
        line
        for line in PAGE.splitlines()
        if line.startswith("| ") and not line.startswith("| the document says")
    ]
    assert len(_named()) == len(rows)
    assert set(_named()) <= CASES


def test_every_case_is_named() -> None:
    assert CASES - set(_named()) == set()
