"""Documented headers have types; all others are there as text."""

from datetime import UTC, datetime

from response_headers import UNSET, Client, RateLimitError, ResponseHeaders

from tests.loopback import Loopback


def use_headers(server: Loopback) -> None:
    server.answer(
        status=204,
        headers={
            "X-Cost": "12",
            "X-Limit": "7",
            "X-Tags": "new, other",
            "X-Flag": "true",
            "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT",
            "X-Other": "o",
        },
    )
    never = "Fri, 31 Dec 99999999999999999999 23:59:59 GMT"
    limits = {"Retry-After": "1.5", "X-Limit": "no", "Last-Modified": never}
    server.answer(status=429, json={}, headers=limits)
    with Client(base_url=server.url, max_retries=0) as client:
        response = client.with_response(client.calls.a)()
        headers = ResponseHeaders.of(response)
        assert headers.x_limit == 7
        assert headers.x_tags == ["new", "other"]
        assert headers.x_flag is True
        assert headers.x_cost == 12
        assert headers.last_modified == datetime(2015, 10, 21, 7, 28, tzinfo=UTC)
        assert headers.x_meta is UNSET
        assert response.headers["x-other"] == "o"
        try:
            client.calls.a()
        except RateLimitError as error:
            failed = ResponseHeaders.of(error)
            assert failed.retry_after == 1.5 and failed.x_limit is UNSET
            assert failed.last_modified is UNSET
        else:
            raise AssertionError("no error")


def use_names_by_case(server: Loopback) -> None:
    """Names that differ in case are one header, whatever words the capitals make; names
    that differ in a sign are two."""
    server.answer(
        status=200,
        headers={"x-ratelimit-limit": "9", "X-Foo": "1", "X_Foo": "one"},
    )
    with Client(base_url=server.url, max_retries=0) as client:
        headers = ResponseHeaders.of(client.with_response(client.calls.c)())
    assert headers.x_rate_limit_limit == 9
    assert headers.x_foo_header == 1
    assert headers.x_foo == "one"
