"""Every fault ends in the documented exception or result, sync and async, in time, with
nothing left over and no secret shown."""

from __future__ import annotations

import gc
import logging
import pickle
import socket
import traceback
import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx2
import pytest
from client_package import Kit, Mode, Outcome, build
from fault_server import ERROR_BODIES, FAULTS, SECRET, FaultServer

CONNECTION = "APIConnectionError"
TIMEOUT = "APITimeoutError"
DECODE = "ResponseDecodeError"

EXPECTED: dict[str, tuple[str, str | None]] = {
    # No answer: the API may have acted.
    "close_before_response": (CONNECTION, "unknown"),
    "close_in_status_line": (CONNECTION, "unknown"),
    "close_in_headers": (CONNECTION, "unknown"),
    "garbage_status_line": (CONNECTION, "unknown"),
    "http_0_9": (CONNECTION, "unknown"),
    "bad_content_length": (CONNECTION, "unknown"),
    "two_content_lengths": (CONNECTION, "unknown"),
    "huge_header": (CONNECTION, "unknown"),
    "header_without_colon": (CONNECTION, "unknown"),
    "nul_in_header": (CONNECTION, "unknown"),
    "status_099": (CONNECTION, "unknown"),
    "reset_before_response": (CONNECTION, "unknown"),
    "reset_in_headers": (CONNECTION, "unknown"),
    "hang_before_headers": (TIMEOUT, "unknown"),
    "slow_headers": (TIMEOUT, "unknown"),
    # An answer that breaks off.
    "half_a_body": (CONNECTION, "answered"),
    "half_the_chunks": (CONNECTION, "answered"),
    "bad_chunk_size": (CONNECTION, "answered"),
    "trailer_garbage": (CONNECTION, "answered"),
    "hang_in_body": (TIMEOUT, "answered"),
    "slow_body": (TIMEOUT, "answered"),
    # An answer that cannot be read.
    "bad_gzip": (DECODE, "answered"),
    "cut_gzip": (DECODE, "answered"),
    "gzip_bomb": (DECODE, "answered"),
    "brotli": (DECODE, "answered"),
    "huge_body": (DECODE, "answered"),
    "endless_body": (DECODE, "answered"),
    "not_json": (DECODE, "answered"),
    "empty_exact": (DECODE, "answered"),
    "html": (DECODE, "answered"),
    "wrong_type": (DECODE, "answered"),
    "bad_utf8": (DECODE, "answered"),
    "nan": (DECODE, "answered"),
    "deep": (DECODE, "answered"),
    "deep_object": (DECODE, "answered"),
    "long_number": (DECODE, "answered"),
    "array_for_object": (DECODE, "answered"),
    # An answer that is no success.
    "redirect_elsewhere": ("RedirectError", "answered"),
    "redirect_loop": ("RedirectError", "answered"),
    "redirect_nonsense": ("RedirectError", "answered"),
    "status_999": ("APIError", "answered"),
    "early_answer": ("ClientError", "answered"),
    # Nothing wrong that a caller has to know of.
    "good": ("Label", None),
    "good_then_close": ("Label", None),
    "silent_close_after_answer": ("Label", None),
    "good_gzip": ("Label", None),
    "no_type": ("Label", None),
    "duplicate_keys": ("Label", None),
    "odd_charset": ("Label", None),
    "bom": ("Label", None),
    "utf_16": ("Label", None),
    "no_content": ("Label", None),
    "no_content_with_body": ("Label", None),
    "early_hints": ("Label", None),
    "many_continues": ("Label", None),
    "cookie": ("Label", None),
}


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    package = build(tmp_path_factory.mktemp("faults"), "faults_package")
    yield Kit(package)
    package.forget()


@pytest.fixture(scope="session")
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def call(kit: Kit, mode: Mode, url: str, operation: Any, **more: Any) -> Outcome:
    options: dict[str, Any] = {
        "timeout": kit.http.Timeout(total=0.4),
        "max_retries": 0,
        "verify": False,
        "max_response_bytes": 1_000_000,
        "credentials": {
            "bearer": kit.credentials.bearer(SECRET),
            "query": kit.api_key("query", "key", SECRET),
            "cookie": kit.api_key("cookie", "key", SECRET),
        },
    }
    return kit.call(
        mode,
        url,
        operation,
        api=kit.api(security=(("bearer", "query", "cookie"),)),
        client=options | more.pop("client", {}),
        **more,
    )


def check_error(outcome: Outcome, sent: str | None) -> None:
    """What holds for every error: it tells what happened, and no secret."""
    error: Any = outcome.error
    assert error.sent == sent
    assert error.attempts == 1
    assert error.elapsed > 0
    assert (error.method, error.path) == ("GET", "/fault/{name}")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy)) == (type(error), str(error))
    assert vars(copy).keys() == vars(error).keys()
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = "".join(shown.format())
    assert SECRET not in frames
    assert SECRET not in str(error) + repr(error) + repr(vars(error))


def test_every_fault_is_expected() -> None:
    assert EXPECTED.keys() == FAULTS.keys()


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("name", EXPECTED)
def test_fault(
    kit: Kit,
    server: FaultServer,
    caplog: pytest.LogCaptureFixture,
    name: str,
    mode: Mode,
) -> None:
    caplog.set_level(logging.DEBUG)
    kind, sent = EXPECTED[name]
    operation = kit.operation("GET", "/fault/{name}")
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        outcome = call(kit, mode, server.url, operation, path={"name": name})
        gc.collect()
    assert outcome.kind == kind, outcome.error
    assert outcome.busy == 0
    assert outcome.tasks == 0
    if sent is not None:
        check_error(outcome, sent)
    elif not name.startswith("no_content"):
        assert outcome.value.id == "lbl_1"
    assert SECRET not in caplog.text


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("shape", ERROR_BODIES)
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (402, "ClientError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (409, "ConflictError"),
        (422, "UnprocessableEntityError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
        (503, "ServerError"),
    ],
)
def test_error_body(
    kit: Kit, server: FaultServer, status: int, kind: str, shape: str, mode: Mode
) -> None:
    operation = kit.operation("GET", "/fault/{name}")
    name = f"status-{status}-{shape}"
    outcome = call(kit, mode, server.url, operation, path={"name": name})
    error: Any = outcome.error
    assert outcome.kind == kind
    assert error.status == status
    check_error(outcome, "answered")
    if shape == "json":
        assert error.error.error.code == error.code == "bad"
        assert error.request_id == "req_9"
        assert "It is bad." in str(error)
    else:
        assert error.error is None
        assert error.code is None
    assert outcome.busy == 0


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_error_whose_body_breaks_off(
    kit: Kit, server: FaultServer, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(connection: socket.socket, server: FaultServer) -> None:
        connection.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 90\r\n\r\npart")
        connection.close()

    monkeypatch.setitem(FAULTS, "broken", broken)
    operation = kit.operation("GET", "/fault/{name}")
    outcome = call(kit, mode, server.url, operation, path={"name": "broken"})
    assert outcome.kind == "NotFoundError"
    assert outcome.error is not None
    assert vars(outcome.error)["body"] == "part"


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_refused(kit: Kit, mode: Mode) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    operation = kit.operation("GET", "/fault/{name}")
    url = f"http://127.0.0.1:{port}"
    outcome = call(kit, mode, url, operation, path={"name": "good"})
    assert outcome.kind == CONNECTION
    check_error(outcome, "not_sent")


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_host_nobody_knows(
    kit: Kit, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*address: object, **more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    operation = kit.operation("GET", "/fault/{name}")
    outcome = call(kit, mode, "http://api.example", operation, path={"name": "good"})
    assert outcome.kind == CONNECTION
    check_error(outcome, "not_sent")


def test_no_connection_is_free(kit: Kit, server: FaultServer) -> None:
    operation = kit.operation("GET", "/fault/{name}")
    timeout = kit.http.Timeout(total=2.0, pool=0.05)
    limits = httpx2.Limits(max_connections=1)
    with httpx2.Client(limits=limits) as pool:
        client = kit.open("sync", server.url, http_client=pool, timeout=timeout)
        client = client.with_options(max_retries=0)
        fetch = partial(client.call, operation, path={"name": "good"})
        with client.streaming(fetch)():
            with pytest.raises(kit.errors.APITimeoutError) as caught:
                fetch()
        assert caught.value.sent == "not_sent"
        assert type(fetch()).__name__ == "Label"


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_tls_to_a_port_without(kit: Kit, server: FaultServer, mode: Mode) -> None:
    operation = kit.operation("GET", "/fault/{name}")
    url = server.url.replace("http:", "https:")
    outcome = call(kit, mode, url, operation, path={"name": "good"})
    assert outcome.kind in (CONNECTION, TIMEOUT)
    check_error(outcome, "not_sent")


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_proxy_refuses(kit: Kit, mode: Mode) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
    operation = kit.operation("GET", "/fault/{name}")
    options = {"proxy": proxy}
    url = "https://api.example"
    outcome = call(kit, mode, url, operation, path={"name": "x"}, client=options)
    assert outcome.kind == CONNECTION
    check_error(outcome, "not_sent")


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_keep_alive_closed_under_the_client(
    kit: Kit, server: FaultServer, mode: Mode
) -> None:
    operation = kit.operation("GET", "/fault/{name}")
    path = {"name": "silent_close_after_answer"}
    # What was lost to the connection that closes is sent again, after a pause.
    options = {"max_retries": 2, "timeout": 10.0, "clock": kit.clock()}
    outcome = call(kit, mode, server.url, operation, path=path, times=5, client=options)
    assert outcome.error is None


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_cookies_are_not_kept(kit: Kit, server: FaultServer, mode: Mode) -> None:
    before = len(server.requests)
    operation = kit.operation("GET", "/fault/{name}")
    call(kit, mode, server.url, operation, path={"name": "cookie"}, times=2)
    received = server.requests[before:]
    assert [each.headers["cookie"] for each in received] == [f"key={SECRET}"] * 2
