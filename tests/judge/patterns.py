"""Texts that match a regular expression of ECMA 262, as far as they are easy to find.

In: a pattern and bounds of the length. Out: a text, or ``None``.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_ALPHABET = string.ascii_lowercase + string.digits + string.ascii_uppercase
_ALPHABET += "-_ .:/@" + string.punctuation
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    codes.CATEGORY_DIGIT: str.isdigit,
    codes.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    codes.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    codes.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}
_CLASSES = {"L": "a-zA-Z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9"}
_CLASSES |= {"Letter": "a-zA-Z", "P": "!-/", "S": "$+<=>", "Z": " ", "Zs": " "}


def python_pattern(pattern: str) -> str:
    """``pattern`` in the words of :mod:`re`."""
    found = re.sub(r"\(\?<(?![=!])", "(?P<", pattern)

    def named(match: re.Match[str]) -> str:
        characters = _CLASSES.get(match[1].rpartition("=")[2], "a-z")
        before = found[: match.start()]
        inside = before.rfind("[") > before.rfind("]")
        return characters if inside else f"[{characters}]"

    return re.sub(r"\\p\{([\w=]+)\}", named, found)


def matching(pattern: str, shortest: int = 0, longest: int | None = None) -> str | None:
    """A text that ``pattern`` is found in."""
    try:
        expression = re.compile(python_pattern(pattern))
        tree = parser.parse(python_pattern(pattern))
    except (re.error, OverflowError, RecursionError):
        return None
    for extra in (*range(1, 12), 0, shortest, shortest + 1, 20, 32, 64):
        text = _text(tree, extra, {})
        padded = [text] if len(text) >= shortest else [text, text.ljust(shortest, "a")]
        for one in padded:
            if (
                len(one) >= shortest
                and (longest is None or len(one) <= longest)
                and expression.search(one)
            ):
                return one
    return None


def _text(tree: Any, extra: int, groups: dict[int, str]) -> str:
    return "".join(_part(code, argument, extra, groups) for code, argument in tree)


def _part(code: Any, argument: Any, extra: int, groups: dict[int, str]) -> str:
    if code is codes.LITERAL:
        return chr(argument)
    if code is codes.NOT_LITERAL:
        return next(c for c in _ALPHABET if ord(c) != argument)
    if code is codes.ANY:
        return "a"
    if code is codes.IN:
        return _one_of(argument)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, inner = argument
        most = 10_000 if most is codes.MAXREPEAT else int(most)
        times = min(max(least, extra if most == 10_000 else least + extra), most)
        return "".join(
            _text(inner, 0 if times > 1 else extra, groups) for _ in range(times)
        )
    if code is codes.SUBPATTERN:
        text = _text(argument[3], extra, groups)
        if argument[0] is not None:
            groups[argument[0]] = text
        return text
    if code is codes.ATOMIC_GROUP:
        return _text(argument, extra, groups)
    if code is codes.BRANCH:
        return _text(argument[1][extra % len(argument[1])], extra, groups)
    if code is codes.GROUPREF:
        return groups.get(argument, "")
    return ""


def _is_in(category: Any, character: str) -> bool:
    test: Callable[[str], bool] = _CATEGORIES[category]
    return test(character)


def _one_of(items: Any) -> str:
    negated = items[0][0] is codes.NEGATE

    def holds(character: str) -> bool:
        for code, argument in items:
            if code is codes.LITERAL and ord(character) == argument:
                return True
            if code is codes.RANGE and argument[0] <= ord(character) <= argument[1]:
                return True
            if code is codes.CATEGORY and _is_in(argument, character):
                return True
        return False

    for character in _ALPHABET:
        if holds(character) is not negated:
            return character
    for code, argument in items:
        if code is codes.LITERAL:
            return chr(argument)
        if code is codes.RANGE:
            return chr(argument[0])
    return "a"
