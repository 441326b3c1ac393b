"""Parameters: the table of vectors, and any text in any place read back by others."""

from __future__ import annotations

import importlib.util
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from http.cookies import SimpleCookie
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from conftest import AssembledPackage
from hypothesis import given, settings
from hypothesis import strategies as st

_VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "parameters.py"


def _table() -> ModuleType:
    spec = importlib.util.spec_from_file_location("parameter_vectors", _VECTORS)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TABLE = _table()
VECTORS: dict[str, Any] = TABLE.load()

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
"""Lone surrogates included."""
HOSTILE = st.one_of(
    ANY_TEXT,
    st.text(st.sampled_from("./\\%2eE5cf;?#&=+,|[]\"' \t\r\n\0aé€\ud800"), max_size=12),
)


class Wire:
    """The functions under test, called the way the vectors describe a parameter."""

    def __init__(self, package: AssembledPackage) -> None:
        self.parameters = package.module("_runtime.parameters")
        self.style = package.module("_runtime.styles").Style
        self.unset = package.module("_runtime.types").UNSET
        self.refusal = package.module("errors").ArgumentError

    def write(self, place: str, value: object, name: str = "color", **how: Any) -> Any:
        """What is on the wire for ``name``; in a path, the segment."""
        styles = {(place, name): self.style(**how)} if how else {}
        values = self.parameters.styled(place, {name: value}, styles)
        match place:
            case "path":
                path: str = self.parameters.build_path(
                    "/before/{" + name + "}/after", values
                )
                assert path.startswith("/before/") and path.endswith("/after")
                return path[len("/before/") : -len("/after")]
            case "query":
                return self.parameters.build_query(values)
            case "header":
                headers = self.parameters.build_headers(values)
                return headers[0][1] if headers else None
            case _:
                return self.parameters.build_cookies(values)


@pytest.fixture(scope="module")
def wire(sample: AssembledPackage) -> Wire:
    return Wire(sample)


def _how(row: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("style", "explode", "allow_reserved", "content_type")
    return {key: row[key] for key in keys if key in row}


# --- The table -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["empty", "string", "array", "object"])
@pytest.mark.parametrize(
    "row", VECTORS["styles"], ids=lambda r: f"{r['in']}-{r['style']}-{r['explode']}"
)
def test_style(wire: Wire, row: dict[str, Any], kind: str) -> None:
    value = VECTORS["values"][kind]
    if row[kind] is None:
        with pytest.raises(wire.refusal):
            wire.write(row["in"], value, **_how(row))
    else:
        assert wire.write(row["in"], value, **_how(row)) == row[kind]


@pytest.mark.parametrize("row", VECTORS["cases"], ids=lambda r: f"{r['in']}-{r['why']}")
def test_value(wire: Wire, row: dict[str, Any]) -> None:
    assert wire.write(row["in"], row["value"], **_how(row)) == row["wire"]


@pytest.mark.parametrize(
    "row", VECTORS["refused"], ids=lambda r: ascii((r["in"], r["value"]))
)
def test_refused(wire: Wire, row: dict[str, Any]) -> None:
    with pytest.raises(wire.refusal) as caught:
        wire.write(row["in"], row["value"], **_how(row))
    assert isinstance(caught.value, ValueError)
    assert f"{row['in']} parameter 'color'" in str(caught.value)


def test_the_table_is_published() -> None:
    """If this fails: ``python tests/vectors/parameters.py``."""
    assert TABLE.PAGE.read_text("utf-8") == TABLE.page(VECTORS)


def test_the_default_styles_are_those_of_the_standard(wire: Wire) -> None:
    for place, style, explode in [
        ("path", "simple", False),
        ("query", "form", True),
        ("header", "simple", False),
        ("cookie", "form", True),
    ]:
        for value in VECTORS["values"].values():
            if value:
                assert wire.write(place, value) == wire.write(
                    place, value, style=style, explode=explode
                )


# --- Python's values -----------------------------------------------------------------


class Color(Enum):
    BLUE = "blue"


class Level(IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Color.BLUE, "blue"),
        (Level.HIGH, "3"),
        (True, "true"),
        (0, "0"),
        (-0.5, "-0.5"),
        (1e16, "10000000000000000"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.10"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC), "2024-02-29T01:02:03Z"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"\xff\xfe", "//4="),
    ],
)
def test_python_values(wire: Wire, value: object, text: str) -> None:
    assert dict(parse_qsl(wire.write("query", value))) == {"color": text}
    assert dict(parse_qsl(wire.write("query", [value]))) == {"color": text}
    assert unquote(wire.write("path", value)) == text
    assert wire.write("header", value) == text


def test_a_model_is_an_object_with_the_names_of_the_api(
    wire: Wire, sample: AssembledPackage
) -> None:
    everything = sample.module("models").Everything
    value = everything(amount=Decimal("1E+2"), boolean=True, names=["a", "b"])
    assert wire.write("query", value, style="deepObject") == (
        "color%5Bboolean%5D=true&color%5Bamount%5D=100"
        "&color%5Bnames%5D%5B0%5D=a&color%5Bnames%5D%5B1%5D=b"
    )


@pytest.mark.parametrize("place", ["path", "query", "header", "cookie"])
@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("1e999999"),
        object(),
        10**5000,
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_without_a_text_are_refused(
    wire: Wire, place: str, value: object
) -> None:
    with pytest.raises(wire.refusal):
        wire.write(place, value)
    with pytest.raises(wire.refusal):
        wire.write(place, [value])


@pytest.mark.parametrize(
    "how", [{}, {"style": "deepObject"}, {"content_type": "a/json"}]
)
def test_endless_values_are_refused(wire: Wire, how: dict[str, Any]) -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(wire.refusal):
        wire.write("query", {"a": endless}, **how)


def test_unset_is_left_out(wire: Wire) -> None:
    build = wire.parameters.build_query
    assert build({"a": wire.unset, "b": 1, "c": {"d": wire.unset, "e": 2}}) == (
        "b=1&e=2"
    )
    assert wire.parameters.build_headers({"a": wire.unset}) == []
    assert wire.parameters.build_cookies({"a": wire.unset}) == ""


def test_a_path_needs_all_of_its_values(wire: Wire) -> None:
    for value in (wire.unset, None):
        with pytest.raises(wire.refusal, match="'color': a value is needed"):
            wire.write("path", value)
    with pytest.raises(wire.refusal, match="'b': a value is needed"):
        wire.parameters.build_path("/{a}/{b}", {"a": 1})


def test_several_values_in_a_segment(wire: Wire) -> None:
    build = wire.parameters.build_path
    assert build("/{a}.{b}/x", {"a": 1, "b": "json"}) == "/1.json/x"
    for first, second in [(".", "."), ("%2e", "."), ("..;", "x"), ("..", ";x")]:
        with pytest.raises(wire.refusal):
            build("/y/{a}{b}/x", {"a": first, "b": second})


def test_a_value_may_be_empty_where_its_segment_is_not(wire: Wire) -> None:
    build = wire.parameters.build_path
    tile = "/{y}{scale}.{format}"
    assert build(tile, {"y": 1, "scale": "", "format": "png"}) == "/1.png"
    assert build(tile, {"y": 1, "scale": "@2x", "format": "png"}) == "/1%402x.png"
    with pytest.raises(wire.refusal, match="'b': the value is empty"):
        build("/y/{a}{b}/x", {"a": "", "b": ""})
    for template in ("/.{a}", "/{a}..", "/{a}.;x"):
        with pytest.raises(wire.refusal, match="'a': the value would change"):
            build(template, {"a": ""})


def test_what_the_document_has_in_a_path_is_made_sendable(wire: Wire) -> None:
    build = wire.parameters.build_path
    assert build("/a b/é/%41/$x:y", {}) == "/a%20b/%C3%A9/%41/$x:y"


def test_messages_do_not_show_values(wire: Wire) -> None:
    for place in ("path", "header"):
        with pytest.raises(wire.refusal) as caught:
            wire.write(place, "s3cret\r\n")
        assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\r\nb", "é", "a\0"])
def test_header_names_are_tokens(wire: Wire, name: str) -> None:
    with pytest.raises(wire.refusal):
        wire.write("header", "x", name=name)


# --- Any text is read back by somebody else ------------------------------------------


@given(value=HOSTILE)
@settings(max_examples=500, deadline=None)
def test_any_text_in_a_path(wire: Wire, value: str) -> None:
    try:
        segment = wire.write("path", value)
    except wire.refusal:
        return
    parts = urlsplit(f"http://host/before/{segment}/after")
    assert re.fullmatch(r"[A-Za-z0-9._~%-]+", segment)
    assert parts.query == parts.fragment == ""
    assert [unquote(each) for each in parts.path.split("/")] == [
        "",
        "before",
        value,
        "after",
    ]
    decoded = value
    for _ in range(20):
        decoded = unquote(decoded)
        assert not {".", ".."} & {
            piece.partition(";")[0] for piece in re.split(r"[/\\]", decoded)
        }


@given(name=HOSTILE.filter(bool), value=HOSTILE)
@settings(max_examples=300, deadline=None)
def test_any_text_in_a_query(wire: Wire, name: str, value: str) -> None:
    try:
        query = wire.write("query", value, name=name)
    except wire.refusal:
        return
    assert query.isascii() and query.isprintable() and " " not in query
    assert urlsplit(f"http://host/?{query}").query == query
    assert parse_qsl(query, keep_blank_values=True) == [(name, value)]


@given(value=st.dictionaries(HOSTILE.filter(bool), HOSTILE, min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_any_object_in_a_query(wire: Wire, value: dict[str, str]) -> None:
    try:
        query = wire.write("query", value)
    except wire.refusal:
        return
    assert parse_qsl(query, keep_blank_values=True) == list(value.items())


@pytest.mark.parametrize("style", ["form", "spaceDelimited", "pipeDelimited"])
@given(value=st.lists(HOSTILE, min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_any_array_in_one_query_parameter(
    wire: Wire, style: str, value: list[str]
) -> None:
    try:
        query = wire.write("query", value, style=style, explode=False)
    except wire.refusal:
        return
    separator = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}[style]
    text = query.removeprefix("color=")
    assert [unquote(item) for item in text.split(separator)] == value


@given(value=HOSTILE)
@settings(max_examples=300, deadline=None)
def test_any_text_with_allow_reserved(wire: Wire, value: str) -> None:
    """Encoded triples count as what they stand for; nothing else changes."""
    try:
        query = wire.write("query", value, allow_reserved=True)
    except wire.refusal:
        return
    assert re.fullmatch(r"[A-Za-z0-9._~%:/?@!$'()*,;=-]*", query)
    [(name, text)] = parse_qsl(query, keep_blank_values=True)
    assert name == "color"
    assert text == unquote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", value))


@given(value=HOSTILE)
@settings(max_examples=300, deadline=None)
def test_any_text_in_a_header(wire: Wire, value: str) -> None:
    try:
        text = wire.write("header", value)
    except wire.refusal:
        return
    line = f"X-Name: {text}\r\n".encode("latin-1")
    assert line.count(b"\r") == line.count(b"\n") == 1 and b"\0" not in line
    assert line.decode("latin-1").partition(":")[2].strip(" \t\r\n") == value


@given(value=HOSTILE)
@settings(max_examples=300, deadline=None)
def test_any_text_in_a_cookie(wire: Wire, value: str) -> None:
    try:
        header = wire.write("cookie", value)
    except wire.refusal:
        return
    assert header.isascii() and header.isprintable()
    cookies: SimpleCookie = SimpleCookie()
    cookies.load(f"before=1; {header}; after=2")
    assert set(cookies) == {"before", "color", "after"}
    assert unquote(cookies["color"].value) == value


def test_every_code_point_in_every_place(wire: Wire) -> None:
    """All at once where that is quicker: what is accepted must come back."""
    accepted = dict.fromkeys(("path", "query", "header", "cookie"), 0)
    for start in range(0, 0x110000, 0x400):
        block = [chr(point) for point in range(start, start + 0x400)]
        for place in accepted:
            try:
                wire.write(place, "".join(["a", *block, "a"]))
                batches = ["".join(["a", *block, "a"])]
            except wire.refusal:
                if 0xDC00 <= start < 0xE000 or 0xD800 <= start < 0xDC00:
                    continue
                batches = [f"a{character}a" for character in block]
                if place == "header" and start:
                    continue  # beyond Latin-1
            for text in batches:
                try:
                    written = wire.write(place, text)
                except wire.refusal:
                    continue
                accepted[place] += len(text) - 2
                read = written.removeprefix("color=")
                assert (read if place == "header" else unquote(read)) == text
    scalars = 0x110000 - 0x800
    assert accepted["query"] == accepted["cookie"] == scalars
    # Without C0, DEL, C1, "?" and "#"; a tab is fine in headers.
    assert accepted["path"] == scalars - 65 - 2
    assert accepted["header"] == 256 - 65 + 1


def test_a_package_of_any_script_says_who_it_is(sample: AssembledPackage) -> None:
    api = sample.module("_runtime.operations").API(package="日本_api", version="1")
    agent = sample.module("_runtime.prepared").user_agent(api)
    assert agent.startswith("%E6%97%A5%E6%9C%AC-api/1 Python/")
