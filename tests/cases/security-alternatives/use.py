"""The first alternative whose credentials are all there; none where none is needed."""

import base64

from security_alternatives import Client, errors, resources

from tests.loopback import Loopback


def use_token(server: Loopback) -> None:
    server.answer(status=204)
    with Client(token="t0ken", base_url=server.url) as client:
        client.calls.private()
        client.calls.public()
        client.calls.either()
        assert "t0ken" not in repr(client)
    sent = [r.headers.get("authorization") for r in server.requests]
    assert sent == ["Bearer t0ken", None, None]


def use_two_keys(server: Loopback) -> None:
    server.answer(status=204)
    with Client(key="k", tenant="t", base_url=server.url) as client:
        client.calls.private()
    assert server.requests[0].query == "api_key=k"
    assert server.requests[0].headers["x-tenant"] == "t"


def use_a_key_that_is_an_argument_too(server: Loopback) -> None:
    server.answer(status=204)
    with Client(key="k", tenant="t", base_url=server.url) as client:
        client.calls.repeated(api_key="mine")
        client.calls.repeated()
    assert [r.query for r in server.requests] == ["api_key=mine", "api_key=k"]


def use_basic_and_nothing(server: Loopback) -> None:
    server.answer(status=204)
    with Client(basic_auth=("ana", "pw"), base_url=server.url) as client:
        client.calls.either()
        try:
            client.calls.private()
        except errors.ArgumentError as error:
            assert "token" in str(error)
        else:
            raise AssertionError("a private call needs a credential")
    given = server.requests[0].headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(given) == b"ana:pw"
    assert len(server.requests) == 1


def use_errors_that_repeat_the_token(server: Loopback) -> None:
    server.answer(status=401, json={"message": "no such token: t0ken"})
    with Client(token="t0ken", base_url=server.url) as client:
        try:
            client.calls.private()
        except errors.AuthenticationError as error:
            assert "t0ken" not in str(error) and "t0ken" not in repr(error)
        else:
            raise AssertionError("401 is an error")


def use_certificate_of_the_transport(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        client.calls.certificate()
    assert "authorization" not in server.requests[0].headers


def use_a_token_of_a_login(server: Loopback) -> None:
    server.answer(status=204)
    with Client(login="t0ken", base_url=server.url) as client:
        client.calls.scoped()
    assert server.requests[0].headers["authorization"] == "Bearer t0ken"


def use_either_a_token_or_a_client(server: Loopback) -> None:
    server.answer(json={"access_token": "f3tched", "expires_in": 60})
    for client in (
        Client(partner="t0ken", base_url=server.url),
        Client(client_credentials=("id", "secret"), base_url=server.url),
    ):
        with client:
            client.calls.shared()
    first, token, second = server.requests
    assert [first.target, token.target, second.target] == [
        "/shared",
        "/token",
        "/shared",
    ]
    assert first.headers["authorization"] == "Bearer t0ken"
    assert second.headers["authorization"] == "Bearer f3tched"
    assert token.body == b"grant_type=client_credentials&scope=read"


def use_schemes_and_names_as_they_are_spelled(server: Loopback) -> None:
    server.answer(status=204)
    signatures = iter(("Signature=1", "Signature=2"))
    with Client(
        sws="s",
        session="id=1",
        signed=lambda: next(signatures),
        base_url=server.url,
    ) as client:
        client.calls.session()
        client.calls.signed()
        client.calls.signed()
    first, *signed = (r.headers for r in server.requests)
    assert (first["authorization"], first["cookie"]) == ("SSWS s", "session[id]=id=1")
    assert [headers["authorization"] for headers in signed] == [
        "AWS4-HMAC-SHA256 Signature=1",
        "AWS4-HMAC-SHA256 Signature=2",
    ]


def use_docstrings(_: Loopback) -> None:
    text = " ".join((Client.__doc__ or "").split())
    assert "tokens at ``https://login.example.com/token``" in text
    assert "``read`` (Read things)" in text
    scoped = resources.Calls.scoped.__doc__ or ""
    assert "Scopes: ``read``, ``write``; or ``admin``." in scoped
