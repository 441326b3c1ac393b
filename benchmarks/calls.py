"""What a call costs beside the network: microseconds of the runtime around a transport
that answers at once.

    python benchmarks/calls.py FOLDER_OF_A_CLIENT
"""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path
from typing import Any

CALLS = 5_000


def main(folder: Path) -> None:
    sys.path.insert(0, str(folder.resolve().parent))
    name = folder.resolve().name
    client: Any = importlib.import_module(f"{name}._runtime.client")
    operations: Any = importlib.import_module(f"{name}._runtime.operations")
    http: Any = importlib.import_module(f"{name}._runtime.http")
    headers = http.Headers([("content-type", "application/json")])

    class Immediate:
        def send(self, request: object) -> object:
            return http.HTTPResponse(200, headers, [b'{"id": "a"}'], lambda: None)

        def close(self) -> None:
            pass

    operation = operations.Operation(
        "POST",
        "/labels/{id}",
        name="labels.update",
        body={"application/json": "json"},
        responses={
            "2XX": {"application/json": operations.JSON(lambda: dict[str, str])}
        },
        idempotent=True,
    )
    api = operations.API(package="benchmark", version="1")
    with client.SyncAPIClient(
        api, base_url="http://127.0.0.1", transport=Immediate()
    ) as opened:
        start = time.process_time()
        for _ in range(CALLS):
            opened.call(operation, path={"id": "a"}, body={"name": "b"})
        spent = time.process_time() - start
    print(f"{spent / CALLS * 1e6:.0f} microseconds a call without the network")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
