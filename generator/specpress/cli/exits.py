"""How the program ends: statuses, and the exceptions that carry one."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
DIFFERENT: Final = 1
WRONG: Final = 2
FAILED: Final = 3
BROKEN: Final = 70
INTERRUPTED: Final = 130
TERMINATED: Final = 143


class Refusal(Exception):
    """The run ends with ``status`` and these lines, which are for the user."""

    def __init__(self, status: int, *lines: str) -> None:
        super().__init__(*lines)
        self.status = status
        self.lines = lines


class Terminated(BaseException):
    """The system asked the program to end. Not an ``Exception``: like an interrupt
    from the keyboard it passes everything but what puts things in order."""
