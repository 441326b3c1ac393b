"""Files from memory and from disk, forms, raw bytes both ways."""

import email
import email.policy
import tempfile
from pathlib import Path
from typing import Any

from multipart_upload import ArgumentError, Client, File

from tests.loopback import Loopback


def use_multipart(server: Loopback) -> None:
    server.answer(status=204)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dot.png"
        path.write_bytes(b"\x89PNG")
        with Client(base_url=server.url) as client:
            client.files.upload(
                body={
                    "file": File("dot.png", path, headers={"X-Dots": "1"}),
                    "purpose": "avatar",
                    "meta": {"n": 1},
                    "digest": b"\0\xff",
                    "keys": [b"k"],
                    "seal": b"s",
                }
            )
    request = server.requests[0]
    message = email.message_from_bytes(
        b"Content-Type: "
        + request.headers["content-type"].encode()
        + b"\r\n\r\n"
        + request.body,
        policy=email.policy.HTTP,
    )
    parts = {
        part.get_param("name", header="content-disposition"): part
        for part in message.iter_parts()
    }
    assert parts["file"].get_content_type() == "image/png"
    assert parts["file"].get_filename() == "dot.png"
    assert parts["file"]["x-dots"] == "1"
    assert parts["file"].get_payload(decode=True) == b"\x89PNG"
    assert parts["digest"]["x-digest"] == "sha-256"
    assert parts["purpose"].get_payload(decode=True) == b"avatar"
    assert parts["meta"].get_content_type() == "application/json"
    for name, text in {"digest": b"AP8=", "keys": b"aw==", "seal": b"cw=="}.items():
        assert parts[name].get_filename() is None
        assert parts[name].get_payload(decode=True) == text
    assert parts["seal"].get_content_type() == "application/pkcs7-signature"


def use_a_text_that_is_no_file(server: Loopback) -> None:
    """It could be a path, which nobody would open."""
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        bodies: list[Any] = [{"file": "a.png"}, {"file": b"", "pages": [b"", "a.png"]}]
        for body in bodies:
            try:
                client.files.upload(body=body)
            except ArgumentError as error:
                assert "a path (pathlib.Path), an open file or File" in str(error)
            else:
                raise AssertionError("no error")
        client.files.upload(body={"file": b"", "pages": [b"1", b"2"], "cover": "none"})
    [request] = server.requests
    assert request.body.count(b'name="pages"; filename="pages"') == 2
    assert b'name="cover"\r\n\r\nnone\r\n' in request.body


def use_raw_and_form(server: Loopback) -> None:
    server.answer(body=b"\0\xff", headers={"content-type": "application/octet-stream"})
    with Client(base_url=server.url) as client:
        assert client.files.put_raw(body=b"\0\xff") == b"\0\xff"
        server.answer(status=204)
        client.files.form(body={"a": "x y&", "b": [1, 2]})
        client.files.any_form(body={"a": True})
    assert server.requests[0].body == b"\0\xff"
    assert server.requests[1].body == b"a=x+y%26&b=1&b=2"
    assert server.requests[2].body == b"a=true"


def use_a_body_that_is_one_file(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        client.files.photo(body=File("a.png", b"png"))
    part = server.requests[0].body.split(b"\r\n")
    assert part[1] == b'Content-Disposition: form-data; name="file"; filename="a.png"'
    assert part[2:5] == [b"Content-Type: image/png", b"", b"png"]


def use_forms_that_are_ready(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        client.files.batch(body="--req--")
        client.files.mixed(body=b"--x--", content_type="multipart/mixed; boundary=x")
        client.files.encoded(body="a=b%20c")
        client.files.pairs(body=b"a=1&a=2")
    form = "application/x-www-form-urlencoded"
    assert [(r.headers["content-type"], r.body) for r in server.requests] == [
        ("multipart/mixed; boundary=req", b"--req--"),
        ("multipart/mixed; boundary=x", b"--x--"),
        (form, b"a=b%20c"),
        (form, b"a=1&a=2"),
    ]
