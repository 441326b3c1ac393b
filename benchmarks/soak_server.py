"""A server that answers one request in twenty wrongly, and remembers every one.

Comes in: requests with the number of their call in ``X-Call``. Goes out: on standard
output the port, and, once standard input ends, what came of each call as JSON. Which
attempt of which call meets a fault is settled by their numbers alone, so that two runs
see the same faults.
"""

from __future__ import annotations

import asyncio
import json
import sys
import zlib
from dataclasses import dataclass, field

LATE = 0.2
FAULTS = {
    "reset": "r",
    "cut": "c",
    "500": "5",
    "503": "3",
    "late": "l",
    "silent": "s",
}
"""Each with the letter it has in what is remembered; ``g`` is a good answer."""

_PER_MILLE = "r" * 10 + "c" * 10 + "5" * 10 + "3" * 10 + "l" * 8 + "s" * 2


def fault_of(number: int, attempt: int) -> str:
    chance = zlib.crc32(b"%d/%d" % (number, attempt)) % 1000
    return _PER_MILLE[chance] if chance < len(_PER_MILLE) else "g"


@dataclass
class Memory:
    """What came in."""

    calls: dict[int, str] = field(default_factory=dict[int, str])
    """Number → the letters of its attempts."""
    keys: dict[int, str] = field(default_factory=dict[int, str])
    owners: dict[str, int] = field(default_factory=dict[str, int])
    keys_changed: int = 0
    """Attempts whose key was not that of their call."""
    keys_shared: int = 0
    """Attempts whose key another call had."""
    requests: int = 0
    opened: int = 0
    closed: int = 0

    def note(self, number: int, key: str | None) -> str:
        """Remember an attempt; how to answer it."""
        self.requests += 1
        before = self.calls.get(number, "")
        letter = fault_of(number, len(before))
        self.calls[number] = before + letter
        if key is not None:
            self.keys_changed += self.keys.setdefault(number, key) != key
            self.keys_shared += self.owners.setdefault(key, number) != number
        return letter

    def report(self) -> dict[str, object]:
        return {
            "calls": self.calls,
            "keys": len(self.owners),
            "keys_changed": self.keys_changed,
            "keys_shared": self.keys_shared,
            "requests": self.requests,
            "opened": self.opened,
            "open": self.opened - self.closed,
        }


class Connection(asyncio.Protocol):
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._data = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._memory.opened += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self._memory.closed += 1

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, end, body = bytes(self._data).partition(b"\r\n\r\n")
        if not end:
            return
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (each.partition(":") for each in fields)
        }
        if len(body) < int(headers.get("content-length", 0)):
            return
        self._data.clear()
        number = int(headers["x-call"])
        # The answer names what was asked for, so that an answer to another call shows.
        label_id = line.split(" ")[1].rpartition("/")[2]
        name = json.loads(body)["name"] if body else label_id
        self._answer(self._memory.note(number, headers.get("idempotency-key")), name)

    def _answer(self, letter: str, name: str) -> None:
        if letter == "r":
            self._transport.abort()
        elif letter == "l":
            loop = asyncio.get_running_loop()
            loop.call_later(LATE, self._transport.write, good(name))
        elif letter == "c":
            self._transport.write(good(name)[:-10])
            self._transport.close()
        elif letter in "53":
            self._transport.write(failure(letter))
        elif letter == "g":
            self._transport.write(good(name))


def good(name: str) -> bytes:
    label = {"id": "lbl_1", "object": "label", "name": name, "color": "red"}
    label["created_at"] = "2026-01-02T03:04:05Z"
    return answer("200 OK", {"data": label, "request_id": "req_1"})


def failure(letter: str) -> bytes:
    error = {"type": "api_error", "code": "internal_error", "message": "It is down."}
    status = "500 Internal Server Error" if letter == "5" else "503 Unavailable"
    return answer(status, {"error": {**error, "request_id": "req_1"}})


def answer(status: str, value: object) -> bytes:
    body = json.dumps(value).encode()
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nRetry-After: 0\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def serve() -> None:
    memory = Memory()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(memory), "127.0.0.1", 0, backlog=512
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    # The client has closed its connections; let that arrive.
    for _ in range(100):
        if memory.opened == memory.closed:
            break
        await asyncio.sleep(0.02)
    server.close()
    print(json.dumps(memory.report()))


if __name__ == "__main__":
    asyncio.run(serve())
