"""Types as annotations, and the imports that they need.

In: types of the intermediate representation. Out: source, and the names it uses, so
that a module imports what it mentions and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from specpress.ir import (
    BinaryType,
    DictType,
    DiscriminatorInfo,
    FileType,
    ListType,
    LiteralType,
    NamedType,
    ScalarType,
    TupleType,
    Type,
    UnionType,
)
from specpress.python_text.literals import literal_characters
from specpress.python_text.source import SourceText
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

    def annotation(
        self,
        type_: Type,
        *,
        unset: bool = False,
        wire_name: Text | None = None,
        list_method: bool = False,
    ) -> SourceText:
        """Return ``type_`` as an annotation.

        ``unset``: the value may be left out. ``wire_name``: the field is called so on
        the wire. ``list_method``: a method called ``list`` hides the built-in class.
        """
        wire: list[str] = []
        if wire_name is not None:
            wire.append(literal_characters(wire_name))
        if isinstance(type_, ScalarType) and type_.as_text:
            wire.append("text=True")
            type_ = ScalarType(type_.name)
        source = self._write(type_, list_method)
        if unset:
            self.use("Unset")
            source += " | Unset"
        if wire:
            self.use("Annotated", "Wire")
            source = f"Annotated[{source}, Wire({', '.join(wire)})]"
        return SourceText(source)

    def alias(self, type_: Type) -> SourceText:
        """Return ``type_`` as the value of an alias: evaluated on import, so that
        quoted names are joined by ``Union``."""
        return SourceText(self._write(type_, False, evaluated=True))

    def _write(self, type_: Type, list_method: bool, *, evaluated: bool = False) -> str:
        def write(inner: Type) -> str:
            return self._write(inner, list_method, evaluated=evaluated)

        match type_:
            case ScalarType():
                name = _SCALARS.get(type_.name, type_.name)
                self.use(name.partition(".")[0])
                if type_.as_text:
                    self.use("Annotated", "Wire")
                    return f"Annotated[{name}, Wire(text=True)]"
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
                if evaluated and any(member.startswith('"') for member in members):
                    self.use("Union")
                    source = f"Union[{', '.join(members)}]"
                else:
                    source = " | ".join(members)
                if type_.discriminator is None:
                    return source
                self.use("Annotated", "Discriminator")
                return f"Annotated[{source}, {_discriminator(type_.discriminator)}]"
            case NamedType():
                self.use("models")
                name = f"models.{type_.name.name}"
                return f'"{name}"' if type_.quoted and evaluated else name
            case FileType():
                self.use("FileInput")
                return "FileInput"
            case BinaryType():
                return "bytes"
        assert_never(type_)


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
    "dataclass": "dataclasses",
    "dataclass_field": "dataclasses",
    "Decimal": "decimal",
    "cached_property": "functools",
    "Annotated": "typing",
    "Any": "typing",
    "Literal": "typing",
    "TYPE_CHECKING": "typing",
    "TypeAlias": "typing",
    "Union": "typing",
    "Unpack": "typing",
    "UUID": "uuid",
    "models": "..",
    "resources": "..",
    "Discriminator": ".._runtime.codec",
    "Model": ".._runtime.codec",
    "UnknownVariant": ".._runtime.codec",
    "Wire": ".._runtime.codec",
    "AsyncAPIClient": ".._runtime.client",
    "SyncAPIClient": ".._runtime.client",
    "deprecated": ".._runtime.deprecation",
    "BINARY": ".._runtime.operations",
    "Cursor": ".._runtime.operations",
    "Form": ".._runtime.operations",
    "JSON": ".._runtime.operations",
    "Link": ".._runtime.operations",
    "Multipart": ".._runtime.operations",
    "NextURL": ".._runtime.operations",
    "Offset": ".._runtime.operations",
    "Operation": ".._runtime.operations",
    "PageNumber": ".._runtime.operations",
    "Part": ".._runtime.operations",
    "Style": ".._runtime.operations",
    "TEXT": ".._runtime.operations",
    "RequestOptions": ".._runtime.options",
    "AsyncListPage": ".._runtime.pagination",
    "AsyncPage": ".._runtime.pagination",
    "AsyncPager": ".._runtime.pagination",
    "ListPage": ".._runtime.pagination",
    "Page": ".._runtime.pagination",
    "FileInput": ".._runtime.types",
    "SequenceOf": ".._runtime.types",
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
    for module in sorted(groups):
        names = sorted(groups[module], key=_import_order)
        source = dots + module.lstrip(".") if dots else module
        for name in [n for n in names if n in _ALIASES]:
            names.remove(name)
            lines.append(f"from {source} import {_ALIASES[name]}")
        if not names:
            continue
        line = f"from {source} import {', '.join(names)}"
        if len(line) > 88:
            inner = "".join(f"    {name},\n" for name in names)
            line = f"from {source} import (\n{inner})"
        position = len(lines) - sum("dataclass_field" in one for one in lines)
        lines.insert(position if source == "dataclasses" else len(lines), line)
    return lines


def _import_order(name: str) -> tuple[int, str]:
    if name.isupper() and len(name) > 1:
        return (0, name)
    return (1, name) if name[0].isupper() else (2, name)
