"""YAML text to data: the events of a parser, put together here.

In: text. Out: what JSON could say too, or what is wrong and where. The meaning is YAML
1.2's core schema (``no``, ``on`` and dates are text, ``0777`` is 777), keys are always
text, tags beyond the core ones are refused, and merge keys are flattened. Depth and
size are counted, with aliases, before anything is built from an event, and nothing
recurses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from specpress.diagnostics import Report
from specpress.documents import Json
from specpress.limits import Limits
from specpress.load.deadline import Deadline
from specpress.load.reporting import (
    report_depth,
    report_duplicates,
    report_nodes,
    report_seconds,
)
from specpress.load.yaml_scalars import Mistake, check_tag, joined, scalar
from specpress.positions import LineTable, tokens_at
from specpress.source import Pointer
from specpress.text import Text
from specpress.yaml_events import (
    EVENT_PARSER,
    is_surrogate_refusal,
    restore_surrogates,
    shift_surrogates,
)

_TIME_CHECKED_EVERY = 4096
_CHARACTERS_A_NODE = 64
"""How much text an alias may repeat for the price of one node."""


@dataclass(frozen=True, slots=True)
class YamlOutcome:
    data: Json


class _Level:
    """An open mapping or list."""

    __slots__ = (
        "anchor",
        "height",
        "is_merge",
        "items",
        "key",
        "mapping",
        "merge_index",
        "merges",
        "size",
    )

    def __init__(self, items: list[Json] | None, anchor: str | None) -> None:
        self.items = items
        """Of a list."""
        self.mapping: dict[str, Json] = {}
        self.key: str | None = None
        """While its value is awaited."""
        self.is_merge = False
        self.merge_index = 0
        """Where the last merge key stands."""
        self.merges: dict[int, list[dict[str, Json]]] | None = None
        """What to merge, by the number of keys before it."""
        self.anchor = anchor
        self.size = 1
        self.height = 0


@dataclass(frozen=True, slots=True)
class _Anchored:
    """A node that aliases may repeat."""

    value: Json
    size: int
    height: int
    key: str | None
    """The text of a scalar, as which it may be a key."""


def read_yaml(
    text: str, at: Pointer, report: Report, limits: Limits, deadline: Deadline
) -> YamlOutcome | None:
    """Return the data, or None after reporting what is wrong."""
    try:
        try:
            composer = _Composer(text, False, limits, deadline)
            data = composer.compose()
        except yaml.YAMLError as error:
            shifted = shift_surrogates(text) if is_surrogate_refusal(error) else None
            if shifted is None:
                raise
            composer = _Composer(shifted, True, limits, deadline)
            data = composer.compose()
    except yaml.YAMLError as error:
        index, words = _describe(error, text)
        _report(text, index, at, report, "invalid-yaml", "this is not YAML: " + words)
        return None
    except Mistake as mistake:
        position = LineTable(text).position(mistake.index)
        if mistake.code in ("several-documents", "empty-document"):
            report.error(mistake.code, at, *mistake.message, position=position)
        elif mistake.code == "limit-nodes":
            report_nodes(at, report, limits, position)
        elif mistake.code == "limit-depth":
            here = at.child(*tokens_at(text, "yaml", mistake.index))
            report_depth(here, report, limits, position)
        elif mistake.code == "limit-seconds":
            report_seconds(at, report, limits, position)
        else:
            _report(text, mistake.index, at, report, mistake.code, *mistake.message)
        return None
    if composer.repeats:
        report_duplicates(text, "yaml", at, report)
        return None
    return YamlOutcome(data)


class _Composer:
    """Builds the data of one text."""

    def __init__(
        self, text: str, is_shifted: bool, limits: Limits, deadline: Deadline
    ) -> None:
        self._text = text
        self._is_shifted = is_shifted
        self._limits = limits
        self._deadline = deadline
        self._anchors: dict[str, _Anchored | None] = {}
        """None while the node is still open."""
        self._nodes = 0
        self.repeats = False

    def compose(self) -> Json:
        parser = EVENT_PARSER(self._text)
        try:
            return self._compose(parser)
        finally:
            parser.dispose()

    def _compose(self, parser: Any) -> Json:
        limits = self._limits
        get_event = parser.get_event
        levels: list[_Level] = []
        level: _Level | None = None
        documents = 0
        root: Json = None
        events = 0
        while True:
            event = get_event()
            kind: Any = event.__class__
            events += 1
            if not events % _TIME_CHECKED_EVERY and self._deadline.passed:
                raise Mistake(event.start_mark.index, "limit-seconds")
            if kind is yaml.ScalarEvent:
                if self._is_shifted:
                    event.value = restore_surrogates(event.value)
                if level is not None and level.items is None and level.key is None:
                    self._scalar_key(level, event)
                    continue
                self._count(1, event)
                text: str = event.value
                value = scalar(event)
                size, height = 1 + len(text) // _CHARACTERS_A_NODE, 0
                if event.anchor is not None:
                    self._anchors[event.anchor] = _Anchored(value, size, 0, text)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                is_mapping = kind is yaml.MappingStartEvent
                if level is not None and level.items is None and level.key is None:
                    raise Mistake(
                        event.start_mark.index, "invalid-key", "a key must be text"
                    )
                check_tag(event, "map" if is_mapping else "seq")
                self._count(1, event)
                if len(levels) >= limits.max_depth:
                    raise Mistake(event.start_mark.index, "limit-depth")
                if event.anchor is not None:
                    self._anchors[event.anchor] = None
                level = _Level(None if is_mapping else [], event.anchor)
                levels.append(level)
                continue
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                assert level is not None
                if level.items is not None:
                    value = level.items
                else:
                    value = level.mapping
                    if level.merges is not None:
                        value = _flatten(level.mapping, level.merges)
                size, height = level.size, level.height + 1
                if level.anchor is not None:
                    self._anchors[level.anchor] = _Anchored(value, size, height, None)
                levels.pop()
                level = levels[-1] if levels else None
            elif kind is yaml.AliasEvent:
                anchored = self._aliased(event)
                if level is not None and level.items is None and level.key is None:
                    if anchored.key is None:
                        raise Mistake(
                            event.start_mark.index, "invalid-key", "a key must be text"
                        )
                    self._open_key(level, anchored.key)
                    continue
                self._count(anchored.size, event)
                if len(levels) + anchored.height > limits.max_depth:
                    raise Mistake(event.start_mark.index, "limit-depth")
                value, size, height = anchored.value, anchored.size, anchored.height
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise Mistake(
                        event.start_mark.index,
                        "several-documents",
                        "a second YAML document begins here; one file holds one",
                    )
                continue
            elif kind is yaml.StreamEndEvent:
                if not documents:
                    raise Mistake(0, "empty-document", "there is nothing in this file")
                return root
            else:
                continue

            # A value is complete: it belongs to the open collection.
            if level is None:
                root = value
                continue
            level.size += size
            level.height = max(level.height, height)
            if level.items is not None:
                level.items.append(value)
            elif level.is_merge:
                self._merge(level, value)
                level.key = None
            else:
                assert level.key is not None
                level.mapping[level.key] = value
                level.key = None

    def _open_key(self, level: _Level, text: str) -> None:
        if text in level.mapping:
            self.repeats = True
        level.key = text
        level.is_merge = False

    def _scalar_key(self, level: _Level, event: Any) -> None:
        text: str = event.value
        if event.tag is not None:
            check_tag(event, "str")
        if not event.style and text == "<<" and event.tag is None:
            level.key = text
            level.is_merge = True
            level.merge_index = event.start_mark.index
            return
        if event.style == '"':
            text = joined(text, event)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(text, 1, 0, text)
        self._count(1, event)
        self._open_key(level, text)

    def _count(self, size: int, event: Any) -> None:
        self._nodes += size
        if self._nodes > self._limits.max_nodes:
            raise Mistake(event.start_mark.index, "limit-nodes")

    def _aliased(self, event: Any) -> _Anchored:
        name: str = event.anchor
        if name not in self._anchors:
            raise Mistake(
                event.start_mark.index,
                "invalid-alias",
                "the alias ",
                Text("*" + name),
                " has no anchor before it",
            )
        anchored = self._anchors[name]
        if anchored is None:
            raise Mistake(
                event.start_mark.index,
                "invalid-alias",
                "the alias ",
                Text("*" + name),
                " repeats a node inside itself",
            )
        return anchored

    def _merge(self, level: _Level, value: Json) -> None:
        sources = value if isinstance(value, list) else [value]
        merged: list[dict[str, Json]] = []
        for source in sources:
            if not isinstance(source, dict):
                raise Mistake(
                    level.merge_index,
                    "invalid-merge",
                    "a merge key takes an object or a list of objects",
                )
            merged.append(source)
        if level.merges is None:
            level.merges = {}
        level.merges.setdefault(len(level.mapping), []).extend(merged)


def _flatten(
    mapping: dict[str, Json], merges: dict[int, list[dict[str, Json]]]
) -> dict[str, Json]:
    """Return the mapping with merged keys where their merge key stood.

    Its own keys win, then those of the source named first. The sources' sizes were
    counted when their aliases were, which bounds this.
    """
    flat: dict[str, Json] = {}
    for number, key in enumerate([*mapping, None]):
        for source in merges.get(number, ()):
            for name, value in source.items():
                if name not in mapping:
                    flat.setdefault(name, value)
        if key is not None:
            flat[key] = mapping[key]
    return flat


def _describe(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """Return where a parser stopped and why, in one line of our own choosing."""
    if isinstance(error, yaml.reader.ReaderError):
        # Its position counts bytes or characters, as the parser pleases.
        index = text.find(chr(error.character))
        return max(index, 0), f"the character U+{error.character:04X} must be escaped"
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        index = len(text) if mark is None else min(mark.index, len(text))
        problem = str(error.problem or error.context or "").partition("\n")[0]
        return index, "".join(c if c.isprintable() else "?" for c in problem)
    return 0, "the text cannot be parsed"


def _report(
    text: str, index: int, at: Pointer, report: Report, code: str, *message: str | Text
) -> None:
    report.error(
        code,
        at.child(*tokens_at(text, "yaml", index)),
        *message,
        position=LineTable(text).position(index),
    )
