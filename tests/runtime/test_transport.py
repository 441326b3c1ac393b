"""What the transport makes of httpx2: clients and transports of the caller's, total
times, and what is left behind."""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import shutil
import socket
import sys
import traceback
import warnings
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Barrier
from time import sleep
from typing import Any

import httpcore2
import httpx2
import pytest
from client_package import Kit, Mode, Outcome, build, busy_connections
from fault_server import FAULTS, GOOD, SECRET, FaultServer, whole
from h2.connection import H2Connection
from h2.exceptions import ProtocolError, StreamIDTooLowError

from benchmarks.fault_http2 import ANSWERS, speaking_http2
from benchmarks.fault_rows import listening, make_certificate

MODES: tuple[Mode, ...] = ("sync", "async")


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    package = build(tmp_path_factory.mktemp("transport"), "transport_package")
    yield Kit(package)
    package.forget()


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def with_hooks(mode: Mode, **hooks: Any) -> Any:
    """A client of the caller's with event hooks, given as functions that do not wait
    (``None`` stands for one that reads the answer)."""
    if mode == "sync":
        read: Any = httpx2.Response.read
        made = {name: [hook or read] for name, hook in hooks.items()}
        return httpx2.Client(event_hooks=made)

    def wrapped(hook: Any) -> Any:
        async def call(argument: Any) -> None:
            if hook is None:
                await argument.aread()
            else:
                hook(argument)

        return call

    return httpx2.AsyncClient(
        event_hooks={name: [wrapped(hook)] for name, hook in hooks.items()}
    )


class Ended(BaseException):
    """Stands for the end of the process."""


# --- Clients of the caller's ---------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["good", "good_gzip"])
def test_a_hook_reads_the_answer(
    kit: Kit, server: FaultServer, name: str, mode: Mode
) -> None:
    options = {"http_client": with_hooks(mode, response=None), "max_retries": 0}
    operation = kit.operation("GET", f"/fault/{name}")
    outcome = kit.call(mode, server.url, operation, times=3, client=options)
    assert outcome.error is None
    assert outcome.value.id == "lbl_1"
    assert outcome.busy == 0
    assert len(server.requests) == 3


@pytest.mark.parametrize("mode", MODES)
def test_a_hook_reads_an_error(kit: Kit, server: FaultServer, mode: Mode) -> None:
    options = {"http_client": with_hooks(mode, response=None), "max_retries": 0}
    operation = kit.operation("GET", "/fault/status-404-json")
    outcome = kit.call(mode, server.url, operation, client=options)
    assert outcome.kind == "NotFoundError"
    assert outcome.error is not None
    assert vars(outcome.error)["code"] == "bad"


def test_an_answer_that_a_hook_read_takes_nothing_from_another_call(
    kit: Kit, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = whole(GOOD.replace(b"lbl_1", b"lbl_2"))
    monkeypatch.setitem(
        FAULTS, "other", lambda connection, _: connection.sendall(other)
    )
    begun: list[httpx2.Response] = []

    def hook(response: httpx2.Response) -> None:
        if response.request.url.path.endswith("good"):
            response.read()
            request = pool.build_request("GET", f"{server.url}/fault/other")
            begun.append(pool.send(request, stream=True))

    with httpx2.Client(event_hooks={"response": [hook]}) as pool:
        client = kit.open("sync", server.url, http_client=pool, max_retries=0)
        assert client.call(kit.operation("GET", "/fault/good")).id == "lbl_1"
        assert begun[0].read() == other.partition(b"\r\n\r\n")[2]
    assert server.connections == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_hook_takes_the_answer(kit: Kit, server: FaultServer, mode: Mode) -> None:
    """Read without being kept: there is nothing to be had, nor by another attempt."""

    def take(response: httpx2.Response) -> None:
        for _ in response.iter_raw():
            pass

    async def take_async(response: httpx2.Response) -> None:
        async for _ in response.aiter_raw():
            pass

    made: Any = (
        httpx2.Client(event_hooks={"response": [take]})
        if mode == "sync"
        else httpx2.AsyncClient(event_hooks={"response": [take_async]})
    )
    operation = kit.operation("GET", "/fault/good")
    outcome = kit.call(mode, server.url, operation, client={"http_client": made})
    assert outcome.kind == "ArgumentError"
    assert "a hook of http_client" in str(outcome.error)
    assert vars(outcome.error)["sent"] == "answered"
    assert len(server.requests) == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("event", ["request", "response"])
def test_an_exception_of_an_event_hook_is_the_callers(
    kit: Kit, server: FaultServer, event: str, mode: Mode
) -> None:
    def refuse(_: object) -> None:
        calls.append(event)
        raise ConnectionError("my own: it is closed")

    calls: list[str] = []
    made = with_hooks(mode, **{event: refuse})
    operation = kit.operation("GET", "/fault/good")
    outcome = kit.call(mode, server.url, operation, client={"http_client": made})
    assert type(outcome.error) is ConnectionError
    assert calls == [event]
    assert outcome.busy == 0


def test_a_status_that_an_event_hook_refuses(kit: Kit, server: FaultServer) -> None:
    made = with_hooks("sync", response=httpx2.Response.raise_for_status)
    operation = kit.operation("GET", "/fault/status-503-json")
    outcome = kit.call("sync", server.url, operation, client={"http_client": made})
    assert type(outcome.error) is httpx2.HTTPStatusError
    assert len(server.requests) == 1


def test_a_client_of_another_event_loop(kit: Kit, server: FaultServer) -> None:
    made = httpx2.AsyncClient()
    client = kit.open("async", server.url, http_client=made, max_retries=0)
    operation = kit.operation("GET", "/fault/good")
    asyncio.run(client.call(operation))
    with pytest.raises(kit.errors.SampleError):
        asyncio.run(client.call(operation))
    with warnings.catch_warnings():
        # Nobody can close its connection any more.
        warnings.simplefilter("ignore", ResourceWarning)
        del made, client
        gc.collect()


@pytest.mark.parametrize("mode", MODES)
def test_failures_of_the_callers_client_are_the_packages(kit: Kit, mode: Mode) -> None:
    made: Any = httpx2.Client() if mode == "sync" else httpx2.AsyncClient()
    operation = kit.operation("GET", "/fault/good")
    options = {"http_client": made, "max_retries": 0}
    outcome = kit.call(mode, "http://127.0.0.1:1", operation, client=options)
    assert outcome.kind == "APIConnectionError"
    assert made.is_closed
    outcome = kit.call(mode, "http://127.0.0.1:1", operation, client=options)
    assert outcome.kind == "ClientClosedError"


# --- Transports of the caller's ------------------------------------------------------


class Custom:
    """A transport that does what a function does, and closes with an exception."""

    def __init__(self, kit: Kit, do: Callable[[Any], Iterable[bytes]]) -> None:
        self.kit = kit
        self.do = do
        self.sent = 0

    def send(self, request: Any) -> Any:
        self.sent += 1
        body = self.do(request)
        headers = self.kit.http.Headers([("Content-Type", "application/json")])
        return self.kit.http.HTTPResponse(200, headers, body, self.fail)

    def fail(self) -> None:
        raise ZeroDivisionError

    def close(self) -> None:
        pass


class AsyncCustom(Custom):
    async def send(self, request: Any) -> Any:
        self.sent += 1
        body = self.do(request)
        headers = self.kit.http.Headers([("Content-Type", "application/json")])

        async def iterate() -> AsyncIterator[bytes]:
            for chunk in body:
                yield chunk

        return self.kit.http.AsyncHTTPResponse(200, headers, iterate(), self.fail_async)

    async def fail_async(self) -> None:
        self.fail()

    async def close(self) -> None:
        pass


def custom(
    kit: Kit, mode: Mode, do: Callable[[Any], Iterable[bytes]], method: str = "GET"
) -> tuple[Outcome, Custom]:
    transport = (Custom if mode == "sync" else AsyncCustom)(kit, do)
    options = {"transport": transport, "clock": kit.clock()}
    operation = kit.operation(method, "/")
    return kit.call(mode, "http://x", operation, client=options), transport


def raising(error: BaseException) -> Callable[[Any], Iterable[bytes]]:
    def do(_: Any) -> Iterable[bytes]:
        raise error

    return do


@pytest.mark.parametrize("mode", MODES)
def test_a_custom_transport_that_cannot_close(kit: Kit, mode: Mode) -> None:
    outcome, _ = custom(kit, mode, lambda _: [GOOD])
    assert outcome.kind == "Label"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionResetError("x"), "APIConnectionError"),
        (KeyError("x"), "APIConnectionError"),
        (httpx2.ReadTimeout("x"), "APIConnectionError"),
        (TimeoutError("x"), "APITimeoutError"),
    ],
)
def test_exceptions_of_a_custom_transport(
    kit: Kit, mode: Mode, error: Exception, kind: str
) -> None:
    outcome, transport = custom(kit, mode, raising(error))
    assert outcome.kind == kind
    assert transport.sent == 3
    assert outcome.error is not None
    assert vars(outcome.error)["sent"] == "unknown"
    assert outcome.error.__cause__ is error

    def breaks_off(_: Any) -> Iterator[bytes]:
        yield GOOD[:5]
        raise error

    outcome, transport = custom(kit, mode, breaks_off)
    assert outcome.kind == kind
    assert vars(outcome.error)["sent"] == "answered"


@pytest.mark.parametrize("hangs", ["send", "body"])
def test_the_total_time_bounds_an_asynchronous_transport(kit: Kit, hangs: str) -> None:
    class Hanging(AsyncCustom):
        async def send(self, request: Any) -> Any:
            if hangs == "send":
                await asyncio.Event().wait()
            response = await super().send(request)
            response.body = self.iterate()
            return response

        async def iterate(self) -> AsyncIterator[bytes]:
            yield GOOD[:5]
            await asyncio.Event().wait()

    transport = Hanging(kit, lambda _: [])
    options = {"transport": transport, "timeout": 0.2}
    operation = kit.operation("GET", "/")
    outcome = kit.call("async", "http://x", operation, client=options)
    assert outcome.kind == "APITimeoutError"
    assert "total time" in str(outcome.error)
    assert vars(outcome.error)["attempts"] == 1


def test_the_total_time_of_a_synchronous_transport_is_checked(kit: Kit) -> None:
    def drips(_: Any) -> Iterator[bytes]:
        while True:
            yield b" "
            sleep(0.01)

    options = {"transport": Custom(kit, drips), "timeout": 0.2}
    operation = kit.operation("GET", "/")
    outcome = kit.call("sync", "http://x", operation, client=options)
    assert outcome.kind == "APITimeoutError"


@pytest.mark.parametrize("mode", MODES)
def test_failures_that_a_custom_transport_tells(kit: Kit, mode: Mode) -> None:
    told = kit.http.TransportError("x", kind="timeout", sent="not_sent", final=True)
    outcome, transport = custom(kit, mode, raising(told))
    assert (outcome.kind, transport.sent) == ("APITimeoutError", 1)
    assert outcome.error is not None
    assert vars(outcome.error)["sent"] == "not_sent"

    def odd(_: Any) -> Iterable[bytes]:
        raise kit.http.TransportError("x", kind="odd", sent="unknown")

    outcome, _ = custom(kit, mode, odd)
    assert outcome.kind == "APIConnectionError"
    assert "odd" in str(outcome.error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("error", [OSError("disk"), Ended()])
def test_exceptions_of_a_stream_in_a_custom_transport(
    kit: Kit, mode: Mode, error: BaseException
) -> None:
    """They are the caller's, and so is whatever is no ``Exception``."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise error

    file = kit.package.module("_runtime.files").FileBody()
    operation = kit.operation("PUT", "/", body={"application/octet-stream": file})
    transport = (Custom if mode == "sync" else AsyncCustom)(
        kit, lambda request: [b"".join(request.content)]
    )
    options = {"transport": transport}
    with pytest.raises(type(error)) as caught:
        outcome = kit.call(
            mode, "http://x", operation, client=options, body=Broken(b"x")
        )
        raise outcome.error or AssertionError
    assert caught.value is error
    assert transport.sent == 1


# --- The total time ------------------------------------------------------------------


def drains(connection: socket.socket) -> None:
    """Take a little of a request now and then, which keeps each wait for it short."""
    while connection.recv(65_536):
        sleep(0.02)


@pytest.mark.parametrize("mode", MODES)
def test_the_total_time_bounds_an_upload(kit: Kit, mode: Mode) -> None:
    file = kit.package.module("_runtime.files").FileBody()
    operation = kit.operation("PUT", "/", body={"application/octet-stream": file})
    options = {"timeout": 0.5, "max_retries": 0}
    with listening(drains) as port:
        url = f"http://127.0.0.1:{port}"
        outcome = kit.call(
            mode, url, operation, client=options, body=bytes(100_000_000)
        )
    assert outcome.kind == "APITimeoutError"
    # At the pace of the server it takes half a minute.
    assert outcome.error is not None
    assert vars(outcome.error)["elapsed"] < 10
    assert outcome.busy == 0


@contextmanager
def silent_addresses(count: int) -> Iterator[list[tuple[str, int]]]:
    """Addresses that take no connection and refuse none: their queues are full."""
    with ExitStack() as stack:
        found: list[tuple[str, int]] = []
        for number in range(2, count + 2):
            listener = stack.enter_context(socket.socket())
            listener.bind((f"127.0.0.{number}", found[0][1] if found else 0))
            listener.listen(0)
            found.append(listener.getsockname())
            for _ in range(3):
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                with suppress(BlockingIOError):
                    waiting.connect(found[-1])
        yield found


@pytest.mark.parametrize("limit", ["total", "connect"])
def test_all_addresses_of_a_host_share_the_time(
    kit: Kit, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    with silent_addresses(6) as addresses:
        resolved(monkeypatch, addresses)
        timeout = kit.http.Timeout(**{limit: 0.5})
        client = kit.open(
            "sync", f"http://api.example:{addresses[0][1]}", timeout=timeout
        ).with_options(max_retries=0)
        with pytest.raises(kit.errors.APITimeoutError) as caught:
            client.call(kit.operation("GET", "/fault/good"))
    assert caught.value.sent == "not_sent"
    assert caught.value.elapsed < 2


def test_another_address_of_a_host_is_tried(
    kit: Kit, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = "127.0.0.8", "127.0.0.9", "127.0.0.1"  # nobody listens on the first two
    resolved(monkeypatch, [(host, server.port) for host in hosts])
    with kit.open("sync", f"http://api.example:{server.port}") as client:
        assert client.call(kit.operation("GET", "/fault/good")).id == "lbl_1"


def resolved(monkeypatch: pytest.MonkeyPatch, addresses: list[Any]) -> None:
    """Let ``api.example`` have these addresses."""
    known = socket.getaddrinfo

    def resolve(host: Any, *args: Any, **more: Any) -> list[Any]:
        if host != "api.example":
            return known(host, *args, **more)
        kind = socket.AF_INET, socket.SOCK_STREAM, 6, ""
        return [(*kind, address) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.mark.parametrize("name", ["total", "connect", "read", "write", "pool"])
@pytest.mark.parametrize("value", [float("nan"), "5", b"5", [1], object()])
def test_timeouts_that_are_no_numbers(kit: Kit, name: str, value: object) -> None:
    with pytest.raises(kit.errors.ArgumentError, match=f"timeout {name} is no number"):
        kit.http.Timeout(**{name: value})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seconds", [float("inf"), 1e12])
@pytest.mark.parametrize("total", [None, 5.0, float("inf")])
def test_timeouts_longer_than_any_system_waits(
    kit: Kit, server: FaultServer, mode: Mode, seconds: float, total: float | None
) -> None:
    timeout = kit.http.Timeout(total, seconds, seconds, seconds, seconds)
    operation = kit.operation("POST", "/fault/good")
    options = {"timeout": timeout, "max_retries": 0}
    outcome = kit.call(mode, server.url, operation, client=options, body={"a": 1})
    assert outcome.kind == "Label"


def test_a_timeout_that_is_no_number(kit: Kit) -> None:
    client = kit.open("sync", "http://x", timeout="5")
    with pytest.raises(kit.errors.ArgumentError, match="timeout total"):
        client.call(kit.operation("GET", "/fault/good"))
    client = kit.open("sync", "http://x", timeout=kit.http.Timeout(1, None, 2.5, 0, 4))
    with pytest.raises(kit.errors.ArgumentError, match="timeout total"):
        client.request("GET", "/", options={"timeout": float("nan")})


# --- Whether it was sent -------------------------------------------------------------


def closes(connection: socket.socket) -> None:
    connection.recv(65_536)


def drips(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n")
    while True:
        connection.sendall(b"X-Slow: yes\r\n")
        sleep(0.02)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("proxy", "kind"), [(closes, "APIConnectionError"), (drips, "APITimeoutError")]
)
def test_a_proxy_that_never_connects(
    kit: Kit, mode: Mode, proxy: Callable[[socket.socket], None], kind: str
) -> None:
    with listening(proxy) as port:
        options = {"proxy": f"http://127.0.0.1:{port}", "timeout": 0.4}
        operation = kit.operation("POST", "/")
        outcome = kit.call(
            mode,
            "https://api.example",
            operation,
            client=options | {"max_retries": 0},
            body={},
        )
    assert outcome.kind == kind
    assert outcome.error is not None
    assert vars(outcome.error)["sent"] == "not_sent"


@pytest.mark.parametrize("mode", MODES)
def test_a_proxy_that_passes_requests_on(kit: Kit, mode: Mode) -> None:
    """It may have: http goes through it as it is."""
    with listening(closes) as port:
        options = {"proxy": f"http://127.0.0.1:{port}", "max_retries": 0}
        operation = kit.operation("GET", "/")
        outcome = kit.call(mode, "http://api.example", operation, client=options)
    assert outcome.kind == "APIConnectionError"
    assert outcome.error is not None
    assert vars(outcome.error)["sent"] == "unknown"


# --- Cancelled -----------------------------------------------------------------------


@pytest.mark.parametrize("reading", [False, True])
@pytest.mark.parametrize("again", range(1, 8))
def test_a_task_cancelled_while_it_closes_leaves_nothing(
    kit: Kit, server: FaultServer, reading: bool, again: int
) -> None:
    """As by an impatient user, or on each step of the event loop by a scope of anyio."""
    operation = kit.operation("GET", "/fault/hang_in_body")

    async def main() -> None:
        held = asyncio.Barrier(4)

        async def hold() -> None:
            async with client.streaming(client.call)(operation) as response:
                await held.wait()
                if reading:
                    await response.read()
                await asyncio.Event().wait()

        async with kit.open("async", server.url) as client:
            tasks = [asyncio.create_task(hold()) for _ in range(3)]
            await held.wait()
            for _ in range(10):
                await asyncio.sleep(0)
            for _ in range(again + 1):
                for task in tasks:
                    task.cancel()
                await asyncio.sleep(0)
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(each) for each in ended} == {asyncio.CancelledError}
            assert busy_connections(client) == 0
            assert client._pool._transport._client._transport._pool._requests == []
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


# --- HTTP/2 --------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("certificates are made by openssl")
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    make_certificate(path, "IP:127.0.0.1")
    return path


@contextmanager
def speaking(
    certificate: Path, *names: str
) -> Iterator[tuple[str, list[H2Connection]]]:
    """A server of HTTP/2 that gives the first request the first of these answers, and
    so on, the last one for good; and the connection of each request."""
    used: list[H2Connection] = []

    def answer(connection: H2Connection, stream: int) -> None:
        used.append(connection)
        ANSWERS[names[min(len(used), len(names)) - 1]](connection, stream)

    with listening(speaking_http2(certificate, answer)) as port:
        yield f"https://127.0.0.1:{port}", used


@pytest.mark.parametrize("mode", MODES)
def test_a_connection_carries_one_request_at_a_time(
    kit: Kit, certificate: Path, mode: Mode
) -> None:
    together = Barrier(3, timeout=20)

    def answer(connection: H2Connection, stream: int) -> None:
        # Reached by three only if none of them waits for another's connection.
        together.wait()
        ANSWERS["http2_good"](connection, stream)

    operation = kit.operation("GET", "/")
    with listening(speaking_http2(certificate, answer)) as port:
        url = f"https://127.0.0.1:{port}"
        options: dict[str, Any] = {"http2": True, "verify": str(certificate)}
        client = kit.open(mode, url, max_retries=0, **options)

        async def main() -> list[Any]:
            async with client:
                for _ in range(5):
                    calls = [client.call(operation) for _ in range(3)]
                    found = await asyncio.gather(*calls)
            return found

        if mode == "async":
            found = asyncio.run(main())
        else:
            with client, ThreadPoolExecutor(3) as threads:
                for _ in range(5):
                    found = list(threads.map(client.call, [operation] * 3))
    assert [each.id for each in found] == ["lbl_1"] * 3


@pytest.mark.parametrize("mode", MODES)
def test_http2_connections_are_used_again(
    kit: Kit, certificate: Path, mode: Mode
) -> None:
    with speaking(certificate, "http2_good") as (url, used):
        options = {"http2": True, "verify": str(certificate)}
        operation = kit.operation("GET", "/")
        outcome = kit.call(mode, url, operation, times=5, client=options)
    assert outcome.error is None
    assert len(used) == 5
    assert len(set(map(id, used))) == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_connection_with_an_answer_left_over_is_not_used_again(
    kit: Kit, certificate: Path, mode: Mode
) -> None:
    with speaking(certificate, "http2_silence_in_body", "http2_good") as (url, used):
        options = {"http2": True, "verify": str(certificate), "timeout": 0.4}
        options["max_retries"] = 0
        outcome = kit.call(
            mode, url, kit.operation("GET", "/"), times=2, client=options
        )
    assert outcome.value.id == "lbl_1"
    assert used[0] is not used[1]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["http2_goaway", "http2_refused_stream"])
def test_what_a_server_says_it_did_not_do_is_sent_again(
    kit: Kit, certificate: Path, mode: Mode, name: str
) -> None:
    with speaking(certificate, name, "http2_good") as (url, used):
        options = {"http2": True, "verify": str(certificate), "clock": kit.clock()}
        operation = kit.operation("POST", "/")
        outcome = kit.call(mode, url, operation, client=options, body={})
    assert outcome.kind == "Label"
    assert len(used) == 2


@pytest.mark.parametrize(
    ("detail", "sent"),
    [(StreamIDTooLowError(1, 3), "not_sent"), (ProtocolError("x"), "unknown")],
)
def test_streams_that_got_mixed_up(kit: Kit, detail: Exception, sent: str) -> None:
    """As they do in a client of the caller's that threads share."""

    class Mixed(httpx2.BaseTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            raise httpx2.LocalProtocolError("x") from httpcore2.LocalProtocolError(
                detail
            )

    options = {"http_client": httpx2.Client(transport=Mixed()), "max_retries": 0}
    client = kit.open("sync", "http://x", **options)
    with pytest.raises(kit.errors.APIConnectionError) as caught:
        client.call(kit.operation("GET", "/"))
    assert caught.value.sent == sent


# --- Secrets -------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("http2", [False, True])
def test_a_refused_proxy_shows_no_password(
    kit: Kit, mode: Mode, http2: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "h2", None)  # cannot be imported
    options = {"proxy": f"user:{SECRET}@proxy:80", "http2": http2}
    operation = kit.operation("GET", "/fault/good")
    outcome = kit.call(mode, "http://api.example", operation, client=options)
    assert outcome.kind == "ArgumentError"
    error = outcome.error
    assert error is not None
    assert error.__context__ is None
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [each for each in shown.stack if "_runtime" in each.filename]
    assert len(frames) > 3
    assert SECRET not in str([each.locals for each in frames])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("own", [True, False])
def test_headers_of_answers_are_not_logged(
    kit: Kit,
    server: FaultServer,
    caplog: pytest.LogCaptureFixture,
    mode: Mode,
    own: bool,
) -> None:
    library = logging.getLogger("httpcore2")
    library.setLevel(logging.NOTSET)
    caplog.set_level(logging.DEBUG)
    operation = kit.operation("GET", "/fault/cookie")

    def call() -> None:
        made: Any = httpx2.Client() if mode == "sync" else httpx2.AsyncClient()
        options = {} if own else {"http_client": made}
        assert kit.call(mode, server.url, operation, client=options).error is None

    call()
    assert "from-the-server" not in caplog.text
    # Who asks for them beforehand gets them.
    library.setLevel(logging.DEBUG)
    call()
    assert "from-the-server" in caplog.text
    library.setLevel(logging.NOTSET)
