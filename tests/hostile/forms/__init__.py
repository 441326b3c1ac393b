"""Documents that are hostile by their form: too deep, too many, circular, ambiguous.

Each ends within the time of :mod:`tests.hostile.workers`, as a client or refused.
"""

from __future__ import annotations

from tests.hostile.forms import (
    chains,
    explosions,
    lengths,
    many,
    patterns,
    recursion,
    references,
    texts,
    tricks,
)
from tests.hostile.forms.made import MADE, Form
from tests.hostile.trial import Laboratory, Verdict

__all__ = ["Form", "forms", "try_form"]

_MODULES = (
    texts,
    tricks,
    many,
    lengths,
    patterns,
    references,
    recursion,
    explosions,
    chains,
)
"""Importing them makes the list."""


def forms() -> list[Form]:
    """Return all forms."""
    return [make() for make in MADE]


def try_form(laboratory: Laboratory, form: Form) -> Verdict:
    return laboratory.try_text(form.text, "document" + form.suffix, form.beside)
