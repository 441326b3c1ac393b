"""``benchmarks/soak.py``, in small: it finds nothing, and it would find something."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import soak
from benchmarks.soak_server import fault_of

CALLS = 2_000


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="memory is read from /proc"
)
def test_soak() -> None:
    result = soak.soak(CALLS, rounds=8, read=1.0)
    soak.check_memory(result.windows)
    assert sum(result.endings.values()) == CALLS
    assert set(soak.ENDINGS.values()) == result.endings.keys()
    assert result.server["keys"] == CALLS * 3 // 4
    text = "\n".join(soak.describe(CALLS, result))
    assert "| threads 1 | 125 |" in text


def test_one_attempt_in_twenty_meets_a_fault() -> None:
    letters = [fault_of(number, 0) for number in range(20_000)]
    assert 0.04 < 1 - letters.count("g") / len(letters) < 0.06
    assert set(letters) == set(soak.ENDINGS)


def finished() -> soak.Outcomes:
    """Four calls, one of which needed a second attempt."""
    outcomes = soak.Outcomes(4)
    for number in range(4):
        outcomes.note(number, 2 if number == 1 else 1, "result")
    return outcomes


def told() -> dict[str, object]:
    return {
        "calls": {"0": "g", "1": "5g", "2": "g", "3": "l"},
        "requests": 5,
        "keys": 3,
        "keys_changed": 0,
        "keys_shared": 0,
        "open": 0,
    }


def test_account() -> None:
    assert soak.account(finished(), told()) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"calls": {}}, "call 0: result after 1 attempts, got ''"),
        ({"calls": {"0": "5", "1": "5g", "2": "g", "3": "g"}}, "call 0: result after"),
        ({"calls": {"0": "g", "1": "g", "2": "g", "3": "g"}}, "call 1: result after 2"),
        ({"requests": 6}, "requests were not counted"),
        ({"keys": 2}, "a POST had no key"),
        ({"keys_changed": 1}, "another key"),
        ({"keys_shared": 1}, "two calls"),
        ({"open": 1}, "left open"),
    ],
)
def test_account_finds(change: dict[str, object], message: str) -> None:
    with pytest.raises(soak.Wrong, match=message.replace("'", ".")):
        soak.account(finished(), told() | change)


def test_account_finds_calls_that_never_ended() -> None:
    outcomes = soak.Outcomes(4)
    with pytest.raises(soak.Wrong, match="call 0: .none. after 0 attempts"):
        soak.account(outcomes, told())


def test_check_memory_finds_growth() -> None:
    windows = [
        soak.Window(kind, 1, 1.0, 40.0 + each, 30_000, 20, 0)
        for kind in ("threads", "tasks")
        for each in range(0, 40, 5)
    ]
    with pytest.raises(soak.Wrong, match="threads: 5.0 MB more"):
        soak.check_memory(windows)
