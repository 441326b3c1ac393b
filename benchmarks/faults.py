"""The whole matrix of faults: each with both clients, as GET, POST with an idempotency
key, POST without, and a streamed answer.

    python benchmarks/faults.py [--only NAME] [--write docs/evidence/faults.md]

Every cell has to end as documented, after as many attempts as documented, within its
time; with no connection busy, no task left over, and the secrets of the call in no
message, traceback, pickle or line of a log.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import faulthandler
import gc
import importlib.metadata
import logging
import pickle
import platform
import secrets
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "runtime")]

from client_package import Kit, Mode, build, busy_connections

from benchmarks.fault_rows import (
    CANARY_PLACE,
    OTHER_ID,
    Row,
    Servers,
    rows,
    running,
)

MODES: tuple[Mode, ...] = ("sync", "async")
TOTAL = 2.0
PHASE = 0.5
SLACK = 1.0
"""How much later than its total time a call may end."""

CANARY = secrets.token_hex(12)
SHOWN_AS = (CANARY, base64.b64encode(f"user:{CANARY}".encode()).decode())


@dataclass
class Cell:
    """What became of a call."""

    ending: str
    sent: str | None
    attempts: int
    seconds: float
    wrong: list[str] = field(default_factory=list[str])

    @property
    def text(self) -> str:
        parts = [f"`{self.ending}`", self.sent or "", f"×{self.attempts}"]
        return " ".join(filter(None, parts))


# --- One cell ------------------------------------------------------------------------


class Call:
    """A cell about to be run."""

    def __init__(self, kit: Kit, row: Row, kind: str, servers: Servers) -> None:
        self.kit = kit
        self.row = row
        self.kind = kind
        method = "GET" if kind in ("GET", "stream") else "POST"
        self.url, _, name = row.url(servers).partition("/fault/")
        self.operation = kit.operation(
            method, "/fault/{name}", idempotent=kind == "POST with a key"
        )
        self.arguments: dict[str, Any] = {"path": {"name": name or "x"}}
        if method == "POST":
            self.arguments["body"] = {"name": "VIP"}
        self.redirects: Any = kit.package.module("_runtime.redirects")
        self.attempts = 0
        self._options = row.options(servers)

    def open(self, mode: Mode) -> Any:
        kit = self.kit

        class Hasty(kit.retries.Clock):  # type: ignore[misc,name-defined]
            def random(self) -> float:
                return 0.0

        def count(request: object, attempt: int) -> None:
            self.attempts = attempt

        options: dict[str, Any] = {
            "timeout": kit.http.Timeout(TOTAL, PHASE, PHASE, PHASE, PHASE),
            "max_retries": 1,
            "max_response_bytes": 1_000_000,
            "trust_env": False,
            "clock": Hasty(),
            "hooks": kit.options.Hooks(request=count),
            "credentials": {
                "bearer": kit.credentials.bearer(CANARY),
                "query": kit.api_key("query", "key", CANARY),
                "cookie": kit.api_key("cookie", "key", CANARY),
                "basic": kit.api_key("header", "X-Key", CANARY),
            },
        }
        for name, value in self._options.items():
            is_text = isinstance(value, str)
            options[name] = value.replace(CANARY_PLACE, CANARY) if is_text else value
        security = (("bearer", "query", "cookie", "basic"),)
        return kit.open(mode, self.url, kit.api(security=security), **options)

    def run(self, client: Any) -> str:
        if self.row.is_download:
            fetch = self.redirects.redirect_content
            return named(fetch(client, self.operation, **self.arguments))
        if self.kind != "stream":
            return named(client.call(self.operation, **self.arguments))
        opened = client.streaming(client.call)(self.operation, **self.arguments)
        with opened as response:
            for _ in response.iter_bytes():
                pass
        return "bytes"

    async def run_async(self, client: Any) -> str:
        if self.row.is_download:
            fetch = self.redirects.async_redirect_content
            return named(await fetch(client, self.operation, **self.arguments))
        if self.kind != "stream":
            return named(await client.call(self.operation, **self.arguments))
        opened = client.streaming(client.call)(self.operation, **self.arguments)
        async with opened as response:
            async for _ in response.iter_bytes():
                pass
        return "bytes"


def named(result: Any) -> str:
    """What to call a result."""
    if isinstance(result, bytes):
        return "a secret at another origin" if is_shown(result.decode()) else "bytes"
    if result.id == OTHER_ID.decode():
        return "an answer to no call"
    return type(result).__name__


def run_cell(
    kit: Kit, row: Row, kind: str, mode: Mode, servers: Servers, seen: Seen
) -> Cell:
    call = Call(kit, row, kind, servers)
    wrong: list[str] = []
    seen.clear()
    error: Exception | None = None
    ending = ""
    start = time.monotonic()

    async def main() -> None:
        nonlocal ending, error, start
        async with call.open(mode) as client:
            for _ in range(row.calls):
                start = time.monotonic()
                try:
                    ending, error = await call.run_async(client), None
                except Exception as raised:  # noqa: BLE001
                    error = raised
            seconds.append(time.monotonic() - start)
            if busy := busy_connections(client):
                wrong.append(f"{busy} connections are busy")
        if left := len(asyncio.all_tasks()) - 1:
            wrong.append(f"{left} tasks were left over")

    seconds: list[float] = []
    if mode == "async":
        asyncio.run(main())
    else:
        with call.open(mode) as client:
            for _ in range(row.calls):
                start = time.monotonic()
                try:
                    ending, error = call.run(client), None
                except Exception as raised:  # noqa: BLE001
                    error = raised
            seconds.append(time.monotonic() - start)
            if busy := busy_connections(client):
                wrong.append(f"{busy} connections are busy")
    sent = getattr(error, "sent", None)
    if error is not None:
        ending = type(error).__name__
        wrong += check_error(kit, error, call)
    gc.collect()
    wrong += seen.problems()
    cell = Cell(ending, sent, call.attempts, seconds[0], wrong)
    wrong += compare(row, kind, cell)
    return cell


def compare(row: Row, kind: str, cell: Cell) -> Iterator[str]:
    expected = row.expected[kind]
    if cell.ending not in expected.endings:
        yield f"ended in {cell.ending}, not {' or '.join(expected.endings)}"
    if expected.sent is not None and cell.sent != expected.sent:
        yield f"sent is {cell.sent}, not {expected.sent}"
    if cell.attempts not in expected.attempts:
        yield f"{cell.attempts} attempts, not {expected.attempts}"
    if cell.seconds > TOTAL + SLACK:
        yield f"took {cell.seconds:.1f} seconds"


def check_error(kit: Kit, error: Exception, call: Call) -> Iterator[str]:
    """What holds for every error."""
    if not isinstance(error, kit.errors.SampleError):
        yield "an exception of somebody else"
        return
    found: Any = error
    if found.attempts != call.attempts:
        yield f"tells of {found.attempts} attempts of {call.attempts}"
    copy = pickle.loads(pickle.dumps(error))
    if (type(copy), str(copy)) != (type(error), str(error)):
        yield "is another after pickling"
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    places = {
        "message": str(error) + repr(error),
        "attributes": repr(vars(error)),
        "traceback": "".join(shown.format()),
        "pickle": pickle.dumps(error).decode("latin-1"),
    }
    for place, text in places.items():
        if is_shown(text):
            yield f"its {place} shows a secret"


def is_shown(text: str) -> bool:
    return any(each in text for each in SHOWN_AS)


class Seen(logging.Handler):
    """What a program would see besides the error: logs, warnings, and what went wrong
    where nobody can catch it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._lines: list[str] = []
        self._lost: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        self._lines.append(text)
        if record.name == "asyncio" and record.levelno >= logging.WARNING:
            self._lost.append(text)

    def lose(self, unraisable: Any) -> None:
        self._lost.append(repr(unraisable.exc_value))

    def clear(self) -> None:
        self._lines.clear()
        self._lost.clear()

    def problems(self) -> list[str]:
        shows = any(is_shown(line) for line in self._lines)
        return [*self._lost, *(["a log shows a secret"] if shows else [])]


@contextmanager
def watching() -> Generator[Seen]:
    seen = Seen()
    root = logging.getLogger()
    level, hook = root.level, sys.unraisablehook
    root.addHandler(seen)
    root.setLevel(logging.DEBUG)
    sys.unraisablehook = seen.lose
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ResourceWarning)
            yield seen
    finally:
        root.removeHandler(seen)
        root.setLevel(level)
        sys.unraisablehook = hook


# --- All of them ---------------------------------------------------------------------

Matrix = dict[tuple[str, str, Mode], Cell]


def run(chosen: Sequence[Row], folder: Path, watchdog: float | None = None) -> Matrix:
    package = build(folder, "faults_matrix")
    kit = Kit(package)
    matrix: Matrix = {}
    try:
        with running(folder) as servers, watching() as seen:
            for row in chosen:
                for kind in row.kinds:
                    for mode in MODES:
                        if watchdog is not None:
                            faulthandler.dump_traceback_later(watchdog, exit=True)
                        cell = run_cell(kit, row, kind, mode, servers, seen)
                        matrix[row.name, kind, mode] = cell
                        for each in cell.wrong:
                            place = f"{row.name}, {kind}, {mode}"
                            print(f"{place}: {each}", file=sys.stderr, flush=True)
            faulthandler.cancel_dump_traceback_later()
    finally:
        package.forget()
    return matrix


def describe(chosen: Sequence[Row], matrix: Matrix) -> Iterator[str]:
    wrong = sum(bool(cell.wrong) for cell in matrix.values())
    late = max(cell.seconds - TOTAL for cell in matrix.values())
    yield "# Faults"
    yield ""
    yield (
        f"{len(chosen)} faults, each with both clients and as four kinds of call "
        f"(downloads as one): {len(matrix)} cells, of which {wrong} are not as documented. Written by "
        f"`python benchmarks/faults.py` with Python {platform.python_version()} and "
        f"httpx2 {importlib.metadata.version('httpx2')}."
    )
    yield ""
    yield (
        "A cell is how the call ended, what the error tells in `sent`, and the number "
        f"of attempts, of which {TOTAL:g} seconds in all allow two; a phase takes at "
        f"most {PHASE:g}. The one that ended last did so {late:.2f} seconds after its "
        "time. Which outcomes are tried again is read out of the table in "
        "[runtime.md](../runtime.md#attempts). Where the two clients differ, within "
        "what is documented, both are shown."
    )
    if not wrong:
        yield ""
        yield (
            "No cell left a connection busy or a task, or showed one of its secrets in "
            "a message, traceback, pickle or log."
        )
    group = ""
    for label, each in merged(chosen, matrix):
        if each.group != group:
            group = each.group
            yield ""
            yield f"## {group}"
            yield ""
            yield f"| fault | {' | '.join(each.kinds)} |"
            yield "|---|" + "---|" * len(each.kinds)
        yield f"| {label} | {' | '.join(texts(each, matrix))} |"


def texts(row: Row, matrix: Matrix) -> list[str]:
    found: list[str] = []
    for kind in row.kinds:
        cells = [matrix[row.name, kind, mode] for mode in MODES]
        shown = dict.fromkeys(
            cell.text + (" **not as documented**" if cell.wrong else "")
            for cell in cells
        )
        found.append(" / ".join(shown))
    return found


def merged(chosen: Sequence[Row], matrix: Matrix) -> Iterator[tuple[str, Row]]:
    """Statuses whose bodies make no difference are one line."""
    by_status: dict[str, list[Row]] = {}
    for row in chosen:
        if not row.name.startswith("status-"):
            yield row.name.replace("_", " "), row
            continue
        by_status.setdefault(row.name.split("-")[1], []).append(row)
    for status, found in by_status.items():
        groups: dict[str, list[Row]] = {}
        for row in found:
            groups.setdefault(repr(texts(row, matrix)), []).append(row)
        for same in groups.values():
            shapes = ", ".join(row.name.split("-")[2] for row in same)
            yield f"{status} ({shapes})", same[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="rows whose name holds this")
    parser.add_argument("--write", type=Path, help="file for the tables")
    arguments = parser.parse_args()
    chosen = [row for row in rows() if (arguments.only or "") in row.name]
    with tempfile.TemporaryDirectory() as folder:
        matrix = run(chosen, Path(folder), watchdog=60.0)
    text = "\n".join(describe(chosen, matrix)) + "\n"
    print(text)
    if arguments.write is not None:
        arguments.write.parent.mkdir(parents=True, exist_ok=True)
        arguments.write.write_text(text, encoding="utf-8")
    return int(any(cell.wrong for cell in matrix.values()))


if __name__ == "__main__":
    sys.exit(main())
