"""Documentation of the document as sections of a docstring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specpress import ir
from specpress.ir import Documentation
from specpress.python_text import Entries, Words, begins_with, first_line, sentence
from specpress.source import Pointer
from specpress.text import Text


class Glossary:
    """What the models of a package are, for the fields and arguments that the document
    says nothing about: these are what their type is."""

    def __init__(self, package: ir.Package) -> None:
        self._words: dict[ir.Identifier, Words] = {}
        for module in package.models:
            for declaration in module.declarations:
                if not isinstance(declaration, ir.PageModel):
                    text = brief(declaration.documentation)
                    if text:
                        self._words[declaration.name] = sentence(first_line(text))

    def of(self, type_: ir.Type) -> Words:
        """Return what ``type_`` is, if it is one model: perhaps null, open, or in an
        argument also a mapping."""
        members = type_.members if isinstance(type_, ir.UnionType) else (type_,)
        beside = ir.ScalarType | ir.DictType
        named = [each for each in members if not isinstance(each, beside)]
        if len(named) == 1 and isinstance(named[0], ir.NamedType):
            return self._words.get(named[0].name, "")
        return ""


def described(
    documentation: Documentation, deprecated: bool = False, otherwise: Words = ""
) -> Iterator[Words | Entries]:
    """Yield summary, description and notes; a summary that only repeats the beginning
    of the description is left out. ``otherwise``: in place of both."""
    summary, description = documentation.summary, documentation.description
    if summary and not (description and begins_with(description, summary)):
        yield sentence(summary)
    if description:
        yield sentence(description)
    if not (summary or description) and otherwise:
        yield otherwise
    if deprecated:
        yield "Deprecated."
    if documentation.notes:
        yield joined(documentation.notes)


def said(
    documentation: Documentation, deprecated: bool = False, otherwise: Words = ""
) -> tuple[str | Text, ...]:
    """Return the same as one entry of a list."""
    texts = [documentation.summary, documentation.description]
    notes = [_sentence(text) for text in texts if text]
    if not notes and otherwise:
        notes.append(_sentence(otherwise))
    if deprecated:
        notes.append(("Deprecated.",))
    return joined((*notes, *documentation.notes))


def _sentence(words: Words) -> tuple[str | Text, ...]:
    ended = sentence(words)
    return (ended,) if isinstance(ended, (str, Text)) else ()


def brief(documentation: Documentation) -> Words:
    """Return the summary, or else what the description begins with."""
    if documentation.summary:
        return documentation.summary
    return documentation.description or ""


def joined(notes: Iterable[tuple[str | Text, ...]]) -> tuple[str | Text, ...]:
    """Return all notes in one paragraph."""
    words: list[str | Text] = []
    for note in notes:
        if words:
            words.append(" ")
        words.extend(note)
    return tuple(words)


def origin(at: Pointer) -> Words:
    """Return a docstring for what the document does not describe: what it is there."""
    if at.file:
        return _place(at)
    match at.tokens:
        case ("components", "schemas", name, *inner):
            return (*_inside(inner), "schema ``", Text(name), "``.")
        case ("components", "responses", name, *rest):
            return (*_inside(_in_schema(rest)), "answer ``", Text(name), "``.")
        case ("components", "requestBodies", name, *rest):
            return (*_inside(_in_schema(rest)), "body ``", Text(name), "``.")
        case ("paths", path, method, "requestBody", *rest):
            wire = f"{method.upper()} {path}"
            return (*_inside(_in_schema(rest)), "body of ``", Text(wire), "``.")
        case ("paths", path, method, "responses", status, *rest):
            answer = (*_inside(_in_schema(rest)), "answer ", Text(status))
            return (*answer, " to ``", Text(f"{method.upper()} {path}"), "``.")
        case ("webhooks", name, _, "requestBody", *rest):
            return (*_inside(_in_schema(rest)), "event ``", Text(name), "``.")
        case _:
            return _place(at)


def _place(at: Pointer) -> Words:
    return ("``", Text(f"{at.file}#{at.fragment()}"), "`` of the document.")


def _in_schema(tokens: Sequence[str]) -> Sequence[str]:
    return tokens[tokens.index("schema") + 1 :] if "schema" in tokens else ()


_INSIDE = {"items": "[]", "additionalProperties": "{}", "unevaluatedProperties": "{}"}


def _inside(tokens: Sequence[str]) -> tuple[str | Text, ...]:
    """Return how a sentence begins about something in a schema, or the schema itself:
    where it is, ``tags[].owner``, if it is inside."""
    path = ""
    rest = list(tokens)
    while rest:
        token = rest.pop(0)
        if token == "properties" and rest:
            path += f".{rest.pop(0)}"
        elif token in ("oneOf", "anyOf", "allOf", "prefixItems") and rest:
            rest.pop(0)
        else:
            path += _INSIDE.get(token, "")
    return ("``", Text(path.removeprefix(".")), "`` in the ") if path else ("The ",)
