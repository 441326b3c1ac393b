"""Texts for which a careless regular expression takes for ever."""

from __future__ import annotations

from tests.hostile.forms.made import Json, document_of, form, object_of


@form
def patterns_that_backtrack() -> Json:
    patterns = [
        "(a+)+$",
        "(a|a)*$",
        "(.*a){50}",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(" * 500 + ")" * 500,
        "[",
        "(?<x>a)\\k<x>",
        "\\p{L}",
        "a{1,100000}",
        "(?i)(?=(a+))\\1",
    ]
    text = "a" * 5_000 + "!"
    return document_of(
        {
            "A": object_of(
                **{
                    f"p{n}": {
                        "type": "string",
                        "pattern": pattern,
                        "default": text,
                        "example": text,
                    }
                    for n, pattern in enumerate(patterns)
                }
            )
        }
    )


@form
def markdown_that_backtracks() -> Json:
    texts = ["![" * 20_000, "`" * 50_001, "<" * 50_000, "*a_" * 20_000, "> " * 20_000]
    texts += ["- " * 20_000, "\\" * 50_000, " " * 100_000 + "x", "[a](" * 10_000]
    texts += ["coding: " * 5_000, "x\n" + ">>> " * 5_000, '""" ' * 5_000]
    return document_of(
        {"A": object_of(**{f"p{n}": {"description": t} for n, t in enumerate(texts)})}
    )


@form
def names_that_backtrack() -> Json:
    names = ["aA" * 5_000, "a1" * 5_000, "A" * 20_000, "<" * 10_000, "_" * 20_000]
    names += ["Aa1_-" * 3_000, "+" * 10_000, "\u01c5" * 5_000, "\ufb03" * 5_000]
    return document_of({"A": object_of(**{name: {"type": "string"} for name in names})})


@form
def paths_that_backtrack() -> Json:
    document = document_of({"A": {}})
    operation = {"get": {"responses": {"204": {"description": "D"}}}}
    for path in [
        "/" * 10_000,
        "/{" * 5_000,
        "/}" * 5_000,
        "/{}" * 3_000,
        "/{a" * 3_000,
    ]:
        document["paths"][path] = operation
    return document
