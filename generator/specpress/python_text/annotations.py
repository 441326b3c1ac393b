"""Types as annotations, and the imports that they need.

In: types of the intermediate representation. Out: source, and the names it uses, so
that a module imports what it mentions and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import assert_never

from specpress.ir import (
    BinaryType,
    DictType,
    DiscriminatorInfo,
    FileType,
    Identifier,
    ListType,
    LiteralType,
    NamedType,
    ScalarType,
    TupleType,
    Type,
    UnionType,
)
from specpress.python_text.literals import literal_characters
from specpress.python_text.source import SourceText, characters
from specpress.text import Text

_SCALARS = {
    "datetime": "dt.datetime",
    "date": "dt.date",
    "time": "dt.time",
}


class Annotations:
    """Writes annotations for one module and remembers the names they use."""

    def __init__(self) -> None:
        self._used: dict[str, None] = {}

    def used(self) -> tuple[str, ...]:
        """Return the names to import, sorted."""
        return tuple(sorted(self._used))

    def use(self, *names: str) -> None:
        """Remember names that the module uses outside annotations."""
        for name in names:
            self._used.setdefault(name)

    def annotation(self, type_: Type, *, list_method: bool = False) -> SourceText:
        """Return ``type_`` as the result of a method. ``list_method``: a method called
        ``list`` hides the built-in class."""
        return SourceText(self._write(type_, list_method))

    def argument(
        self, type_: Type, *, unset: bool, list_method: bool = False
    ) -> SourceText:
        """Return ``type_`` as an argument, which is Python's side only. ``unset``: it
        may be left out."""
        source = self._write(type_, list_method, argument=True)
        if unset:
            self.use("Unset")
            source += " | Unset"
        return SourceText(source)

    def field(self, type_: Type, *, unset: bool, wire_name: Text | None) -> SourceText:
        """Return ``type_`` as the field of a model. ``wire_name``: what it is called on
        the wire, if not the same."""
        marks: list[str] = []
        if wire_name is not None:
            self.use("Wire")
            marks.append(f"Wire({literal_characters(wire_name)})")
        if isinstance(type_, ScalarType) and type_.as_text:
            self.use("AS_TEXT")
            marks.append("AS_TEXT")
            type_ = ScalarType(type_.name)
        source = self._write(type_, False)
        if unset:
            self.use("Unset")
            source += " | Unset"
        if marks:
            self.use("Annotated")
            source = f"Annotated[{source}, {', '.join(marks)}]"
        return SourceText(source)

    def alias(self, type_: Type) -> SourceText:
        """Return ``type_`` as the value of an alias, which is evaluated on import."""
        return SourceText(self._write(type_, False))

    def late_alias(
        self,
        name: Identifier,
        types: tuple[Type, ...],
        own: tuple[str, ...] = (),
    ) -> SourceText:
        """Return the union of ``types`` and of classes of our ``own`` for type
        checkers, as an alias, at an indentation of 4, that is not evaluated on import.
        """
        is_quoted = False

        def write(named: NamedType) -> str:
            nonlocal is_quoted
            is_quoted = is_quoted or named.quoted
            if named.module is None:
                return _named(named)
            return f"models.{named.module.name}.{named.name.name}"

        members = self._union(types, own, write)
        source = " | ".join(members)
        if not is_quoted:
            return SourceText(source)
        quoted = literal_characters(source)
        short = len(quoted) + len(name.name) <= 88 - len("    : TypeAlias = ")
        if short or "\\" in source or '"""' in source:
            return SourceText(quoted)
        lines = "\n        | ".join(members)
        # In parentheses, for tools that read the text as one expression of its own.
        return SourceText(f'"""(\n        {lines}\n    )"""')

    def late_value(
        self,
        types: tuple[Type, ...],
        own: tuple[str, ...] = (),
        *,
        all_late: bool = False,
    ) -> SourceText:
        """Return the value of the same alias as Python sees it: quoted names, or all,
        are looked up when they are needed, from wherever that is."""

        def write(name: NamedType) -> str:
            if not (name.quoted or all_late):
                return _named(name)
            self.use("ForwardRef")
            return f'ForwardRef("{_named(name)}", module=__name__)'

        return SourceText(" | ".join(self._union(types, own, write)))

    def _union(
        self,
        types: tuple[Type, ...],
        own: tuple[str, ...],
        write: Callable[[NamedType], str],
    ) -> tuple[str, ...]:
        self.use(*own)
        members = [self._write(type_, False, write) for type_ in types]
        return tuple(dict.fromkeys([*members, *own]))

    def factory(self, type_: DictType) -> SourceText:
        """Return the default of a dictionary: it names the type without importing."""
        value = characters(self.quoted(type_.value))
        return SourceText(f"dataclass_field(default_factory=dict[str, {value}])")

    def quoted(self, type_: Type) -> SourceText:
        """Return ``type_`` for what is evaluated on import: a text, if it names
        models."""
        source = self._write(type_, False)
        if "models." in source:
            source = literal_characters(source)
        return SourceText(source)

    def subscript(self, generic: str, *arguments: SourceText) -> SourceText:
        """Return ``generic[arguments]``; ``generic`` is a name of the runtime."""
        self.use(generic)
        return SourceText(f"{generic}[{', '.join(map(characters, arguments))}]")

    def optional(self, name: str) -> SourceText:
        """Return ``name | None``; ``name`` is one of the runtime."""
        self.use(name)
        return SourceText(f"{name} | None")

    def _write(
        self,
        type_: Type,
        list_method: bool,
        write_name: Callable[[NamedType], str] | None = None,
        argument: bool = False,
    ) -> str:
        def write(inner: Type) -> str:
            return self._write(inner, list_method, write_name, argument)

        match type_:
            case ScalarType():
                name = _SCALARS.get(type_.name, type_.name)
                self.use(name.partition(".")[0])
                if type_.as_text and not argument:
                    self.use("Annotated", "AS_TEXT")
                    return f"Annotated[{name}, AS_TEXT]"
                return name
            case LiteralType():
                self.use("Literal")
                return f"Literal[{', '.join(map(literal_characters, type_.values))}]"
            case ListType():
                if type_.argument:
                    self.use("SequenceOf")
                    return f"SequenceOf[{write(type_.item)}]"
                if list_method:
                    self.use("builtins")
                    return f"builtins.list[{write(type_.item)}]"
                return f"list[{write(type_.item)}]"
            case DictType():
                if type_.argument:
                    self.use("Mapping")
                    return f"Mapping[str, {write(type_.value)}]"
                return f"dict[str, {write(type_.value)}]"
            case TupleType():
                items = ", ".join(map(write, type_.items)) or "()"
                return f"tuple[{items}]"
            case UnionType():
                members = list(dict.fromkeys(map(write, type_.members)))
                if type_.open:
                    self.use("UnknownVariant")
                    members.append("UnknownVariant")
                source = " | ".join(members)
                if type_.discriminator is None or argument:
                    return source
                self.use("Annotated", "Discriminator")
                return f"Annotated[{source}, {_discriminator(type_.discriminator)}]"
            case NamedType():
                self.use("models")
                return _named(type_) if write_name is None else write_name(type_)
            case FileType():
                self.use("FileInput")
                return "FileInput"
            case BinaryType():
                return "bytes"
        assert_never(type_)


def _named(type_: NamedType) -> str:
    return f"models.{type_.name.name}"


def _discriminator(discriminator: DiscriminatorInfo) -> str:
    mapping = ", ".join(
        f"{literal_characters(value)}: {literal_characters(name.name)}"
        for value, name in discriminator.mapping
    )
    return f"Discriminator({literal_characters(discriminator.property)}, {{{mapping}}})"


# --- Imports -------------------------------------------------------------------------

_MODULES = {
    "builtins": "import builtins",
    "dt": "import datetime as dt",
    "annotations": "__future__",
    "Mapping": "collections.abc",
    "Sequence": "collections.abc",
    "dataclass": "dataclasses",
    "dataclass_field": "dataclasses",
    "Decimal": "decimal",
    "cached_property": "functools",
    "Annotated": "typing",
    "Any": "typing",
    "ForwardRef": "typing",
    "Literal": "typing",
    "TYPE_CHECKING": "typing",
    "TypeAlias": "typing",
    "Unpack": "typing",
    "UUID": "uuid",
    "models": "..",
    "resources": "..",
    "credentials": ".._runtime",
    "credentials_api_key": ".._runtime",
    "credentials_basic": ".._runtime",
    "AsyncBasicSecret": ".._runtime.credentials_basic",
    "AsyncSecret": ".._runtime.credentials",
    "BasicSecret": ".._runtime.credentials_basic",
    "Secret": ".._runtime.credentials",
    "Webhooks": "..webhooks",
    "receiver": "..webhooks",
    "Discriminator": ".._runtime.codec_discriminator",
    "Deviation": ".._runtime.codec_model",
    "HeaderModel": ".._runtime.headers",
    "Model": ".._runtime.codec",
    "UnknownVariant": ".._runtime.codec",
    "Wire": ".._runtime.codec",
    "AS_TEXT": ".._runtime.values_text",
    "AsyncAPIClient": ".._runtime.client",
    "SyncAPIClient": ".._runtime.client",
    "deprecated": ".._runtime.deprecation",
    "Headers": ".._runtime.http",
    "RateLimit": ".._runtime.http",
    "Sent": ".._runtime.http",
    "lazy_attribute": ".._runtime.lazy",
    "ClientCredentials": ".._runtime.oauth",
    "first_given": ".._runtime.oauth",
    "ClientSecret": ".._runtime.oauth",
    "API": ".._runtime.operations",
    "BINARY": ".._runtime.operations",
    "Form": ".._runtime.forms",
    "Part": ".._runtime.forms",
    "FileBody": ".._runtime.files",
    "FileInput": ".._runtime.files",
    "TextBody": ".._runtime.files",
    "Multipart": ".._runtime.multipart",
    "JSON": ".._runtime.operations",
    "Operation": ".._runtime.operations",
    "RateClass": ".._runtime.operations",
    "RateLimitHeaders": ".._runtime.operations",
    "RetryCodes": ".._runtime.operations",
    "TEXT": ".._runtime.operations",
    "ClientOptions": ".._runtime.options",
    "RequestOptions": ".._runtime.options",
    "AsyncPage": ".._runtime.pagination",
    "AsyncPager": ".._runtime.pagination",
    "Page": ".._runtime.pagination",
    "first_page": ".._runtime.pagination",
    "Offset": ".._runtime.pagination_counted",
    "PageNumber": ".._runtime.pagination_counted",
    "Cursor": ".._runtime.pagination_cursor",
    "Link": ".._runtime.pagination_linked",
    "NextURL": ".._runtime.pagination_linked",
    "AsyncListPage": ".._runtime.pagination_lists",
    "ListPage": ".._runtime.pagination_lists",
    "async_redirect_content": ".._runtime.redirects",
    "async_redirect_url": ".._runtime.redirects",
    "redirect_content": ".._runtime.redirects",
    "redirect_url": ".._runtime.redirects",
    "NameInBody": ".._runtime.webhooks",
    "NameInHeader": ".._runtime.webhooks",
    "UnknownEvent": ".._runtime.webhooks",
    "UnsignedReceiver": ".._runtime.webhooks",
    "HeaderParts": ".._runtime.webhooks_signed",
    "HeaderWords": ".._runtime.webhooks_signed",
    "SignedReceiver": ".._runtime.webhooks_signed",
    "WebhookSignature": ".._runtime.webhooks_signed",
    "WholeHeader": ".._runtime.webhooks_signed",
    "in_base64": ".._runtime.webhooks_signed",
    "in_hex": ".._runtime.webhooks_signed",
    "SequenceOf": ".._runtime.types",
    "Style": ".._runtime.styles",
    "UNSET": ".._runtime.types",
    "Unset": ".._runtime.types",
    "digits": ".._runtime.types",
}
"""Where a generated module one folder deep gets each name from."""

_ALIASES = {"dataclass_field": "field as dataclass_field"}


def import_lines(used: Iterable[str], depth: int = 1) -> tuple[SourceText, ...]:
    """Return the import lines for ``used``, sorted as isort does; empty ones stand
    between groups. Built-in names need none. ``depth``: folders below the package."""
    plain: list[str] = []
    groups: dict[str, list[str]] = {}
    for name in dict.fromkeys(used):
        module = _MODULES.get(name)
        if module is None:
            continue
        if module.startswith("import "):
            plain.append(module)
        else:
            groups.setdefault(module, []).append(name)
    standard = [
        *sorted(plain),
        *_from_lines({m: n for m, n in groups.items() if not m.startswith(".")}, ""),
    ]
    local = _from_lines(
        {m: n for m, n in groups.items() if m.startswith(".")}, "." * (depth + 1)
    )
    blocks = [block for block in (standard, local) if block]
    lines: list[SourceText] = []
    for block in blocks:
        if lines:
            lines.append(SourceText(""))
        lines.extend(map(SourceText, block))
    return tuple(lines)


def _from_lines(groups: dict[str, list[str]], dots: str) -> list[str]:
    lines: list[str] = []
    for module in sorted(groups, key=natural):
        names = sorted(groups[module], key=_member_order)
        source = dots + module.lstrip(".") if dots else module
        renamed = [name for name in names if name in _ALIASES]
        names = [name for name in names if name not in _ALIASES]
        if names:
            line = f"from {source} import {', '.join(names)}"
            if len(line) > 88:
                inner = "".join(f"    {name},\n" for name in names)
                line = f"from {source} import (\n{inner})"
            lines.append(line)
        lines.extend(f"from {source} import {_ALIASES[name]}" for name in renamed)
    return lines


def export_order(name: str) -> tuple[object, ...]:
    """Return the sort key of a name in ``__all__``, as isort has it: constants,
    classes, others; numbers by value."""
    return _kind(name), natural(name)


def _member_order(name: str) -> tuple[object, ...]:
    return _kind(name), natural(name.lower()), natural(name)


def _kind(name: str) -> int:
    if name.isupper() and len(name) > 1:
        return 0
    return 1 if name[:1].isupper() else 2


def import_order(name: str, module: str) -> tuple[object, ...]:
    """Return the sort key of ``from module import name as name``."""
    return natural(module.lower()), natural(module), _member_order(name)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that compares runs of digits by value, those that begin with a
    zero digit by digit."""
    return tuple(
        (
            (1, 0, run)
            if not (run.isdigit() and run.isascii())
            else (0, 0 if run[0] == "0" else int(run), run)
        )
        for run in re.findall(r"[0-9]+|[^0-9]", text)
    )
