"""Processes that try documents, each with a folder, little memory and little time.

A document that takes too long or kills its process is a verdict like any other.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import tempfile
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import FrameType
from typing import Generic, TypeVar

from tests.hostile.trial import Laboratory, Verdict

SECONDS = 10.0
"""Of processor time to make a client: nothing here waits for anything else."""
_MORE_SECONDS = 60.0
"""Of processor time to look at it, import and use it."""
_PATIENCE = 300.0
"""Of the clock: the machine may be busy."""
_MEMORY = 4 << 30

T = TypeVar("T")
Trial = Callable[[Laboratory, T], Verdict]


class _TooLong(BaseException):
    pass


@dataclass
class _Worker(Generic[T]):
    process: multiprocessing.process.BaseProcess
    connection: Connection
    item: T | None = None
    end: float = 0.0


def try_all(
    items: Sequence[T], trial: Trial[T], processes: int | None = None
) -> Iterator[tuple[T, Verdict]]:
    """Yield each item with its verdict, in the order in which they get ready."""
    waiting = deque(items)
    count = min(len(items), processes or os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as folder:
        workers = [_start(trial, Path(folder), index) for index in range(count)]
        started = len(workers)
        try:
            for worker in workers:
                _expect_ready(worker)
                _give(worker, waiting)
            while any(worker.item is not None for worker in workers):
                ready = wait([w.connection for w in workers], timeout=_PATIENCE)
                for index, worker in enumerate(workers):
                    if worker.item is None:
                        continue
                    if worker.connection not in ready and ready:
                        continue
                    item, verdict = worker.item, _hear(worker, bool(ready))
                    if not worker.process.is_alive():
                        workers[index] = worker = _start(trial, Path(folder), started)
                        started += 1
                        _expect_ready(worker)
                    _give(worker, waiting)
                    yield item, verdict
        finally:
            for worker in workers:
                worker.process.kill()
                worker.process.join()


def _start(trial: Trial[T], folder: Path, number: int) -> _Worker[T]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(
        target=_work, args=(theirs, trial, folder / str(number)), daemon=True
    )
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _expect_ready(worker: _Worker[T]) -> None:
    try:
        worker.connection.recv()
    except EOFError:
        raise RuntimeError("not even harmless documents become clients") from None


def _give(worker: _Worker[T], waiting: deque[T]) -> None:
    worker.item = waiting.popleft() if waiting else None
    if worker.item is not None:
        worker.connection.send(worker.item)


def _hear(worker: _Worker[T], ready: bool) -> Verdict:
    if ready:
        try:
            verdict: Verdict = worker.connection.recv()
            return verdict
        except (EOFError, OSError):
            worker.process.join()
            return Verdict(findings=[f"died with status {worker.process.exitcode}"])
    worker.process.kill()
    worker.process.join()
    return Verdict(findings=[f"no end after {_PATIENCE:.0f} seconds"])


def _work(connection: Connection, trial: Trial[T], folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    laboratory = Laboratory(folder)
    signal.signal(signal.SIGPROF, _too_long)
    laboratory.made = lambda: signal.setitimer(signal.ITIMER_PROF, _MORE_SECONDS)
    connection.send(None)
    while True:
        try:
            item: T = connection.recv()
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            verdict = trial(laboratory, item)
        except _TooLong as error:
            frames = traceback.extract_tb(error.__traceback__)[-6:]
            places = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
            verdict = Verdict(findings=[f"takes too long, in {' > '.join(places)}"])
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        connection.send(verdict)


def _too_long(number: int, frame: FrameType | None) -> None:
    raise _TooLong
