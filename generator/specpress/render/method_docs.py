"""Docstrings of methods: what one does, takes, raises, and what is sent back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus

from specpress import ir
from specpress.python_text import (
    Entries,
    SourceText,
    Words,
    docstring,
    first_line,
    says_only,
)
from specpress.render.arguments import CONTENT_TYPE, call_order
from specpress.render.documentation import Glossary, described, said
from specpress.text import Text


def method_docstring(
    method: ir.Method,
    resource: ir.Resource,
    glossary: Glossary,
    *,
    asynchronous: bool,
) -> SourceText:
    """Return the docstring; that of an asynchronous method refers to its twin."""
    wire: Words = ("``", method.http_method, " ", method.path, "``")
    text = method.documentation.summary or method.documentation.description
    if asynchronous:
        reference = (resource.class_name, ".", method.name)
        if text:
            words: Words = (first_line(text), "; see :meth:`", *reference, "`.")
        else:
            words = ("See :meth:`", *reference, "`.")
        return docstring([words], 8)
    sections: list[Words | Entries] = list(
        described(method.documentation, method.deprecated)
    )
    if method.redirect is not None:
        sections.append(_REDIRECTS[method.redirect.kind])
    arguments = [*_entries(method.arguments, glossary), *_choice(method)]
    sections.append(Entries("Args", tuple(arguments)))
    sections.append(Entries("Raises", tuple(_errors(method))))
    sections.extend(_callbacks(method))
    if method.answer_docs:
        answers: list[str | Text | ir.Identifier] = []
        for status, description in method.answer_docs:
            answers += [", " if answers else "", status]
            answers += [" (", first_line(description), ")"] if description else []
        sections.append(("Answers: ", *answers, "."))
    if method.headers:
        names: list[str | Text | ir.Identifier] = []
        for name in method.headers:
            names += [", " if names else "", "``", name, "``"]
        sections.append(("Headers: ", *names, "; see :class:`ResponseHeaders`."))
    if not text:
        sections.insert(0, wire)
    return docstring(sections, 8)


# RFC 9110 renamed some; a version of Python has the old phrases or the new.
_RENAMED = {
    413: ("Request Entity Too Large", "Content Too Large"),
    414: ("Request-URI Too Long", "URI Too Long"),
    416: ("Requested Range Not Satisfiable", "Range Not Satisfiable"),
    422: ("Unprocessable Entity", "Unprocessable Content"),
}
_PHRASES = {status.value: (status.phrase,) for status in HTTPStatus} | _RENAMED

_REDIRECTS = {
    "url": "Returns the URL that the answer redirects to, which is not fetched.",
    "download": (
        "Returns what is at the URL that the answer redirects to. Credentials are not "
        "sent to another host."
    ),
}


def _callbacks(method: ir.Method) -> Iterator[Words]:
    """Yield what the API sends back, and to where."""
    for callback in method.callbacks:
        yield (
            "Callback ``",
            callback.name,
            "``: ",
            *_type_words(callback.type),
            ", sent with ",
            callback.http_method,
            " to ``",
            callback.expression,
            "``.",
        )


def _type_words(type_: ir.Type) -> tuple[str | ir.Identifier, ...]:
    """Return a type as a docstring names it."""
    match type_:
        case ir.NamedType():
            return (":class:`models.", type_.name, "`")
        case ir.UnionType():
            words: list[str | ir.Identifier] = []
            for member in type_.members:
                words += [" or " if words else "", *_type_words(member)]
            return tuple(words)
        case ir.ListType():
            return ("a list of ", *_type_words(type_.item))
        case ir.ScalarType():
            return ("anything" if type_.name == "Any" else f"``{type_.name}``",)
        case _:
            return ("a value",)


def _entries(
    arguments: Iterable[ir.Argument], glossary: Glossary
) -> Iterator[tuple[ir.Identifier, Words]]:
    for argument in call_order(arguments):
        words = said(
            argument.documentation, argument.deprecated, glossary.of(argument.type)
        )
        if words:
            yield argument.name, words


def _choice(method: ir.Method) -> Iterator[tuple[ir.Identifier, Words]]:
    """Yield what is not plain from the type of ``content_type``."""
    body = method.body
    if body is None or body.content_type is None:
        return
    words: list[str | Text | ir.Identifier] = []
    if any(media.open == "range" for media in body.media):
        for media in body.media:
            words += [" or " if words else "Any of ", "``", media.media_type, "``"]
        words.append(". A file says by its name what it is.")
    for media in body.media:
        if media.open == "boundary":
            words += [" " if words else "", "``", media.media_type, "`` needs"]
            words.append(" ``; boundary=…`` after it, that of the body.")
    if body.by_value:
        words.append(" ``None`` is " if words else "``None`` is ")
        for kind, media_type in body.by_value:
            words += ["``", media_type, "`` for ", *_kind_words(kind), ", "]
        words += ["else ``", body.media[0].media_type, "``."]
    if words:
        yield CONTENT_TYPE, tuple(words)


def _kind_words(
    kind: ir.Identifier | ir.ValueKind,
) -> tuple[str | ir.Identifier, ...]:
    if isinstance(kind, ir.Identifier):
        return (":class:`models.", kind, "`")
    return ("a file" if kind == "file" else "a ``str``",)


def _errors(method: ir.Method) -> Iterator[tuple[ir.Identifier, Words]]:
    found: dict[ir.Identifier, list[Words]] = {}
    for error in method.error_docs:
        words: Words = said(error.documentation) or error.status
        status = int(error.status) if error.status.isdecimal() else 0
        if any(says_only(words, phrase) for phrase in _PHRASES.get(status, ())):
            # The name of the class says as much.
            words = ""
        found.setdefault(error.class_name, []).append(words)
    for class_name, texts in found.items():
        yield class_name, _alternatives(texts)


def _alternatives(texts: list[Words]) -> Words:
    words: list[str | Text | ir.Identifier] = []
    for text in dict.fromkeys(text for text in texts if text):
        if words:
            words.append(" Or: ")
        words.extend((text,) if isinstance(text, (str, Text, ir.Identifier)) else text)
    return tuple(words)
