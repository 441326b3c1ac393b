"""Every fault of the matrix: the server that has it, and how calls must end.

Comes in: the faults of ``tests/runtime/fault_server.py`` with their documented endings,
and the table of decisions of ``docs/runtime.md``, which says which attempts are made
again. Goes out: :class:`Row`s. Running them is for ``benchmarks/faults.py``.
"""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "runtime"), str(ROOT / "generator")]

import fault_server
import test_faults
from fault_server import (
    ERROR_BODIES,
    GOOD,
    FaultServer,
    Gone,
    head,
    whole,
)

from benchmarks.fault_http2 import ANSWERS, speaking_http2

KINDS = ("GET", "POST with a key", "POST without", "stream")
CONNECTION = "APIConnectionError"
TIMEOUT = "APITimeoutError"
DECODE = "ResponseDecodeError"


@dataclass(frozen=True)
class Expected:
    endings: tuple[str, ...]
    """Names of exceptions, or of the result's type."""
    sent: str | None
    attempts: tuple[int, ...]


@dataclass(frozen=True)
class Row:
    group: str
    name: str
    expected: dict[str, Expected]
    url: Callable[[Servers], str]
    options: Callable[[Servers], dict[str, Any]] = lambda servers: {}
    calls: int = 1
    """Over one connection, if it lasts; the last one counts."""
    is_download: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self.expected)


# --- Which attempts are made again ---------------------------------------------------

_COLUMNS = {
    "GET": 1,
    "stream": 1,
    "POST with a key": 2,
    "POST without": 3,
}


def decisions() -> dict[str, dict[str, bool]]:
    """Outcome → kind of call → whether there is another attempt, as documented."""
    text = (ROOT / "docs" / "runtime.md").read_text("utf-8")
    found: dict[str, dict[str, bool]] = {}
    for line in re.findall(r"^\| (.+) \|$", text, re.MULTILINE):
        cells = [each.strip() for each in line.split(" | ")]
        if len(cells) == 5 and set(cells[1:]) <= {"retry", "–"}:
            found[cells[0]] = {
                kind: cells[column] == "retry" for kind, column in _COLUMNS.items()
            }
    return found


_DECISIONS = decisions()


def expect(
    endings: str | tuple[str, ...], sent: str | None, outcome: str | None
) -> dict[str, Expected]:
    """The same for all kinds; ``outcome`` names the row of the table of decisions, of
    which there is none for what is never tried again. There is one retry."""
    again = _DECISIONS.get(outcome or "", {})
    return {
        kind: Expected(
            (endings,) if isinstance(endings, str) else endings,
            sent,
            (2 if again.get(kind) else 1,),
        )
        for kind in KINDS
    }


_LOST = "connection lost, timeout"
_NOT_SENT = "not sent"
_REFUSED = "argument or certificate refused"
_BROKEN_COMPRESSION = ("bad_gzip", "cut_gzip", "brotli")
_BY_TOTAL_TIME = ("slow_headers", "slow_body", "endless_body")
_STATUSES = {
    "redirect_elsewhere": "302",
    "redirect_loop": "307",
    "redirect_nonsense": "301",
    "status_999": "999",
    "early_answer": "413",
}


def answer_row(name: str) -> Row:
    """A fault of the shared server."""
    ending, sent = test_faults.EXPECTED[name]
    is_lost = ending in (CONNECTION, TIMEOUT) and name not in _BY_TOTAL_TIME
    expected = expect(ending, sent, _LOST if is_lost else _STATUSES.get(name))
    if sent == "answered" and ending in (CONNECTION, TIMEOUT):
        # What was handed out cannot be taken back.
        expected["stream"] = Expected((ending,), sent, (1,))
    if ending == "Label" or (ending == DECODE and name not in _BROKEN_COMPRESSION):
        expected["stream"] = Expected(("bytes",), None, (1,))
    if name == "endless_body":
        expected["stream"] = Expected((TIMEOUT,), "answered", (1,))
    if name == "silent_close_after_answer":
        return replay_row(name)
    return Row(group_of(ending, sent), name, expected, at(name))


def group_of(ending: str, sent: str | None) -> str:
    if sent is None:
        return "Nothing that a caller has to know of"
    if sent == "unknown":
        return "No answer"
    if ending in (CONNECTION, TIMEOUT):
        return "An answer that breaks off"
    if ending == DECODE:
        return "An answer that cannot be read"
    return "An answer that is no success"


def replay_row(name: str) -> Row:
    """Five calls; the server closes each connection after its answer. What is sent into
    a connection that is just being closed is lost, so that a POST without a key may be,
    rightly."""
    expected = {
        kind: Expected(("bytes" if kind == "stream" else "Label",), None, (1, 2))
        for kind in KINDS
    }
    expected["POST without"] = Expected(("Label", CONNECTION), None, (1,))
    return Row("The connection is used again", name, expected, at(name), calls=5)


def status_row(status: int, ending: str, shape: str) -> Row:
    expected = expect(ending, "answered", str(status))
    name = f"status-{status}-{shape}"
    return Row("Statuses of errors", name, expected, at(name))


def at(name: str) -> Callable[[Servers], str]:
    return lambda servers: f"{servers.plain.url}/fault/{name}"


# --- Faults that the shared server does not have -------------------------------------

Handler = Callable[[socket.socket], None]


@contextmanager
def listening(handler: Handler) -> Generator[int]:
    """Runs ``handler`` in a thread for each connection; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    open_connections: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        try:
            handler(connection)
        except (Gone, OSError):
            pass
        finally:
            connection.close()

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            open_connections.append(connection)
            thread = threading.Thread(target=serve, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for each in open_connections:
        each.close()
    for thread in (accepting, *threads):
        thread.join(10)


def read_request(connection: socket.socket) -> None:
    """All of it: closing before would make a reset of what was answered."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += received(connection)
    start, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", start)
    while length is not None and len(body) < int(length[1]):
        body += received(connection)


def received(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise Gone
    return data


def flood(start: bytes, forever: bytes) -> Handler:
    def send(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(start)
        while True:
            connection.sendall(forever)

    return send


def say(answer: bytes, *, close: bool = True) -> Handler:
    def send(connection: socket.socket) -> None:
        while True:
            read_request(connection)
            connection.sendall(answer)
            if close:
                raise Gone

    return send


def answer_at_once(connection: socket.socket) -> None:
    received(connection)
    connection.sendall(head(400))


def silence(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def reset(connection: socket.socket) -> None:
    connection.recv(65536)
    linger = b"\1\0\0\0\0\0\0\0"
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def encrypted(certificate: Path, answer: bytes) -> Handler:
    """Answers over TLS, then closes without saying so."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def send(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            read_request(wrapped)
            wrapped.sendall(answer)

    return send


OTHER_ID = b"lbl_2"
"""In an answer that belongs to no call."""

HANDLERS: dict[str, Handler] = {
    "endless_continues": flood(b"", head(100) * 1000),
    "endless_early_hints": flood(b"", head(103, "Link: </a>; rel=preload") * 1000),
    "endless_headers": flood(b"HTTP/1.1 200 OK\r\n", b"X-More: yes\r\n" * 1000),
    "endless_status_line": flood(b"HTTP/1.1 200 ", b"O" * 65536),
    "endless_chunk_header": flood(
        head(200, "Content-Type: application/json", "Transfer-Encoding: chunked"),
        b"1" * 65536,
    ),
    "endless_nothing": flood(b"", b"\r\n" * 1000),
    "tls_reset": reset,
    "tls_silence": silence,
    "tls_answered_in_clear": answer_at_once,
    "proxy_forbids": say(head(403, "Content-Length: 0")),
    "proxy_wants_a_password": say(
        head(407, "Proxy-Authenticate: Basic realm=x", "Content-Length: 0")
    ),
    "proxy_fails": say(head(502, "Content-Length: 0")),
    "proxy_closes": say(b""),
    "proxy_resets": reset,
    "proxy_silence": silence,
    "proxy_says_nonsense": say(b"MOO\r\n\r\n"),
    "no_content_with_body_kept_open": say(head(204) + b"surprise", close=False),
    "two_answers_at_once": say(
        whole(GOOD) + whole(GOOD.replace(b"lbl_1", OTHER_ID)), close=False
    ),
}


@dataclass
class Servers:
    """All of them, running."""

    plain: FaultServer = field(repr=False)
    folder: Path
    ports: dict[str, int] = field(default_factory=dict[str, int])

    def certificate(self, name: str) -> Path:
        return self.folder / f"{name}.pem"

    def url(self, name: str, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.ports[name]}"


@contextmanager
def running(folder: Path) -> Generator[Servers]:
    with ExitStack() as stack:
        servers = Servers(stack.enter_context(FaultServer()), folder)
        for name, address in (("ours", "IP:127.0.0.1"), ("theirs", "DNS:a.example")):
            make_certificate(servers.certificate(name), address)
        handlers = {
            **HANDLERS,
            "tls_good": encrypted(servers.certificate("ours"), whole(GOOD)),
            "tls_cut": encrypted(servers.certificate("ours"), whole(GOOD)[:-5]),
            "tls_other_host": encrypted(servers.certificate("theirs"), whole(GOOD)),
        }
        handlers |= {
            name: speaking_http2(servers.certificate("ours"), answer)
            for name, answer in ANSWERS.items()
        }
        servers.ports["echo"] = stack.enter_context(listening(echo))
        elsewhere = redirect(servers.url("echo") + "/file")
        handlers |= {
            "to_another_origin": say(elsewhere),
            "to_itself": say(redirect("?again")),
            "to_a_file": say(redirect("file:///etc/hostname")),
            "to_nowhere": say(head(302, "Content-Length: 0")),
            "to_nonsense": say(redirect("http://[")),
            "from_https_to_http": encrypted(servers.certificate("ours"), elsewhere),
        }
        for name, handler in handlers.items():
            servers.ports[name] = stack.enter_context(listening(handler))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            servers.ports["refused"] = listener.getsockname()[1]
        yield servers


def make_certificate(path: Path, address: str) -> None:
    """A key and a certificate that it signed itself, in one file."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=specpress", "-addext", f"subjectAltName={address}"]
    command += ["-keyout", str(path), "-out", f"{path}.certificate"]
    subprocess.run(command, check=True, capture_output=True)
    with path.open("a") as file:
        file.write(Path(f"{path}.certificate").read_text())


# --- All rows ------------------------------------------------------------------------


def connection_rows() -> Iterator[Row]:
    group = "No connection"

    def row(
        name: str,
        endings: str | tuple[str, ...],
        outcome: str,
        server: str,
        scheme: str = "http",
        trusted: str | None = None,
        sent: str = "not_sent",
    ) -> Row:
        def options(servers: Servers) -> dict[str, Any]:
            if trusted is None:
                return {}
            return {"verify": str(servers.certificate(trusted))}

        return Row(
            group,
            name,
            expect(endings, sent, outcome),
            lambda servers: servers.url(server, scheme),
            options,
        )

    yield row("refused", CONNECTION, _NOT_SENT, "refused")
    yield row("tls_refused", CONNECTION, _NOT_SENT, "refused", "https")
    yield row("tls_untrusted", CONNECTION, _REFUSED, "tls_good", "https")
    yield row(
        "tls_other_host", CONNECTION, _REFUSED, "tls_other_host", "https", "theirs"
    )
    yield row("tls_reset", CONNECTION, _NOT_SENT, "tls_reset", "https")
    yield row("tls_silence", TIMEOUT, _NOT_SENT, "tls_silence", "https")
    yield row(
        "tls_answered_in_clear", CONNECTION, _NOT_SENT, "tls_answered_in_clear", "https"
    )


def proxy_rows() -> Iterator[Row]:
    def through(name: str) -> Callable[[Servers], dict[str, Any]]:
        def options(servers: Servers) -> dict[str, Any]:
            # The password is a secret too.
            address = servers.url(name).removeprefix("http://")
            return {"proxy": f"http://user:{CANARY_PLACE}@{address}"}

        return options

    endings = {
        "refused": CONNECTION,
        "proxy_forbids": CONNECTION,
        "proxy_wants_a_password": CONNECTION,
        "proxy_fails": CONNECTION,
        "proxy_closes": CONNECTION,
        "proxy_resets": CONNECTION,
        "proxy_silence": TIMEOUT,
        "proxy_says_nonsense": CONNECTION,
    }
    for name, ending in endings.items():
        yield Row(
            "A proxy refuses",
            "proxy_refused" if name == "refused" else name,
            expect(ending, "not_sent", _NOT_SENT),
            lambda servers: "https://api.example",
            through(name),
        )


CANARY_PLACE = "(canary)"
"""In options: where the secret goes."""


def flood_rows() -> Iterator[Row]:
    for name in HANDLERS:
        if not name.startswith("endless_"):
            continue
        if name in ("endless_headers", "endless_status_line", "endless_nothing"):
            expected = expect(CONNECTION, "unknown", _LOST)
        elif name == "endless_chunk_header":
            expected = expect(CONNECTION, "answered", _LOST)
            expected["stream"] = Expected((CONNECTION,), "answered", (1,))
        else:
            expected = expect(TIMEOUT, "unknown", None)
        yield Row("Without end", name, expected, url_of(name))


def url_of(name: str, scheme: str = "http") -> Callable[[Servers], str]:
    return lambda servers: servers.url(name, scheme)


def other_rows() -> Iterator[Row]:
    def trusting(servers: Servers) -> dict[str, Any]:
        return {"verify": str(servers.certificate("ours"))}

    good = expect("Label", None, None)
    good["stream"] = Expected(("bytes",), None, (1,))
    url = url_of("tls_good", "https")
    yield Row("Nothing that a caller has to know of", "tls_good", good, url, trusting)
    cut = expect(CONNECTION, "answered", _LOST)
    cut["stream"] = Expected((CONNECTION,), "answered", (1,))
    url = url_of("tls_cut", "https")
    yield Row("An answer that breaks off", "tls_cut", cut, url, trusting)
    for name in ("two_answers_at_once", "no_content_with_body_kept_open"):
        yield Row("The connection is used again", name, good, url_of(name), calls=4)


def download_rows() -> Iterator[Row]:
    """Methods that follow redirects; the last server answers with what it was sent."""

    def trusting(servers: Servers) -> dict[str, Any]:
        return {"verify": str(servers.certificate("ours"))}

    endings = {
        "to_another_origin": "bytes",
        "to_itself": DECODE,
        "to_a_file": DECODE,
        "to_nowhere": DECODE,
        "to_nonsense": DECODE,
        "from_https_to_http": DECODE,
    }
    for name, ending in endings.items():
        scheme = "https" if name.startswith("from_https") else "http"
        sent = "answered" if ending == DECODE else None
        yield Row(
            "Downloads that are redirected",
            name,
            {"GET": Expected((ending,), sent, (1,))},
            url_of(name, scheme),
            trusting,
            is_download=True,
        )


def echo(connection: socket.socket) -> None:
    """Answers with the request."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += received(connection)
    connection.sendall(whole(data, content_type="application/octet-stream"))


def redirect(target: str) -> bytes:
    return head(302, f"Location: {target}", "Content-Length: 0")


def http2_rows() -> Iterator[Row]:
    def options(servers: Servers) -> dict[str, Any]:
        return {"verify": str(servers.certificate("ours")), "http2": True}

    good = expect("Label", None, None)
    good["stream"] = Expected(("bytes",), None, (1,))
    endings = {
        "http2_good": good,
        "http2_good_then_goaway": good,
        "http2_goaway": expect(CONNECTION, "not_sent", _NOT_SENT),
        "http2_refused_stream": expect(CONNECTION, "not_sent", _NOT_SENT),
        "http2_reset_in_body": expect(CONNECTION, "answered", _LOST),
        "http2_goaway_in_body": expect(CONNECTION, "answered", _LOST),
        "http2_silence": expect(TIMEOUT, "unknown", _LOST),
        "http2_silence_in_body": expect(TIMEOUT, "answered", _LOST),
    }
    for name, expected in endings.items():
        if name.endswith("_in_body"):
            # What was handed out cannot be taken back.
            expected["stream"] = replace(expected["stream"], attempts=(1,))
        calls = 4 if expected is good else 1
        url = url_of(name, "https")
        yield Row("HTTP/2", name, expected, url, options, calls)


def rows() -> list[Row]:
    found = [answer_row(name) for name in test_faults.EXPECTED]
    assert test_faults.EXPECTED.keys() == fault_server.FAULTS.keys()
    found += [*connection_rows(), *proxy_rows(), *flood_rows(), *other_rows()]
    found += [*download_rows(), *http2_rows()]
    for status, ending in ERROR_CLASSES.items():
        found += [status_row(status, ending, shape) for shape in ERROR_BODIES]
    groups = list(dict.fromkeys(row.group for row in found))
    return sorted(found, key=lambda row: groups.index(row.group))


ERROR_CLASSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "ClientError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    408: "ClientError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    425: "ClientError",
    429: "RateLimitError",
    500: "InternalServerError",
    501: "ServerError",
    502: "ServerError",
    503: "ServerError",
    504: "ServerError",
}
