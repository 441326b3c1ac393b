"""Choosing the member of a union that a JSON value is.

Members are compared by what can be seen without decoding: the kind of the value; of
objects also constants, required fields and how many declared fields are there
(``Decoder.fit``). If several fit equally well they are tried, and the one with the
fewest deviations is taken; the order in the document decides between equals.
Discriminators come first; clients of documents that have some hold a module for them.
"""

from __future__ import annotations

from types import NoneType
from typing import Any

from .codec_decoder import ANYTHING, NO_FIT, Decoder, Deviations, Fit, Path
from .codec_model import UnknownVariant

_TRIALS = 2
"""How many unions within each other may try their members. Deeper ones take the first
that fits: trying at every level would double the work with each."""


def union_decoder(members: list[Decoder]) -> Decoder:
    """The decoder of a union without a discriminator."""
    unknown, members = _split_unknown(members)
    if not members:
        return unknown or Decoder("nothing", _decode_nothing)
    if len(members) == 1 and unknown is None:
        return members[0]
    expected = _expected(members)
    takes = frozenset[type]().union(*(member.takes for member in members))
    passes = frozenset(kind for kind in takes if _passes(members, kind))
    by_class = {
        kind: [member for member in members if kind in member.takes]
        for kind in ANYTHING
    }

    def decode_union(value: Any, path: Path, found: Deviations) -> Any:
        candidates = by_class.get(value.__class__, [])
        is_open = unknown is not None and value.__class__ is dict
        if len(candidates) == 1 and not is_open:
            return candidates[0].decode(value, path, found)
        best = _best(candidates, value)
        if len(best) == 1:
            return best[0].decode(value, path, found)
        if best:
            return _try(best, value, path, found)
        found.keep(path, expected, value)
        if unknown is not None and is_open:
            return unknown.decode(value, path, found)
        return value

    def fit(value: Any) -> Fit:
        candidates = by_class.get(value.__class__, [])
        return max((member.fit(value) for member in candidates), default=NO_FIT)

    return Decoder(
        expected,
        decode_union,
        takes | {dict} if unknown else takes,
        passes,
        fit,
        listed=_listed(members),
        closed=all(member.closed for member in members),
    )


def _split_unknown(members: list[Decoder]) -> tuple[Decoder | None, list[Decoder]]:
    unknown: Decoder | None = None
    others: list[Decoder] = []
    for member in members:
        if member.model is UnknownVariant:
            unknown = member
        else:
            others.append(member)
    return unknown, others


def _expected(members: list[Decoder]) -> str:
    names = list(dict.fromkeys(member.expected for member in members))
    return " or ".join(names)


def _passes(members: list[Decoder], kind: type) -> bool:
    """Whether a value of this class is right as it is, whichever member it is."""
    takers = [member for member in members if kind in member.takes]
    return any(kind in member.passes for member in takers) and all(
        kind in member.passes or member.listed is not None for member in takers
    )


def _listed(members: list[Decoder]) -> frozenset[tuple[type, Any]] | None:
    """The listed values of an enum with or without ``str`` and ``None`` beside it."""
    listed: frozenset[tuple[type, Any]] = frozenset()
    for member in members:
        if member.listed is not None:
            listed |= member.listed
        elif member.takes == frozenset({NoneType}):
            listed |= {(NoneType, None)}
    return listed if any(member.listed for member in members) else None


def _decode_nothing(value: Any, path: Path, found: Deviations) -> Any:
    return found.keep(path, "nothing", value)


def _best(candidates: list[Decoder], value: Any) -> list[Decoder]:
    best: list[Decoder] = []
    best_fit = NO_FIT
    for member in candidates:
        fit = member.fit(value)
        if fit > best_fit:
            best, best_fit = [member], fit
        elif fit == best_fit and fit != NO_FIT:
            best.append(member)
    return best


def _try(members: list[Decoder], value: Any, path: Path, found: Deviations) -> Any:
    if found.trials >= _TRIALS:
        return members[0].decode(value, path, found)
    best: Any = None
    fewest: Deviations | None = None
    for member in members:
        trial = Deviations(found.trials + 1)
        result = member.decode(value, path, trial)
        if fewest is None or trial.total < fewest.total:
            best, fewest = result, trial
        if not trial:
            break
    if fewest is not None:
        found.adopt(fewest)
    return best
