"""Many calls of the Kirim client at once, against a server that answers one request in
twenty wrongly: every call is accounted for, and nothing grows.

    python benchmarks/soak.py [--calls 100000] [--write docs/evidence/soak.md]

Half of the calls go through 64 threads that share a client, half through 64 tasks that
share an asynchronous one. The server is a process of its own and remembers each
request; afterwards its memory and the outcomes of the calls must tell the same story.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import gc
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "generated"))

from kirim_chat import (
    AsyncKirimChat,
    KirimChat,
    KirimChatError,
    RequestOptions,
    Timeout,
)
from kirim_chat._runtime.retries import Clock

WORKERS = 64
ROUNDS = 10
MAX_RETRIES = 2

ENDINGS = {
    "g": "result",
    "l": "result",
    "r": "APIConnectionError",
    "c": "APIConnectionError",
    "5": "InternalServerError",
    "3": "ServerError",
    "s": "APITimeoutError",
}
"""How a call ends, by the answer to its last attempt."""


class Hasty(Clock):
    """Waits little before another attempt, so that the time goes into calls."""

    def random(self) -> float:
        return 0.01


class Wrong(Exception):
    """Something is not as promised."""


def check(condition: bool, message: str) -> None:
    if not condition:
        raise Wrong(message)


# --- Calls ---------------------------------------------------------------------------


@dataclass
class Outcomes:
    """What became of each call, in as much memory as it will ever need."""

    calls: int
    attempts: bytearray = field(init=False)
    endings: bytearray = field(init=False)
    names: list[str] = field(default_factory=lambda: ["(none)", "result"])

    def __post_init__(self) -> None:
        self.attempts = bytearray(self.calls)
        self.endings = bytearray(self.calls)

    def note(self, number: int, attempts: int, ending: str) -> None:
        check(self.endings[number] == 0, f"call {number} ended twice")
        if ending not in self.names:
            self.names.append(ending)
        self.attempts[number] = attempts
        self.endings[number] = self.names.index(ending)

    def ending(self, number: int) -> str:
        return self.names[self.endings[number]]


def retries(number: int) -> int:
    return 0 if number % 4 == 3 else MAX_RETRIES


def is_read(number: int) -> bool:
    return number % 4 == 0


def options(number: int) -> RequestOptions:
    return {"headers": {"X-Call": str(number)}, "max_retries": retries(number)}


def name(number: int) -> str:
    return f"lbl_{number:026d}"


def call(client: KirimChat, number: int, outcomes: Outcomes) -> None:
    try:
        if is_read(number):
            response = client.with_response(client.labels.get)(
                name(number), request_options=options(number)
            )
        else:
            response = client.with_response(client.labels.create)(
                name=name(number), request_options=options(number)
            )
    except KirimChatError as error:
        outcomes.note(number, error.attempts, type(error).__name__)
    else:
        check(response.parsed.data.name == name(number), "an answer to another call")
        outcomes.note(number, response.attempts, "result")


async def call_async(client: AsyncKirimChat, number: int, outcomes: Outcomes) -> None:
    try:
        if is_read(number):
            response = await client.with_response(client.labels.get)(
                name(number), request_options=options(number)
            )
        else:
            response = await client.with_response(client.labels.create)(
                name=name(number), request_options=options(number)
            )
    except KirimChatError as error:
        outcomes.note(number, error.attempts, type(error).__name__)
    else:
        check(response.parsed.data.name == name(number), "an answer to another call")
        outcomes.note(number, response.attempts, "result")


# --- What could leak -----------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """The process after a round."""

    kind: str
    calls: int
    seconds: float
    memory: float
    """Resident, in MB."""
    objects: int
    connections: int
    busy: int


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def connections(client: Any) -> list[Any]:
    """Of the pool of httpx2's client below ``client``, by its private names."""
    found = client
    for each in ("_pool", "_transport", "_client", "_transport", "_pool"):
        found = getattr(found, each)
    return cast("list[Any]", found.connections)


def window(kind: str, client: Any, calls: int, start: float) -> Window:
    gc.collect()
    found = connections(client)
    return Window(
        kind,
        calls,
        time.monotonic() - start,
        resident(),
        len(gc.get_objects()),
        len(found),
        sum(not each.is_idle() and not each.is_closed() for each in found),
    )


def shares(first: int, last: int, rounds: int) -> Iterator[range]:
    """The numbers of each round."""
    count = last - first
    for each in range(rounds):
        yield range(
            first + count * each // rounds, first + count * (each + 1) // rounds
        )


def through_threads(
    url: str, numbers: Iterable[range], outcomes: Outcomes, read: float
) -> list[Window]:
    windows: list[Window] = []
    with KirimChat(**settings(url, read)) as client:
        for share in numbers:
            start = time.monotonic()
            run_threads(share, lambda number: call(client, number, outcomes))
            windows.append(window("threads", client, len(share), start))
    return windows


def run_threads(numbers: range, work: Callable[[int], None]) -> None:
    remaining = iter(numbers)
    lock = threading.Lock()

    def worker() -> None:
        while True:
            with lock:
                number = next(remaining, None)
            if number is None:
                return
            work(number)

    with ThreadPoolExecutor(WORKERS) as executor:
        for each in [executor.submit(worker) for _ in range(WORKERS)]:
            each.result()


async def through_tasks(
    url: str, numbers: Iterable[range], outcomes: Outcomes, read: float
) -> list[Window]:
    windows: list[Window] = []
    async with AsyncKirimChat(**settings(url, read)) as client:

        async def worker(remaining: Iterator[int]) -> None:
            for number in remaining:
                await call_async(client, number, outcomes)

        for share in numbers:
            start = time.monotonic()
            remaining = iter(share)
            async with asyncio.TaskGroup() as group:
                for _ in range(WORKERS):
                    group.create_task(worker(remaining))
            check(len(asyncio.all_tasks()) == 1, "tasks were left over")
            windows.append(window("tasks", client, len(share), start))
    check(len(asyncio.all_tasks()) == 1, "tasks were left over")
    return windows


def settings(url: str, read: float) -> dict[str, Any]:
    return {
        "token": "kdv_live_soak",
        "base_url": url,
        "timeout": Timeout(read=read),
        "clock": Hasty(),
    }


# --- The whole -----------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    windows: list[Window]
    endings: collections.Counter[str]
    answers: collections.Counter[str]
    server: dict[str, Any]
    late: int
    """Attempts that timed out although the server was about to answer."""


@contextmanager
def server() -> Generator[tuple[str, Callable[[], dict[str, Any]]]]:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "benchmarks" / "soak_server.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        port = int(process.stdout.readline())

        def stop() -> dict[str, Any]:
            output, _ = process.communicate(timeout=60)
            return cast("dict[str, Any]", json.loads(output))

        yield f"http://127.0.0.1:{port}", stop
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def soak(calls: int, *, rounds: int = ROUNDS, read: float = 3.0) -> Result:
    """Run all of it; :class:`Wrong` where something is not as promised."""
    outcomes = Outcomes(calls)
    first, second = shares(0, calls // 2, rounds), shares(calls // 2, calls, rounds)
    with server() as (url, stop):
        before = descriptors(), threading.active_count()
        windows = through_threads(url, first, outcomes, read)
        windows += asyncio.run(through_tasks(url, second, outcomes, read))
        gc.collect()
        after = descriptors(), threading.active_count()
        check(before == after, f"descriptors, threads: {before} before, {after} after")
        report = stop()
    late = account(outcomes, report)
    check(all(each.busy == 0 for each in windows), "connections stayed busy")
    endings = collections.Counter(outcomes.ending(number) for number in range(calls))
    answers = collections.Counter("".join(report["calls"].values()))
    return Result(windows, endings, answers, report, late)


def account(outcomes: Outcomes, report: dict[str, Any]) -> int:
    """Compare the outcome of each call with what the server did to it."""
    late = 0
    for number in range(outcomes.calls):
        ending, attempts = outcomes.ending(number), outcomes.attempts[number]
        letters: str = report["calls"].get(str(number), "")
        story = f"call {number}: {ending} after {attempts} attempts, got {letters!r}"
        check(attempts == len(letters), story)
        check(attempts <= retries(number) + 1, story)
        late += len(letters[:-1]) - len(letters[:-1].translate(_GOOD_ARE_GONE))
        if ending != ENDINGS[letters[-1]]:
            check(ending == "APITimeoutError", story)
            late += 1
        check(ending == "result" or attempts == retries(number) + 1, story)
    check(report["requests"] == sum(outcomes.attempts), "requests were not counted")
    check(report["keys_changed"] == 0, "an attempt had another key than its call")
    check(report["keys_shared"] == 0, "two calls had one key")
    posts = sum(not is_read(number) for number in range(outcomes.calls))
    check(report["keys"] == posts, "a POST had no key")
    check(report["open"] == 0, "connections were left open")
    return late


_GOOD_ARE_GONE = str.maketrans("", "", "gl")


def check_memory(windows: list[Window]) -> None:
    """The end of each kind against the rounds before its middle, without the first two:
    caches and the allocator have settled by then."""
    for kind in ("threads", "tasks"):
        found = [each for each in windows if each.kind == kind]
        middle = len(found) // 2
        early, late = found[2:middle], found[middle:]
        grown = min(e.memory for e in late) - max(e.memory for e in early)
        check(grown < 4.0, f"{kind}: {grown:.1f} MB more")
        objects = min(e.objects for e in late) - max(e.objects for e in early)
        check(objects < 1000, f"{kind}: {objects} objects more")


def describe(calls: int, result: Result) -> Iterator[str]:
    seconds = sum(each.seconds for each in result.windows)
    yield "# Soak"
    yield ""
    yield (
        f"{calls:,} calls of the Kirim client, half through {WORKERS} threads, half "
        f"through {WORKERS} tasks, one client each, {seconds:.0f} seconds. Written by "
        f"`python benchmarks/soak.py` with Python {platform.python_version()} and "
        f"httpx2 {importlib.metadata.version('httpx2')}."
    )
    yield ""
    yield "| answer of the server | requests | a call whose last one this is ends in |"
    yield "|---|---:|---|"
    for letter, label in ANSWERS.items():
        count = result.answers[letter]
        yield f"| {label} | {count:,} | {ENDINGS[letter]} |"
    yield ""
    yield "| calls ended in | |"
    yield "|---|---:|"
    for ending, count in result.endings.most_common():
        yield f"| {ending} | {count:,} |"
    yield ""
    yield (
        f"- The server counted {result.server['requests']:,} requests over "
        f"{result.server['opened']:,} connections; the calls tell of as many attempts, "
        "call by call, and each ended as the answer to its last attempt says."
    )
    yield (
        f"- {result.server['keys']:,} idempotency keys: one for each POST, none twice, "
        "the same on all attempts."
    )
    yield f"- {result.late:,} attempts timed out that the server was about to answer."
    yield (
        "- Afterwards: no connection open, no descriptor, thread or task more than "
        "before."
    )
    yield ""
    yield "| round | calls | seconds | resident MB | objects | connections | busy |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for number, each in enumerate(result.windows):
        yield (
            f"| {each.kind} {number % ROUNDS + 1} | {each.calls:,} | "
            f"{each.seconds:.1f} | {each.memory:.1f} | {each.objects:,} | "
            f"{each.connections} | {each.busy} |"
        )


ANSWERS = {
    "g": "good",
    "l": "good, 0.2 s late",
    "r": "connection reset",
    "c": "body cut off",
    "5": "500",
    "3": "503 with `Retry-After: 0`",
    "s": "none",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--write", type=Path, help="file for the tables")
    arguments = parser.parse_args()
    try:
        result = soak(arguments.calls)
        check_memory(result.windows)
    except Wrong as error:
        print(f"not as promised: {error}", file=sys.stderr)
        return 1
    text = "\n".join(describe(arguments.calls, result)) + "\n"
    print(text)
    if arguments.write is not None:
        arguments.write.parent.mkdir(parents=True, exist_ok=True)
        arguments.write.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
