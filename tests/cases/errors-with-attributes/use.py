"""What the document says about errors becomes their attributes and decides retries."""

from typing import Any

from errors_with_attributes import Client, errors, models

from tests.loopback import Loopback


def use_attributes(server: Loopback) -> None:
    body = {"error": {"code": "conflict", "message": "other body"}}
    server.answer(status=409, json=body, headers={"X-Request-Id": "r1"})
    with Client(base_url=server.url) as client:
        try:
            client.orders.create()
        except errors.ConflictError as error:
            assert (error.code, error.message) == ("conflict", "other body")
            assert error.request_id == "r1" and error.attempts == 1
            assert isinstance(error.error, models.Problem)
        else:
            raise AssertionError("a conflict is an error")
    assert len(server.requests) == 1


def use_retry(server: Loopback) -> None:
    body = {"error": {"code": "busy"}}
    server.answer(status=409, json=body, headers={"retry-after": "0"})
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        client.orders.create()
    keys = [r.headers["idempotency-key"] for r in server.requests]
    assert len(keys) == 2 and keys[0] == keys[1]


def use_options_that_are_none(server: Loopback) -> None:
    wrong: Any = {"timeuot": 1}
    with Client(base_url=server.url) as client:
        try:
            client.orders.create(request_options=wrong)
        except errors.ArgumentError as error:
            assert "timeuot" in str(error)
        else:
            raise AssertionError("a misspelt option is an error")
    assert server.requests == []
