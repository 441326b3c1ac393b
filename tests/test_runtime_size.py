"""``docs/evidence/runtime-size.md`` says what is there now."""

from __future__ import annotations

from pathlib import Path

from benchmarks.runtime_size import code_lines, describe

DOCUMENTED = Path(__file__).resolve().parents[1] / "docs/evidence/runtime-size.md"


def test_lines_of_code() -> None:
    text = """
# No.
'''No,
no.'''

import os  # yes


def yes(
    yes: int = 0,

) -> str:
    "No."
    return '''Yes,
yes.'''
"""
    assert code_lines(text) == 6


def test_what_is_documented_is_what_is_made() -> None:
    """``make goldens`` writes it again."""
    assert DOCUMENTED.read_text(encoding="utf-8").splitlines() == describe()
