"""Names: from any text to Python identifiers, and who gets a name that two want.

In: wire names, as words of the document (:class:`Text`) or of ours (``str``). Out:
:class:`Identifier`. Every function is total: whatever the text, there is a name, and
the same one on every Python version, which is why characters younger than Unicode 3.2
(the oldest tables that Python carries) are spelled by their code point: newer tables
differ between Python versions.

Which nodes share a scope, and what identifies a node there, is ``lower``'s business.
Names that are not free are in :mod:`specpress.reserved_words`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from specpress.ir import Identifier
from specpress.reserved_words import KEYWORDS
from specpress.text import Text, reveal

Key = TypeVar("Key", bound=Hashable)

LONGEST_IDENTIFIER = 120
"""In bytes of UTF-8: a module's file name must fit every file system."""

# --- Words ---------------------------------------------------------------------------

_KNOWN_WORDS = "GitHub|GitLab|GraphQL|IPv4|IPv6|K8s|OAuth2|OAuth|WhatsApp|YouTube"
_ROUND_A_DIGIT = re.compile("[A-Z][0-9][A-Z]")
_WORD = re.compile(
    "|".join(
        [
            f"(?:{_KNOWN_WORDS})(?![a-z])",
            f"{_ROUND_A_DIGIT.pattern}(?=[A-Z][a-z]|$)",  # M2M, B2B
            "[A-Z]{2,}s(?![a-z])",  # plural of an acronym: IDs
            "[A-Z]+(?=[A-Z][a-z])",  # acronym before a word: HTTPError
            r"[A-Z]?[a-z]+[0-9]*(?:[a-z]+[0-9]*)*",
            "[A-Z]+[0-9]*",
            "[0-9]+[a-z]*",
        ]
    )
)
_SEPARATOR = "\0"
_COMPARISONS = {
    "<": "lt",
    ">": "gt",
    "<=": "lte",
    ">=": "gte",
    "!=": "ne",
    "!": "not",
    "=": "eq",
    "==": "eq",
}
_TRAILING_COMPARISON = re.compile(r"(?<=[^<>=!])\s*(<=|>=|!=|==|<|>|=|!)$")
_LEADING_SIGN = re.compile(r"^([+-])(?=[0-9.])")
_TRAILING_PLUS = re.compile(r"\++$")
# Letters for Unicode, yet nothing is seen of them.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u3164\uffa0"
) | {chr(code) for code in range(0xFE00, 0xFE10)}
_UCD = unicodedata.ucd_3_2_0


def words(text: str | Text) -> tuple[str, ...]:
    """Return the words of ``text`` in their own spelling; at least one.

    Each can stand inside an identifier, not always at its start: ``2fa``.
    """
    characters = reveal(text) if isinstance(text, Text) else text
    if not characters:
        return ("empty",)
    found = _split(_spell(characters))
    if not found:
        found = _split(_SEPARATOR.join(_character_name(c) for c in characters))
    return tuple(found)


def _spell(characters: str) -> str:
    """Return ``characters`` as letters, digits and separators."""
    if characters.isascii() and characters.isalnum():
        return characters
    folded = _UCD.normalize("NFKC", characters)
    comparison = _TRAILING_COMPARISON.search(folded)
    # Page<Item> is a generic and no comparison.
    if comparison and not (comparison[1] == ">" and "<" in folded[:-1]):
        folded = folded[: comparison.start()] + " " + _COMPARISONS[comparison[1]]
    sign = _LEADING_SIGN.search(folded)
    if sign:
        folded = ("plus " if sign[1] == "+" else "minus ") + folded[1:]
    pluses = _TRAILING_PLUS.search(folded)
    if pluses and pluses.start() > 0:
        folded = folded[: pluses.start()] + " plus" * len(pluses[0])
    return "".join(map(_spell_character, folded))


def _spell_character(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else _SEPARATOR
    if character in _INVISIBLE:
        return ""
    category = _UCD.category(character)
    if category in {"Cn", "Co", "Cs"}:
        return f"{_SEPARATOR}u{ord(character):04x}{_SEPARATOR}"
    if ("a" + character).isidentifier() and category != "Pc":
        return character
    if category in {"Sc", "Sm", "So"}:
        return f"{_SEPARATOR}{_character_name(character)}{_SEPARATOR}"
    return _SEPARATOR


def _character_name(character: str) -> str:
    name = _UCD.name(character, "").lower().replace("-", " ")
    if not name or name.startswith(("cjk ", "hangul ")):
        return f"u{ord(character):04x}"
    return name.replace(" ", _SEPARATOR)


def _split(spelled: str) -> list[str]:
    found: list[str] = []
    for chunk in spelled.split(_SEPARATOR):
        found.extend(_WORD.findall(chunk) if chunk.isascii() else _split_by_case(chunk))
    return found


def _split_by_case(chunk: str) -> list[str]:
    found: list[str] = []
    start = 0
    for index in range(1, len(chunk)):
        before, here, after = chunk[index - 1], chunk[index], chunk[index + 1 :][:1]
        if here.isupper() and (
            before.islower() or (before.isupper() and after.islower())
        ):
            found.append(chunk[start:index])
            start = index
    if chunk:
        found.append(chunk[start:])
    return found


# --- Identifiers ---------------------------------------------------------------------


def snake_case(parts: Sequence[str | Text]) -> str:
    """Return the words of all ``parts`` as ``one_long_name``; it may be reserved."""
    return _complete(
        "_".join(_lower(word) for part in parts for word in words(part)), "x"
    )


def constant_case(parts: Sequence[str | Text]) -> str:
    """Return the words of all ``parts`` as ``ONE_LONG_NAME``."""
    return _complete(
        "_".join(_upper(_lower(word)) for part in parts for word in words(part)), "X"
    )


def environment_name(parts: Sequence[str]) -> str:
    """Return the words of all ``parts`` as ``ONE_LONG_NAME`` that every shell takes:
    letters beyond ASCII by their code points."""
    return constant_case(
        [
            "".join(c if c.isascii() else f" u{ord(c):04x} " for c in part)
            for part in parts
        ]
    )


def pascal_case(parts: Sequence[str | Text]) -> str:
    """Return the words of all ``parts`` as ``OneLongName``.

    Capitals inside a part stay (``APIKey``), unless it is written in capitals and
    joined by something else (``API_KEY`` gives ``ApiKey``).
    """
    name = "".join(_capitalized(part) for part in parts)
    return _complete(name, "X")


def _capitalized(part: str | Text) -> str:
    found = words(part)
    keep = len(found) == 1 or any(
        character.islower() for word in found for character in word
    )
    return "".join(
        _upper(word[:1])
        + (word[1:] if keep or _ROUND_A_DIGIT.fullmatch(word) else _lower(word[1:]))
        for word in found
    )


def _lower(word: str) -> str:
    lowered = word.lower()
    return lowered if _is_old(lowered) else word


def _upper(word: str) -> str:
    raised = word.upper()
    return raised if _is_old(raised) else word


def _is_old(word: str) -> bool:
    # A letter may get its capital only in a later version of Unicode.
    return word.isascii() or all(_UCD.category(c) != "Cn" for c in word)


def _complete(name: str, prefix: str) -> str:
    """Make an identifier of letters, digits and underscores: NFKC, not too long, and
    beginning with a letter, for class names (prefix ``X``) a capital."""
    if name.isascii() and len(name) <= LONGEST_IDENTIFIER and name[:1].isalpha():
        return name
    name = _UCD.normalize("NFKC", name)
    if not name[:1].isidentifier() or (prefix == "X" and not name[:1].isupper()):
        # A class and its module may not have the same name, as they would in a script
        # without capitals.
        name = _UCD.normalize("NFKC", prefix + name)
    return _clip(name, LONGEST_IDENTIFIER)


def _clip(name: str, size: int) -> str:
    if len(name.encode()) <= size:
        return name
    clipped = name.encode()[:size].decode(errors="ignore")
    return clipped.rstrip("_") or clipped


def extended(name: str, *, prefix: str = "", suffix: str = "") -> str:
    """Return ``name`` with ours before or after it, clipped so that it stays a name."""
    room = LONGEST_IDENTIFIER - len(prefix) - len(suffix)
    return f"{prefix}{_clip(name.rstrip('_'), room)}{suffix}"


def is_identifier(name: str) -> bool:
    """Return whether ``name`` can be used as it is: for names from configuration.

    Stricter than Python: no keyword, no leading ``__`` (mangled in a class), nothing
    that Python would normalize to something else.
    """
    return (
        name.isidentifier()
        and _is_old(name)
        and _UCD.normalize("NFKC", name) == name
        and name not in KEYWORDS
        and not name.startswith("__")
        and not any(character in _INVISIBLE for character in name)
        and len(name.encode()) <= LONGEST_IDENTIFIER + 1
    )


def identifier(name: str, reserved: frozenset[str] = frozenset()) -> Identifier:
    """Return ``name``, with ``_`` appended where it is a keyword or reserved.

    ValueError if it is no identifier at all: names come from the functions above, or
    have been checked with :func:`is_identifier`.
    """
    free = name
    while free in KEYWORDS or free in reserved:
        free += "_"
    if not is_identifier(free):
        raise ValueError(f"not an identifier: {name!a}")
    return Identifier(free)


# --- Collisions ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Want(Generic[Key]):
    """What one node of a scope would like to be called.

    ``identity`` is its path of wire names, unique in the scope. ``exact``: the
    document already spells it like ``wish``. ``suffixed`` are longer and longer names
    made of its own identity, tried in turn when it cannot have ``wish``. ``pinned``:
    the configuration says so; nothing else may have it.
    """

    key: Key
    wish: Identifier
    identity: tuple[str | Text, ...]
    exact: bool = False
    suffixed: tuple[Identifier, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Collision(Generic[Key]):
    """Nodes that wanted one name: who keeps it, if anyone, and how the others are
    called."""

    wish: Identifier
    kept_by: Key | None
    renamed: tuple[tuple[Key, Identifier], ...]


@dataclass(frozen=True, slots=True)
class Settled(Generic[Key]):
    names: dict[Key, Identifier]
    """In the order of the wants."""
    collisions: tuple[Collision[Key], ...]
    """Sorted by name."""


def settle(
    wants: Sequence[Want[Key]],
    *,
    reserved: frozenset[str] = frozenset(),
    file_names: bool = False,
) -> Settled[Key]:
    """Give each want a name of its own, looking at nothing but identities.

    Among those who wish for one name, the one the document spells so keeps it, or else
    the only one that is letters and digits alone; each other takes the first of its
    suffixed names that nobody wishes for and that it keeps, by the same rule, among
    those who could take it. So neither the
    order of the document nor a counter decides, and a node that is in no collision is
    never renamed by one. With ``file_names`` two names are one if a file system that
    folds case takes them for one.
    """
    fold = _folded if file_names else _same
    groups: dict[str, list[Want[Key]]] = {}
    for want in wants:
        groups.setdefault(fold(want.wish.name), []).append(want)
    taken = {*groups, *map(fold, reserved), *map(fold, KEYWORDS)}
    holders = {name: _holder(group) for name, group in groups.items()}
    losers = [
        want
        for name, group in groups.items()
        for want in group
        if want is not holders[name]
    ]
    candidates = {id(want): _candidates(want) for want in losers}
    possible: dict[str, list[Want[Key]]] = {}
    for want in losers:
        for name in dict.fromkeys(map(fold, candidates[id(want)])):
            possible.setdefault(name, []).append(want)
    keepers = {name: _holder(group) for name, group in possible.items()}
    names: dict[Key, Identifier] = {}
    for want in wants:
        if id(want) not in candidates:
            names[want.key] = want.wish
            continue
        names[want.key] = Identifier(
            next(
                name
                for name in candidates[id(want)]
                if fold(name) not in taken and keepers[fold(name)] is want
            )
        )
    collisions = [
        Collision(
            min(want.wish for want in group),
            None if holder is None else holder.key,
            tuple((want.key, names[want.key]) for want in group if want is not holder),
        )
        for group, holder in ((groups[name], holders[name]) for name in groups)
        if len(group) > 1
    ]
    return Settled(names, tuple(sorted(collisions, key=lambda c: c.wish)))


def _same(name: str) -> str:
    return name


def _folded(name: str) -> str:
    return _UCD.normalize("NFKC", name.casefold())


def _holder(group: list[Want[Key]]) -> Want[Key] | None:
    """Return who keeps the name that all of ``group`` wish for."""
    if len(group) == 1:
        return group[0]
    pinned = [want for want in group if want.pinned]
    exact = pinned or [want for want in group if want.exact]
    exact = exact or [want for want in group if _is_spelled(want)]
    # Nearly so: words and nothing else, where the others have signs (``_birthDate``).
    exact = exact or [want for want in group if _is_plain(want.identity)]
    return exact[0] if len(exact) == 1 else None


def _is_spelled(want: Want[Key]) -> bool:
    """Whether the document spells it like its wish, but for our ``_`` after a name that
    is not free."""
    last = want.identity[-1] if want.identity else ""
    spelled = reveal(last) if isinstance(last, Text) else last
    return spelled in (want.wish.name, want.wish.name.removesuffix("_"))


def _is_plain(identity: tuple[str | Text, ...]) -> bool:
    texts = [reveal(part) if isinstance(part, Text) else part for part in identity]
    return all(text.isalnum() for text in texts)


def _candidates(want: Want[Key]) -> list[str]:
    """Return the names that ``want`` could have instead; no two wants share them all.

    After its own come two that always exist: what its wire name holds and its wish
    does not (``a_b_x2d`` for ``a-b``), and its whole identity, by code points or,
    when that is long, by a digest.
    """
    found = [name.name for name in want.suffixed if name != want.wish]
    wish = _clip(want.wish.name, LONGEST_IDENTIFIER - 30).rstrip("_")
    identity = [reveal(i) if isinstance(i, Text) else i for i in want.identity]
    lost = [c for c in identity[-1] if c not in want.wish.name] if identity else []
    if 0 < len(lost) <= 4:
        found.append(f"{wish}_{_code_points(lost)}")
    whole = "".join(f"{len(part)}:{part}" for part in identity)
    if len(identity) == 1 and len(identity[0]) <= 4:
        found.append(f"{wish}_{_code_points(identity[0])}")
    found.append(f"{wish}_h{_digest(whole)[:16]}")
    found.append(f"{_clip(wish, LONGEST_IDENTIFIER - 66)}_h{_digest(whole)}")
    # Only for two nodes of one identity, which should not be.
    whole += repr(want.key)
    found.append(f"{_clip(wish, LONGEST_IDENTIFIER - 66)}_k{_digest(whole)}")
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _code_points(characters: Sequence[str]) -> str:
    return "".join(f"x{ord(character):x}" for character in characters)
