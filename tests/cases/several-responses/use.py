"""Status and media type choose the type of an answer, and of an error."""

from several_responses import Client, errors, models

from tests.loopback import Loopback


def use_answers(server: Loopback) -> None:
    with Client(base_url=server.url, strict=True, max_retries=0) as client:
        server.answer(json={"result": "r"}, headers={"X-Cost": "3"})
        answer = client.with_response(client.jobs.start)()
        assert answer.parsed == models.Done(result="r")
        assert answer.status == 200 and answer.headers["x-cost"] == "3"
        server.answer(status=202, json={"job": "j"})
        assert client.jobs.start() == models.Pending(job="j")
        server.answer(status=204)
        assert client.jobs.start() is None
        server.answer(body=b"a,b", headers={"content-type": "text/csv"})
        assert client.jobs.report() == "a,b"
        server.answer(body=b"%PDF", headers={"content-type": "application/pdf"})
        assert client.jobs.report() == b"%PDF"
        server.answer(status=202, body=b"3", headers={"content-type": "text/plain"})
        assert client.jobs.progress() == "3"


def use_errors(server: Loopback) -> None:
    with Client(base_url=server.url, max_retries=0) as client:
        server.answer(status=409, json={"until": "noon"})
        try:
            client.jobs.start()
        except errors.ConflictError as error:
            assert error.error == models.Busy(until="noon")
            assert error.status == 409
        else:
            raise AssertionError("a conflict is an error")
        server.answer(
            status=503,
            body=b'{"title": "down"}',
            headers={"content-type": "application/problem+json"},
        )
        try:
            client.jobs.start()
        except errors.ServerError as error:
            assert error.error == models.Problem(title="down")
        else:
            raise AssertionError("503 is an error")


def use_errors_by_status_before_range(server: Loopback) -> None:
    problem, busy = models.Problem(title="no"), models.Busy(until="noon")
    with Client(base_url=server.url, max_retries=0) as client:
        for status, media, error in (
            (404, "application/json", problem),
            (423, "application/json", busy),
            (400, "application/problem+json", problem),
            (400, "application/json", busy),
        ):
            headers = {"content-type": media}
            server.answer(status=status, json=error.to_dict(), headers=headers)
            try:
                client.jobs.restart()
            except errors.ClientError as raised:
                assert raised.error == error
            else:
                raise AssertionError(f"{status} is an error")


def use_errors_that_are_no_objects_or_nothing(server: Loopback) -> None:
    text, json = "text/plain", "application/json"
    with Client(base_url=server.url, max_retries=0) as client:
        server.answer(json={"result": "r"})
        assert client.jobs.check() == models.Done(result="r")
        for status, media, body, error in (
            (400, text, b"no", "no"),
            (400, text, b"12", "12"),
            (400, json, b'"no"', None),
            (422, json, b'"no"', "no"),
            (422, json, b"12", None),
            (404, json, b'{"title": "no"}', None),
            (500, json, b'{"result": "no"}', models.Done(result="no")),
        ):
            server.answer(status=status, body=body, headers={"content-type": media})
            try:
                client.jobs.check()
            except errors.APIError as raised:
                assert raised.error == error, (status, body)
            else:
                raise AssertionError(f"{status} is an error")


def use_no_content_that_was_described(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url, strict=True) as client:
        client.jobs.stop()
