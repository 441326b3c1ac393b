"""The errors themselves: the tree, what they say, pickling."""

from __future__ import annotations

import json
import pickle
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import pytest
from client_package import Kit, build
from test_retries import Recorded, call


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    package = build(tmp_path_factory.mktemp("errors"), "errors_package")
    yield Kit(package)
    package.forget()


def classes(kit: Kit) -> list[type[Exception]]:
    base = kit.errors.SampleError
    return [
        each
        for each in vars(kit.errors).values()
        if isinstance(each, type) and issubclass(each, base)
    ]


def make(kit: Kit, error_class: Any) -> Any:
    headers = kit.http.Headers([("X-Request-Id", "r"), ("Set-Cookie", "s")])
    if issubclass(error_class, kit.errors.APIError):
        error = kit.models.ErrorBody(error=kit.models.ErrorDetail(code="c"))
        return error_class(
            "404 Not Found", status=404, headers=headers, body={"a": [1]}, error=error
        )
    if error_class is kit.errors.ResponseDecodeError:
        return error_class("200: not JSON", status=200, headers=headers, text="<")
    if error_class is kit.errors.DeviationError:
        return error_class("otherwise", deviations=[], result=None)
    return error_class("what happened")


def test_the_tree_is_drawn_as_it_is(kit: Kit) -> None:
    drawn = [
        line.lstrip(" │├└─").split()[0]
        for line in kit.errors.__doc__.splitlines()
        if line.startswith("    ")
    ]
    assert sorted(drawn) == sorted(each.__name__ for each in classes(kit))


def test_the_class_of_every_status(kit: Kit) -> None:
    table = {
        400: "BadRequestError",
        401: "AuthenticationError",
        403: "PermissionDeniedError",
        404: "NotFoundError",
        409: "ConflictError",
        422: "UnprocessableEntityError",
        429: "RateLimitError",
        500: "InternalServerError",
    }
    ranges = {3: "RedirectError", 4: "ClientError", 5: "ServerError"}
    operation = kit.operation("GET", "/x")
    for status in range(300, 1000):
        answer = kit.responses.Answer(status, kit.http.Headers(), b"")
        error = kit.results.error_of(kit.api(), operation, answer, str)
        expected = table.get(status, ranges.get(status // 100, "APIError"))
        assert type(error).__name__ == expected
    assert issubclass(kit.errors.InternalServerError, kit.errors.ServerError)
    assert issubclass(kit.errors.NotFoundError, kit.errors.ClientError)
    assert issubclass(kit.errors.APITimeoutError, kit.errors.APIConnectionError)
    assert issubclass(kit.errors.ArgumentError, ValueError)


def test_every_error_can_be_pickled(kit: Kit) -> None:
    for error_class in classes(kit):
        error = make(kit, error_class)
        error.sent, error.attempts, error.elapsed = "unknown", 3, 1.5
        error.method, error.path = "GET", "/x/{id}"
        error.request_id, error.retry_after = "r", 7.0
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            copy = pickle.loads(pickle.dumps(error, protocol))
            assert type(copy) is error_class
            assert str(copy) == str(error)
            assert repr(vars(copy)) == repr(vars(error))


def test_what_an_error_says(kit: Kit) -> None:
    error = make(kit, kit.errors.NotFoundError)
    assert str(error) == "404 Not Found"
    error.method, error.path, error.sent = "GET", "/x/{id}", "answered"
    assert str(error) == "404 Not Found (GET /x/{id})"
    error.attempts, error.request_id, error.retry_after = 3, "req_1", 61.0
    assert str(error) == (
        "404 Not Found (GET /x/{id}, 3 attempts, retry after 61 s, request id req_1)"
    )


def test_headers_hide_what_they_may_hold(kit: Kit) -> None:
    headers = kit.http.Headers(
        [
            ("Set-Cookie", "a=secret"),
            ("set-cookie", "b=secret"),
            ("Location", "https://x/?sig=secret"),
            ("Content-Type", "text/html"),
        ]
    )
    assert "secret" not in repr(headers)
    assert "text/html" in repr(headers)
    assert headers.get_all("SET-COOKIE") == ["a=secret", "b=secret"]
    assert headers["Set-Cookie"] == "a=secret, b=secret"
    assert "CONTENT-TYPE" in headers and 1 not in headers
    assert list(headers) == ["set-cookie", "location", "content-type"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error": {"message": "No label."}}', "404 Not Found: No label."),
        (b'{"message": "a\\n b\\u0007"}', "404 Not Found: a b\ufffd"),
        (b'{"detail": "d"}', "404 Not Found: d"),
        (b'{"title": "t"}', "404 Not Found: t"),
        (b'{"error": "e"}', "404 Not Found: e"),
        (b'{"message": "%s"}' % (b"x" * 999), "404 Not Found: " + "x" * 300 + "…"),
        (b'{"message": {"a": 1}}', "404 Not Found"),
        (b"<h1>Sorry</h1>", "404 Not Found"),
        (b"", "404 Not Found"),
    ],
)
def test_messages_of_error_bodies(kit: Kit, body: bytes, message: str) -> None:
    transport = Recorded(kit, [(404, {}, body)])
    client = kit.open("sync", "http://x", transport=transport)
    with pytest.raises(kit.errors.NotFoundError) as raised:
        client.call(kit.operation("GET", "/x"))
    assert raised.value.args == (message,)


SECRET = "tok-4f1d8c2e9b"


@pytest.mark.parametrize(
    "answer",
    [
        (400, {"X-Request-Id": f"r {SECRET}"}, b"{}"),
        (400, {"X-Request-Id": "r\x9b31m\x7f"}, b"{}"),
        (400, {}, b'{"error": {"request_id": "r\\nforged \\u001b[31m"}}'),
        (400, {}, b'{"error": {"code": "%s"}}' % SECRET.encode()),
        (400, {}, b'{"error": {"request_id": "%s"}}' % (b"r" * 100_000)),
        (200, {}, b'["%s"]' % SECRET.encode()),
        (200, {}, b'{"id": "%s' % SECRET.encode()),
        (200, {}, b'{"id": 7, "name": ["%s"]}' % SECRET.encode()),
        (200, {"Content-Type": "text/" + "x" * 100_000}, b"{}"),
    ],
)
def test_what_an_answer_holds_is_not_shown(kit: Kit, answer: Any) -> None:
    with pytest.raises(kit.errors.SampleError) as caught:
        call(
            kit,
            Recorded(kit, [answer]),
            api=kit.api(security=(("bearer",),)),
            strict=True,
            credentials={"bearer": kit.credentials.bearer(SECRET)},
        )
    text = str(caught.value)
    assert len(text) < 500 and text.isprintable()
    error = caught.value.with_traceback(inner(caught.value.__traceback__))
    lines = traceback.TracebackException.from_exception(error, capture_locals=True)
    assert SECRET not in text + "".join(lines.format())
    assert error.__context__ is None


def test_secrets_that_are_echoed_are_in_no_attribute(kit: Kit) -> None:
    body = b'{"error": {"code": "%s", "param": "p"}}' % SECRET.encode()
    with pytest.raises(kit.errors.APIError) as caught:
        call(
            kit,
            Recorded(kit, [(400, {}, body)]),
            api=kit.api(security=(("bearer",),)),
            credentials={"bearer": kit.credentials.bearer(SECRET)},
        )
    error: Any = caught.value
    assert error.code == "***"
    assert error.body == json.loads(body)  # as it came


@pytest.mark.parametrize("before", range(280, 300, 3))
def test_a_secret_where_a_message_is_cut_is_hidden(kit: Kit, before: int) -> None:
    text = "x" * before + SECRET
    with pytest.raises(kit.errors.APIError) as caught:
        call(
            kit,
            Recorded(kit, [(400, {}, json.dumps({"message": text}).encode())]),
            api=kit.api(security=(("bearer",),)),
            credentials={"bearer": kit.credentials.bearer(SECRET)},
        )
    assert f"{'x' * before}***"[:300] in str(caught.value)
    assert SECRET[:4] not in str(caught.value)


def inner(found: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of the tests, which know the secret."""
    while found and "_runtime" not in found.tb_frame.f_code.co_filename:
        found = found.tb_next
    return found


def test_many_deviations_are_counted(kit: Kit) -> None:
    body = json.dumps({"data": [{"id": number} for number in range(100)]})
    media = {"application/json": kit.operations.JSON(lambda: kit.models.LabelList)}
    operation = kit.operation("GET", "/x", responses={"200": media})
    with pytest.raises(kit.errors.DeviationError, match="; and 90 more") as caught:
        call(kit, Recorded(kit, [(200, {}, body.encode())]), operation, strict=True)
    assert len(caught.value.deviations) == 100


def test_causes_are_kept_without_their_frames(kit: Kit) -> None:
    with kit.open("sync", "http://127.0.0.1:1", max_retries=0) as client:
        with pytest.raises(kit.errors.APIConnectionError) as raised:
            client.call(kit.operation("GET", "/x"))
    cause = raised.value.__cause__
    assert type(cause).__name__ == "ConnectError"
    assert cause.__traceback__ is None


def test_arguments_are_refused_with_the_call(kit: Kit) -> None:
    client = kit.open("sync", "http://x")
    with pytest.raises(kit.errors.ArgumentError, match=r"\(GET /x/\{id\}\)"):
        client.call(kit.operation("GET", "/x/{id}"), path={"id": ""})


@pytest.mark.parametrize(
    "options",
    [
        {"proxy": "nonsense://user:secret@x"},
        {"verify": "/no/such/file.pem"},
        {"http_client": object()},
    ],
)
def test_options_that_httpx2_refuses(kit: Kit, options: dict[str, Any]) -> None:
    client = kit.open("sync", "http://x", **options)
    with pytest.raises(kit.errors.ArgumentError) as raised:
        client.call(kit.operation("GET", "/x"))
    assert "secret" not in str(raised.value)
    assert "secret" not in repr(client._settings)
