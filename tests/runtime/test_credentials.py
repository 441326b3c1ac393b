"""Credentials: what they add, when they are needed, and that they do not show."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import signal
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest
from client_package import Kit, Mode, build
from conftest import AssembledPackage
from fault_server import FaultServer, Received, whole

MODES: tuple[Mode, ...] = ("sync", "async")

CANARY = "s3cret-canary"
UNHURRIED = SimpleNamespace(timeout=SimpleNamespace(total=None))
ANY: tuple[Any, Any] = (None, UNHURRIED)
"""The client and the call, for credentials that need no more of them."""


class Keys:
    def __init__(self, package: AssembledPackage) -> None:
        self.kit = Kit(package)
        self.credentials = package.module("_runtime.credentials")
        self.oauth = package.module("_runtime.oauth")
        self.error = package.module("errors").ArgumentError
        self.basic = package.module("_runtime.credentials_basic").basic
        self.api_key = package.module("_runtime.credentials_api_key").api_key

    def __getattr__(self, name: str) -> Any:
        return getattr(self.credentials, name)


def added(credential: Any) -> Any:
    """What a credential adds: the same for both clients."""
    additions = credential.apply(*ANY)
    assert asyncio.run(credential.apply_async(*ANY)) == additions
    return additions


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keys]:
    package = build(tmp_path_factory.mktemp("credentials"), "credentials_package")
    yield Keys(package)
    package.forget()


# --- What is added -------------------------------------------------------------------


def test_bearer(keys: Keys) -> None:
    assert added(keys.bearer("abc")).headers == (("Authorization", "Bearer abc"),)


def test_http_schemes(keys: Keys) -> None:
    additions = added(keys.http("Token", "abc"))
    assert additions.headers == (("Authorization", "Token abc"),)


@pytest.mark.parametrize("secret", [("é", "a:b"), "é:a:b"])
def test_basic(keys: Keys, secret: Any) -> None:
    [(name, value)] = added(keys.basic(secret)).headers
    scheme, _, encoded = value.partition(" ")
    assert (name, scheme) == ("Authorization", "Basic")
    assert base64.b64decode(encoded).decode() == "é:a:b"


@pytest.mark.parametrize("secret", [("a:b", "c"), "abc", 1, ("a",)])
def test_what_basic_cannot_send(keys: Keys, secret: Any) -> None:
    with pytest.raises(keys.error, match="basic_auth"):
        keys.basic(secret).apply(*ANY)


@pytest.mark.parametrize("place", ["header", "query", "cookie"])
def test_api_key(keys: Keys, place: str) -> None:
    additions = added(keys.api_key(place, "X-Key", "abc"))
    places = {
        "header": additions.headers,
        "query": additions.query,
        "cookie": additions.cookies,
    }
    assert places.pop(place) == (("X-Key", "abc"),)
    assert list(places.values()) == [(), ()]


@pytest.mark.parametrize("secret", ["a;b=c", "a b", 'a"', "a\\b", "a,b", "é", "a\nb"])
def test_a_cookie_cannot_hold_everything(keys: Keys, secret: str) -> None:
    with pytest.raises(keys.error, match="cookie"):
        keys.api_key("cookie", "session", secret).apply(*ANY)
    assert added(keys.api_key("cookie", "session", "aZ09-._~+/=:")).cookies


# --- Providers -----------------------------------------------------------------------


def test_a_provider_is_asked_for_each_attempt(keys: Keys) -> None:
    tokens = iter(["a", "b", "c"])
    credential = keys.bearer(lambda: next(tokens))
    assert credential.is_given() and credential.reject()
    for token in ("a", "b"):
        [(_, value)] = credential.apply(*ANY).headers
        assert value == f"Bearer {token}"
    [(_, value)] = asyncio.run(credential.apply_async(*ANY)).headers
    assert value == "Bearer c"
    assert not keys.bearer("fixed").reject()


def test_a_coroutine_function_is_a_provider(keys: Keys) -> None:
    async def provide() -> str:
        return "abc"

    credential = keys.bearer(provide)
    additions = asyncio.run(credential.apply_async(*ANY))
    assert additions.headers == (("Authorization", "Bearer abc"),)
    with pytest.raises(keys.error, match="asynchronous client"):
        credential.apply(*ANY)


@pytest.mark.parametrize("secret", ["a\nb", "a\r\n", " a", "é", "a\0", "a\x7f"])
def test_secrets_that_cannot_be_sent(keys: Keys, secret: str) -> None:
    for make in (keys.bearer, lambda s: keys.api_key("header", "X", s)):
        with pytest.raises(keys.error, match="secret"):
            make(secret).apply(*ANY)


@pytest.mark.parametrize("given", ["", None, 1])
def test_providers_that_give_nothing(keys: Keys, given: Any) -> None:
    with pytest.raises(keys.error, match="token"):
        keys.bearer(lambda: given).apply(*ANY)


# --- The environment -----------------------------------------------------------------


def test_the_environment_is_read_once(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPLE_TOKEN", "from-env")
    credential = keys.bearer(None, "SAMPLE_TOKEN")
    monkeypatch.setenv("SAMPLE_TOKEN", "changed")
    assert added(credential).headers == (("Authorization", "Bearer from-env"),)
    argument = keys.bearer("given", "SAMPLE_TOKEN")
    assert added(argument).headers == (("Authorization", "Bearer given"),)


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_given(
    keys: Keys, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("SAMPLE_TOKEN", raising=False)
    if value is not None:
        monkeypatch.setenv("SAMPLE_TOKEN", value)
    assert not keys.bearer(None, "SAMPLE_TOKEN").is_given()
    assert not keys.bearer("", "SAMPLE_TOKEN").is_given()


# --- Requirements --------------------------------------------------------------------


def alternatives(*names: str) -> tuple[tuple[str, ...], ...]:
    """``"a+b"`` is a and b; the names are alternatives."""
    return tuple(tuple(each for each in name.split("+") if each) for name in names)


@pytest.mark.parametrize(
    ("security", "given", "chosen"),
    [
        ((), "", []),
        ((), "a", []),
        (("a",), "a", ["a"]),
        (("a", "b"), "b", ["b"]),
        (("a", "b"), "ab", ["a"]),
        (("a+b", "c"), "ac", ["c"]),
        (("a+b", "c"), "abc", ["a", "b"]),
        (("", "a"), "a", ["a"]),
        (("a", ""), "", []),
        (("", "a+b"), "a", []),
    ],
)
def test_which_credentials_are_chosen(
    keys: Keys, security: tuple[str, ...], given: str, chosen: list[str]
) -> None:
    credentials = {
        name: keys.bearer(name if name in given else None, argument=name)
        for name in "abc"
    }
    result = keys.choose(alternatives(*security), credentials)
    assert [credential.argument for credential in result] == chosen


def test_the_error_says_what_is_missing(keys: Keys) -> None:
    credentials = {
        "a": keys.bearer(None, "SAMPLE_TOKEN"),
        "b": keys.api_key("query", "k", None, argument="key"),
    }
    with pytest.raises(keys.error) as caught:
        keys.choose(alternatives("a+b", "b", "zzz"), credentials)
    assert str(caught.value) == (
        "this call needs the argument token of the client (or the environment variable "
        "SAMPLE_TOKEN) and the argument key of the client, or the argument key of the "
        "client, or credentials for zzz, which this client does not know"
    )


@pytest.mark.parametrize("mode", MODES)
def test_all_of_an_alternative_are_applied(keys: Keys, mode: Mode) -> None:
    credentials = {
        "a": keys.bearer("x"),
        "b": keys.api_key("query", "k", "y"),
        "c": keys.api_key("cookie", "s", "z"),
    }
    with FaultServer() as server:
        outcome = keys.kit.call(
            mode,
            server.url,
            keys.kit.operation("GET", "/fault/good", security=alternatives("a+b+c")),
            client={"credentials": credentials},
        )
        [request] = server.requests
    assert outcome.error is None
    assert request.target == "/fault/good?k=y"
    assert request.headers["authorization"] == "Bearer x"
    assert request.headers["cookie"] == "s=z"


# --- OAuth 2 client credentials ------------------------------------------------------


class TokenServer(FaultServer):
    """Gives tokens ``t1``, ``t2``… at ``/fault/token``, and a clock that stands until
    it is set."""

    def __init__(self, keys: Keys, **answer: Any) -> None:
        super().__init__()
        self.kit = keys.kit
        self.oauth = keys.oauth
        self.now = 1000.0
        self.status = 200
        self.answer: dict[str, Any] | bytes = {"expires_in": 3600, **answer}
        self.reached = threading.Event()
        self.headers: tuple[str, ...] = ()
        self.first: str | None = None
        """A fault in place of the first token."""

    def _answer(
        self, connection: socket.socket, request: Received, number: int
    ) -> None:
        self.reached.set()
        if self.first is not None and "token" in request.target and number == 1:
            request = replace(request, target=f"/fault/{self.first}")
        if "token" not in request.target:
            super()._answer(connection, request, number)
        elif isinstance(self.answer, bytes):
            connection.sendall(whole(self.answer, *self.headers, status=self.status))
        else:
            token = {"access_token": f"t{len(self.asked)}", **self.answer}
            content = json.dumps(token).encode()
            connection.sendall(whole(content, status=self.status))

    @property
    def asked(self) -> list[Any]:
        """The requests for a token."""
        return [each for each in self.requests if "token" in each.target]

    @property
    def used(self) -> list[str]:
        """The tokens of all other requests."""
        return [
            each.headers["authorization"].removeprefix("Bearer ")
            for each in self.requests
            if "token" not in each.target
        ]

    def credential(
        self, client: Any = ("id", CANARY), url: str | None = None, **options: Any
    ) -> Any:
        url = url or f"{self.url}/fault/token?x=1"
        return self.oauth.ClientCredentials(
            client, url, clock=lambda: self.now, **options
        )

    def open(self, credential: Any, mode: Mode = "sync", **options: Any) -> Any:
        return self.kit.open(
            mode,
            self.url,
            self.kit.api(security=(("oauth",),)),
            credentials={"oauth": credential},
            **options,
        )

    def call(self, client: Any, fault: str = "good", **options: Any) -> Any:
        operation = self.kit.operation("GET", f"/fault/{fault}")
        return client.call(operation, options=options)

    def call_in_vain(self, client: Any) -> None:
        with contextlib.suppress(self.kit.errors.APIConnectionError):
            self.call(client)


@pytest.mark.parametrize("mode", MODES)
def test_the_token_request(keys: Keys, mode: Mode) -> None:
    with TokenServer(keys) as server:
        outcome = keys.kit.call(
            mode,
            server.url,
            keys.kit.operation("GET", "/fault/good", security=alternatives("oauth")),
            client={
                "credentials": {
                    "oauth": server.credential(("i d", "s:é"), scopes=("a", "b"))
                }
            },
            times=2,
        )
        [request] = server.asked
        assert server.used == ["t1", "t1"]
    assert outcome.error is None
    assert (request.method, request.target) == ("POST", "/fault/token?x=1")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    encoded = request.headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(encoded) == b"i+d:s%3A%C3%A9"
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["a b"],
    }


def test_the_secret_in_the_form(keys: Keys) -> None:
    with TokenServer(keys) as server:
        credential = server.credential("id:se:cret", in_body=True)
        with server.open(credential) as client:
            server.call(client)
        [request] = server.asked
    assert "authorization" not in request.headers
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["id"],
        "client_secret": ["se:cret"],
    }


def test_a_relative_url_is_the_apis_own(keys: Keys) -> None:
    with TokenServer(keys) as server:
        with server.open(server.credential(url="/fault/token")) as client:
            server.call(client)
        assert [request.target for request in server.asked] == ["/fault/token"]


def test_headers_of_the_client_stay_with_the_api(keys: Keys) -> None:
    with TokenServer(keys) as server, FaultServer() as api:
        with keys.kit.open(
            "sync",
            api.url,
            keys.kit.api(security=(("oauth",),)),
            credentials={"oauth": server.credential()},
            headers={"X-Tenant": "t"},
            hooks=keys.kit.options.Hooks(request=lambda request, _: None),
        ) as client:
            server.call(client)
        assert "x-tenant" not in server.requests[0].headers
        assert api.requests[0].headers["x-tenant"] == "t"


def test_hooks_and_limiter_are_for_calls_alone(keys: Keys) -> None:
    seen: list[str] = []

    class Limiter:
        def reserve(
            self, method: str, documented: Any, now: float, longest: float
        ) -> float:
            seen.append(method)
            return 0.0

    hooks = keys.kit.options.Hooks(request=lambda request, _: seen.append(request.url))
    with TokenServer(keys) as server:
        with server.open(server.credential(), limiter=Limiter(), hooks=hooks) as client:
            server.call(client)
        assert seen == ["GET", f"{server.url}/fault/good"]


def test_a_token_is_kept_until_shortly_before_it_expires(keys: Keys) -> None:
    with TokenServer(keys, expires_in=100) as server:
        with server.open(server.credential(margin=30)) as client:
            for now in (1000, 1069.9, 1070, 1139, 1140.5):
                server.now = now
                server.call(client)
        assert server.used == ["t1", "t1", "t2", "t2", "t3"]


@pytest.mark.parametrize(
    ("expires_in", "kept"),
    [
        ("100", 70),
        (None, 270),
        (-5, 270),
        ("soon", 270),
        (True, 0.5),
        (10, 5),
        (0, 0),
        (10**400, 1e9 - 30),
    ],
)
def test_lifetimes(keys: Keys, expires_in: Any, kept: float) -> None:
    with TokenServer(keys, expires_in=expires_in) as server:
        with server.open(server.credential()) as client:
            server.call(client)
            if kept:
                server.now += kept - 0.01
                server.call(client)
                server.now += 0.01
            server.call(client)
        assert server.used == ["t1", "t1", "t2"] if kept else ["t1", "t2"]


@pytest.mark.parametrize("mode", MODES)
def test_a_refused_token_is_fetched_again_once(keys: Keys, mode: Mode) -> None:
    with TokenServer(keys) as server:
        outcome = keys.kit.call(
            mode,
            server.url,
            keys.kit.operation(
                "GET", "/sequence/status-401-json,good", security=alternatives("oauth")
            ),
            client={"credentials": {"oauth": server.credential()}},
        )
        assert outcome.error is None
        assert server.used == ["t1", "t2"]


def test_a_rejected_token_is_not_used_again(keys: Keys) -> None:
    with TokenServer(keys) as server:
        credential = server.credential()
        with server.open(credential) as client:
            server.call(client)
            first = credential.apply(*ANY)
            assert credential.reject(first)
            server.call(client)
            assert credential.reject(first)  # somebody else's late answer
            server.call(client)
        assert server.used == ["t1", "t2", "t2"]


def test_one_of_many_threads_fetches(keys: Keys) -> None:
    barrier = threading.Barrier(8)
    with TokenServer(keys) as server, server.open(server.credential()) as client:

        def call() -> None:
            barrier.wait()
            server.call(client)

        threads = [threading.Thread(target=call) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.used == ["t1"] * 8 and len(server.asked) == 1


def test_one_of_many_tasks_fetches(keys: Keys) -> None:
    with TokenServer(keys) as server:
        credential = server.credential()

        async def calls() -> None:
            async with server.open(credential, "async") as client:
                await asyncio.gather(*(server.call(client) for _ in range(50)))

        asyncio.run(calls())
        assert len(server.asked) == 1
        credential.reject()
        asyncio.run(calls())
        assert len(server.asked) == 2 and len(set(server.used)) == 2


@pytest.mark.parametrize("mode", MODES)
def test_the_next_one_tries_again_after_a_failure(keys: Keys, mode: Mode) -> None:
    with TokenServer(keys) as server:
        credential = server.credential(url=f"{server.url}/fault/reset_before_response")
        operation = keys.kit.operation(
            "GET", "/fault/good", security=alternatives("oauth")
        )
        options = {"credentials": {"oauth": credential}, "clock": keys.kit.clock()}
        outcome = keys.kit.call(mode, server.url, operation, client=options)
        assert outcome.kind == "APIConnectionError" and outcome.busy == 0
        # The request for the token was sent, and repeated, but not the call.
        error: Any = outcome.error
        assert (error.sent, error.attempts) == ("not_sent", 0)
        assert (error.method, error.path) == ("GET", "/fault/good")
        assert error.__cause__.attempts == len(server.requests) == 3
        credential._token_url = f"{server.url}/fault/token"
        outcome = keys.kit.call(mode, server.url, operation, client=options)
        assert outcome.error is None


def test_a_token_comes_within_the_time_of_the_call(keys: Keys) -> None:
    with TokenServer(keys) as server:
        credential = server.credential(url=f"{server.url}/fault/slow_body")
        with server.open(credential, timeout=0.4) as client:
            with pytest.raises(keys.kit.errors.APITimeoutError) as caught:
                server.call(client)
    assert caught.value.elapsed < 0.9 and caught.value.sent == "not_sent"


def late(keys: Keys, raised: Any) -> bool:
    error = raised.value
    assert (error.sent, error.attempts, error.method) == ("not_sent", 0, "GET")
    return isinstance(error, keys.kit.errors.APITimeoutError) and error.elapsed < 1


def test_waiting_for_anothers_token_takes_no_longer_than_the_call(keys: Keys) -> None:
    with TokenServer(keys) as server:
        credential = server.credential(url=f"{server.url}/fault/hang_before_headers")
        with server.open(credential, timeout=None, max_retries=0) as client:
            patient = threading.Thread(target=server.call_in_vain, args=(client,))
            patient.start()
            assert server.reached.wait(10)
            with pytest.raises(keys.kit.errors.APITimeoutError) as raised:
                server.call(client, timeout=0.2)
            assert patient.is_alive() and len(server.requests) == 1
    patient.join(10)
    assert late(keys, raised) and not patient.is_alive()


def test_a_task_waits_no_longer_for_a_token_than_its_call(keys: Keys) -> None:
    with TokenServer(keys) as server:
        credential = server.credential(url=f"{server.url}/fault/hang_before_headers")

        async def calls() -> Any:
            async with server.open(credential, "async", timeout=None) as client:
                patient = asyncio.create_task(server.call(client))
                await asyncio.to_thread(server.reached.wait, 10)
                with pytest.raises(keys.kit.errors.APITimeoutError) as raised:
                    await server.call(client, timeout=0.2)
                assert not patient.done() and len(server.requests) == 1
                patient.cancel()
                await asyncio.gather(patient, return_exceptions=True)
                return raised

        assert late(keys, asyncio.run(calls()))


def test_a_coroutine_gives_a_token_within_the_time_of_the_call(keys: Keys) -> None:
    async def never() -> str:
        await asyncio.Event().wait()
        return "abc"

    async def own() -> str:
        raise TimeoutError("mine")

    with TokenServer(keys) as server:

        async def call(provide: Any, **options: Any) -> None:
            async with server.open(keys.bearer(provide), "async") as client:
                await server.call(client, **options)

        with pytest.raises(keys.kit.errors.APITimeoutError) as raised:
            asyncio.run(call(never, timeout=0.2))
        assert late(keys, raised) and not server.requests
        with pytest.raises(TimeoutError, match="mine"):
            asyncio.run(call(own))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_process_forked_off_while_a_token_is_fetched(keys: Keys) -> None:
    with TokenServer(keys) as server:
        credential = server.credential(url=f"{server.url}/fault/hang_before_headers")
        with server.open(credential, timeout=None, max_retries=0) as client:
            patient = threading.Thread(target=server.call_in_vain, args=(client,))
            patient.start()
            assert server.reached.wait(10)
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    signal.alarm(20)
                    credential._token_url = f"{server.url}/fault/token"
                    status = 0 if server.call(client).id == "lbl_1" else 2
                finally:
                    os._exit(status)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    patient.join(10)


def test_a_huge_answer_is_not_read_to_its_end(keys: Keys) -> None:
    with TokenServer(keys) as server:
        server.answer = b" " * 5_000_000
        with server.open(server.credential(), max_response_bytes=1_000_000) as client:
            with pytest.raises(keys.error, match="gave no token: status 200"):
                server.call(client)


ANSWERS = [
    (401, {"error": "invalid_client", "access_token": None}, "401, invalid_client"),
    (400, {"error": CANARY, "access_token": None}, "status 400"),
    (501, b"<html>", "status 501"),
    (302, {}, "status 302"),
    (200, b"[]", "no text that can be sent"),
    (200, {"access_token": ""}, "no text that can be sent"),
    (200, {"access_token": 7}, "no text that can be sent"),
    (200, {"access_token": CANARY + "\r\nX: y"}, "no text that can be sent"),
    (200, b"[" * 100_000, "status 200"),
    (200, b"\xff", "status 200"),
    (400, b'{"access_token": "%s"}' % CANARY.encode(), "status 400"),
]


@pytest.mark.parametrize(
    ("status", "answer", "message"), ANSWERS, ids=lambda value: str(value)[:30]
)
def test_answers_without_a_token(
    keys: Keys, status: int, answer: Any, message: str
) -> None:
    with TokenServer(keys) as server:
        server.status = status
        if isinstance(answer, bytes):
            server.answer = answer
        else:
            server.answer = {"expires_in": 1, **answer}
        with server.open(server.credential()) as client:
            with pytest.raises(keys.error, match=message) as caught:
                server.call(client)
        text = str(caught.value)
        assert f"{server.url}/fault/token gave no token: " in text
    assert caught.value.__context__ is None
    assert CANARY not in text + shown(caught.value)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_token_that_is_not_to_be_had_now(keys: Keys, status: int, mode: Mode) -> None:
    with TokenServer(keys) as server:
        server.status, server.answer = status, CANARY.encode()
        server.headers = ("Retry-After: 7",)
        outcome = keys.kit.call(
            mode,
            server.url,
            keys.kit.operation("POST", "/fault/good", security=alternatives("oauth")),
            body={},
            client={
                "credentials": {"oauth": server.credential()},
                "clock": keys.kit.clock(),
            },
        )
        assert len(server.asked) == len(server.requests) == 3
        assert len({each.headers["idempotency-key"] for each in server.asked}) == 1
    error: Any = outcome.error
    assert type(error) is keys.kit.errors.APIConnectionError
    assert f"gave no token: status {status}" in str(error)
    assert (error.sent, error.attempts, error.method) == ("not_sent", 0, "POST")
    assert error.retry_after == 7
    assert CANARY not in str(error) + shown(error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fault", ["status-503-html", "reset_before_response"])
def test_a_token_that_comes_with_the_second_attempt(
    keys: Keys, fault: str, mode: Mode
) -> None:
    with TokenServer(keys) as server:
        server.first = fault
        outcome = keys.kit.call(
            mode,
            server.url,
            keys.kit.operation("POST", "/fault/good", security=alternatives("oauth")),
            body={},
            client={
                "credentials": {"oauth": server.credential()},
                "clock": keys.kit.clock(),
            },
        )
        assert outcome.error is None and server.used == ["t2"]


# --- Secrets do not show -------------------------------------------------------------


def _kinds(keys: Keys, secret: str) -> dict[str, Callable[[], Any]]:
    return {
        "bearer": lambda: keys.bearer(secret),
        "provider": lambda: keys.bearer(lambda: secret),
        "basic": lambda: keys.basic(("user", secret)),
        "header": lambda: keys.api_key("header", "X-Key", secret),
        "query": lambda: keys.api_key("query", "key", secret),
        "cookie": lambda: keys.api_key("cookie", "key", secret),
        "http": lambda: keys.http("Token", secret),
    }


def test_no_repr_shows_a_secret(keys: Keys) -> None:
    for make in _kinds(keys, CANARY).values():
        credential = make()
        additions = credential.apply(*ANY)
        shown = repr([credential, additions, additions.headers, additions.query])
        shown += repr(additions.cookies) + str(credential) + str(additions)
        assert CANARY not in shown
        assert base64.b64encode(f"user:{CANARY}".encode()).decode() not in shown
    with TokenServer(keys, access_token=CANARY) as server:
        credential = server.credential()
        with server.open(credential) as client:
            server.call(client)
    assert server.used == [CANARY]
    assert CANARY not in repr(
        [credential, credential.apply(*ANY), vars(credential)["_token"]]
    )


@pytest.mark.parametrize(
    "echoed",
    ["a+b/secret=", "a%2Bb%2Fsecret%3D", "a%2bb/secret%3d", "a%2Bb/secret="],
)
def test_a_secret_that_is_echoed_is_hidden(keys: Keys, echoed: str) -> None:
    for name, make in _kinds(keys, "a+b/secret=").items():
        if name != "cookie":
            text = make().apply(*ANY).hide(f"no such key: {echoed}!")
            assert text == "no such key: ***!", name
    pair = keys.basic("user:a+b/secret=").apply(*ANY)
    assert (pair + pair).hide(f"{echoed} {echoed}") == "*** ***"


def shown(error: BaseException) -> str:
    """A traceback with all variables, but those of the test itself."""
    assert error.__traceback__ is not None
    error = error.with_traceback(error.__traceback__.tb_next)
    text = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(text.format())


@pytest.mark.parametrize("kind", ["bearer", "provider", "header", "http"])
def test_no_traceback_shows_a_secret(keys: Keys, kind: str) -> None:
    credential = _kinds(keys, CANARY + "\n")[kind]()

    try:
        credential.apply(*ANY)
    except keys.error as error:
        assert "s3cret" not in shown(error)
    else:
        pytest.fail("a line break was accepted")
    try:
        asyncio.run(credential.apply_async(*ANY))
    except keys.error as error:
        assert "s3cret" not in shown(error)
    else:
        pytest.fail("a line break was accepted")
