"""Payloads crossed with positions: which there are, and a sample of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.hostile.payloads import Payload, Raw, payloads
from tests.hostile.positions import Position, positions
from tests.hostile.standard import KEY
from tests.hostile.trial import Laboratory, Verdict, document_text, suffix

_PROSE_KINDS = frozenset({"code", "line end", "shown", "size"})


@dataclass(frozen=True)
class Case:
    position: Position
    payload: Payload

    @property
    def name(self) -> str:
        return f"{self.payload.key} in {self.position.name}"

    @property
    def form(self) -> str:
        """How the document is written: every case in one way, all ways in use."""
        if isinstance(self.payload.value, Raw):
            return "json"
        number = hashlib.sha256(self.name.encode()).digest()[0] % 4
        form = ("json", "ascii", "json", "yaml")[number]
        # Neither can say a surrogate or, for YAML, what is not printable; PyYAML writes
        # line ends of YAML 1.1 that are none in 1.2.
        if set("\x85\u2028\u2029") & set(str(self.payload.value)):
            return "ascii"
        if self.payload.kind in ("shown", "path", "size") or form == "ascii":
            return "ascii"
        return form

    def text(self) -> str:
        return document_text(self.position.document(self.payload.value), self.form)


def cases() -> Iterator[Case]:
    """Yield every payload in every position where it can mean anything."""
    for position in positions():
        for payload in payloads():
            if position.is_prose and payload.kind not in _PROSE_KINDS:
                continue
            if position.is_key and payload.kind == "value":
                continue
            yield Case(position, payload)


def sample(size: int | None = None) -> list[Case]:
    """Return ``size`` cases, or all, the same each time: however many are taken of
    them, every position and every payload is there as often as any other."""
    by_position: dict[Position, list[Case]] = {}
    for case in cases():
        by_position.setdefault(case.position, []).append(case)
    for found in by_position.values():
        found.sort(key=_order)
    chosen: list[Case] = []
    used: dict[str, int] = {}
    while any(by_position.values()):
        for found in by_position.values():
            if len(chosen) == size:
                return chosen
            if found:
                case = min(found, key=lambda case: used.get(case.payload.key, 0))
                found.remove(case)
                used[case.payload.key] = used.get(case.payload.key, 0) + 1
                chosen.append(case)
    return chosen


def _order(case: Case) -> bytes:
    return hashlib.sha256(case.name.encode("utf-8", "surrogatepass")).digest()


def try_case(laboratory: Laboratory, case: Case) -> Verdict:
    """Try ``case``, and look for its words in the client."""
    verdict = laboratory.try_text(case.text(), f"document{suffix(case.form)}")
    if not verdict.refused and not verdict.findings:
        lost = lost_word(case, verdict)
        if lost:
            verdict.findings.append(lost)
    return verdict


_WIRE = (
    ".properties.{key}",
    "arameter.name",
    "mapping.{key}",
    "discriminator.propertyName",
    "Schema.enum[]",
    "Schema.const",
)
"""Words that are sent or received, whatever they are."""
_UNTYPED = frozenset(
    {
        "if",
        "then",
        "else",
        "not",
        "contains",
        "contentSchema",
        "dependentSchemas",
        "application/x-unheard",
    }
)
"""Keywords about which Python's types have nothing to say; and bodies of a media type
that nobody knows are bytes."""


def lost_word(case: Case, verdict: Verdict) -> str:
    """Return what is missing in the client if a word of the wire is."""
    position, word = case.position, case.payload.value
    if not isinstance(word, str) or not position.label.endswith(_WIRE):
        return ""
    path = tuple(token for token in position.path if token != KEY)
    if _UNTYPED.intersection(path):
        return ""
    if position.is_key:
        path = (*path[:-1], word)
    # Where a warning says what became of it, it was not lost silently.
    if any(path[: len(at)] == at and len(at) > 1 for at in verdict.warned):
        return ""
    if any(word in text for text in verdict.texts):
        return ""
    return f"lost: {word[:60]!a} of {position.label} is not in the client"
