"""Decisions about further attempts: the table, the waits, the budget, the limiter."""

from __future__ import annotations

import email.utils
import itertools
import math
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from client_package import Kit, Mode, build
from conftest import REPOSITORY
from fault_server import FaultServer

METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "QUERY")


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    package = build(tmp_path_factory.mktemp("retries"), "retries_package")
    yield Kit(package)
    package.forget()


@pytest.fixture(scope="session")
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


# --- The table -----------------------------------------------------------------------


def documented(kit: Kit) -> str:
    """The table of decisions, as ``docs/runtime.md`` shows it."""
    Outcome, is_retryable = kit.retries.Outcome, kit.retries.is_retryable
    codes = kit.operations.RetryCodes(pointer="/c", retry=("again",), never=("never",))
    rows = [
        ("not sent", Outcome("not_sent")),
        ("argument or certificate refused", Outcome("not_sent", final=True)),
        ("connection lost, timeout", Outcome("unknown")),
        *(
            (str(status), Outcome("answered", status))
            for status in (400, 401, 404, 408, 409, 422, 425, 429)
        ),
        *(
            (str(status), Outcome("answered", status))
            for status in (500, 501, 502, 503, 504, 505)
        ),
        ("409, code to be retried", Outcome("answered", 409, "again")),
        ("409, code never to be", Outcome("answered", 409, "never")),
        ("503, code never to be", Outcome("answered", 503, "never")),
        ("429, code never to be", Outcome("answered", 429, "never")),
    ]
    columns = [
        ("GET HEAD PUT DELETE OPTIONS TRACE", "GET", False, True),
        ("POST PATCH with a key", "POST", True, True),
        ("POST PATCH without", "POST", False, True),
        ("body sent that cannot be replayed", "PUT", True, False),
    ]
    lines = ["| outcome | " + " | ".join(name for name, *_ in columns) + " |"]
    lines.append("|---" * (len(columns) + 1) + "|")
    for name, outcome in rows:
        cells = [
            (
                "retry"
                if is_retryable(
                    outcome, method, has_key=key, replayable=replayable, codes=codes
                )
                else "–"
            )
            for _, method, key, replayable in columns
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def test_the_documented_table_is_what_happens(kit: Kit) -> None:
    text = (REPOSITORY / "docs" / "runtime.md").read_text("utf-8")
    assert documented(kit) in text


def test_every_cell(kit: Kit) -> None:
    """Against an independent statement of the rules, for every status and method."""
    for status, method, key, replayable in itertools.product(
        range(100, 700), METHODS, (True, False), (True, False)
    ):
        expected = replayable and (
            status == 429
            or (
                status in {408, 425, 500, 502, 503, 504}
                and (
                    method not in {"POST", "PATCH", "QUERY"}
                    or (key and method != "QUERY")
                )
            )
        )
        decided = kit.retries.is_retryable(
            kit.retries.Outcome("answered", status),
            method,
            has_key=key,
            replayable=replayable,
        )
        assert decided == expected, (status, method, key, replayable)


# --- Waits ---------------------------------------------------------------------------


def test_backoff_is_full_jitter_up_to_a_cap(kit: Kit) -> None:
    backoff = kit.retries.backoff
    assert [backoff(n, 1.0) for n in range(1, 8)] == [0.5, 1, 2, 4, 8, 8, 8]
    assert backoff(10_000, 1.0) == 8
    assert backoff(3, 0.0) == 0
    assert backoff(3, 0.25) == 0.5


NOW = 1_700_000_000.0
LATER = email.utils.formatdate(NOW + 30, usegmt=True)
EARLIER = email.utils.formatdate(NOW - 30, usegmt=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 7 "}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "86400"}, 86400),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e34"}, 1e34),
        ({"retry-after": "1e999"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "7, 9"}, None),
        ({"retry-after": "9" * 1000}, None),
        ({"retry-after": "x" * 1000}, None),
        ({"retry-after": LATER}, 30),
        ({"retry-after": EARLIER}, 0),
        ({"retry-after": LATER.replace("GMT", "+0000")}, 30),
        ({"retry-after": "Tuesday, 14-Nov-23 22:13:50 GMT"}, 30),
        ({"retry-after": "Tue Nov 14 22:13:50 2023"}, 30),
        ({"retry-after": "Moo, 14 Nov 2023 22:13:50 GMT"}, 30),
        ({"retry-after": "Tue, 14 Nov 100000 22:13:50 GMT"}, None),
        ({"retry-after": "Tue, 99 Nov 2023 22:13:50 GMT"}, None),
        ({"retry-after": "0x10"}, None),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "junk", "retry-after": "9"}, 9),
        ({"retry-after-ms": "-5", "retry-after": "9"}, 9),
        ({"retry-after-ms": LATER, "retry-after": "9"}, 9),
    ],
)
def test_retry_after(kit: Kit, headers: dict[str, str], seconds: float | None) -> None:
    assert kit.retries.parse_retry_after(headers, NOW) == seconds


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_waits_between_attempts(kit: Kit, server: FaultServer, mode: Mode) -> None:
    clock = kit.clock()
    outcome = kit.call(
        mode,
        server.url,
        kit.operation("GET", "/sequence/status-503-html,reset_before_response,good"),
        client={"clock": clock},
        query={"mode": mode},
    )
    assert outcome.kind == "Label"
    assert clock.slept == [0.5, 1.0]


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_the_last_error_is_raised(kit: Kit, server: FaultServer, mode: Mode) -> None:
    clock = kit.clock()
    outcome = kit.call(
        mode,
        server.url,
        kit.operation(
            "GET", "/sequence/status-500-json,status-503-json,status-502-html"
        ),
        client={"clock": clock, "max_retries": 2},
        query={"mode": mode},
    )
    error: Any = outcome.error
    assert (error.status, error.attempts) == (502, 3)
    assert error.elapsed == sum(clock.slept) == 1.5
    assert "3 attempts" in str(error)


@pytest.mark.parametrize(
    ("wait", "slept"), [("2", [2.0]), ("0", [0.5]), ("60", [60.0]), ("junk", [0.5])]
)
def test_the_wish_of_the_server(
    kit: Kit, monkeypatch: pytest.MonkeyPatch, wait: str, slept: list[float]
) -> None:
    transport = Recorded(kit, [(429, {"Retry-After": wait}), (200, {})])
    clock = kit.clock()
    call(kit, transport, clock=clock)
    assert clock.slept == slept


@pytest.mark.parametrize("wait", ["61", "86400"])
def test_too_long_a_wait_is_raised_at_once(kit: Kit, wait: str) -> None:
    transport = Recorded(kit, [(429, {"Retry-After": wait}), (200, {})])
    clock = kit.clock()
    with pytest.raises(kit.errors.RateLimitError) as raised:
        call(kit, transport, clock=clock)
    assert raised.value.retry_after == float(wait)
    assert f"retry after {wait} s" in str(raised.value)
    assert clock.slept == []


def test_no_attempt_past_the_total_time(kit: Kit) -> None:
    transport = Recorded(kit, [(429, {"Retry-After": "10"})] * 9)
    clock = kit.clock()
    with pytest.raises(kit.errors.RateLimitError) as raised:
        call(kit, transport, clock=clock, max_retries=9, timeout=25)
    assert clock.slept == [10.0, 10.0]
    assert raised.value.attempts == 3
    totals = [request.timeout.total for request in transport.requests]
    assert totals == [25, 15, 5]


@pytest.mark.parametrize(
    ("answers", "sent"),
    [
        (["refused", "refused", "refused"], "not_sent"),
        ([None, "refused", "refused"], "unknown"),
        ([(503, {}), "refused", "refused"], "unknown"),
        (["refused", None, "refused"], "unknown"),
        (["refused", (400, {})], "answered"),
    ],
)
def test_no_attempt_is_forgotten(kit: Kit, answers: list[Any], sent: str) -> None:
    with pytest.raises(kit.errors.SampleError) as caught:
        call(kit, Recorded(kit, answers), clock=kit.clock())
    assert caught.value.sent == sent


def test_what_ends_a_call_between_attempts_forgets_none(kit: Kit) -> None:
    secrets = iter(["good", ""])
    with pytest.raises(kit.errors.ArgumentError) as caught:
        call(
            kit,
            Recorded(kit, [(503, {})]),
            api=kit.api(security=(("bearer",),)),
            clock=kit.clock(),
            credentials={"bearer": kit.credentials.bearer(lambda: next(secrets))},
        )
    assert (caught.value.sent, caught.value.attempts) == ("unknown", 1)
    assert (caught.value.method, caught.value.path) == ("GET", "/x")


def test_options_of_a_call_win(kit: Kit) -> None:
    transport = Recorded(kit, [(503, {})] * 9)
    with pytest.raises(kit.errors.ServerError) as raised:
        call(
            kit,
            transport,
            clock=kit.clock(),
            max_retries=5,
            request_options={"max_retries": 1},
        )
    assert raised.value.attempts == 2


# --- The budget ----------------------------------------------------------------------


def test_an_outage_costs_a_tenth_more(kit: Kit) -> None:
    transport = Recorded(kit, itertools.repeat((503, {})))
    with kit.open("sync", "http://x", transport=transport, clock=kit.clock()) as client:
        for _ in range(1000):
            with pytest.raises(kit.errors.ServerError):
                client.call(kit.operation("GET", "/x"))
    assert len(transport.requests) == 1100


def test_what_succeeds_gives_back(kit: Kit) -> None:
    budget = kit.retries.RetryBudget(capacity=2)
    assert [budget.take() for _ in range(3)] == [True, True, False]
    budget.refund(1)
    assert [budget.take() for _ in range(2)] == [True, False]
    for _ in range(11):
        budget.refund(0)
    assert [budget.take() for _ in range(2)] == [True, False]
    for _ in range(1000):
        budget.refund(2)
    assert [budget.take() for _ in range(3)] == [True, True, False]


def test_a_renewed_secret_gives_back_what_it_took(kit: Kit) -> None:
    """Which is nothing."""
    transport = Recorded(kit, [(401, {}), (200, {})] * 20)
    credential = kit.credentials.bearer(lambda: "secret")
    client = kit.open(
        "sync",
        "http://x",
        kit.api(security=(("bearer",),)),
        transport=transport,
        credentials={"bearer": credential},
    )
    budget = client._pool.budget
    while budget.take():
        pass
    for _ in range(9):
        client.call(kit.operation("GET", "/x"))
    assert not budget.take()


# --- Idempotency keys and bodies -----------------------------------------------------


def test_one_key_for_all_attempts(kit: Kit) -> None:
    transport = Recorded(kit, [(503, {}), None, (200, {}), (200, {})])
    operation = kit.operation("POST", "/x", idempotent=True)
    call(kit, transport, operation, clock=kit.clock(), body={})
    call(kit, transport, operation, clock=kit.clock(), body={})
    keys = [dict(request.headers)["Idempotency-Key"] for request in transport.requests]
    assert len(keys) == 4
    assert len(set(keys[:3])) == 1
    assert keys[3] != keys[0]


@pytest.mark.parametrize(
    "arguments",
    [
        {"request_options": {"idempotency_key": "mine"}},
        {"request_options": {"headers": {"idempotency-key": "mine"}}},
        {"headers": {"Idempotency-Key": "mine"}},
    ],
)
@pytest.mark.parametrize("idempotent", [True, False])
def test_the_key_of_the_caller_wins(
    kit: Kit, arguments: dict[str, Any], idempotent: bool
) -> None:
    transport = Recorded(kit, [(503, {}), (200, {})])
    operation = kit.operation("POST", "/x", idempotent=idempotent)
    call(kit, transport, operation, clock=kit.clock(), body={}, **arguments)
    for request in transport.requests:
        keys = [v for k, v in request.headers if k.lower() == "idempotency-key"]
        assert keys == ["mine"]


def test_a_key_of_the_client_is_none_for_a_call(kit: Kit) -> None:
    """Two calls would be one to the API."""
    transport = Recorded(kit, [(200, {})] * 3)
    operation = kit.operation("POST", "/x", idempotent=True)
    headers = {"Idempotency-Key": "same"}
    with kit.open("sync", "http://x", transport=transport, headers=headers) as client:
        client.call(operation, body={})
        client.call(operation, body={})
        client.call(operation, body={}, options={"idempotency_key": "mine"})
    keys = [dict(request.headers)["Idempotency-Key"] for request in transport.requests]
    assert len({*keys, "same"}) == 4
    assert keys[2] == "mine"


def test_with_a_key_of_the_client_a_call_is_not_repeated(kit: Kit) -> None:
    transport = Recorded(kit, [(503, {}), (200, {})])
    operation = kit.operation("POST", "/x")
    headers = {"Idempotency-Key": "same"}
    with kit.open("sync", "http://x", transport=transport, headers=headers) as client:
        with pytest.raises(kit.errors.ServerError):
            client.call(operation, body={})
    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        {"request_options": {"idempotency_key": ""}},
        {"headers": {"Idempotency-Key": ""}},
    ],
)
def test_an_empty_key_is_none(kit: Kit, arguments: dict[str, Any]) -> None:
    operation = kit.operation("POST", "/x", idempotent=True)
    with pytest.raises(kit.errors.ArgumentError, match="key cannot be empty"):
        call(kit, Recorded(kit, []), operation, body={}, **arguments)


def test_no_key_no_second_attempt(kit: Kit) -> None:
    transport = Recorded(kit, [None, (200, {})])
    with pytest.raises(kit.errors.APIConnectionError) as raised:
        call(kit, transport, kit.operation("POST", "/x"), clock=kit.clock(), body={})
    assert raised.value.sent == "unknown"
    assert "may have been processed" in str(raised.value)


def test_codes_settle_it(kit: Kit) -> None:
    codes = kit.operations.RetryCodes(
        pointer="/error/code", retry=("in_progress",), never=("conflict",)
    )
    api = kit.api(retry=codes)
    operation = kit.operation("POST", "/x", idempotent=True)
    again: Any = (409, {}, b'{"error": {"code": "in_progress"}}')
    never: Any = (409, {}, b'{"error": {"code": "conflict"}}')
    transport = Recorded(kit, [again, again, (200, {})])
    call(kit, transport, operation, api=api, clock=kit.clock(), body={})
    assert len(transport.requests) == 3
    transport = Recorded(kit, [never, (200, {})])
    with pytest.raises(kit.errors.ConflictError):
        call(kit, transport, operation, api=api, clock=kit.clock(), body={})


# --- The limiter ---------------------------------------------------------------------


def test_a_minute_never_sees_more_than_the_limit(kit: Kit) -> None:
    classes = (kit.operations.RateClass("write", ("POST",), 60),)
    limiter = kit.ratelimit.RateLimiter()
    now, sent = 0.0, []
    for _ in range(300):
        now += limiter.reserve("POST", classes, now, math.inf)
        sent.append(now)
    for start in sent:
        assert sum(start <= each < start + 60 for each in sent) <= 60
    assert limiter.reserve("GET", classes, now, math.inf) == 0


def test_who_waits_is_let_through_in_order(kit: Kit) -> None:
    classes = (kit.operations.RateClass("write", ("POST",), 60),)
    limiter = kit.ratelimit.RateLimiter(burst=1)
    waits = [limiter.reserve("POST", classes, 0.0, math.inf) for _ in range(4)]
    assert waits == sorted(waits)
    assert waits[0] == 0 and len(set(waits)) == 4


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_the_client_waits_for_the_limiter(
    kit: Kit, server: FaultServer, mode: Mode
) -> None:
    clock = kit.clock()
    limit = kit.operations.RateClass("read", ("GET",), 60)
    limiter = kit.ratelimit.RateLimiter([limit], burst=1)
    outcome = kit.call(
        mode,
        server.url,
        kit.operation("GET", "/fault/good"),
        times=3,
        client={"clock": clock, "limiter": limiter},
    )
    assert outcome.error is None
    assert len(clock.slept) == 2 and all(wait > 0.9 for wait in clock.slept)


def test_a_wait_longer_than_the_call_is_refused(kit: Kit) -> None:
    limit = kit.operations.RateClass("read", ("GET",), 1)
    limiter = kit.ratelimit.RateLimiter([limit])
    transport = Recorded(kit, [(200, {})] * 2)
    clock = kit.clock()
    call(kit, transport, clock=clock, limiter=limiter, timeout=5)
    with pytest.raises(kit.errors.APITimeoutError) as raised:
        call(kit, transport, clock=clock, limiter=limiter, timeout=5)
    assert raised.value.sent == "not_sent"
    assert len(transport.requests) == 1


def test_refused_calls_take_nothing_from_patient_ones(kit: Kit) -> None:
    limit = kit.operations.RateClass("read", ("GET",), 60)
    limiter = kit.ratelimit.RateLimiter([limit], burst=1)
    transport = Recorded(kit, [(200, {})] * 2)
    clock = kit.clock()
    call(kit, transport, clock=clock, limiter=limiter)
    for _ in range(200):
        with pytest.raises(kit.errors.APITimeoutError):
            call(kit, transport, clock=clock, limiter=limiter, timeout=0.5)
    call(kit, transport, clock=clock, limiter=limiter)
    assert len(transport.requests) == 2 and sum(clock.slept) < 1.1


class Interrupted(BaseException):
    """As a task that is cancelled, or Ctrl-C."""


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_who_gives_up_waiting_leaves_the_token_to_the_next(
    kit: Kit, server: FaultServer, mode: Mode
) -> None:
    class Clock(type(kit.clock())):  # type: ignore[misc]
        patient = True

        def sleep(self, seconds: float) -> None:
            if not self.patient:
                raise Interrupted
            super().sleep(seconds)

    clock = Clock()
    limit = kit.operations.RateClass("read", ("GET",), 60)
    limiter = kit.ratelimit.RateLimiter([limit], burst=1)
    get = kit.operation("GET", "/fault/good")
    options = {"clock": clock, "limiter": limiter}
    assert kit.call(mode, server.url, get, client=options).error is None
    clock.patient = False
    for _ in range(100):
        with pytest.raises(Interrupted):
            kit.call(mode, server.url, get, client=options)
    clock.patient = True
    assert kit.call(mode, server.url, get, client=options).error is None
    assert sum(clock.slept) < 1.1


def test_what_is_given_back_lets_no_more_through_in_a_minute(kit: Kit) -> None:
    classes = (kit.operations.RateClass("write", ("POST",), 60),)
    limiter = kit.ratelimit.RateLimiter()
    first = [limiter.reserve("POST", classes, 0.0, math.inf) for _ in range(300)]
    for moment in first[20:150]:
        limiter.release("POST", classes, moment)
    now = 50.0
    next_ = [now + limiter.reserve("POST", classes, now, math.inf) for _ in range(300)]
    sent = first[:20] + first[150:] + next_
    for start in sent:
        assert sum(start <= each < start + 60 for each in sent) <= 60
    assert next_[0] < 52 and next_ == sorted(next_)
    assert limiter.reserve("POST", classes, now, 60.0) > 60.0
    limiter.release("GET", classes, now)


def test_a_limiter_need_not_take_anything_back(kit: Kit) -> None:
    class Always:
        def reserve(self, *arguments: Any) -> float:
            return 1.0

    class Clock(kit.retries.Clock):  # type: ignore[misc,name-defined]
        def sleep(self, seconds: float) -> None:
            raise Interrupted

    with pytest.raises(Interrupted):
        call(kit, Recorded(kit, []), clock=Clock(), limiter=Always())


@pytest.mark.parametrize("per_minute", [0, -1, math.nan])
def test_a_limit_must_let_something_through(kit: Kit, per_minute: float) -> None:
    limit = kit.operations.RateClass("read", ("GET",), per_minute)
    with pytest.raises(kit.errors.ArgumentError, match="read: per_minute"):
        kit.ratelimit.RateLimiter([limit])


def test_a_limiter_shared_by_threads_loses_nothing(kit: Kit) -> None:
    classes = (kit.operations.RateClass("write", ("POST",), 600),)
    limiter = kit.ratelimit.RateLimiter()
    waits: list[float] = []

    def reserve() -> None:
        for _ in range(200):
            waits.append(limiter.reserve("POST", classes, 0.0, math.inf))

    threads = [threading.Thread(target=reserve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = kit.ratelimit.RateLimiter()
    assert sorted(waits) == [
        alone.reserve("POST", classes, 0.0, math.inf) for _ in range(1600)
    ]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_limiter_that_was_held_when_the_process_was_forked(kit: Kit) -> None:
    limit = kit.operations.RateClass("read", ("GET",), 60)
    limiter = kit.ratelimit.RateLimiter([limit])
    limiter.reserve("GET", (), 0.0, math.inf)
    with limiter._locks[os.getpid()]:
        child = os.fork()
        if child == 0:
            signal.alarm(20)
            os._exit(int(limiter.reserve("GET", (), 0.0, math.inf)))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# --- Help ----------------------------------------------------------------------------


class Recorded:
    """A transport that gives answers from a list; ``None`` is a lost connection, and
    "refused" one that never was."""

    def __init__(self, kit: Kit, answers: Any) -> None:
        self.kit = kit
        self.answers = iter(answers)
        self.requests: list[Any] = []

    def send(self, request: Any) -> Any:
        self.requests.append(request)
        answer = next(self.answers)
        if answer is None or answer == "refused":
            raise self.kit.http.TransportError(
                "lost", kind="connection", sent="not_sent" if answer else "unknown"
            )
        status, headers, *body = answer
        content = body[0] if body else b'{"id": "lbl_1"}'
        return self.kit.http.HTTPResponse(
            status,
            self.kit.http.Headers(
                [("Content-Type", "application/json"), *headers.items()]
            ),
            [content],
            lambda: None,
        )

    def close(self) -> None:
        pass


def call(
    kit: Kit,
    transport: Recorded,
    operation: Any = None,
    *,
    api: Any = None,
    body: Any = None,
    headers: dict[str, str] | None = None,
    request_options: dict[str, Any] | None = None,
    **options: Any,
) -> Any:
    arguments: dict[str, Any] = {} if body is None else {"body": body}
    if headers is not None:
        arguments["headers"] = headers
    with kit.open("sync", "http://x", api, transport=transport, **options) as client:
        return client.call(
            operation or kit.operation("GET", "/x"),
            options=request_options,
            **arguments,
        )
