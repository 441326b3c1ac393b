"""Run one command line, whatever happens.

In: its words. Out: the exit status; what went wrong is said in a few lines. A mistake
of this program is the only thing that has a traceback, and that goes to a file.
"""

from __future__ import annotations

import gc
import os
import platform
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, TypeAlias

import click

from specpress import __version__
from specpress.cli.commands import specpress
from specpress.cli.exits import (
    BROKEN,
    DONE,
    FAILED,
    INTERRUPTED,
    TERMINATED,
    WRONG,
    Refusal,
    Terminated,
)
from specpress.portable_path import shown

Handler: TypeAlias = (
    "Callable[[int, FrameType | None], Any] | int | signal.Handlers | None"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``arguments``, by default those of the process; return the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # A document becomes a great many objects, and hardly any of them is garbage.
    gc.set_threshold(50_000)
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe that cannot show a letter gets an escape instead.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    before = _on_termination()
    try:
        return _run(words)
    except KeyboardInterrupt:
        _say("specpress: interrupted")
        return INTERRUPTED
    except Terminated:
        _say("specpress: asked to end")
        return TERMINATED
    except BrokenPipeError:
        # Whoever read the output has enough. Python would complain on the way out.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last net
        _report(error, words)
        return BROKEN
    finally:
        if before is not None:
            with suppress(ValueError):
                signal.signal(signal.SIGTERM, before)


def _run(words: list[str]) -> int:
    try:
        # Not ``specpress.main``: it has its own ideas about interrupts and pipes.
        with specpress.make_context("specpress", words) as context:
            status = specpress.invoke(context)
        sys.stdout.flush()
    except Refusal as refusal:
        _say(*refusal.lines)
        return refusal.status
    except click.exceptions.NoArgsIsHelpError as error:
        _say(error.format_message())
        return WRONG
    except click.UsageError as error:
        usage = [error.ctx.get_usage()] if error.ctx is not None else []
        _say(*usage, f"specpress: error: {shown(error.format_message())}")
        return WRONG
    except click.ClickException as error:
        _say(f"specpress: error: {shown(error.format_message())}")
        return WRONG
    except click.exceptions.Exit as ending:
        sys.stdout.flush()
        return ending.exit_code
    return status if isinstance(status, int) else DONE


def _on_termination() -> Handler:
    """Make a request to end an exception, so that everything is put in order.

    Returns what was set before; None where that is not ours to change.
    """

    def end(number: int, frame: FrameType | None) -> None:
        raise Terminated

    try:
        return signal.signal(signal.SIGTERM, end)
    except ValueError:
        return None


def _say(*lines: str) -> None:
    with suppress(OSError, ValueError):
        for line in lines:
            print(line, file=sys.stderr)


def _report(error: Exception, words: list[str]) -> None:
    """Write what a maintainer needs to a new private file, and say where it is."""
    text = "\n".join(
        (
            f"specpress {__version__}",
            f"Python {platform.python_version()}, {platform.platform()}",
            f"arguments: {words!a}",
            "",
            *traceback.format_exception(error),
        )
    )
    place = ""
    with suppress(OSError):
        handle, place = tempfile.mkstemp(prefix="specpress-report-", suffix=".txt")
        with open(handle, "w", encoding="ascii", errors="backslashreplace") as stream:
            stream.write(text)
    _say(
        "specpress: this is a mistake of Specpress, not of the document "
        f"({type(error).__name__})",
        f"    help: a report with the details is in {place}" if place else "",
    )
