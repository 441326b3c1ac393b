"""Credentials: what they add, when they are needed, and that they do not show."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from conftest import AssembledPackage

CANARY = "s3cret-canary"
NONE: tuple[str, ...] = ()


class Keys:
    def __init__(self, package: AssembledPackage) -> None:
        self.credentials = package.module("_runtime.credentials")
        self.oauth = package.module("_runtime.oauth")
        self.error = package.module("errors").ArgumentError
        self.basic = package.module("_runtime.credentials_basic").basic
        self.api_key = package.module("_runtime.credentials_api_key").api_key

    def __getattr__(self, name: str) -> Any:
        return getattr(self.credentials, name)


def no_send(request: Any) -> Any:
    raise AssertionError("no token has to be fetched")


def added(credential: Any) -> Any:
    """What a credential adds: the same for both clients."""
    additions = credential.apply(NONE, no_send)
    assert asyncio.run(credential.apply_async(NONE, no_send)) == additions
    return additions


@pytest.fixture(scope="module")
def keys(sample: AssembledPackage) -> Keys:
    return Keys(sample)


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
        keys.basic(secret).apply(NONE, no_send)


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


def test_mutual_tls_adds_nothing(keys: Keys) -> None:
    credential = keys.mutual_tls()
    assert credential.is_given() and added(credential) == keys.Additions()


@pytest.mark.parametrize("secret", ["a;b=c", "a b", 'a"', "a\\b", "a,b", "é", "a\nb"])
def test_a_cookie_cannot_hold_everything(keys: Keys, secret: str) -> None:
    with pytest.raises(keys.error, match="cookie"):
        keys.api_key("cookie", "session", secret).apply(NONE, no_send)
    assert added(keys.api_key("cookie", "session", "aZ09-._~+/=:")).cookies


# --- Providers -----------------------------------------------------------------------


def test_a_provider_is_asked_for_each_attempt(keys: Keys) -> None:
    tokens = iter(["a", "b", "c"])
    credential = keys.bearer(lambda: next(tokens))
    assert credential.is_given() and credential.reject()
    for token in ("a", "b"):
        [(_, value)] = credential.apply(NONE, no_send).headers
        assert value == f"Bearer {token}"
    [(_, value)] = asyncio.run(credential.apply_async(NONE, no_send)).headers
    assert value == "Bearer c"
    assert not keys.bearer("fixed").reject()


def test_a_coroutine_function_is_a_provider(keys: Keys) -> None:
    async def provide() -> str:
        return "abc"

    credential = keys.bearer(provide)
    additions = asyncio.run(credential.apply_async(NONE, no_send))
    assert additions.headers == (("Authorization", "Bearer abc"),)
    with pytest.raises(keys.error, match="asynchronous client"):
        credential.apply(NONE, no_send)


@pytest.mark.parametrize("secret", ["a\nb", "a\r\n", " a", "é", "a\0", "a\x7f"])
def test_secrets_that_cannot_be_sent(keys: Keys, secret: str) -> None:
    for make in (keys.bearer, lambda s: keys.api_key("header", "X", s)):
        with pytest.raises(keys.error, match="secret"):
            make(secret).apply(NONE, no_send)


@pytest.mark.parametrize("given", ["", None, 1])
def test_providers_that_give_nothing(keys: Keys, given: Any) -> None:
    with pytest.raises(keys.error, match="token"):
        keys.bearer(lambda: given).apply(NONE, no_send)


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


def alternatives(*names: str) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
    """``"a+b"`` is a and b, each with no scopes; the names are alternatives."""
    return tuple(
        tuple((each, NONE) for each in name.split("+") if each) for name in names
    )


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
    assert [credential.argument for credential, _ in result] == chosen


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


def test_all_of_an_alternative_are_applied(keys: Keys) -> None:
    credentials = {
        "a": keys.bearer("x"),
        "b": keys.api_key("query", "k", "y"),
        "c": keys.api_key("cookie", "s", "z"),
    }
    chosen = keys.choose(alternatives("a+b+c"), credentials)
    additions = keys.apply(chosen, no_send)
    assert additions == asyncio.run(keys.apply_async(chosen, no_send))
    assert additions.headers == (("Authorization", "Bearer x"),)
    assert (additions.query, additions.cookies) == ((("k", "y"),), (("s", "z"),))


# --- OAuth 2 client credentials ------------------------------------------------------


class TokenServer:
    """Gives tokens ``t1``, ``t2``…, and a clock that stands until it is set."""

    def __init__(self, **answer: Any) -> None:
        self.now = 1000.0
        self.requests: list[Any] = []
        self.status = 200
        self.answer: dict[str, Any] | bytes = {"expires_in": 3600, **answer}

    def send(self, request: Any) -> tuple[int, bytes]:
        self.requests.append(request)
        if isinstance(self.answer, bytes):
            return self.status, self.answer
        token = {"access_token": f"t{len(self.requests)}", **self.answer}
        return self.status, json.dumps(token).encode()

    async def send_async(self, request: Any) -> tuple[int, bytes]:
        await asyncio.sleep(0)
        return self.send(request)

    def credential(
        self, keys: Keys, client: Any = ("id", CANARY), **options: Any
    ) -> Any:
        return keys.oauth.ClientCredentials(
            client,
            "https://auth.example/token?x=1",
            clock=lambda: self.now,
            **options,
        )

    def token(self, credential: Any) -> str:
        [(name, value)] = credential.apply(NONE, self.send).headers
        assert name == "Authorization"
        return str(value.removeprefix("Bearer "))


def test_the_token_request(keys: Keys) -> None:
    server = TokenServer()
    server.token(server.credential(keys, ("i d", "s:é"), scopes=("a", "b")))
    [request] = server.requests
    headers = dict(request.headers)
    assert request.url == "https://auth.example/token?x=1"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    encoded = headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(encoded) == b"i+d:s%3A%C3%A9"
    assert parse_qs(request.content.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["a b"],
    }


def test_the_secret_in_the_form(keys: Keys) -> None:
    server = TokenServer()
    server.token(server.credential(keys, "id:se:cret", in_body=True))
    [request] = server.requests
    assert "Authorization" not in dict(request.headers)
    assert parse_qs(request.content.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["id"],
        "client_secret": ["se:cret"],
    }


def test_a_token_is_kept_until_shortly_before_it_expires(keys: Keys) -> None:
    server = TokenServer(expires_in=100)
    credential = server.credential(keys, margin=30)
    tokens = []
    for now in (1000, 1069.9, 1070, 1139, 1140.5):
        server.now = now
        tokens.append(server.token(credential))
    assert tokens == ["t1", "t1", "t2", "t2", "t3"]


@pytest.mark.parametrize(
    ("expires_in", "kept"),
    [("100", 70), (None, 270), (-5, 270), ("soon", 270), (True, 0.5), (10, 5), (0, 0)],
)
def test_lifetimes(keys: Keys, expires_in: Any, kept: float) -> None:
    server = TokenServer(expires_in=expires_in)
    credential = server.credential(keys)
    server.token(credential)
    if kept:
        server.now += kept - 0.01
        assert server.token(credential) == "t1"
        server.now += 0.01
    assert server.token(credential) == "t2"


def test_a_rejected_token_is_not_used_again(keys: Keys) -> None:
    server = TokenServer()
    credential = server.credential(keys)
    first = credential.apply(NONE, server.send)
    assert credential.reject(first)
    second = credential.apply(NONE, server.send)
    assert second != first
    assert credential.reject(first)  # somebody else's late answer
    assert credential.apply(NONE, server.send) == second
    assert len(server.requests) == 2


def test_one_of_many_threads_fetches(keys: Keys) -> None:
    server = TokenServer()
    credential = server.credential(keys)
    barrier = threading.Barrier(8)
    tokens: list[str] = []

    def call() -> None:
        barrier.wait()
        tokens.append(server.token(credential))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tokens == ["t1"] * 8 and len(server.requests) == 1


def test_one_of_many_tasks_fetches(keys: Keys) -> None:
    server = TokenServer()
    credential = server.credential(keys)

    async def calls() -> list[Any]:
        return await asyncio.gather(
            *(credential.apply_async(NONE, server.send_async) for _ in range(50))
        )

    assert len(set(asyncio.run(calls()))) == 1 and len(server.requests) == 1
    credential.reject()
    assert len(set(asyncio.run(calls()))) == 1 and len(server.requests) == 2


def test_the_next_one_tries_again_after_a_failure(keys: Keys) -> None:
    server = TokenServer()
    credential = server.credential(keys)

    def fail(request: Any) -> Any:
        raise OSError("no network")

    with pytest.raises(OSError, match="no network"):
        credential.apply(NONE, fail)
    assert server.token(credential) == "t1"


@pytest.mark.parametrize(
    ("status", "answer", "message"),
    [
        (401, {"error": "invalid_client", "access_token": None}, "401, invalid_client"),
        (400, {"error": CANARY, "access_token": None}, "status 400"),
        (500, b"<html>", "status 500"),
        (302, {}, "status 302"),
        (200, b"[]", "status 200"),
        (200, {"access_token": ""}, "status 200"),
        (200, {"access_token": 7}, "status 200"),
        (200, {"access_token": CANARY + "\r\nX: y"}, "cannot be sent"),
        (200, b"[" * 100_000, "status 200"),
        (200, b"\xff", "status 200"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_answers_without_a_token(
    keys: Keys, status: int, answer: Any, message: str
) -> None:
    server = TokenServer()
    server.status = status
    if isinstance(answer, bytes):
        server.answer = answer
    else:
        server.answer = {"expires_in": 1, **answer}
    credential = server.credential(keys)
    with pytest.raises(keys.error, match=message) as caught:
        server.token(credential)
    text = str(caught.value)
    assert "https://auth.example/token gave no token" in text and CANARY not in text


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
        additions = credential.apply(NONE, no_send)
        shown = repr([credential, additions, additions.headers, additions.query])
        shown += repr(additions.cookies) + str(credential) + str(additions)
        assert CANARY not in shown
        assert base64.b64encode(f"user:{CANARY}".encode()).decode() not in shown
    server = TokenServer(access_token=CANARY)
    credential = server.credential(keys)
    additions = credential.apply(NONE, server.send)
    assert CANARY not in repr(
        [credential, additions, server.requests, vars(credential)["_token"]]
    )


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
        credential.apply(NONE, no_send)
    except keys.error as error:
        assert "s3cret" not in shown(error)
    else:
        pytest.fail("a line break was accepted")
    try:
        asyncio.run(credential.apply_async(NONE, no_send))
    except keys.error as error:
        assert "s3cret" not in shown(error)
    else:
        pytest.fail("a line break was accepted")


def test_no_traceback_shows_an_answer(keys: Keys) -> None:
    credential = TokenServer().credential(keys)
    try:
        credential.apply(NONE, lambda _: (400, b'{"access_token": "s3cret"}'))
    except keys.error as error:
        assert "s3cret" not in shown(error)
    else:
        pytest.fail("a status 400 gave a token")
