"""Messages: their form, their order, what document text may do in them, and places."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import ROOT, read_text

from specpress.diagnostics import Report
from specpress.documents import Json
from specpress.messages import escape, quote, render_report, report_records
from specpress.positions import LineTable, find_positions
from specpress.source import Pointer, Position
from specpress.text import Text


def test_the_form_of_a_message(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "a:\n  b: {$ref: x}\n")
    reading.report.error(
        "unresolved-reference",
        ROOT.child("a", "b", "$ref"),
        Text("#/components/schemas/Peet"),
        " does not exist",
        help=("did you mean ", Text("#/components/schemas/Pet"), "?"),
    )
    reading.report.warning("odd", ROOT.child("a", "b"), "odd", key=True)
    assert render_report(reading.report, reading.documents, "spec/pets.yaml") == [
        "spec/pets.yaml:2:3: warning[odd]: odd",
        "    at /a/b",
        (
            "spec/pets.yaml:2:13: error[unresolved-reference]: "
            "'#/components/schemas/Peet' does not exist"
        ),
        "    at /a/b/$ref",
        "    help: did you mean '#/components/schemas/Pet'?",
    ]
    assert report_records(reading.report, reading.documents, "spec/pets.yaml")[1] == {
        "file": "spec/pets.yaml",
        "line": 2,
        "column": 13,
        "severity": "error",
        "code": "unresolved-reference",
        "message": "'#/components/schemas/Peet' does not exist",
        "pointer": "/a/b/$ref",
        "help": "did you mean '#/components/schemas/Pet'?",
    }


def test_without_documents_a_message_stands_at_the_top() -> None:
    report = Report()
    report.error("unreadable-file", ROOT, "cannot be read")
    assert render_report(report, None, "x.yaml") == [
        "x.yaml:1:1: error[unreadable-file]: cannot be read",
        "    at the root",
    ]


def test_messages_are_sorted_by_place(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("a: 1\nb: 2\n")
    reading = read_text(tmp_path, "a: 1\nb: {c: 3, d: 4}\n")
    assert reading.loaded.resolve(ROOT, "other.yaml", ROOT) is not None
    places = [
        Pointer("other.yaml", ("b",)),
        ROOT.child("b", "d"),
        ROOT.child("a"),
        Pointer("other.yaml", ("a",)),
        ROOT.child("b", "c"),
    ]
    for code in ("z", "y"):
        for place in places:
            reading.report.warning(code, place, "text")
    reading.report.error("zz", ROOT.child("b", "c"), "text")
    lines = render_report(reading.report, reading.documents, "dir/spec.yaml")
    assert [line.partition(": ")[0] for line in lines[::2]] == [
        *["dir/other.yaml:1:4"] * 2,
        *["dir/other.yaml:2:4"] * 2,
        *["dir/spec.yaml:1:4"] * 2,
        *["dir/spec.yaml:2:8"] * 3,
        *["dir/spec.yaml:2:14"] * 2,
    ]
    assert [line.split(": ")[1] for line in lines[12:18:2]] == [
        "error[zz]",
        "warning[y]",
        "warning[z]",
    ]


def test_at_most_twenty_and_a_count_errors_first(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "".join(f"k{i:02}: 1\n" for i in range(60)))
    for index in range(60):
        at = ROOT.child(f"k{index:02}")
        if index >= 45:
            reading.report.error("bad", at, "text")
        else:
            reading.report.warning("odd", at, "text")
    lines = render_report(reading.report, reading.documents, "s")
    assert lines[-1] == "40 more not shown: 0 errors, 40 warnings"
    shown = [line.partition(": ")[0] for line in lines[:-1:2]]
    assert shown == [f"s:{line}:6" for line in [*range(1, 6), *range(46, 61)]]
    assert len(render_report(reading.report, reading.documents, "s", 60)) == 120
    two = render_report(reading.report, reading.documents, "s", 59)
    assert two[-1] == "1 more not shown: 0 errors, 1 warning"
    few = render_report(reading.report, reading.documents, "s", 1)
    assert few[-1] == "59 more not shown: 14 errors, 45 warnings"


HOSTILE = "".join(
    chr(code)
    for code in range(0x110000)
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    and code < 0xF0000
)


def test_no_text_reaches_the_terminal_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    reading = read_text(tmp_path, json.dumps({"a": {"\x1b[2Jb\u202e": 1}}))
    for start in range(0, len(HOSTILE), 150):
        report = Report()
        text = HOSTILE[start : start + 150]
        at = Pointer(f"f{text}", ("t" + text,))
        report.error("c", at, "a ", Text(text), " b", help=(Text(text),))
        lines = render_report(report, reading.documents, text + "/spec.yaml")
        assert len(lines) == 3
        for line in lines:
            assert line.isprintable()
            line.encode()


@given(st.text(st.characters(), max_size=60))
def test_escaped_text_is_printable_and_tells_texts_apart(text: str) -> None:
    quoted = quote(text)
    assert quoted.isprintable()
    assert escape(text).isprintable()
    # What is quoted can be read back: no two texts look alike.
    assert eval(quoted) == text


def test_long_texts_are_shortened_in_the_middle() -> None:
    quoted = quote("begin" + "\x1b" * 100_000 + "end")
    assert len(quoted) < 1_000
    assert quoted.startswith("'begin")
    assert quoted.endswith("end'")
    report = Report()
    report.error("c", ROOT.child("x" * 100_000), Text("y" * 100_000))
    assert all(len(line) < 700 for line in render_report(report, None, "s"))


def test_a_quote_in_a_text_is_told_from_its_end() -> None:
    assert quote("it's") == '"it\'s"'
    assert quote('it\'s "it"') == "'it\\'s \"it\"'"
    assert quote("a\\n") == "'a\\\\n'"


# Places: a writer that notes where it puts each node is the judge.


class Writer:
    """Writes JSON or YAML in many styles and notes the place of every node."""

    def __init__(
        self, choose: Callable[[int], int], newline: str, is_json: bool
    ) -> None:
        self.choose = choose
        self.newline = newline
        self.is_json = is_json
        self.text = ""
        self.line = 1
        self.column = 1
        self.places: dict[tuple[str, ...], tuple[Position, Position]] = {}

    def write(self, text: str) -> None:
        self.text += text
        self.column += len(text)

    def break_line(self, indent: int) -> None:
        self.text += self.newline + " " * indent
        self.line += 1
        self.column = indent + 1

    def here(self) -> Position:
        return Position(self.line, self.column)

    def gap(self, indent: int) -> None:
        """Put something between tokens that means nothing."""
        match self.choose(3):
            case 0:
                self.write(" " * self.choose(3))
            case 1:
                self.break_line(indent + self.choose(3))
            case _:
                pass

    def scalar(self, value: Json) -> None:
        if not isinstance(value, str):
            self.write(json.dumps(value))
        elif self.is_json or self.choose(2):
            self.write(json.dumps(value, ensure_ascii=self.is_json))
        elif value.isascii() and value.isalpha() and value not in ("null", "true"):
            self.write(value)
        else:
            self.write("'" + value.replace("'", "''") + "'")

    def flow(self, value: Json, tokens: tuple[str, ...], indent: int) -> None:
        if isinstance(value, dict):
            self.write("{")
            for number, (key, inner) in enumerate(value.items()):
                if number:
                    self.write(",")
                self.gap(indent)
                at_key = self.here()
                self.scalar(str(key))
                self.write(": ")
                self.gap(indent)
                self.places[(*tokens, key)] = at_key, self.here()
                self.flow(inner, (*tokens, key), indent)
            self.gap(indent)
            self.write("}")
        elif isinstance(value, list):
            self.write("[")
            for number, inner in enumerate(value):
                if number:
                    self.write(", ")
                self.gap(indent)
                place = self.here()
                self.places[(*tokens, str(number))] = place, place
                self.flow(inner, (*tokens, str(number)), indent)
            self.gap(indent)
            self.write("]")
        else:
            self.scalar(value)

    def block(self, value: Json, tokens: tuple[str, ...], indent: int) -> None:
        """Write a collection whose first line begins here."""
        assert isinstance(value, dict | list)
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for number, (key, inner) in enumerate(items):
            if number:
                if self.choose(4) == 0:
                    self.break_line(0)
                    self.write("# comment: 'x")
                self.break_line(indent)
            place = (*tokens, str(key))
            at_key = self.here()
            if isinstance(value, dict):
                self.scalar(str(key))
                self.write(":")
            else:
                self.write("-")
            if isinstance(inner, dict | list) and inner and self.choose(3):
                if isinstance(value, list) and self.choose(2):
                    self.write(" ")
                    below = indent + 2
                else:
                    below = indent + 1 + self.choose(3)
                    self.break_line(below)
                at_value = self.here()
                self.block(inner, place, below)
            else:
                self.write(" ")
                at_value = self.here()
                self.flow(inner, place, indent + 1)
            is_pair = isinstance(value, dict)
            self.places[place] = (at_key if is_pair else at_value), at_value


names = st.text(st.sampled_from("abcxyz~/ é😀'\"\\:#-"), max_size=5)
leaves = st.none() | st.booleans() | st.integers() | names
trees = st.dictionaries(
    names,
    st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(names, inner, max_size=3),
        max_leaves=12,
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(
    tree=trees,
    choices=st.lists(st.integers(0, 3), min_size=1, max_size=40),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    is_json=st.booleans(),
)
def test_every_node_is_found_where_it_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    tree: dict[str, Any],
    choices: list[int],
    newline: str,
    is_json: bool,
) -> None:
    drawn = iter(choices * 400)

    def choose(below: int) -> int:
        return next(drawn) % below

    writer = Writer(choose, newline, is_json)
    if is_json:
        writer.gap(0)
        start = writer.here()
        writer.flow(tree, (), 0)
    else:
        writer.write("# first line")
        writer.break_line(0)
        start = writer.here()
        writer.block(tree, (), 0)
    folder = tmp_path_factory.getbasetemp()
    reading = read_text(folder, writer.text)
    assert json.dumps(reading.data) == json.dumps(tree)
    format_ = reading.loaded.root.format
    assert format_ == ("json" if is_json else "yaml")
    found = find_positions(writer.text, format_, [(), *writer.places])
    assert found == {(): (start, start), **writer.places}
    # And one at a time, as most messages ask.
    for tokens, place in list(writer.places.items())[:3]:
        assert find_positions(writer.text, format_, [tokens]) == {tokens: place}


def test_places_agree_with_those_of_another_parser() -> None:
    text = (
        "%YAML 1.2\n---\n"
        "top: &top !!map\n  'single': |\n    text: x\n    more\n"
        '  "double": >-\n    folded\n'
        "  ? long\n  : - a\n    -   - b\n        - {c: d}\n"
        "  empty:\n  after: *top2\n".replace("*top2", "1")
    )
    expected: dict[tuple[str, ...], tuple[Position, Position]] = {}

    def place(node: Any) -> Position:
        return Position(node.start_mark.line + 1, node.start_mark.column + 1)

    def visit(node: Any, tokens: tuple[str, ...]) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                expected[(*tokens, key.value)] = place(key), place(value)
                visit(value, (*tokens, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                expected[(*tokens, str(index))] = place(value), place(value)
                visit(value, (*tokens, str(index)))

    compose: Any = getattr(yaml, "compose")  # noqa: B009
    visit(compose(text, yaml.SafeLoader), ())
    assert len(expected) == 11
    assert find_positions(text, "yaml", expected) == expected


def test_what_an_alias_repeats_stands_where_the_alias_does(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        "base: &base {x: {y: 1}, z: 2}\n"
        "alias: *base\n"
        "merged:\n  <<: *base\n  z: 3\n"
        "list: [{<<: [*base]}]\n",
    )
    expected = {
        ("base", "x", "y"): Position(1, 21),
        ("alias", "x", "y"): Position(2, 8),
        ("merged", "x", "y"): Position(4, 7),
        ("merged", "z"): Position(5, 6),
        ("list", "0", "x"): Position(6, 13),
        ("alias", "nowhere", "x"): Position(2, 8),
        ("nowhere",): Position(1, 1),
    }
    found = reading.loaded.positions([Pointer("", tokens) for tokens in expected])
    assert {at.tokens: value for at, (_, value) in found.items()} == expected


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "mixed"])
def test_lines_of_long_texts(line_end: str) -> None:
    text = "ab\r\ncd\r\re\n\n" * 20_000 if line_end == "mixed" else ""
    text = text or ("abc" + line_end) * 40_000 + "x" * 200_000 + line_end + "y"
    table = LineTable(text)
    expected: dict[int, Position] = {}
    line, start = 1, 0
    for match in re.finditer(r"\r\n|\r|\n|[^\r\n]", text):
        expected[match.start()] = Position(line, match.start() - start + 1)
        if match[0][0] in "\r\n":
            line, start = line + 1, match.end()
    for index in [*range(0, len(text), 997), *range(65_500, 65_600)]:
        if index in expected:
            assert table.position(index) == expected[index]


def test_places_after_escaped_surrogates(tmp_path: Path) -> None:
    text = 'a: "\\ud83d\\ude00"\n"\\ud83d\\ude00": {b: c}\n'
    reading = read_text(tmp_path, text)
    at = ROOT.child("😀", "b")
    assert reading.loaded.positions([at]) == {at: (Position(2, 18), Position(2, 21))}
