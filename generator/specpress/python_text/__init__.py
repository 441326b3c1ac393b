"""The gate: the only way from text of the document into a generated file.

In: text, types and values. Out: :class:`SourceText`, made by one encoder for each
position: literals, docstrings, comments, Markdown, annotations, expressions. An
:class:`~specpress.ir.Identifier` is safe by construction. A template prints these two
and nothing else (:func:`printed`).
"""

from __future__ import annotations

from specpress.python_text.annotations import (
    Annotations,
    export_order,
    import_lines,
    import_order,
)
from specpress.python_text.expressions import (
    Call,
    Expression,
    Listed,
    Mapped,
    Name,
    deferred,
    expression,
    json_pointer,
    own_name,
    signature,
)
from specpress.python_text.literals import literal
from specpress.python_text.prose import (
    Entries,
    Words,
    begins_with,
    comment,
    docstring,
    first_line,
    markdown,
    markdown_code,
    says_only,
    sentence,
)
from specpress.python_text.source import SourceText, printed

__all__ = [
    "Annotations",
    "Call",
    "Entries",
    "Expression",
    "Listed",
    "Mapped",
    "Name",
    "SourceText",
    "Words",
    "begins_with",
    "comment",
    "deferred",
    "docstring",
    "export_order",
    "expression",
    "first_line",
    "import_lines",
    "import_order",
    "json_pointer",
    "literal",
    "markdown",
    "markdown_code",
    "own_name",
    "printed",
    "says_only",
    "sentence",
    "signature",
]
