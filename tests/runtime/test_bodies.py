"""Request bodies, read back by parsers of other people."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from conftest import AssembledPackage
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.formparser import MultiPartParser, parse_form_data

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
HOSTILE = st.one_of(
    ANY_TEXT,
    st.text(
        st.sampled_from("&=+%;,[]\"'\\/ \t\r\n\0-a\u0085\u2028é€\ud800"), max_size=12
    ),
)


class Bodies:
    """The function under test, and what is needed to call it."""

    def __init__(self, package: AssembledPackage) -> None:
        self.build_body = package.module("_runtime.bodies").build_body
        forms, files = package.module("_runtime.forms"), package.module(
            "_runtime.files"
        )
        self.form, self.part, self.file = forms.Form, forms.Part, files.File
        self.multipart = package.module("_runtime.multipart").Multipart
        self.kinds = {
            "form": forms.Form(),
            "multipart": self.multipart(),
            "text": files.TextBody(),
            "binary": files.FileBody(),
        }
        self.unset = package.module("_runtime.types").UNSET
        self.refusal = package.module("errors").ArgumentError
        self.models = package.module("models")

    def build(
        self, media: Mapping[str, Any], body: object, content_type: str | None = None
    ) -> Any:
        """``media`` may name kinds that have no settings."""
        kinds = {
            name: self.kinds.get(kind, kind) if isinstance(kind, str) else kind
            for name, kind in media.items()
        }
        return self.build_body(kinds, body, content_type)

    def bytes_of(self, kind: object, body: object, media_type: str = "a/b") -> bytes:
        return b"".join(chunks(self.build({media_type: kind}, body)))

    def parts(self, body: object, **parts: Any) -> list[Message]:
        """The parts of a multipart body, as Python's own parser reads them."""
        content = self.build({"multipart/form-data": self.multipart(parts)}, body)
        return read_parts(content)


def chunks(content: Any) -> Iterator[bytes]:
    """The content in pieces, from the beginning."""
    if isinstance(content.content, bytes):
        yield content.content
    else:
        yield from content.content()


def read_parts(content: Any) -> list[Message]:
    data = b"".join(chunks(content))
    assert content.length == len(data)
    head = f"Content-Type: {content.content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + data)
    assert message.is_multipart() and not message.defects
    parts = message.get_payload()
    assert isinstance(parts, list)
    return [part for part in parts if isinstance(part, Message)]


def name_of(part: Message) -> Any:
    return part.get_param("name", header="content-disposition")


@pytest.fixture(scope="module")
def bodies(sample: AssembledPackage) -> Bodies:
    return Bodies(sample)


def test_a_form_that_is_a_list_calls_its_parts_something(bodies: Bodies) -> None:
    content = bodies.build({"multipart/form-data": "multipart"}, [b"1", {"a": 2}])
    parts = read_parts(content)
    assert [name_of(part) for part in parts] == ["file", "file"]
    assert [part.get_payload(decode=True) for part in parts] == [b"1", b'{"a":2}']


# --- JSON ----------------------------------------------------------------------------


def test_json(bodies: Bodies) -> None:
    content = bodies.build(
        {"application/json": "json"},
        {
            "name": "é",
            "none": None,
            "unset": bodies.unset,
            "at": datetime(2024, 1, 2, tzinfo=UTC),
            "on": date(2024, 1, 2),
            "cost": Decimal("1.10"),
            "nested": [{"unset": bodies.unset, "n": 1}],
        },
    )
    assert content.content_type == "application/json"
    assert content.replayable and isinstance(content.content, bytes)
    assert json.loads(content.content) == {
        "name": "é",
        "none": None,
        "at": "2024-01-02T00:00:00Z",
        "on": "2024-01-02",
        "cost": "1.10",
        "nested": [{"n": 1}],
    }
    assert "é" not in repr(content)


@pytest.mark.parametrize("body", [None, [], {}, "", 0, False, [1, None]])
def test_any_json_value_is_a_body(bodies: Bodies, body: object) -> None:
    assert json.loads(bodies.bytes_of("json", body)) == body


def test_no_body(bodies: Bodies) -> None:
    assert bodies.build({"application/json": "json"}, bodies.unset) is None


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("-inf"), "\ud800", object(), {1: 2}, datetime(2024, 1, 2)],
)
def test_what_json_cannot_hold_is_refused(bodies: Bodies, value: object) -> None:
    with pytest.raises(bodies.refusal, match="body"):
        bodies.bytes_of("json", {"a": [value]})


def test_a_body_that_contains_itself_is_refused(bodies: Bodies) -> None:
    endless: list[Any] = []
    endless.append(endless)
    for kind in ("json", "form", "multipart"):
        with pytest.raises(bodies.refusal):
            bodies.bytes_of(kind, {"a": endless})


@given(value=st.recursive(ANY_TEXT | st.integers() | st.none(), st.lists, max_leaves=4))
@settings(max_examples=200, deadline=None)
def test_any_json(bodies: Bodies, value: object) -> None:
    try:
        data = bodies.bytes_of("json", value)
    except bodies.refusal:
        return
    assert json.loads(data.decode("utf-8", "strict")) == value


# --- Media types ---------------------------------------------------------------------


def test_the_first_media_type_is_the_default(bodies: Bodies) -> None:
    media = {
        "application/vnd.api+json": "json",
        "text/csv": "text",
        "image/*": "binary",
    }
    assert bodies.build(media, {}).content_type == "application/vnd.api+json"
    assert bodies.build(media, "a", "text/csv").content == b"a"
    assert bodies.build(media, b"a", "image/png").content_type == "image/png"
    assert bodies.build(media, "a", "TEXT/CSV; header=no").content == b"a"
    for unknown in ("application/xml", "text/csv\r\nX: y", ""):
        with pytest.raises(bodies.refusal):
            bodies.build(media, "a", unknown)


@pytest.mark.parametrize(
    ("media_type", "text", "sent_type", "sent"),
    [
        ("text/plain", "é", "text/plain; charset=utf-8", "é".encode()),
        ("application/xml", "<é/>", "application/xml", "<é/>".encode()),
        ("text/csv; charset=iso-8859-1", "é", "text/csv; charset=iso-8859-1", b"\xe9"),
        ("text/*", "é", "text/plain; charset=utf-8", "é".encode()),
    ],
)
def test_text(
    bodies: Bodies, media_type: str, text: str, sent_type: str, sent: bytes
) -> None:
    content = bodies.build({media_type: "text"}, text)
    assert (content.content_type, content.content) == (sent_type, sent)


def test_text_that_its_character_set_lacks_is_refused(bodies: Bodies) -> None:
    for charset in ("ascii", "no-such-charset"):
        with pytest.raises(bodies.refusal):
            bodies.build({f"text/plain; charset={charset}": "text"}, "é")


# --- Forms ---------------------------------------------------------------------------


def test_form(bodies: Bodies) -> None:
    body = {
        "text": "a b&c=é",
        "list": [1, True],
        "none": None,
        "unset": bodies.unset,
        "object": {"k": [1, None]},
        "objects": [{"a": 1}],
    }
    data = bodies.bytes_of("form", body).decode("ascii")
    assert parse_qsl(data) == [
        ("text", "a b&c=é"),
        ("list", "1"),
        ("list", "true"),
        ("object", '{"k":[1,null]}'),
        ("objects", '{"a":1}'),
    ]


def test_form_encodings(bodies: Bodies) -> None:
    form = bodies.form(
        {
            "deep": bodies.part(style="deepObject", explode=True),
            "commas": bodies.part(explode=False),
            "pipes": bodies.part(style="pipeDelimited"),
            "free": bodies.part(allow_reserved=True),
            "json": bodies.part(content_type="application/json"),
        }
    )
    body = {
        "deep": {"a": {"b": "c d"}},
        "commas": ["a,b", "c"],
        "pipes": ["a", "b"],
        "free": "a/b&c",
        "json": "text",
    }
    assert bodies.bytes_of(form, body) == (
        b"deep%5Ba%5D%5Bb%5D=c+d&commas=a%2Cb,c&pipes=a%7Cb&free=a/b%26c"
        b"&json=%22text%22"
    )


def test_a_model_is_a_form(bodies: Bodies) -> None:
    label = bodies.models.Label.from_dict({"id": "1", "object": "label", "extra": "x"})
    read = dict(parse_qsl(bodies.bytes_of("form", label).decode()))
    assert read["id"] == "1" and read["extra"] == "x"


@pytest.mark.parametrize("kind", ["form", "multipart"])
@pytest.mark.parametrize("body", [None, "a=b", 1, b"a"])
def test_a_form_needs_an_object(bodies: Bodies, kind: str, body: object) -> None:
    with pytest.raises(bodies.refusal):
        bodies.bytes_of(kind, body)


@given(body=st.dictionaries(HOSTILE.filter(bool), HOSTILE, max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_form(bodies: Bodies, body: dict[str, str]) -> None:
    try:
        data = bodies.bytes_of("form", body)
    except bodies.refusal:
        return
    pairs = list(body.items())
    assert parse_qsl(data.decode("ascii"), keep_blank_values=True) == pairs
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(data)),
        "wsgi.input": io.BytesIO(data),
    }
    assert list(parse_form_data(environ)[1].items(multi=True)) == pairs


# --- Multipart -----------------------------------------------------------------------


def test_multipart_content_types(bodies: Bodies) -> None:
    body = {
        "text": "é",
        "number": 1.5,
        "list": ["a", "b"],
        "object": {"a": None},
        "bytes": b"\0\xff",
        "none": None,
        "unset": bodies.unset,
    }
    parts = bodies.parts(body)
    assert [
        (name_of(part), part.get_content_type(), part.get_payload(decode=True))
        for part in parts
    ] == [
        ("text", "text/plain", "é".encode()),
        ("number", "text/plain", b"1.5"),
        ("list", "text/plain", b"a"),
        ("list", "text/plain", b"b"),
        ("object", "application/json", b'{"a":null}'),
        ("bytes", "application/octet-stream", b"\0\xff"),
    ]
    assert [part.get_filename() for part in parts] == [None] * 5 + ["bytes"]


@pytest.mark.parametrize("value", ["/etc/hostname", ["/etc/hostname"], 1, {}, [[b""]]])
@pytest.mark.parametrize("style", [None, "form"])
def test_what_is_no_file_is_refused_for_one(
    bodies: Bodies, value: object, style: str | None
) -> None:
    part = bodies.part(file=True, style=style)
    with pytest.raises(bodies.refusal, match="part 'file': .*File is needed, not"):
        bodies.parts({"file": value}, file=part)
    [sent] = bodies.parts({"file": [b"a"]}, file=part)
    assert sent.get_filename() == "file"


def test_multipart_bytes_in_base64(bodies: Bodies) -> None:
    base64 = bodies.part(base64=True)
    parts = bodies.parts(
        {
            "one": b"\0\xff",
            "list": [b"a", bytearray(b"b")],
            "file": bodies.file("a.bin", b"\0\xff"),
            "image": b"x",
            "style": b"\xfb\xff",
            "text": "AP8=",
        },
        one=base64,
        list=base64,
        file=base64,
        image=bodies.part(base64=True, content_type="image/png"),
        style=bodies.part(base64=True, style="form"),
        text=base64,
    )
    assert [
        (
            name_of(part),
            part.get_content_type(),
            part.get_filename(),
            part.get_payload(decode=True),
        )
        for part in parts
    ] == [
        ("one", "application/octet-stream", None, b"AP8="),
        ("list", "application/octet-stream", None, b"YQ=="),
        ("list", "application/octet-stream", None, b"Yg=="),
        ("file", "application/octet-stream", "a.bin", b"\0\xff"),
        ("image", "image/png", None, b"eA=="),
        ("style", "text/plain", None, b"+/8="),
        ("text", "text/plain", None, b"AP8="),
    ]


def test_multipart_encodings(bodies: Bodies) -> None:
    parts = bodies.parts(
        {
            "xml": "<a/>",
            "image": b"x",
            "either": bodies.file("a.png", b"x"),
            "deep": {"a": {"b": [1]}},
            "texts": ["a"],
            "form": {"a b": "&", "n": [1], "none": None, "unset": bodies.unset},
        },
        xml=bodies.part(content_type="application/xml", headers={"X-Part": "1"}),
        image=bodies.part(content_type="image/jpeg"),
        either=bodies.part(content_type="image/gif, image/png"),
        deep=bodies.part(style="deepObject"),
        texts=bodies.part(content_type="application/json"),
        form=bodies.part(content_type="application/x-www-form-urlencoded"),
    )
    assert [(name_of(part), part.get_content_type()) for part in parts] == [
        ("xml", "application/xml"),
        ("image", "image/jpeg"),
        ("either", "image/png"),
        ("deep[a][b][0]", "text/plain"),
        ("texts", "application/json"),
        ("form", "application/x-www-form-urlencoded"),
    ]
    assert parts[0]["X-Part"] == "1"
    assert parts[4].get_payload(decode=True) == b'"a"'
    assert parts[5].get_payload(decode=True) == b"a+b=%26&n=%5B1%5D"


def test_file_names_and_types(bodies: Bodies, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(b"PNG")
    with path.open("rb") as opened:
        opened.seek(1)
        parts = bodies.parts(
            {
                "path": path,
                "open": opened,
                "own": bodies.file("a.txt", path, "application/pdf"),
                "memory": io.BytesIO(b"123"),
                "many": [b"1", path],
            }
        )
    assert [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in parts
    ] == [
        ("photo.png", "image/png", b"PNG"),
        ("photo.png", "image/png", b"NG"),
        ("a.txt", "application/pdf", b"PNG"),
        ("memory", "application/octet-stream", b"123"),
        ("many", "application/octet-stream", b"1"),
        ("photo.png", "image/png", b"PNG"),
    ]


def test_names_are_escaped_as_browsers_do(bodies: Bodies) -> None:
    file = bodies.file('we"ird\r\nX-Evil: 1.txt', b"")
    data = bodies.bytes_of("multipart", {'a"b': file})
    assert (
        b'name="a%22b"; filename="we%22ird%0D%0AX-Evil: 1.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\n"
    ) in data
    for name in ("a\0b", "a\x0bb", "\x7f", "\ud800"):
        with pytest.raises(bodies.refusal):
            bodies.bytes_of("multipart", {name: "x"})
        with pytest.raises(bodies.refusal):
            bodies.bytes_of("multipart", {"a": bodies.file(name, b"x")})


@pytest.mark.parametrize("content_type", ["text/plain\r\nX: y", "a\0", "é€"])
def test_part_headers_cannot_break_out(bodies: Bodies, content_type: str) -> None:
    with pytest.raises(bodies.refusal):
        bodies.parts({"a": bodies.file("a", b"", content_type)})
    with pytest.raises(bodies.refusal):
        bodies.parts({"a": b""}, a=bodies.part(headers={"X-A": content_type}))


def test_other_multipart_types(bodies: Bodies) -> None:
    content = bodies.build({"multipart/mixed": "multipart"}, [{"a": 1}, "b", b"c"])
    assert content.content_type.startswith("multipart/mixed; boundary=")
    parts = read_parts(content)
    assert [part.get_content_type() for part in parts] == [
        "application/json",
        "text/plain",
        "application/octet-stream",
    ]
    assert [name_of(part) for part in parts] == [None] * 3


def test_the_boundary_is_random_or_given(bodies: Bodies) -> None:
    media = {"multipart/form-data": "multipart"}
    types = {bodies.build(media, {}).content_type for _ in range(10)}
    assert len(types) == 10
    fixed = bodies.multipart(boundary=lambda: "XYZ")
    content = bodies.build({"multipart/form-data": fixed}, {"a": "b"})
    assert content.content_type == "multipart/form-data; boundary=XYZ"
    assert content.content == (
        b'--XYZ\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--XYZ--\r\n'
    )


NAMES = HOSTILE.filter(bool)


@given(
    texts=st.dictionaries(NAMES, HOSTILE, max_size=3),
    file=st.tuples(NAMES, st.binary(max_size=30)),
)
@settings(max_examples=300, deadline=None)
def test_any_multipart(
    bodies: Bodies, texts: dict[str, str], file: tuple[str, bytes]
) -> None:
    body: Mapping[str, object] = {**texts, "file": bodies.file(*file)}
    try:
        content = bodies.build({"multipart/form-data": "multipart"}, body)
    except bodies.refusal:
        return
    data = b"".join(chunks(content))
    boundary = content.content_type.partition("boundary=")[2].encode()
    fields, files = MultiPartParser().parse(io.BytesIO(data), boundary, len(data))
    assert [value for _, value in fields.items(multi=True)] == [
        value for name, value in texts.items() if name != "file"
    ]
    assert files["file"].read() == file[1]
    for part, (name, value) in zip(read_parts(content), body.items(), strict=True):
        payload = part.get_payload(decode=True)
        assert payload == (value.encode() if isinstance(value, str) else file[1])
        if not set(name) & set('"\r\n'):
            assert name_of(part) == name
            assert name in {*fields, *files}


# --- Files ---------------------------------------------------------------------------


def test_a_file_is_read_in_pieces_as_often_as_needed(
    bodies: Bodies, tmp_path: Path
) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(os.urandom(200_000))
    for body in (path, bodies.file("x.bin", path), io.BytesIO(path.read_bytes())):
        content = bodies.build({"application/octet-stream": "binary"}, body)
        assert content.length == 200_000 and content.replayable
        first = list(chunks(content))
        assert len(first) > 2 and b"".join(first) == path.read_bytes()
        assert b"".join(chunks(content)) == path.read_bytes()

    content = bodies.build({"multipart/form-data": "multipart"}, {"f": path})
    pieces = list(chunks(content))
    assert len(pieces) > 2 and content.length == sum(map(len, pieces))
    assert path.read_bytes() in b"".join(pieces)


def test_an_open_file_is_sent_from_where_it_stands(bodies: Bodies) -> None:
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    content = bodies.build({"a/b": "binary"}, file)
    assert content.length == 6
    assert [b"".join(chunks(content)) for _ in range(2)] == [b"456789"] * 2


def test_a_pipe_is_sent_once(bodies: Bodies) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"abc")
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        content = bodies.build({"a/b": "binary"}, pipe)
        assert content.length is None and not content.replayable
        assert b"".join(chunks(content)) == b"abc"


def test_a_growing_file_is_not_sent_longer_than_announced(
    bodies: Bodies, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"abc")
    content = bodies.build({"a/b": "binary"}, path)
    path.write_bytes(b"abcdef")
    assert b"".join(chunks(content)) == b"abc"


def test_what_is_no_file_is_refused(bodies: Bodies, tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("x")
    closed = text.open("rb")
    closed.close()
    with text.open() as opened:
        bodies_refused: list[Any] = [opened, closed, tmp_path, tmp_path / "none"]
        for body in [*bodies_refused, "text", 1, None, {}]:
            with pytest.raises(bodies.refusal):
                bodies.build({"a/b": "binary"}, body)
            if hasattr(body, "read") or isinstance(body, Path):
                with pytest.raises(bodies.refusal):
                    bodies.bytes_of("multipart", {"a": body})


def test_the_media_type_of_a_range(bodies: Bodies, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"")
    for declared, sent in [
        ("image/*", "image/png"),
        ("*/*", "image/png"),
        ("image/jpeg", "image/jpeg"),
        ("application/octet-stream", "application/octet-stream"),
    ]:
        assert bodies.build({declared: "binary"}, path).content_type == sent
    suffixed = bodies.build({"application/*+json": "json"}, "a", "application/x+json")
    assert suffixed.content_type == "application/x+json" and suffixed.content == b'"a"'
    own = bodies.file("a", b"", "image/webp")
    assert bodies.build({"image/*": "binary"}, own).content_type == "image/webp"
