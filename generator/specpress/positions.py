"""Where the nodes of a document stand in its text.

In: the text of a document that was read before, and the nodes a message wants to show.
Out: lines and columns. Reading keeps no positions, since most runs need none and the
largest documents have a million nodes; the text is gone through once more instead.

Lines end at LF, CR LF or CR, in YAML too, as editors count them.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import Enum
from operator import itemgetter
from typing import Any, Literal

import yaml

from specpress.source import Position
from specpress.yaml_events import (
    EVENT_PARSER,
    join_surrogates,
    restore_surrogates,
    shift_surrogates,
)

Tokens = tuple[str, ...]

_STRETCH = 1 << 16
_JSON_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[{}\[\]]|[^\s{}\[\]",:]++')
"""Never tries a character twice, even in a text that does not end."""


class _Kind(Enum):
    MAPPING = 1
    LIST = 2
    END = 3
    SCALAR = 4
    MERGE = 5
    """A plain ``<<``: as a key, it merges."""
    ALIAS = 6


_Event = tuple[_Kind, int, str]
"""What begins or ends, at which character, and a scalar's text."""


class LineTable:
    """Turns an index into the text into a position.

    Keeps one note for each stretch of text rather than one for each line: a hostile
    text has as many lines as characters.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._notes = [(0, 1, 0)]
        """An index, its line, and where that line starts."""
        while (start := self._notes[-1][0] + _STRETCH) < len(text):
            if text[start - 1 : start + 1] == "\r\n":
                start += 1
            self._notes.append((start, *self._line_at(start)))

    def position(self, index: int) -> Position:
        line, start = self._line_at(index)
        return Position(line, index - start + 1)

    def _line_at(self, index: int) -> tuple[int, int]:
        note = bisect_right(self._notes, index, key=itemgetter(0)) - 1
        known, line, start = self._notes[note]
        text = self._text
        ends = text.count("\n", known, index) + text.count("\r", known, index)
        if not ends:
            return line, start
        last = max(text.rfind("\n", known, index), text.rfind("\r", known, index))
        return line + ends - text.count("\r\n", known, index), last + 1


class _Wanted:
    """A node some message wants, or one on the way to it."""

    __slots__ = ("children", "place")

    def __init__(self) -> None:
        self.children: dict[str, _Wanted] = {}
        self.place: tuple[int, int] | None = None


class _Level:
    """An open mapping or list during the walk."""

    __slots__ = (
        "is_mapping",
        "is_merge",
        "key",
        "key_index",
        "length",
        "merge",
        "wanted",
    )

    def __init__(self, is_mapping: bool, wanted: _Wanted | None) -> None:
        self.is_mapping = is_mapping
        self.wanted = wanted
        self.key: str | None = None
        """Of a mapping, while its value is awaited."""
        self.is_merge = False
        self.key_index = 0
        self.length = 0
        self.merge: tuple[int, int] | None = None


def find_positions(
    text: str, format: Literal["json", "yaml"], wanted: Iterable[Tokens]
) -> dict[Tokens, tuple[Position, Position]]:
    """Return the positions of key and value for each node, given by its tokens.

    The root and the items of a list have no key: both positions are the value's. A
    node that is not written out gets those of the nearest one around it that is.
    """
    wanted = list(wanted)
    root = _Wanted()
    count = 1
    for tokens in wanted:
        node = root
        for token in tokens:
            if token not in node.children:
                node.children[token] = _Wanted()
                count += 1
            node = node.children[token]
    _place(root, count, _events(text, format))
    lines = LineTable(text)
    found: dict[Tokens, tuple[Position, Position]] = {}
    for tokens in wanted:
        node = root
        place = root.place or (0, 0)
        for token in tokens:
            node = node.children[token]
            if node.place is None:
                break
            place = node.place
        found[tokens] = (lines.position(place[0]), lines.position(place[1]))
    return found


def find_duplicate_keys(
    text: str, format: Literal["json", "yaml"], most: int
) -> list[tuple[Tokens, Position, Position]]:
    """Return repeated keys: tokens, the first place, the place of the repeat."""
    lines = LineTable(text)
    found: list[tuple[Tokens, Position, Position]] = []
    keys: list[dict[str, int]] = []
    for kind, index, value, path, is_key in _paths(_events(text, format)):
        if kind is _Kind.END:
            keys.pop()
        elif is_key:
            first = keys[-1].setdefault(value, index)
            if first != index and kind is not _Kind.MERGE:
                places = lines.position(first), lines.position(index)
                found.append((tuple(path), *places))
                if len(found) == most:
                    break
        elif kind is _Kind.MAPPING or kind is _Kind.LIST:
            keys.append({})
    return found


def tokens_at(text: str, format: Literal["json", "yaml"], index: int) -> Tokens:
    """Return the tokens of the innermost node at or before a character of the text.

    The text may be broken from there on.
    """
    tokens: Tokens = ()
    try:
        for kind, start, _, path, _ in _paths(_events(text, format)):
            if start > index:
                break
            if kind is not _Kind.END or start < index:
                tokens = tuple(path)
    except (yaml.YAMLError, ValueError, IndexError):
        pass
    return tokens


def first_below(
    text: str, format: Literal["json", "yaml"], depth: int
) -> tuple[Tokens, Position]:
    """Return the first list or object with ``depth`` others around it."""
    around = 0
    for kind, index, _, path, _ in _paths(_events(text, format)):
        if kind is _Kind.END:
            around -= 1
        elif kind is _Kind.MAPPING or kind is _Kind.LIST:
            if around == depth:
                return tuple(path), LineTable(text).position(index)
            around += 1
    return (), Position(1, 1)


def _paths(
    events: Iterator[_Event],
) -> Iterator[tuple[_Kind, int, str, list[str], bool]]:
    """Add to each event the path of its node, and whether it is a key.

    The path is one list that goes on changing.
    """
    path: list[str] = []
    lengths: list[int] = []
    """Of each open collection: -1 a mapping before a key, -2 before a value."""
    for kind, index, value in events:
        if kind is _Kind.END:
            lengths.pop()
            yield kind, index, value, path, False
        elif lengths and lengths[-1] == -1:
            if kind is _Kind.MAPPING or kind is _Kind.LIST:
                return  # A key that is no text: nothing below it has a pointer.
            lengths[-1] = -2
            path.append(value)
            yield kind, index, value, path, True
            continue
        else:
            if lengths and lengths[-1] >= 0:
                path.append(str(lengths[-1]))
                lengths[-1] += 1
            yield kind, index, value, path, False
            if kind is _Kind.MAPPING or kind is _Kind.LIST:
                lengths.append(-1 if kind is _Kind.MAPPING else 0)
                continue
        if lengths:
            path.pop()
            if lengths[-1] == -2:
                lengths[-1] = -1


def _place(root: _Wanted, count: int, events: Iterator[_Event]) -> None:
    """Give all ``count`` nodes their places, and read no further than that takes."""
    levels: list[_Level] = []
    for kind, index, text in events:
        if kind is _Kind.END:
            level = levels.pop()
            if level.merge is not None and level.wanted is not None:
                for child in level.wanted.children.values():
                    child.place = child.place or level.merge
            continue
        wanted: _Wanted | None
        key_index = index
        if not levels:
            wanted = root
        else:
            level = levels[-1]
            if not level.is_mapping:
                key: str | None = str(level.length) if level.wanted else None
                level.length += 1
            elif level.key is None:
                level.key = text
                level.is_merge = kind is _Kind.MERGE
                level.key_index = index
                continue
            else:
                key = level.key
                key_index = level.key_index
                level.key = None
                if level.is_merge:
                    level.merge = (key_index, index)
                    key = None
            parent = level.wanted
            wanted = None
            if parent is not None and key is not None:
                wanted = parent.children.get(key)
        if wanted is not None and wanted.place is None:
            wanted.place = (key_index, index)
            count -= 1
            if not count:
                return
        if kind is _Kind.MAPPING or kind is _Kind.LIST:
            levels.append(_Level(kind is _Kind.MAPPING, wanted))


def _events(text: str, format: Literal["json", "yaml"]) -> Iterator[_Event]:
    """Yield events up to the first mistake, which raises."""
    if format == "json":
        return _json_events(text)
    shifted = shift_surrogates(text)
    return _yaml_events(shifted or text, is_shifted=shifted is not None)


def _json_events(text: str) -> Iterator[_Event]:
    for match in _JSON_TOKEN.finditer(text):
        token = match.group()
        index = match.start()
        first = token[0]
        if first == '"':
            value = json.loads(token, strict=False) if "\\" in token else token[1:-1]
            yield _Kind.SCALAR, index, value
        elif first == "{":
            yield _Kind.MAPPING, index, ""
        elif first == "[":
            yield _Kind.LIST, index, ""
        elif first in "}]":
            yield _Kind.END, index, ""
        else:
            yield _Kind.SCALAR, index, token


def _yaml_events(text: str, is_shifted: bool = False) -> Iterator[_Event]:
    parser = EVENT_PARSER(text)
    anchors: dict[str, str] = {}
    try:
        while True:
            event = parser.get_event()
            kind: Any = event.__class__
            index: int = event.start_mark.index
            if kind is yaml.ScalarEvent:
                value: str = event.value
                if is_shifted:
                    value = join_surrogates(restore_surrogates(value))
                if event.anchor is not None:
                    anchors[event.anchor] = value
                is_merge = value == "<<" and not event.style and not event.tag
                yield _Kind.MERGE if is_merge else _Kind.SCALAR, index, value
            elif kind is yaml.MappingStartEvent:
                yield _Kind.MAPPING, index, ""
            elif kind is yaml.SequenceStartEvent:
                yield _Kind.LIST, index, ""
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                yield _Kind.END, index, ""
            elif kind is yaml.AliasEvent:
                yield _Kind.ALIAS, index, anchors.get(event.anchor, "")
            elif kind is yaml.StreamEndEvent:
                return
    finally:
        parser.dispose()
