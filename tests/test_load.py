"""Reading: JSON and YAML mean the same, and whatever is wrong is said once."""

from __future__ import annotations

import itertools
import json
import os
import resource
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import ROOT, Reading, read, read_text

from specpress.diagnostics import DocumentError, Report
from specpress.limits import OPTIONS, Limits
from specpress.load import load_documents
from specpress.source import Position

REPOSITORY = Path(__file__).resolve().parent.parent


# What scalars mean


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("NO", "NO"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("2020-01-01", "2020-01-01"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        ("0777", 777),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("+7", 7),
        ("-7", -7),
        ("1.0", 1.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-1.5E-3", -0.0015),
        ("1.2.3", "1.2.3"),
        ("e3", "e3"),
        (".", "."),
        ("=", "="),
        ("[<<]", ["<<"]),
        ("~", None),
        ("", None),
        ("null", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("true", True),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("False", False),
        ("'true'", "true"),
        ('"12"', "12"),
        ("! '12'", "12"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ("!!float 12", 12.0),
        ("!!bool true", True),
        ("!!null ''", None),
        ("!<tag:yaml.org,2002:str> 1", "1"),
        ("|-\n  a\n  b", "a\nb"),
        (">-\n  a\n  b", "a b"),
        (r'"\ud83d\ude00 \x41 \u00e9"', "😀 A é"),
        (r"'[\ud800-\udbff]'", r"[\ud800-\udbff]"),
    ],
)
def test_yaml_scalars_mean_what_yaml_1_2_says(
    tmp_path: Path, written: str, meant: object
) -> None:
    data = read_text(tmp_path, f"a: {written}\n").data
    assert data == {"a": meant}
    assert isinstance(data, dict)
    assert type(data["a"]) is type(meant)


def test_surrogate_escapes_beside_patterns_that_look_like_them(tmp_path: Path) -> None:
    text = r"""
        smile: "a\ud83d\uDE00b"
        "\uD83D\ude00": {plain: \ud83d, single: '\uD83d\ude00'}
        twice: "\\ud83d"
    """
    assert read_text(tmp_path, textwrap.dedent(text)).data == {
        "smile": "a😀b",
        "😀": {"plain": r"\ud83d", "single": r"\uD83d\ude00"},
        "twice": r"\ud83d",
    }


def test_keys_are_always_text(tmp_path: Path) -> None:
    text = "200: a\ntrue: b\n~: c\n1.0: d\n0x1F: e\n? f\n: g\n&h h: i\n*h : j\n"
    reading = read_text(tmp_path, text)
    assert reading.codes() == ["duplicate-key"]
    assert read_text(tmp_path, text.replace("*h : j\n", "")).data == {
        "200": "a",
        "true": "b",
        "~": "c",
        "1.0": "d",
        "0x1F": "e",
        "f": "g",
        "h": "i",
    }


@pytest.mark.parametrize(
    "text", ["? [a]\n: b", "? {a: b}\n: c", "x: &x [1]\n*x : b", "{[a]: b}"]
)
def test_keys_that_are_no_text_are_an_error(tmp_path: Path, text: str) -> None:
    assert read_text(tmp_path, text).codes() == ["invalid-key"]


def test_merge_keys_are_flattened(tmp_path: Path) -> None:
    text = """
        base: &base {a: 1, b: 2}
        more: &more {b: 3, c: 4}
        one: {x: 0, <<: *base, b: 5}
        two: {<<: [*base, *more], d: 6}
        inline: {<<: {e: 7}}
        twice: {<<: *base, y: 8, <<: *more}
        text: {"<<": *base}
    """
    data = read_text(tmp_path, textwrap.dedent(text)).data
    assert isinstance(data, dict)
    assert data["one"] == {"x": 0, "a": 1, "b": 5}
    one = data["one"]
    assert isinstance(one, dict)
    assert list(one) == ["x", "a", "b"]
    assert data["two"] == {"a": 1, "b": 2, "c": 4, "d": 6}
    assert data["inline"] == {"e": 7}
    assert data["twice"] == {"a": 1, "b": 2, "c": 4, "y": 8}
    assert data["text"] == {"<<": {"a": 1, "b": 2}}


@pytest.mark.parametrize("value", ["text", "[1]", "[[]]", "~"])
def test_a_merge_key_takes_objects(tmp_path: Path, value: str) -> None:
    assert read_text(tmp_path, f"a: {{<<: {value}}}").codes() == ["invalid-merge"]


# JSON and YAML give the same


def json_values(depth: int = 3) -> st.SearchStrategy[Any]:
    characters = st.characters(exclude_categories=["Cs", "Cc"])
    text = st.text(characters, max_size=8) | st.sampled_from(
        ["no", "1", "~", "<<", "a: b", "'", '"', "\\", "- x", "#", "é", "{", "*a", "\t"]
    )
    leaf = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | text
    )
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(text, inner, max_size=4),
        max_leaves=20,
    )


objects = st.dictionaries(st.text("abc/~ é", max_size=4), json_values(), max_size=5)


@settings(max_examples=200, deadline=None)
@given(data=objects, indent=st.sampled_from([None, 2]))
def test_json_and_yaml_give_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: Any, indent: int | None
) -> None:
    folder = tmp_path_factory.getbasetemp()
    # YAML takes this JSON too: no pairs of escapes, no tabs.
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    as_json = read_text(folder, text, "spec.json")
    assert as_json.data == data
    assert as_json.loaded.root.format == "json"
    as_yaml = read_text(folder, "%YAML 1.2\n--- " + text, "spec.yaml")
    if "\ufeff" in text or any(0x7F <= ord(c) < 0xA0 for c in text):
        return  # YAML wants these escaped
    assert as_yaml.loaded.root.format == "yaml"
    assert json.dumps(as_yaml.data) == json.dumps(data)


def test_json_is_recognised_by_its_content(tmp_path: Path) -> None:
    assert read_text(tmp_path, '{"a": 1}', "spec.yaml").loaded.root.format == "json"
    assert read_text(tmp_path, "{a: 1}", "spec.yaml").loaded.root.format == "yaml"
    assert read_text(tmp_path, "a: 1", "spec.json").loaded.root.format == "yaml"
    assert read_text(tmp_path, '{"a": 1,}', "spec").loaded.root.format == "yaml"
    assert read_text(tmp_path, '{"a": 1,}', "spec.json").codes() == ["invalid-json"]


def test_json_keeps_what_a_yaml_parser_would_refuse(tmp_path: Path) -> None:
    key = "k" * 3000
    text = '{\n\t"a":\t"\\ud83d\\ude00\\/",\n\t"' + key + '": 1}'
    assert read_text(tmp_path, text).data == {"a": "😀/", key: 1}


# What is wrong is said once, at its place


def at(reading: Reading) -> tuple[str, str, int, int]:
    found = reading.only()
    assert found.position is not None
    return (
        found.code,
        found.at.fragment(),
        found.position.line,
        found.position.column,
    )


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("s.json", '{"a": {"b": 1,\n "b": 2}}', ("duplicate-key", "/a/b", 2, 2)),
        ("s.yaml", "a:\n  b: 1\n  b: 2\n", ("duplicate-key", "/a/b", 3, 3)),
        ("s.yaml", "a: [{b: 1, 'b': 2}]", ("duplicate-key", "/a/0/b", 1, 12)),
        ("s.yaml", "1: x\n'1': y\n", ("duplicate-key", "/1", 2, 1)),
        ("s.json", '{"a": [0, NaN]}', ("number-out-of-range", "/a/1", 1, 11)),
        ("s.json", '{"a": -Infinity}', ("number-out-of-range", "/a", 1, 7)),
        ("s.json", '{"a": "NaN",\n"b": 1e400}', ("number-out-of-range", "/b", 2, 6)),
        ("s.yaml", "a:\n - 1e400", ("number-out-of-range", "/a/0", 2, 4)),
        ("s.yaml", "a: .inf", ("number-out-of-range", "/a", 1, 4)),
        ("s.yaml", "a: -.INF", ("number-out-of-range", "/a", 1, 4)),
        ("s.yaml", "a: .NaN", ("number-out-of-range", "/a", 1, 4)),
        ("s.yaml", "a: " + "9" * 5000, ("number-out-of-range", "/a", 1, 4)),
        ("s.yaml", "a: 0x" + "9" * 5000, ("number-out-of-range", "/a", 1, 4)),
        (
            "s.json",
            '{"b": 12, "a": ' + "9" * 5000 + "}",
            ("number-out-of-range", "/a", 1, 16),
        ),
        ("s.json", '{"a": {"b": "\\ud800"}}', ("lone-surrogate", "/a/b", 1, 13)),
        ("s.json", '{"a": {"\\udc00": 1}}', ("lone-surrogate", "/a", 1, 7)),
        ("s.yaml", 'a:\n  - "\\ud800"', ("lone-surrogate", "/a/0", 2, 5)),
        ("s.yaml", "a: {b: !x c}", ("forbidden-tag", "/a/b", 1, 8)),
        ("s.yaml", "a: *b", ("invalid-alias", "/a", 1, 4)),
        ("s.yaml", "a: &b [*b]", ("invalid-alias", "/a/0", 1, 8)),
        ("s.yaml", "a: &b\n  <<: *b", ("invalid-alias", "/a/<<", 2, 7)),
        ("s.yaml", "a: !!int x", ("invalid-yaml", "/a", 1, 4)),
        ("s.yaml", "a: 1\n---\nb: 2", ("several-documents", "", 2, 1)),
        ("s.yaml", "a:\n\tb: 1", ("invalid-yaml", "/a", 2, 1)),
        ("s.yaml", "a: [1, 2", ("invalid-yaml", "/a/1", 1, 9)),
        ("s.yaml", "a: 'x", ("invalid-yaml", "/a", 1, 6)),
        ("s.yaml", "a: b: c", ("invalid-yaml", "/a", 1, 5)),
        ("s.yaml", "a: x\x07y", ("invalid-yaml", "", 1, 5)),
        ("s.yaml", "a: b\n c\nd", ("invalid-yaml", "/a", 3, 2)),
        ("s.json", '{"a": [1, 2', ("invalid-json", "/a/1", 1, 12)),
        ("s.json", '{"a": "x', ("invalid-json", "/a", 1, 7)),
        ("s.json", '{"a": 1} x', ("invalid-json", "", 1, 10)),
        ("s.json", "{'a': 1}", ("invalid-json", "", 1, 2)),
        ("s.json", '{"a": 1 "b": 2}', ("invalid-json", "/a", 1, 9)),
        ("s.json", "[]", ("not-an-object", "", 1, 1)),
        ("s.yaml", "- a", ("not-an-object", "", 1, 1)),
        ("s.yaml", "text", ("not-an-object", "", 1, 1)),
        ("s.yaml", "", ("empty-document", "", 1, 1)),
        ("s.yaml", "\n# only a comment\n", ("empty-document", "", 1, 1)),
        ("s.json", " \n", ("empty-document", "", 1, 1)),
        ("s.yaml", b"a: \xff", ("unknown-encoding", "", 1, 4)),
        ("s.yaml", b"a: 1\nb: \xc3", ("unknown-encoding", "", 2, 4)),
        ("s.yaml", b"a: \0", ("not-text", "", 1, 4)),
        ("s.json", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ("not-text", "", 1, 1)),
        ("s.json", b"\x1f\x8b\x08\0\0\0\0\0", ("not-text", "", 1, 2)),
        (
            "s.json",
            '{"a": 1}'.encode("utf-16-le"),
            ("unknown-encoding", "", 1, 2),
        ),
        ("s.json", b'\xff\xfe{\0"', ("unknown-encoding", "", 1, 2)),
    ],
)
def test_one_clear_message_with_its_place(
    tmp_path: Path, name: str, text: str | bytes, expected: tuple[str, str, int, int]
) -> None:
    reading = read_text(tmp_path, text, name)
    assert reading.documents is None
    assert at(reading) == expected
    lines = reading.lines()
    assert lines[0].startswith(f"spec.yaml:{expected[2]}:{expected[3]}: error[")
    assert all(line.isprintable() for line in lines)


def test_a_duplicate_names_both_places(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "a:\n  b: 1\n  c: 2\n  b: 3\n")
    message = "the key 'b' is repeated; first at line 2, column 3"
    assert reading.lines() == [
        f"spec.yaml:4:3: error[duplicate-key]: {message}",
        "    at /a/b",
    ]


TAGS = [
    "a: !!python/object/apply:os.system ['touch canary']",
    "a: !!python/object/new:os.system ['touch canary']",
    "a: !!python/object:os.system {}",
    "a: !!python/name:os.system",
    "a: !!python/module:os",
    "a: !!python/tuple [1]",
    "a: !<tag:yaml.org,2002:python/object/apply:os.system> ['touch canary']",
    "a: !<!python/object/apply:os.system> ['touch canary']",
    "%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system [x]",
    "%TAG !p! tag:yaml.org,2002:python/object/\n---\na: !p!apply:os.system [x]",
    "%TAG !! tag:yaml.org,2002:python/\n---\na: !!object/apply:os.system [x]",
    "a: !!python%2fobject%2fapply:os.system [x]",
    "? !!python/name:os.system\n: b",
    "!!python/object/apply:os.system {a: b}",
    "a: !!binary aGVsbG8=",
    "a: !!timestamp 2020-01-01",
    "a: !!set {a}",
    "a: !!omap [a: b]",
    "a: !!pairs [a: b]",
    "a: !!seq {}",
    "a: !include other.yaml",
    "a: !Ref Other",
]


@pytest.mark.parametrize("text", TAGS)
def test_no_tag_makes_anything(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_text(tmp_path, text).codes() == ["forbidden-tag"]
    assert [path.name for path in tmp_path.iterdir()] == ["spec.yaml"]


# Encodings


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "be16", "be32"]
)
@pytest.mark.parametrize("text", ['{"é": "😀"}', "é: 😀\n"])
def test_encodings(tmp_path: Path, encoding: str, text: str) -> None:
    if encoding.startswith("be"):
        content = ("\ufeff" + text).encode(f"utf-{encoding[2:]}-be")
    else:
        content = text.encode(encoding)
    reading = read_text(tmp_path, content)
    assert reading.data == {"é": "😀"}
    place = ROOT.child("é")
    key, value = reading.loaded.positions([place])[place]
    assert key == Position(1, 1 + text.index("é") - text.count('"') // 4)
    assert value.line == 1


# Limits


def test_every_limit_names_its_option(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("a: 1\n")
    text = 'a: [{"b": [1]}]\nr: {$ref: other.yaml}\n'
    cases = {
        "max_bytes": Limits(max_bytes=len(text) - 1),
        "max_depth": Limits(max_depth=3),
        "max_nodes": Limits(max_nodes=5),
        "max_files": Limits(max_files=1),
        "max_seconds": Limits(max_seconds=-1),
    }
    # Those are no matter of reading.
    assert cases.keys() == OPTIONS.keys() - {"max_operations", "max_merged"}
    for name, limits in cases.items():
        if name == "max_seconds":
            reading = read_text(tmp_path, long_list(), limits=limits)
        else:
            reading = read_text(tmp_path, text, limits=limits)
        if name == "max_files":
            documents = reading.loaded
            assert documents.resolve(ROOT, "other.yaml", ROOT.child("r")) is None
        found = reading.only()
        assert found.code == "limit-" + name.removeprefix("max_")
        assert any(OPTIONS[name] in str(part) for part in found.help)


def long_list() -> str:
    return "b: [" + "1, " * 10_000 + "1]\n"


@pytest.mark.parametrize("name", ["s.json", "s.yaml"])
def test_limits_are_met_exactly(tmp_path: Path, name: str) -> None:
    text = '{"a": [{"b": 1}]}' if name == "s.json" else "a: [{b: 1}]"
    assert read_text(tmp_path, text, name, Limits(max_depth=3)).codes() == []
    assert at(read_text(tmp_path, text, name, Limits(max_depth=2))) == (
        "limit-depth",
        "/a/0",
        1,
        text.index("[") + 2,
    )
    nodes = 4 if name == "s.json" else 6  # YAML counts keys too
    assert read_text(tmp_path, text, name, Limits(max_nodes=nodes)).codes() == []
    few = read_text(tmp_path, text, name, Limits(max_nodes=nodes - 1))
    assert few.codes() == ["limit-nodes"]


def test_only_values_count(tmp_path: Path) -> None:
    text = '{"a,[{": 1, "b\\":": [",,", "{", {"c" : []}]}'
    for most, codes in ((7, []), (6, ["limit-nodes"])):
        assert read_text(tmp_path, text, "s.json", Limits(max_nodes=most)).codes() == (
            codes
        )


def test_aliases_count_as_what_they_repeat(tmp_path: Path) -> None:
    text = "a: &a [1, [2]]\nb: [*a]\n"
    assert read_text(tmp_path, text, limits=Limits(max_depth=4)).codes() == []
    deep = read_text(tmp_path, text, limits=Limits(max_depth=3))
    assert at(deep) == ("limit-depth", "/b/0", 2, 5)
    long = "a: &a " + "x" * 64_000 + "\nb: [" + "*a, " * 20 + "]\n"
    assert read_text(tmp_path, long, limits=Limits(max_nodes=10_000)).codes() == [
        "limit-nodes"
    ]


READ_IT = """
import resource, sys
from pathlib import Path
from specpress.diagnostics import DocumentError, Report
from specpress.load import load_documents
from specpress.messages import render_report
resource.setrlimit(resource.RLIMIT_AS, (700 << 20, 700 << 20))
report = Report()
try:
    documents = load_documents(Path(sys.argv[1]), report)
except DocumentError:
    documents = None
print("\\n".join(render_report(report, documents, "bomb")))
print(",".join(diagnostic.code for diagnostic in report))
"""


def bombs() -> dict[str, str]:
    laughs = ["l0: &l0 [lol, lol]"]
    merges = ["l0: &l0 {a: 1, b: 2}"]
    maps = ["l0: &l0 {a: lol, b: lol}"]
    for level in range(1, 40):
        previous = f"*l{level - 1}"
        laughs.append(f"l{level}: &l{level} [{previous}, {previous}]")
        maps.append(f"l{level}: &l{level} {{a: {previous}, b: {previous}}}")
        many = ", ".join([previous] * 9)
        merges.append(f"l{level}: &l{level} {{<<: [{many}], k{level}: 1}}")
    deep = 100_000
    return {
        "aliases": "\n".join(laughs),
        "aliases in objects": "\n".join(maps),
        "merges": "\n".join(merges),
        "text": "a: &a " + "x" * 1_000_000 + "\nb: [" + "*a, " * 1_000_000 + "]",
        "deep flow list": "a: " + "[" * deep,
        "deep flow list, closed": "a: " + "[" * deep + "]" * deep,
        "deep flow object": "{a: " * deep,
        "deep block": "\n".join(" " * i + "a:" for i in range(3_000)),
        "deep block list": "- " * deep,
        "deep keys": "? " * deep,
        "deep JSON": '{"a": ' + "[" * deep + "]" * deep + "}",
        "deep JSON objects": '{"a": ' * deep + "1" + "}" * deep,
        "deep JSON, open": "[" * deep,
        "wide": "a: [" + "1," * 5_000_000 + "1]",
        "wide JSON": '{"a": [' + "1," * 5_000_000 + "1]}",
        "empty lists JSON": '{"a": [' + "[]," * 6_000_000 + "1]}",
        "empty objects JSON": '{"a": [' + "{}," * 6_000_000 + "1]}",
        "strings JSON": json.dumps({"a": [str(i) for i in range(2_000_000)]}),
        "blank lines": "a: [" + "\n" * 15_000_000,
        "escaped quotes, JSON": '{"a": "' + '\\"' * 5_000_000,
        "broken JSON strings": '{"a": [1e999, "' + '\\"' * 5_000_000,
        "JSON colons": "{" * 90 + ":" * 5_000_000,
        "anchors": "\n".join(f"a{i}: &a{i} 1" for i in range(100_000)) + "\nb: [",
        "digits": "a: " + "9" * 5_000_000,
        "JSON digits": '{"a": ' + "9" * 5_000_000 + "}",
        "JSON fraction": '{"a": 0.' + "9" * 5_000_000 + "e999}",
        "quotes": "a: '" + "''" * 2_000_000,
        "JSON backslashes": '{"a": "' + "\\\\" * 2_000_000,
        "repeats, JSON": "{" + ", ".join(['"a": 1'] * 200_000) + "}",
        "surrogates": 'a: ["\\ud83d\\ude00"' + ', "\\ud83d\\ude00"' * 200_000,
        "tags": "a: " + "!<" + "x" * 1_000_000 + "> b",
        "comments": "a: [" + "#\n" * 2_000_000,
    }


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        (name, suffix)
        for name in bombs()
        for suffix in ("yaml", "json")
        if suffix == "yaml" or "JSON" in name
    ],
)
def test_bombs_end_with_a_message(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / f"bomb.{suffix}"
    path.write_text(bombs()[name])
    ended = subprocess.run(
        [sys.executable, "-c", READ_IT, str(path)],
        capture_output=True,
        text=True,
        # Not a measurement: what does not end fails here.
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "generator")},
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-1000:]
    *lines, codes = ended.stdout.splitlines()
    assert codes
    assert len(ended.stdout) < 50_000
    assert lines[0].startswith("bomb:")


# Files


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("missing.yaml", "folder", "pipe", "loop", "a\0b", "x" * 300):
        assert read(tmp_path / name).codes() == ["unreadable-file"], name
    assert read(Path("/dev/zero")).codes() == ["unreadable-file"]


def test_the_root_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("a: 1\n")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    assert read(tmp_path / "link.yaml").data == {"a": 1}


def test_the_time_is_counted_over_all_files(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(long_list())
    (tmp_path / "spec.yaml").write_text(long_list())
    (tmp_path / "third.yaml").write_text(long_list())
    # Looked at when a file begins, twice in it, at its end and when that is counted.
    now = itertools.count(step=6)
    report = Report()
    documents = load_documents(
        tmp_path / "spec.yaml", report, Limits(max_seconds=45), clock=lambda: next(now)
    )
    assert documents.resolve(ROOT, "other.yaml", ROOT) is not None
    assert not report.errors
    assert documents.resolve(ROOT, "third.yaml", ROOT) is None
    assert [diagnostic.code for diagnostic in report] == ["limit-seconds"]


def test_nothing_is_left_open_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("a: [")
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    for _ in range(min(soft, 2_000)):
        with pytest.raises(DocumentError):
            load_documents(path, Report())
