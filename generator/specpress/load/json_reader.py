"""JSON text to data, by the parser of the standard library.

In: text that looks like JSON. Out: the data, or what is wrong and where. JSON never
goes through YAML: the two differ (escaped surrogate pairs, tabs, long keys).
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from itertools import islice
from typing import NoReturn

from specpress.diagnostics import Report
from specpress.documents import Json
from specpress.limits import Limits
from specpress.load.reporting import (
    is_broken,
    report_depth,
    report_duplicates,
    report_nodes,
)
from specpress.positions import (
    LineTable,
    find_positions,
    first_below,
    tokens_at,
)
from specpress.source import Pointer, Position
from specpress.text import Text

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?'
_NUMBER = re.compile(_STRING + r"|(-?(?:Infinity|NaN|\d[\d.eE+\-]*+))")
_VALUE = re.compile(_STRING + r"(\s*+:)?|[{\[]|[^\s{}\[\]\",:]++")
"""What begins a value, and keys, which have the group."""

_TRAILING_COMMA = "a comma is too many here"
_JSON_MISTAKES = {
    "Expecting ','": "a comma or the end is missing here",
    "Expecting ':'": "a colon is missing here",
    "Expecting value": "no value begins like this",
    "Expecting property name": "a key in double quotes is missing here",
    "Invalid control character": "a control character must be escaped",
    "Invalid \\": "there is no such escape",
    "Extra data": "the text goes on after its end",
}
"""How the parser's words begin, and ours."""


@dataclass(frozen=True, slots=True)
class JsonOutcome:
    """What became of a text that is meant to be JSON."""

    readable: bool
    data: Json = None


class _NotJson(Exception):
    """A word that Python's parser takes and JSON does not know."""


def looks_like_json(text: str) -> bool:
    return text.lstrip(" \t\r\n")[:1] in ("{", "[")


def read_json(
    text: str, at: Pointer, report: Report, limits: Limits, is_named_json: bool
) -> JsonOutcome | None:
    """Return the data, or why there is none, reported.

    None if this is not JSON and its name does not say so: then it may be YAML, which
    begins with a brace too.
    """
    if _is_too_large(text, limits):
        report_nodes(at, report, limits, Position(1, 1))
        return JsonOutcome(False)
    repeats = False

    def collect(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        nonlocal repeats
        collected = dict(pairs)
        repeats = repeats or len(collected) != len(pairs)
        return collected

    try:
        data: Json = json.loads(
            text, object_pairs_hook=collect, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        if not is_named_json:
            return None
        index, words = _describe(error, text)
        report.error(
            "invalid-json",
            # The node before: what begins here is what cannot be read.
            at.child(*tokens_at(text, "json", index - 1)),
            "this is not JSON: " + words,
            position=LineTable(text).position(index),
        )
        return JsonOutcome(False)
    except RecursionError:
        _report_depth(text, at, report, limits)
        return JsonOutcome(False)
    except (_NotJson, ValueError):
        # ValueError: Python refuses to read numbers of thousands of digits.
        _report_number(text, at, report)
        return JsonOutcome(False)
    if repeats:
        report_duplicates(text, "json", at, report)
        return JsonOutcome(False)
    return JsonOutcome(_is_within(data, text, at, report, limits), data)


def _is_too_large(text: str, limits: Limits) -> bool:
    """Tell whether there are too many values, before memory is spent on them."""
    if sum(map(text.count, ",[{")) <= limits.max_nodes:
        return False
    values = (match for match in _VALUE.finditer(text) if match[1] is None)
    return next(islice(values, limits.max_nodes, None), None) is not None


def _is_within(
    data: Json, text: str, at: Pointer, report: Report, limits: Limits
) -> bool:
    """Tell whether depth, size, numbers and characters are in order, else report."""
    level: list[Json] = [data]
    nodes = 1
    depth = 0
    while level:
        below: list[Json] = []
        extend = below.extend
        has_collections = False
        for node in level:
            if isinstance(node, dict):
                has_collections = True
                extend(node.values())
            elif isinstance(node, list):
                has_collections = True
                extend(node)
            elif isinstance(node, float) and not math.isfinite(node):
                _report_number(text, at, report)
                return False
        depth += has_collections
        nodes += len(below)
        if depth > limits.max_depth:
            _report_depth(text, at, report, limits)
            return False
        if nodes > limits.max_nodes:
            report_nodes(at, report, limits, Position(1, 1))
            return False
        level = below
    if _SURROGATE.search(text):
        return not _report_surrogate(data, text, at, report)
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise _NotJson(name)


def _describe(error: json.JSONDecodeError, text: str) -> tuple[int, str]:
    """Return where the text stops being JSON, and why.

    In our words: the parser's differ between versions of Python.
    """
    index = error.pos
    before = text[:index].rstrip()
    if error.msg.startswith("Illegal trailing comma"):
        return index, _TRAILING_COMMA
    if text[index : index + 1] in ("}", "]") and before.endswith(","):
        return len(before) - 1, _TRAILING_COMMA
    if index >= len(text) or error.msg.startswith("Unterminated"):
        return index, "the text ends too early"
    for beginning, words in _JSON_MISTAKES.items():
        if error.msg.startswith(beginning):
            return index, words
    return index, "the parser stops here"


def _report_number(text: str, at: Pointer, report: Report) -> None:
    """Report the first number that JSON or Python has no room for."""
    for match in _NUMBER.finditer(text):
        number = match.group(1)
        if number is None or (len(number) < 300 and _is_finite(number)):
            continue
        if len(number) >= 300 and number.lstrip("-").isdigit() and len(number) < 4300:
            continue
        report.error(
            "number-out-of-range",
            at.child(*tokens_at(text, "json", match.start())),
            Text(number),
            " is no number, or too large for one",
            position=LineTable(text).position(match.start()),
        )
        return


def _is_finite(number: str) -> bool:
    try:
        return math.isfinite(float(number))
    except (ValueError, OverflowError):
        return True


def _report_depth(text: str, at: Pointer, report: Report, limits: Limits) -> None:
    tokens, position = first_below(text, "json", limits.max_depth)
    report_depth(at.child(*tokens), report, limits, position)


def _report_surrogate(data: Json, text: str, at: Pointer, report: Report) -> bool:
    pending: list[tuple[Json, tuple[str, ...]]] = [(data, ())]
    while pending:
        node, tokens = pending.pop()
        found = isinstance(node, str) and is_broken(node)
        if isinstance(node, dict):
            for key in reversed(node):
                found = found or is_broken(key)
                pending.append((node[key], (*tokens, key)))
        elif isinstance(node, list):
            for index in range(len(node) - 1, -1, -1):
                pending.append((node[index], (*tokens, str(index))))
        if found:
            places = find_positions(text, "json", [tokens])
            report.error(
                "lone-surrogate",
                at.child(*tokens),
                "a text here has half of a surrogate pair, which is no character",
                position=places[tokens][1],
            )
            return True
    return False
