"""A server on raw sockets that misbehaves on purpose.

The path names the fault: ``GET /fault/reset_before_response`` resets the connection.
``/sequence/a,b,c`` gives the first request ``a``, the second ``b``, and so on, the last
one for good. Nothing here waits by the clock longer than the test runs: what hangs, hangs
until the client goes or the server is closed.
"""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

LABEL = {"id": "lbl_1", "object": "label", "name": "VIP"}
SECRET = "tok-4f1d8c2e9b"


@dataclass
class Received:
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Gone(Exception):
    """The connection is not to be used any more."""


@dataclass
class FaultServer:
    """``with FaultServer() as server: server.url``."""

    requests: list[Received] = field(default_factory=list[Received])
    connections: int = 0

    def __enter__(self) -> FaultServer:
        self.stopped = threading.Event()
        self._counts: Counter[str] = Counter()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._start(self._accept)
        return self

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        # A connection of our own wakes the thread that accepts.
        with socket.create_connection(("127.0.0.1", self.port)):
            self._threads[0].join(10)
        self._listener.close()
        with self._lock:
            for each in self._sockets:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    def wait_until_nothing_is_open(self) -> bool:
        """Whether clients closed all their connections, within five seconds."""
        for _ in range(500):
            if not self._sockets:
                return True
            self.stopped.wait(0.01)
        return False

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            connection, _ = self._listener.accept()
            if self.stopped.is_set():
                connection.close()
                return
            with self._lock:
                self.connections += 1
                self._sockets.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                request = _read_request(connection)
                with self._lock:
                    self.requests.append(request)
                    self._counts[request.target] += 1
                    number = self._counts[request.target]
                self._answer(connection, request, number)
        except (Gone, OSError):
            pass
        finally:
            with self._lock:
                self._sockets.remove(connection)
            connection.close()

    def _answer(
        self, connection: socket.socket, request: Received, number: int
    ) -> None:
        _, kind, name = request.target.partition("?")[0].split("/", 2)
        if kind == "sequence":
            names = name.split(",")
            name = names[min(number, len(names)) - 1]
        if name.startswith("status-"):
            _, status, shape = name.split("-")
            headers, body = ERROR_BODIES[shape]
            connection.sendall(
                head(int(status), *headers, f"Content-Length: {len(body)}") + body
            )
            return
        FAULTS[name](connection, self)


def _read_request(connection: socket.socket) -> Received:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            raise Gone
        data += part
    start, _, body = data.partition(b"\r\n\r\n")
    line, *fields = start.decode("latin-1").split("\r\n")
    method, target, _ = line.split(" ")
    headers = {
        name.lower(): value.strip()
        for name, value in (field.split(":", 1) for field in fields)
    }
    while len(body) < int(headers.get("content-length", 0)):
        part = connection.recv(65536)
        if not part:
            raise Gone
        body += part
    return Received(method, target, headers, body)


# --- Answers -------------------------------------------------------------------------


def head(status: int, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} Reason", *headers, "", ""]).encode()


def whole(
    body: bytes,
    *headers: str,
    status: int = 200,
    content_type: str = "application/json",
) -> bytes:
    length = f"Content-Length: {len(body)}"
    return head(status, f"Content-Type: {content_type}", length, *headers) + body


GOOD = json.dumps(LABEL).encode()
_JSON = "Content-Type: application/json"
_HTML = "Content-Type: text/html"

ERROR_BODIES: dict[str, tuple[list[str], bytes]] = {
    "json": (
        [_JSON, "X-Request-Id: req_9"],
        b'{"error":{"code":"bad","message":"It is bad."}}',
    ),
    "html": ([_HTML], b"<html><h1>Bad gateway</h1></html>"),
    "empty": ([], b""),
    "cut": ([_JSON], b'{"error":{"code":"ba'),
    "other": ([_JSON], b'["what", 1]'),
    "number": ([_JSON], b"17"),
    "gzip": ([_JSON, "Content-Encoding: gzip"], b"this is no gzip"),
    "brotli": ([_JSON, "Content-Encoding: br"], b"\x8b\x00\x80"),
    "latin": (["Content-Type: text/plain; charset=nonsense"], b"\xff\xfe\xfd"),
}

Fault = Callable[[socket.socket, FaultServer], None]
FAULTS: dict[str, Fault] = {}


def _always(name: str, answer: bytes, *, close: bool = False) -> None:
    def send(connection: socket.socket, server: FaultServer) -> None:
        connection.sendall(answer)
        if close:
            raise Gone

    FAULTS[name] = send


def _fault(function: Fault) -> Fault:
    FAULTS[function.__name__] = function
    return function


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Gone


def _hang(server: FaultServer, connection: socket.socket) -> None:
    """Until the client goes, or the server is closed."""
    try:
        connection.recv(1)
    finally:
        pass
    raise Gone


def _drip(connection: socket.socket, server: FaultServer, text: bytes) -> None:
    """A byte now and then, for ever."""
    while True:
        for byte in text:
            connection.sendall(bytes([byte]))
            if server.stopped.wait(0.02):
                raise Gone


_always("good", whole(GOOD))
_always("good_then_close", whole(GOOD), close=True)
_always("close_before_response", b"", close=True)
_always("close_in_status_line", b"HTTP/1.1 20", close=True)
_always("close_in_headers", b"HTTP/1.1 200 OK\r\nContent-Ty", close=True)
_always("garbage_status_line", b"MOO\r\n\r\n", close=True)
_always("http_0_9", GOOD, close=True)
_always("bad_content_length", head(200, _JSON, "Content-Length: ten"), close=True)
_always(
    "two_content_lengths",
    head(200, _JSON, "Content-Length: 2", "Content-Length: 3") + b"{}x",
    close=True,
)
_always("huge_header", head(200, "X: " + "x" * 200_000), close=True)
_always("header_without_colon", b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", close=True)
_always("nul_in_header", b"HTTP/1.1 200 OK\r\nA: a\0b\r\n\r\n", close=True)
_always("status_099", b"HTTP/1.1 099 What\r\n\r\n", close=True)
_always("half_a_body", head(200, _JSON, "Content-Length: 900") + GOOD, close=True)
_always(
    "half_the_chunks",
    head(200, _JSON, "Transfer-Encoding: chunked") + b"5\r\n{" + b'"id"',
    close=True,
)
_always(
    "bad_chunk_size",
    head(200, _JSON, "Transfer-Encoding: chunked") + b"zz\r\n{}\r\n",
    close=True,
)
_always(
    "trailer_garbage",
    head(200, _JSON, "Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n\0\0\r\n\r\n",
    close=True,
)
_always("bad_gzip", whole(b"no gzip at all", "Content-Encoding: gzip"))
_always("cut_gzip", whole(gzip.compress(GOOD)[:-12], "Content-Encoding: gzip"))
_always("gzip_bomb", whole(gzip.compress(b" " * 50_000_000), "Content-Encoding: gzip"))
_always("good_gzip", whole(gzip.compress(GOOD), "Content-Encoding: gzip"))
_always("brotli", whole(b"\x8b\x00\x80", "Content-Encoding: br"))
_always("huge_body", whole(b'{"id": "' + b"x" * 3_000_000 + b'"}'))
_always("not_json", whole(b'{"id": "lbl_1",'))
_always("empty_exact", whole(b""))
_always("html", whole(b"<html></html>", content_type="text/html"))
_always("wrong_type", whole(GOOD, content_type="application/pdf"))
_always("no_type", head(200, f"Content-Length: {len(GOOD)}") + GOOD)
_always("bad_utf8", whole(b'{"id": "\xff"}'))
_always("nan", whole(b'{"id": NaN}'))
_always("deep", whole(b"[" * 100_000 + b"]" * 100_000))
_always("deep_object", whole(b'{"a":' * 100_000 + b"1" + b"}" * 100_000))
_always("long_number", whole(b'{"id": ' + b"9" * 5000 + b"}"))
_always("array_for_object", whole(b"[1, 2]"))
_always("duplicate_keys", whole(b'{"id": "lbl_0", "id": "lbl_1", "name": "VIP"}'))
_always("odd_charset", whole(GOOD, content_type="application/json; charset=klingon"))
_always("bom", whole(b"\xef\xbb\xbf" + GOOD))
_always("utf_16", whole(GOOD.decode().encode("utf-16")))
_always("no_content", head(204))
_always("no_content_with_body", head(204) + b"surprise", close=True)
_always("early_hints", head(103, "Link: </a>; rel=preload") * 3 + whole(GOOD))
_always("many_continues", head(100) * 1000 + whole(GOOD))
_always("redirect_elsewhere", head(302, "Location: https://elsewhere.example/"))
_always("redirect_loop", head(307, "Location: redirect_loop"))
_always("redirect_nonsense", head(301, "Location: \x80\xff//:::"))
_always("status_999", head(999, "Content-Length: 0"))
_always("early_answer", whole(b'{"error": {}}', status=413), close=True)
_always("cookie", whole(GOOD, "Set-Cookie: session=from-the-server; Path=/"))


@_fault
def reset_before_response(connection: socket.socket, server: FaultServer) -> None:
    _reset(connection)


@_fault
def reset_in_headers(connection: socket.socket, server: FaultServer) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-")
    _reset(connection)


@_fault
def hang_before_headers(connection: socket.socket, server: FaultServer) -> None:
    _hang(server, connection)


@_fault
def hang_in_body(connection: socket.socket, server: FaultServer) -> None:
    connection.sendall(head(200, _JSON, "Content-Length: 900") + GOOD)
    _hang(server, connection)


@_fault
def slow_headers(connection: socket.socket, server: FaultServer) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    _drip(connection, server, b"X-Slow: yes\r\n")


@_fault
def slow_body(connection: socket.socket, server: FaultServer) -> None:
    connection.sendall(head(200, _JSON, "Content-Length: 1000000"))
    _drip(connection, server, b" ")


@_fault
def endless_body(connection: socket.socket, server: FaultServer) -> None:
    connection.sendall(head(200, _JSON, "Transfer-Encoding: chunked"))
    while True:
        connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")


_always(
    "silent_close_after_answer",
    whole(GOOD, "Connection: keep-alive"),
    close=True,
)
