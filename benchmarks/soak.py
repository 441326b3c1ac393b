"""Many calls at once against a server that misbehaves now and then: every call is
accounted for, and nothing grows.

    python benchmarks/soak.py FOLDER_OF_A_CLIENT [CALLS]

Half of the calls go through 64 threads, half through 64 tasks; one in twenty meets a
fault. Prints how the calls ended, the connections that stayed busy, and the memory
before and after the second half.
"""

from __future__ import annotations

import asyncio
import collections
import importlib
import resource
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "runtime"))

from fault_server import FaultServer  # noqa: E402

WORKERS = 64
FAULTS = (
    "reset_before_response",
    "half_a_body",
    "status-503-html",
    "cut_gzip",
    "close_in_headers",
)


def name_of(number: int) -> str:
    return FAULTS[number // 20 % len(FAULTS)] if number % 20 == 0 else "good"


def memory() -> int:
    """Of this process at its largest, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(folder: Path, calls: int) -> None:
    sys.path.insert(0, str(folder.resolve().parent))
    package = folder.resolve().name
    client: Any = importlib.import_module(f"{package}._runtime.client")
    operations: Any = importlib.import_module(f"{package}._runtime.operations")
    api = operations.API(package="soak", version="1")
    operation = operations.Operation(
        "GET",
        "/fault/{name}",
        name="soak",
        responses={
            "200": {"application/json": operations.JSON(lambda: dict[str, str])}
        },
    )
    ended: collections.Counter[str] = collections.Counter()

    def count(error: Exception | None) -> None:
        ended["result" if error is None else type(error).__name__] += 1

    def threads(url: str, share: int) -> int:
        numbers = iter(range(share))
        lock = threading.Lock()
        with client.SyncAPIClient(api, base_url=url, max_retries=0) as opened:

            def work() -> None:
                while True:
                    with lock:
                        number = next(numbers, None)
                    if number is None:
                        return
                    error: Exception | None = None
                    try:
                        opened.call(operation, path={"name": name_of(number)})
                    except Exception as caught:
                        error = caught
                    with lock:
                        count(error)

            workers = [threading.Thread(target=work) for _ in range(WORKERS)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            return busy(opened)

    async def tasks(url: str, share: int) -> int:
        numbers = iter(range(share))
        async with client.AsyncAPIClient(api, base_url=url, max_retries=0) as opened:

            async def work() -> None:
                for number in numbers:
                    try:
                        await opened.call(operation, path={"name": name_of(number)})
                    except Exception as error:
                        count(error)
                    else:
                        count(None)

            await asyncio.gather(*(work() for _ in range(WORKERS)))
            return busy(opened)

    with FaultServer() as server:
        for half in ("first", "second"):
            left = threads(server.url, calls // 4)
            left += asyncio.run(tasks(server.url, calls // 4))
            server.requests.clear()
            print(f"{half} half: {left} connections busy, {memory()} MB at most")
    assert sum(ended.values()) == calls // 4 * 4
    for kind, number in ended.most_common():
        print(f"{number:8} {kind}")


def busy(client: Any) -> int:
    transport = vars(client._pool)["_transport"]
    pool = transport._client._transport._pool
    return sum(not each.is_idle() and not each.is_closed() for each in pool.connections)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
