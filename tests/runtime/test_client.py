"""One call from its arguments to its result: requests, answers, sharing, escape hatches."""

from __future__ import annotations

import asyncio
import functools
import gc
import gzip
import json
import logging
import os
import pickle
import socket
import sys
import threading
import traceback
import tracemalloc
import warnings
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from client_package import Kit, Mode, build, busy_connections
from fault_server import FAULTS, GOOD, SECRET, FaultServer, head, whole
from test_retries import Recorded

MODES: tuple[Mode, ...] = ("sync", "async")


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    package = build(tmp_path_factory.mktemp("client"), "client_package_sdk")
    yield Kit(package)
    package.forget()


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def answer(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """``/fault/it`` answers with ``content``."""
    monkeypatch.setitem(FAULTS, "it", lambda connection, _: connection.sendall(content))


# --- Requests ------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_a_request_on_the_wire(kit: Kit, server: FaultServer, mode: Mode) -> None:
    operation = kit.operation("POST", "/fault/{name}", idempotent=True)
    outcome = kit.call(
        mode,
        server.url + "/",
        operation,
        client={"headers": {"X-Team": "a"}},
        path={"name": "good"},
        query={"q": "a b&c", "none": kit.package.module("_runtime.types").UNSET},
        headers={"X-One": "1"},
        cookies={"c": "d"},
        body={"name": "VIP"},
        options={"headers": {"x-one": "2"}, "query": {"more": 1}, "body": {"b": True}},
    )
    assert outcome.kind == "Label"
    (request,) = server.requests
    assert (request.method, request.target) == (
        "POST",
        "/fault/good?q=a%20b%26c&more=1",
    )
    assert json.loads(request.body) == {"name": "VIP", "b": True}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-team"] == "a"
    assert request.headers["x-one"] == "2"
    assert request.headers["cookie"] == "c=d"
    assert request.headers["accept"] == "application/json"
    assert request.headers["accept-encoding"] == "gzip, deflate"
    assert request.headers["user-agent"].startswith("sample/1.2.3 Python/")
    assert len(request.headers["idempotency-key"]) == 36


CYCLE: dict[str, Any] = {}
CYCLE["inner"] = CYCLE


@pytest.mark.parametrize(
    "arguments",
    [
        {"path": {"name": ".."}},
        {"path": {"name": ""}},
        {"path": {"name": "a\nb"}},
        {"headers": {"X": "a\r\nY: b"}},
        {"headers": {"X": "€"}},
        {"options": {"headers": {"X": "a\nb"}}},
        {"options": {"headers": {"X y": "a"}}},
        {"options": {"idempotency_key": "a\nb"}},
        {"options": {"body": {"a": 1}}, "body": [1]},
        {"body": {"a": float("nan")}},
        {"body": {"a": object()}},
        {"options": {"body": {"a": 1}}, "body": {"a": float("nan")}},
        {"options": {"body": {"a": 1}}, "body": {"a": object()}},
        {"options": {"body": {"a": 1}}, "body": CYCLE},
        {"options": {"body": {"a": float("nan")}}},
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_what_cannot_be_sent_is_refused_before(
    kit: Kit, server: FaultServer, mode: Mode, arguments: dict[str, Any]
) -> None:
    operation = kit.operation("POST", "/fault/{name}")
    outcome = kit.call(
        mode, server.url, operation, **{"path": {"name": "good"}, **arguments}
    )
    assert outcome.kind == "ArgumentError"
    assert isinstance(outcome.error, ValueError)
    assert server.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example",
        "ftp://api.example",
        "file:///etc/passwd",
        "http://",
        "http://user:pw@api.example",
        "http://api.example/?x=1",
        "http://api.example/#x",
        "http://api.example/{version}",
        "http://api.example:99999",
        "http://api.example/a b",
        "http://api.example\\@evil.example",
        "http://[::1",
    ],
)
def test_base_urls_that_are_refused(kit: Kit, url: str) -> None:
    with pytest.raises(kit.errors.ArgumentError, match="base_url"):
        kit.open("sync", url)


def test_servers_of_the_document(kit: Kit) -> None:
    api = kit.api(server="https://{region}.example/v1")
    transport = Recorded(kit, [(200, {})] * 3)
    client = kit.client.SyncAPIClient(
        api, transport=transport, variables={"region": "eu"}
    )
    client.call(kit.operation("GET", "/a"))
    client.call(kit.operation("GET", "/b", server="https://files.example/"))
    replaced = kit.open("sync", "http://x/base", api, transport=transport)
    replaced.call(kit.operation("GET", "/b", server="https://files.example/"))
    assert [request.url for request in transport.requests] == [
        "https://eu.example/v1/a",
        "https://files.example/b",
        "http://x/base/b",
    ]
    with pytest.raises(kit.errors.ArgumentError, match="base_url"):
        kit.client.SyncAPIClient(kit.api()).call(kit.operation("GET", "/a"))


def test_no_server_variable_changes_the_host(kit: Kit) -> None:
    api = kit.api(server="https://{region}.example/v1")
    transport = Recorded(kit, [])
    for region in ("evil.example/", "evil.example?", "evil.example#", "u:p@evil", ""):
        client = kit.client.SyncAPIClient(
            api, transport=transport, variables={"region": region}
        )
        with pytest.raises(kit.errors.ArgumentError):
            client.call(kit.operation("GET", "/a"))


def test_an_optional_body_without_members_is_not_sent(kit: Kit) -> None:
    UNSET = kit.package.module("_runtime.types").UNSET
    transport = Recorded(kit, [(200, {})] * 2)
    client = kit.open("sync", "http://x", transport=transport)
    client.call(kit.operation("POST", "/x", body_required=False), body={"a": UNSET})
    client.call(kit.operation("POST", "/x"), body={"a": UNSET})
    assert [request.content for request in transport.requests] == [b"", b"{}"]


# --- Credentials ---------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_credentials_go_to_the_api_alone(
    kit: Kit, server: FaultServer, mode: Mode
) -> None:
    api = kit.api(security=(("bearer", "query"),))
    options = {
        "credentials": {
            "bearer": kit.credentials.bearer(SECRET),
            "query": kit.api_key("query", "key", SECRET),
        },
        "headers": {"X-Tenant": SECRET},
    }

    async def main() -> None:
        with FaultServer() as other:
            client = kit.open(mode, server.url, api, **options)
            for url in (
                "/fault/good",
                server.url + "/fault/good",
                other.url + "/fault/good",
            ):
                response = client.request("GET", url)
                if mode == "async":
                    response = await response
                assert response.parsed["id"] == "lbl_1"
            closing = client.close()
            if mode == "async":
                await closing
            assert len(server.requests) == 2
            for request in server.requests:
                assert request.headers["authorization"] == f"Bearer {SECRET}"
                assert request.headers["x-tenant"] == SECRET
                assert request.target == f"/fault/good?key={SECRET}"
            (request,) = other.requests
            assert SECRET not in str(request)

    asyncio.run(main())


def test_a_call_that_needs_a_credential_says_which(kit: Kit) -> None:
    api = kit.api(security=(("bearer",),))
    credentials = {"bearer": kit.credentials.bearer(None, "SAMPLE_TOKEN")}
    client = kit.open("sync", "http://x", api, credentials=credentials)
    with pytest.raises(kit.errors.ArgumentError, match="SAMPLE_TOKEN"):
        client.call(kit.operation("GET", "/x"))
    transport = Recorded(kit, [(200, {})] * 2)
    client = kit.open(
        "sync", "http://x", api, credentials=credentials, transport=transport
    )
    client.call(kit.operation("GET", "/x", security=()))
    client.call(
        kit.operation("GET", "/x"), options={"headers": {"Authorization": "Mine"}}
    )
    assert ("Authorization", "Mine") in transport.requests[1].headers


@pytest.mark.parametrize("mode", MODES)
def test_a_refused_token_is_asked_for_again_once(
    kit: Kit, server: FaultServer, mode: Mode
) -> None:
    tokens = iter(["old", "new", "newer"])
    api = kit.api(security=(("bearer",),))
    outcome = kit.call(
        mode,
        server.url,
        kit.operation("POST", "/sequence/status-401-json,status-401-json,good"),
        api=api,
        client={
            "credentials": {"bearer": kit.credentials.bearer(lambda: next(tokens))}
        },
        body={},
    )
    assert outcome.kind == "AuthenticationError"
    sent = [request.headers["authorization"] for request in server.requests]
    assert sent == ["Bearer old", "Bearer new"]


# --- Results -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "status", "kind", "deviations"),
    [
        (whole(GOOD), "200", "Label", []),
        (whole(GOOD), "2XX", "Label", []),
        (whole(GOOD), "default", "Label", []),
        (whole(GOOD, status=201), "200", "Label", ["$status"]),
        (whole(b"", status=201), "2XX", "Label", ["$"]),
        (head(204), "200", "Label", ["$status", "$"]),
        (head(204), "204", "NoneType", []),
        (whole(b""), "200", "ResponseDecodeError", None),
        (whole(b"{}"), "200", "Label", ["$.id"]),
        (whole(b'{"id": 7}'), "200", "Label", ["$.id"]),
        (whole(GOOD, content_type="application/problem+json"), "200", "Label", []),
        (whole(GOOD, content_type="text/plain"), "200", "ResponseDecodeError", None),
        (whole(b"null"), "200", "ResponseDecodeError", None),
        (whole(b'"x"'), "200", "ResponseDecodeError", None),
    ],
)
@pytest.mark.parametrize("strict", [False, True])
def test_results(
    kit: Kit,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    status: str,
    kind: str,
    deviations: list[str] | None,
    strict: bool,
) -> None:
    answer(monkeypatch, content)
    operation = kit.operation("GET", "/fault/it", status=status)
    with kit.open("sync", server.url, strict=strict) as client:
        try:
            response = client.with_response(client.call)(operation)
        except kit.errors.DeviationError as error:
            assert strict
            assert [each.path for each in error.deviations] == deviations
            assert all(path in str(error) for path in deviations or [])
            assert type(pickle.loads(pickle.dumps(error)).result).__name__ == kind
        except kit.errors.ResponseDecodeError as error:
            assert kind == "ResponseDecodeError"
            assert error.text == content.partition(b"\r\n\r\n")[2].decode()
        else:
            assert not (strict and deviations)
            assert type(response.parsed).__name__ == kind
            assert [each.path for each in response.deviations] == deviations


@pytest.mark.parametrize(
    ("responses", "content", "value"),
    [
        ({"204": {}}, head(204), None),
        ({"200": {}}, whole(GOOD), None),
        ({"2XX": {}}, head(204), None),
        ({}, whole(GOOD), None),
        (
            {"200": {"text/plain": "TEXT"}},
            whole("ä".encode(), content_type="text/plain"),
            "ä",
        ),
        (
            {"200": {"text/plain": "TEXT"}},
            whole(b"\xe4", content_type="text/plain; charset=iso-8859-1"),
            "ä",
        ),
        ({"200": {"text/csv": "TEXT"}}, whole(b"", content_type="text/csv"), ""),
        (
            {"200": {"image/png": "BINARY"}},
            whole(b"\0", content_type="image/png"),
            b"\0",
        ),
        (
            {"200": {"image/png": "BINARY"}},
            whole(b"\0", content_type="image/gif"),
            b"\0",
        ),
        ({"200": {"image/*": "BINARY"}}, whole(b"\0", content_type="image/gif"), b"\0"),
        (
            {"200": {"image/png": "BINARY"}},
            whole(b"<", content_type="text/html"),
            "error",
        ),
        ({"200": {"image/png": "BINARY"}}, whole(b"{}"), "error"),
    ],
)
def test_results_that_are_no_models(
    kit: Kit,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    responses: dict[str, dict[str, str]],
    content: bytes,
    value: object,
) -> None:
    answer(monkeypatch, content)
    answers = {
        status: {name: getattr(kit.operations, kind) for name, kind in media.items()}
        for status, media in responses.items()
    }
    outcome = kit.call(
        "sync", server.url, kit.operation("GET", "/fault/it", responses=answers)
    )
    if value == "error":
        assert outcome.kind == "ResponseDecodeError"
    else:
        assert outcome.error is None
        assert outcome.value == value


def test_a_deviation_is_logged_once(
    kit: Kit,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "sample")
    answer(monkeypatch, whole(b'{"data": [{"id": "a"}, {"id": 1.5}, {"id": 2.5}]}'))
    labels = {"application/json": kit.operations.JSON(lambda: kit.models.LabelList)}
    operation = kit.operation("GET", "/fault/it", responses={"200": labels})
    kit.call("sync", server.url, operation, times=3)
    assert [record.getMessage() for record in caplog.records] == [
        "GET /fault/it answers otherwise than documented: $.data[].id is number, "
        "not string"
    ]


def test_a_missing_field_is_called_so(
    kit: Kit,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer(monkeypatch, whole(b"{}"))
    monkeypatch.setattr(kit.results, "_logged", set())
    operation = kit.operation("GET", "/fault/it")
    outcome = kit.call("sync", server.url, operation, client={"strict": True})
    assert "$.id is missing" in caplog.text and "$.id is missing" in str(outcome.error)


def test_an_answer_of_nothing_as_documented(kit: Kit) -> None:
    body = b'{"data": [%s]}' % b",".join([b"1"] * 1000)
    labels = {"application/json": kit.operations.JSON(lambda: kit.models.LabelList)}
    operation = kit.operation("GET", "/x", responses={"200": labels})
    client = kit.open(
        "sync", "http://x", transport=Recorded(kit, [(200, {}, body)] * 2)
    )
    answer = client.with_response(client.call)(operation)
    assert answer.parsed.data == [1] * 1000 and len(answer.deviations) == 100
    with pytest.raises(kit.errors.DeviationError, match="; and 990 more") as raised:
        client.with_options(strict=True).call(operation)
    assert len(raised.value.deviations) == 100


@pytest.mark.parametrize(
    ("documented", "received", "kind"),
    [
        (
            "application/hal+json TEXT, application/json JSON",
            "application/json",
            "JSON",
        ),
        ("a/b; v=1 TEXT, a/b; v=2 JSON", "a/b;V=2", "JSON"),
        ("a/b; v=1 TEXT, a/b; v=2 JSON", "a/b", "TEXT"),
        ("*/* BINARY, text/* TEXT, text/json JSON", "text/json; charset=utf-8", "JSON"),
        ("*/* BINARY, text/* TEXT, text/json JSON", "text/plain", "TEXT"),
        ("*/* BINARY, text/* TEXT, text/json JSON", "image/png", "BINARY"),
        ("*/* BINARY, application/json JSON", "application/problem+json", "JSON"),
        ("application/json JSON", "", "JSON"),
    ],
)
def test_the_most_specific_media_type_counts(
    kit: Kit,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    documented: str,
    received: str,
    kind: str,
) -> None:
    kinds = {
        "JSON": kit.operations.JSON(lambda: dict[str, str]),
        "TEXT": kit.operations.TEXT,
        "BINARY": kit.operations.BINARY,
    }
    pairs = [each.rpartition(" ")[::2] for each in documented.split(", ")]
    media = {name: kinds[each] for name, each in pairs}
    answer(monkeypatch, whole(b'{"a": "b"}', content_type=received))
    outcome = kit.call(
        "sync", server.url, kit.operation("GET", "/fault/it", responses={"200": media})
    )
    wanted = {"JSON": {"a": "b"}, "TEXT": '{"a": "b"}', "BINARY": b'{"a": "b"}'}
    assert outcome.value == wanted[kind]


@pytest.mark.parametrize("mode", MODES)
def test_with_response(
    kit: Kit, server: FaultServer, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    answer(
        monkeypatch,
        whole(
            GOOD,
            "X-Request-Id: req_1",
            "X-RateLimit-Limit: 60",
            "X-RateLimit-Remaining: 59",
            "X-RateLimit-Reset: soon",
            "Idempotent-Replayed: true",
        ),
    )
    api = kit.api(replayed_header="Idempotent-Replayed")

    async def main() -> None:
        client = kit.open(mode, server.url, api)
        response = client.with_response(client.call)(kit.operation("GET", "/fault/it"))
        if mode == "async":
            response = await response
            await client.close()
        else:
            client.close()
        assert response.parsed.id == "lbl_1"
        assert (response.status, response.request_id) == (200, "req_1")
        assert (response.attempts, response.replayed) == (1, True)
        assert (response.rate_limit.limit, response.rate_limit.remaining) == (60, 59)
        assert response.rate_limit.reset is None
        assert response.headers["x-ratelimit-LIMIT"] == "60"

    asyncio.run(main())


# --- Pages ---------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_pages(kit: Kit, mode: Mode) -> None:
    first = b'{"data": [{"id": "a"}, {"id": "b"}], "next_cursor": "c2"}'
    last = b'{"data": [{"id": "c"}], "next_cursor": null}'
    labels = {"application/json": kit.operations.JSON(lambda: kit.models.LabelList)}
    operation = kit.operation(
        "GET",
        "/labels",
        responses={"200": labels},
        pagination=kit.cursor("cursor", "/next_cursor", "/data"),
    )
    transport: Any = Recorded(kit, [(200, {}, first), (200, {}, last)] * 2)
    ids: list[str] = []
    if mode == "sync":
        client = kit.open("sync", "http://x", transport=transport)
        page = kit.pagination.first_page(
            client, operation, kit.models.LabelListPage, query={"limit": 2}
        )
        assert type(page) is kit.models.LabelListPage
        ids = [label.id for label in page]
        response = client.with_response(kit.pagination.first_page)(
            client, operation, kit.models.LabelListPage
        )
    else:
        client = kit.open("async", "http://x", transport=AsyncRecorded(transport))

        async def main() -> Any:
            pager = kit.pagination.AsyncPager(
                client, operation, kit.models.AsyncLabelListPage, query={"limit": 2}
            )
            ids.extend([label.id async for label in pager])
            return await client.with_response(kit.pagination.AsyncPager)(
                client, operation, kit.models.AsyncLabelListPage
            )

        response = asyncio.run(main())
    assert ids == ["a", "b", "c"]
    assert [request.url for request in transport.requests] == [
        "http://x/labels?limit=2",
        "http://x/labels?limit=2&cursor=c2",
        "http://x/labels",
    ]
    assert response.status == 200
    assert [label.id for label in response.parsed.data] == ["a", "b"]


@pytest.mark.parametrize("idempotent", [True, False])
@pytest.mark.parametrize(
    "arguments",
    [
        {"options": {"idempotency_key": "mine"}},
        {"options": {"headers": {"idempotency-key": "mine"}}},
        {"headers": {"Idempotency-Key": "mine"}},
    ],
)
def test_a_key_is_of_the_first_page(
    kit: Kit, arguments: dict[str, Any], idempotent: bool
) -> None:
    labels = {"application/json": kit.operations.JSON(lambda: kit.models.LabelList)}
    operation = kit.operation(
        "POST",
        "/labels/search",
        responses={"200": labels},
        pagination=kit.cursor("cursor", "/next_cursor", "/data"),
        idempotent=idempotent,
    )
    bodies = [b'{"data": [], "next_cursor": %s}' % each for each in (b"1", b"2", b"0")]
    transport = Recorded(kit, [(200, {}, body) for body in bodies])
    client = kit.open("sync", "http://x", transport=transport)
    page = kit.pagination.first_page(
        client, operation, kit.models.LabelListPage, body={}, **arguments
    )
    list(page)
    keys = [
        {name.lower(): value for name, value in request.headers}.get("idempotency-key")
        for request in transport.requests
    ]
    assert keys[0] == "mine" and "mine" not in keys[1:]
    assert len(set(keys)) == (3 if idempotent else 2)


def linked(kit: Kit, server: FaultServer) -> Any:
    """A client and the first of pages that are linked by URL."""
    linked: Any = kit.package.module("_runtime.pagination_linked")
    labels = {"application/json": kit.operations.JSON(lambda: kit.models.LabelList)}
    operation = kit.operation(
        "GET",
        "/fault/labels",
        responses={"200": labels},
        pagination=linked.NextURL("/next_cursor", "/data"),
    )
    client = kit.open(
        "sync",
        server.url,
        kit.api(security=(("key",),)),
        credentials={"key": kit.api_key("query", "api key", SECRET)},
    )
    return client, kit.pagination.first_page(
        client, operation, kit.models.LabelListPage, query={"limit": 2}
    )


def test_a_link_to_the_first_page_leads_back(
    kit: Kit, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b'{"data": [{"id": "a"}], "next_cursor": "/fault/labels?limit=2"}'
    monkeypatch.setitem(FAULTS, "labels", functools.partial(_send, whole(body)))
    client, page = linked(kit, server)
    with (
        client,
        pytest.raises(kit.errors.PaginationError, match="leads back") as raised,
    ):
        list(page)
    assert len(server.requests) == 1
    assert (raised.value.method, raised.value.path) == ("GET", "/fault/labels")
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("name", ["api%20key", "api+key"])
def test_a_key_that_a_link_has_is_not_sent_twice(
    kit: Kit, server: FaultServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    link = f"/fault/last?page=2&{name}={SECRET}"
    first = json.dumps({"data": [{"id": "a"}], "next_cursor": link}).encode()
    for fault, body in (("labels", first), ("last", b'{"data": [{"id": "b"}]}')):
        monkeypatch.setitem(FAULTS, fault, functools.partial(_send, whole(body)))
    client, page = linked(kit, server)
    with client:
        assert [label.id for label in page] == ["a", "b"]
    assert [request.target for request in server.requests] == [
        f"/fault/labels?limit=2&api%20key={SECRET}",
        link,
    ]


def _send(content: bytes, connection: Any, server: FaultServer) -> None:
    connection.sendall(content)


class AsyncRecorded:
    """The asynchronous twin of ``Recorded``."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded

    async def send(self, request: Any) -> Any:
        response = self.recorded.send(request)

        async def body() -> AsyncIterator[bytes]:
            for chunk in response.body:
                yield chunk

        async def close() -> None:
            pass

        return self.recorded.kit.http.AsyncHTTPResponse(
            response.status, response.headers, body(), close
        )

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("streamed", [False, True])
def test_a_body_is_in_memory_once(
    kit: Kit,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    mode: Mode,
    coding: str,
    streamed: bool,
) -> None:
    size = 50_000_000
    content = bytes(size)
    if coding == "gzip":
        content = gzip.compress(content)
    answer(monkeypatch, whole(content, f"Content-Encoding: {coding}"))
    media = {"*/*": kit.operations.BINARY}
    operation = kit.operation("GET", "/fault/it", responses={"200": media})

    bodies: list[bytes] = []

    async def main() -> None:
        client = kit.open(mode, server.url)
        if not streamed:
            result = client.call(operation)
            bodies.append(await result if mode == "async" else result)
        elif mode == "async":
            async with client.streaming(client.call)(operation) as response:
                bodies.append(await response.read())
        else:
            with client.streaming(client.call)(operation) as response:
                bodies.append(response.read())
        if mode == "async":
            await client.close()
        else:
            client.close()

    kit.package.module("_runtime.transport")  # imports httpx2
    tracemalloc.start()
    try:
        asyncio.run(main())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert bodies == [bytes(size)]
    assert peak < 1.2 * size


def read_by(kit: Kit, chunks: list[bytes], coding: str = "gzip") -> tuple[bytes, Any]:
    headers = kit.http.Headers([("Content-Encoding", coding)])
    reader = kit.responses.BodyReader(headers, 1000)
    reader.collect(chunks)
    return reader.content(), reader.problem


def test_members_of_gzip_in_any_pieces(kit: Kit) -> None:
    content = gzip.compress(b"one ") + gzip.compress(b"two") + gzip.compress(b"")
    for size in (1, 2, 7, 19, len(content)):
        chunks = [content[i : i + size] for i in range(0, len(content), size)]
        assert read_by(kit, chunks) == (b"one two", None)
    assert read_by(kit, [content[:-1]])[1] == "it is cut off"


def test_both_that_are_called_deflate_in_any_pieces(kit: Kit) -> None:
    bare = zlib.compressobj(wbits=-15)
    for content in (zlib.compress(b"one"), bare.compress(b"one") + bare.flush()):
        for size in (1, 2, 3, len(content)):
            chunks = [content[i : i + size] for i in range(0, len(content), size)]
            assert read_by(kit, [b"", *chunks], "deflate") == (b"one", None)
        assert read_by(kit, [content[:1]], "deflate")[1] == "it is cut off"
        assert read_by(kit, [content[:-1]], "deflate")[1] == "it is cut off"
    assert read_by(kit, [], "deflate") == (b"", None)


def test_what_follows_gzip_is_dropped_but_counted(kit: Kit) -> None:
    content = gzip.compress(b"one")
    for surplus in (b"x", b"\x1f", b"\0" * 500, b"x" + content):
        assert read_by(kit, [content, surplus]) == (b"one", None)
        assert read_by(kit, [content + surplus]) == (b"one", None)
    seen: list[int] = []

    def endless() -> Iterator[bytes]:
        yield content
        while True:
            seen.append(1)
            yield b"x" * 100

    reader = kit.responses.BodyReader(
        kit.http.Headers([("Content-Encoding", "gzip")]), 1000
    )
    reader.collect(endless())
    assert reader.problem == "it is larger than 1000 bytes"
    assert len(seen) == 10


# --- Streams and redirects -----------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("good_gzip", None),
        ("half_a_body", "APIConnectionError"),
        ("cut_gzip", "ResponseDecodeError"),
        ("slow_body", "APITimeoutError"),
        ("status-404-json", "NotFoundError"),
    ],
)
def test_streaming(
    kit: Kit,
    server: FaultServer,
    tmp_path: Path,
    mode: Mode,
    name: str,
    kind: str | None,
) -> None:
    target = tmp_path / "label.json"
    operation = kit.operation("GET", f"/fault/{name}")

    async def main() -> None:
        client = kit.open(mode, server.url, timeout=0.4)
        opened = client.streaming(client.call)(operation)
        if mode == "sync":
            with client, opened as response:
                assert response.status == 200
                response.save(target)
        else:
            async with client, opened as response:
                await response.save(target)

    if kind is None:
        asyncio.run(main())
        assert target.read_bytes() == GOOD
    else:
        with pytest.raises(getattr(kit.errors, kind)) as raised:
            asyncio.run(main())
        assert raised.value.sent == "answered"
    assert [each.name for each in tmp_path.iterdir()] == (
        [] if kind else ["label.json"]
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["good", "half_a_body"])
def test_a_stream_is_read_once(
    kit: Kit, server: FaultServer, tmp_path: Path, mode: Mode, name: str
) -> None:
    """What is left of it is not taken for all of it."""
    operation = kit.operation("GET", f"/fault/{name}")

    async def read(read: Any) -> bytes:
        content: bytes = await read if mode == "async" else read
        return content

    async def main() -> None:
        client = kit.open(mode, server.url)
        opened = client.streaming(client.call)(operation)
        response = await opened.__aenter__() if mode == "async" else opened.__enter__()
        if name == "good":
            assert await read(response.read()) == GOOD
        else:
            with pytest.raises(kit.errors.APIConnectionError):
                await read(response.read())
        for again in (response.read, lambda: response.save(tmp_path / "label")):
            with pytest.raises(RuntimeError, match="read before"):
                await read(again())
        assert list(tmp_path.iterdir()) == []
        closing = client.close()
        if mode == "async":
            await opened.__aexit__(None, None, None)
            await closing
        else:
            opened.__exit__(None, None, None)

    asyncio.run(main())


def test_what_is_captured_is_of_one_call(kit: Kit, server: FaultServer) -> None:
    good = kit.operation("GET", "/fault/good")
    other = kit.operation("GET", "/fault/status-404-json")

    async def main() -> None:
        async with kit.open("async", server.url) as client:
            with_response = client.with_response(asyncio.gather)
            streaming = client.streaming(asyncio.gather)
            answer = await with_response(
                client.call(good), client.call(other), return_exceptions=True
            )
            assert answer.status == 200 and len(answer.parsed) == 2
            async with streaming(client.call(good), client.call(good)) as response:
                assert await response.read() == GOOD
            with pytest.raises(kit.errors.NotFoundError):
                async with streaming(client.call(other), client.call(good)):
                    raise AssertionError
            await asyncio.sleep(0.1)
            assert busy_connections(client) == 0

    asyncio.run(main())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("begun", [False, True])
def test_a_stream_is_read_inside_its_block(
    kit: Kit, server: FaultServer, tmp_path: Path, mode: Mode, begun: bool
) -> None:
    """What is closed under its reader has not come to its end."""
    operation = kit.operation("GET", "/fault/huge_body")
    target = tmp_path / "label"
    target.write_bytes(b"old")

    async def main() -> None:
        client = kit.open(mode, server.url)
        opened = client.streaming(client.call)(operation)
        if mode == "sync":
            with client:
                with opened as response:
                    pieces = response.iter_bytes()
                    if begun:
                        next(pieces)
                with pytest.raises(RuntimeError, match="inside the block"):
                    b"".join(pieces)
                with pytest.raises(RuntimeError):
                    response.save(target)
            return
        async with client:
            async with opened as response:
                pieces = response.iter_bytes()
                if begun:
                    await anext(pieces)
            with pytest.raises(RuntimeError, match="inside the block"):
                b"".join([piece async for piece in pieces])
            with pytest.raises(RuntimeError):
                await response.save(target)

    asyncio.run(main())
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_block_that_is_left_while_another_task_reads(
    kit: Kit, server: FaultServer
) -> None:
    operation = kit.operation("GET", "/fault/slow_body")

    async def main() -> None:
        async with kit.open("async", server.url) as client:
            async with client.streaming(client.call)(operation) as response:
                reading = asyncio.create_task(response.read())
                await asyncio.sleep(0.05)
            with pytest.raises(RuntimeError, match="inside the block"):
                await asyncio.wait_for(reading, 5)
            assert busy_connections(client) == 0

    asyncio.run(main())


def test_files_are_saved_beside_each_other(
    kit: Kit, server: FaultServer, tmp_path: Path
) -> None:
    operation = kit.operation("GET", "/fault/good")
    mine = tmp_path / "label.part"
    mine.write_bytes(b"mine")
    with kit.open("sync", server.url) as client:
        stream = client.streaming(client.call)
        with stream(operation) as one, stream(operation) as other:
            one.save(tmp_path / "label")
            other.save(tmp_path / "label")
    assert (tmp_path / "label").read_bytes() == GOOD
    assert mine.read_bytes() == b"mine"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("mode", MODES)
def test_a_stream_left_early_leaves_no_connection(
    kit: Kit, server: FaultServer, mode: Mode
) -> None:
    operation = kit.operation("GET", "/fault/endless_body")

    async def main() -> None:
        client = kit.open(mode, server.url)
        if mode == "sync":
            with client.streaming(client.call)(operation) as response:
                assert len(next(response.iter_bytes())) > 0
        else:
            async with client.streaming(client.call)(operation) as response:
                assert len(await anext(response.iter_bytes())) > 0
        assert busy_connections(client) == 0
        closing = client.close()
        if mode == "async":
            await closing

    asyncio.run(main())


@pytest.mark.parametrize("mode", MODES)
def test_redirects_as_documented(
    kit: Kit, server: FaultServer, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    with FaultServer() as files:
        answer(
            monkeypatch,
            head(302, f"Location: {files.url}/fault/good", "Content-Length: 0"),
        )
        api = kit.api(security=(("bearer",),))
        operation = kit.operation("GET", "/fault/it", responses={"302": {}})

        async def main() -> list[Any]:
            client = kit.open(
                mode,
                server.url,
                api,
                credentials={"bearer": kit.credentials.bearer(SECRET)},
                headers={"X-Tenant": SECRET},
            )
            prefix = "async_" if mode == "async" else ""
            results = [
                getattr(kit.redirects, f"{prefix}redirect_url")(client, operation),
                getattr(kit.redirects, f"{prefix}redirect_content")(client, operation),
            ]
            if mode == "async":
                results = [await each for each in results]
                await client.close()
            else:
                client.close()
            return results

        assert asyncio.run(main()) == [f"{files.url}/fault/good", GOOD]
        assert all(SECRET in str(request.headers) for request in server.requests)
        (request,) = files.requests
        assert SECRET not in str(request)


@pytest.mark.parametrize("mode", MODES)
def test_a_download_that_is_redirected_can_be_streamed(
    kit: Kit,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    mode: Mode,
) -> None:
    answer(monkeypatch, head(302, "Location: /fault/good", "Content-Length: 0"))
    operation = kit.operation("GET", "/fault/it", responses={"302": {}})
    prefix = "async_" if mode == "async" else ""
    download = getattr(kit.redirects, f"{prefix}redirect_content")

    async def main() -> None:
        client = kit.open(mode, server.url)
        if mode == "async":
            async with client.streaming(download)(client, operation) as response:
                await response.save(tmp_path / "it")
            whole = await client.with_response(download)(client, operation)
            await client.close()
        else:
            with client.streaming(download)(client, operation) as response:
                response.save(tmp_path / "it")
            whole = client.with_response(download)(client, operation)
            client.close()
        assert response.status == whole.status == 200
        assert whole.parsed == (tmp_path / "it").read_bytes() == GOOD

    asyncio.run(main())


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("", "no URL"),
        ("ftp://files.example/x", "no URL"),
        ("javascript:alert(1)", "no URL"),
        ("http://files.example/x", "from https to http"),
        ("HTTP://files.example/x", "from https to http"),
    ],
)
@pytest.mark.parametrize("server", ["https://x", "HTTPS://x"])
def test_redirects_that_are_not_followed(
    kit: Kit, location: str, message: str, server: str
) -> None:
    transport = Recorded(kit, [(302, {"Location": location})])
    client = kit.open("sync", server, transport=transport)
    with pytest.raises(kit.errors.ResponseDecodeError, match=message):
        operation = kit.operation("GET", "/x", responses={"302": {}})
        kit.redirects.redirect_content(client, operation)
    assert len(transport.requests) == 1


def test_redirects_end(kit: Kit) -> None:
    transport = Recorded(kit, [(302, {"Location": "/again"})] * 99)
    client = kit.open("sync", "https://x", transport=transport)
    with pytest.raises(kit.errors.ResponseDecodeError, match="too many") as raised:
        operation = kit.operation("GET", "/x", responses={"302": {}})
        kit.redirects.redirect_content(client, operation)
    assert len(transport.requests) == 6
    error = raised.value
    assert (error.sent, error.method, error.path) == ("answered", "GET", "/x")


def test_five_redirects_are_followed(kit: Kit) -> None:
    answers: list[Any] = [(302, {"Location": "/again"})] * 5
    transport = Recorded(kit, [*answers, (200, {}, b"found")])
    client = kit.open("sync", "https://x", transport=transport)
    operation = kit.operation("GET", "/x", responses={"302": {}})
    assert kit.redirects.redirect_content(client, operation) == b"found"


@pytest.mark.parametrize("mode", MODES)
def test_the_total_is_of_all_redirects_together(
    kit: Kit, server: FaultServer, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    answer(monkeypatch, head(302, "Location: it", "Content-Length: 0"))
    clock = kit.clock()

    def wait(request: Any, attempt: int) -> None:
        clock.time += 4

    client = kit.open(
        mode, server.url, clock=clock, hooks=kit.options.Hooks(request=wait), timeout=10
    )
    operation = kit.operation("GET", "/fault/it", responses={"302": {}})

    async def main() -> None:
        with pytest.raises(kit.errors.APITimeoutError):
            if mode == "async":
                await kit.redirects.async_redirect_content(client, operation)
            else:
                kit.redirects.redirect_content(client, operation)
        closing = client.close()
        if mode == "async":
            await closing

    asyncio.run(main())
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "answers", [[(302, {"Location": "/y"}), (404, {})], [(302, {"Location": ""})]]
)
def test_what_a_redirected_call_took_is_all_of_it(kit: Kit, answers: list[Any]) -> None:
    clock = kit.clock()

    def wait(request: Any, attempt: int) -> None:
        clock.time += 4

    client = kit.open(
        "sync",
        "http://x",
        clock=clock,
        hooks=kit.options.Hooks(request=wait),
        transport=Recorded(kit, answers),
    )
    operation = kit.operation("GET", "/x", responses={"302": {}})
    with pytest.raises(kit.package.module("errors").SampleError) as raised:
        kit.redirects.redirect_content(client, operation)
    assert raised.value.elapsed == 4 * len(answers)


# --- Escape hatches ------------------------------------------------------------------


def test_hooks_are_called_around_each_attempt(kit: Kit) -> None:
    seen: list[tuple[Any, ...]] = []

    def sign(request: Any, attempt: int) -> None:
        request.headers.append(("X-Signature", str(attempt)))

    hooks = kit.options.Hooks(
        request=sign,
        response=lambda request, response, attempt: seen.append(
            (response.status, attempt)
        ),
        failure=lambda request, error, attempt: seen.append((str(error), attempt)),
    )
    transport = Recorded(kit, [None, (503, {}), (200, {})])
    client = kit.open(
        "sync", "http://x", transport=transport, clock=kit.clock(), hooks=hooks
    )
    client.call(kit.operation("GET", "/x"))
    assert seen == [("lost", 1), (503, 2), (200, 3)]
    signatures = [
        dict(request.headers)["X-Signature"] for request in transport.requests
    ]
    assert signatures == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("name", "fault", "sent"),
    [
        ("request", "good", "not_sent"),
        ("response", "good", "answered"),
        ("failure", "close_before_response", "unknown"),
    ],
)
def test_a_coroutine_function_is_no_hook(
    kit: Kit, server: FaultServer, name: str, fault: str, sent: str
) -> None:
    async def hook(*arguments: Any) -> None: ...

    options = {"hooks": kit.options.Hooks(**{name: hook})}
    operation = kit.operation("GET", f"/fault/{fault}")
    outcome = kit.call("async", server.url, operation, client=options)
    assert outcome.kind == "ArgumentError"
    assert f"hooks: {name} " in str(outcome.error)
    assert vars(outcome.error)["sent"] == sent
    assert (outcome.busy, outcome.tasks) == (0, 0)


@pytest.mark.parametrize("end", ["\n", "€"])
@pytest.mark.parametrize("mode", MODES)
def test_a_header_of_a_hook_that_cannot_be_sent(
    kit: Kit, server: FaultServer, mode: Mode, end: str
) -> None:
    def sign(request: Any, attempt: int) -> None:
        request.headers.append(("X-Partner-Key", SECRET + end))

    hooks = kit.options.Hooks(request=sign)
    operation = kit.operation("GET", "/fault/good")
    outcome = kit.call(mode, server.url, operation, client={"hooks": hooks})
    assert outcome.kind == "ArgumentError" and outcome.error is not None
    assert "GET /fault/good" in str(outcome.error)
    assert "X-Partner-Key" in str(outcome.error)
    assert SECRET not in shown(outcome.error)
    assert outcome.error.__cause__ is None and outcome.error.__context__ is None
    assert server.connections == 0


def test_headers_of_the_client_are_in_no_traceback(kit: Kit) -> None:
    headers = {"X-Partner-Key": SECRET}
    client = kit.open(
        "sync", "http://x", kit.api(security=(("bearer",),)), headers=headers
    )
    other = client.with_options(headers={"X": f"{SECRET}\n"})
    operation = kit.operation("GET", "/{id}")
    for opened, value in ((client, "a?b"), (client, "a"), (other, "a")):
        with pytest.raises(kit.errors.ArgumentError) as raised:
            opened.call(operation, path={"id": value})
        assert SECRET not in shown(raised.value)


def shown(error: BaseException) -> str:
    """A traceback with all variables, but those of the test itself."""
    assert error.__traceback__ is not None
    error = error.with_traceback(error.__traceback__.tb_next)
    text = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(text.format())


def test_an_exception_of_a_hook_is_the_callers(kit: Kit, server: FaultServer) -> None:
    def refuse(request: Any, response: Any, attempt: int) -> None:
        raise LookupError("mine")

    hooks = kit.options.Hooks(response=refuse)
    with kit.open("sync", server.url, hooks=hooks) as client:
        with pytest.raises(LookupError, match="mine"):
            client.call(kit.operation("GET", "/fault/good"))
        assert busy_connections(client) == 0


@pytest.mark.parametrize("mode", MODES)
def test_requests_that_are_not_documented(
    kit: Kit, server: FaultServer, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    answer(monkeypatch, whole(b"\0\1", content_type="image/png"))

    async def main() -> None:
        client = kit.open(mode, server.url)
        calls = [
            client.request("POST", "/fault/good", body={"a": 1}, query={"b": 2}),
            client.request("PUT", "/fault/it", body=b"\2", content_type="image/png"),
            client.request("DELETE", "/fault/no_content?a=1&a=2&b=#c=3"),
            client.request(
                "GET", f"{server.url}/fault/good?a=1", options={"query": {"b": 2}}
            ),
        ]
        if mode == "async":
            calls = [await each for each in calls]
            await client.close()
        else:
            client.close()
        good = json.loads(GOOD)
        assert [each.parsed for each in calls] == [good, b"\0\1", None, good]
        assert [each.status for each in calls] == [200, 200, 204, 200]
        assert [each.target for each in server.requests] == [
            "/fault/good?b=2",
            "/fault/it",
            "/fault/no_content?a=1&a=2&b=",
            "/fault/good?a=1&b=2",
        ]
        bodies = [each.body for each in server.requests]
        assert bodies == [b'{"a":1}', b"\2", b"", b""]

    asyncio.run(main())


def test_text_that_is_none_is_refused(kit: Kit) -> None:
    with kit.open("sync", "http://x") as client:
        with pytest.raises(kit.errors.ArgumentError, match="surrogate"):
            client.request("GET", "/\ud800")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/a/../b"),
        ("GET", "/a/%2e%2E/b"),
        ("GET", "/{id}"),
        ("G T", "/a"),
        ("GET", "http://x:99999/"),
        ("GET", "http://x:y/"),
        ("GET", "http:///a"),
        ("GET", "http://[::1/a"),
        ("GET", "https://"),
    ],
)
def test_requests_that_are_refused(kit: Kit, method: str, path: str) -> None:
    client = kit.open("sync", "http://x", max_retries=0)
    with pytest.raises(kit.errors.ArgumentError):
        client.request(method, path)


@pytest.mark.parametrize("mode", MODES)
def test_a_client_of_the_callers(
    kit: Kit, server: FaultServer, caplog: pytest.LogCaptureFixture, mode: Mode
) -> None:
    import httpx2

    caplog.set_level(logging.DEBUG)
    made: Any = httpx2.Client() if mode == "sync" else httpx2.AsyncClient()
    operation = kit.operation("GET", "/fault/good")
    options = {
        "http_client": made,
        "credentials": {"q": kit.api_key("query", "k", SECRET)},
    }
    api = kit.api(security=(("q",),))

    async def main() -> None:
        client = kit.open(mode, server.url, api, **options)
        result = client.call(operation)
        if mode == "async":
            result = await result
            await client.close()
        else:
            client.close()
        assert result.id == "lbl_1"
        assert not made.is_closed
        if mode == "sync":
            made.close()
        else:
            await made.aclose()

    asyncio.run(main())
    assert SECRET in server.requests[0].target
    assert SECRET not in caplog.text
    other: Any = httpx2.AsyncClient() if mode == "sync" else httpx2.Client()
    outcome = kit.call(mode, server.url, operation, client={"http_client": other})
    assert outcome.kind == "ArgumentError"


def test_copies_share_the_pool(kit: Kit, server: FaultServer) -> None:
    with kit.open("sync", server.url, headers={"A": "1"}) as client:
        copy = client.with_options(headers={"B": "2"}, max_retries=0, strict=True)
        with copy:
            copy.call(kit.operation("GET", "/fault/good"))
        client.call(kit.operation("GET", "/fault/good"))
        assert server.connections == 1
        assert {"a", "b"} <= server.requests[0].headers.keys()
        assert "b" not in server.requests[1].headers
    with pytest.raises(kit.errors.ClientClosedError):
        copy.call(kit.operation("GET", "/fault/good"))


def test_unknown_options_are_refused(kit: Kit) -> None:
    with pytest.raises(TypeError, match="retries"):
        kit.open("sync", "http://x", retries=3)
    message = "SyncAPIClient has no 'timout'; it has credentials, .*timeout, max_"
    with pytest.raises(TypeError, match=message):
        kit.open("sync", "http://x", timout=3)
    client = kit.open("sync", "http://x")
    with pytest.raises(TypeError, match="SyncAPIClient has no 'proxy'; it has timeout"):
        client.with_options(proxy="http://y")


WRONG_OPTIONS = [
    ("max_retries", None),
    ("max_retries", "2"),
    ("max_retries", -1),
    ("headers", None),
    ("headers", ["X"]),
    ("headers", {"X": 1}),
]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *WRONG_OPTIONS,
        ("limiter", 60),
        ("hooks", None),
        ("hooks", lambda: None),
        ("max_retry_after", "5"),
        ("max_response_bytes", "5"),
    ],
)
def test_options_of_another_kind_are_refused(kit: Kit, name: str, value: Any) -> None:
    message = f"SyncAPIClient: {name} must be"
    with pytest.raises(kit.errors.ArgumentError, match=message):
        kit.open("sync", "http://x", **{name: value})
    client = kit.open("sync", "http://x")
    with pytest.raises(kit.errors.ArgumentError, match=message):
        client.with_options(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"), [*WRONG_OPTIONS, ("query", None), ("query", "a=b")]
)
def test_request_options_of_another_kind_are_refused(
    kit: Kit, name: str, value: Any
) -> None:
    transport = Recorded(kit, [])
    client = kit.open("sync", "http://x", transport=transport)
    operation = kit.operation("GET", "/labels", pagination=kit.cursor("a", "/b", "/c"))
    message = f"request_options: {name} must be"
    options = {name: value}
    with pytest.raises(kit.errors.ArgumentError, match=message) as raised:
        client.call(operation, options=options)
    assert (raised.value.method, raised.value.path) == ("GET", "/labels")
    with pytest.raises(kit.errors.ArgumentError, match=message):
        page_type = kit.models.LabelListPage
        kit.pagination.first_page(client, operation, page_type, options=options)
    assert transport.requests == []


# --- Sharing and closing -------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_many_calls_one_connection(kit: Kit, server: FaultServer, mode: Mode) -> None:
    outcome = kit.call(mode, server.url, kit.operation("GET", "/fault/good"), times=300)
    assert outcome.error is None
    assert server.connections == 1


def test_threads_share_a_client(kit: Kit, server: FaultServer) -> None:
    operation = kit.operation("GET", "/fault/good")
    results: list[Any] = []
    with kit.open("sync", server.url) as client:

        def work() -> None:
            for _ in range(20):
                results.append(client.call(operation).id)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert busy_connections(client) == 0
    assert results == ["lbl_1"] * 160
    assert server.connections <= 8


def test_cancelled_tasks_leave_nothing(kit: Kit, server: FaultServer) -> None:
    async def main() -> None:
        async with kit.open("async", server.url) as client:
            for name in ("hang_before_headers", "hang_in_body", "slow_body"):
                operation = kit.operation("GET", f"/fault/{name}")
                tasks = [asyncio.create_task(client.call(operation)) for _ in range(20)]
                while len(server.requests) < 20:
                    await asyncio.sleep(0)
                for task in tasks:
                    task.cancel()
                results = await asyncio.gather(*tasks, return_exceptions=True)
                assert {type(each) for each in results} == {asyncio.CancelledError}
                assert busy_connections(client) == 0
                server.requests.clear()
            assert (
                await client.call(kit.operation("GET", "/fault/good"))
            ).id == "lbl_1"
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


@pytest.mark.parametrize("mode", MODES)
def test_after_close(kit: Kit, server: FaultServer, mode: Mode) -> None:
    operation = kit.operation("GET", "/fault/good")

    async def main() -> None:
        client = kit.open(mode, server.url)
        for _ in range(2):
            closing = client.close()
            if mode == "async":
                await closing
        with pytest.raises(kit.errors.ClientClosedError) as raised:
            result = client.call(operation)
            if mode == "async":
                await result
        assert isinstance(raised.value, RuntimeError)
        assert (raised.value.method, raised.value.path) == ("GET", "/fault/good")

    asyncio.run(main())


@pytest.mark.parametrize("mode", MODES)
def test_a_call_that_close_interrupts(
    kit: Kit, server: FaultServer, mode: Mode
) -> None:
    """It ends, is not repeated, and tells that the API may have acted on it."""
    operation = kit.operation("POST", "/fault/hang_before_headers", idempotent=True)
    errors: list[Any] = []

    def wait_for_the_request() -> None:
        while not server.requests:
            server.stopped.wait(0.01)

    async def main() -> None:
        client = kit.open(mode, server.url, timeout=kit.http.Timeout(read=2))

        def call() -> None:
            try:
                client.call(operation, body={})
            except kit.errors.SampleError as error:
                errors.append(error)

        if mode == "sync":
            thread = threading.Thread(target=call)
            thread.start()
            wait_for_the_request()
            client.close()
            thread.join()
            return
        task = asyncio.create_task(client.call(operation, body={}))
        await asyncio.to_thread(wait_for_the_request)
        await client.close()
        errors.extend(await asyncio.gather(task, return_exceptions=True))

    asyncio.run(main())
    [error] = errors
    assert isinstance(error, kit.errors.APIConnectionError)
    assert (error.sent, error.attempts) == ("unknown", 1)
    assert len(server.requests) == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_client_closed_while_a_call_connects(
    kit: Kit, server: FaultServer, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    """The call ends well, and its connection with it."""
    operation = kit.operation("GET", "/fault/good")

    async def main() -> None:
        client = kit.open(mode, server.url)
        if mode == "sync":
            look_up = socket.getaddrinfo

            def close(*args: Any, **keywords: Any) -> Any:
                client.close()
                return look_up(*args, **keywords)

            monkeypatch.setattr(socket, "getaddrinfo", close)
            label = client.call(operation)
        else:
            task = asyncio.create_task(client.call(operation))
            await asyncio.sleep(0)
            await client.close()
            label = await task
        assert label.id == "lbl_1"
        assert await asyncio.to_thread(server.wait_until_nothing_is_open)

    asyncio.run(main())


def test_a_client_closed_while_its_transport_is_made(kit: Kit) -> None:
    closed: list[object] = []

    def make() -> str:
        closing.start()
        closing.join(0.05)
        return "transport"

    pool = kit.package.module("_runtime.base_client").Pool(make, True)
    closing = threading.Thread(target=lambda: closed.append(pool.close()))
    assert pool.get() == "transport"
    closing.join(5)
    assert closed == ["transport"]
    with pytest.raises(kit.errors.ClientClosedError):
        pool.get()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_has_connections_of_its_own(
    kit: Kit, server: FaultServer
) -> None:
    operation = kit.operation("GET", "/fault/good")
    with kit.open("sync", server.url) as client:
        client.call(operation)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = 0 if client.call(operation).id == "lbl_1" else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        client.call(operation)
    assert server.connections == 2


def test_two_event_loops_after_each_other(kit: Kit, server: FaultServer) -> None:
    client = kit.open("async", server.url)
    operation = kit.operation("GET", "/fault/good")
    with warnings.catch_warnings():
        # Nobody can close the connections of a loop that is over.
        warnings.simplefilter("ignore", ResourceWarning)
        for _ in range(3):
            assert asyncio.run(client.call(operation)).id == "lbl_1"
        del client
        gc.collect()


# --- What can be seen ----------------------------------------------------------------


def test_spans(kit: Kit, server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    spans: list[Any] = []
    trace = FakeTrace("opentelemetry.trace", spans)
    propagate: Any = ModuleType("opentelemetry.propagate")
    propagate.inject = lambda carrier, context: carrier.update(traceparent="00-1-2-01")
    monkeypatch.setitem(sys.modules, "opentelemetry", ModuleType("opentelemetry"))
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", trace)
    monkeypatch.setitem(sys.modules, "opentelemetry.propagate", propagate)
    observability = kit.package.module("_runtime.observability")
    monkeypatch.setattr(observability, "_modules", None)
    own = {"headers": {"TraceParent": "mine"}}
    with kit.open("sync", server.url) as client:
        client.call(kit.operation("GET", "/fault/good"), options=own)
        elsewhere = server.url.replace("127.0.0.1", "localhost")
        client.request("GET", f"{elsewhere}/fault/good")
    assert server.requests[0].headers["traceparent"] == "mine"
    assert "traceparent" not in server.requests[1].headers
    spans.clear()
    server.requests.clear()
    outcome = kit.call(
        "sync",
        server.url,
        kit.operation("GET", "/sequence/status-503-html,reset_before_response,good"),
        client={"clock": kit.clock()},
        query={"q": SECRET},
    )
    assert outcome.kind == "Label"
    assert [span.attributes.get("http.request.resend_count") for span in spans] == [
        None,
        1,
        2,
    ]
    assert [span.attributes.get("error.type") for span in spans] == [
        "503",
        "connection",
        None,
    ]
    assert all(span.ended and SECRET not in str(span.attributes) for span in spans)
    assert spans[0].attributes["server.port"] == server.port
    assert server.requests[0].headers["traceparent"] == "00-1-2-01"


class FakeTrace(ModuleType):
    """As much of ``opentelemetry.trace`` as is used."""

    class SpanKind:
        CLIENT = "client"

    class StatusCode:
        ERROR = "error"

    def __init__(self, name: str, spans: list[Any]) -> None:
        super().__init__(name)
        self.spans = spans

    def Status(self, code: str) -> str:
        return code

    def get_tracer(self, name: str, version: str) -> FakeTrace:
        return self

    def start_span(self, name: str, kind: str, attributes: dict[str, Any]) -> Any:
        span = FakeSpan(name, attributes)
        self.spans.append(span)
        return span

    def use_span(self, span: Any, **options: bool) -> Any:
        import contextlib

        return contextlib.nullcontext(span)

    def set_span_in_context(self, span: Any) -> object:
        return span


class FakeSpan:
    def __init__(self, name: str, attributes: dict[str, Any]) -> None:
        self.name = name
        self.attributes = attributes
        self.ended = False

    def set_attribute(self, name: str, value: Any) -> None:
        self.attributes[name] = value

    def set_status(self, status: Any) -> None:
        self.status = status

    def end(self) -> None:
        self.ended = True


def test_type_hints_can_be_evaluated(kit: Kit) -> None:
    modules = [kit.errors, kit.client, kit.responses, kit.options, kit.http]
    modules.append(kit.package.module("_runtime.streams"))
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, type) and value.__module__ == module.__name__:
                get_type_hints(value)
                for member in vars(value).values():
                    if callable(member) and hasattr(member, "__annotations__"):
                        get_type_hints(member)


def test_importing_loads_no_http_library(kit: Kit) -> None:
    import subprocess

    code = (
        f"import sys; sys.path.insert(0, {str(kit.package.folder.parent)!r}); "
        f"import {kit.package.name}._runtime.client, {kit.package.name}.errors; "
        "print([m for m in ('httpx2', 'httpcore2', 'asyncio') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_a_missing_http_library_is_said_with_its_remedy(kit: Kit) -> None:
    """The one that is asked for is that of the client's own requirement."""
    import subprocess
    import tomllib

    repository = Path(__file__).parents[2]
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    (needed,) = project["project"]["optional-dependencies"]["client"]
    code = (
        f"import sys; sys.path.insert(0, {str(kit.package.folder.parent)!r}); "
        "sys.modules['httpx2'] = None; "
        f"import {kit.package.name}._runtime.transport"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stderr.splitlines()[-1] == (
        "ImportError: calls are sent by httpx2, which is not installed: "
        f"pip install '{needed}'"
    )
    for guide in ("README.md", "templates/package/README.md.jinja"):
        assert needed in (repository / guide).read_text(encoding="utf-8")
