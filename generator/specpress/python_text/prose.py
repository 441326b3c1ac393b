"""Text for people: docstrings, comments and Markdown.

Prose loses what it does not need: line ends of other systems, invisible characters,
the difference between kinds of blanks. What could mislead a reader or a tool is shown
as an escape.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, Union

from specpress.ir import Identifier
from specpress.python_text.source import SourceText, characters
from specpress.python_text.unsafe import INVISIBLE, LINE_END, SPACES, UNSAFE, escape
from specpress.text import Text, reveal

LINE_LENGTH = 88

Words: TypeAlias = Union[str, Text, Identifier, "Sequence[str | Text | Identifier]"]
"""A piece of prose: our words, the document's, or both in turn."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A section of a docstring: ``Raises:`` and one entry for each error."""

    heading: str
    entries: tuple[tuple[Identifier, Words], ...]


_QUOTE = '"'
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)]|\|)\s+")
_FENCE = re.compile(r"\s*(?:```|~~~)")
# A line that doctest would run.
_DOCTEST = re.compile(r"^(\s*)>>>", re.MULTILINE)
_CODING = re.compile(r"coding[:=]", re.IGNORECASE)


def _plain(words: Words) -> str:
    """Return ``words`` with LF line ends, tabs expanded and nothing invisible."""
    pieces = [words] if isinstance(words, (str, Text, Identifier)) else words
    text = "".join(
        (
            piece
            if isinstance(piece, str)
            else piece.name if isinstance(piece, Identifier) else reveal(piece)
        )
        for piece in pieces
    )
    text = SPACES.sub(" ", LINE_END.sub("\n", text))
    text = INVISIBLE.sub("", text).expandtabs(4)
    return "\n".join(UNSAFE.sub(escape, line) for line in text.split("\n"))


def one_line(words: Words) -> str:
    """Return ``words`` with every run of white space one blank."""
    return " ".join(_plain(words).split())


def begins_with(text: Words, beginning: Words) -> bool:
    """Tell whether ``text`` begins with ``beginning``, white space and the final full
    stop aside."""
    return one_line(text).startswith(one_line(beginning).rstrip("."))


def sentence(words: Words) -> Words:
    """Return ``words`` with a full stop, if they are one line of Latin script that has
    no end: not a heading, nor something that ends in an address."""
    text = _plain(words).strip()
    last = text[-1:]
    if (
        not last
        or not (last.isascii() and (last.isalnum() or last in ")]`'\""))
        or "\n" in text
        or text.startswith(("#", "|"))
        or "://" in text.split()[-1]
    ):
        return words
    return Text(text + ".")


def says_only(words: Words, phrase: str) -> bool:
    """Tell whether ``words`` are ``phrase`` or nothing."""
    return one_line(words).rstrip(".").casefold() in ("", phrase.casefold())


def first_line(words: Words) -> Text:
    """Return the first line that says something, without its final full stop."""
    lines = _plain(words).strip().split("\n")
    return Text(" ".join(lines[0].lstrip("# ").split()).removesuffix("."))


# --- Docstrings ----------------------------------------------------------------------


def docstring(
    sections: Iterable[Words | Entries], indent: int, placeholder: Words = ""
) -> SourceText:
    """Return a docstring at ``indent``, its first line without the indentation.

    Sections are separated by an empty line. The author's line breaks stay; a line
    that is too long is wrapped, except in code, tables and headings. Without any text
    the docstring says ``placeholder``; without that, it is nothing at all.
    """
    width = LINE_LENGTH - indent
    paragraphs = [_paragraph(section, width) for section in sections]
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    body = body or _paragraph(placeholder, width)
    if not body:
        return SourceText("")
    body = _DOCTEST.sub(r"\1> > >", body)
    body = body.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if body.startswith('"'):
        body = "\\" + body
    first, _, rest = body.partition("\n")
    if not rest and len(first) + 6 > width:
        first, _, rest = "\n".join(_wrap(first, width - 3)).partition("\n")
    if not rest:
        # Black wants a blank between a quote and the closing quotes.
        return SourceText(f'"""{first}{" " if first.endswith(_QUOTE) else ""}"""')
    blanks = " " * indent
    lines = [first]
    for line in textwrap.dedent(rest).split("\n"):
        lines.append(blanks + line if line else "")
    return SourceText('"""' + "\n".join(lines) + f'\n{blanks}"""')


def _paragraph(section: Words | Entries, width: int) -> str:
    if isinstance(section, Entries):
        entries = [section.heading + ":"]
        for name, words in section.entries:
            text = one_line(words)
            entries += textwrap.wrap(
                f"{name.name}: {text}" if text else name.name,
                width - 4,
                initial_indent="    ",
                subsequent_indent="        ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        return "\n".join(entries) if section.entries else ""
    lines: list[str] = []
    fenced = False
    for line in _plain(section).strip("\n").split("\n"):
        line = line.rstrip()
        if _FENCE.match(line):
            fenced = not fenced
        if (
            len(line) <= width - (0 if lines else 3)
            or fenced
            or line.startswith(("    ", "#", "|"))
        ):
            lines.append(line)
        else:
            lines.extend(_wrap(line, width if lines else width - 3))
    text = "\n".join(lines).strip()
    return re.sub(r"\n{3,}", "\n\n", text)


def _wrap(line: str, width: int) -> list[str]:
    marker = _LIST_ITEM.match(line)
    margin = " " * (marker.end() if marker else len(line) - len(line.lstrip()))
    return textwrap.wrap(
        line,
        width,
        subsequent_indent=margin if len(margin) < 20 else "",
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    ) or [""]


# --- Comments ------------------------------------------------------------------------


def comment(words: Words) -> SourceText:
    """Return ``words`` as the text of a comment, to be printed after ``#``.

    One line, and no instruction to any tool: not a coding cookie, nor a second ``#``.
    """
    text = one_line(words).replace("#", "\\x23")
    text = _CODING.sub(lambda match: f"coding\\x{ord(match[0][-1]):02x}", text)
    return SourceText(text)


# --- Markdown ------------------------------------------------------------------------

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
_BLOCK_START = re.compile(r"^(\d+)([.)])|^([-+=:])")
_LINK = re.compile(r"(https?|ftp|mailto|www)([:.])", re.IGNORECASE)


def markdown(words: Words) -> SourceText:
    """Return ``words`` as plain text inside one line of Markdown: no markup, HTML,
    link or table cell begins or ends in it."""
    text = _MARKDOWN.sub(r"\\\1", one_line(words))
    text = _BLOCK_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", text)
    return SourceText(_LINK.sub(r"\1\\\2", text))


def markdown_code(words: Words | SourceText) -> SourceText:
    """Return ``words``, or source on one line, as a code span."""
    if isinstance(words, SourceText):
        text = " ".join(characters(words).split())
    else:
        text = one_line(words)
    ticks = max((len(run) for run in re.findall("`+", text)), default=0) + 1
    blank = " " if "`" in text else ""
    return SourceText(f"{'`' * ticks}{blank}{text or ' '}{blank}{'`' * ticks}")
