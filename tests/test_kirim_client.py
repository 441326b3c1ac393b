"""The client of Kirim Chat against a server that has only read the document.

Every operation, by both clients: a success, each documented error, a status nobody
documented, bodies that are not what they should be, a connection that breaks, and an
answer that does not come.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kirim_chat
from kirim_chat import (
    AsyncHTTPResponse,
    AsyncStreamedResponse,
    AsyncTransport,
    ClientOptions,
    Clock,
    Headers,
    Hooks,
    HTTPRequest,
    HTTPResponse,
    KirimChat,
    StreamedResponse,
    Transport,
    TransportError,
    errors,
)
from tests.judge import Delay, Documented, Drop, Judge, Respond, Truncate
from tests.judge.driver import SECRET, Driver
from tests.loopback import Running

REPOSITORY = Path(__file__).resolve().parents[1]
SPECIFICATION = REPOSITORY / "spec" / "kirim.yaml"
MANIFEST = json.loads(
    (REPOSITORY / "generated" / "kirim_chat" / "specpress.json").read_text("utf-8")
)
OPERATIONS = {each["python"]: each for each in MANIFEST["operations"]}
WITH_BODY = {
    name: each for name, each in OPERATIONS.items() if not each.get("redirect")
}
UNDOCUMENTED: dict[int, type[errors.APIError]] = {
    303: errors.RedirectError,
    402: errors.ClientError,
    418: errors.ClientError,
    508: errors.ServerError,
    599: errors.ServerError,
}
ODD_BODIES = {
    "HTML": (b"<html>Sorry</html>", "text/html"),
    "empty": (b"", "application/json"),
    "truncated": (b'{"error": {"type": "not_fo', "application/json"),
    "a list": (b'["error"]', "application/json"),
    "a text": (b'"error"', "application/json"),
    "null": (b"null", "application/json"),
    "other members": (b'{"error": 5}', "application/json"),
    "not UTF-8": (b'{"error": "\xff\xfe"}', "application/json"),
}


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    judge = Judge(SPECIFICATION)
    with Running(judge) as running:
        yield Driver(kirim_chat, MANIFEST, judge, running.url)


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def asynchronous(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_every_operation_of_the_document_has_a_method(driver: Driver) -> None:
    assert driver.lost() == []
    assert len(driver.judge.routes) == 27


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_success_arrives_as_sent_and_is_written_as_it_came(
    driver: Driver, name: str, asynchronous: bool
) -> None:
    """With all arguments and with the required ones; answers with all fields and with
    the required ones. The driver compares both directions with plain JSON."""
    operation = OPERATIONS[name]
    if asynchronous:

        async def call() -> list[Any]:
            async with driver.client(asynchronous=True) as client:
                return await driver.try_operation_async(client, operation)

        found = asyncio.run(call())
    else:
        with driver.client() as client:
            found = list(driver.try_operation(client, operation))
    assert found == []


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_result_is_a_model_whose_to_dict_is_the_answer(
    driver: Driver, name: str, asynchronous: bool
) -> None:
    response = driver.call(WITH_BODY[name], asynchronous=asynchronous)
    [exchange] = driver.judge.exchanges
    assert exchange.problems == []
    assert response.status == exchange.status
    assert response.deviations == []
    assert response.parsed.to_dict() == exchange.answer
    assert response.attempts == 1


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_documented_error_has_its_class_and_attributes(
    driver: Driver, name: str, asynchronous: bool
) -> None:
    operation = OPERATIONS[name]
    for documented in operation["errors"]:
        status = documented["status"]
        if status == "302" and operation.get("redirect"):
            continue
        told = Documented(status, headers={"X-Request-Id": "req_1"})
        with pytest.raises(errors.APIError) as caught:
            driver.call(operation, told, asynchronous=asynchronous)
        error = caught.value
        [exchange] = driver.judge.exchanges
        assert exchange.problems == []
        assert type(error).__name__ == documented["class"]
        assert str(error.status) == status
        assert error.sent == "answered"
        assert error.request_id == "req_1"
        assert error.body == exchange.answer
        assert error.error is not None
        assert error.error.to_dict() == exchange.answer
        content = exchange.answer["error"]
        for attribute in ("type", "code", "message", "param"):
            assert getattr(error, attribute) == content.get(attribute), attribute
        assert SECRET not in f"{error} {error!r}"


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_status_that_nobody_documented_has_the_class_of_its_range(
    driver: Driver, name: str, asynchronous: bool
) -> None:
    for status, expected in UNDOCUMENTED.items():
        if OPERATIONS[name].get("redirect") and expected is errors.RedirectError:
            # To this operation every redirect is an answer.
            continue
        told = Respond(status, b'{"x": 1}', {"content-type": "application/json"})
        with pytest.raises(expected) as caught:
            driver.call(OPERATIONS[name], told, asynchronous=asynchronous)
        assert type(caught.value) is expected
        assert caught.value.status == status
        assert caught.value.body == {"x": 1}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_error_whose_body_is_odd_is_still_the_right_error(
    driver: Driver, name: str, asynchronous: bool
) -> None:
    for body, media_type in ODD_BODIES.values():
        for status, expected in (
            (400, errors.BadRequestError),
            (404, errors.NotFoundError),
            (500, errors.InternalServerError),
        ):
            told = Respond(status, body, {"content-type": media_type})
            with pytest.raises(expected) as caught:
                driver.call(OPERATIONS[name], told, asynchronous=asynchronous)
            assert type(caught.value) is expected
            assert caught.value.status == status


@pytest.mark.parametrize("name", WITH_BODY)
@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"<html>Sorry</html>", "text/html"),
        (b"<html>Sorry</html>", "application/json"),
        (b'{"data": {"id": "lbl', "application/json"),
        (b'["a"]', "application/json"),
        (b'"a"', "application/json"),
        (b"null", "application/json"),
    ],
    ids=["HTML", "HTML as JSON", "truncated", "a list", "a text", "null"],
)
def test_a_success_that_cannot_be_read_raises_with_its_text(
    driver: Driver, name: str, asynchronous: bool, body: bytes, media_type: str
) -> None:
    told = Respond(_success(name), body, {"content-type": media_type})
    with pytest.raises(errors.ResponseDecodeError) as caught:
        driver.call(WITH_BODY[name], told, asynchronous=asynchronous)
    assert caught.value.text == body.decode()
    assert caught.value.status == _success(name)


@pytest.mark.parametrize("name", WITH_BODY)
def test_an_empty_success_is_an_error_only_where_a_status_is_documented_exactly(
    driver: Driver, name: str, asynchronous: bool
) -> None:
    told = Respond(_success(name), b"", {"content-type": "application/json"})
    if WITH_BODY[name]["responses"][0]["status"] == "2XX":
        response = driver.call(WITH_BODY[name], told, asynchronous=asynchronous)
        assert response.deviations
    else:
        with pytest.raises(errors.ResponseDecodeError):
            driver.call(WITH_BODY[name], told, asynchronous=asynchronous)


@pytest.mark.parametrize("name", WITH_BODY)
def test_an_object_of_another_shape_is_kept_with_its_deviations(
    driver: Driver, name: str, asynchronous: bool
) -> None:
    content = {"unheard_of": [1, {"a": None}]}
    told = Respond(
        _success(name),
        json.dumps(content).encode(),
        {"content-type": "application/json"},
    )
    response = driver.call(WITH_BODY[name], told, asynchronous=asynchronous)
    assert response.deviations
    assert response.parsed.to_dict() == content
    with pytest.raises(errors.DeviationError) as caught:
        driver.call(WITH_BODY[name], told, asynchronous=asynchronous, strict=True)
    assert caught.value.deviations == response.deviations


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_connection_that_breaks_is_a_connection_error(
    driver: Driver, name: str, asynchronous: bool
) -> None:
    with pytest.raises(errors.APIConnectionError) as caught:
        driver.call(OPERATIONS[name], Drop(), asynchronous=asynchronous)
    assert not isinstance(caught.value, errors.APITimeoutError)
    assert caught.value.sent == "unknown"
    if name in WITH_BODY:
        with pytest.raises(errors.APIConnectionError):
            driver.call(OPERATIONS[name], Truncate(), asynchronous=asynchronous)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_answer_that_does_not_come_in_time_is_a_timeout(
    driver: Driver, name: str, asynchronous: bool
) -> None:
    with pytest.raises(errors.APITimeoutError):
        driver.call(OPERATIONS[name], Delay(), asynchronous=asynchronous, timeout=0.1)


def test_what_annotations_need_is_in_the_package() -> None:
    seen: list[str] = []

    class Recording:
        def __init__(self, answers: list[HTTPResponse]) -> None:
            self.answers = answers

        def send(self, request: HTTPRequest, /) -> HTTPResponse:
            if not self.answers:
                raise TransportError("none is left", kind="connection", sent="not_sent")
            return self.answers.pop()

        def close(self) -> None:
            self.answers.clear()

    def note(
        request: HTTPRequest, response: HTTPResponse | AsyncHTTPResponse, attempt: int
    ) -> None:
        seen.append(f"{request.method} {response.status}")

    def options(transport: Transport | AsyncTransport) -> ClientOptions:
        hooks = Hooks(response=note)
        return {"transport": transport, "hooks": hooks, "clock": Clock()}

    def read(response: StreamedResponse | AsyncStreamedResponse) -> Headers:
        return response.headers

    answer = HTTPResponse(200, Headers([("X-A", "b")]), [b"{}"], lambda: None)
    transport = Recording([answer])
    with KirimChat(token=SECRET, **options(transport)) as client:
        assert repr(client) == "<KirimChat https://api.kirim.chat/v1>"
        assert repr(client.webhooks).count("lambda") == 0
        with client.streaming(client.request)("GET", "/x") as response:
            assert read(response)["x-a"] == "b"
        with pytest.raises(errors.APIConnectionError):
            client.with_options(max_retries=0).request("GET", "/x")
    assert seen == ["GET 200"]
    assert kirim_chat.RateLimit().remaining is None


def _success(name: str) -> int:
    status = OPERATIONS[name]["responses"][0]["status"]
    return 200 if status == "2XX" else int(status)
