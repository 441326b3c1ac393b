"""Strings and numbers that a merged schema allows.

In: keyword → values, one for each schema that must hold. Out: a value that holds as far
as one is easy to find; whoever asks checks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.judge.patterns import matching, python_pattern

Keywords = Mapping[str, Sequence[Any]]

_FORMATS = {
    "byte": "c3BlY3ByZXNz",
    "cidr": "192.0.2.0/24",
    "currency": "12.50",
    "date": "2024-02-29",
    "date-time": "2024-02-29T12:30:45Z",
    "decimal": "12.50",
    "duration": "PT90S",
    "email": "someone@example.com",
    "hostname": "host.example.com",
    "idn-email": "someone@example.com",
    "int64": "9007199254740993",
    "ip": "192.0.2.1",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "json-pointer": "/a/b",
    "regex": "^a+$",
    "time": "12:30:45Z",
    "unix-time": "1709209845",
    "uri": "https://example.com/a?b=c",
    "uri-reference": "/a?b=c",
    "url": "https://example.com/a?b=c",
    "uuid": "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
}


def text(keywords: Keywords, number: int = 0) -> str:
    """A string; another one for another ``number``, where that is possible."""
    shortest = max(_numbers(keywords, "minLength"), default=0)
    longest = min(_numbers(keywords, "maxLength"), default=None)
    patterns = [each for each in keywords.get("pattern", ()) if isinstance(each, str)]
    if patterns:
        for candidate in (*_examples(keywords), *_formatted(keywords)):
            if _matches_all(candidate, patterns, shortest, longest):
                return candidate
        for pattern in patterns:
            found = matching(pattern, int(shortest), longest and int(longest))
            if found is not None and _matches_all(found, patterns, shortest, longest):
                return found
        found = matching(patterns[0], int(shortest), longest and int(longest))
        if found is not None:
            return found
    for candidate in _formatted(keywords):
        if not shortest <= len(candidate) <= (longest or len(candidate)):
            continue
        if number and candidate.endswith("c8"):
            candidate = candidate[:-2] + f"{number:02x}"
        return candidate
    result = "text" if not number else f"text{number}"
    if len(result) < shortest:
        result = result.ljust(int(shortest), "x")
    return result if longest is None else result[-int(longest) :] if longest else ""


def number_of(keywords: Keywords, integer: bool, ordinal: int = 0) -> int | float:
    """A number within its bounds."""
    low = max(_numbers(keywords, "minimum"), default=-math.inf)
    high = min(_numbers(keywords, "maximum"), default=math.inf)
    above = max(_numbers(keywords, "exclusiveMinimum"), default=-math.inf)
    below = min(_numbers(keywords, "exclusiveMaximum"), default=math.inf)
    steps = [step for step in _numbers(keywords, "multipleOf") if step > 0]
    step: float = steps[0] if steps else (1 if integer else 0.25)

    def fits(value: float) -> bool:
        return low <= value <= high and above < value < below

    for preferred in (1.5 if not integer and not steps else 3 + ordinal, 3, 1, 0):
        if fits(preferred) and (not steps or preferred % step == 0):
            return preferred
    floor = max(low, above)
    start = floor if math.isfinite(floor) else min(high, below)
    if not math.isfinite(start):
        return 3
    first = math.floor(start / step)
    for index in (0, 1, 2, -1, -2):
        value = (first + index) * step
        value = round(value) if integer else value
        if fits(value):
            return value
    middle = (max(low, above) + min(high, below)) / 2
    return round(middle) if integer and math.isfinite(middle) else middle


def _numbers(keywords: Keywords, name: str) -> list[Any]:
    return [
        each
        for each in keywords.get(name, ())
        if isinstance(each, (int, float)) and not isinstance(each, bool)
    ]


def _examples(keywords: Keywords) -> list[str]:
    found = [*keywords.get("example", ()), *keywords.get("default", ())]
    for each in keywords.get("examples", ()):
        found += each if isinstance(each, list) else []
    return [each for each in found if isinstance(each, str)]


def _formatted(keywords: Keywords) -> list[str]:
    if any(each == "base64" for each in keywords.get("contentEncoding", ())):
        return [_FORMATS["byte"]]
    return [
        _FORMATS[each]
        for each in keywords.get("format", ())
        if isinstance(each, str) and each in _FORMATS
    ]


def _matches_all(
    candidate: str, patterns: list[str], shortest: float, longest: float | None
) -> bool:

    try:
        return (
            len(candidate) >= shortest
            and (longest is None or len(candidate) <= longest)
            and all(re.search(python_pattern(each), candidate) for each in patterns)
        )
    except re.error:
        return False
