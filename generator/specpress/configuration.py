"""The configuration: clients described in ``pyproject.toml`` or ``specpress.toml``.

In: the folder of a run, or the path of a file. Out: a :class:`~specpress.options.Job`
for every client, or a :class:`ConfigurationError` with all mistakes. The grammar is
closed: a key that is not known is a mistake. What a setting means for a document, and
whether a pointer leads anywhere, is for the later stages.

Everybody who can change the file can choose what is generated, but nothing in it is
executed, and names in it must be names.
"""

from __future__ import annotations

import difflib
import keyword
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar, cast

from specpress.configuration_text import ConfigurationText, KeyPath, dotted
from specpress.documents import Json
from specpress.limits import DEFAULT_LIMITS, Limits
from specpress.options import GAPS, ClientOptions, Extensions, Gap, Job
from specpress.portable_path import shown
from specpress.references import ReferencePolicy
from specpress.reserved_words import STANDARD_LIBRARY
from specpress.source import Position

FILE_NAMES = ("specpress.toml", "pyproject.toml")
_TABLE = ("tool", "specpress")
_LARGEST = 1_000_000

CLIENT_KEYS = (
    "spec",
    "output",
    "package",
    "client",
    "version",
    "names",
    "extensions",
    "limits",
    "allow-reference",
    "strict",
    "fail-on",
)
LIMIT_KEYS = {
    "max-bytes": "max_bytes",
    "max-depth": "max_depth",
    "max-nodes": "max_nodes",
    "max-seconds": "max_seconds",
    "max-files": "max_files",
    "max-operations": "max_operations",
    "max-merged": "max_merged",
}

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!_-]{0,63}")
_PACKAGE = re.compile(r"[a-z_][a-z0-9_]{0,99}")
_CLASS = re.compile(r"[A-Z][A-Za-z0-9_]{0,99}")

_DOTTED = re.compile(r"(?<![\w-])(?:[\w-]{1,100}\s{0,9}\.\s{0,9}){50}")
"""Keys that nobody writes, and for which ``tomllib`` takes minutes."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something in a configuration that cannot be meant."""

    file: str
    position: Position
    key: str
    """Dotted, as one would write it in the file."""
    text: str
    help: str = ""

    def lines(self) -> list[str]:
        """Return what to print; the text of the file in it is escaped."""
        where = f"{shown(self.file)}:{self.position.line}:{self.position.column}"
        lines = [f"{where}: error[bad-configuration]: {self.text}"]
        if self.key:
            lines.append(f"    at {shown(self.key)}")
        if self.help:
            lines.append(f"    help: {self.help}")
        return lines


class ConfigurationError(Exception):
    """The configuration cannot be used; ``mistakes`` says why, in order."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = tuple(mistakes)


def package_objection(name: str) -> str | None:
    """Return why ``name`` cannot be an import package, or ``None``."""
    if _PACKAGE.fullmatch(name) and not keyword.iskeyword(name):
        return None
    return (
        f"'{shown(name)}' cannot be a package: it must be a Python name in lower case"
    )


def package_of_folder(folder: Path) -> str | None:
    """Return the import package that ``folder`` is, if its name can be one.

    A module of the standard library is none: one of the two would hide the other.
    """
    try:
        name = folder.name or Path(os.path.realpath(folder)).name
    except (OSError, ValueError):
        return None
    if package_objection(name) is None and name not in STANDARD_LIBRARY:
        return name
    return None


def class_objection(name: str) -> str | None:
    """Return why ``name`` cannot be a client class, or ``None``."""
    if _CLASS.fullmatch(name) and not keyword.iskeyword(name):
        return None
    return f"'{shown(name)}' cannot be a class: it must be a Python name like PetStore"


def version_objection(version: str) -> str | None:
    """Return why ``version`` cannot be the version of a client, or ``None``."""
    if _VERSION.fullmatch(version):
        return None
    return f"'{shown(version)}' cannot be a version"


def document_objection(document: str) -> str | None:
    """Return why ``document`` cannot name a document, or ``None``."""
    if document == "-":
        return (
            "standard input is not read: write the document to a file, and name that "
            "(a file that is called - is ./-)"
        )
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", document):
        return (
            f"'{shown(document)}' is an address, and nothing is fetched: download the "
            "document, and name the file"
        )
    return _path_objection(document)


def find_configuration(folder: Path) -> Path | None:
    """Return the nearest configuration in ``folder`` or above it.

    A ``pyproject.toml`` that says nothing about Specpress is passed over; one that
    cannot be read is not, because nobody knows what it says.
    """
    for place in (folder, *folder.parents):
        for name in FILE_NAMES:
            path = place / name
            if path.is_file() and (name != "pyproject.toml" or _speaks_of_us(path)):
                return path
    return None


def read_configuration(path: Path, label: str) -> list[Job]:
    """Return the clients that the file at ``path`` describes.

    ``label`` is what the user calls it. Raises :class:`ConfigurationError`, or
    :class:`OSError` if the file cannot be read.
    """
    text, tree = _load(path, label)
    prefix = _TABLE if path.name == "pyproject.toml" else ()
    reader = _Reader(ConfigurationText(label, text))
    for name in prefix:
        tree = reader.table(tree.get(name, {}), prefix) or {}
    jobs = list(_jobs(reader, path.parent, tree, prefix))
    if reader.mistakes:
        raise ConfigurationError(
            sorted(reader.mistakes, key=lambda mistake: mistake.position)
        )
    return jobs


def _speaks_of_us(path: Path) -> bool:
    try:
        content = _content(path)
    except OSError:
        return True
    if b"specpress" not in content:
        return False
    if _DOTTED.search(content.decode("utf-8", "replace")):
        return True
    try:
        tree = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return True
    tool = tree.get(_TABLE[0])
    return isinstance(tool, dict) and _TABLE[1] in tool


def _content(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_LARGEST + 1)


def _load(path: Path, label: str) -> tuple[str, dict[str, object]]:
    content = _content(path)

    def wrong(text: str, line: int = 1, column: int = 1) -> ConfigurationError:
        return ConfigurationError([Mistake(label, Position(line, column), "", text)])

    if len(content) > _LARGEST:
        raise wrong(f"the file is larger than {_LARGEST} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise wrong("the file is not UTF-8", line) from None
    dotted = _DOTTED.search(text)
    if dotted is not None:
        line = text.count("\n", 0, dotted.start()) + 1
        raise wrong("a key has more than 50 parts", line)
    try:
        return text, cast("dict[str, object]", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        said, _, place = str(error).rpartition(" (at ")
        found = re.search(r"line (\d+), column (\d+)", place)
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        if place.startswith("end of document"):
            line = text.count("\n") + 1
        said = f"not TOML: {shown(said or str(error))}"
        raise wrong(said, line, column) from None
    except RecursionError:
        raise wrong("not TOML that can be read: it is too deep") from None


def _jobs(
    reader: _Reader, folder: Path, tree: Mapping[str, object], at: KeyPath
) -> Iterator[Job]:
    """Yield the clients: ``tree`` itself, or the tables under its ``clients``."""
    if "clients" not in tree:
        yield _job(reader, folder, tree, at, CLIENT_KEYS)
        return
    for key in tree:
        if key in CLIENT_KEYS:
            reader.mistake(
                (*at, key), f"{key} belongs into each client, where there is clients"
            )
    reader.known(
        {key: None for key in tree if key not in CLIENT_KEYS}, at, ("clients",)
    )
    place = (*at, "clients")
    clients = reader.table(tree["clients"], place) or {}
    if not clients:
        reader.mistake(place, "there is no client in it")
    outputs: dict[Path, str] = {}
    for name, value in clients.items():
        client = reader.table(value, (*place, name))
        if client is None:
            continue
        job = _job(reader, folder, client, (*place, name), CLIENT_KEYS)
        if job.output is not None:
            output = Path(os.path.normpath(job.output))
            for other, of in outputs.items():
                problem = _overlap(output, other)
                if problem is not None:
                    reader.mistake(
                        (*place, name, "output"),
                        f"the output {problem} that of the client {shown(of)}",
                        "each client needs a folder of its own, beside the others",
                    )
            outputs[output] = name
        yield job


def _overlap(one: Path, other: Path) -> str | None:
    """Return how a folder has files in common with another."""
    if one == other:
        return "is"
    if other in one.parents:
        return "lies in"
    return "holds" if one in other.parents else None


def _job(
    reader: _Reader,
    folder: Path,
    tree: Mapping[str, object],
    at: KeyPath,
    keys: Sequence[str],
) -> Job:
    reader.known(tree, at, keys)
    for key in ("spec", "output"):
        if key not in tree:
            reader.mistake(at, f"{key} is missing")

    def string(key: str, objection: Callable[[str], str | None]) -> str | None:
        value = reader.string(tree.get(key), (*at, key))
        problem = objection(value) if value is not None else None
        if problem is not None:
            reader.mistake((*at, key), problem)
        return value

    document = string("spec", document_objection)
    output = string("output", _path_objection)
    return Job(
        document=folder / (document or ""),
        label=document or "",
        output=None if output is None else folder / output,
        client=ClientOptions(
            package=string("package", package_objection),
            client=string("client", class_objection),
            version=string("version", version_objection),
            names=_names(reader, tree.get("names", {}), (*at, "names")),
        ),
        extensions=_extensions(reader, tree.get("extensions", {}), (*at, "extensions")),
        limits=_limits(reader, tree.get("limits", {}), (*at, "limits")),
        references=ReferencePolicy(
            tuple(
                folder / each
                for each in reader.strings(
                    tree.get("allow-reference", []), (*at, "allow-reference")
                )
            )
        ),
        strict=reader.boolean(tree.get("strict", False), (*at, "strict")),
        fail_on=_gaps(reader, tree.get("fail-on", []), (*at, "fail-on")),
        configuration=replace(reader.written, client=at),
    )


def _path_objection(path: str) -> str | None:
    if not path or "\0" in path:
        return f"'{shown(path)}' cannot be a path"
    return None


def _names(reader: _Reader, value: object, at: KeyPath) -> dict[str, str]:
    found: dict[str, str] = {}
    for pointer, name in (reader.table(value, at) or {}).items():
        string = reader.string(name, (*at, pointer))
        if string is not None:
            if not string.isidentifier() or keyword.iskeyword(string):
                reader.mistake((*at, pointer), f"'{shown(string)}' is no Python name")
            found[pointer] = string
    return found


def _extensions(reader: _Reader, value: object, at: KeyPath) -> Extensions:
    found: dict[str, Mapping[str, Json]] = {}
    for pointer, settings in (reader.table(value, at) or {}).items():
        table = reader.table(settings, (*at, pointer))
        if table is not None:
            found[pointer] = {
                key: reader.json(each, (*at, pointer, key))
                for key, each in table.items()
            }
    return found


def _limits(reader: _Reader, value: object, at: KeyPath) -> Limits:
    limits = DEFAULT_LIMITS
    table = reader.table(value, at) or {}
    reader.known(table, at, tuple(LIMIT_KEYS))
    for key, each in table.items():
        name = LIMIT_KEYS.get(key)
        if name is None:
            continue
        whole = name != "max_seconds"
        good = isinstance(each, int) or (isinstance(each, float) and not whole)
        if not good or isinstance(each, bool) or not 0 < cast("float", each) < 1e15:
            kind = "a whole number" if whole else "a number"
            reader.mistake((*at, key), f"{key} must be {kind} greater than 0")
        else:
            limits = replace(limits, **{name: type(getattr(limits, name))(each)})
    return limits


def _gaps(reader: _Reader, value: object, at: KeyPath) -> tuple[Gap, ...]:
    found = reader.strings([value] if isinstance(value, str) else value, at)
    for each in found:
        if each not in GAPS:
            reader.mistake(
                at, f"'{shown(each)}' is none of: {', '.join(GAPS)}", _guess(each, GAPS)
            )
    return tuple(gap for gap in GAPS if gap in found)


@dataclass(slots=True)
class _Reader:
    """Checks values and keeps the mistakes."""

    written: ConfigurationText
    mistakes: list[Mistake] = field(default_factory=list[Mistake])

    def mistake(self, at: KeyPath, text: str, help: str = "") -> None:
        label, position = self.written.label, self.written.position(at)
        self.mistakes.append(Mistake(label, position, dotted(at), text, help))

    def known(
        self, tree: Mapping[str, object], at: KeyPath, keys: Sequence[str]
    ) -> None:
        """Report the keys of ``tree`` that are none of ``keys``."""
        for key in tree:
            if key not in keys:
                self.mistake(
                    (*at, key), f"'{shown(key)}' is not a setting", _guess(key, keys)
                )

    def table(self, value: object, at: KeyPath) -> dict[str, object] | None:
        if isinstance(value, dict):
            return cast("dict[str, object]", value)
        self.mistake(at, f"{shown(at[-1])} must be a table, not {_kind(value)}")
        return None

    def string(self, value: object, at: KeyPath) -> str | None:
        if isinstance(value, str) or value is None:
            return value
        self.mistake(at, f"{shown(at[-1])} must be a string, not {_kind(value)}")
        return None

    def strings(self, value: object, at: KeyPath) -> list[str]:
        items = cast("list[object]", value) if isinstance(value, list) else None
        if items is None or not all(isinstance(each, str) for each in items):
            self.mistake(at, f"{shown(at[-1])} must be a list of strings")
            return []
        return cast("list[str]", items)

    def boolean(self, value: object, at: KeyPath) -> bool:
        if isinstance(value, bool):
            return value
        self.mistake(at, f"{shown(at[-1])} must be true or false, not {_kind(value)}")
        return False

    def json(self, value: object, at: KeyPath) -> Json:
        """Return ``value`` as JSON has it; TOML has dates besides."""
        if isinstance(value, dict):
            members = cast("dict[str, object]", value)
            return {key: self.json(each, (*at, key)) for key, each in members.items()}
        if isinstance(value, list):
            return [self.json(each, at) for each in cast("list[object]", value)]
        if isinstance(value, bool | int | float | str):
            return value
        self.mistake(at, f"{shown(at[-1])} cannot be {_kind(value)}")
        return None


def _kind(value: object) -> str:
    names: Mapping[type, str] = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "a date or time")


def _guess(word: str, choices: Sequence[str]) -> str:
    close = difflib.get_close_matches(word[:60], choices, 1, 0.6)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(choices)}"
