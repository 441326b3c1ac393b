"""``benchmarks/faults.py`` in small: a row of each group, and that it finds something."""

from __future__ import annotations

import dataclasses
import logging
import shutil
from pathlib import Path

import pytest

from benchmarks import faults
from benchmarks.fault_rows import Expected, Row, decisions, rows

SOME = (
    "close_before_response",
    "half_a_body",
    "cut_gzip",
    "nan",
    "redirect_loop",
    "good",
    "tls_other_host",
    "proxy_wants_a_password",
    "endless_continues",
    "status-503-brotli",
    "status-429-json",
    "two_answers_at_once",
    "no_content_with_body_kept_open",
    "to_another_origin",
    "from_https_to_http",
    "http2_good_then_goaway",
    "http2_reset_in_body",
)

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="certificates are made by openssl"
)


def chosen() -> list[Row]:
    return [row for row in rows() if row.name in SOME]


def test_decisions_are_those_of_the_documentation() -> None:
    found = decisions()
    assert found["503"] == {
        "GET": True,
        "stream": True,
        "POST with a key": True,
        "POST without": False,
    }
    assert set(found["not sent"].values()) == {True}
    assert set(found["400"].values()) == {False}


@needs_openssl
def test_matrix(tmp_path: Path) -> None:
    some = chosen()
    assert sorted(row.name for row in some) == sorted(SOME)
    matrix = faults.run(some, tmp_path)
    assert len(matrix) == sum(len(row.kinds) * 2 for row in some)
    wrong = {place: cell.wrong for place, cell in matrix.items() if cell.wrong}
    assert wrong == {}
    text = "\n".join(faults.describe(some, matrix))
    assert "of which 0 are not as documented" in text
    assert "| 503 (brotli) | `ServerError` answered ×2 |" in text


@needs_openssl
def test_matrix_finds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = next(row for row in rows() if row.name == "good")
    expected = {"GET": Expected(("NotFoundError",), "answered", (2,))}
    row = dataclasses.replace(good, expected=expected)
    matrix = faults.run([row], tmp_path)
    assert matrix["good", "GET", "sync"].wrong == [
        "ended in Label, not NotFoundError",
        "sent is None, not answered",
        "1 attempts, not (2,)",
    ]
    text = "\n".join(faults.describe([row], matrix))
    assert "of which 2 are not as documented" in text
    assert "good, GET, async: ended in Label" in capsys.readouterr().err


def test_secrets_are_recognised() -> None:
    with faults.watching() as seen:
        logging.getLogger("any").debug("key=%s", faults.CANARY)
        assert seen.problems() == ["a log shows a secret"]
        seen.clear()
        assert seen.problems() == []
