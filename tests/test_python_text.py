"""Encoders: whatever the text, it stays in its place and says the same."""

from __future__ import annotations

import ast
import io
import re
import tokenize

import black
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from specpress import python_text
from specpress.ir import Identifier
from specpress.openapi import ObjectValue
from specpress.python_text import SourceText, printed
from specpress.python_text.annotations import export_order
from specpress.text import Text

TEXTS = st.text(max_size=40) | st.text(
    alphabet=st.sampled_from("\"'\\\n\r\t\0 #>{}%`-a\u202e\u2028\x85é日😀\ud800"),
    max_size=30,
)
# What may end a line for some program, or be seen otherwise than it is.
FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\U000e0000-\U000e0fff]"
)


def literal(text: str) -> str:
    return printed(python_text.literal(Text(text)))


def docstring(text: str, indent: int = 0) -> str:
    return printed(python_text.docstring([Text(text)], indent))


def comment(text: str) -> str:
    return printed(python_text.comment(Text(text)))


# Every code point there is, sixty-four at a time.
BLOCKS = [
    "".join(f"a{chr(code)}b" for code in range(start, start + 64))
    for start in range(0, 0x110000, 64)
]


def test_a_literal_says_any_code_point() -> None:
    for block in BLOCKS:
        source = literal(block)
        assert ast.literal_eval(source) == block
        assert not FORBIDDEN.search(source)
        assert "\n" not in source


@given(TEXTS)
def test_a_literal_is_one_token(text: str) -> None:
    source = literal(text)
    assert ast.literal_eval(source) == text
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    assert [token.type for token in tokens[:-2]] == [tokenize.STRING]


def test_letters_stay_readable() -> None:
    assert literal("café 日本 😀") == '"café 日本 😀"'
    assert literal('say "hi"') == "'say \"hi\"'"
    assert literal("a\u202eb") == '"a\\u202eb"'


def test_values_are_literals() -> None:
    value = (None, True, 1, -2.5, Text("x"), ObjectValue(((Text("a"), (1,)),)))
    source = printed(python_text.literal(value))
    assert ast.literal_eval(source) == [None, True, 1, -2.5, "x", {"a": [1]}]


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_what_json_cannot_say_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="infinity"):
        python_text.literal(number)


def test_a_docstring_holds_any_code_point() -> None:
    for block in BLOCKS:
        source = docstring(block)
        assert not FORBIDDEN.search(source)
        assert re.sub("[^ab]", "", ast.literal_eval(source)).count("ab") >= 63


def test_a_comment_holds_any_code_point() -> None:
    for block in BLOCKS:
        source = comment(block)
        assert not FORBIDDEN.search(source)
        assert "\n" not in source
        assert "#" not in source


@settings(max_examples=500)
@given(TEXTS)
def test_a_docstring_is_one_string_that_black_leaves_alone(text: str) -> None:
    source = docstring(text, 4)
    if not source:
        return
    module = f"class A:\n    {source}\n"
    tree = ast.parse(module)
    assert len(tree.body) == 1
    (statement,) = tree.body[0].body  # type: ignore[attr-defined]
    assert isinstance(statement.value.value, str)
    assert black.format_str(module, mode=black.Mode()) == module


def test_a_docstring_keeps_the_lines_of_its_author() -> None:
    text = "First line.\n\n- one\n- two\n\n<b>HTML</b> `code`"
    assert docstring(text) == f'"""{text}\n"""'


def test_a_docstring_wraps_only_what_is_too_long() -> None:
    long = "word " * 30
    lines = docstring(f"Short.\n\n- {long}\n\n    {long}\n```\n{long}\n```").split("\n")
    assert lines[2].startswith("- word")
    assert lines[3].startswith("  word")
    assert [line for line in lines if len(line) > 88] == [
        "    " + long.rstrip(),
        long.rstrip(),
    ]


def test_a_docstring_is_no_doctest() -> None:
    assert ">>>" not in docstring(">>> canary()")
    assert ">>>" not in docstring("Look:\n\n    >>> canary()")


@given(TEXTS)
def test_a_comment_stays_on_its_line(text: str) -> None:
    line = comment(text)
    assert not re.search("[\n#]", line)
    assert not FORBIDDEN.search(line)
    assert ast.dump(ast.parse(f"# {line}\nx")) == ast.dump(ast.parse("\nx"))


@pytest.mark.parametrize("text", ["-*- coding: utf-7 -*-", "vim: fileencoding=rot13"])
def test_a_comment_is_no_coding_cookie(text: str) -> None:
    source = f"# {comment(text)}\n".encode()
    assert tokenize.detect_encoding(io.BytesIO(source).readline)[0] == "utf-8"


@given(TEXTS)
def test_markdown_is_plain_text(text: str) -> None:
    source = printed(python_text.markdown(Text(text)))
    assert "\n" not in source
    tokens = MarkdownIt("commonmark").enable("table").parse(f"x {source}")
    kinds = {token.type for token in tokens}
    assert kinds == {"paragraph_open", "inline", "paragraph_close"}
    children = {child.type for token in tokens for child in token.children or ()}
    assert children <= {"text", "text_special"}


@given(TEXTS)
def test_markdown_code_is_one_span(text: str) -> None:
    source = printed(python_text.markdown_code(Text(text)))
    _, inline, _ = MarkdownIt("commonmark").parse(f"x {source} y")
    assert [child.type for child in inline.children or ()] == [
        "text",
        "code_inline",
        "text",
    ]


@pytest.mark.parametrize("value", ["a", Text("a"), 1, None, True, b"a", ("a",)])
def test_a_template_prints_nothing_but_source_text(value: object) -> None:
    with pytest.raises(TypeError, match="no encoder"):
        printed(value)


def test_source_text_does_not_become_a_string_by_accident() -> None:
    source = python_text.literal("a")
    for convert in (str, "{}".format, lambda x: f"{x}"):
        with pytest.raises(TypeError):
            convert(source)
    assert not isinstance(source, str)
    assert printed(Identifier("a")) == "a"
    assert SourceText("a") == SourceText("a") != SourceText("b")


@pytest.mark.parametrize("name", ["", "a b", "a(", "a.b()", "1", "a.", "é\n"])
def test_a_name_of_ours_is_dotted(name: str) -> None:
    with pytest.raises(ValueError, match="name of ours"):
        python_text.own_name(name)


@given(
    st.dictionaries(st.text(max_size=9), st.text(max_size=30), max_size=5),
    st.integers(0, 60),
)
def test_an_expression_is_laid_out_as_black_does(
    members: dict[str, str], used: int
) -> None:
    value = python_text.Mapped(
        tuple(
            (Text(k), python_text.Call("JSON", (Text(v),))) for k, v in members.items()
        )
    )
    name = "x" * (used + 1)
    source = printed(python_text.expression(value, indent=0, used=len(name) + 3))
    module = f"{name} = {source}\n"
    ast.parse(module)
    if all(line.isascii() and len(line) <= 88 for line in module.split("\n")):
        assert black.format_str(module, mode=black.Mode()) == module


@pytest.mark.parametrize(
    ("said", "ended"),
    [
        ("A label", "A label."),
        ("A label.", "A label."),
        ("Of `x`", "Of `x`."),
        ("Really?", "Really?"),
        ("", ""),
        (" \n ", " \n "),
        ("# A heading", "# A heading"),
        ("two\nlines", "two\nlines"),
        ("see https://example.com/a", "see https://example.com/a"),
        ("標籤", "標籤"),
    ],
)
def test_a_sentence_ends(said: str, ended: str) -> None:
    assert python_text.sentence(Text(said)) == Text(ended)


def test_exported_names_stand_as_ruff_sorts_them() -> None:
    names = ["A1", "A10", "A2", "A02", "A010", "A0", "a1", "B", "ALL"]
    ordered = ["A0", "A010", "A02", "A1", "A2", "A10", "ALL", "B", "a1"]
    assert sorted(names, key=export_order) == ordered
